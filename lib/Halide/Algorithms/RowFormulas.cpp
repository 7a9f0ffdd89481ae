//===- RowFormulas.cpp - What numerics classes share ----------------------===//
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

Expr RowFormulas::zeroOrNaN(const Expr &sum) const {
  return cast(type, sum * make_const(Float(64), 0.0));
}

Expr RowFormulas::factorOfRow(const Expr &maximum, const Expr &sum,
                              const Expr &ordinary) const {
  Expr result = ordinary;
  Expr nan = make_const(result.type(), std::nan(""));
  if (isGuarded)
    result = select(isInfinite(maximum), nan, result);
  // Of a dead row, the sum is a number unless a NaN is in the row.
  if (deadRowsAreZero)
    result =
        select(isDead(maximum), cast(result.type(), zeroOrNaN(sum)), result);
  return result;
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

Expr RowFormulas::logSumExp(const Expr &maximum, const Values &relativeSums,
                            const Expr &logSum) const {
  // An infinite maximum is the answer, unless a NaN is in the row.
  return select(isInfinite(maximum), maximum + zeroOrNaN(relativeSums[0]),
                cast(type, cast<double>(maximum) + logSum));
}

} // namespace lse_halide
