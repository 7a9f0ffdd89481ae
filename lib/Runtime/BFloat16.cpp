//===- BFloat16.cpp - Rounding to bf16 ------------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM calls these for arithmetic on bf16 where the CPU has no instruction, and
// libgcc has them from version 13 on only. They are weak, so that they get out
// of the way of another library's.
//
//===----------------------------------------------------------------------===//

#include <stdint.h>
#include <string.h>

#define LSE_COMPILER_LIBRARY                                                   \
  extern "C" __attribute__((weak, visibility("default")))

template <typename To, typename From>
static To bitCast(From from) {
  static_assert(sizeof(To) == sizeof(From), "as many bits");
  To to;
  memcpy(&to, &from, sizeof(to));
  return to;
}

/// Rounds `value` to the nearest bf16, ties to even, and returns it as both the
/// x86-64 and the AArch64 convention want a bf16: in the low 16 bits of the
/// register that a float is returned in. A NaN stays one and becomes quiet.
static float roundToBFloat16(float value) {
  uint32_t bits = bitCast<uint32_t>(value);
  if (value != value)
    return bitCast<float>((bits | 0x400000u) >> 16);
  return bitCast<float>((bits + 0x7fffu + ((bits >> 16) & 1)) >> 16);
}

/// Rounds to odd, which a second rounding to fewer digits cannot notice: see
/// S. Boldo and G. Melquiond, "Emulation of a FMA and correctly rounded sums",
/// IEEE Transactions on Computers 57(4), 2008, section 3.
static float roundToOdd(double value) {
  float nearest = static_cast<float>(value);
  double back = nearest;
  if (back == value || value != value)
    return nearest;
  uint32_t bits = bitCast<uint32_t>(nearest);
  bool isAway = value < 0 ? back < value : back > value;
  return bitCast<float>((bits - (isAway ? 1 : 0)) | 1);
}

/// f32 to bf16.
LSE_COMPILER_LIBRARY float __truncsfbf2(float value) {
  return roundToBFloat16(value);
}

/// f64 to bf16, rounded once.
LSE_COMPILER_LIBRARY float __truncdfbf2(double value) {
  return roundToBFloat16(roundToOdd(value));
}
