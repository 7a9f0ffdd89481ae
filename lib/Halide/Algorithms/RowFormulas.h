//===- RowFormulas.h - What follows from a row's maximum and sum *- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_ROWFORMULAS_H
#define LSE_LIB_HALIDE_ALGORITHMS_ROWFORMULAS_H

#include "Algorithms/MachineTraits.h"
#include "lse/Halide/KernelSpec.h"

#include <Halide.h>

namespace lse_halide {

/// The formulas of one kernel, in its type of computation, with the answers for
/// special rows (docs/Numerics.md). `maximum` is that of the logits of a row
/// that are not NaN, -inf if there are none; `sum` is that of `exponential`.
///
/// Two ways to the same answers. Where no log-sum-exp is wanted, rows without a
/// finite maximum have sums of exp(inf - inf), which make every result NaN by
/// themselves. A log-sum-exp has to tell such rows from those that hold a NaN,
/// so there nothing but a NaN makes a sum NaN: the shift is always finite, and
/// what exceeds it counts as equal to it.
class RowFormulas {
public:
  RowFormulas(const KernelSpec &spec, const MachineTraits &traits);

  /// The maximum and the sum of an empty row: -inf and 0. Sums are in f64.
  Halide::Expr leastLogit() const { return constant(-infinity()); }
  Halide::Expr emptySum() const {
    return Halide::Internal::make_const(Halide::Float(64), 0.0);
  }

  /// What logits are shifted by.
  Halide::Expr shift(const Halide::Expr &maximum) const;
  /// True if that is the maximum itself.
  bool shiftIsMaximum() const { return !isGuarded && !deadRowsAreZero; }

  /// exp(logit - shift), scaled: see scaledExponential.
  Halide::Expr exponential(const Halide::Expr &logit,
                           const Halide::Expr &shift) const;

  /// exp(oldMaximum - shift), in f64, for a sum that gets another shift. Exact
  /// where the maximum has not changed.
  Halide::Expr rescaling(const Halide::Expr &oldMaximum,
                         const Halide::Expr &shift) const;

  /// What an exponential is multiplied by to be a probability.
  Halide::Expr factor(const Halide::Expr &maximum,
                      const Halide::Expr &sum) const;

  /// The logarithm of the sum without its scale, in f64.
  Halide::Expr logSum(const Halide::Expr &sum) const;

  /// What is subtracted from logit - shift to be a log-probability.
  Halide::Expr offset(const Halide::Expr &maximum,
                      const Halide::Expr &logSum) const;

  Halide::Expr logSumExp(const Halide::Expr &maximum, const Halide::Expr &sum,
                         const Halide::Expr &logSum) const;

private:
  static double infinity();
  Halide::Expr constant(double value) const;
  /// 0, or NaN if the sum is that.
  Halide::Expr zeroOrNaN(const Halide::Expr &sum) const;
  Halide::Expr isDead(const Halide::Expr &maximum) const {
    return maximum == leastLogit();
  }
  Halide::Expr isInfinite(const Halide::Expr &maximum) const {
    return Halide::abs(maximum) == constant(infinity());
  }

  Halide::Type type;
  MachineTraits traits;
  bool deadRowsAreZero;
  /// True if a log-sum-exp is wanted.
  bool isGuarded;
};

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_ROWFORMULAS_H
