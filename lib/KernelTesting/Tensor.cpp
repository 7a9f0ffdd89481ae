//===- Tensor.cpp - Elements of any type in memory ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/KernelTesting/Tensor.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <cstring>
#include <random>

using namespace lse_testing;
using llvm::APFloat;
using llvm::APInt;
using llvm::ArrayRef;

namespace {

/// Repeated, a large number in every type: as a logit, it would change all of
/// its row.
constexpr uint8_t kGap = 0x77;

std::vector<int64_t> denseStrides(ArrayRef<int64_t> extents) {
  std::vector<int64_t> strides(extents.size(), 1);
  for (size_t i = extents.size(); i-- > 1;)
    strides[i - 1] = strides[i] * extents[i];
  return strides;
}

/// Where the elements with the lowest and the highest address are, seen from
/// the one whose index is zero.
std::pair<int64_t, int64_t> reachOf(ArrayRef<int64_t> extents,
                                    ArrayRef<int64_t> strides) {
  int64_t least = 0, most = 0;
  for (auto [extent, stride] : llvm::zip_equal(extents, strides)) {
    int64_t reach = std::max<int64_t>(extent - 1, 0) * stride;
    (reach < 0 ? least : most) += reach;
  }
  return {least, most};
}

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

const llvm::fltSemantics &lse_testing::semanticsOf(ElementType type) {
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

unsigned lse_testing::widthOf(ElementType type) {
  return APFloat::getSizeInBits(semanticsOf(type)) / 8;
}

unsigned lse_testing::precisionOf(ElementType type) {
  return APFloat::semanticsPrecision(semanticsOf(type));
}

uint64_t lse_testing::roundedBits(long double value, ElementType type) {
  // Tests only store numbers that f64 holds.
  APFloat number(static_cast<double>(value));
  bool losesInfo;
  number.convert(semanticsOf(type), APFloat::rmNearestTiesToEven, &losesInfo);
  return number.bitcastToAPInt().getZExtValue();
}

long double lse_testing::valueOfBits(uint64_t bits, ElementType type) {
  const llvm::fltSemantics &semantics = semanticsOf(type);
  return APFloat(semantics, APInt(APFloat::getSizeInBits(semantics), bits))
      .convertToDouble();
}

double lse_testing::ulpError(long double actual, long double expected,
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
    : type(type), width(widthOf(type)), extents(std::move(extents)),
      strides(std::move(strides)) {
  if (this->strides.empty())
    this->strides = denseStrides(this->extents);
  auto [least, most] = reachOf(this->extents, this->strides);
  // A margin on both sides shows stores that go too far.
  constexpr int64_t margin = 128;
  origin = margin - least;
  own.assign((origin + most + 1 + margin) * width, kGap);
}

Tensor::Tensor(ElementType type, std::vector<int64_t> extents,
               std::vector<int64_t> strides,
               llvm::MutableArrayRef<uint8_t> memory, int64_t first)
    : type(type), width(widthOf(type)), extents(std::move(extents)),
      strides(std::move(strides)), given(memory) {
  assert(!memory.empty() && "memory of the caller");
  origin = first - reachOf(this->extents, this->strides).first;
  llvm::fill(memory, kGap);
}

int64_t Tensor::getSpan(ArrayRef<int64_t> extents, ArrayRef<int64_t> strides) {
  if (llvm::is_contained(extents, 0))
    return 0;
  auto [least, most] = reachOf(extents, strides);
  return most - least + 1;
}

size_t Tensor::offset(ArrayRef<int64_t> index) const {
  int64_t position = origin;
  for (size_t i = 0; i < index.size(); ++i)
    position += index[i] * strides[i];
  return position * width;
}

uint64_t Tensor::getBits(ArrayRef<int64_t> index) const {
  uint64_t bits = 0;
  std::memcpy(&bits, &getMemory()[offset(index)], width);
  return bits;
}

long double Tensor::get(ArrayRef<int64_t> index) const {
  return valueOfBits(getBits(index), type);
}

void Tensor::setBits(ArrayRef<int64_t> index, uint64_t bits) {
  std::memcpy(&getMemory()[offset(index)], &bits, width);
}

void Tensor::set(ArrayRef<int64_t> index, long double value) {
  setBits(index, roundedBits(value, type));
}

void Tensor::fill(unsigned seed, double deviation) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal(0.0, deviation);
  forEach([&](ArrayRef<int64_t> index) { set(index, normal(generator)); });
}

void Tensor::copyElements(const Tensor &other) {
  assert(type == other.type && extents == other.extents && "alike");
  forEach(
      [&](ArrayRef<int64_t> index) { setBits(index, other.getBits(index)); });
}

std::unique_ptr<Buffer> Tensor::buffer() {
  return std::make_unique<Buffer>(getMemory().data() + origin * width, type,
                                  extents, strides);
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
  ArrayRef<uint8_t> bytes = getMemory();
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
