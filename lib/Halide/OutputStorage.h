//===- OutputStorage.h - Row scratch kept in the output buffer --*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A softmax row needs a place for its exponentials (and for logits that are
// costly to compute twice) between two passes. The output row itself is that
// place: no allocation, no failure, no extra cache footprint. Halide has no way
// to say that a Func and the output it feeds share storage, so the algorithm
// calls two markers, and a lowering pass turns them into a store to and a load
// from the output buffer.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_OUTPUTSTORAGE_H
#define LSE_LIB_HALIDE_OUTPUTSTORAGE_H

#include <Halide.h>

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace lse_halide {

/// A pipeline's only output, as a place for intermediate rows. Coordinates are
/// those of the output Func, innermost first; the one numbered `rowDimension`
/// is the position in the row, the others are the same for a whole vector.
class OutputStorage {
public:
  OutputStorage(Halide::Func output, size_t rowDimension);

  /// `value`, which is also stored at the coordinates.
  Halide::Expr keep(Halide::Expr value,
                    const std::vector<Halide::Expr> &coordinates) const;

  /// What was last kept at the coordinates.
  Halide::Expr kept(const std::vector<Halide::Expr> &coordinates) const;

  /// Names a Func that holds partial results. Its storage has a place for
  /// every lane, so a predicated store to it may become a select, which leaves
  /// the whole vector in a register.
  void addLanes(const Halide::Func &lanes);

  /// Adds the pass that resolves the markers.
  void addLoweringPass(Halide::Pipeline &pipeline) const;

private:
  Halide::Func output;
  size_t rowDimension;
  std::set<std::string> laneFuncs;
};

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_OUTPUTSTORAGE_H
