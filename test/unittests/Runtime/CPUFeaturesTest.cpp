//===- CPUFeaturesTest.cpp - Tests for what a machine can do --------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Runtime/lse_runtime.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <string>

namespace {

struct Feature {
  std::string name;
  int index;
  int level;
};

const Feature features[] = {
#define LSE_CPU_FEATURE(Index, Name, Leaf, Subleaf, Register, Bit, State,      \
                        Level)                                                 \
  {Name, Index, Level},
#include "lse/Runtime/CPUFeatures.def"
};

uint64_t maskOf(const std::string &name) {
  for (const Feature &feature : features)
    if (feature.name == name)
      return uint64_t(1) << feature.index;
  ADD_FAILURE() << "no feature " << name;
  return 0;
}

uint64_t maskUpTo(int level) {
  uint64_t mask = 0;
  for (const Feature &feature : features)
    if (feature.level <= level)
      mask |= uint64_t(1) << feature.index;
  return mask;
}

/// Ends the limit of one test before the next.
class CPUFeatures : public testing::Test {
protected:
  void TearDown() override { lse_set_max_target(nullptr); }
};

TEST_F(CPUFeatures, NumbersAndNamesAreUnique) {
  std::set<int> indices;
  std::set<std::string> names;
  for (const Feature &feature : features) {
    EXPECT_TRUE(indices.insert(feature.index).second) << feature.name;
    EXPECT_TRUE(names.insert(feature.name).second) << feature.name;
    EXPECT_GE(feature.index, 0);
    EXPECT_LE(feature.index, 62) << "bit 63 has another use";
  }
}

TEST_F(CPUFeatures, NothingIsAlwaysThere) { EXPECT_EQ(lse_rt_supports(0), 1); }

#if defined(__x86_64__)

// The compiler's own runtime asks the same questions.
TEST_F(CPUFeatures, AgreesWithTheCompiler) {
  __builtin_cpu_init();
  std::map<std::string, int> expected = {
#define ASK(Name) {Name, __builtin_cpu_supports(Name) != 0}
      ASK("sse3"),       ASK("ssse3"),
      ASK("sse4.1"),     ASK("sse4.2"),
      ASK("popcnt"),     ASK("fma"),
      ASK("avx"),        ASK("avx2"),
      ASK("bmi"),        ASK("bmi2"),
      ASK("avx512f"),    ASK("avx512dq"),
      ASK("avx512cd"),   ASK("avx512bw"),
      ASK("avx512vl"),   ASK("pclmul"),
      ASK("aes"),        ASK("avx512ifma"),
      ASK("avx512vbmi"), ASK("avx512vbmi2"),
      ASK("gfni"),       ASK("vpclmulqdq"),
      ASK("avx512vnni"), ASK("avx512bitalg"),
      ASK("sse4a"),      ASK("xop"),
      ASK("fma4"),       ASK("f16c"),
      ASK("movbe"),      ASK("lzcnt"),
      ASK("xsave"),      ASK("vaes"),
      ASK("avx512bf16"), ASK("sha"),
      ASK("adx"),        ASK("clwb"),
      ASK("rdrnd"),      ASK("rdseed"),
      ASK("avxvnni"),    ASK("avx512vpopcntdq"),
      ASK("avx512fp16"), ASK("clzero"),
#undef ASK
  };
  for (auto [name, isSupported] : expected)
    EXPECT_EQ(lse_rt_supports(maskOf(name)), isSupported) << name;
}

TEST_F(CPUFeatures, LevelsAreTheCompilers) {
  __builtin_cpu_init();
  EXPECT_EQ(lse_rt_supports(maskUpTo(2)),
            __builtin_cpu_supports("x86-64-v2") != 0);
  EXPECT_EQ(lse_rt_supports(maskUpTo(3)),
            __builtin_cpu_supports("x86-64-v3") != 0);
  EXPECT_EQ(lse_rt_supports(maskUpTo(4)),
            __builtin_cpu_supports("x86-64-v4") != 0);
}

TEST_F(CPUFeatures, AllOfAMaskMustBeThere) {
  uint64_t lacking = 0, present = 0;
  for (const Feature &feature : features) {
    uint64_t mask = uint64_t(1) << feature.index;
    (lse_rt_supports(mask) ? present : lacking) |= mask;
  }
  EXPECT_EQ(lse_rt_supports(present), 1);
  EXPECT_EQ(lse_rt_supports(present | lacking), lacking == 0);
  // Features that a later version may number.
  EXPECT_EQ(lse_rt_supports(uint64_t(1) << 62), 0);
}

TEST_F(CPUFeatures, ALimitHidesWhatIsBeyond) {
  std::string best = lse_get_target();
  EXPECT_EQ(lse_set_max_target("x86-64"), 0);
  EXPECT_STREQ(lse_get_target(), "x86-64");
  EXPECT_EQ(lse_rt_supports(0), 1);
  for (const Feature &feature : features)
    EXPECT_EQ(lse_rt_supports(uint64_t(1) << feature.index), 0) << feature.name;
  // A limit beyond the machine adds nothing.
  EXPECT_EQ(lse_set_max_target("x86-64-v4"), 0);
  EXPECT_EQ(lse_get_target(), best);
  EXPECT_EQ(lse_set_max_target(nullptr), 0);
  EXPECT_EQ(lse_get_target(), best);
}

TEST_F(CPUFeatures, AnUnknownLevelChangesNothing) {
  EXPECT_EQ(lse_set_max_target("x86-64-v2"), 0);
  std::string limited = lse_get_target();
  for (const char *name : {"", "v3", "x86-64-v5", "x86_64", "native"})
    EXPECT_EQ(lse_set_max_target(name), -1) << name;
  EXPECT_EQ(lse_get_target(), limited);
}

// Death tests run in a process of their own, which has not asked yet.
TEST(CPUFeaturesDeathTest, TheEnvironmentSetsALimit) {
  auto printTarget = [](const char *limit) {
    setenv("LSE_MAX_TARGET", limit, 1);
    fprintf(stderr, "target=%s;", lse_get_target());
    exit(0);
  };
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(printTarget("x86-64"), testing::ExitedWithCode(0),
              "target=x86-64;");
  // What is no level is no limit.
  std::string best = std::string("target=") + lse_get_target() + ";";
  EXPECT_EXIT(printTarget("plenty"), testing::ExitedWithCode(0), best);
}

#else

TEST_F(CPUFeatures, OtherMachinesHaveOneTarget) {
  EXPECT_STREQ(lse_get_target(), "generic");
  EXPECT_EQ(lse_rt_supports(1), 0);
}

#endif

} // namespace
