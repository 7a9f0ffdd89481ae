//===- LogitNodes.cpp - A logit region as a kernel has it -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogitNodes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::lse;
using lse_halide::LogitNode;
using Kind = LogitNode::Kind;
using NodeType = LogitNode::Type;

namespace {

/// Builds the nodes of one region. Integers that are known to fit 32 bits have
/// as many, whatever their type.
class NodeBuilder {
public:
  explicit NodeBuilder(RowOpInterface op) : op(op) {}

  /// False if there is an obstacle.
  bool run();

  std::vector<LogitNode> nodes;
  std::vector<unsigned> terms;
  std::string obstacle;

private:
  bool addInputs();
  bool addOperation(Operation *op);
  bool addConstant(Operation *op, Attribute value);
  /// Nothing for operations that are not of one kind.
  std::optional<unsigned> addArithmetic(Operation *op);
  std::optional<unsigned> addConversion(Operation *op);
  /// The constant `number` in `type`.
  unsigned roundConstant(double number, FloatType type);
  std::optional<unsigned> addComparison(arith::CmpFOp op);
  std::optional<unsigned> addComparison(arith::CmpIOp op);

  unsigned add(Kind kind, std::vector<unsigned> operands,
               NodeType type = NodeType::Number) {
    nodes.push_back({kind, 0, 0.0, std::move(operands), type});
    return nodes.size() - 1;
  }
  unsigned addTruth(Kind kind, std::vector<unsigned> operands) {
    return add(kind, std::move(operands), NodeType::Truth);
  }
  unsigned negate(unsigned truth) { return addTruth(Kind::Not, {truth}); }
  unsigned convert(unsigned node, NodeType type) {
    return nodes[node].type == type ? node : add(Kind::Convert, {node}, type);
  }
  /// `kind` of two integers, in 64 bits unless both have 32.
  unsigned addWide(Kind kind, unsigned a, unsigned b, bool isTruth,
                   bool isExact);
  unsigned of(Value value) const { return indices.lookup(value); }
  bool fail(const Twine &why) {
    obstacle = why.str();
    return false;
  }

  RowOpInterface op;
  DenseMap<Value, unsigned> indices;
};

} // namespace

/// True for integers that a kernel computes with.
static bool isInteger(Type type) {
  return type.isIndex() || type.isInteger(32) || type.isInteger(64);
}

static std::optional<NodeType> getNodeType(Type type) {
  if (isa<FloatType>(type))
    return NodeType::Number;
  if (type.isInteger(1))
    return NodeType::Truth;
  if (type.isInteger(32))
    return NodeType::Integer32;
  if (isInteger(type))
    return NodeType::Integer64;
  return std::nullopt;
}

/// True for the element types of inputs.
static bool isInputType(Type type) {
  return type.isF32() || type.isF64() || type.isF16() || type.isBF16() ||
         type.isInteger(1) || type.isInteger(32) || type.isInteger(64);
}

bool NodeBuilder::addInputs() {
  Block *body = op.getLogitBody();
  unsigned first = op.isAttention() ? 3 : 0;
  if (op.isAttention())
    indices[body->getArgument(0)] = add(Kind::Score, {});
  for (unsigned input = first; input < op.getRowInputs().size(); ++input) {
    Type type = getElementTypeOrSelf(op.getRowInputs()[input]);
    if (!isInputType(type))
      return fail("a kernel reads f16, bf16, f32, f64, i1, i32 and i64 only");
    if (!isa<FloatType>(type) &&
        !isa<ShapedType>(op.getRowInputs()[input].getType()))
      return fail(
          "a kernel takes single numbers of a floating-point type only");
    unsigned node = add(Kind::Input, {}, *getNodeType(type));
    nodes[node].input = input;
    indices[op.getElementOfInput(input)] = node;
  }
  return true;
}

bool NodeBuilder::addConstant(Operation *constant, Attribute value) {
  Type type = constant->getResult(0).getType();
  if (auto number = dyn_cast<FloatAttr>(value)) {
    unsigned node = add(Kind::Constant, {});
    nodes[node].constant = number.getValueAsDouble();
    indices[constant->getResult(0)] = node;
    return true;
  }
  auto integer = dyn_cast<IntegerAttr>(value);
  std::optional<NodeType> nodeType = getNodeType(type);
  if (!integer || !nodeType)
    return fail(llvm::formatv("a kernel has no constant of type {0}", type));
  int64_t number = type.isInteger(1) ? int64_t(!integer.getValue().isZero())
                                     : integer.getValue().getSExtValue();
  if (*nodeType == NodeType::Integer64 && llvm::isInt<32>(number))
    nodeType = NodeType::Integer32;
  unsigned node = add(Kind::IntegerConstant, {}, *nodeType);
  nodes[node].integer = number;
  indices[constant->getResult(0)] = node;
  return true;
}

unsigned NodeBuilder::addWide(Kind kind, unsigned a, unsigned b, bool isTruth,
                              bool isExact) {
  bool isNarrow = nodes[a].type == NodeType::Integer32 &&
                  nodes[b].type == NodeType::Integer32;
  NodeType type =
      isNarrow && isExact ? NodeType::Integer32 : NodeType::Integer64;
  a = convert(a, type);
  b = convert(b, type);
  return add(kind, {a, b}, isTruth ? NodeType::Truth : type);
}

std::optional<unsigned> NodeBuilder::addComparison(arith::CmpFOp op) {
  using P = arith::CmpFPredicate;
  unsigned a = of(op.getLhs()), b = of(op.getRhs());
  switch (op.getPredicate()) {
  case P::OEQ:
    return addTruth(Kind::Equal, {a, b});
  case P::OGT:
    return addTruth(Kind::Less, {b, a});
  case P::OGE:
    return addTruth(Kind::LessEqual, {b, a});
  case P::OLT:
    return addTruth(Kind::Less, {a, b});
  case P::OLE:
    return addTruth(Kind::LessEqual, {a, b});
  case P::ONE:
    return addTruth(
        Kind::Or, {addTruth(Kind::Less, {a, b}), addTruth(Kind::Less, {b, a})});
  case P::ORD:
    return negate(addTruth(Kind::Unordered, {a, b}));
  case P::UEQ:
    return addTruth(Kind::Or, {addTruth(Kind::Unordered, {a, b}),
                               addTruth(Kind::Equal, {a, b})});
  case P::UGT:
    return negate(addTruth(Kind::LessEqual, {a, b}));
  case P::UGE:
    return negate(addTruth(Kind::Less, {a, b}));
  case P::ULT:
    return negate(addTruth(Kind::LessEqual, {b, a}));
  case P::ULE:
    return negate(addTruth(Kind::Less, {b, a}));
  case P::UNE:
    return negate(addTruth(Kind::Equal, {a, b}));
  case P::UNO:
    return addTruth(Kind::Unordered, {a, b});
  case P::AlwaysFalse:
  case P::AlwaysTrue:
    return std::nullopt;
  }
  llvm_unreachable("unknown predicate");
}

std::optional<unsigned> NodeBuilder::addComparison(arith::CmpIOp op) {
  using P = arith::CmpIPredicate;
  unsigned a = of(op.getLhs()), b = of(op.getRhs());
  P predicate = op.getPredicate();
  if (op.getLhs().getType().isInteger(1)) {
    unsigned both = addTruth(Kind::And, {a, b});
    unsigned neither = negate(addTruth(Kind::Or, {a, b}));
    unsigned areEqual = addTruth(Kind::Or, {both, neither});
    if (predicate == P::eq)
      return areEqual;
    return predicate == P::ne ? std::optional(negate(areEqual)) : std::nullopt;
  }
  if (!isInteger(op.getLhs().getType()))
    return std::nullopt;
  auto compare = [&](Kind kind, unsigned left, unsigned right) {
    return addWide(kind, left, right, /*isTruth=*/true, /*isExact=*/true);
  };
  switch (predicate) {
  case P::eq:
    return compare(Kind::Equal, a, b);
  case P::ne:
    return negate(compare(Kind::Equal, a, b));
  case P::slt:
    return compare(Kind::Less, a, b);
  case P::sle:
    return compare(Kind::LessEqual, a, b);
  case P::sgt:
    return compare(Kind::Less, b, a);
  case P::sge:
    return compare(Kind::LessEqual, b, a);
  default:
    return std::nullopt;
  }
}

unsigned NodeBuilder::roundConstant(double number, FloatType type) {
  APFloat value(number);
  bool losesInfo;
  value.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  unsigned node = add(Kind::Constant, {});
  nodes[node].constant = value.convertToDouble();
  return node;
}

std::optional<unsigned> NodeBuilder::addConversion(Operation *op) {
  unsigned value = of(op->getOperand(0));
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  if (isa<arith::TruncFOp, arith::ExtFOp>(op) &&
      nodes[value].kind == Kind::Constant)
    return roundConstant(nodes[value].constant, cast<FloatType>(to));
  // Elements, and scores, are in the type of computation anyway.
  if (isa<arith::ExtFOp>(op) && isa<BlockArgument>(op->getOperand(0)))
    return value;
  if (isa<arith::UIToFPOp>(op) && from.isInteger(1))
    return convert(value, NodeType::Number);
  if (isa<arith::SIToFPOp>(op) && isInteger(from))
    return convert(value, NodeType::Number);
  if (isa<arith::ExtUIOp>(op) && from.isInteger(1) && isInteger(to))
    return convert(value, NodeType::Integer32);
  // A wider integer is the same number; a narrower one is the low bits.
  if (isa<arith::IndexCastOp, arith::ExtSIOp, arith::TruncIOp>(op) &&
      isInteger(from) && isInteger(to))
    return to.isInteger(32) ? convert(value, NodeType::Integer32) : value;
  return std::nullopt;
}

std::optional<unsigned> NodeBuilder::addArithmetic(Operation *op) {
  std::vector<unsigned> operands;
  for (Value operand : op->getOperands())
    operands.push_back(of(operand));
  auto number = [&](Kind kind) -> std::optional<unsigned> {
    return add(kind, operands);
  };
  auto truth = [&](Kind kind) -> std::optional<unsigned> {
    if (!op->getResult(0).getType().isInteger(1))
      return std::nullopt;
    return addTruth(kind, operands);
  };
  auto integer = [&](Kind kind) -> std::optional<unsigned> {
    Type type = op->getResult(0).getType();
    if (!isInteger(type))
      return std::nullopt;
    return addWide(kind, operands[0], operands[1], /*isTruth=*/false,
                   /*isExact=*/type.isInteger(32));
  };
  return llvm::TypeSwitch<Operation *, std::optional<unsigned>>(op)
      .Case<arith::AddFOp>([&](auto) { return number(Kind::Add); })
      .Case<arith::SubFOp>([&](auto) { return number(Kind::Sub); })
      .Case<arith::MulFOp>([&](auto) { return number(Kind::Mul); })
      .Case<arith::DivFOp>([&](auto) { return number(Kind::Div); })
      .Case<arith::NegFOp>([&](auto) { return number(Kind::Neg); })
      .Case<arith::MaximumFOp>([&](auto) { return number(Kind::Max); })
      .Case<arith::MinimumFOp>([&](auto) { return number(Kind::Min); })
      .Case<math::TanhOp>([&](auto) { return number(Kind::Tanh); })
      .Case<math::ExpOp>([&](auto) { return number(Kind::Exp); })
      .Case<math::LogOp>([&](auto) { return number(Kind::Log); })
      .Case<math::SqrtOp>([&](auto) { return number(Kind::Sqrt); })
      .Case<math::AbsFOp>([&](auto) { return number(Kind::Abs); })
      .Case<arith::AndIOp>([&](auto) { return truth(Kind::And); })
      .Case<arith::OrIOp>([&](auto) { return truth(Kind::Or); })
      .Case<arith::XOrIOp>([&](auto) -> std::optional<unsigned> {
        if (!op->getResult(0).getType().isInteger(1))
          return std::nullopt;
        unsigned both = addTruth(Kind::And, operands);
        return addTruth(Kind::And,
                        {addTruth(Kind::Or, operands), negate(both)});
      })
      .Case<arith::AddIOp>([&](auto) { return integer(Kind::Add); })
      .Case<arith::SubIOp>([&](auto) { return integer(Kind::Sub); })
      .Case<arith::MulIOp>([&](auto) { return integer(Kind::Mul); })
      .Case<arith::MaxSIOp>([&](auto) { return integer(Kind::Max); })
      .Case<arith::MinSIOp>([&](auto) { return integer(Kind::Min); })
      .Case<arith::CmpFOp, arith::CmpIOp>(
          [&](auto compare) { return addComparison(compare); })
      .Case<arith::SelectOp>([&](auto) -> std::optional<unsigned> {
        NodeType type = nodes[operands[1]].type;
        if (type != nodes[operands[2]].type) {
          type = NodeType::Integer64;
          operands[1] = convert(operands[1], type);
          operands[2] = convert(operands[2], type);
        }
        return add(Kind::Select, operands, type);
      })
      .Default([&](Operation *op) { return addConversion(op); });
}

bool NodeBuilder::addOperation(Operation *inner) {
  if (auto index = dyn_cast<IndexOp>(inner)) {
    unsigned node = add(Kind::Index, {}, NodeType::Integer32);
    nodes[node].input = index.getDim();
    indices[index] = node;
    return true;
  }
  Attribute constant;
  if (matchPattern(inner, m_Constant(&constant)))
    return addConstant(inner, constant);
  std::optional<unsigned> node;
  if (inner->getNumResults() == 1)
    node = addArithmetic(inner);
  // Constants have been rounded, but elements would be as they are read.
  bool isTooWide = llvm::any_of(inner->getOperands(), [&](Value operand) {
    auto type = dyn_cast<FloatType>(operand.getType());
    return type && type.getWidth() > op.getComputeType().getWidth() &&
           nodes[of(operand)].kind != Kind::Constant;
  });
  if (isTooWide)
    return fail(
        "a part of the logit is computed in another type than the logit");
  if (!node)
    return fail("a kernel cannot compute '" + inner->getName().getStringRef() +
                "'");
  // In that of the computation, nothing is rounded less than it says.
  Type type = inner->getResult(0).getType();
  if (isa<FloatType>(type) && type != op.getLogitType() &&
      type != op.getComputeType())
    return fail(
        "a part of the logit is computed in another type than the logit");
  indices[inner->getResult(0)] = *node;
  return true;
}

bool NodeBuilder::run() {
  if (!addInputs())
    return false;
  for (Operation &inner : op.getLogitBody()->without_terminator())
    if (!addOperation(&inner))
      return false;
  for (Value term : op.getLogitBody()->getTerminator()->getOperands())
    terms.push_back(of(term));
  // The last term comes last: what follows it is not needed.
  nodes.resize(*llvm::max_element(terms) + 1);
  return true;
}

std::optional<std::string> lse::getLogitObstacle(RowOpInterface op) {
  NodeBuilder builder(op);
  if (builder.run())
    return std::nullopt;
  return builder.obstacle;
}

void lse::addLogitNodes(RowOpInterface op, lse_halide::KernelSpec &spec) {
  NodeBuilder builder(op);
  [[maybe_unused]] bool isBuilt = builder.run();
  assert(isBuilt && "the region has no obstacle");
  spec.logit = std::move(builder.nodes);
  // A logit alone is the last node.
  if (builder.terms.size() > 1)
    spec.terms = std::move(builder.terms);
}
