//===- RowFormulas.h - What follows from a row's maximum --------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_ROWFORMULAS_H
#define LSE_LIB_HALIDE_ALGORITHMS_ROWFORMULAS_H

#include "Algorithms/MachineTraits.h"
#include "Algorithms/RowReduction.h"
#include "lse/Halide/KernelSpec.h"

#include <memory>

namespace lse_halide {

/// The formulas of one kernel, in its type of computation, with the answers for
/// special rows (docs/Numerics.md). Each numerics class has its own. `maximum`
/// is that of the logits of a row that are not NaN, -inf if there are none.
///
/// Two ways to the same answers. Where no log-sum-exp is wanted, rows without a
/// finite maximum have sums of exp(inf - inf), which make every result NaN by
/// themselves. A log-sum-exp has to tell such rows from those that hold a NaN,
/// so there nothing but a NaN makes a sum NaN.
class RowFormulas {
public:
  RowFormulas(const KernelSpec &spec, const MachineTraits &traits);
  virtual ~RowFormulas() = default;

  /// The maximum of an empty row.
  Halide::Expr leastLogit() const { return constant(-infinity()); }

  /// What the exponentials of a row are relative to.
  virtual Values reference(const Halide::Expr &maximum) const = 0;

  /// The exponential of a logit: a factor that is the same in the whole row
  /// takes it to a probability.
  virtual Halide::Expr exponential(const Halide::Expr &logit,
                                   const Values &reference) const = 0;

  /// How the exponentials of a row are added up: all but the element of a
  /// Reduction.
  virtual Reduction summation() const = 0;
  /// What one element adds.
  virtual Values summand(const Halide::Expr &exponential,
                         const Halide::Expr &logit,
                         const Halide::Expr &maximum) const = 0;

  /// The sums of a row in such units that those of equal maxima can be added.
  virtual Values relativeSums(const Values &reference,
                              const Values &sums) const = 0;
  /// Those of two parts of a row together, whose maximum is `maximum`.
  virtual Values mergeSums(const Halide::Expr &maximum,
                           const Halide::Expr &firstMaximum,
                           const Values &firstSums,
                           const Halide::Expr &secondMaximum,
                           const Values &secondSums) const = 0;

  /// The log-sum-exp without the maximum (or what takes its place), in f64.
  virtual Halide::Expr logSum(const Values &relativeSums) const = 0;

  /// What makes a probability of an exponential, and how.
  virtual Values factors(const Halide::Expr &maximum, const Values &reference,
                         const Values &sums) const = 0;
  virtual Halide::Expr probability(const Halide::Expr &exponential,
                                   const Values &factors) const = 0;

  /// What is subtracted from a logit, one after the other, to make a
  /// log-probability of it.
  virtual Values offsets(const Halide::Expr &maximum,
                         const Values &relativeSums,
                         const Halide::Expr &logSum) const = 0;
  Halide::Expr logProbability(const Halide::Expr &logit,
                              const Values &offsets) const {
    return (logit - offsets[0]) - offsets[1];
  }

  Halide::Expr logSumExp(const Halide::Expr &maximum,
                         const Values &relativeSums,
                         const Halide::Expr &logSum) const;

protected:
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
  /// `ordinary`, or what leads to the answers for special rows: `sum` is 0 or
  /// more, or NaN.
  Halide::Expr factorOfRow(const Halide::Expr &maximum, const Halide::Expr &sum,
                           const Halide::Expr &ordinary) const;
  /// exp(oldMaximum - shift), in f64, for a sum that gets another shift. Exact
  /// where the shift is the old maximum.
  Halide::Expr rescaling(const Halide::Expr &oldMaximum,
                         const Halide::Expr &shift) const;

  Halide::Type type;
  MachineTraits traits;
  bool deadRowsAreZero;
  /// True if a log-sum-exp is wanted.
  bool isGuarded;
};

/// Those of `spec.numerics`.
std::unique_ptr<RowFormulas> makeStandardFormulas(const KernelSpec &spec,
                                                  const MachineTraits &traits);
std::unique_ptr<RowFormulas> makeAccurateFormulas(const KernelSpec &spec,
                                                  const MachineTraits &traits);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_ROWFORMULAS_H
