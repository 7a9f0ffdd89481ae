//===- InlineCallees.cpp - Computations that a front end outlined ---------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InlineCallees.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace mlir::lse;

bool lse::hasExponential(Operation *op) {
  return op
      ->walk([](Operation *inner) {
        return isa<math::ExpOp, math::Exp2Op, math::ExpM1Op, math::PowFOp,
                   linalg::ExpOp, linalg::PowFOp, linalg::ElementwiseOp,
                   linalg::SoftmaxOp, tosa::ExpOp, tosa::PowOp,
                   tosa::SigmoidOp>(inner)
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

namespace {

/// Inlines callees first, so that each body is complete when it is copied.
class CalleeInliner {
public:
  explicit CalleeInliner(ModuleOp module) : module(module), symbols(module) {}

  void run() {
    for (auto function : module.getOps<func::FuncOp>())
      visit(function);
    eraseUnused();
  }

private:
  /// Copies of bodies longer than this would make modules explode.
  static constexpr size_t maxBodyLength = 4096;
  /// Callees of callees are followed so far.
  static constexpr unsigned maxDepth = 64;

  void visit(func::FuncOp function);
  void eraseUnused();
  static bool isInlinable(func::FuncOp callee) {
    return callee.isPrivate() && callee.getBody().hasOneBlock() &&
           callee.front().getOperations().size() <= maxBodyLength &&
           llvm::all_of(callee.front().without_terminator(),
                        [](Operation &op) { return isMemoryEffectFree(&op); });
  }
  void inlineCall(func::CallOp call, func::FuncOp callee);
  bool takesExponential(func::FuncOp function) {
    auto [known, isNew] = exponential.try_emplace(function, false);
    if (isNew)
      known->second = hasExponential(function);
    return known->second;
  }

  ModuleOp module;
  SymbolTable symbols;
  DenseMap<Operation *, bool> isDone;
  DenseMap<Operation *, bool> exponential;
  unsigned depth = 0;
  /// Operations that may still be copied.
  size_t budget = 100000;
  llvm::SetVector<func::FuncOp> inlined;
};

} // namespace

void CalleeInliner::visit(func::FuncOp function) {
  if (depth >= maxDepth || !isDone.try_emplace(function, false).second)
    return;
  llvm::SaveAndRestore deeper(depth, depth + 1);
  // Callees first; one that is not done after that is calling itself.
  SmallVector<std::pair<func::CallOp, func::FuncOp>> calls;
  bool isExponential = takesExponential(function);
  function.walk([&](func::CallOp call) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (!callee || callee.isExternal())
      return;
    visit(callee);
    if (!isDone.lookup(callee) || !isInlinable(callee))
      return;
    calls.push_back({call, callee});
    isExponential |= takesExponential(callee);
  });
  if (isExponential)
    for (auto [call, callee] : calls)
      inlineCall(call, callee);
  exponential[function] = isExponential;
  isDone[function] = true;
}

void CalleeInliner::inlineCall(func::CallOp call, func::FuncOp callee) {
  Block &body = callee.front();
  if (body.getOperations().size() > budget)
    return;
  budget -= body.getOperations().size();
  OpBuilder builder(call);
  IRMapping mapping;
  mapping.map(body.getArguments(), call.getOperands());
  for (Operation &op : body.without_terminator())
    builder.clone(op, mapping);
  for (auto [result, returned] :
       llvm::zip(call.getResults(), body.getTerminator()->getOperands()))
    result.replaceAllUsesWith(mapping.lookupOrDefault(returned));
  call.erase();
  inlined.insert(callee);
}

void CalleeInliner::eraseUnused() {
  std::optional<SymbolTable::UseRange> uses =
      SymbolTable::getSymbolUses(&module.getBodyRegion());
  if (!uses)
    return;
  DenseSet<StringAttr> used;
  for (const SymbolTable::SymbolUse &use : *uses)
    used.insert(use.getSymbolRef().getRootReference());
  for (func::FuncOp function : inlined)
    if (!used.contains(function.getSymNameAttr()))
      function.erase();
}

void lse::inlinePrivateCallees(ModuleOp module) {
  if (hasExponential(module))
    CalleeInliner(module).run();
}
