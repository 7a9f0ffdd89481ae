//===- Distributions.h - Rows of logits to check kernels on -----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEVERIFY_DISTRIBUTIONS_H
#define LSE_TOOLS_LSEVERIFY_DISTRIBUTIONS_H

#include "lse/Halide/KernelSpec.h"

#include "llvm/ADT/ArrayRef.h"

#include <random>
#include <vector>

namespace lse_verify {

using lse_halide::ElementType;

/// Rows of logits of one kind.
struct Distribution {
  /// As it stands in tables.
  const char *name;
  /// The length of half of all elements' rows, and the lengths that the other
  /// half has equal shares of.
  int64_t mainLength;
  std::vector<int64_t> otherLengths;
  /// Fills one row with numbers that have yet to be rounded to `type`.
  void (*fill)(llvm::MutableArrayRef<double> row, std::mt19937_64 &random,
               ElementType type);
  /// False if results are no sample of how often they are correctly rounded:
  /// where a row has two different ones, or where 16 bits put true values next
  /// to the middle of two numbers.
  bool samplesRounding = true;
};

llvm::ArrayRef<Distribution> distributions();

/// Rows of one length that are computed and checked together.
struct Block {
  ElementType type;
  /// Index in `distributions()`.
  unsigned distribution;
  int64_t rows, length;
  /// Which of the blocks of this length it is.
  unsigned index;
};

/// Blocks of a distribution in `type` with about `elements` elements, and at
/// least one of each length.
std::vector<Block> makeBlocks(unsigned distribution, ElementType type,
                              int64_t elements);

/// So many blocks of a distribution's main length, from the first.
std::vector<Block> makeMainBlocks(unsigned distribution, ElementType type,
                                  unsigned count);

/// The logits of a block row by row, numbers of its type all of them: the same
/// in every run.
std::vector<double> makeLogits(const Block &block);

} // namespace lse_verify

#endif // LSE_TOOLS_LSEVERIFY_DISTRIBUTIONS_H
