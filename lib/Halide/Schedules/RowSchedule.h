//===- RowSchedule.h - What the schedules of rows share ---------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_SCHEDULES_ROWSCHEDULE_H
#define LSE_LIB_HALIDE_SCHEDULES_ROWSCHEDULE_H

#include "Algorithms/RowKernel.h"
#include "lse/Halide/KernelSpec.h"

namespace lse_halide {

/// Makes what a row, or a tile of rows, needs where that is. That it is for one
/// only is more than Halide finds out for fused dimensions; `single` are those.
void computeInRow(Halide::Func &func, const std::vector<Halide::Var> &single,
                  const Halide::LoopLevel &row);

/// The loops of one reduction, at `row`.
void scheduleReduction(RowReduction &reduction, const LoopSpace &space,
                       const std::vector<Halide::Var> &single,
                       const Halide::LoopLevel &row);

/// True if all rows are known to fit into one task.
bool isOneTask(const KernelSpec &spec);

/// How many times `elements`, a product of extents, make a task worth starting.
Halide::Expr countPerTask(const KernelSpec &spec,
                          const std::vector<Halide::Expr> &elements);

/// The loops over `space.outerDims` of an update of the output, the innermost
/// two as one, shared out in tasks of `perTask`; the innermost loop's variable.
/// Fusing more defeats Halide's bounds inference, so the others, which callers
/// collapse if they can, are loops of their own.
Halide::VarOrRVar scheduleOuterLoops(Halide::Stage update,
                                     const RowKernel &kernel,
                                     const KernelSpec &spec,
                                     const Halide::Expr &perTask);

/// What the extents must satisfy for 32-bit loop counters, which are rounded up
/// to whole vectors and tasks.
Halide::Expr extentRequirement(const RowKernel &kernel, const KernelSpec &spec);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_SCHEDULES_ROWSCHEDULE_H
