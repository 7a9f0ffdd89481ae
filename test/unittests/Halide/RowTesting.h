//===- RowTesting.h - Kernels of any type and layout ------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_UNITTESTS_HALIDE_ROWTESTING_H
#define LSE_UNITTESTS_HALIDE_ROWTESTING_H

#include "KernelTesting.h"

#include "llvm/ADT/APFloat.h"

#include <functional>

namespace lse_test {

using lse_halide::BufferSpec;
using lse_halide::ElementType;
using lse_halide::KernelSpec;
using lse_halide::OutputSpec;
using lse_halide::ResultKind;
using lse_halide::Strategy;

const llvm::fltSemantics &semanticsOf(ElementType type);

/// Bits of fraction, the leading one included.
unsigned precisionOf(ElementType type);

/// `value` rounded to `type`, ties to even, and its bits there.
uint64_t roundedBits(long double value, ElementType type);
long double valueOfBits(uint64_t bits, ElementType type);

/// |actual - expected| in units of `type`'s last place at `expected`.
double ulpError(long double actual, long double expected, ElementType type);

/// Elements of one type at strides of one's choice, in memory of their own.
/// What lies between elements has a pattern that can be checked.
class Tensor {
public:
  Tensor(ElementType type, std::vector<int64_t> extents,
         std::vector<int64_t> strides = {});

  long double get(llvm::ArrayRef<int64_t> index) const;
  uint64_t getBits(llvm::ArrayRef<int64_t> index) const;
  void set(llvm::ArrayRef<int64_t> index, long double value);
  void setBits(llvm::ArrayRef<int64_t> index, uint64_t bits);
  /// Normally distributed elements.
  void fill(unsigned seed, double deviation);
  /// A view for a kernel.
  std::unique_ptr<Buffer> buffer();
  /// True if no byte but those of elements has changed since construction.
  bool gapsAreUntouched() const;
  bool sameBytes(const Tensor &other) const { return bytes == other.bytes; }
  const std::vector<int64_t> &getExtents() const { return extents; }
  ElementType getType() const { return type; }

  /// Calls `visit` with each index.
  void forEach(llvm::function_ref<void(llvm::ArrayRef<int64_t>)> visit) const;

private:
  size_t offset(llvm::ArrayRef<int64_t> index) const;

  ElementType type;
  size_t width;
  std::vector<int64_t> extents, strides;
  int64_t origin = 0;
  std::vector<uint8_t> bytes;
};

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
  bool isStatic = false;
  bool unitStridesKnown = true;
  double deviation = 5.0;

  KernelSpec makeSpec(const Machine &machine) const;
  Tensor makeInput() const;
  /// One tensor for each output of the spec.
  std::vector<Tensor> makeOutputs() const;
};

constexpr ElementType kTypes[] = {ElementType::F32, ElementType::F64,
                                  ElementType::F16, ElementType::BF16};

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

/// Expects all results within the bounds of docs/Numerics.md. Logits are
/// finite.
void expectResults(const RowCase &rowCase, const KernelSpec &spec,
                   const Tensor &input, const std::vector<Tensor> &outputs);

/// Makes the kernel of `rowCase`, runs it, and expects its results.
void checkCase(const RowCase &rowCase, const Machine &machine);

/// Expects the same bits of `rowCase` on this machine however its rows are
/// shared out, in tasks of each of `grains` elements.
void checkTasks(const RowCase &rowCase, llvm::ArrayRef<int64_t> grains);

} // namespace lse_test

#endif // LSE_UNITTESTS_HALIDE_ROWTESTING_H
