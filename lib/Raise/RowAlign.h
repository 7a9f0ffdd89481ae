//===- RowAlign.h - The same rows in other loops ----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A log-sum-exp and an attention are of the same rows if their logits are the
// same, either because both read the same scores or because both compute these
// from the same queries and keys. Each has loops of its own, cut in its own
// way: which are the same is told by what both index with them.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_ROWALIGN_H
#define LSE_LIB_RAISE_ROWALIGN_H

#include "RowRewrite.h"

namespace mlir::lse {

/// The rows of a log-sum-exp, in loops of their own: those of the root's
/// dimensions, then those of a row.
struct SummedRows {
  SmallVector<Extent> loops;
  /// For each dimension of the root, the loops that it is made of.
  SmallVector<SmallVector<int64_t>> rootDims;
  const ScalarExpr *logit = nullptr;
  /// If the logit is computed from a score, what that is made of.
  std::optional<AttentionParts> parts;
};

/// The rows of `match`, a log-sum-exp, with the logits as the source has them;
/// after that the same with the logits computed from a score, if they are.
SmallVector<SummedRows, 2>
findSummedRows(LogDomain &domain, MatchFinder getMatch, const RowMatch &match);

/// The log-sum-exp that `match`, of `rows`, is in terms of the loops and logits
/// of `attention`; nothing if its rows are others.
std::optional<SumBeside> alignRows(LogDomain &domain,
                                   const RowRewrite &attention,
                                   const SummedRows &rows,
                                   const RowMatch &match);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_ROWALIGN_H
