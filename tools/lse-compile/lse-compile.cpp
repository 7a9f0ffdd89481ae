//===- lse-compile.cpp - The ahead-of-time compiler -----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Driver/Driver.h"
#include "mlir/IR/AsmState.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <optional>
#include <unistd.h>

namespace cl = llvm::cl;

namespace {

/// Exit statuses beside 0.
enum { HasDiagnostics = 1, WrongUsage = 2 };

constexpr llvm::StringLiteral overview =
    "Compiles an MLIR module into a library that C programs can call.\n\n"
    "  lse-compile model.mlir -o model       writes model.a and model.h\n"
    "  cc main.c model.a -lpthread -lm       links them\n";

cl::OptionCategory category("lse-compile options");

cl::opt<std::string> input(cl::Positional, cl::desc("<input, or - >"),
                           cl::value_desc("file"), cl::cat(category));
cl::opt<std::string>
    output("o",
           cl::desc("Base name of the outputs; for a single one also\n"
                    "the file itself, or - for standard output"),
           cl::value_desc("name"), cl::cat(category));
cl::list<std::string>
    kinds("emit", cl::CommaSeparated,
          cl::desc("Outputs (default: lib,header):\n"
                   "lib, header, obj, shared, asm, llvm, bitcode,\n"
                   "mlir, stmt, stmt-html"),
          cl::value_desc("kind,..."), cl::cat(category));
cl::list<std::string>
    cpus("mcpu", cl::CommaSeparated,
         cl::desc("CPUs to compile for, or native; of several a\n"
                  "program uses the best that its machine has\n"
                  "(default: x86-64-v4,x86-64-v3,x86-64 for x86-64,\n"
                  "elsewhere every CPU of the architecture)"),
         cl::value_desc("name,..."), cl::cat(category));
cl::opt<std::string>
    triple("mtriple",
           cl::desc("LLVM triple to compile for (default: this\nmachine's)"),
           cl::value_desc("triple"), cl::cat(category));
cl::opt<std::string>
    prefix("prefix",
           cl::desc("What exported symbols start with (default:\n"
                    "from the name of the output)"),
           cl::value_desc("identifier"), cl::cat(category));
cl::opt<std::string>
    stabilize("stabilize",
              cl::desc("When to raise what does not subtract the row\n"
                       "maximum: always, flags (where fast-math flags\n"
                       "allow it), off (default: always)"),
              cl::value_desc("choice"), cl::init("always"), cl::cat(category));
cl::opt<std::string>
    numerics("numerics",
             cl::desc("How exact raised operations are: standard, or\n"
                      "accurate (default: standard)"),
             cl::value_desc("class"), cl::init("standard"), cl::cat(category));
cl::opt<std::string>
    sanitizer("sanitize",
              cl::desc("Have compiled code look for wrong accesses of\n"
                       "memory, for programs that are built with\n"
                       "-fsanitize=address: address, none (default: none)"),
              cl::value_desc("choice"), cl::init("none"), cl::cat(category));
cl::opt<std::string>
    raiseReport("report",
                cl::desc("Write what was raised and what was refused to\n"
                         "a file, as JSON if it ends in .json, otherwise\n"
                         "as Markdown; - for standard output"),
                cl::value_desc("file"), cl::cat(category));
/// LLVM's code generator has an option `stop-after` of its own, for its own
/// passes, which nobody needs here; ours takes its place.
struct LastPhaseOption {
  LastPhaseOption() {
    auto &known = cl::getRegisteredOptions();
    auto generic = known.find("stop-after");
    if (generic != known.end())
      generic->second->removeArgument();
    option.emplace("stop-after",
                   cl::desc("Write the module after a phase as MLIR instead:\n"
                            "raise, bufferize, kernels, llvm"),
                   cl::value_desc("phase"), cl::cat(category));
  }

  std::optional<cl::opt<std::string>> option;
};
LastPhaseOption lastPhase;

cl::opt<std::string>
    phaseFolder("dump-phases",
                cl::desc("Write the module after each phase into a folder"),
                cl::value_desc("folder"), cl::cat(category));
cl::opt<std::string> passedRemarks(
    "Rpass", cl::desc("Print what was done, by categories such as\nlse-raise"),
    cl::value_desc("regex"), cl::cat(category));
cl::opt<std::string> missedRemarks("Rpass-missed",
                                   cl::desc("Print what was not done, and why"),
                                   cl::value_desc("regex"), cl::cat(category));
cl::opt<std::string> analysisRemarks("Rpass-analysis",
                                     cl::desc("Print what was found out"),
                                     cl::value_desc("regex"),
                                     cl::cat(category));
cl::opt<bool> isVerbose("v", cl::desc("Say what is compiled for and written"),
                        cl::cat(category));

void printVersion(llvm::raw_ostream &os) {
  os << "lse " LSE_VERSION_STRING " (LLVM " LLVM_VERSION_STRING
        ", Halide " LSE_HALIDE_VERSION_STRING ")\n";
}

const cl::extrahelp
    exitStatuses("\nEXIT STATUS:\n\n"
                 "  0  all outputs are written\n"
                 "  1  there was an error; no output is written\n"
                 "  2  the command line cannot be understood\n\n"
                 "MANUAL: docs/Tools/lse-compile.md\n");

/// The runtime lies in `../lib` of the folder with this program.
std::string findRuntimeArchive(const char *program) {
  std::string self = llvm::sys::fs::getMainExecutable(
      program, reinterpret_cast<void *>(&findRuntimeArchive));
  llvm::SmallString<128> path(self);
  llvm::sys::path::remove_filename(path);
  llvm::sys::path::append(path, "..", "lib", "liblse_runtime.a");
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return path.str().str();
}

/// Code generation gives up on some modules by ending the process. Outputs are
/// written last, so none is left behind.
[[noreturn]] void reportFatalError(void *, const char *reason, bool) {
  llvm::errs() << "lse-compile: error: LLVM cannot compile this module: "
               << reason << "\n";
  std::_Exit(HasDiagnostics);
}

[[noreturn]] void reportOutOfMemory(void *, const char *, bool) {
  constexpr llvm::StringLiteral message =
      "lse-compile: error: out of memory, nothing was written\n";
  (void)!write(STDERR_FILENO, message.data(), message.size());
  std::_Exit(HasDiagnostics);
}

/// Some malformed modules crash MLIR's parser, which is no way to answer them.
[[noreturn]] void reportCrash(void *) {
  constexpr llvm::StringLiteral message =
      "lse-compile: error: internal error, nothing was written; whatever the "
      "input is, this is a bug: please report it with the input\n";
  (void)!write(STDERR_FILENO, message.data(), message.size());
  std::_Exit(HasDiagnostics);
}

} // namespace

int main(int argc, char **argv) {
  llvm::sys::AddSignalHandler(reportCrash, nullptr);
  llvm::InitLLVM initialize(argc, argv);
  llvm::install_fatal_error_handler(reportFatalError);
  llvm::install_bad_alloc_error_handler(reportOutOfMemory);
  mlir::registerPassManagerCLOptions();
  mlir::registerAsmPrinterCLOptions();
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter(printVersion);
  if (!cl::ParseCommandLineOptions(argc, argv, overview, &llvm::errs()))
    return WrongUsage;
  if (input.empty() || (input == "-" && output.empty())) {
    llvm::errs() << "lse-compile: error: "
                 << (input.empty() ? "no input" : "no -o beside input '-'")
                 << "; see lse-compile --help\n";
    return WrongUsage;
  }

  mlir::lse::CompileOptions options;
  options.input = input;
  options.output = output;
  options.kinds = kinds;
  options.triple = triple;
  options.cpus = cpus;
  options.prefix = prefix;
  options.passedRemarks = passedRemarks;
  options.missedRemarks = missedRemarks;
  options.analysisRemarks = analysisRemarks;
  options.lastPhase = *lastPhase.option;
  options.phaseFolder = phaseFolder;
  options.stabilize = stabilize;
  options.numerics = numerics;
  options.sanitizer = sanitizer;
  options.raiseReport = raiseReport;
  options.runtimeArchive = findRuntimeArchive(argv[0]);
  options.isVerbose = isVerbose;
  return succeeded(mlir::lse::compile(options, llvm::errs())) ? 0
                                                              : HasDiagnostics;
}
