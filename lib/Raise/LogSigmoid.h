//===- LogSigmoid.h - Logarithms of sigmoids --------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_LOGSIGMOID_H
#define LSE_LIB_RAISE_LOGSIGMOID_H

#include "lse/Analysis/LogDomain.h"

namespace mlir::lse {

/// log(1 + exp(`exponent`)), or minus that.
struct Softplus {
  const Poly *exponent;
  bool isNegated;
};

/// What the logarithm of `poly` is, if that is 1 + exp(E), a sigmoid, or what
/// is left of a sigmoid to 1; nothing if it is another.
std::optional<Softplus> readLogarithm(LogDomain &domain, const Poly *poly);

/// True if a logarithm that `readLogarithm` knows is a part of `poly`, or of a
/// sum that is a factor in it.
bool hasLogSigmoid(LogDomain &domain, const Poly *poly);

/// What the exponential under the first logarithm of `expr` is of, without sign
/// and magnitude; null if there is none.
const ScalarExpr *findBinaryLogit(LogDomain &domain, const ScalarExpr *expr);

/// The argument of the first exponential that `expr` is computed from without a
/// reduction in between, as that of the natural one; null if there is none.
const ScalarExpr *findExponentialArgument(LogDomain &domain,
                                          const ScalarExpr *expr);

/// What `expr` reads, if that is defined; else `expr`.
const ScalarExpr *inlineAccess(IndexNotation &notation, const ScalarExpr *expr);

/// True if `expr` is the number `value`.
bool isNumber(LogDomain &domain, const ScalarExpr *expr, double value);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_LOGSIGMOID_H
