//===- DestinationArguments.cpp - The lse-destination-arguments pass ------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Done on tensors, because there bufferization can still see that a result may
// be computed in its destination: `buffer-results-to-out-params` sees buffers
// only, and copies.
//
//===----------------------------------------------------------------------===//

#include "ShapeFunction.h"
#include "lse/Conversion/CInterface.h"
#include "lse/Conversion/Passes.h"
#include "mlir/IR/Dominance.h"

namespace mlir::lse {
#define GEN_PASS_DEF_LSEDESTINATIONARGUMENTS
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

/// Why a value of `type` cannot cross the boundary to C; empty if it can.
static StringRef checkType(Type type) {
  if (isa<UnrankedTensorType>(type))
    return "the tensor is unranked; give it a rank, extents may be dynamic";
  if (isa<BaseMemRefType>(type))
    return "it is a memref; lse takes tensors and makes the buffers itself";
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (tensor && tensor.getEncoding())
    return "the tensor has an encoding; only dense row-major tensors do";
  if (getCTypeName(tensor ? tensor.getElementType() : type).empty())
    return "its element type has no equivalent in C; f16, bf16, f32, f64, i1, "
           "i8, i16, i32, i64 and index have";
  return "";
}

static LogicalResult checkTypes(func::FuncOp function, TypeRange types,
                                StringRef kind) {
  for (auto [i, type] : llvm::enumerate(types)) {
    StringRef problem = checkType(type);
    if (!problem.empty())
      return function.emitError("public function '")
             << function.getName() << "' cannot be called from C: " << kind
             << " " << i << " is " << type << ", but " << problem;
  }
  return success();
}

/// Callers inside the module go on with a private copy: they need the results
/// as values.
static void detachCallers(func::FuncOp function, SymbolTable &symbols) {
  Operation *module = symbols.getOp();
  if (SymbolTable::symbolKnownUseEmpty(function, module))
    return;
  func::FuncOp copy = function.clone();
  copy.setName((function.getName() + ".inner").str());
  copy.setPrivate();
  StringAttr name = symbols.insert(copy, std::next(Block::iterator(function)));
  // Fails only for uses in operations that are not understood, and such are
  // verified to be absent from a module.
  (void)SymbolTable::replaceAllSymbolUses(function, name, module);
}

static MemRefType getDestinationType(Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return MemRefType::get(tensor.getShape(), tensor.getElementType());
  return MemRefType::get({}, type);
}

/// The operands of `op`, those that are defined first in front: all of them
/// dominate `op`, and so each other.
static SmallVector<OpOperand *> sortByDefinition(func::ReturnOp op,
                                                 DominanceInfo &dominance) {
  auto isEarlier = [&](OpOperand *a, OpOperand *b) {
    if (Operation *definition = b->get().getDefiningOp())
      return a->get().getDefiningOp() != definition &&
             dominance.properlyDominates(a->get(), definition);
    return dominance.properlyDominates(a->get().getParentBlock(),
                                       b->get().getParentBlock());
  };
  SmallVector<OpOperand *> operands = llvm::map_to_vector(
      op->getOpOperands(), [](OpOperand &operand) { return &operand; });
  llvm::stable_sort(operands, isEarlier);
  return operands;
}

/// Lets `function` write each result to a new argument.
static LogicalResult writeResultsToArguments(func::FuncOp function) {
  OpBuilder builder(function.getContext());
  auto writable = builder.getNamedAttr(
      bufferization::BufferizationDialect::kWritableAttrName,
      builder.getBoolAttr(false));
  auto result =
      builder.getNamedAttr(resultAttributeName, builder.getUnitAttr());
  unsigned numArguments = function.getNumArguments();
  for (unsigned i = 0; i < numArguments; ++i)
    if (isa<TensorType>(function.getArgumentTypes()[i]))
      function.setArgAttr(i, writable.getName(), writable.getValue());
  for (Type type : function.getResultTypes())
    if (failed(function.insertArgument(
            function.getNumArguments(), getDestinationType(type),
            builder.getDictionaryAttr(result), function.getLoc())))
      return failure();

  DominanceInfo dominance(function);
  function.walk([&](func::ReturnOp op) {
    builder.setInsertionPoint(op);
    // A result may be computed in the memory that another one, which is made of
    // it, has in the end: it must be out of there by then.
    for (OpOperand *operand : sortByDefinition(op, dominance)) {
      Value value = operand->get();
      Value destination =
          function.getArgument(numArguments + operand->getOperandNumber());
      if (isa<TensorType>(value.getType()))
        bufferization::MaterializeInDestinationOp::create(
            builder, op.getLoc(), Type(), value, destination,
            /*restrict=*/true, /*writable=*/true);
      else
        memref::StoreOp::create(builder, op.getLoc(), value, destination,
                                ValueRange());
    }
    op.getOperandsMutable().clear();
  });
  return function.eraseResults(BitVector(function.getNumResults(), true));
}

static bool hasDynamicResult(func::FuncOp function) {
  return llvm::any_of(function.getResultTypes(), [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && !tensor.hasStaticShape();
  });
}

namespace {

struct LSEDestinationArgumentsPass final
    : lse::impl::LSEDestinationArgumentsBase<LSEDestinationArgumentsPass> {
  void runOnOperation() override {
    SmallVector<func::FuncOp> functions;
    bool isValid = true;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function.isPublic() || function.isExternal())
        continue;
      functions.push_back(function);
      isValid &=
          succeeded(
              checkTypes(function, function.getArgumentTypes(), "argument")) &&
          succeeded(checkTypes(function, function.getResultTypes(), "result"));
    }
    if (!isValid)
      return signalPassFailure();

    SymbolTable symbols(getOperation());
    for (func::FuncOp function : functions)
      detachCallers(function, symbols);
    for (func::FuncOp function : functions)
      if ((hasDynamicResult(function) &&
           failed(createShapeFunction(function, symbols))) ||
          failed(writeResultsToArguments(function)))
        return signalPassFailure();
  }
};

} // namespace
