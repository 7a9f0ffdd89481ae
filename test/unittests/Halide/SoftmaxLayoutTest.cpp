//===- SoftmaxLayoutTest.cpp - Layouts, logits and errors -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelTesting.h"

#include "lse/Runtime/Status.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace lse_testing;
using lse_halide::kDynamicExtent;
using lse_halide::KernelSpec;
using lse_halide::LogitNode;
using mlir::lse::Status;
using Kind = LogitNode::Kind;

namespace {

LogitNode inputNode(unsigned input) { return {Kind::Input, input}; }
LogitNode constantNode(double value) { return {Kind::Constant, 0, value}; }
LogitNode binaryNode(Kind kind, unsigned a, unsigned b) {
  return {kind, 0, 0.0, {a, b}};
}

/// scale * input 0 + input 1, where input 1 has the dimensions `maskDims`.
KernelSpec makeMaskedSpec(const std::vector<int64_t> &extents,
                          const std::vector<unsigned> &maskDims) {
  KernelSpec spec = makeSoftmaxSpec(host(), extents);
  lse_halide::BufferSpec mask;
  mask.dims = maskDims;
  mask.unitDim = maskDims.back();
  spec.inputs.push_back(mask);
  spec.logit = {inputNode(0), constantNode(0.125), binaryNode(Kind::Mul, 0, 1),
                inputNode(1), binaryNode(Kind::Add, 2, 3)};
  return spec;
}

TEST(SoftmaxLayout, ScaleAndBroadcastMask) {
  constexpr int64_t batch = 3, heads = 2, rows = 5, length = 41;
  for (bool isStatic : {true, false}) {
    std::vector<int64_t> extents = {batch, heads, rows, length};
    std::vector<float> x(batch * heads * rows * length), p(x.size()),
        mask(batch * length);
    fillNormal(x, 1, 40);
    fillNormal(mask, 2);
    Buffer input(x.data(), extents), output(p.data(), extents);
    Buffer maskInput(mask.data(), {batch, length});
    if (!isStatic)
      extents.assign(4, kDynamicExtent);
    std::unique_ptr<Kernel> kernel =
        makeKernel(makeMaskedSpec(extents, {0, 3}), host());
    ASSERT_EQ((*kernel)({&input, &maskInput, &output}), 0);
    std::vector<float> logits(length);
    for (int64_t row = 0; row < batch * heads * rows; ++row) {
      const float *maskRow = &mask[row / (heads * rows) * length];
      for (int64_t i = 0; i < length; ++i) {
        volatile float product = x[row * length + i] * 0.125f;
        logits[i] = product + maskRow[i];
      }
      expectSoftmax(logits, llvm::ArrayRef(p).slice(row * length, length));
    }
  }
}

TEST(SoftmaxLayout, InputThatDoesNotVaryAlongTheRow) {
  constexpr int64_t rows = 4, length = 19;
  std::vector<float> x(rows * length), p(x.size()), bias(rows), logits(length);
  fillNormal(x, 1);
  fillNormal(bias, 2);
  Buffer input(x.data(), {rows, length}), output(p.data(), {rows, length});
  Buffer biasInput(bias.data(), {rows});
  std::unique_ptr<Kernel> kernel =
      makeKernel(makeMaskedSpec({kDynamicExtent, kDynamicExtent}, {0}), host());
  ASSERT_EQ((*kernel)({&input, &biasInput, &output}), 0);
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < length; ++i) {
      volatile float product = x[row * length + i] * 0.125f;
      logits[i] = product + bias[row];
    }
    expectSoftmax(logits, llvm::ArrayRef(p).slice(row * length, length));
  }
}

/// Many outer dimensions, more than Halide fuses.
TEST(SoftmaxLayout, SixOuterDimensions) {
  std::vector<int64_t> extents = {2, 1, 3, 2, 2, 3, 11};
  std::vector<float> x(2 * 3 * 2 * 2 * 3 * 11), p(x.size());
  fillNormal(x, 1);
  Buffer input(x.data(), extents), output(p.data(), extents);
  for (bool isStatic : {true, false}) {
    KernelSpec spec = makeSoftmaxSpec(
        host(), isStatic ? extents : std::vector<int64_t>(7, kDynamicExtent));
    spec.schedule.parallelGrain = 16;
    llvm::fill(p, -1.0f);
    ASSERT_EQ((*makeKernel(spec, host()))({&input, &output}), 0);
    for (size_t row = 0; row < x.size() / 11; ++row)
      expectSoftmax(llvm::ArrayRef(x).slice(row * 11, 11),
                    llvm::ArrayRef(p).slice(row * 11, 11));
  }
}

/// The row is not innermost in memory, in the input, the output, or both.
TEST(SoftmaxLayout, PermutedBuffers) {
  constexpr int64_t rows = 6, length = 21;
  for (bool inputPermuted : {false, true})
    for (bool outputPermuted : {false, true}) {
      KernelSpec spec =
          makeSoftmaxSpec(host(), {kDynamicExtent, kDynamicExtent});
      if (inputPermuted) {
        spec.inputs[0].dims = {1, 0};
        spec.inputs[0].unitDim = 0;
      }
      if (outputPermuted) {
        spec.outputs[0].dims = {1, 0};
        spec.outputs[0].unitDim = 0;
      }
      std::vector<float> x(rows * length), p(x.size());
      fillNormal(x, 5);
      auto extents = [&](bool permuted) -> std::vector<int64_t> {
        return permuted ? std::vector<int64_t>{length, rows}
                        : std::vector<int64_t>{rows, length};
      };
      auto at = [&](bool permuted, int64_t row, int64_t i) {
        return permuted ? i * rows + row : row * length + i;
      };
      Buffer input(x.data(), extents(inputPermuted));
      Buffer output(p.data(), extents(outputPermuted));
      ASSERT_EQ((*makeKernel(spec, host()))({&input, &output}), 0);
      std::vector<float> logits(length), actual(length);
      for (int64_t row = 0; row < rows; ++row) {
        for (int64_t i = 0; i < length; ++i) {
          logits[i] = x[at(inputPermuted, row, i)];
          actual[i] = p[at(outputPermuted, row, i)];
        }
        expectSoftmax(logits, actual);
      }
    }
}

/// Inner strides other than 1, and rows apart; what lies between stays.
TEST(SoftmaxLayout, FreeStrides) {
  constexpr int64_t rows = 3, length = 37, inner = 3, outer = 131;
  for (bool withExpression : {false, true}) {
    KernelSpec spec = makeSoftmaxSpec(host(), {kDynamicExtent, kDynamicExtent});
    spec.inputs[0].unitDim = lse_halide::kNoDimension;
    spec.outputs[0].unitDim = lse_halide::kNoDimension;
    if (withExpression)
      spec.logit.push_back({Kind::Neg, 0, 0.0, {0}});
    std::unique_ptr<Kernel> kernel = makeKernel(spec, host());
    std::vector<float> x(rows * outer), p(rows * outer, -1.0f);
    fillNormal(x, 6);
    Buffer input(x.data(), {rows, length}, {outer, inner});
    Buffer output(p.data(), {rows, length}, {outer, inner});
    ASSERT_EQ((*kernel)({&input, &output}), 0);
    for (int64_t row = 0; row < rows; ++row) {
      std::vector<float> logits(length), actual(length);
      for (int64_t i = 0; i < outer; ++i) {
        if (i % inner || i / inner >= length) {
          ASSERT_EQ(p[row * outer + i], -1.0f);
          continue;
        }
        float logit = x[row * outer + i];
        logits[i / inner] = withExpression ? -logit : logit;
        actual[i / inner] = p[row * outer + i];
      }
      expectSoftmax(logits, actual);
    }
  }
}

/// Each operation of the logit expression, with constants on either side.
TEST(SoftmaxLayout, LogitOperations) {
  struct Case {
    Kind kind;
    float (*expected)(float x);
  };
  const Case cases[] = {
      {Kind::Add, [](float x) { return x + 1.7f; }},
      {Kind::Sub, [](float x) { return x - 1.7f; }},
      {Kind::Mul, [](float x) { return x * 1.7f; }},
      {Kind::Div, [](float x) { return x / 1.7f; }},
      {Kind::Max, [](float x) { return x > 1.7f ? x : 1.7f; }},
      {Kind::Min, [](float x) { return x < 1.7f ? x : 1.7f; }},
  };
  constexpr int64_t length = 43;
  std::vector<float> x(length), p(length), logits(length), exact(length);
  fillNormal(x, 8);
  Buffer input(x.data(), {length}), output(p.data(), {length});
  Buffer exactInput(logits.data(), {length}),
      exactOutput(exact.data(), {length});
  std::unique_ptr<Kernel> plain =
      makeKernel(makeSoftmaxSpec(host(), {kDynamicExtent}), host());
  for (const Case &test : cases) {
    KernelSpec spec = makeSoftmaxSpec(host(), {kDynamicExtent});
    spec.logit.push_back(constantNode(1.7f));
    spec.logit.push_back(binaryNode(test.kind, 0, 1));
    ASSERT_EQ((*makeKernel(spec, host()))({&input, &output}), 0);
    for (int64_t i = 0; i < length; ++i)
      logits[i] = test.expected(x[i]);
    ASSERT_EQ((*plain)({&exactInput, &exactOutput}), 0);
    EXPECT_TRUE(sameBits(p, exact)) << static_cast<int>(test.kind);
  }
}

/// x * c is rounded; were the product fused into the subtraction of the
/// maximum, the difference could be positive and large.
TEST(SoftmaxLayout, HugeScaledLogits) {
  constexpr int64_t rows = 64, length = 100;
  for (float scale : {0.3f, 1.7f, 1e-3f, 0.088388346f}) {
    KernelSpec spec = makeSoftmaxSpec(host(), {kDynamicExtent, kDynamicExtent});
    spec.logit.push_back(constantNode(scale));
    spec.logit.push_back(binaryNode(Kind::Mul, 0, 1));
    std::unique_ptr<Kernel> kernel = makeKernel(spec, host());
    std::vector<float> x(rows * length), p(x.size()), logits(length);
    fillNormal(x, 9, 1e-6f);
    for (float &value : x)
      value = 2147483648.0f / scale * (1.0f + value);
    Buffer input(x.data(), {rows, length}), output(p.data(), {rows, length});
    ASSERT_EQ((*kernel)({&input, &output}), 0);
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t i = 0; i < length; ++i) {
        logits[i] = x[row * length + i] * scale;
        ASSERT_TRUE(p[row * length + i] >= 0 && p[row * length + i] <= 1);
      }
      expectSoftmax(logits, llvm::ArrayRef(p).slice(row * length, length));
    }
  }
}

/// With an in-place output the logits are kept where they were read.
TEST(SoftmaxLayout, InPlaceWithExpression) {
  constexpr int64_t rows = 3, length = 77;
  KernelSpec spec = makeSoftmaxSpec(host(), {kDynamicExtent, kDynamicExtent});
  spec.logit.push_back(constantNode(0.7));
  spec.logit.push_back(binaryNode(Kind::Mul, 0, 1));
  std::unique_ptr<Kernel> kernel = makeKernel(spec, host());
  std::vector<float> x(rows * length), expected(x.size());
  fillNormal(x, 4);
  Buffer input(x.data(), {rows, length}), output(x.data(), {rows, length});
  Buffer separate(expected.data(), {rows, length});
  ASSERT_EQ((*kernel)({&input, &separate}), 0);
  ASSERT_EQ((*kernel)({&input, &output}), 0);
  EXPECT_TRUE(sameBits(x, expected));
}

/// Empty tensors need no memory; extents that differ are still told.
TEST(SoftmaxLayout, EmptyTensors) {
  for (const std::vector<int64_t> &extents :
       std::vector<std::vector<int64_t>>{{0},
                                         {3, 0},
                                         {0, 3},
                                         {0, 4, 5},
                                         {4, 0, 5},
                                         {4, 5, 0},
                                         {2, 0, 3, 4}}) {
    for (bool isStatic : {true, false}) {
      SCOPED_TRACE(testing::PrintToString(extents) +
                   (isStatic ? " static" : " dynamic"));
      KernelSpec spec = makeSoftmaxSpec(host(), extents);
      if (!isStatic)
        spec.extents.assign(extents.size(), kDynamicExtent);
      std::unique_ptr<Kernel> kernel = makeKernel(spec, host());
      Buffer input(nullptr, extents), output(nullptr, extents);
      EXPECT_EQ((*kernel)({&input, &output}), 0);
      float untouched = -1;
      input.raw.host = output.raw.host =
          reinterpret_cast<uint8_t *>(&untouched);
      EXPECT_EQ((*kernel)({&input, &output}), 0);
      EXPECT_EQ(untouched, -1);
      if (isStatic)
        continue; // Such a kernel does not even look at its inputs.
      std::vector<int64_t> larger = extents;
      larger.back() += 1;
      Buffer other(&untouched, larger);
      EXPECT_NE((*kernel)({&other, &output}), 0);
    }
  }
}

/// More rows than a 32-bit loop counter holds: an error before any access.
TEST(SoftmaxLayout, TooManyRows) {
  float x = 1, p = -1;
  std::vector<int64_t> strides = {0, 0, 1};
  Buffer input(&x, {65536, 65536, 1}, strides);
  Buffer output(&p, {65536, 65536, 1}, strides);
  std::unique_ptr<Kernel> kernel = makeKernel(
      makeSoftmaxSpec(host(), {kDynamicExtent, kDynamicExtent, kDynamicExtent}),
      host());
  EXPECT_EQ((*kernel)({&input, &output}),
            static_cast<int32_t>(Status::ExtentTooLarge));
  EXPECT_EQ(p, -1);
}

/// What a caller can get wrong has a status, and nothing is stored.
TEST(SoftmaxLayout, StatusesBeforeTheFirstStore) {
  constexpr int64_t rows = 4, length = 20;
  std::vector<float> x(rows * (length + 1), 1.0f), p(rows * length, -1.0f);
  Buffer input(x.data(), {rows, length}), output(p.data(), {rows, length});
  std::unique_ptr<Kernel> kernel =
      makeKernel(makeSoftmaxSpec(host(), {kDynamicExtent, length}), host());
  auto expectStatus = [&](Buffer &first, Buffer &second, Status status) {
    EXPECT_EQ((*kernel)({&first, &second}), static_cast<int32_t>(status));
    for (float value : p)
      ASSERT_EQ(value, -1.0f);
  };
  Buffer wrongRows(x.data(), {rows - 1, length});
  Buffer wrongLength(x.data(), {rows, length + 1});
  Buffer wrongRank(x.data(), {length});
  Buffer negative(x.data(), {-1, length});
  Buffer null(nullptr, {rows, length});
  expectStatus(wrongRows, output, Status::ExtentMismatch);
  expectStatus(wrongLength, output, Status::ExtentMismatch);
  expectStatus(wrongRank, output, Status::ExtentMismatch);
  expectStatus(null, output, Status::NullPointer);
  expectStatus(input, null, Status::NullPointer);
  expectStatus(null, null, Status::NullPointer);
  EXPECT_EQ(null.raw.dim[0].extent, length);
  EXPECT_NE((*kernel)({&negative, &negative}), 0);
  EXPECT_EQ((*kernel)({&input, &output}), 0);
}

} // namespace
