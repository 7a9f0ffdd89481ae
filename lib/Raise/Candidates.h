//===- Candidates.h - Which values are worth a look -------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything that is raised is computed from a sum, most of it from a sum of
// exponentials, and no more than a few operations away. To note that takes less
// time than to build a term for each value of a large module.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_CANDIDATES_H
#define LSE_LIB_RAISE_CANDIDATES_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::lse {

/// True if `op` adds up elements of a tensor.
bool isSum(Operation *op);

/// How far values are from what they may be raised for, by operations.
class Candidates {
public:
  /// Notes the results of `op`, whose operands were noted before.
  void add(Operation *op);
  /// Notes that `value` is log-probabilities or a log-sum-exp.
  void addLog(Value value) { distances[value].toLog = 0; }
  /// True if `value` is near such.
  bool isNearLog(Value value) const { return find(value).toLog < limit; }
  /// True if `value` is near a logarithm of what is near a sum of exponentials.
  bool isNearLoggedSum(Value value) const {
    return find(value).toLoggedSum < limit;
  }
  /// True if `value` is near a logarithm of what is near an exponential and
  /// near a 1, to which the exponential may have been added.
  bool isNearLogarithm(Value value) const {
    return find(value).toLogarithm < limit;
  }
  /// True if `value` is near a sum.
  bool isNearSum(Value value) const { return find(value).toSum < limit; }
  /// True if `value` is near a sum of what is near an exponential.
  bool isNearSumOfExponentials(Value value) const {
    return find(value).toSumOfExponentials < limit;
  }

private:
  /// No term reaches further: see `LogDomain`.
  static constexpr unsigned limit = 64;
  struct Distances {
    unsigned toExponential = limit, toSum = limit, toSumOfExponentials = limit,
             toLog = limit, toLogarithm = limit, toOne = limit,
             toLoggedSum = limit;
  };
  Distances find(Value value) const { return distances.lookup_or(value, {}); }

  DenseMap<Value, Distances> distances;
};

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_CANDIDATES_H
