//===- LogitExpression.cpp - The logit of a kernel as a Halide Expr -------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogitExpression.h"

#include "Algorithms/Exponential.h"
#include "Algorithms/HalfPrecision.h"
#include "Algorithms/HyperbolicTangent.h"
#include "Algorithms/Logarithm.h"

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

/// The type that values of a node have.
Type typeOf(const LogitNode &node, Type number) {
  switch (node.type) {
  case LogitNode::Type::Number:
    return number;
  case LogitNode::Type::Truth:
    return Bool();
  case LogitNode::Type::Integer32:
    return Int(32);
  case LogitNode::Type::Integer64:
    break;
  }
  return Int(64);
}

/// Halide takes it for granted that signed integers do not overflow.
Expr wrap(const Expr &a, const Expr &b,
          const std::function<Expr(Expr, Expr)> &apply) {
  if (a.type().is_float())
    return apply(a, b);
  Type type = a.type();
  return reinterpret(type, apply(reinterpret(type.with_code(Type::UInt), a),
                                 reinterpret(type.with_code(Type::UInt), b)));
}

Expr convert(const Expr &value, Type type) {
  if (!value.type().is_bool())
    return cast(type, value);
  return select(value, make_const(type, 1), make_const(type, 0));
}

/// The value of a node with operands. A maximum and a minimum keep NaN in
/// either operand, as MLIR's arith.maximumf and arith.minimumf do.
Expr applyNode(const LogitNode &node, Type type, const std::vector<Expr> &of) {
  using Kind = LogitNode::Kind;
  const Expr &a = of.front(), &b = of.back();
  switch (node.kind) {
  case Kind::Convert:
    return convert(a, type);
  case Kind::Neg:
    // 0 - a would have no sign where a is +0.
    return a * make_const(type, -1);
  case Kind::Abs:
    return abs(a);
  case Kind::Tanh:
    return lse_halide::hyperbolicTangent(a);
  case Kind::Exp:
    return lse_halide::exponential(a);
  case Kind::Log:
    return lse_halide::logarithm(a);
  case Kind::Sqrt:
    return sqrt(a);
  case Kind::Add:
    return wrap(a, b, [](Expr a, Expr b) { return a + b; });
  case Kind::Sub:
    return wrap(a, b, [](Expr a, Expr b) { return a - b; });
  case Kind::Mul:
    return wrap(a, b, [](Expr a, Expr b) { return a * b; });
  case Kind::Div:
    return divide(a, b);
  case Kind::Max:
    if (!a.type().is_float())
      return max(a, b);
    return select(a > b, a, select(is_nan(a), a, b));
  case Kind::Min:
    if (!a.type().is_float())
      return min(a, b);
    return select(a < b, a, select(is_nan(a), a, b));
  case Kind::Equal:
    return a == b;
  case Kind::Less:
    return a < b;
  case Kind::LessEqual:
    return a <= b;
  case Kind::Unordered:
    return is_nan(a) || is_nan(b);
  case Kind::And:
    return a && b;
  case Kind::Or:
    return a || b;
  case Kind::Not:
    return !a;
  case Kind::Select:
    return select(a, of[1], b);
  case Kind::Input:
  case Kind::Constant:
  case Kind::Score:
  case Kind::Index:
  case Kind::IntegerConstant:
    break;
  }
  return Expr();
}

/// The values of the nodes that those in `wanted` are made of; the others are
/// undefined.
std::vector<Expr> buildNodes(const lse_halide::KernelSpec &spec,
                             const std::vector<unsigned> &wanted,
                             const lse_halide::LogitSources &sources) {
  using Kind = LogitNode::Kind;
  Type number = lse_halide::storageType(spec.compute);
  std::vector<bool> isNeeded(spec.logit.size());
  for (unsigned node : wanted)
    isNeeded[node] = true;
  for (size_t node = spec.logit.size(); node-- > 0;)
    if (isNeeded[node])
      for (unsigned operand : spec.logit[node].operands)
        isNeeded[operand] = true;
  std::vector<Expr> values;
  auto makeValue = [&](const LogitNode &node) {
    Type type = typeOf(node, number);
    if (node.kind == Kind::Input)
      return sources.readInput(node.input);
    if (node.kind == Kind::Constant)
      return make_const(number, node.constant);
    if (node.kind == Kind::Score)
      return sources.score;
    if (node.kind == Kind::Index)
      return sources.index(node.input);
    if (node.kind == Kind::IntegerConstant)
      return make_const(type, node.integer);
    std::vector<Expr> operands;
    for (unsigned operand : node.operands)
      operands.push_back(values[operand]);
    return applyNode(node, type, operands);
  };
  for (size_t node = 0; node < spec.logit.size(); ++node)
    values.push_back(isNeeded[node] ? makeValue(spec.logit[node]) : Expr());
  return values;
}

} // namespace

namespace lse_halide {

Expr buildLogit(const KernelSpec &spec, const LogitSources &sources) {
  unsigned node = getLogitNode(spec);
  return buildNodes(spec, {node}, sources)[node];
}

Expr buildSink(const KernelSpec &spec, const LogitSources &sources) {
  unsigned node = spec.terms.back();
  return buildNodes(spec, {node}, sources)[node];
}

std::vector<Expr> buildTerms(const KernelSpec &spec,
                             const LogitSources &sources) {
  std::vector<Expr> nodes = buildNodes(spec, spec.terms, sources), terms;
  for (unsigned term : spec.terms)
    terms.push_back(nodes[term]);
  return terms;
}

bool isPlainInput(const KernelSpec &spec) {
  const LogitNode &logit = spec.logit[getLogitNode(spec)];
  return logit.kind == LogitNode::Kind::Input &&
         spec.inputs[logit.input].dims.size() == spec.extents.size();
}

} // namespace lse_halide
