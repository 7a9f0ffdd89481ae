//===- LSEOps.td - Operations of the lse dialect -----------*- tablegen -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_IR_LSEOPS_TD
#define LSE_DIALECT_IR_LSEOPS_TD

include "lse/Dialect/IR/LSEAttentionOp.td"
include "lse/Dialect/IR/LSELossOps.td"
include "lse/Dialect/IR/LSERowOp.td"
include "lse/Dialect/IR/LSESelectionOps.td"
include "lse/Dialect/IR/LSESparseOps.td"

//===----------------------------------------------------------------------===//
// Results of logits
//===----------------------------------------------------------------------===//

def LSE_SoftmaxOp : LSE_RowOp<"softmax", "Probabilities"> {
  let summary = "Probabilities from logits, row by row";
  let description = [{
    For logits `z` and a row `r` made up of the `reduction_dims`,

    ```
    p_i = exp(z_i - m) / sum_{k in r} exp(z_k - m),   m = max_{k in r} z_k
    ```

    computed so that no finite logit overflows. Results on demand, in the order
    of `results`, `probabilities` among them: `probabilities` and
    `log_probabilities` have the shape of the iteration space, `logsumexp` and
    `argmax` have one element for each row.

    A NaN or `+inf` anywhere in a row makes all its probabilities and
    log-probabilities NaN. A `-inf` logit among others has probability +0. A row
    of only `-inf` is answered as `row_death` says: NaN by default; with `zero`
    its probabilities are +0 and its log-probabilities `-inf`. Its log-sum-exp
    is `-inf` either way. An empty row stores no probabilities and has
    log-sum-exp `-inf`.

    `stabilized` marks an operation whose source graph had no shift by the row
    maximum: where that overflowed, this operation is finite.

    The logit region has one argument for each input, of its element type, and
    yields one floating-point scalar. The row is computed in its type, in f32 if
    that is narrower. It may yield a second one, a sink: one more logit, the same
    for all of the row, which is in the maximum and in the sum as any other, so
    that the probabilities add up to less than 1, and which has no element in the
    results and is no `argmax`. If its type is wider, the row is computed in that.

    The region is left out when it yields the element of the only input. Indexing
    maps are left out when every input and every result is indexed by the loop dimensions in order, rows' results by those outside
    `dims`.

    Example:

    ```mlir
    %p = lse.softmax dims = [1] ins(%x : tensor<4x10xf32>)
                                outs(%init : tensor<4x10xf32>)
                                -> tensor<4x10xf32>
    ```

    Example: scaled logits with a bias for each column, and the log-sum-exp of
    each row beside the probabilities.

    ```mlir
    %p, %l = lse.softmax dims = [1] results = [probabilities, logsumexp]
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d1)>,
                       affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0)>]
      ins(%x, %b : tensor<4x10xf32>, tensor<10xf32>)
      outs(%p0, %l0 : tensor<4x10xf32>, tensor<4xf32>) logits {
    ^bb0(%in: f32, %bias: f32):
      %half = arith.constant 5.000000e-01 : f32
      %scaled = arith.mulf %in, %half : f32
      %logit = arith.addf %scaled, %bias : f32
      lse.yield %logit : f32
    } -> (tensor<4x10xf32>, tensor<4xf32>)
    ```

    Example: `exp(z_i) / (1 + sum exp(z_k))`, whose sink is the logarithm of 1.

    ```mlir
    %p = lse.softmax dims = [1] ins(%x : tensor<4x10xf32>)
                                outs(%init : tensor<4x10xf32>) logits {
    ^bb0(%in: f32):
      %sink = arith.constant 0.000000e+00 : f32
      lse.yield %in, %sink : f32, f32
    } -> tensor<4x10xf32>
    ```
  }];
}

def LSE_LogSoftmaxOp : LSE_RowOp<"log_softmax", "LogProbabilities"> {
  let summary = "Logarithms of probabilities from logits, row by row";
  let description = [{
    For logits `z` and a row `r` made up of the `reduction_dims`,

    ```
    l_i = (z_i - m) - log(sum_{k in r} exp(z_k - m)),   m = max_{k in r} z_k
    ```

    which is finite for every finite row whose logits differ by a finite number,
    also where the probability itself is too small for its type. That of the
    only element of a row is exactly 0.

    Everything else is as for [`lse.softmax`](#lsesoftmax-lsesoftmaxop): logit
    region, indexing maps, further results on demand (`log_probabilities` among
    them), and the answers for rows with NaN and infinities. A `-inf` logit among
    others has log-probability `-inf`.

    Example:

    ```mlir
    %l = lse.log_softmax dims = [1] ins(%x : tensor<4x10xf32>)
                                    outs(%init : tensor<4x10xf32>)
                                    -> tensor<4x10xf32>
    ```
  }];
}

def LSE_LogSumExpOp : LSE_RowOp<"logsumexp", "LogSumExp"> {
  let summary = "Logarithms of sums of exponentials, one for each row";
  let description = [{
    For logits `z` and a row `r` made up of the `reduction_dims`,

    ```
    lse(z) = m + log(sum_{k in r} exp(z_k - m)),   m = max_{k in r} z_k
    ```

    It is `-inf` for a row of only `-inf` and for an empty row, whatever
    `row_death` says. A NaN in the row makes it NaN; otherwise a `+inf` makes it
    `+inf`.

    Everything else is as for [`lse.softmax`](#lsesoftmax-lsesoftmaxop): logit
    region, indexing maps, and further results on demand (`logsumexp` among
    them). A loop dimension of a row is one that the destination does not have.

    Example: the log-sum-exp of all elements, and where the largest of them is.

    ```mlir
    %l, %i = lse.logsumexp dims = [0, 1] results = [logsumexp, argmax]
      ins(%x : tensor<4x10xf32>) outs(%l0, %i0 : tensor<f32>, tensor<i64>)
      -> (tensor<f32>, tensor<i64>)
    ```
  }];
}

//===----------------------------------------------------------------------===//
// In logit regions
//===----------------------------------------------------------------------===//

/// The operations that have a logit region.
def LSE_InLogitRegion :
    ParentOneOf<["SoftmaxOp", "LogSoftmaxOp", "LogSumExpOp", "CrossEntropyOp",
                 "KLDivergenceOp", "SoftmaxGradOp", "LogSoftmaxGradOp",
                 "CrossEntropyGradOp", "LogSumExpGradOp", "BinaryCrossEntropyOp",
                 "AttentionOp", "SparsemaxOp", "EntmaxOp"]>;

def LSE_YieldOp :
    LSE_Op<"yield", [Pure, ReturnLike, Terminator, LSE_InLogitRegion]> {
  let summary = "Ends a logit region with the logit";
  let description = [{
    What comes after the logit is described with the operation that the region
    belongs to.

    Example:

    ```mlir
    lse.yield %logit : f32
    ```
  }];
  let arguments = (ins Variadic<AnyFloat>:$terms);
  let assemblyFormat = "$terms attr-dict `:` type($terms)";
}

def LSE_IndexOp : LSE_Op<"index", [Pure, LSE_InLogitRegion]> {
  let summary = "Where in the iteration space an element is";
  let description = [{
    The position, from 0, of the element that a logit region works on along
    dimension `dim` of the iteration space.

    Example: the number of the class.

    ```mlir
    %class = lse.index 1
    ```
  }];
  let arguments = (ins ConfinedAttr<I64Attr, [IntNonNegative]>:$dim);
  let results = (outs Index:$result);
  let assemblyFormat = "$dim attr-dict";
  let hasVerifier = 1;
}

def LSE_IsClassOp : LSE_Op<"is_class", [Pure, LSE_InLogitRegion]> {
  let summary = "Whether an element is that of a class number";
  let description = [{
    True at the element of a row whose position along `dim` is `number`, an input
    that is the same for all of the row, and false at the others. A number that is
    no position there, unless it is the one to be ignored, is a failed assertion, of
    all rows before anything is stored. At one that is ignored it is false
    everywhere, so that the targets of the row are 0 and its loss is.

    Example: the cross-entropy of labels, of which -100 stands for none.

    ```mlir
    %l = lse.cross_entropy dims = [1]
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0)>,
                       affine_map<(d0, d1) -> (d0)>]
      ins(%x, %labels : tensor<4x10xf32>, tensor<4xi64>)
      outs(%init : tensor<4xf32>) logits {
    ^bb0(%in: f32, %label: i64):
      %is_label = lse.is_class %label along 1 ignoring -100 : i64
      %target = arith.uitofp %is_label : i1 to f32
      lse.yield %in, %target : f32, f32
    } -> tensor<4xf32>
    ```
  }];
  let arguments = (ins AnyTypeOf<[I32, I64, Index]>:$number,
                       ConfinedAttr<I64Attr, [IntNonNegative]>:$dim,
                       OptionalAttr<I64Attr>:$ignored);
  let results = (outs I1:$result);
  let assemblyFormat = [{
    $number `along` $dim (`ignoring` $ignored^)? attr-dict `:` type($number)
  }];
  let hasVerifier = 1;
}

def LSE_TemperOp
    : LSE_Op<"temper", [Pure, LSE_InLogitRegion,
                        AllTypesMatch<["logit", "result"]>]> {
  let summary = "A logit at a temperature";
  let description = [{
    The logit divided by the temperature, so that the row's probabilities are
    those that temperature has in the limit:

    * at 0 the largest logits of the row share the probability equally, and all
      others have none;
    * at `+inf` all logits that are not `-inf` share it equally;
    * below 2^-32 the maximum of the row is subtracted before the division, so
      that no row overflows.

    Rows with `+inf`, NaN, or nothing but `-inf` are answered as without a
    temperature. A log-sum-exp is that of the quotients; at 0 it is infinite, with
    the sign of the largest logit, or the logarithm of how many there are if that
    is 0. A temperature that is negative or NaN is a failed assertion, of all rows
    before anything is stored; as a constant it is an error.

    The temperature is an input of the operation that is the same for all of a
    row, or a constant. The result is yielded as a logit, of any operation but
    `lse.attention` and `lse.binary_cross_entropy`, whose region has no rows.
    Raising does not make it: what a source divides by may be negative.

    Example: a temperature for each row.

    ```mlir
    %p = lse.softmax dims = [1]
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0)>,
                       affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x, %t : tensor<4x10xf32>, tensor<4xf32>)
      outs(%init : tensor<4x10xf32>) logits {
    ^bb0(%in: f32, %temperature: f32):
      %logit = lse.temper %in by %temperature : f32, f32
      lse.yield %logit : f32
    } -> tensor<4x10xf32>
    ```
  }];
  let arguments = (ins AnyFloat:$logit, AnyFloat:$temperature);
  let results = (outs AnyFloat:$result);
  let assemblyFormat = [{
    $logit `by` $temperature attr-dict `:` type($logit) `,` type($temperature)
  }];
  let hasVerifier = 1;
}

#endif // LSE_DIALECT_IR_LSEOPS_TD
