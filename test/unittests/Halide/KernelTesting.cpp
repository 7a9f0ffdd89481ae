//===- KernelTesting.cpp - Helpers for kernel tests -----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelTesting.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <sys/mman.h>
#include <unistd.h>

using namespace lse_test;

GuardedFloats::GuardedFloats(size_t size, Placement placement) : count(size) {
  size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  size_t bytes = size * sizeof(float);
  size_t usable = (bytes + page - 1) / page * page;
  mapped = usable + 2 * page;
  mapping =
      mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED)
    llvm::report_fatal_error("mmap failed");
  char *start = static_cast<char *>(mapping) + page;
  if (usable && mprotect(start, usable, PROT_READ | PROT_WRITE) != 0)
    llvm::report_fatal_error("mprotect failed");
  if (placement == Placement::AtEnd)
    start += usable - bytes;
  first = reinterpret_cast<float *>(start);
}

GuardedFloats::~GuardedFloats() { munmap(mapping, mapped); }

const std::vector<Machine> &lse_test::machines() {
  static const std::vector<Machine> all = [] {
    std::vector<Machine> result;
    for (const lse_bench::InstructionSet &set : lse_bench::instructionSets()) {
      Machine machine = llvm::cantFail(Machine::host(set.without));
      if (result.empty() || machine.features != result.back().features)
        result.push_back(machine);
    }
    return result;
  }();
  return all;
}

const Machine &lse_test::host() { return machines().front(); }

std::unique_ptr<Kernel> lse_test::makeKernel(const lse_halide::KernelSpec &spec,
                                             const Machine &machine) {
  llvm::Expected<std::unique_ptr<Kernel>> kernel =
      Kernel::create(spec, machine);
  if (!kernel)
    llvm::report_fatal_error(kernel.takeError());
  return std::move(*kernel);
}

void lse_test::fillNormal(llvm::MutableArrayRef<float> values, unsigned seed,
                          float deviation) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal(0.0f, deviation);
  for (float &value : values)
    value = normal(generator);
}

std::vector<long double>
lse_test::referenceSoftmax(llvm::ArrayRef<float> logits) {
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

double lse_test::ulpError(float actual, long double expected) {
  int exponent = 0;
  std::frexp(expected, &exponent);
  long double unit = std::ldexp(1.0L, std::max(exponent - 24, -149));
  return static_cast<double>(std::fabs(actual - expected) / unit);
}

void lse_test::expectSoftmax(llvm::ArrayRef<float> logits,
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

bool lse_test::sameBits(llvm::ArrayRef<float> a, llvm::ArrayRef<float> b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}
