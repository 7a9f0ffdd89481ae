//===- SplitBodies.h - Steps of a fused loop, one by one --------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is raised is the value of an operation. Where loops were fused before,
// as upstream's passes and some exporters do, the probabilities that a product
// takes, or the logarithm that a loss multiplies, are only a step inside of its
// body. For the time of the analysis each step is an operation of its own; then
// those that nothing was raised from go back to where they were.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_SPLITBODIES_H
#define LSE_LIB_RAISE_SPLITBODIES_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::lse {

/// The generic operations of one function whose bodies have several steps near
/// a sum of exponentials.
class SplitBodies {
public:
  /// Splits those of `function`.
  explicit SplitBodies(FunctionOpInterface function);
  SplitBodies(const SplitBodies &) = delete;
  SplitBodies &operator=(const SplitBodies &) = delete;

  /// True if `value` is a step that is an operation only for the time being.
  bool isStep(Value value) const { return steps.contains(value); }

  /// Puts together again what was split, but reads the steps that `replaced`
  /// has a value for from that. `unneeded` takes what may be dead then.
  void restore(DenseMap<Value, Value> replaced,
               SetVector<Operation *> &unneeded);

private:
  /// One operation that was split.
  struct Body {
    /// The operation as it was, without operands, and not in any block.
    linalg::GenericOp original;
    SmallVector<Value> inputs, outs;
    /// The last step, whose result is that of the original.
    linalg::GenericOp last;
    /// The values of the original's body that are the result of an operation,
    /// in the order of the body, and that operation.
    SmallVector<std::pair<Value, linalg::GenericOp>> steps;
  };

  void split(linalg::GenericOp op);
  /// The value that takes the place of the last step of `body`.
  static Value restore(Body &body, const DenseMap<Value, Value> &replaced);

  SmallVector<Body> bodies;
  llvm::DenseSet<Value> steps;
  /// For the results of what was split, those that took their place.
  DenseMap<Value, Value> lastSteps;
};

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_SPLITBODIES_H
