//===- RowCase.h - A kernel of rows and its data ----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_KERNELTESTING_ROWCASE_H
#define LSE_KERNELTESTING_ROWCASE_H

#include "lse/KernelTesting/Tensor.h"

namespace lse_testing {

using lse_halide::BufferSpec;
using lse_halide::KernelSpec;
using lse_halide::Numerics;
using lse_halide::OutputSpec;
using lse_halide::ResultKind;
using lse_halide::Strategy;

/// A kernel over one input, and what it is called with.
struct RowCase {
  std::vector<int64_t> extents;
  std::vector<unsigned> rowDims;
  Strategy strategy = Strategy::CachedRow;
  unsigned vectorDim = 0;
  ElementType input = ElementType::F32;
  ElementType compute = ElementType::F32;
  std::vector<std::pair<ResultKind, ElementType>> outputs;
  /// Dimensions of the input and of outputs over elements, outermost first; the
  /// order of loops if empty.
  std::vector<unsigned> inputDims, outputDims;
  /// The input's strides in the order of its dimensions; dense if empty.
  std::vector<int64_t> inputStrides;
  Numerics numerics = Numerics::Standard;
  bool isStatic = false;
  bool unitStridesKnown = true;
  double deviation = 5.0;

  KernelSpec makeSpec(const Machine &machine) const;
  Tensor makeInput() const;
  /// One tensor for each output of the spec.
  std::vector<Tensor> makeOutputs() const;
};

constexpr Numerics kNumericsClasses[] = {Numerics::Standard,
                                         Numerics::Accurate};

/// The kinds of results, shortly.
constexpr ResultKind P = ResultKind::Probabilities;
constexpr ResultKind L = ResultKind::LogProbabilities;
constexpr ResultKind Z = ResultKind::LogSumExp;

/// A case whose input and outputs are of `type`, and the computation of the
/// type that kernels take for it.
RowCase makeCase(std::vector<int64_t> extents, std::vector<unsigned> rowDims,
                 Strategy strategy, unsigned vectorDim, ElementType type,
                 llvm::ArrayRef<ResultKind> kinds);

/// The logits of each row and where its results are.
struct RowView {
  std::vector<long double> logits;
  /// For each element, its index in the loops.
  std::vector<std::vector<int64_t>> indices;
};
std::vector<RowView> rowsOf(const RowCase &rowCase, const Tensor &input);

/// The index of a place of the loops in a buffer with the dimensions `dims`.
std::vector<int64_t> bufferIndex(llvm::ArrayRef<int64_t> loops,
                                 llvm::ArrayRef<unsigned> dims);

/// Calls `kernel` and returns its status.
int32_t run(const Kernel &kernel, Tensor &input, std::vector<Tensor> &outputs);

} // namespace lse_testing

#endif // LSE_KERNELTESTING_ROWCASE_H
