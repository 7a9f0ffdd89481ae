//===- RowFactors.h - Probabilities times a number for each row -*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_ROWFACTORS_H
#define LSE_LIB_CONVERSION_ROWFACTORS_H

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::lse {

/// The gradient of a log-sum-exp that `op`, a softmax on tensors, is if the
/// only user of its probabilities, which that takes the place of, multiplies
/// them by an element for each row. Null if it does something else.
RowOpInterface fuseRowFactor(RewriterBase &rewriter, RowOpInterface op);

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_ROWFACTORS_H
