//===- Interpreter.cpp - What a function computes -------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Testing/Interpreter.h"
#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

static int64_t getNumElements(ArrayRef<int64_t> shape) {
  return ShapedType::getNumElements(shape);
}

Tensor::Tensor(ArrayRef<int64_t> shape, Scalar value)
    : shape(shape), elements(getNumElements(shape), value) {}

int64_t Tensor::getOffset(ArrayRef<int64_t> indices) const {
  assert(indices.size() == shape.size() && "an index for each dimension");
  int64_t offset = 0;
  for (auto [index, extent] : llvm::zip(indices, shape)) {
    assert(index >= 0 && index < extent && "out of range");
    offset = offset * extent + index;
  }
  return offset;
}

LogicalResult
lse::forEachIndex(ArrayRef<int64_t> extents,
                  function_ref<LogicalResult(ArrayRef<int64_t>)> visit) {
  if (llvm::is_contained(extents, 0))
    return success();
  SmallVector<int64_t> indices(extents.size(), 0);
  while (true) {
    if (failed(visit(indices)))
      return failure();
    int64_t dim = int64_t(extents.size()) - 1;
    for (; dim >= 0; --dim) {
      if (++indices[dim] < extents[dim])
        break;
      indices[dim] = 0;
    }
    if (dim < 0)
      return success();
  }
}

static Scalar toScalar(const APFloat &value) {
  APFloat converted = value;
  bool losesInfo;
  converted.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                    &losesInfo);
  return Scalar::ofReal(converted.convertToDouble());
}

static Scalar toScalar(const APInt &value) {
  return Scalar::ofInteger(value.getBitWidth() == 1
                               ? int64_t(value.getZExtValue())
                               : value.getSExtValue());
}

std::optional<Tensor> lse::getConstantTensor(Attribute attribute) {
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return Tensor({}, toScalar(number.getValue()));
  if (auto number = dyn_cast<IntegerAttr>(attribute))
    return Tensor({}, toScalar(number.getValue()));
  auto elements = dyn_cast<ElementsAttr>(attribute);
  if (!elements)
    return std::nullopt;
  Tensor tensor(elements.getShapedType().getShape());
  Type type = elements.getElementType();
  if (auto floats = elements.tryGetValues<APFloat>();
      isa<FloatType>(type) && floats) {
    for (auto [element, value] : llvm::zip(tensor.elements, *floats))
      element = toScalar(value);
    return tensor;
  }
  if (auto integers = elements.tryGetValues<APInt>();
      type.isIntOrIndex() && integers) {
    for (auto [element, value] : llvm::zip(tensor.elements, *integers))
      element = toScalar(value);
    return tensor;
  }
  // Resources hold the bytes of their elements.
  auto resource = dyn_cast<DenseResourceElementsAttr>(attribute);
  AsmResourceBlob *blob =
      resource ? resource.getRawHandle().getBlob() : nullptr;
  if (!blob || !type.isF32())
    return std::nullopt;
  ArrayRef<float> data = blob->getDataAs<float>();
  if (data.size() != tensor.elements.size())
    return std::nullopt;
  for (auto [element, value] : llvm::zip(tensor.elements, data))
    element = Scalar::ofReal(value);
  return tensor;
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

LogicalResult Interpreter::unknown(Operation *op) {
  return op->emitError("cannot be evaluated: the interpreter does not know it");
}

FailureOr<SmallVector<Tensor>> Interpreter::run(FunctionOpInterface function,
                                                ArrayRef<Tensor> arguments) {
  if (depth == 0)
    trapped = false;
  constexpr unsigned maxDepth = 32;
  if (function.isExternal() || depth > maxDepth)
    return function.emitError("cannot be evaluated: it has no body, or calls "
                              "itself");
  llvm::SaveAndRestore deeper(depth, depth + 1);
  Block &entry = function.getFunctionBody().front();
  for (auto [argument, tensor] : llvm::zip(entry.getArguments(), arguments))
    set(argument, tensor);
  SmallVector<Tensor> results;
  if (failed(runBlock(entry, results)))
    return failure();
  return results;
}

LogicalResult Interpreter::runBlock(Block &block,
                                    SmallVectorImpl<Tensor> &yielded) {
  for (Operation &op : block.without_terminator())
    if (failed(evaluate(&op)))
      return failure();
  for (Value value : block.getTerminator()->getOperands())
    yielded.push_back(get(value));
  return success();
}

LogicalResult Interpreter::evaluateControlFlow(Operation *op) {
  SmallVector<Tensor> results;
  if (auto assertion = dyn_cast<cf::AssertOp>(op))
    return get(assertion.getArg()).elements.front().integer ? success()
                                                            : trap();
  if (auto call = dyn_cast<func::CallOp>(op)) {
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
        op, call.getCalleeAttr());
    if (!callee)
      return unknown(op);
    SmallVector<Tensor> arguments;
    for (Value operand : call.getOperands())
      arguments.push_back(get(operand));
    FailureOr<SmallVector<Tensor>> returned = run(callee, arguments);
    if (failed(returned))
      return failure();
    results = std::move(*returned);
  } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
    bool isThen = get(branch.getCondition()).elements.front().integer;
    Region &region = isThen ? branch.getThenRegion() : branch.getElseRegion();
    if (!region.empty() && failed(runBlock(region.front(), results)))
      return failure();
  } else {
    return unknown(op);
  }
  for (auto [result, tensor] : llvm::zip(op->getResults(), results))
    set(result, std::move(tensor));
  return success();
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

LogicalResult Interpreter::evaluateElementwise(Operation *op) {
  if (op->getNumResults() != 1)
    return unknown(op);
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    std::optional<Tensor> tensor = getConstantTensor(constant.getValue());
    if (!tensor)
      return unknown(op);
    set(constant, std::move(*tensor));
    return success();
  }
  // The condition of a selection may be one for all elements.
  SmallVector<int64_t> shape;
  for (Value operand : op->getOperands())
    if (isa<ShapedType>(operand.getType()))
      shape = get(operand).shape;
  Tensor result(shape);
  SmallVector<Scalar> operands(op->getNumOperands());
  for (size_t i = 0; i < result.elements.size(); ++i) {
    for (auto [element, operand] : llvm::zip(operands, op->getOperands())) {
      const Tensor &tensor = get(operand);
      bool isScalar = tensor.shape.empty() && !shape.empty();
      if (!isScalar && tensor.shape != ArrayRef<int64_t>(shape))
        return trap();
      element = tensor.elements[isScalar ? 0 : i];
    }
    std::optional<Scalar> value = evaluateScalar(op, operands);
    if (!value)
      return unknown(op);
    result.elements[i] = *value;
  }
  set(op->getResult(0), std::move(result));
  return success();
}

LogicalResult Interpreter::evaluate(Operation *op) {
  if (isa<RowOpInterface>(op))
    return evaluateRows(op);
  if (isa<TopKOp, RouteOp>(op))
    return evaluateSelection(op);
  if (isa<linalg::SoftmaxOp>(op))
    return evaluateSoftmax(op);
  if (isa<linalg::LinalgOp>(op))
    return evaluateStructured(op);
  Dialect *dialect = op->getDialect();
  if (isa_and_nonnull<arith::ArithDialect, math::MathDialect>(dialect))
    return evaluateElementwise(op);
  if (isa_and_nonnull<tensor::TensorDialect>(dialect))
    return evaluateTensorOp(op);
  if (isa_and_nonnull<tosa::TosaDialect>(dialect))
    return evaluateTosa(op);
  return evaluateControlFlow(op);
}
