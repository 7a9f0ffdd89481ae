//===- Passes.h - Passes within the lse dialect -----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_TRANSFORMS_PASSES_H
#define LSE_DIALECT_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class RewritePatternSet;

namespace lse {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lse/Dialect/Transforms/Passes.h.inc"

/// Adds the patterns that expand lse operations on tensors into linalg.
void populateDecomposePatterns(RewritePatternSet &patterns);

} // namespace lse
} // namespace mlir

#endif // LSE_DIALECT_TRANSFORMS_PASSES_H
