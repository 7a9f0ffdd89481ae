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

std::vector<Expr> arguments(Expr first, const std::vector<Var> &outer) {
  std::vector<Expr> result = {std::move(first)};
  result.insert(result.end(), outer.begin(), outer.end());
  return result;
}

std::vector<Var> variables(const Var &first, const std::vector<Var> &outer) {
  std::vector<Var> result = {first};
  result.insert(result.end(), outer.begin(), outer.end());
  return result;
}

/// True unless `extent` is known to be zero.
bool mayIterate(const Expr &extent) {
  return !Internal::is_const_zero(Internal::simplify(extent));
}

/// The partial results over whole blocks, remaining vectors, and remaining
/// elements.
void addUpdates(RowReduction &reduction, const std::string &name,
                const RowSpace &space, const Element &element,
                const Combine &combine) {
  Func &partial = reduction.partial;
  auto update = [&](Expr lane, Expr position) {
    std::vector<Expr> at = arguments(lane, space.outer);
    partial(at) = combine(partial(at), element(position));
  };
  Expr blocks = space.length / space.block();
  Expr vectors = space.length % space.block() / space.lanes;
  Expr elements = space.length % space.lanes;
  if ((reduction.hasBlocks = mayIterate(blocks))) {
    reduction.blocks = RDom(0, blocks, name + "_block");
    update(reduction.lane, reduction.blocks * space.block() + reduction.lane);
  }
  if ((reduction.hasVectors = mayIterate(vectors))) {
    reduction.vectors =
        RDom({{0, space.lanes}, {0, vectors}}, name + "_vector");
    update(reduction.vectors.x, blocks * space.block() +
                                    reduction.vectors.y * space.lanes +
                                    reduction.vectors.x);
  }
  if ((reduction.hasElements = mayIterate(elements))) {
    reduction.elements = RDom(0, elements, name + "_element");
    update(reduction.elements.x,
           space.length / space.lanes * space.lanes + reduction.elements.x);
  }
}

/// Combines `count` Exprs as a balanced tree.
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
void addFolds(RowReduction &reduction, const std::string &name,
              const RowSpace &space, const Combine &combine) {
  const Var &lane = reduction.lane;
  auto addFold = [&](int width, Expr value) {
    Func fold(name + "_fold_to_" + std::to_string(width));
    fold(variables(lane, space.outer)) = value;
    reduction.folds.push_back(fold);
  };
  std::vector<Expr> vectors;
  for (int i = 0; i < space.unroll; ++i)
    vectors.push_back(
        reduction.partial(arguments(lane + i * space.lanes, space.outer)));
  addFold(space.lanes, combineTree(vectors, combine));
  for (int width = space.lanes / 2; width >= 1; width /= 2) {
    Func previous = reduction.folds.back();
    addFold(width, combine(previous(arguments(lane, space.outer)),
                           previous(arguments(lane + width, space.outer))));
  }
}

} // namespace

namespace lse_halide {

RowReduction reduceRow(const std::string &name, const RowSpace &space,
                       Expr identity, const Element &element,
                       const Combine &combine) {
  RowReduction reduction;
  reduction.lane = Var(name + "_lane");
  reduction.partial = Func(name + "_partial");
  reduction.partial(variables(reduction.lane, space.outer)) = identity;
  addUpdates(reduction, name, space, element, combine);
  addFolds(reduction, name, space, combine);
  reduction.result = Func(name + "_of_row");
  reduction.result(space.outer) =
      reduction.folds.back()(arguments(0, space.outer));
  return reduction;
}

} // namespace lse_halide
