//===- StandardFormulas.cpp - The numerics class standard -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms/Exponential.h"
#include "Algorithms/Logarithm.h"
#include "Algorithms/RowFormulas.h"

#include <cmath>

using namespace Halide;
using namespace lse_halide;
using Halide::Internal::make_const;

namespace {

/// Logits are shifted by the maximum; there is one sum.
class StandardFormulas : public RowFormulas {
public:
  using RowFormulas::RowFormulas;

  Values reference(const Expr &maximum) const override {
    return {shift(maximum)};
  }

  Expr exponential(const Expr &logit, const Values &reference) const override {
    Expr shifted = logit - reference[0];
    // Where the shift is not the maximum, what exceeds it counts as equal to
    // it. In this order the select is one x86 minimum, and it passes NaN on.
    if (isGuarded)
      shifted = select(shifted > constant(0), constant(0), shifted);
    return scaledExponential(shifted, traits.hasFusedMultiplyAdd);
  }

  Reduction summation() const override {
    // So many exponentials are added in their own type before the sum goes on
    // in f64: equal ones round the same way every time.
    constexpr int run = 4;
    auto add = [](const Values &partial, const Values &value) -> Values {
      return {partial[0] + cast(partial[0].type(), value[0])};
    };
    return {"sum",
            {make_const(Float(64), 0.0)},
            nullptr,
            add,
            add,
            run,
            /*sharesPartials=*/true};
  }

  Values summand(const Expr &exponential, const Expr &logit,
                 const Expr &maximum) const override {
    return {exponential};
  }

  Values relativeSums(const Values &reference,
                      const Values &sums) const override {
    return sums;
  }

  Values mergeSums(const Expr &maximum, const Expr &firstMaximum,
                   const Values &firstSums, const Expr &secondMaximum,
                   const Values &secondSums) const override {
    return {firstSums[0] * rescaling(firstMaximum, shift(maximum)) +
            secondSums[0] * rescaling(secondMaximum, shift(maximum))};
  }

  Expr logSum(const Values &relativeSums) const override {
    double scale = std::ldexp(1.0, -exponentialScale(type));
    return logarithmOfNormal(relativeSums[0] * make_const(Float(64), scale),
                             type);
  }

  Values factors(const Expr &maximum, const Values &reference,
                 const Values &sums) const override {
    return {factorOfRow(maximum, sums[0],
                        cast(type, make_const(Float(64), 1.0) / sums[0]))};
  }

  Expr probability(const Expr &exponential,
                   const Values &factors) const override {
    return exponential * factors[0];
  }

  Values offsets(const Expr &maximum, const Values &relativeSums,
                 const Expr &logSum) const override {
    Expr result = cast(type, logSum);
    // In a dead row that is to have an answer, logit - shift is that: -inf.
    if (isGuarded)
      result = select(deadRowsAreZero ? maximum == constant(infinity())
                                      : isInfinite(maximum),
                      constant(std::nan("")), result);
    return {shift(maximum), result};
  }

private:
  /// The maximum, or in special rows a number that takes its place.
  Expr shift(const Expr &maximum) const {
    if (isGuarded)
      return select(isInfinite(maximum), constant(0), maximum);
    // -inf - -inf would be NaN.
    if (deadRowsAreZero)
      return select(isDead(maximum), constant(0), maximum);
    return maximum;
  }
};

} // namespace

std::unique_ptr<RowFormulas>
lse_halide::makeStandardFormulas(const KernelSpec &spec,
                                 const MachineTraits &traits) {
  return std::make_unique<StandardFormulas>(spec, traits);
}
