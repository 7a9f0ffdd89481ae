//===- SinkMatch.h - One more exponential in the sum ------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sink is one more exponential in the sum of a row. The source appends an
// element to the logits and cuts it off again, or adds a term to the sum.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_SINKMATCH_H
#define LSE_LIB_RAISE_SINKMATCH_H

#include "RowMatch.h"

namespace mlir::lse {

/// The rows with a sink that `root` is: probabilities, or logarithms of these,
/// of logits to which one element for each row was appended, and from which
/// that element has been cut off again. Nothing if it is none.
std::optional<RowMatch> matchTrimmedRows(LogDomain &domain,
                                         const KnownRows &known, Value root);

/// exp(shift) * (sum + exp(sink)): a sum of exponentials and one more.
struct SumWithSink {
  const Poly *shift = nullptr;
  const Atom *sum = nullptr;
  const Poly *sink = nullptr;
};

/// `atom` as a sum with a sink; nothing if it is none.
std::optional<SumWithSink> getSumWithSink(LogDomain &domain, const Atom *atom);

/// `sink` as an expression of type `type`: a number, a multiple of an element,
/// or the sum of both; null if it is more than that.
const ScalarExpr *toSinkExpression(LogDomain &domain, const Poly *sink,
                                   Type type);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_SINKMATCH_H
