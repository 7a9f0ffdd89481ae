//===- LossDecompose.cpp - Losses and gradients in simpler terms ----------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference semantics of losses and gradients: the operations over rows
// that yield probabilities and their logarithms, and linalg operations on
// those. What has a weight of 0 counts as 0, be it infinite.
//
//===----------------------------------------------------------------------===//

#include "RowOpLinalg.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::lse;
using lse::detail::convertFloat;
using lse::detail::createEmpty;

namespace {

class LossDecomposer : lse::detail::RowLinalgBuilder {
public:
  LossDecomposer(OpBuilder &builder, RowOpInterface op)
      : RowLinalgBuilder(builder, op), terms(createTerms(builder, op)) {
    if (op.getFromLogits())
      terms[0] = ofLogits(terms[0], ResultKind::Probabilities);
  }

  SmallVector<Value> run();

private:
  /// Results of `logits`, rows of which are those of the operation.
  RowOpInterface ofLogits(Value logits, ArrayRef<ResultKind> kinds,
                          ValueRange outs, ArrayRef<AffineMap> outMaps);
  /// One result of `logits`, with an element for each, as a value of its own.
  Value ofLogits(Value logits, ResultKind kind) {
    return ofLogits(logits, kind, createEmpty(builder, op, loopMap, type),
                    loopMap)
        ->getResult(0);
  }

  /// -sum of targets times log-probabilities.
  Value crossEntropy();
  /// sum of p * (log p - log q).
  Value divergence();
  /// sum of weights times log(1 + exp(-+x)).
  Value binaryCrossEntropy();
  /// What `body` makes, for each element, of those of `first` and the second
  /// term, of the sum over its row of what `summand` makes of these two, and
  /// of the elements of `rowValues` for its row.
  Value gradient(Value first, Body summand, Value out, AffineMap outMap,
                 Body body, ValueRange rowValues = {});
  /// p * (g - sum of p * g).
  Value softmaxGradient(Value out, AffineMap outMap);
  /// g - p * sum of g.
  Value logSoftmaxGradient(Value out, AffineMap outMap);
  /// (p * sum of targets - target) * weight + p * z-weight * log-sum-exp.
  Value crossEntropyGradient(Value out, AffineMap outMap);
  /// (p * g + addend) * weight.
  Value logSumExpGradient(Value out, AffineMap outMap);
  /// Result `index`, which is a loss or a gradient.
  Value ofAllTerms(unsigned index);

  SmallVector<Value> terms;
};

} // namespace

RowOpInterface LossDecomposer::ofLogits(Value logits,
                                        ArrayRef<ResultKind> kinds,
                                        ValueRange outs,
                                        ArrayRef<AffineMap> outMaps) {
  SmallVector<AffineMap> maps = {loopMap};
  llvm::append_range(maps, outMaps);
  ResultKind main = getMainResultKind(kinds).value_or(ResultKind::LogSumExp);
  RowOpInterface result = createRowOp(
      builder, loc, getRowOpName(op.getContext(), main), logits, outs, maps,
      op.getRowDims(), kinds, [](OpBuilder &, Location, ValueRange elements) {
        return SmallVector<Value>(elements);
      });
  result.setRowDeath(op.getRowDeath());
  result.setNumerics(op.getNumerics());
  result.setStabilized(op.getStabilized());
  return result;
}

Value LossDecomposer::crossEntropy() {
  Value logProbabilities = ofLogits(terms[0], ResultKind::LogProbabilities);
  return sumOverRows({logProbabilities, terms[1]}, {loopMap, loopMap},
                     [&](OpBuilder &b, Location, ValueRange args) {
                       Value product =
                           arith::MulFOp::create(b, loc, args[0], args[1]);
                       return zeroWhereZero(
                           b, args[1], arith::NegFOp::create(b, loc, product));
                     });
}

Value LossDecomposer::divergence() {
  Value logQ = ofLogits(terms[0], ResultKind::LogProbabilities);
  Value logP = ofLogits(terms[1], ResultKind::LogProbabilities);
  Value p = ofLogits(terms[1], ResultKind::Probabilities);
  return sumOverRows(
      {p, logP, logQ}, {loopMap, loopMap, loopMap},
      [&](OpBuilder &b, Location, ValueRange args) {
        Value difference = arith::SubFOp::create(b, loc, args[1], args[2]);
        return zeroWhereZero(
            b, args[0], arith::MulFOp::create(b, loc, args[0], difference));
      });
}

Value LossDecomposer::binaryCrossEntropy() {
  return sumOverRows(
      terms, {loopMap, loopMap, loopMap},
      [&](OpBuilder &b, Location, ValueRange args) -> Value {
        // The loss of either class is max(z, 0) + log1p(exp(-|x|)), where z is
        // the logit of the other one.
        Value magnitude = math::AbsFOp::create(b, loc, args[0]);
        Value rest = math::Log1pOp::create(
            b, loc,
            math::ExpOp::create(b, loc,
                                arith::NegFOp::create(b, loc, magnitude)));
        auto weighted = [&](Value weight, Value z) {
          Value linear =
              arith::MaximumFOp::create(b, loc, z, constant(b, zero()));
          Value loss = arith::AddFOp::create(b, loc, linear, rest);
          return zeroWhereZero(b, weight,
                               arith::MulFOp::create(b, loc, weight, loss));
        };
        Value negated = arith::NegFOp::create(b, loc, args[0]);
        return arith::AddFOp::create(b, loc, weighted(args[1], negated),
                                     weighted(args[2], args[0]));
      });
}

Value LossDecomposer::gradient(Value first, Body summand, Value out,
                               AffineMap outMap, Body body,
                               ValueRange rowValues) {
  Value sum = sumOverRows({first, terms[1]}, {loopMap, loopMap}, summand);
  SmallVector<Value> inputs = {first, terms[1], sum};
  llvm::append_range(inputs, rowValues);
  SmallVector<AffineMap> maps = {loopMap, loopMap, rowMap};
  maps.append(rowValues.size(), rowMap);
  return generic(inputs, maps, out, outMap, /*reduces=*/false,
                 [&](OpBuilder &b, Location, ValueRange args) {
                   return convertFloat(b, loc, body(b, loc, args),
                                       getElementTypeOrSelf(out));
                 });
}

/// The second term, as a summand.
static Value getSecond(OpBuilder &, Location, ValueRange args) {
  return args[1];
}

Value LossDecomposer::softmaxGradient(Value out, AffineMap outMap) {
  auto product = [](OpBuilder &b, Location loc, ValueRange args) -> Value {
    return arith::MulFOp::create(b, loc, args[0], args[1]);
  };
  return gradient(terms[0], product, out, outMap,
                  [](OpBuilder &b, Location loc, ValueRange args) -> Value {
                    Value difference =
                        arith::SubFOp::create(b, loc, args[1], args[2]);
                    return arith::MulFOp::create(b, loc, args[0], difference);
                  });
}

Value LossDecomposer::logSoftmaxGradient(Value out, AffineMap outMap) {
  return gradient(terms[0], getSecond, out, outMap,
                  [](OpBuilder &b, Location loc, ValueRange args) -> Value {
                    Value product =
                        arith::MulFOp::create(b, loc, args[0], args[2]);
                    return arith::SubFOp::create(b, loc, args[1], product);
                  });
}

Value LossDecomposer::crossEntropyGradient(Value out, AffineMap outMap) {
  Value p = ofLogits(terms[0], ResultKind::Probabilities);
  SmallVector<Value> rowValues;
  for (Value term : op.getExtraValues())
    rowValues.push_back(createRowTerm(builder, op, term));
  if (op.getZWeight()) {
    Value init = createEmpty(builder, op, rowMap, type);
    rowValues.push_back(
        ofLogits(terms[0], ResultKind::LogSumExp, init, rowMap)->getResult(0));
  }
  return gradient(
      p, getSecond, out, outMap,
      [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
        auto multiply = [&](Value first, Value second) -> Value {
          return arith::MulFOp::create(b, loc, first, second);
        };
        Value product = zeroWhereZero(b, args[2], multiply(args[0], args[2]));
        Value result = arith::SubFOp::create(b, loc, product, args[1]);
        if (op.getWeight())
          result = multiply(result, args[3]);
        if (!op.getZWeight())
          return result;
        Value ofSquare = zeroWhereZero(
            b, args[4], multiply(args[0], multiply(args[4], args[5])));
        return arith::AddFOp::create(b, loc, result, ofSquare);
      },
      rowValues);
}

Value LossDecomposer::logSumExpGradient(Value out, AffineMap outMap) {
  SmallVector<Value> inputs = {ofLogits(terms[0], ResultKind::Probabilities)};
  llvm::append_range(inputs, llvm::drop_begin(terms));
  SmallVector<AffineMap> maps(inputs.size(), loopMap);
  if (Value weight = op.getWeight()) {
    inputs.push_back(createRowTerm(builder, op, weight));
    maps.push_back(rowMap);
  }
  return generic(
      inputs, maps, out, outMap, /*reduces=*/false,
      [&](OpBuilder &b, Location, ValueRange args) {
        Value result = arith::MulFOp::create(b, loc, args[0], args[1]);
        if (op.getAddend())
          result = arith::AddFOp::create(b, loc, result, args[2]);
        if (op.getWeight())
          result = arith::MulFOp::create(b, loc, result, args[3]);
        return convertFloat(b, loc, result, getElementTypeOrSelf(out));
      });
}

Value LossDecomposer::ofAllTerms(unsigned index) {
  Value out = op.getDestinations()[index];
  AffineMap outMap = op.getDestinationMap(index);
  auto toDestination = [&](Value rows) {
    return perRow(rows, index, [&](OpBuilder &b, Location, ValueRange args) {
      return convertFloat(b, loc, args[0], getElementTypeOrSelf(out));
    });
  };
  bool isLoss = op.getResultKindsArray()[index] == ResultKind::Loss;
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case<CrossEntropyOp>([&](auto) { return toDestination(crossEntropy()); })
      .Case<KLDivergenceOp>([&](auto) { return toDestination(divergence()); })
      .Case<BinaryCrossEntropyOp>(
          [&](auto) { return toDestination(binaryCrossEntropy()); })
      .Case<SoftmaxGradOp>([&](auto) { return softmaxGradient(out, outMap); })
      .Case<LogSoftmaxGradOp>(
          [&](auto) { return logSoftmaxGradient(out, outMap); })
      .Case<LogSumExpGradOp>(
          [&](auto) { return logSumExpGradient(out, outMap); })
      .Case<CrossEntropyGradOp>([&](auto) {
        return isLoss ? toDestination(crossEntropy())
                      : crossEntropyGradient(out, outMap);
      });
}

SmallVector<Value> LossDecomposer::run() {
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  SmallVector<Value> results(kinds.size());
  SmallVector<unsigned> others;
  for (auto [index, kind] : llvm::enumerate(kinds)) {
    if (isOfAllTerms(kind))
      results[index] = ofAllTerms(index);
    else
      others.push_back(index);
  }
  if (others.empty())
    return results;
  SmallVector<ResultKind> otherKinds;
  SmallVector<Value> outs;
  SmallVector<AffineMap> maps;
  for (unsigned index : others) {
    otherKinds.push_back(kinds[index]);
    outs.push_back(op.getDestinations()[index]);
    maps.push_back(op.getDestinationMap(index));
  }
  if (!getMainResultKind(otherKinds)) {
    // No operation is named after an argmax.
    otherKinds.push_back(ResultKind::LogSumExp);
    outs.push_back(createEmpty(builder, op, rowMap, type));
    maps.push_back(rowMap);
  }
  RowOpInterface rest = ofLogits(terms[0], otherKinds, outs, maps);
  for (auto [index, result] : llvm::zip(others, rest->getResults()))
    results[index] = result;
  return results;
}

SmallVector<Value> lse::detail::decomposeTerms(OpBuilder &builder,
                                               RowOpInterface op) {
  return LossDecomposer(builder, op).run();
}
