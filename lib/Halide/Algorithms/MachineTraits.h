//===- MachineTraits.h - What an algorithm knows of a machine ---*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_MACHINETRAITS_H
#define LSE_LIB_HALIDE_ALGORITHMS_MACHINETRAITS_H

namespace lse_halide {

/// What instructions the machine has.
struct MachineTraits {
  /// A multiply-add that may be contracted becomes one instruction.
  bool hasFusedMultiplyAdd = false;
  /// Between f16 and f32, with subnormals and NaN as IEEE 754 has them.
  bool hasHalfConversions = false;
};

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_MACHINETRAITS_H
