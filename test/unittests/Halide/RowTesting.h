//===- RowTesting.h - Kernels of any type and layout ------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_UNITTESTS_HALIDE_ROWTESTING_H
#define LSE_UNITTESTS_HALIDE_ROWTESTING_H

#include "KernelTesting.h"

#include "lse/KernelTesting/RowCase.h"

namespace lse_testing {

/// Expects all results within the bounds of docs/Numerics.md. Logits are
/// finite.
void expectResults(const RowCase &rowCase, const KernelSpec &spec,
                   const Tensor &input, const std::vector<Tensor> &outputs);

/// Makes the kernel of `rowCase`, runs it, and expects its results.
void checkCase(const RowCase &rowCase, const Machine &machine);

/// Expects the same bits of `rowCase` on this machine however its rows are
/// shared out, in tasks of each of `grains` elements.
void checkTasks(const RowCase &rowCase, llvm::ArrayRef<int64_t> grains);

} // namespace lse_testing

#endif // LSE_UNITTESTS_HALIDE_ROWTESTING_H
