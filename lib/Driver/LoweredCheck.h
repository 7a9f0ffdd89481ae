//===- LoweredCheck.h - Is everything in the LLVM dialect? ------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_DRIVER_LOWEREDCHECK_H
#define LSE_LIB_DRIVER_LOWEREDCHECK_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::lse {

/// The functions that `module` expects others to define.
llvm::StringSet<> getDeclaredFunctions(ModuleOp module);

/// Emits an error at the first operation that LLVM has no equivalent of.
LogicalResult checkLowered(ModuleOp module);

/// Emits an error at the first call of a function that nothing a program links
/// defines. `declared` is what the input itself leaves to others.
LogicalResult checkCallees(ModuleOp module, const llvm::StringSet<> &declared);

} // namespace mlir::lse

#endif // LSE_LIB_DRIVER_LOWEREDCHECK_H
