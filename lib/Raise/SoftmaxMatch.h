//===- SoftmaxMatch.h - Is this value a softmax? ----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the answer off a term in normal form: one monomial exp(E) / Sum(exp(Z))
// whose two exponents agree along the axes of the sum.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_SOFTMAXMATCH_H
#define LSE_LIB_RAISE_SOFTMAXMATCH_H

#include "lse/Analysis/LogDomain.h"

namespace mlir::lse {

/// Why a candidate is refused. docs/Remarks.md explains each code.
enum class RefusalCode {
  Axis,
  DifferentLogits,
  ExtraFactor,
  ExtraTerm,
  LogitForm,
  ShapeUnproven,
  ShiftForeign,
  ShiftResidual,
  Weight
};

/// The stable name of a code, such as `shift-residual`.
StringRef getRefusalName(RefusalCode code);

/// A refused candidate: the code and the two terms that disagree, as formulas.
struct Refusal {
  RefusalCode code;
  std::string left, right;
};

/// A value that is a softmax.
struct SoftmaxMatch {
  Value root;
  /// Dimensions of the root that make up a row, ascending.
  SmallVector<int64_t> rowDims;
  /// The logits in the root's dimensions: what varies along a row.
  const Poly *logit = nullptr;
  /// The same as the source computes it, up to a shift that may stay in it.
  const ScalarExpr *logitExpression = nullptr;
  /// True if the source subtracts the maximum of each row.
  bool isShifted = false;
};

/// A match, a refusal, or neither, when the value is no candidate.
struct MatchResult {
  std::optional<SoftmaxMatch> match;
  std::optional<Refusal> refusal;
};

/// Decides whether `root` is a softmax of something.
MatchResult matchSoftmax(LogDomain &domain, Value root);

/// Substitutes dimensions of `dims` for the bound `axes` in every way that
/// extents allow, until `accept` likes the outcome. `dims` are those of
/// `root`; those in `taken` are left out.
bool forEachAxisAssignment(
    LogDomain &domain, Value root, ArrayRef<BoundAxis> axes,
    ArrayRef<unsigned> taken,
    function_ref<bool(const DenseMap<AffineExpr, AffineExpr> &,
                      ArrayRef<int64_t>)>
        accept);

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
/// (docs/Dialect/Rationale.md, "Which shifts may cancel").
ShiftKind classifyShift(LogDomain &domain, const SoftmaxMatch &match,
                        const Atom *atom);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_SOFTMAXMATCH_H
