//===- AccurateTest.cpp - The numerics class accurate ---------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowTesting.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace lse_testing;
using llvm::ArrayRef;

namespace {

RowCase accurateCase(int64_t rows, int64_t length, bool alongRows,
                     ElementType type, ArrayRef<ResultKind> kinds) {
  RowCase result =
      makeCase({rows, length}, {1},
               alongRows ? Strategy::CachedRow : Strategy::ColumnTile,
               alongRows ? 1 : 0, type, kinds);
  result.numerics = Numerics::Accurate;
  return result;
}

/// Rows that are hard in one way each.
using Fill = long double (*)(int64_t position, std::mt19937 &random);

long double uniform(std::mt19937 &random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

const Fill kFills[] = {
    // Far from the maximum.
    [](int64_t, std::mt19937 &random) { return uniform(random, -80, 0); },
    // A dominant class, near and far.
    [](int64_t i, std::mt19937 &random) {
      return i == 0 ? 3.25L : uniform(random, -20, -15);
    },
    [](int64_t i, std::mt19937 &random) {
      return i == 1 ? 0.1L : uniform(random, -104, -80);
    },
    // Offsets around what is shifted.
    [](int64_t, std::mt19937 &random) { return uniform(random, 250, 262); },
    [](int64_t, std::mt19937 &random) { return uniform(random, -400, -255); },
    [](int64_t, std::mt19937 &random) { return uniform(random, 2000, 2060); },
    [](int64_t, std::mt19937 &random) { return uniform(random, 1e4, 1.001e4); },
    [](int64_t, std::mt19937 &random) { return uniform(random, -1e8, -9e7); },
    // Log-sum-exps near 0.
    [](int64_t i, std::mt19937 &) { return i < 2 ? -0.69314718L : -70.0L; },
    // Ties.
    [](int64_t i, std::mt19937 &random) {
      return std::floor(uniform(random, -3, 3));
    },
    // One maximum, and all others equal.
    [](int64_t i, std::mt19937 &) { return i == 7 ? 0.3L : -1.1L; },
    [](int64_t i, std::mt19937 &) { return i == 3 ? 0.3L : -9.7L; }};

void checkFills(const RowCase &rowCase, const Machine &machine) {
  KernelSpec spec = rowCase.makeSpec(machine);
  std::unique_ptr<Kernel> kernel = makeKernel(spec, machine);
  std::mt19937 random(17);
  for (const Fill &fill : kFills) {
    Tensor input(rowCase.input, rowCase.extents);
    input.forEach([&](ArrayRef<int64_t> index) {
      // f16 has no number below that.
      long double least =
          rowCase.input == ElementType::F16 ? -65504 : -INFINITY;
      input.set(index, std::max(fill(index[1], random), least));
    });
    std::vector<Tensor> outputs = rowCase.makeOutputs();
    ASSERT_EQ(run(*kernel, input, outputs), 0);
    ASSERT_NO_FATAL_FAILURE(expectResults(rowCase, spec, input, outputs))
        << "fill " << &fill - kFills;
  }
}

TEST(Accurate, EachSetOfResults) {
  for (const Machine &machine : machines())
    for (bool alongRows : {true, false})
      for (const std::vector<ResultKind> &kinds :
           std::vector<std::vector<ResultKind>>{
               {P}, {L}, {Z}, {P, L}, {L, P}, {Z, P}, {Z, L}, {Z, L, P}})
        for (int64_t length : {1, 37})
          ASSERT_NO_FATAL_FAILURE(checkFills(
              accurateCase(11, length, alongRows, ElementType::F32, kinds),
              machine))
              << machine.features << alongRows << length;
}

TEST(Accurate, EachType) {
  for (const Machine &machine : machines())
    for (bool alongRows : {true, false})
      for (ElementType type : kTypes)
        for (const std::vector<ResultKind> &kinds :
             std::vector<std::vector<ResultKind>>{{P}, {L}, {Z, L, P}})
          ASSERT_NO_FATAL_FAILURE(checkFills(
              accurateCase(5, 1003, alongRows, type, kinds), machine));
}

} // namespace
