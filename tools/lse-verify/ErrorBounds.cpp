//===- ErrorBounds.cpp - How far off a result is and may be ---------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ErrorBounds.h"

#include "lse/KernelTesting/Tensor.h"

#include "llvm/ADT/APFloat.h"

#include <algorithm>

using namespace lse_verify;
using llvm::APFloat;

Format::Format(ElementType type) {
  const llvm::fltSemantics &semantics = lse_testing::semanticsOf(type);
  precision = static_cast<int>(APFloat::semanticsPrecision(semantics));
  leastExponent = APFloat::semanticsMinExponent(semantics) - precision + 1;
  limit = std::ldexp(1.0L, APFloat::semanticsMaxExponent(semantics) + 1);
}

long double Format::unitAt(long double value) const {
  // frexp() is for numbers from a half to one.
  int exponent = 0;
  std::frexp(value, &exponent);
  int unit = value == 0 ? leastExponent : exponent - precision;
  return std::ldexp(1.0L, std::max(unit, leastExponent));
}

Expected::Expected(const ExtendedNumber &value, const Format &format)
    : value(value), perUnit(0), limit(format.limit) {
  if (std::isinf(value.high))
    return;
  if (std::fabs(value.high) >= limit)
    this->value = {std::copysign(limit, value.high), 0};
  // The unit of the largest numbers also is that of what follows them.
  perUnit = 1 / format.unitAt(std::min(std::fabs(value.high), limit / 2));
}

ErrorBound::ErrorBound(const BoundContext &context)
    : context(context), type(context.type), compute(context.compute) {
  auto length = static_cast<double>(context.length);
  ofSum = std::log(length) / 2;
  if (context.compute == ElementType::F64)
    ofSum += length / context.lanes;
}

/// What the type of computation may be off.
long double ErrorBound::standardSlack(long double value,
                                      double distance) const {
  long double unitOfOne = compute.unitAt(1);
  switch (context.kind) {
  case ResultKind::Probabilities:
    return (6 + distance + ofSum) * compute.unitAt(value);
  case ResultKind::LogProbabilities:
    return (4 + 2 * std::max<long double>(distance, std::fabs(value)) + ofSum) *
           unitOfOne;
  case ResultKind::LogSumExp:
    return (4 + std::fabs(value) + ofSum) * unitOfOne;
  default:
    break;
  }
  llvm_unreachable("not a kind of result");
}

long double ErrorBound::accurateSlack(long double value) const {
  long double size = std::fabs(value);
  long double unitOfOne = compute.unitAt(1);
  if (context.kind == ResultKind::Probabilities)
    return 4 * compute.unitAt(value);
  if (context.compute == ElementType::F64)
    return 4 * compute.unitAt(std::max(size, 1.0L));
  if (context.kind == ResultKind::LogProbabilities)
    return 3 * compute.unitAt(value);
  return size >= 1 ? 2 * compute.unitAt(value) : unitOfOne;
}

double ErrorBound::at(const Expected &expected, double distance) const {
  long double value = expected.value.high;
  // Has to be exact.
  if (std::isinf(value))
    return 0;
  long double slack = context.numerics == Numerics::Standard
                          ? standardSlack(value, distance)
                          : accurateSlack(value);
  if (context.type == context.compute)
    return static_cast<double>(slack * expected.perUnit);
  bool isProbability = context.kind == ResultKind::Probabilities;
  if (isProbability && context.numerics == Numerics::Accurate)
    return 0.51;
  // Rounding adds half a unit of what is rounded, which may be larger than one
  // of the true value.
  auto rounded = static_cast<double>(
      0.5L +
      slack * (1 + std::ldexp(1.0L, -type.precision)) * expected.perUnit);
  if (!isProbability)
    return rounded;
  return std::min(rounded, context.type == ElementType::BF16 ? 0.54 : 0.51);
}

double lse_verify::requiredRoundedShare(Numerics numerics, ElementType type) {
  if (numerics == Numerics::Standard)
    return 0;
  switch (type) {
  case ElementType::F16:
    return 0.9997;
  case ElementType::BF16:
    return 0.9999;
  default:
    return 0;
  }
}
