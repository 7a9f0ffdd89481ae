//===- ExpStage.cpp - The functions of f32, over all inputs ---------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AssemblyCheck.h"
#include "Stages.h"

#include "lse/KernelTesting/KernelJIT.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/Format.h"

#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <mutex>
#include <thread>

using namespace lse_testing;
using lse_halide::MathFunction;
using lse_verify::AssemblyTraits;
using lse_verify::Settings;

namespace {

constexpr int kFraction = 23;
constexpr int kLeastExponent = -126;
/// Numbers in a block, and blocks in all of f32.
constexpr uint64_t kBlock = 1 << 16;
constexpr uint64_t kBlocks = (uint64_t(1) << 32) / kBlock;

struct Function {
  const char *name;
  MathFunction function;
  long double (*reference)(long double);
  /// The same within 2^-50 of itself, for most numbers are not close to
  /// anything that matters.
  double (*estimate)(double);
  /// In units in the last place, as docs/Verification.md states it, and what is
  /// added for each unit of distance from 0.
  double bound, boundPerUnit;
  /// The largest number it is for.
  float most;

  double boundAt(float x) const {
    return bound + boundPerUnit * std::min(std::fabs(double(x)), 110.0);
  }
};

/// What lies below -110 only has to stay as small.
template <typename T>
T scaledExponential(T x) {
  return std::exp(std::max(x, T(-110))) * T(0x1p64);
}

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// 2.8e-9 |x| is what ln 2 in one part costs with fused multiply-add.
const Function kFunctions[] = {
    {"2^64 exp(x), x <= 0", MathFunction::ScaledExp, scaledExponential,
     scaledExponential, 2.3, 2.8e-9 * 0x1p24, 0},
    {"exp(x)", MathFunction::Exp, std::exp, std::exp, 1.2, 0, kInfinity},
    {"exp2(x)", MathFunction::Exp2, std::exp2, std::exp2, 1.2, 0, kInfinity},
    {"log(x)", MathFunction::Log, std::log, std::log, 0.501, 0, kInfinity},
    {"log1p(x)", MathFunction::Log1p, std::log1p, std::log1p, 0.501, 0,
     kInfinity},
};

/// What was found of one function on one instruction set.
struct Findings {
  uint64_t count = 0, rounded = 0, failures = 0;
  double worst = 0;
  float worstAt = 0;

  void add(const Findings &other) {
    count += other.count;
    rounded += other.rounded;
    failures += other.failures;
    if (other.worst > worst) {
      worst = other.worst;
      worstAt = other.worstAt;
    }
  }

  /// Counts `actual` = f(x).
  void check(const Function &function, float x, float actual, double estimate) {
    if (!checkQuickly(actual, estimate, function.boundAt(x)))
      checkExactly(x, actual, function.reference(x), function.boundAt(x));
  }

private:
  /// True if `estimate` is good enough to tell that `actual` is an ordinary
  /// number, neither nearly half a unit off nor as wrong as any before.
  bool checkQuickly(float actual, double estimate, double bound) {
    constexpr double margin = 1e-6;
    if (std::isnan(estimate) || std::isinf(estimate) || estimate == 0)
      return checkSpecial(actual, estimate);
    if (!std::isfinite(actual))
      return false;
    // The exponent of a double, and a power of two from one: this is the inner
    // loop.
    auto exponent = static_cast<int>(
        (llvm::bit_cast<uint64_t>(estimate) >> 52 & 0x7ff) - 1023);
    exponent = std::max(exponent, kLeastExponent);
    auto perUnit = llvm::bit_cast<double>(
        static_cast<uint64_t>(1023 + kFraction - exponent) << 52);
    double error = std::fabs(actual - estimate) * perUnit;
    if (exponent > 127 || error > std::min(worst, bound) - margin ||
        std::fabs(error - 0.5) < margin)
      return false;
    ++count;
    rounded += error < 0.5;
    return true;
  }

  /// NaN, an infinity or zero has to be that. Always true.
  bool checkSpecial(float actual, double expected) {
    bool isExact = std::isnan(expected)
                       ? std::isnan(actual)
                       : actual == static_cast<float>(expected) &&
                             std::signbit(actual) == std::signbit(expected);
    ++count;
    rounded += isExact;
    failures += !isExact;
    return true;
  }

  /// `expected` is exact but for 2^-64 of itself.
  void checkExactly(float x, float actual, long double expected, double bound) {
    if (std::isnan(expected) || std::isinf(expected) || expected == 0) {
      checkSpecial(actual, static_cast<double>(expected));
      return;
    }
    ++count;
    rounded += actual == static_cast<float>(expected);
    // Infinity counts as the number that would follow the largest one.
    long double value =
        std::isinf(actual) ? std::copysign(0x1p128L, actual) : actual;
    int exponent = std::max(std::ilogb(expected), kLeastExponent);
    long double limited = std::min(std::max(expected, -0x1p128L), 0x1p128L);
    auto error = static_cast<double>(std::scalbn(
        std::fabs(value - limited), kFraction - std::min(exponent, 127)));
    // NaN is no number, and no comparison finds it.
    if (!(error <= bound))
      ++failures;
    if (!(error <= worst)) {
      worst = error;
      worstAt = x;
    }
  }
};

/// A function on the instruction sets that run here.
struct Candidate {
  std::unique_ptr<Kernel> kernel;
  Findings findings;
};

lse_halide::FunctionSpec makeSpec(const Function &function,
                                  const InstructionSet &set,
                                  const Machine &machine) {
  lse_halide::FunctionSpec spec;
  spec.function = function.function;
  spec.vectorLanes = set.vectorLanes;
  spec.target = machine.spec;
  return spec;
}

/// None where the machine lacks the instruction set, or is to be taken for one
/// that does.
std::unique_ptr<Kernel> makeKernel(const Function &function,
                                   const InstructionSet &set,
                                   const Settings &settings) {
  Machine machine = llvm::cantFail(Machine::host(set.without));
  if (llvm::is_contained(settings.without, set.name) ||
      !llvm::is_contained(machine.spec.features, set.feature))
    return nullptr;
  return llvm::cantFail(
      Kernel::create(makeSpec(function, set, machine), machine));
}

/// No x86 runs it.
const InstructionSet kNEON = {"NEON", "neon", 4, {}};

constexpr const char *kX86 = "x86_64-unknown-linux-gnu";

const AssemblyTraits &traitsOf(const InstructionSet &set) {
  static const std::map<std::string, AssemblyTraits> all = {
      {"AVX-512",
       {kX86, "x86-64-v4", "zmm[0-9]", "v(mul|fn?m(add|sub)[0-9]+)p[sd].*zmm"}},
      {"AVX2",
       {kX86, "x86-64-v3", "ymm[0-9]", "v(mul|fn?m(add|sub)[0-9]+)p[sd].*ymm"}},
      {"baseline", {kX86, "x86-64", "xmm[0-9]", "mulp[sd][[:space:]]"}},
      {"NEON",
       {"aarch64-unknown-linux-gnu", "generic", "v[0-9]+[.](4s|2d)",
        "f(mul|ml[as])[[:space:]]+v"}}};
  return all.at(set.name);
}

/// Looks at the code of a function that does not run here. Prints its line and
/// returns the number of failures.
uint64_t printAssemblyCheck(llvm::raw_ostream &os, const Function &function,
                            const InstructionSet &set) {
  const AssemblyTraits &traits = traitsOf(set);
  Machine machine = llvm::cantFail(Machine::named(traits.triple, traits.cpu));
  std::string problem =
      findAssemblyProblem(llvm::cantFail(compileToAssembly(
                              makeSpec(function, set, machine), machine)),
                          traits);
  os << "| " << function.name << " | " << set.name << " | not run here; "
     << (problem.empty() ? "assembly checked" : "in the assembly, " + problem)
     << " | | | | | " << !problem.empty() << " |\n";
  return !problem.empty();
}

/// Checks one block of inputs on every instruction set.
void checkBlock(const Function &function, uint64_t block,
                llvm::ArrayRef<Candidate> candidates,
                llvm::MutableArrayRef<Findings> findings) {
  std::vector<float> x, y;
  std::vector<double> estimates;
  for (uint64_t i = 0; i < kBlock; ++i) {
    auto bits = static_cast<uint32_t>(block * kBlock + i);
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    if (value > function.most)
      continue;
    x.push_back(value);
    estimates.push_back(function.estimate(value));
  }
  if (x.empty())
    return;
  y.resize(x.size());
  auto size = static_cast<int64_t>(x.size());
  for (auto [candidate, found] : llvm::zip(candidates, findings)) {
    if (!candidate.kernel)
      continue;
    std::fill(y.begin(), y.end(), 7.0f);
    Buffer input(x.data(), {size}), output(y.data(), {size});
    if ((*candidate.kernel)({&input, &output}) != 0)
      llvm::report_fatal_error("a function's kernel failed");
    for (size_t i = 0; i < x.size(); ++i)
      found.check(function, x[i], y[i], estimates[i]);
  }
}

void checkFunction(const Function &function, const Settings &settings,
                   llvm::MutableArrayRef<Candidate> candidates) {
  std::atomic<uint64_t> next = 0;
  std::mutex merging;
  auto work = [&] {
    std::vector<Findings> findings(candidates.size());
    for (uint64_t block = next.fetch_add(settings.every); block < kBlocks;
         block = next.fetch_add(settings.every))
      checkBlock(function, block, candidates, findings);
    std::lock_guard<std::mutex> lock(merging);
    for (auto [candidate, found] : llvm::zip(candidates, findings))
      candidate.findings.add(found);
  };
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < settings.threads; ++i)
    workers.emplace_back(work);
  for (std::thread &worker : workers)
    worker.join();
}

} // namespace

uint64_t lse_verify::verifyExp(llvm::raw_ostream &os,
                               const Settings &settings) {
  uint64_t failures = 0;
  os << "| function | instructions | inputs | largest error, ULP | at | "
        "correctly rounded | bound, ULP | failures |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const Function &function : kFunctions) {
    std::vector<Candidate> candidates;
    for (const InstructionSet &set : instructionSets())
      candidates.push_back({makeKernel(function, set, settings), {}});
    checkFunction(function, settings, candidates);
    for (auto [candidate, set] : llvm::zip(candidates, instructionSets())) {
      if (!candidate.kernel) {
        failures += printAssemblyCheck(os, function, set);
        continue;
      }
      os << "| " << function.name << " | " << set.name << " | ";
      const Findings &found = candidate.findings;
      failures += found.failures;
      os << found.count << " | " << llvm::format("%.3f", found.worst) << " | "
         << llvm::format("%.9g", found.worstAt) << " | "
         << llvm::format("%.4f %%", 100.0 * found.rounded / found.count)
         << " | " << llvm::format("%g", function.bound);
      if (function.boundPerUnit)
        os << " + " << llvm::format("%.3f", function.boundPerUnit) << " abs(x)";
      os << " | " << found.failures << " |\n";
    }
    failures += printAssemblyCheck(os, function, kNEON);
    os.flush();
  }
  return failures;
}
