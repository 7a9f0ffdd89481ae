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
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::lse;

#define GET_OP_CLASSES
#include "lse/Dialect/IR/LSEOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Checks shared by the operations over rows
//===----------------------------------------------------------------------===//

static LogicalResult verifyRowDims(RowOpInterface op) {
  ArrayRef<int64_t> dims = op.getRowDims();
  if (dims.empty())
    return op.emitOpError("needs at least one dimension in 'dims'");
  int64_t numLoops = op.getNumLoops();
  for (auto [index, dim] : llvm::enumerate(dims)) {
    if (dim < 0 || dim >= numLoops)
      return op.emitOpError("has dimension ")
             << dim << " in 'dims', but the iteration space has " << numLoops
             << " dimensions";
    if (index > 0 && dims[index - 1] >= dim)
      return op.emitOpError("'dims' must be ascending without repetition");
  }
  return success();
}

/// A destination must have one element for each logit, or for each row.
static LogicalResult verifyDestinationMap(RowOpInterface op, unsigned index) {
  AffineMap map = op.getDestinationMap(index);
  ResultKind kind = op.getResultKindsArray()[index];
  size_t expected = op.getNumLoops();
  if (isPerRow(kind))
    expected -= op.getRowDims().size();
  bool indexesRowDim =
      isPerRow(kind) && llvm::any_of(op.getRowDims(), [&](int64_t dim) {
        return map.isFunctionOfDim(dim);
      });
  if (map.isProjectedPermutation() && map.getNumResults() == expected &&
      !indexesRowDim)
    return success();
  return op.emitOpError("indexing map of result #")
         << index << " (" << stringifyResultKind(kind) << ") must index "
         << (isPerRow(kind) ? "each dimension outside 'dims'"
                            : "each loop dimension")
         << " exactly once";
}

static LogicalResult verifyMapsAndShapes(RowOpInterface op) {
  SmallVector<Value> operands(op.getRowInputs());
  llvm::append_range(operands, op.getDestinations());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<int64_t> extents = op.getLoopExtents();
  llvm::SmallBitVector covered(op.getNumLoops());
  for (auto [index, operand, map] : llvm::enumerate(operands, maps)) {
    if (isa<UnrankedTensorType, UnrankedMemRefType>(operand.getType()))
      return op.emitOpError("operand #") << index << " must be ranked";
    auto shaped = dyn_cast<ShapedType>(operand.getType());
    int64_t rank = shaped ? shaped.getRank() : 0;
    if (map.getNumSymbols() != 0 ||
        !map.isProjectedPermutation(/*allowZeroInResults=*/true))
      return op.emitOpError("indexing map #")
             << index << " must be a projected permutation";
    if (map.getNumResults() != rank)
      return op.emitOpError("indexing map #")
             << index << " has " << map.getNumResults()
             << " results, but the operand has rank " << rank;
    for (int64_t position = 0; position < rank; ++position) {
      int64_t extent = shaped.getDimSize(position);
      auto dim = dyn_cast<AffineDimExpr>(map.getResult(position));
      int64_t expected = dim ? extents[dim.getPosition()] : 1;
      if (dim)
        covered.set(dim.getPosition());
      if (!ShapedType::isDynamic(extent) && !ShapedType::isDynamic(expected) &&
          extent != expected)
        return op.emitOpError("operand #")
               << index << " has extent " << extent << " in dimension "
               << position << ", but its indexing map wants " << expected;
    }
  }
  if (!covered.all())
    return op.emitOpError("loop dimension ")
           << covered.find_first_unset() << " is not indexed by any operand";
  return success();
}

static LogicalResult verifyLogitRegion(RowOpInterface op) {
  Block *body = op.getLogitBody();
  if (body->getNumArguments() != op.getRowInputs().size())
    return op.emitOpError("logit region has ")
           << body->getNumArguments() << " arguments, but there are "
           << op.getRowInputs().size() << " inputs";
  for (auto [index, input, argument] :
       llvm::enumerate(op.getRowInputs(), body->getArguments())) {
    Type elementType = getElementTypeOrSelf(input);
    if (!elementType.isIntOrIndexOrFloat())
      return op.emitOpError("input #")
             << index << " must have integer or floating-point elements, not "
             << elementType;
    if (argument.getType() != elementType)
      return op.emitOpError("argument #")
             << index << " of the logit region is " << argument.getType()
             << ", but the input has elements of type " << elementType;
  }
  if (!isa<YieldOp>(body->getTerminator()))
    return op.emitOpError("logit region must end with 'lse.yield'");
  for (Operation &inner : body->without_terminator()) {
    if (!isMemoryEffectFree(&inner) || inner.getNumRegions() != 0)
      return inner.emitOpError(
          "is not allowed in a logit region: only scalar operations without "
          "side effects are");
    for (Type type : inner.getResultTypes())
      if (!type.isIntOrIndexOrFloat())
        return inner.emitOpError("has a result of type ")
               << type << " in a logit region, where only scalars are allowed";
  }
  return success();
}

LogicalResult lse::detail::verifyRowOp(RowOpInterface op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  size_t numInputs = op.getRowInputs().size();
  size_t numOuts = op.getDestinations().size();
  if (numOuts == 0)
    return op.emitOpError("needs at least one destination");
  if (kinds.size() != numOuts)
    return op.emitOpError("has ") << kinds.size() << " result kinds for "
                                  << numOuts << " destinations";
  if (maps.size() != numInputs + numOuts)
    return op.emitOpError("has ") << maps.size() << " indexing maps for "
                                  << numInputs + numOuts << " operands";
  for (auto [index, map] : llvm::enumerate(maps))
    if (map.getNumDims() != maps.front().getNumDims())
      return op.emitOpError("indexing map #")
             << index << " has " << map.getNumDims()
             << " dimensions, the first one has " << maps.front().getNumDims();
  for (size_t i = 0; i < kinds.size(); ++i)
    if (llvm::is_contained(ArrayRef<ResultKind>(kinds).take_front(i), kinds[i]))
      return op.emitOpError("yields '")
             << stringifyResultKind(kinds[i]) << "' twice";
  if (failed(verifyRowDims(op)) || failed(verifyMapsAndShapes(op)))
    return failure();
  for (size_t index = 0; index < numOuts; ++index) {
    Value out = op.getDestinations()[index];
    if (!isa<FloatType>(getElementTypeOrSelf(out)))
      return op.emitOpError("destination #")
             << index << " must have floating-point elements, not "
             << getElementTypeOrSelf(out);
    if (failed(verifyDestinationMap(op, index)))
      return failure();
  }
  bool hasMemRefs =
      llvm::any_of(op->getOperandTypes(), llvm::IsaPred<MemRefType>);
  bool hasTensors =
      llvm::any_of(op->getOperandTypes(), llvm::IsaPred<RankedTensorType>);
  if (hasMemRefs && hasTensors)
    return op.emitOpError("mixes tensors and memrefs");
  return verifyLogitRegion(op);
}

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
