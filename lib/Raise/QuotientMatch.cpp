//===- QuotientMatch.cpp - An exponential over a sum of them --------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "QuotientMatch.h"
#include "LogitFinder.h"
#include "ShiftSafety.h"
#include "SinkMatch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// A term of the form exp(E) / Z, or exp(E) / (Z + exp(sink)).
struct Quotient {
  const Poly *numerator = nullptr;
  const Atom *sum = nullptr;
  SmallVector<Guard, 0> guards;
  const Poly *sink = nullptr;
  /// What cancelled where the sum's shift was taken out of it.
  SmallVector<const Atom *, 2> cancelled;
};

} // namespace

/// Takes `term` apart. A refusal where it divides by a sum of exponentials and
/// more; neither a quotient nor a refusal where it is no candidate at all.
static std::optional<Quotient> getQuotient(LogDomain &domain, const Term &term,
                                           std::optional<Refusal> &refusal) {
  if (term.poly->monomials.size() != 1)
    return std::nullopt;
  const Monomial &monomial = term.poly->monomials.front();
  if (monomial.exponent->isZero())
    return std::nullopt;
  Quotient quotient{monomial.exponent, nullptr, term.guards};
  bool isPlain = monomial.coefficient == 1.0;
  for (auto [atom, power] : monomial.factors) {
    std::optional<SumWithSink> withSink;
    if (power == -1 && !quotient.sum)
      withSink = getSumWithSink(domain, atom);
    if (withSink) {
      Term numerator =
          domain.add(Term{monomial.exponent, {}, {}},
                     domain.scale(Term{withSink->shift, {}, {}}, -1.0));
      quotient.numerator = numerator.poly;
      quotient.sum = withSink->sum;
      quotient.sink = withSink->sink;
      for (const Monomial &part : withSink->shift->monomials)
        for (auto [factor, ofFactor] : part.factors)
          quotient.cancelled.push_back(factor);
      continue;
    }
    if (power < 0 && !getExponentialBody(atom) &&
        containsExponentialSum(atom)) {
      refusal = refuseTerm(domain, atom);
      return std::nullopt;
    }
    if (power == -1 && getExponentialBody(atom) && !quotient.sum)
      quotient.sum = atom;
    else
      isPlain = false;
  }
  const Atom *sum = quotient.sum;
  // A reciprocal of the sum, times something of the row as a whole, is a step
  // on the way at most.
  if (!sum ||
      llvm::all_of(monomial.exponent->positions, [&](unsigned position) {
        return llvm::is_contained(sum->positions, position);
      }))
    return std::nullopt;
  // Where nothing but masks is under the exponential, it is 1 where they let
  // through, and the sum a count: a mean over these is no softmax that was
  // missed.
  bool isCount =
      llvm::all_of(monomial.exponent->monomials,
                   [](const Monomial &part) { return part.isMask(); });
  if (isCount && !isPlain)
    return std::nullopt;
  if (!getExponentialBody(sum)->factors.empty())
    refusal = refuseWeight(domain, sum);
  else if (!isPlain)
    refusal = refuseFactor(domain, monomial, sum);
  if (refusal)
    return std::nullopt;
  return quotient;
}

/// `term` divided by `z` where it is divided by `z` or, where that is 0, by
/// another number: a sum of exponentials is 0 only where all of them are, so
/// that the quotient is 0 there. The condition becomes a guard, and whether `z`
/// is the sum of a row is for others to tell.
static Term withGuardedDivisor(LogDomain &domain, const Term &term) {
  if (term.poly->monomials.size() != 1)
    return term;
  for (auto [atom, power] : term.poly->monomials.front().factors) {
    if (power != -1 || atom->kind != Atom::Kind::Apply ||
        atom->name->getStringRef() != arith::SelectOp::getOperationName())
      continue;
    for (bool isNegated : {true, false}) {
      Guard guard = domain.getCondition(atom->operands[0]);
      guard.isNegated = guard.isNegated != isNegated;
      const Poly *otherwise = atom->operands[isNegated ? 1 : 2];
      const Poly *divisor = atom->operands[isNegated ? 2 : 1];
      std::optional<double> number = otherwise->getNumber();
      if (!number || *number == 0.0 || divisor->getNumber())
        continue;
      Term rest = domain.multiply(term, domain.getAtomTerm(atom));
      Term result =
          domain.multiply(rest, domain.power(Term{divisor, {}, {}}, -1));
      // The divisor is no shift that cancelled.
      llvm::erase(result.cancelled, atom);
      result.guards.push_back(guard);
      return result;
    }
  }
  return term;
}

/// Finds the loops along which `quotient` is normalised. Guards that are masks
/// of the logits become part of them; `tests` takes the others.
static bool alignQuotient(LogDomain &domain, const Quotient &quotient,
                          RowMatch &match, SmallVectorImpl<Guard> &tests) {
  const Poly *body = getExponentialBody(quotient.sum)->exponent;
  return forEachAxisAssignment(
      domain, match.loops, quotient.sum->axes, quotient.sum->positions,
      [&](const DenseMap<AffineExpr, AffineExpr> &map, ArrayRef<int64_t> dims) {
        const Poly *aligned = domain.substitute(body, map);
        Term numerator{quotient.numerator, {}, {}};
        tests.clear();
        for (const Guard &guard : quotient.guards) {
          Term mask = domain.getMask(guard);
          const Atom *atom = mask.poly->getSingleAtom();
          if (llvm::any_of(aligned->monomials, [&](const Monomial &part) {
                return part.getSingleFactor() == atom;
              }))
            numerator = domain.add(numerator, mask);
          else
            tests.push_back(guard);
        }
        if (aligned != numerator.poly)
          return false;
        match.logit = aligned;
        match.rowLoops.assign(dims.begin(), dims.end());
        return true;
      });
}

/// `poly` whatever it is indexed by.
static const Poly *withoutIndices(LogDomain &domain, const Poly *poly) {
  DenseMap<AffineExpr, AffineExpr> map;
  MLIRContext *context = domain.getNotation().getContext();
  for (unsigned position : poly->positions)
    map[getAffineDimExpr(position, context)] =
        getAffineConstantExpr(0, context);
  return domain.substitute(poly, map);
}

/// True if `poly` is a multiple of exponentials of `logit`, indexed in whatever
/// way, or of sums of such.
static bool isMadeOfExponentials(LogDomain &domain, const Poly *poly,
                                 const Poly *logit) {
  return llvm::any_of(poly->monomials, [&](const Monomial &monomial) {
    return withoutIndices(domain, monomial.exponent) == logit ||
           llvm::any_of(monomial.factors, [&](auto &factor) {
             const Monomial *body = getExponentialBody(factor.first);
             return body && withoutIndices(domain, body->exponent) == logit;
           });
  });
}

/// The only value that is computed from `root`, if it is a product with `root`
/// as a factor.
static Value getOnlyProduct(IndexNotation &notation, Value root) {
  if (!root.hasOneUse() || root.getUsers().begin()->getNumResults() != 1)
    return {};
  Value product = root.getUsers().begin()->getResult(0);
  if (!isa<RankedTensorType>(product.getType()))
    return {};
  const Definition *definition = notation.getDefinition(product);
  return definition && definition->value->isApply("arith.mulf") ? product
                                                                : Value();
}

/// The factors beside `root` of its product, at an element of the product.
static Term getOtherFactor(LogDomain &domain, Value product, Value root) {
  IndexNotation &notation = domain.getNotation();
  std::function<bool(const ScalarExpr *)> reads = [&](const ScalarExpr *expr) {
    return expr->source == root || llvm::any_of(expr->operands, reads);
  };
  Term factor = domain.getConstant(1.0);
  for (const ScalarExpr *expr :
       notation.getDefinition(product)->value->operands)
    if (!reads(expr))
      factor = domain.multiply(factor, domain.getTerm(expr));
  return factor;
}

/// A quotient that is used for nothing but to be multiplied by sums of the same
/// exponentials is a step of another normalisation, which would still take the
/// exponentials as they are.
static std::optional<Refusal> checkNormalisation(LogDomain &domain,
                                                 const RowMatch &match,
                                                 const Quotient &quotient) {
  Value product = getOnlyProduct(domain.getNotation(), match.root);
  if (!product)
    return std::nullopt;
  const Poly *logit = withoutIndices(domain, match.logit);
  const Poly *factor = getOtherFactor(domain, product, match.root).poly;
  auto refuse = [&](const std::string &origin) {
    return Refusal{RefusalCode::ExtraFactor,
                   toQuotient(domain, quotient.numerator, quotient.sum),
                   domain.toFormula(factor) + origin};
  };
  if (isMadeOfExponentials(domain, factor, logit))
    return refuse("");
  SetVector<Value> sources;
  sources.insert_range(product.getDefiningOp()->getOperands());
  constexpr size_t mostSources = 64;
  for (size_t next = 0; next < sources.size() && next < mostSources; ++next) {
    Value source = sources[next];
    Operation *op = source.getDefiningOp();
    if (source == match.root || !op || !isa<RankedTensorType>(source.getType()))
      continue;
    const Poly *poly = domain.getTerm(source).poly;
    // In the source's own dimensions, so that it has to be told which it is.
    if (isMadeOfExponentials(domain, poly, logit))
      return refuse(", made of " + domain.getName(source) + " = " +
                    domain.toFormula(poly));
    // What only selects, moves or reduces elements; not a logarithm of them.
    if (poly->getSingleAtom())
      sources.insert_range(op->getOperands());
  }
  return std::nullopt;
}

/// Of a term that divides by a sum of exponentials and something more.
static Refusal refuseSink(LogDomain &domain, const Term &term) {
  for (auto [atom, power] : term.poly->monomials.front().factors)
    if (power == -1 && atom->kind == Atom::Kind::Group)
      return refuseTerm(domain, atom);
  llvm_unreachable("the divisor is a group");
}

/// Gives `match`, whose logits are found, the sink of `quotient` relative to
/// them; false if it is none of the row, or has no expression.
static bool setSink(LogDomain &domain, const Quotient &quotient,
                    RowMatch &match) {
  // What stays in the logits of a row has to be in its sink as well.
  Term kept = domain.add(domain.getTerm(match.logitExpression),
                         domain.scale(Term{match.logit, {}, {}}, -1.0));
  const Poly *sink = domain.add(Term{quotient.sink, {}, {}}, kept).poly;
  match.sink =
      match.variesAlongRow(sink)
          ? nullptr
          : toSinkExpression(domain, sink, match.logitExpression->type);
  return match.sink;
}

/// Matches `expr`, whose term, or the exponential of it, is `term`; `match` has
/// its kind and loops, and its root if it is a value.
static MatchResult matchExpression(LogDomain &domain, const ScalarExpr *expr,
                                   RowMatch match, const Term &whole) {
  std::optional<Refusal> refusal, ofGuarded;
  Term term = whole;
  std::optional<Quotient> quotient = getQuotient(domain, term, refusal);
  if (!quotient) {
    term = withGuardedDivisor(domain, whole);
    quotient = getQuotient(domain, term, ofGuarded);
  }
  if (!quotient)
    return {std::nullopt, refusal};
  SmallVector<Guard> tests;
  if (!alignQuotient(domain, *quotient, match, tests))
    return {std::nullopt, explainQuotient(domain, match.loops,
                                          quotient->numerator, quotient->sum)};
  for (const Guard &test : tests)
    if (!isLiveRowTest(domain, match, test, /*mayBeInfinite=*/false))
      return {};
  if (!quotient->guards.empty())
    match.rowDeath = RowDeath::Zero;
  // For now, because what may be dropped as a shift depends on it.
  if (quotient->sink)
    match.sink = toSinkExpression(domain, quotient->sink, expr->type);
  if (failed(findLogits(domain, expr, match)))
    return {std::nullopt,
            Refusal{RefusalCode::LogitForm, domain.toFormula(match.logit),
                    domain.toFormula(quotient->sum)}};
  if (quotient->sink && !setSink(domain, *quotient, match))
    return {std::nullopt, refuseSink(domain, term)};
  SmallVector<const Atom *, 2> cancelled = term.cancelled;
  llvm::append_range(cancelled, quotient->cancelled);
  refusal = checkShifts(domain, cancelled, match);
  if (!refusal && match.root && match.kind == ResultKind::Probabilities)
    refusal = checkNormalisation(domain, match, *quotient);
  if (refusal)
    return {std::nullopt, refusal};
  return {match, std::nullopt};
}

MatchResult lse::matchQuotient(LogDomain &domain, Value root, ResultKind kind,
                               const Term &term, double factor) {
  RowMatch match;
  match.root = root;
  match.kind = kind;
  match.factor = factor;
  match.loops = getExtents(domain, root);
  return matchExpression(
      domain, domain.getNotation().getDefinition(root)->value, match, term);
}

std::optional<RowMatch> lse::matchProbabilities(LogDomain &domain,
                                                const ScalarExpr *expr,
                                                ArrayRef<Extent> loops) {
  RowMatch match;
  match.kind = ResultKind::Probabilities;
  match.loops.assign(loops.begin(), loops.end());
  return matchExpression(domain, expr, match, domain.getTerm(expr)).match;
}
