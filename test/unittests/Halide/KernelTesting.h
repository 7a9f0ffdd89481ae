//===- KernelTesting.h - Helpers for kernel tests ---------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_UNITTESTS_HALIDE_KERNELTESTING_H
#define LSE_UNITTESTS_HALIDE_KERNELTESTING_H

#include "lse/KernelTesting/GuardedMemory.h"
#include "lse/KernelTesting/KernelJIT.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace lse_testing {

/// Guarded memory of exactly `size` floats.
class GuardedFloats {
public:
  GuardedFloats(size_t size, Placement placement)
      : memory(size * sizeof(float), placement), count(size) {}

  float *data() const { return static_cast<float *>(memory.data()); }
  llvm::MutableArrayRef<float> values() const { return {data(), count}; }

private:
  GuardedMemory memory;
  size_t count;
};

/// Normally distributed logits, the same for the same seed.
void fillNormal(llvm::MutableArrayRef<float> values, unsigned seed,
                float deviation = 5.0f);

/// One row's softmax in extended precision; dead rows give NaN.
std::vector<long double> referenceSoftmax(llvm::ArrayRef<float> logits);

/// |actual - expected| in units of f32's last place at `expected`, which below
/// the normal numbers is the least subnormal.
double ulpError(float actual, long double expected);

/// Expects each element of a row of finite logits within the bound for f32:
/// 6 + |x - max| + ln(N) / 2 units in the last place.
void expectSoftmax(llvm::ArrayRef<float> logits, llvm::ArrayRef<float> actual);

/// True if all values have the same bits.
bool sameBits(llvm::ArrayRef<float> a, llvm::ArrayRef<float> b);

} // namespace lse_testing

#endif // LSE_UNITTESTS_HALIDE_KERNELTESTING_H
