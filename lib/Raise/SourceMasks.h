//===- SourceMasks.h - Masks around an exponential --------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_SOURCEMASKS_H
#define LSE_LIB_RAISE_SOURCEMASKS_H

#include "RowMatch.h"

namespace mlir::lse {

/// What a source leaves out of a row after it has taken exponentials, by
/// selecting 0 or by multiplying with it. As part of the logits it is -inf.
class SourceMasks {
public:
  SourceMasks(LogDomain &domain, const RowMatch &match)
      : domain(domain), notation(domain.getNotation()), match(match) {}

  /// The condition of `factor` if that is 1 where it holds and 0 elsewhere;
  /// else null.
  const ScalarExpr *findCondition(const ScalarExpr *factor);
  /// Notes that the exponential found is masked, if the logits are. `isFactor`
  /// is true if the source multiplies by 1 or 0, which keeps NaN, and makes it
  /// of an infinity, where a selection would pass it over.
  void add(const ScalarExpr *condition, bool isNegated, bool isFactor);
  /// `logit` with the masks; null if its type has no infinity.
  const ScalarExpr *apply(const ScalarExpr *logit);
  /// The same of a term.
  Term apply(Term logit);

private:
  struct Mask {
    /// As the source computes it.
    const ScalarExpr *condition;
    Guard guard;
    bool isFactor;
  };
  bool contains(const Poly *poly, const Guard &guard);

  LogDomain &domain;
  IndexNotation &notation;
  const RowMatch &match;
  SmallVector<Mask> masks;
};

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_SOURCEMASKS_H
