//===- LogitExpression.cpp - The logit of a kernel as a Halide Expr -------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogitExpression.h"

using namespace Halide;

namespace {

using lse_halide::BufferSpec;
using lse_halide::LogitNode;

/// The element of `input` at `point`. Halide's buffers are innermost first.
Expr readInput(const ImageParam &input, const BufferSpec &buffer,
               const std::vector<Expr> &point) {
  std::vector<Expr> indices;
  for (auto dim = buffer.dims.rbegin(); dim != buffer.dims.rend(); ++dim)
    indices.push_back(point[*dim]);
  return cast<float>(input(indices));
}

/// a / b. Halide refuses a constant zero as divisor; infinity as factor gives
/// the same, NaN for a zero included.
Expr divide(const Expr &a, const Expr &b) {
  const Internal::FloatImm *divisor = b.as<Internal::FloatImm>();
  if (divisor && divisor->value == 0)
    return a * static_cast<float>(1 / divisor->value);
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

Expr buildLogit(const KernelSpec &spec, const std::vector<ImageParam> &inputs,
                const std::vector<Expr> &point) {
  std::vector<Expr> values;
  for (const LogitNode &node : spec.logit) {
    if (node.kind == LogitNode::Kind::Input) {
      values.push_back(
          readInput(inputs[node.input], spec.inputs[node.input], point));
    } else if (node.kind == LogitNode::Kind::Constant) {
      values.push_back(Expr(static_cast<float>(node.constant)));
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
