//===- GuardedMemory.h - Memory between forbidden pages ---------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_KERNELTESTING_GUARDEDMEMORY_H
#define LSE_KERNELTESTING_GUARDEDMEMORY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstddef>
#include <cstdint>
#include <optional>

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
  /// All that lies between the forbidden pages, which is whole pages.
  llvm::MutableArrayRef<uint8_t> bytes() const { return between; }

private:
  void *mapping = nullptr;
  size_t mapped = 0;
  void *first = nullptr;
  llvm::MutableArrayRef<uint8_t> between;
};

/// Calls `function`. If it, or what it calls on the same thread, touches memory
/// that it must not, it ends there and then, without destructors, and the
/// answer is the address: null where the processor does not tell, as for an
/// address that is not aligned.
std::optional<const void *> findFault(llvm::function_ref<void()> function);

} // namespace lse_testing

#endif // LSE_KERNELTESTING_GUARDEDMEMORY_H
