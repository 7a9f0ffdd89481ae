//===- LossOfGradient.cpp - Is this gradient that of this loss? -----------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LossOfGradient.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Targets as products
//===----------------------------------------------------------------------===//

namespace {

/// A condition: that two integers are equal, or a truth value.
struct Condition {
  const Poly *first, *second;
  bool isNegated;

  bool operator==(const Condition &other) const {
    return first == other.first && second == other.second &&
           isNegated == other.isNegated;
  }
};

/// A factor, and the selections that it is in: where one of these does not hold
/// it is not used, be it infinite or NaN.
struct Factor {
  const Poly *poly;
  SmallVector<Condition> selections;

  /// True if this may stand where `other` does: it is the same, and used
  /// nowhere where that is not.
  bool covers(const Factor &other) const {
    return poly == other.poly &&
           llvm::all_of(other.selections, [&](const Condition &condition) {
             return llvm::is_contained(selections, condition);
           });
  }
};

/// What is multiplied: where a condition does not hold, the product is 0.
struct Product {
  double coefficient = 1.0;
  SmallVector<Condition> conditions;
  SmallVector<Factor> factors, divisors;

  void append(const Product &other) {
    coefficient *= other.coefficient;
    llvm::append_range(conditions, other.conditions);
    llvm::append_range(factors, other.factors);
    llvm::append_range(divisors, other.divisors);
  }
};

/// Takes products apart, whose rows run along some loops.
class ProductReader {
public:
  ProductReader(LogDomain &domain, const RowMatch &rows)
      : domain(domain), notation(domain.getNotation()), rows(rows) {}

  /// What `expr` is the product of. Collects in `rowFactors`, if that is not
  /// null, the largest parts which are the same for all of a row, with the
  /// selections that they are in around them.
  Product read(const ScalarExpr *expr,
               SmallVectorImpl<const ScalarExpr *> *rowFactors = nullptr) {
    Product product;
    add(expr, /*isDivisor=*/false, product, rowFactors);
    return product;
  }

private:
  using Parts = SmallVectorImpl<const ScalarExpr *>;

  void add(const ScalarExpr *expr, bool isDivisor, Product &product,
           Parts *rowFactors);
  void addFactor(const ScalarExpr *expr, bool isDivisor, Product &product);
  /// Adds `expr` if it is chosen instead of 0 by a condition, or is 1 by one.
  bool addSelection(const ScalarExpr *expr, Product &product,
                    Parts *rowFactors);
  Condition getCondition(const ScalarExpr *expr, bool isNegated);
  /// `expr` in the selections that are around it now.
  const ScalarExpr *selected(const ScalarExpr *expr);
  /// What an access to a computed tensor is computed as, or `expr`.
  const ScalarExpr *inlined(const ScalarExpr *expr);
  /// The same of all that `expr` is computed from.
  const ScalarExpr *expanded(const ScalarExpr *expr);
  bool isZero(const ScalarExpr *expr) {
    return domain.getTerm(expr).poly->isZero();
  }

  static constexpr unsigned maxSteps = 256;

  LogDomain &domain;
  IndexNotation &notation;
  const RowMatch &rows;
  DenseMap<const ScalarExpr *, const ScalarExpr *> expansions;
  /// What is around the current part, outermost first: the condition as the
  /// source has it, and whether it must not hold.
  SmallVector<std::pair<const ScalarExpr *, bool>> around;
  unsigned steps = 0;
};

} // namespace

const ScalarExpr *ProductReader::inlined(const ScalarExpr *expr) {
  while (expr->kind == ScalarExpr::Kind::Access && ++steps < maxSteps) {
    const ScalarExpr *definition = notation.getDefinition(expr);
    if (!definition || (definition->kind != ScalarExpr::Kind::Access &&
                        definition->kind != ScalarExpr::Kind::Constant &&
                        definition->kind != ScalarExpr::Kind::Apply))
      return expr;
    expr = definition;
  }
  return expr;
}

const ScalarExpr *ProductReader::expanded(const ScalarExpr *expr) {
  auto [it, isNew] = expansions.try_emplace(expr, expr);
  if (!isNew || ++steps > maxSteps)
    return it->second;
  const ScalarExpr *part = inlined(expr);
  if (part->kind == ScalarExpr::Kind::Apply) {
    SmallVector<const ScalarExpr *> operands;
    for (const ScalarExpr *operand : part->operands)
      operands.push_back(expanded(operand));
    part =
        notation.getApply(*part->name, part->attributes, part->type, operands);
  }
  return expansions[expr] = part;
}

/// An integer as what it is converted from without a change. Positions fit 32
/// bits.
static const ScalarExpr *withoutCasts(const ScalarExpr *expr) {
  auto isUnchanged = [&] {
    if (expr->isApply("arith.extsi"))
      return true;
    bool isPosition = !expr->operands.empty() &&
                      expr->operands[0]->kind == ScalarExpr::Kind::Index;
    return expr->isApply("arith.index_cast") &&
           (expr->type.isIndex() ||
            (isPosition && expr->type.getIntOrFloatBitWidth() >= 32));
  };
  while (isUnchanged())
    expr = expr->operands.front();
  return expr;
}

Condition ProductReader::getCondition(const ScalarExpr *expr, bool isNegated) {
  expr = expanded(expr);
  if (expr->isApply(arith::CmpIOp::getOperationName())) {
    auto predicate = static_cast<arith::CmpIPredicate>(
        cast<IntegerAttr>(expr->attributes.get("predicate")).getInt());
    bool isEqual = predicate == arith::CmpIPredicate::eq;
    if (isEqual || predicate == arith::CmpIPredicate::ne) {
      const Poly *first = domain.getTerm(withoutCasts(expr->operands[0])).poly;
      const Poly *second = domain.getTerm(withoutCasts(expr->operands[1])).poly;
      if (first->id > second->id)
        std::swap(first, second);
      return {first, second, isNegated == isEqual};
    }
  }
  Guard guard = domain.getCondition(domain.getTerm(expr).poly);
  return {guard.condition, nullptr, guard.isNegated != isNegated};
}

const ScalarExpr *ProductReader::selected(const ScalarExpr *expr) {
  MLIRContext *context = notation.getContext();
  for (auto [condition, isNegated] : llvm::reverse(around)) {
    const ScalarExpr *zero = notation.getConstant(
        cast<TypedAttr>(Attribute(FloatAttr::get(expr->type, 0.0))));
    const ScalarExpr *first = isNegated ? zero : expr;
    const ScalarExpr *second = isNegated ? expr : zero;
    expr = notation.getApply(
        OperationName(arith::SelectOp::getOperationName(), context),
        DictionaryAttr::get(context), expr->type, {condition, first, second});
  }
  return expr;
}

bool ProductReader::addSelection(const ScalarExpr *expr, Product &product,
                                 Parts *rowFactors) {
  if (expr->isApply("arith.uitofp") && expr->operands[0]->type.isInteger(1)) {
    product.conditions.push_back(
        getCondition(expr->operands[0], /*isNegated=*/false));
    return true;
  }
  if (!expr->isApply("arith.select"))
    return false;
  for (unsigned chosen : {1, 2}) {
    if (!isZero(expr->operands[3 - chosen]))
      continue;
    bool isNegated = chosen == 2;
    product.conditions.push_back(getCondition(expr->operands[0], isNegated));
    around.push_back({expr->operands[0], isNegated});
    add(expr->operands[chosen], /*isDivisor=*/false, product, rowFactors);
    around.pop_back();
    return true;
  }
  return false;
}

void ProductReader::addFactor(const ScalarExpr *expr, bool isDivisor,
                              Product &product) {
  Term term = domain.getTerm(expr);
  std::optional<double> number = term.poly->getNumber();
  double coefficient = 0.0;
  if (number)
    coefficient = *number;
  else if (!term.poly->isZero())
    coefficient = term.poly->monomials.front().coefficient;
  if (coefficient != 0.0)
    product.coefficient *= isDivisor ? 1.0 / coefficient : coefficient;
  if (number && coefficient != 0.0)
    return;
  // Equal but for a number is equal.
  if (coefficient != 0.0)
    term = domain.scale(term, 1.0 / coefficient);
  Factor factor{term.poly, {}};
  for (auto [condition, isNegated] : around)
    factor.selections.push_back(getCondition(condition, isNegated));
  (isDivisor ? product.divisors : product.factors).push_back(factor);
}

void ProductReader::add(const ScalarExpr *expr, bool isDivisor,
                        Product &product, Parts *rowFactors) {
  const ScalarExpr *factor = withoutMoves(notation, expr);
  if (rowFactors && !isDivisor && !domain.getTerm(factor).poly->getNumber() &&
      !rows.variesAlongRow(domain.getTerm(factor)) &&
      !rows.readsAlongRow(factor)) {
    rowFactors->push_back(selected(factor));
    rowFactors = nullptr;
  }
  const ScalarExpr *part = inlined(expr);
  if (++steps > maxSteps)
    return addFactor(expr, isDivisor, product);
  if (part->isApply("arith.extf"))
    return add(part->operands[0], isDivisor, product, rowFactors);
  if (part->isApply("arith.negf")) {
    product.coefficient = -product.coefficient;
    return add(part->operands[0], isDivisor, product, rowFactors);
  }
  bool isQuotient = part->isApply("arith.divf");
  if (isQuotient || part->isApply("arith.mulf")) {
    add(part->operands[0], isDivisor, product, rowFactors);
    return add(part->operands[1], isDivisor != isQuotient, product, rowFactors);
  }
  if (isDivisor || !addSelection(part, product, rowFactors))
    addFactor(expr, isDivisor, product);
}

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

/// Takes what covers each of `parts` out of `from`; false if one is not there.
static bool takeOut(ArrayRef<Factor> parts, SmallVectorImpl<Factor> &from) {
  return llvm::all_of(parts, [&](const Factor &part) {
    auto *it = llvm::find_if(
        from, [&](const Factor &factor) { return factor.covers(part); });
    if (it == from.end())
      return false;
    from.erase(it);
    return true;
  });
}

/// The same of the factors and divisors of `part`, of which there is one at
/// least; leaves `product` as it is if one is not there.
static bool takeOut(const Product &part, Product &product) {
  Product rest = product;
  if ((part.factors.empty() && part.divisors.empty()) ||
      !takeOut(part.factors, rest.factors) ||
      !takeOut(part.divisors, rest.divisors))
    return false;
  product = rest;
  return true;
}

static bool hasAll(ArrayRef<Condition> some, ArrayRef<Condition> all) {
  return llvm::all_of(some, [&](const Condition &condition) {
    return llvm::is_contained(all, condition);
  });
}

/// True if `product` may stand for `other`, but for the coefficients.
static bool mayReplace(Product product, const Product &other) {
  return hasAll(product.conditions, other.conditions) &&
         hasAll(other.conditions, product.conditions) &&
         takeOut(other.factors, product.factors) &&
         takeOut(other.divisors, product.divisors) && product.factors.empty() &&
         product.divisors.empty();
}

/// What the loops of `loss` are of those of `gradient`: rows and what is
/// outside of them in order, and 0 where there is one element; nothing if these
/// differ.
static std::optional<SmallVector<AffineExpr>>
mapLoops(const RowMatch &loss, const RowMatch &gradient, MLIRContext *context) {
  auto getLoops = [](const RowMatch &match, bool ofRows) {
    SmallVector<int64_t> loops;
    for (int64_t loop = 0, e = match.loops.size(); loop < e; ++loop)
      if (llvm::is_contained(match.rowLoops, loop) == ofRows &&
          match.loops[loop].size != 1)
        loops.push_back(loop);
    return loops;
  };
  SmallVector<AffineExpr> map(loss.loops.size(),
                              getAffineConstantExpr(0, context));
  for (bool ofRows : {false, true}) {
    SmallVector<int64_t> ofLoss = getLoops(loss, ofRows);
    SmallVector<int64_t> ofGradient = getLoops(gradient, ofRows);
    if (ofLoss.size() != ofGradient.size())
      return std::nullopt;
    for (auto [own, other] : llvm::zip_equal(ofLoss, ofGradient)) {
      if (loss.loops[own] != gradient.loops[other])
        return std::nullopt;
      map[own] = getAffineDimExpr(other, context);
    }
  }
  return map;
}

/// The logits of `match` but for what is the same for all of a row, and with 0
/// for where the only element is.
static const Poly *getLogits(LogDomain &domain, const RowMatch &match,
                             const ScalarExpr *logit) {
  MLIRContext *context = domain.getNotation().getContext();
  DenseMap<AffineExpr, AffineExpr> map;
  for (auto [loop, extent] : llvm::enumerate(match.loops))
    if (extent.size == 1)
      map[getAffineDimExpr(loop, context)] = getAffineConstantExpr(0, context);
  const Poly *poly = domain.getTerm(logit).poly;
  return domain.substitute(domain.getVaryingPart(poly, match.rowLoops), map);
}

/// The weight of `gradient` over the targets of a loss, `target`, as far as it
/// needs one; false if it is not over these.
static bool findWeight(LogDomain &domain, const RowMatch &gradient,
                       bool isNegated, const ScalarExpr *target,
                       const ScalarExpr *&weight) {
  IndexNotation &notation = domain.getNotation();
  MLIRContext *context = notation.getContext();
  auto multiply = [&](const ScalarExpr *factor) {
    weight =
        weight
            ? notation.getApply(
                  OperationName(arith::MulFOp::getOperationName(), context),
                  DictionaryAttr::get(context), factor->type, {weight, factor})
            : factor;
  };
  ProductReader reader(domain, gradient);
  SmallVector<const ScalarExpr *> rowFactors;
  Product own = reader.read(gradient.target, &rowFactors);
  own.coefficient *= isNegated ? -gradient.factor : gradient.factor;
  Product total = reader.read(target), rest = total;
  for (const ScalarExpr *factor : rowFactors) {
    // The sign is a part of the quotient of all numbers.
    while (factor->isApply("arith.negf"))
      factor = factor->operands[0];
    Product product = reader.read(factor);
    bool isCondition = product.factors.empty() && product.divisors.empty();
    if (isCondition ? hasAll(product.conditions, total.conditions)
                    : takeOut(product, rest))
      continue;
    // Selections around it may be along the row.
    if (factor->type != target->type || gradient.readsAlongRow(factor))
      return false;
    multiply(factor);
    total.append(product);
  }
  // Numbers that the source rounds need not have the quotient 1.
  FloatAttr ratio =
      FloatAttr::get(target->type, own.coefficient / total.coefficient);
  if (!mayReplace(total, own) || !ratio.getValue().isNormal())
    return false;
  if (!ratio.getValue().isExactlyValue(1.0))
    multiply(notation.getConstant(cast<TypedAttr>(Attribute(ratio))));
  return true;
}

std::optional<RowMatch> lse::matchGradientOfLoss(LogDomain &domain,
                                                 const RowMatch &gradient,
                                                 const RowMatch &loss) {
  IndexNotation &notation = domain.getNotation();
  MLIRContext *context = notation.getContext();
  std::optional<SmallVector<AffineExpr>> map =
      mapLoops(loss, gradient, context);
  if (!map)
    return std::nullopt;
  RowMatch match = gradient;
  match.name = OperationName(CrossEntropyGradOp::getOperationName(), context);
  match.isFromLogits = false;
  match.factor = 1.0;
  match.logitExpression = notation.substitute(loss.logitExpression, *map);
  match.logit = domain.getTerm(match.logitExpression).poly;
  match.target = notation.substitute(loss.target, *map);
  if (getLogits(domain, gradient, gradient.logitExpression) !=
          getLogits(domain, gradient, match.logitExpression) ||
      match.target->type != gradient.target->type)
    return std::nullopt;
  // The gradient of a log-softmax is that of its targets' loss, negated.
  bool isNegated = gradient.name != match.name;
  if (!findWeight(domain, gradient, isNegated, match.target, match.weight))
    return std::nullopt;
  return match;
}
