//===- HalideLibrary.h - The kernel compiler, loaded by need ----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_HALIDELIBRARY_H
#define LSE_LIB_CONVERSION_HALIDELIBRARY_H

#include "lse/Halide/KernelCompiler.h"
#include "llvm/Support/Error.h"

namespace mlir::lse {

/// The entry point of the library `lse_halide`. It is looked for in the file
/// that the environment variable LSE_HALIDE_LIBRARY names, then beside the code
/// that asks (`.`, `../lib`), then where it was built.
llvm::Expected<lse_halide::CompileFunction> loadHalideLibrary();

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_HALIDELIBRARY_H
