//===- LogitExpression.cpp - The logits of a match ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogitExpression.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

namespace {

/// Follows the source from the root of a match to its logits.
class LogitFinder {
public:
  LogitFinder(LogDomain &domain, const SoftmaxMatch &match)
      : domain(domain), notation(domain.getNotation()), match(match) {}

  const ScalarExpr *find() {
    const ScalarExpr *argument = findExponent(
        notation.getDefinition(match.root)->value, /*depth=*/0);
    const ScalarExpr *logit = argument ? strip(argument, /*depth=*/0) : nullptr;
    if (!logit ||
        domain.scale(domain.getTerm(logit), logOfBase).poly != match.logit)
      return nullptr;
    return logOfBase == 1.0 ? logit : scaled(logit, logOfBase);
  }

private:
  static constexpr unsigned maxDepth = 64;

  bool varies(const Poly *poly) {
    return llvm::any_of(match.rowDims,
                        [&](int64_t dim) { return poly->variesOver(dim); });
  }
  bool varies(const ScalarExpr *expr) {
    return varies(domain.getTerm(expr).poly);
  }
  bool hasVaryingExponent(const ScalarExpr *expr) {
    return llvm::any_of(
        domain.getTerm(expr).poly->monomials,
        [&](const Monomial &monomial) { return varies(monomial.exponent); });
  }
  /// What defines the element that `access` reads, in terms of its indices.
  const ScalarExpr *inlined(const ScalarExpr *access) {
    if (!isa<RankedTensorType>(access->source.getType()))
      return nullptr;
    const Definition *definition = notation.getDefinition(access->source);
    return definition ? notation.substitute(definition->value, access->indices)
                      : nullptr;
  }
  const ScalarExpr *withOperands(const ScalarExpr *expr,
                                 ArrayRef<const ScalarExpr *> operands) {
    return notation.getApply(*expr->name, expr->attributes, expr->type,
                             operands);
  }
  const ScalarExpr *findExponent(const ScalarExpr *expr, unsigned depth);
  const ScalarExpr *strip(const ScalarExpr *expr, unsigned depth);
  const ScalarExpr *stripSum(const ScalarExpr *expr, unsigned depth);
  /// `expr * factor`, for exponentials of another base than e.
  const ScalarExpr *scaled(const ScalarExpr *expr, double factor);

  LogDomain &domain;
  IndexNotation &notation;
  const SoftmaxMatch &match;
  /// Logarithm of what is raised to the power that `findExponent` found.
  double logOfBase = 1.0;
};

} // namespace

const ScalarExpr *LogitFinder::scaled(const ScalarExpr *expr, double factor) {
  MLIRContext *context = notation.getContext();
  const ScalarExpr *constant = notation.getConstant(
      cast<TypedAttr>(Attribute(FloatAttr::get(expr->type, factor))));
  return notation.getApply(
      OperationName(arith::MulFOp::getOperationName(), context),
      DictionaryAttr::get(context), expr->type, {expr, constant});
}

const ScalarExpr *LogitFinder::findExponent(const ScalarExpr *expr,
                                            unsigned depth) {
  if (depth > maxDepth)
    return nullptr;
  if (expr->kind == ScalarExpr::Kind::Access) {
    const ScalarExpr *definition = inlined(expr);
    return definition ? findExponent(definition, depth + 1) : nullptr;
  }
  if (expr->isApply("math.exp"))
    return expr->operands[0];
  if (expr->isApply("math.exp2")) {
    logOfBase = std::log(2.0);
    return expr->operands[0];
  }
  if (expr->isApply("arith.divf") || expr->isApply("arith.mulf") ||
      expr->isApply("arith.extf"))
    for (const ScalarExpr *operand : expr->operands)
      if (hasVaryingExponent(operand))
        return findExponent(operand, depth + 1);
  return nullptr;
}

const ScalarExpr *LogitFinder::stripSum(const ScalarExpr *expr,
                                        unsigned depth) {
  const ScalarExpr *left = expr->operands[0], *right = expr->operands[1];
  bool subtracts = expr->isApply("arith.subf");
  if (!varies(right))
    return strip(left, depth + 1);
  const ScalarExpr *strippedRight = strip(right, depth + 1);
  if (!strippedRight)
    return nullptr;
  if (!varies(left)) {
    if (!subtracts)
      return strippedRight;
    return notation.getApply(
        OperationName(arith::NegFOp::getOperationName(), notation.getContext()),
        DictionaryAttr::get(notation.getContext()), expr->type, strippedRight);
  }
  const ScalarExpr *strippedLeft = strip(left, depth + 1);
  return strippedLeft ? withOperands(expr, {strippedLeft, strippedRight})
                      : nullptr;
}

const ScalarExpr *LogitFinder::strip(const ScalarExpr *expr, unsigned depth) {
  if (depth > maxDepth)
    return nullptr;
  bool hasShift = llvm::any_of(
      domain.getTerm(expr).poly->monomials, [&](const Monomial &monomial) {
        return !varies(monomial.exponent) &&
               llvm::none_of(monomial.factors, [&](auto &factor) {
                 return llvm::any_of(match.rowDims, [&](int64_t dim) {
                   return llvm::is_contained(factor.first->positions, dim);
                 });
               });
      });
  if (!hasShift)
    return expr;
  if (expr->kind == ScalarExpr::Kind::Access) {
    const ScalarExpr *definition = inlined(expr);
    return definition ? strip(definition, depth + 1) : nullptr;
  }
  if (expr->isApply("arith.addf") || expr->isApply("arith.subf"))
    return stripSum(expr, depth);
  if (!expr->isApply("arith.mulf") && !expr->isApply("arith.divf") &&
      !expr->isApply("arith.negf") && !expr->isApply("arith.extf"))
    return nullptr;
  // A factor stays; what it multiplies loses its shift.
  SmallVector<const ScalarExpr *> operands;
  for (const ScalarExpr *operand : expr->operands) {
    operands.push_back(varies(operand) ? strip(operand, depth + 1) : operand);
    if (!operands.back())
      return nullptr;
  }
  return withOperands(expr, operands);
}

const ScalarExpr *lse::getLogitExpression(LogDomain &domain,
                                          const SoftmaxMatch &match) {
  return LogitFinder(domain, match).find();
}

//===----------------------------------------------------------------------===//
// Emission
//===----------------------------------------------------------------------===//

static AffineMap getAccessMap(const ScalarExpr *access, unsigned numLoops) {
  return AffineMap::get(numLoops, /*symbolCount=*/0, access->indices,
                        access->source.getContext());
}

LogicalResult lse::collectLogitInputs(const ScalarExpr *expr, unsigned numLoops,
                                      SmallVectorImpl<Value> &inputs,
                                      SmallVectorImpl<AffineMap> &maps) {
  switch (expr->kind) {
  case ScalarExpr::Kind::Constant:
    return success();
  case ScalarExpr::Kind::Access: {
    AffineMap map = getAccessMap(expr, numLoops);
    if (!map.isProjectedPermutation(/*allowZeroInResults=*/true))
      return failure();
    for (auto [input, known] : llvm::zip(inputs, maps))
      if (input == expr->source && known == map)
        return success();
    inputs.push_back(expr->source);
    maps.push_back(map);
    return success();
  }
  case ScalarExpr::Kind::Apply:
    return success(llvm::all_of(expr->operands, [&](auto *operand) {
      return succeeded(collectLogitInputs(operand, numLoops, inputs, maps));
    }));
  case ScalarExpr::Kind::Index:
  case ScalarExpr::Kind::Reduce:
  case ScalarExpr::Kind::Accumulator:
    return failure();
  }
  llvm_unreachable("unknown kind of expression");
}

Value lse::emitLogit(OpBuilder &builder, Location loc, const ScalarExpr *expr,
                     unsigned numLoops, ArrayRef<Value> inputs,
                     ArrayRef<AffineMap> maps, ValueRange arguments) {
  switch (expr->kind) {
  case ScalarExpr::Kind::Constant:
    return arith::ConstantOp::create(builder, loc, expr->constant);
  case ScalarExpr::Kind::Access: {
    AffineMap map = getAccessMap(expr, numLoops);
    for (auto [input, known, argument] : llvm::zip(inputs, maps, arguments))
      if (input == expr->source && known == map)
        return argument;
    break;
  }
  case ScalarExpr::Kind::Apply: {
    OperationState state(loc, *expr->name);
    for (const ScalarExpr *operand : expr->operands)
      state.operands.push_back(emitLogit(builder, loc, operand, numLoops,
                                         inputs, maps, arguments));
    state.addTypes(expr->type);
    state.addAttributes(expr->attributes.getValue());
    return builder.create(state)->getResult(0);
  }
  case ScalarExpr::Kind::Index:
  case ScalarExpr::Kind::Reduce:
  case ScalarExpr::Kind::Accumulator:
    break;
  }
  llvm_unreachable("not collected as part of a logit");
}
