//===- AccurateFormulas.cpp - The numerics class accurate -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing of the logits is lost on the way. Where the maximum is large, logits
// near it have an exact difference to it (Sterbenz). Where it is not, they are
// not shifted at all: exp(x) = 2^n * exp(t), and the exponents of a row are
// relative to that of the maximum, which is integer arithmetic.
//
// Where logarithms are wanted, elements that are equal to the maximum are
// counted, and only the others are added up, relative to exp(maximum). So the
// log-sum-exp is maximum + log1p(count - 1 + others), which keeps its digits
// however small the others are. Sums are in f64, of f64 in pairs.
//
//===----------------------------------------------------------------------===//

#include "Algorithms/Buffers.h"
#include "Algorithms/Exponential.h"
#include "Algorithms/Logarithm.h"
#include "Algorithms/RowFormulas.h"

#include <cmath>
#include <limits>

using namespace Halide;
using namespace lse_halide;
using Halide::Internal::make_const;

namespace {

Expr constantF64(double value) { return make_const(Float(64), value); }

/// a + b as a rounded sum and, exactly, what rounding took away (D. Knuth, "The
/// Art of Computer Programming", volume 2, section 4.2.2, theorem B).
Values sumWithError(const Expr &a, const Expr &b) {
  Expr sum = a + b;
  Expr ofB = sum - a;
  return {sum, (a - (sum - ofB)) + (b - ofB)};
}

class AccurateFormulas : public RowFormulas {
public:
  AccurateFormulas(const KernelSpec &spec, const MachineTraits &traits)
      : RowFormulas(spec, traits), isF64(type == Float(64)),
        countsMaxima(isGuarded ||
                     findOutput(spec, ResultKind::LogProbabilities)) {}

  /// What logits are shifted by; the maximum after that; the power of two that
  /// exponents are relative to; and where it is needed, in f64, the reciprocal
  /// of the maximum's exponential: here nothing has to wait for it.
  Values reference(const Expr &maximum) const override {
    Expr shifted = shift(maximum);
    Expr origin = select(abs(shifted) <= constant(mostUnshifted(type)),
                         constant(0), shifted);
    Expr most = shifted - origin;
    Values result = {origin, most, nearestPower(most)};
    if (countsMaxima) {
      Expr wide = cast<double>(most);
      Expr peak = exponentialOverPower(wide, wide, cast<double>(result[2]));
      double scale =
          std::ldexp(1.0, exponentialScale(Float(64)) - exponentialScale(type));
      result.push_back(constantF64(scale) / peak);
    }
    return result;
  }

  Expr exponential(const Expr &logit, const Values &reference) const override {
    return exponentialOverPower(logit - reference[0], reference[1],
                                reference[2]);
  }

  Reduction summation() const override {
    Reduction result;
    result.name = "sum";
    result.sharesPartials = true;
    // Pairs of f32 halve the work; a logarithm does not feel their rounding.
    result.run = countsMaxima && !isF64 ? 2 : 1;
    if (countsMaxima)
      result.identity.push_back(make_const(isF64 ? type : Int(32), 0));
    if (isF64)
      result.identity.push_back(constantF64(0));
    result.identity.push_back(constantF64(0));
    result.accumulate = [this](const Values &partial, const Values &summand) {
      return addSummand(partial, summand);
    };
    result.merge = [this](const Values &a, const Values &b) {
      return addSums(a, b);
    };
    return result;
  }

  Values summand(const Expr &exponential, const Expr &logit,
                 const Expr &maximum) const override {
    if (!countsMaxima)
      return {exponential};
    // -0 is what x86 need not add: there is one instruction for those that do.
    return {select(logit == maximum, constant(1), constant(-0.0)),
            select(logit != maximum, exponential, constant(0))};
  }

  /// The sum of what is below the maximum over exp(maximum), and how many are
  /// equal to it.
  Values relativeSums(const Values &reference,
                      const Values &sums) const override {
    if (!countsMaxima)
      return sums;
    return {addedUp(sums) * reference[3], cast<double>(sums.front())};
  }

  Values mergeSums(const Expr &maximum, const Expr &firstMaximum,
                   const Values &firstSums, const Expr &secondMaximum,
                   const Values &secondSums) const override {
    auto part = [&](const Expr &ofPart, const Values &sums) -> Values {
      Expr isTop = ofPart == maximum;
      return {select(isTop, sums[0],
                     (sums[0] + sums[1]) * rescaling(ofPart, shift(maximum))),
              select(isTop, sums[1], constantF64(0))};
    };
    Values first = part(firstMaximum, firstSums);
    Values second = part(secondMaximum, secondSums);
    return {first[0] + second[0], first[1] + second[1]};
  }

  Expr logSum(const Values &relativeSums) const override {
    return logarithmOfOnePlusNonNegative(
        relativeSums[0] + (relativeSums[1] - constantF64(1)), type);
  }

  /// In f32 the reciprocal of the sum in two parts, so that the product is
  /// rounded once where it can be fused; else the reciprocal in f64, or in f64
  /// the sum.
  Values factors(const Expr &maximum, const Values &reference,
                 const Values &sums) const override {
    Expr total = addedUp(sums);
    // In the elements' own words, so that the maximum of a row without others
    // has a probability of exactly 1.
    if (countsMaxima)
      total = total + cast<double>(sums.front()) *
                          cast<double>(exponentialOverPower(
                              reference[1], reference[1], reference[2]));
    if (isF64)
      return {total / factorOfRow(maximum, total, constantF64(1))};
    Expr factor = factorOfRow(maximum, total, constantF64(1) / total);
    if (!traits.hasFusedMultiplyAdd)
      return {factor};
    // Rounded down, so that the rest is not negative: otherwise a result that
    // underflows might be -0, depending on which product is fused.
    Expr high = cast<float>(factor);
    Expr isAbove = cast<double>(high) > factor;
    high =
        reinterpret<float>(reinterpret<int32_t>(high) - select(isAbove, 1, 0));
    Expr low = cast<float>(factor - cast<double>(high));
    return {high, low};
  }

  Expr probability(const Expr &exponential,
                   const Values &factors) const override {
    if (isF64)
      return exponential / factors[0];
    if (!traits.hasFusedMultiplyAdd)
      return cast<float>(cast<double>(exponential) * factors[0]);
    return exponential * factors[0] + exponential * factors[1];
  }

  /// The log-sum-exp as a rounded number and the rest. The first difference is
  /// exact where the result is small.
  Values offsets(const Expr &maximum, const Values &relativeSums,
                 const Expr &logSum) const override {
    Values parts;
    if (isF64) {
      parts = sumWithError(maximum, logSum);
    } else {
      Expr high = cast<float>(cast<double>(maximum) + logSum);
      Expr low = (cast<double>(maximum) - cast<double>(high)) + logSum;
      parts = {high, cast<float>(low)};
    }
    // Of an infinite maximum the rest is NaN, and with it the row. In a dead
    // row that is to have an answer it is the logit: -inf.
    if (deadRowsAreZero)
      parts = {select(isDead(maximum), constant(0), parts[0]),
               select(isDead(maximum), zeroOrNaN(relativeSums[0]), parts[1])};
    return parts;
  }

private:
  /// The maximum, or in special rows a number that takes its place: not below
  /// other numbers, because what is equal to the maximum is not added up.
  Expr shift(const Expr &maximum) const {
    Expr result = maximum;
    if (isGuarded)
      result = select(maximum == constant(infinity()),
                      constant(isF64 ? std::numeric_limits<double>::max()
                                     : std::numeric_limits<float>::max()),
                      result);
    if (isGuarded || deadRowsAreZero)
      result = select(isDead(maximum), constant(0), result);
    return result;
  }

  // Sums are the count of maxima, if that is needed; in f64, what rounding took
  // away; and the sum itself. It comes last because exponentials are kept where
  // logits may be, which the others are computed from.

  /// The sum in f64 of all that was added.
  Expr addedUp(const Values &sums) const {
    return isF64 ? sums.back() + sums[sums.size() - 2] : sums.back();
  }

  Values addSummand(const Values &partial, const Values &summand) const {
    Values result;
    if (countsMaxima)
      result.push_back(partial.front() +
                       cast(partial.front().type(), summand.front()));
    if (!isF64) {
      result.push_back(partial.back() + cast<double>(summand.back()));
      return result;
    }
    Values sum = sumWithError(partial.back(), summand.back());
    result.push_back(partial[partial.size() - 2] + sum[1]);
    result.push_back(sum[0]);
    return result;
  }

  Values addSums(const Values &a, const Values &b) const {
    Values result;
    if (countsMaxima)
      result.push_back(a.front() + b.front());
    if (!isF64) {
      result.push_back(a.back() + b.back());
      return result;
    }
    Values sum = sumWithError(a.back(), b.back());
    result.push_back((a[a.size() - 2] + b[b.size() - 2]) + sum[1]);
    result.push_back(sum[0]);
    return result;
  }

  bool isF64;
  /// True if elements that are equal to the maximum are told from others.
  bool countsMaxima;
};

} // namespace

std::unique_ptr<RowFormulas>
lse_halide::makeAccurateFormulas(const KernelSpec &spec,
                                 const MachineTraits &traits) {
  return std::make_unique<AccurateFormulas>(spec, traits);
}
