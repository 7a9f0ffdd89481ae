//===- SharedRows.h - Log-sum-exps beside attention -------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What keeps an attention for its gradient, or puts parts of one together,
// takes the log-sum-exp of the scores as well. An attention yields both, and
// need not compute the scores once more.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_SHAREDROWS_H
#define LSE_LIB_RAISE_SHAREDROWS_H

#include "NeededValues.h"

namespace mlir::lse {

/// Lets each of `attentions` yield those of `logSumExps` that are of the same
/// rows of logits, where it can stand before all that needs them.
void shareRows(LogDomain &domain, MatchFinder getMatch,
               const NeededValues &needed, ArrayRef<RowRewrite *> attentions,
               ArrayRef<RowRewrite *> logSumExps);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_SHAREDROWS_H
