//===- RowReduction.h - Reductions of rows in lanes -------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A row is reduced into `lanes * unroll` independent partial results and these
// are combined once per row, outside the loop. The order of the combinations is
// part of the algorithm, because f32 sums depend on it; it is the same for any
// number of threads.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_ROWREDUCTION_H
#define LSE_LIB_HALIDE_ALGORITHMS_ROWREDUCTION_H

#include <Halide.h>

#include <functional>
#include <string>
#include <vector>

namespace lse_halide {

/// The dimensions a row-wise Func is over.
struct RowSpace {
  /// The position in the row, for Funcs with an element per position.
  Halide::Var position;
  /// The outer dimensions, innermost first, and their extents.
  std::vector<Halide::Var> outer;
  std::vector<Halide::Expr> outerExtents;
  /// Elements of a row, a constant or a run-time value.
  Halide::Expr length;
  /// Elements of a vector, a power of two, and vectors in flight.
  int lanes = 1;
  int unroll = 1;

  int block() const { return lanes * unroll; }
};

/// One reduction. `partial` has the partial results, with an update for whole
/// blocks, one for whole vectors that remain and one for elements that remain.
struct RowReduction {
  Halide::Func partial;
  Halide::Var lane;
  Halide::RDom blocks, vectors, elements;
  bool hasBlocks = false, hasVectors = false, hasElements = false;
  /// Each has half as many elements as the one before; the last has one.
  std::vector<Halide::Func> folds;
  /// The combination of the whole row.
  Halide::Func result;
};

using Combine =
    std::function<Halide::Expr(Halide::Expr partial, Halide::Expr element)>;
using Element = std::function<Halide::Expr(Halide::Expr position)>;

/// The reduction of `element(position)` over a row. `name` prefixes Func names.
RowReduction reduceRow(const std::string &name, const RowSpace &space,
                       Halide::Expr identity, const Element &element,
                       const Combine &combine);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_ROWREDUCTION_H
