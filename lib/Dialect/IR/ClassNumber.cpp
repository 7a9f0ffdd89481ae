//===- ClassNumber.cpp - Class numbers that are in range ------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `lse.is_class` and what it is expanded into: a test of all class numbers
// before the operation, and a comparison with a position in the region.
//
//===----------------------------------------------------------------------===//

#include "RowOpLinalg.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"

using namespace mlir;
using namespace mlir::lse;

LogicalResult IsClassOp::verify() {
  auto op = cast<RowOpInterface>((*this)->getParentOp());
  int64_t dim = getDim();
  if (!llvm::is_contained(op.getRowDims(), dim))
    return emitOpError("is along dimension ")
           << dim << ", which is none that rows are made of";
  auto argument = dyn_cast<BlockArgument>(getNumber());
  if (!argument)
    return emitOpError("needs an input as the number of the class");
  AffineMap map = op.getInputMap(argument.getArgNumber());
  if (map.isFunctionOfDim(dim))
    return emitOpError("has a number that changes along dimension ")
           << dim << ", the classes";
  return success();
}

namespace {

class ClassNumberExpander : lse::detail::RowLinalgBuilder {
public:
  using RowLinalgBuilder::RowLinalgBuilder;

  SmallVector<Value> run();

private:
  static Value toIndex(OpBuilder &b, Location loc, Value number) {
    return arith::IndexCastOp::create(b, loc, b.getIndexType(), number)
        .getResult();
  }
  /// Fails the call if a number is that of no class.
  void assertInRange(IsClassOp isClass);
};

} // namespace

void ClassNumberExpander::assertInRange(IsClassOp isClass) {
  unsigned input = cast<BlockArgument>(isClass.getNumber()).getArgNumber();
  Value numClasses = getValueOrCreateConstantIndexOp(
      builder, loc, getLoopExtent(builder, op, isClass.getDim()));
  Value isUnknown =
      isAny(op.getRowInputs()[input], [&](OpBuilder &b, Value number) -> Value {
        // A negative number is a large one.
        Value isOutside =
            arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge,
                                  toIndex(b, loc, number), numClasses);
        std::optional<int64_t> ignored = isClass.getIgnored();
        if (!ignored)
          return isOutside;
        Value isCounted = arith::CmpIOp::create(
            b, loc, arith::CmpIPredicate::ne, number,
            arith::ConstantOp::create(
                b, loc, b.getIntegerAttr(number.getType(), *ignored)));
        return arith::AndIOp::create(b, loc, isOutside, isCounted);
      });
  assertNot(isUnknown, "a class number is out of range");
}

SmallVector<Value> ClassNumberExpander::run() {
  for (IsClassOp isClass : op.getLogitBody()->getOps<IsClassOp>())
    assertInRange(isClass);
  RowOpInterface expanded =
      createRowOpLike(builder, op, op.getRowInputs(), op.getDestinations(),
                      op.getIndexingMapsArray(), op.getResultKindsArray());
  for (IsClassOp copy :
       llvm::to_vector(expanded.getLogitBody()->getOps<IsClassOp>())) {
    OpBuilder b(copy);
    Value position = IndexOp::create(b, copy.getLoc(), copy.getDim());
    Value number = toIndex(b, copy.getLoc(), copy.getNumber());
    copy.getResult().replaceAllUsesWith(arith::CmpIOp::create(
        b, copy.getLoc(), arith::CmpIPredicate::eq, position, number));
    copy.erase();
  }
  return llvm::to_vector_of<Value>(expanded->getResults());
}

SmallVector<Value> lse::detail::expandClassNumbers(OpBuilder &builder,
                                                   RowOpInterface op) {
  return ClassNumberExpander(builder, op).run();
}
