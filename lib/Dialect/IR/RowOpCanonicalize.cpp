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
#include "llvm/ADT/SmallBitVector.h"

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
        op.isAttention()
            ? op.getOwnResultKind()
            : getMainResultKind(usedKinds).value_or(op.getOwnResultKind());

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

/// Drops inputs that the logit does not read, unless they alone tell the extent
/// of a loop, and reads those once that are there twice.
struct SimplifyInputs final : OpInterfaceRewritePattern<RowOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(RowOpInterface op,
                                PatternRewriter &rewriter) const override {
    for (unsigned index = 0; index < op.getRowInputs().size(); ++index) {
      BlockArgument argument = op.getElementOfInput(index);
      if (!argument)
        continue;
      if (std::optional<unsigned> twin = findTwin(op, index)) {
        rewriter.replaceAllUsesWith(argument, op.getElementOfInput(*twin));
        dropInput(rewriter, op, index);
        return success();
      }
      if (argument.use_empty() && tellsNoExtent(op, index)) {
        dropInput(rewriter, op, index);
        return success();
      }
    }
    return rewriter.notifyMatchFailure(op, "every input is needed");
  }

private:
  /// An input before `index` that is the same value, read at the same places.
  static std::optional<unsigned> findTwin(RowOpInterface op, unsigned index) {
    for (unsigned other = 0; other < index; ++other)
      if (op.getElementOfInput(other) &&
          op.getRowInputs()[other] == op.getRowInputs()[index] &&
          op.getInputMap(other) == op.getInputMap(index))
        return other;
    return std::nullopt;
  }

  /// True if each loop that input `index` has is one of another operand too,
  /// with as much known of its extent.
  static bool tellsNoExtent(RowOpInterface op, unsigned index) {
    SmallVector<int64_t> extents(op.getNumLoops(), ShapedType::kDynamic);
    llvm::SmallBitVector covered(op.getNumLoops());
    SmallVector<Value> operands(op.getRowInputs());
    llvm::append_range(operands, op.getDestinations());
    for (auto [other, map] : llvm::enumerate(op.getIndexingMapsArray())) {
      if (other == index)
        continue;
      for (auto [position, expr] : llvm::enumerate(map.getResults())) {
        auto dim = dyn_cast<AffineDimExpr>(expr);
        if (!dim)
          continue;
        covered.set(dim.getPosition());
        int64_t extent =
            cast<ShapedType>(operands[other].getType()).getDimSize(position);
        if (!ShapedType::isDynamic(extent))
          extents[dim.getPosition()] = extent;
      }
    }
    return covered.all() && extents == op.getLoopExtents();
  }

  static void dropInput(PatternRewriter &rewriter, RowOpInterface op,
                        unsigned index) {
    SmallVector<Value> inputs(op.getRowInputs());
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    inputs.erase(inputs.begin() + index);
    maps.erase(maps.begin() + index);
    unsigned argument = op.getElementOfInput(index).getArgNumber();
    RowOpInterface replacement =
        createRowOpLike(rewriter, op, inputs, op.getDestinations(), maps,
                        op.getResultKindsArray());
    replacement.getLogitBody()->eraseArgument(argument);
    rewriter.replaceOp(op, replacement);
  }
};

} // namespace

void LSEDialect::getCanonicalizationPatterns(
    RewritePatternSet &patterns) const {
  patterns.add<DropUnusedResults, SimplifyInputs>(getContext());
}
