//===- FloatingPointMode.cpp - Modes that callers may set -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/KernelTesting/FloatingPointMode.h"

#include <cfenv>

#ifdef __x86_64__
#include <pmmintrin.h>
#endif

using namespace lse_testing;

namespace {

#ifdef __x86_64__
constexpr unsigned kFlushBits = _MM_FLUSH_ZERO_ON | _MM_DENORMALS_ZERO_ON;

bool flushesSubnormals() { return _mm_getcsr() & kFlushBits; }

void setFlushesSubnormals(bool flushes) {
  _mm_setcsr((_mm_getcsr() & ~kFlushBits) | (flushes ? kFlushBits : 0));
}
#else
bool flushesSubnormals() { return false; }

void setFlushesSubnormals(bool) {}
#endif

const FloatingPointMode kOtherModes[] = {
    {"rounding up", FE_UPWARD, false},
    {"rounding down", FE_DOWNWARD, false},
    {"rounding toward zero", FE_TOWARDZERO, false},
#ifdef __x86_64__
    {"subnormals are zeros", FE_TONEAREST, true},
    {"rounding up, subnormals are zeros", FE_UPWARD, true},
#endif
};

} // namespace

FloatingPointMode FloatingPointMode::current() {
  return {"current", std::fegetround(), ::flushesSubnormals()};
}

void FloatingPointMode::set() const {
  std::fesetround(rounding);
  setFlushesSubnormals(flushesSubnormals);
}

llvm::ArrayRef<FloatingPointMode> lse_testing::otherFloatingPointModes() {
  return kOtherModes;
}
