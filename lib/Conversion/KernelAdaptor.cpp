//===- KernelAdaptor.cpp - From memrefs to Halide's buffers ---------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelAdaptor.h"
#include "KernelSpecBuilder.h"
#include "lse/Conversion/StatusCell.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SmallString.h"

using namespace mlir;
using namespace mlir::lse;

/// `type` with nothing known but its rank and elements.
static Type getAdaptorType(Type type) {
  auto memref = dyn_cast<MemRefType>(type);
  if (!memref)
    return type;
  SmallVector<int64_t> dynamic(memref.getRank(), ShapedType::kDynamic);
  auto layout =
      StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, dynamic);
  return MemRefType::get(dynamic, memref.getElementType(), layout,
                         memref.getMemorySpace());
}

namespace {

/// One dimension of a Halide buffer.
struct BufferDimension {
  Value extent, stride;
};

/// Builds the body of one adaptor.
class AdaptorBuilder {
public:
  AdaptorBuilder(func::FuncOp function, RowOpInterface op)
      : loc(op.getLoc()),
        builder(OpBuilder::atBlockBegin(&function.getBody().front())),
        pointerType(LLVM::LLVMPointerType::get(builder.getContext())),
        i32(builder.getI32Type()), i64(builder.getI64Type()),
        function(function), op(op) {}

  void build(LLVM::LLVMFuncOp kernel);

private:
  Value constant(Type type, int64_t value) {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getIntegerAttr(type, value));
  }
  Value compare(arith::CmpIPredicate predicate, Value a, Value b) {
    return arith::CmpIOp::create(builder, loc, predicate, a, b);
  }
  Value toI64(Value index) {
    return arith::IndexCastOp::create(builder, loc, i64, index);
  }
  void storeField(Value base, Type structType, ArrayRef<LLVM::GEPArg> field,
                  Value value) {
    Value address =
        LLVM::GEPOp::create(builder, loc, pointerType, structType, base, field);
    LLVM::StoreOp::create(builder, loc, value, address);
  }
  void storeStatus(Value status) {
    memref::StoreOp::create(builder, loc, status, getStatusCell(function));
  }
  Value allocate(Type type, int64_t count) {
    return LLVM::AllocaOp::create(builder, loc, pointerType, type,
                                  constant(i64, count));
  }
  /// Fills in a `halide_buffer_t` for operand `index`; returns its address.
  Value buildBuffer(unsigned index);
  /// The address of the first element of memref `index`, and its dimensions as
  /// the kernel knows them.
  Value readMemRef(unsigned index,
                   SmallVectorImpl<BufferDimension> &dimensions);
  /// Fills in an array of `halide_dimension_t`; returns its address.
  Value storeDimensions(ArrayRef<BufferDimension> dimensions);
  /// Notes whether an extent or stride does not fit 32 bits.
  void checkRange(Value value, int64_t bias);

  Location loc;
  OpBuilder builder;
  Type pointerType, i32, i64;
  func::FuncOp function;
  RowOpInterface op;
  Value outOfRange;
  /// True if no destination has an element.
  Value isEmpty;
};

} // namespace

void AdaptorBuilder::checkRange(Value value, int64_t bias) {
  // value in [-bias, 2^31 - 1], as one unsigned comparison.
  Value shifted =
      arith::AddIOp::create(builder, loc, value, constant(i64, bias));
  Value outside =
      compare(arith::CmpIPredicate::ugt, shifted,
              constant(i64, std::numeric_limits<int32_t>::max() + bias));
  outOfRange = arith::OrIOp::create(builder, loc, outOfRange, outside);
}

Value AdaptorBuilder::readMemRef(unsigned index,
                                 SmallVectorImpl<BufferDimension> &dimensions) {
  Value argument = function.getArgument(index);
  AffineMap map = op.getIndexingMapsArray()[index];
  bool isDestination = index >= op.getRowInputs().size();
  Value isThisEmpty = constant(builder.getI1Type(), 0);
  auto metadata =
      memref::ExtractStridedMetadataOp::create(builder, loc, argument);
  Value address = toI64(
      memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, argument));
  Value host = LLVM::IntToPtrOp::create(builder, loc, pointerType, address);
  for (auto [expr, size, stride] : llvm::zip(
           map.getResults(), metadata.getSizes(), metadata.getStrides())) {
    Value extent = toI64(size);
    if (isDestination)
      isThisEmpty = arith::OrIOp::create(
          builder, loc, isThisEmpty,
          compare(arith::CmpIPredicate::eq, extent, constant(i64, 0)));
    // An index of 0 is no dimension to the kernel.
    if (isa<AffineDimExpr>(expr))
      dimensions.push_back({extent, toI64(stride)});
  }
  if (isDestination)
    isEmpty = arith::AndIOp::create(builder, loc, isEmpty, isThisEmpty);
  // Innermost first, where memrefs have the outermost first.
  std::reverse(dimensions.begin(), dimensions.end());
  return LLVM::GEPOp::create(builder, loc, pointerType,
                             getElementTypeOrSelf(argument), host,
                             toI64(metadata.getOffset()));
}

Value AdaptorBuilder::storeDimensions(ArrayRef<BufferDimension> dimensions) {
  // halide_dimension_t: min, extent, stride, flags.
  auto type = LLVM::LLVMStructType::getLiteral(builder.getContext(),
                                               {i32, i32, i32, i32});
  Value array = allocate(type, std::max<int64_t>(dimensions.size(), 1));
  auto narrow = [&](Value value) {
    return arith::TruncIOp::create(builder, loc, i32, value);
  };
  for (auto [position, dimension] : llvm::enumerate(dimensions)) {
    checkRange(dimension.extent, /*bias=*/0);
    checkRange(dimension.stride, int64_t(1) << 31);
    int32_t at = position;
    storeField(array, type, {at, 0}, constant(i32, 0));
    storeField(array, type, {at, 1}, narrow(dimension.extent));
    storeField(array, type, {at, 2}, narrow(dimension.stride));
    storeField(array, type, {at, 3}, constant(i32, 0));
  }
  return array;
}

/// A `halide_type_t`: code (0 is a signed integer, 1 an unsigned one, which is
/// what kernels take for half precision and truth values, 2 float), bits,
/// lanes.
static int64_t getHalideType(Type elementType) {
  int64_t bits = std::max(elementType.getIntOrFloatBitWidth(), 8u);
  int64_t code = bits <= 16 ? 1 : isa<FloatType>(elementType) ? 2 : 0;
  return code | (bits << 8) | (int64_t(1) << 16);
}

Value AdaptorBuilder::buildBuffer(unsigned index) {
  Value argument = function.getArgument(index);
  Type elementType = getElementTypeOrSelf(argument);
  SmallVector<BufferDimension> dimensions;
  Value host;
  if (isa<MemRefType>(argument.getType())) {
    host = readMemRef(index, dimensions);
  } else {
    host = allocate(elementType, 1);
    LLVM::StoreOp::create(builder, loc, argument, host);
  }
  Value dimensionArray = storeDimensions(dimensions);

  // halide_buffer_t: device handle, device interface, host, flags, type,
  // dimensions, dimension array, padding.
  auto type = LLVM::LLVMStructType::getLiteral(
      builder.getContext(),
      {i64, pointerType, pointerType, i64, i32, i32, pointerType, pointerType});
  Value null = LLVM::ZeroOp::create(builder, loc, pointerType);
  Value buffer = allocate(type, 1);
  Value fields[] = {constant(i64, 0),
                    null,
                    host,
                    constant(i64, 0),
                    constant(i32, getHalideType(elementType)),
                    constant(i32, dimensions.size()),
                    dimensionArray,
                    null};
  for (auto [position, field] : llvm::enumerate(fields))
    storeField(buffer, type, {0, static_cast<int32_t>(position)}, field);
  return buffer;
}

void AdaptorBuilder::build(LLVM::LLVMFuncOp kernel) {
  outOfRange = constant(builder.getI1Type(), 0);
  isEmpty = constant(builder.getI1Type(), 1);
  SmallVector<Value> buffers;
  unsigned numInputs = op.getRowInputs().size();
  for (unsigned index = 0; index < numInputs; ++index)
    buffers.push_back(buildBuffer(index));
  for (unsigned output : getKernelOutputOrder(op))
    buffers.push_back(buildBuffer(numInputs + output));

  Value zero = constant(i32, 0);
  Value status = memref::LoadOp::create(builder, loc, getStatusCell(function));
  Value isFine = compare(arith::CmpIPredicate::eq, status, zero);
  auto return_ = func::ReturnOp::create(builder, loc);
  builder.setInsertionPoint(return_);
  auto ifFine = scf::IfOp::create(builder, loc, isFine, /*withElse=*/false);
  builder.setInsertionPointToStart(ifFine.thenBlock());
  auto ifBad = scf::IfOp::create(builder, loc, outOfRange, /*withElse=*/true);
  builder.setInsertionPointToStart(ifBad.thenBlock());
  storeStatus(constant(i32, static_cast<int32_t>(Status::ExtentTooLarge)));
  builder.setInsertionPointToStart(ifBad.elseBlock());
  Value hasWork = compare(arith::CmpIPredicate::eq, isEmpty,
                          constant(builder.getI1Type(), 0));
  auto ifWork = scf::IfOp::create(builder, loc, hasWork, /*withElse=*/false);
  builder.setInsertionPointToStart(ifWork.thenBlock());
  Value answer =
      LLVM::CallOp::create(builder, loc, kernel, buffers).getResult();
  Value failed = compare(arith::CmpIPredicate::ne, answer, zero);
  auto ifFailed = scf::IfOp::create(builder, loc, failed, /*withElse=*/false);
  builder.setInsertionPointToStart(ifFailed.thenBlock());
  storeStatus(answer);
}

/// Kernels are shared between operations whose operands differ in unit
/// dimensions, in the order of results, or in being scalars; their adaptors are
/// not, so the name tells these.
static std::string getAdaptorName(RowOpInterface op, StringRef kernelName) {
  std::string name = (kernelName + ".call").str();
  for (auto [operand, map] :
       llvm::zip(op->getOperands(), op.getIndexingMapsArray())) {
    name += '.';
    if (!isa<MemRefType>(operand.getType()))
      name += 's';
    for (AffineExpr expr : map.getResults())
      name += isa<AffineDimExpr>(expr) ? 'd' : '0';
  }
  SmallVector<unsigned> order = getKernelOutputOrder(op);
  if (!llvm::is_sorted(order))
    for (unsigned output : order)
      name += "." + std::to_string(output);
  return name;
}

func::FuncOp lse::getOrCreateKernelAdaptor(ModuleOp module, RowOpInterface op,
                                           StringRef kernelName) {
  std::string name = getAdaptorName(op, kernelName);
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  auto kernel = module.lookupSymbol<LLVM::LLVMFuncOp>(kernelName);
  MLIRContext *context = module.getContext();
  SmallVector<Type> types =
      llvm::map_to_vector(op->getOperandTypes(), getAdaptorType);
  types.push_back(getStatusCellType(context));
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  auto function =
      func::FuncOp::create(builder, op.getLoc(), name,
                           FunctionType::get(context, types, TypeRange()));
  function.setPrivate();
  function.addEntryBlock();
  function.setArgAttr(types.size() - 1, statusAttributeName,
                      UnitAttr::get(context));
  AdaptorBuilder(function, op).build(kernel);
  return function;
}

SmallVector<Value> lse::castToAdaptorArguments(OpBuilder &builder,
                                               RowOpInterface op,
                                               func::FuncOp adaptor,
                                               Value status) {
  SmallVector<Value> arguments;
  for (auto [operand, type] :
       llvm::zip(op->getOperands(), adaptor.getArgumentTypes()))
    arguments.push_back(
        operand.getType() == type
            ? operand
            : memref::CastOp::create(builder, op.getLoc(), type, operand)
                  .getResult());
  arguments.push_back(status);
  return arguments;
}
