//===- LogitFinder.cpp - The logits in the source's own words -------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogitFinder.h"
#include "LargerCopies.h"
#include "ShiftSafety.h"
#include "SourceMasks.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

namespace {

/// Follows the source from the root of a match to its logits.
class LogitFinder {
public:
  LogitFinder(LogDomain &domain, RowMatch &match)
      : domain(domain), notation(domain.getNotation()), match(match),
        masks(domain, match) {}

  LogicalResult find(const ScalarExpr *root);
  /// Takes the logits that the algebra has found, where the source computes
  /// their exponentials in other words, if they are elements of a tensor.
  LogicalResult findElement();
  LogicalResult findSummed();

private:
  static constexpr unsigned maxDepth = 64;
  /// In unreachable code a value may come from itself.
  static constexpr unsigned maxSteps = 256;

  bool varies(const ScalarExpr *expr) {
    return match.variesAlongRow(domain.getTerm(expr).poly);
  }
  /// True if `expr` holds an exponential that varies along a row.
  bool hasVaryingExponential(const ScalarExpr *expr) {
    return llvm::any_of(domain.expand(domain.getTerm(expr)).poly->monomials,
                        [&](const Monomial &monomial) {
                          return match.variesAlongRow(monomial.exponent) &&
                                 !isMaskOnly(monomial.exponent);
                        });
  }
  static bool isMaskOnly(const Poly *exponent) {
    return llvm::all_of(exponent->monomials,
                        [](const Monomial &part) { return part.isMask(); });
  }
  bool hasLoggedSum(const ScalarExpr *expr) {
    return LogDomain::hasLoggedSum(domain.expand(domain.getTerm(expr)).poly);
  }
  bool hasSum(const ScalarExpr *expr) {
    return llvm::any_of(domain.expand(domain.getTerm(expr)).poly->monomials,
                        [](const Monomial &monomial) {
                          return llvm::any_of(
                              monomial.factors, [](auto &factor) {
                                return factor.first->kind == Atom::Kind::Sum;
                              });
                        });
  }
  const ScalarExpr *inlined(const ScalarExpr *access) {
    return notation.getDefinition(access);
  }
  static bool isConversion(const ScalarExpr *expr) {
    return expr->isApply("arith.extf") || expr->isApply("arith.truncf") ||
           expr->isApply("math.absf");
  }

  /// The argument of the exponential that `expr` is a multiple of.
  const ScalarExpr *findExponent(const ScalarExpr *expr, unsigned depth);
  const ScalarExpr *findExponentOfProduct(const ScalarExpr *expr,
                                          unsigned depth);
  const ScalarExpr *findExponentOfSelect(const ScalarExpr *expr,
                                         unsigned depth);
  /// The logits from which `expr` subtracts a logarithm.
  const ScalarExpr *findMinuend(const ScalarExpr *expr, unsigned depth);
  /// The argument of the exponentials whose logged sum is a part of `expr`, or,
  /// once `pastLog`, whose sum `expr` is.
  const ScalarExpr *findSummand(const ScalarExpr *expr, bool pastLog,
                                unsigned depth);
  const ScalarExpr *bindAxes(const ScalarExpr *reduce);

  /// `expr`, then what is left of it when the addends that do not vary along a
  /// row are taken away one after the other, as long as they are what is added
  /// last. A shift further inside stays: taking it from under a product or
  /// another sum would round the large logits it keeps small.
  SmallVector<const ScalarExpr *> stripShifts(const ScalarExpr *expr,
                                              bool onlySafe);
  /// True if the operation computes as well without the addend `shift` if it
  /// has what is left, `rest`.
  bool mayBeDropped(const ScalarExpr *shift, const ScalarExpr *rest);
  const ScalarExpr *negated(const ScalarExpr *expr);
  /// `expr * factor`, for exponentials of another base than e.
  const ScalarExpr *scaled(const ScalarExpr *expr, double factor);
  /// The argument that was found as a logit of the natural exponential; null if
  /// there is none.
  const ScalarExpr *toLogit(const ScalarExpr *argument);
  /// The term of the logit that `argument` is, in exact arithmetic: the factor
  /// of another base is rounded when it is computed.
  Term getLogitTerm(const ScalarExpr *argument);
  bool tryShift(const ScalarExpr *argument);

  LogDomain &domain;
  IndexNotation &notation;
  RowMatch &match;
  /// Logarithm of what is raised to the power that `findExponent` found.
  double logOfBase = 1.0;
  SourceMasks masks;
};

} // namespace

//===----------------------------------------------------------------------===//
// Expressions made anew
//===----------------------------------------------------------------------===//

const ScalarExpr *LogitFinder::scaled(const ScalarExpr *expr, double factor) {
  MLIRContext *context = notation.getContext();
  const ScalarExpr *constant = notation.getConstant(
      cast<TypedAttr>(Attribute(FloatAttr::get(expr->type, factor))));
  return notation.getApply(
      OperationName(arith::MulFOp::getOperationName(), context),
      DictionaryAttr::get(context), expr->type, {expr, constant});
}

const ScalarExpr *LogitFinder::negated(const ScalarExpr *expr) {
  if (expr->isApply(arith::NegFOp::getOperationName()))
    return expr->operands.front();
  MLIRContext *context = notation.getContext();
  return notation.getApply(
      OperationName(arith::NegFOp::getOperationName(), context),
      DictionaryAttr::get(context), expr->type, expr);
}

const ScalarExpr *LogitFinder::toLogit(const ScalarExpr *argument) {
  const ScalarExpr *logit =
      masks.apply(logOfBase == 1.0 ? argument : scaled(argument, logOfBase));
  if (!logit)
    return nullptr;
  logit = replaceLargerCopies(notation, logit);
  // Sixteen bits are computed in f32 as it is.
  bool isPlain = logit->isApply("arith.extf") && logit->type.isF32() &&
                 logit->operands[0]->kind == ScalarExpr::Kind::Access &&
                 logit->operands[0]->type.getIntOrFloatBitWidth() == 16;
  return isPlain ? logit->operands[0] : logit;
}

//===----------------------------------------------------------------------===//
// From the root to the exponential
//===----------------------------------------------------------------------===//

const ScalarExpr *LogitFinder::findExponentOfProduct(const ScalarExpr *expr,
                                                     unsigned depth) {
  const ScalarExpr *found = nullptr;
  for (const ScalarExpr *operand : expr->operands)
    if (!found && hasVaryingExponential(operand))
      found = operand;
  if (!found)
    return nullptr;
  for (const ScalarExpr *operand : expr->operands)
    if (operand != found)
      if (const ScalarExpr *condition = masks.findCondition(operand))
        masks.add(condition, /*isNegated=*/false, /*isFactor=*/true);
  return findExponent(found, depth + 1);
}

/// True if `expr` is the number 0.
static bool isZero(LogDomain &domain, const ScalarExpr *expr) {
  return domain.getTerm(expr).poly->isZero();
}

const ScalarExpr *LogitFinder::findExponentOfSelect(const ScalarExpr *expr,
                                                    unsigned depth) {
  for (bool keepsFirst : {true, false}) {
    if (!isZero(domain, expr->operands[keepsFirst ? 2 : 1]))
      continue;
    masks.add(expr->operands[0], /*isNegated=*/!keepsFirst, /*isFactor=*/false);
    return findExponent(expr->operands[keepsFirst ? 1 : 2], depth + 1);
  }
  return nullptr;
}

const ScalarExpr *lse::findNaturalExponent(LogDomain &domain,
                                           const ScalarExpr *argument) {
  constexpr unsigned maxSteps = 64;
  const Poly *logit =
      domain.scale(domain.getTerm(argument), std::log(2.0)).poly;
  for (unsigned step = 0; argument && step < maxSteps; ++step) {
    if (argument->kind == ScalarExpr::Kind::Access) {
      argument = domain.getNotation().getDefinition(argument);
      continue;
    }
    if (!argument->isApply("arith.mulf"))
      return nullptr;
    for (const ScalarExpr *factor : argument->operands)
      if (domain.getTerm(factor).poly == logit)
        return factor;
    return nullptr;
  }
  return nullptr;
}

const ScalarExpr *LogitFinder::findExponent(const ScalarExpr *expr,
                                            unsigned depth) {
  if (!expr || depth > maxDepth)
    return nullptr;
  if (expr->kind == ScalarExpr::Kind::Access)
    return findExponent(inlined(expr), depth + 1);
  bool isOfBase2 = expr->isApply("math.exp2");
  if (isOfBase2 || expr->isApply("math.exp")) {
    const ScalarExpr *argument = expr->operands[0];
    const ScalarExpr *natural =
        isOfBase2 ? findNaturalExponent(domain, argument) : argument;
    if (!natural) {
      logOfBase = std::log(2.0);
      return argument;
    }
    // exp(log_softmax(x)): its logits are those of x.
    return hasLoggedSum(natural) ? findMinuend(natural, depth + 1) : natural;
  }
  if (expr->isApply("math.powf")) {
    std::optional<double> base =
        domain.getTerm(expr->operands[0]).poly->getNumber();
    if (!base || *base <= 0.0)
      return nullptr;
    logOfBase = std::log(*base);
    return expr->operands[1];
  }
  if (isConversion(expr))
    return findExponent(expr->operands[0], depth + 1);
  if (expr->isApply("arith.select"))
    return findExponentOfSelect(expr, depth);
  // A product, or whatever else comes to one.
  return findExponentOfProduct(expr, depth);
}

const ScalarExpr *LogitFinder::findMinuend(const ScalarExpr *expr,
                                           unsigned depth) {
  if (!expr || depth > maxDepth)
    return nullptr;
  if (!hasLoggedSum(expr))
    return expr;
  if (expr->kind == ScalarExpr::Kind::Access)
    return findMinuend(inlined(expr), depth + 1);
  if (expr->isApply("math.log"))
    return findExponent(expr->operands[0], depth + 1);
  if (isConversion(expr))
    return findMinuend(expr->operands[0], depth + 1);
  if (expr->isApply("arith.select"))
    return findMinuend(expr->operands[hasLoggedSum(expr->operands[1]) ? 1 : 2],
                       depth + 1);
  if (!expr->isApply("arith.addf") && !expr->isApply("arith.subf"))
    return nullptr;
  bool isLeft = varies(expr->operands[0]);
  if (isLeft == varies(expr->operands[1]))
    return nullptr;
  const ScalarExpr *minuend =
      findMinuend(expr->operands[isLeft ? 0 : 1], depth + 1);
  if (!minuend || isLeft || expr->isApply("arith.addf"))
    return minuend;
  return negated(minuend);
}

const ScalarExpr *LogitFinder::bindAxes(const ScalarExpr *reduce) {
  DenseMap<AffineExpr, AffineExpr> map;
  MLIRContext *context = notation.getContext();
  for (const BoundAxis &axis : reduce->axes) {
    // An axis of extent 1 is no loop: nothing is indexed by it.
    if (axis.extent.size == 1) {
      map[getAffineDimExpr(axis.position, context)] =
          getAffineConstantExpr(0, context);
      continue;
    }
    match.rowLoops.push_back(match.loops.size());
    map[getAffineDimExpr(axis.position, context)] =
        getAffineDimExpr(match.loops.size(), context);
    match.loops.push_back(axis.extent);
  }
  return notation.substitute(reduce->operands[0], map);
}

const ScalarExpr *LogitFinder::findSummand(const ScalarExpr *expr, bool pastLog,
                                           unsigned depth) {
  if (!expr || depth > maxDepth)
    return nullptr;
  if (pastLog && !hasSum(expr))
    return findExponent(expr, depth + 1);
  if (expr->kind == ScalarExpr::Kind::Access)
    return findSummand(inlined(expr), pastLog, depth + 1);
  if (isConversion(expr))
    return findSummand(expr->operands[0], pastLog, depth + 1);
  if (!pastLog && (expr->isApply("math.log") || expr->isApply("math.log2")))
    return findSummand(expr->operands[0], /*pastLog=*/true, depth + 1);
  if (pastLog && expr->kind == ScalarExpr::Kind::Reduce)
    return expr->reduction == ReductionKind::Sum
               ? findSummand(bindAxes(expr), pastLog, depth + 1)
               : nullptr;
  if (expr->kind != ScalarExpr::Kind::Apply)
    return nullptr;
  // One operand has the sum; what the others add is checked in the end.
  for (const ScalarExpr *operand : expr->operands)
    if (pastLog ? hasSum(operand) : hasLoggedSum(operand))
      return findSummand(operand, pastLog, depth + 1);
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Shifts
//===----------------------------------------------------------------------===//

bool LogitFinder::mayBeDropped(const ScalarExpr *shift,
                               const ScalarExpr *rest) {
  // The maximum of a row with a bias is a sum of the bias and a maximum.
  match.logitExpression = rest;
  return llvm::all_of(
      domain.getTerm(shift).poly->monomials, [&](const Monomial &monomial) {
        return monomial.exponent->isZero() &&
               llvm::all_of(monomial.factors, [&](auto &factor) {
                 return classifyShift(domain, match, factor.first) !=
                        ShiftKind::Foreign;
               });
      });
}

SmallVector<const ScalarExpr *> LogitFinder::stripShifts(const ScalarExpr *expr,
                                                         bool onlySafe) {
  SmallVector<const ScalarExpr *> stages = {expr};
  const ScalarExpr *current = expr;
  // What is widened only afterwards has been rounded once more than without the
  // shift.
  const ScalarExpr *widening = nullptr;
  auto addStage = [&](const ScalarExpr *rest) {
    stages.push_back(widening ? notation.getApply(*widening->name,
                                                  widening->attributes,
                                                  widening->type, rest)
                              : rest);
  };
  for (unsigned step = 0; step < maxSteps; ++step) {
    if (!widening && current->isApply("arith.extf")) {
      widening = current;
      current = current->operands.front();
      continue;
    }
    if (current->kind == ScalarExpr::Kind::Access) {
      // The tensor itself, unless what defines it ends with a shift.
      current = inlined(current);
      if (!current)
        return stages;
      continue;
    }
    bool isSum = current->isApply("arith.addf");
    if (!isSum && !current->isApply("arith.subf"))
      return stages;
    bool isLeft = varies(current->operands[0]);
    if (isLeft == varies(current->operands[1]))
      return stages;
    const ScalarExpr *rest = current->operands[isLeft ? 0 : 1];
    if (onlySafe && !mayBeDropped(current->operands[isLeft ? 1 : 0], rest))
      return stages;
    bool isNegated = !isLeft && !isSum;
    addStage(isNegated ? negated(rest) : rest);
    if (isNegated)
      return stages;
    current = rest;
  }
  return stages;
}

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

LogicalResult LogitFinder::find(const ScalarExpr *root) {
  const ScalarExpr *argument = match.kind == ResultKind::LogProbabilities
                                   ? findMinuend(root, /*depth=*/0)
                                   : findExponent(root, /*depth=*/0);
  // Of the negated log-probabilities what is subtracted is not negated.
  if (argument && match.factor == -1.0)
    argument = negated(argument);
  if (!argument)
    return failure();
  // With another base the argument is scaled, and must be small by then.
  if (logOfBase == 1.0)
    argument = stripShifts(argument, /*onlySafe=*/true).back();
  const ScalarExpr *logit = toLogit(argument);
  if (!logit)
    return failure();
  Term term = getLogitTerm(argument);
  if (domain.getVaryingPart(term.poly, match.rowLoops) !=
      domain.getVaryingPart(match.logit, match.rowLoops))
    return failure();
  match.logitExpression = logit;
  return success();
}

LogicalResult LogitFinder::findElement() {
  const Atom *atom =
      domain.getVaryingPart(match.logit, match.rowLoops)->getSingleAtom();
  if (!atom || atom->kind != Atom::Kind::Element)
    return failure();
  match.logitExpression = notation.getAccess(atom->source, atom->indices);
  return success();
}

Term LogitFinder::getLogitTerm(const ScalarExpr *argument) {
  return masks.apply(domain.scale(domain.getTerm(argument), logOfBase));
}

bool LogitFinder::tryShift(const ScalarExpr *argument) {
  const ScalarExpr *logit = toLogit(argument);
  if (!logit)
    return false;
  SmallVector<BoundAxis> axes;
  for (int64_t loop : match.rowLoops)
    axes.push_back({static_cast<unsigned>(loop), match.loops[loop]});
  Term term = getLogitTerm(argument);
  Term sum = domain.sum(domain.exponential(term), axes);
  Term rest = domain.add(domain.getTerm(match.root),
                         domain.scale(domain.logarithm(sum), -1.0));
  std::optional<double> offset = rest.poly->getNumber();
  if (!offset)
    return false;
  match.logitExpression = logit;
  match.offset = *offset;
  match.logit = domain.getVaryingPart(term.poly, match.rowLoops);
  return true;
}

LogicalResult LogitFinder::findSummed() {
  const ScalarExpr *argument =
      findSummand(notation.getDefinition(match.root)->value, /*pastLog=*/false,
                  /*depth=*/0);
  if (!argument)
    return failure();
  for (const ScalarExpr *stage : stripShifts(argument, /*onlySafe=*/false))
    if (tryShift(stage))
      return success();
  return failure();
}

LogicalResult lse::findLogits(LogDomain &domain, const ScalarExpr *expr,
                              RowMatch &match) {
  LogitFinder finder(domain, match);
  return failed(finder.find(expr)) ? finder.findElement() : success();
}

LogicalResult lse::findSummedLogits(LogDomain &domain, RowMatch &match) {
  return LogitFinder(domain, match).findSummed();
}
