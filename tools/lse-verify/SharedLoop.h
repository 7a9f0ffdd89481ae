//===- SharedLoop.h - Loops that all threads take part in -------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEVERIFY_SHAREDLOOP_H
#define LSE_TOOLS_LSEVERIFY_SHAREDLOOP_H

#include "lse/KernelTesting/KernelJIT.h"

#include <cstdint>

namespace lse_verify {

/// Runs tasks by the runtime's pool. Left to itself, it finishes a short loop
/// before most of its threads are awake: while `setThreadsWait(true)` holds,
/// each thread waits in its first task for as many as the loop can have.
lse_testing::RunTasks runTasksOnPool;

/// To be false where several threads call kernels at once, since only one of
/// their loops has the pool. True at first.
void setThreadsWait(bool wait);

/// Loops so far that threads waited in.
struct LoopCounts {
  /// All threads took part.
  uint64_t shared = 0;
  /// Some did not come within ten seconds.
  uint64_t notShared = 0;
};
LoopCounts getLoopCounts();

} // namespace lse_verify

#endif // LSE_TOOLS_LSEVERIFY_SHAREDLOOP_H
