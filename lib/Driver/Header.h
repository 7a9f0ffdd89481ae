//===- Header.h - What C programs include -----------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_DRIVER_HEADER_H
#define LSE_LIB_DRIVER_HEADER_H

#include "lse/Conversion/CInterface.h"

namespace mlir::lse {

/// A function that a library exports.
struct ExportedFunction {
  std::string symbol;
  CSignature signature;
};

/// The C header `<name>.h` that declares `functions`, whose symbols start with
/// `prefix`.
std::string makeHeader(StringRef name, StringRef prefix,
                       ArrayRef<ExportedFunction> functions);

} // namespace mlir::lse

#endif // LSE_LIB_DRIVER_HEADER_H
