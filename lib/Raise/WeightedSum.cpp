//===- WeightedSum.cpp - Log-probabilities in a sum -----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightedSum.h"
#include "LossMatch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/SaveAndRestore.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Expressions made anew
//===----------------------------------------------------------------------===//

const ScalarExpr *WeightedSum::apply(StringRef name, Type type,
                                     ArrayRef<const ScalarExpr *> operands) {
  MLIRContext *context = notation.getContext();
  return notation.getApply(OperationName(name, context),
                           DictionaryAttr::get(context), type, operands);
}

const ScalarExpr *WeightedSum::number(Type type, double value) {
  return notation.getConstant(
      cast<TypedAttr>(Attribute(FloatAttr::get(type, value))));
}

const ScalarExpr *WeightedSum::convert(const ScalarExpr *expr, Type type) {
  unsigned from = expr->type.getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  if (expr->type == type)
    return expr;
  // f16 and bf16 have no conversion in one step.
  if (from == to)
    return convert(convert(expr, Float32Type::get(notation.getContext())),
                   type);
  return apply(from < to ? arith::ExtFOp::getOperationName()
                         : arith::TruncFOp::getOperationName(),
               type, expr);
}

//===----------------------------------------------------------------------===//
// From the value to the log-probabilities
//===----------------------------------------------------------------------===//

const ScalarExpr *WeightedSum::asAccess(const ScalarExpr *gather) {
  const ScalarExpr *&known = accesses[gather];
  if (known)
    return known;
  SmallVector<AffineExpr> indices;
  for (const ScalarExpr *operand : gather->operands) {
    if (operand->kind == ScalarExpr::Kind::Index) {
      indices.push_back(operand->indices.front());
      continue;
    }
    auto [it, isNew] = computedPositions.try_emplace(
        operand, firstComputedPosition + computedPositions.size());
    computedIndices[it->second] = operand;
    indices.push_back(getAffineDimExpr(it->second, notation.getContext()));
  }
  return known = notation.getAccess(gather->source, indices);
}

const ScalarExpr *WeightedSum::withoutGathers(const ScalarExpr *expr) {
  if (expr->kind == ScalarExpr::Kind::Gather)
    return asAccess(expr);
  if (expr->kind != ScalarExpr::Kind::Apply)
    return expr;
  const ScalarExpr *&known = accesses[expr];
  if (known)
    return known;
  SmallVector<const ScalarExpr *> operands;
  for (const ScalarExpr *operand : expr->operands)
    operands.push_back(withoutGathers(operand));
  return accesses[expr] = notation.getApply(*expr->name, expr->attributes,
                                            expr->type, operands);
}

const ScalarExpr *WeightedSum::inlined(const ScalarExpr *expr) {
  return expr->kind == ScalarExpr::Kind::Gather ? asAccess(expr)
                                                : notation.getDefinition(expr);
}

const ScalarExpr *WeightedSum::getLoggedProbability(const ScalarExpr *expr) {
  if (!expr->isApply("math.log"))
    return nullptr;
  const ScalarExpr *argument = expr->operands[0];
  constexpr unsigned mostSteps = 16;
  for (unsigned step = 0; argument && step < mostSteps; ++step) {
    if (argument->isApply("arith.extf") || argument->isApply("arith.truncf")) {
      argument = argument->operands[0];
      continue;
    }
    if (argument->kind != ScalarExpr::Kind::Access &&
        argument->kind != ScalarExpr::Kind::Gather)
      return nullptr;
    const RowMatch *match = known.getMatch(argument->source);
    if (match)
      return match->kind == ResultKind::Probabilities ? argument : nullptr;
    argument = inlined(argument);
  }
  return nullptr;
}

bool WeightedSum::isOfLogs(const ScalarExpr *expr) {
  auto [it, isNew] = knownToBeOfLogs.try_emplace(expr, false);
  if (!isNew || ++steps > maxSteps)
    return it->second;
  bool answer = false;
  if (expr->kind == ScalarExpr::Kind::Access ||
      expr->kind == ScalarExpr::Kind::Gather) {
    // Probabilities are weights, be they exponentials of logarithms.
    if (const RowMatch *match = known.getMatch(expr->source))
      if (match->kind == ResultKind::Probabilities)
        return false;
    answer = known.isOfLogs(expr->source) || findRows(expr->source);
    // A label's logit may be read before the log-sum-exp is there.
    const ScalarExpr *inner = answer ? nullptr : inlined(expr);
    if (inner && (inner->kind == ScalarExpr::Kind::Access ||
                  inner->kind == ScalarExpr::Kind::Gather))
      answer = isOfLogs(inner);
  } else if (getLoggedProbability(expr)) {
    answer = true;
  } else {
    answer = llvm::any_of(expr->operands, [&](const ScalarExpr *operand) {
      return isOfLogs(operand);
    });
  }
  return knownToBeOfLogs[expr] = answer;
}

const ScalarExpr *WeightedSum::getMagnitude(const Weight &weight, Type type) {
  return weight.magnitude ? convert(weight.magnitude, type) : number(type, 1.0);
}

bool WeightedSum::addProduct(const ScalarExpr *expr, Weight weight,
                             ArrayRef<BoundAxis> axes) {
  bool isQuotient = expr->isApply("arith.divf");
  unsigned ofLogs = isOfLogs(expr->operands[0]) ? 0 : 1;
  const ScalarExpr *factor = expr->operands[1 - ofLogs];
  if (isOfLogs(factor) || (isQuotient && ofLogs == 1))
    return false;
  if (axes.empty() && !isBesideOthers &&
      !domain.getTerm(factor).poly->getNumber())
    hasFactorOfAll = true;
  if (isQuotient || weight.magnitude)
    weight.magnitude =
        apply(isQuotient ? arith::DivFOp::getOperationName()
                         : arith::MulFOp::getOperationName(),
              expr->type, {getMagnitude(weight, expr->type), factor});
  else
    weight.magnitude = factor;
  return add(expr->operands[ofLogs], weight, axes);
}

static bool isNaNConstant(const Poly *poly) {
  const Atom *atom = poly->getSingleAtom();
  auto number = atom && atom->kind == Atom::Kind::Constant
                    ? dyn_cast<FloatAttr>(atom->constant)
                    : FloatAttr();
  return number && number.getValue().isNaN();
}

bool WeightedSum::hasFactor(const ScalarExpr *expr, const Poly *factor,
                            unsigned depth) {
  constexpr unsigned maxDepth = 16;
  if (!expr || depth > maxDepth)
    return false;
  auto isIn = [&](const ScalarExpr *part) {
    return domain.getTerm(part).poly == factor ||
           hasFactor(part, factor, depth + 1);
  };
  if (expr->kind == ScalarExpr::Kind::Access)
    return hasFactor(notation.getDefinition(expr), factor, depth + 1);
  if (expr->isApply("arith.mulf"))
    return llvm::any_of(expr->operands, isIn);
  return expr->isApply("arith.select") &&
         llvm::any_of(llvm::drop_begin(expr->operands), isIn);
}

bool WeightedSum::isRedundant(const ScalarExpr *condition, bool whereTrue,
                              const ScalarExpr *other,
                              const ScalarExpr *chosen) {
  while (condition && condition->kind == ScalarExpr::Kind::Access)
    condition = notation.getDefinition(condition);
  if (!condition || !condition->isApply(arith::CmpFOp::getOperationName()))
    return false;
  const Poly *tested = domain.getTerm(condition->operands[0]).poly;
  const Poly *reference = domain.getTerm(condition->operands[1]).poly;
  auto predicate = static_cast<arith::CmpFPredicate>(
      cast<IntegerAttr>(condition->attributes.get("predicate")).getInt());
  bool isEqual = predicate == arith::CmpFPredicate::OEQ;
  if (!isEqual && predicate != arith::CmpFPredicate::UNE)
    return false;
  // Where other is chosen, the factor is 0, or it is NaN.
  bool isZeroTest = reference->isZero() && isEqual == whereTrue;
  bool isNaNTest = reference == tested && isEqual != whereTrue;
  bool isNaN = isNaNConstant(domain.getTerm(other).poly);
  bool isSame = domain.getTerm(other).poly == tested;
  return ((isZeroTest && (isSame || isZero(other))) ||
          (isNaNTest && (isSame || isNaN))) &&
         hasFactor(chosen, tested);
}

bool WeightedSum::isOfWholeSum(const Weight &weight, ArrayRef<BoundAxis> axes) {
  const Poly *poly =
      weight.magnitude ? domain.getTerm(weight.magnitude).poly : nullptr;
  return poly && !poly->getNumber() && !poly->variesOver(axes);
}

bool WeightedSum::addSelection(const ScalarExpr *expr, const Weight &weight,
                               ArrayRef<BoundAxis> axes) {
  const ScalarExpr *condition = expr->operands[0];
  const ScalarExpr *kept = getMagnitude(weight, expr->type);
  // Nothing times the reciprocal of a count of 0 is NaN. A selection alone is
  // the loss, and the count stays outside.
  bool isFactor = isOfWholeSum(weight, axes);
  if (isFactor)
    kept = number(expr->type, 1.0);
  for (bool isFirst : {true, false}) {
    const ScalarExpr *chosen = expr->operands[isFirst ? 1 : 2];
    const ScalarExpr *other = expr->operands[isFirst ? 2 : 1];
    if (!isOfLogs(chosen))
      continue;
    bool isOther = !isOfLogs(other);
    if (isOther && isRedundant(condition, !isFirst, other, chosen))
      return add(chosen, weight, axes);
    if (isFactor && !isBesideOthers)
      return false;
    // A target of NaN makes the loss NaN, as it is for an unknown class.
    bool isNaN = isOther && isNaNConstant(domain.getTerm(other).poly);
    if (isOther && !isNaN && !isZero(other))
      return false;
    double otherwise = isNaN ? std::nan("") : 0.0;
    const ScalarExpr *replaced = number(expr->type, otherwise);
    Weight selected = weight;
    selected.magnitude = apply(
        arith::SelectOp::getOperationName(), expr->type,
        {condition, isFirst ? kept : replaced, isFirst ? replaced : kept});
    if (isFactor)
      selected.magnitude =
          apply(arith::MulFOp::getOperationName(), expr->type,
                {selected.magnitude, getMagnitude(weight, expr->type)});
    if (!add(chosen, selected, axes))
      return false;
  }
  return true;
}

bool WeightedSum::addSum(const ScalarExpr *expr, const Weight &weight,
                         ArrayRef<BoundAxis> axes) {
  // First what ends the search, before it goes on behind the other addend.
  for (const ScalarExpr *addend : expr->operands)
    if (!isOfLogs(addend) && !isZero(addend))
      return false;
  llvm::SaveAndRestore besideOthers(
      isBesideOthers,
      isBesideOthers || llvm::all_of(expr->operands, [&](const auto *addend) {
        return isOfLogs(addend);
      }));
  for (bool isRight : {false, true}) {
    const ScalarExpr *addend = expr->operands[isRight];
    if (!isOfLogs(addend))
      continue;
    bool isSubtracted = isRight && expr->isApply("arith.subf");
    if (!add(addend, isSubtracted ? weight.negated() : weight, axes))
      return false;
  }
  return true;
}

const RowMatch *WeightedSum::findRows(Value source) {
  const RowMatch *match = known.getMatch(source);
  if (!match)
    return known.getLogSumExpOf(source);
  bool isLog = match->kind == ResultKind::LogProbabilities ||
               (match->kind == ResultKind::LogSumExp && match->offset == 0.0 &&
                getLogitTensor(*match));
  return isLog ? match : nullptr;
}

/// What `access` is indexed by along each loop of `logs`.
static SmallVector<AffineExpr> getLoopIndices(const RowMatch &logs,
                                              const ScalarExpr *access) {
  SmallVector<AffineExpr> indices(logs.loops.size());
  bool isResult = access->source == logs.root;
  for (auto [position, index] : llvm::enumerate(access->indices)) {
    AffineExpr loop = isResult ? getAffineDimExpr(position, index.getContext())
                               : logs.logitExpression->indices[position];
    if (auto dim = dyn_cast<AffineDimExpr>(loop))
      indices[dim.getPosition()] = index;
  }
  return indices;
}

bool WeightedSum::addElement(const ScalarExpr *expr, const Weight &weight,
                             ArrayRef<BoundAxis> axes) {
  const RowMatch *match = findRows(expr->source);
  if (!match)
    return add(inlined(expr), weight, axes);
  addElement(expr, match, weight, axes);
  return true;
}

void WeightedSum::addElement(const ScalarExpr *expr, const RowMatch *match,
                             const Weight &weight, ArrayRef<BoundAxis> axes) {
  auto *part = llvm::find_if(
      rows, [&](const WeightedRows &part) { return part.match == match; });
  if (part == rows.end()) {
    rows.push_back({match});
    part = &rows.back();
  }
  if (expr->kind == ScalarExpr::Kind::Gather)
    expr = asAccess(expr);
  bool isLogSumExp =
      match->kind == ResultKind::LogSumExp && expr->source == match->root;
  Type type = weight.magnitude ? weight.magnitude->type : expr->type;
  const ScalarExpr *target = withoutGathers(getMagnitude(weight, type));
  bool isNegated = isLogSumExp != (match->factor < 0.0);
  if (weight.isNegative == isNegated)
    target = apply(arith::NegFOp::getOperationName(), type, target);
  (isLogSumExp ? part->logSumExps : part->contributions)
      .push_back({getLoopIndices(*match, expr), target, llvm::to_vector(axes)});
}

bool WeightedRows::isComplete() const {
  if (match->kind != ResultKind::LogSumExp)
    return true;
  // Each log-sum-exp needs one logit of its row with the same factor.
  if (contributions.size() != 1 || logSumExps.size() != 1)
    return false;
  const Contribution &logit = contributions.front();
  const Contribution &sum = logSumExps.front();
  auto isSelected = [&](int64_t loop) {
    auto dim = dyn_cast_or_null<AffineDimExpr>(logit.indices[loop]);
    return match->loops[loop].size == 1 ||
           (dim && llvm::none_of(logit.axes, [&](const BoundAxis &axis) {
              return axis.position == dim.getPosition();
            }));
  };
  auto isSameRow = [&](size_t loop) {
    return llvm::is_contained(match->rowLoops, int64_t(loop)) ||
           match->loops[loop].size == 1 ||
           logit.indices[loop] == sum.indices[loop];
  };
  return logit.target == sum.target &&
         llvm::all_of(match->rowLoops, isSelected) &&
         llvm::all_of(llvm::seq<size_t>(0, match->loops.size()), isSameRow);
}

bool WeightedSum::add(const ScalarExpr *expr, const Weight &weight,
                      ArrayRef<BoundAxis> axes) {
  if (!expr || ++steps > maxSteps || !isOfLogs(expr))
    return false;
  switch (expr->kind) {
  case ScalarExpr::Kind::Access:
  case ScalarExpr::Kind::Gather:
    return addElement(expr, weight, axes);
  case ScalarExpr::Kind::Reduce: {
    SmallVector<BoundAxis> inside(axes);
    llvm::append_range(inside, expr->axes);
    return expr->reduction == ReductionKind::Sum &&
           add(expr->operands.front(), weight, inside);
  }
  default:
    break;
  }
  if (const ScalarExpr *probability = getLoggedProbability(expr)) {
    addElement(probability, known.getMatch(probability->source), weight, axes);
    return true;
  }
  if (expr->isApply("arith.negf"))
    return add(expr->operands[0], weight.negated(), axes);
  if (expr->isApply("arith.mulf") || expr->isApply("arith.divf"))
    return addProduct(expr, weight, axes);
  if (expr->isApply("arith.select"))
    return addSelection(expr, weight, axes);
  if (expr->isApply("arith.extf") || expr->isApply("arith.truncf"))
    return add(expr->operands[0], weight, axes);
  if (expr->isApply("arith.addf") || expr->isApply("arith.subf"))
    return addSum(expr, weight, axes);
  return false;
}
