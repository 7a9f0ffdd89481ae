//===- Temperature.cpp - Logits at a temperature --------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `lse.temper` and what it is expanded into: a test of all temperatures, a
// maximum of each row where one is so low that rows have to be shifted before
// they are divided, and scalar operations in the region.
//
//===----------------------------------------------------------------------===//

#include "RowOpLinalg.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::lse;
using arith::CmpFPredicate;
using lse::detail::convertFloat;
using lse::detail::createEmpty;

//===----------------------------------------------------------------------===//
// The operation
//===----------------------------------------------------------------------===//

/// True if what the region of `op` yields as `term` is a logit of rows.
static bool isLogitOfRows(RowOpInterface op, unsigned term) {
  if (isa<AttentionOp, BinaryCrossEntropyOp>(op))
    return false;
  if (isa<SoftmaxGradOp, LogSoftmaxGradOp>(op))
    return op.getFromLogits() && term == 0;
  return term == 0 || isa<KLDivergenceOp>(op);
}

LogicalResult TemperOp::verify() {
  auto op = cast<RowOpInterface>((*this)->getParentOp());
  if (op.getSink())
    return emitOpError("cannot stand beside a sink, whose temperature would be "
                       "another; divide both by it instead");
  for (OpOperand &use : getResult().getUses())
    if (!isa<YieldOp>(use.getOwner()) ||
        !isLogitOfRows(op, use.getOperandNumber()))
      return emitOpError("must be yielded as a logit whose row is there as a "
                         "whole; elsewhere, divide by the temperature");
  APFloat constant(0.0);
  if (matchPattern(getTemperature(), m_ConstantFloat(&constant))) {
    if (constant.isNaN() || (constant.isNegative() && !constant.isZero()))
      return emitOpError("needs a temperature of 0 or more");
    return success();
  }
  auto argument = dyn_cast<BlockArgument>(getTemperature());
  if (!argument)
    return emitOpError("needs an input, or a constant, as its temperature; "
                       "compute it before this operation");
  AffineMap map = op.getInputMap(argument.getArgNumber());
  for (int64_t dim : op.getRowDims())
    if (map.isFunctionOfDim(dim))
      return emitOpError("has a temperature that changes along dimension ")
             << dim << ", within a row";
  return success();
}

//===----------------------------------------------------------------------===//
// Expansion
//===----------------------------------------------------------------------===//

/// Below this temperature the maximum is subtracted before a row is divided by
/// it: no logit below 2^96 overflows above it.
static constexpr double leastUnshifted = 0x1p-32;

namespace {

/// Expands every `lse.temper` in the region of one operation.
class TemperatureExpander : lse::detail::RowLinalgBuilder {
public:
  using RowLinalgBuilder::RowLinalgBuilder;

  SmallVector<Value> run();

private:
  /// A temperature as the operands of the operation have it.
  struct Temperature {
    TemperOp temper;
    Value value;
    AffineMap map;
    Value maxima;
  };

  Temperature getTemperature(TemperOp temper);
  Value number(OpBuilder &b, Type type, double value) {
    return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value));
  }
  Value compare(OpBuilder &b, CmpFPredicate predicate, Value left,
                Value right) {
    return arith::CmpFOp::create(b, loc, predicate, left, right);
  }
  Value choose(OpBuilder &b, Value condition, Value left, Value right) {
    return arith::SelectOp::create(b, loc, condition, left, right);
  }
  void assertValid(const Temperature &temperature);
  /// The maximum of each row before it is tempered.
  Value computeMaxima(TemperOp temper);
  /// Those where a temperature is low, and zeros otherwise.
  Value createMaxima(const Temperature &temperature);
  Value isLow(OpBuilder &b, Value temperature) {
    return compare(b, CmpFPredicate::OLT, temperature,
                   number(b, type, leastUnshifted));
  }
  /// What `logit` is at `temperature` in a row whose maximum is `max`.
  Value temper(OpBuilder &b, Value logit, Value temperature, Value max);
  /// Adds what was subtracted from the rows of `result`, a log-sum-exp, and
  /// stores the sum to destination `index`.
  Value addMaxima(Value result, const Temperature &temperature, unsigned index);
};

} // namespace

TemperatureExpander::Temperature
TemperatureExpander::getTemperature(TemperOp temper) {
  Value value = temper.getTemperature();
  if (auto argument = dyn_cast<BlockArgument>(value))
    return {temper, op.getRowInputs()[argument.getArgNumber()],
            op.getInputMap(argument.getArgNumber()), Value()};
  Operation *constant = builder.clone(*value.getDefiningOp());
  return {temper, constant->getResult(0),
          AffineMap::get(op.getNumLoops(), 0, op.getContext()), Value()};
}

void TemperatureExpander::assertValid(const Temperature &temperature) {
  // Of a NaN that is true as well.
  Value isInvalid = isAny(temperature.value, [&](OpBuilder &b, Value value) {
    return compare(b, CmpFPredicate::ULT, value,
                   number(b, value.getType(), 0.0));
  });
  assertNot(isInvalid, "a temperature is negative or NaN");
}

Value TemperatureExpander::computeMaxima(TemperOp temper) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  maps.resize(op.getRowInputs().size());
  Block *body = op.getLogitBody();
  FloatAttr lowest = builder.getFloatAttr(
      type, APFloat::getInf(type.getFloatSemantics(), /*Negative=*/true));
  // A tensor that is not read tells the extents which no input has.
  SmallVector<Value> inputs(op.getRowInputs());
  inputs.push_back(createEmpty(builder, op, loopMap, type));
  maps.push_back(loopMap);
  return generic(
      inputs, maps, filledRows(lowest), rowMap, /*reduces=*/true,
      [&](OpBuilder &b, Location loc, ValueRange arguments) {
        IRMapping mapping;
        mapping.map(body->getArguments(), arguments.drop_back(2));
        for (Operation &inner : body->without_terminator()) {
          if (auto index = dyn_cast<IndexOp>(inner))
            mapping.map(
                index.getResult(),
                linalg::IndexOp::create(b, loc, index.getDim()).getResult());
          else if (!isa<TemperOp>(inner))
            b.clone(inner, mapping);
        }
        Value logit = convertFloat(
            b, loc, mapping.lookupOrDefault(temper.getLogit()), type);
        return arith::MaximumFOp::create(b, loc, arguments.back(), logit);
      });
}

Value TemperatureExpander::createMaxima(const Temperature &temperature) {
  Value isAnyLow = isAny(temperature.value, [&](OpBuilder &b, Value value) {
    return isLow(b, convertFloat(b, loc, value, type));
  });
  auto branch = [&](function_ref<Value()> rows) {
    return [&, rows](OpBuilder &b, Location loc) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPoint(b.getInsertionBlock(), b.getInsertionPoint());
      scf::YieldOp::create(builder, loc, rows());
    };
  };
  return scf::IfOp::create(builder, loc, isAnyLow, branch([&] {
                             return computeMaxima(temperature.temper);
                           }),
                           branch([&] { return filledRows(zero()); }))
      .getResult(0);
}

Value TemperatureExpander::temper(OpBuilder &b, Value logit, Value temperature,
                                  Value max) {
  Value zero = number(b, type, 0.0);
  Value infinity = number(b, type, INFINITY),
        lowest = number(b, type, -INFINITY);
  // Rows of infinities and NaN have no maximum to subtract, and the answers for
  // such rows follow from the logits as they are.
  Value shifted = arith::SubFOp::create(b, loc, logit, max);
  Value isNumber = compare(b, CmpFPredicate::ORD, shifted, shifted);
  Value base = choose(b, isLow(b, temperature),
                      choose(b, isNumber, shifted, logit), logit);
  Value quotient = arith::DivFOp::create(b, loc, base, temperature);
  // At 0 the largest are equal, and infinitely above all others.
  Value isLargest = compare(b, CmpFPredicate::OEQ, base, zero);
  Value isSmaller = compare(b, CmpFPredicate::OLT, base, zero);
  Value hard = choose(b, isLargest, zero, choose(b, isSmaller, lowest, base));
  // At infinity all are equal that are numbers.
  Value difference = arith::SubFOp::create(b, loc, logit, logit);
  Value isFinite = compare(b, CmpFPredicate::OEQ, difference, zero);
  Value flat = choose(b, isFinite, zero, logit);
  Value isHot = compare(b, CmpFPredicate::OEQ, temperature, infinity);
  Value isCold = compare(b, CmpFPredicate::OEQ, temperature, zero);
  return choose(b, isCold, hard, choose(b, isHot, flat, quotient));
}

Value TemperatureExpander::addMaxima(Value result,
                                     const Temperature &temperature,
                                     unsigned index) {
  unsigned numRowLoops = rowMap.getNumResults();
  SmallVector<AffineMap> maps = {toRowLoops(rowMap), toRowLoops(rowMap),
                                 toRowLoops(temperature.map),
                                 toRowLoops(op.getDestinationMap(index))};
  Value out = op.getDestinations()[index];
  return linalg::GenericOp::create(
             builder, loc, out.getType(),
             ValueRange{result, temperature.maxima, temperature.value}, out,
             maps,
             SmallVector<utils::IteratorType>(numRowLoops,
                                              utils::IteratorType::parallel),
             [&](OpBuilder &b, Location loc, ValueRange arguments) {
               Value max = arguments[1];
               Value divisor = convertFloat(b, loc, arguments[2], type);
               // A maximum of 0 is 0 at any temperature.
               Value scaled = choose(
                   b, isZero(b, max), number(b, type, 0.0),
                   arith::DivFOp::create(b, loc, max, divisor).getResult());
               Value sum = arith::AddFOp::create(b, loc, arguments[0], scaled);
               Value all = choose(b, isLow(b, divisor), sum, arguments[0]);
               linalg::YieldOp::create(
                   b, loc, convertFloat(b, loc, all, arguments[3].getType()));
             })
      .getResult(0);
}

SmallVector<Value> TemperatureExpander::run() {
  SmallVector<Temperature> temperatures;
  SmallVector<Value> inputs(op.getRowInputs());
  size_t numInputs = inputs.size();
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<AffineMap> outMaps =
      llvm::to_vector(llvm::drop_begin(maps, numInputs));
  maps.resize(numInputs);
  for (TemperOp temper : op.getLogitBody()->getOps<TemperOp>()) {
    Temperature temperature = getTemperature(temper);
    assertValid(temperature);
    temperature.maxima = createMaxima(temperature);
    inputs.push_back(temperature.maxima);
    maps.push_back(rowMap);
    temperatures.push_back(temperature);
  }
  // What is added to a log-sum-exp belongs to the first term.
  Value logit = op.getLogitBody()->getTerminator()->getOperand(0);
  auto *ofLogit = llvm::find_if(temperatures, [&](Temperature &t) {
    return t.temper.getResult() == logit;
  });
  SmallVector<Value> outs(op.getDestinations());
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  auto isCorrected = [&](unsigned index) {
    return kinds[index] == ResultKind::LogSumExp &&
           ofLogit != temperatures.end();
  };
  for (unsigned index = 0; index < outs.size(); ++index)
    if (isCorrected(index)) {
      outs[index] = createEmpty(builder, op, rowMap, type);
      outMaps[index] = rowMap;
    }
  llvm::append_range(maps, outMaps);
  RowOpInterface expanded =
      createRowOpLike(builder, op, inputs, outs, maps, kinds);
  Block *body = expanded.getLogitBody();
  for (TemperOp copy : llvm::to_vector(body->getOps<TemperOp>())) {
    OpBuilder b(copy);
    Value max = body->addArgument(type, loc);
    copy.getResult().replaceAllUsesWith(
        temper(b, convertFloat(b, loc, copy.getLogit(), type),
               convertFloat(b, loc, copy.getTemperature(), type), max));
    copy.erase();
  }
  SmallVector<Value> results(expanded->getResults());
  for (unsigned index = 0; index < results.size(); ++index)
    if (isCorrected(index))
      results[index] = addMaxima(results[index], *ofLogit, index);
  return results;
}

SmallVector<Value> lse::detail::expandTemperatures(OpBuilder &builder,
                                                   RowOpInterface op) {
  return TemperatureExpander(builder, op).run();
}
