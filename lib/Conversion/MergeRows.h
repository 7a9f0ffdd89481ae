//===- MergeRows.h - One operation for results of the same rows -*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_MERGEROWS_H
#define LSE_LIB_CONVERSION_MERGEROWS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::lse {

/// Lets operations on tensors below `root` that compute different results of
/// the same rows, say probabilities and their logarithms, be one with all of
/// them: the maximum and the sum of a row are then computed once. Operations
/// are merged within a block, into the first one.
void mergeRowOps(RewriterBase &rewriter, Operation *root);

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_MERGEROWS_H
