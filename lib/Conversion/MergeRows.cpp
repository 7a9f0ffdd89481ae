//===- MergeRows.cpp - One operation for results of the same rows ---------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MergeRows.h"
#include "KernelSpecBuilder.h"
#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::lse;

/// True if `a` and `b` compute the same rows of logits.
static bool haveSameRows(RowOpInterface a, RowOpInterface b) {
  size_t numInputs = a.getRowInputs().size();
  if (a.getRowInputs() != b.getRowInputs() ||
      a.getRowDims() != b.getRowDims() || a.getNumLoops() != b.getNumLoops() ||
      a.getRowDeath() != b.getRowDeath() || a.getNumerics() != b.getNumerics())
    return false;
  SmallVector<AffineMap> mapsOfA = a.getIndexingMapsArray();
  SmallVector<AffineMap> mapsOfB = b.getIndexingMapsArray();
  return ArrayRef(mapsOfA).take_front(numInputs) ==
             ArrayRef(mapsOfB).take_front(numInputs) &&
         OperationEquivalence::isRegionEquivalentTo(
             &a->getRegion(0), &b->getRegion(0),
             OperationEquivalence::IgnoreLocations);
}

/// True if no kind of result is one of both.
static bool haveDifferentResults(RowOpInterface a, RowOpInterface b) {
  return llvm::none_of(a.getResultKindsArray(),
                       [&](ResultKind kind) { return b.hasResultKind(kind); });
}

/// True if one kernel can yield the results of both: those of logits, or the
/// loss and the gradient of a cross-entropy.
static bool haveOneKernel(RowOpInterface a, RowOpInterface b) {
  if (a.getNumTerms() == 1)
    return b.getNumTerms() == 1;
  return (isa<CrossEntropyOp>(a) && isa<CrossEntropyGradOp>(b)) ||
         (isa<CrossEntropyGradOp>(a) && isa<CrossEntropyOp>(b));
}

/// Replaces `first` and `second`, which comes later in the same block, by one
/// operation; fails if the destinations of the second are not there in time.
static FailureOr<RowOpInterface>
merge(RewriterBase &rewriter, RowOpInterface first, RowOpInterface second) {
  if (failed(moveValueDefinitions(rewriter, second.getDestinations(), first)))
    return failure();
  SmallVector<Value> outs(first.getDestinations());
  llvm::append_range(outs, second.getDestinations());
  SmallVector<AffineMap> maps = first.getIndexingMapsArray();
  llvm::append_range(maps, ArrayRef(second.getIndexingMapsArray())
                               .drop_front(second.getRowInputs().size()));
  SmallVector<ResultKind> kinds = first.getResultKindsArray();
  llvm::append_range(kinds, second.getResultKindsArray());
  rewriter.setInsertionPoint(first);
  // A gradient has its loss for a further result, not the other way round.
  RowOpInterface named = isa<CrossEntropyGradOp>(second) ? second : first;
  RowOpInterface merged =
      createRowOpLike(rewriter, named, first.getRowInputs(), outs, maps, kinds);
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
      return haveOneKernel(other, rowOp) && haveSameRows(other, rowOp) &&
             haveDifferentResults(other, rowOp) &&
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
