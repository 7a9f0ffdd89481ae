//===- Passes.td - Passes within the lse dialect -----------*- tablegen -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_TRANSFORMS_PASSES_TD
#define LSE_DIALECT_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def LSEDecompose : Pass<"lse-decompose"> {
  let summary = "Expand lse operations into linalg";
  let description = [{
    Expands every lse operation on tensors into linalg operations that compute
    the same thing stably: row maximum, shifted exponentials, their sum, and
    the results asked for. This is the reference semantics of the operations,
    and the way to code where no kernel exists.

    Before:

    ```mlir
    %p = lse.softmax dims = [1] ins(%x : tensor<4x10xf32>)
                                outs(%init : tensor<4x10xf32>)
                                -> tensor<4x10xf32>
    ```

    After: four `linalg.generic` (maximum, exponential of the difference, sum,
    quotient) and the two `linalg.fill` that start the reductions.
  }];
  let dependentDialects = [
    "arith::ArithDialect", "cf::ControlFlowDialect", "linalg::LinalgDialect",
    "math::MathDialect",
    "scf::SCFDialect", "tensor::TensorDialect"
  ];
  let statistics = [
    Statistic<"numDecomposed", "num-decomposed", "Number of operations expanded">
  ];
}

#endif // LSE_DIALECT_TRANSFORMS_PASSES_TD
