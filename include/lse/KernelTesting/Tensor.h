//===- Tensor.h - Elements of any type in memory ----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_KERNELTESTING_TENSOR_H
#define LSE_KERNELTESTING_TENSOR_H

#include "lse/KernelTesting/KernelJIT.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <memory>
#include <vector>

namespace lse_testing {

using lse_halide::ElementType;

constexpr ElementType kTypes[] = {ElementType::F32, ElementType::F64,
                                  ElementType::F16, ElementType::BF16};

const llvm::fltSemantics &semanticsOf(ElementType type);

/// Bytes of an element.
unsigned widthOf(ElementType type);

/// Bits of fraction, the leading one included.
unsigned precisionOf(ElementType type);

/// `value` rounded to `type`, ties to even, and its bits there.
uint64_t roundedBits(long double value, ElementType type);
long double valueOfBits(uint64_t bits, ElementType type);

/// |actual - expected| in units of `type`'s last place at `expected`.
double ulpError(long double actual, long double expected, ElementType type);

/// Elements of one type at strides of one's choice, in memory of their own or
/// of the caller. What lies between and around elements has a pattern that can
/// be checked.
class Tensor {
public:
  Tensor(ElementType type, std::vector<int64_t> extents,
         std::vector<int64_t> strides = {});
  /// In `memory`, all of which is set to the pattern. Of its elements number
  /// `first` is the one with the lowest address.
  Tensor(ElementType type, std::vector<int64_t> extents,
         std::vector<int64_t> strides, llvm::MutableArrayRef<uint8_t> memory,
         int64_t first);

  /// Elements from the one with the lowest address to the one with the highest,
  /// what lies between them included.
  static int64_t getSpan(llvm::ArrayRef<int64_t> extents,
                         llvm::ArrayRef<int64_t> strides);

  long double get(llvm::ArrayRef<int64_t> index) const;
  uint64_t getBits(llvm::ArrayRef<int64_t> index) const;
  void set(llvm::ArrayRef<int64_t> index, long double value);
  void setBits(llvm::ArrayRef<int64_t> index, uint64_t bits);
  /// Normally distributed elements.
  void fill(unsigned seed, double deviation);
  /// Takes the elements of a tensor of the same type and extents.
  void copyElements(const Tensor &other);
  /// A view for a kernel.
  std::unique_ptr<Buffer> buffer();
  /// True if no byte but those of elements has changed since construction.
  bool gapsAreUntouched() const;
  /// True if all memory is the same, what lies around the elements included.
  bool sameBytes(const Tensor &other) const {
    return getMemory() == other.getMemory();
  }
  const std::vector<int64_t> &getExtents() const { return extents; }
  ElementType getType() const { return type; }

  /// Calls `visit` with each index.
  void forEach(llvm::function_ref<void(llvm::ArrayRef<int64_t>)> visit) const;

private:
  size_t offset(llvm::ArrayRef<int64_t> index) const;
  llvm::ArrayRef<uint8_t> getMemory() const {
    if (given.empty())
      return own;
    return given;
  }
  llvm::MutableArrayRef<uint8_t> getMemory() {
    if (given.empty())
      return own;
    return given;
  }

  ElementType type;
  size_t width;
  std::vector<int64_t> extents, strides;
  int64_t origin = 0;
  std::vector<uint8_t> own;
  llvm::MutableArrayRef<uint8_t> given;
};

} // namespace lse_testing

#endif // LSE_KERNELTESTING_TENSOR_H
