//===- CachedRow.cpp - Three passes over a row in cache -------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedules/CachedRow.h"

#include <limits>

using namespace Halide;
using namespace lse_halide;

namespace {

/// Makes what a row needs where the row is. That it is for one row only is more
/// than Halide finds out for fused outer dimensions.
void computeInRow(Func &func, const RowSpace &space, const LoopLevel &row) {
  func.compute_at(row).store_in(MemoryType::Register);
  for (const Var &outer : space.outer)
    func.bound_extent(outer, 1);
}

void scheduleReduction(RowReduction &reduction, const RowSpace &space,
                       const LoopLevel &row) {
  const Var &lane = reduction.lane;
  auto inRow = [&](Func &func, int width) {
    computeInRow(func, space, row);
    func.bound(lane, 0, width);
  };
  Var vector(lane.name() + "_vector");
  auto vectorize = [&](Stage stage) {
    stage.split(lane, vector, lane, space.lanes, TailStrategy::RoundUp)
        .vectorize(lane)
        .unroll(vector);
    return stage;
  };

  inRow(reduction.partial, space.block());
  vectorize(reduction.partial);
  int stage = 0;
  if (reduction.hasBlocks)
    vectorize(reduction.partial.update(stage++))
        .reorder(lane, vector, reduction.blocks);
  if (reduction.hasVectors)
    reduction.partial.update(stage++).vectorize(reduction.vectors.x);
  if (reduction.hasElements)
    reduction.partial.update(stage++).vectorize(
        reduction.elements.x, space.lanes, TailStrategy::Predicate);

  int width = space.lanes;
  for (Func &fold : reduction.folds) {
    inRow(fold, width);
    if (width > 1)
      fold.vectorize(lane, width, TailStrategy::RoundUp);
    width /= 2;
  }
  computeInRow(reduction.result, space, row);
}

/// Rows in a task, a constant where the row's length is.
Expr rowsPerTask(const KernelSpec &spec, const RowSpace &space) {
  Expr grain = static_cast<int32_t>(spec.schedule.parallelGrain);
  return Internal::simplify(max(grain / max(space.length, 1), 1));
}

/// True if all rows are known to fit into one task.
bool isOneTask(const KernelSpec &spec) {
  int64_t elements = 1;
  for (int64_t extent : spec.extents) {
    if (extent == kDynamicExtent)
      return false;
    // Stop before a product that could overflow.
    if (extent == 0 || (elements *= extent) > spec.schedule.parallelGrain)
      return extent == 0;
  }
  return true;
}

/// The loops over rows, in tasks; the loop of one row. The two innermost outer
/// dimensions are one loop. Fusing more defeats Halide's bounds inference, so
/// the others, which callers collapse if they can, are loops of their own.
LoopLevel scheduleRows(Softmax &softmax, const KernelSpec &spec) {
  const std::vector<Var> &outer = softmax.space.outer;
  if (outer.empty())
    return LoopLevel(softmax.probabilities, Var::outermost());
  Stage rows = softmax.probabilities.update(0);
  Var row = outer.front();
  if (outer.size() > 1) {
    row = Var("rows");
    rows.fuse(outer[0], outer[1], row);
  }
  if (spec.schedule.parallel && !isOneTask(spec)) {
    Var task("task"), rowInTask("row_in_task");
    rows.split(row, task, rowInTask, rowsPerTask(spec, softmax.space),
               TailStrategy::GuardWithIf)
        .parallel(task);
    row = rowInTask;
    for (size_t i = 2; i < outer.size(); ++i)
      rows.parallel(outer[i]);
  }
  return LoopLevel(softmax.probabilities, row);
}

/// Whole blocks of vectors, then vectors one by one, the last one predicated.
void scheduleScaling(Softmax &softmax) {
  const RowSpace &space = softmax.space;
  Stage scaling = softmax.probabilities.update(0);
  std::vector<VarOrRVar> order = {space.position};
  order.insert(order.end(), space.outer.begin(), space.outer.end());
  scaling.reorder(order);
  Var vector("vector"), lane("lane"), block("block");
  scaling
      .split(space.position, vector, lane, space.lanes, TailStrategy::Predicate)
      .vectorize(lane)
      .split(vector, block, vector, space.unroll, TailStrategy::GuardWithIf)
      .unroll(vector);
}

} // namespace

namespace lse_halide {

void scheduleCachedRow(Softmax &softmax, const KernelSpec &spec) {
  scheduleScaling(softmax);
  LoopLevel row = scheduleRows(softmax, spec);
  scheduleReduction(softmax.maximum, softmax.space, row);
  scheduleReduction(softmax.sum, softmax.space, row);
  computeInRow(softmax.factor, softmax.space, row);
}

Expr cachedRowRequirement(const Softmax &softmax, const KernelSpec &spec) {
  // Loops round up to whole vectors and tasks.
  constexpr int64_t most = std::numeric_limits<int32_t>::max();
  int64_t mostElements = most - softmax.space.block();
  int64_t mostRows = most - spec.schedule.parallelGrain;
  Expr rows = cast<int64_t>(1);
  for (size_t i = 0; i < softmax.space.outerExtents.size() && i < 2; ++i)
    rows *= cast<int64_t>(softmax.space.outerExtents[i]);
  return cast<int64_t>(softmax.space.length) <= Expr(mostElements) &&
         rows <= Expr(mostRows);
}

} // namespace lse_halide
