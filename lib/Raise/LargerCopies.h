//===- LargerCopies.h - Reading the smaller of two tensors ------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_LARGERCOPIES_H
#define LSE_LIB_RAISE_LARGERCOPIES_H

#include "lse/Analysis/IndexNotation.h"

namespace mlir::lse {

/// `expr` with tensors that are larger copies of others, widened or repeated
/// along a dimension, replaced by those: an operation then reads less.
const ScalarExpr *replaceLargerCopies(IndexNotation &notation,
                                      const ScalarExpr *expr);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_LARGERCOPIES_H
