//===- LogDomainPrint.cpp - Terms as formulas -----------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/LogDomain.h"
#include "mlir/IR/AsmState.h"
#include "llvm/Support/Format.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

/// Terms share their parts, so that the text of one may be far longer than it:
/// what is nested deeper than this, or comes after so many parts, is left out.
static constexpr unsigned maxPrintedDepth = 6;
static constexpr size_t maxPrintedParts = 6;

namespace {

/// Where a formula goes, and the names of the values in it.
struct FormulaPrinter {
  raw_ostream &os;
  AsmState &names;

  void print(const Poly *poly, unsigned depth);
  void print(const Monomial &monomial, unsigned depth);
  void print(const Atom *atom, unsigned depth);
};

} // namespace

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

static StringRef getExtremumName(ReductionKind kind) {
  switch (kind) {
  case ReductionKind::Maximum:
    return "max";
  case ReductionKind::Minimum:
    return "min";
  case ReductionKind::All:
    return "all";
  case ReductionKind::Any:
    return "any";
  case ReductionKind::Sum:
  case ReductionKind::Product:
    break;
  }
  llvm_unreachable("not an extremum");
}

void FormulaPrinter::print(const Atom *atom, unsigned depth) {
  auto printOperands = [&](StringRef name) {
    os << name << '(';
    llvm::interleaveComma(atom->operands, os, [&](const Poly *operand) {
      print(operand, depth + 1);
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
    atom->source.printAsOperand(os, names);
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
    return printOperands(getExtremumName(atom->reduction));
  case Atom::Kind::Product:
    return printOperands("prod");
  case Atom::Kind::Log:
    return printOperands("log");
  case Atom::Kind::Group:
    return printOperands("");
  case Atom::Kind::Mask:
    return printOperands(atom->isNegated ? "mask_not" : "mask");
  case Atom::Kind::Apply:
    if (!atom->source)
      return printOperands(atom->name->getStringRef());
    // An element at an index that is computed.
    atom->source.printAsOperand(os, names);
    os << '[';
    llvm::interleaveComma(atom->operands, os, [&](const Poly *operand) {
      print(operand, depth + 1);
    });
    os << ']';
    return;
  }
}

void FormulaPrinter::print(const Monomial &monomial, unsigned depth) {
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
    // Six digits are to read; what is nearly 1 must not look like it.
    times() << llvm::format(std::abs(coefficient - 1.0) < 1e-5 ? "%.17g" : "%g",
                            coefficient);
  for (auto [atom, power] : monomial.factors) {
    times();
    print(atom, depth);
    if (power != 1)
      os << '^' << power;
  }
  if (!monomial.exponent->isZero()) {
    times() << "exp(";
    print(monomial.exponent, depth + 1);
    os << ')';
  }
}

void FormulaPrinter::print(const Poly *poly, unsigned depth) {
  // A group needs its parentheses as a factor only.
  if (const Atom *atom = poly->getSingleAtom();
      atom && atom->kind == Atom::Kind::Group)
    return print(atom->operands.front(), depth);
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
    print(monomial, depth);
  }
}

AsmState &LogDomain::getNames() {
  // Numbering values takes time that is worth spending once only.
  if (!names)
    names = std::make_unique<AsmState>(scope);
  return *names;
}

std::string LogDomain::toFormula(const Poly *poly) {
  std::string text;
  llvm::raw_string_ostream os(text);
  FormulaPrinter{os, getNames()}.print(poly, /*depth=*/0);
  return text;
}

std::string LogDomain::toFormula(const Atom *atom) {
  std::string text;
  llvm::raw_string_ostream os(text);
  FormulaPrinter{os, getNames()}.print(atom, /*depth=*/0);
  return text;
}

std::string LogDomain::getName(Value value) {
  std::string text;
  llvm::raw_string_ostream os(text);
  value.printAsOperand(os, getNames());
  return text;
}
