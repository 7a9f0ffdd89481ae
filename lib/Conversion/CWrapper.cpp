//===- CWrapper.cpp - What stands between C and a function ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CWrapper.h"
#include "lse/Conversion/CInterface.h"
#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace mlir::lse;

CWrapperBuilder::CWrapperBuilder(LLVM::LLVMFuncOp function)
    : builder(function.getLoc(), function.getContext()),
      converter(function.getContext()) {
  builder.setInsertionPointToEnd(&function.getBody().back());
}

Value CWrapperBuilder::createConstant(int64_t value) {
  return LLVM::ConstantOp::create(builder, builder.getI64IntegerAttr(value));
}

Value CWrapperBuilder::createZero(Type type) {
  return LLVM::ZeroOp::create(builder, type);
}

CBuffer CWrapperBuilder::getBuffer(BlockArgument argument, Value pointer,
                                   ValueRange &extents) {
  auto type = cast<MemRefType>(argument.getType());
  CBuffer buffer{type, argument.getArgNumber(), pointer, {}};
  for (int64_t extent : type.getShape()) {
    if (!ShapedType::isDynamic(extent)) {
      buffer.extents.push_back(createConstant(extent));
      continue;
    }
    buffer.extents.push_back(extents.front());
    extents = extents.drop_front();
  }
  return buffer;
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

Value CWrapperBuilder::createCompare(LLVM::ICmpPredicate predicate, Value lhs,
                                     Value rhs) {
  return LLVM::ICmpOp::create(builder, predicate, lhs, rhs);
}

void CWrapperBuilder::returnIfAny(ArrayRef<Value> conditions, Status status) {
  if (conditions.empty())
    return;
  Value any = conditions.front();
  for (Value condition : conditions.drop_front())
    any = LLVM::OrOp::create(builder, any, condition);
  Value code = LLVM::ConstantOp::create(
      builder, builder.getI32IntegerAttr(static_cast<int32_t>(status)));

  Block *current = builder.getInsertionBlock();
  Region *body = current->getParent();
  if (!failure) {
    OpBuilder::InsertionGuard guard(builder);
    failure = builder.createBlock(body, body->end(), code.getType(),
                                  builder.getLoc());
    LLVM::ReturnOp::create(builder, failure->getArgument(0));
    builder.setInsertionPointToEnd(current);
  }
  builder.setInsertionPointToEnd(current);
  Block *next = builder.createBlock(failure);
  builder.setInsertionPointToEnd(current);
  LLVM::CondBrOp::create(builder, any, failure, ValueRange(code), next,
                         ValueRange());
  builder.setInsertionPointToEnd(next);
}

/// `condition`, but only where `buffer`, which is not empty for its type alone,
/// holds at least one element.
Value CWrapperBuilder::createUnlessEmpty(Value condition,
                                         const CBuffer &buffer) {
  for (auto [dim, extent] : llvm::enumerate(buffer.extents)) {
    if (!buffer.type.isDynamicDim(dim))
      continue;
    Value isFull =
        createCompare(LLVM::ICmpPredicate::ne, extent, createConstant(0));
    condition = LLVM::AndOp::create(builder, condition, isFull);
  }
  return condition;
}

static bool isAlwaysEmpty(MemRefType type) {
  return llvm::is_contained(type.getShape(), 0);
}

void CWrapperBuilder::checkPointers(ArrayRef<CBuffer> buffers) {
  SmallVector<Value> conditions;
  for (const CBuffer &buffer : buffers) {
    if (isAlwaysEmpty(buffer.type))
      continue;
    Value isNull = createCompare(LLVM::ICmpPredicate::eq, buffer.pointer,
                                 createZero(buffer.pointer.getType()));
    conditions.push_back(createUnlessEmpty(isNull, buffer));
  }
  returnIfAny(conditions, Status::NullPointer);
}

/// The size in bytes that the static extents of `type` account for; nothing if
/// it does not fit an int64_t.
static std::optional<int64_t> getStaticSize(MemRefType type) {
  int64_t size = getCTypeSize(type.getElementType());
  for (int64_t extent : type.getShape())
    if (!ShapedType::isDynamic(extent) && llvm::MulOverflow(size, extent, size))
      return std::nullopt;
  return size;
}

Value CWrapperBuilder::createIsTooBig(const CBuffer &buffer) {
  auto resultType = LLVM::LLVMStructType::getLiteral(
      builder.getContext(), {builder.getI64Type(), builder.getI1Type()});
  std::optional<int64_t> staticSize = getStaticSize(buffer.type);
  Value size = createConstant(staticSize.value_or(1));
  Value overflows =
      LLVM::ConstantOp::create(builder, builder.getBoolAttr(!staticSize));
  for (auto [dim, extent] : llvm::enumerate(buffer.extents)) {
    if (!buffer.type.isDynamicDim(dim))
      continue;
    Value product =
        LLVM::SMulWithOverflowOp::create(builder, resultType, size, extent);
    size = LLVM::ExtractValueOp::create(builder, product, 0);
    Value here = LLVM::ExtractValueOp::create(builder, product, 1);
    overflows = LLVM::OrOp::create(builder, overflows, here);
  }
  // The size of an empty buffer is 0, whatever its other extents are.
  return createUnlessEmpty(overflows, buffer);
}

void CWrapperBuilder::checkExtents(ArrayRef<CBuffer> buffers) {
  SmallVector<Value> extents;
  for (const CBuffer &buffer : buffers)
    for (auto [dim, extent] : llvm::enumerate(buffer.extents))
      if (buffer.type.isDynamicDim(dim))
        extents.push_back(extent);
  if (extents.empty())
    return;

  SmallVector<Value> conditions;
  for (Value extent : extents)
    conditions.push_back(
        createCompare(LLVM::ICmpPredicate::slt, extent, createConstant(0)));
  returnIfAny(conditions, Status::NegativeExtent);

  conditions.clear();
  Value limit = createConstant(std::numeric_limits<int32_t>::max());
  for (Value extent : extents)
    conditions.push_back(
        createCompare(LLVM::ICmpPredicate::sgt, extent, limit));
  for (const CBuffer &buffer : buffers)
    if (!buffer.type.hasStaticShape() && !isAlwaysEmpty(buffer.type))
      conditions.push_back(createIsTooBig(buffer));
  returnIfAny(conditions, Status::ExtentTooLarge);
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

Value CWrapperBuilder::createMemRef(const CBuffer &buffer) {
  // Pointer twice, offset, sizes, strides; the innermost stride is 1.
  SmallVector<Value> fields = {buffer.pointer, buffer.pointer,
                               createConstant(0)};
  fields.append(buffer.extents);
  SmallVector<Value> strides(buffer.extents.size());
  Value stride = createConstant(1);
  for (size_t dim = strides.size(); dim-- > 0;) {
    strides[dim] = stride;
    if (dim > 0)
      stride = LLVM::MulOp::create(builder, stride, buffer.extents[dim]);
  }
  fields.append(strides);
  Value descriptor = MemRefDescriptor::pack(builder, builder.getLoc(),
                                            converter, buffer.type, fields);
  return UnrealizedConversionCastOp::create(builder, buffer.type, descriptor)
      .getResult(0);
}

Type CWrapperBuilder::getScalarType(Type type) {
  MLIRContext *context = type.getContext();
  if (type.isIndex())
    return IntegerType::get(context, 64);
  if (type.isInteger(1))
    return IntegerType::get(context, 8);
  if (type.isF16() || type.isBF16())
    return IntegerType::get(context, 16);
  return type;
}

Value CWrapperBuilder::convertScalar(Value value, Type type) {
  if (value.getType() == type)
    return value;
  if (type.isIndex())
    return UnrealizedConversionCastOp::create(builder, type, value)
        .getResult(0);
  // Anything but 0 is true.
  if (type.isInteger(1))
    return createCompare(LLVM::ICmpPredicate::ne, value,
                         createZero(value.getType()));
  return LLVM::BitcastOp::create(builder, type, value);
}
