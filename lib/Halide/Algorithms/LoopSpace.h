//===- LoopSpace.h - The iteration space of a kernel ------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_LOOPSPACE_H
#define LSE_LIB_HALIDE_ALGORITHMS_LOOPSPACE_H

#include "lse/Halide/KernelSpec.h"

#include <Halide.h>

#include <vector>

namespace lse_halide {

/// A place in the iteration space: an index for each loop dimension.
using Point = std::vector<Halide::Expr>;

/// The iteration space, and how vectors lie in it.
struct LoopSpace {
  /// For each loop dimension, outermost first. Extents are constants where they
  /// are known.
  std::vector<Halide::Var> vars;
  std::vector<Halide::Expr> extents;
  /// The dimension that vectors run along.
  unsigned vectorDim = 0;
  /// The other dimensions of a row, and the dimensions outside of it and of the
  /// vectors, both innermost first.
  std::vector<unsigned> rowDims, outerDims;
  /// Elements of a vector, a power of two, and vectors in flight.
  int lanes = 1;
  int unroll = 1;

  int block() const { return lanes * unroll; }
  const Halide::Expr &length() const { return extents[vectorDim]; }
  std::vector<Halide::Var> outerVars() const {
    std::vector<Halide::Var> result;
    for (unsigned dim : outerDims)
      result.push_back(vars[dim]);
    return result;
  }
};

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_LOOPSPACE_H
