//===- RowFormulas.cpp - What follows from a row's maximum and sum --------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms/RowFormulas.h"

#include "Algorithms/Buffers.h"
#include "Algorithms/Exponential.h"
#include "Algorithms/HalfPrecision.h"
#include "Algorithms/Logarithm.h"

#include <cmath>
#include <limits>

using namespace Halide;
using Halide::Internal::make_const;

namespace lse_halide {

RowFormulas::RowFormulas(const KernelSpec &spec, const MachineTraits &traits)
    : type(storageType(spec.compute)), traits(traits),
      deadRowsAreZero(spec.rowDeath == RowDeath::Zero),
      isGuarded(findOutput(spec, ResultKind::LogSumExp).has_value()) {}

double RowFormulas::infinity() {
  return std::numeric_limits<double>::infinity();
}

Expr RowFormulas::constant(double value) const {
  return make_const(type, value);
}

Expr RowFormulas::shift(const Expr &maximum) const {
  if (isGuarded)
    return select(isInfinite(maximum), constant(0), maximum);
  // -inf - -inf would be NaN.
  if (deadRowsAreZero)
    return select(isDead(maximum), constant(0), maximum);
  return maximum;
}

Expr RowFormulas::exponential(const Expr &logit, const Expr &shift) const {
  Expr shifted = logit - shift;
  // In this order the select is one x86 minimum, and it passes NaN on.
  if (isGuarded)
    shifted = select(shifted > constant(0), constant(0), shifted);
  return scaledExponential(shifted, traits.hasFusedMultiplyAdd);
}

Expr RowFormulas::rescaling(const Expr &oldMaximum, const Expr &shift) const {
  // An operand without a finite logit has a sum next to nothing, whatever it is
  // multiplied by.
  Expr shifted = cast<double>(oldMaximum) - cast<double>(shift);
  Expr zero = make_const(Float(64), 0.0);
  shifted = select(shifted > zero, zero, shifted);
  return scaledExponential(shifted, traits.hasFusedMultiplyAdd) *
         make_const(Float(64), std::ldexp(1.0, -exponentialScale(Float(64))));
}

Expr RowFormulas::zeroOrNaN(const Expr &sum) const {
  return cast(type, sum * make_const(Float(64), 0.0));
}

Expr RowFormulas::factor(const Expr &maximum, const Expr &sum) const {
  Expr nan = constant(std::nan(""));
  Expr result = cast(type, make_const(Float(64), 1.0) / sum);
  if (isGuarded)
    result = select(isInfinite(maximum), nan, result);
  // Of a dead row, the sum is a number unless a NaN is in the row.
  if (deadRowsAreZero)
    result = select(isDead(maximum), zeroOrNaN(sum), result);
  return result;
}

Expr RowFormulas::logSum(const Expr &sum) const {
  double scale = std::ldexp(1.0, -exponentialScale(type));
  return logarithmOfNormal(sum * make_const(Float(64), scale));
}

Expr RowFormulas::offset(const Expr &maximum, const Expr &logSum) const {
  Expr result = cast(type, logSum);
  if (!isGuarded)
    return result;
  // In a dead row that is to have an answer, logit - shift is that: -inf.
  Expr isNaN =
      deadRowsAreZero ? maximum == constant(infinity()) : isInfinite(maximum);
  return select(isNaN, constant(std::nan("")), result);
}

Expr RowFormulas::logSumExp(const Expr &maximum, const Expr &sum,
                            const Expr &logSum) const {
  // An infinite maximum is the answer, unless a NaN is in the row.
  return select(isInfinite(maximum), maximum + zeroOrNaN(sum),
                cast(type, cast<double>(maximum) + logSum));
}

} // namespace lse_halide
