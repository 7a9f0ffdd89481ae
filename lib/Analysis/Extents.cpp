//===- Extents.cpp - Which extents are the same ---------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/IndexNotation.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace mlir::lse;

std::optional<Extent> IndexNotation::getSize(Value size) {
  if (auto dimOp = size.getDefiningOp<tensor::DimOp>()) {
    std::optional<int64_t> index = dimOp.getConstantIndex();
    auto type = dyn_cast<RankedTensorType>(dimOp.getSource().getType());
    if (!index || !type || *index < 0 || *index >= type.getRank() ||
        recursion >= maxRecursion)
      return std::nullopt;
    llvm::SaveAndRestore deeper(recursion, recursion + 1);
    return getExtent(dimOp.getSource(), *index);
  }
  // One less than what one element was appended to.
  if (auto minusOp = size.getDefiningOp<arith::SubIOp>())
    if (auto dimOp = minusOp.getLhs().getDefiningOp<tensor::DimOp>();
        dimOp && matchPattern(minusOp.getRhs(), m_One())) {
      auto concatOp = dimOp.getSource().getDefiningOp<tensor::ConcatOp>();
      std::optional<int64_t> dim = dimOp.getConstantIndex();
      if (!concatOp || !dim || *dim != int64_t(concatOp.getDim()) ||
          concatOp.getInputs().size() != 2 ||
          cast<RankedTensorType>(concatOp.getInputs().back().getType())
                  .getDimSize(*dim) != 1 ||
          recursion >= maxRecursion)
        return std::nullopt;
      llvm::SaveAndRestore deeper(recursion, recursion + 1);
      return getExtent(concatOp.getInputs().front(), *dim);
    }
  // The larger of two equal sizes, as broadcasts compute it.
  if (auto maxOp = size.getDefiningOp<arith::MaxUIOp>()) {
    if (recursion >= maxRecursion)
      return std::nullopt;
    llvm::SaveAndRestore deeper(recursion, recursion + 1);
    std::optional<Extent> left = getSize(maxOp.getLhs());
    std::optional<Extent> right = getSize(maxOp.getRhs());
    return left && right && *left == *right ? left : std::nullopt;
  }
  return std::nullopt;
}

/// Where dimension `dim` of an expanded or collapsed tensor comes from if it is
/// the only one of its group that is not 1; else a null value.
static std::pair<Value, unsigned> getGroupExtentSource(Operation *op,
                                                       unsigned dim) {
  if (auto expandOp = dyn_cast<tensor::ExpandShapeOp>(op)) {
    for (auto [source, group] :
         llvm::enumerate(expandOp.getReassociationIndices()))
      if (llvm::is_contained(group, dim) &&
          llvm::all_of(group, [&](int64_t other) {
            return other == dim ||
                   expandOp.getResultType().getDimSize(other) == 1;
          }))
        return {expandOp.getSrc(), static_cast<unsigned>(source)};
    return {};
  }
  auto collapseOp = cast<tensor::CollapseShapeOp>(op);
  SmallVector<ReassociationIndices> groups =
      collapseOp.getReassociationIndices();
  std::optional<int64_t> only;
  for (int64_t source : groups[dim]) {
    if (collapseOp.getSrcType().getDimSize(source) == 1)
      continue;
    if (only)
      return {};
    only = source;
  }
  if (!only)
    return {};
  return {collapseOp.getSrc(), static_cast<unsigned>(*only)};
}

/// The product of the extents in `group` of `type` but that of `dim`; nothing
/// if one is dynamic.
static std::optional<int64_t>
getOtherSize(RankedTensorType type, ArrayRef<int64_t> group, int64_t dim) {
  int64_t size = 1;
  for (int64_t other : group) {
    if (other == dim)
      continue;
    if (type.isDynamicDim(other))
      return std::nullopt;
    size *= type.getDimSize(other);
  }
  return size;
}

std::pair<Value, unsigned>
IndexNotation::getMergedExtentSource(tensor::CollapseShapeOp op, unsigned dim) {
  RankedTensorType type = op.getSrcType();
  SmallVector<ReassociationIndices> groups = op.getReassociationIndices();
  auto *dynamic = llvm::find_if(
      groups[dim], [&](int64_t own) { return type.isDynamicDim(own); });
  if (dynamic == groups[dim].end() || recursion >= maxRecursion)
    return {};
  std::optional<int64_t> factor = getOtherSize(type, groups[dim], *dynamic);
  llvm::SaveAndRestore deeper(recursion, recursion + 1);
  Extent extent = getExtent(op.getSrc(), *dynamic);
  auto expandOp = extent.isStatic()
                      ? tensor::ExpandShapeOp()
                      : extent.source.getDefiningOp<tensor::ExpandShapeOp>();
  if (!factor || !expandOp)
    return {};
  for (auto [source, group] :
       llvm::enumerate(expandOp.getReassociationIndices()))
    if (llvm::is_contained(group, extent.dim) &&
        getOtherSize(expandOp.getResultType(), group, extent.dim) == factor)
      return {expandOp.getSrc(), static_cast<unsigned>(source)};
  return {};
}

/// The tensors of which control flow makes `result` one; none if it does not.
static std::pair<Value, Value> getChoices(OpResult result) {
  if (auto ifOp = dyn_cast<scf::IfOp>(result.getOwner());
      ifOp && !ifOp.getElseRegion().empty())
    return {ifOp.thenYield().getOperand(result.getResultNumber()),
            ifOp.elseYield().getOperand(result.getResultNumber())};
  // Of one condition for all elements. Others are elementwise.
  if (auto select = dyn_cast<arith::SelectOp>(result.getOwner());
      select && select.getCondition().getType().isInteger(1))
    return {select.getTrueValue(), select.getFalseValue()};
  return {};
}

/// True if the extents of all tensors that `op` takes and gives are the same.
static bool hasEqualExtents(Operation *op) {
  if (isa<linalg::SoftmaxOp>(op))
    return true;
  return op->hasTrait<OpTrait::Elementwise>() &&
         !getChoices(op->getResult(0)).first;
}

std::pair<Value, unsigned> IndexNotation::getExtentSource(Value value,
                                                          unsigned dim) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return {};
  if (isa_and_nonnull<tosa::TosaDialect>(op->getDialect())) {
    Value source = getTosaExtentSource(op, dim);
    return {source, dim};
  }
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
  if (isa<tensor::CastOp>(op))
    return {op->getOperand(0), dim};
  if (auto concatOp = dyn_cast<tensor::ConcatOp>(op))
    return {concatOp.getDim() == dim ? Value() : concatOp.getInputs().front(),
            dim};
  if (auto sliceOp = dyn_cast<tensor::ExtractSliceOp>(op)) {
    Value size =
        sliceOp.getType().getRank() == sliceOp.getSourceType().getRank()
            ? dyn_cast<Value>(sliceOp.getMixedSizes()[dim])
            : Value();
    std::optional<Extent> extent = size ? getSize(size) : std::nullopt;
    return extent && !extent->isStatic()
               ? std::make_pair(extent->source, extent->dim)
               : std::pair<Value, unsigned>();
  }
  if (auto emptyOp = dyn_cast<tensor::EmptyOp>(op)) {
    std::optional<Extent> extent = getSize(emptyOp.getDynamicSize(dim));
    return extent && !extent->isStatic()
               ? std::make_pair(extent->source, extent->dim)
               : std::pair<Value, unsigned>();
  }
  if (auto choices = getChoices(cast<OpResult>(value)); choices.first) {
    // The same either way, or unknown.
    if (recursion >= maxRecursion ||
        !isa<RankedTensorType>(choices.first.getType()) ||
        !isa<RankedTensorType>(choices.second.getType()))
      return {};
    llvm::SaveAndRestore deeper(recursion, recursion + 1);
    Extent extent = getExtent(choices.first, dim);
    if (extent.isStatic() || extent != getExtent(choices.second, dim))
      return {};
    return {extent.source, extent.dim};
  }
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op)) {
    if (auto source = getGroupExtentSource(op, dim); source.first)
      return source;
    if (auto collapseOp = dyn_cast<tensor::CollapseShapeOp>(op))
      if (auto source = getMergedExtentSource(collapseOp, dim); source.first)
        return source;
    Value origin = getReshapeExtentSource(op, dim);
    return {origin, dim};
  }
  if (hasEqualExtents(op))
    for (Value operand : op->getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        return {operand, dim};
  return {};
}

Value IndexNotation::getReshapeExtentSource(Operation *op, unsigned &dim) {
  auto [origin, indices] = getReshapeOrigin(op);
  for (auto [position, index] : llvm::enumerate(indices))
    if (index == getAffineDimExpr(dim, context)) {
      dim = position;
      return origin;
    }
  return {};
}

bool IndexNotation::hasKnownExtents(Value value) {
  auto [first, second] = getChoices(cast<OpResult>(value));
  if (!first)
    return true;
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  return llvm::all_of(llvm::seq<int64_t>(0, rank), [&](int64_t dim) {
    return getExtent(first, dim) == getExtent(second, dim);
  });
}

Extent IndexNotation::getExtent(Value value, unsigned dim) {
  int64_t size = cast<ShapedType>(value.getType()).getDimSize(dim);
  if (!ShapedType::isDynamic(size))
    return Extent{size, Value(), 0};
  auto known = dynamicExtents.find({value, dim});
  if (known != dynamicExtents.end())
    return getRepresentative(known->second);
  // In unreachable code a value may come from itself, so the steps are counted.
  Extent extent{ShapedType::kDynamic, value, dim};
  for (unsigned step = 0; step < maxExtentSteps; ++step) {
    auto [source, sourceDim] = getExtentSource(extent.source, extent.dim);
    auto type = source ? dyn_cast<RankedTensorType>(source.getType())
                       : RankedTensorType();
    if (!type || sourceDim >= type.getRank())
      break;
    if (!type.isDynamicDim(sourceDim)) {
      extent = Extent{type.getDimSize(sourceDim), Value(), 0};
      break;
    }
    auto seen = dynamicExtents.find({source, sourceDim});
    if (seen != dynamicExtents.end()) {
      extent = seen->second;
      break;
    }
    extent.source = source;
    extent.dim = sourceDim;
  }
  dynamicExtents[{value, dim}] = extent;
  return getRepresentative(extent);
}

//===----------------------------------------------------------------------===//
// Extents that have to be the same
//===----------------------------------------------------------------------===//

Extent IndexNotation::getRepresentative(Extent extent) const {
  if (extent.isStatic())
    return extent;
  auto leader = sameExtents.findLeader({extent.source, extent.dim});
  if (leader != sameExtents.member_end())
    std::tie(extent.source, extent.dim) = *leader;
  return extent;
}

/// True if `a`, of the same block as `b`, is there before it.
static bool isEarlier(Value a, Value b) {
  Operation *left = a.getDefiningOp(), *right = b.getDefiningOp();
  if (!left || !right)
    return right;
  return left->isBeforeInBlock(right);
}

void IndexNotation::relate(Extent a, Extent b) {
  a = getRepresentative(a);
  b = getRepresentative(b);
  // What is static is left alone: a type says so, and no proof is needed.
  if (a == b || a.isStatic() || b.isStatic())
    return;
  // The first one leads the others: it is there wherever one of them is.
  if (isEarlier(b.source, a.source))
    std::swap(a, b);
  sameExtents.unionSets({a.source, a.dim}, {b.source, b.dim});
}

static bool isDynamicTensor(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && !type.hasStaticShape();
}

void IndexNotation::relateLoops(
    linalg::LinalgOp op, function_ref<void(Extent, Extent)> relateIfRun) {
  DenseMap<AffineExpr, Extent> loops;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isDynamicTensor(operand.get()))
      continue;
    for (auto [dim, loop] :
         llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults())) {
      if (!isa<AffineDimExpr>(loop))
        continue;
      Extent extent = getExtent(operand.get(), dim);
      auto [first, isNew] = loops.try_emplace(loop, extent);
      if (!isNew)
        relateIfRun(first->second, extent);
    }
  }
}

void IndexNotation::relateExtents(FunctionOpInterface function) {
  function->walk([&](Operation *op) {
    if (op->getNumResults() == 0 ||
        !llvm::any_of(op->getOperands(), isDynamicTensor))
      return;
    // What does not run wants nothing: only where both extents are of values of
    // this very block, whoever asks for them comes past `op`.
    Block *block = op->getBlock();
    auto relateIfRun = [&](Extent a, Extent b) {
      auto isOfBlock = [&](Extent extent) {
        return extent.isStatic() || extent.source.getParentBlock() == block;
      };
      if (isOfBlock(a) && isOfBlock(b))
        relate(a, b);
    };
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
      return relateLoops(linalgOp, relateIfRun);
    if (!hasEqualExtents(op))
      return;
    SmallVector<Value> operands =
        llvm::filter_to_vector(op->getOperands(), isDynamicTensor);
    int64_t rank = cast<RankedTensorType>(operands.front().getType()).getRank();
    for (Value operand : ArrayRef(operands).drop_front())
      for (int64_t dim = 0; dim < rank; ++dim)
        relateIfRun(getExtent(operands.front(), dim), getExtent(operand, dim));
  });
}
