//===- RowKernels.h - The kernels whose results are checked -----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEVERIFY_ROWKERNELS_H
#define LSE_TOOLS_LSEVERIFY_ROWKERNELS_H

#include "Distributions.h"

#include "lse/KernelTesting/RowCase.h"

#include <memory>
#include <vector>

namespace lse_verify {

using lse_halide::Numerics;
using lse_halide::ResultKind;

constexpr ResultKind kKinds[] = {ResultKind::Probabilities,
                                 ResultKind::LogProbabilities,
                                 ResultKind::LogSumExp};

/// As the operations are called.
const char *nameOf(Numerics numerics);
const char *nameOf(ResultKind kind);
const char *nameOf(ElementType type);

/// Elements of one type in memory, as kernels have them.
class ElementArray {
public:
  explicit ElementArray(ElementType type) : type(type) {}

  /// Makes room for `size` elements that are NaN.
  void clear(size_t size);
  /// Takes numbers of the type.
  void store(llvm::ArrayRef<double> values);
  /// Reads `values.size()` elements from the one at `first`.
  void load(size_t first, llvm::MutableArrayRef<double> values) const;
  llvm::ArrayRef<uint8_t> getBytes() const { return bytes; }
  void *data() { return bytes.data(); }

private:
  ElementType type;
  std::vector<uint8_t> bytes;
};

/// A kernel for dense rows of any number and length, with one result.
struct RowKernel {
  Numerics numerics;
  ResultKind kind;
  ElementType type, compute;
  /// Index in `lse_testing::instructionSets()`.
  unsigned set;
  /// Elements in its vectors.
  unsigned lanes;
  std::unique_ptr<lse_testing::Kernel> kernel;

  /// Runs the kernel on all rows of `block`.
  void run(const Block &block, ElementArray &logits,
           ElementArray &results) const;
};

/// All kernels for `type` that this machine executes, with the schedules that
/// the pass lse-schedule chooses.
std::vector<RowKernel> makeRowKernels(ElementType type);

} // namespace lse_verify

#endif // LSE_TOOLS_LSEVERIFY_ROWKERNELS_H
