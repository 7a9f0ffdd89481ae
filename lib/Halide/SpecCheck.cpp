//===- SpecCheck.cpp - Is a kernel spec one we can compile ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SpecCheck.h"

#include <algorithm>
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
  if (spec.rowDims.empty())
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
  if (buffer.type == ElementType::I1)
    return who + " has the element type i1, which is not supported";
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

std::string checkOutput(const KernelSpec &spec, size_t index) {
  const OutputSpec &output = spec.outputs[index];
  std::string who = name("output", index);
  if (std::string error = checkBuffer(spec, output, who); !error.empty())
    return error;
  for (size_t earlier = 0; earlier < index; ++earlier)
    if (spec.outputs[earlier].kind == output.kind)
      return who + " has the same kind as output " + std::to_string(earlier);
  bool isPerRow = output.kind == ResultKind::LogSumExp;
  if (isPerRow && index != 0)
    return who + " has an element per row, which the first output must have";
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
  switch (kind) {
  case LogitNode::Kind::Input:
  case LogitNode::Kind::Constant:
    return 0;
  case LogitNode::Kind::Neg:
    return 1;
  default:
    return 2;
  }
}

std::string checkLogit(const KernelSpec &spec) {
  if (spec.logit.empty())
    return "there is no logit expression";
  for (size_t i = 0; i < spec.logit.size(); ++i) {
    const LogitNode &node = spec.logit[i];
    if (node.operands.size() != operandCount(node.kind))
      return name("logit node", i) + " has the wrong number of operands";
    for (unsigned operand : node.operands)
      if (operand >= i)
        return name("logit node", i) + " uses a node that is not before it";
    if (node.kind == LogitNode::Kind::Input && node.input >= spec.inputs.size())
      return name("logit node", i) + " reads an input that does not exist";
  }
  return "";
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
  if (schedule.strategy == Strategy::OnlineRow &&
      (spec.outputs.size() != 1 ||
       spec.outputs[0].kind != ResultKind::LogSumExp))
    return "the strategy 'online row' is for a log-sum-exp alone";
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
  for (auto check :
       {checkExtents, checkRowDims, checkBuffers, checkLogit, checkSchedule})
    if (std::string error = check(spec); !error.empty())
      return error;
  return "";
}

} // namespace lse_halide
