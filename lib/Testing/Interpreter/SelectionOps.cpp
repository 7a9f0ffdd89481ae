//===- SelectionOps.cpp - lse operations that choose from rows ------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The largest elements of rows by sorting the rows.
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "lse/Testing/Interpreter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

/// The exponential of `z` as part of the sum of those of `row`.
static double getWeight(double z, ArrayRef<double> row) {
  double largest = -INFINITY, sum = 0.0;
  for (double other : row)
    largest = std::isnan(other) || other > largest ? other : largest;
  if (!std::isfinite(largest))
    return std::nan("");
  for (double other : row)
    sum += std::exp(other - largest);
  return std::exp(z - largest) / sum;
}

LogicalResult Interpreter::evaluateSelection(Operation *op) {
  auto route = dyn_cast<RouteOp>(op);
  int64_t dimension =
      route ? route.getDimension() : cast<TopKOp>(op).getDimension();
  const Tensor &input = get(op->getOperand(0));
  Tensor values(get(op->getOperand(1)).shape), positions(values.shape);
  int64_t numChosen = values.shape[dimension];
  if (numChosen > input.shape[dimension])
    return trap();

  SmallVector<int64_t> rows(input.shape);
  rows[dimension] = 1;
  LogicalResult result = forEachIndex(rows, [&](ArrayRef<int64_t> begin) {
    SmallVector<int64_t> place(begin);
    SmallVector<double> row;
    for (place[dimension] = 0; place[dimension] < input.shape[dimension];
         ++place[dimension])
      row.push_back(input.at(place).real);
    auto order = llvm::to_vector(llvm::seq<int64_t>(0, row.size()));
    llvm::stable_sort(order, [&](int64_t a, int64_t b) {
      return std::isnan(row[a]) ? !std::isnan(row[b]) : row[a] > row[b];
    });
    SmallVector<double> chosen;
    for (int64_t position : ArrayRef(order).take_front(numChosen))
      chosen.push_back(row[position]);
    for (auto [rank, value] : llvm::enumerate(chosen)) {
      place[dimension] = rank;
      positions.at(place) = Scalar::ofInteger(order[rank]);
      values.at(place) = Scalar::ofReal(
          route ? getWeight(value, route.getRenormalize() ? chosen : row)
                : value);
    }
    return success();
  });
  if (failed(result))
    return failure();
  set(op->getResult(0), std::move(values));
  set(op->getResult(1), std::move(positions));
  return success();
}
