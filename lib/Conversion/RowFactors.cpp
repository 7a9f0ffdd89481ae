//===- RowFactors.cpp - Probabilities times a number for each row ---------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowFactors.h"
#include "KernelSpecBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// An operation that multiplies probabilities, element by element.
struct Multiplication {
  linalg::LinalgOp op;
  OpOperand *probabilities = nullptr;
  OpOperand *factor = nullptr;
};

} // namespace

/// The multiplication that the only user of `result` is; nothing if it is none.
static std::optional<Multiplication> getMultiplication(OpResult result) {
  if (!result.hasOneUse())
    return std::nullopt;
  OpOperand &use = *result.use_begin();
  auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
  if (!op || op->getBlock() != result.getOwner()->getBlock() ||
      !op.hasPureTensorSemantics() || op->getNumResults() != 1 ||
      op.getNumDpsInputs() != 2 || !op.isDpsInput(&use) ||
      op.getNumParallelLoops() != op.getNumLoops() ||
      !op.getIndexingMapsArray().back().isPermutation() ||
      !op.getMatchingIndexingMap(&use).isPermutation())
    return std::nullopt;
  OpOperand *other = op.getDpsInputOperand(1 - use.getOperandNumber());
  Operation *last =
      op.getBlock()->getTerminator()->getOperand(0).getDefiningOp();
  if (!isa_and_present<arith::MulFOp>(last))
    return std::nullopt;
  SmallVector<Value, 2> factors(last->getOperands());
  for (OpOperand *operand : {&use, other})
    if (!llvm::is_contained(factors, op.getMatchingBlockArgument(operand)))
      return std::nullopt;
  return Multiplication{op, &use, other};
}

RowOpInterface lse::fuseRowFactor(RewriterBase &rewriter, RowOpInterface op) {
  if (!isa<SoftmaxOp>(op) || op->getNumResults() != 1 || op.getSink() ||
      op.getSchedulesAttr() || op.getNumerics() != Numerics::Standard)
    return {};
  std::optional<Multiplication> product = getMultiplication(op->getResult(0));
  if (!product)
    return {};
  // From the loops of the product to those of the rows.
  AffineMap toRows = inversePermutation(product->op.getMatchingIndexingMap(
                                            product->probabilities))
                         .compose(op.getDestinationMap(0));
  AffineMap factorMap =
      product->op.getMatchingIndexingMap(product->factor).compose(toRows);
  if (llvm::any_of(op.getRowDims(),
                   [&](int64_t dim) { return factorMap.isFunctionOfDim(dim); }))
    return {};
  Value out = product->op.getDpsInits().front();
  if (failed(moveValueDefinitions(rewriter,
                                  ValueRange{product->factor->get(), out}, op)))
    return {};

  SmallVector<Value> inputs(op.getRowInputs());
  inputs.push_back(product->factor->get());
  SmallVector<AffineMap> maps = llvm::to_vector(
      ArrayRef(op.getIndexingMapsArray()).take_front(inputs.size() - 1));
  maps.push_back(factorMap);
  maps.push_back(product->op.getIndexingMapsArray().back().compose(toRows));
  rewriter.setInsertionPoint(op);
  RowOpInterface gradient = createRowOp(
      rewriter, product->op.getLoc(),
      OperationName(LogSumExpGradOp::getOperationName(), op.getContext()),
      inputs, out, maps, op.getRowDims(), ResultKind::Gradient,
      [&](OpBuilder &b, Location, ValueRange elements) {
        IRMapping mapping;
        mapping.map(op.getLogitBody()->getArguments(), elements.drop_back());
        for (Operation &inner : op.getLogitBody()->without_terminator())
          b.clone(inner, mapping);
        Value logit = op.getLogitBody()->getTerminator()->getOperand(0);
        return SmallVector<Value>{mapping.lookupOrDefault(logit),
                                  elements.back()};
      });
  gradient->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  gradient.setRowDeath(op.getRowDeath());
  gradient.setStabilized(op.getStabilized());
  if (getKernelObstacle(gradient) && !getKernelObstacle(op)) {
    rewriter.eraseOp(gradient);
    return {};
  }
  rewriter.replaceOp(product->op, gradient->getResult(0));
  return gradient;
}
