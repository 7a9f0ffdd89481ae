//===- SoftmaxNumericsTest.cpp - Accuracy and memory of kernels -----------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelTesting.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace lse_testing;
using lse_halide::kDynamicExtent;
using lse_halide::KernelSpec;

namespace {

const int64_t kLengths[] = {0,  1,  2,  3,  7,   8,   15,  16,   17,  31,
                            33, 63, 64, 65, 100, 127, 255, 1000, 4097};
const int64_t kRowCounts[] = {0, 1, 2, 5};

/// Runs a kernel between forbidden pages, for both placements, and checks all
/// rows.
void checkRows(const Kernel &kernel, int64_t rows, int64_t length) {
  for (Placement placement : {Placement::AtStart, Placement::AtEnd}) {
    GuardedFloats x(rows * length, placement), p(rows * length, placement);
    fillNormal(x.values(), static_cast<unsigned>(rows * 10007 + length));
    Buffer input(x.data(), {rows, length}), output(p.data(), {rows, length});
    ASSERT_EQ(kernel({&input, &output}), 0);
    for (int64_t row = 0; row < rows && length; ++row)
      expectSoftmax(x.values().slice(row * length, length),
                    p.values().slice(row * length, length));
  }
}

TEST(SoftmaxNumerics, DynamicExtents) {
  for (const Machine &machine : machines()) {
    std::unique_ptr<Kernel> kernel = makeKernel(
        makeSoftmaxSpec(machine, {kDynamicExtent, kDynamicExtent}), machine);
    for (int64_t length : kLengths)
      for (int64_t rows : kRowCounts)
        checkRows(*kernel, rows, length);
  }
}

TEST(SoftmaxNumerics, StaticExtents) {
  for (const Machine &machine : machines()) {
    for (int64_t length : kLengths) {
      int64_t rows = length % 2 ? 5 : 1;
      std::unique_ptr<Kernel> kernel =
          makeKernel(makeSoftmaxSpec(machine, {rows, length}), machine);
      checkRows(*kernel, rows, length);
    }
  }
}

TEST(SoftmaxNumerics, StaticLengthOnly) {
  for (int64_t length : {3, 40, 130}) {
    std::unique_ptr<Kernel> kernel =
        makeKernel(makeSoftmaxSpec(host(), {kDynamicExtent, length}), host());
    for (int64_t rows : kRowCounts)
      checkRows(*kernel, rows, length);
  }
}

TEST(SoftmaxNumerics, OneDimension) {
  std::unique_ptr<Kernel> kernel =
      makeKernel(makeSoftmaxSpec(host(), {kDynamicExtent}), host());
  for (int64_t length : kLengths) {
    GuardedFloats x(length, Placement::AtEnd), p(length, Placement::AtEnd);
    fillNormal(x.values(), 3);
    Buffer input(x.data(), {length}), output(p.data(), {length});
    ASSERT_EQ((*kernel)({&input, &output}), 0);
    if (length)
      expectSoftmax(x.values(), p.values());
  }
}

/// Rows of {0, -d}: the second element shows the exponential's own error.
TEST(SoftmaxNumerics, ExponentialFromZeroToSubnormals) {
  constexpr int64_t rows = 120000;
  for (const Machine &machine : machines()) {
    std::unique_ptr<Kernel> kernel =
        makeKernel(makeSoftmaxSpec(machine, {kDynamicExtent, 2}), machine);
    std::vector<float> x(rows * 2), p(rows * 2);
    for (int64_t row = 0; row < rows; ++row)
      x[2 * row + 1] = -110.0f * row / rows;
    Buffer input(x.data(), {rows, 2}), output(p.data(), {rows, 2});
    ASSERT_EQ((*kernel)({&input, &output}), 0);
    for (int64_t row = 0; row < rows; ++row) {
      long double e = std::exp(static_cast<long double>(x[2 * row + 1]));
      ASSERT_LE(ulpError(p[2 * row], 1 / (1 + e)), 3.0) << x[2 * row + 1];
      double bound = 4 - 0.05 * x[2 * row + 1];
      ASSERT_LE(ulpError(p[2 * row + 1], e / (1 + e)), bound) << x[2 * row + 1];
    }
  }
}

/// One maximum, and all others equal: every addition rounds the same way. The
/// distances are such that the sum needs all its digits.
TEST(SoftmaxNumerics, AllButOneEqual) {
  for (const Machine &machine : machines()) {
    std::unique_ptr<Kernel> kernel = makeKernel(
        makeSoftmaxSpec(machine, {kDynamicExtent, kDynamicExtent}), machine);
    for (int64_t length : {4096, 50257, 1000003})
      for (float distance : {0.0f, 0.7f, 1.1f, 5.3f, 11.9f}) {
        std::vector<float> x(length, -distance), p(length);
        x[length / 3] = 0;
        Buffer input(x.data(), {1, length}), output(p.data(), {1, length});
        ASSERT_EQ((*kernel)({&input, &output}), 0);
        long double e = std::exp(-static_cast<long double>(distance));
        long double sum = 1 + static_cast<long double>(length - 1) * e;
        double bound = 6 + std::log(static_cast<double>(length)) / 2;
        ASSERT_LE(ulpError(p[length / 3], 1 / sum), bound)
            << length << " " << distance;
        ASSERT_LE(ulpError(p[0], e / sum), bound + distance)
            << length << " " << distance;
      }
  }
}

/// Equal logits give equal bits in whole vectors, remaining vectors and tail.
TEST(SoftmaxNumerics, EqualLogitsGiveEqualProbabilities) {
  for (const Machine &machine : machines()) {
    std::unique_ptr<Kernel> kernel = makeKernel(
        makeSoftmaxSpec(machine, {kDynamicExtent, kDynamicExtent}), machine);
    for (int64_t length : {5, 67, 131, 1003}) {
      std::vector<float> x(length), p(length);
      for (int64_t i = 0; i < length; ++i)
        x[i] = std::sin(static_cast<float>(i % 7)) * 9;
      Buffer input(x.data(), {1, length}), output(p.data(), {1, length});
      ASSERT_EQ((*kernel)({&input, &output}), 0);
      for (int64_t i = 7; i < length; ++i)
        ASSERT_TRUE(sameBits(p[i], p[i - 7])) << i;
    }
  }
}

/// A row's result depends on neither its place nor its neighbours nor the task
/// that it is part of.
TEST(SoftmaxNumerics, TasksDoNotChangeResults) {
  constexpr int64_t rows = 37, length = 129;
  std::vector<float> x(rows * length), expected(rows * length),
      p(rows * length);
  fillNormal(x, 1);
  Buffer input(x.data(), {rows, length});
  Buffer expectedOutput(expected.data(), {rows, length});
  Buffer output(p.data(), {rows, length});
  KernelSpec spec = makeSoftmaxSpec(host(), {kDynamicExtent, kDynamicExtent});
  spec.schedule.parallel = false;
  ASSERT_EQ((*makeKernel(spec, host()))({&input, &expectedOutput}), 0);
  spec.schedule.parallel = true;
  for (int64_t grain : {1, 1000, 32768}) {
    spec.schedule.parallelGrain = grain;
    llvm::fill(p, -1.0f);
    ASSERT_EQ((*makeKernel(spec, host()))({&input, &output}), 0);
    EXPECT_TRUE(sameBits(p, expected)) << grain;
  }
}

TEST(SoftmaxNumerics, InPlace) {
  for (const Machine &machine : machines()) {
    std::unique_ptr<Kernel> kernel = makeKernel(
        makeSoftmaxSpec(machine, {kDynamicExtent, kDynamicExtent}), machine);
    for (int64_t length : kLengths) {
      constexpr int64_t rows = 3;
      std::vector<float> x(rows * length), expected(rows * length);
      fillNormal(x, 4);
      Buffer input(x.data(), {rows, length}), output(x.data(), {rows, length});
      Buffer separate(expected.data(), {rows, length});
      if (!length)
        continue;
      ASSERT_EQ((*kernel)({&input, &separate}), 0);
      ASSERT_EQ((*kernel)({&input, &output}), 0);
      EXPECT_TRUE(sameBits(x, expected)) << length;
    }
  }
}

} // namespace
