//===- HalideLibrary.cpp - The kernel compiler, loaded by need ------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HalideLibrary.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdlib>
#include <dlfcn.h>

using namespace mlir;

/// The directory of the tool, library or plugin that this code is part of.
static std::string getOwnDirectory() {
  Dl_info info;
  if (!dladdr(reinterpret_cast<void *>(&getOwnDirectory), &info) ||
      !info.dli_fname)
    return ".";
  llvm::SmallString<256> path;
  if (llvm::sys::fs::real_path(info.dli_fname, path))
    path = info.dli_fname;
  return llvm::sys::path::parent_path(path).str();
}

static llvm::SmallVector<std::string> getCandidates() {
  if (const char *named = std::getenv("LSE_HALIDE_LIBRARY"))
    return {named};
  llvm::SmallVector<std::string> candidates;
  auto add = [&](llvm::StringRef directory, llvm::StringRef below) {
    llvm::SmallString<256> path(directory);
    llvm::sys::path::append(path, below, LSE_HALIDE_LIBRARY_NAME);
    candidates.push_back(path.str().str());
  };
  std::string own = getOwnDirectory();
  add(own, "");
  add(own, "../lib");
  add(LSE_HALIDE_LIBRARY_DIR, "");
  return candidates;
}

static llvm::Expected<lse_halide::CompileFunction> load() {
  std::string reasons;
  for (const std::string &candidate : getCandidates()) {
    std::string reason;
    if (!llvm::sys::fs::exists(candidate)) {
      reasons += "\n  " + candidate + ": no such file";
      continue;
    }
    llvm::sys::DynamicLibrary library =
        llvm::sys::DynamicLibrary::getPermanentLibrary(candidate.c_str(),
                                                       &reason);
    if (!library.isValid()) {
      reasons += "\n  " + reason;
      continue;
    }
    if (void *symbol = library.getAddressOfSymbol(lse_halide::kCompileSymbol))
      return reinterpret_cast<lse_halide::CompileFunction>(symbol);
    reasons += "\n  " + candidate + ": not lse's kernel compiler";
  }
  return llvm::createStringError(
      "the kernel compiler could not be loaded; set LSE_HALIDE_LIBRARY to "
      "it:" +
      reasons);
}

llvm::Expected<lse_halide::CompileFunction> lse::loadHalideLibrary() {
  static lse_halide::CompileFunction loaded = nullptr;
  if (loaded)
    return loaded;
  llvm::Expected<lse_halide::CompileFunction> function = load();
  if (function)
    loaded = *function;
  return function;
}
