//===- LossOfGradient.cpp - Is this gradient that of this loss? -----------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LossOfGradient.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

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

/// What is multiplied: where a condition does not hold, the product is 0.
struct Product {
  double coefficient = 1.0;
  SmallVector<Condition> conditions;
  SmallVector<const Poly *> factors, divisors;

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
  /// null, the largest parts which are the same for all of a row.
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
  void addCondition(const ScalarExpr *expr, bool isNegated, Product &product);
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

/// An integer as what it is converted from without a change.
static const ScalarExpr *withoutCasts(const ScalarExpr *expr) {
  while (expr->isApply("arith.index_cast") || expr->isApply("arith.extsi"))
    expr = expr->operands.front();
  return expr;
}

void ProductReader::addCondition(const ScalarExpr *expr, bool isNegated,
                                 Product &product) {
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
      product.conditions.push_back({first, second, isNegated == isEqual});
      return;
    }
  }
  Guard guard = domain.getCondition(domain.getTerm(expr).poly);
  product.conditions.push_back(
      {guard.condition, nullptr, guard.isNegated != isNegated});
}

bool ProductReader::addSelection(const ScalarExpr *expr, Product &product,
                                 Parts *rowFactors) {
  if (expr->isApply("arith.uitofp") && expr->operands[0]->type.isInteger(1)) {
    addCondition(expr->operands[0], /*isNegated=*/false, product);
    return true;
  }
  if (!expr->isApply("arith.select"))
    return false;
  for (unsigned chosen : {1, 2}) {
    if (!isZero(expr->operands[3 - chosen]))
      continue;
    addCondition(expr->operands[0], /*isNegated=*/chosen == 2, product);
    add(expr->operands[chosen], /*isDivisor=*/false, product, rowFactors);
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
  (isDivisor ? product.divisors : product.factors).push_back(term.poly);
}

void ProductReader::add(const ScalarExpr *expr, bool isDivisor,
                        Product &product, Parts *rowFactors) {
  if (rowFactors && !isDivisor && !rows.variesAlongRow(domain.getTerm(expr))) {
    rowFactors->push_back(expr);
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

/// True if the same elements are in `a` and `b`. Of a condition it does not
/// matter how often.
template <typename T>
static bool haveSameElements(ArrayRef<T> a, ArrayRef<T> b, bool countsMatter) {
  auto isInBoth = [&](const T &element) {
    return countsMatter ? llvm::count(a, element) == llvm::count(b, element)
                        : llvm::is_contained(a, element) &&
                              llvm::is_contained(b, element);
  };
  return llvm::all_of(a, isInBoth) && llvm::all_of(b, isInBoth);
}

/// True if `a` and `b` are equal but for their coefficients.
static bool areProportional(const Product &a, const Product &b) {
  return haveSameElements<Condition>(a.conditions, b.conditions,
                                     /*countsMatter=*/false) &&
         haveSameElements<const Poly *>(a.factors, b.factors,
                                        /*countsMatter=*/true) &&
         haveSameElements<const Poly *>(a.divisors, b.divisors,
                                        /*countsMatter=*/true);
}

/// Takes the factors and divisors of `part` out of `product`; false if one is
/// not there, or there is none.
static bool takeOut(const Product &part, Product &product) {
  auto take = [](ArrayRef<const Poly *> parts,
                 SmallVectorImpl<const Poly *> &from) {
    for (const Poly *poly : parts) {
      auto *it = llvm::find(from, poly);
      if (it == from.end())
        return false;
      from.erase(it);
    }
    return true;
  };
  Product rest = product;
  if ((part.factors.empty() && part.divisors.empty()) ||
      !take(part.factors, rest.factors) || !take(part.divisors, rest.divisors))
    return false;
  product = rest;
  return true;
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

std::optional<RowMatch> lse::matchGradientOfLoss(LogDomain &domain,
                                                 const RowMatch &gradient,
                                                 const RowMatch &loss) {
  IndexNotation &notation = domain.getNotation();
  MLIRContext *context = notation.getContext();
  std::optional<SmallVector<AffineExpr>> map =
      mapLoops(loss, gradient, context);
  if (!map || loss.rowDeath != gradient.rowDeath)
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

  ProductReader reader(domain, gradient);
  SmallVector<const ScalarExpr *> rowFactors;
  Product own = reader.read(gradient.target, &rowFactors);
  Product ofLoss = reader.read(match.target), rest = ofLoss;
  // The gradient of a log-softmax is that of its targets' loss, negated.
  own.coefficient *=
      gradient.name == match.name ? gradient.factor : -gradient.factor;
  Product total = ofLoss;
  auto multiply = [&](const ScalarExpr *factor) {
    match.weight =
        match.weight
            ? notation.getApply(
                  OperationName(arith::MulFOp::getOperationName(), context),
                  DictionaryAttr::get(context), factor->type,
                  {match.weight, factor})
            : factor;
  };
  for (const ScalarExpr *factor : rowFactors) {
    // The sign is a part of the quotient of all numbers.
    while (factor->isApply("arith.negf"))
      factor = factor->operands[0];
    Product product = reader.read(factor);
    if (domain.getTerm(factor).poly->getNumber() || takeOut(product, rest))
      continue;
    if (factor->type != match.target->type)
      return std::nullopt;
    multiply(factor);
    total.append(product);
  }
  double ratio = own.coefficient / total.coefficient;
  if (!areProportional(own, total) || !std::isfinite(ratio))
    return std::nullopt;
  // Numbers that the source rounds need not have the quotient 1.
  FloatAttr rounded = FloatAttr::get(match.target->type, ratio);
  if (!rounded.getValue().isExactlyValue(1.0))
    multiply(notation.getConstant(cast<TypedAttr>(Attribute(rounded))));
  return match;
}
