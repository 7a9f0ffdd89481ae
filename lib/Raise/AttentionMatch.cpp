//===- AttentionMatch.cpp - Are these values weighted by scores? ----------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AttentionMatch.h"
#include "ScoreMatch.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

class AttentionMatcher {
public:
  AttentionMatcher(LogDomain &domain, const KnownRows &known, Value root)
      : domain(domain), notation(domain.getNotation()), known(known),
        root(root), context(notation.getContext()), sources(notation),
        parts(sources.getParts()) {}

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
  bool tryFactors(const ScalarExpr *probability, const ScalarExpr *value);

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

  /// Values that only move or convert elements are followed so far.
  static constexpr unsigned maxSteps = 64;
  static constexpr unsigned maxAttempts = 16;

  LogDomain &domain;
  IndexNotation &notation;
  const KnownRows &known;
  Value root;
  MLIRContext *context;
  ElementSources sources;
  LoopParts &parts;
  const ScalarExpr *weightedSum = nullptr;
  /// True if the weights are probabilities that no value of the source is.
  bool isDivided = false;
  unsigned numRootLoops = 0, numKeyLoops = 0;
  RowMatch result;
  AttentionParts attention;
};

} // namespace

//===----------------------------------------------------------------------===//
// Probabilities
//===----------------------------------------------------------------------===//

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
    expr = sources.getOrigin(expr);
  }
  return nullptr;
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

bool AttentionMatcher::hasTheseRows(const RowMatch &rows,
                                    ArrayRef<AffineExpr> indices) const {
  llvm::SmallBitVector ofKeys =
      sources.getPartsOfLoops(numRootLoops, numRootLoops + numKeyLoops);
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
    bool isOfKeys = ofRows == sources.getPartsOfLoops(
                                  numRootLoops, numRootLoops + numKeyLoops);
    return isOfKeys ? rows : std::nullopt;
  }
  const ScalarExpr *probability = findProbability(expr);
  if (!probability || !sources.hasWholeDims(probability))
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
  value = found ? sources.findSource(value) : nullptr;
  if (!value)
    return false;
  const RowMatch &rows = *found;
  llvm::SmallBitVector ofKeys =
      sources.getPartsOfLoops(numRootLoops, numRootLoops + numKeyLoops);
  if (!ofKeys.subsetOf(sources.getPartsOf(value)))
    return false;
  const ScalarExpr *logit =
      ScoreMatcher(domain, known.getMatch, sources, numRootLoops,
                   numRootLoops + numKeyLoops)
          .match(rows.logitExpression, attention);
  const ScalarExpr *sink = rows.sink ? sources.readSources(rows.sink) : nullptr;
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
  attention.sourceLogit = rows.logitExpression;
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
  product = sources.bindAxes(product, weightedSum->axes);
  numKeyLoops = parts.getNumLoops() - numRootLoops;
  return product;
}

std::optional<RowMatch> AttentionMatcher::tryMatch() {
  parts.restart();
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
