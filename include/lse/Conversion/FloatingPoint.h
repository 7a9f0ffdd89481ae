//===- FloatingPoint.h - How kernels compute --------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What LLVM may do with the floating-point operations of a kernel, and the mode
// of the processor that they run in.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_CONVERSION_FLOATINGPOINT_H
#define LSE_CONVERSION_FLOATINGPOINT_H

#include "llvm/IR/Module.h"

namespace mlir::lse {

/// Clears all fast-math flags, then allows contraction of multiply-add pairs,
/// except in two places that must stay as they are written:
/// - a difference whose left operand is the product, because `x * c - m` fused
///   may exceed 0 where m is a rounded `x * c`;
/// - arithmetic on nothing but loaded elements and constants, up to the clamp
///   before the exponential: that is the user's own logit expression, which has
///   to give the same each time it is computed. It is computed once if
///   `hasLogitsInMemory`, and may be contracted then.
void setFloatingPointPolicy(llvm::Module &module,
                            bool hasLogitsInMemory = false);

/// Has every function that code outside `module` may call, the external ones
/// and those whose address is taken, run with rounding to nearest and with
/// subnormals, whatever the caller has set, and give back what was set. So
/// results have the same bits under every mode and on every thread. It costs
/// reading the control register in each call, and writing it where the mode is
/// another. Exceptions that operations raise stay raised. For x86-64 and
/// AArch64; modules for others are left as they are.
void setFloatingPointMode(llvm::Module &module);

} // namespace mlir::lse

#endif // LSE_CONVERSION_FLOATINGPOINT_H
