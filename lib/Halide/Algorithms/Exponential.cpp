//===- Exponential.cpp - exp for shifted logits ---------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// exp(d) = 2^n * exp(t) with n = round(d / ln 2) and t = d - n * ln 2, so that
// |t| <= ln(2) / 2: the scheme of Cody and Waite, "Software Manual for the
// Elementary Functions" (1980), chapter 6.
//
//===----------------------------------------------------------------------===//

#include "Algorithms/Exponential.h"

using namespace Halide;
using Halide::Internal::make_const;

namespace {

//===----------------------------------------------------------------------===//
// f32
//===----------------------------------------------------------------------===//

/// log2(e), rounded to f32.
constexpr float kLog2E = 1.44269504f;

/// ln 2 in two parts. The first has 9 significant bits, so its product with
/// |n| <= 159 is exact even without a fused multiply-add.
constexpr float kLn2High = 0.693359375f;
constexpr float kLn2Low = -2.12194440e-4f;

/// ln 2, rounded to f32, too large by 1.9e-9. Good enough, one operation less,
/// if its product with n is not rounded.
constexpr float kLn2 = 0.693147182f;

/// Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits of the
/// sum. The other two terms are the bias of f32 exponents and the scale 2^64,
/// so that those bits are the exponent field of 2^64 * 2^n, ready to shift.
constexpr int kScale = 64;
constexpr float kRoundAndBias = 12582912.0f + 127.0f + kScale;
constexpr int kExponentShift = 23;

/// Where the clamp sits; see the header for why the value is harmless. The
/// exponent field is then at least 127 + 64 - 159, a normal number.
constexpr float kLeastShifted = -110.0f;

/// exp(t) as 1 + t * (c1 + t * (c2 + ...)) on |t| <= 0.5 * ln 2 * 1.002, with
/// the least relative error among polynomials of degree 5 whose constant term
/// is exactly 1: 9.26e-8, by iteratively reweighted least squares; 9.29e-8
/// after rounding to f32 and a search among neighbouring values. The constant
/// term makes exp(0) exact.
constexpr float kCoefficients[] = {
    8.290186524391174e-3f,  4.189898818731308e-2f, 1.6667646169662476e-1f,
    4.9999141693115234e-1f, 9.999997019767761e-1f, 1.0f};

//===----------------------------------------------------------------------===//
// f64, in the same way
//===----------------------------------------------------------------------===//

constexpr double kLog2EF64 = 1.4426950408889634;

/// The first part has 33 significant bits, |n| <= 1097.
constexpr double kLn2HighF64 = 0x1.62e42feep-1;
constexpr double kLn2LowF64 = 0x1.a39ef35793c76p-33;

constexpr int kScaleF64 = 512;
constexpr double kRoundAndBiasF64 = 6755399441055744.0 + 1023.0 + kScaleF64;
constexpr int kExponentShiftF64 = 52;
constexpr double kLeastShiftedF64 = -760.0;

/// Degree 11: 3.4e-18, and 1.2e-17 after rounding to f64.
constexpr double kCoefficientsF64[] = {2.4991418009817558e-08,
                                       2.763104888015495e-07,
                                       2.7557626828610262e-06,
                                       2.480149059752617e-05,
                                       0.00019841269436544394,
                                       0.0013888888946387533,
                                       0.00833333333354987,
                                       0.04166666666651771,
                                       0.16666666666666216,
                                       0.5000000000000012,
                                       1.0,
                                       1.0};

/// 1 + t * (...), with the coefficient of the highest power first.
template <size_t count, typename T>
Expr evaluatePolynomial(const T (&coefficients)[count], const Expr &t) {
  Expr result = make_const(t.type(), coefficients[0]);
  for (size_t i = 1; i < count; ++i)
    result = result * t + make_const(t.type(), coefficients[i]);
  return result;
}

Expr scaledExponentialF32(const Expr &shifted, bool hasFusedMultiplyAdd) {
  // In this order the select is one x86 maximum, and it passes NaN on.
  Expr clamped = select(shifted < kLeastShifted, kLeastShifted, shifted);
  Expr biased = clamped * kLog2E + kRoundAndBias;
  Expr n = biased - kRoundAndBias;
  Expr t = hasFusedMultiplyAdd ? clamped - n * kLn2
                               : clamped - n * kLn2High - n * kLn2Low;
  Expr power =
      reinterpret<float>(reinterpret<int32_t>(biased) << kExponentShift);
  return evaluatePolynomial(kCoefficients, t) * power;
}

Expr scaledExponentialF64(const Expr &shifted) {
  auto constant = [](double value) { return make_const(Float(64), value); };
  Expr clamped = select(shifted < constant(kLeastShiftedF64),
                        constant(kLeastShiftedF64), shifted);
  Expr biased = clamped * constant(kLog2EF64) + constant(kRoundAndBiasF64);
  Expr n = biased - constant(kRoundAndBiasF64);
  Expr t = clamped - n * constant(kLn2HighF64) - n * constant(kLn2LowF64);
  Expr power = reinterpret<double>(reinterpret<int64_t>(biased)
                                   << make_const(Int(64), kExponentShiftF64));
  return evaluatePolynomial(kCoefficientsF64, t) * power;
}

} // namespace

namespace lse_halide {

int exponentialScale(Type type) {
  return type == Float(64) ? kScaleF64 : kScale;
}

Expr scaledExponential(Expr shifted, bool hasFusedMultiplyAdd) {
  return shifted.type() == Float(64)
             ? scaledExponentialF64(shifted)
             : scaledExponentialF32(shifted, hasFusedMultiplyAdd);
}

} // namespace lse_halide
