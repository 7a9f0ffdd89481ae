//===- LSELossOps.td - Losses and their gradients ----------*- tablegen -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_IR_LSELOSSOPS_TD
#define LSE_DIALECT_IR_LSELOSSOPS_TD

include "lse/Dialect/IR/LSERowOp.td"

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//

def LSE_CrossEntropyOp : LSE_RowOp<"cross_entropy", "Loss", 2> {
  let summary = "Cross-entropy of targets and logits, row by row";
  let description = [{
    The region yields a logit `z_i` and a target `y_i` for each element; it is
    left out when these are the elements of two inputs. For a row `r` made up of the `reduction_dims`,

    ```
    loss = -sum_{i in r} y_i * log_softmax(z)_i
    ```

    where an element with `y_i = 0` counts as 0, whatever its logit is. Targets
    need not be probabilities: weights and whatever else a loss is multiplied by
    can be part of them, and a row that is to be ignored has targets of 0 only.
    Class numbers are compared with [`lse.index`](#lseindex-lseindexop), label
    smoothing adds a constant.

    Further results on demand are those of the logits: `probabilities`,
    `log_probabilities`, `logsumexp`, `argmax`. Everything else is as for
    [`lse.softmax`](#lsesoftmax-lsesoftmaxop). A row with a NaN or `+inf`, or of
    only `-inf` where `row_death` is `nan`, has loss NaN, unless all its targets
    are 0.

    Example: the loss of each row for class numbers.

    ```mlir
    %loss = lse.cross_entropy dims = [1]
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0)>,
                       affine_map<(d0, d1) -> (d0)>]
      ins(%x, %labels : tensor<4x10xf32>, tensor<4xi64>)
      outs(%init : tensor<4xf32>) logits {
    ^bb0(%in: f32, %label: i64):
      %class = lse.index 1
      %number = arith.index_cast %class : index to i64
      %is_label = arith.cmpi eq, %number, %label : i64
      %target = arith.uitofp %is_label : i1 to f32
      lse.yield %in, %target : f32, f32
    } -> tensor<4xf32>
    ```
  }];
}

def LSE_KLDivergenceOp : LSE_RowOp<"kl_divergence", "Loss", 2> {
  let summary = "Divergence of two softmaxes, row by row";
  let description = [{
    The region yields a logit `z_i` and a logit `t_i` of the distribution that is
    aimed at, such as a teacher's. With `p = softmax(t)` and `q = softmax(z)` over
    a row `r` made up of the `reduction_dims`, the Kullback-Leibler divergence is

    ```
    loss = sum_{i in r} p_i * (log p_i - log q_i)
    ```

    where an element with `p_i = 0` counts as 0. Everything else is as for
    [`lse.cross_entropy`](#lsecross_entropy-lsecrossentropyop), with further
    results of the logits `z`.

    Example: both with temperature 2.

    ```mlir
    %loss = lse.kl_divergence dims = [1]
      ins(%student, %teacher : tensor<4x10xf32>, tensor<4x10xf32>)
      outs(%init : tensor<4xf32>) logits {
    ^bb0(%z: f32, %t: f32):
      %half = arith.constant 5.000000e-01 : f32
      %z_scaled = arith.mulf %z, %half : f32
      %t_scaled = arith.mulf %t, %half : f32
      lse.yield %z_scaled, %t_scaled : f32, f32
    } -> tensor<4xf32>
    ```
  }];
}

def LSE_BinaryCrossEntropyOp :
    LSE_RowOp<"binary_cross_entropy", "Loss", 3, /*hasLogits=*/0> {
  let summary = "Cross-entropy of two classes, from the logit of one";
  let description = [{
    The region yields a logit `x_i`, a weight `w_i` of the class that it is of and a
    weight `v_i` of the other class, whose logit is 0. With `sigmoid(x)`, which is
    the softmax of `x` and 0, and a row `r` made up of the `reduction_dims`,

    ```
    loss = -sum_{i in r} w_i * log(sigmoid(x_i)) + v_i * log(sigmoid(-x_i))
    ```

    where an element counts as 0 with a weight of 0, whatever its logit is. For a
    target `y` the weights are `y` and `1 - y`; the weight of positive examples is a
    factor of the first, that of an element of both. `dims` may be empty: each
    element is a row, and has a loss, of its own. There are no other results.

    `-log(sigmoid(x))` is computed as `max(-x, 0) + log1p(exp(-|x|))`, which neither
    overflows nor loses what is small. `stabilized` marks an operation whose source
    takes the logarithm of a sigmoid, or the exponential of a logit that may be large.

    Example: the mean over all elements lacks the division.

    ```mlir
    %sum = lse.binary_cross_entropy dims = [0, 1]
      ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf32>) outs(%init : tensor<f32>) logits {
    ^bb0(%x_i: f32, %y_i: f32):
      %one = arith.constant 1.000000e+00 : f32
      %other = arith.subf %one, %y_i : f32
      lse.yield %x_i, %y_i, %other : f32, f32, f32
    } -> tensor<f32>
    ```
  }];
}

//===----------------------------------------------------------------------===//
// Gradients
//===----------------------------------------------------------------------===//

def LSE_SoftmaxGradOp : LSE_RowOp<"softmax_grad", "Gradient", 2, /*hasLogits=*/0> {
  let summary = "Gradient of a softmax with respect to its logits";
  let description = [{
    The region yields a probability `p_i` and the gradient `g_i` with respect to
    it. With `from_logits` it yields a logit instead, and the probabilities are
    the softmax of these, for a backward pass that has not kept them. For a row
    `r` made up of the `reduction_dims`,

    ```
    gradient_i = p_i * (g_i - sum_{k in r} p_k * g_k)
    ```

    `row_death` and `stabilized` are those of the softmax; without `from_logits`
    they mean nothing.

    Example:

    ```mlir
    %dx = lse.softmax_grad dims = [1]
      ins(%p, %g : tensor<4x10xf32>, tensor<4x10xf32>)
      outs(%init : tensor<4x10xf32>) -> tensor<4x10xf32>
    ```
  }];
}

def LSE_LogSoftmaxGradOp :
    LSE_RowOp<"log_softmax_grad", "Gradient", 2, /*hasLogits=*/0> {
  let summary = "Gradient of a log-softmax with respect to its logits";
  let description = [{
    The region yields a probability `p_i`, which is the exponential of a
    log-probability where that is at hand, and the gradient `g_i` with respect to
    the log-probability. With `from_logits` it yields a logit instead, and the
    probabilities are the softmax of these. For a row `r` made up of the
    `reduction_dims`,

    ```
    gradient_i = g_i - p_i * sum_{k in r} g_k
    ```

    `row_death` and `stabilized` are those of the softmax; without `from_logits`
    they mean nothing.

    Example:

    ```mlir
    %dx = lse.log_softmax_grad dims = [1]
      ins(%l, %g : tensor<4x10xf32>, tensor<4x10xf32>)
      outs(%init : tensor<4x10xf32>) logits {
    ^bb0(%l_i: f32, %g_i: f32):
      %p_i = math.exp %l_i : f32
      lse.yield %p_i, %g_i : f32, f32
    } -> tensor<4x10xf32>
    ```
  }];
}

def LSE_CrossEntropyGradOp : LSE_RowOp<"cross_entropy_grad", "Gradient", 2> {
  let summary = "Gradient of a cross-entropy with respect to its logits";
  let description = [{
    The region yields a logit `z_i` and a target `y_i`, as that of
    [`lse.cross_entropy`](#lsecross_entropy-lsecrossentropyop) does. For a row `r`
    made up of the `reduction_dims`,

    ```
    gradient_i = softmax(z)_i * sum_{k in r} y_k - y_i
    ```

    where the product counts as 0 if the sum is 0, whatever the logits are. The
    region may yield a third value, a weight `w`, which is the same for all of a
    row: the gradient is multiplied by it, the loss is not. That is the place of
    the gradient with respect to the loss; it may belong to the targets, too, as
    a factor. A fourth value, a z-weight `v`, is the same for all of a row, too,
    and is for a loss with the square of the log-sum-exp in it, a z-loss:

    ```
    gradient_i = w * (softmax(z)_i * sum_{k in r} y_k - y_i) + v * logsumexp(z) * softmax(z)_i
    ```

    where the last product counts as 0 if `v` is 0. The gradient of
    `loss + c * logsumexp(z)^2` has `v = 2 * c * w`.

    Further results on demand are the `loss` of each row, which is that of
    `lse.cross_entropy`, without the square of a log-sum-exp, and those of the
    logits.

    Example: the gradient for target probabilities.

    ```mlir
    %dx = lse.cross_entropy_grad dims = [1]
      ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf32>)
      outs(%init : tensor<4x10xf32>) -> tensor<4x10xf32>
    ```

    Example: the loss with it, for which the rows are read no more often.

    ```mlir
    %both:2 = lse.cross_entropy_grad dims = [1] results = [gradient, loss]
      ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf32>)
      outs(%init, %losses : tensor<4x10xf32>, tensor<4xf32>)
      -> (tensor<4x10xf32>, tensor<4xf32>)
    ```

    Example: the same with the gradient `%g` with respect to each loss.

    ```mlir
    %both:2 = lse.cross_entropy_grad dims = [1] results = [gradient, loss]
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0)>,
                       affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0)>]
      ins(%x, %y, %g : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>)
      outs(%init, %losses : tensor<4x10xf32>, tensor<4xf32>) logits {
    ^bb0(%z: f32, %target: f32, %weight: f32):
      lse.yield %z, %target, %weight : f32, f32, f32
    } -> (tensor<4x10xf32>, tensor<4xf32>)
    ```

    Example: the gradient of a loss with `1.0e-4 * logsumexp(z)^2`, that loss's
    parts beside it.

    ```mlir
    %all:3 = lse.cross_entropy_grad dims = [1] results = [gradient, loss, logsumexp]
      ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf32>)
      outs(%init, %losses, %sums : tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) logits {
    ^bb0(%z: f32, %target: f32):
      %one = arith.constant 1.000000e+00 : f32
      %z_weight = arith.constant 2.000000e-04 : f32
      lse.yield %z, %target, %one, %z_weight : f32, f32, f32, f32
    } -> (tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>)
    ```
  }];
}

def LSE_LogSumExpGradOp : LSE_RowOp<"logsumexp_grad", "Gradient", 2> {
  let summary = "Gradient of a log-sum-exp with respect to its logits";
  let description = [{
    The region yields a logit `z_i`, and the gradient `g` with respect to the
    log-sum-exp of the row, which is the same for all of it. For a row `r` made up
    of the `reduction_dims`,

    ```
    gradient_i = softmax(z)_i * g
    ```

    The region may yield an addend `a_i` after these, and a weight `w`, which is
    the same for all of a row, after that:

    ```
    gradient_i = (softmax(z)_i * g + a_i) * w
    ```

    With targets negated for `a_i` and `g = 1` that is the gradient of a
    cross-entropy, if the targets of each row are known to have the sum 1. Products
    are what they are: that of a NaN, in a row with one, and 0 is NaN.

    Further results on demand are those of the logits.

    Example:

    ```mlir
    %dx = lse.logsumexp_grad dims = [1]
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0)>,
                       affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x, %g : tensor<4x10xf32>, tensor<4xf32>)
      outs(%init : tensor<4x10xf32>) -> tensor<4x10xf32>
    ```
  }];
}

#endif // LSE_DIALECT_IR_LSELOSSOPS_TD
