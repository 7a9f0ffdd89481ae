//===- GradientSums.cpp - One gradient for the sum of two -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientSums.h"
#include "KernelSpecBuilder.h"
#include "SameRows.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// A sum of two gradients, element by element.
struct GradientSum {
  linalg::LinalgOp op;
  RowOpInterface ofLoss, ofLogSumExp;
  /// The sum's dimensions, from the loops of both gradients.
  AffineMap map;
};

/// Divides what a region computes by the log-sum-exp of its row.
class LogSumExpDivider {
public:
  LogSumExpDivider(OpBuilder &builder, function_ref<bool(Value)> isLogSumExp)
      : builder(builder), isLogSumExp(isLogSumExp) {}

  /// `value` over the log-sum-exp; null if that is no factor of it. The
  /// operations for it are new.
  Value divide(Value value);

private:
  Value divideSum(Operation *sum);

  OpBuilder &builder;
  function_ref<bool(Value)> isLogSumExp;
};

} // namespace

Value LogSumExpDivider::divideSum(Operation *sum) {
  Value first = divide(sum->getOperand(0));
  Value second = first ? divide(sum->getOperand(1)) : Value();
  if (!second)
    return {};
  Operation *divided = builder.clone(*sum);
  divided->setOperands({first, second});
  return divided->getResult(0);
}

Value LogSumExpDivider::divide(Value value) {
  Operation *op = value.getDefiningOp();
  if (isLogSumExp(value))
    return arith::ConstantOp::create(
        builder, value.getLoc(),
        builder.getFloatAttr(cast<FloatType>(value.getType()), 1.0));
  if (isa_and_present<arith::AddFOp, arith::SubFOp>(op))
    return divideSum(op);
  // The one factor, or the one that is divided.
  bool isProduct = isa_and_present<arith::MulFOp>(op);
  if (!isProduct &&
      !isa_and_present<arith::DivFOp, arith::NegFOp, arith::ExtFOp>(op))
    return {};
  for (unsigned index = 0; index <= unsigned(isProduct); ++index) {
    Value divided = divide(op->getOperand(index));
    if (!divided)
      continue;
    Operation *quotient = builder.clone(*op);
    quotient->setOperand(index, divided);
    return quotient->getResult(0);
  }
  return {};
}

/// The sum that `op` is; nothing if it is none.
static std::optional<GradientSum> getGradientSum(linalg::LinalgOp op) {
  if (!op.hasPureTensorSemantics() || op->getNumResults() != 1 ||
      op.getNumDpsInputs() != 2 ||
      op.getNumParallelLoops() != op.getNumLoops() ||
      !llvm::all_of(op.getIndexingMapsArray(),
                    [](AffineMap map) { return map.isPermutation(); }))
    return std::nullopt;
  auto sum = op.getBlock()
                 ->getTerminator()
                 ->getOperand(0)
                 .getDefiningOp<arith::AddFOp>();
  if (!sum || sum->getBlock() != op.getBlock())
    return std::nullopt;
  GradientSum result;
  result.op = op;
  AffineMap maps[2];
  for (OpOperand *operand : op.getDpsInputOperands()) {
    auto gradient = operand->get().getDefiningOp<RowOpInterface>();
    if (!gradient || !operand->get().hasOneUse() ||
        gradient->getBlock() != op->getBlock() ||
        gradient->getNumResults() != 1 || gradient.getSchedulesAttr() ||
        !llvm::is_contained(sum->getOperands(),
                            op.getMatchingBlockArgument(operand)))
      return std::nullopt;
    (isa<CrossEntropyGradOp>(gradient) ? result.ofLoss : result.ofLogSumExp) =
        gradient;
    maps[operand->getOperandNumber()] =
        inversePermutation(op.getMatchingIndexingMap(operand))
            .compose(gradient.getDestinationMap(0));
  }
  if (!result.ofLoss || result.ofLoss.getZWeight() ||
      !isa_and_present<LogSumExpGradOp>(result.ofLogSumExp) ||
      !result.ofLogSumExp.getExtraValues().empty() || maps[0] != maps[1] ||
      !haveSameLogits(result.ofLoss, result.ofLogSumExp))
    return std::nullopt;
  result.map = op.getIndexingMapsArray().back().compose(maps[0]);
  return result;
}

/// True if input `index` of `op` is the log-sum-exp of its own rows.
static bool isOwnLogSumExp(RowOpInterface op, unsigned index) {
  auto result = dyn_cast<OpResult>(op.getRowInputs()[index]);
  if (!result)
    return false;
  auto rows = dyn_cast<RowOpInterface>(result.getOwner());
  unsigned number = result.getResultNumber();
  return rows && !rows.isAttention() &&
         rows.getNumLoops() == op.getNumLoops() &&
         rows.getResultKindsArray()[number] == ResultKind::LogSumExp &&
         rows.getDestinationMap(number) == op.getInputMap(index) &&
         haveSameLogits(rows, op);
}

/// The terms of the gradient of the loss and, as z-weight, the gradient of the
/// log-sum-exp over that; nothing if it is no factor. `elements` are those of
/// the inputs of both.
static SmallVector<Value> createSumTerms(OpBuilder &builder, GradientSum sum,
                                      ValueRange elements) {
  size_t numInputs = sum.ofLoss.getRowInputs().size();
  auto clone = [&](RowOpInterface op, ValueRange arguments) {
    IRMapping mapping;
    mapping.map(op.getLogitBody()->getArguments(), arguments);
    for (Operation &inner : op.getLogitBody()->without_terminator())
      builder.clone(inner, mapping);
    return llvm::map_to_vector(
        op.getLogitBody()->getTerminator()->getOperands(),
        [&](Value term) { return mapping.lookupOrDefault(term); });
  };
  SmallVector<Value> terms = clone(sum.ofLoss, elements.take_front(numInputs));
  ValueRange others = elements.drop_front(numInputs);
  Value gradient = clone(sum.ofLogSumExp, others)[1];
  auto isLogSumExp = [&](Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && argument.getArgNumber() >= numInputs &&
           isOwnLogSumExp(sum.ofLogSumExp, argument.getArgNumber() - numInputs);
  };
  Value zWeight = LogSumExpDivider(builder, isLogSumExp).divide(gradient);
  if (!sum.ofLoss.getWeight())
    terms.push_back(arith::ConstantOp::create(
        builder, gradient.getLoc(),
        builder.getFloatAttr(cast<FloatType>(gradient.getType()), 1.0)));
  if (zWeight)
    terms.push_back(zWeight);
  return terms;
}

/// Lets one operation take the place of `sum`; false if there is none.
static bool fuse(RewriterBase &rewriter, GradientSum sum) {
  RowOpInterface first = sum.ofLoss, second = sum.ofLogSumExp;
  SmallVector<Value> inputs(first.getRowInputs());
  SmallVector<AffineMap> maps;
  for (RowOpInterface op : {first, second})
    for (unsigned input = 0; input < op.getRowInputs().size(); ++input)
      maps.push_back(op.getInputMap(input));
  llvm::append_range(inputs, second.getRowInputs());
  maps.push_back(sum.map);
  rewriter.setInsertionPoint(sum.op);
  RowOpInterface fused = createRowOp(
      rewriter, sum.op->getLoc(), first->getName(), inputs,
      sum.op.getDpsInits().front(), maps, first.getRowDims(),
      ResultKind::Gradient, [&](OpBuilder &b, Location, ValueRange elements) {
        return createSumTerms(b, sum, elements);
      });
  fused->setDiscardableAttrs(first->getDiscardableAttrDictionary());
  fused.setRowDeath(first.getRowDeath());
  fused.setNumerics(first.getNumerics());
  fused.setStabilized(first.getStabilized() || second.getStabilized());
  if (!fused.getZWeight() ||
      (getKernelObstacle(fused) && !getKernelObstacle(first))) {
    rewriter.eraseOp(fused);
    return false;
  }
  rewriter.replaceOp(sum.op, fused->getResult(0));
  rewriter.eraseOp(first);
  rewriter.eraseOp(second);
  return true;
}

unsigned lse::fuseGradientSums(RewriterBase &rewriter, Operation *root) {
  SmallVector<GradientSum> sums;
  root->walk([&](linalg::LinalgOp op) {
    if (std::optional<GradientSum> sum = getGradientSum(op))
      sums.push_back(*sum);
  });
  return llvm::count_if(sums,
                        [&](GradientSum sum) { return fuse(rewriter, sum); });
}
