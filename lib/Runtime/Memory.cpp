//===- Memory.cpp - Scratch memory of compiled kernels --------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Aligns what malloc, or the host's allocator, returns.
//
//===----------------------------------------------------------------------===//

#include "lse/Runtime/lse_runtime.h"

#include <stdlib.h>

/// Kernels load whole cache lines, and vector code may read this much too far.
static constexpr size_t kAlignment = 64;
static constexpr size_t kReadable = 8;

static lse_malloc_t mallocHook = nullptr;
static lse_free_t freeHook = nullptr;
static void *allocatorUser = nullptr;

void lse_set_allocator(lse_malloc_t newMalloc, lse_free_t newFree, void *user) {
  // Half an allocator would free what another one made.
  bool isComplete = newMalloc && newFree;
  mallocHook = isComplete ? newMalloc : nullptr;
  freeHook = isComplete ? newFree : nullptr;
  allocatorUser = user;
}

void *lse_rt_malloc(void * /*userContext*/, size_t size) {
  // Room for aligning, and for the address to free just below the result.
  size_t total;
  if (__builtin_add_overflow(size, 2 * kAlignment + kReadable, &total))
    return nullptr;
  void *base = mallocHook ? mallocHook(allocatorUser, total) : malloc(total);
  if (!base)
    return nullptr;
  uintptr_t address = reinterpret_cast<uintptr_t>(base) + kAlignment;
  address = (address + kAlignment - 1) & ~uintptr_t(kAlignment - 1);
  void **result = reinterpret_cast<void **>(address);
  result[-1] = base;
  return result;
}

void lse_rt_free(void * /*userContext*/, void *pointer) {
  if (!pointer)
    return;
  void *base = static_cast<void **>(pointer)[-1];
  if (freeHook)
    freeHook(allocatorUser, base);
  else
    free(base);
}
