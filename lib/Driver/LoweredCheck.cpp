//===- LoweredCheck.cpp - Is everything in the LLVM dialect? --------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoweredCheck.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/Analysis/TargetLibraryInfo.h"

using namespace mlir;

LogicalResult lse::checkLowered(ModuleOp module) {
  WalkResult result = module->walk([&](Operation *op) {
    if (op == module || isa<LLVM::LLVMDialect>(op->getDialect()))
      return WalkResult::advance();
    // A cast is what is left beside an operation that was not converted.
    Operation *culprit = op;
    if (isa<UnrealizedConversionCastOp>(op)) {
      auto isForeign = [](Operation *other) {
        return other && !isa<UnrealizedConversionCastOp>(other) &&
               !isa<LLVM::LLVMDialect>(other->getDialect());
      };
      for (Operation *user : op->getUsers())
        if (isForeign(user))
          culprit = user;
      for (Value operand : op->getOperands())
        if (isForeign(operand.getDefiningOp()))
          culprit = operand.getDefiningOp();
    }
    culprit->emitError("'")
        << culprit->getName()
        << "' could not be lowered to LLVM: lse-compile compiles upstream "
           "dialects that have a way there for CPUs, and lse";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult lse::checkCallees(ModuleOp module,
                                const llvm::StringSet<> &declared) {
  llvm::TargetLibraryInfoImpl library{
      llvm::Triple(module
                       ->getAttrOfType<StringAttr>(
                           LLVM::LLVMDialect::getTargetTripleAttrName())
                       .strref())};
  auto isKnown = [&](StringRef name) {
    llvm::LibFunc function;
    return name.starts_with("lse_rt_") || name.starts_with("llvm.") ||
           declared.contains(name) || library.getLibFunc(name, function);
  };
  WalkResult result = module->walk([&](LLVM::CallOp call) {
    std::optional<StringRef> callee = call.getCallee();
    if (!callee)
      return WalkResult::advance();
    auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(*callee);
    if (!function || !function.isExternal() || isKnown(*callee))
      return WalkResult::advance();
    call->emitError("could not be lowered to code of its own: it calls '")
        << *callee << "', which is in no library that programs link";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

llvm::StringSet<> lse::getDeclaredFunctions(ModuleOp module) {
  llvm::StringSet<> declared;
  for (auto function : module.getOps<FunctionOpInterface>())
    if (function.isExternal())
      declared.insert(function.getName());
  return declared;
}
