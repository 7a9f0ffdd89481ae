//===- ScalarOps.cpp - Numbers
//---------------------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Testing/Interpreter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

using Result = std::optional<Scalar>;

static unsigned getWidth(Type type) {
  return type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
}

/// `value` as an integer of `type` has it.
static Scalar wrap(int64_t value, Type type) {
  unsigned width = getWidth(type);
  if (width == 1)
    return Scalar::ofInteger(value & 1);
  return Scalar::ofInteger(llvm::SignExtend64(value, width));
}

static uint64_t asUnsigned(const Scalar &value, Type type) {
  return static_cast<uint64_t>(value.integer) &
         llvm::maskTrailingOnes<uint64_t>(getWidth(type));
}

/// `value` as a signed number: a truth value is 0 or -1 by then.
static int64_t asSigned(const Scalar &value, Type type) {
  return getWidth(type) == 1 ? -value.integer : value.integer;
}

static bool compare(arith::CmpFPredicate predicate, double a, double b) {
  using P = arith::CmpFPredicate;
  bool isUnordered = std::isnan(a) || std::isnan(b);
  switch (predicate) {
  case P::AlwaysFalse:
    return false;
  case P::AlwaysTrue:
    return true;
  case P::ORD:
    return !isUnordered;
  case P::UNO:
    return isUnordered;
  case P::OEQ:
    return a == b;
  case P::UEQ:
    return isUnordered || a == b;
  case P::ONE:
    return !isUnordered && a != b;
  case P::UNE:
    return isUnordered || a != b;
  case P::OGT:
    return a > b;
  case P::UGT:
    return isUnordered || a > b;
  case P::OGE:
    return a >= b;
  case P::UGE:
    return isUnordered || a >= b;
  case P::OLT:
    return a < b;
  case P::ULT:
    return isUnordered || a < b;
  case P::OLE:
    return a <= b;
  case P::ULE:
    return isUnordered || a <= b;
  }
  return false;
}

static bool compare(arith::CmpIPredicate predicate, int64_t a, int64_t b,
                    uint64_t ua, uint64_t ub) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::eq:
    return ua == ub;
  case P::ne:
    return ua != ub;
  case P::slt:
    return a < b;
  case P::sle:
    return a <= b;
  case P::sgt:
    return a > b;
  case P::sge:
    return a >= b;
  case P::ult:
    return ua < ub;
  case P::ule:
    return ua <= ub;
  case P::ugt:
    return ua > ub;
  case P::uge:
    return ua >= ub;
  }
  return false;
}

/// NaN if either is, as IEEE 754's maximum; `sign` -1 makes it the minimum.
static double maximum(double a, double b, int sign) {
  if (std::isnan(a) || std::isnan(b))
    return std::nan("");
  return sign * a > sign * b ? a : b;
}

static Result evaluateReal(Operation *op, ArrayRef<Scalar> operands) {
  auto x = [&](unsigned index) { return operands[index].real; };
  auto real = [](double value) { return Result(Scalar::ofReal(value)); };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::AddFOp) { return real(x(0) + x(1)); })
      .Case([&](arith::SubFOp) { return real(x(0) - x(1)); })
      .Case([&](arith::MulFOp) { return real(x(0) * x(1)); })
      .Case([&](arith::DivFOp) { return real(x(0) / x(1)); })
      .Case([&](arith::NegFOp) { return real(-x(0)); })
      .Case([&](arith::MaximumFOp) { return real(maximum(x(0), x(1), 1)); })
      .Case([&](arith::MinimumFOp) { return real(maximum(x(0), x(1), -1)); })
      .Case([&](arith::MaxNumFOp) { return real(std::fmax(x(0), x(1))); })
      .Case([&](arith::MinNumFOp) { return real(std::fmin(x(0), x(1))); })
      // All numbers have the precision of f64.
      .Case<arith::ExtFOp, arith::TruncFOp>([&](auto) { return real(x(0)); })
      .Case([&](math::ExpOp) { return real(std::exp(x(0))); })
      .Case([&](math::Exp2Op) { return real(std::exp2(x(0))); })
      .Case([&](math::ExpM1Op) { return real(std::expm1(x(0))); })
      .Case([&](math::LogOp) { return real(std::log(x(0))); })
      .Case([&](math::Log2Op) { return real(std::log2(x(0))); })
      .Case([&](math::Log1pOp) { return real(std::log1p(x(0))); })
      .Case([&](math::SqrtOp) { return real(std::sqrt(x(0))); })
      .Case([&](math::RsqrtOp) { return real(1.0 / std::sqrt(x(0))); })
      .Case([&](math::TanhOp) { return real(std::tanh(x(0))); })
      .Case([&](math::ErfOp) { return real(std::erf(x(0))); })
      .Case([&](math::AbsFOp) { return real(std::fabs(x(0))); })
      .Case([&](math::FloorOp) { return real(std::floor(x(0))); })
      .Case([&](math::CeilOp) { return real(std::ceil(x(0))); })
      .Case([&](math::PowFOp) { return real(std::pow(x(0), x(1))); })
      .Case([&](math::FPowIOp) {
        return real(std::pow(x(0), double(operands[1].integer)));
      })
      .Default(Result());
}

static Result evaluateInteger(Operation *op, ArrayRef<Scalar> operands) {
  Type type = op->getResult(0).getType();
  Type from = op->getNumOperands() ? op->getOperand(0).getType() : type;
  if (auto shaped = dyn_cast<ShapedType>(type))
    type = shaped.getElementType();
  if (auto shaped = dyn_cast<ShapedType>(from))
    from = shaped.getElementType();
  auto i = [&](unsigned index) { return operands[index].integer; };
  auto s = [&](unsigned index) { return asSigned(operands[index], from); };
  auto u = [&](unsigned index) { return asUnsigned(operands[index], from); };
  auto wrapped = [&](int64_t value) { return Result(wrap(value, type)); };
  // Modulo 2^64, as overflow is.
  auto combine = [&](auto f) {
    return wrapped(static_cast<int64_t>(
        f(static_cast<uint64_t>(i(0)), static_cast<uint64_t>(i(1)))));
  };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::AddIOp) { return combine(std::plus<uint64_t>()); })
      .Case([&](arith::SubIOp) { return combine(std::minus<uint64_t>()); })
      .Case([&](arith::MulIOp) { return combine(std::multiplies<uint64_t>()); })
      .Case([&](arith::AndIOp) { return wrapped(i(0) & i(1)); })
      .Case([&](arith::OrIOp) { return wrapped(i(0) | i(1)); })
      .Case([&](arith::XOrIOp) { return wrapped(i(0) ^ i(1)); })
      .Case([&](arith::MaxSIOp) { return wrapped(std::max(s(0), s(1))); })
      .Case([&](arith::MinSIOp) { return wrapped(std::min(s(0), s(1))); })
      .Case([&](arith::MaxUIOp) { return wrapped(std::max(u(0), u(1))); })
      .Case([&](arith::MinUIOp) { return wrapped(std::min(u(0), u(1))); })
      .Case([&](arith::DivSIOp) {
        return s(1) == 0 || s(1) == -1 ? Result() : wrapped(s(0) / s(1));
      })
      .Case([&](arith::RemSIOp) {
        return s(1) == 0 || s(1) == -1 ? Result() : wrapped(s(0) % s(1));
      })
      .Case<arith::ExtSIOp, arith::IndexCastOp>(
          [&](auto) { return wrapped(s(0)); })
      .Case<arith::ExtUIOp, arith::IndexCastUIOp>(
          [&](auto) { return wrapped(static_cast<int64_t>(u(0))); })
      .Case([&](arith::TruncIOp) { return wrapped(i(0)); })
      .Case([&](arith::CmpIOp cmp) {
        return wrapped(compare(cmp.getPredicate(), s(0), s(1), u(0), u(1)));
      })
      .Case([&](arith::CmpFOp cmp) {
        return wrapped(
            compare(cmp.getPredicate(), operands[0].real, operands[1].real));
      })
      .Case([&](arith::FPToSIOp) {
        return wrapped(static_cast<int64_t>(operands[0].real));
      })
      .Default(Result());
}

std::optional<Scalar> lse::evaluateScalar(Operation *op,
                                          ArrayRef<Scalar> operands) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    std::optional<Tensor> value = getConstantTensor(constant.getValue());
    return value && value->shape.empty() ? Result(value->elements.front())
                                         : Result();
  }
  if (isa<arith::SelectOp>(op))
    return operands[0].integer ? operands[1] : operands[2];
  if (isa<arith::BitcastOp>(op) &&
      op->getResult(0).getType() == op->getOperand(0).getType())
    return operands[0];
  Type from = op->getNumOperands() == 0 ? Type() : op->getOperand(0).getType();
  if (auto shaped = dyn_cast_or_null<ShapedType>(from))
    from = shaped.getElementType();
  if (isa<arith::SIToFPOp>(op))
    return Scalar::ofReal(double(asSigned(operands[0], from)));
  if (isa<arith::UIToFPOp>(op))
    return Scalar::ofReal(double(asUnsigned(operands[0], from)));
  if (Result real = evaluateReal(op, operands))
    return real;
  return op->getNumResults() == 1 ? evaluateInteger(op, operands) : Result();
}
