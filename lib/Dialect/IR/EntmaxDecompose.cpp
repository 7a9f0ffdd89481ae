//===- EntmaxDecompose.cpp - Sparse probabilities in plain linalg ---------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference semantics of sparsemax and entmax. With s = (alpha - 1) * (z -
// max z) and b = 1 / (alpha - 1), the sum over a row of max(s - t, 0)^b falls
// from 1 or more at t = -1, where the maximum alone contributes 1, to 0 at t =
// 0. It is halved into until the bounds of t are neighbours in f64, so that the
// support is right but for elements whose probability does not count.
//
//===----------------------------------------------------------------------===//

#include "RowOpLinalg.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::lse;
using lse::detail::convertFloat;

namespace {

class EntmaxDecomposer : lse::detail::RowLinalgBuilder {
public:
  EntmaxDecomposer(OpBuilder &builder, RowOpInterface op)
      : RowLinalgBuilder(builder, op) {
    if (auto entmax = dyn_cast<EntmaxOp>(*op))
      alpha = entmax.getAlpha().convertToDouble();
    // Thresholds are differences: those of f32 logits would be lost in f32.
    type = builder.getF64Type();
  }

  Value run();

private:
  Value number(OpBuilder &b, double value) {
    return constant(b, b.getF64FloatAttr(value));
  }
  Value negativeInfinity(OpBuilder &b) {
    return number(b, -std::numeric_limits<double>::infinity());
  }
  /// max(s - t, 0)^(1 / (alpha - 1)).
  Value probability(OpBuilder &b, Value s, Value t);
  /// (lower + upper) / 2.
  Value middle(OpBuilder &b, Value lower, Value upper) {
    return arith::MulFOp::create(
        b, loc, arith::AddFOp::create(b, loc, lower, upper), number(b, 0.5));
  }
  /// The threshold of each row of `scaled`, which is s.
  Value findThresholds(Value scaled);

  /// As many halvings of an interval of length 1 as f64 has room for.
  static constexpr int64_t numSteps = 60;

  double alpha = 2.0;
};

} // namespace

Value EntmaxDecomposer::probability(OpBuilder &b, Value s, Value t) {
  Value above = arith::MaximumFOp::create(
      b, loc, arith::SubFOp::create(b, loc, s, t), number(b, 0.0));
  if (alpha == 2.0)
    return above;
  if (alpha == 1.5)
    return arith::MulFOp::create(b, loc, above, above);
  return math::PowFOp::create(b, loc, above, number(b, 1.0 / (alpha - 1.0)));
}

Value EntmaxDecomposer::findThresholds(Value scaled) {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Value lower = filledRows(builder.getF64FloatAttr(-1.0));
  Value upper = filledRows(builder.getF64FloatAttr(0.0));
  auto loop = scf::ForOp::create(builder, loc, index(0), index(numSteps),
                                 index(1), ValueRange{lower, upper});
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  lower = loop.getRegionIterArg(0);
  upper = loop.getRegionIterArg(1);
  Value sum =
      sumOverRows({scaled, lower, upper}, {loopMap, rowMap, rowMap},
                  [&](OpBuilder &b, Location, ValueRange args) {
                    return probability(b, args[0], middle(b, args[1], args[2]));
                  });
  // The middle becomes one of the bounds, in place.
  unsigned numRowLoops = rowMap.getNumResults();
  SmallVector<AffineMap> maps(3, builder.getMultiDimIdentityMap(numRowLoops));
  SmallVector<utils::IteratorType> iterators(numRowLoops,
                                             utils::IteratorType::parallel);
  auto bounds = linalg::GenericOp::create(
      builder, loc, TypeRange{lower.getType(), upper.getType()}, sum,
      ValueRange{lower, upper}, maps, iterators,
      [&](OpBuilder &b, Location loc, ValueRange args) {
        Value half = middle(b, args[1], args[2]);
        Value isEnough = arith::CmpFOp::create(
            b, loc, arith::CmpFPredicate::OGE, args[0], number(b, 1.0));
        Value nextLower =
            arith::SelectOp::create(b, loc, isEnough, half, args[1]);
        Value nextUpper =
            arith::SelectOp::create(b, loc, isEnough, args[2], half);
        linalg::YieldOp::create(b, loc, ValueRange{nextLower, nextUpper});
      });
  scf::YieldOp::create(builder, loc, bounds.getResults());
  return loop.getResult(0);
}

Value EntmaxDecomposer::run() {
  Value logit = createTerms(builder, op).front();
  Value max =
      generic(logit, loopMap,
              filledRows(builder.getF64FloatAttr(
                  -std::numeric_limits<double>::infinity())),
              rowMap,
              /*reduces=*/true, [&](OpBuilder &b, Location, ValueRange args) {
                return arith::MaximumFOp::create(
                    b, loc, convertFloat(b, loc, args[0], type), args[1]);
              });
  Value scaled = elementwise(
      {logit, max}, {loopMap, rowMap},
      [&](OpBuilder &b, Location, ValueRange args) -> Value {
        Value z = convertFloat(b, loc, args[0], type);
        Value difference = arith::SubFOp::create(b, loc, z, args[1]);
        // An infinite maximum makes the row NaN, not its largest elements
        // alone.
        Value rest = arith::SubFOp::create(b, loc, args[1], args[1]);
        return arith::MulFOp::create(
            b, loc, arith::AddFOp::create(b, loc, difference, rest),
            number(b, alpha - 1.0));
      });
  Value thresholds = findThresholds(scaled);
  Value out = op.getDestinations().front();
  return generic(
      {scaled, thresholds, max}, {loopMap, rowMap, rowMap}, out,
      op.getDestinationMap(0), /*reduces=*/false,
      [&](OpBuilder &b, Location, ValueRange args) {
        Value p = probability(b, args[0], args[1]);
        if (op.getRowDeath() == RowDeath::Zero) {
          Value isDead = arith::CmpFOp::create(
              b, loc, arith::CmpFPredicate::OEQ, args[2], negativeInfinity(b));
          p = arith::SelectOp::create(b, loc, isDead, number(b, 0.0), p);
        }
        return convertFloat(b, loc, p, getElementTypeOrSelf(out));
      });
}

Value lse::detail::decomposeEntmax(OpBuilder &builder, RowOpInterface op) {
  return EntmaxDecomposer(builder, op).run();
}
