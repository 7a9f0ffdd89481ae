//===- SourceMasks.cpp - Masks around an exponential ----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SourceMasks.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::lse;

bool SourceMasks::contains(const Poly *poly, const Guard &guard) {
  const Atom *mask = domain.getMask(guard).poly->getSingleAtom();
  return llvm::any_of(poly->monomials, [&](const Monomial &monomial) {
    return monomial.getSingleFactor() == mask;
  });
}

void SourceMasks::add(const ScalarExpr *condition, bool isNegated,
                      bool isFactor) {
  Guard guard = domain.getCondition(domain.getTerm(condition).poly);
  guard.isNegated = guard.isNegated != isNegated;
  // Around a quotient a condition may as well be that of a guard, which tells
  // dead rows and is no part of the logits.
  if (!match.logit || contains(match.logit, guard))
    masks.push_back({condition, guard, isFactor});
}

const ScalarExpr *SourceMasks::apply(const ScalarExpr *logit) {
  auto compute = [&](StringRef name, ArrayRef<const ScalarExpr *> operands) {
    MLIRContext *context = notation.getContext();
    return notation.getApply(OperationName(name, context),
                             DictionaryAttr::get(context), logit->type,
                             operands);
  };
  auto number = [&](const APFloat &value) {
    return notation.getConstant(
        cast<TypedAttr>(Attribute(FloatAttr::get(logit->type, value))));
  };
  const auto &semantics = cast<FloatType>(logit->type).getFloatSemantics();
  for (const Mask &mask : masks) {
    if (contains(domain.getTerm(logit).poly, mask.guard))
      continue;
    APFloat infinity = APFloat::getInf(semantics, /*Negative=*/true);
    if (!infinity.isInfinity())
      return nullptr;
    const ScalarExpr *kept =
        mask.isFactor ? number(APFloat::getZero(semantics)) : logit;
    const ScalarExpr *excluded = number(infinity);
    Guard plain = domain.getCondition(domain.getTerm(mask.condition).poly);
    if (plain.isNegated != mask.guard.isNegated)
      std::swap(kept, excluded);
    const ScalarExpr *selected = compute(arith::SelectOp::getOperationName(),
                                         {mask.condition, kept, excluded});
    logit = mask.isFactor
                ? compute(arith::AddFOp::getOperationName(), {logit, selected})
                : selected;
  }
  return logit;
}

const ScalarExpr *SourceMasks::findCondition(const ScalarExpr *factor) {
  constexpr unsigned maxSteps = 64;
  for (unsigned step = 0; factor && step < maxSteps; ++step) {
    if (factor->isApply("arith.uitofp"))
      return factor->operands[0];
    if (factor->isApply("arith.extf") || factor->isApply("arith.truncf") ||
        factor->isApply("math.absf"))
      factor = factor->operands[0];
    else if (factor->kind == ScalarExpr::Kind::Access)
      factor = notation.getDefinition(factor);
    else
      return nullptr;
  }
  return nullptr;
}

Term SourceMasks::apply(Term logit) {
  for (const Mask &mask : masks)
    logit = domain.add(logit, domain.getMask(mask.guard));
  return logit;
}
