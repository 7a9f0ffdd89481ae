//===- SpecCheck.cpp - Is a kernel spec one we can compile ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SpecCheck.h"

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

std::string checkBuffer(const KernelSpec &spec, const BufferSpec &buffer,
                        const std::string &who) {
  if (buffer.type != ElementType::F32)
    return who + " has an element type other than f32, which is not supported";
  std::set<unsigned> seen;
  for (unsigned dim : buffer.dims) {
    if (dim >= spec.extents.size())
      return who + " is indexed by dimension " + std::to_string(dim) +
             ", which the iteration space does not have";
    if (!seen.insert(dim).second)
      return who + " is indexed twice by dimension " + std::to_string(dim);
  }
  return "";
}

std::string checkBuffers(const KernelSpec &spec) {
  for (size_t i = 0; i < spec.inputs.size(); ++i)
    if (std::string error = checkBuffer(spec, spec.inputs[i], name("input", i));
        !error.empty())
      return error;
  if (spec.outputs.size() != 1)
    return "exactly one output is supported, not " +
           std::to_string(spec.outputs.size());
  const OutputSpec &output = spec.outputs.front();
  if (output.kind != ResultKind::Probabilities)
    return "only probabilities are supported as a result";
  if (std::string error = checkBuffer(spec, output, name("output", 0));
      !error.empty())
    return error;
  if (output.dims.size() != spec.extents.size())
    return "output 0 does not have all dimensions of the iteration space";
  return "";
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

std::string checkSchedule(const Schedule &schedule) {
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
  if (spec.operation != Operation::Softmax)
    return "only softmax is supported";
  if (spec.compute != ElementType::F32)
    return "only computation in f32 is supported";
  if (spec.numerics != Numerics::Standard)
    return "only the numerics class 'standard' is supported";
  if (spec.schedule.strategy != Strategy::CachedRow)
    return "only the strategy 'cached row' is supported";
  for (auto check : {checkExtents, checkBuffers, checkLogit})
    if (std::string error = check(spec); !error.empty())
      return error;
  return checkSchedule(spec.schedule);
}

} // namespace lse_halide
