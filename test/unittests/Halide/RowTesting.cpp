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

void lse_testing::expectResults(const RowCase &rowCase, const KernelSpec &spec,
                                const Tensor &input,
                                const std::vector<Tensor> &outputs) {
  bool alongRows = lse_halide::runsAlongRows(rowCase.strategy);
  for (const RowView &row : rowsOf(rowCase, input)) {
    long double maximum = -INFINITY, sum = 0;
    for (long double logit : row.logits)
      maximum = std::max(maximum, logit);
    for (long double logit : row.logits)
      sum += std::exp(logit - maximum);
    double n = static_cast<double>(row.logits.size());
    // Of f32, sums are in f64: a run of four is rounded, and no more.
    double lanes = alongRows ? spec.schedule.vectorLanes : 1;
    bool isWide = rowCase.compute == ElementType::F64;
    double ofSum = std::log(n) / 2 + (isWide ? n / lanes : 0);
    for (size_t index = 0; index < outputs.size(); ++index) {
      const OutputSpec &output = spec.outputs[index];
      for (size_t i = 0; i < row.logits.size(); ++i) {
        long double distance = maximum - row.logits[i];
        long double actual =
            outputs[index].get(bufferIndex(row.indices[i], output.dims));
        long double expected = 0, bound = 0, atUnit = 1;
        if (output.kind == ResultKind::Probabilities) {
          expected = atUnit = std::exp(-distance) / sum;
          bound = 6 + distance + ofSum;
        } else if (output.kind == ResultKind::LogProbabilities) {
          expected = -distance - std::log(sum);
          atUnit = 1;
          bound = 4 + 2 * std::max(distance, std::fabs(expected)) + ofSum;
          ASSERT_LE(actual, 0.0L);
        } else {
          expected = maximum + std::log(sum);
          bound = 4 + std::fabs(expected) + ofSum;
        }
        ASSERT_NO_FATAL_FAILURE(expectWithin(actual, expected, bound, atUnit,
                                             rowCase.compute, output.type))
            << "output " << index << ", element " << i;
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
