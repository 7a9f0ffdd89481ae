//===- SoftmaxOp.cpp - lse.softmax and what every operation over rows checks
//-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowOpDetail.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::lse;

#define GET_OP_CLASSES
#include "lse/Dialect/IR/LSEOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Shared by the operations over rows
//===----------------------------------------------------------------------===//

void lse::detail::getRowOpEffects(
    RowOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  size_t numInputs = op.getRowInputs().size();
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<BaseMemRefType>(operand.get().getType()))
      continue;
    if (operand.getOperandNumber() < numInputs)
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
    else
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
  }
}

namespace {

/// Drops results that nobody uses, with their destinations, keeping one.
struct DropUnusedResults final : OpInterfaceRewritePattern<RowOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(RowOpInterface op,
                                PatternRewriter &rewriter) const override {
    SmallVector<unsigned> kept;
    for (OpResult result : op->getResults())
      if (!result.use_empty())
        kept.push_back(result.getResultNumber());
    if (kept.empty() || kept.size() == op->getNumResults())
      return rewriter.notifyMatchFailure(op, "every result is used, or none");

    size_t numInputs = op.getRowInputs().size();
    SmallVector<Value> operands(op.getRowInputs());
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    SmallVector<AffineMap> keptMaps(maps.begin(), maps.begin() + numInputs);
    SmallVector<Attribute> kinds;
    SmallVector<Type> types;
    auto allKinds = op->getAttrOfType<ArrayAttr>("result_kinds");
    for (unsigned index : kept) {
      operands.push_back(op.getDestinations()[index]);
      keptMaps.push_back(maps[numInputs + index]);
      kinds.push_back(allKinds[index]);
      types.push_back(op->getResultTypes()[index]);
    }
    OperationState state(op.getLoc(), op->getName(), operands, types,
                         op->getAttrs());
    state.attributes.set("indexing_maps",
                         rewriter.getAffineMapArrayAttr(keptMaps));
    state.attributes.set("result_kinds", rewriter.getArrayAttr(kinds));
    state.attributes.set(
        "operandSegmentSizes",
        rewriter.getDenseI32ArrayAttr({static_cast<int32_t>(numInputs),
                                       static_cast<int32_t>(kept.size())}));
    state.addRegion()->takeBody(op->getRegion(0));
    Operation *replacement = rewriter.create(state);
    for (auto [index, result] : llvm::zip(kept, replacement->getResults()))
      rewriter.replaceAllUsesWith(op->getResult(index), result);
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// SoftmaxOp
//===----------------------------------------------------------------------===//

void SoftmaxOp::build(
    OpBuilder &builder, OperationState &state, ValueRange inputs,
    ValueRange outs, ArrayRef<AffineMap> indexingMaps,
    ArrayRef<int64_t> reductionDims, ArrayRef<ResultKind> resultKinds,
    function_ref<Value(OpBuilder &, Location, ValueRange)> logit) {
  SmallVector<Type> resultTypes;
  for (Value out : outs)
    if (isa<RankedTensorType>(out.getType()))
      resultTypes.push_back(out.getType());
  auto kinds = llvm::map_to_vector(resultKinds, [&](ResultKind kind) {
    return Attribute(ResultKindAttr::get(builder.getContext(), kind));
  });
  build(builder, state, resultTypes, inputs, outs, reductionDims,
        builder.getArrayAttr(kinds),
        builder.getAffineMapArrayAttr(indexingMaps), RowDeath::NaN,
        Numerics::Standard, /*stabilized=*/false, /*schedules=*/nullptr);

  Region *region = state.regions.front().get();
  Block &body = region->emplaceBlock();
  for (Value input : inputs)
    body.addArgument(getElementTypeOrSelf(input), state.location);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&body);
  Value value = logit(builder, state.location, body.getArguments());
  YieldOp::create(builder, state.location, value);
}

ParseResult SoftmaxOp::parse(OpAsmParser &parser, OperationState &state) {
  return lse::detail::parseRowOp(parser, state, ResultKind::Probabilities);
}

void SoftmaxOp::print(OpAsmPrinter &printer) {
  lse::detail::printRowOp(printer, *this, ResultKind::Probabilities);
}

LogicalResult SoftmaxOp::verify() { return lse::detail::verifyRowOp(*this); }

void SoftmaxOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  lse::detail::getRowOpEffects(*this, effects);
}

LogicalResult
SoftmaxOp::reifyResultShapes(OpBuilder &builder,
                             ReifiedRankedShapedTypeDims &shapes) {
  for (Value out : getOuts())
    if (isa<RankedTensorType>(out.getType()))
      shapes.push_back(tensor::getMixedSizes(builder, getLoc(), out));
  return success();
}

FailureOr<SmallVector<Value>>
SoftmaxOp::decomposeOperation(OpBuilder &builder) {
  return lse::detail::decomposeRowOp(builder, *this);
}

void SoftmaxOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<DropUnusedResults>(context);
}
