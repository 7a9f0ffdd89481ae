//===- Refusal.cpp - Why a candidate is not raised ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Refusal.h"
#include "RowMatch.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::lse;

StringRef lse::getRefusalName(RefusalCode code) {
  switch (code) {
  case RefusalCode::Axis:
    return "axis";
  case RefusalCode::DifferentLogits:
    return "different-logits";
  case RefusalCode::ElementType:
    return "element-type";
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
  case RefusalCode::Unshifted:
    return "unshifted";
  case RefusalCode::Weight:
    return "weight";
  }
  llvm_unreachable("unknown refusal code");
}

/// The sentence for each code; {0} and {1} are the terms.
static StringRef getSentence(RefusalCode code) {
  switch (code) {
  case RefusalCode::Axis:
    return "the sum runs along another axis: {0} over {1}";
  case RefusalCode::DifferentLogits:
    return "the logits differ: {0} over {1}";
  case RefusalCode::ElementType:
    return "the logits {0} have elements of type {1}; f16, bf16, f32 and f64 "
           "are raised";
  case RefusalCode::ExtraFactor:
    return "there is a factor more: {0} is multiplied by {1}";
  case RefusalCode::ExtraTerm:
    return "there is more than a sum of exponentials in {0}: {1}";
  case RefusalCode::LogitForm:
    return "no logit region can compute the logits {0} for {1}";
  case RefusalCode::ShapeUnproven:
    return "an extent is not known to be the same: {0} over {1}";
  case RefusalCode::ShiftForeign:
    return "the shift of {0} may be infinite or NaN where the row is not: {1}";
  case RefusalCode::ShiftResidual:
    return "the shifts do not cancel: {0} over {1}";
  case RefusalCode::Unshifted:
    return "the source does not subtract the maximum of a row of {0}, and "
           "stabilize={1} leaves it so";
  case RefusalCode::Weight:
    return "the exponentials of {0} have weights: {1}";
  }
  llvm_unreachable("unknown refusal code");
}

std::string lse::getMeaning(const Refusal &refusal) {
  std::string sentence = getSentence(refusal.code).str();
  return llvm::formatv(/*Validate=*/false, sentence.c_str(), refusal.left,
                       refusal.right)
      .str();
}

/// The tensors and scalars that `poly` is made of.
SetVector<Value> lse::getSources(const Poly *poly) {
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
// Terms to show
//===----------------------------------------------------------------------===//

/// exp(`exponent`) as a formula.
static std::string toExponential(LogDomain &domain, const Poly *exponent) {
  return "exp(" + domain.toFormula(exponent) + ")";
}

std::string lse::toQuotient(LogDomain &domain, const Poly *exponent,
                            const Atom *sum) {
  return toExponential(domain, exponent) + " / " + domain.toFormula(sum);
}

/// `monomial` without its exponential.
static const Poly *getFactors(LogDomain &domain, Monomial monomial) {
  monomial.exponent = domain.getConstant(0.0).poly;
  return domain.getTerm(monomial).poly;
}

Refusal lse::refuseWeight(LogDomain &domain, const Atom *sum) {
  return {RefusalCode::Weight, domain.toFormula(sum),
          domain.toFormula(getFactors(domain, *getExponentialBody(sum)))};
}

Refusal lse::refuseFactor(LogDomain &domain, const Monomial &monomial,
                          const Atom *sum) {
  Monomial rest = monomial;
  llvm::erase_if(rest.factors,
                 [&](auto &factor) { return factor.first == sum; });
  return {RefusalCode::ExtraFactor, toQuotient(domain, monomial.exponent, sum),
          domain.toFormula(getFactors(domain, rest))};
}

static bool containsExponentialSum(const Monomial &monomial) {
  return llvm::any_of(monomial.factors, [](auto &factor) {
    return lse::containsExponentialSum(factor.first);
  });
}

/// What `atom`, of which a sum of exponentials is a part, has beside it: the
/// other addends, or the other operands, or else the operation's name.
static std::string getRest(LogDomain &domain, const Atom *atom) {
  if (atom->kind == Atom::Kind::Group) {
    Term rest = domain.getConstant(0.0);
    bool isMet = false;
    for (const Monomial &addend : atom->operands.front()->monomials) {
      bool isWanted = !isMet && containsExponentialSum(addend);
      isMet |= isWanted;
      if (!isWanted)
        rest = domain.add(rest, domain.getTerm(addend));
    }
    return domain.toFormula(rest.poly);
  }
  SmallVector<std::string> others;
  for (const Poly *operand : atom->operands)
    if (llvm::none_of(operand->monomials, [](const Monomial &addend) {
          return containsExponentialSum(addend);
        }))
      others.push_back(domain.toFormula(operand));
  return others.empty() ? atom->name->getStringRef().str()
                        : llvm::join(others, ", ");
}

Refusal lse::refuseTerm(LogDomain &domain, const Atom *atom) {
  return {RefusalCode::ExtraTerm,
          atom->kind == Atom::Kind::Group
              ? domain.toFormula(atom->operands.front())
              : domain.toFormula(atom),
          getRest(domain, atom)};
}

//===----------------------------------------------------------------------===//
// Quotients that do not agree
//===----------------------------------------------------------------------===//

Refusal lse::explainQuotient(LogDomain &domain, ArrayRef<Extent> loops,
                             const Poly *numerator, const Atom *sum) {
  const Poly *body = getExponentialBody(sum)->exponent;
  MLIRContext *context = domain.getNotation().getContext();
  auto refuse = [&](RefusalCode code) {
    return Refusal{code, toExponential(domain, numerator),
                   domain.toFormula(sum)};
  };
  SetVector<Value> numeratorSources = getSources(numerator);
  SetVector<Value> bodySources = getSources(body);

  // The closest reading: an axis for which what is left over is a shift.
  std::optional<Refusal> refusal;
  forEachAxisAssignment(
      domain, loops, sum->axes, sum->positions,
      [&](const DenseMap<AffineExpr, AffineExpr> &map, ArrayRef<int64_t> dims) {
        const Poly *aligned = domain.substitute(body, map);
        const Poly *rest = domain
                               .add(Term{numerator, {}, {}},
                                    domain.scale(Term{aligned, {}, {}}, -1.0))
                               .poly;
        bool isShift = llvm::none_of(
            dims, [&](int64_t dim) { return rest->variesOver(dim); });
        if (isShift)
          refusal = refuse(RefusalCode::ShiftResidual);
        return isShift;
      });
  if (refusal)
    return *refusal;
  if (llvm::none_of(bodySources, [&](Value source) {
        return numeratorSources.contains(source);
      }))
    return refuse(RefusalCode::DifferentLogits);

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
    return refuse(RefusalCode::DifferentLogits);
  for (size_t dim = 0; dim < loops.size() && sum->axes.size() == 1; ++dim) {
    alongDim[getAffineDimExpr(sum->axes.front().position, context)] =
        getAffineDimExpr(dim, context);
    if (!llvm::is_contained(sum->positions, dim) &&
        domain.substitute(body, alongDim) == numerator)
      return refuse(RefusalCode::ShapeUnproven);
  }
  return refuse(RefusalCode::Axis);
}
