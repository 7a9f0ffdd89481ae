//===- ShiftSafety.h - Which shifts may cancel ------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_SHIFTSAFETY_H
#define LSE_LIB_RAISE_SHIFTSAFETY_H

#include "RowMatch.h"

namespace mlir::lse {

/// What a term that cancelled against itself does to a row.
enum class ShiftKind {
  /// The maximum of the row itself.
  RowMaximum,
  /// Finite whenever the row is.
  Harmless,
  /// It may be infinite or NaN while the row is not.
  Foreign
};

/// Classifies `atom`, which cancelled on the way to `match`
/// (docs/Dialect/Rationale.md, "Which shifts may cancel"). What is part of the
/// logits that the match has found is harmless, as it is computed with them.
ShiftKind classifyShift(LogDomain &domain, const RowMatch &match,
                        const Atom *atom);

/// Refuses a match with a shift, among the atoms that `cancelled`, that may be
/// infinite or NaN where the logits are not; notes in it whether one of them
/// is the row's maximum.
std::optional<Refusal> checkShifts(LogDomain &domain,
                                   ArrayRef<const Atom *> cancelled,
                                   RowMatch &match);

/// True if `guard` holds exactly for rows whose logits are not all -inf; if
/// `mayBeInfinite`, also if it holds for those whose maximum is finite or NaN.
bool isLiveRowTest(LogDomain &domain, const RowMatch &match, const Guard &guard,
                   bool mayBeInfinite);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_SHIFTSAFETY_H
