//===- RowMatch.cpp - Is this value made of rows' log-sum-exp? ------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowMatch.h"
#include "LogitFinder.h"
#include "ShiftSafety.h"
#include "SinkMatch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Parts of a term
//===----------------------------------------------------------------------===//

bool RowMatch::variesAlongRow(const Poly *poly) const {
  return llvm::any_of(rowLoops, [&](int64_t loop) {
    return poly->variesOver(static_cast<unsigned>(loop));
  });
}

const Monomial *lse::getExponentialBody(const Atom *atom) {
  if (atom->kind != Atom::Kind::Sum ||
      atom->operands.front()->monomials.size() != 1)
    return nullptr;
  const Monomial &body = atom->operands.front()->monomials.front();
  return body.exponent->isZero() ? nullptr : &body;
}

const Atom *lse::getLoggedSum(const Monomial &monomial) {
  const Atom *log = monomial.getSingleFactor();
  if (!log || log->kind != Atom::Kind::Log)
    return nullptr;
  const Atom *sum = log->operands.front()->getSingleAtom();
  return sum && getExponentialBody(sum) ? sum : nullptr;
}

bool lse::anyPart(const Atom *atom, function_ref<bool(const Atom *)> isWanted) {
  SetVector<const Atom *> reached;
  reached.insert(atom);
  for (size_t next = 0; next < reached.size(); ++next) {
    const Atom *part = reached[next];
    if (isWanted(part))
      return true;
    if (part->kind != Atom::Kind::Group && part->kind != Atom::Kind::Apply)
      continue;
    for (const Poly *operand : part->operands)
      for (const Monomial &monomial : operand->monomials)
        for (auto [factor, power] : monomial.factors)
          reached.insert(factor);
  }
  return false;
}

bool lse::containsExponentialSum(const Atom *atom) {
  return anyPart(atom, [](const Atom *part) {
    return getExponentialBody(part) != nullptr;
  });
}

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

bool lse::forEachAxisAssignment(
    LogDomain &domain, ArrayRef<Extent> loops, ArrayRef<BoundAxis> axes,
    ArrayRef<unsigned> taken,
    function_ref<bool(const DenseMap<AffineExpr, AffineExpr> &,
                      ArrayRef<int64_t>)>
        accept) {
  MLIRContext *context = domain.getNotation().getContext();
  int64_t rank = loops.size();
  DenseMap<AffineExpr, AffineExpr> map;
  SmallVector<int64_t> chosen;
  // All orders of seven axes; more are given up.
  unsigned trials = 5040;
  std::function<bool(size_t)> assign = [&](size_t index) {
    if (trials == 0)
      return false;
    if (index == axes.size()) {
      --trials;
      SmallVector<int64_t> dims = llvm::to_vector(chosen);
      llvm::sort(dims);
      return accept(map, dims);
    }
    for (int64_t dim = 0; dim < rank; ++dim) {
      if (llvm::is_contained(chosen, dim) || llvm::is_contained(taken, dim) ||
          loops[dim] != axes[index].extent)
        continue;
      chosen.push_back(dim);
      map[getAffineDimExpr(axes[index].position, context)] =
          getAffineDimExpr(dim, context);
      if (assign(index + 1))
        return true;
      chosen.pop_back();
    }
    return false;
  };
  return assign(0);
}

static SmallVector<Extent> getExtents(LogDomain &domain, Value root) {
  SmallVector<Extent> extents;
  int64_t rank = cast<RankedTensorType>(root.getType()).getRank();
  for (int64_t dim = 0; dim < rank; ++dim)
    extents.push_back(domain.getNotation().getExtent(root, dim));
  return extents;
}

//===----------------------------------------------------------------------===//
// Quotients
//===----------------------------------------------------------------------===//

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
static MatchResult matchQuotient(LogDomain &domain, const ScalarExpr *expr,
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

static MatchResult matchQuotient(LogDomain &domain, Value root, ResultKind kind,
                                 const Term &term, double factor = 1.0) {
  RowMatch match;
  match.root = root;
  match.kind = kind;
  match.factor = factor;
  match.loops = getExtents(domain, root);
  return matchQuotient(domain, domain.getNotation().getDefinition(root)->value,
                       match, term);
}

std::optional<RowMatch> lse::matchProbabilities(LogDomain &domain,
                                                const ScalarExpr *expr,
                                                ArrayRef<Extent> loops) {
  RowMatch match;
  match.kind = ResultKind::Probabilities;
  match.loops.assign(loops.begin(), loops.end());
  return matchQuotient(domain, expr, match, domain.getTerm(expr)).match;
}

//===----------------------------------------------------------------------===//
// Logarithms
//===----------------------------------------------------------------------===//

/// True if `sum`, whose logarithm is subtracted from `rest`, has anything to do
/// with it: both are made of the same tensor. A label's logit less a
/// log-sum-exp, for example, is no log-softmax that went wrong.
static bool isRelated(const Poly *rest, const Atom *sum) {
  SetVector<Value> sources = getSources(rest);
  return llvm::any_of(getSources(sum->operands.front()),
                      [&](Value source) { return sources.contains(source); });
}

/// Matches `root` as `sign`, 1 or -1, times log-probabilities, which are
/// `term`.
static MatchResult matchDifference(LogDomain &domain, Value root,
                                   const Term &term, const Atom *sum,
                                   double sign) {
  MatchResult result = matchQuotient(domain, root, ResultKind::LogProbabilities,
                                     domain.exponential(term), sign);
  if (!result.match && !isRelated(term.poly, sum))
    return {};
  return result;
}

static MatchResult matchLogSumExp(LogDomain &domain, Value root,
                                  const Term &term, const Atom *sum) {
  // A value that repeats another along a dimension is not where it comes from.
  SmallVector<Extent> extents = getExtents(domain, root);
  for (auto [dim, extent] : llvm::enumerate(extents))
    if (extent.size != 1 && !term.poly->variesOver(dim))
      return {};
  const Monomial *body = getExponentialBody(sum);
  if (!body->factors.empty())
    return {std::nullopt, refuseWeight(domain, sum)};
  RowMatch match;
  match.root = root;
  match.kind = ResultKind::LogSumExp;
  match.loops = extents;
  if (failed(findSummedLogits(domain, match))) {
    // What is added to a log-sum-exp is no reason to say that it is none.
    if (term.poly->monomials.size() > 1)
      return {};
    return {std::nullopt,
            Refusal{RefusalCode::LogitForm, domain.toFormula(body->exponent),
                    domain.toFormula(sum)}};
  }
  // The operation answers rows with an infinite maximum with that, too.
  for (const Guard &guard : term.guards)
    if (!isLiveRowTest(domain, match, guard, /*mayBeInfinite=*/true))
      return {};
  if (std::optional<Refusal> refusal =
          checkShifts(domain, term.cancelled, match))
    return {std::nullopt, refusal};
  return {match, std::nullopt};
}

/// Reads a term with logarithms in it: the only one of a sum of exponentials
/// tells what is to be looked for.
static MatchResult matchLogarithm(LogDomain &domain, Value root,
                                  const Term &term) {
  const Monomial *logged = nullptr;
  for (const Monomial &monomial : term.poly->monomials) {
    const Atom *log = monomial.getSingleFactor();
    if (!log || log->kind != Atom::Kind::Log)
      continue;
    if (getLoggedSum(monomial)) {
      if (logged)
        return {};
      logged = &monomial;
    } else if (const Atom *whole = log->operands.front()->getSingleAtom();
               whole && containsExponentialSum(whole)) {
      return {std::nullopt, refuseTerm(domain, whole)};
    }
  }
  if (!logged)
    return {};
  const Atom *sum = getLoggedSum(*logged);
  if (logged->coefficient == -1.0)
    return matchDifference(domain, root, term, sum, /*sign=*/1.0);
  // What is subtracted from the logarithm is the logit, if it is one of many.
  if (logged->coefficient == 1.0)
    if (MatchResult result =
            matchDifference(domain, root, domain.scale(term, -1.0), sum,
                            /*sign=*/-1.0);
        result.match)
      return result;
  // Less a maximum it is a step on the way: the source adds that again.
  bool isStep = llvm::any_of(term.poly->monomials, [](const Monomial &part) {
    return llvm::any_of(part.factors, [](auto &factor) {
      return anyPart(factor.first, [](const Atom *inner) {
        return inner->kind == Atom::Kind::Extremum;
      });
    });
  });
  if (logged->coefficient == 1.0 && !isStep)
    return matchLogSumExp(domain, root, term, sum);
  return {};
}

MatchResult lse::matchRows(LogDomain &domain, Value root) {
  // What only moves the elements of another value is no computation.
  const Definition *definition = domain.getNotation().getDefinition(root);
  if (!definition || definition->value->kind == ScalarExpr::Kind::Access)
    return {};
  Term term = domain.getTerm(root);
  MatchResult result = matchLogarithm(domain, root, term);
  if (result.match || result.refusal)
    return result;
  return matchQuotient(domain, root, ResultKind::Probabilities, term);
}
