//===- RangeChecks.h - Erase what nothing needs -----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_RANGECHECKS_H
#define LSE_LIB_RAISE_RANGECHECKS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::lse {

/// Erases those of `worklist` that nothing needs, and then what they needed. Of
/// an operation that checks indices on the way, and whose results nothing
/// needs, the checks stay.
void eraseUnneeded(llvm::SetVector<Operation *> worklist);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_RANGECHECKS_H
