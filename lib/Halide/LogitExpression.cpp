//===- LogitExpression.cpp - The logit of a kernel as a Halide Expr -------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogitExpression.h"

#include "Algorithms/HalfPrecision.h"

using namespace Halide;
using Halide::Internal::make_const;

namespace {

using lse_halide::LogitNode;

/// a / b. Halide refuses a constant zero as divisor; infinity as factor gives
/// the same, NaN for a zero included.
Expr divide(const Expr &a, const Expr &b) {
  const Internal::FloatImm *divisor = b.as<Internal::FloatImm>();
  if (divisor && divisor->value == 0)
    return a * make_const(a.type(), 1 / divisor->value);
  return a / b;
}

/// The value of a node with operands. A maximum and a minimum keep NaN in
/// either operand, as MLIR's arith.maximumf and arith.minimumf do.
Expr applyNode(LogitNode::Kind kind, const Expr &a, const Expr &b) {
  switch (kind) {
  case LogitNode::Kind::Neg:
    return -a;
  case LogitNode::Kind::Add:
    return a + b;
  case LogitNode::Kind::Sub:
    return a - b;
  case LogitNode::Kind::Mul:
    return a * b;
  case LogitNode::Kind::Div:
    return divide(a, b);
  case LogitNode::Kind::Max:
    return select(a > b, a, select(is_nan(a), a, b));
  case LogitNode::Kind::Min:
    return select(a < b, a, select(is_nan(a), a, b));
  case LogitNode::Kind::Input:
  case LogitNode::Kind::Constant:
    break;
  }
  return Expr();
}

} // namespace

namespace lse_halide {

Expr buildLogit(const KernelSpec &spec, const ReadInput &readInput) {
  Type type = storageType(spec.compute);
  std::vector<Expr> values;
  for (const LogitNode &node : spec.logit) {
    if (node.kind == LogitNode::Kind::Input) {
      values.push_back(readInput(node.input));
    } else if (node.kind == LogitNode::Kind::Constant) {
      values.push_back(make_const(type, node.constant));
    } else {
      Expr a = values[node.operands.front()];
      Expr b = values[node.operands.back()];
      values.push_back(applyNode(node.kind, a, b));
    }
  }
  return values.back();
}

bool isPlainInput(const KernelSpec &spec) {
  const LogitNode &logit = spec.logit.back();
  return logit.kind == LogitNode::Kind::Input &&
         spec.inputs[logit.input].dims.size() == spec.extents.size();
}

} // namespace lse_halide
