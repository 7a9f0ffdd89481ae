//===- LSEDialect.h - The lse dialect ---------------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dialect, its attributes, interfaces and operations.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_IR_LSEDIALECT_H
#define LSE_DIALECT_IR_LSEDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "lse/Dialect/IR/LSEDialect.h.inc"
#include "lse/Dialect/IR/LSEEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "lse/Dialect/IR/LSEAttributes.h.inc"

namespace mlir::lse {
class RowOpInterface;
namespace detail {
/// Static extents of the iteration space of `op`, from the shapes that its
/// maps index; `ShapedType::kDynamic` where no shape tells.
SmallVector<int64_t> getLoopExtents(RowOpInterface op);
} // namespace detail
} // namespace mlir::lse

#include "lse/Dialect/IR/LSEInterfaces.h.inc"

#define GET_OP_CLASSES
#include "lse/Dialect/IR/LSEOps.h.inc"

namespace mlir::lse {

/// True for the kinds of results with one element for each row.
inline bool isPerRow(ResultKind kind) { return kind == ResultKind::LogSumExp; }

/// The map by which a result of `kind` is indexed unless written otherwise.
AffineMap getDefaultResultMap(MLIRContext *context, ResultKind kind,
                              unsigned numLoops, ArrayRef<int64_t> rowDims);

/// The logits of `op`, which works on tensors, as a tensor over its iteration
/// space: the only input itself, or a new `linalg.generic` that runs the logit
/// region.
Value createLogits(OpBuilder &builder, RowOpInterface op);

} // namespace mlir::lse

#endif // LSE_DIALECT_IR_LSEDIALECT_H
