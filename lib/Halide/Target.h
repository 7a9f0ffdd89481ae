//===- Target.h - LLVM targets in Halide's words ----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_TARGET_H
#define LSE_LIB_HALIDE_TARGET_H

#include "lse/Halide/KernelSpec.h"

#include <Halide.h>

namespace lse_halide {

/// Halide's name for the machine. Throws std::runtime_error with a readable
/// message if Halide has none.
Halide::Target makeTarget(const TargetSpec &spec);

/// True if a multiply-add that may be contracted becomes one instruction.
bool hasFusedMultiplyAdd(const Halide::Target &target);

/// True if there are instructions that convert between f16 and f32.
bool hasHalfConversions(const Halide::Target &target);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_TARGET_H
