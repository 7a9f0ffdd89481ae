//===- BufferizableOpInterfaceImpl.cpp - How lse operations bufferize -----===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/Transforms/BufferizableOpInterfaceImpl.h"
#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace mlir::lse;

namespace {

/// The destinations are written and never read; the inputs are read. A result
/// may take the place of an input that is indexed alike, as `mayWorkInPlace`
/// says.
template <typename OpT>
struct RowOpBufferization
    : DstBufferizableOpInterfaceExternalModel<RowOpBufferization<OpT>, OpT> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return operand.getOperandNumber() <
           cast<RowOpInterface>(op).getRowInputs().size();
  }

  bool bufferizesToElementwiseAccess(Operation *op, const AnalysisState &,
                                     ArrayRef<OpOperand *> operands) const {
    // A row is read as a whole before anything of it is stored, so it is
    // enough that no other row is touched: all operands are indexed alike.
    auto rowOp = cast<RowOpInterface>(op);
    if (!rowOp.mayWorkInPlace())
      return false;
    SmallVector<AffineMap> maps = rowOp.getIndexingMapsArray();
    for (OpOperand *operand : operands) {
      AffineMap map = maps[operand->getOperandNumber()];
      if (map != maps[operands.front()->getOperandNumber()] ||
          !map.isPermutation() ||
          getElementTypeOrSelf(operand->get()) !=
              getElementTypeOrSelf(operands.front()->get()))
        return false;
    }
    return true;
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    auto rowOp = cast<RowOpInterface>(op);
    SmallVector<Value> buffers;
    for (Value operand : op->getOperands()) {
      if (!isa<TensorType>(operand.getType())) {
        buffers.push_back(operand);
        continue;
      }
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(*buffer);
    }
    size_t numInputs = rowOp.getRowInputs().size();
    RowOpInterface bufferized = createRowOpLike(
        rewriter, rowOp, ArrayRef(buffers).take_front(numInputs),
        ArrayRef(buffers).drop_front(numInputs), rowOp.getIndexingMapsArray(),
        rowOp.getResultKindsArray());
    replaceOpWithBufferizedValues(
        rewriter, op, llvm::to_vector(bufferized.getDestinations()));
    return success();
  }
};

/// The destinations are written and never read. No result takes the place of
/// the input: elements are read again after some have been stored.
template <typename OpT>
struct SelectionBufferization
    : DstBufferizableOpInterfaceExternalModel<SelectionBufferization<OpT>,
                                              OpT> {
  bool bufferizesToMemoryRead(Operation *, OpOperand &operand,
                              const AnalysisState &) const {
    return operand.getOperandNumber() == 0;
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    SmallVector<Value> buffers;
    for (Value operand : op->getOperands()) {
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(*buffer);
    }
    OpT::create(rewriter, op->getLoc(), TypeRange(), buffers, op->getAttrs());
    replaceOpWithBufferizedValues(rewriter, op, ArrayRef(buffers).drop_front());
    return success();
  }
};

template <typename... OpTs>
void attachTo(MLIRContext *context) {
  (OpTs::template attachInterface<RowOpBufferization<OpTs>>(*context), ...);
}

} // namespace

void lse::registerBufferizableOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, LSEDialect *) {
    attachTo<SoftmaxOp, LogSoftmaxOp, LogSumExpOp, CrossEntropyOp,
             KLDivergenceOp, SoftmaxGradOp, LogSoftmaxGradOp,
             CrossEntropyGradOp, LogSumExpGradOp, BinaryCrossEntropyOp,
             AttentionOp, SparsemaxOp, EntmaxOp>(context);
    TopKOp::attachInterface<SelectionBufferization<TopKOp>>(*context);
    RouteOp::attachInterface<SelectionBufferization<RouteOp>>(*context);
  });
}
