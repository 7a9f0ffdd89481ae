//===- Product.h - Products of matrices in linalg ---------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a linalg operation on memrefs is as a product of matrices.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_PRODUCT_H
#define LSE_LIB_CONVERSION_PRODUCT_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::lse {

/// A sum of products of an element on the left, in a row of the result, and one
/// on the right, in a column: `result[row, column] += left[row, sum] *
/// right[sum, column]`, with further dimensions anywhere.
struct Product {
  /// A handle, whose methods are not const.
  mutable linalg::LinalgOp op;
  OpOperand *left;
  OpOperand *right;
  OpOperand *result;
  /// The loop along which elements of the result are adjacent.
  unsigned column;
  /// The innermost sum.
  unsigned sum;
  /// What `right` depends on besides, and the sums around the innermost one, in
  /// order.
  SmallVector<unsigned> batches;
  /// What `right` does not depend on; the last has the tile's rows.
  SmallVector<unsigned> rows;

  Type getType(OpOperand *operand) const;
  AffineMap getMap(OpOperand *operand) const;
  /// True if elements of `right` are adjacent along `dim`.
  bool isRightAlong(unsigned dim) const;
};

/// Reads `op` as a product of matrices whose elements can be computed in
/// vectors; a failure if it is none.
FailureOr<Product> matchProduct(linalg::LinalgOp op);

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_PRODUCT_H
