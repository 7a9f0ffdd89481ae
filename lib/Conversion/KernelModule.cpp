//===- KernelModule.cpp - Halide bitcode made fit to embed ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/KernelModule.h"

#include "lse/Conversion/FloatingPoint.h"
#include "lse/Runtime/Status.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/AttributeMask.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"

using namespace llvm;
using mlir::lse::KernelModuleTarget;
using mlir::lse::Status;

namespace {

constexpr StringLiteral kHalideEntry = "lse_kernel";
constexpr StringLiteral kHalidePrefix = "halide_";
constexpr StringLiteral kHalideErrorPrefix = "halide_error_";
constexpr StringLiteral kRuntimePrefix = "lse_rt_";

template <typename... Values>
Error makeError(const char *format, const Values &...values) {
  return createStringError(inconvertibleErrorCode(), format, values...);
}

/// What an error that Halide would report means to a caller of lse.
Status statusOfError(StringRef error) {
  return StringSwitch<Status>(error)
      .Cases({"buffer_argument_is_null", "host_is_null"}, Status::NullPointer)
      .Case("buffer_extents_negative", Status::NegativeExtent)
      .Cases({"buffer_allocation_too_large", "buffer_extents_too_large",
              "requirement_failed"},
             Status::ExtentTooLarge)
      .Cases({"bad_type", "bad_dimensions", "access_out_of_bounds",
              "constraint_violated", "explicit_bounds_too_small",
              "constraints_make_required_region_smaller"},
             Status::ExtentMismatch)
      .Case("out_of_memory", Status::OutOfMemory)
      .Default(Status::KernelFailed);
}

//===----------------------------------------------------------------------===//
// Symbols
//===----------------------------------------------------------------------===//

/// Leaves the entry as the only symbol that others see. Halide's entries for
/// its own tools are then dead.
Error makeEntryPublic(Module &module, StringRef kernelName) {
  Function *entry = module.getFunction(kHalideEntry);
  if (!entry || entry->isDeclaration())
    return makeError("the bitcode does not define '%s'", kHalideEntry.data());
  for (GlobalValue &global : module.global_values())
    if (&global != entry && !global.isDeclaration())
      global.setLinkage(GlobalValue::InternalLinkage);
  entry->setName(kernelName);
  if (entry->getName() != kernelName)
    return makeError("'%s' is already a symbol of the kernel",
                     kernelName.str().c_str());
  return Error::success();
}

/// A call that reports an error becomes the status it stands for. With it go
/// the strings and the code that formats them.
void replaceErrorCalls(Module &module) {
  for (Function &function : make_early_inc_range(module)) {
    StringRef name = function.getName();
    if (!name.consume_front(kHalideErrorPrefix))
      continue;
    auto *status = ConstantInt::get(function.getReturnType(),
                                    static_cast<int32_t>(statusOfError(name)));
    for (User *user : make_early_inc_range(function.users())) {
      auto *call = cast<CallInst>(user);
      call->replaceAllUsesWith(status);
      call->eraseFromParent();
    }
    function.eraseFromParent();
  }
}

/// Runtime calls get names of our own, so that a Halide runtime in the same
/// program is never called, nor disturbed.
Error renameRuntimeCalls(Module &module) {
  for (Function &function : module) {
    if (!function.isDeclaration() || function.isIntrinsic() ||
        function.use_empty())
      continue;
    StringRef name = function.getName();
    if (name.consume_front(kHalidePrefix))
      function.setName(kRuntimePrefix + name);
    else if (!StringSwitch<bool>(name)
                  .Cases({"memcpy", "memset", "memmove"}, true)
                  .Default(false))
      return makeError("the kernel calls '%s', which lse's runtime lacks",
                       name.str().c_str());
  }
  return Error::success();
}

void removeDeadGlobals(Module &module) {
  PassBuilder builder;
  ModuleAnalysisManager moduleAnalyses;
  FunctionAnalysisManager functionAnalyses;
  CGSCCAnalysisManager callGraphAnalyses;
  LoopAnalysisManager loopAnalyses;
  builder.registerModuleAnalyses(moduleAnalyses);
  builder.registerFunctionAnalyses(functionAnalyses);
  builder.registerCGSCCAnalyses(callGraphAnalyses);
  builder.registerLoopAnalyses(loopAnalyses);
  builder.crossRegisterProxies(loopAnalyses, functionAnalyses,
                               callGraphAnalyses, moduleAnalyses);
  ModulePassManager passes;
  passes.addPass(GlobalDCEPass());
  passes.run(module, moduleAnalyses);
}

/// Halide numbers symbols and values by what the process has compiled before.
void renameByAppearance(Module &module, StringRef kernelName) {
  unsigned next = 0;
  for (GlobalValue &global : module.global_values()) {
    if (global.isDeclaration() || global.getName() == kernelName)
      continue;
    global.setName(kernelName + "." + Twine(next++));
  }
  for (Function &function : module) {
    for (Argument &argument : function.args())
      argument.setName("");
    for (BasicBlock &block : function) {
      block.setName("");
      for (Instruction &instruction : block)
        instruction.setName("");
    }
  }
  for (StructType *type : module.getIdentifiedStructTypes())
    type->setName("");
}

//===----------------------------------------------------------------------===//
// Metadata and attributes
//===----------------------------------------------------------------------===//

void dropMetadata(Module &module) {
  for (NamedMDNode &node : make_early_inc_range(module.named_metadata()))
    node.eraseFromParent();
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      for (unsigned kind :
           {LLVMContext::MD_tbaa, LLVMContext::MD_tbaa_struct,
            LLVMContext::MD_alias_scope, LLVMContext::MD_noalias})
        instruction.setMetadata(kind, nullptr);
  module.setSourceFileName("");
  module.setModuleIdentifier("lse");
}

/// Keeps LLVM from unrolling loops whose trip count it does not know: the
/// schedule has done that, and a second remainder loop costs short rows a third
/// of their time.
void disableRuntimeUnrolling(Function &function) {
  if (function.isDeclaration())
    return;
  LLVMContext &context = function.getContext();
  Metadata *disable = MDNode::get(
      context, MDString::get(context, "llvm.loop.unroll.runtime.disable"));
  DominatorTree dominators(function);
  LoopInfo loops(dominators);
  for (Loop *loop : loops.getLoopsInPreorder()) {
    // The first operand of a loop's node is the node itself.
    MDNode *node = MDNode::getDistinct(context, {nullptr, disable});
    node->replaceOperandWith(0, node);
    loop->setLoopID(node);
  }
}

/// The widest vector of a function, in bits.
unsigned widestVector(const Function &function) {
  uint64_t widest = 0;
  for (const Instruction &instruction : instructions(function)) {
    const Type *types[] = {instruction.getType(),
                           instruction.getNumOperands()
                               ? instruction.getOperand(0)->getType()
                               : nullptr};
    for (const Type *type : types)
      if (const auto *vector = dyn_cast_or_null<FixedVectorType>(type))
        if (!vector->getElementType()->isPointerTy())
          widest = std::max<uint64_t>(
              widest, vector->getPrimitiveSizeInBits().getFixedValue());
  }
  return widest;
}

/// The attributes that name the target. Vectors as wide as the schedule chose
/// them stay legal on CPUs where LLVM prefers narrower ones.
void setTargetAttributes(Function &function, const KernelModuleTarget &target) {
  AttributeMask strings;
  for (Attribute attribute : function.getAttributes().getFnAttrs())
    if (attribute.isStringAttribute())
      strings.addAttribute(attribute.getKindAsString());
  function.removeFnAttrs(strings);
  if (function.isDeclaration())
    return;
  if (!target.cpu.empty())
    function.addFnAttr("target-cpu", target.cpu);
  if (!target.features.empty())
    function.addFnAttr("target-features", target.features);
  if (unsigned widest = widestVector(function))
    function.addFnAttr("min-legal-vector-width", std::to_string(widest));
}

//===----------------------------------------------------------------------===//
// Stores
//===----------------------------------------------------------------------===//

/// The only lane that a mask lets through, if it is a constant with such a
/// lane.
std::optional<unsigned> onlyLane(const Value *mask) {
  const auto *constant = dyn_cast<Constant>(mask);
  const auto *type = dyn_cast<FixedVectorType>(mask->getType());
  if (!constant || !type)
    return std::nullopt;
  std::optional<unsigned> only;
  for (unsigned lane = 0; lane < type->getNumElements(); ++lane) {
    const Constant *element = constant->getAggregateElement(lane);
    if (!element || !isa<ConstantInt>(element))
      return std::nullopt;
    if (element->isZeroValue())
      continue;
    if (only)
      return std::nullopt;
    only = lane;
  }
  return only;
}

/// Has an element stored as such where a mask leaves one. LLVM 22 does the same
/// for x86, but if the vector was truncated just before, it stores as many
/// bytes as the element had until then, and so beyond the end of an output.
/// LLVM 23 no longer does.
void storeSingleLanes(Function &function) {
  for (Instruction &instruction :
       make_early_inc_range(instructions(function))) {
    auto *store = dyn_cast<IntrinsicInst>(&instruction);
    if (!store || store->getIntrinsicID() != Intrinsic::masked_store)
      continue;
    Value *vector = store->getArgOperand(0), *address = store->getArgOperand(1);
    std::optional<unsigned> lane = onlyLane(store->getArgOperand(2));
    if (!lane)
      continue;
    IRBuilder<> builder(store);
    Value *element = builder.CreateExtractElement(vector, *lane);
    Type *type = element->getType();
    uint64_t distance =
        *lane * function.getDataLayout().getTypeStoreSize(type).getFixedValue();
    builder.CreateAlignedStore(
        element, builder.CreateConstInBoundsGEP1_64(type, address, *lane),
        commonAlignment(store->getParamAlign(1).valueOrOne(), distance));
    store->eraseFromParent();
  }
}

} // namespace

Expected<std::unique_ptr<Module>> mlir::lse::loadKernelModule(
    LLVMContext &context, StringRef bitcode, StringRef kernelName,
    const KernelModuleTarget &target, bool hasLogitsInMemory) {
  Expected<std::unique_ptr<Module>> parsed =
      parseBitcodeFile(MemoryBufferRef(bitcode, kernelName), context);
  if (!parsed)
    return parsed.takeError();
  std::unique_ptr<Module> module = std::move(*parsed);
  if (module->getDataLayoutStr() != target.dataLayout)
    return makeError("the kernel '%s' has the data layout '%s', its host '%s'",
                     kernelName.str().c_str(),
                     module->getDataLayoutStr().c_str(),
                     target.dataLayout.str().c_str());
  module->setTargetTriple(Triple(target.triple));

  if (Error error = makeEntryPublic(*module, kernelName))
    return error;
  replaceErrorCalls(*module);
  dropMetadata(*module);
  removeDeadGlobals(*module);
  if (Error error = renameRuntimeCalls(*module))
    return error;
  renameByAppearance(*module, kernelName);
  for (Function &function : *module) {
    disableRuntimeUnrolling(function);
    storeSingleLanes(function);
  }
  setFloatingPointPolicy(*module, hasLogitsInMemory);
  setFloatingPointMode(*module);
  for (Function &function : *module)
    setTargetAttributes(function, target);

  std::string problem;
  raw_string_ostream stream(problem);
  if (verifyModule(*module, &stream))
    return makeError("the kernel '%s' is broken: %s", kernelName.str().c_str(),
                     problem.c_str());
  return module;
}
