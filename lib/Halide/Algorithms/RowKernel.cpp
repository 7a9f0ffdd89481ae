//===- RowKernel.cpp - Softmax and its relatives --------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Assembles a kernel: the buffers, the iteration space, and for each part of
// the rows the reductions, what follows from them (RowFormulas), and the
// elements of the results.
//
//===----------------------------------------------------------------------===//

#include "Algorithms/RowKernel.h"

#include "Algorithms/Buffers.h"
#include "Algorithms/RowFormulas.h"
#include "LogitExpression.h"

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

std::unique_ptr<RowFormulas> makeFormulas(const KernelSpec &spec,
                                          const MachineTraits &traits) {
  return spec.numerics == Numerics::Accurate
             ? makeAccurateFormulas(spec, traits)
             : makeStandardFormulas(spec, traits);
}

/// Builds the parts of one kernel.
class KernelBuilder {
public:
  KernelBuilder(const KernelSpec &spec, const MachineTraits &traits,
                RowKernel &kernel, KernelBuffers &buffers)
      : spec(spec), kernel(kernel), buffers(buffers),
        formulas(makeFormulas(spec, traits)), kept(chooseKeptValues(spec)),
        probabilities(findOutput(spec, ResultKind::Probabilities)),
        logProbabilities(findOutput(spec, ResultKind::LogProbabilities)),
        logSumExp(findOutput(spec, ResultKind::LogSumExp)) {}

  void addPartAlongRows();
  void addPartsAcrossRows();

private:
  using Reduce = std::function<RowReduction(const Reduction &)>;
  using RowIndex = std::vector<Expr>;

  void addPartAcrossRows(const ColumnRange &range);
  /// The reductions of `part`, in functions whose dimensions are `rows`.
  void addReductions(RowPart &part, const Reduce &reduce,
                     const std::vector<Var> &rows);
  /// Those of a segment, with vectors along it.
  void addReductionsAlongRow(RowPart &part, const RowSegment &segment,
                             const std::vector<Var> &rows);
  /// Those of the row from those of its segments, so that it is read once (the
  /// online softmax of Milakov and Gimelshein, arXiv:1805.02867, with segments
  /// for elements).
  void addReductionsBySegment(RowPart &part, const std::vector<Var> &rows);
  /// What follows from them. `point` is a place in the row.
  void addRowValues(RowPart &part, const std::vector<Var> &rows,
                    const Point &point);
  /// Where vectors are too wide: an update of `func` stores the log-sum-exp.
  void storeLogSumExpOfRest(RowPart &part, Func &func, RowIndex row,
                            Point point);
  /// The update of the output at `point`, which is in row `row`.
  void addResults(const RowIndex &row, const Point &point);

  Func addRowValue(RowPart &part, const char *name,
                   const std::vector<Var> &rows, const Values &values);
  /// The logit in the pass that keeps it, and in later ones.
  Expr firstLogit(const Point &point);
  Expr logit(const Point &point);
  Expr probability(const RowIndex &row, const Point &point);
  Expr logProbability(const RowIndex &row, const Point &point);
  Expr rowLogSumExp(const RowIndex &row);

  /// Elements that, read twice, are in a core's own cache the second time, and
  /// so many that merging takes no time: 64 KiB in f32.
  static constexpr int mostInSegment = 16384;
  /// The same in whole blocks of vectors.
  int getSegmentLength() const {
    int block = kernel.space.block();
    return std::max(1, mostInSegment / block) * block;
  }

  std::string partName(const char *base) const {
    return std::string(base) + std::to_string(kernel.parts.size());
  }

  const KernelSpec &spec;
  RowKernel &kernel;
  KernelBuffers &buffers;
  std::unique_ptr<RowFormulas> formulas;
  KeptValues kept;
  std::optional<size_t> probabilities, logProbabilities, logSumExp;
  /// Of the current part, for each row.
  Func maximum, reference, sums, relativeSums, logSum, factors, offsets;
};

} // namespace

Func KernelBuilder::addRowValue(RowPart &part, const char *name,
                                const std::vector<Var> &rows,
                                const Values &values) {
  Func func(partName(name));
  define(func, RowIndex(rows.begin(), rows.end()), values);
  part.rowValues.push_back({func, std::nullopt});
  return func;
}

Expr KernelBuilder::firstLogit(const Point &point) {
  Expr value = buildLogit(
      spec, {[&](unsigned input) { return buffers.readInput(input, point); },
             [&](unsigned dim) { return point[dim]; }, Expr()});
  return kept.logits ? kernel.stores.keep(
                           value, buffers.outputElement(*kept.logits, point))
                     : value;
}

Expr KernelBuilder::logit(const Point &point) {
  return kept.logits ? buffers.readOutput(*kept.logits, point)
                     : firstLogit(point);
}

/// The larger of two logits. In this order the select is one x86 maximum, and
/// it drops NaN in `logit`: those come back through the sum.
static Expr larger(const Expr &partial, const Expr &logit) {
  return select(logit > partial, logit, partial);
}

void KernelBuilder::addReductions(RowPart &part, const Reduce &reduce,
                                  const std::vector<Var> &rows) {
  RowIndex allRows(rows.begin(), rows.end());
  Combine keepLarger = [](const Values &partial, const Values &value) {
    return Values{larger(partial[0], value[0])};
  };
  part.maximum = reduce({partName("maximum"),
                         {formulas->leastLogit()},
                         [&](const Point &point, const RowIndex &) {
                           return Values{firstLogit(point)};
                         },
                         keepLarger,
                         keepLarger});
  maximum = part.maximum.result;
  reference = addRowValue(part, "reference", rows,
                          formulas->reference(maximum(allRows)));
  Reduction summation = formulas->summation();
  summation.name = partName("sum");
  summation.element = [&](const Point &point, const RowIndex &row) {
    Expr element = logit(point);
    Expr value = formulas->exponential(element, valuesAt(reference, row));
    if (kept.exponentials)
      value = kernel.stores.keep(
          value, buffers.outputElement(*kept.exponentials, point));
    return formulas->summand(value, element, maximum(row));
  };
  part.sum = reduce(summation);
  sums = part.sum.result;
  relativeSums =
      addRowValue(part, "relative_sums", rows,
                  formulas->relativeSums(valuesAt(reference, allRows),
                                         valuesAt(sums, allRows)));
  kernel.stores.addLanes(part.maximum.partial);
  kernel.stores.addLanes(part.sum.partial);
}

void KernelBuilder::addReductionsAlongRow(RowPart &part,
                                          const RowSegment &segment,
                                          const std::vector<Var> &rows) {
  addReductions(
      part,
      [&](const Reduction &reduction) {
        return reduceAlongRow(reduction, kernel.space, segment, rows);
      },
      rows);
}

void KernelBuilder::addReductionsBySegment(RowPart &part,
                                           const std::vector<Var> &rows) {
  const LoopSpace &space = kernel.space;
  RowSegments segments;
  segments.index = Var("segment");
  segments.length = getSegmentLength();
  Expr count = space.length() / segments.length;
  RowIndex row(rows.begin(), rows.end());

  std::vector<Var> segmentRows = rows;
  segmentRows.insert(segmentRows.begin(), segments.index);
  addReductionsAlongRow(segments.one,
                        {segments.index * segments.length, segments.length},
                        segmentRows);
  Func segmentMaximum = maximum, segmentSums = relativeSums;

  addReductionsAlongRow(
      part, {count * segments.length, space.length() % segments.length}, rows);
  segments.merged = Func("merged");
  auto append = [](const Expr &first, Values rest) {
    rest.insert(rest.begin(), first);
    return rest;
  };
  define(segments.merged, row,
         append(maximum(row), valuesAt(relativeSums, row)));
  segments.domain = RDom(0, count, "merged_segment");
  RowIndex other = row;
  other.insert(other.begin(), segments.domain.x);
  Values merged = valuesAt(segments.merged, row);
  Values mergedSums(merged.begin() + 1, merged.end());
  Expr newMaximum = larger(merged[0], segmentMaximum(other));
  define(
      segments.merged, row,
      append(newMaximum, formulas->mergeSums(newMaximum, merged[0], mergedSums,
                                             segmentMaximum(other),
                                             valuesAt(segmentSums, other))));
  Values all = valuesAt(segments.merged, row);
  maximum = addRowValue(part, "maximum", rows, {all[0]});
  relativeSums = addRowValue(part, "relative_sums", rows,
                             Values(all.begin() + 1, all.end()));
  kernel.segments = segments;
}

Expr KernelBuilder::rowLogSumExp(const RowIndex &row) {
  return buffers.outputValue(
      *logSumExp, formulas->logSumExp(maximum(row), valuesAt(relativeSums, row),
                                      Expr(logSum(row))));
}

void KernelBuilder::addRowValues(RowPart &part, const std::vector<Var> &rows,
                                 const Point &point) {
  RowIndex row(rows.begin(), rows.end());
  if (logProbabilities || logSumExp)
    logSum = addRowValue(part, "log_sum", rows,
                         {formulas->logSum(valuesAt(relativeSums, row))});
  // The log-sum-exp is stored beside a value that is needed for sure.
  bool isBeside = logSumExp && kernel.outputHasRow;
  auto addBeside = [&](const char *name, Values values) {
    bool stores = isBeside;
    isBeside = false;
    if (stores && !part.columns.rest.defined())
      values[0] =
          kernel.stores.alsoStore(values[0], rowLogSumExp(row),
                                  buffers.outputElement(*logSumExp, point));
    Func func = addRowValue(part, name, rows, values);
    if (stores && part.columns.rest.defined())
      storeLogSumExpOfRest(part, func, row, point);
    return func;
  };
  if (probabilities)
    factors = addBeside("factors", formulas->factors(maximum(row),
                                                     valuesAt(reference, row),
                                                     valuesAt(sums, row)));
  if (logProbabilities)
    offsets = addBeside(
        "offsets", formulas->offsets(maximum(row), valuesAt(relativeSums, row),
                                     Expr(logSum(row))));
}

void KernelBuilder::storeLogSumExpOfRest(RowPart &part, Func &func,
                                         RowIndex row, Point point) {
  RDom rest(0, part.columns.rest, partName("rest"));
  row[0] = rest.x;
  point[kernel.space.vectorDim] = columnIndex(part.columns, row[1], row[0]);
  Values values = valuesAt(func, row);
  values[0] = kernel.stores.alsoStore(values[0], rowLogSumExp(row),
                                      buffers.outputElement(*logSumExp, point));
  define(func, row, values);
  part.rowValues.back().rows = rest;
}

Expr KernelBuilder::probability(const RowIndex &row, const Point &point) {
  Expr exponential =
      kept.exponentials
          ? buffers.readOutput(*kept.exponentials, point)
          : formulas->exponential(logit(point), valuesAt(reference, row));
  return buffers.outputValue(
      *probabilities,
      formulas->probability(exponential, valuesAt(factors, row)));
}

Expr KernelBuilder::logProbability(const RowIndex &row, const Point &point) {
  return buffers.outputValue(
      *logProbabilities,
      formulas->logProbability(logit(point), valuesAt(offsets, row)));
}

void KernelBuilder::addResults(const RowIndex &row, const Point &point) {
  if (!kernel.outputHasRow) {
    buffers.lastOutput(point) = rowLogSumExp(row);
    return;
  }
  if (probabilities && logProbabilities) {
    bool isLast = *probabilities + 1 == spec.outputs.size();
    Expr p = probability(row, point), l = logProbability(row, point);
    buffers.lastOutput(point) = kernel.stores.alsoStore(
        isLast ? p : l, isLast ? l : p,
        buffers.outputElement(isLast ? *logProbabilities : *probabilities,
                              point));
    return;
  }
  buffers.lastOutput(point) =
      probabilities ? probability(row, point) : logProbability(row, point);
}

void KernelBuilder::addPartAlongRows() {
  RowPart part;
  std::vector<Var> rows = kernel.space.outerVars();
  Point point(kernel.space.vars.begin(), kernel.space.vars.end());
  bool isBySegment = spec.schedule.strategy == Strategy::OnlineRow &&
                     mayIterate(kernel.space.length() / getSegmentLength());
  if (isBySegment)
    addReductionsBySegment(part, rows);
  else
    addReductionsAlongRow(part, {0, kernel.space.length()}, rows);
  addRowValues(part, rows, point);
  addResults(RowIndex(rows.begin(), rows.end()), point);
  kernel.parts.push_back(part);
}

void KernelBuilder::addPartAcrossRows(const ColumnRange &range) {
  RowPart part;
  part.columns = range;
  part.tile = Var(partName("tile"));
  part.lane = Var(partName("lane"));
  std::vector<Var> rows = kernel.space.outerVars();
  rows.insert(rows.begin(), {part.lane, part.tile});
  addReductions(
      part,
      [&](const Reduction &reduction) {
        return reduceAcrossRows(reduction, kernel.space, range, part.tile);
      },
      rows);
  Point point(kernel.space.vars.begin(), kernel.space.vars.end());
  point[kernel.space.vectorDim] = columnIndex(range, part.tile, part.lane);
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
void KernelBuilder::addPartsAcrossRows() {
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

namespace lse_halide {

RowKernel buildRowKernel(const KernelSpec &spec, const MachineTraits &traits) {
  LoopSpace space = makeLoopSpace(spec);
  KernelBuffers buffers(spec, traits);
  space.extents = buffers.extents;
  RowKernel kernel{buffers.arguments(),
                   space,
                   {},
                   {},
                   buffers.output,
                   spec.outputs.back().kind != ResultKind::LogSumExp,
                   BufferStores(buffers.output, buffers.view)};
  KernelBuilder builder(spec, traits, kernel, buffers);
  if (runsAlongRows(spec.schedule.strategy))
    builder.addPartAlongRows();
  else
    builder.addPartsAcrossRows();
  return kernel;
}

} // namespace lse_halide
