//===- ParallelFor.cpp - Parallel loops of compiled kernels ---------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sends a kernel's parallel loop to the host's pool, if it plugged one in, or
// to the built-in one; and knows how many threads to use.
//
//===----------------------------------------------------------------------===//

#include "ThreadPool.h"

#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

using namespace lse::runtime;

/// More threads than this are never started, whatever is asked for.
static constexpr int kMaxThreads = 1024;

/// What was asked for, at least 1, or 0 before the first question or answer.
static std::atomic<int> numThreads{0};

static lse_parallel_for_t parallelForHook = nullptr;
static void *parallelForUser = nullptr;

static int clampThreads(long count) {
  return count < 1 ? 1 : count > kMaxThreads ? kMaxThreads : int(count);
}

/// The processors this process may run on.
static int countProcessors() {
  cpu_set_t sets[16]; // Large enough for any Linux kernel.
  if (sched_getaffinity(0, sizeof(sets), sets) == 0)
    return clampThreads(CPU_COUNT_S(sizeof(sets), sets));
  return clampThreads(sysconf(_SC_NPROCESSORS_ONLN));
}

/// LSE_NUM_THREADS, where a number; 0 and anything else mean all processors.
static int getDefaultThreads() {
  if (const char *text = getenv("LSE_NUM_THREADS")) {
    char *end;
    long count = strtol(text, &end, 10);
    if (end != text && *end == '\0' && count > 0)
      return clampThreads(count);
  }
  return countProcessors();
}

void lse_set_num_threads(int count) {
  numThreads.store(count == 0 ? countProcessors() : clampThreads(count));
}

int lse_get_num_threads() {
  int count = numThreads.load();
  if (count != 0)
    return count;
  // Whoever comes second keeps the first answer.
  int fresh = getDefaultThreads();
  return numThreads.compare_exchange_strong(count, fresh) ? fresh : count;
}

void lse_set_parallel_for(lse_parallel_for_t hook, void *user) {
  parallelForHook = hook;
  parallelForUser = user;
}

int lse_rt_do_par_for(void * /*userContext*/,
                      int (*task)(void *, int, uint8_t *), int min, int size,
                      uint8_t *closure) {
  if (parallelForHook && size > 1)
    return parallelForHook(parallelForUser, task, min, size, closure);
  Loop loop(task, min, size, closure);
  runOnPool(loop, lse_get_num_threads());
  return loop.getStatus();
}
