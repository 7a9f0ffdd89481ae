//===- QueryStrip.h - A few queries and all keys ----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_SCHEDULES_QUERYSTRIP_H
#define LSE_LIB_HALIDE_SCHEDULES_QUERYSTRIP_H

#include "Algorithms/AttentionKernel.h"

namespace lse_halide {

/// Arranges `kernel` strip by strip, with both products in tiles of registers.
void scheduleQueryStrip(AttentionKernel &kernel, const KernelSpec &spec);

/// What the extents must satisfy for 32-bit loop counters.
Halide::Expr extentRequirement(const AttentionKernel &kernel);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_SCHEDULES_QUERYSTRIP_H
