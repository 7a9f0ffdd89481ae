//===- GradientMatch.h - Is this value a softmax's gradient? ----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The gradients of softmax and log-softmax are polynomials in what the source
// has at hand: the probabilities p, and the gradient g from above. With a sum
// over rows in its words, the source says what p and g are; whether the value
// is
//
//   p * (g - sum(p * g))   or   g - p * sum(g)
//
// is then a comparison of terms in normal form, however it is spelled.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_GRADIENTMATCH_H
#define LSE_LIB_RAISE_GRADIENTMATCH_H

#include "RowMatch.h"

namespace mlir::lse {

/// The gradient that `root` is; nothing if it is none.
std::optional<RowMatch> matchGradient(LogDomain &domain, const KnownRows &known,
                                      Value root);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_GRADIENTMATCH_H
