//===- MathFunctionTest.cpp - exp, exp2, log, log1p and tanh --------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// f32 is checked over all numbers by lse-verify; here are special values of
// both types, and f64 in samples.
//
//===----------------------------------------------------------------------===//

#include "KernelTesting.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace lse_testing;
using lse_halide::ElementType;
using lse_halide::FunctionSpec;
using lse_halide::MathFunction;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::unique_ptr<Kernel> makeFunction(MathFunction function, ElementType type,
                                     const Machine &machine) {
  FunctionSpec spec;
  spec.function = function;
  spec.type = type;
  spec.vectorLanes =
      type == ElementType::F64 ? machine.vectorLanes / 2 : machine.vectorLanes;
  spec.target = machine.spec;
  return llvm::cantFail(Kernel::create(spec, machine));
}

template <typename T>
std::vector<T> evaluate(const Kernel &kernel, std::vector<T> x) {
  constexpr ElementType type =
      sizeof(T) == 8 ? ElementType::F64 : ElementType::F32;
  std::vector<T> y(x.size());
  auto size = static_cast<int64_t>(x.size());
  Buffer input(x.data(), type, {size}), output(y.data(), type, {size});
  EXPECT_EQ(kernel({&input, &output}), 0);
  return y;
}

struct Special {
  MathFunction function;
  double x, y;
};

const Special kSpecials[] = {{MathFunction::Exp, 0.0, 1.0},
                             {MathFunction::Exp, -0.0, 1.0},
                             {MathFunction::Exp, kInfinity, kInfinity},
                             {MathFunction::Exp, -kInfinity, 0.0},
                             {MathFunction::Exp, kNaN, kNaN},
                             {MathFunction::Exp, 1e30, kInfinity},
                             {MathFunction::Exp, -1e30, 0.0},
                             {MathFunction::Exp2, 0.0, 1.0},
                             {MathFunction::Exp2, 3.0, 8.0},
                             {MathFunction::Exp2, -140.0, 0x1p-140},
                             {MathFunction::Exp2, kInfinity, kInfinity},
                             {MathFunction::Exp2, -kInfinity, 0.0},
                             {MathFunction::Exp2, kNaN, kNaN},
                             {MathFunction::Log, 1.0, 0.0},
                             {MathFunction::Log, 0.0, -kInfinity},
                             {MathFunction::Log, -0.0, -kInfinity},
                             {MathFunction::Log, -1.0, kNaN},
                             {MathFunction::Log, kInfinity, kInfinity},
                             {MathFunction::Log, -kInfinity, kNaN},
                             {MathFunction::Log, kNaN, kNaN},
                             {MathFunction::Log1p, 0.0, 0.0},
                             {MathFunction::Log1p, -0.0, -0.0},
                             {MathFunction::Log1p, 0x1p-140, 0x1p-140},
                             {MathFunction::Log1p, -1.0, -kInfinity},
                             {MathFunction::Log1p, -1.5, kNaN},
                             {MathFunction::Log1p, kInfinity, kInfinity},
                             {MathFunction::Log1p, kNaN, kNaN},
                             {MathFunction::ExpOrZero, 0.0, 1.0},
                             {MathFunction::ExpOrZero, -0.0, 1.0},
                             {MathFunction::ExpOrZero, -709.0, 0.0},
                             {MathFunction::ExpOrZero, -1e30, 0.0},
                             {MathFunction::ExpOrZero, -kInfinity, 0.0},
                             {MathFunction::ExpOrZero, kNaN, kNaN},
                             {MathFunction::Tanh, 0.0, 0.0},
                             {MathFunction::Tanh, -0.0, -0.0},
                             {MathFunction::Tanh, 0x1p-140, 0x1p-140},
                             {MathFunction::Tanh, 30.0, 1.0},
                             {MathFunction::Tanh, -1e30, -1.0},
                             {MathFunction::Tanh, kInfinity, 1.0},
                             {MathFunction::Tanh, -kInfinity, -1.0},
                             {MathFunction::Tanh, kNaN, kNaN}};

template <typename T>
void checkSpecials(ElementType type) {
  for (const Machine &machine : machines())
    for (const Special &special : kSpecials) {
      std::unique_ptr<Kernel> kernel =
          makeFunction(special.function, type, machine);
      // In each lane, and in the tail.
      for (T y :
           evaluate(*kernel, std::vector<T>(21, static_cast<T>(special.x)))) {
        if (std::isnan(special.y)) {
          EXPECT_TRUE(std::isnan(y)) << special.x;
          continue;
        }
        EXPECT_EQ(y, static_cast<T>(special.y)) << special.x;
        EXPECT_EQ(std::signbit(y), std::signbit(special.y)) << special.x;
      }
    }
}

TEST(MathFunction, SpecialValuesOfF32) {
  checkSpecials<float>(ElementType::F32);
}

TEST(MathFunction, SpecialValuesOfF64) {
  checkSpecials<double>(ElementType::F64);
}

struct Sample {
  MathFunction function;
  long double (*reference)(long double);
  double least, most;
  /// In units in the last place.
  double bound;
};

template <typename T>
void checkSamples(ElementType type, llvm::ArrayRef<Sample> samples) {
  using Limits = std::numeric_limits<T>;
  std::mt19937_64 generator(11);
  for (const Machine &machine : machines())
    for (const Sample &sample : samples) {
      std::uniform_real_distribution<T> uniform(static_cast<T>(sample.least),
                                                static_cast<T>(sample.most));
      std::vector<T> x(200003);
      for (T &value : x)
        value = uniform(generator);
      std::unique_ptr<Kernel> kernel =
          makeFunction(sample.function, type, machine);
      std::vector<T> y = evaluate(*kernel, x);
      double worst = 0, at = 0;
      for (size_t i = 0; i < x.size(); ++i) {
        long double expected = sample.reference(x[i]);
        if (std::isinf(static_cast<T>(expected)))
          continue;
        int exponent = std::max(std::ilogb(expected), Limits::min_exponent - 1);
        auto error = static_cast<double>(std::scalbn(
            std::fabs(y[i] - expected), Limits::digits - 1 - exponent));
        if (!(error <= worst)) {
          worst = error;
          at = x[i];
        }
      }
      EXPECT_LE(worst, sample.bound) << at;
    }
}

long double exponential(long double x) { return std::exp(x); }
long double hyperbolicTangent(long double x) { return std::tanh(x); }

/// Of f64, in ranges that hold subnormal results, the last finite ones and
/// those near a zero.
TEST(MathFunction, SamplesOfF64) {
  const Sample samples[] = {
      {MathFunction::Exp, exponential, -746, 710, 1.5},
      {MathFunction::Exp, exponential, -1, 1, 1.5},
      {MathFunction::Exp2, [](long double x) { return std::exp2(x); }, -1076,
       1025, 1.5},
      {MathFunction::Log, [](long double x) { return std::log(x); }, 0.5, 2, 2},
      {MathFunction::Log, [](long double x) { return std::log(x); }, 0, 1e300,
       1},
      {MathFunction::Log1p, [](long double x) { return std::log1p(x); }, -0.9,
       1.5, 2.5},
      {MathFunction::Log1p, [](long double x) { return std::log1p(x); }, -1e-9,
       1e-9, 2.5},
      {MathFunction::ExpOrZero, exponential, -708.39, 0, 1.5},
      {MathFunction::Tanh, hyperbolicTangent, -2, 2, 4},
      {MathFunction::Tanh, hyperbolicTangent, -25, 25, 4},
      {MathFunction::Tanh, hyperbolicTangent, -1e-6, 1e-6, 4}};
  checkSamples<double>(ElementType::F64, samples);
}

/// Of f32, what lse-verify does not go through. Where multiply and add are
/// fused, 2.8e-9 |x| comes on top of the bound of an exponential.
TEST(MathFunction, SamplesOfF32) {
  const Sample samples[] = {
      {MathFunction::ExpOrZero, exponential, -87.33, 0, 2.3 + 87.33 * 0.047},
      {MathFunction::ExpOrZero, exponential, -1, 0, 2.4},
      {MathFunction::Tanh, hyperbolicTangent, -2, 2, 4},
      {MathFunction::Tanh, hyperbolicTangent, -10, 10, 4},
      {MathFunction::Tanh, hyperbolicTangent, -1e-6, 1e-6, 4}};
  checkSamples<float>(ElementType::F32, samples);
}

/// Numbers below the normal ones have logarithms, too.
TEST(MathFunction, LogarithmsOfSubnormals) {
  std::unique_ptr<Kernel> kernel =
      makeFunction(MathFunction::Log, ElementType::F64, host());
  std::vector<double> x;
  for (int exponent = -1074; exponent <= -1020; ++exponent)
    x.push_back(std::ldexp(1.0, exponent));
  std::vector<double> y = evaluate(*kernel, x);
  for (size_t i = 0; i < x.size(); ++i)
    EXPECT_NEAR(y[i],
                static_cast<double>(std::log(static_cast<long double>(x[i]))),
                0x1p-43);
}

TEST(MathFunction, OtherTypesAreRefused) {
  FunctionSpec spec;
  spec.type = ElementType::F16;
  spec.target = host().spec;
  lse_halide::KernelResult result;
  lse_halide_compile_function(spec, lse_halide::Artifact::Bitcode, result);
  EXPECT_FALSE(result.succeeded);
  EXPECT_NE(result.error.find("f32 or f64"), std::string::npos) << result.error;
}

} // namespace
