//===- AssemblyCheck.h - Code that does not run here ------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEVERIFY_ASSEMBLYCHECK_H
#define LSE_TOOLS_LSEVERIFY_ASSEMBLYCHECK_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace lse_verify {

/// An instruction set as assembly shows it: regular expressions that some line
/// has to match, for vectors of full width and for what they are used for.
struct AssemblyTraits {
  const char *triple;
  const char *cpu;
  const char *vectors;
  const char *arithmetic;
};

/// What is wrong with the code of a function: it lacks vectors of the
/// instruction set, calls another function (such as libm's), or computes on the
/// x87 stack. Empty if nothing.
std::string findAssemblyProblem(llvm::StringRef assembly,
                                const AssemblyTraits &traits);

} // namespace lse_verify

#endif // LSE_TOOLS_LSEVERIFY_ASSEMBLYCHECK_H
