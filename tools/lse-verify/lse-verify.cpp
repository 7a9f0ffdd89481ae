//===- lse-verify.cpp - Checks of numbers that take long ------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowFiles.h"
#include "Stages.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

#include <algorithm>
#include <thread>

using namespace llvm;

using lse_verify::Settings;

namespace {

enum class StageName { Edges, Exp, Guards, Threads, Ulp };

cl::OptionCategory category("lse-verify options");
cl::opt<StageName>
    stage("stage", cl::Required, cl::cat(category), cl::desc("What to verify"),
          cl::values(clEnumValN(StageName::Edges, "edges",
                                "Rows that have exact answers"),
                     clEnumValN(StageName::Exp, "exp",
                                "exp, exp2, log and log1p in f32"),
                     clEnumValN(StageName::Guards, "guards",
                                "Kernels stay within their buffers"),
                     clEnumValN(StageName::Threads, "threads",
                                "Results do not depend on threads"),
                     clEnumValN(StageName::Ulp, "ulp",
                                "softmax, log-softmax and log-sum-exp")));
cl::opt<uint64_t> every("every", cl::cat(category), cl::init(1),
                        cl::desc("Take one in so many cases (1)"));
cl::list<std::string>
    without("without", cl::CommaSeparated, cl::cat(category),
            cl::desc("Instruction sets to take as absent, such as AVX-512; "
                     "obeyed by the stage exp"));
cl::opt<unsigned> threads("jobs", cl::cat(category), cl::init(0),
                          cl::desc("Threads (one for each processor)"));
cl::opt<std::string>
    writeRows("write-rows", cl::cat(category), cl::value_desc("directory"),
              cl::desc("For --stage=ulp: write rows of f32, their results and "
                       "references into a directory instead"));

lse_verify::Stage *getStage() {
  switch (stage) {
  case StageName::Edges:
    return lse_verify::verifyEdges;
  case StageName::Exp:
    return lse_verify::verifyExp;
  case StageName::Guards:
    return lse_verify::verifyGuards;
  case StageName::Threads:
    return lse_verify::verifyThreads;
  case StageName::Ulp:
    return lse_verify::verifyUlp;
  }
  llvm_unreachable("not a stage");
}

} // namespace

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv, "Checks kernels for longer than a test may, in a table\n");
  Settings settings;
  settings.every = std::max<uint64_t>(every, 1);
  settings.without = without;
  settings.threads =
      std::max(threads ? threads : std::thread::hardware_concurrency(), 1u);
  if (!writeRows.empty()) {
    if (stage != StageName::Ulp) {
      WithColor::error(errs(), "lse-verify")
          << "only the stage 'ulp' has rows to write\n";
      return 2;
    }
    lse_verify::writeRowFiles(writeRows);
    return 0;
  }
  uint64_t failures = getStage()(outs(), settings);
  outs() << "\n" << failures << " failures\n";
  return failures != 0;
}
