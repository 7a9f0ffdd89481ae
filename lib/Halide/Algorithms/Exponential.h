//===- Exponential.h - exp of shifted logits --------------------*- C++ -*-===//
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

/// The binary logarithm of the scale of scaledExponential: 64 in f32 and 512 in
/// f64.
int exponentialScale(Halide::Type type);

/// 2^scale * exp(shifted) in the type of `shifted`, f32 or f64, for
/// shifted <= 0 or NaN; NaN gives NaN.
///
/// The scale keeps every result a normal number: what underflows does so once,
/// correctly rounded, when the caller multiplies by the reciprocal of a sum of
/// such values, which also cancels the scale. Below -110 (f64: -760) the result
/// no longer falls; against a sum of at least 2^scale it is then below half of
/// the least subnormal, so it still becomes exactly +0.
///
/// The error is below 2.3 units in the last place in f32, and below 1.5 in f64.
/// In f32, where multiply and add are fused, 2.8e-9 * |shifted| of the result
/// is added to that: as if `shifted` were off by 1/20 of the rounding error
/// that its own subtraction has in general.
Halide::Expr scaledExponential(Halide::Expr shifted, bool hasFusedMultiplyAdd);

/// exp(shifted) as above without the scale, but +0 where it is subnormal, which
/// is below -87.336 (f64: -708.396): what is multiplied with it there adds
/// nothing, however large it is, and is never slow.
Halide::Expr exponentialOrZero(Halide::Expr shifted, bool hasFusedMultiplyAdd);

/// Where exponentialOrZero begins to be 0, in `type`.
double leastUnscaled(Halide::Type type);

/// The nearest integer to x / ln 2, in the type of `x`, for |x| up to
/// mostUnshifted.
Halide::Expr nearestPower(const Halide::Expr &x);

/// 256 in f32, 2048 in f64: if |most| is not above it, exponentialOverPower
/// takes the numbers below `most` as they are. If it is above it, those of them
/// that it does not cut off have an exact difference to `most`, because they
/// are within a factor of two of it (P. Sterbenz, "Floating-Point Computation",
/// 1974).
double mostUnshifted(Halide::Type type);

/// 2^scale * exp(x) / 2^power in the type of `x`, f32 or f64, for x <= most or
/// NaN; NaN gives NaN. `power` is nearestPower(most), and |most| not above
/// mostUnshifted.
///
/// Every result is a normal number. Below most - 129 (f64: most - 1000) it no
/// longer falls; a million of such numbers are less than half of the least
/// subnormal beside exp(most). The error is below 1.7 * 2^-24 of the result
/// where multiply and add are fused, and 2.3 * 2^-24 elsewhere (f64: 2^-53).
Halide::Expr exponentialOverPower(const Halide::Expr &x,
                                  const Halide::Expr &most,
                                  const Halide::Expr &power);

/// exp(x) in the type of `x`, f32 or f64, for every `x`: NaN gives NaN, and
/// results that are too large, or subnormal, are as IEEE 754 has them. The
/// measured errors are in docs/Numerics.md.
Halide::Expr exponential(const Halide::Expr &x);

/// The same of 2^x.
Halide::Expr exponentialOfTwo(const Halide::Expr &x);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_EXPONENTIAL_H
