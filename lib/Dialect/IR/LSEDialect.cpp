//===- LSEDialect.cpp - The lse dialect -----------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::lse;

#include "lse/Dialect/IR/LSEDialect.cpp.inc"
#include "lse/Dialect/IR/LSEEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "lse/Dialect/IR/LSEAttributes.cpp.inc"
#include "lse/Dialect/IR/LSEInterfaces.cpp.inc"

void LSEDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "lse/Dialect/IR/LSEAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "lse/Dialect/IR/LSEOps.cpp.inc"
      >();
  detail::addBytecodeInterface(*this);
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   Attribute target, Strategy strategy,
                                   unsigned vectorLanes, unsigned unroll,
                                   bool parallel, int64_t parallelGrain) {
  // Vectors of 2^20 lanes parse as well as any; what no machine comes near is
  // refused here rather than met as an out-of-memory later.
  if (vectorLanes == 0 || vectorLanes > 64 || !llvm::isPowerOf2_32(vectorLanes))
    return emitError() << "vector_lanes must be a power of two up to 64, not "
                       << vectorLanes;
  if (unroll == 0 || unroll > 16)
    return emitError() << "unroll must be from 1 to 16, not " << unroll;
  if (parallelGrain < 1)
    return emitError() << "parallel_grain must be at least 1, not "
                       << parallelGrain;
  return success();
}

AffineMap lse::getDefaultResultMap(MLIRContext *context, ResultKind kind,
                                   unsigned numLoops,
                                   ArrayRef<int64_t> rowDims) {
  SmallVector<AffineExpr> dims;
  for (unsigned dim = 0; dim < numLoops; ++dim)
    if (!isPerRow(kind) || !llvm::is_contained(rowDims, dim))
      dims.push_back(getAffineDimExpr(dim, context));
  return AffineMap::get(numLoops, /*symbolCount=*/0, dims, context);
}
