//===- RowReduction.h - Reductions of rows in lanes -------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where vectors run along a row, the row is reduced into `lanes * unroll`
// independent partial results and these are combined once per row, outside the
// loop. Where vectors run across rows, each lane is the result of its own row.
// The order of the combinations is part of the algorithm, because sums depend
// on it; it is the same for any number of threads.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_ROWREDUCTION_H
#define LSE_LIB_HALIDE_ALGORITHMS_ROWREDUCTION_H

#include "Algorithms/LoopSpace.h"
#include "Algorithms/Values.h"

#include <Halide.h>

#include <functional>
#include <string>
#include <vector>

namespace lse_halide {

/// One pass over elements into partial results.
struct PartialUpdate {
  enum class Kind {
    /// All partial results, once for each point of the domain.
    Blocks,
    /// The first dimension of the domain is one vector of partial results.
    Vector,
    /// The same, and less than a whole vector.
    Elements
  };
  Kind kind;
  Halide::RDom domain;
};

/// One reduction.
struct RowReduction {
  /// The partial results: a lane, then what tells rows apart.
  Halide::Func partial;
  Halide::Var lane;
  int width = 1;
  std::vector<PartialUpdate> updates;
  /// Each has half as many elements as the one before; the last has one. None
  /// where vectors run across rows.
  std::vector<Halide::Func> folds;
  /// The combination of a whole row: the fold of folds, or `partial`.
  Halide::Func result;
};

/// What a partial result becomes with another value.
using Combine =
    std::function<Values(const Values &partial, const Values &value)>;
/// The element at a place; `row` are the arguments that row-wise Funcs have
/// there.
using Element = std::function<Values(const Point &point,
                                     const std::vector<Halide::Expr> &row)>;

/// What to reduce, and how. `name` prefixes Func names.
struct Reduction {
  std::string name;
  Values identity;
  Element element;
  /// A partial result takes in an element, which may be of another type, or
  /// another partial result.
  Combine accumulate, merge;
  /// So many elements are merged in their own type before they join a partial
  /// result.
  int run = 1;
  /// True if the vectors of a block join the same partial results, because
  /// these are too wide for many of them to stay in registers.
  bool sharesPartials = false;
};

/// Adjacent rows that are reduced in step, `width` at a time.
struct ColumnRange {
  /// The first row and the number of tiles.
  Halide::Expr first, tiles;
  int width = 1;
  /// Rows in a tile if those are fewer than `width`, else undefined.
  Halide::Expr rest;
};

/// The index along `space.vectorDim` of lane `lane` of tile `tile`.
Halide::Expr columnIndex(const ColumnRange &range, const Halide::Expr &tile,
                         const Halide::Expr &lane);

/// Elements of a row that follow each other along the vectors' dimension.
struct RowSegment {
  Halide::Expr first, length;
};

/// The reduction of `segment` with vectors along the row. `result` has the
/// dimensions `rows`: `space.outerVars()`, and before these what `segment`
/// depends on, if anything.
RowReduction reduceAlongRow(const Reduction &reduction, const LoopSpace &space,
                            const RowSegment &segment,
                            const std::vector<Halide::Var> &rows);

/// The reduction with vectors across rows. `partial` has a lane, `tile` and
/// `space.outerVars()`.
RowReduction reduceAcrossRows(const Reduction &reduction,
                              const LoopSpace &space, const ColumnRange &range,
                              const Halide::Var &tile);

/// True unless `extent` is known to be zero.
bool mayIterate(const Halide::Expr &extent);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_ROWREDUCTION_H
