//===- CachedRow.h - Several passes over a row in cache ---------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_SCHEDULES_CACHEDROW_H
#define LSE_LIB_HALIDE_SCHEDULES_CACHEDROW_H

#include "Algorithms/RowKernel.h"
#include "lse/Halide/KernelSpec.h"

namespace lse_halide {

/// One row after the other, with vectors along it: maximum; exponentials and
/// their sum; results. Rows are shared out in chunks of a size that does not
/// depend on the number of threads.
void scheduleCachedRow(RowKernel &kernel, const KernelSpec &spec);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_SCHEDULES_CACHEDROW_H
