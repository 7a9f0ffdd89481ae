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

#include "RowOpLinalg.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::lse;
using lse::detail::convertFloat;
using lse::detail::createEmpty;

/// The input that `term`, which the region of `op` yields, is an element of, if
/// it is read in loop order and of the type that rows are computed in.
static Value getPlainInput(RowOpInterface op, Value term) {
  auto argument = dyn_cast<BlockArgument>(term);
  if (!argument || term.getType() != op.getComputeType() ||
      !op.getInputMap(argument.getArgNumber()).isIdentity())
    return {};
  return op.getRowInputs()[argument.getArgNumber()];
}

SmallVector<Value> lse::createTerms(OpBuilder &builder, RowOpInterface op) {
  Block *body = op.getLogitBody();
  SmallVector<Value> terms;
  SmallVector<Value> computed, outs;
  AffineMap loops = builder.getMultiDimIdentityMap(op.getNumLoops());
  SmallVector<Value> yielded(
      body->getTerminator()->getOperands().take_front(op.getNumTerms()));
  if (Value addend = op.getAddend())
    yielded.push_back(addend);
  for (Value term : yielded) {
    terms.push_back(getPlainInput(op, term));
    if (terms.back())
      continue;
    computed.push_back(term);
    outs.push_back(createEmpty(builder, op, loops, op.getComputeType()));
  }
  if (computed.empty())
    return terms;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  maps.resize(op.getRowInputs().size());
  maps.append(computed.size(), loops);
  SmallVector<utils::IteratorType> iterators(op.getNumLoops(),
                                             utils::IteratorType::parallel);
  auto genericOp = linalg::GenericOp::create(
      builder, op.getLoc(), ValueRange(outs).getTypes(), op.getRowInputs(),
      outs, maps, iterators,
      [&](OpBuilder &b, Location loc, ValueRange arguments) {
        IRMapping mapping;
        mapping.map(body->getArguments(),
                    arguments.take_front(body->getNumArguments()));
        for (Operation &inner : body->without_terminator()) {
          if (auto index = dyn_cast<IndexOp>(inner))
            mapping.map(
                index.getResult(),
                linalg::IndexOp::create(b, loc, index.getDim()).getResult());
          else
            b.clone(inner, mapping);
        }
        SmallVector<Value> yielded;
        for (Value term : computed)
          yielded.push_back(convertFloat(b, loc, mapping.lookupOrDefault(term),
                                         op.getComputeType()));
        linalg::YieldOp::create(b, loc, yielded);
      });
  auto next = genericOp.getResults().begin();
  for (Value &term : terms)
    if (!term)
      term = *next++;
  return terms;
}

namespace {

/// Runs what a value that an operation yields for each row is made of, once for
/// each.
class RowTermBuilder : lse::detail::RowLinalgBuilder {
public:
  using RowLinalgBuilder::RowLinalgBuilder;

  Value run(Value term);

private:
  /// Clones what does not need the element of a row.
  void cloneBody(OpBuilder &b, IRMapping &mapping);
};

} // namespace

void RowTermBuilder::cloneBody(OpBuilder &b, IRMapping &mapping) {
  for (Operation &inner : op.getLogitBody()->without_terminator()) {
    if (auto index = dyn_cast<IndexOp>(inner)) {
      AffineExpr loop = b.getAffineDimExpr(index.getDim());
      if (std::optional<unsigned> rowLoop = rowMap.getResultPosition(loop))
        mapping.map(index.getResult(),
                    linalg::IndexOp::create(b, loc, *rowLoop).getResult());
    } else if (llvm::all_of(inner.getOperands(), [&](Value operand) {
                 return mapping.contains(operand);
               })) {
      b.clone(inner, mapping);
    }
  }
}

Value RowTermBuilder::run(Value term) {
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  SmallVector<BlockArgument> arguments;
  for (auto [index, input] : llvm::enumerate(op.getRowInputs())) {
    BlockArgument argument = op.getElementOfInput(index);
    AffineMap map = op.getInputMap(index);
    if (!argument || llvm::any_of(op.getRowDims(), [&](int64_t dim) {
          return map.isFunctionOfDim(dim);
        }))
      continue;
    inputs.push_back(input);
    maps.push_back(toRowLoops(map));
    arguments.push_back(argument);
  }
  maps.push_back(toRowLoops(rowMap));
  Value out = createEmpty(builder, op, rowMap, type);
  SmallVector<utils::IteratorType> iterators(rowMap.getNumResults(),
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, out.getType(), inputs, out, maps, iterators,
             [&](OpBuilder &b, Location loc, ValueRange elements) {
               IRMapping mapping;
               for (auto [argument, element] : llvm::zip(arguments, elements))
                 mapping.map(argument, element);
               cloneBody(b, mapping);
               linalg::YieldOp::create(
                   b, loc, convertFloat(b, loc, mapping.lookup(term), type));
             })
      .getResult(0);
}

Value lse::createRowTerm(OpBuilder &builder, RowOpInterface op, Value term) {
  return RowTermBuilder(builder, op).run(term);
}

namespace {

/// Builds the linalg operations for one operation over rows of logits.
class RowDecomposer : lse::detail::RowLinalgBuilder {
public:
  using RowLinalgBuilder::RowLinalgBuilder;

  SmallVector<Value> run();

private:
  FloatAttr negativeInfinity() {
    return FloatAttr::get(
        type, APFloat::getInf(type.getFloatSemantics(), /*Negative=*/true));
  }
  Value isDead(OpBuilder &b, Value max) {
    return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, max,
                                 constant(b, negativeInfinity()));
  }
  /// What is subtracted from the logits of a row: its maximum, or zero where a
  /// dead row has to come out as something else than NaN.
  Value shift(OpBuilder &b, Value max);
  Value exponentialOf(OpBuilder &b, Value logit, Value max) {
    return math::ExpOp::create(
        b, loc, arith::SubFOp::create(b, loc, logit, shift(b, max)));
  }
  void addSink();
  Value result(unsigned index);
  Value logSumExp(OpBuilder &b, Value max, Value sum);
  /// The positions of the first largest logits, of type `index`.
  Value argMax();
  /// The position in its row of the element that is worked on.
  Value positionInRow(OpBuilder &b, ArrayRef<OpFoldResult> rowExtents);

  bool deadRowsAreZero() { return op.getRowDeath() == RowDeath::Zero; }

  Value logit, sink, max, exponential, sum;
};

} // namespace

Value RowDecomposer::shift(OpBuilder &b, Value max) {
  if (!deadRowsAreZero())
    return max;
  return arith::SelectOp::create(b, loc, isDead(b, max), constant(b, zero()),
                                 max);
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
                     return convertFloat(b, loc, p, to);
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
          return convertFloat(b, loc, l, to);
        });
  case ResultKind::LogSumExp:
    return perRow(
        {max, sum}, index, [&](OpBuilder &b, Location, ValueRange args) {
          return convertFloat(b, loc, logSumExp(b, args[0], args[1]), to);
        });
  case ResultKind::ArgMax:
    return perRow(argMax(), index,
                  [&](OpBuilder &b, Location, ValueRange args) -> Value {
                    if (to.isIndex())
                      return args[0];
                    return arith::IndexCastOp::create(b, loc, to, args[0]);
                  });
  case ResultKind::Loss:
  case ResultKind::Gradient:
  case ResultKind::Output:
    break;
  }
  llvm_unreachable("unknown result kind");
}

/// Makes the sink part of the sum.
void RowDecomposer::addSink() {
  sum = rowwise({sum, sink, max}, [&](OpBuilder &b, Location, ValueRange args) {
    return arith::AddFOp::create(b, loc, args[0],
                                 exponentialOf(b, args[1], args[2]));
  });
}

SmallVector<Value> RowDecomposer::run() {
  logit = createTerms(builder, op).front();
  if (Value term = op.getSink())
    sink = createRowTerm(builder, op, term);
  Value least = sink ? sink : filledRows(negativeInfinity());
  max = generic(logit, loopMap, least, rowMap,
                /*reduces=*/true, [&](OpBuilder &b, Location, ValueRange args) {
                  return arith::MaximumFOp::create(b, loc, args[0], args[1]);
                });
  // -inf - -inf and inf - inf are NaN: a dead row and one with +inf come out
  // as NaN unless the shift says otherwise.
  exponential = elementwise({logit, max}, {loopMap, rowMap},
                            [&](OpBuilder &b, Location, ValueRange args) {
                              return exponentialOf(b, args[0], args[1]);
                            });
  sum = sumOverRows(
      exponential, loopMap,
      [](OpBuilder &, Location, ValueRange args) { return args.front(); });
  if (sink)
    addSink();
  return llvm::map_to_vector(
      llvm::seq<unsigned>(0, op.getDestinations().size()),
      [&](unsigned index) { return result(index); });
}

bool lse::needsExpansion(RowOpInterface op) {
  Block *body = op.getLogitBody();
  return !body->getOps<TemperOp>().empty() ||
         !body->getOps<IsClassOp>().empty();
}

FailureOr<SmallVector<Value>> lse::detail::decomposeRowOp(OpBuilder &builder,
                                                          RowOpInterface op) {
  if (!llvm::all_of(op->getOperandTypes(),
                    [](Type type) { return !isa<BaseMemRefType>(type); }))
    return failure();
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(op);
  Block *body = op.getLogitBody();
  if (!body->getOps<IsClassOp>().empty())
    return lse::detail::expandClassNumbers(builder, op);
  if (!body->getOps<TemperOp>().empty())
    return lse::detail::expandTemperatures(builder, op);
  if (op.isAttention())
    return lse::detail::decomposeAttention(builder, op);
  if (isa<SparsemaxOp, EntmaxOp>(op))
    return SmallVector<Value>{lse::detail::decomposeEntmax(builder, op)};
  if (op.getNumTerms() > 1)
    return lse::detail::decomposeTerms(builder, op);
  return RowDecomposer(builder, op).run();
}
