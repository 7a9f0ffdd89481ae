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
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
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

/// True for what this pass decomposes.
static bool isOurs(linalg::AggregatedOpInterface op) {
  return isa<LSEDialect>(op->getDialect());
}

namespace {

/// Replaces an operation of the dialect by its linalg form.
struct DecomposeOp final
    : OpInterfaceRewritePattern<linalg::AggregatedOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(linalg::AggregatedOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (!isOurs(op))
      return rewriter.notifyMatchFailure(op, "is of another dialect");
    FailureOr<SmallVector<Value>> results = op.decomposeOperation(rewriter);
    if (failed(results))
      return rewriter.notifyMatchFailure(op, "works on memrefs");
    rewriter.replaceOp(op, *results);
    return success();
  }
};

struct LSEDecomposePass final : lse::impl::LSEDecomposeBase<LSEDecomposePass> {
  void runOnOperation() override {
    getOperation()->walk(
        [&](linalg::AggregatedOpInterface op) { numDecomposed += isOurs(op); });
    RewritePatternSet patterns(&getContext());
    populateDecomposePatterns(patterns);
    // What tests its inputs is expanded into one that does not, and a loss into
    // simpler operations.
    FrozenRewritePatternSet frozen(std::move(patterns));
    for (int round = 0; round < 4; ++round)
      walkAndApplyPatterns(getOperation(), frozen);
    bool failedAny = false;
    getOperation()->walk([&](linalg::AggregatedOpInterface op) {
      if (!isOurs(op))
        return;
      op->emitError("cannot be decomposed after bufferization; run "
                    "lse-decompose on tensors");
      failedAny = true;
    });
    if (failedAny)
      signalPassFailure();
  }
};

} // namespace

void lse::populateDecomposePatterns(RewritePatternSet &patterns) {
  patterns.add<DecomposeOp>(patterns.getContext());
}
