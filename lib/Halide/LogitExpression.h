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

/// What the logit at one place is made from.
struct LogitSources {
  /// The element of an input, by number, in the type it is computed in.
  std::function<Halide::Expr(unsigned input)> readInput;
  /// The index in a loop dimension, of 32 bits.
  std::function<Halide::Expr(unsigned dim)> index;
  /// The score of an attention.
  Halide::Expr score;
};

/// The logit of one place.
Halide::Expr buildLogit(const KernelSpec &spec, const LogitSources &sources);
/// The sink of one row, for which `sources` need not have the score, nor the
/// indices and elements along it.
Halide::Expr buildSink(const KernelSpec &spec, const LogitSources &sources);
/// The terms of one place.
std::vector<Halide::Expr> buildTerms(const KernelSpec &spec,
                                     const LogitSources &sources);

/// True if the logit is an element of an input that has all dimensions, so that
/// reading it twice costs no more than keeping it.
bool isPlainInput(const KernelSpec &spec);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_LOGITEXPRESSION_H
