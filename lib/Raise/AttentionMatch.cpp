//===- AttentionMatch.cpp - Are these values weighted by scores? ----------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AttentionMatch.h"
#include "LoopParts.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

class AttentionMatcher {
public:
  AttentionMatcher(LogDomain &domain, const KnownRows &known, Value root)
      : domain(domain), notation(domain.getNotation()), known(known),
        root(root), context(notation.getContext()), parts(context) {}

  std::optional<RowMatch> match();

private:
  /// Matches with the cuts of loops that are known.
  std::optional<RowMatch> tryMatch();
  /// Adds the loops of the root and of the keys that `sum` is over; its body in
  /// terms of these.
  const ScalarExpr *addLoops(const ScalarExpr *sum);
  /// Adds a loop for each of `axes` and replaces them in `body`.
  const ScalarExpr *bindAxes(const ScalarExpr *body, ArrayRef<BoundAxis> axes);
  bool tryFactors(const ScalarExpr *probability, const ScalarExpr *value);

  /// The element that `expr` is but for where it is and for a wider type; null
  /// if it is computed.
  const ScalarExpr *getOrigin(const ScalarExpr *access);
  /// The element of a tensor that is as far back as `expr` only moves it, and
  /// each dimension of which is made of loops, from begin to end.
  const ScalarExpr *findSource(const ScalarExpr *expr);
  /// True if each dimension is indexed by other loops, from begin to end; those
  /// of dynamic extent may be known to have it, as `isKnown` says.
  bool hasWholeDims(const ScalarExpr *access, bool isKnown = false) const;
  /// The element of a tensor that `expr` is by its term; null if it is none.
  const ScalarExpr *getElement(const ScalarExpr *expr);
  /// The element of probabilities that `expr` is; null if it is none, or if
  /// something on the way has other uses.
  const ScalarExpr *findProbability(const ScalarExpr *expr);
  /// True if the rows of `rows`, whose element at `indices` it is, are the
  /// sum's axes.
  bool hasTheseRows(const RowMatch &rows, ArrayRef<AffineExpr> indices) const;

  /// `expr`, a logit, with the score in it left as it is and all else read from
  /// sources; null if there is no score in it.
  const ScalarExpr *findScore(const ScalarExpr *expr);
  bool tryScore(const ScalarExpr *sum);
  /// `expr` with each element read from its source; null if one has none.
  const ScalarExpr *readSources(const ScalarExpr *expr);

  /// The parts that index `access`.
  llvm::SmallBitVector getPartsOf(const ScalarExpr *access) const;
  llvm::SmallBitVector getPartsOfLoops(unsigned begin, unsigned end) const;

  /// Values that only move or convert elements, and operations of a logit, are
  /// followed so far.
  static constexpr unsigned maxSteps = 64;
  static constexpr unsigned maxAttempts = 16;

  LogDomain &domain;
  IndexNotation &notation;
  const KnownRows &known;
  Value root;
  MLIRContext *context;
  LoopParts parts;
  unsigned numRootLoops = 0, numKeyLoops = 0;
  unsigned steps = 0;
  RowMatch result;
  AttentionParts attention;
};

} // namespace

//===----------------------------------------------------------------------===//
// Where elements come from
//===----------------------------------------------------------------------===//

/// The operand of a conversion that changes nothing but the type.
static const ScalarExpr *skipWidening(const ScalarExpr *expr) {
  while (expr->isApply("arith.extf"))
    expr = expr->operands.front();
  return expr;
}

const ScalarExpr *AttentionMatcher::getOrigin(const ScalarExpr *access) {
  const ScalarExpr *origin = notation.getDefinition(access);
  if (!origin)
    origin = lookThroughReshape(notation, parts, access);
  origin = origin ? skipWidening(origin) : nullptr;
  return origin && origin->kind == ScalarExpr::Kind::Access ? origin : nullptr;
}

llvm::SmallBitVector
AttentionMatcher::getPartsOf(const ScalarExpr *access) const {
  llvm::SmallBitVector used(parts.getExtents().size());
  for (AffineExpr index : access->indices)
    if (std::optional<SmallVector<int64_t>> own = parts.getPartsOf(index))
      for (int64_t part : *own)
        used.set(part);
  return used;
}

llvm::SmallBitVector AttentionMatcher::getPartsOfLoops(unsigned begin,
                                                       unsigned end) const {
  llvm::SmallBitVector used(parts.getExtents().size());
  for (unsigned loop = begin; loop < end; ++loop)
    for (int64_t part : parts.getParts(loop))
      used.set(part);
  return used;
}

bool AttentionMatcher::hasWholeDims(const ScalarExpr *access,
                                    bool isKnown) const {
  llvm::SmallBitVector used(parts.getExtents().size());
  for (auto [dim, index] : llvm::enumerate(access->indices)) {
    Extent extent = notation.getExtent(access->source, dim);
    bool isOnlyPart = !extent.isStatic() && isa<AffineDimExpr>(index);
    if (!parts.isWhole(index, extent) && !(isKnown && isOnlyPart))
      return false;
    SmallVector<int64_t> own = *parts.getPartsOf(index);
    for (int64_t part : own) {
      if (used.test(part))
        return false;
      used.set(part);
    }
  }
  return true;
}

const ScalarExpr *AttentionMatcher::findSource(const ScalarExpr *expr) {
  const ScalarExpr *source = nullptr;
  bool isKnown = false;
  expr = skipWidening(expr);
  for (unsigned step = 0; expr && step < maxSteps; ++step) {
    if (expr->kind != ScalarExpr::Kind::Access ||
        !isa<RankedTensorType>(expr->source.getType()))
      break;
    // What all elements of a tensor are moved from is a whole tensor, too.
    isKnown = hasWholeDims(expr, isKnown);
    if (isKnown)
      source = expr;
    expr = getOrigin(expr);
  }
  return source;
}

/// True if `value` is used once, not counting who asks for its extents.
static bool isUsedOnce(Value value) {
  return llvm::count_if(value.getUsers(), [](Operation *user) {
           return !isa<tensor::DimOp>(user);
         }) == 1;
}

const ScalarExpr *AttentionMatcher::getElement(const ScalarExpr *expr) {
  Term term = domain.getTerm(expr);
  const Atom *atom = term.poly->getSingleAtom();
  bool isElement = atom && atom->kind == Atom::Kind::Element &&
                   term.guards.empty() && term.cancelled.empty();
  return isElement ? notation.getAccess(atom->source, atom->indices) : nullptr;
}

const ScalarExpr *AttentionMatcher::findProbability(const ScalarExpr *expr) {
  for (unsigned step = 0; expr && step < maxSteps; ++step) {
    while (expr->isApply("arith.extf") || expr->isApply("arith.truncf"))
      expr = expr->operands.front();
    // A product with 1, for example, is the element by its term.
    if (expr->kind == ScalarExpr::Kind::Apply)
      expr = getElement(expr);
    if (!expr || expr->kind != ScalarExpr::Kind::Access ||
        !isa<RankedTensorType>(expr->source.getType()) ||
        !isUsedOnce(expr->source))
      return nullptr;
    if (const RowMatch *rows = known.getMatch(expr->source))
      return rows->kind == ResultKind::Probabilities ? expr : nullptr;
    const ScalarExpr *origin = notation.getDefinition(expr);
    expr = origin ? origin : lookThroughReshape(notation, parts, expr);
  }
  return nullptr;
}

//===----------------------------------------------------------------------===//
// The score
//===----------------------------------------------------------------------===//

const ScalarExpr *AttentionMatcher::bindAxes(const ScalarExpr *body,
                                             ArrayRef<BoundAxis> axes) {
  DenseMap<AffineExpr, AffineExpr> map;
  for (const BoundAxis &axis : axes)
    map[getAffineDimExpr(axis.position, context)] =
        axis.extent.size == 1 ? getAffineConstantExpr(0, context)
                              : parts.getIndex(parts.addLoop(axis.extent));
  return notation.substitute(body, map);
}

/// The body of `expr` if that is a sum of products.
static const ScalarExpr *getSummedProduct(const ScalarExpr *expr) {
  bool isSum = expr->kind == ScalarExpr::Kind::Reduce &&
               expr->reduction == ReductionKind::Sum;
  const ScalarExpr *body = isSum ? skipWidening(expr->operands.front()) : expr;
  return isSum && body->isApply("arith.mulf") ? body : nullptr;
}

bool AttentionMatcher::tryScore(const ScalarExpr *sum) {
  const ScalarExpr *product = getSummedProduct(sum);
  if (!product)
    return false;
  unsigned numLoops = parts.getNumLoops();
  product = bindAxes(product, sum->axes);
  const ScalarExpr *query = findSource(product->operands[0]);
  const ScalarExpr *key = findSource(product->operands[1]);
  llvm::SmallBitVector ofScore = getPartsOfLoops(numLoops, parts.getNumLoops());
  llvm::SmallBitVector ofKeys =
      getPartsOfLoops(numRootLoops, numRootLoops + numKeyLoops);
  if (query && key && getPartsOf(query).anyCommon(ofKeys))
    std::swap(query, key);
  bool isScore =
      query && key && ofScore.any() && !getPartsOf(query).anyCommon(ofKeys) &&
      ofKeys.subsetOf(getPartsOf(key)) && ofScore.subsetOf(getPartsOf(key)) &&
      ofScore.subsetOf(getPartsOf(query));
  if (!isScore) {
    if (!parts.needsRestart())
      parts.dropLoops(numLoops);
    return false;
  }
  attention.query = query;
  attention.key = key;
  attention.score = sum;
  attention.scoreLoops.clear();
  for (int part : ofScore.set_bits())
    attention.scoreLoops.push_back(part);
  return true;
}

const ScalarExpr *AttentionMatcher::findScore(const ScalarExpr *expr) {
  if (++steps > maxSteps)
    return nullptr;
  switch (expr->kind) {
  case ScalarExpr::Kind::Reduce:
    return tryScore(expr) ? expr : nullptr;
  case ScalarExpr::Kind::Access: {
    // What is raised itself is a value of its own.
    if (!isa<RankedTensorType>(expr->source.getType()) ||
        known.getMatch(expr->source))
      return nullptr;
    const ScalarExpr *origin = notation.getDefinition(expr);
    if (!origin)
      origin = lookThroughReshape(notation, parts, expr);
    return origin ? findScore(origin) : nullptr;
  }
  case ScalarExpr::Kind::Apply:
    break;
  default:
    return nullptr;
  }
  SmallVector<const ScalarExpr *> operands;
  bool isFound = false;
  for (const ScalarExpr *operand : expr->operands) {
    const ScalarExpr *found = isFound ? nullptr : findScore(operand);
    isFound |= found != nullptr;
    if (!found)
      found = readSources(operand);
    if (!found)
      return nullptr;
    operands.push_back(found);
  }
  return isFound ? notation.getApply(*expr->name, expr->attributes, expr->type,
                                     operands)
                 : nullptr;
}

const ScalarExpr *AttentionMatcher::readSources(const ScalarExpr *expr) {
  switch (expr->kind) {
  case ScalarExpr::Kind::Access:
    if (!isa<RankedTensorType>(expr->source.getType()))
      return expr;
    if (const ScalarExpr *definition = notation.getDefinition(expr))
      if (definition->kind == ScalarExpr::Kind::Constant)
        return definition;
    return findSource(expr);
  case ScalarExpr::Kind::Apply: {
    SmallVector<const ScalarExpr *> operands;
    for (const ScalarExpr *operand : expr->operands) {
      operands.push_back(readSources(operand));
      if (!operands.back())
        return nullptr;
    }
    return notation.getApply(*expr->name, expr->attributes, expr->type,
                             operands);
  }
  case ScalarExpr::Kind::Constant:
    return expr;
  case ScalarExpr::Kind::Index:
    // A loop that is cut is no dimension any more.
    return isa<AffineDimExpr>(expr->indices.front()) ? expr : nullptr;
  default:
    return nullptr;
  }
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

bool AttentionMatcher::hasTheseRows(const RowMatch &rows,
                                    ArrayRef<AffineExpr> indices) const {
  llvm::SmallBitVector ofKeys =
      getPartsOfLoops(numRootLoops, numRootLoops + numKeyLoops);
  llvm::SmallBitVector missing = ofKeys;
  for (auto [dim, index] : llvm::enumerate(indices)) {
    std::optional<SmallVector<int64_t>> used = parts.getPartsOf(index);
    if (!used)
      return false;
    bool isRowDim = llvm::is_contained(rows.rowLoops, int64_t(dim));
    for (int64_t part : *used) {
      if (ofKeys.test(part) != isRowDim)
        return false;
      missing.reset(part);
    }
  }
  return missing.none();
}

bool AttentionMatcher::tryFactors(const ScalarExpr *probability,
                                  const ScalarExpr *value) {
  probability = findProbability(probability);
  value = probability ? findSource(value) : nullptr;
  if (!value || !hasWholeDims(probability))
    return false;
  const RowMatch &rows = *known.getMatch(probability->source);
  llvm::SmallBitVector ofKeys =
      getPartsOfLoops(numRootLoops, numRootLoops + numKeyLoops);
  if (!hasTheseRows(rows, probability->indices) ||
      !ofKeys.subsetOf(getPartsOf(value)))
    return false;
  const ScalarExpr *logit = findScore(
      notation.substitute(rows.logitExpression, probability->indices));
  if (!logit)
    return false;
  result = RowMatch();
  result.root = root;
  result.kind = ResultKind::Output;
  result.name = OperationName(AttentionOp::getOperationName(), context);
  result.logit = rows.logit;
  result.logitExpression = logit;
  result.isShifted = rows.isShifted;
  result.rowDeath = rows.rowDeath;
  for (int part : ofKeys.set_bits())
    result.rowLoops.push_back(part);
  attention.value = value;
  return true;
}

const ScalarExpr *AttentionMatcher::addLoops(const ScalarExpr *sum) {
  DenseMap<AffineExpr, AffineExpr> map;
  numRootLoops = cast<RankedTensorType>(root.getType()).getRank();
  for (unsigned dim = 0; dim < numRootLoops; ++dim) {
    unsigned loop = parts.addLoop(notation.getExtent(root, dim));
    map[getAffineDimExpr(dim, context)] = parts.getIndex(loop);
  }
  const ScalarExpr *product = notation.substitute(getSummedProduct(sum), map);
  product = bindAxes(product, sum->axes);
  numKeyLoops = parts.getNumLoops() - numRootLoops;
  return product;
}

std::optional<RowMatch> AttentionMatcher::tryMatch() {
  parts.restart();
  steps = 0;
  const ScalarExpr *product = addLoops(notation.getDefinition(root)->value);
  ArrayRef<const ScalarExpr *> factors = product->operands;
  if (numKeyLoops == 0 || (!tryFactors(factors[0], factors[1]) &&
                           !tryFactors(factors[1], factors[0])))
    return std::nullopt;
  attention.rootDims.clear();
  for (unsigned loop = 0; loop < numRootLoops; ++loop)
    attention.rootDims.emplace_back(parts.getParts(loop));
  result.loops = parts.getExtents();
  result.attention = attention;
  return result;
}

std::optional<RowMatch> AttentionMatcher::match() {
  const Definition *definition = notation.getDefinition(root);
  if (!definition || !getSummedProduct(definition->value))
    return std::nullopt;
  // What has been found may be read from further back with one more cut.
  std::optional<RowMatch> best;
  for (unsigned attempt = 0; attempt < maxAttempts; ++attempt) {
    if (std::optional<RowMatch> found = tryMatch())
      best = std::move(found);
    if (!parts.needsRestart())
      break;
  }
  return best;
}

std::optional<RowMatch>
lse::matchAttention(LogDomain &domain, const KnownRows &known, Value root) {
  return AttentionMatcher(domain, known, root).match();
}
