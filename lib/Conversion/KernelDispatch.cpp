//===- KernelDispatch.cpp - The best kernel that a machine has ------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelDispatch.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;
using namespace mlir::lse;

static constexpr StringLiteral supportsName = "lse_rt_supports";

/// What decides which kernel is called decides the name.
static std::string getDispatcherName(ArrayRef<KernelVersion> versions) {
  llvm::SHA256 hash;
  for (const KernelVersion &version : versions) {
    hash.update(version.kernel);
    hash.update(":" + llvm::utohexstr(version.features) + ";");
  }
  std::array<uint8_t, 32> bytes = hash.final();
  return "lse." +
         llvm::toHex(ArrayRef(bytes).take_front(8), /*LowerCase=*/true) +
         ".dispatch";
}

static LLVM::LLVMFuncOp getOrDeclareSupports(OpBuilder &builder,
                                             ModuleOp module, Location loc) {
  if (auto known = module.lookupSymbol<LLVM::LLVMFuncOp>(supportsName))
    return known;
  auto type =
      LLVM::LLVMFunctionType::get(builder.getI32Type(), {builder.getI64Type()});
  return LLVM::LLVMFuncOp::create(builder, loc, supportsName, type);
}

/// Ends the block with a call of `kernel` and the return of its status.
static void buildCall(OpBuilder &builder, Location loc,
                      LLVM::LLVMFuncOp dispatcher, LLVM::LLVMFuncOp kernel) {
  auto call =
      LLVM::CallOp::create(builder, loc, kernel, dispatcher.getArguments());
  LLVM::ReturnOp::create(builder, loc, call.getResult());
}

/// Calls `kernel` if the machine has `features`; goes on in a new block if not.
static void buildTest(OpBuilder &builder, Location loc,
                      LLVM::LLVMFuncOp dispatcher, LLVM::LLVMFuncOp supports,
                      LLVM::LLVMFuncOp kernel, uint64_t features) {
  Value mask = LLVM::ConstantOp::create(
      builder, loc, builder.getI64Type(),
      builder.getI64IntegerAttr(static_cast<int64_t>(features)));
  Value answer = LLVM::CallOp::create(builder, loc, supports, mask).getResult();
  Value zero = LLVM::ConstantOp::create(builder, loc, builder.getI32Type(),
                                        builder.getI32IntegerAttr(0));
  Value hasAll =
      LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne, answer, zero);
  Block *before = builder.getInsertionBlock();
  Block *yes = builder.createBlock(&dispatcher.getBody());
  buildCall(builder, loc, dispatcher, kernel);
  Block *no = builder.createBlock(&dispatcher.getBody());
  builder.setInsertionPointToEnd(before);
  LLVM::CondBrOp::create(builder, loc, hasAll, yes, no);
  builder.setInsertionPointToEnd(no);
}

std::string lse::getOrCreateKernelDispatcher(ModuleOp module, Location loc,
                                             ArrayRef<KernelVersion> versions) {
  if (versions.size() == 1)
    return versions.front().kernel;
  std::string name = getDispatcherName(versions);
  if (module.lookupSymbol(name))
    return name;
  auto getKernel = [&](const KernelVersion &version) {
    return module.lookupSymbol<LLVM::LLVMFuncOp>(version.kernel);
  };
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  LLVM::LLVMFuncOp supports = getOrDeclareSupports(builder, module, loc);
  auto dispatcher = LLVM::LLVMFuncOp::create(
      builder, loc, name, getKernel(versions.front()).getFunctionType(),
      LLVM::Linkage::Private);
  builder.setInsertionPointToEnd(dispatcher.addEntryBlock(builder));
  for (const KernelVersion &version : versions.drop_back())
    buildTest(builder, loc, dispatcher, supports, getKernel(version),
              version.features);
  buildCall(builder, loc, dispatcher, getKernel(versions.back()));
  return name;
}
