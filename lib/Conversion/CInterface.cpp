//===- CInterface.cpp - The lse-emit-c-interface pass ---------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Memref descriptors are no interface for people: a C program passes pointers
// and extents. The wrappers written here turn one into the other after having
// looked at each of them, and own the status cell.
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/CInterface.h"
#include "CWrapper.h"
#include "lse/Conversion/Passes.h"
#include "lse/Conversion/StatusCell.h"

namespace mlir::lse {
#define GEN_PASS_DEF_LSEEMITCINTERFACE
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

namespace {

/// A function, and what its arguments are.
struct Interface {
  func::FuncOp body;
  /// Computes the extents of dynamic results; null if all are static.
  func::FuncOp shape;
  SmallVector<BlockArgument> arguments;
  SmallVector<BlockArgument> results;
  CSignature signature;
};

struct LSEEmitCInterfacePass final
    : lse::impl::LSEEmitCInterfaceBase<LSEEmitCInterfacePass> {
  using LSEEmitCInterfaceBase::LSEEmitCInterfaceBase;

  void runOnOperation() override;

private:
  LogicalResult emitInterface(func::FuncOp function);
  FailureOr<Interface> getInterface(func::FuncOp function);
  LogicalResult rename(Interface &interface);
  FailureOr<std::string> getSymbol(func::FuncOp function, StringRef suffix);
  LLVM::LLVMFuncOp createFunction(Interface &interface, StringRef symbol,
                                  TypeRange parameters);
  void createWrapper(Interface &interface, StringRef symbol);
  void createShapeWrapper(Interface &interface, StringRef symbol);
};

} // namespace

//===----------------------------------------------------------------------===//
// Signatures
//===----------------------------------------------------------------------===//

/// Names dynamic extents of results after extents of arguments where `shape`
/// just returns these.
static void nameResultExtents(CSignature &signature, func::FuncOp shape) {
  if (!shape || !llvm::hasSingleElement(shape.getBody()))
    return;
  SmallVector<std::string> names;
  for (const CParameter &argument : signature.arguments)
    for (const std::string &extent : argument.extents)
      if (CParameter::isDynamic(extent))
        names.push_back(extent);
  auto returned = shape.front().getTerminator()->getOperands().begin();
  for (CParameter &result : signature.results) {
    for (std::string &extent : result.extents) {
      if (!CParameter::isDynamic(extent))
        continue;
      auto argument = dyn_cast<BlockArgument>(*returned++);
      if (argument && argument.getArgNumber() < names.size())
        extent = names[argument.getArgNumber()];
    }
  }
}

FailureOr<Interface>
LSEEmitCInterfacePass::getInterface(func::FuncOp function) {
  Interface interface;
  interface.body = function;
  interface.signature.name = function.getName().str();
  if (function.getNumResults() > 0)
    return function.emitError("returns values, which C would not get; run "
                              "lse-destination-arguments before bufferization");
  if (auto symbol =
          function->getAttrOfType<FlatSymbolRefAttr>(shapeAttributeName))
    interface.shape =
        SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(function, symbol);

  Value cell = getStatusCell(function);
  for (BlockArgument argument : function.getArguments()) {
    if (argument == cell)
      continue;
    unsigned number = argument.getArgNumber();
    Type type = argument.getType();
    auto memref = dyn_cast<MemRefType>(type);
    if (getCTypeName(memref ? memref.getElementType() : type).empty() ||
        (memref &&
         (!memref.getLayout().isIdentity() || memref.getMemorySpace())))
      return function.emitError("argument ")
             << number << " of type " << type
             << " has no equivalent in C: only scalars and memrefs with the "
                "identity layout have";
    bool isResult = bool(function.getArgAttr(number, resultAttributeName));
    auto &list = isResult ? interface.results : interface.arguments;
    auto &parameters =
        isResult ? interface.signature.results : interface.signature.arguments;
    std::string name =
        (isResult ? "result" : "arg") + std::to_string(list.size());
    parameters.push_back(CParameter::get(type, std::move(name)));
    list.push_back(argument);
    if (isResult && !memref.hasStaticShape() && !interface.shape)
      return function.emitError("has a result of dynamic shape, but no "
                                "function that computes it");
  }
  nameResultExtents(interface.signature, interface.shape);
  return interface;
}

//===----------------------------------------------------------------------===//
// Symbols
//===----------------------------------------------------------------------===//

FailureOr<std::string> LSEEmitCInterfacePass::getSymbol(func::FuncOp function,
                                                        StringRef suffix) {
  std::string symbol = (prefix + "_" + function.getName() + suffix).str();
  if (std::optional<std::string> problem = checkCSymbol(symbol))
    return function.emitError("cannot be called '")
           << symbol << "' in C: " << *problem
           << "; rename the function or choose another prefix";
  if (Operation *other = SymbolTable::lookupSymbolIn(getOperation(), symbol)) {
    InFlightDiagnostic diagnostic =
        function.emitError("cannot be called '")
        << symbol << "' in C: the module has that symbol already; rename one "
        << "of the two or choose another prefix";
    diagnostic.attachNote(other->getLoc()) << "the other one";
    return diagnostic;
  }
  return symbol;
}

/// Makes the functions private, under names that no C identifier can be.
LogicalResult LSEEmitCInterfacePass::rename(Interface &interface) {
  auto renameTo = [&](func::FuncOp function, StringRef suffix) {
    std::string name = prefix + "_" + interface.signature.name + suffix.str();
    SymbolTable symbols(getOperation());
    function.setPrivate();
    return symbols.rename(function, name);
  };
  if (interface.shape && failed(renameTo(interface.shape, ".shape")))
    return failure();
  return renameTo(interface.body, ".body");
}

//===----------------------------------------------------------------------===//
// Wrappers
//===----------------------------------------------------------------------===//

LLVM::LLVMFuncOp LSEEmitCInterfacePass::createFunction(Interface &interface,
                                                       StringRef symbol,
                                                       TypeRange parameters) {
  MLIRContext *context = &getContext();
  OpBuilder builder(context);
  builder.setInsertionPoint(interface.body);
  auto type = LLVM::LLVMFunctionType::get(builder.getI32Type(),
                                          llvm::to_vector(parameters));
  auto function =
      LLVM::LLVMFuncOp::create(builder, interface.body.getLoc(), symbol, type);
  function->setAttr(cInterfaceAttributeName,
                    interface.signature.getAttribute(context));
  function.addEntryBlock(builder);
  return function;
}

/// A status cell on the stack, holding 0, or nothing if `callee` needs none.
static Value createCell(CWrapperBuilder &wrapper, func::FuncOp callee) {
  if (!getStatusCell(callee))
    return Value();
  ImplicitLocOpBuilder &builder = wrapper.getBuilder();
  Value cell = memref::AllocaOp::create(
      builder, getStatusCellType(builder.getContext()));
  memref::StoreOp::create(builder, wrapper.createZero(builder.getI32Type()),
                          cell, ValueRange());
  return cell;
}

/// Calls the function that computes extents and returns these as i64.
static SmallVector<Value> callShape(CWrapperBuilder &wrapper,
                                    func::FuncOp shape,
                                    ArrayRef<CBuffer> arguments, Value cell) {
  ImplicitLocOpBuilder &builder = wrapper.getBuilder();
  SmallVector<Value> operands;
  for (const CBuffer &argument : arguments)
    for (auto [dim, extent] : llvm::enumerate(argument.extents))
      if (argument.type.isDynamicDim(dim))
        operands.push_back(
            wrapper.convertScalar(extent, builder.getIndexType()));
  if (getStatusCell(shape))
    operands.push_back(cell);
  auto call = func::CallOp::create(builder, shape, operands);
  return llvm::map_to_vector(call.getResults(), [&](Value extent) -> Value {
    return UnrealizedConversionCastOp::create(builder, builder.getI64Type(),
                                              extent)
        .getResult(0);
  });
}

/// The parameters of a wrapper: a pointer and its dynamic extents for each
/// memref, the pointer only for a result, scalars as they are.
static SmallVector<Type> getParameterTypes(const Interface &interface,
                                           MLIRContext *context) {
  Type pointerType = LLVM::LLVMPointerType::get(context);
  SmallVector<Type> types;
  for (BlockArgument argument : interface.arguments) {
    auto memref = dyn_cast<MemRefType>(argument.getType());
    types.push_back(memref
                        ? pointerType
                        : CWrapperBuilder::getScalarType(argument.getType()));
    if (memref)
      types.append(memref.getNumDynamicDims(), IntegerType::get(context, 64));
  }
  types.append(interface.results.size(), pointerType);
  return types;
}

void LSEEmitCInterfacePass::createWrapper(Interface &interface,
                                          StringRef symbol) {
  LLVM::LLVMFuncOp function = createFunction(
      interface, symbol, getParameterTypes(interface, &getContext()));
  CWrapperBuilder wrapper(function);
  ImplicitLocOpBuilder &builder = wrapper.getBuilder();
  Value cell = createCell(wrapper, interface.body);

  ValueRange values = function.getArguments();
  SmallVector<Value> operands(interface.body.getNumArguments());
  SmallVector<CBuffer> arguments;
  for (BlockArgument argument : interface.arguments) {
    Value value = values.front();
    values = values.drop_front();
    if (isa<MemRefType>(argument.getType()))
      arguments.push_back(wrapper.getBuffer(argument, value, values));
    else
      operands[argument.getArgNumber()] =
          wrapper.convertScalar(value, argument.getType());
  }
  // What is left of the values are the results, in order.
  auto getResults = [&](bool areStatic, ValueRange extents) {
    SmallVector<CBuffer> results;
    for (auto [argument, pointer] : llvm::zip_equal(interface.results, values))
      if (cast<MemRefType>(argument.getType()).hasStaticShape() == areStatic)
        results.push_back(wrapper.getBuffer(argument, pointer, extents));
    return results;
  };

  SmallVector<CBuffer> buffers = arguments;
  buffers.append(getResults(/*areStatic=*/true, {}));
  wrapper.checkPointers(buffers);
  wrapper.checkExtents(arguments);
  if (interface.shape) {
    SmallVector<CBuffer> results = getResults(
        /*areStatic=*/false,
        callShape(wrapper, interface.shape, arguments, cell));
    wrapper.checkPointers(results);
    wrapper.checkExtents(results);
    buffers.append(results);
  }

  for (const CBuffer &buffer : buffers)
    operands[buffer.position] = wrapper.createMemRef(buffer);
  if (cell)
    operands.back() = cell;
  func::CallOp::create(builder, interface.body, operands);
  Value status = cell ? memref::LoadOp::create(builder, cell).getResult()
                      : wrapper.createZero(builder.getI32Type());
  LLVM::ReturnOp::create(builder, status);
}

void LSEEmitCInterfacePass::createShapeWrapper(Interface &interface,
                                               StringRef symbol) {
  func::FuncOp shape = interface.shape;
  unsigned numExtents =
      shape.getNumArguments() - (getStatusCell(shape) ? 1 : 0);
  Builder types(&getContext());
  SmallVector<Type> parameters(numExtents, types.getI64Type());
  parameters.append(shape.getNumResults(),
                    LLVM::LLVMPointerType::get(&getContext()));
  LLVM::LLVMFuncOp function = createFunction(interface, symbol, parameters);
  CWrapperBuilder wrapper(function);
  ImplicitLocOpBuilder &builder = wrapper.getBuilder();
  Value cell = createCell(wrapper, shape);

  ValueRange extents = function.getArguments().take_front(numExtents);
  ValueRange pointers = function.getArguments().drop_front(numExtents);
  SmallVector<CBuffer> arguments, destinations, results;
  for (BlockArgument argument : interface.arguments)
    if (isa<MemRefType>(argument.getType()))
      arguments.push_back(wrapper.getBuffer(argument, Value(), extents));
  for (Value pointer : pointers)
    destinations.push_back(
        {MemRefType::get({}, types.getI64Type()), 0, pointer, {}});
  wrapper.checkPointers(destinations);
  wrapper.checkExtents(arguments);

  SmallVector<Value> computed = callShape(wrapper, shape, arguments, cell);
  ValueRange remaining = computed;
  for (BlockArgument argument : interface.results)
    results.push_back(wrapper.getBuffer(argument, Value(), remaining));
  wrapper.checkExtents(results);
  for (auto [extent, pointer] : llvm::zip_equal(computed, pointers))
    LLVM::StoreOp::create(builder, extent, pointer);
  LLVM::ReturnOp::create(builder, wrapper.createZero(builder.getI32Type()));
}

LogicalResult LSEEmitCInterfacePass::emitInterface(func::FuncOp function) {
  FailureOr<Interface> interface = getInterface(function);
  if (failed(interface))
    return failure();
  FailureOr<std::string> symbol = getSymbol(function, "");
  if (failed(symbol))
    return failure();
  FailureOr<std::string> shapeSymbol = std::string();
  if (interface->shape)
    shapeSymbol = getSymbol(function, "_shape");
  if (failed(shapeSymbol) || failed(rename(*interface)))
    return failure();
  createWrapper(*interface, *symbol);
  if (interface->shape) {
    interface->signature.shapeOf = *symbol;
    createShapeWrapper(*interface, *shapeSymbol);
    interface->shape->removeAttr(shapeOfAttributeName);
  }
  // The marks have served.
  function->removeAttr(shapeAttributeName);
  for (BlockArgument result : interface->results)
    function.removeArgAttr(result.getArgNumber(), resultAttributeName);
  return success();
}

void LSEEmitCInterfacePass::runOnOperation() {
  auto internal =
      LLVM::LinkageAttr::get(&getContext(), LLVM::Linkage::Internal);
  SmallVector<func::FuncOp> functions;
  for (auto function : getOperation().getOps<func::FuncOp>()) {
    if (function.isExternal())
      continue;
    // Only the wrappers are seen from outside.
    function->setAttr("llvm.linkage", internal);
    if (function.isPublic() && !function->hasAttr(shapeOfAttributeName))
      functions.push_back(function);
  }
  for (func::FuncOp function : functions)
    if (failed(emitInterface(function)))
      return signalPassFailure();
}
