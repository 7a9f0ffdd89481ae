//===- Reference.h - What a row of logits gives, to 128 bits ----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEVERIFY_REFERENCE_H
#define LSE_TOOLS_LSEVERIFY_REFERENCE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"

#include <mpfr.h>

#include <vector>

namespace lse_verify {

/// A number to 128 bits, as the sum of two.
struct ExtendedNumber {
  long double high = 0, low = 0;
};

/// The results of one row. Equal logits share theirs.
struct RowReference {
  /// For each element, which of the different logits it has.
  std::vector<unsigned> logitOf;
  /// For each different logit: the maximum less the logit, and the results.
  std::vector<double> distances;
  std::vector<ExtendedNumber> probabilities, logProbabilities;
  ExtendedNumber logSumExp;
};

/// A number of MPFR with `kPrecision` bits.
class BigNumber {
public:
  /// A log-sum-exp of f64 loses up to 53 bits where it is close to 0; 128 are
  /// left, and some for rounding.
  static constexpr mpfr_prec_t kPrecision = 192;

  BigNumber() { mpfr_init2(number, kPrecision); }
  BigNumber(BigNumber &&other) : BigNumber() {
    mpfr_swap(number, other.number);
  }
  BigNumber(const BigNumber &) = delete;
  BigNumber &operator=(const BigNumber &) = delete;
  ~BigNumber() { mpfr_clear(number); }

  operator mpfr_ptr() { return number; }

private:
  mpfr_t number;
};

/// Computes references, in one thread. Holds the memory that it needs, so one
/// that is used again is faster.
class ReferenceComputer {
public:
  ReferenceComputer() = default;
  ReferenceComputer(const ReferenceComputer &) = delete;
  ReferenceComputer &operator=(const ReferenceComputer &) = delete;
  /// MPFR keeps constants such as ln(2) for each thread.
  ~ReferenceComputer() { mpfr_free_cache(); }

  /// The results of a row. No logit is NaN or +inf, and one is not -inf.
  const RowReference &compute(llvm::ArrayRef<double> logits);

private:
  void findDifferentLogits(llvm::ArrayRef<double> logits);
  void exponentiate(double maximum);
  ExtendedNumber extended(mpfr_ptr number);

  RowReference row;
  /// The different logits, in order of appearance, and how often each is there.
  std::vector<double> different;
  std::vector<unsigned long> counts;
  llvm::DenseMap<uint64_t, unsigned> indices;
  /// For each different logit, its difference to the maximum and e to that.
  std::vector<BigNumber> differences, exponentials;
  /// The sum of the exponentials without one of the maximum, which is 1.
  BigNumber otherSum;
  BigNumber reciprocal, logOfSum, scratch;
};

} // namespace lse_verify

#endif // LSE_TOOLS_LSEVERIFY_REFERENCE_H
