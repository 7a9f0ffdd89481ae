//===- KernelModuleTest.cpp - What the clean-up of bitcode promises -------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelTesting.h"

#include "lse/Conversion/FloatingPoint.h"
#include "lse/Conversion/KernelModule.h"
#include "lse/Halide/KernelCompiler.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Operator.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>

using namespace llvm;
using namespace lse_testing;
using lse_halide::kDynamicExtent;
using lse_halide::KernelSpec;
using lse_halide::LogitNode;

namespace {

const std::vector<int64_t> kDynamicRows = {kDynamicExtent, kDynamicExtent};

std::string printModule(const Module &module) {
  std::string text;
  raw_string_ostream stream(text);
  module.print(stream, nullptr);
  return text;
}

std::string compileToText(const KernelSpec &spec, StringRef name) {
  LLVMContext context;
  Expected<std::unique_ptr<Module>> module =
      compileToModule(spec, host(), context, name);
  if (!module)
    report_fatal_error(module.takeError());
  return printModule(**module);
}

KernelSpec makeScaledSpec(const std::vector<int64_t> &extents) {
  KernelSpec spec = makeSoftmaxSpec(host(), extents);
  spec.logit.push_back({LogitNode::Kind::Constant, 0, 0.5});
  spec.logit.push_back({LogitNode::Kind::Mul, 0, 0.0, {0, 1}});
  spec.logit.push_back({LogitNode::Kind::Add, 0, 0.0, {2, 0}});
  return spec;
}

TEST(KernelModule, SameKernelSameTextInAnyOrder) {
  KernelSpec first = makeSoftmaxSpec(host(), kDynamicRows);
  KernelSpec second = makeScaledSpec({4, 100});
  std::string firstText = compileToText(first, "lse.first");
  std::string secondText = compileToText(second, "lse.second");
  EXPECT_EQ(compileToText(second, "lse.second"), secondText);
  EXPECT_EQ(compileToText(first, "lse.first"), firstText);
}

TEST(KernelModule, SameKernelSameTextInOneContext) {
  LLVMContext context;
  std::string texts[2];
  std::unique_ptr<Module> alive[2];
  for (int i : {0, 1}) {
    alive[i] = cantFail(compileToModule(makeSoftmaxSpec(host(), kDynamicRows),
                                        host(), context, "lse.kernel"));
    texts[i] = printModule(*alive[i]);
  }
  EXPECT_EQ(texts[0], texts[1]);
}

TEST(KernelModule, NothingOfHalideIsLeft) {
  for (const KernelSpec &spec :
       {makeSoftmaxSpec(host(), kDynamicRows), makeScaledSpec(kDynamicRows)}) {
    LLVMContext context;
    std::unique_ptr<Module> module =
        cantFail(compileToModule(spec, host(), context, "lse.kernel"));
    std::string text = printModule(*module);
    for (const char *word : {"halide", "tbaa", "argv", "metadata", "@str",
                             "input0", "probabilities"})
      EXPECT_EQ(text.find(word), std::string::npos) << word;
    EXPECT_TRUE(module->named_metadata_empty());
    EXPECT_TRUE(module->global_empty());
    for (const Function &function : *module) {
      if (function.isIntrinsic())
        continue;
      StringRef name = function.getName();
      if (function.isDeclaration())
        EXPECT_TRUE(name == "lse_rt_do_par_for") << name.str();
      else if (name == "lse.kernel")
        EXPECT_TRUE(function.hasExternalLinkage());
      else
        EXPECT_TRUE(name.starts_with("lse.kernel.") &&
                    function.hasInternalLinkage())
            << name.str();
    }
  }
}

TEST(KernelModule, SerialKernelsCallNothing) {
  KernelSpec spec = makeSoftmaxSpec(host(), kDynamicRows);
  spec.schedule.parallel = false;
  LLVMContext context;
  std::unique_ptr<Module> module =
      cantFail(compileToModule(spec, host(), context, "lse.kernel"));
  for (const Function &function : *module)
    EXPECT_TRUE(!function.isDeclaration() || function.isIntrinsic())
        << function.getName().str();
}

/// Rows that fit into one task need no runtime either.
TEST(KernelModule, SmallKernelsCallNothing) {
  EXPECT_EQ(compileToText(makeSoftmaxSpec(host(), {8, 64}), "lse.kernel")
                .find("lse_rt_"),
            std::string::npos);
}

/// A tail of one element is stored as one.
TEST(KernelModule, NoMaskLeavesASingleLane) {
  KernelSpec spec = makeSoftmaxSpec(host(), {3, 0});
  for (int64_t tail : {1, 2}) {
    spec.extents[1] = spec.schedule.vectorLanes + tail;
    std::string text = compileToText(spec, "lse.kernel");
    bool isMasked =
        text.find("call void @llvm.masked.store") != std::string::npos;
    // Without AVX, Halide stores each element of a tail by itself.
    EXPECT_EQ(isMasked, tail == 2 && host().vectorLanes > 4);
  }
}

TEST(KernelModule, TargetAttributesAreTheHosts) {
  LLVMContext context;
  std::unique_ptr<Module> module = cantFail(compileToModule(
      makeSoftmaxSpec(host(), kDynamicRows), host(), context, "lse.kernel"));
  EXPECT_EQ(module->getTargetTriple().str(), host().triple);
  for (const Function &function : *module) {
    if (function.isDeclaration())
      continue;
    EXPECT_EQ(function.getFnAttribute("target-cpu").getValueAsString(),
              host().cpu);
    EXPECT_EQ(function.getFnAttribute("target-features").getValueAsString(),
              host().features);
    EXPECT_FALSE(function.hasFnAttribute("reciprocal-estimates"));
  }
}

TEST(KernelModule, OtherDataLayoutIsRefused) {
  lse_halide::KernelResult result;
  lse_halide_compile(makeSoftmaxSpec(host(), kDynamicRows),
                     lse_halide::Artifact::Bitcode, result);
  ASSERT_TRUE(result.succeeded) << result.error;
  LLVMContext context;
  Expected<std::unique_ptr<Module>> module = mlir::lse::loadKernelModule(
      context, result.bytes, "lse.kernel",
      {"aarch64-unknown-linux-gnu", "e-m:e-i64:64", "", ""});
  ASSERT_FALSE(static_cast<bool>(module));
  EXPECT_NE(toString(module.takeError()).find("data layout"),
            std::string::npos);
}

TEST(KernelModule, BrokenBitcodeIsAnError) {
  LLVMContext context;
  Expected<std::unique_ptr<Module>> module =
      mlir::lse::loadKernelModule(context, "not bitcode", "lse.kernel", {});
  ASSERT_FALSE(static_cast<bool>(module));
  consumeError(module.takeError());
}

//===----------------------------------------------------------------------===//
// Floating-point policy
//===----------------------------------------------------------------------===//

/// Which of `function`'s values, by name, may be contracted.
void expectContract(const Function &function, ArrayRef<StringRef> contracted) {
  for (const Instruction &instruction : instructions(function)) {
    if (!isa<FPMathOperator>(instruction))
      continue;
    FastMathFlags flags = instruction.getFastMathFlags();
    EXPECT_EQ(flags.allowContract(),
              is_contained(contracted, instruction.getName()))
        << instruction.getName().str();
    flags.setAllowContract(false);
    EXPECT_FALSE(flags.any()) << instruction.getName().str();
  }
}

TEST(FloatingPointPolicy, ProductsToTheRightOnly) {
  LLVMContext context;
  SMDiagnostic diagnostic;
  std::unique_ptr<Module> module = parseAssemblyString(R"(
    define float @f(float %a, float %b, float %c) {
      %product = fmul fast float %a, %b
      %sum = fadd fast float %product, %c
      %left = fsub fast float %product, %c
      %right = fsub float %c, %product
      %both = fsub fast float %product, %product
      %plain = fsub nnan float %a, %b
      %quotient = fdiv arcp float %sum, %left
      %negated = fneg nsz float %quotient
      %less = fcmp nnan ninf olt float %right, %both
      %chosen = select nnan i1 %less, float %plain, float %negated
      ret float %chosen
    })",
                                                       diagnostic, context);
  ASSERT_TRUE(module);
  mlir::lse::setFloatingPointPolicy(*module);
  expectContract(*module->getFunction("f"), {"product", "sum", "right"});
}

/// Up to the clamp before the exponential everything stays, also arithmetic on
/// one element that is then repeated.
TEST(FloatingPointPolicy, LogitArithmeticStaysAsWritten) {
  LLVMContext context;
  SMDiagnostic diagnostic;
  std::unique_ptr<Module> module = parseAssemblyString(R"(
    define <4 x float> @f(ptr %p) {
      %x = load <4 x float>, ptr %p
      %element = load float, ptr %p
      %twice = fmul contract float %element, 2.0
      %lane = insertelement <4 x float> poison, float %twice, i32 0
      %bias = shufflevector <4 x float> %lane, <4 x float> poison, <4 x i32> zeroinitializer
      %scaled = fmul contract <4 x float> %x, splat (float 2.0)
      %logit = fadd contract <4 x float> %scaled, %bias
      %less = fcmp contract olt <4 x float> %logit, splat (float 1.0)
      %low = select contract <4 x i1> %less, <4 x float> %logit, <4 x float> %x
      %again = fmul contract <4 x float> %low, %x
      %other = fsub contract <4 x float> %x, %again
      %far = fcmp olt <4 x float> %other, splat (float -110.0)
      %clamped = select <4 x i1> %far, <4 x float> splat (float -110.0), <4 x float> %other
      %product = fmul <4 x float> %clamped, %clamped
      %sum = fadd <4 x float> %product, splat (float 1.0)
      ret <4 x float> %sum
    })",
                                                       diagnostic, context);
  ASSERT_TRUE(module) << diagnostic.getMessage().str();
  mlir::lse::setFloatingPointPolicy(*module);
  expectContract(*module->getFunction("f"), {"product", "sum"});
}

/// Elements of half precision become f32 by way of integers or a conversion.
TEST(FloatingPointPolicy, HalfPrecisionLogitsStayAsWritten) {
  LLVMContext context;
  SMDiagnostic diagnostic;
  std::unique_ptr<Module> module = parseAssemblyString(R"(
    define float @f(ptr %p) {
      %bits = load i16, ptr %p
      %wide = zext i16 %bits to i32
      %shifted = shl i32 %wide, 16
      %x = bitcast i32 %shifted to float
      %half = load half, ptr %p
      %y = fpext half %half to float
      %big = icmp ugt i32 %shifted, 1024
      %z = select i1 %big, float %x, float %y
      %scaled = fmul contract float %z, 3.0
      %logit = fadd contract float %scaled, %y
      %far = fcmp olt float %logit, -110.0
      %clamped = select i1 %far, float -110.0, float %logit
      %product = fmul float %clamped, %clamped
      %sum = fadd float %product, 1.0
      ret float %sum
    })",
                                                       diagnostic, context);
  ASSERT_TRUE(module) << diagnostic.getMessage().str();
  mlir::lse::setFloatingPointPolicy(*module);
  expectContract(*module->getFunction("f"), {"product", "sum"});
}

/// What a kernel has computed for a row waits on the stack; it is no element. A
/// sum of products with a common factor is rounded as it is written.
TEST(FloatingPointPolicy, RowValuesAreNoElements) {
  LLVMContext context;
  SMDiagnostic diagnostic;
  std::unique_ptr<Module> module = parseAssemblyString(R"(
    define float @f(ptr %p) {
      %rows = alloca [2 x float]
      %second = getelementptr float, ptr %rows, i64 1
      %x = load float, ptr %p
      %high = load float, ptr %rows
      %low = load float, ptr %second
      %large = fmul float %x, %high
      %small = fmul float %x, %low
      %result = fadd contract float %large, %small
      %other = fmul float %high, %low
      %sum = fadd float %result, %other
      %logit = fmul contract float %x, %x
      %scaled = fadd contract float %logit, 1.0
      %both = fsub contract float %scaled, %sum
      ret float %both
    })",
                                                       diagnostic, context);
  ASSERT_TRUE(module) << diagnostic.getMessage().str();
  mlir::lse::setFloatingPointPolicy(*module);
  expectContract(*module->getFunction("f"), {"large", "small", "other", "sum"});
}

/// In whole kernels: only contract is ever set, and never on a difference that
/// has the product on its left.
TEST(FloatingPointPolicy, Kernels) {
  for (const KernelSpec &spec :
       {makeSoftmaxSpec(host(), kDynamicRows), makeScaledSpec(kDynamicRows),
        makeScaledSpec({4, 7})}) {
    LLVMContext context;
    std::unique_ptr<Module> module =
        cantFail(compileToModule(spec, host(), context, "lse.kernel"));
    for (const Function &function : *module)
      for (const Instruction &instruction : instructions(function)) {
        if (!isa<FPMathOperator>(instruction))
          continue;
        FastMathFlags flags = instruction.getFastMathFlags();
        if (instruction.getOpcode() == Instruction::FSub) {
          const auto *left = dyn_cast<Instruction>(instruction.getOperand(0));
          EXPECT_FALSE(left && left->getOpcode() == Instruction::FMul &&
                       flags.allowContract());
        }
        flags.setAllowContract(false);
        EXPECT_FALSE(flags.any());
      }
  }
}

} // namespace
