//===- KernelSpecBuilder.h - From an operation to a kernel's description --*-
// C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_KERNELSPECBUILDER_H
#define LSE_LIB_CONVERSION_KERNELSPECBUILDER_H

#include "lse/Conversion/Target.h"
#include "lse/Dialect/IR/LSEDialect.h"
#include "lse/Halide/KernelSpec.h"

#include <optional>
#include <string>

namespace mlir::lse {

/// Why no kernel covers `op` as a whole, in words for a remark; nothing if one
/// does. Does not look at the logit region but of an attention.
std::optional<std::string> getKernelObstacle(RowOpInterface op);

/// True if the kernel of `op`, a loss or a gradient, may yield `kind`.
bool mayYieldInKernel(RowOpInterface op, ResultKind kind);

/// The strategy that fits the layout of `op`'s memrefs (tensors count as
/// dense), with vectors of `lanes` elements: along rows where those are
/// contiguous, across them where it is the rows that lie side by side.
Strategy chooseStrategy(RowOpInterface op, unsigned lanes);

/// The loop dimension that vectors of `strategy` run along; nothing if `op` has
/// none of that sort.
std::optional<unsigned> chooseVectorDim(RowOpInterface op, Strategy strategy);

/// The destinations in the order in which kernels take them: those with an
/// element for each row come first.
SmallVector<unsigned> getKernelOutputOrder(RowOpInterface op);

/// The kernel for `op`, which works on memrefs and has no obstacle, made as
/// `schedule` says for `target`.
lse_halide::KernelSpec buildKernelSpec(RowOpInterface op, ScheduleAttr schedule,
                                       const TargetInfo &target);

/// The name of the kernel: `lse.` and a hash of everything in `spec`, of the
/// version of lse and of the target.
std::string getKernelName(const lse_halide::KernelSpec &spec,
                          const TargetInfo &target);

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_KERNELSPECBUILDER_H
