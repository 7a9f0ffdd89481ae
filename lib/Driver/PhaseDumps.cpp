//===- PhaseDumps.cpp - The module after each phase -----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PhaseDumps.h"
#include "Outputs.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::lse;

namespace fs = llvm::sys::fs;

llvm::Expected<PhaseDumps> PhaseDumps::create(StringRef folder,
                                              StringRef input) {
  PhaseDumps dumps;
  dumps.folder = folder.str();
  dumps.input = input.str();
  if (folder.empty())
    return dumps;
  if (std::error_code code = fs::create_directories(folder))
    return llvm::createStringError("cannot make the folder '" + folder +
                                   "' for --dump-phases: " + code.message());
  if (!fs::is_directory(folder))
    return llvm::createStringError("'" + folder +
                                   "', named by --dump-phases, is no folder");
  return dumps;
}

llvm::Error PhaseDumps::write(ModuleOp module, StringRef phase) {
  if (folder.empty())
    return llvm::Error::success();
  SmallString<128> path(folder);
  llvm::sys::path::append(path,
                          llvm::formatv("{0,0+2}-{1}.mlir", next++, phase));
  bool isInput = false;
  if (input != "-" && !fs::equivalent(path, input, isInput) && isInput)
    return llvm::createStringError(
        "cannot write '" + path +
        "': it is the input; choose another folder for --dump-phases");
  return writeOutputs(
      Output{OutputKind::MLIR, path.str().str(), printModule(module)});
}

std::string lse::printModule(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream);
  stream << "\n";
  return text;
}
