//===- LossKernel.h - Losses and gradients over rows ------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_LOSSKERNEL_H
#define LSE_LIB_HALIDE_ALGORITHMS_LOSSKERNEL_H

#include "Algorithms/Buffers.h"
#include "Algorithms/RowKernel.h"

namespace lse_halide {

/// Adds the parts of a kernel for a loss or a gradient.
void addLossParts(const KernelSpec &spec, const MachineTraits &traits,
                  RowKernel &kernel, KernelBuffers &buffers);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_LOSSKERNEL_H
