//===- LinearUses.h - Sums and products with probabilities ------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_LINEARUSES_H
#define LSE_LIB_CONVERSION_LINEARUSES_H

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::lse {

/// What may be made of probabilities: a product with a number for each row, or
/// that and a sum with anything.
enum class LinearForm { Product, Any };

/// The gradient of a log-sum-exp that `op`, a softmax on tensors or such a
/// gradient, is together with the only user of its result, which that takes the
/// place of: a product with an element for each row, and a sum with an element
/// for each of its own, as far as `form` allows. Null if it is none.
RowOpInterface fuseLinearUse(RewriterBase &rewriter, RowOpInterface op,
                             LinearForm form);

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_LINEARUSES_H
