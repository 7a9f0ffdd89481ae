//===- ThreadStatus.cpp - The lse-thread-status pass ----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/Passes.h"
#include "lse/Conversion/StatusCell.h"

namespace mlir::lse {
#define GEN_PASS_DEF_LSETHREADSTATUS
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

MemRefType lse::getStatusCellType(MLIRContext *context) {
  return MemRefType::get({}, IntegerType::get(context, 32));
}

Value lse::getStatusCell(FunctionOpInterface function) {
  unsigned last = function.getNumArguments();
  if (function.isExternal() || last == 0 ||
      !function.getArgAttr(last - 1, statusAttributeName))
    return Value();
  return function.getArgument(last - 1);
}

namespace {

struct LSEThreadStatusPass final
    : lse::impl::LSEThreadStatusBase<LSEThreadStatusPass> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    MemRefType type = getStatusCellType(context);
    SymbolTable symbols(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal() || getStatusCell(function))
        continue;
      auto attributes = DictionaryAttr::get(
          context, NamedAttribute(StringAttr::get(context, statusAttributeName),
                                  UnitAttr::get(context)));
      if (failed(function.insertArgument(function.getNumArguments(), type,
                                         attributes, function.getLoc())))
        return signalPassFailure();
    }
    getOperation().walk([&](func::CallOp call) {
      auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
      auto caller = call->getParentOfType<func::FuncOp>();
      if (!callee || !getStatusCell(callee) ||
          call.getNumOperands() == callee.getNumArguments())
        return;
      call.getOperandsMutable().append(getStatusCell(caller));
    });
  }
};

} // namespace
