//===- SameRows.h - Are the rows of two operations the same? ----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_SAMEROWS_H
#define LSE_LIB_CONVERSION_SAMEROWS_H

#include "lse/Dialect/IR/LSEDialect.h"

namespace mlir::lse {

/// True if `a` and `b` have the same rows of the same logits, in loops with the
/// same numbers, and the same answers for special ones.
bool haveSameLogits(RowOpInterface a, RowOpInterface b);

/// The same of the terms that both have.
bool haveSameRows(RowOpInterface a, RowOpInterface b);

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_SAMEROWS_H
