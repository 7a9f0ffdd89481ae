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

/// True for the element types of kernels' buffers.
static bool isKernelType(Type type) {
  return type.isF32() || type.isF64() || type.isF16() || type.isBF16();
}

/// True if each result of `map` is a loop dimension of its own or 0.
static bool isKernelMap(AffineMap map) {
  llvm::SmallDenseSet<AffineExpr> seen;
  return llvm::all_of(map.getResults(), [&](AffineExpr expr) {
    if (auto constant = dyn_cast<AffineConstantExpr>(expr))
      return constant.getValue() == 0;
    return isa<AffineDimExpr>(expr) && seen.insert(expr).second;
  });
}

std::optional<std::string> lse::getKernelObstacle(RowOpInterface op) {
  if (op.isAttention())
    return "attention has no kernel yet";
  if (op.getNumTerms() > 1)
    return "losses and gradients have no kernels yet";
  if (!op.mayHaveKernel())
    return "sparsemax and entmax have no kernels yet";
  if (op.hasResultKind(ResultKind::ArgMax))
    return "kernels yield no argmax";
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  for (ResultKind kind : kinds)
    if (llvm::count(kinds, kind) > 1)
      return "kernels yield each result once";
  if (op.getNumLoops() > maxKernelRank)
    return "the iteration space has more than " +
           std::to_string(maxKernelRank) + " dimensions";
  if (!llvm::all_of(op.getIndexingMapsArray(), isKernelMap))
    return "kernels index operands by loop dimensions only";
  if (!op.getComputeType().isF32() && !op.getComputeType().isF64())
    return "kernels compute in f32 and f64 only";
  for (Value out : op.getDestinations())
    if (!isKernelType(getElementTypeOrSelf(out)))
      return "kernels write f16, bf16, f32 and f64 only";
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
      .Case<arith::MaximumFOp>([](auto) { return Kind::Max; })
      .Case<arith::MinimumFOp>([](auto) { return Kind::Min; })
      .Default([](auto) { return std::nullopt; });
}

/// True for an element in a wider type, which is how kernels read it anyway.
static bool isWidenedElement(Operation *op) {
  return isa<arith::ExtFOp>(op) && isa<BlockArgument>(op->getOperand(0));
}

std::optional<std::string> lse::getLogitObstacle(RowOpInterface op) {
  for (Value input : op.getRowInputs())
    if (Type type = getElementTypeOrSelf(input); type.isInteger(1))
      return "a mask of i1 is applied before the kernel, which reads f16, "
             "bf16, "
             "f32 and f64 only";
    else if (!isKernelType(type))
      return "a kernel reads f16, bf16, f32 and f64 only";
  Type logitType = op.getLogitType();
  for (Operation &inner : op.getLogitBody()->without_terminator()) {
    FloatAttr constant;
    bool isConstant = matchPattern(&inner, m_Constant(&constant));
    if (!isConstant && !isWidenedElement(&inner) && !getNodeKind(&inner))
      return "a kernel cannot compute '" +
             inner.getName().getStringRef().str() + "'";
    if (!llvm::all_of(inner.getResultTypes(),
                      [&](Type type) { return type == logitType; }))
      return "a part of the logit is computed in another type than the logit";
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

/// The strides of a shaped type, of a tensor as if it were dense.
static SmallVector<int64_t> getStrides(ShapedType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (auto memref = dyn_cast<MemRefType>(type)) {
    if (failed(memref.getStridesAndOffset(strides, offset)))
      strides.assign(type.getRank(), ShapedType::kDynamic);
    return strides;
  }
  strides.assign(type.getRank(), ShapedType::kDynamic);
  int64_t stride = 1;
  for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
    strides[dim] = stride;
    if (type.isDynamicDim(dim))
      break;
    stride *= type.getDimSize(dim);
  }
  return strides;
}

/// The loop dimension along which the elements of `operand` are adjacent, if
/// that is known. One with a single element says nothing.
static std::optional<unsigned> getUnitDim(Value operand, AffineMap map) {
  auto type = dyn_cast<ShapedType>(operand.getType());
  if (!type || !type.hasRank())
    return std::nullopt;
  SmallVector<int64_t> strides = getStrides(type);
  std::optional<unsigned> fallback;
  for (int64_t position = type.getRank() - 1; position >= 0; --position) {
    auto dim = dyn_cast<AffineDimExpr>(map.getResult(position));
    if (!dim || strides[position] != 1)
      continue;
    if (type.getDimSize(position) != 1)
      return dim.getPosition();
    if (!fallback)
      fallback = dim.getPosition();
  }
  return fallback;
}

/// For each loop dimension, how many operands are contiguous along it.
static SmallVector<unsigned> countUnitDims(RowOpInterface op) {
  SmallVector<unsigned> counts(op.getNumLoops(), 0);
  for (auto [operand, map] :
       llvm::zip(op->getOperands(), op.getIndexingMapsArray()))
    if (std::optional<unsigned> dim = getUnitDim(operand, map))
      // What has all dimensions is what takes time.
      counts[*dim] += map.getNumResults() >= op.getNumLoops() ? 16 : 1;
  return counts;
}

std::optional<unsigned> lse::chooseVectorDim(RowOpInterface op,
                                             Strategy strategy) {
  SmallVector<unsigned> counts = countUnitDims(op);
  bool alongRows = strategy != Strategy::ColumnTile;
  std::optional<unsigned> best;
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim)
    if (llvm::is_contained(op.getRowDims(), int64_t(dim)) == alongRows &&
        (!best || counts[dim] >= counts[*best]))
      best = dim;
  return best;
}

Strategy lse::chooseStrategy(RowOpInterface op, unsigned lanes) {
  std::optional<unsigned> along = chooseVectorDim(op, Strategy::CachedRow);
  std::optional<unsigned> across = chooseVectorDim(op, Strategy::ColumnTile);
  bool isLogSumExpAlone =
      op.getResultKindsArray() == ArrayRef(ResultKind::LogSumExp);
  Strategy alongRows =
      isLogSumExpAlone ? Strategy::OnlineRow : Strategy::CachedRow;
  if (!across || !along)
    return alongRows;
  SmallVector<unsigned> counts = countUnitDims(op);
  int64_t columns = op.getLoopExtents()[*across];
  // Vectors that are nearly empty are worse than gathered ones.
  bool isNarrow = !ShapedType::isDynamic(columns) && columns < lanes / 4;
  return counts[*across] > counts[*along] && !isNarrow ? Strategy::ColumnTile
                                                       : alongRows;
}

SmallVector<unsigned> lse::getKernelOutputOrder(RowOpInterface op) {
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  SmallVector<unsigned> order = llvm::to_vector(
      llvm::seq<unsigned>(0, static_cast<unsigned>(kinds.size())));
  llvm::stable_sort(order, [&](unsigned a, unsigned b) {
    return (kinds[a] == ResultKind::LogSumExp) >
           (kinds[b] == ResultKind::LogSumExp);
  });
  return order;
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
    if (isWidenedElement(&inner)) {
      nodes.push_back(nodes[indices.lookup(inner.getOperand(0))]);
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

static lse_halide::ElementType getElementType(Type type) {
  if (type.isF64())
    return lse_halide::ElementType::F64;
  if (type.isF16())
    return lse_halide::ElementType::F16;
  return type.isBF16() ? lse_halide::ElementType::BF16
                       : lse_halide::ElementType::F32;
}

static lse_halide::ResultKind getOutputKind(ResultKind kind) {
  switch (kind) {
  case ResultKind::LogProbabilities:
    return lse_halide::ResultKind::LogProbabilities;
  case ResultKind::LogSumExp:
    return lse_halide::ResultKind::LogSumExp;
  default:
    return lse_halide::ResultKind::Probabilities;
  }
}

static void describeBuffer(Value operand, AffineMap map,
                           lse_halide::BufferSpec &spec) {
  spec.type = getElementType(getElementTypeOrSelf(operand));
  for (AffineExpr expr : map.getResults())
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      spec.dims.push_back(dim.getPosition());
  if (std::optional<unsigned> dim = getUnitDim(operand, map))
    spec.unitDim = *dim;
}

static lse_halide::Schedule describeSchedule(RowOpInterface op,
                                             ScheduleAttr schedule) {
  lse_halide::Schedule result;
  switch (schedule.getStrategy()) {
  case Strategy::CachedRow:
    result.strategy = lse_halide::Strategy::CachedRow;
    break;
  case Strategy::ColumnTile:
    result.strategy = lse_halide::Strategy::ColumnTile;
    break;
  case Strategy::OnlineRow:
    result.strategy = lse_halide::Strategy::OnlineRow;
    break;
  }
  result.vectorDim = *chooseVectorDim(op, schedule.getStrategy());
  result.vectorLanes = schedule.getVectorLanes();
  result.unroll = schedule.getUnroll();
  result.parallel = schedule.getParallel();
  result.parallelGrain = schedule.getParallelGrain();
  return result;
}

KernelSpec lse::buildKernelSpec(RowOpInterface op, ScheduleAttr schedule,
                                const TargetInfo &target) {
  KernelSpec spec;
  for (int64_t extent : op.getLoopExtents())
    spec.extents.push_back(
        ShapedType::isDynamic(extent) ? lse_halide::kDynamicExtent : extent);
  spec.rowDims.assign(op.getRowDims().begin(), op.getRowDims().end());
  for (auto [index, input] : llvm::enumerate(op.getRowInputs()))
    describeBuffer(input, op.getInputMap(index), spec.inputs.emplace_back());
  for (unsigned index : getKernelOutputOrder(op)) {
    lse_halide::OutputSpec &output = spec.outputs.emplace_back();
    output.kind = getOutputKind(op.getResultKindsArray()[index]);
    describeBuffer(op.getDestinations()[index], op.getDestinationMap(index),
                   output);
  }
  spec.logit = buildLogit(op);
  spec.compute = getElementType(op.getComputeType());
  if (op.getRowDeath() == RowDeath::Zero)
    spec.rowDeath = lse_halide::RowDeath::Zero;
  if (op.getNumerics() == Numerics::Accurate)
    spec.numerics = lse_halide::Numerics::Accurate;
  spec.schedule = describeSchedule(op, schedule);
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
                            {"unit_dim", spec.unitDim}};
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
                         {"extents", llvm::json::Array(spec.extents)},
                         {"row_dims", llvm::json::Array(spec.rowDims)},
                         {"inputs", std::move(inputs)},
                         {"outputs", std::move(outputs)},
                         {"logit", std::move(logit)},
                         {"compute", static_cast<int>(spec.compute)},
                         {"row_death", static_cast<int>(spec.rowDeath)},
                         {"numerics", static_cast<int>(spec.numerics)},
                         {"strategy", static_cast<int>(spec.schedule.strategy)},
                         {"vector_dim", spec.schedule.vectorDim},
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
