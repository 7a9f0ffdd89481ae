//===- ThreadPool.cpp - The threads behind parallel loops -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Workers wait until a caller posts a loop, take part in it, and wait again.
// They are started when first needed and never end: one that sleeps costs
// nothing, and a process that exits does not have to wait for them.
//
//===----------------------------------------------------------------------===//

#include "ThreadPool.h"

#include <initializer_list>
#include <pthread.h>
#include <signal.h>

using namespace lse::runtime;

namespace {

/// Constant-initialised: the library has no constructors to run.
struct Pool {
  /// Held by the one caller whose loop the workers serve.
  std::atomic<bool> isTaken{false};
  /// Touched only by that caller.
  int numWorkers = 0;

  /// Guards everything below.
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t posted = PTHREAD_COND_INITIALIZER;
  pthread_cond_t finished = PTHREAD_COND_INITIALIZER;
  /// The loop that workers may still join, or null.
  Loop *loop = nullptr;
  /// Counts loops, so that no worker joins the same one twice. This and
  /// `numActive` may be read without the mutex, to see whether to go on
  /// waiting.
  std::atomic<uint64_t> generation{0};
  int freeSeats = 0;
  std::atomic<int> numActive{0};
};

Pool pool;

/// Some 20 microseconds, depending on the processor.
constexpr int kNumLooks = 1000;

/// Waits a moment for `isOver`. Waking a sleeping thread takes longer than many
/// a loop, so callers and workers look for a while before they sleep.
template <typename Predicate>
void lookFor(Predicate isOver) {
  for (int i = 0; i < kNumLooks && !isOver(); ++i) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
  }
}

} // namespace

static void *runWorker(void *) {
  uint64_t lastSeen = 0;
  pthread_mutex_lock(&pool.mutex);
  for (;;) {
    while (!pool.loop || pool.generation == lastSeen || pool.freeSeats == 0)
      pthread_cond_wait(&pool.posted, &pool.mutex);
    Loop *loop = pool.loop;
    lastSeen = pool.generation;
    --pool.freeSeats;
    ++pool.numActive;
    pthread_mutex_unlock(&pool.mutex);
    loop->participate();
    pthread_mutex_lock(&pool.mutex);
    if (--pool.numActive == 0)
      pthread_cond_signal(&pool.finished);
    pthread_mutex_unlock(&pool.mutex);
    lookFor([&] { return pool.generation.load() != lastSeen; });
    pthread_mutex_lock(&pool.mutex);
  }
}

/// A forked child has none of its parent's workers, and whoever held the locks
/// is gone: start afresh.
static void resetInChild() {
  pool.mutex = PTHREAD_MUTEX_INITIALIZER;
  pool.posted = PTHREAD_COND_INITIALIZER;
  pool.finished = PTHREAD_COND_INITIALIZER;
  pool.loop = nullptr;
  pool.numWorkers = pool.freeSeats = pool.numActive = 0;
  pool.isTaken.store(false);
}

/// Starts workers until there are `count`, or as many as the system gives.
static void ensureWorkers(int count) {
  if (pool.numWorkers >= count)
    return;
  static bool handlesFork = false; // Guarded by Pool::isTaken.
  if (!handlesFork)
    handlesFork = pthread_atfork(nullptr, nullptr, resetInChild) == 0;

  // Workers inherit a mask that leaves signals to the host's threads, except
  // those that a thread raises itself: a crash handler must see them.
  sigset_t blocked, previous;
  sigfillset(&blocked);
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP})
    sigdelset(&blocked, signal);
  pthread_sigmask(SIG_SETMASK, &blocked, &previous);
  pthread_attr_t detached;
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  while (pool.numWorkers < count &&
         pthread_create(&thread, &detached, runWorker, nullptr) == 0)
    ++pool.numWorkers;
  pthread_attr_destroy(&detached);
  pthread_sigmask(SIG_SETMASK, &previous, nullptr);
}

void lse::runtime::runOnPool(Loop &loop, int numThreads) {
  int helpers = (loop.getSize() < numThreads ? loop.getSize() : numThreads) - 1;
  if (helpers <= 0 || pool.isTaken.exchange(true, std::memory_order_acquire))
    return loop.participate();

  ensureWorkers(helpers);
  pthread_mutex_lock(&pool.mutex);
  pool.loop = &loop;
  pool.freeSeats = helpers;
  ++pool.generation;
  pthread_mutex_unlock(&pool.mutex);
  if (helpers >= pool.numWorkers)
    pthread_cond_broadcast(&pool.posted);
  else
    for (int i = 0; i < helpers; ++i)
      pthread_cond_signal(&pool.posted);

  loop.participate();

  // Whoever has not joined by now is not waited for.
  pthread_mutex_lock(&pool.mutex);
  pool.loop = nullptr;
  pthread_mutex_unlock(&pool.mutex);
  lookFor([] { return pool.numActive.load() == 0; });
  pthread_mutex_lock(&pool.mutex);
  while (pool.numActive != 0)
    pthread_cond_wait(&pool.finished, &pool.mutex);
  pthread_mutex_unlock(&pool.mutex);
  pool.isTaken.store(false, std::memory_order_release);
}
