//===- Buffers.cpp - A kernel's buffers in Halide -------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms/Buffers.h"

#include "Algorithms/HalfPrecision.h"
#include "LogitExpression.h"

#include <algorithm>

using namespace Halide;
using namespace lse_halide;

namespace {

/// `buffer`'s indices, innermost first, where `point` has the loop dimensions'.
template <typename Index>
std::vector<Index> bufferIndices(const BufferSpec &buffer,
                                 const std::vector<Index> &point) {
  std::vector<Index> indices;
  for (auto dim = buffer.dims.rbegin(); dim != buffer.dims.rend(); ++dim)
    indices.push_back(point[*dim]);
  return indices;
}

/// All buffers start at 0 and agree with the extents of the iteration space.
template <typename Parameter>
void constrain(Parameter parameter, const BufferSpec &buffer,
               const std::vector<Expr> &extents) {
  std::vector<unsigned> dims(buffer.dims.rbegin(), buffer.dims.rend());
  for (size_t i = 0; i < dims.size(); ++i) {
    auto dimension = parameter.dim(static_cast<int>(i));
    dimension.set_bounds(0, extents[dims[i]]);
    dimension.set_stride(dims[i] == buffer.unitDim ? Expr(1) : Expr());
  }
}

ImageParam makeParameter(const BufferSpec &buffer, const std::string &name) {
  return ImageParam(storageType(buffer.type),
                    static_cast<int>(buffer.dims.size()), name);
}

} // namespace

namespace lse_halide {

std::optional<size_t> findOutput(const KernelSpec &spec, ResultKind kind) {
  for (size_t i = 0; i < spec.outputs.size(); ++i)
    if (spec.outputs[i].kind == kind)
      return i;
  return std::nullopt;
}

KeptValues chooseKeptValues(const KernelSpec &spec) {
  std::optional<size_t> p = findOutput(spec, ResultKind::Probabilities);
  std::optional<size_t> l = findOutput(spec, ResultKind::LogProbabilities);
  auto holds = [&](std::optional<size_t> output) {
    return output && spec.outputs[*output].type == spec.compute;
  };
  KeptValues kept;
  // Accurate sums of f64 use an exponential more than once, and would keep it
  // as often.
  bool isUsedOnce =
      spec.numerics == Numerics::Standard || spec.compute == ElementType::F32;
  if (holds(p) && (!l || holds(l)) && isUsedOnce)
    kept.exponentials = p;
  // Exponentials may take the place of the logits that `l` is made from.
  bool isCostly = !isPlainInput(spec);
  if (holds(l) && (isCostly || kept.exponentials))
    kept.logits = l;
  else if (holds(p) && isCostly)
    kept.logits = p;
  return kept;
}

KernelBuffers::KernelBuffers(const KernelSpec &spec,
                             const MachineTraits &traits)
    : output(storageType(spec.outputs.back().type),
             static_cast<int>(spec.outputs.back().dims.size()), "output"),
      inputSpecs(spec.inputs), outputSpecs(spec.outputs), traits(traits),
      compute(storageType(spec.compute)) {
  for (size_t i = 0; i < inputSpecs.size(); ++i)
    inputs.push_back(makeParameter(inputSpecs[i], "input" + std::to_string(i)));
  for (size_t i = 0; i < outputSpecs.size(); ++i)
    outputs.push_back(
        makeParameter(outputSpecs[i], "output" + std::to_string(i)));
  view = outputs.back();

  findExtents(spec);
  for (size_t i = 0; i < inputs.size(); ++i)
    constrain(inputs[i], inputSpecs[i], extents);
  for (size_t i = 0; i < outputs.size(); ++i)
    constrain(outputs[i], outputSpecs[i], extents);
  constrain(output.output_buffer(), outputSpecs.back(), extents);
}

void KernelBuffers::findExtents(const KernelSpec &spec) {
  auto read = [&](unsigned dim, auto parameter, const BufferSpec &buffer) {
    const std::vector<unsigned> &dims = buffer.dims;
    auto at = std::find(dims.rbegin(), dims.rend(), dim);
    if (at != dims.rend() && !extents[dim].defined())
      extents[dim] =
          parameter.dim(static_cast<int>(at - dims.rbegin())).extent();
  };
  extents.resize(spec.extents.size());
  for (unsigned dim = 0; dim < extents.size(); ++dim) {
    if (spec.extents[dim] != kDynamicExtent)
      extents[dim] = Expr(static_cast<int32_t>(spec.extents[dim]));
    read(dim, output.output_buffer(), outputSpecs.back());
    for (size_t i = 0; i < outputs.size(); ++i)
      read(dim, outputs[i], outputSpecs[i]);
    for (size_t i = 0; i < inputs.size(); ++i)
      read(dim, inputs[i], inputSpecs[i]);
  }
}

Expr KernelBuffers::readInput(size_t input, const Point &point) const {
  const BufferSpec &buffer = inputSpecs[input];
  return fromStorage(inputs[input](bufferIndices(buffer, point)), buffer.type,
                     compute, traits.hasHalfConversions);
}

Expr KernelBuffers::readOutput(size_t index, const Point &point) const {
  return fromStorage(outputElement(index, point), outputSpecs[index].type,
                     compute, traits.hasHalfConversions);
}

Expr KernelBuffers::outputElement(size_t index, const Point &point) const {
  return outputs[index](bufferIndices(outputSpecs[index], point));
}

Expr KernelBuffers::outputValue(size_t index, const Expr &value) const {
  return toStorage(value, outputSpecs[index].type, traits.hasHalfConversions);
}

FuncRef KernelBuffers::lastOutput(const Point &point) {
  return output(bufferIndices(outputSpecs.back(), point));
}

std::vector<ImageParam> KernelBuffers::arguments() const {
  std::vector<ImageParam> result = inputs;
  result.insert(result.end(), outputs.begin(), outputs.end() - 1);
  return result;
}

} // namespace lse_halide
