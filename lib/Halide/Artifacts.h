//===- Artifacts.h - What becomes of a lowered module -----------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ARTIFACTS_H
#define LSE_LIB_HALIDE_ARTIFACTS_H

#include "lse/Halide/KernelCompiler.h"

#include <Halide.h>

#include <functional>
#include <string>

namespace lse_halide {

/// The name of the function that a module is compiled to.
inline constexpr const char *kEntryName = "lse_kernel";

/// The bytes of `artifact`. Throws if they cannot be made.
std::string makeArtifact(Halide::Module &module, Artifact artifact);

/// What `compile` returns, or why it threw. One at a time, for Halide names
/// things by counters of the whole process.
KernelResult runCatching(const std::function<std::string()> &compile);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ARTIFACTS_H
