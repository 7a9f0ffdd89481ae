//===- Softmax.cpp - Softmax over rows ------------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Algorithms/Softmax.h"

#include "Algorithms/Exponential.h"
#include "LogitExpression.h"

#include <algorithm>
#include <limits>

using namespace Halide;
using namespace lse_halide;

namespace {

constexpr float kNegativeInfinity = -std::numeric_limits<float>::infinity();

/// The index of each loop dimension, outermost first.
std::vector<Var> makeLoopVars(size_t rank) {
  std::vector<Var> loops;
  for (size_t i = 0; i + 1 < rank; ++i)
    loops.push_back(Var("outer" + std::to_string(i)));
  loops.push_back(Var("position"));
  return loops;
}

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
void constrain(Parameter &parameter, const BufferSpec &buffer,
               const std::vector<Expr> &extents) {
  std::vector<Expr> bounds = bufferIndices(buffer, extents);
  for (size_t i = 0; i < bounds.size(); ++i)
    parameter.dim(i).set_bounds(0, bounds[i]);
  if (!bounds.empty() && !buffer.unitInnerStride)
    parameter.dim(0).set_stride(Expr());
}

/// Which of the output's dimensions, innermost first, is the row.
size_t rowDimension(const KernelSpec &spec) {
  const std::vector<unsigned> &dims = spec.outputs.front().dims;
  auto row = std::find(dims.rbegin(), dims.rend(), spec.extents.size() - 1);
  return row - dims.rbegin();
}

/// Constants where the spec has them, else the output buffer's extents.
std::vector<Expr> makeExtents(const KernelSpec &spec, Func &output) {
  std::vector<Expr> extents(spec.extents.size());
  const std::vector<unsigned> &dims = spec.outputs.front().dims;
  for (size_t i = 0; i < dims.size(); ++i) {
    int64_t extent = spec.extents[dims[i]];
    extents[dims[i]] =
        extent == kDynamicExtent
            ? output.output_buffer().dim(dims.size() - 1 - i).extent()
            : Expr(static_cast<int32_t>(extent));
  }
  return extents;
}

/// Rows shorter than a block have a smaller one, as far as that is known.
RowSpace makeRowSpace(const KernelSpec &spec, const std::vector<Var> &loops,
                      const std::vector<Expr> &extents) {
  RowSpace space;
  space.position = loops.back();
  space.outer.assign(loops.rbegin() + 1, loops.rend());
  space.outerExtents.assign(extents.rbegin() + 1, extents.rend());
  space.length = extents.back();
  space.lanes = spec.schedule.vectorLanes;
  space.unroll = spec.schedule.unroll;
  int64_t known = spec.extents.back();
  if (known == kDynamicExtent)
    return space;
  while (space.lanes > 1 && space.lanes / 2 >= known)
    space.lanes /= 2;
  while (space.unroll > 1 && space.block() > known)
    --space.unroll;
  return space;
}

/// The factor 1 / sum. A dead row has a sum of exponentials of -inf, or NaN if
/// a NaN is in it; times zero that is what each element is multiplied by.
Expr makeFactor(const KernelSpec &spec, const Expr &maximum, const Expr &sum) {
  Expr reciprocal = 1.0f / sum;
  if (spec.rowDeath == RowDeath::NaN)
    return reciprocal;
  return select(maximum == kNegativeInfinity, sum * 0.0f, reciprocal);
}

/// What logits are shifted by: the maximum, or 0 in a dead row that is to have
/// an answer, where -inf - -inf would be NaN.
Expr makeShift(const KernelSpec &spec, const Expr &maximum) {
  if (spec.rowDeath == RowDeath::NaN)
    return maximum;
  return select(maximum == kNegativeInfinity, 0.0f, maximum);
}

} // namespace

namespace lse_halide {

Softmax buildSoftmax(const KernelSpec &spec, bool hasFusedMultiplyAdd) {
  std::vector<Var> loops = makeLoopVars(spec.extents.size());
  const OutputSpec &outputSpec = spec.outputs.front();
  Func probabilities("probabilities");
  probabilities(bufferIndices(outputSpec, loops)) = undef<float>();

  std::vector<Expr> extents = makeExtents(spec, probabilities);
  OutputImageParam outputBuffer = probabilities.output_buffer();
  constrain(outputBuffer, outputSpec, extents);
  std::vector<ImageParam> inputs;
  for (const BufferSpec &input : spec.inputs) {
    inputs.emplace_back(Float(32), static_cast<int>(input.dims.size()),
                        "input" + std::to_string(inputs.size()));
    constrain(inputs.back(), input, extents);
  }

  Softmax softmax{inputs,
                  makeRowSpace(spec, loops, extents),
                  {},
                  {},
                  Func("factor"),
                  probabilities,
                  OutputStorage(probabilities, rowDimension(spec))};
  std::vector<Expr> point(loops.begin(), loops.end());
  auto pointAt = [&](const Expr &position) {
    point.back() = position;
    return point;
  };
  auto outputAt = [&](const Expr &position) {
    return bufferIndices(outputSpec, pointAt(position));
  };
  bool keepLogits = !isPlainInput(spec);

  // In this order the select is one x86 maximum, and it drops NaN: those come
  // back through the sum.
  softmax.maximum = reduceRow(
      "maximum", softmax.space, kNegativeInfinity,
      [&](const Expr &position) {
        Expr logit = buildLogit(spec, inputs, pointAt(position));
        return keepLogits ? softmax.storage.keep(logit, outputAt(position))
                          : logit;
      },
      [](const Expr &partial, const Expr &logit) {
        return select(logit > partial, logit, partial);
      });

  Expr maximum = softmax.maximum.result(softmax.space.outer);
  softmax.sum = reduceRow(
      "sum", softmax.space, 0.0f,
      [&](const Expr &position) {
        Expr logit = keepLogits ? softmax.storage.kept(outputAt(position))
                                : buildLogit(spec, inputs, pointAt(position));
        return softmax.storage.keep(
            scaledExponential(logit - makeShift(spec, maximum),
                              hasFusedMultiplyAdd),
            outputAt(position));
      },
      [](const Expr &partial, const Expr &element) {
        return partial + element;
      });

  Expr sum = softmax.sum.result(softmax.space.outer);
  softmax.factor(softmax.space.outer) = makeFactor(spec, maximum, sum);
  std::vector<Var> outputVars = bufferIndices(outputSpec, loops);
  probabilities(outputVars) =
      probabilities(outputVars) * softmax.factor(softmax.space.outer);
  softmax.storage.addLanes(softmax.maximum.partial);
  softmax.storage.addLanes(softmax.sum.partial);
  return softmax;
}

} // namespace lse_halide
