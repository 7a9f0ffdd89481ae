//===- LogDomain.cpp - Terms of scalar expressions ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/LogDomain.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/SaveAndRestore.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

LogDomain::LogDomain(IndexNotation &notation)
    : notation(notation), context(notation.getContext()) {
  SmallVector<Monomial> none;
  zero = getPoly(none);
}

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
  expressionTerms.clear();
  terms[value] =
      std::make_unique<Term>(getElement(value, getOwnDims(value, context)));
}

/// True if `poly` is past its logits: an exponential, a sum or what is made of
/// one. Taking it for an atom would lose a match that is under way.
static bool isPastLogits(const Poly *poly) {
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
  if (recursion <= maxRecursion && isa<RankedTensorType>(value.getType()) &&
      isa<FloatType>(getElementTypeOrSelf(value)))
    definition = notation.getDefinition(value);
  Term term;
  if (definition)
    term = getTerm(definition->value);
  if (!definition ||
      term.poly->depth > (isPastLogits(term.poly) ? 4 * maxDepth : maxDepth))
    term = getElement(value, getOwnDims(value, context));
  return *(terms[value] = std::make_unique<Term>(std::move(term)));
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

Term LogDomain::getApplyAtom(const ScalarExpr *expr, ArrayRef<Term> operands) {
  Atom atom;
  atom.kind = Atom::Kind::Apply;
  atom.name = expr->name;
  atom.attributes = expr->attributes;
  Term result;
  for (const Term &operand : operands) {
    atom.operands.push_back(operand.poly);
    llvm::append_range(result.cancelled, operand.cancelled);
  }
  // Operations of one name differ by the type they produce.
  atom.constant = TypeAttr::get(expr->type);
  result.poly = getPoly(intern(std::move(atom)));
  return result;
}

/// The value of a polynomial that is a plain number.
static std::optional<double> getNumber(const Poly *poly) {
  if (poly->isZero())
    return 0.0;
  if (poly->monomials.size() != 1)
    return std::nullopt;
  const Monomial &monomial = poly->monomials.front();
  if (!monomial.factors.empty() || !monomial.exponent->isZero())
    return std::nullopt;
  return monomial.coefficient;
}

Term LogDomain::evaluatePower(const Term &base, const Term &exponent,
                              const ScalarExpr *expr) {
  // c^x = exp(x log c), x^n = x * ... * x.
  if (std::optional<double> number = getNumber(base.poly);
      number && *number > 0.0)
    return exponential(scale(exponent, std::log(*number)));
  if (std::optional<double> number = getNumber(exponent.poly);
      number && std::abs(*number) <= 4 && std::trunc(*number) == *number &&
      *number != 0.0)
    return power(base, static_cast<int>(*number));
  return getApplyAtom(expr, {base, exponent});
}

Term LogDomain::evaluateApply(const ScalarExpr *expr) {
  SmallVector<Term, 2> operands;
  for (const ScalarExpr *operand : expr->operands)
    operands.push_back(getTerm(operand));
  enum class Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    Extend,
    Exp,
    Exp2,
    Log,
    Power,
    Unknown
  };
  switch (llvm::StringSwitch<Operation>(expr->name->getStringRef())
              .Case("arith.addf", Operation::Add)
              .Case("arith.subf", Operation::Subtract)
              .Case("arith.mulf", Operation::Multiply)
              .Case("arith.divf", Operation::Divide)
              .Case("arith.negf", Operation::Negate)
              .Case("arith.extf", Operation::Extend)
              .Case("math.exp", Operation::Exp)
              .Case("math.exp2", Operation::Exp2)
              .Case("math.log", Operation::Log)
              .Case("math.powf", Operation::Power)
              .Default(Operation::Unknown)) {
  case Operation::Add:
    return add(operands[0], operands[1]);
  case Operation::Subtract:
    return add(operands[0], scale(operands[1], -1.0));
  case Operation::Multiply:
    return multiply(operands[0], operands[1]);
  case Operation::Divide:
    return multiply(operands[0], power(operands[1], -1));
  case Operation::Negate:
    return scale(operands[0], -1.0);
  case Operation::Extend:
    return operands[0];
  case Operation::Exp:
    return exponential(operands[0]);
  case Operation::Exp2:
    return exponential(scale(operands[0], std::log(2.0)));
  case Operation::Log:
    return logarithm(operands[0]);
  case Operation::Power:
    return evaluatePower(operands[0], operands[1], expr);
  case Operation::Unknown:
    return getApplyAtom(expr, operands);
  }
  llvm_unreachable("unknown operation");
}

Term LogDomain::getTerm(const ScalarExpr *expr) {
  auto it = expressionTerms.find(expr);
  if (it != expressionTerms.end())
    return it->second;
  Term term = evaluate(expr);
  expressionTerms[expr] = term;
  return term;
}

Term LogDomain::evaluate(const ScalarExpr *expr) {
  switch (expr->kind) {
  case ScalarExpr::Kind::Access: {
    if (!isa<RankedTensorType>(expr->source.getType()))
      return getElement(expr->source, {});
    const Term &term = getTerm(expr->source);
    DenseMap<AffineExpr, AffineExpr> map;
    for (auto [position, index] : llvm::enumerate(expr->indices))
      map[getAffineDimExpr(position, context)] = index;
    Term result;
    Substitution substitution(map);
    result.poly = substitute(term.poly, substitution);
    for (const Atom *atom : term.cancelled)
      result.cancelled.push_back(substitute(atom, substitution));
    return result;
  }
  case ScalarExpr::Kind::Constant: {
    auto number = dyn_cast<FloatAttr>(expr->constant);
    if (number && number.getValue().isFinite())
      return getConstant(number.getValueAsDouble());
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
  case ScalarExpr::Kind::Apply:
    return evaluateApply(expr);
  case ScalarExpr::Kind::Reduce: {
    Term body = getTerm(expr->operands.front());
    switch (expr->reduction) {
    case ReductionKind::Sum:
      return sum(body, expr->axes);
    case ReductionKind::Maximum:
    case ReductionKind::Minimum:
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

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

/// Terms share their parts, so that the text of one may be far longer than it:
/// what is nested deeper than this, or comes after so many parts, is left out.
static constexpr unsigned maxPrintedDepth = 6;
static constexpr size_t maxPrintedParts = 6;

static void printPoly(const Poly *poly, raw_ostream &os, unsigned depth);

/// Writes an index with the axes that reductions bind as k0, k1, ..., and
/// those of a reduction around another one as k4, k5, ...
static void printIndex(AffineExpr index, raw_ostream &os) {
  DenseMap<AffineExpr, AffineExpr> names;
  index.walk([&](AffineExpr part) {
    auto dim = dyn_cast<AffineDimExpr>(part);
    if (dim && dim.getPosition() >= IndexNotation::firstBoundPosition)
      names[dim] = getAffineSymbolExpr(dim.getPosition() / 64 % 64 * 4 +
                                           dim.getPosition() % 64,
                                       index.getContext());
  });
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << index.replace(names);
  for (char character : text)
    if (character == 's')
      os << 'k';
    else
      os << character;
}

static void printAtom(const Atom *atom, raw_ostream &os, unsigned depth) {
  auto printOperands = [&](StringRef name) {
    os << name << '(';
    llvm::interleaveComma(atom->operands, os, [&](const Poly *operand) {
      printPoly(operand, os, depth + 1);
    });
    os << ')';
  };
  auto printIndices = [&] {
    os << '[';
    llvm::interleaveComma(atom->indices, os,
                          [&](AffineExpr index) { printIndex(index, os); });
    os << ']';
  };
  switch (atom->kind) {
  case Atom::Kind::Element:
    atom->source.printAsOperand(os, OpPrintingFlags());
    if (!atom->indices.empty())
      printIndices();
    return;
  case Atom::Kind::Constant:
    os << atom->constant;
    return;
  case Atom::Kind::Index:
    printIndices();
    return;
  case Atom::Kind::Sum:
    return printOperands("sum");
  case Atom::Kind::Extremum:
    return printOperands(atom->reduction == ReductionKind::Maximum ? "max"
                                                                   : "min");
  case Atom::Kind::Product:
    return printOperands("prod");
  case Atom::Kind::Log:
    return printOperands("log");
  case Atom::Kind::Group:
    return printOperands("");
  case Atom::Kind::Apply:
    return printOperands(atom->name->getStringRef());
  }
}

static void printMonomial(const Monomial &monomial, raw_ostream &os,
                          unsigned depth) {
  bool needsTimes = false;
  auto times = [&]() -> raw_ostream & {
    if (needsTimes)
      os << " * ";
    needsTimes = true;
    return os;
  };
  double coefficient = std::abs(monomial.coefficient);
  if (coefficient != 1.0 ||
      (monomial.factors.empty() && monomial.exponent->isZero()))
    times() << llvm::format("%g", coefficient);
  for (auto [atom, power] : monomial.factors) {
    printAtom(atom, times(), depth);
    if (power != 1)
      os << '^' << power;
  }
  if (!monomial.exponent->isZero()) {
    times() << "exp(";
    printPoly(monomial.exponent, os, depth + 1);
    os << ')';
  }
}

static void printPoly(const Poly *poly, raw_ostream &os, unsigned depth) {
  if (poly->isZero())
    os << '0';
  if (depth > maxPrintedDepth) {
    os << "...";
    return;
  }
  for (auto [index, monomial] : llvm::enumerate(poly->monomials)) {
    bool isNegative = monomial.coefficient < 0;
    if (index > 0)
      os << (isNegative ? " - " : " + ");
    else if (isNegative)
      os << '-';
    if (index == maxPrintedParts) {
      os << "...";
      return;
    }
    printMonomial(monomial, os, depth);
  }
}

void LogDomain::print(const Poly *poly, raw_ostream &os) {
  printPoly(poly, os, /*depth=*/0);
}

void LogDomain::print(const Atom *atom, raw_ostream &os) {
  printAtom(atom, os, /*depth=*/0);
}
