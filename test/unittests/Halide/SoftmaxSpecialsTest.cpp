//===- SoftmaxSpecialsTest.cpp - Edge rows of docs/Numerics ---------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The names E2, E5, ... are those of the table of edge rows in
// docs/Numerics.md.
//
//===----------------------------------------------------------------------===//

#include "KernelTesting.h"

#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>

using namespace lse_testing;
using lse_halide::kDynamicExtent;
using lse_halide::KernelSpec;
using lse_halide::RowDeath;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
const float kNaN = std::nanf("");

/// Kernels for rows of any length, one per machine, made once.
class SoftmaxSpecials : public testing::Test {
protected:
  static const std::vector<std::unique_ptr<Kernel>> &kernels(RowDeath death) {
    static const std::vector<std::unique_ptr<Kernel>> nan = make(RowDeath::NaN);
    static const std::vector<std::unique_ptr<Kernel>> zero =
        make(RowDeath::Zero);
    return death == RowDeath::NaN ? nan : zero;
  }

  static std::vector<float> run(const Kernel &kernel, std::vector<float> row) {
    int64_t length = static_cast<int64_t>(row.size());
    std::vector<float> result(row.size(), -1.0f);
    Buffer input(row.data(), {1, length}), output(result.data(), {1, length});
    EXPECT_EQ(kernel({&input, &output}), 0);
    return result;
  }

  static void expectAllNaN(const std::vector<float> &row,
                           RowDeath death = RowDeath::NaN) {
    for (const std::unique_ptr<Kernel> &kernel : kernels(death))
      for (float value : run(*kernel, row))
        ASSERT_TRUE(std::isnan(value)) << value;
  }

  /// Expects the bits of `expected`, so +0 is not -0.
  static void expectRow(const std::vector<float> &row,
                        const std::vector<float> &expected,
                        RowDeath death = RowDeath::NaN) {
    for (const std::unique_ptr<Kernel> &kernel : kernels(death)) {
      std::vector<float> actual = run(*kernel, row);
      EXPECT_TRUE(sameBits(actual, expected))
          << testing::PrintToString(actual) << " instead of "
          << testing::PrintToString(expected);
    }
  }

private:
  static std::vector<std::unique_ptr<Kernel>> make(RowDeath death) {
    std::vector<std::unique_ptr<Kernel>> result;
    for (const Machine &machine : machines()) {
      KernelSpec spec =
          makeSoftmaxSpec(machine, {kDynamicExtent, kDynamicExtent});
      spec.rowDeath = death;
      result.push_back(makeKernel(spec, machine));
    }
    return result;
  }
};

const size_t kLengths[] = {1, 2, 5, 16, 33, 67, 100};

TEST_F(SoftmaxSpecials, E2_AllMinusInfinityIsNaN) {
  for (size_t length : kLengths)
    expectAllNaN(std::vector<float>(length, -kInfinity));
}

TEST_F(SoftmaxSpecials, E3_AllMinusInfinityIsZeroIfAskedFor) {
  for (size_t length : kLengths)
    expectRow(std::vector<float>(length, -kInfinity),
              std::vector<float>(length, 0.0f), RowDeath::Zero);
}

TEST_F(SoftmaxSpecials, E4_LowestFiniteLogitsAreNumbers) {
  for (float lowest : {-FLT_MAX, -1e9f}) {
    expectRow(std::vector<float>(4, lowest), std::vector<float>(4, 0.25f));
    expectRow(std::vector<float>(64, lowest), std::vector<float>(64, 1 / 64.f),
              RowDeath::Zero);
  }
}

TEST_F(SoftmaxSpecials, E5_PlusInfinityIsNaN) {
  for (RowDeath death : {RowDeath::NaN, RowDeath::Zero})
    for (size_t length : kLengths)
      for (float other : {1.0f, -kInfinity}) {
        std::vector<float> row(length, other);
        row[length / 2] = kInfinity;
        expectAllNaN(row, death);
      }
}

TEST_F(SoftmaxSpecials, E7_NaNAnywhereMakesItsRowNaN) {
  for (RowDeath death : {RowDeath::NaN, RowDeath::Zero})
    for (size_t length : kLengths)
      for (size_t at = 0; at < length; ++at)
        for (float other : {1.0f, -kInfinity, kInfinity}) {
          std::vector<float> row(length, other);
          row[at] = kNaN;
          expectAllNaN(row, death);
        }
}

TEST_F(SoftmaxSpecials, E7_OtherRowsStay) {
  constexpr int64_t rows = 3, length = 37;
  std::vector<float> clean(rows * length), x, p(rows * length),
      expected(rows * length);
  fillNormal(clean, 9);
  Buffer cleanInput(clean.data(), {rows, length});
  Buffer expectedOutput(expected.data(), {rows, length});
  for (const std::unique_ptr<Kernel> &kernel : kernels(RowDeath::NaN)) {
    ASSERT_EQ((*kernel)({&cleanInput, &expectedOutput}), 0);
    x = clean;
    x[length + 36] = kNaN;
    Buffer input(x.data(), {rows, length}), output(p.data(), {rows, length});
    ASSERT_EQ((*kernel)({&input, &output}), 0);
    for (int64_t row : {0, 2})
      EXPECT_TRUE(
          sameBits(llvm::ArrayRef(p).slice(row * length, length),
                   llvm::ArrayRef(expected).slice(row * length, length)));
  }
}

TEST_F(SoftmaxSpecials, E9_MinusInfinityIsPlusZero) {
  expectRow({0, -kInfinity, 0}, {0.5f, 0.0f, 0.5f});
  expectRow({-kInfinity, 3}, {0.0f, 1.0f}, RowDeath::Zero);
  std::vector<float> row(100, -kInfinity), expected(100, 0.0f);
  row[99] = -7;
  expected[99] = 1;
  expectRow(row, expected);
}

TEST_F(SoftmaxSpecials, E10_E11_OneElement) {
  for (float logit : {0.0f, -0.0f, 1e-45f, 3.7f, -1e30f, FLT_MAX, -FLT_MAX})
    expectRow({logit}, {1.0f});
  for (float logit : {-kInfinity, kInfinity, kNaN})
    expectAllNaN({logit});
}

TEST_F(SoftmaxSpecials, E14_E15_HugeSpread) {
  expectRow({1e30f, 0, -1e30f, 1e30f}, {0.5f, 0.0f, 0.0f, 0.5f});
  expectRow({FLT_MAX, -FLT_MAX}, {1.0f, 0.0f});
}

TEST_F(SoftmaxSpecials, E16_ShiftInvariance) {
  for (float logit : {1.0f, 1e4f, 1e8f, -1e8f})
    expectRow({logit, logit}, {0.5f, 0.5f});
}

TEST_F(SoftmaxSpecials, E17_E18_Subnormals) {
  expectRow({0, -90}, {1.0f, 8.194013e-40f});
  expectRow({0, -103}, {1.0f, 1.401298e-45f});
  expectRow({0, -103.9f}, {1.0f, 1.401298e-45f});
  expectRow({0, -104}, {1.0f, 0.0f});
  expectRow({0, -1e30f}, {1.0f, 0.0f});
}

TEST_F(SoftmaxSpecials, E19_E27_SubnormalAndZeroLogits) {
  expectRow({1e-45f, 0, -1e-45f, 1e-40f}, std::vector<float>(4, 0.25f));
  expectRow({0.0f, -0.0f}, {0.5f, 0.5f});
}

/// Logit expressions that overflow or divide by zero have IEEE's values.
TEST_F(SoftmaxSpecials, InfinitiesFromLogitExpressions) {
  using lse_halide::LogitNode;
  KernelSpec spec = makeSoftmaxSpec(host(), {kDynamicExtent, kDynamicExtent});
  spec.logit.push_back({LogitNode::Kind::Constant, 0, -0.0});
  spec.logit.push_back({LogitNode::Kind::Div, 0, 0.0, {0, 1}});
  std::unique_ptr<Kernel> kernel = makeKernel(spec, host());
  for (float value : run(*kernel, {1, 2, 3}))
    EXPECT_TRUE(std::isnan(value));
  spec.logit.push_back({LogitNode::Kind::Constant, 0, 1.0});
  spec.logit.push_back({LogitNode::Kind::Max, 0, 0.0, {2, 3}});
  std::vector<float> actual = run(*makeKernel(spec, host()), {1, 2});
  EXPECT_TRUE(sameBits(actual, {0.5f, 0.5f}));
  for (float value : run(*makeKernel(spec, host()), {0, 2}))
    EXPECT_TRUE(std::isnan(value));
}

} // namespace
