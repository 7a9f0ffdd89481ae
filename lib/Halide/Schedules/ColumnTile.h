//===- ColumnTile.h - Vectors across rows -----------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_SCHEDULES_COLUMNTILE_H
#define LSE_LIB_HALIDE_SCHEDULES_COLUMNTILE_H

#include "Algorithms/RowKernel.h"
#include "lse/Halide/KernelSpec.h"

namespace lse_halide {

/// Tiles of adjacent rows, each lane a row: the maxima, position by position;
/// the exponentials and their sums; the results. Tiles are shared out in chunks
/// of a size that does not depend on the number of threads.
void scheduleColumnTile(RowKernel &kernel, const KernelSpec &spec);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_SCHEDULES_COLUMNTILE_H
