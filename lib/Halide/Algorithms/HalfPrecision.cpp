//===- HalfPrecision.cpp - Elements in memory and in computation ----------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// f16 has 5 bits of exponent (bias 15) and 10 of fraction; bf16 is the upper
// half of f32. Where the machine has instructions for f16 they are used;
// everything else is integer arithmetic on the bits.
//
//===----------------------------------------------------------------------===//

#include "Algorithms/HalfPrecision.h"

#include <stdexcept>

using namespace Halide;
using Halide::Internal::make_const;
using namespace lse_halide;

namespace {

/// Fraction bits that f32 has and f16 has not, and the difference of the biases
/// in f32's exponent field.
constexpr int kFractionShift = 13;
constexpr uint32_t kRebias = (127u - 15u) << 23;

constexpr uint32_t kHalfInfinity = 0x7c00;
constexpr uint32_t kHalfNaN = 0x7e00;
constexpr uint32_t kFloatInfinity = 0x7f800000;
/// As f32: 2^-14, the least normal f16; 65520, which rounds to infinity.
constexpr uint32_t kLeastNormalHalf = 0x38800000;
constexpr uint32_t kHalfOverflow = 0x477ff000;

Expr bits(uint32_t value) { return make_const(UInt(32), value); }

Expr bfloatToFloat(const Expr &stored) {
  return reinterpret<float>(cast<uint32_t>(stored) << 16);
}

Expr floatToBfloat(const Expr &value) {
  Expr word = reinterpret<uint32_t>(value);
  Expr isOdd = (word >> 16) & bits(1);
  Expr rounded = (word + bits(0x7fff) + isOdd) >> 16;
  // Rounding could carry a NaN's payload into infinity or the sign.
  Expr quiet = (word >> 16) | bits(0x40);
  Expr isNaN = (word & bits(0x7fffffff)) > bits(kFloatInfinity);
  return cast<uint16_t>(select(isNaN, quiet, rounded));
}

Expr halfToFloat(const Expr &stored) {
  Expr word = cast<uint32_t>(stored);
  Expr magnitude = word & bits(0x7fff);
  Expr normal = (magnitude << kFractionShift) + bits(kRebias);
  // An exponent field of all ones stays one.
  Expr special = normal + bits(kRebias);
  // Subnormals are multiples of 2^-24.
  Expr subnormal = reinterpret<uint32_t>(
      cast<float>(reinterpret<int32_t>(magnitude)) * 0x1p-24f);
  Expr result = select(magnitude >= bits(kHalfInfinity), special,
                       magnitude < bits(0x400), subnormal, normal);
  return reinterpret<float>(result | ((word & bits(0x8000)) << 16));
}

Expr floatToHalf(const Expr &value) {
  Expr word = reinterpret<uint32_t>(value);
  Expr magnitude = word & bits(0x7fffffff);
  Expr isOdd = (magnitude >> kFractionShift) & bits(1);
  Expr normal = (magnitude - bits(kRebias) +
                 bits((1u << (kFractionShift - 1)) - 1) + isOdd) >>
                kFractionShift;
  // Added to 0.5 the value is rounded to a multiple of 2^-24, the least
  // subnormal, and their number is in the low bits.
  Expr subnormal = reinterpret<uint32_t>(reinterpret<float>(magnitude) + 0.5f) -
                   reinterpret<uint32_t>(Expr(0.5f));
  Expr result = select(magnitude > bits(kFloatInfinity), bits(kHalfNaN),
                       magnitude >= bits(kHalfOverflow), bits(kHalfInfinity),
                       magnitude < bits(kLeastNormalHalf), subnormal, normal);
  return cast<uint16_t>(result | ((word >> 16) & bits(0x8000)));
}

} // namespace

namespace lse_halide {

Type storageType(ElementType type) {
  switch (type) {
  case ElementType::F32:
    return Float(32);
  case ElementType::F64:
    return Float(64);
  case ElementType::F16:
  case ElementType::BF16:
    return UInt(16);
  case ElementType::I1:
    return UInt(8);
  case ElementType::I32:
    return Int(32);
  case ElementType::I64:
    return Int(64);
  }
  throw std::runtime_error("element type without storage");
}

Expr fromStorage(Expr stored, ElementType from, Type to,
                 bool hasHalfConversions) {
  if (from == ElementType::I1)
    return stored != 0;
  if (from == ElementType::I32 || from == ElementType::I64)
    return stored;
  if (from == ElementType::BF16)
    stored = bfloatToFloat(stored);
  else if (from == ElementType::F16)
    stored = hasHalfConversions ? cast<float>(reinterpret<float16_t>(stored))
                                : halfToFloat(stored);
  return cast(to, stored);
}

Expr toStorage(Expr value, ElementType to, bool hasHalfConversions) {
  if (to == ElementType::F64)
    return cast<double>(value);
  value = cast<float>(value);
  if (to == ElementType::BF16)
    return floatToBfloat(value);
  if (to == ElementType::F16)
    return hasHalfConversions ? reinterpret<uint16_t>(cast<float16_t>(value))
                              : floatToHalf(value);
  return value;
}

} // namespace lse_halide
