// What remarks say of candidates that are refused: both terms, each as it is
// in the source.
// RUN: lse-opt %s --lse-raise --remarks-filter-missed=lse-raise --split-input-file -o /dev/null 2>&1 | FileCheck %s

// An exponential and the sum that it is divided by, with its bound axis.
// CHECK: [Missed] axis | {{.*}}Reason="the sum runs along another axis: exp(%arg0[d0, d1]) over sum(exp(%arg0[d1, k0]))"
func.func @axis(%x: tensor<8x8xf32>, %t: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<8xf32>) outs(%t : tensor<8x8xf32>) dimensions = [0]
  %p = arith.divf %e, %sb : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// The sum is over all elements; the factor is not where it was computed.
// CHECK: [Missed] extra-factor | {{.*}}Reason="there is a factor more: exp(%arg0[d0, d1]) / sum(exp(%arg0[k0, k1])) is multiplied by %extracted_slice[d0], made of %reduced{{.*}} = sum(exp(%arg0[k0, d0]))"
func.func @step_of_another(%x: tensor<4x8xf32>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %zeros = arith.constant dense<0.0> : tensor<8xf32>
  %e = math.exp %x : tensor<4x8xf32>
  %all = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zero : tensor<f32>) dimensions = [0, 1]
  %allb = linalg.broadcast ins(%all : tensor<f32>) outs(%t : tensor<4x8xf32>) dimensions = [0, 1]
  %q = arith.divf %e, %allb : tensor<4x8xf32>
  %c = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [0]
  %some = tensor.extract_slice %c[0] [4] [1] : tensor<8xf32> to tensor<4xf32>
  %someb = linalg.broadcast ins(%some : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p = arith.mulf %q, %someb : tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// The same with the factor in reach.
// CHECK: [Missed] extra-factor | {{.*}}Reason="there is a factor more: exp(%arg0[d0, d1]) / sum(exp(%arg0[k0, k1])) is multiplied by sum(exp(%arg0[k0, d1]))"
func.func @times_columns(%x: tensor<4x8xf32>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %zeros = arith.constant dense<0.0> : tensor<8xf32>
  %e = math.exp %x : tensor<4x8xf32>
  %all = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zero : tensor<f32>) dimensions = [0, 1]
  %allb = linalg.broadcast ins(%all : tensor<f32>) outs(%t : tensor<4x8xf32>) dimensions = [0, 1]
  %q = arith.divf %e, %allb : tensor<4x8xf32>
  %c = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [0]
  %cb = linalg.broadcast ins(%c : tensor<8xf32>) outs(%t : tensor<4x8xf32>) dimensions = [0]
  %p = arith.mulf %cb, %q : tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// A number and a tensor as factors.
// CHECK: [Missed] extra-factor | {{.*}}Reason="there is a factor more: exp(%arg0[d0, d1]) / sum(exp(%arg0[d0, k0])) is multiplied by 2 * %arg1[d0, d1]"
func.func @factor(%x: tensor<4x8xf32>, %w: tensor<4x8xf32>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %half = arith.constant dense<0.5> : tensor<4xf32>
  %e = math.exp %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %mean = arith.mulf %s, %half : tensor<4xf32>
  %mb = linalg.broadcast ins(%mean : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %r = arith.divf %w, %mb : tensor<4x8xf32>
  %p = arith.mulf %e, %r : tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// A sink relative to the maximum: its logit is that, and none of the source.
// CHECK: [Missed] extra-term | {{.*}}Reason="there is more than a sum of exponentials in 1 + sum(exp(%arg0[d0, k0])) * exp(-max(%arg0[d0, k0])): 1"
func.func @shifted_sink(%x: tensor<4x8xf32>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x8xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x8xf32>
  %e = math.exp %d : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %z = arith.addf %s, %ones : tensor<4xf32>
  %zb = linalg.broadcast ins(%z : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p = arith.divf %e, %zb : tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// A clamp, and a function of the sum.
// CHECK: [Missed] extra-term | {{.*}}Reason="there is more than a sum of exponentials in arith.maximumf({{.*}}sum(exp(%arg0[d0, k0])){{.*}}): 1e-06"
// CHECK: [Missed] extra-term | {{.*}}Reason="there is more than a sum of exponentials in math.sqrt(sum(exp(%arg0[d0, k0]))): math.sqrt"
func.func @function_of_sum(%x: tensor<4x8xf32>, %t: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4xf32>) {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %epsilon = arith.constant dense<1.0e-06> : tensor<4xf32>
  %e = math.exp %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %z = arith.maximumf %s, %epsilon : tensor<4xf32>
  %zb = linalg.broadcast ins(%z : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p = arith.divf %e, %zb : tensor<4x8xf32>
  %root = math.sqrt %s : tensor<4xf32>
  %l = math.log %root : tensor<4xf32>
  return %p, %l : tensor<4x8xf32>, tensor<4xf32>
}

// -----

// The weight by itself, of a quotient and of a logarithm.
// CHECK: [Missed] weight | {{.*}}Reason="the exponentials of sum(%arg1[d0, k0] * exp(%arg0[d0, k0])) have weights: %arg1[d0, k0]"
// CHECK: [Missed] weight | {{.*}}Reason="the exponentials of sum(%arg1[d0, k0] * exp(%arg0[d0, k0])) have weights: %arg1[d0, k0]"
func.func @weight(%x: tensor<4x8xf32>, %w: tensor<4x8xf32>, %t: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4xf32>) {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x8xf32>
  %f = arith.mulf %e, %w : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x8xf32>
  %l = math.log %s : tensor<4xf32>
  return %p, %l : tensor<4x8xf32>, tensor<4xf32>
}

// -----

// The axis of the sum is k0 where the shifts do not cancel, too.
// CHECK: [Missed] shift-residual | {{.*}}Reason="the shifts do not cancel: exp(%arg0[d0, d1] - max(%arg0[d0, k0])) over sum(exp(%arg0[d0, k0]))"
func.func @maximum_in_numerator_only(%x: tensor<4x8xf32>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x8xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x8xf32>
  %e = math.exp %d : tensor<4x8xf32>
  %f = math.exp %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// The logits are named where they cannot be computed, and the sum they are for.
// CHECK: [Missed] logit-form | {{.*}}Reason="no logit region can compute the logits {{.*}} for sum(exp({{.*}}k0{{.*}}))"
#all = affine_map<(d0, d1) -> (d0, d1)>
#reversed = affine_map<(d0, d1) -> (d0, 9 - d1)>
func.func @position(%x: tensor<4x10xf32>, %t: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x10xf32>) outs(%t : tensor<4x10xf32>) {
  ^bb0(%in: f32, %out: f32):
    %column = linalg.index 1 : index
    %integer = arith.index_cast %column : index to i32
    %bias = arith.sitofp %integer : i32 to f32
    %z = arith.addf %in, %bias : f32
    %exp = math.exp %z : f32
    linalg.yield %exp : f32
  } -> tensor<4x10xf32>
  %r = linalg.generic {indexing_maps = [#reversed, #all], iterator_types = ["parallel", "parallel"]}
      ins(%e : tensor<4x10xf32>) outs(%t : tensor<4x10xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%r : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %r, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}
