//===- KeyRange.h - Which keys a query can see at all -----------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_KEYRANGE_H
#define LSE_LIB_HALIDE_ALGORITHMS_KEYRANGE_H

#include "LogitExpression.h"
#include "lse/Halide/KernelSpec.h"

#include <Halide.h>

namespace lse_halide {

/// What there is to know about the place of a logit.
struct KeyRangeSources {
  /// The first and the last query that are looked at together.
  Halide::Expr firstQuery, lastQuery;
  /// The index in a dimension that is neither that of keys nor that of queries.
  std::function<Halide::Expr(unsigned dim)> index;
  /// The element of an input that has neither of these dimensions.
  std::function<Halide::Expr(unsigned input)> readInput;
};

/// Keys from `begin` up to but without `end`, of 64 bits: not limited to those
/// there are, and undefined where nothing is known.
struct KeyRange {
  Halide::Expr begin, end;
};

/// A range outside of which the logit of `spec`, an attention, is -inf for each
/// of the queries, whatever the score is. It comes from selections of -inf by
/// comparisons of positions, such as a causal mask, a window, or a length.
KeyRange findKeyRange(const KernelSpec &spec, const KeyRangeSources &sources);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_KEYRANGE_H
