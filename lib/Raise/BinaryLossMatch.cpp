//===- BinaryLossMatch.cpp - Is this value linear in log-sigmoids? --------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BinaryLossMatch.h"
#include "LogSigmoid.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

namespace {

/// A sum of weights, as the source computes them; null while it is empty.
using WeightSum = const ScalarExpr *;

class BinaryLossMatcher {
public:
  BinaryLossMatcher(LogDomain &domain, Value root)
      : domain(domain), notation(domain.getNotation()),
        context(notation.getContext()), root(root) {}

  std::optional<RowMatch> match();

private:
  //===--- The logit -----------------------------------------------------===//
  const ScalarExpr *inlined(const ScalarExpr *expr) {
    return inlineAccess(notation, expr);
  }
  /// 1 or -1 if `poly` is the logit or minus that, else 0.
  int getSign(const Poly *poly);

  /// What `expr` is sums of, over `axes`, and negations and multiples of;
  /// `factor` is multiplied by these.
  const ScalarExpr *findBody(const ScalarExpr *expr, double &factor);

  //===--- The sum -------------------------------------------------------===//
  /// Adds `expr` times `weight`, which is null for 1; false if it is more than
  /// weights times log-sigmoids.
  bool add(const ScalarExpr *expr, const ScalarExpr *weight);
  bool addApply(const ScalarExpr *expr, const ScalarExpr *weight);
  bool addProduct(const ScalarExpr *expr, const ScalarExpr *weight);
  /// Adds the logarithm of `argument`, plus 1 if `isPlusOne`.
  bool addLogarithm(const ScalarExpr *argument, bool isPlusOne,
                    const ScalarExpr *weight);
  /// Adds log(1 + exp(`exponent`)).
  bool addSoftplus(const Poly *exponent, const ScalarExpr *weight);
  /// Adds a maximum or minimum of the logit, of either sign, and 0.
  bool addBounded(const ScalarExpr *expr, const ScalarExpr *weight);
  /// True if `expr` is computed from logarithms or is the logit.
  bool isOfLogit(const ScalarExpr *expr);
  /// True if `expr` is a logarithm of what has an exponential in it.
  bool isLogarithm(const ScalarExpr *expr);
  /// The comparison by which `expr` chooses; null if it does not.
  const ScalarExpr *getComparison(const ScalarExpr *expr);
  /// The choice of `expr` that is the same whatever the condition is, because
  /// the other one is NaN where the logit is; null if it is no such choice.
  const ScalarExpr *skipNaNTest(const ScalarExpr *expr);

  //===--- Weights -------------------------------------------------------===//
  const ScalarExpr *apply(StringRef name, ArrayRef<const ScalarExpr *> operands,
                          Type type);
  const ScalarExpr *number(double value);
  const ScalarExpr *convert(const ScalarExpr *expr);
  const ScalarExpr *negated(const ScalarExpr *weight);
  void addTo(WeightSum &sum, const ScalarExpr *weight);
  Term getTerm(WeightSum sum) {
    return sum ? domain.getTerm(sum) : domain.getConstant(0.0);
  }
  /// `poly` written anew if it is simple, or else `fallback`.
  const ScalarExpr *simplified(const Poly *poly, const ScalarExpr *fallback);

  /// Longer expressions are given up.
  static constexpr unsigned maxSteps = 128;

  LogDomain &domain;
  IndexNotation &notation;
  MLIRContext *context;
  Value root;
  const ScalarExpr *logit = nullptr;
  const Poly *logitPoly = nullptr, *negatedPoly = nullptr;
  SmallVector<BoundAxis> axes;
  WeightSum softplus = nullptr, linear = nullptr, positive = nullptr;
  bool isStable = true;
  unsigned steps = 0;
  DenseMap<const ScalarExpr *, bool> knownToBeOfLogit;
};

} // namespace

int BinaryLossMatcher::getSign(const Poly *poly) {
  return poly == logitPoly ? 1 : poly == negatedPoly ? -1 : 0;
}

//===----------------------------------------------------------------------===//
// Logarithms
//===----------------------------------------------------------------------===//

bool BinaryLossMatcher::addLogarithm(const ScalarExpr *argument, bool isPlusOne,
                                     const ScalarExpr *weight) {
  Term term = domain.getTerm(argument);
  if (isPlusOne)
    term = domain.add(term, domain.getConstant(1.0));
  std::optional<Softplus> softplus = readLogarithm(domain, term.poly);
  return softplus &&
         addSoftplus(softplus->exponent,
                     softplus->isNegated ? negated(weight) : weight);
}

bool BinaryLossMatcher::addSoftplus(const Poly *exponent,
                                    const ScalarExpr *weight) {
  if (int sign = getSign(exponent)) {
    isStable = false;
    addTo(softplus, weight);
    if (sign < 0)
      addTo(linear, negated(weight));
    return true;
  }
  // -|x|.
  if (exponent->monomials.size() != 1)
    return false;
  const Monomial &monomial = exponent->monomials.front();
  const Atom *magnitude =
      monomial.factors.size() == 1 ? monomial.factors.front().first : nullptr;
  if (!magnitude || monomial.coefficient != -1.0 ||
      monomial.factors.front().second != 1 || !monomial.exponent->isZero() ||
      magnitude->kind != Atom::Kind::Apply ||
      magnitude->name->getStringRef() != "math.absf" ||
      getSign(magnitude->operands.front()) == 0)
    return false;
  addTo(softplus, weight);
  addTo(positive, negated(weight));
  return true;
}

//===----------------------------------------------------------------------===//
// The sum
//===----------------------------------------------------------------------===//

bool BinaryLossMatcher::isLogarithm(const ScalarExpr *expr) {
  return (expr->isApply("math.log") || expr->isApply("math.log1p")) &&
         findExponentialArgument(domain, expr->operands[0]);
}

bool BinaryLossMatcher::isOfLogit(const ScalarExpr *expr) {
  auto [it, isNew] = knownToBeOfLogit.try_emplace(expr, false);
  if (!isNew || ++steps > maxSteps)
    return it->second;
  bool answer = getSign(domain.getTerm(expr).poly) != 0 || isLogarithm(expr);
  if (!answer && expr->kind == ScalarExpr::Kind::Access) {
    const ScalarExpr *definition = notation.getDefinition(expr);
    answer = definition && isOfLogit(definition);
  } else if (!answer) {
    answer = llvm::any_of(expr->operands, [&](const ScalarExpr *operand) {
      return isOfLogit(operand);
    });
  }
  return knownToBeOfLogit[expr] = answer;
}

/// The order that a bound of two operands chooses by.
static std::optional<bool> isMaximum(const ScalarExpr *expr) {
  StringRef name = expr->name->getStringRef();
  if (name == "arith.maximumf" || name == "arith.maxnumf")
    return true;
  if (name == "arith.minimumf" || name == "arith.minnumf")
    return false;
  return std::nullopt;
}

bool BinaryLossMatcher::addBounded(const ScalarExpr *expr,
                                   const ScalarExpr *weight) {
  const ScalarExpr *a = nullptr, *b = nullptr;
  std::optional<bool> chooses = isMaximum(expr);
  if (chooses) {
    a = expr->operands[0];
    b = expr->operands[1];
  } else if (const ScalarExpr *compare = getComparison(expr)) {
    a = expr->operands[1];
    b = expr->operands[2];
    auto compares = [&](const ScalarExpr *left, const ScalarExpr *right) {
      return domain.getTerm(compare->operands[0]).poly ==
                 domain.getTerm(left).poly &&
             domain.getTerm(compare->operands[1]).poly ==
                 domain.getTerm(right).poly;
    };
    bool isSame = compares(a, b), isSwapped = compares(b, a);
    using P = arith::CmpFPredicate;
    auto predicate = static_cast<P>(
        cast<IntegerAttr>(compare->attributes.get("predicate")).getInt());
    bool isGreater = predicate == P::OGT || predicate == P::OGE ||
                     predicate == P::UGT || predicate == P::UGE;
    bool isLess = predicate == P::OLT || predicate == P::OLE ||
                  predicate == P::ULT || predicate == P::ULE;
    if ((isSame || isSwapped) && (isGreater || isLess))
      chooses = isGreater == isSame;
  }
  if (!chooses)
    return false;
  if (isNumber(domain, a, 0.0))
    std::swap(a, b);
  int sign = getSign(domain.getTerm(a).poly);
  if (sign == 0 || !isNumber(domain, b, 0.0))
    return false;
  // max(x, 0); min(x, 0) = x - max(x, 0); max(-x, 0) = max(x, 0) - x;
  // min(-x, 0) = -max(x, 0).
  addTo(positive, *chooses ? weight : negated(weight));
  if (*chooses != (sign > 0))
    addTo(linear, *chooses ? negated(weight) : weight);
  return true;
}

const ScalarExpr *BinaryLossMatcher::getComparison(const ScalarExpr *expr) {
  if (!expr->isApply("arith.select"))
    return nullptr;
  const ScalarExpr *condition = inlined(expr->operands[0]);
  return condition->isApply("arith.cmpf") ? condition : nullptr;
}

const ScalarExpr *BinaryLossMatcher::skipNaNTest(const ScalarExpr *expr) {
  const ScalarExpr *compare = getComparison(expr);
  if (!compare)
    return nullptr;
  using P = arith::CmpFPredicate;
  auto predicate = static_cast<P>(
      cast<IntegerAttr>(compare->attributes.get("predicate")).getInt());
  bool isNaNTest = predicate == P::UNO || predicate == P::UNE;
  bool isNumberTest = predicate == P::ORD || predicate == P::OEQ;
  const Poly *tested = domain.getTerm(compare->operands[0]).poly;
  const ScalarExpr *otherwise = expr->operands[isNaNTest ? 1 : 2];
  bool isRedundant = (isNaNTest || isNumberTest) && getSign(tested) != 0 &&
                     domain.getTerm(compare->operands[1]).poly == tested &&
                     getSign(domain.getTerm(otherwise).poly) != 0;
  return isRedundant ? expr->operands[isNaNTest ? 2 : 1] : nullptr;
}

bool BinaryLossMatcher::addProduct(const ScalarExpr *expr,
                                   const ScalarExpr *weight) {
  bool isQuotient = expr->isApply("arith.divf");
  unsigned ofLogit = isOfLogit(expr->operands[0]) ? 0 : 1;
  const ScalarExpr *factor = expr->operands[1 - ofLogit];
  if (isOfLogit(factor) || (isQuotient && ofLogit == 1))
    return false;
  const ScalarExpr *product = convert(factor);
  if (product && isQuotient)
    product = apply(arith::DivFOp::getOperationName(),
                    {weight ? weight : number(1.0), product}, logit->type);
  else if (product && weight)
    product = apply(arith::MulFOp::getOperationName(), {weight, product},
                    logit->type);
  return product && add(expr->operands[ofLogit], product);
}

bool BinaryLossMatcher::addApply(const ScalarExpr *expr,
                                 const ScalarExpr *weight) {
  if (isLogarithm(expr))
    return addLogarithm(expr->operands[0], expr->isApply("math.log1p"), weight);
  if (const ScalarExpr *chosen = skipNaNTest(expr))
    return add(chosen, weight);
  if (addBounded(expr, weight))
    return true;
  if (expr->isApply("arith.negf"))
    return add(expr->operands[0], negated(weight));
  if (expr->isApply("arith.mulf") || expr->isApply("arith.divf"))
    return addProduct(expr, weight);
  if (expr->isApply("arith.extf") || expr->isApply("arith.truncf"))
    return add(expr->operands[0], weight);
  bool isDifference = expr->isApply("arith.subf");
  if (!isDifference && !expr->isApply("arith.addf"))
    return false;
  for (unsigned place : {0, 1}) {
    const ScalarExpr *operand = expr->operands[place];
    if (!isOfLogit(operand) && isNumber(domain, operand, 0.0))
      continue;
    if (!add(operand, isDifference && place == 1 ? negated(weight) : weight))
      return false;
  }
  return true;
}

bool BinaryLossMatcher::add(const ScalarExpr *expr, const ScalarExpr *weight) {
  if (++steps > maxSteps || !isOfLogit(expr))
    return false;
  if (int sign = getSign(domain.getTerm(expr).poly)) {
    addTo(linear, sign > 0 ? weight : negated(weight));
    return true;
  }
  if (expr->kind == ScalarExpr::Kind::Apply)
    return addApply(expr, weight);
  const ScalarExpr *definition = inlined(expr);
  return expr->kind == ScalarExpr::Kind::Access && definition != expr &&
         add(definition, weight);
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

const ScalarExpr *
BinaryLossMatcher::apply(StringRef name, ArrayRef<const ScalarExpr *> operands,
                         Type type) {
  return notation.getApply(OperationName(name, context),
                           DictionaryAttr::get(context), type, operands);
}

const ScalarExpr *BinaryLossMatcher::number(double value) {
  return notation.getConstant(
      cast<TypedAttr>(Attribute(FloatAttr::get(logit->type, value))));
}

/// `expr` in the type of the logit; null if that takes more than one step.
const ScalarExpr *BinaryLossMatcher::convert(const ScalarExpr *expr) {
  if (expr->type == logit->type)
    return expr;
  unsigned from = expr->type.getIntOrFloatBitWidth();
  unsigned to = logit->type.getIntOrFloatBitWidth();
  if (!isa<FloatType>(expr->type) || from == to)
    return nullptr;
  return apply(from < to ? arith::ExtFOp::getOperationName()
                         : arith::TruncFOp::getOperationName(),
               expr, logit->type);
}

const ScalarExpr *BinaryLossMatcher::negated(const ScalarExpr *weight) {
  if (!weight)
    return number(-1.0);
  if (weight->isApply("arith.negf"))
    return weight->operands[0];
  return apply(arith::NegFOp::getOperationName(), weight, logit->type);
}

void BinaryLossMatcher::addTo(WeightSum &sum, const ScalarExpr *weight) {
  if (!weight)
    weight = number(1.0);
  sum =
      sum ? apply(arith::AddFOp::getOperationName(), {sum, weight}, logit->type)
          : weight;
}

const ScalarExpr *BinaryLossMatcher::simplified(const Poly *poly,
                                                const ScalarExpr *fallback) {
  constexpr size_t maxMonomials = 4;
  const ScalarExpr *sum = nullptr;
  if (poly->monomials.size() > maxMonomials)
    return fallback;
  for (const Monomial &monomial : poly->monomials) {
    if (!monomial.exponent->isZero())
      return fallback;
    const ScalarExpr *product = nullptr;
    for (auto [atom, power] : monomial.factors) {
      if (atom->kind != Atom::Kind::Element || power != 1)
        return fallback;
      const ScalarExpr *element =
          isa<RankedTensorType>(atom->source.getType())
              ? notation.getAccess(atom->source, atom->indices)
              : nullptr;
      if (!element || element->type != logit->type)
        return fallback;
      product = product ? apply(arith::MulFOp::getOperationName(),
                                {product, element}, logit->type)
                        : element;
    }
    if (!product)
      product = number(monomial.coefficient);
    else if (monomial.coefficient == -1.0)
      product = apply(arith::NegFOp::getOperationName(), product, logit->type);
    else if (monomial.coefficient != 1.0)
      product = apply(arith::MulFOp::getOperationName(),
                      {product, number(monomial.coefficient)}, logit->type);
    sum = sum ? apply(arith::AddFOp::getOperationName(), {sum, product},
                      logit->type)
              : product;
  }
  return sum ? sum : number(0.0);
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

const ScalarExpr *BinaryLossMatcher::findBody(const ScalarExpr *expr,
                                              double &factor) {
  auto getNumber = [&](const ScalarExpr *operand) {
    return domain.getTerm(operand).poly->getNumber();
  };
  for (unsigned step = 0; step < maxSteps; ++step) {
    const ScalarExpr *part = inlined(expr);
    bool isQuotient = part->isApply("arith.divf");
    if (part->kind == ScalarExpr::Kind::Reduce &&
        part->reduction == ReductionKind::Sum) {
      llvm::append_range(axes, part->axes);
      expr = part->operands[0];
    } else if (part->isApply("arith.negf")) {
      factor = -factor;
      expr = part->operands[0];
    } else if (isQuotient || part->isApply("arith.mulf")) {
      bool isFirst = !isQuotient && getNumber(part->operands[0]);
      std::optional<double> number = getNumber(part->operands[!isFirst]);
      if (!number || *number == 0.0 || !std::isfinite(*number))
        return part;
      factor = isQuotient ? factor / *number : factor * *number;
      expr = part->operands[isFirst];
    } else if (part != expr && part->kind == ScalarExpr::Kind::Access) {
      expr = part;
    } else {
      return part;
    }
  }
  return expr;
}

std::optional<RowMatch> BinaryLossMatcher::match() {
  const Definition *definition = notation.getDefinition(root);
  if (!definition || definition->value->kind == ScalarExpr::Kind::Access ||
      !hasLogSigmoid(domain, domain.getTerm(root).poly))
    return std::nullopt;
  double factor = 1.0;
  const ScalarExpr *body = findBody(definition->value, factor);
  logit = findBinaryLogit(domain, body);
  if (!logit || !isa<FloatType>(logit->type))
    return std::nullopt;
  logitPoly = domain.getTerm(logit).poly;
  negatedPoly = domain.scale(domain.getTerm(logit), -1.0).poly;
  const ScalarExpr *weight = factor < 0.0 ? number(-1.0) : nullptr;
  if (!add(body, weight) || !getTerm(positive).poly->isZero() || !linear ||
      !softplus)
    return std::nullopt;
  // a log(1 + exp(x)) + b x = -b log(1 + exp(-x)) + (a + b) log(1 + exp(x)).
  const ScalarExpr *ofClass = negated(linear);
  const ScalarExpr *ofOther =
      apply(arith::AddFOp::getOperationName(), {softplus, linear}, logit->type);
  Term termOfClass = domain.getTerm(ofClass);
  Term termOfOther = domain.getTerm(ofOther);
  // A weight that is a number is that of a log-sigmoid, which is no loss.
  if (termOfClass.poly->getNumber() || termOfOther.poly->getNumber())
    return std::nullopt;
  ofClass = simplified(termOfClass.poly, ofClass);
  ofOther = simplified(termOfOther.poly, ofOther);

  RowMatch result;
  result.root = root;
  result.kind = ResultKind::Loss;
  result.name =
      OperationName(BinaryCrossEntropyOp::getOperationName(), context);
  result.isShifted = isStable;
  result.factor = std::abs(factor);
  int64_t rank = cast<RankedTensorType>(root.getType()).getRank();
  for (int64_t dim = 0; dim < rank; ++dim)
    result.loops.push_back(notation.getExtent(root, dim));
  DenseMap<AffineExpr, AffineExpr> map;
  for (const BoundAxis &axis : axes) {
    AffineExpr index = getAffineDimExpr(axis.position, context);
    if (axis.extent.size == 1) {
      map[index] = getAffineConstantExpr(0, context);
      continue;
    }
    result.rowLoops.push_back(result.loops.size());
    map[index] = getAffineDimExpr(result.loops.size(), context);
    result.loops.push_back(axis.extent);
  }
  result.logitExpression = notation.substitute(logit, map);
  result.logit = domain.getTerm(result.logitExpression).poly;
  result.target = notation.substitute(ofClass, map);
  result.otherTarget = notation.substitute(ofOther, map);
  return result;
}

std::optional<RowMatch> lse::matchBinaryLoss(LogDomain &domain, Value root) {
  return BinaryLossMatcher(domain, root).match();
}
