//===- CachedRow.cpp - Several passes over a row in cache -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedules/CachedRow.h"

#include "Schedules/RowSchedule.h"

using namespace Halide;
using namespace lse_halide;

namespace {

/// Whole blocks of vectors, then vectors one by one, the last one predicated.
void scheduleResults(Stage results, const LoopSpace &space) {
  const Var &position = space.vars[space.vectorDim];
  std::vector<VarOrRVar> order = {position};
  for (unsigned dim : space.rowDims)
    order.emplace_back(space.vars[dim]);
  for (unsigned dim : space.outerDims)
    order.emplace_back(space.vars[dim]);
  results.reorder(order);
  Var vector("vector"), lane("lane"), block("block");
  results.split(position, vector, lane, space.lanes, TailStrategy::Predicate)
      .vectorize(lane)
      .split(vector, block, vector, space.unroll, TailStrategy::GuardWithIf)
      .unroll(vector);
}

/// One segment after the other, each inside of the loop that merges it.
/// Prefetching the next one gains nothing, as short as they are.
void scheduleSegments(RowKernel &kernel, const LoopLevel &row) {
  RowSegments &segments = *kernel.segments;
  const LoopSpace &space = kernel.space;
  std::vector<Var> single = space.outerVars();
  computeInRow(segments.merged, single, row);
  single.insert(single.begin(), segments.index);
  LoopLevel segment(segments.merged, segments.domain.x);
  scheduleReduction(segments.one.maximum, space, single, segment);
  scheduleReduction(segments.one.sum, space, single, segment);
  for (RowValue &value : segments.one.rowValues)
    computeInRow(value.func, single, segment);
}

/// The loop of one row.
LoopLevel scheduleRows(RowKernel &kernel, const KernelSpec &spec) {
  const LoopSpace &space = kernel.space;
  if (space.outerDims.empty())
    return LoopLevel(kernel.output, Var::outermost());
  std::vector<Expr> rowExtents = {space.length()};
  for (unsigned dim : space.rowDims)
    rowExtents.push_back(space.extents[dim]);
  return LoopLevel(kernel.output,
                   scheduleOuterLoops(kernel.output, kernel, spec,
                                      countPerTask(spec, rowExtents)));
}

} // namespace

namespace lse_halide {

void scheduleCachedRow(RowKernel &kernel, const KernelSpec &spec) {
  const LoopSpace &space = kernel.space;
  if (kernel.outputHasRow) {
    scheduleResults(kernel.output, space);
  } else {
    std::vector<VarOrRVar> order;
    for (unsigned dim : space.outerDims)
      order.emplace_back(space.vars[dim]);
    if (!order.empty())
      kernel.output.reorder(order);
  }
  LoopLevel row = scheduleRows(kernel, spec);
  RowPart &part = kernel.parts.front();
  std::vector<Var> outer = space.outerVars();
  if (kernel.segments)
    scheduleSegments(kernel, row);
  scheduleReduction(part.maximum, space, outer, row);
  scheduleReduction(part.sum, space, outer, row);
  for (RowValue &value : part.rowValues)
    computeInRow(value.func, outer, row);
}

} // namespace lse_halide
