//===- HyperbolicTangent.h - tanh of every number ---------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_HYPERBOLICTANGENT_H
#define LSE_LIB_HALIDE_ALGORITHMS_HYPERBOLICTANGENT_H

#include <Halide.h>

namespace lse_halide {

/// tanh(x) in the type of `x`, f32 or f64, for every `x`: NaN gives NaN, zeros
/// themselves, and infinities 1 and -1. The error is below 4 units in the last
/// place.
Halide::Expr hyperbolicTangent(const Halide::Expr &x);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_HYPERBOLICTANGENT_H
