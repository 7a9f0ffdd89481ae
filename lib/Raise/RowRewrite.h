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

  /// The destination of what defines the root, whose content does not matter
  /// any more, if it has one of the shape that is needed.
  Value getOwnDestination() const;
  /// The values that the operation is going to use.
  SmallVector<Value> getUses() const;
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
