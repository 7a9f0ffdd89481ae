//===- LogDomain.cpp - Terms of scalar expressions ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/LogDomain.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SaveAndRestore.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

LogDomain::LogDomain(IndexNotation &notation, Operation *scope)
    : notation(notation), scope(scope), context(notation.getContext()) {
  SmallVector<Monomial> none;
  zero = getPoly(none);
}

LogDomain::~LogDomain() = default;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Term LogDomain::getElement(Value source, ArrayRef<AffineExpr> indices) {
  const ScalarExpr *access = notation.getAccess(source, indices);
  Atom atom;
  atom.kind = Atom::Kind::Element;
  atom.source = source;
  atom.indices.assign(access->indices.begin(), access->indices.end());
  return Term{getPoly(intern(std::move(atom))), {}};
}

static SmallVector<AffineExpr> getOwnDims(Value value, MLIRContext *context) {
  SmallVector<AffineExpr> dims;
  if (auto type = dyn_cast<RankedTensorType>(value.getType()))
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      dims.push_back(getAffineDimExpr(dim, context));
  return dims;
}

void LogDomain::makeOpaque(Value value) {
  const Term &known = getTerm(value);
  if (!known.poly->getSingleAtom())
    expansions.try_emplace(value, known);
  if (readValues.contains(value)) {
    expressionTerms.clear();
    readValues.clear();
  }
  terms[value] =
      std::make_unique<Term>(getElement(value, getOwnDims(value, context)));
}

Term LogDomain::expand(const Term &term) {
  const Atom *atom = term.poly->getSingleAtom();
  if (!atom || atom->kind != Atom::Kind::Element)
    return term;
  auto it = expansions.find(atom->source);
  return it == expansions.end() ? term : substitute(it->second, atom->indices);
}

Term LogDomain::substitute(const Term &term, ArrayRef<AffineExpr> indices) {
  DenseMap<AffineExpr, AffineExpr> map;
  for (auto [position, index] : llvm::enumerate(indices))
    map[getAffineDimExpr(position, context)] = index;
  Substitution substitution(map);
  Term result;
  result.poly = substitute(term.poly, substitution);
  for (const Atom *atom : term.cancelled)
    result.cancelled.push_back(substitute(atom, substitution));
  for (const Guard &guard : term.guards)
    result.guards.push_back(
        {substitute(guard.condition, substitution), guard.isNegated});
  return result;
}

bool LogDomain::isPastLogits(const Poly *poly) {
  return llvm::any_of(poly->monomials, [](const Monomial &monomial) {
    return !monomial.exponent->isZero() ||
           llvm::any_of(monomial.factors, [](auto &factor) {
             return factor.first->kind == Atom::Kind::Sum ||
                    factor.first->kind == Atom::Kind::Log;
           });
  });
}

const Term &LogDomain::getTerm(Value value) {
  auto it = terms.find(value);
  if (it != terms.end())
    return *it->second;
  const Definition *definition = nullptr;
  llvm::SaveAndRestore deeper(recursion, recursion + 1);
  if (recursion <= maxRecursion && isa<RankedTensorType>(value.getType()))
    definition = notation.getDefinition(value);
  // Integers are compared and no more, so that only constants are of interest.
  Type type = getElementTypeOrSelf(value);
  if (definition && !isa<FloatType>(type) && !type.isInteger(1) &&
      definition->value->kind != ScalarExpr::Kind::Constant)
    definition = nullptr;
  Term term;
  if (definition)
    term = getTerm(definition->value);
  if (!definition ||
      term.poly->depth >
          (isPastLogits(term.poly) ? maxDepthPastLogits : maxDepth))
    term = getElement(value, getOwnDims(value, context));
  return *(terms[value] = std::make_unique<Term>(std::move(term)));
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

Term LogDomain::getTerm(const ScalarExpr *expr) {
  auto it = expressionTerms.find(expr);
  if (it != expressionTerms.end())
    return it->second;
  Term term = evaluate(expr);
  expressionTerms[expr] = term;
  return term;
}

/// What `number` stands for: sources that convert to another base do so by a
/// factor that is rounded to their type, and may have a power of two in it.
/// With few digits too many other numbers look like one.
static double getExactNumber(FloatAttr number) {
  double value = number.getValueAsDouble();
  bool isLong =
      APFloat::semanticsPrecision(number.getValue().getSemantics()) >= 24;
  if (!isLong || !number.getValue().isNormal())
    return value;
  for (double exact :
       {llvm::numbers::e, llvm::numbers::ln2, llvm::numbers::log2e,
        llvm::numbers::ln10, llvm::numbers::log10e}) {
    int power = std::ilogb(value) - std::ilogb(exact);
    double candidate = std::copysign(std::ldexp(exact, power), value);
    if (FloatAttr::get(number.getType(), candidate).getValueAsDouble() == value)
      return candidate;
  }
  return value;
}

Term LogDomain::evaluate(const ScalarExpr *expr) {
  switch (expr->kind) {
  case ScalarExpr::Kind::Access: {
    if (!isa<RankedTensorType>(expr->source.getType()))
      return getElement(expr->source, {});
    readValues.insert(expr->source);
    return substitute(getTerm(expr->source), expr->indices);
  }
  case ScalarExpr::Kind::Constant: {
    auto number = dyn_cast<FloatAttr>(expr->constant);
    if (number && number.getValue().isFinite())
      return getConstant(getExactNumber(number));
    Atom atom;
    atom.kind = Atom::Kind::Constant;
    atom.constant = expr->constant;
    return Term{getPoly(intern(std::move(atom))), {}};
  }
  case ScalarExpr::Kind::Index: {
    Atom atom;
    atom.kind = Atom::Kind::Index;
    atom.indices = expr->indices;
    return Term{getPoly(intern(std::move(atom))), {}};
  }
  case ScalarExpr::Kind::Gather: {
    Atom atom;
    atom.kind = Atom::Kind::Apply;
    atom.name = OperationName(tensor::ExtractOp::getOperationName(), context);
    atom.source = expr->source;
    atom.constant = TypeAttr::get(expr->type);
    for (const ScalarExpr *index : expr->operands)
      atom.operands.push_back(getTerm(index).poly);
    return Term{getPoly(intern(std::move(atom))), {}, {}};
  }
  case ScalarExpr::Kind::Apply:
    return evaluateApply(expr);
  case ScalarExpr::Kind::Reduce: {
    Term body = getTerm(expr->operands.front());
    switch (expr->reduction) {
    case ReductionKind::Sum:
      return sum(body, expr->axes);
    case ReductionKind::Maximum:
    case ReductionKind::Minimum:
    case ReductionKind::All:
    case ReductionKind::Any:
      return extremum(expr->reduction, body, expr->axes);
    case ReductionKind::Product:
      break;
    }
    auto [canonicalBody, canonicalAxes] =
        canonicalizeAxes(body.poly, expr->axes);
    Atom atom;
    atom.kind = Atom::Kind::Product;
    atom.operands.push_back(canonicalBody);
    atom.axes = canonicalAxes;
    return Term{getPoly(intern(std::move(atom))), body.cancelled};
  }
  case ScalarExpr::Kind::Accumulator:
    break;
  }
  llvm_unreachable("an accumulator outside its reduction");
}
