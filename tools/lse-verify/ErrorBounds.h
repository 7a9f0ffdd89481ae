//===- ErrorBounds.h - How far off a result is and may be -------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Errors are in units in the last place (ULP) of a result's type at the true
// value; below the normal numbers the unit is the least subnormal.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEVERIFY_ERRORBOUNDS_H
#define LSE_TOOLS_LSEVERIFY_ERRORBOUNDS_H

#include "Reference.h"

#include "lse/Halide/KernelSpec.h"

#include <cmath>
#include <limits>

namespace lse_verify {

using lse_halide::ElementType;
using lse_halide::Numerics;
using lse_halide::ResultKind;

/// The numbers of a type.
struct Format {
  explicit Format(ElementType type);

  /// The distance of neighbouring numbers at `value`.
  long double unitAt(long double value) const;

  /// Bits of fraction, the leading one included.
  int precision;
  /// The least subnormal is two to this.
  int leastExponent;
  /// The power of two above all finite numbers.
  long double limit;
};

/// A true value, as results of a type are measured by it.
struct Expected {
  /// What is above the largest number counts as the one that would follow it.
  Expected(const ExtendedNumber &value, const Format &format);

  ExtendedNumber value;
  /// One by the unit.
  long double perUnit;
  /// As infinity is measured.
  long double limit;

  /// The error of `actual`: infinite if one of both is NaN, or if the true
  /// value is infinite and `actual` is not.
  double errorOf(double actual) const {
    if (std::isinf(value.high))
      return actual == value.high ? 0 : std::numeric_limits<double>::infinity();
    if (std::isnan(actual))
      return std::numeric_limits<double>::infinity();
    long double finite = std::isinf(actual) ? std::copysign(limit, actual)
                                            : static_cast<long double>(actual);
    return static_cast<double>(std::fabs((finite - value.high) - value.low) *
                               perUnit);
  }

  /// True if `actual`, whose error is `error`, is the nearest number, the even
  /// one of two.
  bool isRounded(double actual, double error) const {
    return error < 0.5 ||
           (error == 0.5 && std::fmod(actual * perUnit, 2.0L) == 0);
  }

  /// True if every number but zero is further away than zero.
  bool roundsToZero() const { return std::fabs(value.high) * perUnit < 0.5L; }
};

/// What a bound depends on.
struct BoundContext {
  Numerics numerics;
  ResultKind kind;
  /// Of the result, and of the computation.
  ElementType type, compute;
  int64_t length;
  /// Lanes of the kernel's vectors.
  unsigned lanes;
};

/// The largest errors that docs/Numerics.md allows a kernel.
class ErrorBound {
public:
  explicit ErrorBound(const BoundContext &context);

  /// For a result, and a logit that is `distance` below the maximum.
  double at(const Expected &expected, double distance) const;

private:
  long double standardSlack(long double value, double distance) const;
  long double accurateSlack(long double value) const;

  BoundContext context;
  Format type, compute;
  /// What the sum of a row adds, in units.
  double ofSum;
};

/// The share of softmax results that have to be correctly rounded in `type`, or
/// 0 if none has to be.
double requiredRoundedShare(Numerics numerics, ElementType type);

} // namespace lse_verify

#endif // LSE_TOOLS_LSEVERIFY_ERRORBOUNDS_H
