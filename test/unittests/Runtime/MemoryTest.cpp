//===- MemoryTest.cpp - Scratch memory of compiled kernels ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernels rely on: alignment, slack at both ends, null when memory runs
// out; and what a host's allocator gets to see.
//
//===----------------------------------------------------------------------===//

#include "lse/Runtime/lse_runtime.h"

#include "gtest/gtest.h"

#include <cstdlib>
#include <cstring>

namespace {

TEST(Memory, AlignedAndReadableBeyondBothEnds) {
  for (size_t size : {0, 1, 7, 63, 64, 65, 1000, 1 << 20}) {
    auto *bytes = static_cast<volatile char *>(lse_rt_malloc(nullptr, size));
    ASSERT_NE(bytes, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(bytes) % 64, 0u);
    // A sanitizer would object to these reads if they were not allowed.
    for (int i = 1; i <= 8; ++i) {
      (void)bytes[-i];
      (void)bytes[size + i - 1];
    }
    for (size_t i = 0; i < size; ++i)
      bytes[i] = 1;
    lse_rt_free(nullptr, const_cast<char *>(bytes));
  }
}

TEST(Memory, FreeingNullIsFine) { lse_rt_free(nullptr, nullptr); }

TEST(Memory, TooMuchIsNull) {
  EXPECT_EQ(lse_rt_malloc(nullptr, SIZE_MAX), nullptr);
  EXPECT_EQ(lse_rt_malloc(nullptr, SIZE_MAX - 100), nullptr);
}

/// Counts, and returns addresses as badly aligned as malloc may not.
struct CountingAllocator {
  int numAllocated = 0, numFreed = 0;
  bool isEmpty = false;

  static void *allocate(void *user, size_t size) {
    auto *self = static_cast<CountingAllocator *>(user);
    if (self->isEmpty)
      return nullptr;
    ++self->numAllocated;
    char *base = static_cast<char *>(std::malloc(size + 1));
    return base + 1;
  }
  static void release(void *user, void *pointer) {
    ++static_cast<CountingAllocator *>(user)->numFreed;
    std::free(static_cast<char *>(pointer) - 1);
  }
};

TEST(Memory, HostAllocator) {
  CountingAllocator allocator;
  lse_set_allocator(CountingAllocator::allocate, CountingAllocator::release,
                    &allocator);
  void *memory = lse_rt_malloc(nullptr, 100);
  ASSERT_NE(memory, nullptr);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % 64, 0u);
  std::memset(memory, 1, 100);
  lse_rt_free(nullptr, memory);
  EXPECT_EQ(allocator.numAllocated, 1);
  EXPECT_EQ(allocator.numFreed, 1);

  allocator.isEmpty = true;
  EXPECT_EQ(lse_rt_malloc(nullptr, 100), nullptr);

  lse_set_allocator(nullptr, nullptr, nullptr);
  lse_rt_free(nullptr, lse_rt_malloc(nullptr, 100));
  EXPECT_EQ(allocator.numAllocated, 1);
}

TEST(Memory, HalfAnAllocatorIsNone) {
  CountingAllocator allocator;
  lse_set_allocator(CountingAllocator::allocate, nullptr, &allocator);
  lse_rt_free(nullptr, lse_rt_malloc(nullptr, 100));
  EXPECT_EQ(allocator.numAllocated, 0);
  lse_set_allocator(nullptr, nullptr, nullptr);
}

} // namespace
