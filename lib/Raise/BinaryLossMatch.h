//===- BinaryLossMatch.h - Is this value linear in log-sigmoids? -*- C++
//-*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A cross-entropy of two classes is a sum of weights times log(1 + exp(x)) and
// log(1 + exp(-x)), for the same logit x. Sources write the logarithm of a
// sigmoid and of what is left to 1, or the stable forms of either:
//
//   log(1 + exp(x)) = log(1 + exp(-x)) + x = log(1 + exp(-|x|)) + max(x, 0)
//
// so that all that counts is what log(1 + exp(x)), x and max(x, 0) are
// multiplied by.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_BINARYLOSSMATCH_H
#define LSE_LIB_RAISE_BINARYLOSSMATCH_H

#include "RowMatch.h"

namespace mlir::lse {

/// The cross-entropy of two classes that `root` is; nothing if it is none. A
/// log-sigmoid alone, or with a weight that is the same for all elements, is
/// none.
std::optional<RowMatch> matchBinaryLoss(LogDomain &domain, Value root);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_BINARYLOSSMATCH_H
