//===- KernelAdaptor.h - From memrefs to Halide's buffers -------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_KERNELADAPTOR_H
#define LSE_LIB_CONVERSION_KERNELADAPTOR_H

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::lse {

/// Builds the private function that calls the kernel `kernelName` with the
/// operands of `op`: `(inputs..., destinations..., status cell)`, memrefs with
/// every extent, stride and offset dynamic. It does nothing if the cell is set
/// or there is nothing to store; extents and strides beyond 32 bits and what
/// the kernel answers go into the cell. Reuses a function of the same name.
func::FuncOp getOrCreateKernelAdaptor(ModuleOp module, RowOpInterface op,
                                      StringRef kernelName);

/// The operands of `op` and `status` as the adaptor takes them.
SmallVector<Value> castToAdaptorArguments(OpBuilder &builder, RowOpInterface op,
                                          func::FuncOp adaptor, Value status);

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_KERNELADAPTOR_H
