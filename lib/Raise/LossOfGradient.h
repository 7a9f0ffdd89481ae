//===- LossOfGradient.h - Is this gradient that of this loss? ---*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One kernel computes a cross-entropy and its gradient if both are over the
// same logits and targets. A source spells the targets twice: forward it
// selects log-probabilities, backward it multiplies what comes from behind by
// the sign of a loss, a one-hot row and the reciprocal of a count, in any
// order. Targets are compared as products of numbers, conditions and other
// factors; what the gradient has more than the loss, and is the same for all of
// a row, is its weight.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_LOSSOFGRADIENT_H
#define LSE_LIB_RAISE_LOSSOFGRADIENT_H

#include "RowMatch.h"

namespace mlir::lse {

/// `gradient` over the logits and targets of `loss`, a cross-entropy, with a
/// weight if it needs one; nothing if it is not the gradient of that loss.
std::optional<RowMatch> matchGradientOfLoss(LogDomain &domain,
                                            const RowMatch &gradient,
                                            const RowMatch &loss);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_LOSSOFGRADIENT_H
