//===- RowOpDecompose.cpp - Rows in plain linalg --------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference semantics of the operations over rows, as linalg operations on
// tensors. The shift by the row maximum makes every step finite for finite
// logits; what happens to other rows is spelled out beside the step that
// decides it (cases E1 to E19 of docs/Numerics.md).
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::lse;

/// An empty tensor of `type` that `map` indexes from the iteration space of
/// `op`.
static Value createEmpty(OpBuilder &builder, RowOpInterface op, AffineMap map,
                         Type type) {
  SmallVector<OpFoldResult> extents;
  for (AffineExpr expr : map.getResults())
    extents.push_back(
        getLoopExtent(builder, op, cast<AffineDimExpr>(expr).getPosition()));
  return tensor::EmptyOp::create(builder, op.getLoc(), extents, type);
}

/// `value` as a number of the floating-point type `to`.
static Value convert(OpBuilder &builder, Location loc, Value value, Type to) {
  unsigned fromWidth = value.getType().getIntOrFloatBitWidth();
  if (value.getType() == to)
    return value;
  if (fromWidth < to.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(builder, loc, to, value);
  return arith::TruncFOp::create(builder, loc, to, value);
}

Value lse::createLogits(OpBuilder &builder, RowOpInterface op) {
  if (op.hasIdentityLogit() && op.getLogitType() == op.getComputeType())
    return op.getRowInputs().front();
  AffineMap loops = builder.getMultiDimIdentityMap(op.getNumLoops());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  maps.resize(op.getRowInputs().size());
  maps.push_back(loops);
  SmallVector<utils::IteratorType> iterators(op.getNumLoops(),
                                             utils::IteratorType::parallel);
  Value empty = createEmpty(builder, op, loops, op.getComputeType());
  Block *body = op.getLogitBody();
  auto genericOp = linalg::GenericOp::create(
      builder, op.getLoc(), empty.getType(), op.getRowInputs(), empty, maps,
      iterators, [&](OpBuilder &b, Location loc, ValueRange arguments) {
        IRMapping mapping;
        mapping.map(body->getArguments(),
                    arguments.take_front(body->getNumArguments()));
        for (Operation &inner : body->without_terminator())
          b.clone(inner, mapping);
        Value logit =
            mapping.lookupOrDefault(body->getTerminator()->getOperand(0));
        linalg::YieldOp::create(b, loc,
                                convert(b, loc, logit, op.getComputeType()));
      });
  return genericOp.getResult(0);
}

namespace {

/// Builds the linalg operations for one operation over rows.
class RowDecomposer {
public:
  RowDecomposer(OpBuilder &builder, RowOpInterface op)
      : builder(builder), op(op), loc(op.getLoc()), type(op.getComputeType()),
        loopMap(builder.getMultiDimIdentityMap(op.getNumLoops())),
        rowMap(getDefaultResultMap(op.getContext(), ResultKind::LogSumExp,
                                   op.getNumLoops(), op.getRowDims())) {}

  SmallVector<Value> run();

private:
  using Body = function_ref<Value(OpBuilder &, Location, ValueRange)>;

  /// A generic operation over the whole iteration space with one result.
  Value generic(ValueRange inputs, ArrayRef<AffineMap> inputMaps, Value out,
                AffineMap outMap, bool reduces, Body body);
  /// One `value` for each row.
  Value filledRows(TypedAttr value);
  Value constant(OpBuilder &b, TypedAttr value) {
    return arith::ConstantOp::create(b, loc, value);
  }
  FloatAttr negativeInfinity() {
    return FloatAttr::get(
        type, APFloat::getInf(type.getFloatSemantics(), /*Negative=*/true));
  }
  FloatAttr zero() { return builder.getFloatAttr(type, 0.0); }
  Value isDead(OpBuilder &b, Value max) {
    return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, max,
                                 constant(b, negativeInfinity()));
  }
  /// What is subtracted from the logits of a row: its maximum, or zero where a
  /// dead row has to come out as something else than NaN.
  Value shift(OpBuilder &b, Value max);
  Value result(unsigned index);
  /// Result `index`, which is per row, from `inputs` that are indexed by the
  /// row map.
  Value perRow(ValueRange inputs, unsigned index, Body body);
  Value logSumExp(OpBuilder &b, Value max, Value sum);
  /// The sums of the exponentials, of which each row has one.
  Value sumOfRows();
  /// The positions of the first largest logits, of type `index`.
  Value argMax();
  /// The position in its row of the element that is worked on.
  Value positionInRow(OpBuilder &b, ArrayRef<OpFoldResult> rowExtents);

  bool deadRowsAreZero() { return op.getRowDeath() == RowDeath::Zero; }

  OpBuilder &builder;
  RowOpInterface op;
  Location loc;
  FloatType type;
  AffineMap loopMap, rowMap;
  Value logit, max, exponential, sum;
};

} // namespace

Value RowDecomposer::generic(ValueRange inputs, ArrayRef<AffineMap> inputMaps,
                             Value out, AffineMap outMap, bool reduces,
                             Body body) {
  SmallVector<AffineMap> maps(inputMaps);
  maps.push_back(outMap);
  SmallVector<utils::IteratorType> iterators(op.getNumLoops(),
                                             utils::IteratorType::parallel);
  if (reduces)
    for (int64_t dim : op.getRowDims())
      iterators[dim] = utils::IteratorType::reduction;
  auto genericOp = linalg::GenericOp::create(
      builder, loc, out.getType(), inputs, out, maps, iterators,
      [&](OpBuilder &b, Location loc, ValueRange args) {
        linalg::YieldOp::create(b, loc, body(b, loc, args));
      });
  return genericOp.getResult(0);
}

Value RowDecomposer::filledRows(TypedAttr value) {
  return linalg::FillOp::create(
             builder, loc, constant(builder, value),
             createEmpty(builder, op, rowMap, value.getType()))
      .getResult(0);
}

Value RowDecomposer::shift(OpBuilder &b, Value max) {
  if (!deadRowsAreZero())
    return max;
  return arith::SelectOp::create(b, loc, isDead(b, max), constant(b, zero()),
                                 max);
}

Value RowDecomposer::perRow(ValueRange inputs, unsigned index, Body body) {
  // One element for each row: the loops are those of the row map's results.
  unsigned numRowLoops = rowMap.getNumResults();
  SmallVector<AffineExpr> outExprs;
  for (AffineExpr expr : op.getDestinationMap(index).getResults())
    outExprs.push_back(
        builder.getAffineDimExpr(*rowMap.getResultPosition(expr)));
  SmallVector<AffineMap> maps(inputs.size(),
                              builder.getMultiDimIdentityMap(numRowLoops));
  maps.push_back(AffineMap::get(numRowLoops, /*symbolCount=*/0, outExprs,
                                op.getContext()));
  SmallVector<utils::IteratorType> iterators(numRowLoops,
                                             utils::IteratorType::parallel);
  Value out = op.getDestinations()[index];
  auto genericOp = linalg::GenericOp::create(
      builder, loc, out.getType(), inputs, out, maps, iterators,
      [&](OpBuilder &b, Location loc, ValueRange args) {
        linalg::YieldOp::create(b, loc, body(b, loc, args));
      });
  return genericOp.getResult(0);
}

Value RowDecomposer::sumOfRows() {
  // In f64, or equal exponentials of a long row would round the same way each
  // time they are added.
  FloatType wide = type.isF32() ? builder.getF64Type() : type;
  Value total = generic(
      exponential, loopMap, filledRows(builder.getFloatAttr(wide, 0.0)), rowMap,
      /*reduces=*/true, [&](OpBuilder &b, Location, ValueRange args) {
        return arith::AddFOp::create(b, loc, convert(b, loc, args[0], wide),
                                     args[1]);
      });
  if (wide == type)
    return total;
  unsigned numRowLoops = rowMap.getNumResults();
  AffineMap identity = builder.getMultiDimIdentityMap(numRowLoops);
  SmallVector<utils::IteratorType> iterators(numRowLoops,
                                             utils::IteratorType::parallel);
  Value out = createEmpty(builder, op, rowMap, type);
  return linalg::GenericOp::create(
             builder, loc, out.getType(), total, out,
             ArrayRef<AffineMap>{identity, identity}, iterators,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               linalg::YieldOp::create(b, loc, convert(b, loc, args[0], type));
             })
      .getResult(0);
}

Value RowDecomposer::logSumExp(OpBuilder &b, Value max, Value sum) {
  // An infinite maximum is the answer itself; adding to it gives NaN.
  auto infinity =
      FloatAttr::get(type, APFloat::getInf(type.getFloatSemantics()));
  Value isInfinite = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ,
                                           math::AbsFOp::create(b, loc, max),
                                           constant(b, infinity));
  Value lse =
      arith::AddFOp::create(b, loc, max, math::LogOp::create(b, loc, sum));
  return arith::SelectOp::create(b, loc, isInfinite, max, lse);
}

Value RowDecomposer::positionInRow(OpBuilder &b,
                                   ArrayRef<OpFoldResult> rowExtents) {
  Value position;
  for (auto [dim, extent] : llvm::zip(op.getRowDims(), rowExtents)) {
    Value index = linalg::IndexOp::create(b, loc, dim);
    if (!position) {
      position = index;
      continue;
    }
    Value scaled = arith::MulIOp::create(
        b, loc, position, getValueOrCreateConstantIndexOp(b, loc, extent));
    position = arith::AddIOp::create(b, loc, scaled, index);
  }
  return position;
}

Value RowDecomposer::argMax() {
  SmallVector<OpFoldResult> rowExtents;
  for (int64_t dim : op.getRowDims())
    rowExtents.push_back(getLoopExtent(builder, op, dim));
  SmallVector<utils::IteratorType> iterators(op.getNumLoops(),
                                             utils::IteratorType::parallel);
  for (int64_t dim : op.getRowDims())
    iterators[dim] = utils::IteratorType::reduction;
  // Starts as if element 0 were -inf, which is the answer when all others are,
  // or when there are none.
  SmallVector<Value> starts = {filledRows(negativeInfinity()),
                               filledRows(builder.getIndexAttr(0))};
  auto genericOp = linalg::GenericOp::create(
      builder, loc, TypeRange(ValueRange(starts)), logit, starts,
      {loopMap, rowMap, rowMap}, iterators,
      [&](OpBuilder &b, Location loc, ValueRange args) {
        auto compare = [&](arith::CmpFPredicate predicate, Value x, Value y) {
          return Value(arith::CmpFOp::create(b, loc, predicate, x, y));
        };
        using arith::CmpFPredicate;
        Value x = args[0], largest = args[1];
        Value position = positionInRow(b, rowExtents);
        // The order of a reduction is open, so that "first" is compared too.
        Value isEarlier = arith::CmpIOp::create(
            b, loc, arith::CmpIPredicate::ult, position, args[2]);
        Value isEqual = arith::AndIOp::create(
            b, loc, compare(CmpFPredicate::OEQ, x, largest), isEarlier);
        // Where `largest` is NaN, only another NaN may take its place.
        Value isLarger = compare(CmpFPredicate::UGT, x, largest);
        Value isNumber = compare(CmpFPredicate::ORD, largest, largest);
        Value xIsNaN = compare(CmpFPredicate::UNO, x, x);
        Value wins = arith::SelectOp::create(
            b, loc, isNumber, arith::OrIOp::create(b, loc, isLarger, isEqual),
            arith::AndIOp::create(b, loc, xIsNaN, isEarlier));
        linalg::YieldOp::create(
            b, loc,
            {arith::SelectOp::create(b, loc, wins, x, largest).getResult(),
             arith::SelectOp::create(b, loc, wins, position, args[2])
                 .getResult()});
      });
  return genericOp.getResult(1);
}

Value RowDecomposer::result(unsigned index) {
  Value out = op.getDestinations()[index];
  Type to = getElementTypeOrSelf(out);
  AffineMap outMap = op.getDestinationMap(index);
  switch (op.getResultKindsArray()[index]) {
  case ResultKind::Probabilities:
    // A dead row is 0/0 here, which is NaN as `row_death = nan` wants it.
    return generic({exponential, sum, max}, {loopMap, rowMap, rowMap}, out,
                   outMap, /*reduces=*/false,
                   [&](OpBuilder &b, Location, ValueRange args) {
                     Value p = arith::DivFOp::create(b, loc, args[0], args[1]);
                     if (deadRowsAreZero())
                       p = arith::SelectOp::create(b, loc, isDead(b, args[2]),
                                                   constant(b, zero()), p);
                     return convert(b, loc, p, to);
                   });
  case ResultKind::LogProbabilities:
    // (z - max) - log(sum), never log(probability): the difference is exact
    // where the probability is close to 1, its logarithm is not.
    return generic(
        {logit, max, sum}, {loopMap, rowMap, rowMap}, out, outMap,
        /*reduces=*/false, [&](OpBuilder &b, Location, ValueRange args) {
          Value d = arith::SubFOp::create(b, loc, args[0], shift(b, args[1]));
          Value l = arith::SubFOp::create(b, loc, d,
                                          math::LogOp::create(b, loc, args[2]));
          if (deadRowsAreZero())
            l = arith::SelectOp::create(b, loc, isDead(b, args[1]),
                                        constant(b, negativeInfinity()), l);
          return convert(b, loc, l, to);
        });
  case ResultKind::LogSumExp:
    return perRow({max, sum}, index,
                  [&](OpBuilder &b, Location, ValueRange args) {
                    return convert(b, loc, logSumExp(b, args[0], args[1]), to);
                  });
  case ResultKind::ArgMax:
    return perRow(argMax(), index,
                  [&](OpBuilder &b, Location, ValueRange args) -> Value {
                    if (to.isIndex())
                      return args[0];
                    return arith::IndexCastOp::create(b, loc, to, args[0]);
                  });
  }
  llvm_unreachable("unknown result kind");
}

SmallVector<Value> RowDecomposer::run() {
  logit = createLogits(builder, op);
  max = generic(logit, loopMap, filledRows(negativeInfinity()), rowMap,
                /*reduces=*/true, [&](OpBuilder &b, Location, ValueRange args) {
                  return arith::MaximumFOp::create(b, loc, args[0], args[1]);
                });
  // -inf - -inf and inf - inf are NaN: a dead row and one with +inf come out
  // as NaN unless the shift says otherwise.
  exponential =
      generic({logit, max}, {loopMap, rowMap},
              createEmpty(builder, op, loopMap, type), loopMap,
              /*reduces=*/false, [&](OpBuilder &b, Location, ValueRange args) {
                Value d =
                    arith::SubFOp::create(b, loc, args[0], shift(b, args[1]));
                return math::ExpOp::create(b, loc, d);
              });
  sum = sumOfRows();
  return llvm::map_to_vector(
      llvm::seq<unsigned>(0, op.getDestinations().size()),
      [&](unsigned index) { return result(index); });
}

FailureOr<SmallVector<Value>> lse::detail::decomposeRowOp(OpBuilder &builder,
                                                          RowOpInterface op) {
  if (!llvm::all_of(op->getOperandTypes(),
                    [](Type type) { return !isa<BaseMemRefType>(type); }))
    return failure();
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(op);
  return RowDecomposer(builder, op).run();
}
