//===- KernelCompiler.h - Kernels from Halide, as bytes --------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one entry into the shared library `lse_halide`, the only one that
// includes Halide.h. It is loaded when the first kernel is asked for; nothing
// else in lse needs Halide.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_HALIDE_KERNELCOMPILER_H
#define LSE_HALIDE_KERNELCOMPILER_H

#include "lse/Halide/KernelSpec.h"

namespace lse_halide {

/// What to make of a spec.
enum class Artifact {
  /// LLVM bitcode of a function `int32_t lse_kernel(halide_buffer_t *...)`,
  /// inputs first, then outputs, in the order of the spec. It returns 0 or
  /// one of Halide's error codes and has stored nothing when it fails. An
  /// empty output needs no memory and is a success.
  Bitcode,
  /// The lowered loop nest as text.
  Stmt,
  /// The lowered loop nest as a page of HTML.
  StmtHTML
};

/// The bytes of the artifact, or the reason why there are none.
struct KernelResult {
  bool succeeded = false;
  std::string bytes;
  std::string error;
};

/// The type and the symbol of the library's entry point. It never throws.
using CompileFunction = void (*)(const KernelSpec &spec, Artifact artifact,
                                 KernelResult &result);
inline constexpr const char *kCompileSymbol = "lse_halide_compile";

} // namespace lse_halide

extern "C" void lse_halide_compile(const lse_halide::KernelSpec &spec,
                                   lse_halide::Artifact artifact,
                                   lse_halide::KernelResult &result);

#endif // LSE_HALIDE_KERNELCOMPILER_H
