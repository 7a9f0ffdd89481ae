//===- Driver.h - From a file of IR to files of code ------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DRIVER_DRIVER_H
#define LSE_DRIVER_DRIVER_H

#include "mlir/Support/LLVM.h"

#include <string>
#include <vector>

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mlir::lse {

/// What `lse-compile` is asked to do; its manual explains each.
struct CompileOptions {
  /// A file, or `-` for standard input.
  std::string input = "-";
  /// A file or base name, or `-` for standard output; the input's name in the
  /// working directory if empty.
  std::string output;
  /// Names of output kinds. If empty, `lib` and `header`, or `mlir` with a
  /// `lastPhase`.
  std::vector<std::string> kinds;
  /// An LLVM triple; this machine's if empty.
  std::string triple;
  /// CPUs in LLVM, or `native`. A library for several calls the best kernels
  /// that its machine can execute. If empty, `getDefaultCPUs`.
  std::vector<std::string> cpus;
  /// What exported symbols start with; made from the output's name if empty.
  std::string prefix;
  /// Regular expressions for the categories of remarks to print; none if empty.
  std::string passedRemarks;
  std::string missedRemarks;
  std::string analysisRemarks;
  /// The name of the phase (`getPhases`) to stop after; all if empty.
  std::string lastPhase;
  /// A folder for the module after each phase; none if empty.
  std::string phaseFolder;
  /// When to raise what does not subtract the row maximum: `always`, `flags` or
  /// `off`.
  std::string stabilize = "always";
  /// The class of error bounds that raised operations get: `standard` or
  /// `accurate`.
  std::string numerics = "standard";
  /// What compiled code looks for as it runs: `none`, or `address` for
  /// accesses outside of what an AddressSanitizer knows to be memory.
  std::string sanitizer = "none";
  /// A file for what was raised and refused, `-` for standard output: JSON if
  /// its name ends in `.json`, else Markdown. None if empty. The phase `raise`
  /// writes it, and it stays if a later one fails.
  std::string raiseReport;
  /// The archive `liblse_runtime.a`, which libraries include.
  std::string runtimeArchive;
  /// Print what was found out and what is written.
  bool isVerbose = false;
};

/// Everything that a module given to `lse-compile` may hold, and what it takes
/// to bring it to LLVM.
void registerDriverDialects(DialectRegistry &registry);

/// Compiles. Diagnostics and remarks go to `diagnostics`; if there is an error
/// no output file is left behind.
LogicalResult compile(const CompileOptions &options, raw_ostream &diagnostics);

} // namespace mlir::lse

#endif // LSE_DRIVER_DRIVER_H
