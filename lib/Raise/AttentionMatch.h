//===- AttentionMatch.h - Are these values weighted by scores? --*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attention is a sum over products of values and probabilities, the logits of
// which are computed from a score: a sum over products of queries and keys.
//
//   output[i, n] = Sum_j softmax_j(logit(Sum_d q[i, d] * k[j, d])) * v[j, n]
//
// Heads may be merged with the batch on the way, and repeated for keys and
// values that several of them share.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_ATTENTIONMATCH_H
#define LSE_LIB_RAISE_ATTENTIONMATCH_H

#include "RowMatch.h"

namespace mlir::lse {

/// The attention that `root` is; nothing if it is none, or if something else
/// needs its probabilities as well.
std::optional<RowMatch> matchAttention(LogDomain &domain,
                                       const KnownRows &known, Value root);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_ATTENTIONMATCH_H
