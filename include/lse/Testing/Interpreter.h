//===- Interpreter.h - What a function computes -----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluates functions on tensors, one operation after another, with all numbers
// in float64 and without rounding to narrower types: what the source and the
// raised graph mean, to be compared. It uses nothing of what raises.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TESTING_INTERPRETER_H
#define LSE_TESTING_INTERPRETER_H

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/IR/Value.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/DenseMap.h"
#include <memory>

namespace mlir::lse {

/// A number: `real` for floating-point types, `integer` for others, sign
/// extended; truth values are 0 and 1.
struct Scalar {
  double real = 0.0;
  int64_t integer = 0;

  static Scalar ofReal(double value) { return {value, 0}; }
  static Scalar ofInteger(int64_t value) { return {0.0, value}; }
};

/// Elements in row-major order; a scalar has rank 0.
struct Tensor {
  SmallVector<int64_t> shape;
  std::vector<Scalar> elements;

  Tensor() = default;
  /// All elements are `value`.
  explicit Tensor(ArrayRef<int64_t> shape, Scalar value = {});

  int64_t getOffset(ArrayRef<int64_t> indices) const;
  const Scalar &at(ArrayRef<int64_t> indices) const {
    return elements[getOffset(indices)];
  }
  Scalar &at(ArrayRef<int64_t> indices) { return elements[getOffset(indices)]; }
};

/// Calls `visit` for each index tuple below `extents`, the last index fastest;
/// stops, and fails, when that does.
LogicalResult
forEachIndex(ArrayRef<int64_t> extents,
             function_ref<LogicalResult(ArrayRef<int64_t>)> visit);

/// Evaluates one function.
class Interpreter {
public:
  /// The results for `arguments`. Fails with a diagnostic at an operation that
  /// it does not know, and without one where the function traps: an assertion
  /// that does not hold, or an index out of range.
  FailureOr<SmallVector<Tensor>> run(FunctionOpInterface function,
                                     ArrayRef<Tensor> arguments);
  /// True if the last run ended with a trap.
  bool hasTrapped() const { return trapped; }

private:
  LogicalResult runBlock(Block &block, SmallVectorImpl<Tensor> &yielded);
  LogicalResult evaluate(Operation *op);
  LogicalResult evaluateElementwise(Operation *op);
  LogicalResult evaluateControlFlow(Operation *op);
  LogicalResult evaluateStructured(Operation *op);
  LogicalResult evaluateSoftmax(Operation *op);
  LogicalResult evaluateTensorOp(Operation *op);
  LogicalResult evaluateSlice(Operation *op);
  LogicalResult evaluateTosa(Operation *op);
  LogicalResult evaluateTosaElementwise(Operation *op);
  LogicalResult evaluateTosaReduction(Operation *op);
  LogicalResult evaluateTosaMovement(Operation *op);
  LogicalResult evaluateRows(Operation *op);
  LogicalResult evaluateSelection(Operation *op);

  /// What the region of an operation over rows yields along a row, and the
  /// loops at which it does.
  struct RowTerms {
    SmallVector<double> first, second, third, fourth;
    std::optional<double> sink;
    SmallVector<SmallVector<int64_t>> places;
  };
  Scalar readInput(RowOpInterface op, unsigned input, ArrayRef<int64_t> loops);
  /// What the region yields at `loops`. An empty row has no element to read.
  FailureOr<SmallVector<Scalar>> evaluateTerms(RowOpInterface op,
                                               ArrayRef<int64_t> extents,
                                               ArrayRef<int64_t> loops,
                                               bool isEmptyRow);
  /// Evaluates the terms of the row that begins at `begin`.
  LogicalResult evaluateRow(RowOpInterface op, ArrayRef<int64_t> extents,
                            ArrayRef<int64_t> begin, RowTerms &row);
  /// Stores in `result`, number `index` of `op`, what it is for a row.
  void storeRow(RowOpInterface op, unsigned index, const RowTerms &terms,
                ArrayRef<int64_t> begin, Tensor &result);

  /// Evaluates `body` for `arguments`, at `loops` of the operation around it.
  /// What it yields is appended to `yielded`.
  LogicalResult evaluateBody(Block &body, ArrayRef<Scalar> arguments,
                             ArrayRef<int64_t> loops,
                             SmallVectorImpl<Scalar> &yielded);

  const Tensor &get(Value value) const { return *values.find(value)->second; }
  void set(Value value, Tensor tensor) {
    values[value] = std::make_shared<const Tensor>(std::move(tensor));
  }
  LogicalResult trap() {
    trapped = true;
    return failure();
  }
  LogicalResult unknown(Operation *op);

  DenseMap<Value, std::shared_ptr<const Tensor>> values;
  bool trapped = false;
  unsigned depth = 0;
};

/// What a scalar operation of arith or math makes of `operands`; nothing if it
/// is not known.
std::optional<Scalar> evaluateScalar(Operation *op, ArrayRef<Scalar> operands);

/// The elements of a constant; nothing if its type is not known.
std::optional<Tensor> getConstantTensor(Attribute attribute);

} // namespace mlir::lse

#endif // LSE_TESTING_INTERPRETER_H
