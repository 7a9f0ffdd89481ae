//===- KernelSpecBuilder.cpp - What a kernel of an operation is -----------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelSpecBuilder.h"
#include "LogitNodes.h"
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

/// The loop dimension that numbers queries which share keys and values, the
/// longest of several: it indexes queries and the output alone, or a mask too.
static std::optional<unsigned> getQueryDim(RowOpInterface op) {
  SmallVector<int64_t> extents = op.getLoopExtents();
  std::optional<unsigned> best;
  auto length = [&](unsigned dim) {
    return ShapedType::isDynamic(extents[dim])
               ? std::numeric_limits<int64_t>::max()
               : extents[dim];
  };
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim)
    if (op.getInputMap(0).isFunctionOfDim(dim) &&
        !op.getInputMap(1).isFunctionOfDim(dim) &&
        !op.getInputMap(2).isFunctionOfDim(dim) &&
        op.getDestinationMap(0).isFunctionOfDim(dim) &&
        (!best || length(dim) >= length(*best)))
      best = dim;
  return best;
}

bool lse::mayYieldInKernel(RowOpInterface op, ResultKind kind) {
  return isOfAllTerms(kind) ||
         (kind == ResultKind::LogSumExp &&
          isa<CrossEntropyOp, CrossEntropyGradOp, LogSumExpGradOp>(op));
}

/// Why no kernel computes `op`, a loss or a gradient, or nothing if one does.
static std::optional<std::string> getLossObstacle(RowOpInterface op) {
  if (!llvm::all_of(op.getResultKindsArray(), [&](ResultKind kind) {
        return mayYieldInKernel(op, kind);
      }))
    return "the kernel of a loss or a gradient yields nothing else but a "
           "log-sum-exp";
  if (op.getNumerics() == Numerics::Accurate)
    return "the kernel of a loss or a gradient has standard numerics";
  if (op.getNumLoops() == 0)
    return "there is no dimension to walk along";
  return getLogitObstacle(op);
}

/// The loop dimensions that index values and the output of `op`, an attention,
/// and nothing else. Along others the output is repeated.
static SmallVector<int64_t> getColumnDims(RowOpInterface op) {
  SmallVector<int64_t> dims = op.getValueDims();
  llvm::erase_if(dims, [&](int64_t dim) {
    return !op.getInputMap(2).isFunctionOfDim(dim);
  });
  return dims;
}

/// Why no kernel computes `op`, an attention, or nothing if one does.
static std::optional<std::string> getAttentionObstacle(RowOpInterface op) {
  if (op.getRowDims().size() != 1 || op.getScoreDims().size() != 1 ||
      getColumnDims(op).size() != 1)
    return "the kernel of an attention has one dimension of keys, one of "
           "scores and one of values";
  if (op.hasResultKind(ResultKind::LogSumExp) && op.getValueDims().size() > 1)
    return "the kernel of an attention does not repeat its output beside a "
           "log-sum-exp";
  for (Value input : op.getRowInputs().take_front(3))
    if (!isKernelType(getElementTypeOrSelf(input)))
      return "kernels read queries, keys and values of f16, bf16, f32 and f64 "
             "only";
  if (op.getNumerics() == Numerics::Accurate)
    return "the kernel of an attention has standard numerics";
  return getLogitObstacle(op);
}

std::optional<std::string> lse::getKernelObstacle(RowOpInterface op) {
  if (!op.mayHaveKernel())
    return "sparsemax and entmax have no kernels yet";
  if (op.getNumTerms() > 1)
    if (std::optional<std::string> obstacle = getLossObstacle(op))
      return obstacle;
  if (op.hasResultKind(ResultKind::ArgMax))
    return "kernels yield no argmax";
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  for (ResultKind kind : kinds)
    if (llvm::count(kinds, kind) > 1)
      return "kernels yield each result once";
  if (op.getNumLoops() > maxKernelRank)
    return "the iteration space has more than " +
           std::to_string(maxKernelRank) + " dimensions";
  if (!llvm::all_of(op.getIndexingMapsArray(), isProjection))
    return "kernels index operands by loop dimensions only";
  if (!op.getComputeType().isF32() && !op.getComputeType().isF64())
    return "kernels compute in f32 and f64 only";
  if (op.isAttention())
    if (std::optional<std::string> obstacle = getAttentionObstacle(op))
      return obstacle;
  for (Value out : op.getDestinations())
    if (!isKernelType(getElementTypeOrSelf(out)))
      return "kernels write f16, bf16, f32 and f64 only";
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

/// True if rows of `op` are worth reading once for what is summed up along
/// them, which is relative to their maximum. With vectors along dimension
/// `along`.
static bool isWorthReadingOnce(RowOpInterface op, unsigned along) {
  // Shorter rows are in the nearest cache after they have been read.
  constexpr int64_t least = 8192;
  int64_t extent = op.getLoopExtents()[along];
  if (!ShapedType::isDynamic(extent) && extent < least)
    return false;
  if (op.getNumTerms() == 1)
    return op.getResultKindsArray() == ArrayRef(ResultKind::LogSumExp);
  // A divergence takes longer to compute than to read.
  return (op.hasLogits() || op.getFromLogits()) && !isa<KLDivergenceOp>(op);
}

Strategy lse::chooseStrategy(RowOpInterface op, unsigned lanes) {
  if (op.isAttention())
    return Strategy::QueryStrip;
  std::optional<unsigned> along = chooseVectorDim(op, Strategy::CachedRow);
  std::optional<unsigned> across = chooseVectorDim(op, Strategy::ColumnTile);
  // Where each element is a row, vectors run across rows.
  if (!along)
    return Strategy::ColumnTile;
  Strategy alongRows = isWorthReadingOnce(op, *along) ? Strategy::OnlineRow
                                                      : Strategy::CachedRow;
  if (!across)
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
    return isPerRow(kinds[a]) > isPerRow(kinds[b]);
  });
  return order;
}

//===----------------------------------------------------------------------===//
// Description
//===----------------------------------------------------------------------===//

static lse_halide::ElementType getElementType(Type type) {
  using lse_halide::ElementType;
  if (type.isF64())
    return ElementType::F64;
  if (type.isF16())
    return ElementType::F16;
  if (type.isBF16())
    return ElementType::BF16;
  if (type.isInteger(1))
    return ElementType::I1;
  if (type.isInteger(32))
    return ElementType::I32;
  return type.isF32() ? ElementType::F32 : ElementType::I64;
}

static lse_halide::ResultKind getOutputKind(ResultKind kind) {
  switch (kind) {
  case ResultKind::LogProbabilities:
    return lse_halide::ResultKind::LogProbabilities;
  case ResultKind::LogSumExp:
    return lse_halide::ResultKind::LogSumExp;
  case ResultKind::Output:
    return lse_halide::ResultKind::Values;
  case ResultKind::Loss:
    return lse_halide::ResultKind::Loss;
  case ResultKind::Gradient:
    return lse_halide::ResultKind::Gradient;
  default:
    return lse_halide::ResultKind::Probabilities;
  }
}

static lse_halide::Operation getOperation(RowOpInterface op) {
  using lse_halide::Operation;
  return llvm::TypeSwitch<mlir::Operation *, Operation>(op)
      .Case<CrossEntropyOp>([](auto) { return Operation::CrossEntropy; })
      .Case<KLDivergenceOp>([](auto) { return Operation::KLDivergence; })
      .Case<BinaryCrossEntropyOp>(
          [](auto) { return Operation::BinaryCrossEntropy; })
      .Case<SoftmaxGradOp>([](auto) { return Operation::SoftmaxGradient; })
      .Case<LogSoftmaxGradOp>(
          [](auto) { return Operation::LogSoftmaxGradient; })
      .Case<LogSumExpGradOp>([](auto) { return Operation::LogSumExpGradient; })
      .Case<CrossEntropyGradOp>(
          [](auto) { return Operation::CrossEntropyGradient; })
      .Default([](mlir::Operation *) { return Operation::Softmax; });
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
  case Strategy::QueryStrip:
    result.strategy = lse_halide::Strategy::QueryStrip;
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
  addLogitNodes(op, spec);
  spec.operation = getOperation(op);
  spec.fromLogits = op.getFromLogits();
  if (op.isAttention())
    spec.attention = {static_cast<unsigned>(op.getScoreDims().front()),
                      static_cast<unsigned>(getColumnDims(op).front()),
                      getQueryDim(op).value_or(lse_halide::kNoDimension)};
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
      {"type", static_cast<int>(node.type)},
      {"input", node.input},
      {"integer", node.integer},
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
  llvm::json::Value attention = nullptr;
  if (spec.attention)
    attention =
        llvm::json::Array{spec.attention->scoreDim, spec.attention->valueDim,
                          spec.attention->queryDim};
  llvm::json::Value description =
      llvm::json::Object{{"version", LSE_VERSION},
                         {"operation", static_cast<int>(spec.operation)},
                         {"terms", llvm::json::Array(spec.terms)},
                         {"from_logits", spec.fromLogits},
                         {"attention", std::move(attention)},
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
