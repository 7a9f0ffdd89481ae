//===- RowOpCanonicalize.cpp - Simpler operations over rows ---------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Patterns on the interface, so that they hold for every operation over rows.
// Casts between tensor types are folded into the operations by a pattern of the
// tensor dialect, which looks for destination style.
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// Drops results that nobody uses, with their destinations. What is left may be
/// another operation: a softmax of which only the log-sum-exp is used is a
/// log-sum-exp.
struct DropUnusedResults final : OpInterfaceRewritePattern<RowOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(RowOpInterface op,
                                PatternRewriter &rewriter) const override {
    SmallVector<ResultKind> kinds = op.getResultKindsArray();
    SmallVector<ResultKind> usedKinds;
    for (OpResult result : op->getResults())
      if (!result.use_empty())
        usedKinds.push_back(kinds[result.getResultNumber()]);
    if (usedKinds.empty() || usedKinds.size() == op->getNumResults())
      return rewriter.notifyMatchFailure(op, "every result is used, or none");
    // No operation is named after what else may be left.
    ResultKind main =
        getMainResultKind(usedKinds).value_or(op.getOwnResultKind());

    SmallVector<unsigned> kept;
    SmallVector<ResultKind> keptKinds;
    SmallVector<Value> outs;
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    maps.resize(op.getRowInputs().size());
    for (auto [index, kind] : llvm::enumerate(kinds)) {
      if (!llvm::is_contained(usedKinds, kind) && kind != main)
        continue;
      kept.push_back(index);
      keptKinds.push_back(kind);
      outs.push_back(op.getDestinations()[index]);
      maps.push_back(op.getDestinationMap(index));
    }
    if (kept.size() == kinds.size())
      return rewriter.notifyMatchFailure(op, "what is unused names it");
    RowOpInterface replacement =
        createRowOpLike(rewriter, op, op.getRowInputs(), outs, maps, keptKinds);
    for (auto [index, result] : llvm::zip(kept, replacement->getResults()))
      rewriter.replaceAllUsesWith(op->getResult(index), result);
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void LSEDialect::getCanonicalizationPatterns(
    RewritePatternSet &patterns) const {
  patterns.add<DropUnusedResults>(getContext());
}
