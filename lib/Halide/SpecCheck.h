//===- SpecCheck.h - Is a kernel spec one we can compile --------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_SPECCHECK_H
#define LSE_LIB_HALIDE_SPECCHECK_H

#include "lse/Halide/KernelSpec.h"

#include <string>

namespace lse_halide {

/// Empty if kernels can be made for `spec`, otherwise what is in the way.
std::string checkSpec(const KernelSpec &spec);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_SPECCHECK_H
