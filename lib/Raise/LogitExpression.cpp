//===- LogitExpression.cpp - The logits of a match ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogitExpression.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/DenseSet.h"
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
    const ScalarExpr *argument =
        findExponent(notation.getDefinition(match.root)->value, /*depth=*/0);
    if (!argument)
      return nullptr;
    // With another base the argument is scaled, and must be small by then.
    const ScalarExpr *logit =
        logOfBase == 1.0 ? strip(argument) : scaled(argument, logOfBase);
    Term term = logOfBase == 1.0
                    ? domain.getTerm(logit)
                    : domain.scale(domain.getTerm(argument), logOfBase);
    const Poly *shift =
        domain.add(term, domain.scale(Term{match.logit, {}}, -1.0)).poly;
    return varies(shift) ? nullptr : logit;
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
  const ScalarExpr *findExponent(const ScalarExpr *expr, unsigned depth);
  /// `expr` without the addends that do not vary along a row, as long as they
  /// are what is added last. A shift further inside stays: taking it from
  /// under a product or another sum would round the large logits it keeps
  /// small.
  const ScalarExpr *strip(const ScalarExpr *expr);
  /// True if the operation computes as well without the addend `shift`.
  bool mayBeDropped(const ScalarExpr *shift) {
    return llvm::all_of(
        domain.getTerm(shift).poly->monomials, [&](const Monomial &monomial) {
          return monomial.exponent->isZero() &&
                 llvm::all_of(monomial.factors, [&](auto &factor) {
                   return classifyShift(domain, match, factor.first) !=
                          ShiftKind::Foreign;
                 });
        });
  }
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

const ScalarExpr *LogitFinder::strip(const ScalarExpr *expr) {
  for (const ScalarExpr *current = expr;;) {
    if (current->kind == ScalarExpr::Kind::Access) {
      // The tensor itself, unless what defines it ends with a shift.
      const ScalarExpr *definition = inlined(current);
      if (!definition)
        return expr;
      current = definition;
      continue;
    }
    if (!current->isApply("arith.addf") && !current->isApply("arith.subf"))
      return expr;
    const ScalarExpr *left = current->operands[0];
    const ScalarExpr *right = current->operands[1];
    if (varies(left) == varies(right) ||
        !mayBeDropped(varies(left) ? right : left))
      return expr;
    if (varies(left)) {
      expr = current = left;
      continue;
    }
    if (current->isApply("arith.addf")) {
      expr = current = right;
      continue;
    }
    return notation.getApply(
        OperationName(arith::NegFOp::getOperationName(), notation.getContext()),
        DictionaryAttr::get(notation.getContext()), current->type, right);
  }
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
  // In the order in which the expression reads them.
  DenseSet<const ScalarExpr *> reached;
  SmallVector<const ScalarExpr *> worklist = {expr};
  while (!worklist.empty()) {
    const ScalarExpr *part = worklist.pop_back_val();
    if (!reached.insert(part).second)
      continue;
    llvm::append_range(worklist, llvm::reverse(part->operands));
    if (part->kind == ScalarExpr::Kind::Constant ||
        part->kind == ScalarExpr::Kind::Apply)
      continue;
    if (part->kind != ScalarExpr::Kind::Access)
      return failure();
    AffineMap map = getAccessMap(part, numLoops);
    if (!map.isProjectedPermutation(/*allowZeroInResults=*/true))
      return failure();
    inputs.push_back(part->source);
    maps.push_back(map);
  }
  return success();
}

namespace {

/// Emits each part of an expression once.
class LogitEmitter {
public:
  LogitEmitter(OpBuilder &builder, Location loc, unsigned numLoops,
               ArrayRef<Value> inputs, ArrayRef<AffineMap> maps,
               ValueRange arguments)
      : builder(builder), loc(loc), numLoops(numLoops), inputs(inputs),
        maps(maps), arguments(arguments) {}

  Value emit(const ScalarExpr *expr) {
    Value &value = emitted[expr];
    if (value)
      return value;
    Value created = create(expr);
    return emitted[expr] = created;
  }

private:
  Value create(const ScalarExpr *expr) {
    if (expr->kind == ScalarExpr::Kind::Constant)
      return arith::ConstantOp::create(builder, loc, expr->constant);
    if (expr->kind == ScalarExpr::Kind::Access) {
      AffineMap map = getAccessMap(expr, numLoops);
      for (auto [input, known, argument] : llvm::zip(inputs, maps, arguments))
        if (input == expr->source && known == map)
          return argument;
    }
    assert(expr->kind == ScalarExpr::Kind::Apply && "not collected");
    OperationState state(loc, *expr->name);
    for (const ScalarExpr *operand : expr->operands)
      state.operands.push_back(emit(operand));
    state.addTypes(expr->type);
    state.addAttributes(expr->attributes.getValue());
    return builder.create(state)->getResult(0);
  }

  OpBuilder &builder;
  Location loc;
  unsigned numLoops;
  ArrayRef<Value> inputs;
  ArrayRef<AffineMap> maps;
  ValueRange arguments;
  DenseMap<const ScalarExpr *, Value> emitted;
};

} // namespace

Value lse::emitLogit(OpBuilder &builder, Location loc, const ScalarExpr *expr,
                     unsigned numLoops, ArrayRef<Value> inputs,
                     ArrayRef<AffineMap> maps, ValueRange arguments) {
  return LogitEmitter(builder, loc, numLoops, inputs, maps, arguments)
      .emit(expr);
}
