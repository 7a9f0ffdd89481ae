//===- ErrorTally.cpp - Errors of many results, in little memory ----------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ErrorTally.h"

#include "llvm/ADT/STLExtras.h"

using namespace lse_verify;

void ErrorTally::add(const ErrorTally &other) {
  if (other.largestShare > largestShare || (other.failures && !failures))
    worst = other.worst;
  count += other.count;
  countForRounding += other.countForRounding;
  rounded += other.rounded;
  failures += other.failures;
  largest = std::max(largest, other.largest);
  largestShare = std::max(largestShare, other.largestShare);
  for (auto [bin, otherBin] : llvm::zip_equal(bins, other.bins))
    bin += otherBin;
}

double ErrorTally::quantile(double share) const {
  uint64_t below = 0;
  for (auto [i, inBin] : llvm::enumerate(bins)) {
    below += inBin;
    if (below < share * count)
      continue;
    if (i == 0)
      return 0;
    // The middle of the bin, but nothing that is not there.
    constexpr uint64_t half = uint64_t(1) << (51 - kStepBits);
    auto middle =
        llvm::bit_cast<double>(((kFirst + i - 1) << (52 - kStepBits)) + half);
    return std::min(middle, largest);
  }
  return largest;
}

double ErrorTally::roundedShare() const {
  return countForRounding ? double(rounded) / countForRounding : 1;
}
