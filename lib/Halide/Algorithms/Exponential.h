//===- Exponential.h - exp for shifted logits -------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_EXPONENTIAL_H
#define LSE_LIB_HALIDE_ALGORITHMS_EXPONENTIAL_H

#include <Halide.h>

namespace lse_halide {

/// 2^64 * exp(shifted) in f32 for shifted <= 0 or NaN; NaN gives NaN.
///
/// The scale keeps every result a normal number: what underflows does so once,
/// correctly rounded, when the caller multiplies by the reciprocal of a sum of
/// such values, which also cancels the scale. Below -110 the result no longer
/// falls (2^64 * exp(-110) = 3e-29); against a sum of at least 2^64 that is
/// below half of the least subnormal, so it still becomes exactly +0.
///
/// The relative error is below 2 units in the last place plus, where multiply
/// and add are fused, 2.8e-9 * |shifted|: as if `shifted` were off by 1/20 of
/// the rounding error that its own subtraction has in general.
Halide::Expr scaledExponential(Halide::Expr shifted, bool hasFusedMultiplyAdd);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_EXPONENTIAL_H
