//===- KeyRange.cpp - Which keys a query can see at all -------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms/KeyRange.h"

#include <algorithm>
#include <cmath>
#include <optional>

using namespace Halide;
using namespace lse_halide;

namespace {

using Kind = LogitNode::Kind;
using NodeType = LogitNode::Type;

/// key * `key` + query * `query` + `rest`.
struct Position {
  int64_t key = 0, query = 0;
  Expr rest = cast<int64_t>(0);
};

class RangeFinder {
public:
  RangeFinder(const KernelSpec &spec, const KeyRangeSources &sources)
      : spec(spec), sources(sources) {}

  /// Takes in that the value of `node` is not -inf.
  void addFinite(unsigned node);

  KeyRange range;

private:
  /// Takes in that the truth value of `node` is `isTrue`.
  void addTruth(unsigned node, bool isTrue);
  /// Takes in that `a`, and `distance` more, is at most `b`.
  void addAtMost(unsigned a, unsigned b, int64_t distance);
  std::optional<Position> getPosition(unsigned node) const;
  std::optional<Position> getIndex(unsigned dim) const;

  bool isMinusInfinity(unsigned node) const {
    return spec.logit[node].kind == Kind::Constant &&
           spec.logit[node].constant == -INFINITY;
  }
  bool isInteger(unsigned node) const {
    return spec.logit[node].type == NodeType::Integer32 ||
           spec.logit[node].type == NodeType::Integer64;
  }

  const KernelSpec &spec;
  const KeyRangeSources &sources;
};

} // namespace

std::optional<Position> RangeFinder::getIndex(unsigned dim) const {
  Position position;
  if (dim == spec.rowDims.front())
    position.key = 1;
  else if (dim == spec.attention->queryDim)
    position.query = 1;
  else
    position.rest = cast<int64_t>(sources.index(dim));
  return position;
}

std::optional<Position> RangeFinder::getPosition(unsigned index) const {
  const LogitNode &node = spec.logit[index];
  // So that no sum of a few overflows.
  constexpr int64_t most = int64_t(1) << 40;
  switch (node.kind) {
  case Kind::Index:
    return getIndex(node.input);
  case Kind::IntegerConstant:
    if (node.integer > most || node.integer < -most)
      return std::nullopt;
    return Position{0, 0, Internal::make_const(Int(64), node.integer)};
  case Kind::Input: {
    const std::vector<unsigned> &dims = spec.inputs[node.input].dims;
    if (node.type != NodeType::Integer32 ||
        std::count(dims.begin(), dims.end(), spec.rowDims.front()) ||
        std::count(dims.begin(), dims.end(), spec.attention->queryDim))
      return std::nullopt;
    return Position{0, 0, cast<int64_t>(sources.readInput(node.input))};
  }
  case Kind::Convert:
    return node.type == NodeType::Integer64 && isInteger(node.operands[0])
               ? getPosition(node.operands[0])
               : std::nullopt;
  case Kind::Add:
  case Kind::Sub: {
    // Those of 32 bits may wrap.
    if (node.type != NodeType::Integer64)
      return std::nullopt;
    std::optional<Position> a = getPosition(node.operands[0]);
    std::optional<Position> b = getPosition(node.operands[1]);
    if (!a || !b)
      return std::nullopt;
    int64_t sign = node.kind == Kind::Add ? 1 : -1;
    return Position{a->key + sign * b->key, a->query + sign * b->query,
                    node.kind == Kind::Add ? a->rest + b->rest
                                           : a->rest - b->rest};
  }
  default:
    return std::nullopt;
  }
}

void RangeFinder::addAtMost(unsigned a, unsigned b, int64_t distance) {
  if (!isInteger(a) || !isInteger(b))
    return;
  std::optional<Position> left = getPosition(a), right = getPosition(b);
  if (!left || !right)
    return;
  // key * k + query * q + rest <= 0.
  int64_t k = left->key - right->key, q = left->query - right->query;
  Expr rest =
      left->rest - right->rest + Internal::make_const(Int(64), distance);
  // The least of query * q + rest over the queries.
  Expr least = cast<int64_t>(q >= 0 ? sources.firstQuery : sources.lastQuery) *
                   Internal::make_const(Int(64), q) +
               rest;
  if (k == 1) {
    Expr end = Internal::make_const(Int(64), 1) - least;
    range.end = range.end.defined() ? min(range.end, end) : end;
  } else if (k == -1) {
    range.begin = range.begin.defined() ? max(range.begin, least) : least;
  }
}

void RangeFinder::addTruth(unsigned index, bool isTrue) {
  const LogitNode &node = spec.logit[index];
  switch (node.kind) {
  case Kind::Not:
    return addTruth(node.operands[0], !isTrue);
  case Kind::And:
  case Kind::Or:
    // Both are true, or both false.
    if ((node.kind == Kind::And) == isTrue)
      for (unsigned operand : node.operands)
        addTruth(operand, isTrue);
    return;
  case Kind::LessEqual:
    return isTrue ? addAtMost(node.operands[0], node.operands[1], 0)
                  : addAtMost(node.operands[1], node.operands[0], 1);
  case Kind::Less:
    return isTrue ? addAtMost(node.operands[0], node.operands[1], 1)
                  : addAtMost(node.operands[1], node.operands[0], 0);
  case Kind::Equal:
    if (!isTrue)
      return;
    addAtMost(node.operands[0], node.operands[1], 0);
    return addAtMost(node.operands[1], node.operands[0], 0);
  default:
    return;
  }
}

void RangeFinder::addFinite(unsigned index) {
  // A sum would be NaN where the other operand is +inf.
  const LogitNode &node = spec.logit[index];
  if (node.kind != Kind::Select)
    return;
  for (bool isTrue : {true, false}) {
    unsigned other = node.operands[isTrue ? 2 : 1];
    if (!isMinusInfinity(other))
      continue;
    addTruth(node.operands[0], isTrue);
    addFinite(node.operands[isTrue ? 1 : 2]);
  }
}

KeyRange lse_halide::findKeyRange(const KernelSpec &spec,
                                  const KeyRangeSources &sources) {
  RangeFinder finder(spec, sources);
  finder.addFinite(getLogitNode(spec));
  return finder.range;
}
