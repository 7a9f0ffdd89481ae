//===- ExpStage.cpp - The functions of f32, over all inputs ---------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stages.h"

#include "KernelJIT.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/Format.h"

#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>
#include <thread>

using namespace lse_bench;
using lse_halide::MathFunction;

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
  /// In units in the last place; docs/Numerics.md states it.
  double bound;
  /// The largest number it is for.
  float most;
};

long double scaledExponential(long double x) {
  // What lies below only has to stay as small.
  return std::exp(std::max(x, -110.0L)) * 0x1p64L;
}

constexpr float kInfinity = std::numeric_limits<float>::infinity();

const Function kFunctions[] = {
    {"2^64 exp(x), x <= 0", MathFunction::ScaledExp, scaledExponential, 4, 0},
    {"exp(x)", MathFunction::Exp, [](long double x) { return std::exp(x); }, 1,
     kInfinity},
    {"exp2(x)", MathFunction::Exp2, [](long double x) { return std::exp2(x); },
     1.1, kInfinity},
    {"log(x)", MathFunction::Log, [](long double x) { return std::log(x); },
     0.501, kInfinity},
    {"log1p(x)", MathFunction::Log1p,
     [](long double x) { return std::log1p(x); }, 0.501, kInfinity},
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

  /// `actual` beside `expected`, which is exact but for 2^-64 of itself.
  void check(float x, float actual, long double expected, double bound) {
    ++count;
    float nearest = static_cast<float>(expected);
    bool isSpecial =
        std::isnan(expected) || std::isinf(expected) || expected == 0;
    if (isSpecial) {
      bool isExact = std::isnan(expected)
                         ? std::isnan(actual)
                         : actual == nearest &&
                               std::signbit(actual) == std::signbit(nearest);
      rounded += isExact;
      failures += !isExact;
      return;
    }
    rounded += actual == nearest;
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

std::unique_ptr<Kernel> makeKernel(const Function &function,
                                   const InstructionSet &set) {
  Machine machine = llvm::cantFail(Machine::host(set.without));
  if (!llvm::is_contained(machine.spec.features, set.feature))
    return nullptr;
  lse_halide::FunctionSpec spec;
  spec.function = function.function;
  spec.vectorLanes = set.vectorLanes;
  spec.target = machine.spec;
  return llvm::cantFail(Kernel::create(spec, machine));
}

/// Checks one block of inputs on every instruction set.
void checkBlock(const Function &function, uint64_t block,
                llvm::ArrayRef<Candidate> candidates,
                llvm::MutableArrayRef<Findings> findings) {
  std::vector<float> x, y;
  std::vector<long double> expected;
  for (uint64_t i = 0; i < kBlock; ++i) {
    auto bits = static_cast<uint32_t>(block * kBlock + i);
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    if (value > function.most)
      continue;
    x.push_back(value);
    expected.push_back(function.reference(value));
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
      found.check(x[i], y[i], expected[i], function.bound);
  }
}

void checkFunction(const Function &function, uint64_t every, unsigned threads,
                   llvm::MutableArrayRef<Candidate> candidates) {
  std::atomic<uint64_t> next = 0;
  std::mutex merging;
  auto work = [&] {
    std::vector<Findings> findings(candidates.size());
    for (uint64_t block = next.fetch_add(every); block < kBlocks;
         block = next.fetch_add(every))
      checkBlock(function, block, candidates, findings);
    std::lock_guard<std::mutex> lock(merging);
    for (auto [candidate, found] : llvm::zip(candidates, findings))
      candidate.findings.add(found);
  };
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < threads; ++i)
    workers.emplace_back(work);
  for (std::thread &worker : workers)
    worker.join();
}

} // namespace

uint64_t lse_verify::verifyExp(llvm::raw_ostream &os, uint64_t every,
                               unsigned threads) {
  uint64_t failures = 0;
  os << "| function | instructions | inputs | largest error, ULP | at | "
        "correctly rounded | bound, ULP | failures |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const Function &function : kFunctions) {
    std::vector<Candidate> candidates;
    for (const InstructionSet &set : instructionSets())
      candidates.push_back({makeKernel(function, set), {}});
    checkFunction(function, every, threads, candidates);
    for (auto [candidate, set] : llvm::zip(candidates, instructionSets())) {
      os << "| " << function.name << " | " << set.name << " | ";
      if (!candidate.kernel) {
        os << "not run here | | | | | |\n";
        continue;
      }
      const Findings &found = candidate.findings;
      failures += found.failures;
      os << found.count << " | " << llvm::format("%.3f", found.worst) << " | "
         << llvm::format("%.9g", found.worstAt) << " | "
         << llvm::format("%.4f %%", 100.0 * found.rounded / found.count)
         << " | " << llvm::format("%g", function.bound) << " | "
         << found.failures << " |\n";
    }
    os.flush();
  }
  return failures;
}
