//===- LoopParts.h - Loops over merged dimensions ---------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A reshape that merges two dimensions, such as batch and heads, makes indices
// of their quotients and remainders. Where a loop runs over such a dimension it
// is cut into parts, one for each of the two, and the index is a sum of
// multiples of parts:
//
//   i = 12 * b + h,    i floordiv 12 = b,    i mod 12 = h    for h < 12
//
// Which cuts are needed shows when indices are divided. After a new cut all
// indices have to be made anew.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_LOOPPARTS_H
#define LSE_LIB_RAISE_LOOPPARTS_H

#include "lse/Analysis/IndexNotation.h"

namespace mlir::lse {

/// The loops of an iteration space, cut into parts where that is needed. Parts
/// are dimensions d0, d1, ... in the order in which loops were added; those of
/// one loop from the outermost.
class LoopParts {
public:
  explicit LoopParts(MLIRContext *context) : context(context) {}

  /// Forgets the loops, which have to be added again in the same order, but not
  /// where they are to be cut.
  void restart();
  /// True if a cut was found since then.
  bool needsRestart() const { return hasNewCut; }

  /// Adds a loop and returns its number.
  unsigned addLoop(Extent extent);
  /// Forgets the loops that were added last, until there are `numLoops`.
  void dropLoops(unsigned numLoops);
  unsigned getNumLoops() const { return loops.size(); }
  /// What runs over loop `number`.
  AffineExpr getIndex(unsigned number) const;
  /// The parts of loop `number`, from the outermost.
  ArrayRef<int64_t> getParts(unsigned number) const {
    return loops[number].parts;
  }
  /// The extents of all parts.
  SmallVector<Extent> getExtents() const;

  /// The parts that `index` is a sum of multiples of; nothing if it is more
  /// than that. 0 is the sum of none.
  std::optional<SmallVector<int64_t>> getPartsOf(AffineExpr index) const;
  /// True if `index` is each number below `extent` once.
  bool isWhole(AffineExpr index, Extent extent) const;

  /// `index` divided by `divisor`, rounded down, and what remains; nothing if
  /// that is not known, for example because a loop has to be cut first.
  /// `quotient` is the extent of the former.
  std::optional<std::pair<AffineExpr, AffineExpr>>
  divide(AffineExpr index, int64_t divisor, Extent quotient);

private:
  struct Summand {
    int64_t factor;
    int64_t part;
  };
  /// A part of a loop begins where the index is a multiple of `stride`; what
  /// is outside of it runs to `outer`.
  struct Cut {
    int64_t stride;
    Extent outer;
  };
  struct Part {
    Extent extent;
    int64_t stride;
    unsigned loop;
  };
  struct Loop {
    Extent extent;
    SmallVector<int64_t> parts;
  };

  std::optional<SmallVector<Summand>> getSummands(AffineExpr index) const;
  AffineExpr getSum(ArrayRef<Summand> summands) const;
  /// Notes that `part` has to be cut into multiples of `size` and the rest.
  void cut(int64_t part, int64_t size, Extent outer);

  MLIRContext *context;
  SmallVector<Loop> loops;
  SmallVector<Part> parts;
  /// For each loop, its cuts by ascending stride.
  SmallVector<SmallVector<Cut>> cuts;
  bool hasNewCut = false;
};

/// The loops that `index`, a sum of multiples of them, is made of, from the
/// outermost, which has the largest factor.
SmallVector<int64_t> getMergedLoops(AffineExpr index, unsigned numLoops);

/// The element that `access`, which reads from a reshape, is of what the
/// reshape reads from; null if that is not known, see `LoopParts::divide`.
const ScalarExpr *lookThroughReshape(IndexNotation &notation, LoopParts &parts,
                                     const ScalarExpr *access);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_LOOPPARTS_H
