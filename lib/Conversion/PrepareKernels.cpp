//===- PrepareKernels.cpp - The lse-prepare-kernels pass ------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelSpecBuilder.h"
#include "LogitNodes.h"
#include "MergeRows.h"
#include "lse/Conversion/Passes.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

#define DEBUG_TYPE "lse-prepare-kernels"

namespace mlir::lse {
#define GEN_PASS_DEF_LSEPREPAREKERNELS
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

/// Computes the logits of `op` into a tensor of their own, and the sinks into
/// another, which are all inputs of the operation that takes its place.
static void materializeLogits(RewriterBase &rewriter, RowOpInterface op) {
  rewriter.setInsertionPoint(op);
  AffineMap identity = rewriter.getMultiDimIdentityMap(op.getNumLoops());

  SmallVector<Value> inputs = {createTerms(rewriter, op).front()};
  SmallVector<AffineMap> newMaps = {identity};
  if (Value sink = op.getSink()) {
    inputs.push_back(createRowTerm(rewriter, op, sink));
    newMaps.push_back(getDefaultResultMap(op.getContext(),
                                          ResultKind::LogSumExp,
                                          op.getNumLoops(), op.getRowDims()));
  }
  for (unsigned index = 0; index < op.getDestinations().size(); ++index)
    newMaps.push_back(op.getDestinationMap(index));
  RowOpInterface replacement = createRowOp(
      rewriter, op.getLoc(), op->getName(), inputs, op.getDestinations(),
      newMaps, op.getRowDims(), op.getResultKindsArray(),
      [](OpBuilder &, Location, ValueRange arguments) {
        return SmallVector<Value>(arguments);
      });
  replacement.setRowDeath(op.getRowDeath());
  replacement.setNumerics(op.getNumerics());
  replacement.setStabilized(op.getStabilized());
  rewriter.replaceOp(op, replacement);
}

/// True if `op` alone reads input `index`, which has just been computed.
static bool ownsInput(RowOpInterface op, unsigned index) {
  Value input = op.getRowInputs()[index];
  return input.getDefiningOp<DestinationStyleOpInterface>() &&
         input.hasOneUse();
}

/// Lets `op` work in place on an input that nothing else reads: a destination
/// becomes the input itself, and what computes that is free to write to the
/// caller's memory. The types have to be equal, so that nothing is narrowed
/// before it is used.
static void reuseInputAsDestination(RowOpInterface op) {
  if (!op.mayWorkInPlace())
    return;
  MutableOperandRange outs =
      cast<DestinationStyleOpInterface>(op.getOperation()).getDpsInitsMutable();
  for (unsigned input = 0; input < op.getRowInputs().size(); ++input)
    for (unsigned out = 0; out < op.getDestinations().size(); ++out)
      if (op.getInputMap(input) == op.getDestinationMap(out) &&
          op.getInputMap(input).isPermutation() &&
          op.getRowInputs()[input].getType() ==
              op.getDestinations()[out].getType() &&
          ownsInput(op, input)) {
        outs[out].set(op.getRowInputs()[input]);
        return;
      }
}

/// Takes the argmax out of `op`, which is on tensors: it is decomposed, and the
/// other results keep their kernel. Fails if there are no tensors.
static FailureOr<RowOpInterface> splitArgMax(RewriterBase &rewriter,
                                             RowOpInterface op) {
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  unsigned argMax = llvm::find(kinds, ResultKind::ArgMax) - kinds.begin();
  rewriter.setInsertionPoint(op);
  Operation *before = op->getPrevNode();
  FailureOr<SmallVector<Value>> decomposed =
      cast<linalg::AggregatedOpInterface>(op.getOperation())
          .decomposeOperation(rewriter);
  if (failed(decomposed))
    return failure();

  SmallVector<Value> outs(op.getDestinations());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  outs.erase(outs.begin() + argMax);
  maps.erase(maps.begin() + op.getRowInputs().size() + argMax);
  kinds.erase(kinds.begin() + argMax);
  rewriter.setInsertionPoint(op);
  RowOpInterface rest =
      createRowOpLike(rewriter, op, op.getRowInputs(), outs, maps, kinds);
  SmallVector<Value> results(rest->getResults());
  results.insert(results.begin() + argMax, (*decomposed)[argMax]);
  rewriter.replaceOp(op, results);
  // What was made for the other results is not needed.
  for (Operation *made = rest->getPrevNode(); made && made != before;) {
    Operation *previous = made->getPrevNode();
    if (isOpTriviallyDead(made))
      rewriter.eraseOp(made);
    made = previous;
  }
  return rest;
}

/// Takes the results of the logits of `op`, a loss or a gradient, into an
/// operation of their own, as its kernel does not yield them.
static void splitResultsOfLogits(RewriterBase &rewriter, RowOpInterface op) {
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  SmallVector<ResultKind> own, others;
  for (ResultKind kind : kinds)
    (mayYieldInKernel(op, kind) ? own : others).push_back(kind);
  // A memref that is a result and an input may not be written too early.
  if (op.getNumTerms() == 1 || !getMainResultKind(others) ||
      op.getNumerics() == Numerics::Accurate || op->getNumResults() == 0)
    return;
  rewriter.setInsertionPoint(op);
  size_t numInputs = op.getRowInputs().size();
  SmallVector<Value> results(kinds.size());
  auto create = [&](bool isOwn) {
    SmallVector<Value> outs;
    SmallVector<AffineMap> maps = llvm::to_vector(
        ArrayRef(op.getIndexingMapsArray()).take_front(numInputs));
    SmallVector<unsigned> numbers;
    for (auto [number, kind] : llvm::enumerate(kinds))
      if (mayYieldInKernel(op, kind) == isOwn) {
        numbers.push_back(number);
        outs.push_back(op.getDestinations()[number]);
        maps.push_back(op.getDestinationMap(number));
      }
    RowOpInterface part = createRowOpLike(rewriter, op, op.getRowInputs(), outs,
                                          maps, isOwn ? own : others);
    for (auto [number, result] : llvm::zip(numbers, part->getResults()))
      results[number] = result;
  };
  create(/*isOwn=*/true);
  create(/*isOwn=*/false);
  rewriter.replaceOp(op, results);
}

namespace {

struct LSEPrepareKernelsPass final
    : lse::impl::LSEPrepareKernelsBase<LSEPrepareKernelsPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    // Losses, gradients, attention and routing are made of operations that may
    // have kernels, what has exact zeros and top-k are not.
    if (failed(decomposeSelections(rewriter)))
      return signalPassFailure();
    if (failed(expandRegions(rewriter)))
      return signalPassFailure();
    for (RowOpInterface op : getOps<RowOpInterface>())
      splitResultsOfLogits(rewriter, op);
    for (RowOpInterface op : getOps<RowOpInterface>()) {
      bool hasParts =
          !op.mayHaveKernel() || op.isAttention() || op.getNumTerms() > 1;
      if (std::optional<std::string> obstacle = getKernelObstacle(op);
          hasParts && obstacle && failed(decompose(rewriter, op, *obstacle)))
        return signalPassFailure();
    }
    for (RowOpInterface op : getOps<RowOpInterface>())
      if (op.hasResultKind(ResultKind::ArgMax))
        (void)splitArgMax(rewriter, op);
    mergeRowOps(rewriter, getOperation());
    for (RowOpInterface op : getOps<RowOpInterface>()) {
      if (std::optional<std::string> obstacle = getKernelObstacle(op)) {
        if (op.getNumerics() == Numerics::Accurate)
          op.emitWarning("is not accurate: no kernel covers it (")
              << *obstacle << "), and what it is decomposed into has standard "
              << "numerics";
        if (failed(decompose(rewriter, op, *obstacle)))
          return signalPassFailure();
        continue;
      }
      if (std::optional<std::string> obstacle = getLogitObstacle(op)) {
        report(op, "logits-materialized", *obstacle);
        materializeLogits(rewriter, op);
      }
    }
    getOperation()->walk(
        [](RowOpInterface op) { reuseInputAsDestination(op); });
  }

private:
  template <typename OpT>
  SmallVector<OpT> getOps() {
    SmallVector<OpT> ops;
    getOperation()->walk([&](OpT op) { ops.push_back(op); });
    return ops;
  }

  /// Tests class numbers and temperatures before what has them in its region.
  LogicalResult expandRegions(RewriterBase &rewriter) {
    SmallVector<RowOpInterface> ops;
    // Each step may leave one of the other kind.
    while (!(ops = getOpsToExpand()).empty())
      for (RowOpInterface op : ops) {
        rewriter.setInsertionPoint(op);
        FailureOr<SmallVector<Value>> results =
            cast<linalg::AggregatedOpInterface>(op.getOperation())
                .decomposeOperation(rewriter);
        if (failed(results))
          return op->emitError("tests its inputs and is not on tensors; run "
                               "lse-prepare-kernels before bufferization");
        rewriter.replaceOp(op, *results);
      }
    return success();
  }
  SmallVector<RowOpInterface> getOpsToExpand() {
    SmallVector<RowOpInterface> ops = getOps<RowOpInterface>();
    llvm::erase_if(ops, [](RowOpInterface op) { return !needsExpansion(op); });
    return ops;
  }

  /// Decomposes what chooses from rows, routing first, as it has a top-k in it.
  LogicalResult decomposeSelections(RewriterBase &rewriter) {
    for (RouteOp op : getOps<RouteOp>())
      if (failed(decompose(rewriter, op, "no kernel chooses from rows")))
        return failure();
    for (TopKOp op : getOps<TopKOp>())
      if (failed(decompose(rewriter, op, "no kernel chooses from rows")))
        return failure();
    return success();
  }

  /// Decomposes `op`, which has no kernel because of `obstacle`.
  LogicalResult decompose(RewriterBase &rewriter, Operation *op,
                          StringRef obstacle) {
    report(op, "decomposed", obstacle);
    rewriter.setInsertionPoint(op);
    FailureOr<SmallVector<Value>> results =
        cast<linalg::AggregatedOpInterface>(op).decomposeOperation(rewriter);
    if (failed(results))
      return op->emitError("has no kernel (")
             << obstacle << ") and is not on tensors, so that it cannot be "
             << "decomposed; run lse-prepare-kernels before bufferization";
    rewriter.replaceOp(op, *results);
    return success();
  }

  void report(Operation *op, StringRef name, StringRef obstacle) {
    remark::missed(op->getLoc(),
                   remark::RemarkOpts::name(name).category(DEBUG_TYPE))
        << remark::reason("{0}: {1}", op->getName().getStringRef(), obstacle);
  }
};

} // namespace
