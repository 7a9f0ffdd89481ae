//===- RowPlan.cpp - How a match can be written ---------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowRewrite.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::lse;

/// Collects what the terms of `rewrite` read, in the order in which they do;
/// false if a part of it can be computed neither in a logit region nor by
/// `linalg.generic`.
static bool collectAccesses(RowRewrite &rewrite) {
  DenseSet<const ScalarExpr *> reached;
  SmallVector<const ScalarExpr *> worklist =
      llvm::to_vector(llvm::reverse(rewrite.match.getTerms()));
  if (rewrite.match.attention)
    reached.insert(rewrite.match.attention->score);
  while (!worklist.empty()) {
    const ScalarExpr *part = worklist.pop_back_val();
    if (!reached.insert(part).second)
      continue;
    llvm::append_range(worklist, llvm::reverse(part->operands));
    switch (part->kind) {
    case ScalarExpr::Kind::Constant:
    case ScalarExpr::Kind::Apply:
      break;
    case ScalarExpr::Kind::Index:
      if (!isa<AffineDimExpr>(part->indices.front()))
        return false;
      break;
    case ScalarExpr::Kind::Access:
      // Merged dimensions of what an attention reads are taken apart.
      if (!rewrite.match.attention &&
          !AffineMap::get(rewrite.match.loops.size(), /*symbolCount=*/0,
                          part->indices, part->source.getContext())
               .isProjectedPermutation(/*allowZeroInResults=*/true))
        rewrite.needsLogitTensor = true;
      rewrite.accesses.push_back(part);
      break;
    case ScalarExpr::Kind::Gather:
    case ScalarExpr::Kind::Reduce:
    case ScalarExpr::Kind::Accumulator:
      return false;
    }
  }
  return true;
}

/// True if each row dimension indexes an input. One along which elements are
/// only repeated does not, and a result with one element per row has no such
/// dimension to tell the operation how often.
static bool indexesRows(const RowRewrite &rewrite) {
  return llvm::all_of(rewrite.match.rowLoops, [&](int64_t loop) {
    return llvm::any_of(rewrite.accesses, [&](const ScalarExpr *access) {
      return llvm::is_contained(
          access->indices, getAffineDimExpr(loop, access->source.getContext()));
    });
  });
}

/// The access whose indices tell the order of the loops: the one that has most
/// of them, those of the row above all.
static const ScalarExpr *getMainAccess(const RowRewrite &rewrite) {
  const ScalarExpr *main = nullptr;
  size_t most = 0;
  for (const ScalarExpr *access : rewrite.accesses) {
    size_t score = 0;
    for (AffineExpr index : access->indices)
      if (auto dim = dyn_cast<AffineDimExpr>(index))
        score += 1 + rewrite.match.loops.size() *
                         llvm::is_contained(rewrite.match.rowLoops,
                                            int64_t(dim.getPosition()));
    if (!main || score > most) {
      main = access;
      most = score;
    }
  }
  return main;
}

/// Orders the loops of an operation with one element per row as its main input
/// has them. Dimensions of extent 1 that only the root has, for example one
/// that keeps the place of the row, are no loops.
static void orderLoops(RowRewrite &rewrite) {
  const RowMatch &match = rewrite.match;
  size_t rank = match.loops.size() - match.rowLoops.size();
  llvm::SmallBitVector isPlaced(match.loops.size());
  auto place = [&](unsigned loop) {
    rewrite.order.push_back(loop);
    isPlaced.set(loop);
  };
  auto nextUnitLoop = [&]() -> std::optional<unsigned> {
    for (unsigned loop = 0; loop < rank; ++loop)
      if (!isPlaced[loop] && match.loops[loop].size == 1)
        return loop;
    return std::nullopt;
  };
  if (const ScalarExpr *main = getMainAccess(rewrite))
    for (AffineExpr index : main->indices) {
      if (auto dim = dyn_cast<AffineDimExpr>(index))
        place(dim.getPosition());
      else if (std::optional<unsigned> unit = nextUnitLoop())
        place(*unit);
    }
  SmallVector<unsigned> outer;
  for (unsigned loop = 0; loop < match.loops.size(); ++loop) {
    if (isPlaced[loop])
      continue;
    if (loop >= rank)
      place(loop);
    else if (match.loops[loop].size != 1)
      outer.push_back(loop);
  }
  rewrite.order.insert(rewrite.order.begin(), outer.begin(), outer.end());
  for (unsigned loop = 0; loop < rank; ++loop)
    if (llvm::is_contained(rewrite.order, loop))
      rewrite.resultDims.push_back(loop);
}

/// The loops of an attention in the order of its default maps: those of the
/// root, but for values, keys, those of the score, values.
static void orderAttentionLoops(RowRewrite &rewrite) {
  const AttentionParts &attention = *rewrite.match.attention;
  SmallVector<unsigned> ofValues;
  for (const ReassociationIndices &loops : attention.rootDims)
    for (int64_t loop : loops) {
      rewrite.resultDims.push_back(loop);
      bool isOfValue =
          llvm::any_of(attention.value->indices, [&](AffineExpr index) {
            return index.isFunctionOfDim(loop);
          });
      if (isOfValue && !rewrite.indexesLogits(loop))
        ofValues.push_back(loop);
      else
        rewrite.order.push_back(loop);
    }
  llvm::append_range(rewrite.order, rewrite.match.rowLoops);
  llvm::append_range(rewrite.order, attention.scoreLoops);
  llvm::append_range(rewrite.order, ofValues);
}

/// Takes the extents of loops from what is read, so that nothing else is needed
/// for them.
static void readExtentsOffInputs(RowRewrite &rewrite) {
  for (const ScalarExpr *access : rewrite.accesses)
    for (auto [position, index] : llvm::enumerate(access->indices))
      if (auto dim = dyn_cast<AffineDimExpr>(index)) {
        Extent &extent = rewrite.match.loops[dim.getPosition()];
        if (!extent.isStatic())
          extent = {ShapedType::kDynamic, access->source,
                    static_cast<unsigned>(position)};
      }
}

FailureOr<RowRewrite> lse::planRewrite(const RowMatch &match) {
  RowRewrite rewrite;
  rewrite.match = match;
  if (match.attention)
    rewrite.accesses = {match.attention->query, match.attention->key,
                        match.attention->value};
  // A tensor of logits has no place for a sink.
  if (!collectAccesses(rewrite) || (match.sink && rewrite.needsLogitTensor))
    return failure();
  if (match.attention) {
    orderAttentionLoops(rewrite);
    readExtentsOffInputs(rewrite);
  } else if (isPerRow(match.kind)) {
    rewrite.needsLogitTensor |= !indexesRows(rewrite);
    orderLoops(rewrite);
  } else {
    llvm::append_range(rewrite.order, llvm::seq<unsigned>(match.loops.size()));
    llvm::append_range(rewrite.resultDims,
                       llvm::seq<int64_t>(match.loops.size()));
  }
  return rewrite;
}

bool RowRewrite::indexesLogits(int64_t loop) const {
  return llvm::any_of(accesses, [&](const ScalarExpr *access) {
    return access != match.attention->value &&
           llvm::any_of(access->indices, [&](AffineExpr index) {
             return index.isFunctionOfDim(loop);
           });
  });
}

SmallVector<int64_t> RowRewrite::getQueryLoops() const {
  SmallVector<int64_t> loops;
  for (const ReassociationIndices &dim : match.attention->rootDims)
    for (int64_t loop : dim)
      if (indexesLogits(loop))
        loops.push_back(loop);
  return loops;
}

Value RowRewrite::getOwnDestination() const {
  Value root = match.root;
  if (!match.summedLoops.empty() || !mayUseOwnDestination)
    return {};
  auto producer = root.getDefiningOp<DestinationStyleOpInterface>();
  bool hasAllDims = resultDims.size() ==
                    size_t(cast<RankedTensorType>(root.getType()).getRank());
  if (!producer || !hasAllDims)
    return {};
  Value destination = producer.getTiedOpOperand(cast<OpResult>(root))->get();
  auto fill = destination.getDefiningOp<linalg::FillOp>();
  return fill ? fill.getOutputs().front() : destination;
}

SmallVector<Value> RowRewrite::getUses() const {
  if (beside)
    return {beside};
  SmallVector<Value> uses;
  for (const ScalarExpr *access : accesses)
    uses.push_back(access->source);
  for (const Extent &extent : match.loops)
    if (!extent.isStatic())
      uses.push_back(extent.source);
  if (Value destination = getOwnDestination())
    uses.push_back(destination);
  return uses;
}
