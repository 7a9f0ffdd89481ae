//===- RowKernelBuilder.cpp - The parts of a kernel over rows -------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The iteration space, and how it is cut into parts that are walked in one loop
// nest each: one with vectors along rows, up to three with vectors across them.
//
//===----------------------------------------------------------------------===//

#include "Algorithms/RowKernelBuilder.h"

#include <algorithm>

using namespace Halide;
using namespace lse_halide;

namespace {

/// Vectors that are longer than what they run along become shorter, as far as
/// that is known.
void fitVectors(LoopSpace &space, int64_t length) {
  if (length == kDynamicExtent)
    return;
  while (space.lanes > 1 && space.lanes / 2 >= length)
    space.lanes /= 2;
  while (space.unroll > 1 && space.block() > length)
    --space.unroll;
}

LoopSpace makeLoopSpace(const KernelSpec &spec) {
  LoopSpace space;
  space.vectorDim = spec.schedule.vectorDim;
  for (unsigned dim = 0; dim < spec.extents.size(); ++dim)
    space.vars.push_back(Var("loop" + std::to_string(dim)));
  for (unsigned dim = spec.extents.size(); dim-- > 0;) {
    if (dim == space.vectorDim)
      continue;
    bool isRow = std::count(spec.rowDims.begin(), spec.rowDims.end(), dim);
    (isRow ? space.rowDims : space.outerDims).push_back(dim);
  }
  space.lanes = static_cast<int>(spec.schedule.vectorLanes);
  space.unroll = static_cast<int>(spec.schedule.unroll);
  fitVectors(space, spec.extents[space.vectorDim]);
  return space;
}

} // namespace

RowKernel lse_halide::makeRowKernel(const KernelSpec &spec,
                                    const KernelBuffers &buffers) {
  LoopSpace space = makeLoopSpace(spec);
  space.extents = buffers.extents;
  return {buffers.arguments(),
          space,
          {},
          {},
          buffers.output,
          !isPerRow(spec.outputs.back().kind),
          BufferStores(buffers.output, buffers.view)};
}

Func RowKernelBuilder::addRowValue(RowPart &part, const char *name,
                                   const std::vector<Var> &rows,
                                   const Values &values) {
  Func func(partName(name));
  define(func, RowIndex(rows.begin(), rows.end()), values);
  part.rowValues.push_back({func, std::nullopt});
  return func;
}

Func RowKernelBuilder::addRowValueBeside(RowPart &part, const char *name,
                                         const std::vector<Var> &rows,
                                         Values values,
                                         const std::vector<RowResult> &results,
                                         Point point) {
  RowIndex row(rows.begin(), rows.end());
  auto alsoStore = [&] {
    for (const RowResult &result : results)
      values[0] =
          kernel.stores.alsoStore(values[0], result.value(row),
                                  buffers.outputElement(result.output, point));
  };
  const ColumnRange &columns = part.columns;
  if (!columns.rest.defined() || results.empty()) {
    alsoStore();
    return addRowValue(part, name, rows, values);
  }
  // Where vectors are too wide, an update stores.
  Func func = addRowValue(part, name, rows, values);
  RDom rest(0, columns.rest, partName("rest"));
  row[0] = rest.x;
  point[kernel.space.vectorDim] = columnIndex(columns, row[1], row[0]);
  values = valuesAt(func, row);
  alsoStore();
  define(func, row, values);
  part.rowValues.back().rows = rest;
  return func;
}

void RowKernelBuilder::addReductionsAlongRow(RowPart &part,
                                             const RowSegment &segment,
                                             const std::vector<Var> &rows) {
  addReductions(
      part,
      [&](const Reduction &reduction) {
        return reduceAlongRow(reduction, kernel.space, segment, rows);
      },
      rows);
}

int RowKernelBuilder::getSegmentLength() const {
  // Elements that, read twice, are in the nearest cache the second time, and so
  // many that merging takes hardly any time: 8 KiB in f32.
  constexpr int most = 2048;
  int block = kernel.space.block();
  return std::max(1, most / block) * block;
}

void RowKernelBuilder::addReductionsBySegment(RowPart &part,
                                              const std::vector<Var> &rows) {
  const LoopSpace &space = kernel.space;
  RowSegments segments;
  segments.index = Var("segment");
  segments.length = getSegmentLength();
  Expr count = space.length() / segments.length;
  segments.domain = RDom(0, count, "merged_segment");
  RowIndex row(rows.begin(), rows.end());

  std::vector<Var> segmentRows = rows;
  segmentRows.insert(segmentRows.begin(), segments.index);
  addReductionsAlongRow(segments.one,
                        {segments.index * segments.length, segments.length},
                        segmentRows);
  RowIndex other = row;
  other.insert(other.begin(), segments.domain.x);
  Values ofSegment = reductionsOf(other);

  addReductionsAlongRow(
      part, {count * segments.length, space.length() % segments.length}, rows);
  segments.merged = Func("merged");
  define(segments.merged, row, reductionsOf(row));
  define(segments.merged, row,
         mergeReductions(valuesAt(segments.merged, row), ofSegment));
  setReductions(part, rows, valuesAt(segments.merged, row));
  kernel.segments = segments;
}

void RowKernelBuilder::addReductionsOfRow(RowPart &part,
                                          const std::vector<Var> &rows) {
  const Expr &length = kernel.space.length();
  if (spec.schedule.strategy == Strategy::OnlineRow &&
      mayIterate(length / getSegmentLength()))
    addReductionsBySegment(part, rows);
  else
    addReductionsAlongRow(part, {0, length}, rows);
}

void RowKernelBuilder::addPartAlongRows() {
  RowPart part;
  std::vector<Var> rows = kernel.space.outerVars();
  Point point(kernel.space.vars.begin(), kernel.space.vars.end());
  addRowTerms(part, rows, point);
  addReductionsOfRow(part, rows);
  addRowValues(part, rows, point);
  addResults(RowIndex(rows.begin(), rows.end()), point);
  kernel.parts.push_back(part);
}

void RowKernelBuilder::addPartAcrossRows(const ColumnRange &range) {
  RowPart part;
  part.columns = range;
  part.tile = Var(partName("tile"));
  part.lane = Var(partName("lane"));
  std::vector<Var> rows = kernel.space.outerVars();
  rows.insert(rows.begin(), {part.lane, part.tile});
  Point point(kernel.space.vars.begin(), kernel.space.vars.end());
  Expr column = columnIndex(range, part.tile, part.lane);
  point[kernel.space.vectorDim] =
      range.rest.defined() ? min(column, kernel.space.length() - 1) : column;
  addRowTerms(part, rows, point);
  addReductions(
      part,
      [&](const Reduction &reduction) {
        return reduceAcrossRows(reduction, kernel.space, range, part.tile);
      },
      rows);
  point[kernel.space.vectorDim] = column;
  addRowValues(part, rows, point);

  Expr width = range.rest.defined() ? range.rest : Expr(range.width);
  part.domain = RDom(0, width, 0, range.tiles, partName("column"));
  RowIndex row(rows.begin(), rows.end());
  row[0] = part.domain.x;
  row[1] = part.domain.y;
  point[kernel.space.vectorDim] =
      columnIndex(range, part.domain.y, part.domain.x);
  addResults(row, point);
  kernel.parts.push_back(part);
}

/// Tiles of several vectors, then vectors one by one, then what is left.
void RowKernelBuilder::addPartsAcrossRows() {
  Point point(kernel.space.vars.begin(), kernel.space.vars.end());
  buffers.lastOutput(point) = undef(buffers.view.type());
  const LoopSpace &space = kernel.space;
  const Expr &length = space.length();
  int lanes = space.lanes, block = space.block();
  Expr inBlocks = length / block * block, inVectors = length / lanes * lanes;
  ColumnRange ranges[] = {
      {0, length / block, block, Expr()},
      {inBlocks, length % block / lanes, lanes, Expr()},
      {inVectors, min(length % lanes, 1), lanes, length % lanes}};
  for (const ColumnRange &range : ranges)
    if (mayIterate(range.tiles))
      addPartAcrossRows(range);
}

void RowKernelBuilder::addParts() {
  if (runsAlongRows(spec.schedule.strategy))
    addPartAlongRows();
  else
    addPartsAcrossRows();
}
