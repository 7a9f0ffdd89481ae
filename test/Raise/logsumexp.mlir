// Log-sum-exp in all its spellings, and what is none.
// RUN: lse-opt %s --lse-raise --remarks-filter-missed=lse-raise --split-input-file --verify-diagnostics | FileCheck %s

// The guard of a maximum that is infinite, as PyTorch and JAX write it, and the
// absolute value of a sum that cannot be negative.
// CHECK-LABEL: func @guarded
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
func.func @guarded(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK:     %[[Z:.+]] = lse.logsumexp dims = [1] ins(%[[X]] : tensor<4x10xf32>)
  // CHECK-NOT: math
  // CHECK:     return %[[Z]]
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %infinity = arith.constant dense<0x7F800000> : tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %am = math.absf %m : tensor<4xf32>
  %finite = arith.cmpf one, %am, %infinity : tensor<4xf32>
  %g = arith.select %finite, %m, %zeros : tensor<4xi1>, tensor<4xf32>
  %gb = linalg.broadcast ins(%g : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %gb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %a = math.absf %s : tensor<4xf32>
  %l = math.log %a : tensor<4xf32>
  %z = arith.addf %l, %g : tensor<4xf32>
  return %z : tensor<4xf32>
}

// -----

// The place of the row is kept as an extent of 1: that is no loop.
// CHECK-LABEL: func @keepdim
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<2x5x3xf32>
func.func @keepdim(%x: tensor<2x5x3xf32>, %e0: tensor<2x5x3xf32>) -> tensor<2x1x3xf32> {
  // CHECK: %[[Z:.+]] = lse.logsumexp dims = [1] stabilized ins(%[[X]] : tensor<2x5x3xf32>) outs(%{{.+}} : tensor<2x3xf32>)
  // CHECK: %[[K:.+]] = tensor.expand_shape %[[Z]] {{\[}}[0, 1], [2]] output_shape [2, 1, 3] : tensor<2x3xf32> into tensor<2x1x3xf32>
  // CHECK: return %[[K]]
  %zeros = arith.constant dense<0.0> : tensor<2x1x3xf32>
  %e = math.exp %x : tensor<2x5x3xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, 0, d2)>],
                       iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%e : tensor<2x5x3xf32>) outs(%zeros : tensor<2x1x3xf32>) {
  ^bb0(%in: f32, %out: f32):
    %sum = arith.addf %in, %out : f32
    linalg.yield %sum : f32
  } -> tensor<2x1x3xf32>
  %l = math.log %s : tensor<2x1x3xf32>
  return %l : tensor<2x1x3xf32>
}

// -----

// Two reductions after one another are one over both dimensions, here with a
// result of rank 0, and the logarithm of a mean has an offset.
// CHECK-LABEL: func @mean_of_all
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
func.func @mean_of_all(%x: tensor<4x10xf32>) -> tensor<f32> {
  // CHECK: %[[Z:.+]] = lse.logsumexp dims = [0, 1] stabilized ins(%[[X]] : tensor<4x10xf32>) outs(%{{.+}} : tensor<f32>)
  // CHECK: %[[O:.+]] = linalg.generic {{.*}} outs(%[[Z]] : tensor<f32>)
  // CHECK:   %[[N:.+]] = arith.constant -3.68887949 : f32
  // CHECK:   arith.addf %{{.+}}, %[[N]]
  // CHECK: return %[[O]]
  %rows = arith.constant dense<0.0> : tensor<4xf32>
  %one = arith.constant dense<0.0> : tensor<f32>
  %count = arith.constant dense<40.0> : tensor<f32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%rows : tensor<4xf32>) dimensions = [1]
  %t = linalg.reduce { arith.addf } ins(%s : tensor<4xf32>) outs(%one : tensor<f32>) dimensions = [0]
  %mean = arith.divf %t, %count : tensor<f32>
  %l = math.log %mean : tensor<f32>
  return %l : tensor<f32>
}

// -----

// Detours: f64 in between is kept, and what is not a multiple of 1 is no
// log-sum-exp but has one in it.
// CHECK-LABEL: func @wide
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
func.func @wide(%x: tensor<4x10xf32>, %e0: tensor<4x10xf64>) -> (tensor<4xf32>) {
  // CHECK: %[[Z:.+]] = lse.logsumexp dims = [1] stabilized ins(%[[X]] : tensor<4x10xf32>) outs(%{{.+}} : tensor<4xf32>) logits {
  // CHECK:   %[[W:.+]] = arith.extf %{{.+}} : f32 to f64
  // CHECK:   lse.yield %[[W]] : f64
  // CHECK: return %[[Z]]
  %zeros = arith.constant dense<0.0> : tensor<4xf64>
  %w = arith.extf %x : tensor<4x10xf32> to tensor<4x10xf64>
  %e = math.exp %w : tensor<4x10xf64>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf64>) outs(%zeros : tensor<4xf64>) dimensions = [1]
  %l = math.log %s : tensor<4xf64>
  %t = arith.truncf %l : tensor<4xf64> to tensor<4xf32>
  return %t : tensor<4xf32>
}

// -----

// A shift that the source does not add again stays in the logits.
// CHECK-LABEL: func @shift_kept
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[B:[a-z0-9]+]]: tensor<4xf32>
func.func @shift_kept(%x: tensor<4x10xf32>, %b: tensor<4xf32>, %e0: tensor<4x10xf32>) -> tensor<4xf32> {
  // CHECK: lse.logsumexp dims = [1] {{.*}}stabilized ins(%[[X]], %[[B]] : tensor<4x10xf32>, tensor<4xf32>)
  // CHECK:   arith.subf
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %bb = linalg.broadcast ins(%b : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %e = linalg.map ins(%x, %bb : tensor<4x10xf32>, tensor<4x10xf32>) outs(%e0 : tensor<4x10xf32>)
    (%in: f32, %bias: f32, %out: f32) {
      %d = arith.subf %in, %bias : f32
      %exp = math.exp %d : f32
      linalg.yield %exp : f32
    }
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %l = math.log %s : tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

// log(1 + sum(exp(x))): an extra logit of 0, which is not raised yet.
// CHECK-LABEL: func @extra_one
// CHECK-NOT:     lse.
func.func @extra_one(%x: tensor<4x10xf32>) -> tensor<4xf32> {
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%ones : tensor<4xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] extra-term}}
  %l = math.log %s : tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

// The logarithm of a sum without exponentials is no candidate.
// CHECK-LABEL: func @no_exponential
// CHECK-NOT:     lse.
func.func @no_exponential(%x: tensor<4x10xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%x : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %l = math.log %s : tensor<4xf32>
  %e = math.exp %y : tensor<4xf32>
  return %l, %e : tensor<4xf32>, tensor<4xf32>
}

// -----

// Weighted exponentials.
// CHECK-LABEL: func @weighted
// CHECK-NOT:     lse.
func.func @weighted(%x: tensor<4x10xf32>, %w: tensor<4x10xf32>) -> tensor<4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %f = arith.mulf %e, %w : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] weight}}
  %l = math.log %s : tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

// The logits of powers of two are those of exponentials times log(2).
// CHECK-LABEL: func @base_two
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>
// CHECK:         lse.logsumexp dims = [1] stabilized ins(%[[X]] : tensor<4x8xf32>)
// CHECK:           %[[LN2:.+]] = arith.constant 0.693147182 : f32
// CHECK:           arith.mulf %{{.+}}, %[[LN2]] : f32
func.func @base_two(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp2 %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %l = math.log %s : tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

// The same with the maximum taken out, and put back in base e.
// CHECK-LABEL: func @base_two_shifted
// CHECK:         lse.logsumexp dims = [1] ins(
func.func @base_two_shifted(%x: tensor<4x8xf32>, %t: tensor<4x8xf32>) -> tensor<4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %ln2 = arith.constant dense<0.693147182> : tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x8xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %z = arith.subf %x, %b : tensor<4x8xf32>
  %e = math.exp2 %z : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %l2 = math.log2 %s : tensor<4xf32>
  %l = arith.addf %l2, %m : tensor<4xf32>
  %r = arith.mulf %l, %ln2 : tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

// A dimension along which elements are repeated counts them: the logits are
// made, for no input tells its extent.
// CHECK-LABEL: func @repeated
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x6xf32>
// CHECK:         %[[Z:.+]] = linalg.generic
// CHECK:         -> tensor<4x6x3xf32>
// CHECK:         lse.logsumexp dims = [1, 2] stabilized ins(%[[Z]] : tensor<4x6x3xf32>)
func.func @repeated(%x: tensor<4x6xf32>, %t: tensor<4x6x3xf32>) -> tensor<4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %b = linalg.broadcast ins(%x : tensor<4x6xf32>) outs(%t : tensor<4x6x3xf32>) dimensions = [2]
  %e = math.exp %b : tensor<4x6x3xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x6x3xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1, 2]
  %l = math.log %s : tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

// In bf16 111 is what 160 * log(2) rounds to, and stands for nothing but itself.
// CHECK-LABEL: func @few_digits
// CHECK:         lse.logsumexp
// CHECK:         arith.constant 5.000000e-01 : bf16
func.func @few_digits(%x: tensor<4x8xbf16>) -> tensor<4xbf16> {
  %zeros = arith.constant dense<0.0> : tensor<4xbf16>
  %a = arith.constant dense<111.0> : tensor<4xbf16>
  %b = arith.constant dense<110.5> : tensor<4xbf16>
  %e = math.exp %x : tensor<4x8xbf16>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xbf16>) outs(%zeros : tensor<4xbf16>) dimensions = [1]
  %l = math.log %s : tensor<4xbf16>
  %c = arith.addf %l, %a : tensor<4xbf16>
  %d = arith.subf %c, %b : tensor<4xbf16>
  return %d : tensor<4xbf16>
}

// The shift is taken off before the factor of base 2, and added again without it.
// CHECK-LABEL: func @shifted_in_base_2
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
func.func @shifted_in_base_2(%x: tensor<4x10xf32>) -> tensor<4xf32> {
  // CHECK: lse.logsumexp dims = [1] ins(%[[X]] : tensor<4x10xf32>)
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %log2_e = arith.constant dense<1.44269504> : tensor<4x10xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x10xf32>
  %s = arith.mulf %d, %log2_e : tensor<4x10xf32>
  %e = math.exp2 %s : tensor<4x10xf32>
  %z = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %l = math.log %z : tensor<4xf32>
  %r = arith.addf %l, %m : tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

// The last step has fewer loops than its result has dimensions.
#all = affine_map<(d0, d1) -> (d0, d1)>
#kept = affine_map<(d0, d1) -> (d0, 0)>
#few = affine_map<(d0) -> (d0, 0)>
// CHECK-LABEL: func @kept_dimension
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
// CHECK:       lse.logsumexp dims = [1] ins(%[[X]] : tensor<4x10xf32>)
func.func @kept_dimension(%x: tensor<4x10xf32>, %j: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %m0 = linalg.fill ins(%lowest : f32) outs(%j : tensor<4x1xf32>) -> tensor<4x1xf32>
  %m = linalg.generic {indexing_maps = [#all, #kept], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x10xf32>) outs(%m0 : tensor<4x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<4x1xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4x1xf32>) -> tensor<4x1xf32>
  %s = linalg.generic {indexing_maps = [#all, #kept, #kept], iterator_types = ["parallel", "reduction"]} ins(%x, %m : tensor<4x10xf32>, tensor<4x1xf32>) outs(%s0 : tensor<4x1xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %0 = arith.subf %in, %max : f32
    %1 = math.exp %0 : f32
    %2 = arith.addf %1, %out : f32
    linalg.yield %2 : f32
  } -> tensor<4x1xf32>
  %l = linalg.generic {indexing_maps = [#few, #few, #few], iterator_types = ["parallel"]} ins(%s, %m : tensor<4x1xf32>, tensor<4x1xf32>) outs(%j : tensor<4x1xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %0 = math.log %in : f32
    %1 = arith.addf %0, %max : f32
    linalg.yield %1 : f32
  } -> tensor<4x1xf32>
  return %l : tensor<4x1xf32>
}

// -----

// A dimension of extent 1 is no loop, and those after it are.
// CHECK-LABEL: func @first_of_one
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x1x10xf32>
// CHECK:       %[[Z:.+]] = linalg.generic {{.*}} ins(%[[X]] : tensor<4x1x10xf32>)
// CHECK:       %[[L:.+]] = lse.logsumexp dims = [1] stabilized ins(%[[Z]] : tensor<4x10xf32>) outs({{.+}} : tensor<4xf32>)
// CHECK:       return %[[L]]
func.func @first_of_one(%x: tensor<4x1x10xf32>, %i: tensor<4x1x10xf32>, %j: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = linalg.exp ins(%x : tensor<4x1x10xf32>) outs(%i : tensor<4x1x10xf32>) -> tensor<4x1x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x1x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1, 2]
  %l = linalg.log ins(%s : tensor<4xf32>) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  return %l : tensor<4xf32>
}
