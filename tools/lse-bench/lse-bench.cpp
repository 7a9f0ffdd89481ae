//===- lse-bench.cpp - Kernels beside hand-written loops ------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Measures softmax kernels and a hand-written loop, or accurate kernels and
// standard ones, in the same run, on the same data, in alternating rounds, and
// prints the medians and the median of the ratios of neighbouring rounds.
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
enum class Comparison { HandWritten, Accurate };
cl::opt<Comparison> comparison(
    "compare", cl::cat(category), cl::init(Comparison::HandWritten),
    cl::desc("What to compare"),
    cl::values(clEnumValN(Comparison::HandWritten, "hand-written",
                          "softmax with a hand-written loop (the default)"),
               clEnumValN(Comparison::Accurate, "accurate",
                          "accurate numerics with standard ones")));
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

/// The kernel of `spec` on `input` and `output`, or a fatal error.
Contestant makeContestant(const std::string &name, const Machine &machine,
                          lse_halide::KernelSpec spec, Buffer &input,
                          Buffer &output) {
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

std::vector<float> makeLogits(size_t size) {
  std::vector<float> x(size);
  std::mt19937 generator(1);
  std::normal_distribution<float> normal(0.0f, 5.0f);
  std::generate(x.begin(), x.end(), [&] { return normal(generator); });
  return x;
}

/// Measures, and prints times for each of `count` elements and ratios to the
/// first contestant.
void measureAndPrint(std::vector<Contestant> contestants, int64_t count) {
  measure(contestants);
  for (const Contestant &contestant : contestants)
    outs() << formatv(" {0,10:F4}",
                      median(contestant.nanoseconds) / double(count));
  for (size_t i = 1; i < contestants.size(); ++i)
    outs() << formatv(" {0,8:F3}", medianRatio(contestants[i], contestants[0]));
  outs() << "\n";
  outs().flush();
}

std::vector<int64_t> getLengths() {
  if (lengths.empty())
    return {256, 1024, 4096, 16384};
  return {lengths.begin(), lengths.end()};
}

void compareHandWritten(const Machine &machine, const HandWrittenLoop &loop) {
  if (!loop.run || loop.lanes > machine.vectorLanes)
    return;
  constexpr int64_t dynamic = lse_halide::kDynamicExtent;
  for (int64_t length : getLengths()) {
    int64_t rows = std::max<int64_t>(1, elements / length);
    std::vector<float> x = makeLogits(rows * length), p(rows * length);
    Buffer input(x.data(), {rows, length}), output(p.data(), {rows, length});
    outs() << formatv("{0,-8} {1,8} {2,6}", loop.name, length, rows);
    measureAndPrint(
        {{"hand-written", [&] { loop.run(x.data(), p.data(), rows, length); }},
         makeContestant("static", machine,
                        makeSoftmaxSpec(machine, {rows, length}), input,
                        output),
         makeContestant("dynamic", machine,
                        makeSoftmaxSpec(machine, {dynamic, dynamic}), input,
                        output)},
        rows * length);
  }
}

void compareAccurate(const Machine &machine, StringRef setName,
                     lse_halide::ResultKind kind, StringRef kindName) {
  bool isPerRow = kind == lse_halide::ResultKind::LogSumExp;
  for (int64_t length : getLengths()) {
    int64_t rows = std::max<int64_t>(1, elements / length);
    std::vector<float> x = makeLogits(rows * length), y(rows * length);
    Buffer input(x.data(), {rows, length});
    Buffer output(y.data(), isPerRow ? std::vector<int64_t>{rows}
                                     : std::vector<int64_t>{rows, length});
    std::vector<Contestant> contestants;
    for (bool isAccurate : {false, true}) {
      lse_halide::KernelSpec spec = makeSoftmaxSpec(
          machine, {lse_halide::kDynamicExtent, lse_halide::kDynamicExtent});
      spec.outputs[0].kind = kind;
      if (isPerRow) {
        spec.outputs[0].dims = {0};
        spec.outputs[0].unitDim = 0;
        spec.schedule.strategy = lse_halide::Strategy::OnlineRow;
      }
      if (isAccurate)
        spec.numerics = lse_halide::Numerics::Accurate;
      contestants.push_back(makeContestant(isAccurate ? "accurate" : "standard",
                                           machine, spec, input, output));
    }
    outs() << formatv("{0,-8} {1,-12} {2,8} {3,6}", setName, kindName, length,
                      rows);
    measureAndPrint(std::move(contestants), rows * length);
  }
}

void compareAllAccurate() {
  outs() << formatv("{0,-8} {1,-12} {2,8} {3,6} {4,10} {5,10} {6,8}\n", "ISA",
                    "result", "N", "rows", "standard", "accurate", "ratio");
  for (const InstructionSet &set : instructionSets()) {
    Machine machine = cantFail(Machine::host(set.without));
    if (!is_contained(machine.spec.features, set.feature))
      continue;
    using lse_halide::ResultKind;
    compareAccurate(machine, set.name, ResultKind::Probabilities, "softmax");
    compareAccurate(machine, set.name, ResultKind::LogProbabilities,
                    "log-softmax");
    compareAccurate(machine, set.name, ResultKind::LogSumExp, "log-sum-exp");
  }
}

} // namespace

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "Compares the speed of kernels\n");
  outs() << "f32 on " << sys::getHostCPUName()
         << ", one thread; times in ns per element\n";
  if (comparison == Comparison::Accurate) {
    compareAllAccurate();
    return 0;
  }
  outs() << formatv("{0,-8} {1,8} {2,6} {3,10} {4,10} {5,10} {6,8} {7,8}\n",
                    "ISA", "N", "rows", "by hand", "static", "dynamic", "ratio",
                    "ratio");
  compareHandWritten(cantFail(Machine::host()), handWrittenAVX512());
  compareHandWritten(cantFail(Machine::host({"avx512", "avx10", "evex512"})),
                     handWrittenAVX2());
  return 0;
}
