//===- UlpReport.cpp - The tables of the ulp stage ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UlpReport.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Format.h"

using namespace lse_verify;
using llvm::format;
using llvm::raw_ostream;

namespace {

/// The tallies that `isWanted` says yes to, as one.
ErrorTally
sumOf(const TypeFindings &findings,
      llvm::function_ref<bool(unsigned, const RowKernel &)> isWanted) {
  ErrorTally sum;
  for (unsigned i = 0; i < distributions().size(); ++i)
    for (auto [k, kernel] : llvm::enumerate(findings.kernels))
      if (isWanted(i, kernel))
        sum.add(findings.at(i, k));
  return sum;
}

/// In 16 bits every result is about half a unit off, so that digits count, and
/// shares of bounds say nothing.
bool isHalf(ElementType type) {
  return type == ElementType::F16 || type == ElementType::BF16;
}

std::string formatError(double error, ElementType type) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (isHalf(type))
    os << format("%.4f", error);
  else
    os << format(error < 100 ? "%.2f" : error < 1e5 ? "%.0f" : "%.1e", error);
  return text;
}

/// Elements of rows: each has one probability of each kernel.
uint64_t countElements(const TypeFindings &findings, unsigned distribution) {
  for (auto [k, kernel] : llvm::enumerate(findings.kernels))
    if (kernel.kind == ResultKind::Probabilities)
      return findings.at(distribution, k).count;
  return 0;
}

/// How often results are correctly rounded, where a distribution samples it.
double roundedShare(const TypeFindings &findings, Numerics numerics,
                    ResultKind kind, unsigned set) {
  return sumOf(findings,
               [&](unsigned distribution, const RowKernel &kernel) {
                 return kernel.numerics == numerics && kernel.kind == kind &&
                        kernel.set == set &&
                        distributions()[distribution].samplesRounding;
               })
      .roundedShare();
}

bool isRun(const TypeFindings &findings, unsigned set) {
  return llvm::any_of(findings.kernels, [&](const RowKernel &kernel) {
    return kernel.set == set;
  });
}

/// True if too few probabilities are correctly rounded.
bool roundsTooSeldom(const TypeFindings &findings, Numerics numerics,
                     unsigned set) {
  return roundedShare(findings, numerics, ResultKind::Probabilities, set) <
         requiredRoundedShare(numerics, findings.type);
}

/// The row of one class, type and instruction set; returns its failures.
uint64_t printInstructionSet(raw_ostream &os, const TypeFindings &findings,
                             Numerics numerics, unsigned set) {
  os << "| " << nameOf(numerics) << " | " << nameOf(findings.type) << " | "
     << lse_testing::instructionSets()[set].name << " | ";
  if (!isRun(findings, set)) {
    os << "not run here | | | | | |\n";
    return 0;
  }
  uint64_t failures = roundsTooSeldom(findings, numerics, set);
  for (ResultKind kind : kKinds) {
    ErrorTally tally = sumOf(findings, [&](unsigned, const RowKernel &kernel) {
      return kernel.numerics == numerics && kernel.kind == kind &&
             kernel.set == set;
    });
    failures += tally.failures;
    if (kind != ResultKind::LogProbabilities)
      os << tally.count << " | ";
    os << formatError(tally.largest, findings.type) << "; ";
    if (!isHalf(findings.type))
      os << format("%.0f %%; ", 100 * tally.largestShare);
    os << format("%.3f %%", 100 * roundedShare(findings, numerics, kind, set))
       << " | ";
  }
  os << failures << " |\n";
  return failures;
}

/// What one operation gives in one distribution.
void printOperation(raw_ostream &os, const ErrorTally &tally,
                    ElementType type) {
  if (isHalf(type)) {
    os << formatError(tally.largest, type)
       << format(" | %.3f %% | ", 100 * tally.roundedShare());
    return;
  }
  os << formatError(tally.quantile(0.5), type) << " / "
     << formatError(tally.quantile(0.99), type) << " / "
     << formatError(tally.largest, type)
     << format(" | %.0f %% | ", 100 * tally.largestShare);
}

/// Where the worst failure is, with the digits that the type has and more.
void printFailures(raw_ostream &os, const RowKernel &kernel,
                   const Distribution &distribution, const ErrorTally &tally) {
  const ErrorTally::Place &worst = tally.worst;
  int digits = kernel.type == ElementType::F64 ? 17 : 9;
  os << "\n- " << nameOf(kernel.numerics) << " " << nameOf(kernel.kind)
     << " of " << nameOf(kernel.type) << ", "
     << lse_testing::instructionSets()[kernel.set].name << ", "
     << distribution.name << ", failures: " << tally.failures
     << "; N = " << worst.length << ", "
     << format("%.*g", digits, worst.distance)
     << " below the maximum: " << format("%.*g", digits, worst.actual)
     << " instead of " << format("%.*Lg", digits + 4, worst.expected) << ", "
     << formatError(worst.error, kernel.type) << " ULP where "
     << formatError(worst.bound, kernel.type) << " are allowed";
}

} // namespace

TypeFindings::TypeFindings(ElementType type, std::vector<RowKernel> kernels)
    : type(type), kernels(std::move(kernels)),
      tallies(distributions().size() * this->kernels.size()) {}

void TypeFindings::add(const std::vector<ErrorTally> &others) {
  for (auto [tally, other] : llvm::zip_equal(tallies, others))
    tally.add(other);
}

void lse_verify::printDistributions(raw_ostream &os, Numerics numerics,
                                    const TypeFindings &findings) {
  const char *second = isHalf(findings.type) ? "rounded" : "of bound";
  os << "**" << nameOf(numerics) << ", " << nameOf(findings.type) << "**\n\n"
     << "| logits | elements | softmax | " << second << " | log-softmax | "
     << second << " | log-sum-exp | " << second << " | failures |\n"
     << "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (auto [i, distribution] : llvm::enumerate(distributions())) {
    unsigned index = i;
    uint64_t failures = 0, elements = countElements(findings, index);
    // In a slice there may be none.
    if (!elements)
      continue;
    os << "| " << distribution.name << " | " << elements << " | ";
    for (ResultKind kind : kKinds) {
      ErrorTally tally =
          sumOf(findings, [&](unsigned where, const RowKernel &kernel) {
            return where == index && kernel.numerics == numerics &&
                   kernel.kind == kind;
          });
      printOperation(os, tally, findings.type);
      failures += tally.failures;
    }
    os << failures << " |\n";
  }
  os << "\n";
}

uint64_t
lse_verify::printInstructionSets(raw_ostream &os,
                                 llvm::ArrayRef<TypeFindings> findings) {
  os << "| class | type | instructions | elements | softmax | log-softmax | "
        "rows | log-sum-exp | failures |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  uint64_t failures = 0;
  for (Numerics numerics : lse_testing::kNumericsClasses)
    for (const TypeFindings &ofType : findings)
      for (unsigned set = 0; set < lse_testing::instructionSets().size(); ++set)
        failures += printInstructionSet(os, ofType, numerics, set);
  return failures;
}

void lse_verify::printFailures(raw_ostream &os,
                               llvm::ArrayRef<TypeFindings> findings) {
  for (const TypeFindings &ofType : findings) {
    for (auto [i, distribution] : llvm::enumerate(distributions()))
      for (auto [k, kernel] : llvm::enumerate(ofType.kernels))
        if (const ErrorTally &tally = ofType.at(i, k); tally.failures)
          ::printFailures(os, kernel, distribution, tally);
    for (Numerics numerics : lse_testing::kNumericsClasses)
      for (unsigned set = 0; set < lse_testing::instructionSets().size(); ++set)
        if (isRun(ofType, set) && roundsTooSeldom(ofType, numerics, set))
          os << "\n- " << nameOf(numerics) << " softmax of "
             << nameOf(ofType.type) << ", "
             << lse_testing::instructionSets()[set].name << ": only "
             << format("%.4f %%",
                       100 * roundedShare(ofType, numerics,
                                          ResultKind::Probabilities, set))
             << " are correctly rounded where "
             << format("%g %%",
                       100 * requiredRoundedShare(numerics, ofType.type))
             << " have to be";
  }
  os << "\n";
}
