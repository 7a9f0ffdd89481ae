//===- RowOpDetail.h - Shared by the operations over rows -------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Syntax, checks and decomposition of every operation that implements
// RowOpInterface, written once.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_DIALECT_IR_ROWOPDETAIL_H
#define LSE_LIB_DIALECT_IR_ROWOPDETAIL_H

#include "lse/Dialect/IR/LSEDialect.h"

namespace mlir::lse::detail {

/// Parses what follows the name of an operation over rows. `defaultKind` is
/// what it yields when `results` is left out.
ParseResult parseRowOp(OpAsmParser &parser, OperationState &state,
                       ResultKind defaultKind);

/// Prints what follows the name of an operation over rows.
void printRowOp(OpAsmPrinter &printer, RowOpInterface op,
                ResultKind defaultKind);

/// Checks maps, shapes, element types and the logit region.
LogicalResult verifyRowOp(RowOpInterface op);

/// Reads of the inputs and writes to the destinations that are memrefs.
void getRowOpEffects(
    RowOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects);

/// Expands `op` into linalg operations that compute the same, stably; one
/// value for each result.
FailureOr<SmallVector<Value>> decomposeRowOp(OpBuilder &builder,
                                             RowOpInterface op);

} // namespace mlir::lse::detail

#endif // LSE_LIB_DIALECT_IR_ROWOPDETAIL_H
