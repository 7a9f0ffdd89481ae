//===- RowOp.cpp - The operations over rows -------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Creation, memory effects and result shapes of every operation that
// implements RowOpInterface, written once.
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::lse;

#define GET_OP_CLASSES
#include "lse/Dialect/IR/LSEOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Creation
//===----------------------------------------------------------------------===//

std::optional<ResultKind> lse::getMainResultKind(ArrayRef<ResultKind> kinds) {
  for (ResultKind kind : {ResultKind::Loss, ResultKind::Probabilities,
                          ResultKind::LogProbabilities, ResultKind::LogSumExp})
    if (llvm::is_contained(kinds, kind))
      return kind;
  return std::nullopt;
}

OperationName lse::getRowOpName(MLIRContext *context, ResultKind ownKind) {
  switch (ownKind) {
  case ResultKind::Probabilities:
    return OperationName(SoftmaxOp::getOperationName(), context);
  case ResultKind::LogProbabilities:
    return OperationName(LogSoftmaxOp::getOperationName(), context);
  case ResultKind::LogSumExp:
    return OperationName(LogSumExpOp::getOperationName(), context);
  case ResultKind::Loss:
    return OperationName(CrossEntropyOp::getOperationName(), context);
  case ResultKind::ArgMax:
  case ResultKind::Gradient:
  case ResultKind::Output:
    break;
  }
  llvm_unreachable("no operation yields only a result of this kind");
}

/// Sets what depends on the number of operands: the operands themselves, their
/// maps, kinds and segments, and the types of the results.
static void setOperands(OpBuilder &builder, OperationState &state,
                        ValueRange inputs, ValueRange outs,
                        ArrayRef<AffineMap> maps, ArrayRef<ResultKind> kinds) {
  state.addOperands(inputs);
  state.addOperands(outs);
  for (Value out : outs)
    if (isa<RankedTensorType>(out.getType()))
      state.addTypes(out.getType());
  auto kindAttrs = llvm::map_to_vector(kinds, [&](ResultKind kind) {
    return Attribute(ResultKindAttr::get(builder.getContext(), kind));
  });
  state.attributes.set("result_kinds", builder.getArrayAttr(kindAttrs));
  state.attributes.set("indexing_maps", builder.getAffineMapArrayAttr(maps));
  state.attributes.set(
      "operandSegmentSizes",
      builder.getDenseI32ArrayAttr({static_cast<int32_t>(inputs.size()),
                                    static_cast<int32_t>(outs.size())}));
}

void lse::detail::buildRowOp(OpBuilder &builder, OperationState &state,
                             ValueRange inputs, ValueRange outs,
                             ArrayRef<AffineMap> indexingMaps,
                             ArrayRef<int64_t> reductionDims,
                             ArrayRef<ResultKind> resultKinds,
                             TermsBuilder terms, Type scoreType) {
  setOperands(builder, state, inputs, outs, indexingMaps, resultKinds);
  state.addAttribute("reduction_dims",
                     builder.getDenseI64ArrayAttr(reductionDims));
  Block &body = state.addRegion()->emplaceBlock();
  bool isAttention =
      state.name.getStringRef() == AttentionOp::getOperationName();
  for (Type type : getElementTypes(inputs.getTypes(), isAttention, scoreType))
    body.addArgument(type, state.location);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&body);
  SmallVector<Value> values =
      terms(builder, state.location, body.getArguments());
  YieldOp::create(builder, state.location, values);
}

RowOpInterface lse::createRowOp(OpBuilder &builder, Location loc,
                                OperationName name, ValueRange inputs,
                                ValueRange outs, ArrayRef<AffineMap> maps,
                                ArrayRef<int64_t> rowDims,
                                ArrayRef<ResultKind> kinds, TermsBuilder terms,
                                Type scoreType) {
  OperationState state(loc, name);
  detail::buildRowOp(builder, state, inputs, outs, maps, rowDims, kinds, terms,
                     scoreType);
  return cast<RowOpInterface>(builder.create(state));
}

RowOpInterface lse::createRowOpLike(OpBuilder &builder, RowOpInterface op,
                                    ValueRange inputs, ValueRange outs,
                                    ArrayRef<AffineMap> maps,
                                    ArrayRef<ResultKind> kinds) {
  OperationName name = op->getName();
  if (!llvm::is_contained(kinds, op.getOwnResultKind()))
    name = getRowOpName(op.getContext(), *getMainResultKind(kinds));
  OperationState state(op.getLoc(), name);
  state.addAttributes(op->getAttrs());
  setOperands(builder, state, inputs, outs, maps, kinds);
  IRMapping mapping;
  op->getRegion(0).cloneInto(state.addRegion(), mapping);
  auto created = cast<RowOpInterface>(builder.create(state));
  // An operation of another name may need fewer terms.
  Operation *yield = created.getLogitBody()->getTerminator();
  if (created.getNumTerms() < op.getNumTerms() ||
      created.getExtraTerms() != op.getExtraTerms())
    yield->setOperands(yield->getOperands().take_front(created.getNumTerms()));
  return created;
}

//===----------------------------------------------------------------------===//
// Iteration space
//===----------------------------------------------------------------------===//

ArrayRef<ExtraTerm> lse::detail::getExtraTerms(RowOpInterface op) {
  static constexpr ExtraTerm ofLogits[] = {{"sink", /*isOfRow=*/true}};
  static constexpr ExtraTerm ofLoss[] = {{"weight", /*isOfRow=*/true},
                                         {"z-weight", /*isOfRow=*/true}};
  static constexpr ExtraTerm ofLogSumExp[] = {{"addend", /*isOfRow=*/false},
                                              {"weight", /*isOfRow=*/true}};
  if (isa<CrossEntropyGradOp>(op))
    return ofLoss;
  if (isa<LogSumExpGradOp>(op))
    return ofLogSumExp;
  bool hasRowsOfLogits = op.hasLogits() || op.isAttention();
  return hasRowsOfLogits && op.getNumTerms() == 1 ? ArrayRef(ofLogits)
                                                  : ArrayRef<ExtraTerm>();
}

SmallVector<int64_t> lse::detail::getLoopExtents(RowOpInterface op) {
  SmallVector<int64_t> extents(op.getNumLoops(), ShapedType::kDynamic);
  SmallVector<Value> operands(op.getRowInputs());
  llvm::append_range(operands, op.getDestinations());
  for (auto [operand, map] : llvm::zip(operands, op.getIndexingMapsArray())) {
    auto shaped = dyn_cast<ShapedType>(operand.getType());
    if (!shaped)
      continue;
    for (auto [expr, extent] : llvm::zip(map.getResults(), shaped.getShape()))
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        if (ShapedType::isDynamic(extents[dim.getPosition()]))
          extents[dim.getPosition()] = extent;
  }
  return extents;
}

OpFoldResult lse::getLoopExtent(OpBuilder &builder, RowOpInterface op,
                                unsigned dim) {
  int64_t known = op.getLoopExtents()[dim];
  if (!ShapedType::isDynamic(known))
    return builder.getIndexAttr(known);
  SmallVector<Value> operands(op.getRowInputs());
  llvm::append_range(operands, op.getDestinations());
  AffineExpr expr = getAffineDimExpr(dim, op.getContext());
  for (auto [operand, map] : llvm::zip(operands, op.getIndexingMapsArray())) {
    std::optional<unsigned> position = map.getResultPosition(expr);
    if (!position)
      continue;
    if (isa<MemRefType>(operand.getType()))
      return memref::getMixedSize(builder, op.getLoc(), operand, *position);
    return tensor::getMixedSize(builder, op.getLoc(), operand, *position);
  }
  llvm_unreachable("the verifier wants an operand for each loop dimension");
}

LogicalResult IndexOp::verify() {
  auto op = cast<RowOpInterface>((*this)->getParentOp());
  if (getDim() >= op.getNumLoops())
    return emitOpError("is of dimension ")
           << getDim() << ", but the iteration space has " << op.getNumLoops()
           << " dimensions";
  int64_t dim = getDim();
  if (llvm::is_contained(op.getScoreDims(), dim) ||
      llvm::is_contained(op.getValueDims(), dim))
    return emitOpError("is of dimension ")
           << dim << ", which logits of an attention do not have";
  return success();
}

//===----------------------------------------------------------------------===//
// Interfaces
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

LogicalResult
lse::detail::reifyRowOpShapes(OpBuilder &builder, RowOpInterface op,
                              ReifiedRankedShapedTypeDims &shapes) {
  for (Value out : op.getDestinations())
    if (isa<RankedTensorType>(out.getType()))
      shapes.push_back(tensor::getMixedSizes(builder, op.getLoc(), out));
  return success();
}
