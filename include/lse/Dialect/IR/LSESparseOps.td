//===- LSESparseOps.td - Probabilities with exact zeros ----*- tablegen -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_IR_LSESPARSEOPS_TD
#define LSE_DIALECT_IR_LSESPARSEOPS_TD

include "lse/Dialect/IR/LSERowOp.td"

def LSE_SparsemaxOp : LSE_RowOp<"sparsemax", "Probabilities", 1,
                                /*hasLogits=*/0> {
  let summary = "The nearest probabilities to logits, row by row";
  let description = [{
    For logits `z` and a row `r` made up of the `reduction_dims`, the point of the
    probability simplex that is nearest to `z` (Martins and Astudillo 2016):

    ```
    p_i = max(z_i - t, 0),   t such that sum_{k in r} p_k = 1
    ```

    Logits that are less than the maximum by 1 or more have probability 0, exactly.
    Everything else is as for [`lse.softmax`](#lsesoftmax-lsesoftmaxop): a row with a
    NaN or `+inf` is NaN, `-inf` among others has probability +0, and a row of only
    `-inf` is answered as `row_death` says. There are no other results.

    The threshold is found in f64, by bisection: probabilities of f32 logits are off
    by no more than half a unit in the last place and `2^-50`.

    Example:

    ```mlir
    %p = lse.sparsemax dims = [1] ins(%x : tensor<4x10xf32>)
                                  outs(%init : tensor<4x10xf32>)
                                  -> tensor<4x10xf32>
    ```
  }];
}

def LSE_EntmaxOp : LSE_RowOp<"entmax", "Probabilities", 1, /*hasLogits=*/0,
                             /*isAttention=*/0, [],
                             (ins F64Attr:$alpha)> {
  let summary = "Probabilities between softmax and sparsemax, row by row";
  let description = [{
    For logits `z`, a row `r` made up of the `reduction_dims`, and a number `alpha`
    above 1 (Peters, Niculae and Martins 2019):

    ```
    p_i = max((alpha - 1) * z_i - t, 0)^(1 / (alpha - 1)),
          t such that sum_{k in r} p_k = 1
    ```

    It approaches a softmax for `alpha` towards 1, and is
    [`lse.sparsemax`](#lsesparsemax-lsesparsemaxop) for 2. Everything else is as for
    that; probabilities of f32 logits are off by no more than half a unit in the last
    place and `2^-50 / (alpha - 1)` for `alpha` of at most 2. Above that a probability
    near 0 is a root of what is known to `2^-50`.

    Example:

    ```mlir
    %p = lse.entmax dims = [1] ins(%x : tensor<4x10xf32>)
                               outs(%init : tensor<4x10xf32>)
                               {alpha = 1.5 : f64} -> tensor<4x10xf32>
    ```
  }];
}

#endif // LSE_DIALECT_IR_LSESPARSEOPS_TD
