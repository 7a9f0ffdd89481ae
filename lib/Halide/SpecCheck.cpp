//===- SpecCheck.cpp - Is a kernel spec one we can compile ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SpecCheck.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

using namespace lse_halide;

namespace {

/// Outer dimensions that a kernel may have; callers collapse more.
constexpr size_t kMostOuterDimensions = 6;
constexpr unsigned kMostLanes = 64;
constexpr unsigned kMostUnroll = 16;

std::string name(const char *kind, size_t index) {
  return std::string(kind) + " " + std::to_string(index);
}

std::string checkExtents(const KernelSpec &spec) {
  if (spec.extents.empty())
    return "the iteration space has no dimension to reduce";
  if (spec.extents.size() > kMostOuterDimensions + 1)
    return "the iteration space has " + std::to_string(spec.extents.size()) +
           " dimensions; at most " + std::to_string(kMostOuterDimensions + 1) +
           " are supported";
  for (int64_t extent : spec.extents)
    if (extent != kDynamicExtent &&
        (extent < 0 || extent > std::numeric_limits<int32_t>::max()))
      return "the extent " + std::to_string(extent) +
             " is negative or does not fit 32 bits";
  return "";
}

bool isRowDim(const KernelSpec &spec, unsigned dim) {
  return std::count(spec.rowDims.begin(), spec.rowDims.end(), dim) != 0;
}

std::string checkRowDims(const KernelSpec &spec) {
  if (spec.rowDims.empty() && spec.operation != Operation::BinaryCrossEntropy)
    return "no dimension is reduced";
  for (size_t i = 0; i < spec.rowDims.size(); ++i)
    if (spec.rowDims[i] >= spec.extents.size() ||
        (i && spec.rowDims[i - 1] >= spec.rowDims[i]))
      return "the reduced dimensions are not ascending dimensions of the "
             "iteration space";
  return "";
}

std::string checkBuffer(const KernelSpec &spec, const BufferSpec &buffer,
                        const std::string &who) {
  std::set<unsigned> seen;
  for (unsigned dim : buffer.dims) {
    if (dim >= spec.extents.size())
      return who + " is indexed by dimension " + std::to_string(dim) +
             ", which the iteration space does not have";
    if (!seen.insert(dim).second)
      return who + " is indexed twice by dimension " + std::to_string(dim);
  }
  if (buffer.unitDim != kNoDimension && !seen.count(buffer.unitDim))
    return who + " is contiguous along a dimension that it does not have";
  return "";
}

bool isFloatingPoint(ElementType type) {
  return type != ElementType::I1 && type != ElementType::I32 &&
         type != ElementType::I64;
}

/// True if `operation`, no attention, may yield results of `kind`.
bool mayYield(Operation operation, ResultKind kind) {
  switch (operation) {
  case Operation::Softmax:
    return kind != ResultKind::Loss && kind != ResultKind::Gradient;
  case Operation::CrossEntropy:
    return kind == ResultKind::Loss || kind == ResultKind::LogSumExp;
  case Operation::KLDivergence:
  case Operation::BinaryCrossEntropy:
    return kind == ResultKind::Loss;
  case Operation::CrossEntropyGradient:
    return isPerRow(kind) || kind == ResultKind::Gradient;
  case Operation::LogSumExpGradient:
    return kind == ResultKind::LogSumExp || kind == ResultKind::Gradient;
  case Operation::SoftmaxGradient:
  case Operation::LogSoftmaxGradient:
    return kind == ResultKind::Gradient;
  }
  return false;
}

/// True if `spec`, which may yield each of its outputs, lacks what it is named
/// after.
bool lacksOwnResult(const KernelSpec &spec) {
  if (spec.operation == Operation::Softmax)
    return false;
  ResultKind own = spec.operation == Operation::CrossEntropy ||
                           spec.operation == Operation::KLDivergence ||
                           spec.operation == Operation::BinaryCrossEntropy
                       ? ResultKind::Loss
                       : ResultKind::Gradient;
  return std::none_of(
      spec.outputs.begin(), spec.outputs.end(),
      [&](const OutputSpec &output) { return output.kind == own; });
}

std::string checkOutput(const KernelSpec &spec, size_t index) {
  const OutputSpec &output = spec.outputs[index];
  std::string who = name("output", index);
  if (std::string error = checkBuffer(spec, output, who); !error.empty())
    return error;
  if (!isFloatingPoint(output.type))
    return who + " does not have floating-point elements";
  bool isLast = index + 1 == spec.outputs.size();
  if ((output.kind == ResultKind::Values) !=
      (spec.attention.has_value() && isLast))
    return who + " is not what the operation has as a result";
  if (spec.attention)
    return "";
  for (size_t earlier = 0; earlier < index; ++earlier)
    if (spec.outputs[earlier].kind == output.kind)
      return who + " has the same kind as output " + std::to_string(earlier);
  if (!mayYield(spec.operation, output.kind) || lacksOwnResult(spec))
    return who + " is not what the operation has as a result";
  bool isPerRow = lse_halide::isPerRow(output.kind);
  if (isPerRow && index != 0 &&
      !lse_halide::isPerRow(spec.outputs[index - 1].kind))
    return who + " has an element per row, which the first outputs must have";
  size_t dims =
      spec.extents.size() - (isPerRow ? spec.rowDims.size() : size_t(0));
  if (output.dims.size() != dims)
    return who + " does not have all dimensions of the " +
           (isPerRow ? "rows" : "iteration space");
  for (unsigned dim : output.dims)
    if (isPerRow && isRowDim(spec, dim))
      return who + " has a dimension that is reduced";
  return "";
}

/// Extents are read off the buffers.
std::string checkDynamicExtents(const KernelSpec &spec) {
  std::set<unsigned> known;
  for (const BufferSpec &input : spec.inputs)
    known.insert(input.dims.begin(), input.dims.end());
  for (const OutputSpec &output : spec.outputs)
    known.insert(output.dims.begin(), output.dims.end());
  for (unsigned dim = 0; dim < spec.extents.size(); ++dim)
    if (spec.extents[dim] == kDynamicExtent && !known.count(dim))
      return "no buffer has dimension " + std::to_string(dim) +
             ", whose extent is dynamic";
  return "";
}

std::string checkBuffers(const KernelSpec &spec) {
  for (size_t i = 0; i < spec.inputs.size(); ++i)
    if (std::string error = checkBuffer(spec, spec.inputs[i], name("input", i));
        !error.empty())
      return error;
  if (spec.outputs.empty())
    return "there is no output";
  for (size_t i = 0; i < spec.outputs.size(); ++i)
    if (std::string error = checkOutput(spec, i); !error.empty())
      return error;
  return checkDynamicExtents(spec);
}

/// The number of operands, or 0 for leaves.
size_t operandCount(LogitNode::Kind kind) {
  using Kind = LogitNode::Kind;
  switch (kind) {
  case Kind::Input:
  case Kind::Constant:
  case Kind::Score:
  case Kind::Index:
  case Kind::IntegerConstant:
    return 0;
  case Kind::Convert:
  case Kind::Neg:
  case Kind::Abs:
  case Kind::Tanh:
  case Kind::Exp:
  case Kind::Log:
  case Kind::Sqrt:
  case Kind::Not:
    return 1;
  case Kind::Select:
    return 3;
  default:
    return 2;
  }
}

std::string checkLogit(const KernelSpec &spec) {
  using Kind = LogitNode::Kind;
  if (spec.logit.empty())
    return "there is no logit expression";
  for (size_t i = 0; i < spec.logit.size(); ++i) {
    const LogitNode &node = spec.logit[i];
    if (node.operands.size() != operandCount(node.kind))
      return name("logit node", i) + " has the wrong number of operands";
    for (unsigned operand : node.operands)
      if (operand >= i)
        return name("logit node", i) + " uses a node that is not before it";
    if (node.kind == Kind::Input && node.input >= spec.inputs.size())
      return name("logit node", i) + " reads an input that does not exist";
    if (node.kind == Kind::Index && node.input >= spec.extents.size())
      return name("logit node", i) + " is an index of no dimension";
    if (node.kind == Kind::Score && !spec.attention)
      return name("logit node", i) + " is a score, but there is no attention";
  }
  return "";
}

/// The least and the largest number of terms that an operation has.
std::pair<size_t, size_t> termCounts(const KernelSpec &spec) {
  switch (spec.operation) {
  case Operation::Softmax:
    return hasSink(spec) ? std::pair(2, 2) : std::pair(0, 0);
  case Operation::BinaryCrossEntropy:
    return {3, 3};
  case Operation::CrossEntropyGradient:
  case Operation::LogSumExpGradient:
    return {2, 4};
  default:
    return {2, 2};
  }
}

/// The terms of `spec` that are the same for all of a row.
std::set<unsigned> rowTerms(const KernelSpec &spec) {
  std::set<unsigned> terms;
  for (size_t i = 1; i < spec.terms.size(); ++i) {
    bool isOfRow = hasSink(spec);
    if (spec.operation == Operation::CrossEntropyGradient)
      isOfRow = i >= 2;
    if (spec.operation == Operation::LogSumExpGradient)
      isOfRow = i != 2;
    if (isOfRow)
      terms.insert(spec.terms[i]);
  }
  return terms;
}

/// These terms may not be made of what changes along a row.
std::string checkRowTerms(const KernelSpec &spec) {
  std::set<unsigned> parts = rowTerms(spec);
  // Operands come before what uses them.
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    const LogitNode &node = spec.logit[*part];
    parts.insert(node.operands.begin(), node.operands.end());
    bool changes = node.kind == LogitNode::Kind::Score;
    if (node.kind == LogitNode::Kind::Index)
      changes = isRowDim(spec, node.input);
    if (node.kind == LogitNode::Kind::Input)
      for (unsigned dim : spec.inputs[node.input].dims)
        changes = changes || isRowDim(spec, dim);
    if (changes)
      return "a term that belongs to a row changes along it";
  }
  return "";
}

std::string checkTerms(const KernelSpec &spec) {
  auto [least, most] = termCounts(spec);
  if (spec.terms.size() < least || spec.terms.size() > most)
    return "the operation does not have " + std::to_string(spec.terms.size()) +
           " terms";
  if (spec.operation != Operation::Softmax &&
      (spec.attention || spec.numerics != Numerics::Standard))
    return "losses and gradients have standard numerics and no attention";
  std::vector<unsigned> terms = spec.terms;
  if (terms.empty())
    terms.push_back(getLogitNode(spec));
  for (unsigned term : terms)
    if (term >= spec.logit.size() ||
        spec.logit[term].type != LogitNode::Type::Number)
      return "a term is not a number";
  return checkRowTerms(spec);
}

bool hasDim(const BufferSpec &buffer, unsigned dim) {
  return std::count(buffer.dims.begin(), buffer.dims.end(), dim) != 0;
}

/// The log-sum-exp of an attention has the dimensions of a query.
std::string checkRowsOfAttention(const KernelSpec &spec) {
  if (spec.outputs.size() == 1)
    return "";
  const OutputSpec &rows = spec.outputs.front();
  if (rows.kind != ResultKind::LogSumExp)
    return "the first output of an attention with two is not its log-sum-exp";
  for (unsigned dim = 0; dim < spec.extents.size(); ++dim)
    if (hasDim(rows, dim) !=
        (dim != spec.rowDims[0] && dim != spec.attention->scoreDim &&
         dim != spec.attention->valueDim))
      return "the log-sum-exp of an attention does not have the dimensions of "
             "a query";
  return "";
}

std::string checkAttention(const KernelSpec &spec) {
  if ((spec.schedule.strategy == Strategy::QueryStrip) !=
      spec.attention.has_value())
    return "the strategy 'query strip' is for attention, and attention for it";
  if (!spec.attention)
    return "";
  if (spec.inputs.size() < 3 || spec.outputs.size() > 2 ||
      spec.rowDims.size() != 1)
    return "an attention has queries, keys and values, one output after a "
           "log-sum-exp at most, and one dimension of keys";
  const OutputSpec &values = spec.outputs.back();
  // What indexes queries, keys, values and the output.
  auto isIndexed = [&](unsigned dim, std::array<bool, 4> expected) {
    return dim < spec.extents.size() &&
           std::array<bool, 4>{
               hasDim(spec.inputs[0], dim), hasDim(spec.inputs[1], dim),
               hasDim(spec.inputs[2], dim), hasDim(values, dim)} == expected;
  };
  const AttentionSpec &dims = *spec.attention;
  if (!isIndexed(spec.rowDims[0], {false, true, true, false}))
    return "the reduced dimension does not number keys and values";
  if (!isIndexed(dims.scoreDim, {true, true, false, false}))
    return "the dimension of a score does not index queries and keys alone";
  if (!isIndexed(dims.valueDim, {false, false, true, true}))
    return "the dimension of a value does not index values and the output "
           "alone";
  if (dims.queryDim != kNoDimension &&
      !isIndexed(dims.queryDim, {true, false, false, true}))
    return "the dimension of a query does not index queries and the output "
           "alone";
  for (unsigned dim = 0; dim < spec.extents.size(); ++dim)
    if (dim != spec.rowDims[0] && dim != dims.scoreDim && !hasDim(values, dim))
      return "dimension " + std::to_string(dim) + " is not one of the output";
  if (std::string error = checkRowsOfAttention(spec); !error.empty())
    return error;
  for (const BufferSpec &input : spec.inputs)
    if (&input - spec.inputs.data() < 3 && !isFloatingPoint(input.type))
      return "queries, keys and values are not floating-point";
  return "";
}

/// True if sums along a row are relative to its maximum, so that a row is worth
/// reading once.
bool hasShiftedSums(const KernelSpec &spec) {
  switch (spec.operation) {
  case Operation::Softmax:
    return spec.outputs.size() == 1 &&
           spec.outputs[0].kind == ResultKind::LogSumExp;
  case Operation::BinaryCrossEntropy:
    return false;
  case Operation::SoftmaxGradient:
  case Operation::LogSoftmaxGradient:
    return spec.fromLogits;
  case Operation::CrossEntropy:
  case Operation::KLDivergence:
  case Operation::CrossEntropyGradient:
  case Operation::LogSumExpGradient:
    return true;
  }
  return false;
}

std::string checkSchedule(const KernelSpec &spec) {
  const Schedule &schedule = spec.schedule;
  if (schedule.vectorDim >= spec.extents.size())
    return "the schedule's vectors run along a dimension that the iteration "
           "space does not have";
  bool alongRows = isRowDim(spec, schedule.vectorDim);
  if (alongRows != runsAlongRows(schedule.strategy))
    return alongRows ? "the strategy 'column tile' needs vectors along a "
                       "dimension that is not reduced"
                     : "the strategy needs vectors along a dimension that is "
                       "reduced";
  if (schedule.strategy == Strategy::OnlineRow && !hasShiftedSums(spec))
    return "the strategy 'online row' is for a log-sum-exp alone, and for "
           "losses "
           "and gradients of the logits of a softmax";
  unsigned lanes = schedule.vectorLanes;
  if (lanes == 0 || lanes > kMostLanes || (lanes & (lanes - 1)) != 0)
    return "the schedule's vectors have " + std::to_string(lanes) +
           " lanes; a power of two up to " + std::to_string(kMostLanes) +
           " is needed";
  if (schedule.unroll == 0 || schedule.unroll > kMostUnroll)
    return "the schedule unrolls " + std::to_string(schedule.unroll) +
           " times; from 1 to " + std::to_string(kMostUnroll) + " is supported";
  if (schedule.parallelGrain < 1 ||
      schedule.parallelGrain > std::numeric_limits<int32_t>::max())
    return "the schedule's grain is not positive or does not fit 32 bits";
  return "";
}

} // namespace

namespace lse_halide {

std::string checkSpec(const KernelSpec &spec) {
  if (spec.compute != ElementType::F32 && spec.compute != ElementType::F64)
    return "only computation in f32 and f64 is supported";
  for (auto check : {checkExtents, checkRowDims, checkBuffers, checkLogit,
                     checkTerms, checkSchedule, checkAttention})
    if (std::string error = check(spec); !error.empty())
      return error;
  return "";
}

} // namespace lse_halide
