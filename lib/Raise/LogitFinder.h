//===- LogitFinder.h - The logits in the source's own words -----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_LOGITFINDER_H
#define LSE_LIB_RAISE_LOGITFINDER_H

#include "RowMatch.h"

namespace mlir::lse {

/// Finds the logits of `match`, whose kind, loops, row loops and logit are
/// known, in `expr`, which is what it matches: the argument of the exponential
/// as the source computes it, without the addends that do not vary along a row
/// as far as those may be dropped. Tensors that exist are used as they are.
/// Fails if the source's form cannot be followed.
LogicalResult findLogits(LogDomain &domain, const ScalarExpr *expr,
                         RowMatch &match);

/// The same for a log-sum-exp of which root and kind are known and the loops
/// are the root's dimensions so far: adds the axes of the sum, and sets logit
/// and offset. No shift is left out that the root does not add again.
LogicalResult findSummedLogits(LogDomain &domain, RowMatch &match);

/// What an exponential of base 2 has times log2(e) as `argument`, which is the
/// argument of the natural one then; null if there is no such factor.
const ScalarExpr *findNaturalExponent(LogDomain &domain,
                                      const ScalarExpr *argument);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_LOGITFINDER_H
