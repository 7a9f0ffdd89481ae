//===- ParallelForTest.cpp - Parallel loops of compiled kernels -----------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every iteration runs exactly once whatever the number of threads, of callers
// and of loops within loops; failures, forks, hooks, and a system that gives no
// threads.
//
//===----------------------------------------------------------------------===//

#include "lse/Runtime/lse_runtime.h"

#include "gtest/gtest.h"

#include <atomic>
#include <mutex>
#include <sched.h>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

/// Runs `body(index)`, which answers with a status, as a kernel's loop would.
template <typename Body>
int parallelFor(int min, int size, Body &&body) {
  auto call = [](void *, int index, uint8_t *closure) -> int {
    return (*reinterpret_cast<std::remove_reference_t<Body> *>(closure))(index);
  };
  return lse_rt_do_par_for(nullptr, call, min, size,
                           reinterpret_cast<uint8_t *>(&body));
}

/// How often each iteration of a loop over [min, min + size) ran.
std::vector<int> countIterations(int min, int size) {
  std::vector<std::atomic<int>> counts(size);
  EXPECT_EQ(parallelFor(min, size, [&](int i) { return ++counts[i - min], 0; }),
            0);
  return {counts.begin(), counts.end()};
}

/// Whether loops work in a forked child, told by its exit code.
bool worksInChild() {
  pid_t child = fork();
  if (child == 0)
    _exit(countIterations(0, 1000) == std::vector<int>(1000, 1) ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

class ParallelFor : public testing::TestWithParam<int> {
protected:
  void SetUp() override { lse_set_num_threads(GetParam()); }
  void TearDown() override { lse_set_num_threads(0); }
};

INSTANTIATE_TEST_SUITE_P(Threads, ParallelFor, testing::Values(1, 2, 3, 8));

TEST_P(ParallelFor, EachIterationOnce) {
  EXPECT_EQ(lse_get_num_threads(), GetParam());
  for (int size : {0, 1, 2, 3, 7, 8, 9, 100, 10000})
    for (int min : {0, -5, 1 << 30})
      EXPECT_EQ(countIterations(min, size), std::vector<int>(size, 1));
}

TEST_P(ParallelFor, LargestIndex) {
  std::atomic<int64_t> sum{0};
  parallelFor(INT32_MAX - 2, 2, [&](int i) { return sum += i, 0; });
  EXPECT_EQ(sum, 2 * int64_t(INT32_MAX) - 3);
}

TEST_P(ParallelFor, ManySmallLoops) {
  std::atomic<int> count{0};
  for (int loop = 0; loop < 5000; ++loop)
    parallelFor(0, 4, [&](int) { return ++count, 0; });
  EXPECT_EQ(count, 20000);
}

TEST_P(ParallelFor, Nested) {
  std::atomic<int> count{0};
  auto inner = [&](int) { return ++count, 0; };
  auto middle = [&](int) { return parallelFor(0, 10, inner); };
  EXPECT_EQ(parallelFor(0, 20, [&](int) { return parallelFor(0, 5, middle); }),
            0);
  EXPECT_EQ(count, 20 * 5 * 10);
}

TEST_P(ParallelFor, ConcurrentCallers) {
  std::vector<std::thread> callers;
  std::atomic<int> numWrong{0};
  for (int caller = 0; caller < 8; ++caller)
    callers.emplace_back([&] {
      for (int loop = 0; loop < 100; ++loop)
        if (countIterations(0, 50) != std::vector<int>(50, 1))
          ++numWrong;
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(numWrong, 0);
}

TEST_P(ParallelFor, FailureEndsTheLoop) {
  std::atomic<int> count{0};
  int status = parallelFor(0, 1000000, [&](int i) {
    ++count;
    return i == 10 ? 42 : 0;
  });
  EXPECT_EQ(status, 42);
  EXPECT_LT(count, 1000000);
  // The next loop is not affected.
  EXPECT_EQ(countIterations(0, 10), std::vector<int>(10, 1));
}

TEST_P(ParallelFor, FailureOfANestedLoop) {
  EXPECT_EQ(parallelFor(0, 10,
                        [&](int i) {
                          return parallelFor(0, 10, [&](int j) {
                            return i == 5 && j == 5 ? -7 : 0;
                          });
                        }),
            -7);
}

TEST_P(ParallelFor, Fork) {
  EXPECT_TRUE(worksInChild());
  EXPECT_EQ(countIterations(0, 100), std::vector<int>(100, 1));
  EXPECT_TRUE(worksInChild());
  EXPECT_EQ(countIterations(0, 100), std::vector<int>(100, 1));
}

TEST_P(ParallelFor, ForkWhileTheLoopOfAnotherThreadRuns) {
  std::atomic<bool> mayEnd{false}, hasStarted{false};
  std::thread caller([&] {
    parallelFor(0, 8, [&](int) {
      hasStarted = true;
      while (!mayEnd)
        std::this_thread::yield();
      return 0;
    });
  });
  while (!hasStarted)
    std::this_thread::yield();
  EXPECT_TRUE(worksInChild());
  mayEnd = true;
  caller.join();
  EXPECT_EQ(countIterations(0, 100), std::vector<int>(100, 1));
}

TEST(ThreadCount, ChangesBetweenLoops) {
  for (int count : {8, 1, 3, 2, 8, 1}) {
    lse_set_num_threads(count);
    std::mutex mutex;
    std::set<std::thread::id> threads;
    parallelFor(0, 200, [&](int) {
      std::this_thread::yield();
      std::lock_guard<std::mutex> lock(mutex);
      return threads.insert(std::this_thread::get_id()), 0;
    });
    EXPECT_LE(threads.size(), size_t(count));
    EXPECT_EQ(lse_get_num_threads(), count);
  }
  lse_set_num_threads(0);
}

TEST(ThreadCount, Limits) {
  cpu_set_t processors;
  ASSERT_EQ(sched_getaffinity(0, sizeof(processors), &processors), 0);
  lse_set_num_threads(0);
  EXPECT_EQ(lse_get_num_threads(), CPU_COUNT(&processors));
  lse_set_num_threads(-3);
  EXPECT_EQ(lse_get_num_threads(), 1);
  lse_set_num_threads(INT32_MAX);
  EXPECT_LE(lse_get_num_threads(), 1024);
  lse_set_num_threads(0);
}

/// All threads that were asked for really run at the same time.
TEST(ThreadCount, ThreadsAreUsed) {
  lse_set_num_threads(4);
  std::atomic<int> numInside{0};
  parallelFor(0, 4, [&](int) {
    ++numInside;
    while (numInside < 4)
      std::this_thread::yield();
    return 0;
  });
  EXPECT_EQ(numInside, 4);
  lse_set_num_threads(0);
}

/// In a child, since the limit cannot be taken back and counts processes of the
/// same user. Root is exempt from it, so the child stops being root first.
TEST(ThreadCount, NoThreadsToBeHad) {
  pid_t child = fork();
  if (child == 0) {
    if (getuid() == 0 && setuid(65534) != 0)
      _exit(2);
    rlimit none = {0, 0};
    setrlimit(RLIMIT_NPROC, &none);
    pthread_t thread;
    auto nothing = [](void *) -> void * { return nullptr; };
    if (pthread_create(&thread, nullptr, nothing, nullptr) == 0)
      _exit(2);
    lse_set_num_threads(8);
    _exit(countIterations(0, 1000) == std::vector<int>(1000, 1) ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 2)
    GTEST_SKIP() << "this system does not limit threads";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Hook, GetsLoopsOfSeveralIterations) {
  int numCalls = 0;
  auto backwards = [](void *user, lse_task_t task, int min, int size,
                      uint8_t *closure) {
    ++*static_cast<int *>(user);
    int status = 0;
    for (int i = min + size; status == 0 && i-- > min;)
      status = task(nullptr, i, closure);
    return status;
  };
  lse_set_parallel_for(backwards, &numCalls);
  std::vector<int> order;
  auto record = [&](int i) { return order.push_back(i), i == 1 ? 9 : 0; };
  EXPECT_EQ(parallelFor(0, 4, record), 9);
  EXPECT_EQ(order, (std::vector<int>{3, 2, 1}));
  EXPECT_EQ(countIterations(0, 1), std::vector<int>(1, 1));
  EXPECT_EQ(countIterations(0, 0), std::vector<int>());
  EXPECT_EQ(numCalls, 1);

  lse_set_parallel_for(nullptr, nullptr);
  EXPECT_EQ(countIterations(0, 100), std::vector<int>(100, 1));
  EXPECT_EQ(numCalls, 1);
}

} // namespace
