//===- RowSpecialsTest.cpp - NaN, infinities and extremes -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowTesting.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace lse_testing;
using llvm::ArrayRef;

namespace {

/// Runs one row, of all kinds of results, along rows and as the middle one of
/// `count` adjacent ones.
class SpecialRows : public testing::TestWithParam<ElementType> {
protected:
  struct Results {
    long double z;
    std::vector<long double> l, p;
  };

  const Kernel &kernel(bool acrossRows, bool zero) {
    std::unique_ptr<Kernel> &known = kernels[acrossRows][zero];
    if (!known) {
      KernelSpec spec = rowCase(acrossRows, 1).makeSpec(host());
      if (zero)
        spec.rowDeath = lse_halide::RowDeath::Zero;
      known = makeKernel(spec, host());
    }
    return *known;
  }

  RowCase rowCase(bool acrossRows, int64_t length) {
    return acrossRows ? makeCase({length, 5}, {0}, Strategy::ColumnTile, 1,
                                 GetParam(), {Z, L, P})
                      : makeCase({5, length}, {1}, Strategy::CachedRow, 1,
                                 GetParam(), {Z, L, P});
  }

  /// Calls `check` with what `row` gives in each way.
  void forEachWay(const std::vector<long double> &row, bool zero,
                  llvm::function_ref<void(const Results &)> check) {
    for (bool acrossRows : {false, true}) {
      int64_t length = static_cast<int64_t>(row.size());
      RowCase one = rowCase(acrossRows, length);
      Tensor input = one.makeInput();
      auto at = [&](int64_t i) {
        return acrossRows ? std::vector<int64_t>{i, 2}
                          : std::vector<int64_t>{2, i};
      };
      for (int64_t i = 0; i < length; ++i)
        input.set(at(i), row[i]);
      std::vector<Tensor> outputs = one.makeOutputs();
      ASSERT_EQ(run(kernel(acrossRows, zero), input, outputs), 0);
      Results results{outputs[0].get({2}), {}, {}};
      for (int64_t i = 0; i < length; ++i) {
        results.l.push_back(outputs[1].get(at(i)));
        results.p.push_back(outputs[2].get(at(i)));
      }
      check(results);
      // The other rows are as always.
      for (int64_t other : {0, 1, 3, 4})
        ASSERT_TRUE(std::isfinite(outputs[0].get({other})));
    }
  }

  void expectAll(const std::vector<long double> &row, bool zero, long double z,
                 long double l, long double p) {
    auto matches = [](long double actual, long double expected) {
      return std::isnan(expected) ? std::isnan(actual) : actual == expected;
    };
    forEachWay(row, zero, [&](const Results &results) {
      EXPECT_TRUE(matches(results.z, z)) << results.z << " not " << z;
      for (size_t i = 0; i < row.size(); ++i) {
        ASSERT_TRUE(matches(results.l[i], l)) << i << ": " << results.l[i];
        ASSERT_TRUE(matches(results.p[i], p)) << i << ": " << results.p[i];
      }
    });
  }

  std::unique_ptr<Kernel> kernels[2][2];
};

constexpr long double kInfinity = std::numeric_limits<long double>::infinity();
constexpr long double kNaN = std::numeric_limits<long double>::quiet_NaN();

TEST_P(SpecialRows, E2_E3_Dead) {
  for (size_t length : {1, 2, 17, 67}) {
    std::vector<long double> row(length, -kInfinity);
    expectAll(row, /*zero=*/false, -kInfinity, kNaN, kNaN);
    expectAll(row, /*zero=*/true, -kInfinity, -kInfinity, 0);
  }
}

TEST_P(SpecialRows, E5_E6_PlusInfinity) {
  for (bool zero : {false, true})
    for (size_t length : {1, 2, 17, 67})
      for (long double other : {1.0L, -kInfinity, kInfinity}) {
        std::vector<long double> row(length, other);
        row[length / 2] = kInfinity;
        expectAll(row, zero, kInfinity, kNaN, kNaN);
      }
}

TEST_P(SpecialRows, E7_E8_NaNAnywhere) {
  for (bool zero : {false, true})
    for (size_t at = 0; at < 71; ++at)
      for (long double other : {1.0L, -kInfinity, kInfinity}) {
        std::vector<long double> row(71, other);
        row[at] = kNaN;
        expectAll(row, zero, kNaN, kNaN, kNaN);
      }
}

TEST_P(SpecialRows, E9_E10_E15_Extremes) {
  llvm::APFloat largest = llvm::APFloat::getLargest(semanticsOf(GetParam()));
  bool losesInfo;
  largest.convert(llvm::APFloat::IEEEdouble(),
                  llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  long double most = largest.convertToDouble();
  for (long double logit : {0.0L, 3.5L, -100.0L, most, -most})
    expectAll({logit}, false, logit, 0, 1);
  forEachWay({-kInfinity, 3, -kInfinity}, false, [](const Results &results) {
    EXPECT_EQ(results.z, 3);
    EXPECT_EQ(results.l, (std::vector<long double>{-kInfinity, 0, -kInfinity}));
    EXPECT_EQ(results.p, (std::vector<long double>{0, 1, 0}));
  });
  forEachWay({most, -most}, false, [&](const Results &results) {
    EXPECT_EQ(results.z, most);
    EXPECT_EQ(results.l, (std::vector<long double>{0, -kInfinity}));
    EXPECT_EQ(results.p, (std::vector<long double>{1, 0}));
  });
  // E4: finite numbers are no masks.
  forEachWay(
      std::vector<long double>(4, -most), false, [&](const Results &results) {
        EXPECT_EQ(results.z, -most);
        for (size_t i = 0; i < 4; ++i) {
          EXPECT_EQ(results.p[i], 0.25L);
          EXPECT_LE(ulpError(results.l[i], -std::log(4.0L), GetParam()), 1);
        }
      });
}

/// E16: log-probabilities do not depend on where the row lies.
TEST_P(SpecialRows, E16_ShiftInvariance) {
  for (long double v : {1.0L, 1e4L, -1e4L})
    forEachWay({v, v}, false, [&](const Results &results) {
      for (size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(results.p[i], 0.5L);
        EXPECT_LE(ulpError(results.l[i], -std::log(2.0L), GetParam()), 1);
      }
    });
}

INSTANTIATE_TEST_SUITE_P(Types, SpecialRows, testing::ValuesIn(kTypes));

/// The exponential of f64 from 0 down to where even subnormals end.
TEST(Float64, ExponentialFromZeroToSubnormals) {
  constexpr int64_t rows = 100000;
  for (const Machine &machine : machines()) {
    RowCase rowCase = makeCase({rows, 2}, {1}, Strategy::ColumnTile, 0,
                               ElementType::F64, {P});
    Tensor input(ElementType::F64, {rows, 2});
    for (int64_t row = 0; row < rows; ++row) {
      input.set({row, 0}, 0);
      input.set({row, 1}, -760.0L * row / rows);
    }
    std::vector<Tensor> outputs = {Tensor(ElementType::F64, {rows, 2})};
    ASSERT_EQ(
        run(*makeKernel(rowCase.makeSpec(machine), machine), input, outputs),
        0);
    for (int64_t row = 0; row < rows; ++row) {
      long double x = input.get({row, 1}), e = std::exp(x);
      // Two roundings of the exponential, the sum, the reciprocal, the product.
      ASSERT_LE(
          ulpError(outputs[0].get({row, 0}), 1 / (1 + e), ElementType::F64),
          2.5);
      ASSERT_LE(
          ulpError(outputs[0].get({row, 1}), e / (1 + e), ElementType::F64), 4)
          << static_cast<double>(x);
    }
  }
}

} // namespace
