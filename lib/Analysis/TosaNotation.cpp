//===- TosaNotation.cpp - TOSA operations in index notation ---------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// TOSA is read as the scalar operations of arith and math that it stands for,
// so that nothing after this knows which dialect a value came from. Broadcasts
// are indices of 0 in dimensions of extent 1; reductions keep the dimension
// that they reduce.
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/IndexNotation.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// Builds scalar expressions over elements of a TOSA operation's operands.
class ScalarBuilder {
public:
  explicit ScalarBuilder(IndexNotation &notation)
      : notation(notation), context(notation.getContext()) {}

  template <typename OpT>
  const ScalarExpr *apply(Type type, ArrayRef<const ScalarExpr *> operands,
                          DictionaryAttr attributes = {}) {
    if (!attributes)
      attributes = DictionaryAttr::get(context);
    return notation.getApply(OperationName(OpT::getOperationName(), context),
                             attributes, type, operands);
  }
  const ScalarExpr *number(Type type, const APFloat &value) {
    bool losesInfo;
    APFloat converted = value;
    converted.convert(cast<FloatType>(type).getFloatSemantics(),
                      APFloat::rmNearestTiesToEven, &losesInfo);
    return notation.getConstant(
        cast<TypedAttr>(Attribute(FloatAttr::get(type, converted))));
  }
  const ScalarExpr *number(Type type, double value) {
    return number(type, APFloat(value));
  }
  const ScalarExpr *truth(bool value) {
    return notation.getConstant(
        IntegerAttr::get(IntegerType::get(context, 1), value));
  }
  const ScalarExpr *compare(arith::CmpFPredicate predicate,
                            ArrayRef<const ScalarExpr *> operands) {
    return apply<arith::CmpFOp>(
        IntegerType::get(context, 1), operands,
        predicateDictionary(arith::CmpFPredicateAttr::get(context, predicate)));
  }
  const ScalarExpr *compare(arith::CmpIPredicate predicate,
                            ArrayRef<const ScalarExpr *> operands) {
    return apply<arith::CmpIOp>(
        IntegerType::get(context, 1), operands,
        predicateDictionary(arith::CmpIPredicateAttr::get(context, predicate)));
  }

private:
  DictionaryAttr predicateDictionary(Attribute predicate) {
    return DictionaryAttr::get(
        context,
        NamedAttribute(StringAttr::get(context, "predicate"), predicate));
  }

  IndexNotation &notation;
  MLIRContext *context;
};

} // namespace

static bool ignoresNaN(tosa::NanPropagationMode mode) {
  return mode == tosa::NanPropagationMode::IGNORE;
}

/// A comparison of numbers; TOSA's integers are signed.
static const ScalarExpr *buildCompare(ScalarBuilder &builder,
                                      arith::CmpFPredicate ofFloats,
                                      arith::CmpIPredicate ofIntegers,
                                      ArrayRef<const ScalarExpr *> operands) {
  return isa<FloatType>(operands[0]->type)
             ? builder.compare(ofFloats, operands)
             : builder.compare(ofIntegers, operands);
}

/// A conversion that arith has an operation for; null for those to integers,
/// which TOSA rounds and saturates.
static const ScalarExpr *buildCast(ScalarBuilder &builder, Type to,
                                   const ScalarExpr *operand) {
  Type from = operand->type;
  if (from == to)
    return operand;
  if (!isa<FloatType>(to))
    return nullptr;
  if (from.isInteger(1))
    return builder.apply<arith::UIToFPOp>(to, operand);
  if (isa<IntegerType>(from))
    return builder.apply<arith::SIToFPOp>(to, operand);
  if (!isa<FloatType>(from))
    return nullptr;
  if (from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth())
    return builder.apply<arith::ExtFOp>(to, operand);
  if (from.getIntOrFloatBitWidth() > to.getIntOrFloatBitWidth())
    return builder.apply<arith::TruncFOp>(to, operand);
  return nullptr;
}

static const ScalarExpr *buildClamp(ScalarBuilder &builder, tosa::ClampOp op,
                                    Type type, const ScalarExpr *operand) {
  auto least = dyn_cast<FloatAttr>(op.getMinVal());
  auto most = dyn_cast<FloatAttr>(op.getMaxVal());
  if (!least || !most || ignoresNaN(op.getNanMode()))
    return nullptr;
  const ScalarExpr *bounded = builder.apply<arith::MaximumFOp>(
      type, {operand, builder.number(type, least.getValue())});
  return builder.apply<arith::MinimumFOp>(
      type, {bounded, builder.number(type, most.getValue())});
}

/// What `op` computes from `operands`, elements of its operands, for results of
/// floating-point type; null if there is no name for it.
static const ScalarExpr *buildFloat(ScalarBuilder &builder, Operation *op,
                                    Type type,
                                    ArrayRef<const ScalarExpr *> operands) {
  using Result = const ScalarExpr *;
  auto take = [&](size_t count) { return operands.take_front(count); };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<tosa::AddOp>(
          [&](auto) { return builder.apply<arith::AddFOp>(type, operands); })
      .Case<tosa::SubOp>(
          [&](auto) { return builder.apply<arith::SubFOp>(type, operands); })
      // The third operand shifts products of integers.
      .Case<tosa::MulOp>(
          [&](auto) { return builder.apply<arith::MulFOp>(type, take(2)); })
      .Case<tosa::PowOp>(
          [&](auto) { return builder.apply<math::PowFOp>(type, operands); })
      .Case<tosa::MaximumOp>([&](tosa::MaximumOp max) {
        return ignoresNaN(max.getNanMode())
                   ? builder.apply<arith::MaxNumFOp>(type, operands)
                   : builder.apply<arith::MaximumFOp>(type, operands);
      })
      .Case<tosa::MinimumOp>([&](tosa::MinimumOp min) {
        return ignoresNaN(min.getNanMode())
                   ? builder.apply<arith::MinNumFOp>(type, operands)
                   : builder.apply<arith::MinimumFOp>(type, operands);
      })
      .Case<tosa::ExpOp>(
          [&](auto) { return builder.apply<math::ExpOp>(type, operands); })
      .Case<tosa::LogOp>(
          [&](auto) { return builder.apply<math::LogOp>(type, operands); })
      .Case<tosa::ReciprocalOp>([&](auto) {
        return builder.apply<arith::DivFOp>(
            type, {builder.number(type, 1.0), operands[0]});
      })
      .Case<tosa::AbsOp>(
          [&](auto) { return builder.apply<math::AbsFOp>(type, operands); })
      // The others are the zero points of integers.
      .Case<tosa::NegateOp>(
          [&](auto) { return builder.apply<arith::NegFOp>(type, take(1)); })
      .Case<tosa::SigmoidOp>([&](auto) {
        const ScalarExpr *one = builder.number(type, 1.0);
        const ScalarExpr *exponential = builder.apply<math::ExpOp>(
            type, builder.apply<arith::NegFOp>(type, operands));
        return builder.apply<arith::DivFOp>(
            type,
            {one, builder.apply<arith::AddFOp>(type, {one, exponential})});
      })
      .Case<tosa::TanhOp>(
          [&](auto) { return builder.apply<math::TanhOp>(type, operands); })
      .Case<tosa::RsqrtOp>(
          [&](auto) { return builder.apply<math::RsqrtOp>(type, operands); })
      .Case<tosa::ErfOp>(
          [&](auto) { return builder.apply<math::ErfOp>(type, operands); })
      .Case<tosa::FloorOp>(
          [&](auto) { return builder.apply<math::FloorOp>(type, operands); })
      .Case<tosa::CeilOp>(
          [&](auto) { return builder.apply<math::CeilOp>(type, operands); })
      .Case<tosa::ClampOp>([&](tosa::ClampOp clamp) {
        return buildClamp(builder, clamp, type, operands[0]);
      })
      .Case<tosa::SelectOp>(
          [&](auto) { return builder.apply<arith::SelectOp>(type, operands); })
      .Case<tosa::CastOp>(
          [&](auto) { return buildCast(builder, type, operands[0]); })
      .Default(Result());
}

/// The same for results that are truth values.
static const ScalarExpr *buildTruth(ScalarBuilder &builder, Operation *op,
                                    Type type,
                                    ArrayRef<const ScalarExpr *> operands) {
  using Result = const ScalarExpr *;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<tosa::EqualOp>([&](auto) {
        return buildCompare(builder, arith::CmpFPredicate::OEQ,
                            arith::CmpIPredicate::eq, operands);
      })
      .Case<tosa::GreaterOp>([&](auto) {
        return buildCompare(builder, arith::CmpFPredicate::OGT,
                            arith::CmpIPredicate::sgt, operands);
      })
      .Case<tosa::GreaterEqualOp>([&](auto) {
        return buildCompare(builder, arith::CmpFPredicate::OGE,
                            arith::CmpIPredicate::sge, operands);
      })
      .Case<tosa::LogicalAndOp>(
          [&](auto) { return builder.apply<arith::AndIOp>(type, operands); })
      .Case<tosa::LogicalOrOp>(
          [&](auto) { return builder.apply<arith::OrIOp>(type, operands); })
      .Case<tosa::LogicalXorOp>(
          [&](auto) { return builder.apply<arith::XOrIOp>(type, operands); })
      .Case<tosa::LogicalNotOp>([&](auto) {
        return builder.apply<arith::XOrIOp>(type,
                                            {operands[0], builder.truth(true)});
      })
      .Case<tosa::SelectOp>(
          [&](auto) { return builder.apply<arith::SelectOp>(type, operands); })
      .Default(Result());
}

/// The same for results that are integers, as far as class numbers need it.
static const ScalarExpr *buildInteger(ScalarBuilder &builder, Operation *op,
                                      Type type,
                                      ArrayRef<const ScalarExpr *> operands) {
  if (isa<tosa::SelectOp>(op))
    return builder.apply<arith::SelectOp>(type, operands);
  auto from = dyn_cast<IntegerType>(operands[0]->type);
  if (!isa<tosa::CastOp>(op) || !from)
    return nullptr;
  if (from == type)
    return operands[0];
  unsigned width = type.getIntOrFloatBitWidth();
  if (from.getWidth() > width)
    return builder.apply<arith::TruncIOp>(type, operands);
  return from.getWidth() == 1 ? builder.apply<arith::ExtUIOp>(type, operands)
                              : builder.apply<arith::ExtSIOp>(type, operands);
}

const ScalarExpr *IndexNotation::getBroadcastElement(Value operand,
                                                     Value result) {
  auto type = dyn_cast<RankedTensorType>(operand.getType());
  if (!type ||
      type.getRank() != cast<RankedTensorType>(result.getType()).getRank())
    return nullptr;
  SmallVector<AffineExpr> indices;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    // Where extents are not known to agree, one of them may be 1.
    if (type.getDimSize(dim) != 1 &&
        getExtent(operand, dim) != getExtent(result, dim))
      return nullptr;
    indices.push_back(getAffineDimExpr(dim, context));
  }
  return getAccess(operand, indices);
}

const ScalarExpr *IndexNotation::defineTosaElementwise(Operation *op) {
  Value result = op->getResult(0);
  Type type = getElementTypeOrSelf(result);
  SmallVector<const ScalarExpr *> operands;
  for (Value operand : op->getOperands()) {
    // Shifts and zero points have shapes of their own.
    bool isNumber = operands.size() < (isa<tosa::MulOp>(op)      ? 2
                                       : isa<tosa::NegateOp>(op) ? 1
                                                                 : 3);
    const ScalarExpr *element =
        isNumber ? getBroadcastElement(operand, result) : nullptr;
    if (isNumber && !element)
      return nullptr;
    operands.push_back(element);
  }
  ScalarBuilder builder(*this);
  if (isa<FloatType>(type))
    return buildFloat(builder, op, type, operands);
  if (type.isInteger(1))
    return buildTruth(builder, op, type, operands);
  if (isa<IntegerType>(type))
    return buildInteger(builder, op, type, operands);
  return nullptr;
}

const ScalarExpr *IndexNotation::defineTosaReduction(Operation *op) {
  Value input = op->getOperand(0);
  auto type = dyn_cast<RankedTensorType>(input.getType());
  auto axisAttr = op->getAttrOfType<IntegerAttr>("axis");
  if (!type || !axisAttr)
    return nullptr;
  bool isTruth = isa<tosa::ReduceAllOp, tosa::ReduceAnyOp>(op);
  if (isTruth ? !type.getElementType().isInteger(1)
              : !isa<FloatType>(type.getElementType()))
    return nullptr;
  unsigned axis = axisAttr.getInt();
  SmallVector<AffineExpr> indices;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    indices.push_back(getAffineDimExpr(dim, context));
  unsigned position = nextBoundPosition++;
  indices[axis] = getAffineDimExpr(position, context);
  const ScalarExpr *element = getAccess(input, indices);
  BoundAxis bound{position, getExtent(input, axis)};
  auto reduce = [&](ReductionKind kind, bool ignoresNaN = false) {
    return getReduce(kind, ignoresNaN, element, bound);
  };
  using Result = const ScalarExpr *;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<tosa::ReduceSumOp>([&](auto) { return reduce(ReductionKind::Sum); })
      .Case<tosa::ReduceProductOp>(
          [&](auto) { return reduce(ReductionKind::Product); })
      .Case<tosa::ReduceMaxOp>([&](tosa::ReduceMaxOp max) {
        return reduce(ReductionKind::Maximum, ignoresNaN(max.getNanMode()));
      })
      .Case<tosa::ReduceMinOp>([&](tosa::ReduceMinOp min) {
        return reduce(ReductionKind::Minimum, ignoresNaN(min.getNanMode()));
      })
      .Case<tosa::ReduceAllOp>([&](auto) { return reduce(ReductionKind::All); })
      .Case<tosa::ReduceAnyOp>([&](auto) { return reduce(ReductionKind::Any); })
      .Default(Result());
}

const ScalarExpr *IndexNotation::defineTosaMatMul(Operation *op) {
  auto matmul = cast<tosa::MatMulOp>(op);
  Type type = getElementTypeOrSelf(matmul.getOutput());
  auto isZeroPoint = [](Value value) {
    return matchPattern(value, m_AnyZeroFloat());
  };
  if (!isa<FloatType>(type) || !isZeroPoint(matmul.getAZp()) ||
      !isZeroPoint(matmul.getBZp()))
    return nullptr;
  AffineExpr batch = getAffineDimExpr(0, context);
  AffineExpr row = getAffineDimExpr(1, context);
  AffineExpr column = getAffineDimExpr(2, context);
  BoundAxis bound{nextBoundPosition++, getExtent(matmul.getA(), 2)};
  AffineExpr inner = getAffineDimExpr(bound.position, context);
  ScalarBuilder builder(*this);
  auto widened = [&](Value source, ArrayRef<AffineExpr> indices) {
    const ScalarExpr *element = getAccess(source, indices);
    return element->type == type ? element
                                 : builder.apply<arith::ExtFOp>(type, element);
  };
  const ScalarExpr *product = builder.apply<arith::MulFOp>(
      type, {widened(matmul.getA(), {batch, row, inner}),
             widened(matmul.getB(), {batch, inner, column})});
  return getReduce(ReductionKind::Sum, /*ignoresNaN=*/false, product, bound);
}

Definition IndexNotation::defineTosa(Operation *op) {
  Value result = op->getResult(0);
  int64_t rank = cast<RankedTensorType>(result.getType()).getRank();
  if (llvm::any_of(op->getOperandTypes(), llvm::IsaPred<UnrankedTensorType>))
    return {};
  Definition definition;
  if (isa<tosa::ReshapeOp>(op)) {
    definition = defineByOrigin(op);
    Operation *origin = skipTosaReshapes(result).getDefiningOp();
    if (!definition.value && isa_and_nonnull<tosa::ScatterOp>(origin))
      definition.value = defineTosaScatter(origin, result);
  } else if (isa<tosa::ScatterOp>(op)) {
    definition.value = defineTosaScatter(op, result);
  } else if (auto transpose = dyn_cast<tosa::TransposeOp>(op)) {
    SmallVector<AffineExpr> indices(rank);
    for (auto [position, dim] : llvm::enumerate(transpose.getPerms()))
      indices[dim] = getAffineDimExpr(position, context);
    definition.value = getAccess(op->getOperand(0), indices);
  } else if (isa<tosa::ReduceSumOp, tosa::ReduceProductOp, tosa::ReduceMaxOp,
                 tosa::ReduceMinOp, tosa::ReduceAllOp, tosa::ReduceAnyOp>(op)) {
    definition.value = defineTosaReduction(op);
  } else if (isa<tosa::MatMulOp>(op)) {
    definition.value = defineTosaMatMul(op);
  } else if (isa<tosa::GatherOp>(op)) {
    definition.value = defineTosaGather(op);
  } else if (isa<tosa::TileOp>(op)) {
    // What has one element is repeated; no more than that is an index.
    definition.value = getBroadcastElement(op->getOperand(0), result);
  } else if (isa<tosa::IdentityOp>(op)) {
    if (op->getOperand(0).getType() == result.getType())
      definition.value = getBroadcastElement(op->getOperand(0), result);
  } else if (op->getNumResults() == 1 && op->getNumRegions() == 0) {
    definition.value = defineTosaElementwise(op);
  }
  return definition;
}

Value IndexNotation::getTosaExtentSource(Operation *op, unsigned &dim) {
  if (auto transpose = dyn_cast<tosa::TransposeOp>(op)) {
    dim = transpose.getPerms()[dim];
    return transpose.getInput1();
  }
  if (isa<tosa::ReduceSumOp, tosa::ReduceProductOp, tosa::ReduceMaxOp,
          tosa::ReduceMinOp, tosa::ReduceAllOp, tosa::ReduceAnyOp>(op))
    return op->getOperand(0);
  if (isa<tosa::ReshapeOp>(op))
    return getReshapeExtentSource(op, dim);
  // Elementwise, but without the trait.
  bool isUnmarked = isa<tosa::MulOp, tosa::SelectOp, tosa::CastOp,
                        tosa::NegateOp, tosa::IdentityOp>(op);
  if (op->getNumResults() != 1 ||
      !(isUnmarked || op->hasTrait<OpTrait::ResultsBroadcastableShape>()) ||
      recursion >= maxRecursion)
    return {};
  // The extent of an operand, unless a dynamic one may turn out to be 1.
  llvm::SaveAndRestore deeper(recursion, recursion + 1);
  int64_t rank = cast<RankedTensorType>(op->getResult(0).getType()).getRank();
  Value source;
  for (Value operand : op->getOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type || type.getRank() != rank || type.getDimSize(dim) == 1)
      continue;
    if (source && getExtent(source, dim) != getExtent(operand, dim))
      return {};
    if (!source)
      source = operand;
  }
  return source;
}
