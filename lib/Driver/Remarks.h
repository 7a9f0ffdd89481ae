//===- Remarks.h - Remarks for people ---------------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_DRIVER_REMARKS_H
#define LSE_LIB_DRIVER_REMARKS_H

#include "lse/Driver/Driver.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/Error.h"

namespace mlir::lse {

/// Has the remarks that `options` ask for emitted as diagnostics. An error if
/// one of the regular expressions is none.
llvm::Error enableRemarks(MLIRContext &context, const CompileOptions &options);

} // namespace mlir::lse

#endif // LSE_LIB_DRIVER_REMARKS_H
