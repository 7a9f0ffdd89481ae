//===- RangeChecks.cpp - Erase what nothing needs -------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RangeChecks.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::lse;

/// True if `op` has no effect but to check something, and nothing needs its
/// results.
static bool onlyChecks(Operation *op) {
  auto genericOp = dyn_cast<linalg::GenericOp>(op);
  return genericOp && genericOp.hasPureTensorSemantics() && op->use_empty() &&
         llvm::all_of(
             genericOp.getBody()->without_terminator(), [](Operation &inner) {
               return isa<cf::AssertOp>(inner) || isMemoryEffectFree(&inner);
             });
}

/// Lets `op` yield zeros, and drops all in its body that is only there for
/// results.
static void dropResults(Operation *op) {
  Block *body = cast<linalg::GenericOp>(op).getBody();
  Operation *yield = body->getTerminator();
  OpBuilder builder(yield);
  for (OpOperand &operand : yield->getOpOperands())
    if (TypedAttr zero = builder.getZeroAttr(operand.get().getType()))
      operand.set(arith::ConstantOp::create(builder, op->getLoc(), zero));
  for (Operation &inner : llvm::make_early_inc_range(llvm::reverse(*body)))
    if (isOpTriviallyDead(&inner))
      inner.erase();
}

void lse::eraseUnneeded(llvm::SetVector<Operation *> worklist) {
  auto addProducers = [&](ValueRange values) {
    for (Value value : values)
      if (Operation *producer = value.getDefiningOp())
        worklist.insert(producer);
  };
  while (!worklist.empty()) {
    Operation *candidate = worklist.pop_back_val();
    llvm::SetVector<Value> needed;
    needed.insert_range(candidate->getOperands());
    getUsedValuesDefinedAbove(candidate->getRegions(), needed);
    if (isOpTriviallyDead(candidate))
      candidate->erase();
    else if (onlyChecks(candidate))
      dropResults(candidate);
    else
      continue;
    addProducers(needed.getArrayRef());
  }
}
