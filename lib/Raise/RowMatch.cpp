//===- RowMatch.cpp - Is this value made of rows' log-sum-exp? ------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowMatch.h"
#include "LogitFinder.h"
#include "QuotientMatch.h"
#include "ShiftSafety.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Parts of a term
//===----------------------------------------------------------------------===//

bool RowMatch::readsAlongRow(const ScalarExpr *expr) const {
  llvm::SetVector<const ScalarExpr *> reached;
  reached.insert(expr);
  for (size_t next = 0; next < reached.size(); ++next) {
    const ScalarExpr *part = reached[next];
    for (AffineExpr index : part->indices)
      if (llvm::any_of(rowLoops, [&](int64_t loop) {
            return index.isFunctionOfDim(loop);
          }))
        return true;
    reached.insert_range(part->operands);
  }
  return false;
}

const ScalarExpr *lse::withoutMoves(IndexNotation &notation,
                                    const ScalarExpr *expr) {
  while (expr->kind == ScalarExpr::Kind::Access) {
    const ScalarExpr *definition = notation.getDefinition(expr);
    if (!definition || definition->kind != ScalarExpr::Kind::Access)
      break;
    expr = definition;
  }
  return expr;
}

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

SmallVector<Extent> lse::getExtents(LogDomain &domain, Value root) {
  SmallVector<Extent> extents;
  int64_t rank = cast<RankedTensorType>(root.getType()).getRank();
  for (int64_t dim = 0; dim < rank; ++dim)
    extents.push_back(domain.getNotation().getExtent(root, dim));
  return extents;
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
