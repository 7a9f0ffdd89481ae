//===- LowerAsserts.cpp - The lse-lower-asserts pass ----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/Passes.h"
#include "lse/Conversion/StatusCell.h"

namespace mlir::lse {
#define GEN_PASS_DEF_LSELOWERASSERTS
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

struct LSELowerAssertsPass final
    : lse::impl::LSELowerAssertsBase<LSELowerAssertsPass> {
  void runOnOperation() override {
    SmallVector<cf::AssertOp> asserts;
    getOperation().walk([&](cf::AssertOp op) { asserts.push_back(op); });
    if (asserts.empty())
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
    for (func::CallOp call : calls)
      returnIfFailed(call);
  }

private:
  LogicalResult lowerAssert(cf::AssertOp op) {
    auto function = dyn_cast<func::FuncOp>(op->getParentOp());
    Value cell = function ? getStatusCell(function) : Value();
    if (!cell)
      return op.emitError("needs unstructured control flow and a status cell; "
                          "run lse-thread-status and convert-scf-to-cf first");
    Block *failed = branchUnless(op, op.getArg());
    OpBuilder builder = OpBuilder::atBlockEnd(failed);
    Value status = arith::ConstantOp::create(
        builder, op.getLoc(),
        builder.getI32IntegerAttr(
            static_cast<int32_t>(Status::AssertionFailed)));
    memref::StoreOp::create(builder, op.getLoc(), status, cell);
    createFailureReturn(builder, op.getLoc(), function);
    op.erase();
    return success();
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
