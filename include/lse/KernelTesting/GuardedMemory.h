//===- GuardedMemory.h - Memory between forbidden pages ---------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_KERNELTESTING_GUARDEDMEMORY_H
#define LSE_KERNELTESTING_GUARDEDMEMORY_H

#include <cstddef>

namespace lse_testing {

/// Where guarded memory sits between its two forbidden pages.
enum class Placement { AtStart, AtEnd };

/// Memory of exactly `size` bytes with a forbidden page before and after it.
/// One end touches its forbidden page; the other is less than a page away from
/// its own.
class GuardedMemory {
public:
  GuardedMemory(size_t size, Placement placement);
  ~GuardedMemory();
  GuardedMemory(const GuardedMemory &) = delete;
  GuardedMemory &operator=(const GuardedMemory &) = delete;

  void *data() const { return first; }

private:
  void *mapping = nullptr;
  size_t mapped = 0;
  void *first = nullptr;
};

} // namespace lse_testing

#endif // LSE_KERNELTESTING_GUARDEDMEMORY_H
