//===- RowOpLinalg.cpp - Linalg over the loops of a row op ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowOpLinalg.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::lse;
using lse::detail::RowLinalgBuilder;

Value lse::detail::createEmpty(OpBuilder &builder, RowOpInterface op,
                               AffineMap map, Type type) {
  SmallVector<OpFoldResult> extents;
  for (AffineExpr expr : map.getResults())
    extents.push_back(
        getLoopExtent(builder, op, cast<AffineDimExpr>(expr).getPosition()));
  return tensor::EmptyOp::create(builder, op.getLoc(), extents, type);
}

Value lse::detail::convertFloat(OpBuilder &builder, Location loc, Value value,
                                Type to) {
  unsigned fromWidth = value.getType().getIntOrFloatBitWidth();
  if (value.getType() == to)
    return value;
  if (fromWidth < to.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(builder, loc, to, value);
  return arith::TruncFOp::create(builder, loc, to, value);
}

RowLinalgBuilder::RowLinalgBuilder(OpBuilder &builder, RowOpInterface op)
    : builder(builder), op(op), loc(op.getLoc()), type(op.getComputeType()),
      loopMap(builder.getMultiDimIdentityMap(op.getNumLoops())),
      rowMap(getDefaultResultMap(op.getContext(), ResultKind::LogSumExp,
                                 op.getNumLoops(), op.getRowDims())) {}

Value RowLinalgBuilder::generic(ValueRange inputs,
                                ArrayRef<AffineMap> inputMaps, Value out,
                                AffineMap outMap, bool reduces, Body body) {
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

Value RowLinalgBuilder::elementwise(ValueRange inputs, ArrayRef<AffineMap> maps,
                                    Body body) {
  return generic(inputs, maps, createEmpty(builder, op, loopMap, type), loopMap,
                 /*reduces=*/false, body);
}

Value RowLinalgBuilder::filledRows(TypedAttr value) {
  return linalg::FillOp::create(
             builder, loc, constant(builder, value),
             createEmpty(builder, op, rowMap, value.getType()))
      .getResult(0);
}

Value RowLinalgBuilder::rowwise(ValueRange inputs, Body body) {
  unsigned numRowLoops = rowMap.getNumResults();
  SmallVector<AffineMap> maps(inputs.size() + 1,
                              builder.getMultiDimIdentityMap(numRowLoops));
  SmallVector<utils::IteratorType> iterators(numRowLoops,
                                             utils::IteratorType::parallel);
  Value out = createEmpty(builder, op, rowMap, type);
  return linalg::GenericOp::create(
             builder, loc, out.getType(), inputs, out, maps, iterators,
             [&](OpBuilder &b, Location loc, ValueRange args) {
               linalg::YieldOp::create(b, loc, body(b, loc, args));
             })
      .getResult(0);
}

Value RowLinalgBuilder::sumOverRows(ValueRange inputs, ArrayRef<AffineMap> maps,
                                    Body body) {
  // In f64, or equal summands of a long row would round the same way each time
  // they are added.
  FloatType wide = type.isF32() ? builder.getF64Type() : type;
  Value total =
      generic(inputs, maps, filledRows(builder.getFloatAttr(wide, 0.0)), rowMap,
              /*reduces=*/true, [&](OpBuilder &b, Location, ValueRange args) {
                Value summand =
                    convertFloat(b, loc, body(b, loc, args.drop_back()), wide);
                return arith::AddFOp::create(b, loc, summand, args.back());
              });
  if (wide == type)
    return total;
  return rowwise(total, [&](OpBuilder &b, Location loc, ValueRange args) {
    return convertFloat(b, loc, args[0], type);
  });
}

AffineMap RowLinalgBuilder::toRowLoops(AffineMap map) {
  SmallVector<AffineExpr> loops(op.getNumLoops(),
                                builder.getAffineConstantExpr(0));
  for (auto [position, expr] : llvm::enumerate(rowMap.getResults()))
    loops[cast<AffineDimExpr>(expr).getPosition()] =
        builder.getAffineDimExpr(position);
  return map.replaceDimsAndSymbols(loops, {}, rowMap.getNumResults(),
                                   /*numResultSyms=*/0);
}

Value RowLinalgBuilder::perRow(ValueRange inputs, unsigned index, Body body) {
  // One element for each row: the loops are those of the row map's results.
  unsigned numRowLoops = rowMap.getNumResults();
  SmallVector<AffineMap> maps(inputs.size(),
                              builder.getMultiDimIdentityMap(numRowLoops));
  maps.push_back(toRowLoops(op.getDestinationMap(index)));
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

Value RowLinalgBuilder::isAny(
    Value operand, function_ref<Value(OpBuilder &, Value)> predicate) {
  auto tensorType = dyn_cast<RankedTensorType>(operand.getType());
  if (!tensorType)
    return predicate(builder, operand);
  unsigned rank = tensorType.getRank();
  Value no = constant(builder, builder.getBoolAttr(false));
  Value init = tensor::FromElementsOp::create(
      builder, loc, RankedTensorType::get({}, builder.getI1Type()), no);
  auto reduction = linalg::GenericOp::create(
      builder, loc, init.getType(), operand, init,
      ArrayRef{builder.getMultiDimIdentityMap(rank),
               AffineMap::get(rank, 0, op.getContext())},
      SmallVector<utils::IteratorType>(rank, utils::IteratorType::reduction),
      [&](OpBuilder &b, Location loc, ValueRange arguments) {
        Value holds = predicate(b, arguments[0]);
        linalg::YieldOp::create(
            b, loc,
            arith::OrIOp::create(b, loc, holds, arguments[1]).getResult());
      });
  return tensor::ExtractOp::create(builder, loc, reduction.getResult(0),
                                   ValueRange());
}

void RowLinalgBuilder::assertNot(Value condition, StringRef message) {
  Value yes = constant(builder, builder.getBoolAttr(true));
  Value holds = arith::XOrIOp::create(builder, loc, condition, yes);
  cf::AssertOp::create(builder, loc, holds, message);
}

Value RowLinalgBuilder::constant(OpBuilder &b, TypedAttr value) {
  return arith::ConstantOp::create(b, loc, value);
}

Value RowLinalgBuilder::isZero(OpBuilder &b, Value value) {
  return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, value,
                               constant(b, zero()));
}

Value RowLinalgBuilder::zeroWhereZero(OpBuilder &b, Value factor, Value value) {
  return arith::SelectOp::create(b, loc, isZero(b, factor), constant(b, zero()),
                                 value);
}
