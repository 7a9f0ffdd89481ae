//===- RowAlign.cpp - The same rows in other loops ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowAlign.h"
#include "ScoreMatch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Rows of a log-sum-exp
//===----------------------------------------------------------------------===//

/// The rows with their logits as the source has them.
static SummedRows getRows(const RowMatch &match) {
  SummedRows rows;
  rows.loops = match.loops;
  rows.logit = match.logitExpression;
  int64_t rank = match.loops.size() - match.rowLoops.size();
  for (int64_t loop = 0; loop < rank; ++loop)
    rows.rootDims.push_back({loop});
  return rows;
}

/// The rows with their logits computed from a score; nothing if there is none.
static std::optional<SummedRows>
findScoredRows(LogDomain &domain, MatchFinder getMatch, const RowMatch &match) {
  constexpr unsigned maxAttempts = 16;
  IndexNotation &notation = domain.getNotation();
  ElementSources sources(notation);
  LoopParts &parts = sources.getParts();
  unsigned numLoops = match.loops.size();
  unsigned numRootLoops = numLoops - match.rowLoops.size();
  std::optional<SummedRows> best;
  // As for an attention, with one more cut more may be found.
  for (unsigned attempt = 0; attempt < maxAttempts; ++attempt) {
    parts.restart();
    SmallVector<AffineExpr> indices;
    for (const Extent &extent : match.loops)
      indices.push_back(parts.getIndex(parts.addLoop(extent)));
    SummedRows rows;
    AttentionParts &score = rows.parts.emplace();
    rows.logit =
        ScoreMatcher(domain, getMatch, sources, numRootLoops, numLoops)
            .match(notation.substitute(match.logitExpression, indices), score);
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

SmallVector<SummedRows, 2> lse::findSummedRows(LogDomain &domain,
                                               MatchFinder getMatch,
                                               const RowMatch &match) {
  SmallVector<SummedRows, 2> forms = {getRows(match)};
  if (std::optional<SummedRows> scored =
          findScoredRows(domain, getMatch, match))
    forms.push_back(std::move(*scored));
  return forms;
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
             const SummedRows &rows)
      : domain(domain), notation(domain.getNotation()), attention(attention),
        parts(*attention.match.attention), rows(rows),
        context(notation.getContext()) {}

  /// The log-sum-exp that `match` is, in terms of the attention's loops and
  /// logits; nothing if its rows are others.
  std::optional<SumBeside> align(const RowMatch &match);

private:
  Extent getExtent(int64_t loop) const {
    const Extent &extent = attention.match.loops[loop];
    return extent.isStatic() ? extent
                             : notation.getExtent(extent.source, extent.dim);
  }
  AffineExpr getDim(int64_t loop) const {
    return getAffineDimExpr(loop, context);
  }
  /// The loops of more than one iteration that `index` is made of, from the
  /// outermost; of the log-sum-exp and of the attention.
  SmallVector<int64_t> getOwnLoops(AffineExpr index) const;
  SmallVector<int64_t> getLoops(AffineExpr index) const;
  /// Notes that the loop `own` runs as `index` does; false if that is known to
  /// be otherwise.
  bool relate(int64_t own, AffineExpr index);
  bool relateIndices(AffineExpr own, AffineExpr index);
  /// Relates loops by the same dimensions of the tensor that both read.
  bool relateAccesses(const ScalarExpr *own, const ScalarExpr *access);
  /// Relates loops by all that `own` and `expr` are made of; false if these are
  /// not the same.
  bool relateExpressions(const ScalarExpr *own, const ScalarExpr *expr);
  /// Relates loops by queries and keys; false if the scores are others.
  bool relateScores();
  /// Relates the loops of the root that neither queries nor keys are indexed
  /// by, in order.
  bool relateOthers();
  /// What the logits of the log-sum-exp have more than those of the attention,
  /// loop by loop; nothing if that is not a number.
  std::optional<double> getOffset();
  /// `logit` with `score` as its product, and loops replaced.
  const ScalarExpr *comparable(const ScalarExpr *logit, const ScalarExpr *score,
                               const DenseMap<AffineExpr, AffineExpr> &map);
  /// True if `own` are `loops`, in any order, but for those of one iteration.
  bool areTheSame(ArrayRef<int64_t> own, ArrayRef<int64_t> loops) const;

  LogDomain &domain;
  IndexNotation &notation;
  const RowRewrite &attention;
  const AttentionParts &parts;
  const SummedRows &rows;
  MLIRContext *context;
  /// What the loops of the log-sum-exp run as.
  DenseMap<int64_t, AffineExpr> indexOf;
};

} // namespace

SmallVector<int64_t> RowAligner::getOwnLoops(AffineExpr index) const {
  SmallVector<int64_t> loops = getMergedLoops(index, rows.loops.size());
  llvm::erase_if(loops,
                 [&](int64_t loop) { return rows.loops[loop].size == 1; });
  return loops;
}

SmallVector<int64_t> RowAligner::getLoops(AffineExpr index) const {
  SmallVector<int64_t> loops =
      getMergedLoops(index, attention.match.loops.size());
  llvm::erase_if(loops,
                 [&](int64_t loop) { return getExtent(loop).size == 1; });
  return loops;
}

bool RowAligner::relate(int64_t own, AffineExpr index) {
  SmallVector<int64_t> loops = getLoops(index);
  auto known = indexOf.find(own);
  if (known != indexOf.end())
    return getLoops(known->second) == loops;
  for (auto &[other, otherIndex] : indexOf)
    for (int64_t loop : getLoops(otherIndex))
      if (llvm::is_contained(loops, loop))
        return false;
  indexOf[own] = index;
  return true;
}

bool RowAligner::relateIndices(AffineExpr own, AffineExpr index) {
  SmallVector<int64_t> ownLoops = getOwnLoops(own), loops = getLoops(index);
  // One that is not cut is all that the other one is made of.
  if (ownLoops.size() == 1 && !loops.empty())
    return relate(ownLoops.front(), index);
  if (ownLoops.size() != loops.size())
    return false;
  // What is outside of the others has the extent that is left.
  for (auto [own, loop] : llvm::zip(ownLoops, loops))
    if ((own != ownLoops.front() && rows.loops[own] != getExtent(loop)) ||
        !relate(own, getDim(loop)))
      return false;
  return true;
}

bool RowAligner::relateAccesses(const ScalarExpr *own,
                                const ScalarExpr *access) {
  return own->source == access->source &&
         llvm::all_of(llvm::zip(own->indices, access->indices), [&](auto pair) {
           return relateIndices(std::get<0>(pair), std::get<1>(pair));
         });
}

bool RowAligner::relateExpressions(const ScalarExpr *own,
                                   const ScalarExpr *expr) {
  if (own->kind != expr->kind || own->type != expr->type)
    return false;
  switch (own->kind) {
  case ScalarExpr::Kind::Access:
    return relateAccesses(own, expr);
  case ScalarExpr::Kind::Index:
    return relateIndices(own->indices.front(), expr->indices.front());
  case ScalarExpr::Kind::Apply:
    return own->name == expr->name && own->attributes == expr->attributes &&
           llvm::all_of(
               llvm::zip_equal(own->operands, expr->operands), [&](auto pair) {
                 return relateExpressions(std::get<0>(pair), std::get<1>(pair));
               });
  default:
    return own == expr;
  }
}

bool RowAligner::relateOthers() {
  SmallVector<int64_t> others;
  for (int64_t loop : attention.getQueryLoops())
    if (getExtent(loop).size != 1 && llvm::none_of(indexOf, [&](auto &entry) {
          return llvm::is_contained(getLoops(entry.second), loop);
        }))
      others.push_back(loop);
  auto *next = others.begin();
  for (ArrayRef<int64_t> loops : rows.rootDims)
    for (int64_t own : loops) {
      if (rows.loops[own].size == 1 || indexOf.contains(own))
        continue;
      if (next == others.end() || rows.loops[own] != getExtent(*next))
        return false;
      relate(own, getDim(*next++));
    }
  return next == others.end();
}

bool RowAligner::relateScores() {
  return relateAccesses(rows.parts->query, parts.query) &&
         relateAccesses(rows.parts->key, parts.key) && relateOthers() &&
         areTheSame(rows.parts->scoreLoops, parts.scoreLoops);
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
  return replacePart(notation, notation.substitute(logit, map),
                     notation.substitute(score, map), product);
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
  if (rows.parts->score->type != parts.score->type)
    return std::nullopt;
  DenseMap<AffineExpr, AffineExpr> ownMap, map;
  AffineExpr zero = getAffineConstantExpr(0, context);
  for (int64_t loop = 0, e = attention.match.loops.size(); loop < e; ++loop)
    if (getExtent(loop).size == 1)
      map[getDim(loop)] = zero;
  for (int64_t own = 0, e = rows.loops.size(); own < e; ++own) {
    auto it = indexOf.find(own);
    ownMap[getDim(own)] = it == indexOf.end() ? zero : it->second.replace(map);
  }
  const ScalarExpr *own = comparable(rows.logit, rows.parts->score, ownMap);
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

bool RowAligner::areTheSame(ArrayRef<int64_t> own,
                            ArrayRef<int64_t> loops) const {
  SmallVector<int64_t> mapped;
  for (int64_t loop : own)
    if (auto it = indexOf.find(loop); it != indexOf.end())
      llvm::append_range(mapped, getLoops(it->second));
    else if (rows.loops[loop].size != 1)
      return false;
  SmallVector<int64_t> expected = llvm::filter_to_vector(
      loops, [&](int64_t loop) { return getExtent(loop).size != 1; });
  llvm::sort(mapped);
  llvm::sort(expected);
  return mapped == expected;
}

std::optional<SumBeside> RowAligner::align(const RowMatch &match) {
  bool isRelated = rows.parts
                       ? relateScores()
                       : relateExpressions(rows.logit, parts.sourceLogit);
  SmallVector<int64_t> ofRoot, ofRows;
  for (ArrayRef<int64_t> loops : rows.rootDims)
    llvm::append_range(ofRoot, loops);
  for (int64_t own = 0, e = rows.loops.size(); own < e; ++own)
    if (!llvm::is_contained(ofRoot, own) &&
        !(rows.parts && llvm::is_contained(rows.parts->scoreLoops, own)))
      ofRows.push_back(own);
  if (!isRelated || !areTheSame(ofRoot, attention.getQueryLoops()) ||
      !areTheSame(ofRows, attention.match.rowLoops))
    return std::nullopt;
  std::optional<double> offset = rows.parts ? getOffset() : 0.0;
  if (!offset)
    return std::nullopt;
  SumBeside sum{match, {}};
  sum.match.offset += *offset;
  for (ArrayRef<int64_t> loops : rows.rootDims) {
    SmallVector<int64_t> &dim = sum.rootDims.emplace_back();
    for (int64_t own : loops)
      if (auto it = indexOf.find(own); it != indexOf.end())
        llvm::append_range(dim, getLoops(it->second));
  }
  return sum;
}

std::optional<SumBeside> lse::alignRows(LogDomain &domain,
                                        const RowRewrite &attention,
                                        const SummedRows &rows,
                                        const RowMatch &match) {
  return RowAligner(domain, attention, rows).align(match);
}
