//===- WeightedSum.h - Log-probabilities in a sum ---------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads off the source what it multiplies log-probabilities by on the way to a
// value, as scalar expressions in its own words.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_WEIGHTEDSUM_H
#define LSE_LIB_RAISE_WEIGHTEDSUM_H

#include "RowMatch.h"

namespace mlir::lse {

/// One log-probability, or all of a row, in a sum: where it is read, with which
/// target, and the axes of the reductions around it.
struct Contribution {
  /// One for each loop of the match; null where it is not read along that.
  SmallVector<AffineExpr> indices;
  /// Of the target: minus what the log-probability is multiplied by.
  const ScalarExpr *target;
  SmallVector<BoundAxis> axes;
};

/// All that a sum has of one value's log-probabilities.
struct WeightedRows {
  /// True if log-sum-exps and logits make up log-probabilities.
  bool isComplete() const;

  /// The log-probabilities, or the log-sum-exp that makes such of logits.
  const RowMatch *match;
  SmallVector<Contribution> contributions = {};
  /// Of the log-sum-exp, with what they are multiplied by as targets.
  SmallVector<Contribution> logSumExps = {};
};

/// What something is multiplied by.
struct Weight {
  /// Null for 1.
  const ScalarExpr *magnitude = nullptr;
  bool isNegative = false;

  Weight negated() const { return {magnitude, !isNegative}; }
};

/// Finds the log-probabilities that a value is a weighted sum of.
class WeightedSum {
public:
  WeightedSum(LogDomain &domain, const KnownRows &known)
      : domain(domain), notation(domain.getNotation()), known(known) {}

  /// Adds what `expr` times `weight` consists of; false if it is more than
  /// log-probabilities, or not linear in them.
  bool add(const ScalarExpr *expr, const Weight &weight,
           ArrayRef<BoundAxis> axes);
  /// True if `expr` is computed from log-probabilities.
  bool isOfLogs(const ScalarExpr *expr);

  const ScalarExpr *convert(const ScalarExpr *expr, Type type);
  const ScalarExpr *apply(StringRef name, Type type,
                          ArrayRef<const ScalarExpr *> operands);
  const ScalarExpr *number(Type type, double value);

  /// What was added, by the log-probabilities it is of.
  ArrayRef<WeightedRows> getRows() const { return rows; }
  /// True if something that is no number is a factor of all that was added.
  bool hasFactor() const { return hasFactorOfAll; }
  /// Dimensions that stand for an index that is read or computed.
  DenseMap<unsigned, const ScalarExpr *> computedIndices;

private:
  bool addElement(const ScalarExpr *expr, const Weight &weight,
                  ArrayRef<BoundAxis> axes);
  void addElement(const ScalarExpr *expr, const RowMatch *match,
                  const Weight &weight, ArrayRef<BoundAxis> axes);
  /// The element of raised probabilities whose logarithm `expr` is; null if it
  /// is none.
  const ScalarExpr *getLoggedProbability(const ScalarExpr *expr);
  bool addProduct(const ScalarExpr *expr, Weight weight,
                  ArrayRef<BoundAxis> axes);
  bool addSelection(const ScalarExpr *expr, const Weight &weight,
                    ArrayRef<BoundAxis> axes);
  bool addSum(const ScalarExpr *expr, const Weight &weight,
              ArrayRef<BoundAxis> axes);
  /// True if `weight` is a factor, no number, of a sum along `axes`.
  bool isOfWholeSum(const Weight &weight, ArrayRef<BoundAxis> axes);
  const ScalarExpr *getMagnitude(const Weight &weight, Type type);
  bool isZero(const ScalarExpr *expr) {
    return domain.getTerm(expr).poly->isZero();
  }
  /// What an element of `source` is a log-probability, a log-sum-exp or a logit
  /// of; null if it is none of these.
  const RowMatch *findRows(Value source);
  /// True if a selection of `other` instead of `chosen` where `condition`
  /// holds, or where it does not, changes nothing: there `chosen` has a factor
  /// of 0, or one of NaN, and `other` is that.
  bool isRedundant(const ScalarExpr *condition, bool whereTrue,
                   const ScalarExpr *other, const ScalarExpr *chosen);
  /// True if `expr` is a product with `factor`, or chooses such a product.
  bool hasFactor(const ScalarExpr *expr, const Poly *factor,
                 unsigned depth = 0);
  /// The element that a gather reads, indexed by new dimensions where an index
  /// is computed.
  const ScalarExpr *asAccess(const ScalarExpr *gather);
  /// `expr` with such accesses in place of all gathers.
  const ScalarExpr *withoutGathers(const ScalarExpr *expr);
  /// What `expr` reads, in terms of what that is made of; null if unknown.
  const ScalarExpr *inlined(const ScalarExpr *expr);

  /// Numbers of the dimensions in `computedIndices`.
  static constexpr unsigned firstComputedPosition = 1 << 21;
  /// Longer expressions are given up.
  static constexpr unsigned maxSteps = 256;

  LogDomain &domain;
  IndexNotation &notation;
  const KnownRows &known;
  SmallVector<WeightedRows, 2> rows;
  DenseMap<const ScalarExpr *, bool> knownToBeOfLogs;
  DenseMap<const ScalarExpr *, unsigned> computedPositions;
  DenseMap<const ScalarExpr *, const ScalarExpr *> accesses;
  /// True for a part of a sum that has log-probabilities in more than one.
  bool isBesideOthers = false;
  bool hasFactorOfAll = false;
  unsigned steps = 0;
};

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_WEIGHTEDSUM_H
