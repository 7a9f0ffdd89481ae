//===- KernelSpecBuilder.cpp - From an operation to a kernel's description
//-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelSpecBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;
using namespace mlir::lse;
using lse_halide::KernelSpec;
using lse_halide::LogitNode;

//===----------------------------------------------------------------------===//
// What kernels cover
//===----------------------------------------------------------------------===//

/// Halide buffers have few dimensions; more than these are rare and decompose.
static constexpr unsigned maxKernelRank = 7;

/// True if `map` reads or writes rows along the innermost dimension, or is
/// constant along them.
static bool isRowInnermost(AffineMap map, int64_t rowDim) {
  for (auto [position, expr] : llvm::enumerate(map.getResults()))
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      if (int64_t(dim.getPosition()) == rowDim &&
          position + 1 != map.getNumResults())
        return false;
  return true;
}

std::optional<std::string> lse::getKernelObstacle(RowOpInterface op) {
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  if (kinds.size() != 1 || kinds.front() != ResultKind::Probabilities)
    return "kernels yield probabilities only";
  if (op.getNumerics() != Numerics::Standard)
    return "kernels have standard numerics only";
  if (op.getNumLoops() > maxKernelRank)
    return "the iteration space has more than " +
           std::to_string(maxKernelRank) + " dimensions";
  int64_t rowDim = op.getNumLoops() - 1;
  if (op.getRowDims() != ArrayRef<int64_t>(rowDim))
    return "kernels reduce the innermost dimension only";
  for (AffineMap map : op.getIndexingMapsArray())
    if (!isRowInnermost(map, rowDim))
      return "kernels want rows along the innermost dimension of every operand";
  for (Value out : op.getDestinations())
    if (!getElementTypeOrSelf(out).isF32())
      return "kernels write f32 only";
  return std::nullopt;
}

/// The kind of node that a scalar operation becomes.
static std::optional<LogitNode::Kind> getNodeKind(Operation *op) {
  using Kind = LogitNode::Kind;
  return llvm::TypeSwitch<Operation *, std::optional<Kind>>(op)
      .Case<arith::AddFOp>([](auto) { return Kind::Add; })
      .Case<arith::SubFOp>([](auto) { return Kind::Sub; })
      .Case<arith::MulFOp>([](auto) { return Kind::Mul; })
      .Case<arith::DivFOp>([](auto) { return Kind::Div; })
      .Case<arith::NegFOp>([](auto) { return Kind::Neg; })
      .Default([](auto) { return std::nullopt; });
}

std::optional<std::string> lse::getLogitObstacle(RowOpInterface op) {
  for (Value input : op.getRowInputs())
    if (!getElementTypeOrSelf(input).isF32())
      return "a kernel reads f32 only";
  for (Operation &inner : op.getLogitBody()->without_terminator()) {
    FloatAttr constant;
    if (!llvm::all_of(inner.getResultTypes(),
                      [](Type type) { return type.isF32(); }))
      return "the logit is not computed in f32";
    if (!matchPattern(&inner, m_Constant(&constant)) && !getNodeKind(&inner))
      return "a kernel cannot compute '" +
             inner.getName().getStringRef().str() + "'";
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Description
//===----------------------------------------------------------------------===//

/// The logit region as nodes, operands first, the logit last.
static std::vector<LogitNode> buildLogit(RowOpInterface op) {
  std::vector<LogitNode> nodes;
  DenseMap<Value, unsigned> indices;
  for (BlockArgument argument : op.getLogitBody()->getArguments()) {
    indices[argument] = nodes.size();
    nodes.push_back({LogitNode::Kind::Input, argument.getArgNumber(), 0.0, {}});
  }
  for (Operation &inner : op.getLogitBody()->without_terminator()) {
    indices[inner.getResult(0)] = nodes.size();
    FloatAttr constant;
    if (matchPattern(&inner, m_Constant(&constant))) {
      nodes.push_back(
          {LogitNode::Kind::Constant, 0, constant.getValueAsDouble(), {}});
      continue;
    }
    LogitNode node{*getNodeKind(&inner), 0, 0.0, {}};
    for (Value operand : inner.getOperands())
      node.operands.push_back(indices.lookup(operand));
    nodes.push_back(node);
  }
  // The logit comes last: what follows it is not needed for it.
  nodes.resize(
      indices.lookup(op.getLogitBody()->getTerminator()->getOperand(0)) + 1);
  return nodes;
}

static void describeBuffer(Value operand, AffineMap map,
                           lse_halide::BufferSpec &spec) {
  spec.type = lse_halide::ElementType::F32;
  for (AffineExpr expr : map.getResults())
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      spec.dims.push_back(dim.getPosition());
  auto type = dyn_cast<MemRefType>(operand.getType());
  bool isContiguous = type && type.getRank() > 0 &&
                      isa<AffineDimExpr>(map.getResults().back()) &&
                      type.isLastDimUnitStride();
  spec.unitInnerStride = spec.dims.empty() || isContiguous;
}

KernelSpec lse::buildKernelSpec(RowOpInterface op, ScheduleAttr schedule,
                                const TargetInfo &target) {
  KernelSpec spec;
  for (int64_t extent : op.getLoopExtents())
    spec.extents.push_back(
        ShapedType::isDynamic(extent) ? lse_halide::kDynamicExtent : extent);
  for (auto [index, input] : llvm::enumerate(op.getRowInputs()))
    describeBuffer(input, op.getInputMap(index), spec.inputs.emplace_back());
  for (auto [index, out] : llvm::enumerate(op.getDestinations()))
    describeBuffer(out, op.getDestinationMap(index),
                   spec.outputs.emplace_back());
  spec.logit = buildLogit(op);
  if (op.getRowDeath() == RowDeath::Zero)
    spec.rowDeath = lse_halide::RowDeath::Zero;
  spec.schedule.vectorLanes = schedule.getVectorLanes();
  spec.schedule.unroll = schedule.getUnroll();
  spec.schedule.parallel = schedule.getParallel();
  spec.schedule.parallelGrain = schedule.getParallelGrain();
  spec.target.triple = target.triple;
  spec.target.features = target.features;
  return spec;
}

//===----------------------------------------------------------------------===//
// Name
//===----------------------------------------------------------------------===//

static llvm::json::Value toJSON(const lse_halide::BufferSpec &spec) {
  return llvm::json::Object{{"type", static_cast<int>(spec.type)},
                            {"dims", llvm::json::Array(spec.dims)},
                            {"unit", spec.unitInnerStride}};
}

static llvm::json::Value toJSON(const lse_halide::LogitNode &node) {
  // Decimal text would round constants.
  return llvm::json::Object{
      {"kind", static_cast<int>(node.kind)},
      {"input", node.input},
      {"constant", llvm::utohexstr(llvm::bit_cast<uint64_t>(node.constant))},
      {"operands", llvm::json::Array(node.operands)}};
}

std::string lse::getKernelName(const KernelSpec &spec,
                               const TargetInfo &target) {
  llvm::json::Array inputs, outputs, logit;
  for (const lse_halide::BufferSpec &input : spec.inputs)
    inputs.push_back(toJSON(input));
  for (const lse_halide::OutputSpec &output : spec.outputs)
    outputs.push_back(
        llvm::json::Array{toJSON(output), static_cast<int>(output.kind)});
  for (const LogitNode &node : spec.logit)
    logit.push_back(toJSON(node));
  llvm::json::Value description =
      llvm::json::Object{{"version", LSE_VERSION},
                         {"operation", static_cast<int>(spec.operation)},
                         {"extents", llvm::json::Array(spec.extents)},
                         {"inputs", std::move(inputs)},
                         {"outputs", std::move(outputs)},
                         {"logit", std::move(logit)},
                         {"compute", static_cast<int>(spec.compute)},
                         {"row_death", static_cast<int>(spec.rowDeath)},
                         {"numerics", static_cast<int>(spec.numerics)},
                         {"strategy", static_cast<int>(spec.schedule.strategy)},
                         {"vector_lanes", spec.schedule.vectorLanes},
                         {"unroll", spec.schedule.unroll},
                         {"parallel", spec.schedule.parallel},
                         {"parallel_grain", spec.schedule.parallelGrain},
                         {"triple", target.triple},
                         {"cpu", target.cpu},
                         {"features", llvm::json::Array(target.features)}};
  std::string text = llvm::formatv("{0}", description).str();
  std::array<uint8_t, 32> hash = llvm::SHA256::hash(
      ArrayRef(reinterpret_cast<const uint8_t *>(text.data()), text.size()));
  return "lse." + llvm::toHex(ArrayRef(hash).take_front(8),
                              /*LowerCase=*/true);
}
