//===- LowerFailures.cpp - The lse-lower-failures pass
//----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/Passes.h"
#include "lse/Conversion/StatusCell.h"

namespace mlir::lse {
#define GEN_PASS_DEF_LSELOWERFAILURES
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

/// Splits the block before `position` so that the function goes on only where
/// `condition` holds. Returns the block that runs where it does not, empty.
static Block *branchUnless(Operation *position, Value condition) {
  Block *before = position->getBlock();
  Block *after = before->splitBlock(position);
  Block *failed =
      OpBuilder(position->getContext())
          .createBlock(after->getParent(), std::next(Region::iterator(after)));
  OpBuilder builder = OpBuilder::atBlockEnd(before);
  cf::CondBranchOp::create(builder, position->getLoc(), condition, after,
                           failed);
  return failed;
}

/// Returns from `function`; results of a failed function mean nothing.
static void createFailureReturn(OpBuilder &builder, Location loc,
                                func::FuncOp function) {
  SmallVector<Value> results;
  for (Type type : function.getResultTypes())
    results.push_back(ub::PoisonOp::create(builder, loc, type));
  func::ReturnOp::create(builder, loc, results);
}

namespace {

struct LSELowerFailuresPass final
    : lse::impl::LSELowerFailuresBase<LSELowerFailuresPass> {
  void runOnOperation() override {
    SmallVector<cf::AssertOp> asserts;
    SmallVector<memref::AllocOp> allocations;
    getOperation().walk([&](Operation *op) {
      if (auto assertion = dyn_cast<cf::AssertOp>(op))
        asserts.push_back(assertion);
      if (auto allocation = dyn_cast<memref::AllocOp>(op))
        allocations.push_back(allocation);
    });
    if (asserts.empty() && allocations.empty())
      return;
    SmallVector<func::CallOp> calls;
    SymbolTable symbols(getOperation());
    getOperation().walk([&](func::CallOp call) {
      auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
      if (callee && getStatusCell(callee))
        calls.push_back(call);
    });
    for (cf::AssertOp op : asserts)
      if (failed(lowerAssert(op)))
        return signalPassFailure();
    for (memref::AllocOp op : allocations)
      if (failed(checkAllocation(op)))
        return signalPassFailure();
    for (func::CallOp call : calls)
      returnIfFailed(call);
  }

private:
  /// Goes on at `position` only where `condition` holds; else sets the status
  /// cell and returns.
  LogicalResult failUnless(Operation *position, Value condition,
                           Status status) {
    auto function = dyn_cast<func::FuncOp>(position->getParentOp());
    Value cell = function ? getStatusCell(function) : Value();
    if (!cell)
      return position->emitError(
          "needs unstructured control flow and a status cell; run "
          "lse-thread-status and convert-scf-to-cf first");
    Location loc = position->getLoc();
    OpBuilder builder =
        OpBuilder::atBlockEnd(branchUnless(position, condition));
    Value number = arith::ConstantOp::create(
        builder, loc, builder.getI32IntegerAttr(static_cast<int32_t>(status)));
    memref::StoreOp::create(builder, loc, number, cell);
    createFailureReturn(builder, loc, function);
    return success();
  }

  LogicalResult lowerAssert(cf::AssertOp op) {
    // What generate-runtime-verification asks is whether extents agree.
    bool isVerification =
        op.getMsg().starts_with("ERROR: Runtime op verification failed");
    if (failed(failUnless(op, op.getArg(),
                          isVerification ? Status::ExtentMismatch
                                         : Status::AssertionFailed)))
      return failure();
    op.erase();
    return success();
  }

  LogicalResult checkAllocation(memref::AllocOp op) {
    // An empty allocation may well be null: what is used is never null.
    Location loc = op.getLoc();
    OpBuilder builder(op->getContext());
    builder.setInsertionPointAfter(op);
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
    Value address =
        memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, op);
    Value isThere = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::ne, address, zero);
    for (Value size : op.getDynamicSizes()) {
      Value isEmpty = arith::CmpIOp::create(
          builder, loc, arith::CmpIPredicate::eq, size, zero);
      isThere = arith::OrIOp::create(builder, loc, isThere, isEmpty);
    }
    return failUnless(isThere.getDefiningOp()->getNextNode(), isThere,
                      Status::OutOfMemory);
  }

  /// A caller must not go on with what a failed function left undone.
  void returnIfFailed(func::CallOp call) {
    auto function = dyn_cast<func::FuncOp>(call->getParentOp());
    Value cell = function ? getStatusCell(function) : Value();
    if (!cell)
      return;
    Location loc = call.getLoc();
    OpBuilder builder(call->getContext());
    builder.setInsertionPointAfter(call);
    Value status = memref::LoadOp::create(builder, loc, cell);
    Value zero =
        arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(0));
    Value isFine = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                         status, zero);
    Block *failed = branchUnless(isFine.getDefiningOp()->getNextNode(), isFine);
    builder.setInsertionPointToEnd(failed);
    createFailureReturn(builder, loc, function);
  }
};

} // namespace
