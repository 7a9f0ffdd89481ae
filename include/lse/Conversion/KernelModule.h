//===- KernelModule.h - Halide bitcode made fit to embed --------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Halide's bitcode is made for a program of its own. Before it can become part
// of someone else's module its symbols, its runtime calls and its
// floating-point flags have to change. This file needs LLVM only, neither MLIR
// nor Halide.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_CONVERSION_KERNELMODULE_H
#define LSE_CONVERSION_KERNELMODULE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace mlir::lse {

/// What the module that a kernel becomes part of is compiled for.
struct KernelModuleTarget {
  llvm::StringRef triple;
  /// The kernel is refused if its layout is another one.
  llvm::StringRef dataLayout;
  /// LLVM's `-mcpu` and `-mattr`, set on each function; Halide's own are
  /// dropped. Empty strings leave a function without the attribute.
  llvm::StringRef cpu;
  llvm::StringRef features;
};

/// The kernel in `bitcode` (lse_halide::Artifact::Bitcode) as a module where
/// - only the entry `kernelName` is external; it returns an lse::Status;
/// - every other symbol is `<kernelName>.<n>`, in order of appearance, and no
///   value has a name, so that the same kernel always gives the same module;
/// - runtime calls go to `lse_rt_*` and error reports are plain statuses;
/// - no metadata claims that an input and an output do not alias;
/// - loops stay as the schedule made them, not unrolled at run time;
/// - no store has a constant mask that leaves a single lane;
/// - the floating-point policy holds, and kernels compute in the default mode:
///   see `setFloatingPointPolicy` and `setFloatingPointMode`.
llvm::Expected<std::unique_ptr<llvm::Module>>
loadKernelModule(llvm::LLVMContext &context, llvm::StringRef bitcode,
                 llvm::StringRef kernelName, const KernelModuleTarget &target,
                 bool hasLogitsInMemory = false);

} // namespace mlir::lse

#endif // LSE_CONVERSION_KERNELMODULE_H
