//===- lse-bench.cpp - Kernels beside hand-written loops ------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Measures softmax kernels and a hand-written loop in the same run, on the same
// data, in alternating rounds, and prints the medians and the median of the
// ratios of neighbouring rounds.
//
//===----------------------------------------------------------------------===//

#include "HandWritten.h"
#include "lse/KernelTesting/KernelJIT.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"

#include <algorithm>
#include <chrono>
#include <dlfcn.h>
#include <functional>
#include <random>

using namespace llvm;
using namespace lse_testing;

namespace {

cl::list<int64_t> lengths("length", cl::CommaSeparated,
                          cl::desc("Row lengths (256,1024,4096,16384)"));
cl::OptionCategory category("lse-bench options");
cl::opt<int64_t> elements("elements", cl::cat(category), cl::init(65536),
                          cl::desc("Elements of all rows together"));
cl::opt<int> rounds("rounds", cl::cat(category), cl::init(31),
                    cl::desc("Rounds of each"));
cl::opt<unsigned> unroll("unroll", cl::cat(category), cl::init(4),
                         cl::desc("Vectors in flight"));

/// One contestant's work on all rows, and its time in each round.
struct Contestant {
  std::string name;
  std::function<void()> run;
  std::vector<double> nanoseconds = {};
};

double timeOf(const std::function<void()> &run, int repeats) {
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < repeats; ++i)
    run();
  std::chrono::duration<double, std::nano> time =
      std::chrono::steady_clock::now() - start;
  return time.count() / repeats;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2,
                   values.end());
  return values[values.size() / 2];
}

/// The median over rounds of this contestant's time over the first one's.
double medianRatio(const Contestant &contestant, const Contestant &reference) {
  std::vector<double> ratios;
  for (size_t i = 0; i < contestant.nanoseconds.size(); ++i)
    ratios.push_back(contestant.nanoseconds[i] / reference.nanoseconds[i]);
  return median(ratios);
}

void measure(std::vector<Contestant> &contestants) {
  constexpr double kRoundNanoseconds = 1e6;
  for (Contestant &contestant : contestants)
    contestant.run();
  int repeats = std::max(
      1, static_cast<int>(kRoundNanoseconds / timeOf(contestants[0].run, 3)));
  for (int round = 0; round < rounds; ++round)
    for (Contestant &contestant : contestants)
      contestant.nanoseconds.push_back(timeOf(contestant.run, repeats));
}

/// A kernel on `input` and `output`, or a fatal error.
Contestant makeKernel(const std::string &name, const Machine &machine,
                      const std::vector<int64_t> &extents, Buffer &input,
                      Buffer &output) {
  lse_halide::KernelSpec spec = makeSoftmaxSpec(machine, extents);
  spec.schedule.parallel = false;
  spec.schedule.unroll = unroll;
  std::shared_ptr<Kernel> kernel =
      cantFail(Kernel::create(spec, machine), "no kernel");
  return {name, [kernel, &input, &output] {
            if (int32_t status = (*kernel)({&input, &output}))
              report_fatal_error("the kernel failed with status " +
                                 Twine(status));
          }};
}

void compare(const Machine &machine, const HandWrittenLoop &loop,
             int64_t length) {
  int64_t rows = std::max<int64_t>(1, elements / length);
  std::vector<float> x(rows * length), p(rows * length);
  std::mt19937 generator(1);
  std::normal_distribution<float> normal(0.0f, 5.0f);
  std::generate(x.begin(), x.end(), [&] { return normal(generator); });
  Buffer input(x.data(), {rows, length}), output(p.data(), {rows, length});

  std::vector<Contestant> contestants = {
      {"hand-written", [&] { loop.run(x.data(), p.data(), rows, length); }},
      makeKernel("static", machine, {rows, length}, input, output),
      makeKernel("dynamic", machine,
                 {lse_halide::kDynamicExtent, lse_halide::kDynamicExtent},
                 input, output)};
  measure(contestants);
  outs() << formatv("{0,-8} {1,8} {2,6}", loop.name, length, rows);
  for (const Contestant &contestant : contestants)
    outs() << formatv(" {0,10:F4}",
                      median(contestant.nanoseconds) / (rows * length));
  for (size_t i = 1; i < contestants.size(); ++i)
    outs() << formatv(" {0,8:F3}", medianRatio(contestants[i], contestants[0]));
  outs() << "\n";
  outs().flush();
}

void compareAll(const Machine &machine, const HandWrittenLoop &loop) {
  if (!loop.run || loop.lanes > machine.vectorLanes)
    return;
  std::vector<int64_t> all(lengths.begin(), lengths.end());
  if (all.empty())
    all = {256, 1024, 4096, 16384};
  for (int64_t length : all)
    compare(machine, loop, length);
}

} // namespace

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv,
                              "lse kernels beside hand-written "
                              "loops\n");
  outs() << "f32 softmax on " << sys::getHostCPUName()
         << ", one thread, in cache; times in ns per element\n";
  outs() << formatv("{0,-8} {1,8} {2,6} {3,10} {4,10} {5,10} {6,8} {7,8}\n",
                    "ISA", "N", "rows", "by hand", "static", "dynamic", "ratio",
                    "ratio");
  compareAll(cantFail(Machine::host()), handWrittenAVX512());
  compareAll(cantFail(Machine::host({"avx512", "avx10", "evex512"})),
             handWrittenAVX2());
  return 0;
}
