//===- HalfPrecisionTest.cpp - 16-bit inputs and outputs ------------------===//
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

/// Every number of a 16-bit type, read exactly: the log-sum-exp of a row of one
/// element is that element.
TEST(HalfPrecision, EveryNumberIsRead) {
  for (const Machine &machine : machines())
    for (ElementType type : {ElementType::F16, ElementType::BF16}) {
      RowCase rowCase =
          makeCase({65536, 1}, {1}, Strategy::CachedRow, 1, type, {Z});
      rowCase.outputs = {{Z, ElementType::F32}};
      for (bool acrossRows : {false, true}) {
        if (acrossRows) {
          rowCase.strategy = Strategy::ColumnTile;
          rowCase.vectorDim = 0;
        }
        Tensor input = rowCase.makeInput();
        for (int64_t i = 0; i < 65536; ++i)
          input.setBits({i, 0}, i);
        std::vector<Tensor> outputs = rowCase.makeOutputs();
        ASSERT_EQ(run(*makeKernel(rowCase.makeSpec(machine), machine), input,
                      outputs),
                  0);
        for (int64_t i = 0; i < 65536; ++i) {
          long double expected = valueOfBits(i, type);
          long double actual = outputs[0].get({i});
          ASSERT_TRUE(std::isnan(expected) ? std::isnan(actual)
                                           : actual == expected)
              << i;
        }
      }
    }
}

/// f32 numbers around every boundary of a 16-bit type are rounded to it.
TEST(HalfPrecision, NumbersAreRounded) {
  for (const Machine &machine : machines())
    for (ElementType type : {ElementType::F16, ElementType::BF16}) {
      std::vector<uint32_t> bits;
      for (uint32_t high = 0; high < 0x10000; ++high)
        for (uint32_t low : {0x0000u, 0x0fffu, 0x1000u, 0x1001u, 0x3000u,
                             0x7fffu, 0x8000u, 0x8001u, 0xf000u, 0xffffu})
          bits.push_back(high << 16 | low);
      int64_t count = static_cast<int64_t>(bits.size());
      RowCase rowCase = makeCase({count, 1}, {1}, Strategy::ColumnTile, 0,
                                 ElementType::F32, {});
      rowCase.outputs = {{Z, type}};
      Tensor input(ElementType::F32, {count, 1});
      for (int64_t i = 0; i < count; ++i)
        input.setBits({i, 0}, bits[i]);
      std::vector<Tensor> outputs = {Tensor(type, {count})};
      ASSERT_EQ(
          run(*makeKernel(rowCase.makeSpec(machine), machine), input, outputs),
          0);
      for (int64_t i = 0; i < count; ++i) {
        long double value = input.get({i, 0});
        if (std::isnan(value))
          ASSERT_TRUE(std::isnan(outputs[0].get({i}))) << bits[i];
        else if (value == 0)
          ASSERT_EQ(outputs[0].get({i}), 0) << bits[i];
        else
          ASSERT_EQ(outputs[0].getBits({i}), roundedBits(value, type))
              << bits[i];
      }
    }
}

/// A row of one element more than whole vectors: the last store is that of one
/// element, and no wider than it.
TEST(HalfPrecision, OneElementAfterVectors) {
  for (const Machine &machine : machines())
    for (ElementType type : {ElementType::F16, ElementType::BF16})
      for (const std::vector<ResultKind> &kinds :
           {std::vector<ResultKind>{P}, {L}, {Z, L, P}}) {
        RowCase rowCase = makeCase({3, machine.vectorLanes + 1}, {1},
                                   Strategy::CachedRow, 1, type, kinds);
        rowCase.isStatic = true;
        ASSERT_NO_FATAL_FAILURE(checkCase(rowCase, machine));
      }
}

} // namespace
