//===- RowOpLinalg.h - Linalg over the loops of a row op --------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What decompositions of operations over rows are written with.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_DIALECT_IR_ROWOPLINALG_H
#define LSE_LIB_DIALECT_IR_ROWOPLINALG_H

#include "lse/Dialect/IR/LSEDialect.h"

namespace mlir::lse::detail {

/// An empty tensor of `type` that `map` indexes from the iteration space of
/// `op`.
Value createEmpty(OpBuilder &builder, RowOpInterface op, AffineMap map,
                  Type type);

/// `value` as a number of the floating-point type `to`.
Value convertFloat(OpBuilder &builder, Location loc, Value value, Type to);

/// Expands `op`, whose region yields more than a logit, into operations over
/// rows that yield less, and linalg operations.
SmallVector<Value> decomposeTerms(OpBuilder &builder, RowOpInterface op);

/// Expands `op`, an attention, into an operation over rows and contractions.
SmallVector<Value> decomposeAttention(OpBuilder &builder, RowOpInterface op);

/// Expands `op`, a sparsemax or an entmax, into linalg operations and a loop.
Value decomposeEntmax(OpBuilder &builder, RowOpInterface op);

/// Expands every `lse.is_class` in the region of `op`, into an operation of the
/// same name after a test.
SmallVector<Value> expandClassNumbers(OpBuilder &builder, RowOpInterface op);

/// Expands every `lse.temper` in the region of `op`, into an operation of the
/// same name among others.
SmallVector<Value> expandTemperatures(OpBuilder &builder, RowOpInterface op);

/// Builds linalg operations over the iteration space of one operation.
class RowLinalgBuilder {
public:
  RowLinalgBuilder(OpBuilder &builder, RowOpInterface op);

protected:
  using Body = function_ref<Value(OpBuilder &, Location, ValueRange)>;

  /// A generic operation over the whole iteration space with one result. `body`
  /// has an element of each input, then that of `out`.
  Value generic(ValueRange inputs, ArrayRef<AffineMap> inputMaps, Value out,
                AffineMap outMap, bool reduces, Body body);
  /// A tensor with an element for each logit, computed from those of `inputs`.
  Value elementwise(ValueRange inputs, ArrayRef<AffineMap> maps, Body body);
  /// One `value` for each row.
  Value filledRows(TypedAttr value);
  /// A tensor with an element of `type` for each row, computed from those of
  /// `inputs`.
  Value rowwise(ValueRange inputs, Body body);
  /// `map`, which has no dimension of a row, in terms of the loops that are
  /// left, numbered anew in their order.
  AffineMap toRowLoops(AffineMap map);
  /// The sums over rows of what `body` computes from elements of `inputs`.
  Value sumOverRows(ValueRange inputs, ArrayRef<AffineMap> maps, Body body);
  /// Result `index`, which is per row, from `inputs` that are indexed by the
  /// row map.
  Value perRow(ValueRange inputs, unsigned index, Body body);
  /// True if `predicate` holds for an element of `operand`, a tensor or a
  /// scalar.
  Value isAny(Value operand, function_ref<Value(OpBuilder &, Value)> predicate);
  /// Fails the call with `message` where `condition` holds.
  void assertNot(Value condition, StringRef message);
  Value constant(OpBuilder &b, TypedAttr value);
  FloatAttr zero() { return builder.getFloatAttr(type, 0.0); }
  /// True where `value` is 0, of either sign.
  Value isZero(OpBuilder &b, Value value);
  /// `value`, but 0 where `factor` is 0.
  Value zeroWhereZero(OpBuilder &b, Value factor, Value value);

  OpBuilder &builder;
  RowOpInterface op;
  Location loc;
  FloatType type;
  AffineMap loopMap, rowMap;
};

} // namespace mlir::lse::detail

#endif // LSE_LIB_DIALECT_IR_ROWOPLINALG_H
