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

using namespace lse_testing;
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
  expectError("output 0 does not have floating-point elements",
              [](KernelSpec &spec) { spec.outputs[0].type = ElementType::I1; });
  expectError("computation in f32 and f64",
              [](KernelSpec &spec) { spec.compute = ElementType::F16; });
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
  expectError("dimension 5", [](KernelSpec &spec) {
    spec.inputs[0].dims = {5, 1};
  });
  expectError("twice", [](KernelSpec &spec) { spec.inputs[0].dims = {1, 1}; });
  expectError("all dimensions",
              [](KernelSpec &spec) { spec.outputs[0].dims = {1}; });
  expectError("no output", [](KernelSpec &spec) { spec.outputs.clear(); });
  expectError("same kind as output 0", [](KernelSpec &spec) {
    spec.outputs.push_back(spec.outputs[0]);
  });
  expectError("all dimensions of the rows", [](KernelSpec &spec) {
    spec.outputs[0].kind = ResultKind::LogSumExp;
  });
  expectError("has a dimension that is reduced", [](KernelSpec &spec) {
    spec.outputs[0].kind = ResultKind::LogSumExp;
    spec.outputs[0].dims = {1};
  });
  expectError("which the first outputs must have", [](KernelSpec &spec) {
    spec.outputs.push_back({{ElementType::F32, {0}}, ResultKind::LogSumExp});
  });
  expectError("no buffer has dimension 1", [](KernelSpec &spec) {
    spec.outputs[0] = {{ElementType::F32, {0}}, ResultKind::LogSumExp};
    spec.inputs[0] = {ElementType::F32, {0}};
  });
  expectError("contiguous along a dimension",
              [](KernelSpec &spec) { spec.outputs[0].unitDim = 2; });
  expectError("no dimension is reduced",
              [](KernelSpec &spec) { spec.rowDims.clear(); });
  for (std::vector<unsigned> dims : {std::vector<unsigned>{2}, {1, 1}, {1, 0}})
    expectError("not ascending",
                [&](KernelSpec &spec) { spec.rowDims = dims; });
  expectError("vectors run along a dimension",
              [](KernelSpec &spec) { spec.schedule.vectorDim = 2; });
  expectError("dimension that is reduced",
              [](KernelSpec &spec) { spec.schedule.vectorDim = 0; });
  expectError("dimension that is not reduced", [](KernelSpec &spec) {
    spec.schedule.strategy = Strategy::ColumnTile;
  });
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
  expectError("is for a log-sum-exp alone", [](KernelSpec &spec) {
    spec.schedule.strategy = Strategy::OnlineRow;
  });
  expectError("along a dimension that is reduced", [](KernelSpec &spec) {
    spec.schedule.strategy = Strategy::OnlineRow;
    spec.schedule.vectorDim = 0;
  });
  expectError("unrolls 0 times",
              [](KernelSpec &spec) { spec.schedule.unroll = 0; });
  expectError("grain",
              [](KernelSpec &spec) { spec.schedule.parallelGrain = 0; });
}

TEST(KernelCompiler, LoopNests) {
  KernelSpec spec = makeSoftmaxSpec(host(), {4, kDynamicExtent});
  KernelResult text = compile(spec);
  ASSERT_TRUE(text.succeeded) << text.error;
  EXPECT_NE(text.bytes.find("produce sum0_partial"), std::string::npos);
  KernelResult page = compile(spec, Artifact::StmtHTML);
  ASSERT_TRUE(page.succeeded) << page.error;
  EXPECT_NE(page.bytes.find("<html"), std::string::npos);
}

TEST(SpecCheck, LossesAndAttention) {
  auto makeLoss = [](KernelSpec &spec) {
    spec.operation = lse_halide::Operation::CrossEntropy;
    spec.outputs[0].kind = ResultKind::Loss;
    spec.outputs[0].dims = {0};
    spec.outputs[0].unitDim = 0;
    spec.terms = {0, 0};
  };
  expectError("does not have 0 terms", [&](KernelSpec &spec) {
    makeLoss(spec);
    spec.terms.clear();
  });
  expectError("a term is not a number", [&](KernelSpec &spec) {
    makeLoss(spec);
    spec.terms[1] = 3;
  });
  expectError("is not what the operation has", [&](KernelSpec &spec) {
    makeLoss(spec);
    spec.outputs[0].kind = ResultKind::LogSumExp;
  });
  expectError(
      "a term that belongs to a row changes along it", [&](KernelSpec &spec) {
        makeLoss(spec);
        spec.operation = lse_halide::Operation::LogSumExpGradient;
        spec.outputs[0] = {{ElementType::F32, {0, 1}}, ResultKind::Gradient};
      });
  expectError("standard numerics", [&](KernelSpec &spec) {
    makeLoss(spec);
    spec.numerics = lse_halide::Numerics::Accurate;
  });
  expectError("a term that belongs to a row changes along it",
              [](KernelSpec &spec) {
                spec.terms = {0, 0};
              });
  for (auto operation : {lse_halide::Operation::SoftmaxGradient,
                         lse_halide::Operation::LogSoftmaxGradient})
    expectError("of the logits of a softmax", [&](KernelSpec &spec) {
      makeLoss(spec);
      spec.operation = operation;
      spec.outputs[0].kind = ResultKind::Gradient;
      spec.outputs[0].dims = {0, 1};
      spec.schedule.strategy = Strategy::OnlineRow;
    });
  // An addend may change along a row, weights may not; there is none after
  // them.
  auto makeGradient = [&](KernelSpec &spec, lse_halide::Operation operation,
                          std::vector<unsigned> terms) {
    spec.logit.push_back({LogitNode::Kind::Constant, 0, 2.0});
    spec.operation = operation;
    spec.outputs[0] = {{ElementType::F32, {0, 1}}, ResultKind::Gradient};
    spec.terms = std::move(terms);
  };
  for (const std::vector<unsigned> &terms :
       {std::vector<unsigned>{0, 1, 0}, std::vector<unsigned>{0, 1, 0, 1}}) {
    KernelSpec gradient = makeSoftmaxSpec(host(), {4, kDynamicExtent});
    makeGradient(gradient, lse_halide::Operation::LogSumExpGradient, terms);
    EXPECT_TRUE(compile(gradient).succeeded);
  }
  expectError("belongs to a row changes along it", [&](KernelSpec &spec) {
    makeGradient(spec, lse_halide::Operation::LogSumExpGradient, {0, 1, 0, 0});
  });
  expectError("belongs to a row changes along it", [&](KernelSpec &spec) {
    makeGradient(spec, lse_halide::Operation::CrossEntropyGradient, {0, 0, 0});
  });
  expectError("belongs to a row changes along it", [&](KernelSpec &spec) {
    makeGradient(spec, lse_halide::Operation::CrossEntropyGradient,
                 {0, 0, 1, 0});
  });
  for (auto operation : {lse_halide::Operation::LogSumExpGradient,
                         lse_halide::Operation::CrossEntropyGradient})
    expectError("does not have 5 terms", [&](KernelSpec &spec) {
      makeGradient(spec, operation, {0, 1, 0, 1, 1});
    });
  // A loss comes before its gradient, and is none of another one's.
  auto makeBoth = [&](KernelSpec &spec) {
    makeLoss(spec);
    spec.operation = lse_halide::Operation::CrossEntropyGradient;
    spec.outputs.push_back({{ElementType::F32, {0, 1}}, ResultKind::Gradient});
  };
  KernelSpec both = makeSoftmaxSpec(host(), {4, kDynamicExtent});
  makeBoth(both);
  EXPECT_TRUE(compile(both).succeeded);
  expectError("which the first outputs must have", [&](KernelSpec &spec) {
    makeBoth(spec);
    std::swap(spec.outputs[0], spec.outputs[1]);
  });
  expectError("is not what the operation has", [&](KernelSpec &spec) {
    makeBoth(spec);
    spec.operation = lse_halide::Operation::CrossEntropy;
  });
  expectError("is not what the operation has", [&](KernelSpec &spec) {
    makeBoth(spec);
    spec.outputs.pop_back();
  });
  expectError("'query strip' is for attention", [](KernelSpec &spec) {
    spec.schedule.strategy = lse_halide::Strategy::QueryStrip;
  });
  expectError("is a score, but there is no attention", [](KernelSpec &spec) {
    spec.logit = {{LogitNode::Kind::Score}};
  });
  expectError("is an index of no dimension", [](KernelSpec &spec) {
    spec.logit = {{LogitNode::Kind::Index, 7}};
  });
}

/// What this machine cannot run can at least be compiled.
TEST(KernelCompiler, CrossCompilation) {
  KernelSpec spec = makeSoftmaxSpec(host(), {kDynamicExtent, kDynamicExtent});
  spec.target = {"aarch64-unknown-linux-gnu", {"neon"}};
  spec.schedule.vectorLanes = 4;
  KernelResult result = compile(spec, Artifact::Bitcode);
  EXPECT_TRUE(result.succeeded) << result.error;
  EXPECT_EQ(result.bytes.substr(0, 2), "BC");
  // Half precision is integer arithmetic there.
  spec.inputs[0].type = ElementType::F16;
  spec.outputs[0].type = ElementType::BF16;
  spec.rowDims = {0};
  spec.schedule.strategy = Strategy::ColumnTile;
  result = compile(spec, Artifact::Bitcode);
  EXPECT_TRUE(result.succeeded) << result.error;
  EXPECT_EQ(result.bytes.substr(0, 2), "BC");
}

} // namespace
