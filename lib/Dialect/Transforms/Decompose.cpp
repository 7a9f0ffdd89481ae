//===- Decompose.cpp - lse operations into linalg -------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "lse/Dialect/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::lse {
#define GEN_PASS_DEF_LSEDECOMPOSE
#include "lse/Dialect/Transforms/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

namespace {

/// Replaces an operation over rows by its linalg form.
struct DecomposeRowOp final : OpInterfaceRewritePattern<RowOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(RowOpInterface op,
                                PatternRewriter &rewriter) const override {
    auto aggregated = cast<linalg::AggregatedOpInterface>(op.getOperation());
    FailureOr<SmallVector<Value>> results =
        aggregated.decomposeOperation(rewriter);
    if (failed(results))
      return rewriter.notifyMatchFailure(op, "works on memrefs");
    rewriter.replaceOp(op, *results);
    return success();
  }
};

struct LSEDecomposePass final : lse::impl::LSEDecomposeBase<LSEDecomposePass> {
  void runOnOperation() override {
    getOperation()->walk([&](RowOpInterface) { ++numDecomposed; });
    RewritePatternSet patterns(&getContext());
    populateDecomposePatterns(patterns);
    // What a loss is decomposed into has simpler operations over rows in it.
    FrozenRewritePatternSet frozen(std::move(patterns));
    for (int round = 0; round < 2; ++round)
      walkAndApplyPatterns(getOperation(), frozen);
    bool failedAny = false;
    getOperation()->walk([&](RowOpInterface op) {
      op.emitError("cannot be decomposed after bufferization; run "
                   "lse-decompose on tensors");
      failedAny = true;
    });
    if (failedAny)
      signalPassFailure();
  }
};

} // namespace

void lse::populateDecomposePatterns(RewritePatternSet &patterns) {
  patterns.add<DecomposeRowOp>(patterns.getContext());
}
