//===- Libraries.h - Static and shared libraries ----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_DRIVER_LIBRARIES_H
#define LSE_LIB_DRIVER_LIBRARIES_H

#include "mlir/Support/LLVM.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlir::lse {

/// A static library of `object`, as the member `<name>.o`, and the runtime.
llvm::Expected<std::string> makeStaticLibrary(StringRef object, StringRef name,
                                              StringRef runtimeArchive);

/// A shared library called `fileName` of `object` and the runtime, made by the
/// system's linker. It exports `exported` and what a program may tell the
/// runtime. If `mayLackSymbols`, the program may define what nothing else does.
llvm::Expected<std::string> makeSharedLibrary(StringRef object,
                                              StringRef fileName,
                                              StringRef runtimeArchive,
                                              ArrayRef<std::string> exported,
                                              bool mayLackSymbols);

} // namespace mlir::lse

#endif // LSE_LIB_DRIVER_LIBRARIES_H
