//===- SelectionDecompose.cpp - Choosing from rows in plain linalg --------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference semantics of the operations that choose from rows. Elements are
// in a total order, so that the next of a row is the first of those after the
// last, and nothing has to be marked as taken.
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::lse;

/// An element and where it is, an index.
using Place = std::pair<Value, Value>;

/// True where `a` is before `b`: NaN first, then from the largest down, and
/// from the lowest position up among equals.
static Value isBefore(OpBuilder &b, Location loc, Place a, Place other) {
  auto compare = [&](arith::CmpFPredicate predicate, Value left, Value right) {
    return arith::CmpFOp::create(b, loc, predicate, left, right);
  };
  Value isNaN = compare(arith::CmpFPredicate::UNO, a.first, a.first);
  Value otherIsNaN =
      compare(arith::CmpFPredicate::UNO, other.first, other.first);
  Value isLower = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult,
                                        a.second, other.second);
  Value isFalse =
      arith::ConstantOp::create(b, loc, b.getBoolAttr(false)).getResult();
  Value isEqual = arith::SelectOp::create(
      b, loc, isNaN, otherIsNaN,
      compare(arith::CmpFPredicate::OEQ, a.first, other.first));
  Value isLarger = arith::SelectOp::create(
      b, loc, otherIsNaN, isFalse,
      arith::OrIOp::create(
          b, loc, isNaN,
          compare(arith::CmpFPredicate::OGT, a.first, other.first)));
  return arith::OrIOp::create(b, loc, isLarger,
                              arith::AndIOp::create(b, loc, isEqual, isLower));
}

namespace {

class TopKDecomposer {
public:
  TopKDecomposer(OpBuilder &builder, TopKOp op)
      : builder(builder), loc(op.getLoc()), op(op),
        dimension(op.getDimension()),
        input(cast<RankedTensorType>(op.getInput().getType())) {}

  SmallVector<Value> run();

private:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  /// The index of no element: as unsigned numbers go, after that of any.
  Value noIndex(OpBuilder &b) {
    return arith::ConstantIndexOp::create(b, loc, -1);
  }
  Value filledRows(Value value);
  void assertEnoughElements(Value numChosen);
  /// For each row the first element after `last`; both are tensors without the
  /// dimension.
  Place findNext(Place last);
  /// `indices`, one for each row, in the type of positions.
  Value toPositionType(Value indices);
  /// `next` as elements `round` of `chosen`.
  Value insert(Value next, Value chosen, Value round);

  OpBuilder &builder;
  Location loc;
  TopKOp op;
  int64_t dimension;
  RankedTensorType input;
};

} // namespace

Value TopKDecomposer::filledRows(Value value) {
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, loc, op.getInput());
  sizes.erase(sizes.begin() + dimension);
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, value.getType());
  return linalg::FillOp::create(builder, loc, value, empty).getResult(0);
}

void TopKDecomposer::assertEnoughElements(Value numChosen) {
  auto values = cast<RankedTensorType>(op.getValues().getType());
  if (!values.isDynamicDim(dimension) && !input.isDynamicDim(dimension))
    return;
  Value rowSize = tensor::DimOp::create(builder, loc, op.getInput(), dimension);
  Value isEnough = arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::ule, numChosen, rowSize);
  cf::AssertOp::create(builder, loc, isEnough,
                       "lse.top_k: more elements to choose than a row has");
  auto type = dyn_cast<IntegerType>(getElementTypeOrSelf(op.getPositions()));
  if (!input.isDynamicDim(dimension) || !type || type.getWidth() >= 64)
    return;
  Value isShort =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule, rowSize,
                            index(int64_t(1) << (type.getWidth() - 1)));
  cf::AssertOp::create(builder, loc, isShort,
                       "lse.top_k: positions do not reach the end of a row");
}

Place TopKDecomposer::findNext(Place last) {
  unsigned rank = input.getRank();
  AffineMap loopMap = builder.getMultiDimIdentityMap(rank);
  AffineMap rowMap = loopMap.dropResult(dimension);
  Value anyElement = arith::ConstantOp::create(
      builder, loc, builder.getFloatAttr(input.getElementType(), 0.0));
  Value bestValue = filledRows(anyElement);
  Value bestIndex = filledRows(noIndex(builder));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  iterators[dimension] = utils::IteratorType::reduction;
  auto next = linalg::GenericOp::create(
      builder, loc, TypeRange{bestValue.getType(), bestIndex.getType()},
      ValueRange{op.getInput(), last.first, last.second},
      ValueRange{bestValue, bestIndex},
      {loopMap, rowMap, rowMap, rowMap, rowMap}, iterators,
      [&](OpBuilder &b, Location loc, ValueRange args) {
        Value position = linalg::IndexOp::create(b, loc, dimension);
        Place element(args[0], position), before(args[1], args[2]),
            best(args[3], args[4]);
        auto is = [&](Value index) -> Value {
          return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, index,
                                       noIndex(b));
        };
        // Everything is after the last of none.
        Value isLeft = arith::OrIOp::create(b, loc, is(before.second),
                                            isBefore(b, loc, before, element));
        Value isBetter = arith::OrIOp::create(b, loc, is(best.second),
                                              isBefore(b, loc, element, best));
        Value isNext = arith::AndIOp::create(b, loc, isLeft, isBetter);
        linalg::YieldOp::create(
            b, loc,
            ValueRange{arith::SelectOp::create(b, loc, isNext, element.first,
                                               best.first),
                       arith::SelectOp::create(b, loc, isNext, element.second,
                                               best.second)});
      });
  return {next.getResult(0), next.getResult(1)};
}

Value TopKDecomposer::toPositionType(Value indices) {
  Type type = getElementTypeOrSelf(op.getPositions());
  if (type.isIndex())
    return indices;
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getIntegerAttr(type, 0));
  Value out = filledRows(zero);
  return linalg::MapOp::create(
             builder, loc, indices, out,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               linalg::YieldOp::create(
                   b, loc,
                   arith::IndexCastOp::create(b, loc, type, args[0])
                       .getResult());
             })
      ->getResult(0);
}

Value TopKDecomposer::insert(Value next, Value chosen, Value round) {
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, loc, op.getInput());
  SmallVector<OpFoldResult> offsets(sizes.size(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(sizes.size(), builder.getIndexAttr(1));
  sizes[dimension] = builder.getIndexAttr(1);
  offsets[dimension] = round;
  return tensor::InsertSliceOp::create(builder, loc, next, chosen, offsets,
                                       sizes, strides);
}

SmallVector<Value> TopKDecomposer::run() {
  Value numChosen =
      tensor::DimOp::create(builder, loc, op.getValues(), dimension);
  assertEnoughElements(numChosen);
  Value none = filledRows(noIndex(builder));
  Value nothing = filledRows(arith::ConstantOp::create(
      builder, loc, builder.getFloatAttr(input.getElementType(), 0.0)));
  auto loop = scf::ForOp::create(
      builder, loc, index(0), numChosen, index(1),
      ValueRange{op.getValues(), op.getPositions(), nothing, none});
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  ValueRange state = loop.getRegionIterArgs();
  Place next = findNext({state[2], state[3]});

  Value position = toPositionType(next.second);
  Value values = insert(next.first, state[0], loop.getInductionVar());
  Value positions = insert(position, state[1], loop.getInductionVar());
  scf::YieldOp::create(builder, loc,
                       ValueRange{values, positions, next.first, next.second});
  return {loop.getResult(0), loop.getResult(1)};
}

SmallVector<Value> lse::detail::decomposeSelection(OpBuilder &builder,
                                                   TopKOp op) {
  return TopKDecomposer(builder, op).run();
}

/// Stores in `out` the probabilities of `logits` along `dimension`.
static Value softmax(OpBuilder &builder, Location loc, Value logits, Value out,
                     int64_t dimension) {
  AffineMap map = builder.getMultiDimIdentityMap(
      cast<RankedTensorType>(logits.getType()).getRank());
  return SoftmaxOp::create(builder, loc, logits, out, {map, map}, dimension,
                           ResultKind::Probabilities,
                           [](OpBuilder &, Location, ValueRange arguments) {
                             return SmallVector<Value>(arguments);
                           })
      ->getResult(0);
}

/// Stores in `out` the elements of `source` at `positions` along `dimension`.
static Value gather(OpBuilder &builder, Location loc, Value source,
                    Value positions, Value out, int64_t dimension) {
  auto type = cast<RankedTensorType>(out.getType());
  AffineMap map = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, type, positions, out, {map, map}, iterators,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               SmallVector<Value> indices;
               for (int64_t dim = 0; dim < type.getRank(); ++dim)
                 indices.push_back(linalg::IndexOp::create(b, loc, dim));
               indices[dimension] = args[0];
               if (!args[0].getType().isIndex())
                 indices[dimension] = arith::IndexCastOp::create(
                     b, loc, b.getIndexType(), args[0]);
               Value element =
                   tensor::ExtractOp::create(b, loc, source, indices);
               linalg::YieldOp::create(b, loc, element);
             })
      .getResult(0);
}

SmallVector<Value> lse::detail::decomposeSelection(OpBuilder &builder,
                                                   RouteOp op) {
  Location loc = op.getLoc();
  Value logits = op.getInput(), weights = op.getValues();
  int64_t dimension = op.getDimension();
  Value chosen = tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, weights),
      getElementTypeOrSelf(logits));
  auto experts = TopKOp::create(
      builder, loc, TypeRange{chosen.getType(), op.getPositions().getType()},
      logits, chosen, op.getPositions(), dimension);
  Value positions = experts.getResult(1);
  if (op.getRenormalize())
    return {softmax(builder, loc, experts.getResult(0), weights, dimension),
            positions};
  Value all = tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, logits),
      getElementTypeOrSelf(weights));
  Value probabilities = softmax(builder, loc, logits, all, dimension);
  return {gather(builder, loc, probabilities, positions, weights, dimension),
          positions};
}
