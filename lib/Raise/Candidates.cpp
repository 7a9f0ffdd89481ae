//===- Candidates.cpp - Which values are worth a look ---------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Candidates.h"
#include "InlineCallees.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::lse;

bool lse::isSum(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  return isa<tosa::ReduceSumOp, tosa::MatMulOp>(op) ||
         (linalgOp && linalgOp.getNumReductionLoops() > 0);
}

static bool hasLogarithm(Operation *op) {
  return op
      ->walk([](Operation *inner) {
        return isa<math::LogOp, math::Log1pOp, linalg::LogOp,
                   linalg::ElementwiseOp, tosa::LogOp>(inner)
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

/// True if `op` adds 1 to what it works on, whatever its operands are.
static bool hasOne(Operation *op) {
  return op
      ->walk([](Operation *inner) {
        return isa<math::Log1pOp, math::ExpM1Op, tosa::SigmoidOp>(inner) ||
                       matchPattern(inner, m_OneFloat()) ||
                       matchPattern(inner, m_One())
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

void Candidates::add(Operation *op) {
  Distances own;
  auto approach = [&](Value value) {
    Distances from = find(value);
    own.toExponential = std::min(own.toExponential, from.toExponential + 1);
    own.toSum = std::min(own.toSum, from.toSum + 1);
    own.toSumOfExponentials =
        std::min(own.toSumOfExponentials, from.toSumOfExponentials + 1);
    own.toLog = std::min(own.toLog, from.toLog + 1);
    own.toLogarithm = std::min(own.toLogarithm, from.toLogarithm + 1);
    own.toOne = std::min(own.toOne, from.toOne + 1);
    own.toLoggedSum = std::min(own.toLoggedSum, from.toLoggedSum + 1);
    if (matchPattern(value, m_OneFloat()) || matchPattern(value, m_One()))
      own.toOne = 0;
  };
  for (Value operand : op->getOperands())
    approach(operand);
  if (op->getNumRegions() > 0)
    visitUsedValuesDefinedAbove(op->getRegions(), [&](OpOperand *operand) {
      approach(operand->get());
    });
  if (hasExponential(op))
    own.toExponential = 0;
  if (hasOne(op))
    own.toOne = 0;
  if (own.toExponential < limit && own.toOne < limit && hasLogarithm(op))
    own.toLogarithm = 0;
  if (own.toSumOfExponentials < limit && hasLogarithm(op))
    own.toLoggedSum = 0;
  bool isNamed = isa<linalg::SoftmaxOp>(op);
  if (isSum(op) || isNamed) {
    own.toSum = 0;
    if (own.toExponential < limit)
      own.toSumOfExponentials = 0;
  }
  // What is near a sum of exponentials is near a sum, and what is near a
  // logarithm of one is near an exponential.
  if (std::min({own.toExponential, own.toSum, own.toLog, own.toOne}) < limit)
    for (Value result : op->getResults())
      distances[result] = own;
}
