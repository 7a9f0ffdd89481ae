//===- TosaOps.cpp - TOSA
//---------------------------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "lse/Testing/Interpreter.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

using Number = std::optional<Scalar>;

static Number real(double value) { return Scalar::ofReal(value); }
static Number truth(bool value) { return Scalar::ofInteger(value); }

/// NaN if either is, unless `mode` passes over it.
static double larger(double a, double b, int sign,
                     tosa::NanPropagationMode mode) {
  if (std::isnan(a) || std::isnan(b)) {
    if (mode == tosa::NanPropagationMode::IGNORE)
      return std::isnan(a) ? b : a;
    return std::nan("");
  }
  return sign * a > sign * b ? a : b;
}

static Number convert(tosa::CastOp cast, const Scalar &x) {
  Type from = getElementTypeOrSelf(cast.getInput());
  Type to = getElementTypeOrSelf(cast.getOutput());
  if (isa<FloatType>(to))
    return real(isa<FloatType>(from) ? x.real : double(x.integer));
  if (isa<FloatType>(from))
    return Scalar::ofInteger(int64_t(std::nearbyint(x.real)));
  if (to.isInteger(1))
    return truth(x.integer != 0);
  return x;
}

/// What `op` makes of one element of each operand.
static Number evaluateElement(Operation *op, ArrayRef<Scalar> x) {
  bool isFloat = isa<FloatType>(
      getElementTypeOrSelf(op->getOperand(isa<tosa::SelectOp>(op) ? 1 : 0)));
  auto either = [&](auto f) -> Number {
    return isFloat ? real(f(x[0].real, x[1].real))
                   : Number(Scalar::ofInteger(f(x[0].integer, x[1].integer)));
  };
  auto compare = [&](auto f) -> Number {
    return truth(isFloat ? f(x[0].real, x[1].real)
                         : f(x[0].integer, x[1].integer));
  };
  return llvm::TypeSwitch<Operation *, Number>(op)
      .Case([&](tosa::AddOp) {
        return either([](auto a, auto b) { return a + b; });
      })
      .Case([&](tosa::SubOp) {
        return either([](auto a, auto b) { return a - b; });
      })
      .Case([&](tosa::MulOp) {
        return either([](auto a, auto b) { return a * b; });
      })
      .Case([&](tosa::PowOp) { return real(std::pow(x[0].real, x[1].real)); })
      .Case([&](tosa::MaximumOp max) -> Number {
        if (!isFloat)
          return Scalar::ofInteger(std::max(x[0].integer, x[1].integer));
        return real(larger(x[0].real, x[1].real, 1, max.getNanMode()));
      })
      .Case([&](tosa::MinimumOp min) -> Number {
        if (!isFloat)
          return Scalar::ofInteger(std::min(x[0].integer, x[1].integer));
        return real(larger(x[0].real, x[1].real, -1, min.getNanMode()));
      })
      .Case([&](tosa::ExpOp) { return real(std::exp(x[0].real)); })
      .Case([&](tosa::LogOp) { return real(std::log(x[0].real)); })
      .Case([&](tosa::ReciprocalOp) { return real(1.0 / x[0].real); })
      .Case([&](tosa::RsqrtOp) { return real(1.0 / std::sqrt(x[0].real)); })
      .Case([&](tosa::TanhOp) { return real(std::tanh(x[0].real)); })
      .Case([&](tosa::ErfOp) { return real(std::erf(x[0].real)); })
      .Case([&](tosa::SigmoidOp) {
        return real(1.0 / (1.0 + std::exp(-x[0].real)));
      })
      .Case([&](tosa::FloorOp) { return real(std::floor(x[0].real)); })
      .Case([&](tosa::CeilOp) { return real(std::ceil(x[0].real)); })
      .Case([&](tosa::AbsOp) -> Number {
        return isFloat ? real(std::fabs(x[0].real))
                       : Number(Scalar::ofInteger(std::abs(x[0].integer)));
      })
      .Case([&](tosa::NegateOp) -> Number {
        return isFloat ? real(-x[0].real)
                       : Number(Scalar::ofInteger(-x[0].integer));
      })
      .Case([&](tosa::ClampOp clamp) -> Number {
        auto low = dyn_cast<FloatAttr>(clamp.getMinVal());
        auto high = dyn_cast<FloatAttr>(clamp.getMaxVal());
        if (!low || !high)
          return std::nullopt;
        double value = x[0].real;
        if (std::isnan(value))
          return clamp.getNanMode() == tosa::NanPropagationMode::IGNORE
                     ? real(low.getValueAsDouble())
                     : real(value);
        return real(std::fmin(std::fmax(value, low.getValueAsDouble()),
                              high.getValueAsDouble()));
      })
      .Case([&](tosa::SelectOp) { return x[0].integer ? x[1] : x[2]; })
      .Case([&](tosa::EqualOp) {
        return compare([](auto a, auto b) { return a == b; });
      })
      .Case([&](tosa::GreaterOp) {
        return compare([](auto a, auto b) { return a > b; });
      })
      .Case([&](tosa::GreaterEqualOp) {
        return compare([](auto a, auto b) { return a >= b; });
      })
      .Case<tosa::LogicalAndOp>(
          [&](auto) { return truth(x[0].integer && x[1].integer); })
      .Case<tosa::LogicalOrOp>(
          [&](auto) { return truth(x[0].integer || x[1].integer); })
      .Case<tosa::LogicalXorOp>(
          [&](auto) { return truth(x[0].integer != x[1].integer); })
      .Case<tosa::LogicalNotOp>([&](auto) { return truth(!x[0].integer); })
      .Case([&](tosa::CastOp cast) { return convert(cast, x[0]); })
      .Case([&](tosa::IdentityOp) { return x[0]; })
      .Default(Number());
}

LogicalResult Interpreter::evaluateTosaElementwise(Operation *op) {
  if (!llvm::all_of(op->getOperandTypes(), llvm::IsaPred<RankedTensorType>))
    return unknown(op);
  // Shifts and zero points, which have to be 0, are no operands.
  unsigned numOperands = isa<tosa::MulOp>(op)      ? 2
                         : isa<tosa::NegateOp>(op) ? 1
                                                   : op->getNumOperands();
  for (Value parameter : op->getOperands().drop_front(numOperands)) {
    const Scalar &value = get(parameter).elements.front();
    if (value.real != 0.0 || value.integer != 0)
      return unknown(op);
  }
  SmallVector<int64_t> shape;
  for (Value operand : op->getOperands().take_front(numOperands)) {
    ArrayRef<int64_t> own = get(operand).shape;
    if (shape.empty())
      shape.assign(own.size(), 1);
    if (shape.size() != own.size())
      return unknown(op);
    for (auto [extent, ownExtent] : llvm::zip(shape, own)) {
      if (ownExtent != 1 && extent != 1 && extent != ownExtent)
        return trap();
      extent = extent == 1 ? ownExtent : extent;
    }
  }
  Tensor result(shape);
  size_t next = 0;
  SmallVector<Scalar> elements(numOperands);
  LogicalResult status = forEachIndex(shape, [&](ArrayRef<int64_t> index) {
    for (auto [element, operand] :
         llvm::zip(elements, op->getOperands().take_front(numOperands))) {
      const Tensor &tensor = get(operand);
      SmallVector<int64_t> own(index);
      for (auto [position, extent] : llvm::zip(own, tensor.shape))
        position = extent == 1 ? 0 : position;
      element = tensor.at(own);
    }
    Number value = evaluateElement(op, elements);
    if (!value)
      return unknown(op);
    result.elements[next++] = *value;
    return success();
  });
  if (failed(status))
    return failure();
  set(op->getResult(0), std::move(result));
  return success();
}

LogicalResult Interpreter::evaluateTosaReduction(Operation *op) {
  const Tensor &input = get(op->getOperand(0));
  int64_t axis = op->getAttrOfType<IntegerAttr>("axis").getInt();
  SmallVector<int64_t> shape(input.shape);
  shape[axis] = 1;
  if (input.shape[axis] == 0)
    return unknown(op);
  Tensor result(shape);
  (void)forEachIndex(input.shape, [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> place(index);
    place[axis] = 0;
    Scalar &total = result.at(place);
    const Scalar &x = input.at(index);
    if (index[axis] == 0) {
      total = x;
      return success();
    }
    llvm::TypeSwitch<Operation *>(op)
        .Case([&](tosa::ReduceSumOp) {
          total = {total.real + x.real, total.integer + x.integer};
        })
        .Case([&](tosa::ReduceProductOp) {
          total = {total.real * x.real, total.integer * x.integer};
        })
        .Case([&](tosa::ReduceMaxOp max) {
          total = {larger(total.real, x.real, 1, max.getNanMode()),
                   std::max(total.integer, x.integer)};
        })
        .Case([&](tosa::ReduceMinOp min) {
          total = {larger(total.real, x.real, -1, min.getNanMode()),
                   std::min(total.integer, x.integer)};
        })
        .Case([&](tosa::ReduceAllOp) { total.integer &= x.integer; })
        .Case([&](tosa::ReduceAnyOp) { total.integer |= x.integer; });
    return success();
  });
  set(op->getResult(0), std::move(result));
  return success();
}

LogicalResult Interpreter::evaluateTosaMovement(Operation *op) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (auto reshape = dyn_cast<tosa::ReshapeOp>(op)) {
    Tensor result = get(reshape.getInput1());
    // One extent may be dynamic.
    int64_t known = 1;
    for (int64_t extent : type.getShape())
      known *= ShapedType::isDynamic(extent) ? 1 : extent;
    if (type.getNumDynamicDims() > 1 || known == 0)
      return unknown(op);
    int64_t rest = int64_t(result.elements.size()) / known;
    result.shape.clear();
    for (int64_t extent : type.getShape())
      result.shape.push_back(ShapedType::isDynamic(extent) ? rest : extent);
    set(op->getResult(0), std::move(result));
    return success();
  }
  if (auto transpose = dyn_cast<tosa::TransposeOp>(op)) {
    const Tensor &input = get(transpose.getInput1());
    Tensor result(llvm::map_to_vector(
        transpose.getPerms(), [&](int32_t dim) { return input.shape[dim]; }));
    (void)forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
      SmallVector<int64_t> own(index.size());
      for (auto [position, dim] : llvm::enumerate(transpose.getPerms()))
        own[dim] = index[position];
      result.at(index) = input.at(own);
      return success();
    });
    set(op->getResult(0), std::move(result));
    return success();
  }
  if (!type.hasStaticShape())
    return unknown(op);
  Tensor result(type.getShape());
  if (auto concat = dyn_cast<tosa::ConcatOp>(op)) {
    int64_t start = 0;
    for (Value value : concat.getInput1()) {
      const Tensor &piece = get(value);
      (void)forEachIndex(piece.shape, [&](ArrayRef<int64_t> index) {
        SmallVector<int64_t> place(index);
        place[concat.getAxis()] += start;
        result.at(place) = piece.at(index);
        return success();
      });
      start += piece.shape[concat.getAxis()];
    }
  } else {
    const Tensor &input = get(op->getOperand(0));
    DenseIntElementsAttr starts;
    auto slice = dyn_cast<tosa::SliceOp>(op);
    if (slice && !matchPattern(slice.getStart(), m_Constant(&starts)))
      return unknown(op);
    if (!slice && !isa<tosa::TileOp>(op))
      return unknown(op);
    (void)forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
      SmallVector<int64_t> own(index);
      for (unsigned dim = 0; dim < own.size(); ++dim)
        own[dim] =
            slice ? own[dim] + starts.getValues<APInt>()[dim].getSExtValue()
                  : own[dim] % input.shape[dim];
      result.at(index) = input.at(own);
      return success();
    });
  }
  set(op->getResult(0), std::move(result));
  return success();
}

/// The indexed rows of `values`, N x K x C, for `indices`, N x W; nothing if
/// one is out of range.
static std::optional<Tensor> gather(const Tensor &values,
                                    const Tensor &indices) {
  Tensor result({values.shape[0], indices.shape[1], values.shape[2]});
  LogicalResult status =
      forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
        int64_t row = indices.at({index[0], index[1]}).integer;
        if (row < 0 || row >= values.shape[1])
          return failure();
        result.at(index) = values.at({index[0], row, index[2]});
        return success();
      });
  return succeeded(status) ? std::optional(result) : std::nullopt;
}

LogicalResult Interpreter::evaluateTosa(Operation *op) {
  if (isa<tosa::ConstShapeOp>(op))
    return success();
  if (auto constant = dyn_cast<tosa::ConstOp>(op)) {
    std::optional<Tensor> tensor = getConstantTensor(constant.getValues());
    if (!tensor)
      return unknown(op);
    set(constant, std::move(*tensor));
    return success();
  }
  if (op->getNumResults() != 1 || op->getNumRegions() != 0)
    return unknown(op);
  if (isa<tosa::ReduceSumOp, tosa::ReduceProductOp, tosa::ReduceMaxOp,
          tosa::ReduceMinOp, tosa::ReduceAllOp, tosa::ReduceAnyOp>(op))
    return evaluateTosaReduction(op);
  if (isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::ConcatOp, tosa::SliceOp,
          tosa::TileOp>(op))
    return evaluateTosaMovement(op);
  if (auto gatherOp = dyn_cast<tosa::GatherOp>(op)) {
    auto result = gather(get(gatherOp.getValues()), get(gatherOp.getIndices()));
    if (!result)
      return trap();
    set(gatherOp, std::move(*result));
    return success();
  }
  if (auto scatter = dyn_cast<tosa::ScatterOp>(op)) {
    Tensor result = get(scatter.getValuesIn());
    const Tensor &input = get(scatter.getInput());
    const Tensor &indices = get(scatter.getIndices());
    LogicalResult status =
        forEachIndex(input.shape, [&](ArrayRef<int64_t> index) {
          int64_t row = indices.at({index[0], index[1]}).integer;
          if (row < 0 || row >= result.shape[1])
            return trap();
          result.at({index[0], row, index[2]}) = input.at(index);
          return success();
        });
    if (failed(status))
      return failure();
    set(scatter, std::move(result));
    return success();
  }
  if (auto matmul = dyn_cast<tosa::MatMulOp>(op)) {
    const Tensor &a = get(matmul.getA()), &b = get(matmul.getB());
    if (a.shape[2] != b.shape[1] || a.shape[0] != b.shape[0])
      return trap();
    Tensor result({a.shape[0], a.shape[1], b.shape[2]});
    (void)forEachIndex(result.shape, [&](ArrayRef<int64_t> index) {
      double &sum = result.at(index).real;
      for (int64_t k = 0; k < a.shape[2]; ++k)
        sum += a.at({index[0], index[1], k}).real *
               b.at({index[0], k, index[2]}).real;
      return success();
    });
    set(matmul, std::move(result));
    return success();
  }
  return evaluateTosaElementwise(op);
}
