//===- GradientSums.h - One gradient for the sum of two ---------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_GRADIENTSUMS_H
#define LSE_LIB_CONVERSION_GRADIENTSUMS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::lse {

/// Has gradients of cross-entropies under `root` that the gradient of the
/// square of the log-sum-exp of the same rows is added to, as a z-loss has it
/// (PaLM, arXiv:2204.02311, section 5), yield the sum. Returns how many.
unsigned fuseGradientSums(RewriterBase &rewriter, Operation *root);

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_GRADIENTSUMS_H
