//===- LossFormula.cpp - What losses and gradients are made of ------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With m the maximum of a row of logits z, s = sum exp(z - m), and a logarithm
// of a probability (z - m) - log s, the formulas are those of the operations'
// documentation with constants of the row taken out of sums. What is near to
// nothing is +0: exp below -87.3 (f64: -708.3).
//
//===----------------------------------------------------------------------===//

#include "Algorithms/LossFormula.h"

#include "Algorithms/Buffers.h"
#include "Algorithms/Exponential.h"
#include "Algorithms/HalfPrecision.h"
#include "Algorithms/Logarithm.h"

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace Halide;
using namespace lse_halide;
using Halide::Internal::make_const;

namespace {

/// Builds the formulas of one kernel, whose functions hold a copy of it.
class FormulaBuilder {
public:
  FormulaBuilder(const KernelSpec &spec, const MachineTraits &traits)
      : type(storageType(spec.compute)), traits(traits),
        deadRowsAreZero(spec.rowDeath == RowDeath::Zero),
        needsLogSumExp(findOutput(spec, ResultKind::LogSumExp).has_value() ||
                       hasZWeight(spec)) {}

  LossFormula crossEntropy() const;
  LossFormula divergence() const;
  LossFormula binaryCrossEntropy(bool isOfElement) const;
  LossFormula softmaxGradient(bool fromLogits) const;
  LossFormula logSoftmaxGradient(bool fromLogits) const;
  LossFormula logSumExpGradient(bool hasAddend, bool hasWeight) const;
  LossFormula crossEntropyGradient(const KernelSpec &spec) const;

private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  Expr number(double value) const { return make_const(type, value); }
  static Expr wide(double value) { return make_const(Float(64), value); }
  static Expr nan() { return wide(std::nan("")); }
  Expr isDead(const Expr &maximum) const {
    return maximum == number(-infinity);
  }
  Expr isInfinite(const Expr &maximum) const {
    return abs(maximum) == number(infinity);
  }

  /// A number to subtract in any case: special rows are told by their maximum.
  Expr shift(const Expr &maximum) const {
    return select(isInfinite(maximum), number(0), maximum);
  }
  /// The shift of `maximum` less that of `newMaximum`, in f64, finite and 0 at
  /// most. A piece of a row without a finite logit adds nothing, or what no
  /// shift changes.
  Expr fall(const Expr &maximum, const Expr &newMaximum) const {
    Expr least = wide(std::numeric_limits<double>::lowest());
    Expr difference = cast<double>(maximum) - cast<double>(newMaximum);
    return select(isInfinite(maximum) || isInfinite(newMaximum), wide(0),
                  difference < least, least, difference);
  }
  /// What exponentials are multiplied by. It is 0 where those of the largest
  /// would be, relative to the new shift.
  Expr decay(const Expr &fall) const {
    return select(fall < wide(leastUnscaled(type)), wide(0), exponential(fall));
  }
  Expr exponential(const Expr &shifted) const {
    return exponentialOrZero(shifted, traits.hasFusedMultiplyAdd);
  }
  /// What is summed up of a logit that is relative to the maximum. A
  /// log-sum-exp of a row with +inf is that, unless a NaN is in the row, for
  /// which the sum has to tell one from the other.
  Expr summand(const Expr &shifted) const {
    return exponential(needsLogSumExp
                           ? select(shifted > number(0), number(0), shifted)
                           : shifted);
  }
  /// 0 where `factor` is, whatever `value` is.
  Expr zeroWhereZero(const Expr &factor, const Expr &value) const {
    return select(factor == make_const(factor.type(), 0),
                  make_const(value.type(), 0), value);
  }
  /// a * b in f64, so that a sum of some does not overflow earlier than each.
  static Expr product(const Expr &a, const Expr &b) {
    return cast<double>(a) * cast<double>(b);
  }
  /// log s, in f64, of a sum of exponentials of which one is 1.
  Expr logarithmOfSum(const Expr &sum) const {
    return logarithmOfNormal(sum, type);
  }
  /// What makes a probability of an exponential of a row with sum `sum`.
  Expr factor(const Expr &maximum, const Expr &sum) const {
    Expr inverse = select(isInfinite(maximum), nan(), wide(1) / sum);
    // The sum of a dead row is 0, or NaN.
    if (deadRowsAreZero)
      inverse = select(isDead(maximum), sum, inverse);
    return cast(type, inverse);
  }

  /// Makes the elements of `formula` relative to the largest logit.
  void shiftByMaximum(LossFormula &formula) const {
    formula.numMaxima = 1;
    formula.maxima = [](const Values &terms) -> Values { return {terms[0]}; };
    formula.shifts = [*this](const Values &maxima) -> Values {
      return {shift(maxima[0])};
    };
  }
  /// Lets `formula`, whose first sum is that of exponentials of logits, have
  /// their log-sum-exp.
  void addLogSumExp(LossFormula &formula) const {
    formula.logSumExp = [*this](const Values &maxima, const Values &sums) {
      // An infinite maximum is the answer, unless a NaN is in the row.
      Expr special = select(is_nan(sums[0]), cast(type, nan()), maxima[0]);
      Expr ordinary = cast<double>(maxima[0]) + logarithmOfSum(sums[0]);
      return select(isInfinite(maxima[0]), special, cast(type, ordinary));
    };
  }
  /// The only sum, in the type of computation.
  std::function<Expr(const Values &, const Values &)> sumOfRow() const {
    return [*this](const Values &, const Values &sums) {
      return cast(type, sums[0]);
    };
  }
  /// The same as the only value of a row.
  std::function<Values(const Values &, const Values &)> sumForElements() const {
    return
        [sum = sumOfRow()](const Values &maxima, const Values &sums) -> Values {
          return {sum(maxima, sums)};
        };
  }

  Type type;
  MachineTraits traits;
  bool deadRowsAreZero, needsLogSumExp;
};

} // namespace

/// sum t * log s - sum t * (z - m), over targets that are not 0.
LossFormula FormulaBuilder::crossEntropy() const {
  LossFormula formula;
  shiftByMaximum(formula);
  formula.numSums = 3;
  // A target is not 0, NaN included.
  formula.numFlags = 1;
  formula.summands = [*this](const Values &terms,
                             const Values &shifts) -> Values {
    Expr shifted = terms[0] - shifts[0];
    return {summand(shifted), terms[1],
            zeroWhereZero(terms[1], terms[1] * shifted),
            select(terms[1] == number(0), number(0), number(1))};
  };
  formula.rescale = [*this](const Values &sums, const Values &maxima,
                            const Values &newMaxima) -> Values {
    Expr by = fall(maxima[0], newMaxima[0]);
    // A target may be infinite.
    return {sums[0] * decay(by), sums[1],
            sums[2] + zeroWhereZero(by, sums[1] * by), sums[3]};
  };
  formula.loss = [*this](const Values &maxima, const Values &sums) {
    Expr loss = sums[1] * logarithmOfSum(sums[0]) - sums[2];
    // Logarithms of probabilities of a dead row are NaN, or -inf.
    Expr special = nan();
    if (deadRowsAreZero)
      special = select(isDead(maxima[0]), -sums[2] + sums[0], nan());
    loss = select(isInfinite(maxima[0]), special, loss);
    return cast(type, select(sums[3] == number(1), loss, wide(0)));
  };
  addLogSumExp(formula);
  return formula;
}

/// With logits z of q and t of p: sum p ((t - m_t) - (z - m_z)) - log s_t +
/// log s_z.
LossFormula FormulaBuilder::divergence() const {
  LossFormula formula;
  formula.numMaxima = 2;
  formula.maxima = [](const Values &terms) -> Values { return terms; };
  formula.shifts = [*this](const Values &maxima) -> Values {
    return {shift(maxima[0]), shift(maxima[1])};
  };
  formula.numSums = 3;
  formula.summands = [*this](const Values &terms,
                             const Values &shifts) -> Values {
    Expr z = terms[0] - shifts[0], t = terms[1] - shifts[1];
    Expr p = exponential(t);
    return {exponential(z), p, zeroWhereZero(p, product(p, t - z))};
  };
  formula.rescale = [*this](const Values &sums, const Values &maxima,
                            const Values &newMaxima) -> Values {
    Expr z = fall(maxima[0], newMaxima[0]), t = fall(maxima[1], newMaxima[1]);
    Expr p = decay(t);
    return {sums[0] * decay(z), sums[1] * p,
            zeroWhereZero(p, p * (sums[2] + sums[1] * (t - z)))};
  };
  formula.loss = [*this](const Values &maxima, const Values &sums) {
    Expr loss =
        (sums[2] / sums[1] - logarithmOfSum(sums[1])) + logarithmOfSum(sums[0]);
    // Dead rows of q have logarithms of probabilities NaN, or -inf.
    loss = select(isInfinite(maxima[0]),
                  deadRowsAreZero
                      ? select(isDead(maxima[0]),
                               wide(infinity) + (sums[0] + sums[1]), nan())
                      : nan(),
                  loss);
    // Those of p are NaN, or add nothing.
    loss = select(isInfinite(maxima[1]),
                  deadRowsAreZero ? select(isDead(maxima[1]), sums[1], nan())
                                  : nan(),
                  loss);
    return cast(type, loss);
  };
  return formula;
}

/// Of either class: max(z, 0) + log(1 + exp(-|x|)), where z is the logit of the
/// other one.
LossFormula FormulaBuilder::binaryCrossEntropy(bool isOfElement) const {
  auto loss = [*this](const Values &terms) {
    Expr rest = cast(type, logarithmOfOnePlus(exponential(-abs(terms[0]))));
    auto weighted = [&](const Expr &weight, const Expr &z) {
      Expr linear = select(z < number(0), number(0), z);
      return zeroWhereZero(weight, weight * (linear + rest));
    };
    return weighted(terms[1], -terms[0]) + weighted(terms[2], terms[0]);
  };
  LossFormula formula;
  if (isOfElement) {
    formula.element = [loss](const Values &terms, const Values &,
                             const Values &) { return loss(terms); };
    return formula;
  }
  formula.numSums = 1;
  formula.summands = [loss](const Values &terms, const Values &) -> Values {
    return {loss(terms)};
  };
  formula.loss = sumOfRow();
  return formula;
}

/// p (g - sum p g).
LossFormula FormulaBuilder::softmaxGradient(bool fromLogits) const {
  LossFormula formula;
  if (!fromLogits) {
    formula.numSums = 1;
    formula.summands = [](const Values &terms, const Values &) -> Values {
      return {product(terms[0], terms[1])};
    };
    formula.rowValues = sumForElements();
    formula.element = [](const Values &terms, const Values &,
                         const Values &row) {
      return terms[0] * (terms[1] - row[0]);
    };
    return formula;
  }
  shiftByMaximum(formula);
  formula.numSums = 2;
  formula.summands = [*this](const Values &terms,
                             const Values &shifts) -> Values {
    Expr e = exponential(terms[0] - shifts[0]);
    return {e, product(e, terms[1])};
  };
  formula.rescale = [*this](const Values &sums, const Values &maxima,
                            const Values &newMaxima) -> Values {
    Expr by = decay(fall(maxima[0], newMaxima[0]));
    return {sums[0] * by, sums[1] * by};
  };
  formula.rowValues = [*this](const Values &maxima,
                              const Values &sums) -> Values {
    Expr perSum = factor(maxima[0], sums[0]);
    return {perSum, cast(type, sums[1] * cast<double>(perSum))};
  };
  formula.element = [*this](const Values &terms, const Values &shifts,
                            const Values &row) {
    Expr p = exponential(terms[0] - shifts[0]) * row[0];
    return p * (terms[1] - row[1]);
  };
  return formula;
}

/// g - p sum g.
LossFormula FormulaBuilder::logSoftmaxGradient(bool fromLogits) const {
  LossFormula formula;
  if (!fromLogits) {
    formula.numSums = 1;
    formula.summands = [](const Values &terms, const Values &) -> Values {
      return {terms[1]};
    };
    formula.rowValues = sumForElements();
    formula.element = [](const Values &terms, const Values &,
                         const Values &row) {
      return terms[1] - terms[0] * row[0];
    };
    return formula;
  }
  shiftByMaximum(formula);
  formula.numSums = 2;
  formula.summands = [*this](const Values &terms,
                             const Values &shifts) -> Values {
    return {summand(terms[0] - shifts[0]), terms[1]};
  };
  formula.rescale = [*this](const Values &sums, const Values &maxima,
                            const Values &newMaxima) -> Values {
    return {sums[0] * decay(fall(maxima[0], newMaxima[0])), sums[1]};
  };
  formula.rowValues = [*this](const Values &maxima,
                              const Values &sums) -> Values {
    return {factor(maxima[0], sums[0]), cast(type, sums[1])};
  };
  formula.element = [*this](const Values &terms, const Values &shifts,
                            const Values &row) {
    Expr p = exponential(terms[0] - shifts[0]) * row[0];
    return terms[1] - p * row[1];
  };
  return formula;
}

/// p g, plus the addend, times the weight.
LossFormula FormulaBuilder::logSumExpGradient(bool hasAddend,
                                              bool hasWeight) const {
  LossFormula formula;
  shiftByMaximum(formula);
  formula.numSums = 1;
  formula.summands = [*this](const Values &terms,
                             const Values &shifts) -> Values {
    return {summand(terms[0] - shifts[0])};
  };
  formula.rescale = [*this](const Values &sums, const Values &maxima,
                            const Values &newMaxima) -> Values {
    return {sums[0] * decay(fall(maxima[0], newMaxima[0]))};
  };
  formula.rowValues = [*this](const Values &maxima,
                              const Values &sums) -> Values {
    return {factor(maxima[0], sums[0])};
  };
  formula.element = [*this, hasAddend, hasWeight](const Values &terms,
                                                  const Values &shifts,
                                                  const Values &row) {
    Expr gradient = exponential(terms[0] - shifts[0]) * row[0] * terms[1];
    if (hasAddend)
      gradient = gradient + terms[2];
    return hasWeight ? gradient * terms[3] : gradient;
  };
  addLogSumExp(formula);
  return formula;
}

/// (p sum t - t) times the weight, and p times the z-weight and the
/// log-sum-exp, where a product is 0 if the sum or the z-weight is. The sums of
/// the loss begin with those that are needed for that.
LossFormula FormulaBuilder::crossEntropyGradient(const KernelSpec &spec) const {
  LossFormula formula = logSoftmaxGradient(/*fromLogits=*/true);
  addLogSumExp(formula);
  if (findOutput(spec, ResultKind::Loss)) {
    LossFormula ofLoss = crossEntropy();
    ofLoss.rowValues = formula.rowValues;
    formula = ofLoss;
  }
  if (hasZWeight(spec))
    formula.rowValues = [rowValues = formula.rowValues,
                         logSumExp = formula.logSumExp](const Values &maxima,
                                                        const Values &sums) {
      Values values = rowValues(maxima, sums);
      values.push_back(logSumExp(maxima, sums));
      return values;
    };
  formula.element = [*this, isWeighted = spec.terms.size() > 2,
                     hasZ = hasZWeight(spec)](const Values &terms,
                                              const Values &shifts,
                                              const Values &row) {
    Expr p = exponential(terms[0] - shifts[0]) * row[0];
    Expr gradient = zeroWhereZero(row[1], p * row[1]) - terms[1];
    if (isWeighted)
      gradient = gradient * terms[2];
    return hasZ ? gradient + zeroWhereZero(terms[3], p * (terms[3] * row[2]))
                : gradient;
  };
  return formula;
}

LossFormula lse_halide::makeLossFormula(const KernelSpec &spec,
                                        const MachineTraits &traits) {
  FormulaBuilder builder(spec, traits);
  switch (spec.operation) {
  case Operation::CrossEntropy:
    return builder.crossEntropy();
  case Operation::KLDivergence:
    return builder.divergence();
  case Operation::BinaryCrossEntropy:
    return builder.binaryCrossEntropy(spec.rowDims.empty());
  case Operation::SoftmaxGradient:
    return builder.softmaxGradient(spec.fromLogits);
  case Operation::LogSoftmaxGradient:
    return builder.logSoftmaxGradient(spec.fromLogits);
  case Operation::LogSumExpGradient:
    return builder.logSumExpGradient(spec.terms.size() > 2,
                                     spec.terms.size() > 3);
  case Operation::CrossEntropyGradient:
    return builder.crossEntropyGradient(spec);
  case Operation::Softmax:
    break;
  }
  throw std::runtime_error("results of logits are no loss");
}
