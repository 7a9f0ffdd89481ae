//===- QuotientMatch.h - An exponential over a sum of them ------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_QUOTIENTMATCH_H
#define LSE_LIB_RAISE_QUOTIENTMATCH_H

#include "RowMatch.h"

namespace mlir::lse {

/// The probabilities of rows, or their logarithms times `factor`, as `kind`
/// says, that `root` is; `term` is the term of the probabilities.
MatchResult matchQuotient(LogDomain &domain, Value root, ResultKind kind,
                          const Term &term, double factor = 1.0);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_QUOTIENTMATCH_H
