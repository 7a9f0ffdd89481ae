//===- ElementwiseBody.h - Bodies that become logit regions -----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_ELEMENTWISEBODY_H
#define LSE_LIB_CONVERSION_ELEMENTWISEBODY_H

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::lse {

/// True if `op`, on tensors, computes each element of its only result from one
/// element of each input, and each element of the result once, with scalars.
bool isElementwise(linalg::LinalgOp op);

/// What the loops of an elementwise operation are in the iteration space of an
/// operation over rows: `map`, of the first, leads where `rowMap`, of the
/// other, does.
AffineMap getLoops(AffineMap map, AffineMap rowMap);

/// What the body of an elementwise operation takes from outside.
struct Source {
  /// An operand of the operation or a scalar that its body captures.
  Value value;
  /// What the body calls it.
  Value inBody;
  /// Its elements, from the iteration space of the operation over rows.
  AffineMap map;
  /// What each element is, if that is known.
  TypedAttr constant;

  bool operator==(const Source &other) const {
    return value == other.value && map == other.map;
  }
};

/// What the body of `op`, whose loops are `loops` of an operation over rows,
/// takes from outside.
SmallVector<Source> getSources(linalg::LinalgOp op, AffineMap loops);

/// Those of `sources` that are no constants, each once.
SmallVector<Source> getDistinct(ArrayRef<Source> sources);

/// True if an operation over rows may read `value` by `map`: of a dimension
/// that none of its own leads to, there is one element.
bool mayIndex(AffineMap map, Value value);

/// True if a logit region can read `source`.
bool isReadable(const Source &source);

/// Maps each of `sources` to its element: a new constant, or that of
/// `elements`, which are those of the distinct ones.
void mapSources(OpBuilder &builder, ArrayRef<Source> sources,
                ValueRange elements, IRMapping &mapping);

/// Computes what `inner`, in the body of an elementwise operation, does in a
/// logit region. `mapping` has its operands, and gets its results. Positions
/// along loop i of the operation are those along loop `loops(i)` of the region.
void cloneScalar(OpBuilder &builder, Operation &inner, AffineMap loops,
                 IRMapping &mapping);

/// Computes in another region what that of `op` does, and returns what it
/// yields. `elements` stand for its arguments; `mapping` gets all values.
SmallVector<Value> cloneTerms(OpBuilder &builder, RowOpInterface op,
                              ValueRange elements, IRMapping &mapping);

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_ELEMENTWISEBODY_H
