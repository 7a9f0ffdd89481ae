//===- Extents.cpp - Which extents are the same ---------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/IndexNotation.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::lse;

/// Where dimension `dim` of `value` comes from, one step back; a null value if
/// `value` is where the search ends.
static std::pair<Value, unsigned> getExtentSource(Value value, unsigned dim) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return {};
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    auto result = cast<OpResult>(value);
    OpOperand *init = linalgOp.getDpsInitOperand(result.getResultNumber());
    AffineExpr loop = linalgOp.getMatchingIndexingMap(init).getResult(dim);
    if (isa<AffineDimExpr>(loop))
      for (OpOperand *input : linalgOp.getDpsInputOperands())
        if (auto position =
                linalgOp.getMatchingIndexingMap(input).getResultPosition(loop))
          return {input->get(), *position};
    return {init->get(), dim};
  }
  if (auto castOp = dyn_cast<tensor::CastOp>(op))
    return {castOp.getSource(), dim};
  if (auto emptyOp = dyn_cast<tensor::EmptyOp>(op))
    if (auto dimOp = emptyOp.getDynamicSize(dim).getDefiningOp<tensor::DimOp>())
      if (std::optional<int64_t> index = dimOp.getConstantIndex())
        return {dimOp.getSource(), static_cast<unsigned>(*index)};
  if (auto expandOp = dyn_cast<tensor::ExpandShapeOp>(op)) {
    // The only dimension of its group that is not 1 has the group's extent.
    for (auto [source, group] :
         llvm::enumerate(expandOp.getReassociationIndices()))
      if (llvm::is_contained(group, dim) &&
          llvm::all_of(group, [&](int64_t other) {
            return other == dim ||
                   expandOp.getResultType().getDimSize(other) == 1;
          }))
        return {expandOp.getSrc(), static_cast<unsigned>(source)};
  }
  if (auto collapseOp = dyn_cast<tensor::CollapseShapeOp>(op)) {
    std::optional<int64_t> only;
    for (int64_t source : collapseOp.getReassociationIndices()[dim]) {
      if (collapseOp.getSrcType().getDimSize(source) == 1)
        continue;
      if (only)
        return {};
      only = source;
    }
    if (only)
      return {collapseOp.getSrc(), static_cast<unsigned>(*only)};
  }
  if (op->hasTrait<OpTrait::Elementwise>())
    for (Value operand : op->getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        return {operand, dim};
  return {};
}

Extent IndexNotation::getExtent(Value value, unsigned dim) {
  // In unreachable code a value may come from itself, so the steps are counted.
  for (unsigned step = 0; step < maxExtentSteps; ++step) {
    int64_t size = cast<ShapedType>(value.getType()).getDimSize(dim);
    if (!ShapedType::isDynamic(size))
      return Extent{size, Value(), 0};
    auto [source, sourceDim] = getExtentSource(value, dim);
    auto type = source ? dyn_cast<RankedTensorType>(source.getType())
                       : RankedTensorType();
    if (!type || sourceDim >= type.getRank())
      break;
    value = source;
    dim = sourceDim;
  }
  return Extent{ShapedType::kDynamic, value, dim};
}
