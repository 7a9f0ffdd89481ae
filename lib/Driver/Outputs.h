//===- Outputs.h - The files a compilation writes ---------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_DRIVER_OUTPUTS_H
#define LSE_LIB_DRIVER_OUTPUTS_H

#include "lse/Driver/Driver.h"
#include "llvm/Support/Error.h"

namespace mlir::lse {

enum class OutputKind {
  Library,
  Header,
  Object,
  Shared,
  Assembly,
  LLVM,
  Bitcode,
  MLIR,
  LoopNests,
  LoopNestPage
};

/// True if it takes LLVM's optimiser or code generator to make it.
bool isMadeByLLVM(OutputKind kind);

struct Output {
  OutputKind kind;
  /// `-` for standard output.
  std::string path;
  std::string contents = {};
};

/// The outputs that are asked for and the prefix of exported symbols.
struct OutputPlan {
  std::vector<Output> outputs;
  std::string prefix;
  /// The base name without folder, for names inside of files.
  std::string name;

  bool has(OutputKind kind) const;
};

/// Finds out what is to be written where.
llvm::Expected<OutputPlan> planOutputs(const CompileOptions &options);

/// The kinds that `--emit` knows, separated by commas.
std::string getOutputKindNames();

/// Writes all outputs or none: each goes to a temporary beside its place and is
/// renamed when all are complete.
llvm::Error writeOutputs(ArrayRef<Output> outputs);

} // namespace mlir::lse

#endif // LSE_LIB_DRIVER_OUTPUTS_H
