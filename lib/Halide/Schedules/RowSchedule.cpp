//===- RowSchedule.cpp - What the schedules of rows share -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedules/RowSchedule.h"

#include <limits>

using namespace Halide;
using namespace lse_halide;

namespace {

/// Makes vectors of all lanes, in flight together.
void vectorizeLanes(Stage stage, const Var &lane, const LoopSpace &space,
                    const RDom *domain) {
  Var vector(lane.name() + "_vector");
  stage.split(lane, vector, lane, space.lanes, TailStrategy::RoundUp)
      .vectorize(lane)
      .unroll(vector);
  if (!domain)
    return;
  std::vector<VarOrRVar> order = {lane, vector};
  for (int i = 0; i < domain->dimensions(); ++i)
    order.emplace_back((*domain)[i]);
  stage.reorder(order);
}

} // namespace

namespace lse_halide {

void computeInRow(Func &func, const std::vector<Var> &single,
                  const LoopLevel &row) {
  func.compute_at(row).store_in(MemoryType::Register);
  for (const Var &var : single)
    func.bound_extent(var, 1);
}

void scheduleReduction(RowReduction &reduction, const LoopSpace &space,
                       const std::vector<Var> &single, const LoopLevel &row) {
  using Kind = PartialUpdate::Kind;
  const Var &lane = reduction.lane;
  if (!reduction.partial.defined())
    return;
  computeInRow(reduction.partial, single, row);
  reduction.partial.bound(lane, 0, reduction.width);
  vectorizeLanes(reduction.partial, lane, space, nullptr);
  for (size_t i = 0; i < reduction.updates.size(); ++i) {
    const PartialUpdate &update = reduction.updates[i];
    Stage stage = reduction.partial.update(static_cast<int>(i));
    if (update.kind == Kind::Blocks)
      vectorizeLanes(stage, lane, space, &update.domain);
    else if (update.kind == Kind::Vector)
      stage.vectorize(update.domain[0]);
    else
      stage.vectorize(update.domain[0], space.lanes, TailStrategy::Predicate);
  }

  int width = space.lanes;
  for (Func &fold : reduction.folds) {
    computeInRow(fold, single, row);
    fold.bound(lane, 0, width);
    if (width > 1)
      fold.vectorize(lane, width, TailStrategy::RoundUp);
    width /= 2;
  }
  if (!reduction.folds.empty())
    computeInRow(reduction.result, single, row);
}

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

Expr countPerTask(const KernelSpec &spec, const std::vector<Expr> &elements) {
  // One by one, because the product may not fit 32 bits.
  Expr count = static_cast<int32_t>(spec.schedule.parallelGrain);
  for (const Expr &extent : elements)
    count = count / max(extent, 1);
  return Internal::simplify(max(count, 1));
}

VarOrRVar scheduleOuterLoops(Stage update, const RowKernel &kernel,
                             const KernelSpec &spec, const Expr &perTask) {
  std::vector<Var> outer = kernel.space.outerVars();
  Var row = outer.front();
  if (outer.size() > 1) {
    row = Var("rows");
    update.fuse(outer[0], outer[1], row);
  }
  if (!spec.schedule.parallel || isOneTask(spec))
    return row;
  Var task("task"), rowInTask("row_in_task");
  update.split(row, task, rowInTask, perTask, TailStrategy::GuardWithIf)
      .parallel(task);
  for (size_t i = 2; i < outer.size(); ++i)
    update.parallel(outer[i]);
  return rowInTask;
}

Expr extentRequirement(const RowKernel &kernel, const KernelSpec &spec) {
  constexpr int64_t most = std::numeric_limits<int32_t>::max();
  const LoopSpace &space = kernel.space;
  int64_t mostElements = most - space.block() - spec.schedule.parallelGrain;
  Expr rows = cast<int64_t>(1);
  for (size_t i = 0; i < space.outerDims.size() && i < 2; ++i)
    rows *= cast<int64_t>(space.extents[space.outerDims[i]]);
  return cast<int64_t>(space.length()) <= Expr(mostElements) &&
         rows <= Expr(most - spec.schedule.parallelGrain);
}

} // namespace lse_halide
