//===- LogitExpression.h - The logit as a Halide Expr -----------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_LOGITEXPRESSION_H
#define LSE_LIB_HALIDE_LOGITEXPRESSION_H

#include "lse/Halide/KernelSpec.h"

#include <Halide.h>

#include <functional>

namespace lse_halide {

/// The element of an input, by number, in the type of computation.
using ReadInput = std::function<Halide::Expr(unsigned input)>;

/// The logit of the elements that `readInput` gives.
Halide::Expr buildLogit(const KernelSpec &spec, const ReadInput &readInput);

/// True if the logit is an element of an input that has all dimensions, so that
/// reading it twice costs no more than keeping it.
bool isPlainInput(const KernelSpec &spec);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_LOGITEXPRESSION_H
