//===- AssemblyCheck.cpp - Code that does not run here --------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AssemblyCheck.h"

#include "llvm/Support/Regex.h"

using llvm::Regex;
using llvm::StringRef;

namespace {

/// The first line that matches and does not name a function of the kernel;
/// empty if there is none.
StringRef findLine(StringRef assembly, StringRef pattern) {
  Regex regex(pattern);
  while (!assembly.empty()) {
    auto [line, rest] = assembly.split('\n');
    if (regex.match(line) && !line.contains("lse.kernel."))
      return line.trim();
    assembly = rest;
  }
  return "";
}

} // namespace

std::string lse_verify::findAssemblyProblem(StringRef assembly,
                                            const AssemblyTraits &traits) {
  for (const char *pattern : {traits.vectors, traits.arithmetic})
    if (findLine(assembly, pattern).empty())
      return std::string("no instruction matches '") + pattern + "'";
  // Calls of x86 and of AArch64, and instructions of the x87.
  StringRef line =
      findLine(assembly,
               "^[[:space:]]+(callq?|blr?|fld[a-z0-9]*|fstp?[a-z]*|f2xm1|fyl2x)"
               "[[:space:]]");
  return line.empty() ? "" : "there is '" + line.str() + "'";
}
