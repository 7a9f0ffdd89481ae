//===- RowCase.cpp - A kernel of rows and its data ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/KernelTesting/RowCase.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

using namespace lse_testing;
using llvm::ArrayRef;

static std::vector<unsigned> loopDims(const RowCase &rowCase) {
  std::vector<unsigned> dims(rowCase.extents.size());
  for (unsigned i = 0; i < dims.size(); ++i)
    dims[i] = i;
  return dims;
}

static std::vector<unsigned> outerDims(const RowCase &rowCase) {
  std::vector<unsigned> dims = loopDims(rowCase);
  llvm::erase_if(dims, [&](unsigned dim) {
    return llvm::is_contained(rowCase.rowDims, dim);
  });
  return dims;
}

KernelSpec RowCase::makeSpec(const Machine &machine) const {
  KernelSpec spec = makeSoftmaxSpec(machine, extents);
  if (!isStatic)
    spec.extents.assign(extents.size(), lse_halide::kDynamicExtent);
  spec.rowDims = rowDims;
  spec.compute = compute;
  spec.numerics = numerics;
  spec.schedule.strategy = strategy;
  spec.schedule.vectorDim = vectorDim;
  if (compute == ElementType::F64)
    spec.schedule.vectorLanes /= 2;
  auto describe = [&](BufferSpec &buffer, ElementType type,
                      std::vector<unsigned> dims, bool isDense) {
    buffer.type = type;
    buffer.dims = std::move(dims);
    buffer.unitDim = buffer.dims.empty() || !isDense || !unitStridesKnown
                         ? lse_halide::kNoDimension
                         : buffer.dims.back();
  };
  std::vector<unsigned> all = loopDims(*this);
  describe(spec.inputs[0], input, inputDims.empty() ? all : inputDims,
           inputStrides.empty() || inputStrides.back() == 1);
  spec.outputs.clear();
  for (auto [kind, type] : outputs) {
    OutputSpec &output = spec.outputs.emplace_back();
    output.kind = kind;
    bool isPerRow = kind == ResultKind::LogSumExp;
    describe(output, type,
             isPerRow             ? outerDims(*this)
             : outputDims.empty() ? all
                                  : outputDims,
             /*isDense=*/true);
  }
  return spec;
}

std::vector<int64_t> lse_testing::bufferIndex(ArrayRef<int64_t> loops,
                                              ArrayRef<unsigned> dims) {
  std::vector<int64_t> index;
  for (unsigned dim : dims)
    index.push_back(loops[dim]);
  return index;
}

Tensor RowCase::makeInput() const {
  std::vector<unsigned> dims = inputDims.empty() ? loopDims(*this) : inputDims;
  Tensor tensor(input, bufferIndex(extents, dims), inputStrides);
  tensor.fill(static_cast<unsigned>(extents.size() * 31 + extents.back()),
              deviation);
  return tensor;
}

std::vector<Tensor> RowCase::makeOutputs() const {
  std::vector<Tensor> tensors;
  KernelSpec spec = makeSpec(host());
  for (const OutputSpec &output : spec.outputs)
    tensors.emplace_back(output.type, bufferIndex(extents, output.dims));
  return tensors;
}

static ElementType computeType(ElementType type) {
  return type == ElementType::F64 ? ElementType::F64 : ElementType::F32;
}

RowCase lse_testing::makeCase(std::vector<int64_t> extents,
                              std::vector<unsigned> rowDims, Strategy strategy,
                              unsigned vectorDim, ElementType type,
                              ArrayRef<ResultKind> kinds) {
  RowCase result;
  result.extents = std::move(extents);
  result.rowDims = std::move(rowDims);
  result.strategy = strategy;
  result.vectorDim = vectorDim;
  result.input = type;
  result.compute = computeType(type);
  for (ResultKind kind : kinds)
    result.outputs.emplace_back(kind, type);
  return result;
}

std::vector<RowView> lse_testing::rowsOf(const RowCase &rowCase,
                                         const Tensor &input) {
  KernelSpec spec = rowCase.makeSpec(host());
  std::map<std::vector<int64_t>, RowView> rows;
  Tensor loops(ElementType::F32, rowCase.extents);
  loops.forEach([&](ArrayRef<int64_t> index) {
    RowView &row = rows[bufferIndex(index, outerDims(rowCase))];
    row.logits.push_back(input.get(bufferIndex(index, spec.inputs[0].dims)));
    row.indices.push_back(index.vec());
  });
  std::vector<RowView> result;
  for (auto &entry : rows)
    result.push_back(std::move(entry.second));
  return result;
}

int32_t lse_testing::run(const Kernel &kernel, Tensor &input,
                         std::vector<Tensor> &outputs) {
  std::vector<std::unique_ptr<Buffer>> buffers;
  buffers.push_back(input.buffer());
  for (Tensor &output : outputs)
    buffers.push_back(output.buffer());
  std::vector<Buffer *> arguments;
  for (std::unique_ptr<Buffer> &buffer : buffers)
    arguments.push_back(buffer.get());
  return kernel(arguments);
}
