//===- ThreadPool.h - The threads behind parallel loops ---------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The built-in thread pool, one per process. Everything here does without
// libstdc++, since C programs link it.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RUNTIME_THREADPOOL_H
#define LSE_LIB_RUNTIME_THREADPOOL_H

#include "lse/Runtime/lse_runtime.h"

#include <atomic>

namespace lse::runtime {

/// A parallel loop on its way; whoever takes part draws iterations from it.
class Loop {
public:
  Loop(lse_task_t task, int min, int size, uint8_t *closure)
      : task(task), min(min), size(size), closure(closure) {}

  /// Runs iterations until none is left or one has failed.
  void participate() {
    int64_t index;
    while (firstFailure.load(std::memory_order_relaxed) == 0 &&
           (index = next.fetch_add(1, std::memory_order_relaxed)) < size) {
      int status = task(nullptr, static_cast<int>(min + index), closure);
      int none = 0;
      if (status != 0)
        firstFailure.compare_exchange_strong(none, status);
    }
  }

  int getSize() const { return size; }
  int getStatus() const { return firstFailure.load(); }

private:
  const lse_task_t task;
  const int min, size;
  uint8_t *const closure;
  /// Wider than `size`, because every participant draws once too often.
  std::atomic<int64_t> next{0};
  std::atomic<int> firstFailure{0};
};

/// Runs `loop` to its end on the calling thread and at most `numThreads - 1`
/// others. When the pool is in the service of another loop, which also holds
/// for a nested loop, the calling thread does it alone.
void runOnPool(Loop &loop, int numThreads);

} // namespace lse::runtime

#endif // LSE_LIB_RUNTIME_THREADPOOL_H
