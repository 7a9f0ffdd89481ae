//===- Logarithm.h - log of row sums ----------------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_LOGARITHM_H
#define LSE_LIB_HALIDE_ALGORITHMS_LOGARITHM_H

#include <Halide.h>

namespace lse_halide {

/// ln(value) in f64 for a positive, finite, normal f64, or NaN, which gives
/// NaN. ln(1) is exactly 0. It is taken once per row. The error is below 2
/// units in the last place if `digits` is f64, and below 2^-38 of the result if
/// that is f32, which takes less time.
Halide::Expr logarithmOfNormal(const Halide::Expr &value, Halide::Type digits);

/// The same of 1 + x for a finite f64 from 0 on, or NaN; `x` counts with all
/// its digits.
Halide::Expr logarithmOfOnePlusNonNegative(const Halide::Expr &x,
                                           Halide::Type digits);

/// ln(x) in the type of `x`, f32 or f64, for every `x`: -inf of zeros, NaN of
/// negative numbers and NaN. f32 is computed in f64. The measured errors are in
/// docs/Numerics.md.
Halide::Expr logarithm(const Halide::Expr &x);

/// The same of 1 + x, where `x` counts with all its digits. Zeros stay what
/// they are.
Halide::Expr logarithmOfOnePlus(const Halide::Expr &x);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_LOGARITHM_H
