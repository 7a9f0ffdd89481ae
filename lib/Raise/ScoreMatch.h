//===- ScoreMatch.h - Are these logits made of a score? ---------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A score is a sum over products of queries and keys. Logits are computed from
// one if a score is a part of them, and all else is elements of tensors.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_SCOREMATCH_H
#define LSE_LIB_RAISE_SCOREMATCH_H

#include "ElementSources.h"
#include "RowMatch.h"

namespace mlir::lse {

/// The body of `expr` if that is a sum of products.
const ScalarExpr *getSummedProduct(const ScalarExpr *expr);

/// Finds the score in a logit. Rows of keys are the loops of `sources` from
/// number `firstKeyLoop` to before `lastKeyLoop`.
class ScoreMatcher {
public:
  ScoreMatcher(LogDomain &domain, MatchFinder getMatch, ElementSources &sources,
               unsigned firstKeyLoop, unsigned lastKeyLoop)
      : domain(domain), notation(domain.getNotation()), getMatch(getMatch),
        sources(sources), parts(sources.getParts()), firstKeyLoop(firstKeyLoop),
        lastKeyLoop(lastKeyLoop) {}

  /// `logit` with the score in it left as it is and all else read from sources;
  /// null if there is no score in it. Sets queries, keys and score of `result`.
  const ScalarExpr *match(const ScalarExpr *logit, AttentionParts &result);

private:
  /// `sum` if it is a score, times the factors in it that are the same for all
  /// products; null if it is none.
  const ScalarExpr *tryScore(const ScalarExpr *sum, AttentionParts &result);
  /// The product of `a`, and `b`, which may be narrower.
  const ScalarExpr *multiply(const ScalarExpr *a, const ScalarExpr *b);
  /// The factors of `product` that vary along `axes`; all that do not, as their
  /// product, or null, in `others`.
  SmallVector<const ScalarExpr *> takeFactors(const ScalarExpr *product,
                                              ArrayRef<BoundAxis> axes,
                                              const ScalarExpr *&others);

  /// Operations of a logit are followed so far.
  static constexpr unsigned maxSteps = 64;

  LogDomain &domain;
  IndexNotation &notation;
  MatchFinder getMatch;
  ElementSources &sources;
  LoopParts &parts;
  unsigned firstKeyLoop, lastKeyLoop;
  unsigned steps = 0;
};

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_SCOREMATCH_H
