//===- PrepareKernels.cpp - The lse-prepare-kernels pass ------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelSpecBuilder.h"
#include "lse/Conversion/Passes.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

#define DEBUG_TYPE "lse-prepare-kernels"

namespace mlir::lse {
#define GEN_PASS_DEF_LSEPREPAREKERNELS
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

/// Computes the logits of `op` into a tensor of their own, the only input of
/// the operation that takes its place.
static void materializeLogits(RewriterBase &rewriter, RowOpInterface op) {
  rewriter.setInsertionPoint(op);
  AffineMap identity = rewriter.getMultiDimIdentityMap(op.getNumLoops());

  Value logits = createLogits(rewriter, op);
  SmallVector<AffineMap> newMaps = {identity};
  for (unsigned index = 0; index < op.getDestinations().size(); ++index)
    newMaps.push_back(op.getDestinationMap(index));
  RowOpInterface replacement = createRowOp(
      rewriter, op.getLoc(), op.getOwnResultKind(), logits,
      op.getDestinations(), newMaps, op.getRowDims(), op.getResultKindsArray(),
      [](OpBuilder &, Location, ValueRange arguments) { return arguments[0]; });
  replacement.setRowDeath(op.getRowDeath());
  replacement.setNumerics(op.getNumerics());
  replacement.setStabilized(op.getStabilized());
  rewriter.replaceOp(op, replacement);
}

/// Lets `op` work in place on logits that nothing else reads: its destination
/// becomes the input itself, and what computes that is free to write to the
/// caller's memory.
static void reuseLogitsAsDestination(RowOpInterface op) {
  if (!op.hasIdentityLogit() || op->getNumResults() != 1 ||
      !op.getDestinationMap(0).isIdentity())
    return;
  Value logits = op.getRowInputs().front();
  if (logits.getDefiningOp<DestinationStyleOpInterface>() &&
      logits.hasOneUse() &&
      logits.getType() == op.getDestinations().front().getType())
    cast<DestinationStyleOpInterface>(op.getOperation())
        .getDpsInitsMutable()
        .assign(logits);
}

namespace {

struct LSEPrepareKernelsPass final
    : lse::impl::LSEPrepareKernelsBase<LSEPrepareKernelsPass> {
  void runOnOperation() override {
    SmallVector<RowOpInterface> ops;
    getOperation()->walk([&](RowOpInterface op) { ops.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (RowOpInterface op : ops) {
      if (std::optional<std::string> obstacle = getKernelObstacle(op)) {
        report(op, "decomposed", *obstacle);
        FailureOr<SmallVector<Value>> results =
            cast<linalg::AggregatedOpInterface>(op.getOperation())
                .decomposeOperation(rewriter);
        if (failed(results)) {
          op.emitError("has no kernel (")
              << *obstacle << ") and is not on tensors, so that it cannot be "
              << "decomposed; run lse-prepare-kernels before bufferization";
          return signalPassFailure();
        }
        rewriter.replaceOp(op, *results);
        continue;
      }
      if (std::optional<std::string> obstacle = getLogitObstacle(op)) {
        report(op, "logits-materialized", *obstacle);
        materializeLogits(rewriter, op);
      }
    }
    getOperation()->walk(
        [](RowOpInterface op) { reuseLogitsAsDestination(op); });
  }

private:
  void report(RowOpInterface op, StringRef name, const std::string &obstacle) {
    remark::missed(op.getLoc(),
                   remark::RemarkOpts::name(name).category(DEBUG_TYPE))
        << remark::reason("{0}: {1}", op->getName().getStringRef(), obstacle);
  }
};

} // namespace
