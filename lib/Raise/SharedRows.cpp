//===- SharedRows.cpp - Log-sum-exps beside attention ---------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SharedRows.h"
#include "ScoreMatch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Rows of a log-sum-exp
//===----------------------------------------------------------------------===//

namespace {

/// The rows of a log-sum-exp with a score in their logits, in loops of their
/// own: those of the root's dimensions, then those of a row.
struct ScoredRows {
  SmallVector<Extent> loops;
  /// For each dimension of the root, the loops that it is made of.
  SmallVector<SmallVector<int64_t>> rootDims;
  const ScalarExpr *logit = nullptr;
  AttentionParts parts;
};

} // namespace

static std::optional<ScoredRows>
findScoredRows(LogDomain &domain, MatchFinder getMatch, const RowMatch &match) {
  constexpr unsigned maxAttempts = 16;
  IndexNotation &notation = domain.getNotation();
  ElementSources sources(notation);
  LoopParts &parts = sources.getParts();
  unsigned numLoops = match.loops.size();
  unsigned numRootLoops = numLoops - match.rowLoops.size();
  std::optional<ScoredRows> best;
  // As for an attention, with one more cut more may be found.
  for (unsigned attempt = 0; attempt < maxAttempts; ++attempt) {
    parts.restart();
    SmallVector<AffineExpr> indices;
    for (const Extent &extent : match.loops)
      indices.push_back(parts.getIndex(parts.addLoop(extent)));
    ScoredRows rows;
    rows.logit = ScoreMatcher(domain, getMatch, sources, numRootLoops, numLoops)
                     .match(notation.substitute(match.logitExpression, indices),
                            rows.parts);
    if (rows.logit) {
      rows.loops = parts.getExtents();
      for (unsigned loop = 0; loop < numRootLoops; ++loop)
        rows.rootDims.emplace_back(parts.getParts(loop));
      best = std::move(rows);
    }
    if (!parts.needsRestart())
      break;
  }
  return best;
}

//===----------------------------------------------------------------------===//
// The same rows in the loops of an attention
//===----------------------------------------------------------------------===//

namespace {

/// Finds out which loops of an attention the loops of a log-sum-exp are, and
/// whether the logits are the same then.
class RowAligner {
public:
  RowAligner(LogDomain &domain, const RowRewrite &attention,
             const ScoredRows &rows)
      : domain(domain), notation(domain.getNotation()), attention(attention),
        parts(*attention.match.attention), rows(rows),
        context(notation.getContext()) {}

  /// The log-sum-exp that `match` is, in terms of the attention's loops and
  /// logits; nothing if its rows are others.
  std::optional<SumBeside> align(const RowMatch &match);

private:
  Extent getOwnExtent(int64_t loop) const { return rows.loops[loop]; }
  Extent getExtent(int64_t loop) const {
    const Extent &extent = attention.match.loops[loop];
    return extent.isStatic() ? extent
                             : notation.getExtent(extent.source, extent.dim);
  }
  /// Notes that `own` is `loops`, which make up `index`; false if it is others.
  bool relate(int64_t own, ArrayRef<int64_t> loops, AffineExpr index);
  bool isRelated(int64_t loop) const {
    return llvm::any_of(loopsOf, [&](auto &entry) {
      return llvm::is_contained(entry.second, loop);
    });
  }
  /// Relates loops by the same dimensions of the tensor that both read.
  bool relateAccesses(const ScalarExpr *own, const ScalarExpr *access);
  /// Relates the loops of the root that neither queries nor keys are indexed
  /// by, in order.
  bool relateOthers();
  /// True if `own` are `loops`, in any order, but for those of one iteration.
  bool areTheSame(ArrayRef<int64_t> own, ArrayRef<int64_t> loops) const;
  /// What the logits of the log-sum-exp have more than those of the attention,
  /// loop by loop; nothing if that is not a number.
  std::optional<double> getOffset();
  /// `logit` with `score` as its product, and loops replaced.
  const ScalarExpr *comparable(const ScalarExpr *logit, const ScalarExpr *score,
                               const DenseMap<AffineExpr, AffineExpr> &map);

  LogDomain &domain;
  IndexNotation &notation;
  const RowRewrite &attention;
  const AttentionParts &parts;
  const ScoredRows &rows;
  MLIRContext *context;
  /// The loops of the attention that have more than one iteration and number
  /// queries, and those that have one.
  SmallVector<int64_t> queryLoops, unitLoops;
  DenseMap<int64_t, SmallVector<int64_t>> loopsOf;
  DenseMap<AffineExpr, AffineExpr> indexOf;
};

} // namespace

bool RowAligner::relate(int64_t own, ArrayRef<int64_t> loops,
                        AffineExpr index) {
  auto it = loopsOf.find(own);
  if (it != loopsOf.end())
    return ArrayRef(it->second) == loops;
  if (llvm::any_of(loops, [&](int64_t loop) { return isRelated(loop); }))
    return false;
  loopsOf[own].assign(loops.begin(), loops.end());
  indexOf[getAffineDimExpr(own, context)] = index;
  return true;
}

bool RowAligner::relateAccesses(const ScalarExpr *own,
                                const ScalarExpr *access) {
  if (own->source != access->source)
    return false;
  for (auto [ownIndex, index] : llvm::zip(own->indices, access->indices)) {
    auto isUnit = [](const Extent &extent) { return extent.size == 1; };
    SmallVector<int64_t> ownLoops = getMergedLoops(ownIndex, rows.loops.size());
    SmallVector<int64_t> loops =
        getMergedLoops(index, attention.match.loops.size());
    llvm::erase_if(ownLoops,
                   [&](int64_t own) { return isUnit(getOwnExtent(own)); });
    llvm::erase_if(loops,
                   [&](int64_t loop) { return isUnit(getExtent(loop)); });
    // What one cuts into parts may be whole in the other.
    if (ownLoops.size() == 1 && loops.size() > 1) {
      if (!relate(ownLoops.front(), loops, index))
        return false;
      continue;
    }
    if (ownLoops.size() != loops.size())
      return false;
    // What is outside of the others has the extent that is left.
    for (auto [own, loop] : llvm::zip(ownLoops, loops))
      if ((own != ownLoops.front() && getOwnExtent(own) != getExtent(loop)) ||
          !relate(own, loop, getAffineDimExpr(loop, context)))
        return false;
  }
  return true;
}

bool RowAligner::relateOthers() {
  SmallVector<int64_t> others = queryLoops;
  llvm::erase_if(others, [&](int64_t loop) { return isRelated(loop); });
  auto *next = others.begin();
  for (ArrayRef<int64_t> loops : rows.rootDims)
    for (int64_t own : loops) {
      if (getOwnExtent(own).size == 1 || loopsOf.contains(own))
        continue;
      if (next == others.end() || getOwnExtent(own) != getExtent(*next))
        return false;
      relate(own, *next, getAffineDimExpr(*next, context));
      ++next;
    }
  return next == others.end();
}

bool RowAligner::areTheSame(ArrayRef<int64_t> own,
                            ArrayRef<int64_t> loops) const {
  unsigned numOwn = 0;
  for (int64_t loop : own) {
    if (getOwnExtent(loop).size == 1)
      continue;
    auto it = loopsOf.find(loop);
    if (it == loopsOf.end() || !llvm::all_of(it->second, [&](int64_t part) {
          return llvm::is_contained(loops, part);
        }))
      return false;
    numOwn += it->second.size();
  }
  return numOwn == llvm::count_if(loops, [&](int64_t loop) {
           return getExtent(loop).size != 1;
         });
}

/// `expr` with `replaced` in place of `part`.
static const ScalarExpr *replacePart(IndexNotation &notation,
                                     const ScalarExpr *expr,
                                     const ScalarExpr *part,
                                     const ScalarExpr *replaced) {
  if (expr == part)
    return replaced;
  if (expr->kind != ScalarExpr::Kind::Apply)
    return expr;
  SmallVector<const ScalarExpr *> operands = llvm::map_to_vector(
      expr->operands, [&](const ScalarExpr *operand) -> const ScalarExpr * {
        return replacePart(notation, operand, part, replaced);
      });
  return notation.getApply(*expr->name, expr->attributes, expr->type, operands);
}

const ScalarExpr *
RowAligner::comparable(const ScalarExpr *logit, const ScalarExpr *score,
                       const DenseMap<AffineExpr, AffineExpr> &map) {
  // Queries, keys and the loops that are summed over have been compared.
  const ScalarExpr *product = notation.getApply(
      OperationName(arith::MulFOp::getOperationName(), context),
      DictionaryAttr::get(context), score->type, {parts.query, parts.key});
  DenseMap<AffineExpr, AffineExpr> units;
  for (int64_t loop : unitLoops)
    units[getAffineDimExpr(loop, context)] = getAffineConstantExpr(0, context);
  return replacePart(notation, notation.substitute(logit, map),
                     notation.substitute(score, map),
                     notation.substitute(product, units));
}

/// True if `expr` rounds on the way, other than what has been widened before.
static bool isRounding(const ScalarExpr *expr) {
  bool isNarrowing =
      expr->isApply("arith.truncf") &&
      !(expr->operands.front()->isApply("arith.extf") &&
        expr->operands.front()->operands.front()->type == expr->type);
  return isNarrowing || llvm::any_of(expr->operands, isRounding);
}

/// The number that is an addend in `poly`.
static double getAddedNumber(const Poly *poly) {
  for (const Monomial &monomial : poly->monomials)
    if (monomial.factors.empty() && monomial.exponent->isZero())
      return monomial.coefficient;
  return 0.0;
}

std::optional<double> RowAligner::getOffset() {
  if (rows.parts.score->type != parts.score->type)
    return std::nullopt;
  DenseMap<AffineExpr, AffineExpr> ownMap, map;
  AffineExpr zero = getAffineConstantExpr(0, context);
  for (int64_t loop : unitLoops)
    map[getAffineDimExpr(loop, context)] = zero;
  for (int64_t own = 0, e = rows.loops.size(); own < e; ++own) {
    AffineExpr dim = getAffineDimExpr(own, context);
    AffineExpr index = indexOf.lookup(dim);
    ownMap[dim] = index ? index.replace(map) : zero;
  }
  const ScalarExpr *own = comparable(rows.logit, rows.parts.score, ownMap);
  const ScalarExpr *logit =
      comparable(attention.match.logitExpression, parts.score, map);
  if (own == logit)
    return 0.0;
  // In other words they may be the same, too, but not to the last digit.
  Term ownTerm = domain.getTerm(own), term = domain.getTerm(logit);
  auto isPlain = [](const Term &term) {
    return term.guards.empty() && term.cancelled.empty();
  };
  if (own->type != logit->type || isRounding(logit) || !isPlain(ownTerm) ||
      !isPlain(term))
    return std::nullopt;
  // Masks do not cancel each other.
  double offset = getAddedNumber(ownTerm.poly) - getAddedNumber(term.poly);
  if (domain.add(term, domain.getConstant(offset)).poly != ownTerm.poly)
    return std::nullopt;
  return offset;
}

std::optional<SumBeside> RowAligner::align(const RowMatch &match) {
  for (int64_t loop = 0, e = attention.match.loops.size(); loop < e; ++loop)
    if (getExtent(loop).size == 1)
      unitLoops.push_back(loop);
  for (int64_t loop : attention.getQueryLoops())
    if (!llvm::is_contained(unitLoops, loop))
      queryLoops.push_back(loop);
  if (!relateAccesses(rows.parts.query, parts.query) ||
      !relateAccesses(rows.parts.key, parts.key) || !relateOthers())
    return std::nullopt;
  SmallVector<int64_t> ofRoot;
  for (ArrayRef<int64_t> loops : rows.rootDims)
    llvm::append_range(ofRoot, loops);
  // What is left are the rows, which keys are indexed by.
  if (!areTheSame(rows.parts.scoreLoops, parts.scoreLoops) ||
      !areTheSame(ofRoot, queryLoops))
    return std::nullopt;
  std::optional<double> offset = getOffset();
  if (!offset)
    return std::nullopt;
  SumBeside sum{match, {}};
  sum.match.offset += *offset;
  for (ArrayRef<int64_t> loops : rows.rootDims) {
    SmallVector<int64_t> &dim = sum.rootDims.emplace_back();
    for (int64_t own : loops)
      if (auto it = loopsOf.find(own); it != loopsOf.end())
        llvm::append_range(dim, it->second);
  }
  return sum;
}

//===----------------------------------------------------------------------===//
// Where the attention stands
//===----------------------------------------------------------------------===//

namespace {

/// Gives attentions log-sum-exps.
class RowSharer {
public:
  explicit RowSharer(const NeededValues &needed) : needed(needed) {}

  /// Lets `attention` yield `logSumExp`, which is `sum` in its loops, if it can
  /// stand in time for both.
  void share(RowRewrite &attention, RowRewrite &logSumExp, SumBeside sum);

private:
  /// Where the operation of `rewrite` will be.
  static Operation *getPlace(const RowRewrite &rewrite) {
    return rewrite.place ? rewrite.place : rewrite.match.root.getDefiningOp();
  }
  /// The operations before which `attention` has to be, so that there are the
  /// log-sum-exps that it yields and that of `root`.
  SmallVector<Operation *> getUsers(const RowRewrite &attention, Value root);
  /// True if all that `attention` needs is there before `place`.
  bool isComplete(const RowRewrite &attention, Operation *place);

  const NeededValues &needed;
  DominanceInfo dominance;
  /// For log-sum-exps that are shared, the attention.
  DenseMap<Value, const RowRewrite *> attentionOf;
  /// Attentions that are put before others than what they replace.
  DenseMap<Operation *, Operation *> moved;
};

} // namespace

SmallVector<Operation *> RowSharer::getUsers(const RowRewrite &attention,
                                             Value root) {
  SmallVector<Value> roots = {root};
  for (const SumBeside &sum : attention.sums)
    roots.push_back(sum.match.root);
  SmallVector<Operation *> users;
  for (Value value : roots)
    for (Operation *user : needed.getUsers(value)) {
      users.push_back(user);
      if (Operation *place = moved.lookup(user))
        users.push_back(place);
    }
  return users;
}

bool RowSharer::isComplete(const RowRewrite &attention, Operation *place) {
  return llvm::all_of(attention.getUses(), [&](Value value) {
    const RowRewrite *other = attentionOf.lookup(value);
    return dominance.properlyDominates(value, place) &&
           (!other || dominance.properlyDominates(getPlace(*other), place));
  });
}

/// True if `sum` is the same but for its shape and a number as the log-sum-exps
/// that `attention` yields so far: there is one such result.
static bool fitsOthers(const RowRewrite &attention, const SumBeside &sum) {
  if (attention.sums.empty())
    return true;
  auto getLoops = [](const SumBeside &sum) {
    SmallVector<int64_t> loops;
    for (ArrayRef<int64_t> dim : sum.rootDims)
      llvm::append_range(loops, dim);
    return loops;
  };
  const SumBeside &first = attention.sums.front();
  return getLoops(first) == getLoops(sum) &&
         getElementTypeOrSelf(first.match.root) ==
             getElementTypeOrSelf(sum.match.root);
}

void RowSharer::share(RowRewrite &attention, RowRewrite &logSumExp,
                      SumBeside sum) {
  if (!fitsOthers(attention, sum))
    return;
  Value root = sum.match.root;
  Operation *replaced = attention.match.root.getDefiningOp();
  SmallVector<Operation *> users = getUsers(attention, root);
  SmallVector<Operation *> places = {getPlace(attention)};
  for (Operation *user : users)
    if (Operation *place = replaced->getBlock()->findAncestorOpInBlock(*user))
      places.push_back(place);
  RowRewrite changed = attention;
  for (Operation *place : places) {
    if (!dominance.dominates(place, replaced) ||
        !llvm::all_of(users, [&](Operation *user) {
          return dominance.dominates(place, user);
        }))
      continue;
    changed.place = place;
    changed.mayUseOwnDestination = true;
    if (Value destination = changed.getOwnDestination())
      changed.mayUseOwnDestination =
          dominance.properlyDominates(destination, place);
    if (!isComplete(changed, place))
      continue;
    changed.sums.push_back(std::move(sum));
    attention = std::move(changed);
    logSumExp.beside = attention.match.root;
    attentionOf[root] = &attention;
    moved[replaced] = place;
    return;
  }
}

void lse::shareRows(LogDomain &domain, MatchFinder getMatch,
                    const NeededValues &needed,
                    ArrayRef<RowRewrite *> attentions,
                    ArrayRef<RowRewrite *> logSumExps) {
  if (attentions.empty())
    return;
  RowSharer sharer(needed);
  for (RowRewrite *logSumExp : logSumExps) {
    std::optional<ScoredRows> rows =
        findScoredRows(domain, getMatch, logSumExp->match);
    for (RowRewrite *attention : attentions) {
      // With a sink, its log-sum-exp is that of one more logit.
      if (!rows || logSumExp->beside || attention->match.sink)
        continue;
      if (std::optional<SumBeside> sum =
              RowAligner(domain, *attention, *rows).align(logSumExp->match))
        sharer.share(*attention, *logSumExp, std::move(*sum));
    }
  }
}
