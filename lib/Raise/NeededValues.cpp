//===- NeededValues.cpp - What is left when all is raised -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NeededValues.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::lse;

NeededValues::NeededValues(FunctionOpInterface function,
                           function_ref<const RowRewrite *(Value)> getRewrite) {
  SmallVector<Value> worklist;
  auto add = [&](ValueRange values, Operation *user) {
    for (Value value : values) {
      if (needed.insert(value).second)
        worklist.push_back(value);
      const RowRewrite *rewrite = getRewrite(value);
      if (rewrite && rewrite->match.kind == ResultKind::LogSumExp)
        users[value].push_back(user);
    }
  };
  function->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (op != function && !wouldOpBeTriviallyDead(op))
      add(op->getOperands(), op);
    return isa<linalg::LinalgOp>(op) ? WalkResult::skip()
                                     : WalkResult::advance();
  });
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (const RowRewrite *rewrite = getRewrite(value)) {
      add(rewrite->getUses(), op);
      continue;
    }
    if (!op)
      continue;
    add(op->getOperands(), op);
    SetVector<Value> captured;
    getUsedValuesDefinedAbove(op->getRegions(), captured);
    add(captured.getArrayRef(), op);
  }
}
