//===- ProductTiler.cpp - Products of matrices in tiles -------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductTiler.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// Rows and columns of what is transposed in registers.
constexpr int64_t kSquare = 4;

/// What is read of the left matrix again and again, in bytes.
constexpr int64_t kBlockBytes = 262144;

/// Emits the loops of one product.
class ProductTiler {
public:
  ProductTiler(OpBuilder &builder, const Product &product,
               const ProductTile &tile, Value scratch);
  void emit();

private:
  using Body = llvm::function_ref<void(Value)>;

  /// A loop around what `body` emits.
  void loop(OpFoldResult from, OpFoldResult to, int64_t step, Body body);
  /// A loop over blocks of `size`: where each starts, and how long it is.
  void blocks(OpFoldResult extent, int64_t size,
              llvm::function_ref<void(Value, OpFoldResult)> body);
  /// The loops `dims` of the product, one in the other.
  void loops(ArrayRef<unsigned> dims, llvm::function_ref<void()> body);

  OpFoldResult fold(AffineExpr expr, ArrayRef<OpFoldResult> operands);
  /// The largest multiple of `step` that is not above `extent`.
  OpFoldResult roundDown(OpFoldResult extent, int64_t step);
  Value add(Value a, int64_t b);
  Value add(Value a, Value b);
  Value constant(int64_t value);
  Value value(OpFoldResult result);

  /// The place in `operand` where the loops are now, `row`, `column` and `sum`
  /// further.
  SmallVector<Value> getIndices(OpOperand *operand, Value row, Value column,
                                Value sum);

  void emitPanels();
  /// Columns from the current one, all of the tile's or the first `width`.
  void emitPanel(Value width);
  void pack(Value width);
  void packElement(Value sum, Value column);
  void packAlongColumns();
  void packAlongSums();
  /// Transposes a square from `sum` and `column` on.
  void packSquare(Value sum, Value column);

  /// `count` rows of the panel from the current one.
  void emitTile(int64_t count, Value width);
  void emitSums(int64_t count, Value memory,
                llvm::function_ref<SmallVector<Value>(Value)> place);
  void copyEdge(int64_t count, Value width, bool isBack);
  Value emitStep(Value left, Value right, Value sum);

  ImplicitLocOpBuilder b;
  const Product &product;
  ProductTile tile;
  /// Where the loops are.
  SmallVector<Value> position;
  SmallVector<OpFoldResult> extents;
  /// The elements of `right` that are being used, sum by sum.
  Value panel;
  /// What stands for the result where a tile is wider.
  Value edge;
  /// How many elements are summed up now.
  OpFoldResult depth;
  /// The rows that are computed now.
  Value firstRow;
  OpFoldResult rows;
  Value zero;
};

} // namespace

static Value viewScratch(ImplicitLocOpBuilder &b, Value scratch, int64_t offset,
                         ArrayRef<int64_t> shape, Type type) {
  return memref::ViewOp::create(b, MemRefType::get(shape, type), scratch,
                                arith::ConstantIndexOp::create(b, offset),
                                ValueRange{});
}

/// Has LLVM neither unroll nor vectorize `loop`: a tile fills the registers as
/// it is, and code would be no faster, but several times as long.
static void keepAsItIs(scf::ForOp loop) {
  MLIRContext *context = loop.getContext();
  auto disable = BoolAttr::get(context, true);
  auto unroll =
      LLVM::LoopUnrollAttr::get(context, disable, {}, {}, {}, {}, {}, {});
  auto vectorize =
      LLVM::LoopVectorizeAttr::get(context, disable, {}, {}, {}, {}, {}, {});
  // Upstream hands on what is of the LLVM dialect, under the name it has there.
  loop->setAttr("loop_annotation", LLVM::LoopAnnotationAttr::get(
                                       context, {}, vectorize, {}, unroll, {},
                                       {}, {}, {}, {}, {}, {}, {}, {}, {}, {}));
}

ProductTiler::ProductTiler(OpBuilder &builder, const Product &product,
                           const ProductTile &tile, Value scratch)
    : b(product.op.getLoc(), builder), product(product), tile(tile),
      position(product.op.getNumLoops()) {
  zero = constant(0);
  llvm::fill(position, zero);
  for (Range range : product.op.createLoopRanges(b, b.getLoc()))
    extents.push_back(range.size);
  panel = viewScratch(b, scratch, 0, {tile.depth, tile.columns},
                      product.getType(product.right));
  edge = viewScratch(b, scratch, kProductPanelBytes, {tile.rows, tile.columns},
                     product.getType(product.result));
}

//===----------------------------------------------------------------------===//
// Loops and indices
//===----------------------------------------------------------------------===//

Value ProductTiler::constant(int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value ProductTiler::value(OpFoldResult result) {
  return getValueOrCreateConstantIndexOp(b, b.getLoc(), result);
}

Value ProductTiler::add(Value x, Value y) {
  if (x == zero || y == zero)
    return x == zero ? y : x;
  return arith::AddIOp::create(b, x, y);
}

Value ProductTiler::add(Value x, int64_t y) {
  return y == 0 ? x : arith::AddIOp::create(b, x, constant(y));
}

OpFoldResult ProductTiler::fold(AffineExpr expr,
                                ArrayRef<OpFoldResult> operands) {
  return affine::makeComposedFoldedAffineApply(b, b.getLoc(), expr, operands);
}

OpFoldResult ProductTiler::roundDown(OpFoldResult extent, int64_t step) {
  AffineExpr size = b.getAffineSymbolExpr(0);
  return fold(size.floorDiv(step) * step, extent);
}

void ProductTiler::loop(OpFoldResult from, OpFoldResult to, int64_t step,
                        Body body) {
  if (isEqualConstantIntOrValue(from, to))
    return;
  auto op = scf::ForOp::create(b, value(from), value(to), constant(step));
  keepAsItIs(op);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.getBody());
  body(op.getInductionVar());
}

void ProductTiler::blocks(OpFoldResult extent, int64_t size,
                          llvm::function_ref<void(Value, OpFoldResult)> body) {
  std::optional<int64_t> known = getConstantIntValue(extent);
  if (known && *known <= size)
    return body(zero, extent);
  loop(b.getIndexAttr(0), extent, size, [&](Value from) {
    if (known && *known % size == 0)
      return body(from, b.getIndexAttr(size));
    AffineExpr start, end;
    bindSymbols(b.getContext(), start, end);
    auto rest = AffineMap::get(
        0, 2, {end - start, b.getAffineConstantExpr(size)}, b.getContext());
    body(from, affine::makeComposedFoldedAffineMin(b, b.getLoc(), rest,
                                                   {from, extent}));
  });
}

void ProductTiler::loops(ArrayRef<unsigned> dims,
                         llvm::function_ref<void()> body) {
  if (dims.empty())
    return body();
  unsigned dim = dims.front();
  loop(b.getIndexAttr(0), extents[dim], 1, [&](Value index) {
    position[dim] = index;
    loops(dims.drop_front(), body);
  });
}

SmallVector<Value> ProductTiler::getIndices(OpOperand *operand, Value row,
                                            Value column, Value sum) {
  SmallVector<Value> indices;
  for (AffineExpr expr : product.getMap(operand).getResults()) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    Value index = position[dim];
    if (dim == product.column)
      index = add(index, column);
    else if (dim == product.sum)
      index = add(index, sum);
    else if (!product.rows.empty() && dim == product.rows.back())
      index = add(index, row);
    indices.push_back(index);
  }
  return indices;
}

//===----------------------------------------------------------------------===//
// Packing
//===----------------------------------------------------------------------===//

void ProductTiler::packElement(Value sum, Value column) {
  Value element = memref::LoadOp::create(
      b, product.right->get(), getIndices(product.right, zero, column, sum));
  memref::StoreOp::create(b, element, panel, ValueRange{sum, column});
}

void ProductTiler::packAlongColumns() {
  auto type = VectorType::get(tile.columns, product.getType(product.right));
  loop(b.getIndexAttr(0), depth, 1, [&](Value sum) {
    Value row =
        vector::LoadOp::create(b, type, product.right->get(),
                               getIndices(product.right, zero, zero, sum));
    vector::StoreOp::create(b, row, panel, ValueRange{sum, zero});
  });
}

void ProductTiler::packSquare(Value sum, Value column) {
  auto type = VectorType::get(kSquare, product.getType(product.right));
  SmallVector<Value> rows;
  for (int64_t i = 0; i < kSquare; ++i)
    rows.push_back(vector::LoadOp::create(
        b, type, product.right->get(),
        getIndices(product.right, zero, add(column, i), sum)));
  auto shuffle = [&](Value x, Value y, ArrayRef<int64_t> mask) -> Value {
    return vector::ShuffleOp::create(b, x, y, mask);
  };
  // Two rounds of interleaving each row with the one half of the square below.
  for (int round = 0; round < 2; ++round)
    rows = {shuffle(rows[0], rows[2], {0, 4, 1, 5}),
            shuffle(rows[0], rows[2], {2, 6, 3, 7}),
            shuffle(rows[1], rows[3], {0, 4, 1, 5}),
            shuffle(rows[1], rows[3], {2, 6, 3, 7})};
  for (int64_t i = 0; i < kSquare; ++i)
    vector::StoreOp::create(b, rows[i], panel, ValueRange{add(sum, i), column});
}

void ProductTiler::packAlongSums() {
  OpFoldResult blocks = roundDown(depth, kSquare);
  OpFoldResult columns = b.getIndexAttr(tile.columns);
  loop(b.getIndexAttr(0), columns, kSquare, [&](Value column) {
    loop(b.getIndexAttr(0), blocks, kSquare,
         [&](Value sum) { packSquare(sum, column); });
  });
  loop(blocks, depth, 1, [&](Value sum) {
    loop(b.getIndexAttr(0), columns, 1,
         [&](Value column) { packElement(sum, column); });
  });
}

void ProductTiler::pack(Value width) {
  if (!width && product.isRightAlong(product.column))
    return packAlongColumns();
  if (!width && product.isRightAlong(product.sum))
    return packAlongSums();
  // Sums of columns that are not there are not used, but should be as fast.
  Type type = product.getType(product.right);
  Value nothing = arith::ConstantOp::create(
      b, b.getZeroAttr(VectorType::get(tile.columns, type)));
  Value columns = width ? width : constant(tile.columns);
  loop(b.getIndexAttr(0), depth, 1, [&](Value sum) {
    if (width)
      vector::StoreOp::create(b, nothing, panel, ValueRange{sum, zero});
    loop(b.getIndexAttr(0), columns, 1,
         [&](Value column) { packElement(sum, column); });
  });
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

Value ProductTiler::emitStep(Value left, Value right, Value sum) {
  IRMapping mapping;
  Block &body = *product.op.getBlock();
  mapping.map(body.getArgument(product.left->getOperandNumber()), left);
  mapping.map(body.getArgument(product.right->getOperandNumber()), right);
  mapping.map(body.getArgument(product.result->getOperandNumber()), sum);
  for (Operation &op : body.without_terminator()) {
    auto operands = llvm::map_to_vector(
        op.getOperands(), [&](Value v) { return mapping.lookup(v); });
    bool isVector = llvm::any_of(
        operands, [](Value v) { return isa<VectorType>(v.getType()); });
    Type type = op.getResult(0).getType();
    if (isVector) {
      for (Value &operand : operands)
        if (!isa<VectorType>(operand.getType()))
          operand = vector::BroadcastOp::create(
              b, VectorType::get(tile.columns, operand.getType()), operand);
      type = VectorType::get(tile.columns, type);
    }
    Operation *copy = clone(b, &op, type, operands);
    mapping.map(op.getResult(0), copy->getResult(0));
  }
  return mapping.lookup(body.getTerminator()->getOperand(0));
}

void ProductTiler::emitSums(
    int64_t count, Value memory,
    llvm::function_ref<SmallVector<Value>(Value)> place) {
  auto type = VectorType::get(tile.columns, product.getType(product.result));
  SmallVector<Value> sums;
  for (int64_t i = 0; i < count; ++i)
    sums.push_back(vector::LoadOp::create(b, type, memory, place(constant(i))));
  auto step = scf::ForOp::create(
      b, zero, value(depth), constant(1), sums,
      [&](OpBuilder &builder, Location, Value sum, ValueRange before) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPoint(builder.getInsertionBlock(),
                            builder.getInsertionPoint());
        auto rightType =
            VectorType::get(tile.columns, product.getType(product.right));
        Value right =
            vector::LoadOp::create(b, rightType, panel, ValueRange{sum, zero});
        SmallVector<Value> after;
        for (int64_t i = 0; i < count; ++i) {
          Value left = memref::LoadOp::create(
              b, product.left->get(),
              getIndices(product.left, constant(i), zero, sum));
          after.push_back(emitStep(left, right, before[i]));
        }
        scf::YieldOp::create(b, after);
      });
  keepAsItIs(step);
  for (int64_t i = 0; i < count; ++i)
    vector::StoreOp::create(b, step.getResult(i), memory, place(constant(i)));
}

void ProductTiler::copyEdge(int64_t count, Value width, bool isBack) {
  Value memory = product.result->get();
  loop(b.getIndexAttr(0), b.getIndexAttr(count), 1, [&](Value row) {
    loop(b.getIndexAttr(0), width, 1, [&](Value column) {
      SmallVector<Value> place = getIndices(product.result, row, column, zero);
      SmallVector<Value> copy = {row, column};
      Value element = memref::LoadOp::create(b, isBack ? edge : memory,
                                             isBack ? copy : place);
      memref::StoreOp::create(b, element, isBack ? memory : edge,
                              isBack ? place : copy);
    });
  });
}

void ProductTiler::emitTile(int64_t count, Value width) {
  if (!width)
    return emitSums(count, product.result->get(), [&](Value row) {
      return getIndices(product.result, row, zero, zero);
    });
  copyEdge(count, width, /*isBack=*/false);
  emitSums(count, edge, [&](Value row) {
    return SmallVector<Value>{row, zero};
  });
  copyEdge(count, width, /*isBack=*/true);
}

void ProductTiler::emitPanel(Value width) {
  pack(width);
  if (product.rows.empty())
    return emitTile(1, width);
  loops(ArrayRef(product.rows).drop_back(), [&] {
    auto emitRows = [&](OpFoldResult from, OpFoldResult to, int64_t count) {
      loop(from, to, count, [&](Value row) {
        position[product.rows.back()] = add(firstRow, row);
        emitTile(count, width);
      });
    };
    OpFoldResult whole = roundDown(rows, tile.rows);
    emitRows(b.getIndexAttr(0), whole, tile.rows);
    emitRows(whole, rows, 1);
  });
}

void ProductTiler::emitPanels() {
  OpFoldResult columns = extents[product.column];
  OpFoldResult whole = roundDown(columns, tile.columns);
  loop(b.getIndexAttr(0), whole, tile.columns, [&](Value column) {
    position[product.column] = column;
    emitPanel(/*width=*/Value());
  });
  // There is at most one, as wide as what is left.
  loop(whole, columns, tile.columns, [&](Value column) {
    position[product.column] = column;
    AffineExpr all = b.getAffineSymbolExpr(0);
    emitPanel(value(fold(all % tile.columns, columns)));
  });
}

void ProductTiler::emit() {
  loops(product.batches, [&] {
    blocks(extents[product.sum], tile.depth,
           [&](Value sum, OpFoldResult count) {
             position[product.sum] = sum;
             depth = count;
             if (product.rows.empty())
               return emitPanels();
             blocks(extents[product.rows.back()], tile.block,
                    [&](Value row, OpFoldResult count) {
                      firstRow = row;
                      rows = count;
                      emitPanels();
                    });
           });
  });
}

/// The number of rows of a tile: as many as there are, or a divisor of that, if
/// it is about `most`.
static int64_t chooseRows(const Product &product, int64_t most) {
  if (product.rows.empty())
    return 1;
  int64_t extent = product.op.getStaticLoopRanges()[product.rows.back()];
  if (ShapedType::isDynamic(extent))
    return most;
  for (int64_t rows = most; rows > most / 2; --rows)
    if (extent % rows == 0)
      return rows;
  return std::clamp<int64_t>(extent, 1, most);
}

/// The number of columns of a tile: two vectors, or what there is at all.
static int64_t chooseColumns(const Product &product, int64_t lanes) {
  int64_t extent = product.op.getStaticLoopRanges()[product.column];
  if (ShapedType::isDynamic(extent))
    return 2 * lanes;
  if (extent <= 2 * lanes)
    return std::max<int64_t>(kSquare, llvm::PowerOf2Ceil(extent));
  // Half a tile less to be computed for nothing.
  int64_t rest = extent % (2 * lanes);
  bool isWaste = rest > 0 && rest <= lanes && lanes >= kSquare;
  return isWaste && extent < 8 * lanes ? lanes : 2 * lanes;
}

/// `most`, or less where all of `extent` is then in blocks of about one size.
/// A multiple of `step`.
static int64_t chooseBlock(int64_t extent, int64_t most, int64_t step) {
  most = std::max(llvm::alignDown(most, step), uint64_t(step));
  if (ShapedType::isDynamic(extent) || extent <= most)
    return most;
  int64_t count = llvm::divideCeil(extent, most);
  return llvm::alignTo(llvm::divideCeil(extent, count), step);
}

ProductTile lse::chooseProductTile(const Product &product, unsigned lanes) {
  int64_t resultBytes =
      product.getType(product.result).getIntOrFloatBitWidth() / 8;
  int64_t leftBytes = product.getType(product.left).getIntOrFloatBitWidth() / 8;
  int64_t rightBytes =
      product.getType(product.right).getIntOrFloatBitWidth() / 8;
  ProductTile tile;
  tile.rows = chooseRows(product, lanes >= 16 ? 8 : 4);
  tile.columns = chooseColumns(product, lanes * 4 / resultBytes);
  SmallVector<int64_t> extents = product.op.getStaticLoopRanges();
  tile.depth =
      chooseBlock(extents[product.sum],
                  kProductPanelBytes / (tile.columns * rightBytes), kSquare);
  // Rows of the left matrix stay in the second cache for all columns.
  tile.block =
      chooseBlock(product.rows.empty() ? 1 : extents[product.rows.back()],
                  kBlockBytes / (tile.depth * leftBytes), tile.rows);
  return tile;
}

void lse::emitProductTiles(OpBuilder &builder, const Product &product,
                           const ProductTile &tile, Value scratch) {
  ProductTiler(builder, product, tile, scratch).emit();
}
