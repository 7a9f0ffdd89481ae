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
  /// Matches what the root is, a sum of products, in several attempts.
  std::optional<RowMatch> matchSum();
  /// For a sum that the source divides by the sum of its weights at last: the
  /// sums, with either factor as weights, whose weights are divided first.
  SmallVector<const ScalarExpr *> divideWeights(const ScalarExpr *expr);
  /// Adds the loops of the root and of the keys that `weightedSum` is over; its
  /// body in terms of these.
  const ScalarExpr *addLoops();
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
  /// The rows of keys that `expr` is a probability of, in terms of the loops;
  /// nothing if it is none.
  std::optional<RowMatch> findRows(const ScalarExpr *expr);
  /// True if the rows of `rows`, whose element at `indices` it is, are the
  /// sum's axes.
  bool hasTheseRows(const RowMatch &rows, ArrayRef<AffineExpr> indices) const;

  /// `expr`, a logit, with the score in it left as it is and all else read from
  /// sources; null if there is no score in it.
  const ScalarExpr *findScore(const ScalarExpr *expr);
  /// `sum` if it is a score, times the factors in it that are the same for all
  /// products; null if it is none.
  const ScalarExpr *tryScore(const ScalarExpr *sum);
  /// The factors of `product` that vary along `axes`; all that do not, as their
  /// product, or null, in `others`.
  SmallVector<const ScalarExpr *> takeFactors(const ScalarExpr *product,
                                              ArrayRef<BoundAxis> axes,
                                              const ScalarExpr *&others);
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
  const ScalarExpr *weightedSum = nullptr;
  /// True if the weights are probabilities that no value of the source is.
  bool isDivided = false;
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

SmallVector<const ScalarExpr *>
AttentionMatcher::takeFactors(const ScalarExpr *product,
                              ArrayRef<BoundAxis> axes,
                              const ScalarExpr *&others) {
  SmallVector<const ScalarExpr *> factors, worklist = {product};
  for (unsigned step = 0; !worklist.empty() && step < maxSteps; ++step) {
    const ScalarExpr *factor = worklist.pop_back_val();
    if (factor->isApply("arith.mulf") && factor->type == product->type)
      llvm::append_range(worklist, llvm::reverse(factor->operands));
    else if (domain.getTerm(factor).poly->variesOver(axes))
      factors.push_back(factor);
    else
      others = others ? notation.getApply(*product->name, product->attributes,
                                          product->type, {others, factor})
                      : factor;
  }
  return factors;
}

const ScalarExpr *AttentionMatcher::tryScore(const ScalarExpr *sum) {
  const ScalarExpr *product = getSummedProduct(sum);
  if (!product)
    return nullptr;
  const ScalarExpr *others = nullptr;
  SmallVector<const ScalarExpr *> factors =
      takeFactors(product, sum->axes, others);
  others = others ? readSources(others) : nullptr;
  if (others && factors.size() == 2) {
    product = notation.getApply(*product->name, product->attributes,
                                product->type, factors);
    sum = notation.getReduce(ReductionKind::Sum, /*ignoresNaN=*/false, product,
                             sum->axes);
  }
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
    return nullptr;
  }
  attention.query = query;
  attention.key = key;
  attention.score = sum;
  attention.scoreLoops.clear();
  for (int part : ofScore.set_bits())
    attention.scoreLoops.push_back(part);
  return others ? notation.getApply(*product->name, product->attributes,
                                    sum->type, {sum, others})
                : sum;
}

const ScalarExpr *AttentionMatcher::findScore(const ScalarExpr *expr) {
  if (++steps > maxSteps)
    return nullptr;
  switch (expr->kind) {
  case ScalarExpr::Kind::Reduce:
    return tryScore(expr);
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

std::optional<RowMatch> AttentionMatcher::findRows(const ScalarExpr *expr) {
  if (isDivided) {
    std::optional<RowMatch> rows =
        matchProbabilities(domain, expr, parts.getExtents());
    llvm::SmallBitVector ofRows(parts.getExtents().size());
    if (rows)
      for (int64_t loop : rows->rowLoops)
        ofRows.set(loop);
    bool isOfKeys =
        ofRows == getPartsOfLoops(numRootLoops, numRootLoops + numKeyLoops);
    return isOfKeys ? rows : std::nullopt;
  }
  const ScalarExpr *probability = findProbability(expr);
  if (!probability || !hasWholeDims(probability))
    return std::nullopt;
  RowMatch rows = *known.getMatch(probability->source);
  if (!hasTheseRows(rows, probability->indices))
    return std::nullopt;
  rows.logitExpression =
      notation.substitute(rows.logitExpression, probability->indices);
  if (rows.sink)
    rows.sink = notation.substitute(rows.sink, probability->indices);
  return rows;
}

bool AttentionMatcher::tryFactors(const ScalarExpr *probability,
                                  const ScalarExpr *value) {
  std::optional<RowMatch> found = findRows(probability);
  value = found ? findSource(value) : nullptr;
  if (!value)
    return false;
  const RowMatch &rows = *found;
  llvm::SmallBitVector ofKeys =
      getPartsOfLoops(numRootLoops, numRootLoops + numKeyLoops);
  if (!ofKeys.subsetOf(getPartsOf(value)))
    return false;
  const ScalarExpr *logit = findScore(rows.logitExpression);
  const ScalarExpr *sink = rows.sink ? readSources(rows.sink) : nullptr;
  if (!logit || (rows.sink && !sink))
    return false;
  result = RowMatch();
  result.root = root;
  result.kind = ResultKind::Output;
  result.name = OperationName(AttentionOp::getOperationName(), context);
  result.logit = rows.logit;
  result.logitExpression = logit;
  result.sink = sink;
  result.isShifted = rows.isShifted;
  result.rowDeath = rows.rowDeath;
  for (int part : ofKeys.set_bits())
    result.rowLoops.push_back(part);
  attention.value = value;
  return true;
}

const ScalarExpr *AttentionMatcher::addLoops() {
  DenseMap<AffineExpr, AffineExpr> map;
  numRootLoops = cast<RankedTensorType>(root.getType()).getRank();
  for (unsigned dim = 0; dim < numRootLoops; ++dim) {
    unsigned loop = parts.addLoop(notation.getExtent(root, dim));
    map[getAffineDimExpr(dim, context)] = parts.getIndex(loop);
  }
  const ScalarExpr *product =
      notation.substitute(getSummedProduct(weightedSum), map);
  product = bindAxes(product, weightedSum->axes);
  numKeyLoops = parts.getNumLoops() - numRootLoops;
  return product;
}

std::optional<RowMatch> AttentionMatcher::tryMatch() {
  parts.restart();
  steps = 0;
  const ScalarExpr *product = addLoops();
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

SmallVector<const ScalarExpr *>
AttentionMatcher::divideWeights(const ScalarExpr *expr) {
  SmallVector<const ScalarExpr *> divided;
  if (!expr->isApply("arith.divf") && !expr->isApply("arith.mulf"))
    return divided;
  for (unsigned place : {0, 1}) {
    const ScalarExpr *sum = expr->operands[place];
    if (place == 1 && expr->isApply("arith.divf"))
      break;
    for (unsigned step = 0;
         sum && step < maxSteps && sum->kind == ScalarExpr::Kind::Access &&
         isUsedOnce(sum->source);
         ++step)
      sum = notation.getDefinition(sum);
    const ScalarExpr *product = sum ? getSummedProduct(sum) : nullptr;
    const ScalarExpr *divisor = expr->operands[1 - place];
    if (!product || product->type != divisor->type)
      continue;
    for (unsigned weight : {0, 1}) {
      SmallVector<const ScalarExpr *> factors =
          llvm::to_vector_of<const ScalarExpr *>(product->operands);
      factors[weight] =
          notation.getApply(*expr->name, expr->attributes, expr->type,
                            {factors[weight], divisor});
      divided.push_back(notation.getReduce(
          ReductionKind::Sum, /*ignoresNaN=*/false,
          notation.getApply(*product->name, product->attributes, product->type,
                            factors),
          sum->axes));
    }
  }
  return divided;
}

std::optional<RowMatch> AttentionMatcher::matchSum() {
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

std::optional<RowMatch> AttentionMatcher::match() {
  const Definition *definition = notation.getDefinition(root);
  if (!definition)
    return std::nullopt;
  weightedSum = definition->value;
  if (getSummedProduct(weightedSum))
    return matchSum();
  isDivided = true;
  for (const ScalarExpr *divided : divideWeights(definition->value)) {
    weightedSum = divided;
    if (std::optional<RowMatch> found = matchSum())
      return found;
  }
  return std::nullopt;
}

std::optional<RowMatch>
lse::matchAttention(LogDomain &domain, const KnownRows &known, Value root) {
  return AttentionMatcher(domain, known, root).match();
}
