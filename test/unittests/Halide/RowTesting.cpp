//===- RowTesting.cpp - Kernels of any type and layout --------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowTesting.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace lse_testing;
using llvm::APFloat;
using llvm::ArrayRef;

/// Expects one result within `bound` units in the last place of the type of
/// computation, which are of `atUnit`, and the rounding to its own type.
static void expectWithin(long double actual, long double expected,
                         long double bound, long double atUnit,
                         ElementType compute, ElementType type) {
  int precision = static_cast<int>(precisionOf(compute));
  int exponent = 0;
  std::frexp(atUnit, &exponent);
  long double slack = std::ldexp(bound, exponent - precision);
  if (type == compute) {
    // Below the normal numbers the unit is the least subnormal.
    int least =
        APFloat::semanticsMinExponent(semanticsOf(type)) - precision + 1;
    slack = std::max(slack, std::ldexp(bound, least));
    ASSERT_LE(std::fabs(actual - expected), slack)
        << static_cast<double>(actual) << " instead of "
        << static_cast<double>(expected);
    return;
  }
  // Rounding is monotonic.
  ASSERT_GE(actual, valueOfBits(roundedBits(expected - slack, type), type));
  ASSERT_LE(actual, valueOfBits(roundedBits(expected + slack, type), type));
}

namespace {

/// A row in extended precision. Only what is below the maximum is added up, so
/// that no digit of a small logarithm is lost.
struct RowReference {
  explicit RowReference(ArrayRef<long double> logits) {
    for (long double logit : logits)
      maximum = std::max(maximum, logit);
    long double others = 0, count = 0;
    for (long double logit : logits)
      if (logit == maximum)
        ++count;
      else
        others += std::exp(logit - maximum);
    sum = count + others;
    logSum = std::log1p(count - 1 + others);
    halfLogN = std::log(static_cast<double>(logits.size())) / 2;
  }

  long double maximum = -INFINITY, sum = 0, logSum = 0;
  double halfLogN = 0;
};

/// What a result has to be, and how far off it may be: `bound` units in the
/// last place of `atUnit`.
struct Expectation {
  long double expected = 0, bound = 0, atUnit = 1;
};

Expectation expectStandard(ResultKind kind, const RowReference &row,
                           long double distance, double ofSum) {
  if (kind == ResultKind::Probabilities) {
    long double expected = std::exp(-distance) / row.sum;
    return {expected, 6 + distance + ofSum, expected};
  }
  if (kind == ResultKind::LogProbabilities) {
    long double expected = -distance - row.logSum;
    return {expected, 4 + 2 * std::max(distance, std::fabs(expected)) + ofSum,
            1};
  }
  long double expected = row.maximum + row.logSum;
  return {expected, 4 + std::fabs(expected) + ofSum, 1};
}

/// Of f64 a logarithm counts as at least 1, as a log-sum-exp does always.
Expectation expectAccurate(ResultKind kind, const RowReference &row,
                           long double distance, ElementType compute) {
  bool isWide = compute == ElementType::F64;
  if (kind == ResultKind::Probabilities) {
    long double expected = std::exp(-distance) / row.sum;
    return {expected, 4, expected};
  }
  if (kind == ResultKind::LogProbabilities) {
    long double expected = -distance - row.logSum;
    return {expected, isWide ? 4.0L : 3.0L,
            isWide ? std::max(1.0L, std::fabs(expected)) : expected};
  }
  long double expected = row.maximum + row.logSum;
  bool isSmall = std::fabs(expected) < 1;
  return {expected,
          isWide    ? 4.0L
          : isSmall ? 1.0L
                    : 2.0L,
          std::max(1.0L, std::fabs(expected))};
}

} // namespace

void lse_testing::expectResults(const RowCase &rowCase, const KernelSpec &spec,
                                const Tensor &input,
                                const std::vector<Tensor> &outputs) {
  bool alongRows = lse_halide::runsAlongRows(rowCase.strategy);
  for (const RowView &row : rowsOf(rowCase, input)) {
    RowReference reference(row.logits);
    auto n = static_cast<double>(row.logits.size());
    // Of f32, sums are in f64: a run of four is rounded, and no more.
    double lanes = alongRows ? spec.schedule.vectorLanes : 1;
    bool isWide = rowCase.compute == ElementType::F64;
    double ofSum = reference.halfLogN + (isWide ? n / lanes : 0);
    for (size_t index = 0; index < outputs.size(); ++index) {
      const OutputSpec &output = spec.outputs[index];
      for (size_t i = 0; i < row.logits.size(); ++i) {
        long double distance = reference.maximum - row.logits[i];
        long double actual =
            outputs[index].get(bufferIndex(row.indices[i], output.dims));
        Expectation expectation =
            rowCase.numerics == Numerics::Accurate
                ? expectAccurate(output.kind, reference, distance,
                                 rowCase.compute)
                : expectStandard(output.kind, reference, distance, ofSum);
        if (output.kind == ResultKind::LogProbabilities) {
          ASSERT_LE(actual, 0.0L);
        }
        ASSERT_NO_FATAL_FAILURE(
            expectWithin(actual, expectation.expected, expectation.bound,
                         expectation.atUnit, rowCase.compute, output.type))
            << "output " << index << ", element " << i << " of " << n;
      }
    }
  }
}

void lse_testing::checkCase(const RowCase &rowCase, const Machine &machine) {
  KernelSpec spec = rowCase.makeSpec(machine);
  std::unique_ptr<Kernel> kernel = makeKernel(spec, machine);
  Tensor input = rowCase.makeInput();
  Tensor before = input;
  std::vector<Tensor> outputs = rowCase.makeOutputs();
  ASSERT_EQ(run(*kernel, input, outputs), 0);
  EXPECT_TRUE(input.sameBytes(before));
  for (const Tensor &output : outputs)
    EXPECT_TRUE(output.gapsAreUntouched());
  ASSERT_NO_FATAL_FAILURE(expectResults(rowCase, spec, input, outputs));
}

void lse_testing::checkTasks(const RowCase &rowCase, ArrayRef<int64_t> grains) {
  KernelSpec spec = rowCase.makeSpec(host());
  Tensor input = rowCase.makeInput();
  std::vector<Tensor> expected = rowCase.makeOutputs();
  spec.schedule.parallel = false;
  ASSERT_EQ(run(*makeKernel(spec, host()), input, expected), 0);
  spec.schedule.parallel = true;
  for (int64_t grain : grains) {
    spec.schedule.parallelGrain = grain;
    std::vector<Tensor> outputs = rowCase.makeOutputs();
    ASSERT_EQ(run(*makeKernel(spec, host()), input, outputs), 0);
    for (size_t i = 0; i < outputs.size(); ++i)
      EXPECT_TRUE(outputs[i].sameBytes(expected[i])) << grain;
  }
}
