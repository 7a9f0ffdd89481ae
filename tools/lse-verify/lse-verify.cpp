//===- lse-verify.cpp - Checks of numbers that take long ------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stages.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

#include <thread>

using namespace llvm;

namespace {

enum class Stage { Exp };

cl::OptionCategory category("lse-verify options");
cl::opt<Stage> stage("stage", cl::Required, cl::cat(category),
                     cl::desc("What to verify"),
                     cl::values(clEnumValN(Stage::Exp, "exp",
                                           "exp, exp2, log and log1p in f32")));
cl::opt<uint64_t> every("every", cl::cat(category), cl::init(1),
                        cl::desc("Take one in so many blocks of inputs (1)"));
cl::opt<unsigned> threads("jobs", cl::cat(category), cl::init(0),
                          cl::desc("Threads (one for each processor)"));

} // namespace

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv, "Checks numbers against references and prints a table\n");
  unsigned count = threads ? threads : std::thread::hardware_concurrency();
  uint64_t failures = 0;
  switch (stage) {
  case Stage::Exp:
    failures = lse_verify::verifyExp(outs(), std::max<uint64_t>(every, 1),
                                     std::max(count, 1u));
    break;
  }
  outs() << "\n" << failures << " failures\n";
  return failures != 0;
}
