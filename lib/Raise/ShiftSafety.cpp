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

#include "ShiftSafety.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

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
    if (domain.multiply(Term{part, {}, {}}, factor).poly == whole)
      return factor.poly->monomials.front().coefficient;
  }
  return std::nullopt;
}

static const Poly *withoutMasks(LogDomain &domain, const Poly *poly) {
  Term result = domain.getConstant(0.0);
  for (const Monomial &monomial : poly->monomials)
    if (!monomial.isMask())
      result = domain.add(result, domain.getTerm(monomial));
  return result.poly;
}

static ShiftKind classifyExtremum(LogDomain &domain, const RowMatch &match,
                                  const Atom *atom) {
  ArrayRef<int64_t> rowDims = match.rowLoops;
  ShiftKind kind = ShiftKind::Foreign;
  const Poly *unmasked = withoutMasks(domain, match.logit);
  forEachAxisAssignment(
      domain, match.loops, atom->axes, atom->positions,
      [&](const DenseMap<AffineExpr, AffineExpr> &map, ArrayRef<int64_t> dims) {
        if (!llvm::all_of(rowDims, [&](int64_t dim) {
              return llvm::is_contained(dims, dim);
            }))
          return false;
        const Poly *aligned = domain.substitute(atom->operands.front(), map);
        std::optional<double> factor =
            getRowFactor(domain, match.logit, aligned, rowDims);
        // What is masked out is as harmless as what lies outside of the row.
        bool isWholeRow = factor.has_value();
        if (!factor)
          factor = getRowFactor(domain, unmasked, aligned, rowDims);
        if (!factor)
          return false;
        // Beside a sink it is not the maximum of all that is added up.
        bool isRowMaximum =
            isWholeRow && dims == rowDims && !match.sink &&
            (atom->reduction == ReductionKind::Maximum) == (*factor > 0);
        kind = isRowMaximum ? ShiftKind::RowMaximum : ShiftKind::Harmless;
        return true;
      });
  return kind;
}

/// An element of the row itself, at a constant position.
static bool isRowElement(const RowMatch &match, const Atom *atom) {
  const Atom *element = match.logit->getSingleAtom();
  if (!element || element->kind != Atom::Kind::Element ||
      element->source != atom->source ||
      element->indices.size() != atom->indices.size())
    return false;
  for (auto [ofRow, ofShift] : llvm::zip(element->indices, atom->indices)) {
    auto dim = dyn_cast<AffineDimExpr>(ofRow);
    bool isRowIndex =
        dim && llvm::is_contained(match.rowLoops, int64_t(dim.getPosition()));
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

/// The atoms that `condition` is computed from, without those under reductions.
static SmallVector<const Atom *> getFactors(const Poly *condition) {
  SmallVector<const Atom *> factors;
  for (const Monomial &monomial : condition->monomials)
    for (auto [atom, power] : monomial.factors)
      (void)anyPart(atom, [&](const Atom *part) {
        factors.push_back(part);
        return false;
      });
  return factors;
}

/// The values that `atom` chooses between, as exporters clamp a row maximum or
/// replace one that is not finite; nothing if it is no such choice.
static ArrayRef<const Poly *> getChoices(const Atom *atom) {
  if (atom->kind != Atom::Kind::Apply)
    return {};
  StringRef name = atom->name->getStringRef();
  if (name == "arith.select")
    return ArrayRef(atom->operands).drop_front();
  if (llvm::is_contained({"arith.maximumf", "arith.maxnumf", "arith.minimumf",
                          "arith.minnumf"},
                         name))
    return atom->operands;
  return {};
}

/// The kind of a shift by all of `poly`.
static ShiftKind classifySum(LogDomain &domain, const RowMatch &match,
                             const Poly *poly) {
  ShiftKind kind = ShiftKind::Harmless;
  for (const Monomial &monomial : poly->monomials) {
    if (!monomial.exponent->isZero())
      return ShiftKind::Foreign;
    for (auto [factor, power] : monomial.factors) {
      ShiftKind ofFactor = classifyShift(domain, match, factor);
      if (ofFactor == ShiftKind::Foreign)
        return ofFactor;
      if (ofFactor == ShiftKind::RowMaximum && monomial.getSingleFactor())
        kind = ShiftKind::RowMaximum;
    }
  }
  return kind;
}

/// True if `body`, in terms of the bound `axes`, is the logit of `match`, and
/// the axes are all of a row.
static bool isWholeRow(LogDomain &domain, const RowMatch &match,
                       const Poly *body, const Atom *reduction) {
  return forEachAxisAssignment(
      domain, match.loops, reduction->axes, reduction->positions,
      [&](const DenseMap<AffineExpr, AffineExpr> &map, ArrayRef<int64_t> dims) {
        return dims == ArrayRef<int64_t>(match.rowLoops) &&
               domain.substitute(body, map) == match.logit;
      });
}

/// True if `poly` is the maximum of each row of `match`.
static bool isRowMaximum(LogDomain &domain, const RowMatch &match,
                         const Poly *poly) {
  const Atom *maximum = poly->getSingleAtom();
  return maximum && maximum->kind == Atom::Kind::Extremum &&
         maximum->reduction == ReductionKind::Maximum &&
         isWholeRow(domain, match, maximum->operands.front(), maximum);
}

/// True if `condition` is that all logits of the row are NaN, so that the
/// answer does not depend on what is chosen then.
static bool isNaNRowTest(LogDomain &domain, const RowMatch &match,
                         const Poly *condition) {
  const Atom *all = condition->getSingleAtom();
  if (!all || all->kind != Atom::Kind::Extremum ||
      all->reduction != ReductionKind::All)
    return false;
  const Atom *test = all->operands.front()->getSingleAtom();
  if (!test || test->kind != Atom::Kind::Apply ||
      test->name->getStringRef() != arith::CmpFOp::getOperationName())
    return false;
  auto predicate = static_cast<arith::CmpFPredicate>(
      cast<IntegerAttr>(test->attributes.get("predicate")).getInt());
  return (predicate == arith::CmpFPredicate::UNO ||
          predicate == arith::CmpFPredicate::UNE) &&
         test->operands[0] == test->operands[1] &&
         isWholeRow(domain, match, test->operands[0], all);
}

static ShiftKind classifyChoice(LogDomain &domain, const RowMatch &match,
                                const Atom *atom) {
  ShiftKind kind = ShiftKind::Harmless;
  bool isSelect = atom->name->getStringRef() == "arith.select";
  bool isMaximum = atom->name->getStringRef().starts_with("arith.max");
  const Poly *sink =
      match.sink && isMaximum ? domain.getTerm(match.sink).poly : nullptr;
  if (isSelect && isNaNRowTest(domain, match, atom->operands.front()))
    return classifySum(domain, match, atom->operands.back());
  for (const Poly *choice : getChoices(atom)) {
    // What is infinite in both is NaN with the shift and without it.
    if (choice == sink)
      continue;
    ShiftKind ofChoice = classifySum(domain, match, choice);
    if (ofChoice == ShiftKind::Foreign)
      return ofChoice;
    // A maximum that is replaced where it is infinite is still the maximum. One
    // that a number bounds is fine, but another shift.
    bool isGuard =
        isSelect && llvm::any_of(getFactors(choice), [&](const Atom *part) {
          return llvm::is_contained(getFactors(atom->operands.front()), part);
        });
    // With the sink it is the maximum of all that is added up.
    bool isOfAll = sink && llvm::is_contained(getChoices(atom), sink) &&
                   isRowMaximum(domain, match, choice);
    if (isOfAll || (ofChoice == ShiftKind::RowMaximum && isGuard))
      kind = ShiftKind::RowMaximum;
  }
  return kind;
}

/// True if `atom` is computed as part of `kept`, so that an infinity or NaN of
/// its own reaches the logits as it does in the source. What is made of a
/// maximum is refused even then: it was meant as the shift, and is another one.
static bool isKept(LogDomain &domain, const ScalarExpr *kept,
                   const Atom *atom) {
  bool isMadeOfExtremum = anyPart(atom, [](const Atom *part) {
    return part->kind == Atom::Kind::Extremum;
  });
  return !isMadeOfExtremum &&
         llvm::any_of(domain.getTerm(kept).poly->monomials,
                      [&](const Monomial &monomial) {
                        return llvm::any_of(
                            monomial.factors,
                            [&](auto &factor) { return factor.first == atom; });
                      });
}

ShiftKind lse::classifyShift(LogDomain &domain, const RowMatch &match,
                             const Atom *atom) {
  // A factor of the logits themselves, such as a temperature.
  for (const Monomial &monomial : match.logit->monomials)
    for (auto [factor, power] : monomial.factors)
      if (factor == atom)
        return ShiftKind::Harmless;
  if (atom->kind == Atom::Kind::Extremum)
    return classifyExtremum(domain, match, atom);
  if (!getChoices(atom).empty())
    return classifyChoice(domain, match, atom);
  if (isLogSumExp(atom) ||
      (atom->kind == Atom::Kind::Element && isRowElement(match, atom)))
    return ShiftKind::Harmless;
  if (match.logitExpression && isKept(domain, match.logitExpression, atom))
    return ShiftKind::Harmless;
  return ShiftKind::Foreign;
}

//===----------------------------------------------------------------------===//
// Checks of a whole match
//===----------------------------------------------------------------------===//

std::optional<Refusal> lse::checkShifts(LogDomain &domain,
                                        ArrayRef<const Atom *> cancelled,
                                        RowMatch &match) {
  for (const Atom *atom : cancelled) {
    ShiftKind kind = classifyShift(domain, match, atom);
    if (kind == ShiftKind::RowMaximum)
      match.isShifted = true;
    if (kind != ShiftKind::Foreign)
      continue;
    return Refusal{RefusalCode::ShiftForeign, domain.toFormula(match.logit),
                   domain.toFormula(atom)};
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Guards
//===----------------------------------------------------------------------===//

static bool isInfinity(const Poly *poly, bool isNegative) {
  const Atom *atom = poly->getSingleAtom();
  auto number =
      atom ? dyn_cast_or_null<FloatAttr>(atom->constant) : FloatAttr();
  return number && number.getValue().isInfinity() &&
         number.getValue().isNegative() == isNegative;
}

/// The other operand of a comparison by `predicate` that `atom` is, with what
/// `isReference` is true for.
static const Poly *getCompared(const Atom *atom, arith::CmpFPredicate predicate,
                               function_ref<bool(const Poly *)> isReference) {
  if (!atom || atom->kind != Atom::Kind::Apply ||
      atom->name->getStringRef() != arith::CmpFOp::getOperationName() ||
      cast<IntegerAttr>(atom->attributes.get("predicate")).getInt() !=
          static_cast<int64_t>(predicate))
    return nullptr;
  for (unsigned index : {0, 1})
    if (isReference(atom->operands[index]))
      return atom->operands[1 - index];
  return nullptr;
}

static const Poly *getComparedWithInfinity(const Atom *atom, bool isNegative,
                                           arith::CmpFPredicate predicate) {
  return getCompared(atom, predicate, [&](const Poly *poly) {
    return isInfinity(poly, isNegative);
  });
}

/// True if `poly` is the sum of the exponentials of each row of `match`, times
/// other exponentials.
static bool isRowSum(LogDomain &domain, const RowMatch &match,
                     const Poly *poly) {
  if (poly->monomials.size() != 1)
    return false;
  const Monomial &monomial = poly->monomials.front();
  if (monomial.coefficient != 1.0 || monomial.factors.size() != 1)
    return false;
  auto [sum, power] = monomial.factors.front();
  const Monomial *body = getExponentialBody(sum);
  return body && power == 1 && body->coefficient == 1.0 &&
         body->factors.empty() &&
         isWholeRow(domain, match, body->exponent, sum);
}

bool lse::isLiveRowTest(LogDomain &domain, const RowMatch &match,
                        const Guard &guard, bool mayBeInfinite) {
  const Atom *atom = guard.condition->getSingleAtom();
  if (!atom)
    return false;
  // Either "not all logits are -inf" or "some logit is not -inf". The
  // predicates are those by which a NaN makes the row a live one.
  using Predicate = arith::CmpFPredicate;
  Predicate predicate = guard.isNegated ? Predicate::OEQ : Predicate::UNE;
  auto reduction = guard.isNegated ? ReductionKind::All : ReductionKind::Any;
  if (atom->kind == Atom::Kind::Extremum && atom->reduction == reduction) {
    const Poly *compared =
        getComparedWithInfinity(atom->operands.front()->getSingleAtom(),
                                /*isNegative=*/true, predicate);
    return compared && isWholeRow(domain, match, compared, atom);
  }
  // The same of the maximum.
  if (const Poly *compared =
          getComparedWithInfinity(atom, /*isNegative=*/true, predicate))
    return isRowMaximum(domain, match, compared);
  // The same of the sum, which is 0 there and nowhere else.
  if (const Poly *compared = getCompared(
          atom, predicate, [](const Poly *poly) { return poly->isZero(); }))
    return isRowSum(domain, match, compared);
  if (!mayBeInfinite)
    return false;
  const Poly *compared =
      getComparedWithInfinity(atom, /*isNegative=*/false, predicate);
  const Atom *magnitude = compared ? compared->getSingleAtom() : nullptr;
  return magnitude && magnitude->kind == Atom::Kind::Apply &&
         magnitude->name->getStringRef() == "math.absf" &&
         isRowMaximum(domain, match, magnitude->operands.front());
}
