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

#include <cmath>

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
constexpr float kRoundAndBiasUnscaled = 12582912.0f + 127.0f;
constexpr float kRoundAndBias = kRoundAndBiasUnscaled + kScale;
constexpr int kExponentShift = 23;

/// Where the clamp sits; see the header for why the value is harmless. The
/// exponent field is then at least 127 + 64 - 159, a normal number.
constexpr float kLeastShifted = -110.0f;

/// -126 ln 2, rounded up: from here on exp without the scale is a normal
/// number.
constexpr float kLeastUnscaled = -87.3365402f;

/// exp(t) as 1 + t * (c1 + t * (c2 + ...)) on |t| <= 0.5 * ln 2 * 1.002, with
/// the least relative error among polynomials of degree 5 whose constant term
/// is exactly 1: 9.26e-8, by iteratively reweighted least squares; 9.29e-8
/// after rounding to f32 and a search among neighbouring values. The constant
/// term makes exp(0) exact.
constexpr float kCoefficients[] = {
    8.290186524391174e-3f,  4.189898818731308e-2f, 1.6667646169662476e-1f,
    4.9999141693115234e-1f, 9.999997019767761e-1f, 1.0f};

/// The same of degree 6, with the coefficient of t exactly 1, too, and before
/// rounding: 3.1e-9.
constexpr double kMoreCoefficients[] = {1.3814320592326153e-3,
                                        8.368851101738396e-3,
                                        4.1668401086047184e-2,
                                        1.6666519523800796e-1,
                                        4.999999337306888e-1,
                                        1.0,
                                        1.0};

//===----------------------------------------------------------------------===//
// f64, in the same way
//===----------------------------------------------------------------------===//

constexpr double kLog2EF64 = 1.4426950408889634;

/// The first part has 33 significant bits, |n| <= 1097.
constexpr double kLn2HighF64 = 0x1.62e42feep-1;
constexpr double kLn2LowF64 = 0x1.a39ef35793c76p-33;

constexpr int kScaleF64 = 512;
constexpr double kRoundAndBiasUnscaledF64 = 6755399441055744.0 + 1023.0;
constexpr double kRoundAndBiasF64 = kRoundAndBiasUnscaledF64 + kScaleF64;
constexpr int kExponentShiftF64 = 52;
constexpr double kLeastShiftedF64 = -760.0;
constexpr double kLeastUnscaledF64 = -708.39641853226408;

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

/// 1 + t * (...), with the coefficient of the highest power first. Where `t` is
/// in units of `unit`, their powers become part of the coefficients.
template <size_t count, typename T>
Expr evaluatePolynomial(const T (&coefficients)[count], const Expr &t,
                        double unit = 1.0) {
  auto coefficient = [&](size_t i) {
    int power = static_cast<int>(count - 1 - i);
    return make_const(t.type(), coefficients[i] * std::pow(unit, power));
  };
  Expr result = coefficient(0);
  for (size_t i = 1; i < count; ++i)
    result = result * t + coefficient(i);
  return result;
}

/// exp(shifted) for numbers from `least` on, of that for smaller ones, times
/// the power of two that `roundAndBias` has besides the bias.
Expr exponentialF32(const Expr &shifted, float least, float roundAndBias,
                    bool hasFusedMultiplyAdd) {
  // In this order the select is one x86 maximum, and it passes NaN on.
  Expr clamped = select(shifted < least, least, shifted);
  Expr biased = clamped * kLog2E + roundAndBias;
  Expr n = biased - roundAndBias;
  Expr t = hasFusedMultiplyAdd ? clamped - n * kLn2
                               : clamped - n * kLn2High - n * kLn2Low;
  Expr power =
      reinterpret<float>(reinterpret<int32_t>(biased) << kExponentShift);
  return evaluatePolynomial(kCoefficients, t) * power;
}

Expr exponentialF64(const Expr &shifted, double least, double roundAndBias) {
  auto constant = [](double value) { return make_const(Float(64), value); };
  Expr clamped = select(shifted < constant(least), constant(least), shifted);
  Expr biased = clamped * constant(kLog2EF64) + constant(roundAndBias);
  Expr n = biased - constant(roundAndBias);
  Expr t = clamped - n * constant(kLn2HighF64) - n * constant(kLn2LowF64);
  Expr power = reinterpret<double>(reinterpret<int64_t>(biased)
                                   << make_const(Int(64), kExponentShiftF64));
  return evaluatePolynomial(kCoefficientsF64, t) * power;
}

//===----------------------------------------------------------------------===//
// Of every number
//===----------------------------------------------------------------------===//

/// What differs between the types.
struct Format {
  Type bits;
  int exponentShift;
  int bias;
  /// Adding it rounds to an integer, in the low bits of the sum.
  double roundToInteger;
  double log2E, ln2, ln2High, ln2Low;
  /// Where results are 0 and infinite for sure, in powers of two.
  double least, most;
  /// What rounds, and makes an exponent field of 2^(scale - power).
  double roundAndBias;
  /// See exponentialOverPower and mostUnshifted.
  double mostDistance, mostUnshifted;
};

const Format kFormatF32 = {
    Int(32),  23,      127,    12582912.0, kLog2E,        0.6931471805599453,
    kLn2High, kLn2Low, -151.0, 129.0,      kRoundAndBias, 129.0,
    256.0};
const Format kFormatF64 = {Int(64),
                           52,
                           1023,
                           6755399441055744.0,
                           kLog2EF64,
                           0.6931471805599453,
                           kLn2HighF64,
                           kLn2LowF64,
                           -1076.0,
                           1025.0,
                           kRoundAndBiasF64,
                           1000.0,
                           2048.0};

const Format &formatOf(const Expr &x) {
  return x.type() == Float(32) ? kFormatF32 : kFormatF64;
}

/// exp(t), or 2^t if `unit` is ln 2.
Expr exponentialOfRest(const Expr &t, double unit) {
  return t.type() == Float(32) ? evaluatePolynomial(kMoreCoefficients, t, unit)
                               : evaluatePolynomial(kCoefficientsF64, t, unit);
}

/// exp(x), or 2^x, as exp(t) * 2^n. The power is applied in two steps: a result
/// that is too large or subnormal comes about in the second one, which rounds
/// it once.
Expr exponentialOf(const Expr &x, bool isBaseTwo) {
  const Format &format = formatOf(x);
  auto constant = [&](double value) { return make_const(x.type(), value); };
  double perUnit = isBaseTwo ? 1.0 : format.ln2;
  // In this order the selects pass NaN on.
  Expr clamped = select(x < constant(format.least * perUnit),
                        constant(format.least * perUnit), x);
  clamped = select(clamped > constant(format.most * perUnit),
                   constant(format.most * perUnit), clamped);
  Expr rounded = (isBaseTwo ? clamped : clamped * constant(format.log2E)) +
                 constant(format.roundToInteger);
  Expr n = rounded - constant(format.roundToInteger);
  Expr t = isBaseTwo ? clamped - n
                     : clamped - n * constant(format.ln2High) -
                           n * constant(format.ln2Low);
  Expr value = exponentialOfRest(t, isBaseTwo ? format.ln2 : 1.0);
  Expr power = cast(format.bits, n);
  auto scale = [&](const Expr &exponent) {
    return reinterpret(x.type(),
                       (exponent + make_const(format.bits, format.bias))
                           << make_const(format.bits, format.exponentShift));
  };
  Expr half = power >> make_const(format.bits, 1);
  return (value * scale(half)) * scale(power - half);
}

} // namespace

namespace lse_halide {

int exponentialScale(Type type) {
  return type == Float(64) ? kScaleF64 : kScale;
}

Expr scaledExponential(Expr shifted, bool hasFusedMultiplyAdd) {
  return shifted.type() == Float(64)
             ? exponentialF64(shifted, kLeastShiftedF64, kRoundAndBiasF64)
             : exponentialF32(shifted, kLeastShifted, kRoundAndBias,
                              hasFusedMultiplyAdd);
}

double leastUnscaled(Type type) {
  return type == Float(64) ? kLeastUnscaledF64 : kLeastUnscaled;
}

Expr exponentialOrZero(Expr shifted, bool hasFusedMultiplyAdd) {
  bool isDouble = shifted.type() == Float(64);
  Expr value =
      isDouble
          ? exponentialF64(shifted, kLeastUnscaledF64, kRoundAndBiasUnscaledF64)
          : exponentialF32(shifted, kLeastUnscaled, kRoundAndBiasUnscaled,
                           hasFusedMultiplyAdd);
  Expr least = make_const(shifted.type(), leastUnscaled(shifted.type()));
  return select(shifted < least, make_const(shifted.type(), 0.0), value);
}

Expr nearestPower(const Expr &x) {
  const Format &format = formatOf(x);
  Expr round = make_const(x.type(), format.roundToInteger);
  return x * make_const(x.type(), format.log2E) + round - round;
}

double mostUnshifted(Type type) {
  return type == Float(32) ? kFormatF32.mostUnshifted
                           : kFormatF64.mostUnshifted;
}

Expr exponentialOverPower(const Expr &x, const Expr &most, const Expr &power) {
  const Format &format = formatOf(x);
  auto constant = [&](double value) { return make_const(x.type(), value); };
  // In this order the select is one x86 maximum, and it passes NaN on.
  Expr least = most - constant(format.mostDistance);
  Expr clamped = select(x < least, least, x);
  Expr roundAndBias = constant(format.roundAndBias) - power;
  Expr biased = clamped * constant(format.log2E) + roundAndBias;
  Expr n = biased - roundAndBias;
  Expr t = clamped - n * constant(format.ln2High) - n * constant(format.ln2Low);
  Expr scale = reinterpret(
      x.type(), reinterpret(format.bits, biased)
                    << make_const(format.bits, format.exponentShift));
  return exponentialOfRest(t, 1.0) * scale;
}

Expr exponential(const Expr &x) { return exponentialOf(x, false); }

Expr exponentialOfTwo(const Expr &x) { return exponentialOf(x, true); }

} // namespace lse_halide
