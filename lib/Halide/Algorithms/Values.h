//===- Values.h - Several expressions as one value --------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_VALUES_H
#define LSE_LIB_HALIDE_ALGORITHMS_VALUES_H

#include <Halide.h>

#include <vector>

namespace lse_halide {

/// One expression, or some that are computed together.
using Values = std::vector<Halide::Expr>;

/// Defines, or updates, `func` at `at`.
inline void define(const Halide::Func &func,
                   const std::vector<Halide::Expr> &at, const Values &values) {
  if (values.size() == 1)
    Halide::FuncRef(func(at)) = values.front();
  else
    Halide::FuncRef(func(at)) = Halide::Tuple(values);
}

/// What `func` is at `at`.
inline Values valuesAt(const Halide::Func &func,
                       const std::vector<Halide::Expr> &at) {
  if (func.outputs() == 1)
    return {func(at)};
  return Halide::Tuple(func(at)).as_vector();
}

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_VALUES_H
