//===- AttentionKernel.cpp - Values weighted by scores --------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms/AttentionKernel.h"

#include "Algorithms/Buffers.h"
#include "Algorithms/Exponential.h"
#include "Algorithms/HalfPrecision.h"
#include "Algorithms/KeyRange.h"
#include "Algorithms/Logarithm.h"
#include "LogitExpression.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace Halide;
using namespace lse_halide;
using Halide::Internal::make_const;

namespace {

/// Blocks of keys whose products are summed in registers.
constexpr int kBlocksInChunk = 8;
/// Tiles of queries in a strip.
constexpr int kTilesInStrip = 4;

using Index = std::vector<Expr>;

class AttentionBuilder {
public:
  AttentionBuilder(const KernelSpec &spec, const MachineTraits &traits,
                   AttentionKernel &kernel, KernelBuffers &buffers);

  void build();

private:
  void addOperands();
  void addLogits();
  void addWeights();
  void addProducts();
  void addOutput();

  using Combine = std::function<Expr(Expr, Expr)>;
  /// Reduces the lanes of `func`, whose other dimensions are those of a query,
  /// to one value.
  Expr fold(Func func, const char *name, const Combine &combine);
  /// The blocks that hold keys which a query of `strip` may see: first, and one
  /// after the last.
  std::pair<Expr, Expr> blocksOf(const Expr &strip) const;
  /// Limits `domain` to blocks of `vars.strip`. It walks `size` blocks that
  /// begin with `block` in one step.
  void limit(RDom &domain, const Expr &block, int size = 1) const;
  /// A reduction over the blocks of `vars.strip`: `add` makes an element of a
  /// block part of a partial result.
  ChunkedReduction
  reduce(const char *name, const std::vector<Var> &dims, RDom inChunk,
         const Expr &identity,
         const std::function<Expr(Expr partial, Expr block)> &add,
         const Combine &merge);

  /// What the region reads at `point`.
  LogitSources sourcesAt(const Point &point, const Expr &score) const;
  /// Makes the sink of a query, if it has one, a Func.
  void addSink();
  /// What the exponentials of a query are relative to: its maximum, or a number
  /// that takes its place.
  Expr referenceOf(const Expr &maximum) const;
  /// exp(logit - reference), 0 where that is next to nothing.
  Expr weightOf(const Expr &logit, const Expr &reference) const;
  /// What makes a mean of a sum of products.
  Expr factorOf(const Expr &maximum, const Expr &total) const;
  Expr logSumExpOf(const Expr &maximum, const Expr &total) const;
  /// The place of a query, in rows that are no more than there are.
  Expr queryIndex() const {
    return clampIndex(vars.strip * kernel.strip + vars.query, numQueries,
                      kernel.strip);
  }

  Expr constant(double value) const { return make_const(type, value); }
  Expr leastLogit() const {
    return constant(-std::numeric_limits<double>::infinity());
  }
  /// Number of blocks that `extent` elements fill.
  Expr countBlocks(const Expr &extent, int size) const {
    return Internal::simplify((extent + (size - 1)) / size);
  }
  /// `index`, or the last one there is. True of `isInside` is the usual case.
  Expr clampIndex(const Expr &index, const Expr &extent, int size,
                  Expr *isInside = nullptr) const;
  /// The place of a query, key and so on; dimensions that are not given are
  /// those of `vars.outer`.
  Point pointAt(const Expr &query, const Expr &key, const Expr &score,
                const Expr &column) const;
  /// `dims` and then `vars.outer`, or those of them that `buffer` has.
  Index at(Index dims, const BufferSpec *buffer = nullptr) const;
  std::vector<Var> varsOf(const Index &index) const;

  const KernelSpec &spec;
  MachineTraits traits;
  AttentionKernel &kernel;
  KernelBuffers &buffers;
  const AttentionVars &vars;
  Type type;
  unsigned keyDim;
  std::vector<unsigned> outerDims;
  Expr numQueries, numKeys, numScores, numColumns, numKeyBlocks;
  Func sink, maximum, reference, factor;
  /// True if the log-sum-exp is an output: it tells an infinite maximum from
  /// NaN, so that nothing but a NaN may make a sum NaN.
  bool yieldsLogSumExp;
};

} // namespace

AttentionBuilder::AttentionBuilder(const KernelSpec &spec,
                                   const MachineTraits &traits,
                                   AttentionKernel &kernel,
                                   KernelBuffers &buffers)
    : spec(spec), traits(traits), kernel(kernel), buffers(buffers),
      vars(kernel.vars), type(storageType(spec.compute)),
      keyDim(spec.rowDims.front()),
      yieldsLogSumExp(findOutput(spec, ResultKind::LogSumExp).has_value()) {
  const AttentionSpec &dims = *spec.attention;
  for (unsigned dim = spec.extents.size(); dim-- > 0;)
    if (dim != keyDim && dim != dims.scoreDim && dim != dims.valueDim &&
        dim != dims.queryDim) {
      outerDims.push_back(dim);
      kernel.vars.outer.emplace_back("loop" + std::to_string(dim));
    }
  numKeys = buffers.extents[keyDim];
  numScores = buffers.extents[dims.scoreDim];
  numColumns = buffers.extents[dims.valueDim];
  numQueries =
      dims.queryDim == kNoDimension ? Expr(1) : buffers.extents[dims.queryDim];
  kernel.lanes = static_cast<int>(spec.schedule.vectorLanes);
  kernel.block = 2 * kernel.lanes;
  kernel.tile = static_cast<int>(spec.schedule.unroll);
  int tiles = kTilesInStrip;
  if (std::optional<int64_t> count = Internal::as_const_int(numQueries)) {
    kernel.tile = static_cast<int>(
        std::max<int64_t>(1, std::min<int64_t>(kernel.tile, *count)));
    tiles = static_cast<int>(std::min<int64_t>(
        tiles, std::max<int64_t>(1, (*count + kernel.tile - 1) / kernel.tile)));
  }
  kernel.strip = kernel.tile * tiles;
  std::optional<int64_t> queries = Internal::as_const_int(numQueries);
  kernel.hasOneStrip = queries && *queries <= kernel.strip;
  numKeyBlocks = countBlocks(numKeys, kernel.block);
}

Expr AttentionBuilder::clampIndex(const Expr &index, const Expr &extent,
                                  int size, Expr *isInside) const {
  if (Internal::is_const_zero(Internal::simplify(extent % size))) {
    if (isInside)
      *isInside = Internal::const_true();
    return index;
  }
  if (isInside)
    *isInside = index < extent;
  return min(likely(index), extent - 1);
}

Point AttentionBuilder::pointAt(const Expr &query, const Expr &key,
                                const Expr &score, const Expr &column) const {
  Point point(spec.extents.size());
  for (size_t i = 0; i < outerDims.size(); ++i)
    point[outerDims[i]] = vars.outer[i];
  point[keyDim] = key;
  point[spec.attention->scoreDim] = score;
  point[spec.attention->valueDim] = column;
  if (spec.attention->queryDim != kNoDimension)
    point[spec.attention->queryDim] = query;
  return point;
}

Index AttentionBuilder::at(Index dims, const BufferSpec *buffer) const {
  for (size_t i = 0; i < outerDims.size(); ++i)
    if (!buffer ||
        std::count(buffer->dims.begin(), buffer->dims.end(), outerDims[i]))
      dims.push_back(vars.outer[i]);
  return dims;
}

std::vector<Var> AttentionBuilder::varsOf(const Index &index) const {
  std::vector<Var> result;
  for (const Expr &expr : index)
    result.emplace_back(expr.as<Internal::Variable>()->name);
  return result;
}

/// Packed, in the type of computation.
void AttentionBuilder::addOperands() {
  Expr nothing;
  Expr query = queryIndex();
  kernel.queries = Func("queries");
  kernel.queries(at({vars.query, vars.score, vars.strip}, &spec.inputs[0])) =
      buffers.readInput(0, pointAt(query, nothing, vars.score, nothing));

  Expr isKey, isColumn;
  Expr key = clampIndex(vars.keyBlock * kernel.block + vars.key, numKeys,
                        kernel.block, &isKey);
  kernel.keys = Func("keys");
  kernel.keys(at({vars.key, vars.score, vars.keyBlock}, &spec.inputs[1])) =
      buffers.readInput(1, pointAt(nothing, key, vars.score, nothing));

  Expr column = clampIndex(vars.columnBlock * kernel.block + vars.column,
                           numColumns, kernel.block, &isColumn);
  Expr value = buffers.readInput(2, pointAt(nothing, key, nothing, column));
  // Of a key that is not there, so that it adds nothing.
  if (!Internal::is_const_one(isKey))
    value = select(isKey, likely(value), constant(0));
  kernel.values = Func("values");
  kernel.values(at({vars.column, vars.key, vars.columnBlock, vars.keyBlock},
                   &spec.inputs[2])) = value;
}

void AttentionBuilder::addLogits() {
  Index place = at({vars.key, vars.query, vars.keyBlock, vars.strip});
  kernel.scoreDomain = RDom(0, numScores, "score_domain");
  const RVar &d = kernel.scoreDomain.x;
  kernel.scores = Func("scores");
  kernel.scores(place) = constant(0);
  kernel.scores(place) +=
      kernel.queries(at({vars.query, d, vars.strip}, &spec.inputs[0])) *
      kernel.keys(at({vars.key, d, vars.keyBlock}, &spec.inputs[1]));

  Expr isKey, nothing;
  Expr key = clampIndex(vars.keyBlock * kernel.block + vars.key, numKeys,
                        kernel.block, &isKey);
  Expr logit =
      buildLogit(spec, sourcesAt(pointAt(queryIndex(), key, nothing, nothing),
                                 kernel.scores(place)));
  if (!Internal::is_const_one(isKey))
    logit = select(isKey, likely(logit), leastLogit());
  kernel.logits = Func("logits");
  kernel.logits(place) = logit;
}

LogitSources AttentionBuilder::sourcesAt(const Point &point,
                                         const Expr &score) const {
  // A promise about an index keeps bounds inference from solving comparisons
  // with it, and so from leaving parts of register tiles out.
  return {
      [this, point](unsigned input) { return buffers.readInput(input, point); },
      [this, point](unsigned dim) {
        return unsafe_promise_clamped(point[dim], 0, buffers.extents[dim] - 1);
      },
      score};
}

Expr AttentionBuilder::fold(Func func, const char *name,
                            const Combine &combine) {
  Index query = at({vars.query, vars.strip});
  auto lane = [&](const Expr &index) {
    Index result = query;
    result.insert(result.begin(), index);
    return result;
  };
  for (int width = kernel.block / 2; width >= 1; width /= 2) {
    Func half(std::string(name) + "_to_" + std::to_string(width));
    half(lane(vars.key)) =
        combine(func(lane(vars.key)), func(lane(vars.key + width)));
    kernel.folds.push_back(half);
    func = half;
  }
  return func(lane(0));
}

std::pair<Expr, Expr> AttentionBuilder::blocksOf(const Expr &strip) const {
  Expr first = strip * kernel.strip, nothing;
  Point point = pointAt(nothing, nothing, nothing, nothing);
  KeyRange range = findKeyRange(
      spec, {first, min(first + (kernel.strip - 1), numQueries - 1),
             [&](unsigned dim) { return point[dim]; },
             [&](unsigned input) { return buffers.readInput(input, point); }});
  Expr zero = cast<int64_t>(0), keys = cast<int64_t>(numKeys);
  auto limited = [&](const Expr &key) {
    return cast<int32_t>(max(min(key, keys), zero));
  };
  return {range.begin.defined() ? limited(range.begin) / kernel.block : Expr(0),
          range.end.defined() ? countBlocks(limited(range.end), kernel.block)
                              : numKeyBlocks};
}

void AttentionBuilder::limit(RDom &domain, const Expr &block, int size) const {
  auto [begin, end] = blocksOf(vars.strip);
  domain.where(block < end);
  if (!Internal::is_const_zero(begin))
    domain.where(block + (size - 1) >= begin);
}

ChunkedReduction
AttentionBuilder::reduce(const char *name, const std::vector<Var> &dims,
                         RDom inChunk, const Expr &identity,
                         const std::function<Expr(Expr, Expr)> &add,
                         const Combine &merge) {
  ChunkedReduction result;
  Index place(dims.begin(), dims.end());
  Index chunkPlace = place;
  chunkPlace.push_back(vars.chunk);
  result.inChunk = inChunk;
  Expr block = vars.chunk * kBlocksInChunk + inChunk[inChunk.dimensions() - 1];
  limit(result.inChunk, block);
  result.ofChunk = Func(std::string(name) + "_of_chunk");
  result.ofChunk(chunkPlace) = identity;
  result.ofChunk(chunkPlace) = add(result.ofChunk(chunkPlace), block);

  result.chunks = RDom(0, countBlocks(numKeyBlocks, kBlocksInChunk),
                       std::string(name) + "_chunks");
  limit(result.chunks, result.chunks.x * kBlocksInChunk, kBlocksInChunk);
  chunkPlace.back() = result.chunks.x;
  result.total = Func(name);
  result.total(place) = identity;
  result.total(place) = merge(result.total(place), result.ofChunk(chunkPlace));
  return result;
}

void AttentionBuilder::addSink() {
  if (!hasSink(spec))
    return;
  Expr nothing;
  sink = Func("sink");
  sink(at({vars.query, vars.strip})) = buildSink(
      spec,
      sourcesAt(pointAt(queryIndex(), nothing, nothing, nothing), nothing));
  kernel.queryValues.push_back(sink);
}

Expr AttentionBuilder::referenceOf(const Expr &maximum) const {
  if (yieldsLogSumExp)
    return select(abs(maximum) == -leastLogit(), constant(0), maximum);
  // -inf - -inf would be NaN.
  return spec.rowDeath == RowDeath::Zero
             ? select(maximum == leastLogit(), constant(0), maximum)
             : maximum;
}

Expr AttentionBuilder::weightOf(const Expr &logit,
                                const Expr &reference) const {
  Expr shifted = logit - reference;
  // Where the reference is not the maximum.
  if (yieldsLogSumExp)
    shifted = select(shifted > constant(0), constant(0), shifted);
  return exponentialOrZero(shifted, traits.hasFusedMultiplyAdd);
}

Expr AttentionBuilder::factorOf(const Expr &maximum, const Expr &total) const {
  Expr inverse = constant(1) / total;
  // The sum of a dead row is 0.
  if (spec.rowDeath == RowDeath::Zero)
    inverse = select(total == constant(0), constant(0), inverse);
  if (yieldsLogSumExp)
    inverse = select(maximum == -leastLogit(), constant(std::nan("")), inverse);
  // And without a key there is nothing to add up.
  return select(numKeys == 0, constant(0), inverse);
}

Expr AttentionBuilder::logSumExpOf(const Expr &maximum,
                                   const Expr &total) const {
  Expr logarithm = logarithmOfNormal(cast<double>(total), type);
  // An infinite maximum is the answer, unless a NaN is among the logits.
  return select(abs(maximum) == -leastLogit(), maximum + total * constant(0),
                cast(type, cast<double>(maximum) + logarithm));
}

void AttentionBuilder::addWeights() {
  Index lanes = at({vars.key, vars.query, vars.strip});
  Index query = at({vars.query, vars.strip});
  // A NaN may get lost here and comes back through the weights. A select in
  // place of max would make bounds inference forget what the domain is limited
  // to.
  auto larger = [](Expr a, Expr b) { return max(a, b); };
  auto plus = [](Expr a, Expr b) { return a + b; };
  kernel.maxima = reduce(
      "maxima", varsOf(lanes), RDom(0, kBlocksInChunk, "maxima_blocks"),
      leastLogit(),
      [&](const Expr &partial, const Expr &block) {
        return larger(partial, kernel.logits(at(
                                   {vars.key, vars.query, block, vars.strip})));
      },
      larger);
  addSink();
  Expr largest = fold(kernel.maxima.total, "maximum", larger);
  if (sink.defined())
    largest = larger(largest, sink(query));
  maximum = Func("maximum_of_query");
  maximum(query) = largest;
  kernel.queryValues.push_back(maximum);
  reference = Func("reference");
  reference(query) = referenceOf(maximum(query));
  kernel.queryValues.push_back(reference);

  Index place = at({vars.key, vars.query, vars.keyBlock, vars.strip});
  kernel.weights = Func("weights");
  kernel.weights(place) = weightOf(kernel.logits(place), reference(query));

  kernel.sums = reduce(
      "sums", varsOf(lanes), RDom(0, kBlocksInChunk, "sum_blocks"), constant(0),
      [&](const Expr &partial, const Expr &block) {
        return partial +
               kernel.weights(at({vars.key, vars.query, block, vars.strip}));
      },
      plus);
  Expr total = fold(kernel.sums.total, "sum", plus);
  if (sink.defined())
    total += weightOf(sink(query), reference(query));
  Expr inverse = factorOf(maximum(query), total);
  Expr nothing;
  if (yieldsLogSumExp)
    inverse = kernel.stores.alsoStore(
        inverse, buffers.outputValue(0, logSumExpOf(maximum(query), total)),
        buffers.outputElement(
            0, pointAt(queryIndex(), nothing, nothing, nothing)));
  factor = Func("factor");
  factor(query) = inverse;
  kernel.queryValues.push_back(factor);
}

void AttentionBuilder::addProducts() {
  Index place = at({vars.column, vars.query, vars.columnBlock, vars.strip});
  RDom keys(0, kernel.block, 0, kBlocksInChunk, "product_keys");
  kernel.products = reduce(
      "products", varsOf(place), keys, constant(0),
      [&](const Expr &partial, const Expr &block) {
        return partial +
               kernel.weights(at({keys.x, vars.query, block, vars.strip})) *
                   kernel.values(
                       at({vars.column, keys.x, vars.columnBlock, block},
                          &spec.inputs[2]));
      },
      [](Expr a, Expr b) { return a + b; });
}

void AttentionBuilder::addOutput() {
  Expr strips = countBlocks(numQueries, kernel.strip);
  kernel.outputDomain = RDom(0, kernel.strip, 0, strips, "output_queries");
  RDom &domain = kernel.outputDomain;
  Expr query = domain.y * kernel.strip + domain.x;
  domain.where(query < numQueries);
  Point all = pointAt(Var("any_query"), Expr(), Expr(), vars.column);
  buffers.lastOutput(all) = undef(buffers.view.type());
  // The condition does not tell bounds inference as much.
  Point point = pointAt(unsafe_promise_clamped(query, 0, numQueries - 1),
                        Expr(), Expr(), vars.column);
  Expr value =
      kernel.products.total(at({vars.column % kernel.block, domain.x,
                                vars.column / kernel.block, domain.y})) *
      factor(at({domain.x, domain.y}));
  buffers.lastOutput(point) =
      buffers.outputValue(spec.outputs.size() - 1, value);
  kernel.output = buffers.output;
}

void AttentionBuilder::build() {
  addOperands();
  addLogits();
  addWeights();
  addProducts();
  addOutput();
}

namespace lse_halide {

AttentionKernel buildAttentionKernel(const KernelSpec &spec,
                                     const MachineTraits &traits) {
  KernelBuffers buffers(spec, traits);
  AttentionKernel kernel{BufferStores(buffers.output, buffers.view)};
  kernel.buffers = buffers.arguments();
  kernel.extents = buffers.extents;
  AttentionBuilder(spec, traits, kernel, buffers).build();
  return kernel;
}

} // namespace lse_halide
