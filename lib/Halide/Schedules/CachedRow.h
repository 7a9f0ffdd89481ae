//===- CachedRow.h - Three passes over a row in cache -----------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_SCHEDULES_CACHEDROW_H
#define LSE_LIB_HALIDE_SCHEDULES_CACHEDROW_H

#include "Algorithms/Softmax.h"
#include "lse/Halide/KernelSpec.h"

namespace lse_halide {

/// One row after the other: maximum; exponentials, kept in the output, and
/// their sum; scaling. Rows are shared out in chunks of a size that does not
/// depend on the number of threads.
void scheduleCachedRow(Softmax &softmax, const KernelSpec &spec);

/// What the extents must satisfy for the schedule's 32-bit loop counters.
Halide::Expr cachedRowRequirement(const Softmax &softmax,
                                  const KernelSpec &spec);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_SCHEDULES_CACHEDROW_H
