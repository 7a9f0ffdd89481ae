//===- FloatingPointMode.h - Modes that callers may set ---------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_KERNELTESTING_FLOATINGPOINTMODE_H
#define LSE_KERNELTESTING_FLOATINGPOINTMODE_H

#include "llvm/ADT/ArrayRef.h"

namespace lse_testing {

/// How a thread's floating-point operations round, and whether they take
/// subnormals for zeros.
struct FloatingPointMode {
  const char *name;
  /// FE_TONEAREST or another one of `<cfenv>`.
  int rounding;
  bool flushesSubnormals;

  static FloatingPointMode current();
  void set() const;

  bool operator==(const FloatingPointMode &other) const {
    return rounding == other.rounding &&
           flushesSubnormals == other.flushesSubnormals;
  }
};

/// All that this processor has, except for the default one.
llvm::ArrayRef<FloatingPointMode> otherFloatingPointModes();

/// A mode for as long as this object lives.
class FloatingPointModeScope {
public:
  explicit FloatingPointModeScope(const FloatingPointMode &mode)
      : saved(FloatingPointMode::current()) {
    mode.set();
  }
  ~FloatingPointModeScope() { saved.set(); }
  FloatingPointModeScope(const FloatingPointModeScope &) = delete;
  FloatingPointModeScope &operator=(const FloatingPointModeScope &) = delete;

private:
  FloatingPointMode saved;
};

} // namespace lse_testing

#endif // LSE_KERNELTESTING_FLOATINGPOINTMODE_H
