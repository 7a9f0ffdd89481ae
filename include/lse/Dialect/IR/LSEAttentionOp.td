//===- LSEAttentionOp.td - Attention -----------------------*- tablegen -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_IR_LSEATTENTIONOP_TD
#define LSE_DIALECT_IR_LSEATTENTIONOP_TD

include "lse/Dialect/IR/LSERowOp.td"

def LSE_AttentionOp : LSE_RowOp<"attention", "Output", 1, /*hasLogits=*/0,
                                /*isAttention=*/1> {
  let summary = "Values weighted with a softmax of scores";
  let description = [{
    The first three inputs are queries `q`, keys `k` and values `v`. The
    dimensions of the iteration space are told apart by what they index:

    * `reduction_dims` number the keys: they index `k` and `v`, not `q`;
    * the dimensions of a score index `q` and `k`, but neither `v` nor the
      destination;
    * the dimensions of a value index `v` and the destination, but neither `q`
      nor `k` nor an input of the region; one that does not index `v` either is
      one along which the output is repeated;
    * all others, of the batch, the heads and the queries, index the destination.

    For each query and key, the logit region yields a logit from a score and from
    one element of each further input, such as a mask or a bias. For a row `r` of
    keys,

    ```
    score_j  = sum_d q_d * k_jd
    output_n = sum_{j in r} softmax(logits)_j * v_jn
    ```

    A further result on demand, after `output`, is the `logsumexp` of each row of
    logits, by batch and query. The region may yield a sink after the logit, as
    that of [`lse.softmax`](#lsesoftmax-lsesoftmaxop) may.

    The score is summed in f32 at least, and then rounded to the type of the
    region's first argument. The region is left out when the score is the logit.
    A scale is part of the region, as is whatever a mask does.

    Maps that are left out are those of operands which all have the same rank:
    `q` is indexed by batch, query and score, `k` by batch, key and score, `v` by
    batch, key and value, the destination by batch, query and value, and further
    inputs by batch, query and key. The loop dimensions are in the order batch,
    query, key, score, value. Heads that share keys and values are a
    dimension that does not index these.

    A query all of whose logits are `-inf` has output NaN, or 0 where `row_death`
    is `zero`. A probability of 0 is multiplied as any other: with a value that is
    infinite or NaN it gives NaN. Where the region selects `-inf` by comparing
    positions, values of such keys may not be read at all.

    Example: causal attention with a scale.

    ```mlir
    %o = lse.attention dims = [3]
      ins(%q, %k, %v : tensor<2x4x8x16xf32>, tensor<2x4x8x16xf32>,
                       tensor<2x4x8x16xf32>)
      outs(%init : tensor<2x4x8x16xf32>) logits {
    ^bb0(%score: f32):
      %scale = arith.constant 2.500000e-01 : f32
      %minus_infinity = arith.constant 0xFF800000 : f32
      %scaled = arith.mulf %score, %scale : f32
      %query = lse.index 2
      %key = lse.index 3
      %is_seen = arith.cmpi sle, %key, %query : index
      %logit = arith.select %is_seen, %scaled, %minus_infinity : f32
      lse.yield %logit : f32
    } -> tensor<2x4x8x16xf32>
    ```

    Example: a sink for each head, and the log-sum-exp of each query.

    ```mlir
    %o, %l = lse.attention dims = [3] results = [output, logsumexp]
      indexing_maps = [affine_map<(b, h, i, j, d, n) -> (b, h, i, d)>,
                       affine_map<(b, h, i, j, d, n) -> (b, h, j, d)>,
                       affine_map<(b, h, i, j, d, n) -> (b, h, j, n)>,
                       affine_map<(b, h, i, j, d, n) -> (h)>,
                       affine_map<(b, h, i, j, d, n) -> (b, h, i, n)>,
                       affine_map<(b, h, i, j, d, n) -> (b, h, i)>]
      ins(%q, %k, %v, %s : tensor<2x4x8x16xf32>, tensor<2x4x8x16xf32>,
                           tensor<2x4x8x16xf32>, tensor<4xf32>)
      outs(%init, %sums : tensor<2x4x8x16xf32>, tensor<2x4x8xf32>) logits {
    ^bb0(%score: f32, %sink: f32):
      lse.yield %score, %sink : f32, f32
    } -> (tensor<2x4x8x16xf32>, tensor<2x4x8xf32>)
    ```
  }];
}

#endif // LSE_DIALECT_IR_LSEATTENTIONOP_TD
