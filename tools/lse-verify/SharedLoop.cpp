//===- SharedLoop.cpp - Loops that all threads take part in ---------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SharedLoop.h"

#include "lse/Runtime/lse_runtime.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

using namespace lse_verify;

namespace {

std::atomic<bool> threadsWait = true;
std::atomic<uint64_t> numLoops, numShared, numNotShared;
/// The last loop that this thread has come to, by its number.
thread_local uint64_t lastLoop = 0;
/// Loops inside of a task are run by its thread alone.
thread_local bool isInTask = false;

struct SharedLoop {
  int32_t (*const task)(void *, int32_t, uint8_t *);
  uint8_t *const closure;
  const int numWanted;
  const uint64_t number = ++numLoops;
  std::atomic<int> numArrived = 0;

  void arrive() {
    if (lastLoop == number)
      return;
    lastLoop = number;
    ++numArrived;
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (numArrived < numWanted && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
  }
};

int32_t runTask(void *context, int32_t index, uint8_t *closure) {
  auto &loop = *reinterpret_cast<SharedLoop *>(closure);
  loop.arrive();
  isInTask = true;
  int32_t status = loop.task(context, index, loop.closure);
  isInTask = false;
  return status;
}

} // namespace

int32_t lse_verify::runTasksOnPool(void *context,
                                   int32_t (*task)(void *, int32_t, uint8_t *),
                                   int32_t first, int32_t count,
                                   uint8_t *closure) {
  int numWanted = std::min(count, lse_get_num_threads());
  if (numWanted < 2 || isInTask || !threadsWait)
    return lse_rt_do_par_for(context, task, first, count, closure);
  SharedLoop loop{task, closure, numWanted};
  int32_t status = lse_rt_do_par_for(context, runTask, first, count,
                                     reinterpret_cast<uint8_t *>(&loop));
  ++(loop.numArrived == numWanted ? numShared : numNotShared);
  return status;
}

void lse_verify::setThreadsWait(bool wait) { threadsWait = wait; }

LoopCounts lse_verify::getLoopCounts() { return {numShared, numNotShared}; }
