//===- RowRewrite.h - From a match to an operation --------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_ROWREWRITE_H
#define LSE_LIB_RAISE_ROWREWRITE_H

#include "RowMatch.h"

namespace mlir::lse {

/// A log-sum-exp that an attention yields beside its output, but for a number.
struct SumBeside {
  RowMatch match;
  /// For each dimension of its root, the loops of the attention that it is made
  /// of, but for those of one iteration.
  SmallVector<SmallVector<int64_t>> rootDims;
};

/// A match as the operation that is to take its root's place.
struct RowRewrite {
  RowMatch match;
  /// What the terms read; of an attention, queries, keys and values come first.
  SmallVector<const ScalarExpr *> accesses;
  /// For each loop of the operation, the loop of the match that it is.
  SmallVector<unsigned> order;
  /// The root's dimensions that the operation's result has; the others have
  /// extent 1.
  SmallVector<int64_t> resultDims;
  /// True if the logits have to be computed into a tensor first, because no
  /// logit region can compute them from elements of inputs.
  bool needsLogitTensor = false;
  /// Of an attention: log-sum-exps of its rows, in whatever shape.
  SmallVector<SumBeside, 1> sums;
  /// Of such a log-sum-exp: the root of the attention, which is all it needs.
  Value beside;
  /// What the operation is put before, if that is not what defines the root.
  Operation *place = nullptr;
  /// False if the destination of what defines the root is not there in time.
  bool mayUseOwnDestination = true;

  /// The destination of what defines the root, whose content does not matter
  /// any more, if it has one of the shape that is needed.
  Value getOwnDestination() const;
  /// The values that the operation is going to use.
  SmallVector<Value> getUses() const;
  /// True if an input of the region, or what it is computed from, is indexed by
  /// `loop`, of an attention.
  bool indexesLogits(int64_t loop) const;
  /// Of an attention: the loops that number queries.
  SmallVector<int64_t> getQueryLoops() const;
};

/// Plans the operation for `match`; fails if its logits cannot be computed from
/// elements of tensors.
FailureOr<RowRewrite> planRewrite(const RowMatch &match);

/// Creates the operation, of the class `numerics`, before the root's, and lets
/// its result take the root's place. `replaced` has what earlier rewrites put
/// in the place of roots.
RowOpInterface applyRewrite(const RowRewrite &rewrite, Numerics numerics,
                            DenseMap<Value, Value> &replaced);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_ROWREWRITE_H
