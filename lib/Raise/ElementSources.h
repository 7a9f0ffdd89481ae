//===- ElementSources.h - Where elements come from --------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Between a product and what it multiplies, front ends transpose, reshape,
// widen and repeat. All that only moves elements is looked through here, in
// terms of loops that are cut where a reshape merges dimensions.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_ELEMENTSOURCES_H
#define LSE_LIB_RAISE_ELEMENTSOURCES_H

#include "LoopParts.h"
#include "llvm/ADT/SmallBitVector.h"

namespace mlir::lse {

/// Finds the sources of elements that are indexed by parts of loops.
class ElementSources {
public:
  explicit ElementSources(IndexNotation &notation)
      : notation(notation), parts(notation.getContext()) {}

  LoopParts &getParts() { return parts; }

  /// Adds a loop for each of `axes` and replaces them in `body`.
  const ScalarExpr *bindAxes(const ScalarExpr *body, ArrayRef<BoundAxis> axes);

  /// The element that `access` is one step back; null if it is computed.
  const ScalarExpr *getOrigin(const ScalarExpr *access);
  /// The element of a tensor that is as far back as `expr` only moves it, and
  /// each dimension of which is made of loops, from begin to end. With `scale`
  /// it may be multiplied by numbers of its own type on the way, by which that
  /// is multiplied as long as it stays near enough to 1 to lose nothing.
  const ScalarExpr *findSource(const ScalarExpr *expr,
                               APFloat *scale = nullptr);
  /// `expr` with each element read from its source; null if one has none.
  const ScalarExpr *readSources(const ScalarExpr *expr);

  /// True if each dimension is indexed by other loops, from begin to end; those
  /// of dynamic extent may be known to have it, as `isKnown` says.
  bool hasWholeDims(const ScalarExpr *access, bool isKnown = false) const;
  /// The parts that index `access`.
  llvm::SmallBitVector getPartsOf(const ScalarExpr *access) const;
  /// The parts of the loops from number `begin` to before `end`.
  llvm::SmallBitVector getPartsOfLoops(unsigned begin, unsigned end) const;

private:
  /// The number that `expr` is everywhere; nothing if it is none.
  std::optional<APFloat> getNumber(const ScalarExpr *expr);
  /// The operand of `expr` that is multiplied by a number, or divided by a
  /// power of 2, and the factor; nothing if `expr` is no such product.
  std::optional<std::pair<const ScalarExpr *, APFloat>>
  splitScale(const ScalarExpr *expr);

  /// Values that only move or convert elements are followed so far.
  static constexpr unsigned maxSteps = 64;

  IndexNotation &notation;
  LoopParts parts;
};

/// The operand of a conversion that changes nothing but the type.
const ScalarExpr *skipWidening(const ScalarExpr *expr);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_ELEMENTSOURCES_H
