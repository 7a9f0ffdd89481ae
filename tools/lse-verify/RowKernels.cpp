//===- RowKernels.cpp - The kernels whose results are checked -------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowKernels.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <cstring>

using namespace lse_verify;
using lse_halide::Strategy;
using lse_testing::InstructionSet;
using lse_testing::Machine;

namespace {

size_t widthOf(ElementType type) {
  return llvm::APFloat::getSizeInBits(lse_testing::semanticsOf(type)) / 8;
}

/// All numbers of a type of 16 bits.
std::vector<double> makeHalfTable(ElementType type) {
  std::vector<double> table;
  for (uint64_t bits = 0; bits < 1 << 16; ++bits)
    table.push_back(static_cast<double>(lse_testing::valueOfBits(bits, type)));
  return table;
}

const std::vector<double> &halfTable(ElementType type) {
  static const std::vector<double> f16 = makeHalfTable(ElementType::F16);
  static const std::vector<double> bf16 = makeHalfTable(ElementType::BF16);
  return type == ElementType::F16 ? f16 : bf16;
}

template <typename T>
T elementAt(const uint8_t *bytes, size_t index) {
  T element;
  std::memcpy(&element, bytes + index * sizeof(T), sizeof(T));
  return element;
}

std::unique_ptr<RowKernel> makeRowKernel(Numerics numerics, ResultKind kind,
                                         ElementType type, unsigned set) {
  const InstructionSet &instructions = lse_testing::instructionSets()[set];
  Machine machine = llvm::cantFail(Machine::host(instructions.without));
  if (!llvm::is_contained(machine.spec.features, instructions.feature))
    return nullptr;
  Strategy strategy =
      kind == ResultKind::LogSumExp ? Strategy::OnlineRow : Strategy::CachedRow;
  lse_testing::RowCase rowCase =
      lse_testing::makeCase({1, 1}, {1}, strategy, 1, type, {kind});
  rowCase.numerics = numerics;
  lse_halide::KernelSpec spec = rowCase.makeSpec(machine);
  return std::make_unique<RowKernel>(RowKernel{
      numerics, kind, type, rowCase.compute, set, spec.schedule.vectorLanes,
      lse_testing::makeKernel(spec, machine)});
}

} // namespace

const char *lse_verify::nameOf(Numerics numerics) {
  return numerics == Numerics::Standard ? "standard" : "accurate";
}

const char *lse_verify::nameOf(ResultKind kind) {
  switch (kind) {
  case ResultKind::Probabilities:
    return "softmax";
  case ResultKind::LogProbabilities:
    return "log-softmax";
  case ResultKind::LogSumExp:
    return "log-sum-exp";
  default:
    break;
  }
  llvm_unreachable("not a kind of result");
}

const char *lse_verify::nameOf(ElementType type) {
  switch (type) {
  case ElementType::F32:
    return "f32";
  case ElementType::F64:
    return "f64";
  case ElementType::F16:
    return "f16";
  case ElementType::BF16:
    return "bf16";
  case ElementType::I1:
  case ElementType::I32:
  case ElementType::I64:
    break;
  }
  llvm_unreachable("not a type of numbers");
}

void ElementArray::clear(size_t size) {
  // All bits set are NaN in every type.
  bytes.assign(size * widthOf(type), 0xff);
}

void ElementArray::store(llvm::ArrayRef<double> values) {
  clear(values.size());
  size_t width = widthOf(type);
  for (auto [i, value] : llvm::enumerate(values)) {
    if (type == ElementType::F32) {
      auto narrow = static_cast<float>(value);
      std::memcpy(&bytes[i * width], &narrow, width);
      continue;
    }
    uint64_t bits = lse_testing::roundedBits(value, type);
    std::memcpy(&bytes[i * width], &bits, width);
  }
}

void ElementArray::load(size_t first,
                        llvm::MutableArrayRef<double> values) const {
  const uint8_t *start = bytes.data() + first * widthOf(type);
  for (size_t i = 0; i < values.size(); ++i) {
    switch (type) {
    case ElementType::F32:
      values[i] = elementAt<float>(start, i);
      break;
    case ElementType::F64:
      values[i] = elementAt<double>(start, i);
      break;
    default:
      values[i] = halfTable(type)[elementAt<uint16_t>(start, i)];
    }
  }
}

void RowKernel::run(const Block &block, ElementArray &logits,
                    ElementArray &results) const {
  bool isPerRow = kind == ResultKind::LogSumExp;
  std::vector<int64_t> extents = {block.rows};
  if (!isPerRow)
    extents.push_back(block.length);
  results.clear(isPerRow ? block.rows : block.rows * block.length);
  lse_testing::Buffer input(logits.data(), type, {block.rows, block.length});
  lse_testing::Buffer output(results.data(), type, extents);
  if ((*kernel)({&input, &output}) != 0)
    llvm::report_fatal_error("a kernel failed");
}

std::vector<RowKernel> lse_verify::makeRowKernels(ElementType type) {
  std::vector<RowKernel> kernels;
  for (Numerics numerics : lse_testing::kNumericsClasses)
    for (ResultKind kind : kKinds)
      for (unsigned set = 0; set < lse_testing::instructionSets().size(); ++set)
        if (std::unique_ptr<RowKernel> kernel =
                makeRowKernel(numerics, kind, type, set))
          kernels.push_back(std::move(*kernel));
  return kernels;
}
