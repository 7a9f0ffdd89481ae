//===- KernelTesting.cpp - Helpers for kernel tests -----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelTesting.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

using namespace lse_testing;

void lse_testing::fillNormal(llvm::MutableArrayRef<float> values, unsigned seed,
                             float deviation) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal(0.0f, deviation);
  for (float &value : values)
    value = normal(generator);
}

std::vector<long double>
lse_testing::referenceSoftmax(llvm::ArrayRef<float> logits) {
  long double maximum = -INFINITY, sum = 0;
  for (float logit : logits)
    maximum = std::fmax(maximum, static_cast<long double>(logit));
  std::vector<long double> result;
  for (float logit : logits) {
    result.push_back(std::exp(logit - maximum));
    sum += result.back();
  }
  for (long double &value : result)
    value /= sum;
  return result;
}

double lse_testing::ulpError(float actual, long double expected) {
  int exponent = 0;
  std::frexp(expected, &exponent);
  long double unit = std::ldexp(1.0L, std::max(exponent - 24, -149));
  return static_cast<double>(std::fabs(actual - expected) / unit);
}

void lse_testing::expectSoftmax(llvm::ArrayRef<float> logits,
                                llvm::ArrayRef<float> actual) {
  std::vector<long double> expected = referenceSoftmax(logits);
  float maximum = *llvm::max_element(logits);
  double n = static_cast<double>(logits.size());
  double common = 6 + std::log(n) / 2;
  for (size_t i = 0; i < logits.size(); ++i) {
    double distance = std::fabs(static_cast<double>(logits[i]) - maximum);
    ASSERT_LE(ulpError(actual[i], expected[i]), common + distance)
        << "at " << i << " of " << logits.size() << ": " << actual[i]
        << " instead of " << static_cast<double>(expected[i]);
  }
}

bool lse_testing::sameBits(llvm::ArrayRef<float> a, llvm::ArrayRef<float> b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}
