//===- SpecCheckTest.cpp - What kernels are not made for ------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelTesting.h"

#include "lse/Halide/KernelCompiler.h"

#include <gtest/gtest.h>

#include <functional>

using namespace lse_test;
using namespace lse_halide;

namespace {

KernelResult compile(const KernelSpec &spec,
                     Artifact artifact = Artifact::Stmt) {
  KernelResult result;
  lse_halide_compile(spec, artifact, result);
  return result;
}

/// Expects an error that mentions `part` once `change` is made to a good spec.
void expectError(const char *part,
                 const std::function<void(KernelSpec &)> &change) {
  KernelSpec spec = makeSoftmaxSpec(host(), {4, kDynamicExtent});
  change(spec);
  KernelResult result = compile(spec);
  EXPECT_FALSE(result.succeeded) << part;
  EXPECT_TRUE(result.bytes.empty());
  EXPECT_NE(result.error.find(part), std::string::npos) << result.error;
}

TEST(SpecCheck, Unsupported) {
  expectError("input 0 has an element type", [](KernelSpec &spec) {
    spec.inputs[0].type = ElementType::BF16;
  });
  expectError("output 0 has an element type", [](KernelSpec &spec) {
    spec.outputs[0].type = ElementType::F16;
  });
  expectError("computation in f32",
              [](KernelSpec &spec) { spec.compute = ElementType::F64; });
  expectError("'standard'",
              [](KernelSpec &spec) { spec.numerics = Numerics::Accurate; });
  expectError("probabilities", [](KernelSpec &spec) {
    spec.outputs[0].kind = ResultKind::LogSumExp;
  });
  expectError("exactly one output", [](KernelSpec &spec) {
    spec.outputs.push_back(spec.outputs[0]);
  });
  expectError("8 dimensions",
              [](KernelSpec &spec) { spec.extents.assign(8, kDynamicExtent); });
  expectError("'riscv64-unknown-linux-gnu'", [](KernelSpec &spec) {
    spec.target.triple = "riscv64-unknown-linux-gnu";
  });
}

TEST(SpecCheck, Malformed) {
  expectError("no dimension", [](KernelSpec &spec) { spec.extents.clear(); });
  expectError("-2", [](KernelSpec &spec) { spec.extents[0] = -2; });
  expectError("does not fit 32 bits",
              [](KernelSpec &spec) { spec.extents[0] = int64_t(1) << 31; });
  expectError("dimension 5",
              [](KernelSpec &spec) { spec.inputs[0].dims = {5, 1}; });
  expectError("twice", [](KernelSpec &spec) { spec.inputs[0].dims = {1, 1}; });
  expectError("all dimensions",
              [](KernelSpec &spec) { spec.outputs[0].dims = {1}; });
  expectError("no logit", [](KernelSpec &spec) { spec.logit.clear(); });
  expectError("number of operands", [](KernelSpec &spec) {
    spec.logit.push_back({LogitNode::Kind::Add, 0, 0.0, {0}});
  });
  expectError("not before it", [](KernelSpec &spec) {
    spec.logit.push_back({LogitNode::Kind::Neg, 0, 0.0, {1}});
  });
  expectError("does not exist",
              [](KernelSpec &spec) { spec.logit[0].input = 1; });
  expectError("power of two",
              [](KernelSpec &spec) { spec.schedule.vectorLanes = 12; });
  expectError("unrolls 0 times",
              [](KernelSpec &spec) { spec.schedule.unroll = 0; });
  expectError("grain",
              [](KernelSpec &spec) { spec.schedule.parallelGrain = 0; });
}

TEST(KernelCompiler, LoopNests) {
  KernelSpec spec = makeSoftmaxSpec(host(), {4, kDynamicExtent});
  KernelResult text = compile(spec);
  ASSERT_TRUE(text.succeeded) << text.error;
  EXPECT_NE(text.bytes.find("produce sum_partial"), std::string::npos);
  KernelResult page = compile(spec, Artifact::StmtHTML);
  ASSERT_TRUE(page.succeeded) << page.error;
  EXPECT_NE(page.bytes.find("<html"), std::string::npos);
}

/// What this machine cannot run can at least be compiled.
TEST(KernelCompiler, CrossCompilation) {
  KernelSpec spec = makeSoftmaxSpec(host(), {kDynamicExtent, kDynamicExtent});
  spec.target = {"aarch64-unknown-linux-gnu", {"neon"}};
  spec.schedule.vectorLanes = 4;
  KernelResult result = compile(spec, Artifact::Bitcode);
  EXPECT_TRUE(result.succeeded) << result.error;
  EXPECT_EQ(result.bytes.substr(0, 2), "BC");
}

} // namespace
