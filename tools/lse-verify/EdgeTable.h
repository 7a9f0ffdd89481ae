//===- EdgeTable.h - Rows with exact answers --------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEVERIFY_EDGETABLE_H
#define LSE_TOOLS_LSEVERIFY_EDGETABLE_H

#include "lse/Halide/KernelSpec.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <vector>

namespace lse_verify {

/// The elements of a row that are not special.
enum class Filler {
  /// Finite numbers from -4 to 4.
  Ordinary,
  /// -inf: the special elements are answered as if they were alone.
  MinusInfinity,
  /// The first special element again.
  Same
};

/// How a row is answered.
enum class Answer {
  /// By its true values, within the bounds of the class. An element that is
  /// -inf
  /// has the probability +0 and the log-probability -inf.
  Finite,
  /// Probabilities and log-probabilities are NaN, and the log-sum-exp is that,
  /// or an infinity.
  NaN,
  NaNAndInfinity,
  /// As NaN with -inf; where the answer for dead rows is zero: +0 and -inf.
  Dead
};

/// A literal that a true value has to be, to 5 digits, in f32.
struct Literal {
  unsigned element;
  double probability, logProbability;
};

/// A row of the table of special rows in docs/Numerics.md.
struct EdgeRow {
  const char *id;
  const char *text;
  /// Side by side, at any place of the row. The largest number of f64 stands
  /// for that of each type.
  std::vector<double> special;
  Filler filler;
  Answer answer;
  /// Nothing may be rounded: the true values are numbers of the type.
  bool isExact = false;
  std::vector<Literal> literals = {};
  std::optional<double> logSumExp = std::nullopt;
  /// The types it is for; all that have its numbers if none.
  std::vector<lse_halide::ElementType> types = {};
};

llvm::ArrayRef<EdgeRow> edgeRows();

/// `value` of an edge row as a number of `type`; none if there is none that is
/// close to it.
std::optional<double> edgeValue(double value, lse_halide::ElementType type);

} // namespace lse_verify

#endif // LSE_TOOLS_LSEVERIFY_EDGETABLE_H
