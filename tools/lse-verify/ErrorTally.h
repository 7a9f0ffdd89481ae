//===- ErrorTally.h - Errors of many results, in little memory --*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEVERIFY_ERRORTALLY_H
#define LSE_TOOLS_LSEVERIFY_ERRORTALLY_H

#include "ErrorBounds.h"

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace lse_verify {

/// How good many results of one kind are.
class ErrorTally {
public:
  /// Where a result is.
  struct Place {
    int64_t length = 0;
    double distance = 0, actual = 0;
    long double expected = 0;
    double error = 0, bound = 0;
  };

  /// Counts one result. `isInRange` is false if it is no such thing as a
  /// probability, whatever its error.
  void add(double actual, const Expected &expected, double bound,
           double distance, int64_t length, bool isInRange) {
    double error = expected.errorOf(actual);
    ++count;
    // A result that is 0 in any case says nothing about rounding.
    if (!expected.roundsToZero()) {
      ++countForRounding;
      rounded += expected.isRounded(actual, error);
    }
    ++bins[binOf(error)];
    largest = std::max(largest, error);
    // Of -inf the bound is 0, and so is the error.
    double share = error == 0 ? 0 : error / bound;
    bool isFailure = !(error <= bound) || !isInRange;
    failures += isFailure;
    if (share > largestShare || (isFailure && failures == 1)) {
      largestShare = std::max(largestShare, share);
      worst = {length, distance, actual, expected.value.high, error, bound};
    }
  }

  void add(const ErrorTally &other);

  /// The error that `share` of all errors are not above, but for 2 %.
  double quantile(double share) const;
  double roundedShare() const;

  uint64_t count = 0, countForRounding = 0, rounded = 0, failures = 0;
  /// The largest error, and the largest share of its bound that an error is.
  double largest = 0, largestShare = 0;
  /// The largest share of a bound, or a result out of range.
  Place worst;

private:
  /// Steps of 1/32 of a power of two, from 2^-20 to 2^40.
  static constexpr int kStepBits = 5, kLeast = -20, kMost = 40;
  /// The leading bits of a double in the first of these steps.
  static constexpr uint64_t kFirst = uint64_t(1023 + kLeast) << kStepBits;

  static size_t binOf(double error) {
    if (!(error >= std::ldexp(1.0, kLeast)))
      return 0;
    uint64_t bits =
        llvm::bit_cast<uint64_t>(std::min(error, std::ldexp(1.0, kMost)));
    return (bits >> (52 - kStepBits)) - kFirst + 1;
  }

  std::vector<uint64_t> bins =
      std::vector<uint64_t>(((kMost - kLeast) << kStepBits) + 2);
};

} // namespace lse_verify

#endif // LSE_TOOLS_LSEVERIFY_ERRORTALLY_H
