//===- ColumnTile.cpp - Vectors across rows -------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedules/ColumnTile.h"

#include "Schedules/RowSchedule.h"

using namespace Halide;
using namespace lse_halide;

namespace {

/// The extents of a row.
std::vector<Expr> rowExtents(const LoopSpace &space) {
  std::vector<Expr> extents;
  for (unsigned dim : space.rowDims)
    extents.push_back(space.extents[dim]);
  return extents;
}

/// The loops of the update for `part`; that of one tile.
LoopLevel scheduleResults(Stage results, const RowPart &part,
                          const RowKernel &kernel, const KernelSpec &spec) {
  const LoopSpace &space = kernel.space;
  RVar lane = part.domain.x, tile = part.domain.y;
  // No two iterations store to the same element.
  results.allow_race_conditions();
  std::vector<VarOrRVar> order = {lane};
  if (kernel.outputHasRow)
    for (unsigned dim : space.rowDims)
      order.emplace_back(space.vars[dim]);
  order.emplace_back(tile);
  for (unsigned dim : space.outerDims)
    order.emplace_back(space.vars[dim]);
  results.reorder(order);

  if (part.columns.rest.defined()) {
    results.vectorize(lane, space.lanes, TailStrategy::Predicate);
  } else {
    RVar vector(lane.name() + "_vector"), inVector(lane.name() + "_in_vector");
    results
        .split(lane, vector, inVector, space.lanes, TailStrategy::GuardWithIf)
        .vectorize(inVector)
        .unroll(vector);
  }
  if (!space.outerDims.empty()) {
    std::vector<Expr> extents = rowExtents(space);
    extents.push_back(space.length());
    scheduleOuterLoops(results, kernel, spec, countPerTask(spec, extents));
  }
  if (!spec.schedule.parallel || isOneTask(spec) || part.columns.rest.defined())
    return LoopLevel(kernel.output, tile);
  std::vector<Expr> extents = rowExtents(space);
  extents.push_back(part.columns.width);
  RVar chunk(tile.name() + "_chunk"), inChunk(tile.name() + "_in_chunk");
  results
      .split(tile, chunk, inChunk, countPerTask(spec, extents),
             TailStrategy::GuardWithIf)
      .parallel(chunk);
  return LoopLevel(kernel.output, inChunk);
}

void scheduleRowValue(RowValue &value, const RowPart &part,
                      const LoopSpace &space, const std::vector<Var> &single,
                      const LoopLevel &tile) {
  computeInRow(value.func, single, tile);
  Var vector(part.lane.name() + "_vector");
  value.func.bound(part.lane, 0, part.columns.width)
      .split(part.lane, vector, part.lane, space.lanes, TailStrategy::RoundUp)
      .vectorize(part.lane)
      .unroll(vector);
  if (value.rows)
    value.func.update(0).vectorize(value.rows->x, space.lanes,
                                   TailStrategy::Predicate);
}

} // namespace

namespace lse_halide {

void scheduleColumnTile(RowKernel &kernel, const KernelSpec &spec) {
  const LoopSpace &space = kernel.space;
  for (size_t i = 0; i < kernel.parts.size(); ++i) {
    RowPart &part = kernel.parts[i];
    LoopLevel tile = scheduleResults(kernel.output.update(static_cast<int>(i)),
                                     part, kernel, spec);
    std::vector<Var> single = space.outerVars();
    single.push_back(part.tile);
    scheduleReduction(part.maximum, space, single, tile);
    scheduleReduction(part.sum, space, single, tile);
    for (RowValue &value : part.rowValues)
      scheduleRowValue(value, part, space, single, tile);
  }
}

} // namespace lse_halide
