//===- CWrapper.h - What stands between C and a function --------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_CWRAPPER_H
#define LSE_LIB_CONVERSION_CWRAPPER_H

#include "lse/Runtime/Status.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::lse {

/// Memory that a C program hands over, dense and row-major.
struct CBuffer {
  MemRefType type;
  /// Which argument of the module's own function it becomes.
  unsigned position;
  /// Null where only the extents are known.
  Value pointer;
  /// One i64 per dimension, static ones included.
  SmallVector<Value> extents;
};

/// Writes the body of a function that C can call: checks that end it with a
/// status, and conversions of what C passes into what the module's own
/// functions take. Appends to the function's last block.
class CWrapperBuilder {
public:
  explicit CWrapperBuilder(LLVM::LLVMFuncOp function);

  ImplicitLocOpBuilder &getBuilder() { return builder; }
  Value createConstant(int64_t value);
  Value createZero(Type type);

  /// What becomes `argument`: the memory at `pointer`, its dynamic extents the
  /// next of `extents`, which are dropped from there.
  CBuffer getBuffer(BlockArgument argument, Value pointer, ValueRange &extents);

  /// Ends the function with `status` where any of `conditions` holds.
  void returnIfAny(ArrayRef<Value> conditions, Status status);
  /// A null pointer is fine where there is nothing to point to.
  void checkPointers(ArrayRef<CBuffer> buffers);
  /// No extent is negative, none above 2^31-1, and the size in bytes of each
  /// buffer fits an int64_t.
  void checkExtents(ArrayRef<CBuffer> buffers);

  Value createMemRef(const CBuffer &buffer);
  /// What the module sees as `type` of a scalar that C has passed.
  Value convertScalar(Value value, Type type);
  /// The type in which C passes a scalar of `type`.
  static Type getScalarType(Type type);

private:
  Value createCompare(LLVM::ICmpPredicate predicate, Value lhs, Value rhs);
  Value createUnlessEmpty(Value condition, const CBuffer &buffer);
  Value createIsTooBig(const CBuffer &buffer);

  ImplicitLocOpBuilder builder;
  LLVMTypeConverter converter;
  /// Returns its argument; made when the first check needs it.
  Block *failure = nullptr;
};

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_CWRAPPER_H
