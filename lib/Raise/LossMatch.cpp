//===- LossMatch.cpp - Is this value linear in log-probabilities? ---------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LossMatch.h"
#include "WeightedSum.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::lse;

Value lse::getLogitTensor(const RowMatch &match) {
  const ScalarExpr *logit = match.logitExpression;
  bool hasAllLoops =
      logit->kind == ScalarExpr::Kind::Access &&
      llvm::all_of(llvm::seq<size_t>(0, match.loops.size()), [&](size_t loop) {
        return match.loops[loop].size == 1 ||
               llvm::is_contained(
                   logit->indices,
                   getAffineDimExpr(loop, logit->source.getContext()));
      });
  return hasAllLoops ? logit->source : Value();
}

//===----------------------------------------------------------------------===//
// From contributions to targets
//===----------------------------------------------------------------------===//

namespace {

/// The cross-entropy that a part of a sum is, and its log-probability in terms
/// of the loops; null if that is no value of the source.
struct Targets {
  RowMatch match;
  const ScalarExpr *logProbability;
};

/// Brings what contributes to a sum of log-probabilities together: in terms of
/// the log-probabilities' own dimensions, then of the loops of a match.
class TargetBuilder {
public:
  TargetBuilder(LogDomain &domain, WeightedSum &sum, const WeightedRows &rows,
                Value root)
      : domain(domain), notation(domain.getNotation()), sum(sum), rows(rows),
        logs(*rows.match), context(notation.getContext()),
        rank(logs.loops.size()), rootDims(rank) {
    match.root = root;
    match.kind = ResultKind::Loss;
    match.name = OperationName(CrossEntropyOp::getOperationName(), context);
    match.isShifted = logs.isShifted;
    match.rowDeath = logs.rowDeath;
  }

  std::optional<Targets> build();

private:
  bool isRowDim(unsigned dim) const {
    return llvm::is_contained(logs.rowLoops, int64_t(dim));
  }
  /// The targets of `contribution` at each element of the log-probabilities, in
  /// their dimensions; null if it is not one for each row.
  const ScalarExpr *align(const Contribution &contribution);
  /// True if what `expr`, in the log-probabilities' dimensions, reads has their
  /// extents: a longer tensor may be read at a class.
  bool reachesAllElements(const ScalarExpr *expr);
  /// The position in a row that is read at `index`; null if unknown.
  const ScalarExpr *getSelectedIndex(AffineExpr index);
  const ScalarExpr *isEqual(AffineExpr own, const ScalarExpr *wanted);
  /// Notes which dimension a dimension outside of rows is in the root.
  bool placeOuterDim(unsigned dim, AffineExpr index,
                     const Contribution &contribution,
                     DenseMap<AffineExpr, AffineExpr> &map);
  /// Numbers the loops: the root's dimensions, what is summed up besides rows,
  /// the rows. Returns what they are of the log-probabilities' dimensions.
  std::optional<SmallVector<AffineExpr>> numberLoops();

  LogDomain &domain;
  IndexNotation &notation;
  WeightedSum &sum;
  const WeightedRows &rows;
  const RowMatch &logs;
  MLIRContext *context;
  unsigned rank;
  /// For each dimension of the log-probabilities, the root's that it is, -1 if
  /// it is summed over; nothing while that is not known.
  SmallVector<std::optional<int64_t>> rootDims;
  RowMatch match;
};

} // namespace

bool TargetBuilder::placeOuterDim(unsigned dim, AffineExpr index,
                                  const Contribution &contribution,
                                  DenseMap<AffineExpr, AffineExpr> &map) {
  auto position = dyn_cast_or_null<AffineDimExpr>(index);
  if (!position || map.contains(index))
    return logs.loops[dim].size == 1 &&
           (!index || index == getAffineConstantExpr(0, context));
  int64_t rootRank = cast<RankedTensorType>(match.root.getType()).getRank();
  int64_t place = position.getPosition();
  if (place >= rootRank) {
    auto *axis = llvm::find_if(contribution.axes, [&](const BoundAxis &axis) {
      return axis.position == position.getPosition();
    });
    if (axis == contribution.axes.end() || axis->extent != logs.loops[dim])
      return false;
    place = -1;
  } else if (notation.getExtent(match.root, place) != logs.loops[dim]) {
    return false;
  }
  map[index] = getAffineDimExpr(dim, context);
  if (!rootDims[dim])
    rootDims[dim] = place;
  return rootDims[dim] == place;
}

/// The reduction's axis that `index` runs along, or null.
static const BoundAxis *findAxis(const Contribution &contribution,
                                 AffineExpr index) {
  auto dim = dyn_cast_or_null<AffineDimExpr>(index);
  auto *axis = llvm::find_if(contribution.axes, [&](const BoundAxis &axis) {
    return dim && axis.position == dim.getPosition();
  });
  return axis == contribution.axes.end() ? nullptr : axis;
}

const ScalarExpr *TargetBuilder::getSelectedIndex(AffineExpr index) {
  auto position = dyn_cast<AffineDimExpr>(index);
  if (!position)
    return nullptr;
  const ScalarExpr *computed =
      sum.computedIndices.lookup(position.getPosition());
  if (!computed)
    return notation.getIndex(index, IndexType::get(context));
  return computed->type.isIndex() ? computed : nullptr;
}

const ScalarExpr *TargetBuilder::isEqual(AffineExpr own,
                                         const ScalarExpr *wanted) {
  NamedAttribute predicate(
      StringAttr::get(context, "predicate"),
      arith::CmpIPredicateAttr::get(context, arith::CmpIPredicate::eq));
  return notation.getApply(
      OperationName(arith::CmpIOp::getOperationName(), context),
      DictionaryAttr::get(context, predicate), IntegerType::get(context, 1),
      {notation.getIndex(own, wanted->type), wanted});
}

bool TargetBuilder::reachesAllElements(const ScalarExpr *expr) {
  llvm::SetVector<const ScalarExpr *> reached;
  reached.insert(expr);
  for (size_t next = 0; next < reached.size(); ++next) {
    const ScalarExpr *part = reached[next];
    reached.insert_range(part->operands);
    if (part->kind != ScalarExpr::Kind::Access)
      continue;
    for (auto [position, index] : llvm::enumerate(part->indices)) {
      Extent extent = notation.getExtent(part->source, position);
      auto dim = dyn_cast<AffineDimExpr>(index);
      if (dim ? extent != logs.loops[dim.getPosition()] : extent.size != 1)
        return false;
    }
  }
  return true;
}

/// True if every dimension that `expr` is indexed by has an entry in `map`.
static bool hasOnlyDims(const ScalarExpr *expr,
                        const DenseMap<AffineExpr, AffineExpr> &map) {
  llvm::SetVector<const ScalarExpr *> reached;
  reached.insert(expr);
  for (size_t next = 0; next < reached.size(); ++next) {
    const ScalarExpr *part = reached[next];
    for (AffineExpr index : part->indices) {
      WalkResult result = index.walk([&](AffineExpr inner) {
        return isa<AffineDimExpr>(inner) && !map.contains(inner)
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      });
      if (result.wasInterrupted())
        return false;
    }
    reached.insert_range(part->operands);
  }
  return true;
}

const ScalarExpr *TargetBuilder::align(const Contribution &contribution) {
  DenseMap<AffineExpr, AffineExpr> map;
  for (auto [dim, index] : llvm::enumerate(contribution.indices))
    if (!isRowDim(dim) && !placeOuterDim(dim, index, contribution, map))
      return nullptr;
  // Sums over a row have its dimensions; for a single element of it the target
  // is 0 elsewhere.
  SmallVector<std::pair<AffineExpr, const ScalarExpr *>> selected;
  for (auto [dim, index] : llvm::enumerate(contribution.indices)) {
    if (!isRowDim(dim) || logs.loops[dim].size == 1)
      continue;
    AffineExpr own = getAffineDimExpr(dim, context);
    if (const BoundAxis *axis = findAxis(contribution, index);
        axis && !map.contains(index)) {
      if (axis->extent != logs.loops[dim])
        return nullptr;
      map[index] = own;
      continue;
    }
    const ScalarExpr *wanted = index ? getSelectedIndex(index) : nullptr;
    if (!wanted)
      return nullptr;
    selected.push_back({own, wanted});
    // What else is read at the selected position may be read at every one.
    if (wanted->kind != ScalarExpr::Kind::Index)
      map[index] = own;
  }
  // Every axis that is summed over has to be one of the log-probabilities'.
  for (const BoundAxis &axis : contribution.axes)
    if (axis.extent.size != 1 &&
        !map.contains(getAffineDimExpr(axis.position, context)))
      return nullptr;
  auto aligned = [&](const ScalarExpr *expr) -> const ScalarExpr * {
    if (!hasOnlyDims(expr, map))
      return nullptr;
    expr = notation.substitute(expr, map);
    return reachesAllElements(expr) ? expr : nullptr;
  };
  const ScalarExpr *target = aligned(contribution.target);
  for (auto [own, wanted] : selected) {
    wanted = aligned(wanted);
    if (!target || !wanted)
      return nullptr;
    target = sum.apply(
        arith::SelectOp::getOperationName(), target->type,
        {isEqual(own, wanted), target, sum.number(target->type, 0.0)});
  }
  return target;
}

std::optional<SmallVector<AffineExpr>> TargetBuilder::numberLoops() {
  int64_t rootRank = cast<RankedTensorType>(match.root.getType()).getRank();
  SmallVector<AffineExpr> loops(rank, getAffineConstantExpr(0, context));
  SmallVector<bool> isPlaced(rootRank, false);
  for (int64_t dim = 0; dim < rootRank; ++dim)
    match.loops.push_back(notation.getExtent(match.root, dim));
  auto append = [&](unsigned dim) {
    loops[dim] = getAffineDimExpr(match.loops.size(), context);
    match.loops.push_back(logs.loops[dim]);
    return int64_t(match.loops.size()) - 1;
  };
  for (unsigned dim = 0; dim < rank; ++dim) {
    if (isRowDim(dim) || !rootDims[dim])
      continue;
    if (*rootDims[dim] < 0) {
      match.summedLoops.push_back(append(dim));
      continue;
    }
    if (isPlaced[*rootDims[dim]])
      return std::nullopt;
    isPlaced[*rootDims[dim]] = true;
    loops[dim] = getAffineDimExpr(*rootDims[dim], context);
  }
  for (int64_t dim = 0; dim < rootRank; ++dim)
    if (!isPlaced[dim] && match.loops[dim].size != 1)
      return std::nullopt;
  for (int64_t dim : logs.rowLoops)
    match.rowLoops.push_back(append(dim));
  return loops;
}

std::optional<Targets> TargetBuilder::build() {
  SmallVector<const ScalarExpr *> targets;
  Type type;
  for (const Contribution &contribution : rows.contributions) {
    targets.push_back(align(contribution));
    if (!targets.back())
      return std::nullopt;
    Type own = targets.back()->type;
    if (!type || own.getIntOrFloatBitWidth() > type.getIntOrFloatBitWidth())
      type = own;
  }
  const ScalarExpr *total = sum.convert(targets.front(), type);
  for (const ScalarExpr *target : llvm::drop_begin(targets))
    total = sum.apply(arith::AddFOp::getOperationName(), type,
                      {total, sum.convert(target, type)});
  std::optional<SmallVector<AffineExpr>> loops = numberLoops();
  if (!loops)
    return std::nullopt;
  match.target = notation.substitute(total, *loops);
  match.logitExpression = notation.substitute(logs.logitExpression, *loops);
  DenseMap<AffineExpr, AffineExpr> map;
  for (auto [dim, loop] : llvm::enumerate(*loops))
    map[getAffineDimExpr(dim, context)] = loop;
  match.logit = domain.substitute(logs.logit, map);
  const ScalarExpr *element = nullptr;
  if (logs.kind == ResultKind::LogProbabilities)
    element = notation.getAccess(logs.root, *loops);
  return Targets{match, element};
}

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//

/// The divergence c * sum of p * (log p - log q), if `q` and `p` are that: a
/// cross-entropy with the targets c * p less an entropy of p.
static std::optional<RowMatch>
makeDivergence(LogDomain &domain, const Targets &q, const Targets &p) {
  const RowMatch &match = q.match, &other = p.match;
  Term targets = domain.getTerm(match.target);
  // Where a condition does not hold, the targets are 0 and no probabilities.
  if (!p.logProbability || !targets.guards.empty() ||
      match.loops != other.loops || match.rowLoops != other.rowLoops ||
      match.summedLoops != other.summedLoops ||
      match.rowDeath != other.rowDeath || targets.poly->monomials.size() != 1 ||
      !domain.add(targets, domain.getTerm(other.target)).poly->isZero())
    return std::nullopt;
  double factor = targets.poly->monomials.front().coefficient;
  Term probability = domain.exponential(domain.getTerm(p.logProbability));
  if (domain.expand(domain.scale(targets, 1.0 / factor)).poly !=
      probability.poly)
    return std::nullopt;
  RowMatch divergence = match;
  divergence.name = OperationName(KLDivergenceOp::getOperationName(),
                                  domain.getNotation().getContext());
  divergence.isShifted = match.isShifted && other.isShifted;
  divergence.target = other.logitExpression;
  divergence.factor = factor;
  return divergence;
}

std::optional<RowMatch> lse::matchLoss(LogDomain &domain,
                                       const KnownRows &known, Value root) {
  // What only moves the elements of another value is no computation.
  const Definition *definition = domain.getNotation().getDefinition(root);
  if (!definition || definition->value->kind == ScalarExpr::Kind::Access)
    return std::nullopt;
  WeightedSum sum(domain, known);
  if (!sum.add(definition->value, Weight(), /*axes=*/{}))
    return std::nullopt;
  SmallVector<Targets, 2> parts;
  for (const WeightedRows &rows : sum.getRows()) {
    std::optional<Targets> targets;
    if (rows.isComplete())
      targets = TargetBuilder(domain, sum, rows, root).build();
    if (!targets)
      return std::nullopt;
    parts.push_back(*targets);
  }
  if (parts.size() == 2) {
    std::optional<RowMatch> match = makeDivergence(domain, parts[0], parts[1]);
    return match ? match : makeDivergence(domain, parts[1], parts[0]);
  }
  // A plain sum of log-probabilities has no targets.
  const RowMatch &match = parts.front().match;
  if (parts.size() != 1 || !match.variesAlongRow(domain.getTerm(match.target)))
    return std::nullopt;
  // A sum of no row times infinity is NaN, and so is one of rows that are 0.
  if (sum.hasFactor() && !match.summedLoops.empty())
    return std::nullopt;
  return match;
}
