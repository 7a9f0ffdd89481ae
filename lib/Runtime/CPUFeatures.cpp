//===- CPUFeatures.cpp - What the machine of a program can do -------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A library for several CPUs asks here which of its kernels it may call. Asks
// CPUID itself: the tables of the compiler's own runtime differ between
// compilers and their versions.
//
//===----------------------------------------------------------------------===//

#include "lse/Runtime/lse_runtime.h"

#include <atomic>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace {

/// The levels of x86-64; level 5 is whatever no level has.
constexpr const char *kLevelNames[] = {"x86-64", "x86-64-v2", "x86-64-v3",
                                       "x86-64-v4"};
constexpr int kNumLevels = 4;
constexpr int kNoLimit = 5;

/// Set in a mask of features that was found out.
constexpr uint64_t kKnown = uint64_t(1) << 63;

enum Register { EAX, EBX, ECX, EDX };
enum State { None, YMM, ZMM };

struct Feature {
  uint64_t mask;
  unsigned leaf, subleaf;
  Register in;
  unsigned bit;
  State state;
  int level;
};

constexpr Feature kFeatures[] = {
#define LSE_CPU_FEATURE(Index, Name, Leaf, Subleaf, Register, Bit, State,      \
                        Level)                                                 \
  {uint64_t(1) << Index, Leaf, Subleaf, Register, Bit, State, Level},
#include "lse/Runtime/CPUFeatures.def"
};

#if defined(__x86_64__)

/// Which vector registers the operating system saves.
State getSavedState() {
  unsigned eax, ebx, ecx, edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & (1u << 27)))
    return None; // No OSXSAVE: the question below would be a fault.
  unsigned low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & 0x6) != 0x6) // XMM and the upper halves of YMM.
    return None;
  return (low & 0xe6) == 0xe6 ? ZMM : YMM; // Masks and both parts of ZMM.
}

/// The answer of CPUID, all zero where the machine knows no such question.
void askCPU(unsigned leaf, unsigned subleaf, unsigned (&registers)[4]) {
  memset(registers, 0, sizeof(registers));
  unsigned eax, ebx, ecx, edx;
  // The first answer of a leaf with several tells the number of the last.
  if (subleaf != 0 &&
      (!__get_cpuid_count(leaf, 0, &eax, &ebx, &ecx, &edx) || eax < subleaf))
    return;
  if (!__get_cpuid_count(leaf, subleaf, &eax, &ebx, &ecx, &edx))
    return;
  registers[EAX] = eax;
  registers[EBX] = ebx;
  registers[ECX] = ecx;
  registers[EDX] = edx;
}

uint64_t detectFeatures() {
  State saved = getSavedState();
  uint64_t features = 0;
  unsigned leaf = 0, subleaf = 0, registers[4] = {0, 0, 0, 0};
  for (const Feature &feature : kFeatures) {
    if (feature.leaf != leaf || feature.subleaf != subleaf) {
      leaf = feature.leaf;
      subleaf = feature.subleaf;
      askCPU(leaf, subleaf, registers);
    }
    if ((registers[feature.in] >> feature.bit & 1) && feature.state <= saved)
      features |= feature.mask;
  }
  return features;
}

#else

uint64_t detectFeatures() { return 0; }

#endif

/// The features of all levels up to `level`.
uint64_t getFeaturesUpTo(int level) {
  uint64_t features = 0;
  for (const Feature &feature : kFeatures)
    if (feature.level <= level)
      features |= feature.mask;
  return features;
}

/// The number of the level `name`, `kNoLimit` for null, 0 for anything else.
int parseLevel(const char *name) {
  if (!name)
    return kNoLimit;
  for (int level = 1; level <= kNumLevels; ++level)
    if (strcmp(name, kLevelNames[level - 1]) == 0)
      return level;
  return 0;
}

/// The features that kernels may use, with kKnown; 0 before the first question.
std::atomic<uint64_t> usable{0};

uint64_t getUsableFeatures() {
  uint64_t known = usable.load(std::memory_order_relaxed);
  if (known != 0)
    return known;
  int level = parseLevel(getenv("LSE_MAX_TARGET"));
  uint64_t limit = getFeaturesUpTo(level == 0 ? kNoLimit : level);
  // Whoever comes second keeps the first answer.
  uint64_t fresh = kKnown | (detectFeatures() & limit);
  return usable.compare_exchange_strong(known, fresh) ? fresh : known;
}

} // namespace

int lse_set_max_target(const char *level) {
  int number = parseLevel(level);
  if (number == 0)
    return -1;
  usable.store(kKnown | (detectFeatures() & getFeaturesUpTo(number)));
  return 0;
}

const char *lse_get_target() {
  uint64_t features = getUsableFeatures();
  int level = kNumLevels;
  while (level > 1 && (getFeaturesUpTo(level) & ~features) != 0)
    --level;
#if defined(__x86_64__)
  return kLevelNames[level - 1];
#else
  return "generic";
#endif
}

int lse_rt_supports(uint64_t features) {
  return (features & ~getUsableFeatures()) == 0;
}
