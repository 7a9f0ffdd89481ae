//===- RowKernel.h - Softmax and its relatives ------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_ROWKERNEL_H
#define LSE_LIB_HALIDE_ALGORITHMS_ROWKERNEL_H

#include "Algorithms/MachineTraits.h"
#include "Algorithms/RowReduction.h"
#include "BufferStores.h"
#include "lse/Halide/KernelSpec.h"

#include <Halide.h>

#include <optional>
#include <vector>

namespace lse_halide {

/// A value for each row.
struct RowValue {
  Halide::Func func;
  /// Where the lanes of a vector are more than there are rows: the rows, for an
  /// update that stores something for each.
  std::optional<Halide::RDom> rows;
};

/// Rows that are walked in one loop nest.
struct RowPart {
  /// A kernel may do without either.
  RowReduction maximum, sum;
  /// In the order they are computed.
  std::vector<RowValue> rowValues;
  /// Where vectors run across rows: which rows, the first two dimensions of the
  /// Funcs above, and the domain (lane, tile) of the update.
  ColumnRange columns;
  Halide::Var lane, tile;
  Halide::RDom domain;
};

/// Rows that are read once from memory, in segments that stay in cache for both
/// reductions of each.
struct RowSegments {
  /// The reductions of one segment, which is the first dimension of its Funcs.
  RowPart one;
  Halide::Var index;
  /// Elements, a number of whole blocks of vectors.
  int length = 0;
  /// The running maximum, and the running sums relative to it: the rest of the
  /// row, and in an update over `domain` each segment.
  Halide::Func merged;
  Halide::RDom domain;
};

/// An algorithm and all its parts, for a schedule to arrange.
struct RowKernel {
  /// All buffers but the last output.
  std::vector<Halide::ImageParam> buffers;
  LoopSpace space;
  std::vector<RowPart> parts;
  /// Where a row is read once: what comes before the rest, which is the part.
  std::optional<RowSegments> segments;
  /// The last output. With vectors along rows it is defined as a whole; with
  /// vectors across rows update `i` is that of part `i`.
  Halide::Func output;
  /// True if the output has the dimensions of a row.
  bool outputHasRow = true;
  BufferStores stores;
};

/// The algorithm for a checked spec: with vectors along rows, which is one
/// part, or across them.
RowKernel buildRowKernel(const KernelSpec &spec, const MachineTraits &traits);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_ROWKERNEL_H
