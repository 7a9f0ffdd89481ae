//===- Logarithm.cpp - log of row sums ------------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// value = 2^n * m with m in [sqrt(1/2), sqrt(2)), and
// ln(m) = 2 * atanh(s) with s = (m - 1) / (m + 1), so that |s| <= 0.1716.
//
//===----------------------------------------------------------------------===//

#include "Algorithms/Logarithm.h"

#include <cmath>
#include <limits>

using namespace Halide;
using Halide::Internal::make_const;

namespace {

/// ln 2 in two parts. The first has 33 significant bits, so its product with
/// |n| <= 1074 is exact.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

/// The bits of sqrt(1/2), rounded down to a multiple of 2^32.
constexpr int64_t kSqrtHalfBits = 0x3fe6a09e00000000;
constexpr int kExponentShift = 52;
constexpr int kBias = 1023;

/// The last term kept of atanh(s) / s = 1 + s^2/3 + s^4/5 + ... in f64: what is
/// left out is below s^22 / 23 = 7e-19. And where the result is for f32: 2e-12.
constexpr int kLastTerm = 21;
constexpr int kLastTermF32 = 13;

/// What makes every subnormal number normal.
constexpr int kSubnormalShift = 54;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Expr constant(double number) { return make_const(Float(64), number); }

/// ln((value + rest) * 2^shift) for a positive, finite, normal value, or NaN,
/// and a rest below half of its last place.
Expr logarithmOfScaled(const Expr &value, const Expr &shift, const Expr &rest,
                       Type digits = Float(64)) {
  // Exponents relative to sqrt(1/2): the mantissa then falls around 1.
  Expr places = make_const(Int(64), kExponentShift);
  Expr bits = reinterpret<int64_t>(value);
  Expr relative = bits - make_const(Int(64), kSqrtHalfBits);
  Expr exponent = relative >> places;
  Expr mantissa = reinterpret<double>(bits - (exponent << places));
  Expr restOfMantissa =
      rest *
      reinterpret<double>((make_const(Int(64), kBias) - exponent) << places);
  Expr n = cast<double>(exponent) + shift;
  // The difference is exact, so a value near 1 keeps the rest's digits.
  Expr s =
      ((mantissa - constant(1)) + restOfMantissa) / (mantissa + constant(1));
  Expr square = s * s;
  int lastTerm = digits == Float(32) ? kLastTermF32 : kLastTerm;
  Expr tail = constant(1.0 / lastTerm);
  for (int term = lastTerm - 2; term >= 3; term -= 2)
    tail = tail * square + constant(1.0 / term);
  // Small parts first.
  Expr twice = constant(2) * s;
  Expr low = n * constant(kLn2Low) + twice * (square * tail);
  Expr result = n * constant(kLn2High) + (twice + low);
  return select(is_nan(value), value, result);
}

/// What is left of 1 + x, for x >= -1 or NaN, when it is rounded to `sum`.
Expr restOfOnePlus(const Expr &x, const Expr &sum) {
  return select(x < constant(1), x - (sum - constant(1)),
                constant(1) - (sum - x));
}

/// ln(x) in f64 for every `x` of that type.
Expr logarithmF64(const Expr &x) {
  Expr isSubnormal = x < constant(std::numeric_limits<double>::min());
  Expr result = logarithmOfScaled(
      select(isSubnormal, x * constant(std::ldexp(1.0, kSubnormalShift)), x),
      select(isSubnormal, constant(-kSubnormalShift), constant(0)),
      constant(0));
  result = select(x == constant(kInfinity), x, result);
  result = select(x < constant(0), constant(std::nan("")), result);
  return select(x == constant(0), constant(-kInfinity), result);
}

/// ln(1 + x) in f64 for every `x` of that type.
Expr logarithmOfOnePlusF64(const Expr &x) {
  Expr sum = x + constant(1);
  Expr result = logarithmOfScaled(sum, constant(0), restOfOnePlus(x, sum));
  result = select(x == constant(kInfinity), x, result);
  result = select(sum < constant(0), constant(std::nan("")), result);
  result = select(sum == constant(0), constant(-kInfinity), result);
  return select(x == constant(0), x, result);
}

/// `function` in f64, of an `x` of f32 or f64.
Expr inF64(Expr (*function)(const Expr &), const Expr &x) {
  return cast(x.type(), function(cast<double>(x)));
}

} // namespace

namespace lse_halide {

Expr logarithmOfNormal(const Expr &value, Type digits) {
  return logarithmOfScaled(value, constant(0), constant(0), digits);
}

Expr logarithmOfOnePlusNonNegative(const Expr &x, Type digits) {
  Expr sum = x + constant(1);
  return logarithmOfScaled(sum, constant(0), restOfOnePlus(x, sum), digits);
}

Expr logarithm(const Expr &x) { return inF64(logarithmF64, x); }

Expr logarithmOfOnePlus(const Expr &x) {
  return inF64(logarithmOfOnePlusF64, x);
}

} // namespace lse_halide
