//===- SelectsToBranches.cpp - The lse-selects-to-branches pass -----------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::lse {
#define GEN_PASS_DEF_LSESELECTSTOBRANCHES
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

static bool isChoiceOfTensor(arith::SelectOp op) {
  return isa<TensorType>(op.getType()) &&
         op.getCondition().getType().isInteger(1);
}

namespace {

struct LSESelectsToBranchesPass final
    : lse::impl::LSESelectsToBranchesBase<LSESelectsToBranchesPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<arith::SelectOp> selects;
    getOperation()->walk([&](arith::SelectOp op) {
      if (isChoiceOfTensor(op))
        selects.push_back(op);
    });
    for (arith::SelectOp op : selects) {
      rewriter.setInsertionPoint(op);
      auto yield = [](Value value) {
        return [value](OpBuilder &builder, Location loc) {
          scf::YieldOp::create(builder, loc, value);
        };
      };
      rewriter.replaceOpWithNewOp<scf::IfOp>(op, op.getCondition(),
                                             yield(op.getTrueValue()),
                                             yield(op.getFalseValue()));
    }
  }
};

} // namespace
