//===- TilingTest.cpp - Tiles that producers dictate ----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No transform operation of upstream fuses a consumer, so that this part of
// TilingInterface is called directly.
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

class TilingTest : public ::testing::Test {
protected:
  TilingTest() : builder(&context) {
    context.loadDialect<LSEDialect, func::FuncDialect>();
    module = parseSourceString<ModuleOp>(
        R"(func.func @f(%x: tensor<16x6xf32>, %l: tensor<6xf32>)
               -> tensor<6xf32> {
             %0 = lse.logsumexp dims = [0] ins(%x : tensor<16x6xf32>)
               outs(%l : tensor<6xf32>) -> tensor<6xf32>
             return %0 : tensor<6xf32>
           })",
        &context);
    module->walk([&](TilingInterface found) { op = found; });
    builder.setInsertionPoint(op);
  }

  /// The tile that belongs to columns 2 to 4 of `numRows` rows of the input.
  FailureOr<TilingResult> tileByInput(int64_t numRows) {
    SmallVector<OpFoldResult> offsets = {builder.getIndexAttr(0),
                                         builder.getIndexAttr(2)};
    SmallVector<OpFoldResult> sizes = {builder.getIndexAttr(numRows),
                                       builder.getIndexAttr(3)};
    return op.getTiledImplementationFromOperandTiles(builder, {0}, {offsets},
                                                     {sizes});
  }

  MLIRContext context;
  OpBuilder builder;
  OwningOpRef<ModuleOp> module;
  TilingInterface op;
};

TEST_F(TilingTest, WholeRowsOfTheInput) {
  FailureOr<TilingResult> tile = tileByInput(16);
  ASSERT_TRUE(succeeded(tile));
  ASSERT_EQ(tile->tiledOps.size(), 1u);
  auto tiled = dyn_cast<LogSumExpOp>(tile->tiledOps.front());
  ASSERT_TRUE(tiled);
  Type f32 = builder.getF32Type();
  EXPECT_EQ(tiled.getInputs().getTypes()[0],
            RankedTensorType::get({16, 3}, f32));
  EXPECT_EQ(tile->tiledValues.front().getType(),
            RankedTensorType::get({3}, f32));
  EXPECT_EQ(tile->generatedSlices.size(), 2u);
  EXPECT_TRUE(succeeded(tiled.verify()));
}

TEST_F(TilingTest, PartOfARowIsNoTile) { EXPECT_TRUE(failed(tileByInput(8))); }

} // namespace
