//===- LogSumExpGradMatch.h - Is this a log-sum-exp's gradient? -*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The gradient of a log-sum-exp is its softmax times what comes from behind, a
// number for each row. Differentiation by a program divides that by the sum of
// exponentials first, so that the softmax is no value of the source:
//
//   gradient = (g / Z) * exp(x - m)
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_LOGSUMEXPGRADMATCH_H
#define LSE_LIB_RAISE_LOGSUMEXPGRADMATCH_H

#include "RowMatch.h"

namespace mlir::lse {

/// The gradient of a log-sum-exp that `root` is; nothing if it is none.
std::optional<RowMatch>
matchLogSumExpGradient(LogDomain &domain, const KnownRows &known, Value root);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_LOGSUMEXPGRADMATCH_H
