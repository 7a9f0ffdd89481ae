//===- FloatingPointMode.cpp - Kernels round to nearest -------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each function becomes the body of another one, which is never inlined: LLVM
// takes arithmetic for independent of the mode and would move it across the
// change.
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/FloatingPoint.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicsAArch64.h"
#include "llvm/IR/IntrinsicsX86.h"
#include "llvm/IR/MDBuilder.h"

using namespace llvm;

namespace {

/// The register that holds the mode of a processor.
class ControlRegister {
public:
  virtual ~ControlRegister() = default;

  virtual Value *read(IRBuilder<> &builder) const = 0;
  virtual void write(IRBuilder<> &builder, Value *value) const = 0;

  /// Bits that are 0 in the default mode and change results otherwise.
  uint64_t modeBits;
  /// Exceptions that were raised.
  uint64_t exceptionBits;

protected:
  ControlRegister(uint64_t modeBits, uint64_t exceptionBits)
      : modeBits(modeBits), exceptionBits(exceptionBits) {}
};

/// MXCSR: rounding control, flush to zero, denormals are zeros ("Intel 64 and
/// IA-32 Architectures Software Developer's Manual", volume 1, 10.2.3).
class X86ControlRegister final : public ControlRegister {
public:
  X86ControlRegister()
      : ControlRegister(/*modeBits=*/0x6000 | 0x8000 | 0x0040,
                        /*exceptionBits=*/0x003f) {}

  // The instructions' operand is in memory.
  Value *read(IRBuilder<> &builder) const override {
    Value *slot = makeSlot(builder);
    builder.CreateIntrinsic(Intrinsic::x86_sse_stmxcsr, {slot});
    return builder.CreateLoad(builder.getInt32Ty(), slot);
  }

  void write(IRBuilder<> &builder, Value *value) const override {
    Value *slot = makeSlot(builder);
    builder.CreateStore(value, slot);
    builder.CreateIntrinsic(Intrinsic::x86_sse_ldmxcsr, {slot});
  }

private:
  static Value *makeSlot(IRBuilder<> &builder) {
    BasicBlock &entry = builder.GetInsertBlock()->getParent()->getEntryBlock();
    return IRBuilder<>(&entry, entry.begin())
        .CreateAlloca(builder.getInt32Ty());
  }
};

/// FPCR: rounding mode, flush to zero of all types and of half precision,
/// flush inputs to zero ("Arm Architecture Reference Manual for A-profile",
/// C5.2.8). Raised exceptions are in a register of their own.
class AArch64ControlRegister final : public ControlRegister {
public:
  AArch64ControlRegister()
      : ControlRegister(/*modeBits=*/0x00c00000 | 0x01000000 | 0x00080000 | 1,
                        /*exceptionBits=*/0) {}

  Value *read(IRBuilder<> &builder) const override {
    return builder.CreateIntrinsic(builder.getInt64Ty(),
                                   Intrinsic::aarch64_get_fpcr, {});
  }

  void write(IRBuilder<> &builder, Value *value) const override {
    builder.CreateIntrinsic(builder.getVoidTy(), Intrinsic::aarch64_set_fpcr,
                            {value});
  }
};

std::unique_ptr<ControlRegister> makeControlRegister(const Triple &triple) {
  if (triple.isX86())
    return std::make_unique<X86ControlRegister>();
  if (triple.isAArch64())
    return std::make_unique<AArch64ControlRegister>();
  return nullptr;
}

/// Moves what `function` does into a new function.
Function *moveBody(Function &function) {
  Function *body = Function::Create(
      function.getFunctionType(), function.getLinkage(),
      function.getAddressSpace(), function.getName() + ".body");
  function.getParent()->getFunctionList().insertAfter(function.getIterator(),
                                                      body);
  body->copyAttributesFrom(&function);
  body->setLinkage(GlobalValue::InternalLinkage);
  body->addFnAttr(Attribute::NoInline);
  body->splice(body->begin(), &function);
  for (auto [from, to] : zip(function.args(), body->args()))
    from.replaceAllUsesWith(&to);
  return body;
}

/// Makes `function`, which is empty, call `body` in the default mode.
void callInDefaultMode(Function &function, Function &body,
                       const ControlRegister &control) {
  LLVMContext &context = function.getContext();
  auto *entry = BasicBlock::Create(context, "", &function);
  auto *inOtherMode = BasicBlock::Create(context, "", &function);
  auto *inDefaultMode = BasicBlock::Create(context, "", &function);
  SmallVector<Value *> arguments(make_pointer_range(function.args()));

  IRBuilder<> builder(entry);
  Value *saved = control.read(builder);
  Value *mode = builder.CreateAnd(saved, control.modeBits);
  builder.CreateCondBr(builder.CreateIsNotNull(mode), inOtherMode,
                       inDefaultMode,
                       MDBuilder(context).createUnlikelyBranchWeights());

  builder.SetInsertPoint(inOtherMode);
  control.write(builder, builder.CreateAnd(saved, ~control.modeBits));
  Value *status = builder.CreateCall(&body, arguments);
  if (control.exceptionBits) {
    Value *raised =
        builder.CreateAnd(control.read(builder), control.exceptionBits);
    saved = builder.CreateOr(saved, raised);
  }
  control.write(builder, saved);
  builder.CreateRet(status);

  builder.SetInsertPoint(inDefaultMode);
  builder.CreateRet(builder.CreateCall(&body, arguments));
}

} // namespace

void mlir::lse::setFloatingPointMode(Module &module) {
  std::unique_ptr<ControlRegister> control =
      makeControlRegister(module.getTargetTriple());
  if (!control)
    return;
  for (Function &function : make_early_inc_range(module))
    if (!function.isDeclaration() &&
        (!function.hasLocalLinkage() || function.hasAddressTaken()))
      callInDefaultMode(function, *moveBody(function), *control);
}
