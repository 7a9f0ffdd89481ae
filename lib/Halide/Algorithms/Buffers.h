//===- Buffers.h - A kernel's buffers in Halide -----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_BUFFERS_H
#define LSE_LIB_HALIDE_ALGORITHMS_BUFFERS_H

#include "Algorithms/LoopSpace.h"
#include "Algorithms/MachineTraits.h"

#include <optional>

namespace lse_halide {

/// Which outputs hold values between two passes over a row. An output can only
/// if its elements are of the type of computation. What is not kept is computed
/// again from the inputs, which may be the outputs' memory; so nothing may be
/// kept in one output that another still needs the logits for.
struct KeptValues {
  std::optional<size_t> logits;
  std::optional<size_t> exponentials;
};

/// What `spec` allows to be kept, and where that is worth it.
KeptValues chooseKeptValues(const KernelSpec &spec);

/// The output of `kind`, by number.
std::optional<size_t> findOutput(const KernelSpec &spec, ResultKind kind);

/// Inputs and outputs. To Halide all but the last output are inputs.
class KernelBuffers {
public:
  KernelBuffers(const KernelSpec &spec, const MachineTraits &traits);

  /// An element in the type of computation.
  Halide::Expr readInput(size_t input, const Point &point) const;
  Halide::Expr readOutput(size_t output, const Point &point) const;

  /// An element of an output, as something to store to, and `value` as it is
  /// stored there.
  Halide::Expr outputElement(size_t output, const Point &point) const;
  Halide::Expr outputValue(size_t output, const Halide::Expr &value) const;

  /// The last output at `point`, to be defined.
  Halide::FuncRef lastOutput(const Point &point);

  /// All arguments but the last output.
  std::vector<Halide::ImageParam> arguments() const;

  /// The last output, as what Halide computes and as memory.
  Halide::Func output;
  Halide::ImageParam view;
  /// The iteration space's, constants where they are known.
  std::vector<Halide::Expr> extents;

private:
  void findExtents(const KernelSpec &spec);

  const std::vector<BufferSpec> inputSpecs;
  const std::vector<OutputSpec> outputSpecs;
  MachineTraits traits;
  Halide::Type compute;
  std::vector<Halide::ImageParam> inputs, outputs;
};

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_BUFFERS_H
