//===- BFloat16Test.cpp - Tests of rounding to bf16 -----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>

#include "gtest/gtest.h"

// As LLVM calls them: a bf16 comes back in the low bits of a float's register.
extern "C" float __truncsfbf2(float value);
extern "C" float __truncdfbf2(double value);

namespace {

template <typename To, typename From>
To bitCast(From from) {
  To to;
  std::memcpy(&to, &from, sizeof(to));
  return to;
}

uint16_t truncate(float value) {
  return bitCast<uint32_t>(__truncsfbf2(value)) & 0xffff;
}
uint16_t truncate(double value) {
  return bitCast<uint32_t>(__truncdfbf2(value)) & 0xffff;
}

double extend(uint16_t bits) {
  return bitCast<float>(static_cast<uint32_t>(bits) << 16);
}

/// The next one away from zero; after the largest what would follow, were the
/// exponent not bounded.
double extendNext(uint16_t bits) {
  bool isLargest = (bits & 0x7fff) == 0x7f7f;
  return isLargest ? std::copysign(0x1p128, extend(bits)) : extend(bits + 1);
}

/// By search: of the two bf16 around `value` the nearer one, or the even one.
uint16_t roundBySearch(double value) {
  uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  double magnitude = std::fabs(value);
  if (std::isinf(magnitude))
    return sign | 0x7f80;
  uint16_t low = 0, high = 0x7f7f;
  while (low < high) {
    uint16_t middle = low + (high - low + 1) / 2;
    if (extend(middle) <= magnitude)
      low = middle;
    else
      high = middle - 1;
  }
  // Exact: both have few digits, or `value` is so large that neither matters.
  double half = extend(low) + (extendNext(low) - extend(low)) / 2;
  bool isUp = magnitude > half || (magnitude == half && (low & 1));
  return sign | (low + (isUp ? 1 : 0));
}

TEST(BFloat16Test, keepsEveryBFloat16) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    float value = bitCast<float>(bits << 16);
    uint16_t expected = std::isnan(value) ? bits | 0x40 : bits;
    EXPECT_EQ(truncate(value), expected);
    if (!std::isnan(value)) {
      EXPECT_EQ(truncate(static_cast<double>(value)), expected);
    }
  }
}

TEST(BFloat16Test, roundsFloatsToNearestEven) {
  // Every pair of neighbours: their middle, and just beside it.
  for (uint32_t high = 0; high < 0x7f80; ++high)
    for (uint32_t low : {0x1u, 0x7fffu, 0x8000u, 0x8001u, 0xffffu})
      for (uint32_t sign : {0u, 0x80000000u}) {
        float value = bitCast<float>(sign | high << 16 | low);
        EXPECT_EQ(truncate(value), roundBySearch(value)) << value;
      }
}

TEST(BFloat16Test, roundsDoublesOnce) {
  for (uint32_t bits = 0; bits < 0x7f80; ++bits) {
    double low = extend(bits);
    double middle = low + (extendNext(bits) - low) / 2;
    double infinity = std::numeric_limits<double>::infinity();
    // Beside the middle by less than a float can tell: rounding by way of one
    // would take the tie.
    for (double value : {middle, std::nextafter(middle, infinity),
                         std::nextafter(middle, 0.0)}) {
      EXPECT_EQ(truncate(value), roundBySearch(value)) << value;
      EXPECT_EQ(truncate(-value), roundBySearch(-value)) << -value;
    }
  }
  std::mt19937_64 generator(7);
  for (int i = 0; i < 100000; ++i) {
    auto value = bitCast<double>(static_cast<uint64_t>(generator()));
    if (!std::isnan(value)) {
      EXPECT_EQ(truncate(value), roundBySearch(value)) << value;
    }
  }
}

TEST(BFloat16Test, roundsDoublesOutOfRange) {
  EXPECT_EQ(truncate(1e300), 0x7f80);
  EXPECT_EQ(truncate(-1e300), 0xff80);
  EXPECT_EQ(truncate(1e-300), 0);
  EXPECT_EQ(truncate(-1e-300), 0x8000);
  EXPECT_EQ(truncate(std::numeric_limits<double>::quiet_NaN()) & 0x7fc0,
            0x7fc0);
  EXPECT_EQ(truncate(std::numeric_limits<float>::signaling_NaN()) & 0x7fc0,
            0x7fc0);
}

} // namespace
