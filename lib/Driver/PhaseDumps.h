//===- PhaseDumps.h - The module after each phase ---------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_DRIVER_PHASEDUMPS_H
#define LSE_LIB_DRIVER_PHASEDUMPS_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

namespace mlir::lse {

/// A folder with a file for the input and for each phase of a compilation,
/// `00-input.mlir`, `01-raise.mlir` and so on. Each is complete as soon as its
/// phase is, so that they are there when a later one fails.
class PhaseDumps {
public:
  /// Makes `folder` with the folders above it. If that is empty, nothing is
  /// ever written. The file `input` is never replaced.
  static llvm::Expected<PhaseDumps> create(StringRef folder, StringRef input);

  /// Writes the next file.
  llvm::Error write(ModuleOp module, StringRef phase);

private:
  std::string folder;
  std::string input;
  unsigned next = 0;
};

/// The text of `module`, as all outputs have it.
std::string printModule(ModuleOp module);

} // namespace mlir::lse

#endif // LSE_LIB_DRIVER_PHASEDUMPS_H
