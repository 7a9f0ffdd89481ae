//===- MergeRows.cpp - One operation for results of the same rows ---------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MergeRows.h"
#include "KernelSpecBuilder.h"
#include "SameRows.h"
#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::lse;

/// True if no kind of result is one of both.
static bool haveDifferentResults(RowOpInterface a, RowOpInterface b) {
  return llvm::none_of(a.getResultKindsArray(),
                       [&](ResultKind kind) { return b.hasResultKind(kind); });
}

/// True if the kernel of `b` can yield the results of `a`: those of logits, of
/// a gradient the loss and the log-sum-exp, of a loss the log-sum-exp.
static bool isPartOf(RowOpInterface a, RowOpInterface b) {
  if (a.getNumTerms() == 1 && b.getNumTerms() == 1)
    return true;
  bool isLoss = isa<CrossEntropyOp>(a) && isa<CrossEntropyGradOp>(b);
  bool isLogSumExp =
      isa<LogSumExpOp>(a) &&
      isa<CrossEntropyOp, CrossEntropyGradOp, LogSumExpGradOp>(b);
  return (isLoss || isLogSumExp) &&
         llvm::all_of(a.getResultKindsArray(), [&](ResultKind kind) {
           return mayYieldInKernel(b, kind);
         });
}

/// Replaces `first` and `second`, which comes later in the same block, by one
/// operation; fails if the destinations of the second are not there in time.
static FailureOr<RowOpInterface>
merge(RewriterBase &rewriter, RowOpInterface first, RowOpInterface second) {
  RowOpInterface named = isPartOf(second, first) ? first : second;
  SmallVector<Value> needed(second.getDestinations());
  llvm::append_range(needed, named.getRowInputs());
  if (failed(moveValueDefinitions(rewriter, needed, first)))
    return failure();
  SmallVector<Value> outs(first.getDestinations());
  llvm::append_range(outs, second.getDestinations());
  SmallVector<AffineMap> maps;
  for (unsigned input = 0; input < named.getRowInputs().size(); ++input)
    maps.push_back(named.getInputMap(input));
  for (RowOpInterface op : {first, second})
    for (unsigned out = 0; out < op.getDestinations().size(); ++out)
      maps.push_back(op.getDestinationMap(out));
  SmallVector<ResultKind> kinds = first.getResultKindsArray();
  llvm::append_range(kinds, second.getResultKindsArray());
  rewriter.setInsertionPoint(first);
  RowOpInterface merged =
      createRowOpLike(rewriter, named, named.getRowInputs(), outs, maps, kinds);
  merged.setStabilized(first.getStabilized() || second.getStabilized());
  ValueRange results = merged->getResults();
  size_t numFirst = first->getNumResults();
  rewriter.replaceOp(first, results.take_front(numFirst));
  rewriter.replaceOp(second, results.drop_front(numFirst));
  return merged;
}

static void mergeInBlock(RewriterBase &rewriter, Block &block) {
  SmallVector<RowOpInterface> kept;
  for (Operation &op : llvm::make_early_inc_range(block)) {
    auto rowOp = dyn_cast<RowOpInterface>(op);
    if (!rowOp || rowOp->getNumResults() == 0 || rowOp.getSchedulesAttr() ||
        rowOp.isAttention())
      continue;
    auto *partner = llvm::find_if(kept, [&](RowOpInterface other) {
      // One that has no kernel would take it from the other.
      return (isPartOf(other, rowOp) || isPartOf(rowOp, other)) &&
             haveSameRows(other, rowOp) && haveDifferentResults(other, rowOp) &&
             getKernelObstacle(other).has_value() ==
                 getKernelObstacle(rowOp).has_value();
    });
    FailureOr<RowOpInterface> merged = failure();
    if (partner != kept.end())
      merged = merge(rewriter, *partner, rowOp);
    if (succeeded(merged))
      *partner = *merged;
    else
      kept.push_back(rowOp);
  }
}

void lse::mergeRowOps(RewriterBase &rewriter, Operation *root) {
  SmallVector<Block *> blocks;
  root->walk([&](Block *block) { blocks.push_back(block); });
  for (Block *block : blocks)
    mergeInBlock(rewriter, *block);
}
