//===- RowOpTiling.cpp - Tiles of the operations over rows ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tile is a box of the iteration space that holds whole rows: an operation
// on slices of its operands. Which part of an operand or a result belongs to a
// tile, its indexing map says.
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::lse;

namespace {
/// A box of an iteration space or of an operand.
struct Tile {
  SmallVector<OpFoldResult> offsets, sizes;
};
} // namespace

SmallVector<utils::IteratorType>
lse::detail::getRowOpIteratorTypes(RowOpInterface op) {
  SmallVector<utils::IteratorType> types(op.getNumLoops(),
                                         utils::IteratorType::parallel);
  for (int64_t dim : op.getRowDims())
    types[dim] = utils::IteratorType::reduction;
  for (int64_t dim : op.getScoreDims())
    types[dim] = utils::IteratorType::reduction;
  return types;
}

SmallVector<Range> lse::detail::getRowOpDomain(OpBuilder &builder,
                                               RowOpInterface op) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(op);
  return llvm::map_to_vector(
      llvm::seq<unsigned>(0, op.getNumLoops()), [&](unsigned dim) {
        return Range{builder.getIndexAttr(0), getLoopExtent(builder, op, dim),
                     builder.getIndexAttr(1)};
      });
}

/// The part that `map` indexes from `tile` of the iteration space.
static Tile project(OpBuilder &builder, AffineMap map, const Tile &tile) {
  Tile projected;
  for (AffineExpr expr : map.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    // The only constant in a projected permutation is the 0 of a unit extent.
    projected.offsets.push_back(dim ? tile.offsets[dim.getPosition()]
                                    : OpFoldResult(builder.getIndexAttr(0)));
    projected.sizes.push_back(dim ? tile.sizes[dim.getPosition()]
                                  : OpFoldResult(builder.getIndexAttr(1)));
  }
  return projected;
}

/// True if `size` is known to be the extent of loop dimension `dim`, which all
/// operands that it indexes agree on.
static bool isWholeExtent(RowOpInterface op, unsigned dim, OpFoldResult size) {
  int64_t extent = op.getLoopExtents()[dim];
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    if (*constant == extent)
      return true;
  SmallVector<Value> operands(op.getRowInputs());
  llvm::append_range(operands, op.getDestinations());
  AffineExpr expr = getAffineDimExpr(dim, op.getContext());
  return llvm::any_of(
      llvm::zip(operands, op.getIndexingMapsArray()), [&](auto pair) {
        auto [operand, map] = pair;
        std::optional<unsigned> position = map.getResultPosition(expr);
        if (!position)
          return false;
        FailureOr<bool> isEqual = ValueBoundsConstraintSet::areEqual(
            size, {operand, static_cast<int64_t>(*position)});
        return succeeded(isEqual) && *isEqual;
      });
}

/// The first dimension along which `tile` is not known to hold whole rows,
/// whole scores, or all values that a log-sum-exp is stored beside.
static std::optional<int64_t> findCutRowDim(RowOpInterface op,
                                            const Tile &tile) {
  SmallVector<int64_t> dims(op.getRowDims());
  llvm::append_range(dims, op.getScoreDims());
  if (op.isAttention() && op.getDestinations().size() > 1)
    llvm::append_range(dims, op.getValueDims());
  for (int64_t dim : dims)
    if (!isZeroInteger(tile.offsets[dim]) ||
        !isWholeExtent(op, dim, tile.sizes[dim]))
      return dim;
  return std::nullopt;
}

/// `tile` of `operand`, a new operation unless it is a scalar.
static Value createSlice(OpBuilder &builder, Location loc, Value operand,
                         const Tile &tile) {
  SmallVector<OpFoldResult> strides(tile.offsets.size(),
                                    builder.getIndexAttr(1));
  if (isa<RankedTensorType>(operand.getType()))
    return tensor::ExtractSliceOp::create(builder, loc, operand, tile.offsets,
                                          tile.sizes, strides);
  if (isa<MemRefType>(operand.getType()))
    return memref::SubViewOp::create(builder, loc, operand, tile.offsets,
                                     tile.sizes, strides);
  return operand;
}

/// The loop dimensions whose positions the region of `op` uses and that `tile`
/// does not begin at 0, ascending.
static SmallVector<int64_t> findMovedDims(RowOpInterface op, const Tile &tile) {
  llvm::SmallSetVector<int64_t, 4> dims;
  for (IndexOp index : op.getLogitBody()->getOps<IndexOp>())
    if (!isZeroInteger(tile.offsets[index.getDim()]))
      dims.insert(index.getDim());
  SmallVector<int64_t> result = dims.takeVector();
  llvm::sort(result);
  return result;
}

/// Lets the region of `tiled` count from where the tile begins: that of each of
/// `dims` is one of its last inputs.
static void moveIndices(OpBuilder &builder, RowOpInterface tiled,
                        ArrayRef<int64_t> dims) {
  OpBuilder::InsertionGuard guard(builder);
  Block *body = tiled.getLogitBody();
  DenseMap<int64_t, Value> begins;
  for (int64_t dim : dims)
    begins[dim] = body->addArgument(builder.getIndexType(), tiled.getLoc());
  for (IndexOp index : llvm::to_vector(body->getOps<IndexOp>())) {
    Value begin = begins.lookup(index.getDim());
    if (!begin)
      continue;
    builder.setInsertionPointAfter(index);
    auto moved = arith::AddIOp::create(builder, index.getLoc(), index, begin);
    index.getResult().replaceAllUsesExcept(moved, moved);
  }
}

static TilingResult createTile(OpBuilder &builder, RowOpInterface op,
                               const Tile &tile) {
  SmallVector<Value> slices;
  SmallVector<Operation *> sliceOps;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<Value> operands(op.getRowInputs());
  llvm::append_range(operands, op.getDestinations());
  for (auto [operand, map] : llvm::zip(operands, maps)) {
    slices.push_back(createSlice(builder, op.getLoc(), operand,
                                 project(builder, map, tile)));
    if (slices.back() != operand)
      sliceOps.push_back(slices.back().getDefiningOp());
  }
  size_t numInputs = op.getRowInputs().size();
  SmallVector<int64_t> movedDims = findMovedDims(op, tile);
  for (int64_t dim : movedDims) {
    Value begin = getValueOrCreateConstantIndexOp(builder, op.getLoc(),
                                                  tile.offsets[dim]);
    slices.insert(slices.begin() + numInputs, begin);
    maps.insert(
        maps.begin() + numInputs,
        AffineMap::get(op.getNumLoops(), /*symbolCount=*/0, op.getContext()));
    ++numInputs;
  }
  RowOpInterface tiled = createRowOpLike(
      builder, op, ArrayRef(slices).take_front(numInputs),
      ArrayRef(slices).drop_front(numInputs), maps, op.getResultKindsArray());
  moveIndices(builder, tiled, movedDims);
  return TilingResult{
      {tiled}, SmallVector<Value>(tiled->getResults()), sliceOps};
}

FailureOr<TilingResult> lse::detail::tileRowOp(OpBuilder &builder,
                                               RowOpInterface op,
                                               ArrayRef<OpFoldResult> offsets,
                                               ArrayRef<OpFoldResult> sizes) {
  Tile tile{SmallVector<OpFoldResult>(offsets),
            SmallVector<OpFoldResult>(sizes)};
  if (std::optional<int64_t> dim = findCutRowDim(op, tile))
    return op.emitOpError("cannot be tiled along dimension ")
           << *dim
           << (llvm::is_contained(op.getRowDims(), *dim)
                   ? ", which makes up its rows; tile the dimensions outside "
                     "'dims' only"
               : llvm::is_contained(op.getScoreDims(), *dim)
                   ? ", which scores are summed over; tile those of the "
                     "destination only"
                   : ", which its log-sum-exp does not have; tile those of "
                     "queries only");
  return createTile(builder, op, tile);
}

void lse::detail::getRowOpResultTile(OpBuilder &builder, RowOpInterface op,
                                     unsigned result,
                                     ArrayRef<OpFoldResult> offsets,
                                     ArrayRef<OpFoldResult> sizes,
                                     SmallVector<OpFoldResult> &resultOffsets,
                                     SmallVector<OpFoldResult> &resultSizes) {
  Tile tile = project(
      builder, op.getDestinationMap(result),
      {SmallVector<OpFoldResult>(offsets), SmallVector<OpFoldResult>(sizes)});
  resultOffsets = std::move(tile.offsets);
  resultSizes = std::move(tile.sizes);
}

LogicalResult lse::detail::getRowOpTileOfOperand(
    OpBuilder &builder, RowOpInterface op, unsigned operand,
    ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
    SmallVectorImpl<OpFoldResult> &loopOffsets,
    SmallVectorImpl<OpFoldResult> &loopSizes) {
  Tile tile;
  for (const Range &range : getRowOpDomain(builder, op)) {
    tile.offsets.push_back(range.offset);
    tile.sizes.push_back(range.size);
  }
  AffineMap map = op.getIndexingMapsArray()[operand];
  for (auto [expr, offset, size] :
       llvm::zip(map.getResults(), offsets, sizes)) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim)
      continue;
    tile.offsets[dim.getPosition()] = offset;
    tile.sizes[dim.getPosition()] = size;
  }
  // Whoever asks may do without: this is no error.
  if (findCutRowDim(op, tile))
    return failure();
  loopOffsets.assign(tile.offsets.begin(), tile.offsets.end());
  loopSizes.assign(tile.sizes.begin(), tile.sizes.end());
  return success();
}

FailureOr<TilingResult> lse::detail::tileRowOpByOperand(
    OpBuilder &builder, RowOpInterface op, unsigned operand,
    ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes) {
  Tile tile;
  if (failed(getRowOpTileOfOperand(builder, op, operand, offsets, sizes,
                                   tile.offsets, tile.sizes)))
    return failure();
  return createTile(builder, op, tile);
}
