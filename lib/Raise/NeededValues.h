//===- NeededValues.h - What is left when all is raised ---------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_NEEDEDVALUES_H
#define LSE_LIB_RAISE_NEEDEDVALUES_H

#include "RowRewrite.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/DenseSet.h"

namespace mlir::lse {

/// The values that a function needs, if each that is raised needs only what its
/// operation reads: a log-softmax does not need the log-sum-exp that the source
/// computes it from.
class NeededValues {
public:
  /// `getRewrite` tells what a value is raised to; null if it is not.
  NeededValues(FunctionOpInterface function,
               function_ref<const RowRewrite *(Value)> getRewrite);

  bool contains(Value value) const { return needed.contains(value); }
  /// The operations that use `value`, a log-sum-exp that is raised; for those
  /// that will be created, the operations that they take the place of.
  ArrayRef<Operation *> getUsers(Value value) const {
    auto it = users.find(value);
    return it == users.end() ? ArrayRef<Operation *>() : it->second;
  }

private:
  llvm::DenseSet<Value> needed;
  DenseMap<Value, SmallVector<Operation *, 2>> users;
};

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_NEEDEDVALUES_H
