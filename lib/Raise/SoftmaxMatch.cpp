//===- SoftmaxMatch.cpp - Is this value a softmax? ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SoftmaxMatch.h"
#include "LogitExpression.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::lse;

StringRef lse::getRefusalName(RefusalCode code) {
  switch (code) {
  case RefusalCode::Axis:
    return "axis";
  case RefusalCode::DifferentLogits:
    return "different-logits";
  case RefusalCode::ExtraFactor:
    return "extra-factor";
  case RefusalCode::ExtraTerm:
    return "extra-term";
  case RefusalCode::LogitForm:
    return "logit-form";
  case RefusalCode::ShapeUnproven:
    return "shape-unproven";
  case RefusalCode::ShiftForeign:
    return "shift-foreign";
  case RefusalCode::ShiftResidual:
    return "shift-residual";
  case RefusalCode::Weight:
    return "weight";
  }
  llvm_unreachable("unknown refusal code");
}

//===----------------------------------------------------------------------===//
// Parts of a quotient
//===----------------------------------------------------------------------===//

/// The only monomial of a sum's body if it is an exponential, else null.
static const Monomial *getExponentialBody(const Atom *atom) {
  if (atom->kind != Atom::Kind::Sum ||
      atom->operands.front()->monomials.size() != 1)
    return nullptr;
  const Monomial &body = atom->operands.front()->monomials.front();
  return body.exponent->isZero() ? nullptr : &body;
}

/// True if `isWanted` holds for `atom` or something that it is computed from
/// without a reduction in between.
static bool anyPart(const Atom *atom,
                    function_ref<bool(const Atom *)> isWanted) {
  SetVector<const Atom *> reached;
  reached.insert(atom);
  for (size_t next = 0; next < reached.size(); ++next) {
    const Atom *part = reached[next];
    if (isWanted(part))
      return true;
    if (part->kind != Atom::Kind::Group && part->kind != Atom::Kind::Apply)
      continue;
    for (const Poly *operand : part->operands)
      for (const Monomial &monomial : operand->monomials)
        for (auto [factor, power] : monomial.factors)
          reached.insert(factor);
  }
  return false;
}

/// True if a sum of exponentials is a part of `atom`: what is divided by is
/// such a sum or more than that.
static bool containsExponentialSum(const Atom *atom) {
  return anyPart(atom, [](const Atom *part) {
    return getExponentialBody(part) != nullptr;
  });
}

static std::string toString(const Poly *poly) {
  std::string text;
  llvm::raw_string_ostream os(text);
  LogDomain::print(poly, os);
  return text;
}

/// The tensors and scalars that `poly` is made of.
static SetVector<Value> getSources(const Poly *poly) {
  SetVector<Value> sources;
  SetVector<const Poly *> reached;
  reached.insert(poly);
  for (size_t next = 0; next < reached.size(); ++next)
    for (const Monomial &monomial : reached[next]->monomials) {
      reached.insert(monomial.exponent);
      for (auto [atom, power] : monomial.factors) {
        if (atom->source)
          sources.insert(atom->source);
        reached.insert_range(atom->operands);
      }
    }
  return sources;
}

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

bool lse::forEachAxisAssignment(
    LogDomain &domain, Value root, ArrayRef<BoundAxis> axes,
    ArrayRef<unsigned> taken,
    function_ref<bool(const DenseMap<AffineExpr, AffineExpr> &,
                      ArrayRef<int64_t>)>
        accept) {
  IndexNotation &notation = domain.getNotation();
  MLIRContext *context = notation.getContext();
  int64_t rank = cast<RankedTensorType>(root.getType()).getRank();
  DenseMap<AffineExpr, AffineExpr> map;
  SmallVector<int64_t> chosen;
  std::function<bool(size_t)> assign = [&](size_t index) {
    if (index == axes.size()) {
      SmallVector<int64_t> dims = llvm::to_vector(chosen);
      llvm::sort(dims);
      return accept(map, dims);
    }
    for (int64_t dim = 0; dim < rank; ++dim) {
      if (llvm::is_contained(chosen, dim) || llvm::is_contained(taken, dim) ||
          notation.getExtent(root, dim) != axes[index].extent)
        continue;
      chosen.push_back(dim);
      map[getAffineDimExpr(axes[index].position, context)] =
          getAffineDimExpr(dim, context);
      if (assign(index + 1))
        return true;
      chosen.pop_back();
    }
    return false;
  };
  return assign(0);
}

//===----------------------------------------------------------------------===//
// Explaining a refusal
//===----------------------------------------------------------------------===//

/// Says why exp(`numerator`) / Sum(exp(`body`)) is no softmax.
static Refusal explain(LogDomain &domain, Value root, const Poly *numerator,
                       const Atom *sum) {
  const Poly *body = getExponentialBody(sum)->exponent;
  MLIRContext *context = domain.getNotation().getContext();
  auto refuse = [&](RefusalCode code, const Poly *right) {
    return Refusal{code, toString(numerator), toString(right)};
  };
  SetVector<Value> numeratorSources = getSources(numerator);
  SetVector<Value> bodySources = getSources(body);

  // The closest reading: an axis for which what is left over is a shift.
  std::optional<Refusal> refusal;
  forEachAxisAssignment(
      domain, root, sum->axes, sum->positions,
      [&](const DenseMap<AffineExpr, AffineExpr> &map, ArrayRef<int64_t> dims) {
        const Poly *aligned = domain.substitute(body, map);
        const Poly *rest =
            domain
                .add(Term{numerator, {}}, domain.scale(Term{aligned, {}}, -1.0))
                .poly;
        bool isShift = llvm::none_of(
            dims, [&](int64_t dim) { return rest->variesOver(dim); });
        if (isShift)
          refusal = refuse(RefusalCode::ShiftResidual, aligned);
        return isShift;
      });
  if (refusal)
    return *refusal;
  if (llvm::none_of(bodySources, [&](Value source) {
        return numeratorSources.contains(source);
      }))
    return refuse(RefusalCode::DifferentLogits, body);

  // Equal but for the indices: the sum runs along the wrong axis, or along one
  // whose extent is not known to be that of the numerator's.
  DenseMap<AffineExpr, AffineExpr> alongDim, withoutIndices;
  for (ArrayRef<unsigned> positions :
       {ArrayRef(numerator->positions), ArrayRef(body->positions)})
    for (unsigned position : positions)
      withoutIndices[getAffineDimExpr(position, context)] =
          getAffineConstantExpr(0, context);
  if (domain.substitute(numerator, withoutIndices) !=
      domain.substitute(body, withoutIndices))
    return refuse(RefusalCode::DifferentLogits, body);
  int64_t rank = cast<RankedTensorType>(root.getType()).getRank();
  for (int64_t dim = 0; dim < rank && sum->axes.size() == 1; ++dim) {
    alongDim[getAffineDimExpr(sum->axes.front().position, context)] =
        getAffineDimExpr(dim, context);
    if (!llvm::is_contained(sum->positions, dim) &&
        domain.substitute(body, alongDim) == numerator)
      return refuse(RefusalCode::ShapeUnproven, body);
  }
  return refuse(RefusalCode::Axis, body);
}

//===----------------------------------------------------------------------===//
// Matching
//===----------------------------------------------------------------------===//

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

/// Refuses matches whose shift may be infinite or NaN where the logits are not.
static std::optional<Refusal> checkShifts(LogDomain &domain,
                                          ArrayRef<const Atom *> cancelled,
                                          SoftmaxMatch &match) {
  for (const Atom *atom : cancelled) {
    ShiftKind kind = classifyShift(domain, match, atom);
    if (kind == ShiftKind::RowMaximum)
      match.isShifted = true;
    if (kind != ShiftKind::Foreign ||
        isKept(domain, match.logitExpression, atom))
      continue;
    std::string shift;
    llvm::raw_string_ostream os(shift);
    LogDomain::print(atom, os);
    return Refusal{RefusalCode::ShiftForeign, toString(match.logit), shift};
  }
  return std::nullopt;
}

MatchResult lse::matchSoftmax(LogDomain &domain, Value root) {
  Term term = domain.getTerm(root);
  if (term.poly->monomials.size() != 1)
    return {};
  const Monomial &monomial = term.poly->monomials.front();
  if (monomial.exponent->isZero())
    return {};

  const Atom *sum = nullptr;
  bool isPlain = monomial.coefficient == 1.0;
  for (auto [atom, power] : monomial.factors) {
    if (power < 0 && !getExponentialBody(atom) && containsExponentialSum(atom))
      return {std::nullopt,
              Refusal{RefusalCode::ExtraTerm, toString(monomial.exponent),
                      toString(atom->operands.front())}};
    if (power == -1 && getExponentialBody(atom) && !sum)
      sum = atom;
    else
      isPlain = false;
  }
  if (!sum)
    return {};
  // A reciprocal of the sum, times something of the row as a whole, is a step
  // on the way at most.
  if (llvm::all_of(monomial.exponent->positions, [&](unsigned position) {
        return llvm::is_contained(sum->positions, position);
      }))
    return {};
  const Monomial *body = getExponentialBody(sum);
  if (!body->factors.empty())
    return {std::nullopt,
            Refusal{RefusalCode::Weight, toString(monomial.exponent),
                    toString(sum->operands.front())}};
  if (!isPlain)
    return {std::nullopt, Refusal{RefusalCode::ExtraFactor, toString(term.poly),
                                  toString(sum->operands.front())}};

  SoftmaxMatch match;
  match.root = root;
  match.logit = monomial.exponent;
  bool found = forEachAxisAssignment(
      domain, root, sum->axes, sum->positions,
      [&](const DenseMap<AffineExpr, AffineExpr> &map, ArrayRef<int64_t> dims) {
        if (domain.substitute(body->exponent, map) != match.logit)
          return false;
        match.rowDims.assign(dims.begin(), dims.end());
        return true;
      });
  if (!found)
    return {std::nullopt, explain(domain, root, match.logit, sum)};
  match.logitExpression = getLogitExpression(domain, match);
  if (!match.logitExpression)
    return {std::nullopt, Refusal{RefusalCode::LogitForm, toString(match.logit),
                                  toString(sum->operands.front())}};
  if (std::optional<Refusal> refusal =
          checkShifts(domain, term.cancelled, match))
    return {std::nullopt, refusal};
  return {match, std::nullopt};
}
