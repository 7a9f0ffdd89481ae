//===- LossMatch.cpp - Is this value linear in log-probabilities? ---------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LossMatch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// One log-probability, or all of a row, in a sum: where it is read, with which
/// target, and the axes of the reductions around it.
struct Contribution {
  /// One for each loop of the match; null where it is not read along that.
  SmallVector<AffineExpr> indices;
  /// Of the target: minus what the log-probability is multiplied by.
  const ScalarExpr *target;
  SmallVector<BoundAxis> axes;
};

/// What something is multiplied by.
struct Weight {
  /// Null for 1.
  const ScalarExpr *magnitude = nullptr;
  bool isNegative = false;

  Weight negated() const { return {magnitude, !isNegative}; }
};

/// Finds the log-probabilities that a value is a weighted sum of.
class WeightedSum {
public:
  WeightedSum(LogDomain &domain, const KnownRows &known)
      : domain(domain), notation(domain.getNotation()), known(known) {}

  /// Adds what `expr` times `weight` consists of; false if it is more than
  /// log-probabilities of one value, or not linear in them.
  bool add(const ScalarExpr *expr, const Weight &weight,
           ArrayRef<BoundAxis> axes);
  /// True if `expr` is computed from log-probabilities.
  bool isOfLogs(const ScalarExpr *expr);

  const ScalarExpr *convert(const ScalarExpr *expr, Type type);
  const ScalarExpr *apply(StringRef name, Type type,
                          ArrayRef<const ScalarExpr *> operands);
  const ScalarExpr *number(Type type, double value);

  /// True if log-sum-exps and logits make up log-probabilities.
  bool isComplete() const;

  /// The log-probabilities, or the log-sum-exp that makes such of logits.
  const RowMatch *logs = nullptr;
  SmallVector<Contribution> contributions;
  /// Of the log-sum-exp, with what they are multiplied by as targets.
  SmallVector<Contribution> logSumExps;
  /// Dimensions that stand for an index that is read or computed.
  DenseMap<unsigned, const ScalarExpr *> computedIndices;

private:
  bool addElement(const ScalarExpr *expr, const Weight &weight,
                  ArrayRef<BoundAxis> axes);
  bool addProduct(const ScalarExpr *expr, Weight weight,
                  ArrayRef<BoundAxis> axes);
  bool addSelection(const ScalarExpr *expr, const Weight &weight,
                    ArrayRef<BoundAxis> axes);
  bool addSum(const ScalarExpr *expr, const Weight &weight,
              ArrayRef<BoundAxis> axes);
  const ScalarExpr *getMagnitude(const Weight &weight, Type type);
  bool isZero(const ScalarExpr *expr) {
    return domain.getTerm(expr).poly->isZero();
  }
  /// What an element of `source` is a log-probability, a log-sum-exp or a logit
  /// of; null if it is none of these.
  const RowMatch *getRows(Value source);
  /// The element that a gather reads, indexed by new dimensions where an index
  /// is computed.
  const ScalarExpr *asAccess(const ScalarExpr *gather);
  /// `expr` with such accesses in place of all gathers.
  const ScalarExpr *withoutGathers(const ScalarExpr *expr);
  /// What `expr` reads, in terms of what that is made of; null if unknown.
  const ScalarExpr *inlined(const ScalarExpr *expr);

  /// Numbers of the dimensions in `computedIndices`.
  static constexpr unsigned firstComputedPosition = 1 << 21;
  /// Longer expressions are given up.
  static constexpr unsigned maxSteps = 256;

  LogDomain &domain;
  IndexNotation &notation;
  const KnownRows &known;
  DenseMap<const ScalarExpr *, bool> knownToBeOfLogs;
  DenseMap<const ScalarExpr *, unsigned> computedPositions;
  DenseMap<const ScalarExpr *, const ScalarExpr *> accesses;
  unsigned steps = 0;
};

} // namespace

//===----------------------------------------------------------------------===//
// Expressions made anew
//===----------------------------------------------------------------------===//

const ScalarExpr *WeightedSum::apply(StringRef name, Type type,
                                     ArrayRef<const ScalarExpr *> operands) {
  MLIRContext *context = notation.getContext();
  return notation.getApply(OperationName(name, context),
                           DictionaryAttr::get(context), type, operands);
}

const ScalarExpr *WeightedSum::number(Type type, double value) {
  return notation.getConstant(
      cast<TypedAttr>(Attribute(FloatAttr::get(type, value))));
}

const ScalarExpr *WeightedSum::convert(const ScalarExpr *expr, Type type) {
  unsigned from = expr->type.getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  if (expr->type == type)
    return expr;
  // f16 and bf16 have no conversion in one step.
  if (from == to)
    return convert(convert(expr, Float32Type::get(notation.getContext())),
                   type);
  return apply(from < to ? arith::ExtFOp::getOperationName()
                         : arith::TruncFOp::getOperationName(),
               type, expr);
}

//===----------------------------------------------------------------------===//
// From the value to the log-probabilities
//===----------------------------------------------------------------------===//

const ScalarExpr *WeightedSum::asAccess(const ScalarExpr *gather) {
  const ScalarExpr *&known = accesses[gather];
  if (known)
    return known;
  SmallVector<AffineExpr> indices;
  for (const ScalarExpr *operand : gather->operands) {
    if (operand->kind == ScalarExpr::Kind::Index) {
      indices.push_back(operand->indices.front());
      continue;
    }
    auto [it, isNew] = computedPositions.try_emplace(
        operand, firstComputedPosition + computedPositions.size());
    computedIndices[it->second] = operand;
    indices.push_back(getAffineDimExpr(it->second, notation.getContext()));
  }
  return known = notation.getAccess(gather->source, indices);
}

const ScalarExpr *WeightedSum::withoutGathers(const ScalarExpr *expr) {
  if (expr->kind == ScalarExpr::Kind::Gather)
    return asAccess(expr);
  if (expr->kind != ScalarExpr::Kind::Apply)
    return expr;
  const ScalarExpr *&known = accesses[expr];
  if (known)
    return known;
  SmallVector<const ScalarExpr *> operands;
  for (const ScalarExpr *operand : expr->operands)
    operands.push_back(withoutGathers(operand));
  return accesses[expr] = notation.getApply(*expr->name, expr->attributes,
                                            expr->type, operands);
}

const ScalarExpr *WeightedSum::inlined(const ScalarExpr *expr) {
  return expr->kind == ScalarExpr::Kind::Gather ? asAccess(expr)
                                                : notation.getDefinition(expr);
}

bool WeightedSum::isOfLogs(const ScalarExpr *expr) {
  auto [it, isNew] = knownToBeOfLogs.try_emplace(expr, false);
  if (!isNew || ++steps > maxSteps)
    return it->second;
  bool answer = false;
  if (expr->kind == ScalarExpr::Kind::Access ||
      expr->kind == ScalarExpr::Kind::Gather) {
    const ScalarExpr *inner = inlined(expr);
    answer = getRows(expr->source) || (inner && isOfLogs(inner));
  } else {
    answer = llvm::any_of(expr->operands, [&](const ScalarExpr *operand) {
      return isOfLogs(operand);
    });
  }
  return knownToBeOfLogs[expr] = answer;
}

const ScalarExpr *WeightedSum::getMagnitude(const Weight &weight, Type type) {
  return weight.magnitude ? convert(weight.magnitude, type) : number(type, 1.0);
}

bool WeightedSum::addProduct(const ScalarExpr *expr, Weight weight,
                             ArrayRef<BoundAxis> axes) {
  bool isQuotient = expr->isApply("arith.divf");
  unsigned ofLogs = isOfLogs(expr->operands[0]) ? 0 : 1;
  const ScalarExpr *factor = expr->operands[1 - ofLogs];
  if (isOfLogs(factor) || (isQuotient && ofLogs == 1))
    return false;
  if (isQuotient || weight.magnitude)
    weight.magnitude =
        apply(isQuotient ? arith::DivFOp::getOperationName()
                         : arith::MulFOp::getOperationName(),
              expr->type, {getMagnitude(weight, expr->type), factor});
  else
    weight.magnitude = factor;
  return add(expr->operands[ofLogs], weight, axes);
}

bool WeightedSum::addSelection(const ScalarExpr *expr, const Weight &weight,
                               ArrayRef<BoundAxis> axes) {
  const ScalarExpr *kept = getMagnitude(weight, expr->type);
  const ScalarExpr *zero = number(expr->type, 0.0);
  for (bool isFirst : {true, false}) {
    const ScalarExpr *chosen = expr->operands[isFirst ? 1 : 2];
    if (!isOfLogs(chosen)) {
      if (!isZero(chosen))
        return false;
      continue;
    }
    Weight selected = weight;
    selected.magnitude = apply(
        arith::SelectOp::getOperationName(), expr->type,
        {expr->operands[0], isFirst ? kept : zero, isFirst ? zero : kept});
    if (!add(chosen, selected, axes))
      return false;
  }
  return true;
}

bool WeightedSum::addSum(const ScalarExpr *expr, const Weight &weight,
                         ArrayRef<BoundAxis> axes) {
  for (bool isRight : {false, true}) {
    const ScalarExpr *addend = expr->operands[isRight];
    if (!isOfLogs(addend)) {
      if (!isZero(addend))
        return false;
      continue;
    }
    bool isSubtracted = isRight && expr->isApply("arith.subf");
    if (!add(addend, isSubtracted ? weight.negated() : weight, axes))
      return false;
  }
  return true;
}

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

const RowMatch *WeightedSum::getRows(Value source) {
  const RowMatch *match = known.getMatch(source);
  if (!match)
    return known.getLogSumExpOf(source);
  bool isLog = match->kind == ResultKind::LogProbabilities ||
               (match->kind == ResultKind::LogSumExp && match->offset == 0.0 &&
                getLogitTensor(*match));
  return isLog ? match : nullptr;
}

/// What `access` is indexed by along each loop of `logs`.
static SmallVector<AffineExpr> getLoopIndices(const RowMatch &logs,
                                              const ScalarExpr *access) {
  SmallVector<AffineExpr> indices(logs.loops.size());
  bool isResult = access->source == logs.root;
  for (auto [position, index] : llvm::enumerate(access->indices)) {
    AffineExpr loop = isResult ? getAffineDimExpr(position, index.getContext())
                               : logs.logitExpression->indices[position];
    if (auto dim = dyn_cast<AffineDimExpr>(loop))
      indices[dim.getPosition()] = index;
  }
  return indices;
}

bool WeightedSum::addElement(const ScalarExpr *expr, const Weight &weight,
                             ArrayRef<BoundAxis> axes) {
  const RowMatch *rows = getRows(expr->source);
  if (!rows)
    return add(inlined(expr), weight, axes);
  if (logs && logs != rows)
    return false;
  logs = rows;
  if (expr->kind == ScalarExpr::Kind::Gather)
    expr = asAccess(expr);
  bool isLogSumExp =
      rows->kind == ResultKind::LogSumExp && expr->source == rows->root;
  Type type = weight.magnitude ? weight.magnitude->type : expr->type;
  const ScalarExpr *target = withoutGathers(getMagnitude(weight, type));
  if (weight.isNegative == isLogSumExp)
    target = apply(arith::NegFOp::getOperationName(), type, target);
  (isLogSumExp ? logSumExps : contributions)
      .push_back({getLoopIndices(*rows, expr), target, llvm::to_vector(axes)});
  return true;
}

bool WeightedSum::isComplete() const {
  if (logs->kind == ResultKind::LogProbabilities)
    return true;
  // Each log-sum-exp needs one logit of its row with the same factor.
  if (contributions.size() != 1 || logSumExps.size() != 1)
    return false;
  const Contribution &logit = contributions.front();
  const Contribution &sum = logSumExps.front();
  auto isSelected = [&](int64_t loop) {
    auto dim = dyn_cast_or_null<AffineDimExpr>(logit.indices[loop]);
    return logs->loops[loop].size == 1 ||
           (dim && llvm::none_of(logit.axes, [&](const BoundAxis &axis) {
              return axis.position == dim.getPosition();
            }));
  };
  auto isSameRow = [&](size_t loop) {
    return llvm::is_contained(logs->rowLoops, int64_t(loop)) ||
           logs->loops[loop].size == 1 ||
           logit.indices[loop] == sum.indices[loop];
  };
  return logit.target == sum.target &&
         llvm::all_of(logs->rowLoops, isSelected) &&
         llvm::all_of(llvm::seq<size_t>(0, logs->loops.size()), isSameRow);
}

bool WeightedSum::add(const ScalarExpr *expr, const Weight &weight,
                      ArrayRef<BoundAxis> axes) {
  if (!expr || ++steps > maxSteps || !isOfLogs(expr))
    return false;
  switch (expr->kind) {
  case ScalarExpr::Kind::Access:
  case ScalarExpr::Kind::Gather:
    return addElement(expr, weight, axes);
  case ScalarExpr::Kind::Reduce: {
    SmallVector<BoundAxis> inside(axes);
    llvm::append_range(inside, expr->axes);
    return expr->reduction == ReductionKind::Sum &&
           add(expr->operands.front(), weight, inside);
  }
  default:
    break;
  }
  if (expr->isApply("arith.negf"))
    return add(expr->operands[0], weight.negated(), axes);
  if (expr->isApply("arith.mulf") || expr->isApply("arith.divf"))
    return addProduct(expr, weight, axes);
  if (expr->isApply("arith.select"))
    return addSelection(expr, weight, axes);
  if (expr->isApply("arith.extf") || expr->isApply("arith.truncf"))
    return add(expr->operands[0], weight, axes);
  if (expr->isApply("arith.addf") || expr->isApply("arith.subf"))
    return addSum(expr, weight, axes);
  return false;
}

//===----------------------------------------------------------------------===//
// From contributions to targets
//===----------------------------------------------------------------------===//

namespace {

/// Brings what contributes to a sum of log-probabilities together: in terms of
/// the log-probabilities' own dimensions, then of the loops of a match.
class TargetBuilder {
public:
  TargetBuilder(LogDomain &domain, WeightedSum &sum, Value root)
      : domain(domain), notation(domain.getNotation()), sum(sum),
        logs(*sum.logs), context(notation.getContext()),
        rank(logs.loops.size()), rootDims(rank) {
    match.root = root;
    match.kind = ResultKind::Loss;
    match.name = OperationName(CrossEntropyOp::getOperationName(), context);
    match.isShifted = logs.isShifted;
    match.rowDeath = logs.rowDeath;
  }

  std::optional<RowMatch> build();

private:
  bool isRowDim(unsigned dim) const {
    return llvm::is_contained(logs.rowLoops, int64_t(dim));
  }
  /// The targets of `contribution` at each element of the log-probabilities, in
  /// their dimensions; null if it is not one for each row.
  const ScalarExpr *align(const Contribution &contribution);
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
  auto aligned = [&](const ScalarExpr *expr) {
    return hasOnlyDims(expr, map) ? notation.substitute(expr, map) : nullptr;
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

std::optional<RowMatch> TargetBuilder::build() {
  SmallVector<const ScalarExpr *> targets;
  Type type;
  for (const Contribution &contribution : sum.contributions) {
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
  // A plain sum of log-probabilities has no targets.
  if (!match.variesAlongRow(domain.getTerm(match.target).poly))
    return std::nullopt;
  return match;
}

std::optional<RowMatch>
lse::matchCrossEntropy(LogDomain &domain, const KnownRows &known, Value root) {
  // What only moves the elements of another value is no computation.
  const Definition *definition = domain.getNotation().getDefinition(root);
  if (!definition || definition->value->kind == ScalarExpr::Kind::Access)
    return std::nullopt;
  WeightedSum sum(domain, known);
  if (!sum.add(definition->value, Weight(), /*axes=*/{}) || !sum.isComplete())
    return std::nullopt;
  return TargetBuilder(domain, sum, root).build();
}
