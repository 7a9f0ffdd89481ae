//===- SelectionOps.cpp - Operations that choose from rows ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::lse;

/// All operands are tensors, or all are memrefs, and each has a rank.
static LogicalResult verifyKinds(DestinationStyleOpInterface op) {
  bool hasTensors = isa<TensorType>(op->getOperand(0).getType());
  for (Type type : op->getOperandTypes()) {
    if (isa<TensorType>(type) != hasTensors)
      return op->emitOpError("has both tensors and memrefs as operands");
    if (!isa<RankedTensorType, MemRefType>(type))
      return op->emitOpError("needs operands with a rank");
  }
  if (op->getNumResults() != (hasTensors ? 2 : 0))
    return op->emitOpError("needs ")
           << (hasTensors ? "two results, as it has tensors"
                          : "no results, as it has memrefs");
  for (auto [index, type] : llvm::enumerate(op->getResultTypes()))
    if (type != op.getDpsInitOperand(index)->get().getType())
      return op->emitOpError("result ")
             << index << " must have the type of destination " << index << ", "
             << op.getDpsInitOperand(index)->get().getType();
  return success();
}

static LogicalResult verifyElementTypes(DestinationStyleOpInterface op) {
  Type input = getElementTypeOrSelf(op->getOperand(0));
  Type values = getElementTypeOrSelf(op->getOperand(1));
  Type positions = getElementTypeOrSelf(op->getOperand(2));
  if (!isa<FloatType>(input) || !isa<FloatType>(values))
    return op->emitOpError("needs floating-point elements, not ")
           << (isa<FloatType>(input) ? values : input);
  if (isa<TopKOp>(*op) && input != values)
    return op->emitOpError("stores elements of the input, ")
           << input << ", in a destination of " << values;
  if (!positions.isSignlessIntOrIndex() || positions.isInteger(1))
    return op->emitOpError(
               "needs positions of a signless integer type or index, not ")
           << positions;
  return success();
}

LogicalResult lse::detail::verifySelection(DestinationStyleOpInterface op,
                                           int64_t dimension) {
  if (failed(verifyKinds(op)) || failed(verifyElementTypes(op)))
    return failure();
  auto input = cast<ShapedType>(op->getOperand(0).getType());
  if (dimension >= input.getRank())
    return op->emitOpError("has dimension ")
           << dimension << ", but the input has " << input.getRank()
           << " dimensions";
  for (OpOperand &out : op.getDpsInitsMutable()) {
    auto type = cast<ShapedType>(out.get().getType());
    if (type.getRank() != input.getRank())
      return op->emitOpError("destination ")
             << out.getOperandNumber() - 1 << " must have rank "
             << input.getRank() << ", as the input has, not " << type.getRank();
    auto numValues = cast<ShapedType>(op->getOperand(1).getType());
    for (int64_t dim = 0; dim < input.getRank(); ++dim) {
      ShapedType other = dim == dimension ? numValues : input;
      if (failed(verifyCompatibleDims(
              {type.getDimSize(dim), other.getDimSize(dim)})))
        return op->emitOpError("destination ")
               << out.getOperandNumber() - 1 << " has extent "
               << type.getDimSize(dim) << " in dimension " << dim
               << ", where the " << (dim == dimension ? "first" : "input")
               << " has " << other.getDimSize(dim);
    }
    int64_t numChosen = type.getDimSize(dimension);
    int64_t rowSize = input.getDimSize(dimension);
    if (!ShapedType::isDynamic(numChosen) && !ShapedType::isDynamic(rowSize) &&
        numChosen > rowSize)
      return op->emitOpError("cannot choose ")
             << numChosen << " of " << rowSize << " elements";
  }
  unsigned width = 64;
  if (auto positions =
          dyn_cast<IntegerType>(getElementTypeOrSelf(op->getOperand(2))))
    width = positions.getWidth();
  int64_t rowSize = input.getDimSize(dimension);
  if (width < 64 && !ShapedType::isDynamic(rowSize) &&
      !llvm::isIntN(width, std::max<int64_t>(rowSize - 1, 0)))
    return op->emitOpError("positions of i")
           << width << " do not reach the end of a row of " << rowSize
           << " elements";
  return success();
}

void lse::detail::getSelectionEffects(
    DestinationStyleOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<BaseMemRefType>(operand.get().getType()))
      continue;
    if (operand.getOperandNumber() == 0)
      effects.emplace_back(MemoryEffects::Read::get(), &operand);
    else
      effects.emplace_back(MemoryEffects::Write::get(), &operand);
  }
}

LogicalResult
lse::detail::reifySelectionShapes(OpBuilder &builder,
                                  DestinationStyleOpInterface op,
                                  ReifiedRankedShapedTypeDims &shapes) {
  for (Value out : op.getDpsInits())
    if (isa<RankedTensorType>(out.getType()))
      shapes.push_back(tensor::getMixedSizes(builder, op.getLoc(), out));
  return success();
}
