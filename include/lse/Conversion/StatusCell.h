//===- StatusCell.h - The cell that remembers the first failure --*- C++
//-*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_CONVERSION_STATUSCELL_H
#define LSE_CONVERSION_STATUSCELL_H

#include "lse/Runtime/Status.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::lse {

/// Marks the argument that is the status cell.
inline constexpr StringLiteral statusAttributeName = "lse.status";

/// The type of the cell, `memref<i32>`.
MemRefType getStatusCellType(MLIRContext *context);

/// The cell that `function` was handed, or a null value if it has none.
Value getStatusCell(FunctionOpInterface function);

} // namespace mlir::lse

#endif // LSE_CONVERSION_STATUSCELL_H
