//===- GradientSums.cpp - One gradient for the sum of two -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientSums.h"
#include "ElementwiseBody.h"
#include "KernelSpecBuilder.h"
#include "SameRows.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

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

/// Divides what the region of a gradient computes by the log-sum-exp of its
/// row.
class LogSumExpDivider {
public:
  explicit LogSumExpDivider(RowOpInterface op) : op(op) {}

  /// True if the log-sum-exp is a factor of `value`.
  bool isDivisible(Value value);
  /// The quotient of such a value, computed with `builder` where `mapping` has
  /// what the region computes.
  Value divide(OpBuilder &builder, const IRMapping &mapping, Value value);

private:
  /// The operands of `inner` that the log-sum-exp is to be taken out of; none
  /// if that does not do it.
  SmallVector<OpOperand *, 2> getDividends(Operation *inner);

  RowOpInterface op;
  DenseMap<Value, bool> divisible;
  DenseMap<Value, Value> quotients;
};

} // namespace

/// True if input `index` of `op` is the log-sum-exp of its own rows.
static bool isOwnLogSumExp(RowOpInterface op, unsigned index) {
  auto result = dyn_cast<OpResult>(op.getRowInputs()[index]);
  auto rows =
      result ? dyn_cast<RowOpInterface>(result.getOwner()) : RowOpInterface();
  if (!rows || rows.isAttention() || rows.getNumLoops() != op.getNumLoops())
    return false;
  unsigned number = result.getResultNumber();
  return rows.getResultKindsArray()[number] == ResultKind::LogSumExp &&
         rows.getDestinationMap(number) == op.getInputMap(index) &&
         haveSameLogits(rows, op);
}

SmallVector<OpOperand *, 2> LogSumExpDivider::getDividends(Operation *inner) {
  SmallVector<OpOperand *, 2> dividends;
  for (OpOperand &operand : inner->getOpOperands())
    if (isDivisible(operand.get()))
      dividends.push_back(&operand);
  if (isa<arith::AddFOp, arith::SubFOp>(inner)) {
    if (dividends.size() < 2)
      dividends.clear();
  } else if (isa<arith::MulFOp>(inner)) {
    dividends.truncate(std::min<size_t>(dividends.size(), 1));
  } else {
    // What is divided by it has no such factor.
    bool isLinear = isa<arith::DivFOp, arith::NegFOp, arith::ExtFOp>(inner);
    if (!isLinear || dividends.size() != 1 ||
        dividends.front()->getOperandNumber() != 0)
      dividends.clear();
  }
  return dividends;
}

bool LogSumExpDivider::isDivisible(Value value) {
  auto [known, isNew] = divisible.try_emplace(value, false);
  if (!isNew)
    return known->second;
  auto argument = dyn_cast<BlockArgument>(value);
  bool answer = argument ? isOwnLogSumExp(op, argument.getArgNumber())
                         : !getDividends(value.getDefiningOp()).empty();
  return divisible[value] = answer;
}

Value LogSumExpDivider::divide(OpBuilder &builder, const IRMapping &mapping,
                               Value value) {
  if (Value known = quotients.lookup(value))
    return known;
  Location loc = value.getLoc();
  Value quotient;
  if (isa<BlockArgument>(value)) {
    quotient = arith::ConstantOp::create(
        builder, loc,
        builder.getFloatAttr(cast<FloatType>(value.getType()), 1.0));
  } else {
    Operation *inner = value.getDefiningOp();
    SmallVector<OpOperand *, 2> dividends = getDividends(inner);
    SmallVector<Value> operands =
        llvm::map_to_vector(inner->getOperands(), [&](Value operand) {
          return mapping.lookupOrDefault(operand);
        });
    for (OpOperand *dividend : dividends)
      operands[dividend->getOperandNumber()] =
          divide(builder, mapping, dividend->get());
    Operation *clone = builder.clone(*inner);
    clone->setOperands(operands);
    quotient = clone->getResult(0);
  }
  return quotients[value] = quotient;
}

/// What the region of the gradient of the log-sum-exp multiplies probabilities
/// by.
static Value getGradient(GradientSum sum) {
  return sum.ofLogSumExp.getLogitBody()->getTerminator()->getOperand(1);
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
  if (!LogSumExpDivider(result.ofLogSumExp).isDivisible(getGradient(result)))
    return std::nullopt;
  result.map = op.getIndexingMapsArray().back().compose(maps[0]);
  return result;
}

/// The terms of the gradient of the loss and, as z-weight, the gradient of the
/// log-sum-exp over that. `elements` are those of the inputs of both.
static SmallVector<Value> createSumTerms(OpBuilder &builder, GradientSum sum,
                                         ValueRange elements) {
  size_t numInputs = sum.ofLoss.getRowInputs().size();
  IRMapping ofLoss, ofLogSumExp;
  SmallVector<Value> terms =
      cloneTerms(builder, sum.ofLoss, elements.take_front(numInputs), ofLoss);
  Value gradient = cloneTerms(builder, sum.ofLogSumExp,
                              elements.drop_front(numInputs), ofLogSumExp)[1];
  if (!sum.ofLoss.getWeight())
    terms.push_back(arith::ConstantOp::create(
        builder, gradient.getLoc(),
        builder.getFloatAttr(cast<FloatType>(gradient.getType()), 1.0)));
  terms.push_back(LogSumExpDivider(sum.ofLogSumExp)
                      .divide(builder, ofLogSumExp, getGradient(sum)));
  return terms;
}

/// Lets one operation take the place of `sum`, if that has a kernel.
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
  if (getKernelObstacle(fused)) {
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
