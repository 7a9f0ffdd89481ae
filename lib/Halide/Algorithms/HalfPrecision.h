//===- HalfPrecision.h - Elements in memory and in computation --*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_HALFPRECISION_H
#define LSE_LIB_HALIDE_ALGORITHMS_HALFPRECISION_H

#include "lse/Halide/KernelSpec.h"

#include <Halide.h>

namespace lse_halide {

/// The type of an element in a Halide buffer. Both half-precision types are
/// plain 16-bit integers there, so that no conversion happens unasked, and
/// truth values are bytes.
Halide::Type storageType(ElementType type);

/// `stored`, an element of type `from` as it is in memory, in the f32 or f64
/// type `to`. Exact unless f64 becomes f32; a NaN stays one.
Halide::Expr fromStorage(Halide::Expr stored, ElementType from, Halide::Type to,
                         bool hasHalfConversions);

/// The f32 or f64 `value` as it is kept in memory in the type `to`. Rounds to
/// the nearest, ties to even, overflows to infinity, and keeps subnormals and
/// NaN. f64 becomes f32 before it becomes a half-precision type: 0.5 + 2^-13 of
/// its units at most instead of 0.5.
Halide::Expr toStorage(Halide::Expr value, ElementType to,
                       bool hasHalfConversions);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_HALFPRECISION_H
