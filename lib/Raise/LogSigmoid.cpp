//===- LogSigmoid.cpp - Logarithms of sigmoids ----------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogSigmoid.h"
#include "LogitFinder.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::lse;

/// E if `poly` is 1 + exp(E), else null.
static const Poly *getSoftplusExponent(const Poly *poly) {
  if (poly->monomials.size() != 2)
    return nullptr;
  for (unsigned one : {0, 1}) {
    const Monomial &constant = poly->monomials[one];
    const Monomial &exponential = poly->monomials[1 - one];
    if (constant.coefficient == 1.0 && constant.factors.empty() &&
        constant.exponent->isZero() && exponential.coefficient == 1.0 &&
        exponential.factors.empty() && !exponential.exponent->isZero())
      return exponential.exponent;
  }
  return nullptr;
}

/// E if `monomial` has the factor 1 / (1 + exp(E)) and no other, else null.
static const Poly *getSigmoidExponent(const Monomial &monomial) {
  if (monomial.factors.size() != 1)
    return nullptr;
  auto [group, power] = monomial.factors.front();
  return group->kind == Atom::Kind::Group && power == -1
             ? getSoftplusExponent(group->operands.front())
             : nullptr;
}

std::optional<Softplus> lse::readLogarithm(LogDomain &domain,
                                           const Poly *poly) {
  if (const Atom *group = poly->getSingleAtom();
      group && group->kind == Atom::Kind::Group)
    poly = group->operands.front();
  if (const Poly *exponent = getSoftplusExponent(poly))
    return Softplus{exponent, /*isNegated=*/false};
  // The logarithm of 1 / (1 + exp(E)), or of what is left of it to 1.
  auto ofSigmoid = [&](const Poly *exponent, bool isOther) {
    if (isOther)
      exponent = domain.scale(Term{exponent, {}, {}}, -1.0).poly;
    return Softplus{exponent, /*isNegated=*/true};
  };
  if (poly->monomials.size() == 1) {
    const Monomial &quotient = poly->monomials.front();
    const Poly *exponent = getSigmoidExponent(quotient);
    bool isOther = exponent && quotient.exponent == exponent;
    if (exponent && quotient.coefficient == 1.0 &&
        (isOther || quotient.exponent->isZero()))
      return ofSigmoid(exponent, isOther);
    return std::nullopt;
  }
  if (poly->monomials.size() != 2)
    return std::nullopt;
  for (unsigned one : {0, 1}) {
    const Monomial &constant = poly->monomials[one];
    const Monomial &quotient = poly->monomials[1 - one];
    const Poly *exponent = getSigmoidExponent(quotient);
    if (!exponent || constant.coefficient != 1.0 || !constant.factors.empty() ||
        !constant.exponent->isZero() || quotient.coefficient != -1.0)
      continue;
    bool isOther = quotient.exponent == exponent;
    if (isOther || quotient.exponent->isZero())
      return ofSigmoid(exponent, !isOther);
  }
  return std::nullopt;
}

bool lse::hasLogSigmoid(LogDomain &domain, const Poly *poly) {
  return llvm::any_of(poly->monomials, [&](const Monomial &monomial) {
    return llvm::any_of(monomial.factors, [&](auto &factor) {
      if (factor.first->kind == Atom::Kind::Sum)
        return hasLogSigmoid(domain, factor.first->operands.front());
      return anyPart(factor.first, [&](const Atom *atom) {
        return atom->kind == Atom::Kind::Log &&
               readLogarithm(domain, atom->operands.front()).has_value();
      });
    });
  });
}

/// Longer expressions are given up.
static constexpr unsigned maxSteps = 128;

const ScalarExpr *lse::inlineAccess(IndexNotation &notation,
                                    const ScalarExpr *expr) {
  if (expr->kind != ScalarExpr::Kind::Access)
    return expr;
  const ScalarExpr *definition = notation.getDefinition(expr);
  return definition ? definition : expr;
}

bool lse::isNumber(LogDomain &domain, const ScalarExpr *expr, double value) {
  return domain.getTerm(expr).poly->getNumber() == value;
}

/// `expr` without what changes its sign, or takes its magnitude.
static const ScalarExpr *stripSign(LogDomain &domain, const ScalarExpr *expr) {
  for (unsigned step = 0; step < maxSteps; ++step) {
    const ScalarExpr *definition = inlineAccess(domain.getNotation(), expr);
    if (definition->isApply("arith.negf") || definition->isApply("math.absf"))
      expr = definition->operands[0];
    else if (definition->isApply("arith.subf") &&
             isNumber(domain, definition->operands[0], 0.0))
      expr = definition->operands[1];
    else if ((definition->isApply("arith.subf") ||
              definition->isApply("arith.addf")) &&
             isNumber(domain, definition->operands[1], 0.0))
      expr = definition->operands[0];
    else if (definition->isApply("arith.mulf") &&
             isNumber(domain, definition->operands[1], -1.0))
      expr = definition->operands[0];
    else if (definition->kind == ScalarExpr::Kind::Access && definition != expr)
      expr = definition;
    else
      return expr;
  }
  return expr;
}

/// What `match` makes of the first part that `expr` is computed from, without a
/// reduction in between, of which it makes something; null if there is none.
static const ScalarExpr *findFirst(
    LogDomain &domain, const ScalarExpr *expr,
    function_ref<std::optional<const ScalarExpr *>(const ScalarExpr *)> match) {
  llvm::SetVector<const ScalarExpr *> reached;
  reached.insert(expr);
  for (size_t next = 0; next < reached.size() && next < maxSteps; ++next) {
    const ScalarExpr *part = inlineAccess(domain.getNotation(), reached[next]);
    if (std::optional<const ScalarExpr *> found = match(part))
      return *found;
    if (part->kind == ScalarExpr::Kind::Reduce)
      continue;
    if (part->kind == ScalarExpr::Kind::Access && part != reached[next])
      reached.insert(part);
    reached.insert_range(part->operands);
  }
  return nullptr;
}

const ScalarExpr *lse::findExponentialArgument(LogDomain &domain,
                                               const ScalarExpr *expr) {
  using Result = std::optional<const ScalarExpr *>;
  return findFirst(domain, expr, [&](const ScalarExpr *part) -> Result {
    if (part->isApply("math.exp"))
      return part->operands[0];
    if (part->isApply("math.exp2"))
      return findNaturalExponent(domain, part->operands[0]);
    return std::nullopt;
  });
}

const ScalarExpr *lse::findBinaryLogit(LogDomain &domain,
                                       const ScalarExpr *expr) {
  using Result = std::optional<const ScalarExpr *>;
  return findFirst(domain, expr, [&](const ScalarExpr *part) -> Result {
    if (!part->isApply("math.log") && !part->isApply("math.log1p"))
      return std::nullopt;
    const ScalarExpr *exponent =
        findExponentialArgument(domain, part->operands[0]);
    return exponent ? stripSign(domain, exponent) : nullptr;
  });
}
