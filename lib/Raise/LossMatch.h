//===- LossMatch.h - Is this value linear in log-probabilities? -*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A cross-entropy is a sum of log-probabilities with weights, minus the
// targets. However a loss is spelled, with class numbers, one-hot rows,
// probabilities, smoothing, class weights or classes to ignore, these weights
// are what the source multiplies each log-probability by on the way to the
// result. The log-sum-exp of a row less one of its logits is a log-probability,
// too. With two kinds of log-probabilities, and probabilities as weights, the
// sum may be a divergence.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_LOSSMATCH_H
#define LSE_LIB_RAISE_LOSSMATCH_H

#include "RowMatch.h"

namespace mlir::lse {

/// The cross-entropy or divergence that `root` is; nothing if it is neither.
std::optional<RowMatch> matchLoss(LogDomain &domain, const KnownRows &known,
                                  Value root);

/// The value whose elements are the logits of `match`, if there is one.
Value getLogitTensor(const RowMatch &match);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_LOSSMATCH_H
