//===- StructuredOps.cpp - linalg
//------------------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "lse/Testing/Interpreter.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

LogicalResult Interpreter::evaluateBody(Block &body, ArrayRef<Scalar> arguments,
                                        ArrayRef<int64_t> loops,
                                        SmallVectorImpl<Scalar> &yielded) {
  DenseMap<Value, Scalar> scalars;
  auto lookup = [&](Value value) {
    auto it = scalars.find(value);
    return it != scalars.end() ? it->second : get(value).elements.front();
  };
  for (auto [argument, value] : llvm::zip(body.getArguments(), arguments))
    scalars[argument] = value;
  SmallVector<Scalar> operands;
  for (Operation &op : body.without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(op)) {
      scalars[index] = Scalar::ofInteger(loops[index.getDim()]);
      continue;
    }
    if (auto index = dyn_cast<IndexOp>(op)) {
      scalars[index] = Scalar::ofInteger(loops[index.getDim()]);
      continue;
    }
    if (auto isClass = dyn_cast<IsClassOp>(op)) {
      scalars[isClass] = Scalar::ofInteger(
          lookup(isClass.getNumber()).integer == loops[isClass.getDim()]);
      continue;
    }
    if (auto temper = dyn_cast<TemperOp>(op)) {
      // Only a row as a whole has a temperature.
      scalars[temper] = lookup(temper.getLogit());
      continue;
    }
    auto elements = dyn_cast<tensor::FromElementsOp>(op);
    if (elements && elements.getType().getRank() == 0) {
      scalars[elements] = lookup(elements.getElements().front());
      continue;
    }
    if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
      if (extract.getIndices().empty()) {
        scalars[extract] = lookup(extract.getTensor());
        continue;
      }
      const Tensor &tensor = get(extract.getTensor());
      SmallVector<int64_t> indices;
      for (auto [operand, extent] :
           llvm::zip(extract.getIndices(), tensor.shape)) {
        indices.push_back(lookup(operand).integer);
        if (indices.back() < 0 || indices.back() >= extent)
          return trap();
      }
      scalars[extract] = tensor.at(indices);
      continue;
    }
    if (auto dim = dyn_cast<tensor::DimOp>(op)) {
      scalars[dim] = Scalar::ofInteger(
          get(dim.getSource()).shape[lookup(dim.getIndex()).integer]);
      continue;
    }
    if (op.getName().getStringRef() == "cf.assert") {
      if (!lookup(op.getOperand(0)).integer)
        return trap();
      continue;
    }
    operands.clear();
    for (Value operand : op.getOperands())
      operands.push_back(lookup(operand));
    std::optional<Scalar> value = evaluateScalar(&op, operands);
    if (!value)
      return unknown(&op);
    scalars[op.getResult(0)] = *value;
  }
  for (Value value : body.getTerminator()->getOperands())
    yielded.push_back(lookup(value));
  return success();
}

/// `map` at `loops`.
static SmallVector<int64_t> apply(AffineMap map, ArrayRef<int64_t> loops) {
  return map.compose(loops);
}

/// The extents of the loops of `op`, whose operands have `shapes`; nothing if
/// one is not known, or if two disagree.
static std::optional<SmallVector<int64_t>>
getLoopExtents(ArrayRef<AffineMap> maps, ArrayRef<ArrayRef<int64_t>> shapes) {
  SmallVector<int64_t> extents(maps.front().getNumDims(), -1);
  for (auto [map, shape] : llvm::zip(maps, shapes))
    for (auto [expr, extent] : llvm::zip(map.getResults(), shape))
      if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
        int64_t &known = extents[dim.getPosition()];
        if (known >= 0 && known != extent)
          return std::nullopt;
        known = extent;
      }
  if (llvm::is_contained(extents, -1))
    return std::nullopt;
  return extents;
}

LogicalResult Interpreter::evaluateStructured(Operation *op) {
  auto linalgOp = cast<linalg::LinalgOp>(op);
  if (!linalgOp.hasPureTensorSemantics())
    return unknown(op);
  SmallVector<ArrayRef<int64_t>> shapes;
  for (Value operand : op->getOperands())
    shapes.push_back(get(operand).shape);
  SmallVector<AffineMap> maps = linalgOp.getIndexingMapsArray();
  std::optional<SmallVector<int64_t>> extents = getLoopExtents(maps, shapes);
  if (!extents)
    return trap();
  SmallVector<Tensor> results;
  for (Value init : linalgOp.getDpsInits())
    results.push_back(get(init));
  unsigned numInputs = linalgOp.getNumDpsInputs();
  SmallVector<Scalar> arguments, yielded;
  LogicalResult status = forEachIndex(*extents, [&](ArrayRef<int64_t> loops) {
    arguments.clear();
    yielded.clear();
    for (auto [index, operand] : llvm::enumerate(op->getOperands())) {
      const Tensor &tensor =
          index < numInputs ? get(operand) : results[index - numInputs];
      arguments.push_back(tensor.at(apply(maps[index], loops)));
    }
    // Arguments of the body may be fewer, where it reads no destination.
    SmallVector<Scalar> own;
    for (BlockArgument argument : linalgOp.getBlock()->getArguments())
      own.push_back(arguments[argument.getArgNumber()]);
    if (failed(evaluateBody(*linalgOp.getBlock(), own, loops, yielded)))
      return failure();
    for (auto [index, value] : llvm::enumerate(yielded))
      results[index].at(apply(maps[numInputs + index], loops)) = value;
    return success();
  });
  if (failed(status))
    return failure();
  for (auto [result, tensor] : llvm::zip(op->getResults(), results))
    set(result, std::move(tensor));
  return success();
}

LogicalResult Interpreter::evaluateSoftmax(Operation *op) {
  auto softmax = cast<linalg::SoftmaxOp>(op);
  const Tensor &input = get(softmax.getInput());
  Tensor result(input.shape);
  SmallVector<int64_t> outer(input.shape);
  int64_t dim = softmax.getDimension();
  int64_t length = outer[dim];
  outer[dim] = 1;
  (void)forEachIndex(outer, [&](ArrayRef<int64_t> row) {
    SmallVector<int64_t> indices(row);
    double largest = -INFINITY, sum = 0.0;
    for (indices[dim] = 0; indices[dim] < length; ++indices[dim]) {
      double x = input.at(indices).real;
      largest = std::isnan(x) || x > largest ? x : largest;
    }
    for (indices[dim] = 0; indices[dim] < length; ++indices[dim])
      sum += std::exp(input.at(indices).real - largest);
    for (indices[dim] = 0; indices[dim] < length; ++indices[dim])
      result.at(indices).real =
          std::exp(input.at(indices).real - largest) / sum;
    return success();
  });
  set(op->getResult(0), std::move(result));
  return success();
}
