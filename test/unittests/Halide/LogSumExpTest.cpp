//===- LogSumExpTest.cpp - Rows that are read once ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowTesting.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

using namespace lse_testing;

namespace {

/// What a row of many is read in; see docs/Schedules.md.
constexpr int64_t kSegment = 2048;
constexpr long double kInfinity = std::numeric_limits<long double>::infinity();
constexpr long double kNaN = std::numeric_limits<long double>::quiet_NaN();

RowCase makeCase(std::vector<int64_t> extents, ElementType type) {
  return lse_testing::makeCase(std::move(extents), {1}, Strategy::OnlineRow, 1,
                               type, {Z});
}

/// One kernel for all row lengths.
void checkLengths(ElementType type, const Machine &machine,
                  llvm::ArrayRef<int64_t> lengths) {
  RowCase rowCase = makeCase({2, 1}, type);
  KernelSpec spec = rowCase.makeSpec(machine);
  std::unique_ptr<Kernel> kernel = makeKernel(spec, machine);
  for (int64_t length : lengths) {
    rowCase.extents[1] = length;
    Tensor input = rowCase.makeInput();
    std::vector<Tensor> outputs = rowCase.makeOutputs();
    ASSERT_EQ(run(*kernel, input, outputs), 0);
    EXPECT_TRUE(outputs[0].gapsAreUntouched());
    ASSERT_NO_FATAL_FAILURE(expectResults(rowCase, spec, input, outputs))
        << length;
  }
}

TEST(OnlineRow, ShortRows) {
  for (const Machine &machine : machines())
    for (ElementType type : kTypes)
      ASSERT_NO_FATAL_FAILURE(
          checkLengths(type, machine, {1, 2, 7, 16, 33, 64, 100, 257, 1025}));
}

TEST(OnlineRow, LengthsAroundSegments) {
  for (const Machine &machine : machines())
    for (ElementType type : {ElementType::F32, ElementType::F64})
      ASSERT_NO_FATAL_FAILURE(
          checkLengths(type, machine,
                       {kSegment - 1, kSegment, kSegment + 1, 2 * kSegment - 1,
                        2 * kSegment, 2 * kSegment + 77, 5 * kSegment + 3}));
  ASSERT_NO_FATAL_FAILURE(
      checkLengths(ElementType::F16, host(), {kSegment, 3 * kSegment + 5}));
}

TEST(OnlineRow, StaticLengths) {
  for (const Machine &machine : machines())
    for (int64_t length : {int64_t(1), int64_t(40), int64_t(257), kSegment,
                           2 * kSegment, 2 * kSegment + 40}) {
      RowCase rowCase = makeCase({2, length}, ElementType::F32);
      rowCase.isStatic = true;
      ASSERT_NO_FATAL_FAILURE(checkCase(rowCase, machine));
    }
}

/// A row of several dimensions, and elements that are not adjacent.
TEST(OnlineRow, RowsOfTwoDimensions) {
  RowCase rowCase = makeCase({2, 3, kSegment + 9}, ElementType::F32);
  rowCase.rowDims = {1, 2};
  rowCase.vectorDim = 2;
  ASSERT_NO_FATAL_FAILURE(checkCase(rowCase, host()));
  rowCase = makeCase({2, 2 * kSegment + 9}, ElementType::F32);
  rowCase.inputStrides = {1, 3};
  rowCase.unitStridesKnown = false;
  ASSERT_NO_FATAL_FAILURE(checkCase(rowCase, host()));
}

/// Each segment raises the maximum, or none but the first, or all are alike:
/// sums are scaled as often as can be.
TEST(OnlineRow, MaximumMoves) {
  const int64_t length = 60 * kSegment + 100;
  for (const Machine &machine : machines()) {
    RowCase rowCase = makeCase({1, length}, ElementType::F32);
    KernelSpec spec = rowCase.makeSpec(machine);
    std::unique_ptr<Kernel> kernel = makeKernel(spec, machine);
    // The difference of neighbours: from hardly any to all in the last segment.
    for (long double step : {0.0L, 1e-7L, 1e-5L, 1e-3L, -1e-5L, -1e-3L}) {
      Tensor input(ElementType::F32, {1, length});
      std::vector<long double> logits(length);
      for (int64_t i = 0; i < length; ++i) {
        input.set({0, i}, step * static_cast<long double>(i));
        logits[i] = input.get({0, i});
      }
      std::vector<Tensor> outputs = rowCase.makeOutputs();
      ASSERT_EQ(run(*kernel, input, outputs), 0);
      long double maximum = *std::max_element(logits.begin(), logits.end());
      long double sum = 0;
      for (long double logit : logits)
        sum += std::exp(logit - maximum);
      long double expected = maximum + std::log(sum);
      double bound = 4 + std::fabs(static_cast<double>(expected)) +
                     std::log(static_cast<double>(length)) / 2;
      EXPECT_LE(std::fabs(outputs[0].get({0}) - expected),
                bound * std::ldexp(1.0, -23))
          << static_cast<double>(step);
    }
  }
}

class OnlineSpecials : public testing::TestWithParam<ElementType> {
protected:
  /// The log-sum-exp of `row` between two ordinary rows, which stay so.
  void expect(const std::vector<long double> &row, long double expected) {
    auto length = static_cast<int64_t>(row.size());
    RowCase rowCase = makeCase({3, length}, GetParam());
    if (!kernel)
      kernel =
          makeKernel(makeCase({3, 1}, GetParam()).makeSpec(host()), host());
    Tensor input = rowCase.makeInput();
    for (int64_t i = 0; i < length; ++i)
      input.set({1, i}, row[i]);
    std::vector<Tensor> outputs = rowCase.makeOutputs();
    ASSERT_EQ(run(*kernel, input, outputs), 0);
    long double actual = outputs[0].get({1});
    if (std::isnan(expected))
      EXPECT_TRUE(std::isnan(actual)) << static_cast<double>(actual);
    else
      EXPECT_EQ(actual, expected);
    EXPECT_TRUE(std::isfinite(outputs[0].get({0})));
    EXPECT_TRUE(std::isfinite(outputs[0].get({2})));
  }

  std::unique_ptr<Kernel> kernel;
};

/// First and last of a row, and of segments, and in what is left.
const int64_t kPlaces[] = {0,
                           77,
                           kSegment - 1,
                           kSegment,
                           2 * kSegment - 1,
                           2 * kSegment,
                           2 * kSegment + 40};
constexpr int64_t kLength = 2 * kSegment + 41;

TEST_P(OnlineSpecials, Dead) {
  for (int64_t length : {int64_t(1), int64_t(17), kSegment, kLength})
    expect(std::vector<long double>(length, -kInfinity), -kInfinity);
}

TEST_P(OnlineSpecials, OneElementIsLeft) {
  for (int64_t place : kPlaces)
    for (long double value : {-8.0L, 0.0L, 8.0L, kInfinity, kNaN}) {
      std::vector<long double> row(kLength, -kInfinity);
      row[place] = value;
      expect(row, value);
    }
}

TEST_P(OnlineSpecials, InfinityAndNaN) {
  for (int64_t place : kPlaces) {
    std::vector<long double> row(kLength, 1.0L);
    row[place] = kInfinity;
    expect(row, kInfinity);
    for (int64_t other : kPlaces) {
      if (other == place)
        continue;
      row[other] = -kInfinity;
      expect(row, kInfinity);
      row[other] = kNaN;
      expect(row, kNaN);
      row[other] = 1.0L;
    }
  }
}

/// Segments whose maxima are as far apart as numbers can be.
TEST_P(OnlineSpecials, Extremes) {
  llvm::APFloat number = llvm::APFloat::getLargest(semanticsOf(GetParam()));
  const long double largest =
      valueOfBits(number.bitcastToAPInt().getZExtValue(), GetParam());
  for (int64_t place : kPlaces) {
    std::vector<long double> row(kLength, -largest);
    row[place] = largest;
    expect(row, largest);
  }
}

INSTANTIATE_TEST_SUITE_P(Types, OnlineSpecials, testing::ValuesIn(kTypes));

TEST(OnlineRow, NothingToRead) {
  for (ElementType type : kTypes) {
    RowCase rowCase = makeCase({4, 4}, type);
    std::unique_ptr<Kernel> kernel =
        makeKernel(rowCase.makeSpec(host()), host());
    rowCase.extents = {4, 0};
    Tensor input = rowCase.makeInput();
    std::vector<Tensor> outputs = rowCase.makeOutputs();
    ASSERT_EQ(run(*kernel, input, outputs), 0);
    for (int64_t row = 0; row < 4; ++row)
      EXPECT_EQ(outputs[0].get({row}), -INFINITY);
    rowCase.extents = {0, 4};
    input = rowCase.makeInput();
    outputs = rowCase.makeOutputs();
    EXPECT_EQ(run(*kernel, input, outputs), 0);
  }
}

TEST(OnlineRow, TasksDoNotChangeResults) {
  checkTasks(makeCase({7, kSegment + 531}, ElementType::F32), {1, 40000});
}

} // namespace
