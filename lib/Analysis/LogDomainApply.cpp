//===- LogDomainApply.cpp - Terms of scalar operations --------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/LogDomain.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

std::optional<double> Poly::getNumber() const {
  if (isZero())
    return 0.0;
  if (monomials.size() != 1)
    return std::nullopt;
  const Monomial &monomial = monomials.front();
  if (!monomial.factors.empty() || !monomial.exponent->isZero())
    return std::nullopt;
  return monomial.coefficient;
}

static bool isNegativeInfinity(const Poly *poly) {
  const Atom *atom = poly->getSingleAtom();
  if (!atom || atom->kind != Atom::Kind::Constant)
    return false;
  auto number = dyn_cast<FloatAttr>(atom->constant);
  return number && number.getValue().isInfinity() &&
         number.getValue().isNegative();
}

/// True if `poly` cannot be negative: one product of exponentials and sums of
/// such.
static bool isPositive(const Poly *poly) {
  if (poly->monomials.size() != 1 || poly->monomials.front().coefficient <= 0)
    return false;
  return llvm::all_of(poly->monomials.front().factors, [](auto &factor) {
    return factor.first->kind == Atom::Kind::Sum &&
           isPositive(factor.first->operands.front());
  });
}

//===----------------------------------------------------------------------===//
// Conditions
//===----------------------------------------------------------------------===//

/// The outcome of a comparison of something positive with a number that is not,
/// if `poly` is one, as the sign in a gradient of |sum| is. The sum may round
/// to 0, and with NaN in it either answer leads to NaN.
static std::optional<bool> getTruth(const Poly *poly) {
  const Atom *compare = poly->getSingleAtom();
  if (!compare || compare->kind != Atom::Kind::Apply ||
      compare->name->getStringRef() != arith::CmpFOp::getOperationName() ||
      !isPositive(compare->operands[0]))
    return std::nullopt;
  std::optional<double> number = compare->operands[1]->getNumber();
  if (!number || *number > 0.0)
    return std::nullopt;
  switch (static_cast<arith::CmpFPredicate>(
      cast<IntegerAttr>(compare->attributes.get("predicate")).getInt())) {
  case arith::CmpFPredicate::OGE:
  case arith::CmpFPredicate::UGE:
    return true;
  case arith::CmpFPredicate::OLT:
  case arith::CmpFPredicate::ULT:
    return false;
  default:
    return std::nullopt;
  }
}

Guard LogDomain::getCondition(const Poly *poly) {
  // not(not(c)) and the like: an exclusive or with true.
  Guard condition{poly, false};
  while (const Atom *atom = condition.condition->getSingleAtom()) {
    if (atom->kind != Atom::Kind::Apply ||
        atom->name->getStringRef() != "arith.xori")
      break;
    const Poly *inner = nullptr;
    for (auto [index, operand] : llvm::enumerate(atom->operands)) {
      const Atom *constant = operand->getSingleAtom();
      if (constant && constant->kind == Atom::Kind::Constant &&
          constant->constant == BoolAttr::get(context, true))
        inner = atom->operands[1 - index];
    }
    if (!inner)
      break;
    condition = {inner, !condition.isNegated};
  }
  return condition;
}

Term LogDomain::getMask(const Guard &condition) {
  Atom atom;
  atom.kind = Atom::Kind::Mask;
  atom.operands.push_back(condition.condition);
  atom.isNegated = condition.isNegated;
  return Term{getPoly(intern(std::move(atom))), {}, {}};
}

/// True if `poly` is one product that divides by a sum.
static bool isQuotient(const Poly *poly) {
  return poly->monomials.size() == 1 &&
         llvm::any_of(poly->monomials.front().factors, [](auto &factor) {
           return factor.first->kind == Atom::Kind::Sum && factor.second < 0;
         });
}

/// True if `poly` is one exponential with factors that are no sums.
static bool isExponential(const Poly *poly) {
  return poly->monomials.size() == 1 &&
         !poly->monomials.front().exponent->isZero() &&
         llvm::none_of(poly->monomials.front().factors, [](auto &factor) {
           return factor.first->kind == Atom::Kind::Sum;
         });
}

/// True if `atom` is a part of what `poly` compares or computes from it.
static bool dependsOn(const Poly *poly, const Atom *atom) {
  return llvm::any_of(poly->monomials, [&](const Monomial &monomial) {
    return llvm::any_of(monomial.factors, [&](auto &factor) {
      return factor.first == atom ||
             (factor.first->kind == Atom::Kind::Apply &&
              llvm::any_of(factor.first->operands, [&](const Poly *operand) {
                return dependsOn(operand, atom);
              }));
    });
  });
}

/// True if `other`, instead of something with the logarithm of a sum in it, may
/// be the answer for rows that `condition` tells: -inf, or the maximum tested.
static bool isAnswerForRow(const Poly *condition, const Poly *other) {
  const Atom *maximum = other->getSingleAtom();
  return isNegativeInfinity(other) ||
         (maximum && maximum->kind == Atom::Kind::Extremum &&
          dependsOn(condition, maximum));
}

Term LogDomain::evaluateSelect(const ScalarExpr *expr,
                               ArrayRef<Term> operands) {
  if (std::optional<bool> truth = getTruth(operands[0].poly))
    return operands[*truth ? 1 : 2];
  Guard condition = getCondition(operands[0].poly);
  for (bool keepsFirst : {true, false}) {
    Guard kept{condition.condition, condition.isNegated != !keepsFirst};
    Term chosen = operands[keepsFirst ? 1 : 2];
    const Term &other = operands[keepsFirst ? 2 : 1];
    // Whether rows as a whole are answered in another way is for the matcher
    // to say.
    Term expanded = expand(chosen);
    if (hasLoggedSum(expanded.poly) &&
        isAnswerForRow(condition.condition, other.poly)) {
      expanded.guards.push_back(kept);
      return expanded;
    }
    // A logit of -inf is one that is masked.
    if (isNegativeInfinity(other.poly))
      return add(chosen, getMask(kept));
    if (!other.poly->isZero())
      continue;
    if (isExponential(expanded.poly))
      return multiply(expanded, exponential(getMask(kept)));
    if (isQuotient(expanded.poly)) {
      expanded.guards.push_back(kept);
      return expanded;
    }
  }
  return getApplyAtom(expr, operands);
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

Term LogDomain::getApplyAtom(const ScalarExpr *expr, ArrayRef<Term> operands) {
  Atom atom;
  atom.kind = Atom::Kind::Apply;
  atom.name = expr->name;
  atom.attributes = expr->attributes;
  Term result;
  for (const Term &operand : operands) {
    atom.operands.push_back(operand.poly);
    inherit(result, operand);
  }
  // Operations of one name differ by the type they produce.
  atom.constant = TypeAttr::get(expr->type);
  result.poly = getPoly(intern(std::move(atom)));
  return result;
}

Term LogDomain::evaluatePower(const Term &base, const Term &exponent,
                              const ScalarExpr *expr) {
  // c^x = exp(x log c), x^n = x * ... * x.
  if (std::optional<double> positive = base.poly->getNumber();
      positive && *positive > 0.0 && isa<FloatType>(expr->operands[1]->type))
    return exponential(scale(exponent, std::log(*positive)));
  std::optional<double> number = exponent.poly->getNumber();
  if (const Atom *atom = exponent.poly->getSingleAtom();
      atom && atom->kind == Atom::Kind::Constant)
    if (auto integer = dyn_cast<IntegerAttr>(atom->constant))
      number = integer.getValue().signedRoundToDouble();
  if (number && std::abs(*number) <= 4 && std::trunc(*number) == *number &&
      *number != 0.0)
    return power(base, static_cast<int>(*number));
  return getApplyAtom(expr, {base, exponent});
}

Term LogDomain::evaluateTruncation(const ScalarExpr *expr,
                                   const Term &operand) {
  // Rounding what is made of exponentials loses accuracy and nothing else, as
  // arithmetic in the narrow type would. Logits are exactly what the source
  // rounds them to, and types below 16 bits saturate.
  if (expr->type.getIntOrFloatBitWidth() >= 16) {
    if (std::optional<double> number = operand.poly->getNumber()) {
      FloatAttr rounded = FloatAttr::get(expr->type, *number);
      if (rounded.getValue().isFinite())
        return getConstant(rounded.getValueAsDouble());
    }
    Term expanded = expand(operand);
    if (isPastLogits(expanded.poly))
      return expanded;
  }
  return getApplyAtom(expr, operand);
}

Term LogDomain::evaluateMaximum(const ScalarExpr *expr,
                                ArrayRef<Term> operands) {
  // Nothing is below -inf.
  if (isNegativeInfinity(operands[0].poly))
    return operands[1];
  if (isNegativeInfinity(operands[1].poly))
    return operands[0];
  return getApplyAtom(expr, operands);
}

/// True if `zero`, as a factor of `other`, is 0 by itself: the product is NaN
/// where `other` is infinite or NaN, and not the end of it.
static bool mayHideNumbers(const Term &zero, const Term &other) {
  return zero.poly->isZero() && !other.poly->getNumber();
}

/// An exponential or a logarithm of `operand`, in any base; nothing if `name`
/// is another operation.
static std::optional<Term>
evaluateExponential(LogDomain &domain, StringRef name, const Term &operand) {
  if (name == "math.exp")
    return domain.exponential(operand);
  if (name == "math.exp2")
    return domain.exponential(domain.scale(operand, std::log(2.0)));
  if (name == "math.expm1")
    return domain.add(domain.exponential(operand), domain.getConstant(-1.0));
  if (name == "math.log")
    return domain.logarithm(operand);
  if (name == "math.log1p")
    return domain.logarithm(domain.add(operand, domain.getConstant(1.0)));
  if (name == "math.log2")
    return domain.scale(domain.logarithm(operand), 1.0 / std::log(2.0));
  return std::nullopt;
}

namespace {
enum class Arithmetic {
  AbsoluteValue,
  Add,
  Convert,
  Divide,
  Extend,
  Maximum,
  Multiply,
  Negate,
  Power,
  Select,
  Subtract,
  Truncate,
  Unknown
};
} // namespace

static Arithmetic getArithmetic(StringRef name) {
  return llvm::StringSwitch<Arithmetic>(name)
      .Case("arith.addf", Arithmetic::Add)
      .Case("arith.divf", Arithmetic::Divide)
      .Case("arith.extf", Arithmetic::Extend)
      .Cases({"arith.maximumf", "arith.maxnumf"}, Arithmetic::Maximum)
      .Case("arith.mulf", Arithmetic::Multiply)
      .Case("arith.negf", Arithmetic::Negate)
      .Case("arith.select", Arithmetic::Select)
      .Case("arith.subf", Arithmetic::Subtract)
      .Case("arith.truncf", Arithmetic::Truncate)
      .Cases({"arith.sitofp", "arith.uitofp"}, Arithmetic::Convert)
      .Case("math.absf", Arithmetic::AbsoluteValue)
      .Cases({"math.fpowi", "math.powf"}, Arithmetic::Power)
      .Default(Arithmetic::Unknown);
}

/// The number that `conversion` makes of the integer `poly`; nothing if that is
/// no constant.
static std::optional<double> getInteger(const ScalarExpr *conversion,
                                        const Poly *poly) {
  const Atom *atom = poly->getSingleAtom();
  auto integer = atom && atom->kind == Atom::Kind::Constant
                     ? dyn_cast<IntegerAttr>(atom->constant)
                     : IntegerAttr();
  if (!integer)
    return std::nullopt;
  return conversion->isApply("arith.sitofp")
             ? integer.getValue().signedRoundToDouble()
             : integer.getValue().roundToDouble();
}

Term LogDomain::evaluateApply(const ScalarExpr *expr) {
  SmallVector<Term, 3> operands;
  for (const ScalarExpr *operand : expr->operands)
    operands.push_back(getTerm(operand));
  StringRef name = expr->name->getStringRef();
  if (operands.size() == 1)
    if (std::optional<Term> result =
            evaluateExponential(*this, name, operands[0]))
      return *result;
  switch (getArithmetic(name)) {
  case Arithmetic::AbsoluteValue:
    return isPositive(operands[0].poly) ? operands[0]
                                        : getApplyAtom(expr, operands);
  case Arithmetic::Add:
    return add(operands[0], operands[1]);
  case Arithmetic::Convert:
    if (std::optional<double> number = getInteger(expr, operands[0].poly))
      return getConstant(*number);
    // A truth value as a number is 1 or 0, the exponential of a mask.
    return expr->operands[0]->type.isInteger(1) && name == "arith.uitofp"
               ? exponential(getMask(getCondition(operands[0].poly)))
               : getApplyAtom(expr, operands);
  case Arithmetic::Divide:
    if (mayHideNumbers(operands[0], operands[1]))
      return getApplyAtom(expr, operands);
    return multiply(operands[0], power(operands[1], -1));
  case Arithmetic::Extend:
    return operands[0];
  case Arithmetic::Maximum:
    return evaluateMaximum(expr, operands);
  case Arithmetic::Multiply:
    if (mayHideNumbers(operands[0], operands[1]) ||
        mayHideNumbers(operands[1], operands[0]))
      return getApplyAtom(expr, operands);
    return multiply(operands[0], operands[1]);
  case Arithmetic::Negate:
    return scale(operands[0], -1.0);
  case Arithmetic::Power:
    return evaluatePower(operands[0], operands[1], expr);
  case Arithmetic::Select:
    return isa<FloatType>(expr->type) ? evaluateSelect(expr, operands)
                                      : getApplyAtom(expr, operands);
  case Arithmetic::Subtract:
    return add(operands[0], scale(operands[1], -1.0));
  case Arithmetic::Truncate:
    return evaluateTruncation(expr, operands[0]);
  case Arithmetic::Unknown:
    return getApplyAtom(expr, operands);
  }
  llvm_unreachable("unknown operation");
}
