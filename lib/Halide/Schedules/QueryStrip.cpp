//===- QueryStrip.cpp - A few queries and all keys ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedules/QueryStrip.h"

#include <limits>

using namespace Halide;
using namespace lse_halide;

namespace {

class StripScheduler {
public:
  StripScheduler(AttentionKernel &kernel, const KernelSpec &spec)
      : kernel(kernel), spec(spec), vars(kernel.vars) {}

  void schedule();

private:
  void scheduleOutput();
  void scheduleOperands();
  void scheduleLogits();
  void scheduleWeights();
  /// A reduction into the lanes of a block for each query.
  void scheduleLanes(ChunkedReduction &reduction);
  void scheduleProducts();
  void scheduleQueryValues();

  /// That `func` is for one strip is more than Halide finds out.
  void boundToOne(Func func);
  /// Makes `func` for one strip where that is.
  void computeInStrip(Func func);
  /// Vectors of `lane`, which has a whole block, in flight together.
  void vectorizeBlock(Stage stage, const Var &lane);
  /// Makes a tile of registers of `func` at `level`, in the loops of `stage`
  /// over `reduction`, innermost first.
  void scheduleTile(Func func, const Var &lane,
                    const std::vector<RVar> &reduction, const LoopLevel &level);

  AttentionKernel &kernel;
  const KernelSpec &spec;
  const AttentionVars &vars;
  LoopLevel strip;
};

} // namespace

void StripScheduler::boundToOne(Func func) {
  std::vector<Var> single = vars.outer;
  single.push_back(vars.strip);
  for (const Var &arg : func.args())
    for (const Var &var : single)
      if (arg.same_as(var))
        func.bound_extent(arg, 1);
}

void StripScheduler::computeInStrip(Func func) {
  func.compute_at(strip);
  boundToOne(func);
}

void StripScheduler::vectorizeBlock(Stage stage, const Var &lane) {
  Var vector(lane.name() + "_vector"), in(lane.name() + "_in_vector");
  stage.split(lane, vector, in, kernel.lanes, TailStrategy::RoundUp)
      .vectorize(in)
      .unroll(vector);
}

void StripScheduler::scheduleOutput() {
  Stage update = kernel.output.update(0);
  update.allow_race_conditions();
  const RVar &query = kernel.outputDomain.x, &stripVar = kernel.outputDomain.y;
  Var block("column_block"), vector("column_vector"), in("column_in_vector");
  update.split(vars.column, block, vector, kernel.block,
               TailStrategy::GuardWithIf);
  update.split(vector, vector, in, kernel.lanes, TailStrategy::Predicate)
      .vectorize(in);
  std::vector<VarOrRVar> order = {in, vector, block, query, stripVar};
  for (const Var &outer : vars.outer)
    order.emplace_back(outer);
  update.reorder(order);
  if (spec.schedule.parallel) {
    update.parallel(stripVar);
    for (const Var &outer : vars.outer)
      update.parallel(outer);
  }
  strip = LoopLevel(kernel.output, stripVar);
}

void StripScheduler::scheduleOperands() {
  computeInStrip(kernel.queries);
  vectorizeBlock(kernel.keys, vars.key);
  vectorizeBlock(kernel.values, vars.column);
  if (kernel.hasOneStrip) {
    // What is used once is packed where it is used, and stays in cache.
    kernel.keys.compute_at(kernel.logits, vars.keyBlock);
    kernel.keys.bound_extent(vars.keyBlock, 1);
    kernel.values.compute_at(kernel.products.total, vars.columnBlock);
    kernel.values.bound_extent(vars.columnBlock, 1);
    boundToOne(kernel.keys);
    boundToOne(kernel.values);
    return;
  }
  for (Func *packed : {&kernel.keys, &kernel.values}) {
    packed->compute_root();
    if (spec.schedule.parallel)
      packed->parallel(vars.keyBlock);
  }
}

void StripScheduler::scheduleTile(Func func, const Var &lane,
                                  const std::vector<RVar> &reduction,
                                  const LoopLevel &level) {
  func.compute_at(level).store_in(MemoryType::Register);
  func.bound_extent(vars.query, kernel.tile);
  boundToOne(func);
  vectorizeBlock(func, lane);
  func.unroll(vars.query);
  Stage update = func.update(0);
  Var vector(lane.name() + "_vector"), in(lane.name() + "_in_vector");
  update.split(lane, vector, in, kernel.lanes, TailStrategy::RoundUp);
  std::vector<VarOrRVar> order = {in, vector, vars.query};
  order.insert(order.end(), reduction.begin(), reduction.end());
  update.reorder(order).vectorize(in).unroll(vector).unroll(vars.query);
}

void StripScheduler::scheduleLogits() {
  Func &logits = kernel.logits;
  computeInStrip(logits);
  Var tile("query_tile"), in("query_in_tile");
  logits.split(vars.query, tile, in, kernel.tile, TailStrategy::RoundUp);
  logits.reorder(vars.key, in, tile, vars.keyBlock);
  vectorizeBlock(logits, vars.key);
  logits.unroll(in);
  scheduleTile(kernel.scores, vars.key, {kernel.scoreDomain.x},
               LoopLevel(logits, tile));
  kernel.scores.bound_extent(vars.keyBlock, 1);
}

void StripScheduler::scheduleWeights() {
  computeInStrip(kernel.weights);
  kernel.weights.reorder(vars.key, vars.query, vars.keyBlock);
  vectorizeBlock(kernel.weights, vars.key);
  scheduleLanes(kernel.maxima);
  scheduleLanes(kernel.sums);
}

void StripScheduler::scheduleLanes(ChunkedReduction &reduction) {
  computeInStrip(reduction.total);
  vectorizeBlock(reduction.total, vars.key);
  Stage total = reduction.total.update(0);
  total.reorder(vars.key, vars.query, reduction.chunks.x);
  vectorizeBlock(total, vars.key);
  Func &ofChunk = reduction.ofChunk;
  ofChunk.compute_at(reduction.total, vars.query)
      .store_in(MemoryType::Register)
      .bound_extent(vars.query, 1)
      .bound_extent(vars.chunk, 1);
  boundToOne(ofChunk);
  vectorizeBlock(ofChunk, vars.key);
  Stage update = ofChunk.update(0);
  update.reorder(vars.key, reduction.inChunk.x);
  vectorizeBlock(update, vars.key);
}

void StripScheduler::scheduleProducts() {
  Func &total = kernel.products.total;
  computeInStrip(total);
  vectorizeBlock(total, vars.column);
  Var tile("query_tile"), in("query_in_tile");
  Stage update = total.update(0);
  update.split(vars.query, tile, in, kernel.tile, TailStrategy::RoundUp);
  update.reorder(vars.column, in, tile, vars.columnBlock,
                 kernel.products.chunks.x);
  vectorizeBlock(update, vars.column);
  update.unroll(in);
  RDom &keys = kernel.products.inChunk;
  scheduleTile(kernel.products.ofChunk, vars.column, {keys.x, keys.y},
               LoopLevel(total, tile));
  kernel.products.ofChunk.bound_extent(vars.columnBlock, 1)
      .bound_extent(vars.chunk, 1);
}

void StripScheduler::scheduleQueryValues() {
  int width = kernel.block;
  for (Func &fold : kernel.folds) {
    width = width == 1 ? kernel.block / 2 : width / 2;
    computeInStrip(fold);
    fold.bound(vars.key, 0, width);
    if (width > 1)
      fold.vectorize(vars.key, width, TailStrategy::RoundUp);
  }
  for (Func &value : kernel.queryValues)
    computeInStrip(value);
}

void StripScheduler::schedule() {
  scheduleOutput();
  scheduleOperands();
  scheduleLogits();
  scheduleWeights();
  scheduleProducts();
  scheduleQueryValues();
}

namespace lse_halide {

void scheduleQueryStrip(AttentionKernel &kernel, const KernelSpec &spec) {
  StripScheduler(kernel, spec).schedule();
}

Expr extentRequirement(const AttentionKernel &kernel) {
  constexpr int64_t most = std::numeric_limits<int32_t>::max();
  Expr fits = Internal::const_true();
  for (const Expr &extent : kernel.extents)
    fits = fits &&
           cast<int64_t>(extent) <= Expr(most - (kernel.block + kernel.strip));
  return fits;
}

} // namespace lse_halide
