//===- RowReduction.cpp - Reductions of rows in lanes ---------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms/RowReduction.h"

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

/// Adds the updates of one reduction.
class PartialBuilder {
public:
  PartialBuilder(RowReduction &result, const Reduction &reduction,
                 const LoopSpace &space, std::vector<Var> rows,
                 bool lanesAreRows)
      : result(result), reduction(reduction), space(space),
        rows(std::move(rows)), lanesAreRows(lanesAreRows) {}

  void add(PartialUpdate::Kind kind, const RDom &domain, const Expr &lane,
           const Expr &index) {
    std::vector<Expr> at = prepend(lane, rows);
    std::vector<Expr> row = at;
    if (!lanesAreRows)
      row.erase(row.begin());
    result.partial(at) = reduction.combine(
        result.partial(at),
        reduction.element(pointAt(space, index, domain), row));
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
  result.partial(prepend(result.lane, rows)) = reduction.identity;
  return result;
}

/// Combines Exprs as a balanced tree.
Expr combineTree(std::vector<Expr> operands, const Combine &combine) {
  while (operands.size() > 1) {
    std::vector<Expr> next;
    for (size_t i = 0; i + 1 < operands.size(); i += 2)
      next.push_back(combine(operands[i], operands[i + 1]));
    if (operands.size() % 2)
      next.push_back(operands.back());
    operands = std::move(next);
  }
  return operands.front();
}

/// Vectors into one vector, then halves of it until one element remains.
void addFolds(RowReduction &result, const Reduction &reduction,
              const LoopSpace &space, const std::vector<Var> &rows) {
  const Var &lane = result.lane;
  auto addFold = [&](int width, Expr value) {
    Func fold(reduction.name + "_fold_to_" + std::to_string(width));
    fold(prepend(lane, rows)) = value;
    result.folds.push_back(fold);
  };
  std::vector<Expr> vectors;
  for (int i = 0; i < space.unroll; ++i)
    vectors.push_back(
        result.partial(prepend(Expr(lane + i * space.lanes), rows)));
  addFold(space.lanes, combineTree(vectors, reduction.combine));
  for (int width = space.lanes / 2; width >= 1; width /= 2) {
    Func previous = result.folds.back();
    addFold(width,
            reduction.combine(previous(prepend(Expr(lane), rows)),
                              previous(prepend(Expr(lane + width), rows))));
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
  RowReduction result = makePartial(reduction, space.block(), rows);
  PartialBuilder builder(result, reduction, space, rows,
                         /*lanesAreRows=*/false);
  const Expr &first = segment.first, &length = segment.length;
  int lanes = space.lanes, block = space.block();
  Expr blocks = Internal::simplify(length / block);
  Expr vectors = Internal::simplify(length % block / lanes);
  Expr elements = Internal::simplify(length % lanes);
  if (mayIterate(blocks)) {
    RDom r(rowRegion(space, {{0, blocks}}), reduction.name + "_block");
    builder.add(Kind::Blocks, r, result.lane,
                first + r[0] * block + result.lane);
  }
  if (mayIterate(vectors)) {
    RDom r(rowRegion(space, {{0, lanes}, {0, vectors}}),
           reduction.name + "_vector");
    builder.add(Kind::Vector, r, r[0],
                first + blocks * block + r[1] * lanes + r[0]);
  }
  if (mayIterate(elements)) {
    RDom r(rowRegion(space, {{0, elements}}), reduction.name + "_element");
    builder.add(Kind::Elements, r, r[0], first + length / lanes * lanes + r[0]);
  }
  addFolds(result, reduction, space, rows);
  result.result = Func(reduction.name + "_of_row");
  result.result(rows) = result.folds.back()(prepend(Expr(0), rows));
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
  std::string name = reduction.name + "_position";
  if (range.rest.defined()) {
    RDom r(rowRegion(space, {{0, range.rest}}), name);
    builder.add(Kind::Elements, r, r[0], columnIndex(range, tile, r[0]));
    return result;
  }
  RDom r(rowRegion(space, {}), name);
  builder.add(Kind::Blocks, r, result.lane,
              columnIndex(range, tile, result.lane));
  return result;
}

} // namespace lse_halide
