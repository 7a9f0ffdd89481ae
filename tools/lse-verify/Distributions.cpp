//===- Distributions.cpp - Rows of logits to check kernels on -------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Distributions.h"

#include "lse/KernelTesting/Tensor.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <limits>

using namespace lse_verify;
using llvm::MutableArrayRef;
using Random = std::mt19937_64;

namespace {

/// Elements of a block, unless a row has more.
constexpr int64_t kBlockElements = 1 << 16;

double uniform(Random &random, double least, double most) {
  return std::uniform_real_distribution<double>(least, most)(random);
}

size_t place(Random &random, size_t size) {
  return std::uniform_int_distribution<size_t>(0, size - 1)(random);
}

/// The distance from the maximum at which results come to the end of the
/// subnormal numbers.
double reachOf(ElementType type) {
  switch (type) {
  case ElementType::F64:
    return 745;
  case ElementType::F16:
    return 17;
  default:
    return 104;
  }
}

bool isHalf(ElementType type) {
  return type == ElementType::F16 || type == ElementType::BF16;
}

void addNormal(MutableArrayRef<double> row, Random &random, double mean,
               double deviation) {
  std::normal_distribution<double> normal(mean, deviation);
  for (double &x : row)
    x = normal(random);
}

void fillNormal(MutableArrayRef<double> row, Random &random, ElementType) {
  addNormal(row, random, 0, 1);
}

void fillWideNormal(MutableArrayRef<double> row, Random &random, ElementType) {
  addNormal(row, random, 0, 3);
}

/// A sum that follows a running maximum has to be scaled most often where rows
/// ascend.
void fillUniform(MutableArrayRef<double> row, Random &random, ElementType) {
  for (double &x : row)
    x = uniform(random, -80, 0);
  if (random() % 2)
    llvm::sort(row);
}

void fillDominant(MutableArrayRef<double> row, Random &random, ElementType) {
  addNormal(row, random, 0, 1);
  double largest = *llvm::max_element(row);
  row[place(random, row.size())] =
      largest + std::normal_distribution<double>(20, 1)(random);
}

void fillTwoValues(MutableArrayRef<double> row, Random &random,
                   ElementType type) {
  double high = random() % 2 ? 0 : uniform(random, -10, 10);
  double low = high - uniform(random, 0, reachOf(type));
  for (double &x : row)
    x = random() % 2 ? high : low;
  row[place(random, row.size())] = high;
  if (row.size() > 1 && llvm::count(row, high) == int64_t(row.size()))
    row[place(random, row.size())] = low;
}

/// Probabilities that sum up to 1 but for the rounding of their logarithms.
/// Half of the rows are near equal ones, as a pair at -ln(2).
void fillNearZero(MutableArrayRef<double> row, Random &random,
                  ElementType type) {
  double share = 1.0 / row.size();
  bool isEven = random() % 2;
  for (double &x : row)
    x = isEven ? share * uniform(random, 0.999, 1.001)
               : uniform(random, 0.05, 1);
  double sum = 0;
  for (double x : row)
    sum += x;
  size_t last = place(random, row.size());
  double rest = 1;
  for (size_t i = 0; i < row.size(); ++i) {
    if (i == last)
      continue;
    row[i] = std::log(row[i] / sum);
    uint64_t bits = lse_testing::roundedBits(row[i], type);
    row[i] = static_cast<double>(lse_testing::valueOfBits(bits, type));
    rest -= std::exp(row[i]);
  }
  row[last] = std::log(std::max(rest, 1e-9));
}

void fillOffset(MutableArrayRef<double> row, Random &random, ElementType type) {
  addNormal(row, random, isHalf(type) ? 100 : 1e4, 1);
}

/// Distances of all sizes, from differences that hardly count to results that
/// are subnormal or zero.
void fillLogUniform(MutableArrayRef<double> row, Random &random,
                    ElementType type) {
  double high = std::normal_distribution<double>(0, 3)(random);
  for (double &x : row)
    x = high - std::exp(uniform(random, std::log(1e-6),
                                std::log(1.03 * reachOf(type))));
  row[place(random, row.size())] = high;
}

/// Scores of attention, of which up to all but one are masked: the end of the
/// row, as by a causal mask, or anything, by -inf or by a finite number that is
/// added.
void fillMasked(MutableArrayRef<double> row, Random &random, ElementType type) {
  addNormal(row, random, 0, uniform(random, 0.5, 4));
  double mask = type == ElementType::F16 ? -65504 : -1e9;
  bool isFinite = random() % 2, isCausal = random() % 2;
  double share = uniform(random, 0, 1);
  size_t kept = isCausal ? 0 : place(random, row.size());
  for (size_t i = 0; i < row.size(); ++i) {
    bool isMasked = isCausal ? i > share * row.size()
                             : i != kept && uniform(random, 0, 1) < share;
    if (isMasked)
      row[i] =
          isFinite ? mask + row[i] : -std::numeric_limits<double>::infinity();
  }
}

/// Few numbers that are met often, as logits have in half precision.
void fillTies(MutableArrayRef<double> row, Random &random, ElementType) {
  addNormal(row, random, 0, 3);
  for (double &x : row)
    x = std::round(x * 8) / 8;
}

/// One maximum, and all others equal: each addition rounds the same way.
void fillOthersEqual(MutableArrayRef<double> row, Random &random,
                     ElementType type) {
  const double most[] = {1, 20, reachOf(type)};
  double distance = uniform(random, 0, most[place(random, std::size(most))]);
  llvm::fill(row, -distance);
  row[place(random, row.size())] = 0;
}

/// `x` as a number of `type`.
double roundTo(double x, ElementType type) {
  switch (type) {
  case ElementType::F64:
    return x;
  case ElementType::F32:
    return static_cast<float>(x);
  default:
    return static_cast<double>(
        lse_testing::valueOfBits(lse_testing::roundedBits(x, type), type));
  }
}

Block makeBlock(unsigned distribution, ElementType type, int64_t length,
                unsigned index) {
  int64_t rows = std::max<int64_t>(kBlockElements / length, 1);
  return {type, distribution, rows, length, index};
}

} // namespace

llvm::ArrayRef<Distribution> lse_verify::distributions() {
  static const std::vector<Distribution> all = {
      {"N(0,1), short rows",
       64,
       {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 100, 127, 129, 255,
        257},
       fillNormal},
      {"N(0,1), long rows",
       1000,
       {511, 1023, 4097, 16385, 50257, 1000000},
       fillNormal},
      {"3 N(0,1)",
       50257,
       {10, 101, 1001, 32000, 131073, 1000000},
       fillWideNormal},
      {"U[-80,0], half the rows ascending",
       128,
       {2, 3, 17, 31, 1000, 4097, 50257, 1000000},
       fillUniform},
      {"one dominant, gap about 20",
       32,
       {2, 3, 5, 8, 17, 33, 100, 1000, 4097},
       fillDominant},
      {"two values, gap up to zeros",
       2,
       {3, 5, 17, 64, 1000, 4097},
       fillTwoValues},
      {"log-sum-exp near 0",
       2,
       {3, 5, 8, 17, 64, 1000},
       fillNearZero,
       /*samplesRounding=*/false},
      {"offset + N(0,1)",
       1000,
       {1, 3, 65, 257, 4097, 50257, 1000000},
       fillOffset},
      {"log-uniform gaps, up to zeros",
       128,
       {2, 5, 33, 1000, 4097, 50257},
       fillLogUniform},
      {"attention, masked", 512, {7, 33, 128, 1023, 4096, 32768}, fillMasked},
      {"multiples of 1/8", 1000, {8, 17, 128, 4097, 50257, 1000000}, fillTies},
      {"one maximum, others equal",
       50257,
       {4096, 1000000},
       fillOthersEqual,
       /*samplesRounding=*/false},
  };
  return all;
}

std::vector<Block> lse_verify::makeMainBlocks(unsigned distribution,
                                              ElementType type,
                                              unsigned count) {
  std::vector<Block> blocks;
  for (unsigned index = 0; index < count; ++index)
    blocks.push_back(makeBlock(
        distribution, type, distributions()[distribution].mainLength, index));
  return blocks;
}

std::vector<Block> lse_verify::makeBlocks(unsigned distribution,
                                          ElementType type, int64_t elements) {
  const Distribution &rows = distributions()[distribution];
  std::vector<Block> blocks =
      makeMainBlocks(distribution, type, elements / 2 / kBlockElements);
  int64_t share = elements / 2 / int64_t(rows.otherLengths.size());
  for (int64_t length : rows.otherLengths)
    for (int64_t index = 0, left = share; index == 0 || left > 0; ++index) {
      blocks.push_back(makeBlock(distribution, type, length, index));
      left -= blocks.back().rows * length;
    }
  return blocks;
}

std::vector<double> lse_verify::makeLogits(const Block &block) {
  std::seed_seq seed{uint64_t(block.distribution), uint64_t(block.type),
                     uint64_t(block.length), uint64_t(block.index)};
  Random random(seed);
  std::vector<double> logits(block.rows * block.length);
  for (int64_t row = 0; row < block.rows; ++row)
    distributions()[block.distribution].fill(
        MutableArrayRef(logits).slice(row * block.length, block.length), random,
        block.type);
  for (double &x : logits)
    x = roundTo(x, block.type);
  return logits;
}
