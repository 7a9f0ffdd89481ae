//===- AttentionDecompose.cpp - Attention in plain linalg -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference semantics of attention: a contraction that yields scores, an
// `lse.softmax` with the logit region, and a contraction with the values.
//
//===----------------------------------------------------------------------===//

#include "RowOpLinalg.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::lse;
using lse::detail::convertFloat;
using lse::detail::createEmpty;

namespace {

/// Some of the loop dimensions of an operation, numbered anew in their order.
class LoopSubset {
public:
  LoopSubset(RowOpInterface op, function_ref<bool(int64_t)> isIn)
      : context(op.getContext()), numLoops(op.getNumLoops()) {
    for (int64_t dim = 0; dim < numLoops; ++dim)
      if (isIn(dim))
        dims.push_back(dim);
  }

  unsigned size() const { return dims.size(); }
  ArrayRef<int64_t> getDims() const { return dims; }
  /// The number here of loop `dim`, which is one of these.
  int64_t getNumber(int64_t dim) const {
    return llvm::find(dims, dim) - dims.begin();
  }
  /// `map`, which has none of the other dimensions, in terms of these.
  AffineMap renumber(AffineMap map) const {
    DenseMap<AffineExpr, AffineExpr> numbers;
    for (int64_t dim : dims)
      numbers[getAffineDimExpr(dim, context)] =
          getAffineDimExpr(getNumber(dim), context);
    return map.replace(numbers, dims.size(), /*numResultSyms=*/0);
  }
  /// The map, from the operation's own loops, whose results are these.
  AffineMap getProjection() const {
    SmallVector<AffineExpr> exprs;
    for (int64_t dim : dims)
      exprs.push_back(getAffineDimExpr(dim, context));
    return AffineMap::get(numLoops, /*symbolCount=*/0, exprs, context);
  }

private:
  MLIRContext *context;
  int64_t numLoops;
  SmallVector<int64_t> dims;
};

class AttentionDecomposer {
public:
  AttentionDecomposer(OpBuilder &builder, RowOpInterface op)
      : builder(builder), op(op), loc(op.getLoc()) {}

  SmallVector<Value> run();

private:
  /// The sum over `summed` of products of elements of `a` and `b`, in `type`;
  /// into `out` if that is of this type. `outMap` is what it is indexed by.
  Value contract(Value a, AffineMap aMap, Value b, AffineMap bMap,
                 ArrayRef<int64_t> summed, FloatType type, AffineMap outMap,
                 Value out = {});
  /// The probabilities for `scores`, which `map` indexes, and then the results
  /// of the operation that are beside its output.
  SmallVector<Value> createRows(Value scores, AffineMap map,
                                const LoopSubset &logitLoops);
  /// The output, of `probabilities`.
  Value createOutput(Value probabilities, const LoopSubset &logitLoops);

  OpBuilder &builder;
  RowOpInterface op;
  Location loc;
};

} // namespace

Value AttentionDecomposer::contract(Value a, AffineMap aMap, Value b,
                                    AffineMap bMap, ArrayRef<int64_t> summed,
                                    FloatType type, AffineMap outMap,
                                    Value out) {
  LoopSubset loops(op, [&](int64_t dim) {
    return aMap.isFunctionOfDim(dim) || bMap.isFunctionOfDim(dim) ||
           outMap.isFunctionOfDim(dim);
  });
  if (!out || getElementTypeOrSelf(out) != type)
    out = createEmpty(builder, op, outMap, type);
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getFloatAttr(type, 0.0));
  Value init = linalg::FillOp::create(builder, loc, zero, out).getResult(0);
  SmallVector<utils::IteratorType> iterators(loops.size(),
                                             utils::IteratorType::parallel);
  for (int64_t dim : summed)
    iterators[loops.getNumber(dim)] = utils::IteratorType::reduction;
  auto genericOp = linalg::GenericOp::create(
      builder, loc, init.getType(), ValueRange{a, b}, init,
      ArrayRef<AffineMap>{loops.renumber(aMap), loops.renumber(bMap),
                          loops.renumber(outMap)},
      iterators, [&](OpBuilder &b, Location, ValueRange args) {
        Value product =
            arith::MulFOp::create(b, loc, convertFloat(b, loc, args[0], type),
                                  convertFloat(b, loc, args[1], type));
        Value sum = arith::AddFOp::create(b, loc, args[2], product);
        linalg::YieldOp::create(b, loc, sum);
      });
  return genericOp.getResult(0);
}

SmallVector<Value>
AttentionDecomposer::createRows(Value scores, AffineMap map,
                                const LoopSubset &logitLoops) {
  SmallVector<Value> inputs = {scores};
  SmallVector<AffineMap> maps = {logitLoops.renumber(map)};
  for (unsigned index = 3; index < op.getRowInputs().size(); ++index) {
    inputs.push_back(op.getRowInputs()[index]);
    maps.push_back(logitLoops.renumber(op.getInputMap(index)));
  }
  maps.push_back(builder.getMultiDimIdentityMap(logitLoops.size()));
  SmallVector<int64_t> rowDims = llvm::map_to_vector(
      op.getRowDims(), [&](int64_t dim) { return logitLoops.getNumber(dim); });
  SmallVector<Value> outs = {createEmpty(
      builder, op, logitLoops.getProjection(), op.getComputeType())};
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  kinds.front() = ResultKind::Probabilities;
  for (unsigned index = 1; index < kinds.size(); ++index) {
    outs.push_back(op.getDestinations()[index]);
    maps.push_back(logitLoops.renumber(op.getDestinationMap(index)));
  }
  Block *body = op.getLogitBody();
  RowOpInterface softmax = createRowOp(
      builder, loc, getRowOpName(op.getContext(), ResultKind::Probabilities),
      inputs, outs, maps, rowDims, kinds,
      [&](OpBuilder &b, Location, ValueRange elements) {
        IRMapping mapping;
        mapping.map(body->getArguments(), elements);
        mapping.map(body->getArgument(0),
                    convertFloat(b, loc, elements.front(),
                                 body->getArgument(0).getType()));
        for (Operation &inner : body->without_terminator()) {
          Operation *copy = b.clone(inner, mapping);
          if (auto index = dyn_cast<IndexOp>(copy))
            index.setDim(logitLoops.getNumber(index.getDim()));
        }
        return llvm::map_to_vector(
            body->getTerminator()->getOperands(),
            [&](Value term) { return mapping.lookupOrDefault(term); });
      });
  softmax.setRowDeath(op.getRowDeath());
  softmax.setNumerics(op.getNumerics());
  softmax.setStabilized(op.getStabilized());
  return llvm::to_vector_of<Value>(softmax->getResults());
}

SmallVector<Value> AttentionDecomposer::run() {
  ValueRange inputs = op.getRowInputs();
  SmallVector<int64_t> scoreDims = op.getScoreDims();
  SmallVector<int64_t> valueDims = op.getValueDims();
  LoopSubset logitLoops(op, [&](int64_t dim) {
    return !llvm::is_contained(scoreDims, dim) &&
           !llvm::is_contained(valueDims, dim);
  });
  AffineMap queryMap = op.getInputMap(0), keyMap = op.getInputMap(1);
  LoopSubset ofScores(op, [&](int64_t dim) {
    return !llvm::is_contained(scoreDims, dim) &&
           (queryMap.isFunctionOfDim(dim) || keyMap.isFunctionOfDim(dim));
  });
  FloatType scoreType =
      lse::detail::getSumType({inputs[0].getType(), inputs[1].getType(),
                               op.getLogitBody()->getArgument(0).getType()});
  Value scores = contract(inputs[0], queryMap, inputs[1], keyMap, scoreDims,
                          scoreType, ofScores.getProjection());
  SmallVector<Value> results =
      createRows(scores, ofScores.getProjection(), logitLoops);
  results.front() = createOutput(results.front(), logitLoops);
  return results;
}

Value AttentionDecomposer::createOutput(Value probabilities,
                                        const LoopSubset &logitLoops) {
  ValueRange inputs = op.getRowInputs();
  Value out = op.getDestinations().front();
  AffineMap outMap = op.getDestinationMap(0);
  FloatType type = lse::detail::getSumType(
      {op.getComputeType(), inputs[2].getType(), out.getType()});
  Value sum = contract(probabilities, logitLoops.getProjection(), inputs[2],
                       op.getInputMap(2), op.getRowDims(), type, outMap, out);
  Type to = getElementTypeOrSelf(out);
  if (to == type)
    return sum;
  unsigned rank = outMap.getNumResults();
  SmallVector<AffineMap> maps(2, builder.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, out.getType(), sum, out, maps, iterators,
             [&](OpBuilder &b, Location, ValueRange args) {
               linalg::YieldOp::create(b, loc,
                                       convertFloat(b, loc, args[0], to));
             })
      .getResult(0);
}

SmallVector<Value> lse::detail::decomposeAttention(OpBuilder &builder,
                                                   RowOpInterface op) {
  return AttentionDecomposer(builder, op).run();
}
