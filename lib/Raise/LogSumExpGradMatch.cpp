//===- LogSumExpGradMatch.cpp - Is this a log-sum-exp's gradient? ---------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogSumExpGradMatch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// A factor, or what is divided by.
struct Part {
  const ScalarExpr *expr;
  bool isDivisor;
};

class LogSumExpGradMatcher {
public:
  LogSumExpGradMatcher(LogDomain &domain, const KnownRows &known)
      : domain(domain), notation(domain.getNotation()), known(known) {}

  std::optional<RowMatch> match(Value root);

private:
  /// Takes `expr` apart, looking into products of exponentials and their sums;
  /// false if it has too many parts.
  bool collect(const ScalarExpr *expr, bool isDivisor);
  bool isExponential(const ScalarExpr *expr) {
    const Poly *poly = domain.getTerm(expr).poly;
    return poly->monomials.size() == 1 &&
           !poly->monomials.front().exponent->isZero();
  }
  bool isSumOfExponentials(const ScalarExpr *expr) {
    const Poly *poly = domain.getTerm(expr).poly;
    return poly->monomials.size() == 1 &&
           llvm::any_of(poly->monomials.front().factors, [](auto &factor) {
             return factor.first->kind == Atom::Kind::Sum &&
                    getExponentialBody(factor.first);
           });
  }
  /// True if exponentials or a sum of some are a factor of `expr`: the source's
  /// own product of other numbers stays one.
  bool mayHaveExponentials(const ScalarExpr *expr) {
    const Poly *poly = domain.getTerm(expr).poly;
    return poly->monomials.size() != 1 || isExponential(expr) ||
           isSumOfExponentials(expr);
  }
  /// What is left of the parts without two of them, if that is the same for
  /// each row of `rows` and no plain number.
  const ScalarExpr *getRest(size_t exponential, size_t sum,
                            const RowMatch &rows);
  const ScalarExpr *apply(StringRef name, const ScalarExpr *a,
                          const ScalarExpr *b) {
    MLIRContext *context = notation.getContext();
    return notation.getApply(OperationName(name, context),
                             DictionaryAttr::get(context), a->type, {a, b});
  }

  static constexpr size_t maxParts = 8;

  LogDomain &domain;
  IndexNotation &notation;
  const KnownRows &known;
  SmallVector<Part, maxParts> parts;
};

} // namespace

bool LogSumExpGradMatcher::collect(const ScalarExpr *expr, bool isDivisor) {
  expr = withoutMoves(notation, expr);
  const ScalarExpr *product = expr;
  // What is raised already is there, and is not computed again.
  if (expr->kind == ScalarExpr::Kind::Access)
    product = known.getMatch(expr->source) || !mayHaveExponentials(expr)
                  ? nullptr
                  : notation.getDefinition(expr);
  bool isQuotient = product && product->isApply("arith.divf");
  if (isQuotient || (product && product->isApply("arith.mulf")))
    return collect(product->operands[0], isDivisor) &&
           collect(product->operands[1], isDivisor != isQuotient);
  parts.push_back({expr, isDivisor});
  return parts.size() <= maxParts;
}

const ScalarExpr *LogSumExpGradMatcher::getRest(size_t exponential, size_t sum,
                                                const RowMatch &rows) {
  const ScalarExpr *rest = nullptr;
  bool isNumber = true;
  // Factors first, so that there is something to divide.
  Type type = parts[exponential].expr->type;
  for (bool isDivisor : {false, true})
    for (auto [index, part] : llvm::enumerate(parts)) {
      if (index == exponential || index == sum || part.isDivisor != isDivisor)
        continue;
      Term term = domain.getTerm(part.expr);
      if (rows.variesAlongRow(term) || rows.readsAlongRow(part.expr) ||
          part.expr->type != type)
        return nullptr;
      std::optional<double> number = term.poly->getNumber();
      // That of a reciprocal.
      if (number == 1.0)
        continue;
      isNumber &= number.has_value();
      if (!rest && isDivisor)
        rest = notation.getConstant(
            cast<TypedAttr>(Attribute(FloatAttr::get(part.expr->type, 1.0))));
      rest = rest ? apply(isDivisor ? arith::DivFOp::getOperationName()
                                    : arith::MulFOp::getOperationName(),
                          rest, part.expr)
                  : part.expr;
    }
  return isNumber ? nullptr : rest;
}

std::optional<RowMatch> LogSumExpGradMatcher::match(Value root) {
  const Definition *definition = notation.getDefinition(root);
  if (!definition || !definition->value ||
      !collect(definition->value, /*isDivisor=*/false) || parts.size() < 3)
    return std::nullopt;
  SmallVector<Extent> loops = getExtents(domain, root);
  for (auto [e, exponential] : llvm::enumerate(parts)) {
    if (exponential.isDivisor || !isExponential(exponential.expr))
      continue;
    for (auto [s, sum] : llvm::enumerate(parts)) {
      if (!sum.isDivisor || !isSumOfExponentials(sum.expr) ||
          sum.expr->type != exponential.expr->type)
        continue;
      std::optional<RowMatch> rows = matchProbabilities(
          domain,
          apply(arith::DivFOp::getOperationName(), exponential.expr, sum.expr),
          loops);
      // Repeated along another loop, exponentials would be computed again.
      bool isRepeated =
          rows && llvm::any_of(llvm::enumerate(loops), [&](auto it) {
            return it.value().size != 1 && !rows->logit->variesOver(it.index());
          });
      if (!rows || rows->sink || isRepeated)
        continue;
      rows->target = getRest(e, s, *rows);
      if (!rows->target)
        continue;
      rows->root = root;
      rows->kind = ResultKind::Gradient;
      rows->name = OperationName(LogSumExpGradOp::getOperationName(),
                                 notation.getContext());
      return rows;
    }
  }
  return std::nullopt;
}

std::optional<RowMatch> lse::matchLogSumExpGradient(LogDomain &domain,
                                                    const KnownRows &known,
                                                    Value root) {
  return LogSumExpGradMatcher(domain, known).match(root);
}
