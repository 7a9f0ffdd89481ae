//===- ShiftSafety.cpp - Which shifts may cancel --------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In exact arithmetic any shift cancels. In floating point it must not be the
// cause of an infinity or NaN that the row itself does not hold, or the source
// answers NaN where the raised operation answers with numbers. A shift is safe
// when it is made from the same row: its maximum or minimum, that of a larger
// part of the same tensor, one of its elements, or a finite constant.
//
//===----------------------------------------------------------------------===//

#include "SoftmaxMatch.h"

using namespace mlir;
using namespace mlir::lse;

/// `part * factor == whole` for a factor that does not vary along `rowDims`;
/// returns the factor's coefficient.
static std::optional<double> getRowFactor(LogDomain &domain, const Poly *whole,
                                          const Poly *part,
                                          ArrayRef<int64_t> rowDims) {
  if (whole == part)
    return 1.0;
  if (whole->monomials.size() != part->monomials.size() || part->isZero())
    return std::nullopt;
  // The monomials of both are in one order; a common factor keeps it only for
  // single ones, so each of `whole` is tried against the first of `part`.
  Term first = domain.getConstant(part->monomials.front().coefficient);
  for (auto [atom, power] : part->monomials.front().factors)
    first =
        domain.multiply(first, domain.power(domain.getAtomTerm(atom), power));
  Term inverse = domain.power(first, -1);
  for (const Monomial &monomial : whole->monomials) {
    Term candidate = domain.getConstant(monomial.coefficient);
    for (auto [atom, power] : monomial.factors)
      candidate = domain.multiply(
          candidate, domain.power(domain.getAtomTerm(atom), power));
    Term factor = domain.multiply(candidate, inverse);
    if (llvm::any_of(rowDims,
                     [&](int64_t dim) { return factor.poly->variesOver(dim); }))
      continue;
    if (domain.multiply(Term{part, {}}, factor).poly == whole)
      return factor.poly->monomials.front().coefficient;
  }
  return std::nullopt;
}

static ShiftKind classifyExtremum(LogDomain &domain, const SoftmaxMatch &match,
                                  const Atom *atom) {
  ArrayRef<int64_t> rowDims = match.rowDims;
  ShiftKind kind = ShiftKind::Foreign;
  forEachAxisAssignment(
      domain, match.root, atom->axes, atom->positions,
      [&](const DenseMap<AffineExpr, AffineExpr> &map, ArrayRef<int64_t> dims) {
        if (!llvm::all_of(rowDims, [&](int64_t dim) {
              return llvm::is_contained(dims, dim);
            }))
          return false;
        const Poly *aligned = domain.substitute(atom->operands.front(), map);
        std::optional<double> factor =
            getRowFactor(domain, match.logit, aligned, rowDims);
        if (!factor)
          return false;
        bool isRowMaximum =
            dims == rowDims &&
            (atom->reduction == ReductionKind::Maximum) == (*factor > 0);
        kind = isRowMaximum ? ShiftKind::RowMaximum : ShiftKind::Harmless;
        return true;
      });
  return kind;
}

/// An element of the row itself, at a constant position.
static bool isRowElement(const SoftmaxMatch &match, const Atom *atom) {
  const Atom *element = match.logit->getSingleAtom();
  if (!element || element->kind != Atom::Kind::Element ||
      element->source != atom->source ||
      element->indices.size() != atom->indices.size())
    return false;
  for (auto [ofRow, ofShift] : llvm::zip(element->indices, atom->indices)) {
    auto dim = dyn_cast<AffineDimExpr>(ofRow);
    bool isRowIndex =
        dim && llvm::is_contained(match.rowDims, int64_t(dim.getPosition()));
    if (isRowIndex ? !isa<AffineConstantExpr>(ofShift) : ofRow != ofShift)
      return false;
  }
  return true;
}

/// The logarithm of a sum of exponentials: in a match it is the row's own, or
/// the sum would not have cancelled.
static bool isLogSumExp(const Atom *atom) {
  if (atom->kind != Atom::Kind::Log)
    return false;
  const Atom *sum = atom->operands.front()->getSingleAtom();
  return sum && sum->kind == Atom::Kind::Sum;
}

/// A maximum or minimum of two values, as exporters clamp a row maximum.
static bool isClamp(const Atom *atom) {
  return atom->kind == Atom::Kind::Apply &&
         llvm::is_contained({"arith.maximumf", "arith.maxnumf",
                             "arith.minimumf", "arith.minnumf"},
                            atom->name->getStringRef());
}

/// True for a plain number, and for an infinity that a clamp may hold.
static bool isHarmlessClampOperand(const Poly *poly) {
  if (const Atom *atom = poly->getSingleAtom()) {
    if (atom->kind != Atom::Kind::Constant)
      return false;
    auto number = dyn_cast<FloatAttr>(atom->constant);
    return number && number.getValue().isInfinity() &&
           number.getValue().isNegative();
  }
  return poly->positions.empty() &&
         llvm::all_of(poly->monomials, [](const Monomial &monomial) {
           return monomial.factors.empty() && monomial.exponent->isZero();
         });
}

static ShiftKind classifyClamp(LogDomain &domain, const SoftmaxMatch &match,
                               const Atom *atom) {
  ShiftKind kind = ShiftKind::Harmless;
  for (const Poly *operand : atom->operands) {
    if (isHarmlessClampOperand(operand))
      continue;
    const Atom *inner = operand->getSingleAtom();
    ShiftKind innerKind =
        inner ? classifyShift(domain, match, inner) : ShiftKind::Foreign;
    if (innerKind == ShiftKind::Foreign)
      return innerKind;
    // Clamping by -inf changes nothing; by a finite number it is still fine,
    // but no longer the maximum of the row.
    bool keepsMaximum = llvm::all_of(atom->operands, [&](const Poly *other) {
      return other == operand || other->getSingleAtom();
    });
    if (innerKind == ShiftKind::RowMaximum && keepsMaximum)
      kind = ShiftKind::RowMaximum;
  }
  return kind;
}

ShiftKind lse::classifyShift(LogDomain &domain, const SoftmaxMatch &match,
                             const Atom *atom) {
  // A factor of the logits themselves, such as a temperature.
  for (const Monomial &monomial : match.logit->monomials)
    for (auto [factor, power] : monomial.factors)
      if (factor == atom)
        return ShiftKind::Harmless;
  if (atom->kind == Atom::Kind::Extremum)
    return classifyExtremum(domain, match, atom);
  if (isClamp(atom))
    return classifyClamp(domain, match, atom);
  if (isLogSumExp(atom) ||
      (atom->kind == Atom::Kind::Element && isRowElement(match, atom)))
    return ShiftKind::Harmless;
  return ShiftKind::Foreign;
}
