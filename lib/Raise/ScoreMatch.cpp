//===- ScoreMatch.cpp - Are these logits made of a score? -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScoreMatch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::lse;

const ScalarExpr *lse::getSummedProduct(const ScalarExpr *expr) {
  bool isSum = expr->kind == ScalarExpr::Kind::Reduce &&
               expr->reduction == ReductionKind::Sum;
  const ScalarExpr *body = isSum ? skipWidening(expr->operands.front()) : expr;
  return isSum && body->isApply("arith.mulf") ? body : nullptr;
}

const ScalarExpr *ScoreMatcher::multiply(const ScalarExpr *a,
                                         const ScalarExpr *b) {
  MLIRContext *context = notation.getContext();
  DictionaryAttr none = DictionaryAttr::get(context);
  if (a->type != b->type)
    b = notation.getApply(
        OperationName(arith::ExtFOp::getOperationName(), context), none,
        a->type, b);
  return notation.getApply(
      OperationName(arith::MulFOp::getOperationName(), context), none, a->type,
      {a, b});
}

SmallVector<const ScalarExpr *>
ScoreMatcher::takeFactors(const ScalarExpr *product, ArrayRef<BoundAxis> axes,
                          const ScalarExpr *&others) {
  SmallVector<const ScalarExpr *> factors, worklist = {product};
  for (unsigned step = 0; !worklist.empty() && step < maxSteps; ++step) {
    const ScalarExpr *factor = worklist.pop_back_val();
    if (factor->isApply("arith.mulf") && factor->type == product->type)
      llvm::append_range(worklist, llvm::reverse(factor->operands));
    else if (domain.getTerm(factor).poly->variesOver(axes))
      factors.push_back(factor);
    else
      others = others ? multiply(others, factor) : factor;
  }
  return factors;
}

const ScalarExpr *ScoreMatcher::tryScore(const ScalarExpr *sum,
                                         AttentionParts &result) {
  const ScalarExpr *product = getSummedProduct(sum);
  if (!product)
    return nullptr;
  const ScalarExpr *others = nullptr;
  SmallVector<const ScalarExpr *> factors =
      takeFactors(product, sum->axes, others);
  others = others ? sources.readSources(others) : nullptr;
  if (others && factors.size() == 2) {
    product = notation.getApply(*product->name, product->attributes,
                                product->type, factors);
    sum = notation.getReduce(ReductionKind::Sum, /*ignoresNaN=*/false, product,
                             sum->axes);
  }
  unsigned numLoops = parts.getNumLoops();
  product = sources.bindAxes(product, sum->axes);
  // Numbers that queries or keys are multiplied by multiply the score instead:
  // what is read then is what they were copied, repeated or transposed from. A
  // narrower score might overflow without them.
  bool isWide =
      sum->type == product->type && sum->type.getIntOrFloatBitWidth() >= 32;
  APFloat one(cast<FloatType>(product->type).getFloatSemantics(), 1);
  APFloat scale = one;
  APFloat *taken = isWide ? &scale : nullptr;
  const ScalarExpr *query = sources.findSource(product->operands[0], taken);
  const ScalarExpr *key = sources.findSource(product->operands[1], taken);
  llvm::SmallBitVector ofScore =
      sources.getPartsOfLoops(numLoops, parts.getNumLoops());
  llvm::SmallBitVector ofKeys =
      sources.getPartsOfLoops(firstKeyLoop, lastKeyLoop);
  if (query && key && sources.getPartsOf(query).anyCommon(ofKeys))
    std::swap(query, key);
  bool isScore = query && key && ofScore.any() &&
                 !sources.getPartsOf(query).anyCommon(ofKeys) &&
                 ofKeys.subsetOf(sources.getPartsOf(key)) &&
                 ofScore.subsetOf(sources.getPartsOf(key)) &&
                 ofScore.subsetOf(sources.getPartsOf(query));
  if (!isScore) {
    if (!parts.needsRestart())
      parts.dropLoops(numLoops);
    return nullptr;
  }
  result.query = query;
  result.key = key;
  result.score = sum;
  result.scoreLoops.clear();
  for (int part : ofScore.set_bits())
    result.scoreLoops.push_back(part);
  if (scale != one) {
    const ScalarExpr *number = notation.getConstant(
        cast<TypedAttr>(Attribute(FloatAttr::get(product->type, scale))));
    others = others ? multiply(others, number) : number;
  }
  return others ? multiply(sum, others) : sum;
}

const ScalarExpr *ScoreMatcher::match(const ScalarExpr *logit,
                                      AttentionParts &result) {
  if (++steps > maxSteps)
    return nullptr;
  switch (logit->kind) {
  case ScalarExpr::Kind::Reduce:
    return tryScore(logit, result);
  case ScalarExpr::Kind::Access: {
    // What is raised itself is a value of its own.
    if (!isa<RankedTensorType>(logit->source.getType()) ||
        getMatch(logit->source))
      return nullptr;
    const ScalarExpr *origin = sources.getOrigin(logit);
    return origin ? match(origin, result) : nullptr;
  }
  case ScalarExpr::Kind::Apply:
    break;
  default:
    return nullptr;
  }
  SmallVector<const ScalarExpr *> operands;
  bool isFound = false;
  for (const ScalarExpr *operand : logit->operands) {
    const ScalarExpr *found = isFound ? nullptr : match(operand, result);
    isFound |= found != nullptr;
    if (!found)
      found = sources.readSources(operand);
    if (!found)
      return nullptr;
    operands.push_back(found);
  }
  return isFound ? notation.getApply(*logit->name, logit->attributes,
                                     logit->type, operands)
                 : nullptr;
}
