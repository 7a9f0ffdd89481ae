//===- GuardedMemoryTest.cpp - What checks of memory can see --------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/KernelTesting/GuardedMemory.h"
#include "lse/KernelTesting/RowCase.h"

#include <gtest/gtest.h>

#include <thread>

using namespace lse_testing;

namespace {

void touch(const void *address) {
  *static_cast<const volatile uint8_t *>(address);
}

TEST(GuardedMemory, FaultsAreFoundWhereTheyAre) {
  GuardedMemory memory(100, Placement::AtEnd);
  llvm::MutableArrayRef<uint8_t> bytes = memory.bytes();
  EXPECT_EQ(bytes.end(), static_cast<uint8_t *>(memory.data()) + 100);
  // More than once, for the handler has to stay in place.
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(findFault([&] { touch(bytes.end()); }), bytes.end());
    EXPECT_EQ(findFault([&] { touch(bytes.begin() - 1); }), bytes.begin() - 1);
    EXPECT_EQ(findFault([&] { touch(bytes.end() - 1); }), std::nullopt);
  }
}

TEST(GuardedMemory, FaultsOfOtherThreadsAreTheirs) {
  GuardedMemory memory(64, Placement::AtEnd);
  std::vector<std::thread> threads;
  std::vector<std::optional<const void *>> found(4);
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      found[i] = findFault([&] { touch(memory.bytes().end() + i); });
    });
  for (std::thread &thread : threads)
    thread.join();
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(found[i], memory.bytes().end() + i);
}

/// A kernel that is told of one element too many.
TEST(GuardedMemory, FaultsOfKernelsAreFound) {
  RowCase rowCase =
      makeCase({1, 33}, {1}, Strategy::CachedRow, 1, ElementType::F32, {P});
  std::unique_ptr<Kernel> kernel = makeKernel(rowCase.makeSpec(host()), host());
  GuardedMemory input(33 * sizeof(float), Placement::AtEnd);
  Buffer tooLarge(static_cast<float *>(input.data()), {1, 34});
  std::vector<Tensor> outputs;
  outputs.emplace_back(ElementType::F32, std::vector<int64_t>{1, 34});
  std::unique_ptr<Buffer> output = outputs.front().buffer();
  EXPECT_EQ(findFault([&] {
              (*kernel)({&tooLarge, output.get()});
            }),
            input.bytes().end());
}

TEST(GuardedMemory, TensorsInMemoryOfTheCaller) {
  for (std::vector<int64_t> strides : {std::vector<int64_t>{5, 1}, {-5, -2}}) {
    std::vector<int64_t> extents = {2, 3};
    int64_t span = Tensor::getSpan(extents, strides);
    EXPECT_EQ(span, strides[1] == 1 ? 8 : 10);
    std::vector<uint8_t> memory((span + 2) * sizeof(float));
    Tensor tensor(ElementType::F32, extents, strides, memory, 1);
    tensor.fill(1, 1.0);
    EXPECT_TRUE(tensor.gapsAreUntouched());
    // The element with the lowest address is the first or the last one.
    std::unique_ptr<Buffer> buffer = tensor.buffer();
    ptrdiff_t first = buffer->raw.host - memory.data();
    EXPECT_EQ(first, strides[1] == 1 ? 4 : 4 * span);
    memory.back() ^= 1;
    EXPECT_FALSE(tensor.gapsAreUntouched());
  }
  EXPECT_EQ(Tensor::getSpan({0, 3}, {3, 1}), 0);
}

} // namespace
