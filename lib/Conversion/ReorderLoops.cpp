//===- ReorderLoops.cpp - The lse-reorder-loops pass ----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"

namespace mlir::lse {
#define GEN_PASS_DEF_LSEREORDERLOOPS
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

/// True if the elements of `operand`, which `map` indexes, are adjacent along
/// loop `dim`, or the same.
static bool isAdjacentAlong(Value operand, AffineMap map, unsigned dim) {
  if (!map.isFunctionOfDim(dim))
    return true;
  auto type = dyn_cast<MemRefType>(operand.getType());
  return type &&
         map.getResults().back() == getAffineDimExpr(dim, map.getContext()) &&
         !map.dropResult(map.getNumResults() - 1).isFunctionOfDim(dim) &&
         type.isLastDimUnitStride();
}

/// The last parallel loop along which all operands of `op` have adjacent
/// elements and the results are not the same.
static std::optional<unsigned> getInnerLoop(linalg::LinalgOp op) {
  for (unsigned dim = op.getNumLoops(); dim-- > 0;) {
    if (!linalg::isParallelIterator(op.getIteratorTypesArray()[dim]))
      continue;
    bool isFine = llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
      AffineMap map = op.getMatchingIndexingMap(&operand);
      return isAdjacentAlong(operand.get(), map, dim) &&
             (!op.isDpsInit(&operand) || map.isFunctionOfDim(dim));
    });
    if (isFine)
      return dim;
  }
  return std::nullopt;
}

/// Makes the loop with adjacent elements the innermost of `op`, which sums
/// along its innermost one now. What each result is made of, and in which
/// order, stays the same.
static void reorder(RewriterBase &rewriter, linalg::LinalgOp op) {
  std::optional<unsigned> inner = getInnerLoop(op);
  if (!inner)
    return;
  SmallVector<unsigned> order;
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim)
    if (dim != *inner)
      order.push_back(dim);
  order.push_back(*inner);
  rewriter.setInsertionPoint(op);
  auto generic = dyn_cast<linalg::GenericOp>(*op);
  if (!generic) {
    FailureOr<linalg::GenericOp> generalized =
        linalg::generalizeNamedOp(rewriter, op);
    if (failed(generalized))
      return;
    generic = *generalized;
  }
  (void)linalg::interchangeGenericOp(rewriter, generic, order);
}

namespace {

struct LSEReorderLoopsPass final
    : lse::impl::LSEReorderLoopsBase<LSEReorderLoopsPass> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> sums;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (op.hasPureBufferSemantics() && op.getNumLoops() > 1 &&
          linalg::isReductionIterator(op.getIteratorTypesArray().back()))
        sums.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : sums)
      reorder(rewriter, op);
  }
};

} // namespace
