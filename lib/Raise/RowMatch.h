//===- RowMatch.h - Is this value made of rows' log-sum-exp? ----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the answer off a term in normal form. With Z for a sum of exponentials
// over some axes,
//
//   exp(E) / Z            is a softmax,
//   E - log(Z)            is a log-softmax,
//   log(Z) + a number     is a log-sum-exp
//
// if the exponents under Z agree with E along those axes.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_ROWMATCH_H
#define LSE_LIB_RAISE_ROWMATCH_H

#include "Refusal.h"
#include "lse/Analysis/LogDomain.h"
#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"

namespace mlir::lse {

/// What an attention has beside logits, in terms of its loops.
struct AttentionParts {
  /// An element of the queries, keys and values.
  const ScalarExpr *query = nullptr, *key = nullptr, *value = nullptr;
  /// The part of the logit that is the score.
  const ScalarExpr *score = nullptr;
  /// The logit as the rows of the source have it, which may read scores.
  const ScalarExpr *sourceLogit = nullptr;
  /// The loops that the score is summed over, ascending.
  SmallVector<int64_t> scoreLoops;
  /// For each dimension of the root, the loops that it is made of.
  SmallVector<ReassociationIndices> rootDims;
};

/// A value that an operation over rows of logits computes.
struct RowMatch {
  Value root;
  ResultKind kind = ResultKind::Probabilities;
  /// The operation, unless it is the one that is named after `kind`.
  std::optional<OperationName> name;
  /// The iteration space: the root's dimensions d0, d1, ..., then, for results
  /// with one element per row, the axes that the root does not have. For an
  /// attention a dimension of the root may be several loops, and those of keys
  /// and of the score follow.
  SmallVector<Extent> loops;
  /// The loops that make up a row, ascending.
  SmallVector<int64_t> rowLoops;
  /// The loops that results of rows are summed over, ascending.
  SmallVector<int64_t> summedLoops;
  /// The logits in terms of the loops: what varies along a row.
  const Poly *logit = nullptr;
  /// The same as the source computes it. For probabilities and their logarithms
  /// a shift may have stayed in it, or have been left out.
  const ScalarExpr *logitExpression = nullptr;
  /// What the region yields beside the logit, if it does.
  const ScalarExpr *target = nullptr;
  /// The same after that: of two classes, the weight of the other one.
  const ScalarExpr *otherTarget = nullptr;
  /// One more logit of each row, the same for all of it, which is in the sum.
  const ScalarExpr *sink = nullptr;
  /// What the gradient of each row is multiplied by, the same for all of it.
  const ScalarExpr *weight = nullptr;
  /// True if the source subtracts the maximum of each row.
  bool isShifted = false;
  RowDeath rowDeath = RowDeath::NaN;
  /// Gradients: true if the first term is a logit, and not a probability.
  bool isFromLogits = false;
  /// Log-sum-exp: what the root has more than that.
  double offset = 0.0;
  /// What the operation's result has to be multiplied by to be the root.
  double factor = 1.0;
  std::optional<AttentionParts> attention;

  bool variesAlongRow(const Poly *poly) const;
  /// The same of a term, which may be 0 in a part of the row only.
  bool variesAlongRow(const Term &term) const {
    return variesAlongRow(term.poly) ||
           llvm::any_of(term.guards, [&](const Guard &guard) {
             return variesAlongRow(guard.condition);
           });
  }
  /// True if something in `expr` is read along a row, be it the same there.
  bool readsAlongRow(const ScalarExpr *expr) const;
  /// What the operation's region yields.
  SmallVector<const ScalarExpr *> getTerms() const {
    if (otherTarget)
      return {logitExpression, target, otherTarget};
    if (weight)
      return {logitExpression, target, weight};
    if (target)
      return {logitExpression, target};
    if (sink)
      return {logitExpression, sink};
    return {logitExpression};
  }
};

/// The match of a value that is raised, or null.
using MatchFinder = function_ref<const RowMatch *(Value)>;

/// What has been decided to be raised so far.
struct KnownRows {
  MatchFinder getMatch;
  /// The match of a log-sum-exp that has the elements of a value as logits, or
  /// null.
  function_ref<const RowMatch *(Value)> getLogSumExpOf;
  /// True for log-probabilities, log-sum-exps, and what is computed from them.
  function_ref<bool(Value)> isOfLogs;
};

/// A match, a refusal, or neither, when the value is no candidate.
struct MatchResult {
  std::optional<RowMatch> match;
  std::optional<Refusal> refusal;
};

/// Decides what `root` computes.
MatchResult matchRows(LogDomain &domain, Value root);

/// The probabilities that `expr`, in loops of extents `loops`, is, though no
/// value of the source may be; nothing if it is none. The match has no root.
std::optional<RowMatch> matchProbabilities(LogDomain &domain,
                                           const ScalarExpr *expr,
                                           ArrayRef<Extent> loops);

/// The extents of `root`, a ranked tensor.
SmallVector<Extent> getExtents(LogDomain &domain, Value root);

/// Substitutes loops of extents `loops` for the bound `axes` in every way that
/// extents allow, until `accept` likes the outcome: the substitution and the
/// loops chosen, ascending. Loops in `taken` are left out.
bool forEachAxisAssignment(
    LogDomain &domain, ArrayRef<Extent> loops, ArrayRef<BoundAxis> axes,
    ArrayRef<unsigned> taken,
    function_ref<bool(const DenseMap<AffineExpr, AffineExpr> &,
                      ArrayRef<int64_t>)>
        accept);

/// What `expr` is, if that is an element that was only moved, of what it was
/// moved from.
const ScalarExpr *withoutMoves(IndexNotation &notation, const ScalarExpr *expr);

/// True if `isWanted` holds for `atom` or something that it is computed from
/// without a reduction in between.
bool anyPart(const Atom *atom, function_ref<bool(const Atom *)> isWanted);

/// The only monomial of a sum's body if it is an exponential, else null.
const Monomial *getExponentialBody(const Atom *atom);

/// True if a sum of exponentials is a part of `atom`: what is divided by, or
/// what the logarithm is taken of, is such a sum or more than that.
bool containsExponentialSum(const Atom *atom);

/// The sum Z if `monomial` is a multiple of log(Z) with exponentials under it.
const Atom *getLoggedSum(const Monomial &monomial);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_ROWMATCH_H
