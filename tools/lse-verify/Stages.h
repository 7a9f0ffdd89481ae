//===- Stages.h - What is verified ------------------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEVERIFY_STAGES_H
#define LSE_TOOLS_LSEVERIFY_STAGES_H

#include "llvm/Support/raw_ostream.h"

#include <cstdint>

namespace lse_verify {

/// Checks exp, exp2, log, log1p and the scaled exponential of rows in f32, on
/// every instruction set that runs here, over one in `every` blocks of inputs
/// (all 2^32 if that is 1), and prints a table in Markdown. References are in
/// 80-bit extended precision. Returns the number of failures: errors beyond the
/// bounds of docs/Numerics.md, and special values that are not exact.
uint64_t verifyExp(llvm::raw_ostream &os, uint64_t every, unsigned threads);

} // namespace lse_verify

#endif // LSE_TOOLS_LSEVERIFY_STAGES_H
