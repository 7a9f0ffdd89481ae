//===- KernelDispatch.h - The best kernel that a machine has ----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_KERNELDISPATCH_H
#define LSE_LIB_CONVERSION_KERNELDISPATCH_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::lse {

/// One of several kernels that compute the same.
struct KernelVersion {
  /// An `llvm.func` of the module.
  std::string kernel;
  /// What `lse_rt_supports` has to be asked first; not looked at in the last.
  uint64_t features = 0;
};

/// The name of a private function of the kernels' type that calls the first of
/// `versions` whose features the machine has, else the last. A single version
/// needs no such function: it is the kernel itself. Reuses a function that was
/// made before.
std::string getOrCreateKernelDispatcher(ModuleOp module, Location loc,
                                        ArrayRef<KernelVersion> versions);

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_KERNELDISPATCH_H
