//===- RowTesting.cpp - Kernels of any type and layout --------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowTesting.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <random>

using namespace lse_test;
using llvm::APFloat;
using llvm::APInt;
using llvm::ArrayRef;

namespace {

constexpr uint8_t kGap = 0xa5;

/// The next index in row-major order; false after the last one.
bool advanceIndex(std::vector<int64_t> &index, ArrayRef<int64_t> extents) {
  for (size_t dim = extents.size(); dim-- > 0;) {
    if (++index[dim] < extents[dim])
      return true;
    index[dim] = 0;
  }
  return false;
}

} // namespace

const llvm::fltSemantics &lse_test::semanticsOf(ElementType type) {
  switch (type) {
  case ElementType::F64:
    return APFloat::IEEEdouble();
  case ElementType::F16:
    return APFloat::IEEEhalf();
  case ElementType::BF16:
    return APFloat::BFloat();
  default:
    return APFloat::IEEEsingle();
  }
}

unsigned lse_test::precisionOf(ElementType type) {
  return APFloat::semanticsPrecision(semanticsOf(type));
}

uint64_t lse_test::roundedBits(long double value, ElementType type) {
  // Tests only store numbers that f64 holds.
  APFloat number(static_cast<double>(value));
  bool losesInfo;
  number.convert(semanticsOf(type), APFloat::rmNearestTiesToEven, &losesInfo);
  return number.bitcastToAPInt().getZExtValue();
}

long double lse_test::valueOfBits(uint64_t bits, ElementType type) {
  const llvm::fltSemantics &semantics = semanticsOf(type);
  return APFloat(semantics, APInt(APFloat::getSizeInBits(semantics), bits))
      .convertToDouble();
}

double lse_test::ulpError(long double actual, long double expected,
                          ElementType type) {
  const llvm::fltSemantics &semantics = semanticsOf(type);
  int precision = static_cast<int>(precisionOf(type));
  int exponent = 0;
  std::frexp(expected, &exponent);
  int least = APFloat::semanticsMinExponent(semantics) - precision + 1;
  long double unit = std::ldexp(1.0L, std::max(exponent - precision, least));
  return static_cast<double>(std::fabs(actual - expected) / unit);
}

Tensor::Tensor(ElementType type, std::vector<int64_t> extents,
               std::vector<int64_t> strides)
    : type(type), width(APFloat::getSizeInBits(semanticsOf(type)) / 8),
      extents(std::move(extents)), strides(std::move(strides)) {
  size_t rank = this->extents.size();
  if (this->strides.empty()) {
    this->strides.assign(rank, 1);
    for (size_t i = rank; i-- > 1;)
      this->strides[i - 1] = this->strides[i] * this->extents[i];
  }
  int64_t least = 0, most = 0;
  for (size_t i = 0; i < rank; ++i) {
    int64_t reach =
        std::max<int64_t>(this->extents[i] - 1, 0) * this->strides[i];
    (reach < 0 ? least : most) += reach;
  }
  // A margin on both sides shows stores that go too far.
  constexpr int64_t margin = 128;
  origin = margin - least;
  bytes.assign((origin + most + 1 + margin) * width, kGap);
}

size_t Tensor::offset(ArrayRef<int64_t> index) const {
  int64_t position = origin;
  for (size_t i = 0; i < index.size(); ++i)
    position += index[i] * strides[i];
  return position * width;
}

uint64_t Tensor::getBits(ArrayRef<int64_t> index) const {
  uint64_t bits = 0;
  std::memcpy(&bits, &bytes[offset(index)], width);
  return bits;
}

long double Tensor::get(ArrayRef<int64_t> index) const {
  return valueOfBits(getBits(index), type);
}

void Tensor::setBits(ArrayRef<int64_t> index, uint64_t bits) {
  std::memcpy(&bytes[offset(index)], &bits, width);
}

void Tensor::set(ArrayRef<int64_t> index, long double value) {
  setBits(index, roundedBits(value, type));
}

void Tensor::fill(unsigned seed, double deviation) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal(0.0, deviation);
  forEach([&](ArrayRef<int64_t> index) { set(index, normal(generator)); });
}

std::unique_ptr<Buffer> Tensor::buffer() {
  return std::make_unique<Buffer>(&bytes[origin * width], type, extents,
                                  strides);
}

void Tensor::forEach(llvm::function_ref<void(ArrayRef<int64_t>)> visit) const {
  if (llvm::is_contained(extents, 0))
    return;
  std::vector<int64_t> index(extents.size(), 0);
  do
    visit(index);
  while (advanceIndex(index, extents));
}

bool Tensor::gapsAreUntouched() const {
  std::vector<bool> isElement(bytes.size(), false);
  forEach([&](ArrayRef<int64_t> index) {
    for (size_t i = 0; i < width; ++i)
      isElement[offset(index) + i] = true;
  });
  for (size_t i = 0; i < bytes.size(); ++i)
    if (!isElement[i] && bytes[i] != kGap)
      return false;
  return true;
}

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

std::vector<int64_t> lse_test::bufferIndex(ArrayRef<int64_t> loops,
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

RowCase lse_test::makeCase(std::vector<int64_t> extents,
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

std::vector<RowView> lse_test::rowsOf(const RowCase &rowCase,
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

int32_t lse_test::run(const Kernel &kernel, Tensor &input,
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

/// Expects one result within `bound` units in the last place of the type of
/// computation, which are of `atUnit`, and the rounding to its own type.
static void expectWithin(long double actual, long double expected,
                         long double bound, long double atUnit,
                         ElementType compute, ElementType type) {
  int precision = static_cast<int>(precisionOf(compute));
  int exponent = 0;
  std::frexp(atUnit, &exponent);
  long double slack = std::ldexp(bound, exponent - precision);
  if (type == compute) {
    // Below the normal numbers the unit is the least subnormal.
    int least =
        APFloat::semanticsMinExponent(semanticsOf(type)) - precision + 1;
    slack = std::max(slack, std::ldexp(bound, least));
    ASSERT_LE(std::fabs(actual - expected), slack)
        << static_cast<double>(actual) << " instead of "
        << static_cast<double>(expected);
    return;
  }
  // Rounding is monotonic.
  ASSERT_GE(actual, valueOfBits(roundedBits(expected - slack, type), type));
  ASSERT_LE(actual, valueOfBits(roundedBits(expected + slack, type), type));
}

void lse_test::expectResults(const RowCase &rowCase, const KernelSpec &spec,
                             const Tensor &input,
                             const std::vector<Tensor> &outputs) {
  bool alongRows = lse_halide::runsAlongRows(rowCase.strategy);
  for (const RowView &row : rowsOf(rowCase, input)) {
    long double maximum = -INFINITY, sum = 0;
    for (long double logit : row.logits)
      maximum = std::max(maximum, logit);
    for (long double logit : row.logits)
      sum += std::exp(logit - maximum);
    double n = static_cast<double>(row.logits.size());
    // Of f32, sums are in f64: a run of four is rounded, and no more.
    double lanes = alongRows ? spec.schedule.vectorLanes : 1;
    bool isWide = rowCase.compute == ElementType::F64;
    double ofSum = std::log(n) / 2 + (isWide ? n / lanes : 0);
    for (size_t index = 0; index < outputs.size(); ++index) {
      const OutputSpec &output = spec.outputs[index];
      for (size_t i = 0; i < row.logits.size(); ++i) {
        long double distance = maximum - row.logits[i];
        long double actual =
            outputs[index].get(bufferIndex(row.indices[i], output.dims));
        long double expected = 0, bound = 0, atUnit = 1;
        if (output.kind == ResultKind::Probabilities) {
          expected = atUnit = std::exp(-distance) / sum;
          bound = 6 + distance + ofSum;
        } else if (output.kind == ResultKind::LogProbabilities) {
          expected = -distance - std::log(sum);
          atUnit = 1;
          bound = 4 + 2 * std::max(distance, std::fabs(expected)) + ofSum;
          ASSERT_LE(actual, 0.0L);
        } else {
          expected = maximum + std::log(sum);
          bound = 4 + std::fabs(expected) + ofSum;
        }
        ASSERT_NO_FATAL_FAILURE(expectWithin(actual, expected, bound, atUnit,
                                             rowCase.compute, output.type))
            << "output " << index << ", element " << i;
      }
    }
  }
}

void lse_test::checkCase(const RowCase &rowCase, const Machine &machine) {
  KernelSpec spec = rowCase.makeSpec(machine);
  std::unique_ptr<Kernel> kernel = makeKernel(spec, machine);
  Tensor input = rowCase.makeInput();
  Tensor before = input;
  std::vector<Tensor> outputs = rowCase.makeOutputs();
  ASSERT_EQ(run(*kernel, input, outputs), 0);
  EXPECT_TRUE(input.sameBytes(before));
  for (const Tensor &output : outputs)
    EXPECT_TRUE(output.gapsAreUntouched());
  ASSERT_NO_FATAL_FAILURE(expectResults(rowCase, spec, input, outputs));
}

void lse_test::checkTasks(const RowCase &rowCase, ArrayRef<int64_t> grains) {
  KernelSpec spec = rowCase.makeSpec(host());
  Tensor input = rowCase.makeInput();
  std::vector<Tensor> expected = rowCase.makeOutputs();
  spec.schedule.parallel = false;
  ASSERT_EQ(run(*makeKernel(spec, host()), input, expected), 0);
  spec.schedule.parallel = true;
  for (int64_t grain : grains) {
    spec.schedule.parallelGrain = grain;
    std::vector<Tensor> outputs = rowCase.makeOutputs();
    ASSERT_EQ(run(*makeKernel(spec, host()), input, outputs), 0);
    for (size_t i = 0; i < outputs.size(); ++i)
      EXPECT_TRUE(outputs[i].sameBytes(expected[i])) << grain;
  }
}
