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
/// NaN. ln(1) is exactly 0. The error is below 2 units in the last place. It is
/// taken once per row, so it is written for accuracy first.
Halide::Expr logarithm(Halide::Expr value);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_LOGARITHM_H
