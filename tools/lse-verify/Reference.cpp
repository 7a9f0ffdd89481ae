//===- Reference.cpp - What a row of logits gives, to 128 bits ------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <cmath>

using namespace lse_verify;

/// The number and what is left of it: 64 bits each.
ExtendedNumber ReferenceComputer::extended(mpfr_ptr number) {
  ExtendedNumber result;
  result.high = mpfr_get_ld(number, MPFR_RNDN);
  if (!std::isfinite(result.high))
    return result;
  mpfr_set_ld(scratch, result.high, MPFR_RNDN);
  mpfr_sub(scratch, number, scratch, MPFR_RNDN);
  result.low = mpfr_get_ld(scratch, MPFR_RNDN);
  return result;
}

void ReferenceComputer::findDifferentLogits(llvm::ArrayRef<double> logits) {
  different.clear();
  counts.clear();
  indices.clear();
  row.logitOf.clear();
  for (double logit : logits) {
    auto [entry, isNew] = indices.try_emplace(llvm::bit_cast<uint64_t>(logit),
                                              unsigned(different.size()));
    if (isNew) {
      different.push_back(logit);
      counts.push_back(0);
    }
    ++counts[entry->second];
    row.logitOf.push_back(entry->second);
  }
}

void ReferenceComputer::exponentiate(double maximum) {
  while (exponentials.size() < different.size()) {
    exponentials.emplace_back();
    differences.emplace_back();
  }
  row.distances.clear();
  bool isMaximumOut = false;
  mpfr_set_zero(otherSum, 1);
  for (auto [i, logit] : llvm::enumerate(different)) {
    row.distances.push_back(maximum - logit);
    mpfr_set_d(differences[i], logit, MPFR_RNDN);
    mpfr_sub_d(differences[i], differences[i], maximum, MPFR_RNDN);
    mpfr_exp(exponentials[i], differences[i], MPFR_RNDN);
    unsigned long count = counts[i];
    if (logit == maximum && !isMaximumOut) {
      isMaximumOut = true;
      --count;
    }
    mpfr_mul_ui(scratch, exponentials[i], count, MPFR_RNDN);
    mpfr_add(otherSum, otherSum, scratch, MPFR_RNDN);
  }
}

/// With `s` the sum of all exponentials but one of the maximum,
///   p = exp(d) / (1 + s),  ln(p) = d - log1p(s),  lse = max + log1p(s):
/// only the last may cancel.
const RowReference &ReferenceComputer::compute(llvm::ArrayRef<double> logits) {
  findDifferentLogits(logits);
  double maximum = *llvm::max_element(logits);
  exponentiate(maximum);
  mpfr_log1p(logOfSum, otherSum, MPFR_RNDN);
  mpfr_add_ui(reciprocal, otherSum, 1, MPFR_RNDN);
  mpfr_ui_div(reciprocal, 1, reciprocal, MPFR_RNDN);
  row.probabilities.clear();
  row.logProbabilities.clear();
  for (size_t i = 0; i < different.size(); ++i) {
    mpfr_mul(exponentials[i], exponentials[i], reciprocal, MPFR_RNDN);
    row.probabilities.push_back(extended(exponentials[i]));
    mpfr_sub(differences[i], differences[i], logOfSum, MPFR_RNDN);
    row.logProbabilities.push_back(extended(differences[i]));
  }
  mpfr_add_d(logOfSum, logOfSum, maximum, MPFR_RNDN);
  row.logSumExp = extended(logOfSum);
  return row;
}
