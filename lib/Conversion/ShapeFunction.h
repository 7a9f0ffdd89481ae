//===- ShapeFunction.h - The extents of a function's results ----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_SHAPEFUNCTION_H
#define LSE_LIB_CONVERSION_SHAPEFUNCTION_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::lse {

/// Adds a private function `<name>.shape` to the module that takes an index for
/// each dynamic extent of the tensor arguments of `function` and returns one
/// for each dynamic extent of its results, both in order. The two name each
/// other in the attributes `lse.shape` and `lse.shape_of`. An error, at
/// `function`, if an extent depends on more than that.
LogicalResult createShapeFunction(func::FuncOp function, SymbolTable &symbols);

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_SHAPEFUNCTION_H
