//===- Product.cpp - Products of matrices in linalg -----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Product.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"

using namespace mlir;
using namespace mlir::lse;

Type Product::getType(OpOperand *operand) const {
  return getElementTypeOrSelf(operand->get());
}

AffineMap Product::getMap(OpOperand *operand) const {
  return op.getMatchingIndexingMap(operand);
}

/// True if elements of `memref`, which `map` indexes, are adjacent along `dim`.
static bool isAlong(Value memref, AffineMap map, unsigned dim) {
  return map.getNumResults() > 0 &&
         map.getResults().back() == getAffineDimExpr(dim, map.getContext()) &&
         cast<MemRefType>(memref.getType()).isLastDimUnitStride();
}

bool Product::isRightAlong(unsigned dim) const {
  return isAlong(right->get(), getMap(right), dim);
}

/// True for elements that vectors in memory and in registers can be made of.
static bool isVectorElement(Type type) {
  if (isa<FloatType>(type))
    return type.isF16() || type.isBF16() || type.isF32() || type.isF64();
  return type.isSignlessInteger() && type.getIntOrFloatBitWidth() % 8 == 0 &&
         llvm::isPowerOf2_32(type.getIntOrFloatBitWidth()) &&
         type.getIntOrFloatBitWidth() <= 64;
}

/// True if `op` can work on vectors as it does on numbers. There are no vectors
/// of narrow floating-point types to compute with on most machines.
static bool isVectorizable(Operation &op) {
  return isa<arith::ArithDialect>(op.getDialect()) &&
         OpTrait::hasElementwiseMappableTraits(&op) &&
         op.getNumResults() == 1 &&
         isVectorElement(op.getResult(0).getType()) &&
         (!isa<FloatType>(op.getResult(0).getType()) ||
          op.getResult(0).getType().getIntOrFloatBitWidth() >= 32) &&
         llvm::all_of(op.getOperands(), [&](Value operand) {
           return operand.getParentBlock() == op.getBlock();
         });
}

static bool hasVectorBody(linalg::LinalgOp op) {
  return llvm::all_of(op->getOperands(),
                      [](Value operand) {
                        auto type = dyn_cast<MemRefType>(operand.getType());
                        return type && isVectorElement(type.getElementType());
                      }) &&
         llvm::all_of(op.getBlock()->without_terminator(), isVectorizable) &&
         op.getBlock()->getTerminator()->getOperand(0).getDefiningOp() !=
             nullptr;
}

FailureOr<Product> lse::matchProduct(linalg::LinalgOp op) {
  if (!op.hasPureBufferSemantics() || op.getNumDpsInputs() != 2 ||
      op.getNumDpsInits() != 1 || !linalg::isaContractionOpInterface(op) ||
      !hasVectorBody(op))
    return failure();
  Product product;
  product.op = op;
  product.result = op.getDpsInitOperand(0);
  AffineMap result = product.getMap(product.result);
  if (result.getNumResults() != op.getNumParallelLoops() ||
      result.getNumResults() == 0)
    return failure();
  product.column = result.getDimPosition(result.getNumResults() - 1);
  if (!isAlong(product.result->get(), result, product.column))
    return failure();

  product.left = op.getDpsInputOperand(0);
  product.right = op.getDpsInputOperand(1);
  if (product.getMap(product.left).isFunctionOfDim(product.column))
    std::swap(product.left, product.right);
  AffineMap left = product.getMap(product.left);
  AffineMap right = product.getMap(product.right);
  if (left.isFunctionOfDim(product.column) ||
      !right.isFunctionOfDim(product.column))
    return failure();

  SmallVector<unsigned> sums;
  op.getReductionDims(sums);
  product.sum = sums.pop_back_val();
  if (!right.isFunctionOfDim(product.sum))
    return failure();
  for (AffineExpr expr : result.getResults().drop_back()) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    (right.isFunctionOfDim(dim) ? product.batches : product.rows)
        .push_back(dim);
  }
  llvm::append_range(product.batches, sums);
  return product;
}
