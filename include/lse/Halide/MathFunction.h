//===- MathFunction.h - Kernels of one function -----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions that kernels are made of, by themselves: for checking them over
// all numbers, on every instruction set.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_HALIDE_MATHFUNCTION_H
#define LSE_HALIDE_MATHFUNCTION_H

#include "lse/Halide/KernelCompiler.h"

namespace lse_halide {

enum class MathFunction {
  /// 2^64 exp(x), in f64 2^512 exp(x), for x <= 0 or NaN: what rows are made
  /// of.
  ScaledExp,
  /// exp(x) for x <= 0 or NaN, 0 where that is subnormal: what attention, losses
  /// and gradients are made of.
  ExpOrZero,
  Exp,
  /// 2^x.
  Exp2,
  /// The natural logarithm.
  Log,
  /// log(1 + x).
  Log1p,
  Tanh
};

/// The kernel of `function` over a vector: `int32_t lse_kernel(halide_buffer_t
/// *input, halide_buffer_t *output)`, both of `type` and one dimension.
struct FunctionSpec {
  MathFunction function = MathFunction::Exp;
  /// f32 or f64.
  ElementType type = ElementType::F32;
  unsigned vectorLanes = 8;
  TargetSpec target;
};

} // namespace lse_halide

/// As `lse_halide_compile`, for one function.
extern "C" void
lse_halide_compile_function(const lse_halide::FunctionSpec &spec,
                            lse_halide::Artifact artifact,
                            lse_halide::KernelResult &result);

#endif // LSE_HALIDE_MATHFUNCTION_H
