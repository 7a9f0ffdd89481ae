//===- InlineCallees.h - Computations that a front end outlined -*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_INLINECALLEES_H
#define LSE_LIB_RAISE_INLINECALLEES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::lse {

/// True if something below `op` takes an exponential: without one there is
/// nothing of the softmax family to look for.
bool hasExponential(Operation *op);

/// Front ends put parts of a computation into private functions (JAX's
/// `@_where`, `@log_softmax`). Replaces calls of those that have one block and
/// no side effects by their bodies, in functions that take an exponential
/// themselves or through a callee, and erases the ones that nothing calls any
/// more.
void inlinePrivateCallees(ModuleOp module);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_INLINECALLEES_H
