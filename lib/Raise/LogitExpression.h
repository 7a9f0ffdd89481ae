//===- LogitExpression.h - The logits of a match, in the source's own words --*-
//C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_LOGITEXPRESSION_H
#define LSE_LIB_RAISE_LOGITEXPRESSION_H

#include "SoftmaxMatch.h"
#include "mlir/IR/Builders.h"

namespace mlir::lse {

/// The scalar expression of the logits of `match` in the root's dimensions: the
/// argument of the exponential as the source computes it, without the addends
/// that do not vary along a row. Tensors that exist are used as they are. Null
/// if the source's form cannot be followed.
const ScalarExpr *getLogitExpression(LogDomain &domain,
                                     const SoftmaxMatch &match);

/// The inputs of an operation whose logit is `expr`, and their maps from
/// `numLoops` dimensions; failure if an index is none that a map may have.
LogicalResult collectLogitInputs(const ScalarExpr *expr, unsigned numLoops,
                                 SmallVectorImpl<Value> &inputs,
                                 SmallVectorImpl<AffineMap> &maps);

/// Emits `expr` at the builder's insertion point; `arguments` are the elements
/// of the inputs that `collectLogitInputs` found.
Value emitLogit(OpBuilder &builder, Location loc, const ScalarExpr *expr,
                unsigned numLoops, ArrayRef<Value> inputs,
                ArrayRef<AffineMap> maps, ValueRange arguments);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_LOGITEXPRESSION_H
