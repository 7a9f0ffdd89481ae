//===- FloatingPointModeTest.cpp - Kernels under a caller's modes ---------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelTesting.h"

#include "lse/KernelTesting/FloatingPointMode.h"

#include <gtest/gtest.h>

#include <cfenv>

using namespace lse_testing;
using lse_halide::KernelSpec;

namespace {

constexpr int64_t kRows = 40, kLength = 131;
constexpr size_t kSize = kRows * kLength;

/// With probabilities down to subnormal ones.
std::vector<float> makeLogits() {
  std::vector<float> logits(kSize);
  fillNormal(logits, 1, /*deviation=*/30.0f);
  return logits;
}

std::vector<float> run(const Kernel &kernel, std::vector<float> &logits) {
  std::vector<float> result(kSize);
  Buffer input(logits.data(), {kRows, kLength});
  Buffer output(result.data(), {kRows, kLength});
  EXPECT_EQ(kernel({&input, &output}), 0);
  return result;
}

/// What the threads of a pool have set, which is not what the caller has.
const FloatingPointMode *modeOfPool = nullptr;

int32_t runTasksInModeOfPool(void *context,
                             int32_t (*task)(void *, int32_t, uint8_t *),
                             int32_t first, int32_t count, uint8_t *closure) {
  FloatingPointModeScope scope(*modeOfPool);
  int32_t status = runTasksInOrder(context, task, first, count, closure);
  EXPECT_EQ(FloatingPointMode::current(), *modeOfPool) << modeOfPool->name;
  return status;
}

class FloatingPointModes : public testing::TestWithParam<lse_halide::Numerics> {
};

TEST_P(FloatingPointModes, OfTheCallerChangeNothing) {
  std::vector<float> logits = makeLogits();
  for (const Machine &machine : machines()) {
    KernelSpec spec = makeSoftmaxSpec(machine, {kRows, kLength});
    spec.numerics = GetParam();
    spec.schedule.parallel = false;
    std::unique_ptr<Kernel> kernel = makeKernel(spec, machine);
    std::vector<float> expected = run(*kernel, logits);
    for (const FloatingPointMode &mode : otherFloatingPointModes()) {
      FloatingPointModeScope scope(mode);
      std::vector<float> actual = run(*kernel, logits);
      EXPECT_EQ(FloatingPointMode::current(), mode) << mode.name;
      EXPECT_TRUE(sameBits(actual, expected))
          << machine.name << ", " << mode.name;
    }
  }
}

TEST_P(FloatingPointModes, OfAPoolChangeNothing) {
  std::vector<float> logits = makeLogits();
  for (const Machine &machine : machines()) {
    KernelSpec spec = makeSoftmaxSpec(machine, {kRows, kLength});
    spec.numerics = GetParam();
    spec.schedule.parallelGrain = 3 * kLength;
    std::vector<float> expected = run(*makeKernel(spec, machine), logits);
    std::unique_ptr<Kernel> kernel =
        makeKernel(spec, machine, runTasksInModeOfPool);
    for (const FloatingPointMode &mode : otherFloatingPointModes()) {
      modeOfPool = &mode;
      EXPECT_TRUE(sameBits(run(*kernel, logits), expected))
          << machine.name << ", " << mode.name;
    }
  }
}

/// Exceptions that were raised before stay, and so do a kernel's.
TEST(FloatingPointExceptions, StayRaised) {
  std::vector<float> logits = makeLogits();
  KernelSpec spec = makeSoftmaxSpec(host(), {kRows, kLength});
  std::unique_ptr<Kernel> kernel = makeKernel(spec, host());
  FloatingPointModeScope scope(otherFloatingPointModes().front());
  std::feclearexcept(FE_ALL_EXCEPT);
  std::feraiseexcept(FE_DIVBYZERO);
  run(*kernel, logits);
  EXPECT_TRUE(std::fetestexcept(FE_DIVBYZERO));
  EXPECT_TRUE(std::fetestexcept(FE_UNDERFLOW));
  std::feclearexcept(FE_ALL_EXCEPT);
}

INSTANTIATE_TEST_SUITE_P(Numerics, FloatingPointModes,
                         testing::Values(lse_halide::Numerics::Standard,
                                         lse_halide::Numerics::Accurate),
                         [](const auto &info) {
                           return info.param == lse_halide::Numerics::Standard
                                      ? "standard"
                                      : "accurate";
                         });

} // namespace
