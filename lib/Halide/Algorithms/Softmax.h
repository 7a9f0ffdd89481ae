//===- Softmax.h - Softmax over rows ----------------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_SOFTMAX_H
#define LSE_LIB_HALIDE_ALGORITHMS_SOFTMAX_H

#include "Algorithms/RowReduction.h"
#include "OutputStorage.h"
#include "lse/Halide/KernelSpec.h"

#include <Halide.h>

#include <vector>

namespace lse_halide {

/// A softmax and all its parts, for a schedule to arrange.
struct Softmax {
  std::vector<Halide::ImageParam> inputs;
  RowSpace space;
  RowReduction maximum;
  RowReduction sum;
  /// What kept exponentials are multiplied by, one per row.
  Halide::Func factor;
  /// The output. Its update 0 scales what the sum kept in it.
  Halide::Func probabilities;
  OutputStorage storage;
};

/// The algorithm for a checked spec. See scaledExponential for the flag.
Softmax buildSoftmax(const KernelSpec &spec, bool hasFusedMultiplyAdd);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_SOFTMAX_H
