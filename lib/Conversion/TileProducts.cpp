//===- TileProducts.cpp - The lse-tile-products pass ----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductTiler.h"
#include "lse/Conversion/Passes.h"
#include "lse/Conversion/TargetList.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::lse {
#define GEN_PASS_DEF_LSETILEPRODUCTS
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

/// Below so many products of elements, packing takes longer than it saves.
constexpr int64_t kLeastWork = 2048;

/// Rows that must share what is packed, if it could be read where it is.
constexpr int64_t kLeastRows = 4;

namespace {

/// What the extents of some loops, multiplied, must be at least.
struct Requirement {
  SmallVector<unsigned> dims;
  int64_t least;
};

} // namespace

/// What must hold for tiles of `product` to be faster than its plain loops.
static SmallVector<Requirement> getRequirements(const Product &product,
                                                const ProductTile &tile) {
  SmallVector<Requirement> requirements;
  requirements.push_back(
      {llvm::to_vector(llvm::seq<unsigned>(0, product.op.getNumLoops())),
       kLeastWork});
  requirements.push_back({{product.column}, (tile.columns + 3) / 4});
  if (product.isRightAlong(product.column))
    requirements.push_back({product.rows, kLeastRows});
  return requirements;
}

/// Whether `requirement` is met whatever the extents are that are not known, or
/// never; nothing if that depends on them.
static std::optional<bool> isMet(const Requirement &requirement,
                                 const Product &product) {
  SmallVector<int64_t> extents = product.op.getStaticLoopRanges();
  int64_t known = 1;
  bool isDynamic = false;
  for (unsigned dim : requirement.dims) {
    if (ShapedType::isDynamic(extents[dim]))
      isDynamic = true;
    else
      known *= extents[dim];
  }
  // Extents of 0, of no account here, are rare.
  if (known >= requirement.least)
    return true;
  return isDynamic && known > 0 ? std::optional<bool>() : false;
}

/// Emits a test of whether `requirement` is met.
static Value emitTest(ImplicitLocOpBuilder &b, const Requirement &requirement,
                      ArrayRef<Range> ranges) {
  Value extent = arith::ConstantIndexOp::create(b, 1);
  for (unsigned dim : requirement.dims)
    extent = arith::MulIOp::create(
        b, extent,
        getValueOrCreateConstantIndexOp(b, b.getLoc(), ranges[dim].size));
  return arith::CmpIOp::create(
      b, arith::CmpIPredicate::sge, extent,
      arith::ConstantIndexOp::create(b, requirement.least));
}

/// Bytes on the stack that the products of `function` use one after the other.
static Value allocateScratch(func::FuncOp function) {
  OpBuilder builder = OpBuilder::atBlockBegin(&function.front());
  auto type = MemRefType::get({kProductPanelBytes + kProductEdgeBytes},
                              builder.getI8Type());
  return memref::AllocaOp::create(builder, function.getLoc(), type,
                                  builder.getI64IntegerAttr(64));
}

/// Replaces the operation of `product`, at run time only where that pays.
static void tileProduct(const Product &product, unsigned lanes,
                        Value &scratch) {
  ProductTile tile = chooseProductTile(product, lanes);
  SmallVector<Requirement> open;
  for (const Requirement &requirement : getRequirements(product, tile)) {
    std::optional<bool> met = isMet(requirement, product);
    if (!met)
      open.push_back(requirement);
    else if (!*met)
      return;
  }
  linalg::LinalgOp op = product.op;
  if (!scratch)
    scratch = allocateScratch(op->getParentOfType<func::FuncOp>());
  ImplicitLocOpBuilder b(op.getLoc(), op);
  Value condition;
  SmallVector<Range> ranges;
  if (!open.empty())
    ranges = op.createLoopRanges(b, op.getLoc());
  for (const Requirement &requirement : open) {
    Value test = emitTest(b, requirement, ranges);
    condition = condition ? arith::AndIOp::create(b, condition, test) : test;
  }
  if (condition) {
    auto choice = scf::IfOp::create(b, condition, /*withElseRegion=*/true);
    choice.getElseBodyBuilder().clone(*op);
    b.setInsertionPointToStart(choice.thenBlock());
  }
  emitProductTiles(b, product, tile, scratch);
  op->erase();
}

namespace {

struct LSETileProductsPass final
    : lse::impl::LSETileProductsBase<LSETileProductsPass> {
  using LSETileProductsBase::LSETileProductsBase;

  void runOnOperation() override {
    SmallVector<Product> products;
    getOperation()->walk([&](linalg::LinalgOp op) {
      // One scratch is not for several products at a time.
      if (op->getParentOfType<scf::ParallelOp>() ||
          op->getParentOfType<scf::ForallOp>())
        return;
      FailureOr<Product> product = matchProduct(op);
      if (succeeded(product))
        products.push_back(std::move(*product));
    });
    if (products.empty())
      return;
    llvm::Expected<SmallVector<TargetInfo>> targets =
        resolveTargets(triple, llvm::to_vector(cpus));
    if (!targets) {
      getOperation()->emitError() << llvm::toString(targets.takeError());
      return signalPassFailure();
    }
    unsigned lanes = targets->back().getVectorLanes();
    Value scratch;
    for (const Product &product : products)
      tileProduct(product, lanes, scratch);
  }
};

} // namespace
