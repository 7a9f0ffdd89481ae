//===- RowReduction.cpp - Reductions of rows in lanes ---------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms/RowReduction.h"

#include <algorithm>

using namespace Halide;
using namespace lse_halide;

namespace {

template <typename First, typename Index>
std::vector<First> prepend(First first, const std::vector<Index> &rest) {
  std::vector<First> result = {std::move(first)};
  result.insert(result.end(), rest.begin(), rest.end());
  return result;
}

/// The dimensions of a row besides the vectors', as the last ones of a domain.
Region rowRegion(const LoopSpace &space, Region leading) {
  for (unsigned dim : space.rowDims)
    leading.emplace_back(0, space.extents[dim]);
  return leading;
}

/// The point at `index` along vectors, with `domain`'s last dimensions along
/// the others of the row.
Point pointAt(const LoopSpace &space, const Expr &index, const RDom &domain) {
  Point point(space.vars.begin(), space.vars.end());
  point[space.vectorDim] = index;
  int leading = domain.dimensions() - static_cast<int>(space.rowDims.size());
  for (size_t i = 0; i < space.rowDims.size(); ++i)
    point[space.rowDims[i]] = domain[leading + static_cast<int>(i)];
  return point;
}

/// Combines values as a balanced tree.
Values combineTree(std::vector<Values> operands, const Combine &combine) {
  while (operands.size() > 1) {
    std::vector<Values> next;
    for (size_t i = 0; i + 1 < operands.size(); i += 2)
      next.push_back(combine(operands[i], operands[i + 1]));
    if (operands.size() % 2)
      next.push_back(operands.back());
    operands = std::move(next);
  }
  return operands.front();
}

/// Adds the updates of one reduction.
class PartialBuilder {
public:
  PartialBuilder(RowReduction &result, const Reduction &reduction,
                 const LoopSpace &space, std::vector<Var> rows,
                 bool lanesAreRows)
      : result(result), reduction(reduction), space(space),
        rows(std::move(rows)), lanesAreRows(lanesAreRows) {}

  /// Partial result `lane` takes in the element at `index`, or those at several
  /// in runs.
  void add(PartialUpdate::Kind kind, const RDom &domain, const Expr &lane,
           const std::vector<Expr> &indices) {
    std::vector<Point> points;
    for (const Expr &index : indices)
      points.push_back(pointAt(space, index, domain));
    addPoints(kind, domain, lane, points);
  }

  void addPoints(PartialUpdate::Kind kind, const RDom &domain, const Expr &lane,
                 const std::vector<Point> &points) {
    std::vector<Expr> at = prepend(lane, rows);
    std::vector<Expr> row = at;
    if (!lanesAreRows)
      row.erase(row.begin());
    Values partial = valuesAt(result.partial, at);
    std::vector<Values> run;
    for (const Point &point : points) {
      run.push_back(reduction.element(point, row));
      if (static_cast<int>(run.size()) < reduction.run &&
          &point != &points.back())
        continue;
      partial =
          reduction.accumulate(partial, combineTree(run, reduction.merge));
      run.clear();
    }
    define(result.partial, at, partial);
    result.updates.push_back({kind, domain});
  }

private:
  RowReduction &result;
  const Reduction &reduction;
  const LoopSpace &space;
  std::vector<Var> rows;
  bool lanesAreRows;
};

RowReduction makePartial(const Reduction &reduction, int width,
                         const std::vector<Var> &rows) {
  RowReduction result;
  result.width = width;
  result.lane = Var(reduction.name + "_lane");
  result.partial = Func(reduction.name + "_partial");
  define(result.partial, prepend(Expr(result.lane), rows), reduction.identity);
  return result;
}

/// Vectors into one vector, then halves of it until one element remains.
void addFolds(RowReduction &result, const Reduction &reduction,
              const LoopSpace &space, const std::vector<Var> &rows) {
  const Var &lane = result.lane;
  auto addFold = [&](int width, const Values &value) {
    Func fold(reduction.name + "_fold_to_" + std::to_string(width));
    define(fold, prepend(Expr(lane), rows), value);
    result.folds.push_back(fold);
  };
  auto at = [&](const Func &func, const Expr &index) {
    return valuesAt(func, prepend(index, rows));
  };
  std::vector<Values> vectors;
  for (int i = 0; i < result.width / space.lanes; ++i)
    vectors.push_back(at(result.partial, lane + i * space.lanes));
  addFold(space.lanes, combineTree(vectors, reduction.merge));
  for (int width = space.lanes / 2; width >= 1; width /= 2) {
    Func previous = result.folds.back();
    addFold(width,
            reduction.merge(at(previous, lane), at(previous, lane + width)));
  }
}

} // namespace

namespace lse_halide {

bool mayIterate(const Expr &extent) {
  return !Internal::is_const_zero(Internal::simplify(extent));
}

Expr columnIndex(const ColumnRange &range, const Expr &tile, const Expr &lane) {
  return range.first + tile * range.width + lane;
}

RowReduction reduceAlongRow(const Reduction &reduction, const LoopSpace &space,
                            const RowSegment &segment,
                            const std::vector<Var> &rows) {
  using Kind = PartialUpdate::Kind;
  int lanes = space.lanes, block = space.block();
  RowReduction result =
      makePartial(reduction, reduction.sharesPartials ? lanes : block, rows);
  PartialBuilder builder(result, reduction, space, rows,
                         /*lanesAreRows=*/false);
  const Expr &first = segment.first, &length = segment.length;
  Expr blocks = Internal::simplify(length / block);
  Expr vectors = Internal::simplify(length % block / lanes);
  Expr elements = Internal::simplify(length % lanes);
  if (mayIterate(blocks)) {
    RDom r(rowRegion(space, {{0, blocks}}), reduction.name + "_block");
    std::vector<Expr> indices;
    for (int vector = 0; vector < block; vector += result.width)
      indices.push_back(first + r[0] * block + vector + result.lane);
    builder.add(Kind::Blocks, r, result.lane, indices);
  }
  if (mayIterate(vectors)) {
    RDom r(rowRegion(space, {{0, lanes}, {0, vectors}}),
           reduction.name + "_vector");
    builder.add(Kind::Vector, r, r[0],
                {first + blocks * block + r[1] * lanes + r[0]});
  }
  if (mayIterate(elements)) {
    RDom r(rowRegion(space, {{0, elements}}), reduction.name + "_element");
    builder.add(Kind::Elements, r, r[0],
                {first + length / lanes * lanes + r[0]});
  }
  addFolds(result, reduction, space, rows);
  result.result = Func(reduction.name + "_of_row");
  define(result.result, std::vector<Expr>(rows.begin(), rows.end()),
         valuesAt(result.folds.back(), prepend(Expr(0), rows)));
  return result;
}

RowReduction reduceAcrossRows(const Reduction &reduction,
                              const LoopSpace &space, const ColumnRange &range,
                              const Var &tile) {
  using Kind = PartialUpdate::Kind;
  std::vector<Var> rows = prepend(tile, space.outerVars());
  RowReduction result = makePartial(reduction, range.width, rows);
  PartialBuilder builder(result, reduction, space, rows,
                         /*lanesAreRows=*/true);
  result.result = result.partial;
  // Runs follow the innermost dimension of the row, and then what is left of
  // it.
  unsigned inner = space.rowDims.front();
  const Expr &length = space.extents[inner];
  auto add = [&](const char *suffix, const Expr &first, const Expr &count,
                 int run) {
    if (!mayIterate(count))
      return;
    Region leading;
    if (range.rest.defined())
      leading.emplace_back(0, range.rest);
    Region region = rowRegion(space, leading);
    region[leading.size()] = {0, count};
    RDom r(region, reduction.name + suffix);
    Expr lane = range.rest.defined() ? Expr(r[0]) : Expr(result.lane);
    std::vector<Point> points;
    for (int i = 0; i < run; ++i) {
      Point point = pointAt(space, columnIndex(range, tile, lane), r);
      point[inner] = first + point[inner] * run + i;
      points.push_back(point);
    }
    builder.addPoints(range.rest.defined() ? Kind::Elements : Kind::Blocks, r,
                      lane, points);
  };
  int run = std::max(1, reduction.run);
  add("_run", 0, length / run, run);
  add("_position", length / run * run, length % run, 1);
  return result;
}

} // namespace lse_halide
