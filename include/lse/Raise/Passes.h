//===- Passes.h - Raising to the lse dialect --------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_RAISE_PASSES_H
#define LSE_RAISE_PASSES_H

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::lse {

/// When a computation that does not subtract the row maximum may be replaced by
/// one that does.
enum class Stabilize {
  /// Always, with a remark for each.
  Always,
  /// Where all its operations allow reassociation and approximate functions.
  Flags,
  /// Never.
  Off
};

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lse/Raise/Passes.h.inc"

} // namespace mlir::lse

#endif // LSE_RAISE_PASSES_H
