//===- ShapeFunction.cpp - The extents of a function's results ------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The function is cloned and returns its results' extents. Every operation says
// how these follow from its operands' extents, so that in the end only integer
// arithmetic on the arguments' extents is left.
//
//===----------------------------------------------------------------------===//

#include "ShapeFunction.h"
#include "lse/Conversion/CInterface.h"
#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/MemRef/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace mlir::lse;

/// Every return of `shape` returns the dynamic extents of what it returned.
static void returnExtents(func::FuncOp shape) {
  unsigned numExtents = 0;
  shape.walk([&](func::ReturnOp op) {
    OpBuilder builder(op);
    SmallVector<Value> extents;
    for (Value result : op.getOperands()) {
      auto type = dyn_cast<RankedTensorType>(result.getType());
      for (int64_t dim = 0; type && dim < type.getRank(); ++dim)
        if (type.isDynamicDim(dim))
          extents.push_back(
              tensor::DimOp::create(builder, op.getLoc(), result, dim));
    }
    numExtents = extents.size();
    op.getOperandsMutable().assign(extents);
  });
  shape.removeResAttrsAttr();
  SmallVector<Type> types(numExtents, IndexType::get(shape.getContext()));
  shape.setFunctionType(FunctionType::get(
      shape.getContext(), shape.getFunctionType().getInputs(), types));
}

namespace {

/// A choice between two tensors is as large as what is chosen.
struct ResolveExtentOfChoice : OpRewritePattern<tensor::DimOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::DimOp op,
                                PatternRewriter &rewriter) const override {
    auto choice = op.getSource().getDefiningOp<arith::SelectOp>();
    if (!choice || !choice.getCondition().getType().isInteger(1))
      return rewriter.notifyMatchFailure(op, "not of a choice of tensors");
    auto getDim = [&](Value value) {
      return tensor::DimOp::create(rewriter, op.getLoc(), value, op.getIndex());
    };
    rewriter.replaceOpWithNewOp<arith::SelectOp>(
        op, choice.getCondition(), getDim(choice.getTrueValue()),
        getDim(choice.getFalseValue()));
    return success();
  }
};

} // namespace

/// Rewrites `shape` until extents are computed from other extents only.
static void resolveExtents(func::FuncOp shape) {
  MLIRContext *context = shape.getContext();
  RewritePatternSet patterns(context);
  memref::populateResolveRankedShapedTypeResultDimsPatterns(patterns);
  memref::populateResolveShapedTypeResultDimsPatterns(patterns);
  scf::populateSCFForLoopCanonicalizationPatterns(patterns);
  patterns.add<ResolveExtentOfChoice>(context);
  for (Dialect *dialect : context->getLoadedDialects())
    dialect->getCanonicalizationPatterns(patterns);
  for (RegisteredOperationName op : context->getRegisteredOperations())
    op.getCanonicalizationPatterns(patterns, context);
  // Not reaching the fixed point is no error: what is left is checked.
  (void)applyPatternsGreedily(shape, std::move(patterns));
  RewritePatternSet lowering(context);
  populateAffineToStdConversionPatterns(lowering);
  (void)applyPatternsGreedily(shape, std::move(lowering));
}

/// Replaces the extents of tensor arguments by new arguments of type index.
static LogicalResult addExtentArguments(func::FuncOp shape,
                                        unsigned numArguments) {
  Type indexType = IndexType::get(shape.getContext());
  for (unsigned i = 0; i < numArguments; ++i) {
    auto type = dyn_cast<RankedTensorType>(shape.getArgument(i).getType());
    for (int64_t dim = 0; type && dim < type.getRank(); ++dim) {
      if (!type.isDynamicDim(dim))
        continue;
      unsigned index = shape.getNumArguments();
      if (failed(shape.insertArgument(index, indexType, DictionaryAttr(),
                                      shape.getArgument(i).getLoc())))
        return failure();
      for (Operation *user :
           llvm::make_early_inc_range(shape.getArgument(i).getUsers())) {
        auto op = dyn_cast<tensor::DimOp>(user);
        if (!op || op.getConstantIndex() != dim)
          continue;
        op.replaceAllUsesWith(Value(shape.getArgument(index)));
        op.erase();
      }
    }
  }
  return success();
}

/// Whether `op` is arithmetic on extents, or control flow over it.
static bool isExtentArithmetic(Operation *op) {
  auto isScalar = [](Type type) { return type.isIntOrIndex(); };
  return isa<arith::ArithDialect, cf::ControlFlowDialect, func::FuncDialect,
             scf::SCFDialect>(op->getDialect()) &&
         !isa<CallOpInterface>(op) &&
         llvm::all_of(op->getOperandTypes(), isScalar) &&
         llvm::all_of(op->getResultTypes(), isScalar);
}

/// Says what the extents depend on if that is not only extents.
static LogicalResult checkResolved(func::FuncOp function, func::FuncOp shape,
                                   unsigned numArguments) {
  Operation *offender = nullptr;
  shape.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    bool usesArgument = llvm::any_of(op->getOperands(), [&](Value operand) {
      auto argument = dyn_cast<BlockArgument>(operand);
      return argument && argument.getOwner() == &shape.front() &&
             argument.getArgNumber() < numArguments;
    });
    if (!usesArgument && isExtentArithmetic(op))
      return WalkResult::advance();
    offender = op;
    return WalkResult::interrupt();
  });
  if (!offender)
    return success();
  if (auto dim = dyn_cast<tensor::DimOp>(offender))
    if (Operation *producer = dim.getSource().getDefiningOp())
      offender = producer;
  InFlightDiagnostic diagnostic = function.emitError(
      "the shape of a result does not follow from the extents of tensor "
      "arguments, so that callers cannot provide memory for it");
  diagnostic.attachNote(offender->getLoc())
      << "it depends on '" << offender->getName() << "'";
  return failure();
}

/// A caller may ask with an extent of 0; division by it must not trap.
static void guardDivisions(func::FuncOp shape) {
  shape.walk([](Operation *op) {
    if (!isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp,
             arith::CeilDivSIOp, arith::CeilDivUIOp, arith::FloorDivSIOp>(op))
      return;
    Value divisor = op->getOperand(1);
    if (matchPattern(divisor, m_Constant()))
      return;
    OpBuilder builder(op);
    Type type = divisor.getType();
    auto getConstant = [&](int64_t value) {
      return arith::ConstantOp::create(builder, op->getLoc(),
                                       builder.getIntegerAttr(type, value));
    };
    Value isZero =
        arith::CmpIOp::create(builder, op->getLoc(), arith::CmpIPredicate::eq,
                              divisor, getConstant(0));
    op->setOperand(1, arith::SelectOp::create(builder, op->getLoc(), isZero,
                                              getConstant(1), divisor));
  });
}

LogicalResult lse::createShapeFunction(func::FuncOp function,
                                       SymbolTable &symbols) {
  func::FuncOp shape = function.clone();
  unsigned numArguments = shape.getNumArguments();
  for (NamedAttribute attribute : llvm::to_vector(shape->getDiscardableAttrs()))
    shape->removeDiscardableAttr(attribute.getName());
  shape.removeArgAttrsAttr();
  shape.setName((function.getName() + ".shape").str());
  shape.setPrivate();
  symbols.insert(shape, std::next(Block::iterator(function)));

  // The function itself checks what it asserts.
  shape.walk([](cf::AssertOp op) { op.erase(); });
  returnExtents(shape);
  resolveExtents(shape);
  if (failed(addExtentArguments(shape, numArguments)))
    return failure();
  // Once more, for what the arguments' extents have made dead or constant.
  resolveExtents(shape);
  if (failed(checkResolved(function, shape, numArguments)))
    return failure();
  guardDivisions(shape);
  BitVector sourceArguments(shape.getNumArguments());
  sourceArguments.set(0, numArguments);
  if (failed(shape.eraseArguments(sourceArguments)))
    return failure();

  function->setAttr(shapeAttributeName, FlatSymbolRefAttr::get(shape));
  shape->setAttr(shapeOfAttributeName, FlatSymbolRefAttr::get(function));
  return success();
}
