//===- KernelTesting.h - Helpers for kernel tests ---------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_UNITTESTS_HALIDE_KERNELTESTING_H
#define LSE_UNITTESTS_HALIDE_KERNELTESTING_H

#include "KernelJIT.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace lse_test {

using lse_bench::Buffer;
using lse_bench::Kernel;
using lse_bench::Machine;

/// Where a guarded array sits between its two forbidden pages.
enum class Placement { AtStart, AtEnd };

/// Memory of exactly `size` floats with a forbidden page before and after it.
/// One end touches its forbidden page; the other is a page's slack away.
class GuardedFloats {
public:
  GuardedFloats(size_t size, Placement placement);
  ~GuardedFloats();
  GuardedFloats(const GuardedFloats &) = delete;
  GuardedFloats &operator=(const GuardedFloats &) = delete;

  float *data() const { return first; }
  llvm::MutableArrayRef<float> values() const { return {first, count}; }

private:
  void *mapping = nullptr;
  size_t mapped = 0;
  float *first = nullptr;
  size_t count = 0;
};

/// The machines to test on: this one, and it without its widest vectors.
const std::vector<Machine> &machines();
const Machine &host();

/// A kernel, or a fatal error that shows the message.
std::unique_ptr<Kernel> makeKernel(const lse_halide::KernelSpec &spec,
                                   const Machine &machine);

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

} // namespace lse_test

#endif // LSE_UNITTESTS_HALIDE_KERNELTESTING_H
