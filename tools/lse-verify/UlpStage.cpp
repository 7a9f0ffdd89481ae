//===- UlpStage.cpp - Kernels of rows, over many rows ---------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Distributions.h"
#include "ErrorTally.h"
#include "Reference.h"
#include "RowKernels.h"
#include "Stages.h"
#include "UlpReport.h"

#include "lse/KernelTesting/Tensor.h"

#include "llvm/ADT/STLExtras.h"

#include <atomic>
#include <cmath>
#include <mutex>
#include <thread>

using namespace lse_verify;
using llvm::ArrayRef;
using llvm::MutableArrayRef;

namespace {

/// Elements in each distribution's rows. Of f32 they make more than 1e9 results
/// of each operation.
constexpr int64_t kElements = 4 << 20;
constexpr int64_t kElementsOfF32 = 29 << 20;

/// True if `x` may be a result at all.
bool isInRange(double x, ResultKind kind) {
  switch (kind) {
  case ResultKind::Probabilities:
    return x >= 0 && x <= 1 && !std::signbit(x);
  case ResultKind::LogProbabilities:
    return x <= 0;
  case ResultKind::LogSumExp:
    return !std::isnan(x);
  default:
    break;
  }
  llvm_unreachable("not a kind of result");
}

/// Runs kernels on blocks of rows and counts the errors of their results.
class BlockChecker {
public:
  explicit BlockChecker(ArrayRef<RowKernel> kernels);

  void check(const Block &block);
  const std::vector<ErrorTally> &getTallies() const { return tallies; }

private:
  void checkRow(int64_t index);
  void checkKernel(unsigned index, ArrayRef<Expected> expected,
                   int64_t rowIndex);

  ArrayRef<RowKernel> kernels;
  /// For each distribution those of all kernels.
  std::vector<ErrorTally> tallies;
  ReferenceComputer references;
  /// Of the block at hand.
  const Block *block = nullptr;
  std::vector<double> logits;
  std::vector<ElementArray> results;
  std::vector<ErrorBound> bounds;
  /// Of the row at hand.
  const RowReference *row = nullptr;
  std::vector<Expected> expected;
  std::vector<double> actual, boundOf;
};

} // namespace

BlockChecker::BlockChecker(ArrayRef<RowKernel> kernels)
    : kernels(kernels), tallies(distributions().size() * kernels.size()) {}

void BlockChecker::check(const Block &block) {
  this->block = &block;
  logits = makeLogits(block);
  ElementArray input(block.type);
  input.store(logits);
  results.assign(kernels.size(), ElementArray(block.type));
  bounds.clear();
  for (auto [kernel, result] : llvm::zip_equal(kernels, results)) {
    kernel.run(block, input, result);
    bounds.push_back(ErrorBound({kernel.numerics, kernel.kind, kernel.type,
                                 kernel.compute, block.length, kernel.lanes}));
  }
  for (int64_t index = 0; index < block.rows; ++index)
    checkRow(index);
}

/// The reference of a row serves all kernels.
void BlockChecker::checkRow(int64_t index) {
  row = &references.compute(
      ArrayRef(logits).slice(index * block->length, block->length));
  Format format(block->type);
  for (ResultKind kind : kKinds) {
    ArrayRef<ExtendedNumber> values =
        kind == ResultKind::Probabilities      ? ArrayRef(row->probabilities)
        : kind == ResultKind::LogProbabilities ? ArrayRef(row->logProbabilities)
                                               : ArrayRef(row->logSumExp);
    expected.clear();
    for (const ExtendedNumber &value : values)
      expected.emplace_back(value, format);
    for (auto [k, kernel] : llvm::enumerate(kernels))
      if (kernel.kind == kind)
        checkKernel(k, expected, index);
  }
}

/// Checks one row of one kernel's results. `expected` are for the row's
/// different logits, or the only one for the row.
void BlockChecker::checkKernel(unsigned index, ArrayRef<Expected> expected,
                               int64_t rowIndex) {
  const RowKernel &kernel = kernels[index];
  ErrorTally &tally = tallies[block->distribution * kernels.size() + index];
  auto distanceOf = [&](size_t logit) {
    return kernel.kind == ResultKind::LogSumExp ? 0 : row->distances[logit];
  };
  boundOf.clear();
  for (size_t logit = 0; logit < expected.size(); ++logit)
    boundOf.push_back(bounds[index].at(expected[logit], distanceOf(logit)));
  int64_t size = kernel.kind == ResultKind::LogSumExp ? 1 : block->length;
  actual.resize(size);
  results[index].load(rowIndex * size, actual);
  for (int64_t i = 0; i < size; ++i) {
    unsigned logit = size == 1 ? 0 : row->logitOf[i];
    tally.add(actual[i], expected[logit], boundOf[logit], distanceOf(logit),
              block->length, isInRange(actual[i], kernel.kind));
  }
}

/// One in `every` blocks of each distribution, at least one.
static std::vector<Block> chooseBlocks(ElementType type, uint64_t every) {
  std::vector<Block> chosen;
  int64_t elements = type == ElementType::F32 ? kElementsOfF32 : kElements;
  for (unsigned i = 0; i < distributions().size(); ++i) {
    std::vector<Block> blocks = makeBlocks(i, type, elements);
    uint64_t step = std::min<uint64_t>(every, blocks.size());
    // Not the same place in each, for the lengths are in order.
    for (size_t j = 37 * i % step; j < blocks.size(); j += step)
      chosen.push_back(blocks[j]);
  }
  return chosen;
}

/// Checks all kernels of one type.
static TypeFindings checkType(ElementType type, const Settings &settings) {
  TypeFindings findings(type, makeRowKernels(type));
  std::vector<Block> blocks = chooseBlocks(type, settings.every);
  std::atomic<size_t> next = 0;
  std::mutex merging;
  auto work = [&] {
    BlockChecker checker(findings.kernels);
    for (size_t i = next++; i < blocks.size(); i = next++)
      checker.check(blocks[i]);
    std::lock_guard<std::mutex> lock(merging);
    findings.add(checker.getTallies());
  };
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < settings.threads; ++i)
    workers.emplace_back(work);
  for (std::thread &worker : workers)
    worker.join();
  return findings;
}

uint64_t lse_verify::verifyUlp(llvm::raw_ostream &os,
                               const Settings &settings) {
  std::vector<TypeFindings> findings;
  for (ElementType type : lse_testing::kTypes)
    findings.push_back(checkType(type, settings));
  uint64_t failures = printInstructionSets(os, findings);
  os << "\n";
  for (Numerics numerics : lse_testing::kNumericsClasses)
    for (const TypeFindings &ofType : findings)
      printDistributions(os, numerics, ofType);
  if (failures)
    printFailures(os, findings);
  return failures;
}
