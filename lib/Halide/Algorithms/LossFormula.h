//===- LossFormula.h - What losses and gradients are made of ----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_LOSSFORMULA_H
#define LSE_LIB_HALIDE_ALGORITHMS_LOSSFORMULA_H

#include "Algorithms/MachineTraits.h"
#include "Algorithms/Values.h"
#include "lse/Halide/KernelSpec.h"

#include <functional>

namespace lse_halide {

/// The formulas of a loss or a gradient, with the answers for special rows that
/// its decomposition has. All is in the type of computation but sums, which are
/// of f64. Sums of pieces of a row can be added once they have been rescaled.
struct LossFormula {
  /// What the largest of in a row are needed first, of the terms of an element;
  /// NaN do not count.
  size_t numMaxima = 0;
  std::function<Values(const Values &terms)> maxima;
  /// What elements of a row are relative to.
  std::function<Values(const Values &maxima)> shifts;
  /// What is added up along a row, and flags after that: 0 or 1, of which a row
  /// has the larger one.
  size_t numSums = 0, numFlags = 0;
  std::function<Values(const Values &terms, const Values &shifts)> summands;
  /// Sums that are relative to the shifts of `maxima` as those that are
  /// relative to the shifts of `newMaxima`, none of which is less. Undefined
  /// where there are no maxima.
  std::function<Values(const Values &sums, const Values &maxima,
                       const Values &newMaxima)>
      rescale;
  /// The loss of a row; undefined where none is wanted.
  std::function<Halide::Expr(const Values &maxima, const Values &sums)> loss;
  /// The log-sum-exp of a row of logits; undefined for other terms.
  std::function<Halide::Expr(const Values &maxima, const Values &sums)>
      logSumExp;
  /// What a row needs of these for its elements, if anything.
  std::function<Values(const Values &maxima, const Values &sums)> rowValues;
  /// The result at an element; undefined where nothing but a loss is wanted.
  std::function<Halide::Expr(const Values &terms, const Values &shifts,
                             const Values &rowValues)>
      element;
};

/// That of `spec`, whose operation is not `Softmax`.
LossFormula makeLossFormula(const KernelSpec &spec,
                            const MachineTraits &traits);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_LOSSFORMULA_H
