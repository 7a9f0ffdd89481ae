// RUN: lse-opt %s --lse-raise --split-input-file | FileCheck %s
// Raising twice changes nothing.
// RUN: lse-opt %s --lse-raise --lse-raise --split-input-file | FileCheck %s

// A softmax without the shift by the row maximum, in named operations.
// CHECK-LABEL: func @naive
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
func.func @naive(%x: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK-NOT:  linalg
  // CHECK:      %[[P:.+]] = lse.softmax dims = [1] stabilized ins(%[[X]] : tensor<4x10xf32>)
  // CHECK-NEXT: return %[[P]]
  %zero = arith.constant 0.0 : f32
  %e0 = tensor.empty() : tensor<4x10xf32>
  %r0 = tensor.empty() : tensor<4xf32>
  %e = linalg.exp ins(%x : tensor<4x10xf32>) outs(%e0 : tensor<4x10xf32>) -> tensor<4x10xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = linalg.div ins(%e, %b : tensor<4x10xf32>, tensor<4x10xf32>) outs(%e0 : tensor<4x10xf32>) -> tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// With the shift, over the first dimension, dynamic.
#all = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func @shifted_first_dim
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x?xf32>
func.func @shifted_first_dim(%x: tensor<?x?xf32>, %e0: tensor<?x?xf32>, %r0: tensor<?xf32>) -> tensor<?x?xf32> {
  // CHECK-NOT:  linalg
  // CHECK:      lse.softmax dims = [0] ins(%[[X]] : tensor<?x?xf32>)
  %zero = arith.constant -0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<?xf32>) -> tensor<?xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<?x?xf32>) outs(%m0 : tensor<?xf32>) dimensions = [0]
  %e = linalg.generic {indexing_maps = [#all, #column, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<?x?xf32>, tensor<?xf32>) outs(%e0 : tensor<?x?xf32>) {
  ^bb0(%in: f32, %shift: f32, %out: f32):
    %d = arith.subf %in, %shift : f32
    %exp = math.exp %d : f32
    linalg.yield %exp : f32
  } -> tensor<?x?xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%r0 : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<?x?xf32>) outs(%s0 : tensor<?xf32>) dimensions = [0]
  %p = linalg.generic {indexing_maps = [#all, #column, #all], iterator_types = ["parallel", "parallel"]}
      ins(%e, %s : tensor<?x?xf32>, tensor<?xf32>) outs(%e0 : tensor<?x?xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %q = arith.divf %in, %sum : f32
    linalg.yield %q : f32
  } -> tensor<?x?xf32>
  return %p : tensor<?x?xf32>
}

// -----

// What no single pattern would list: the maximum comes from compare and
// select, the exponential is recomputed for the numerator, the quotient is a
// product with a reciprocal, and the temperature is applied after the shift.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#row1 = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @other_spelling
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[T:[a-z0-9]+]]: tensor<4xf32>
func.func @other_spelling(%x: tensor<4x10xf32>, %t: tensor<4xf32>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>) -> tensor<4x10xf32> {
  // The shift is under the quotient and stays there: without it the quotient
  // would round what the shift makes small.
  // CHECK:      %[[M:[0-9]+]] = linalg.generic
  // CHECK-NOT:  linalg.generic
  // CHECK:      lse.softmax dims = [1] indexing_maps = [#{{.+}}, #{{.+}}, #{{.+}}, #{{.+}}] ins(%[[X]], %[[M]], %[[T]] : tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>)
  // CHECK-SAME: logits {
  // CHECK-NEXT: ^bb0(%[[IN:.+]]: f32, %[[SHIFT:.+]]: f32, %[[TEMPERATURE:.+]]: f32):
  // CHECK-NEXT:   %[[D:.+]] = arith.subf %[[IN]], %[[SHIFT]] : f32
  // CHECK-NEXT:   %[[Z:.+]] = arith.divf %[[D]], %[[TEMPERATURE]] : f32
  // CHECK-NEXT:   lse.yield %[[Z]] : f32
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %lowest = arith.constant -3.40282347E+38 : f32
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %m = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x10xf32>) outs(%m0 : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %greater = arith.cmpf olt, %out, %in : f32
    %max = arith.select %greater, %in, %out : f32
    linalg.yield %max : f32
  } -> tensor<4xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#all, #row, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x, %m, %t : tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) outs(%s0 : tensor<4xf32>) {
  ^bb0(%in: f32, %shift: f32, %temperature: f32, %out: f32):
    %d = arith.subf %in, %shift : f32
    %scaled = arith.divf %d, %temperature : f32
    %exp = math.exp %scaled : f32
    %sum = arith.addf %out, %exp : f32
    linalg.yield %sum : f32
  } -> tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#row1, #row1], iterator_types = ["parallel"]}
      ins(%s : tensor<4xf32>) outs(%r0 : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %reciprocal = arith.divf %one, %in : f32
    linalg.yield %reciprocal : f32
  } -> tensor<4xf32>
  %p = linalg.generic {indexing_maps = [#row, #all, #row, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%r, %x, %m, %t : tensor<4xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) {
  ^bb0(%reciprocal: f32, %in: f32, %shift: f32, %temperature: f32, %out: f32):
    %d = arith.subf %in, %shift : f32
    %scaled = arith.divf %d, %temperature : f32
    %exp = math.exp %scaled : f32
    %q = arith.mulf %reciprocal, %exp : f32
    linalg.yield %q : f32
  } -> tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// Operations on whole tensors, in base two, with a reduction that keeps its
// dimension and a transpose in between.
#t0 = affine_map<(d0, d1) -> (d1, d0)>
#all = affine_map<(d0, d1) -> (d0, d1)>
#keep = affine_map<(d0, d1) -> (0, d1)>
// CHECK-LABEL: func @base_two_transposed
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<8x16xf32>
func.func @base_two_transposed(%x: tensor<8x16xf32>, %e0: tensor<16x8xf32>, %k0: tensor<1x8xf32>) -> tensor<16x8xf32> {
  // CHECK:      lse.softmax dims = [0]
  // CHECK:        %[[LN2:.+]] = arith.constant 0.693147182 : f32
  // CHECK:        arith.mulf %{{.+}}, %[[LN2]] : f32
  %zero = arith.constant 0.0 : f32
  %e = math.exp2 %x : tensor<8x16xf32>
  %tr = linalg.transpose ins(%e : tensor<8x16xf32>) outs(%e0 : tensor<16x8xf32>) permutation = [1, 0]
  %s0 = linalg.fill ins(%zero : f32) outs(%k0 : tensor<1x8xf32>) -> tensor<1x8xf32>
  %s = linalg.generic {indexing_maps = [#all, #keep], iterator_types = ["reduction", "parallel"]}
      ins(%tr : tensor<16x8xf32>) outs(%s0 : tensor<1x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %sum = arith.addf %in, %out : f32
    linalg.yield %sum : f32
  } -> tensor<1x8xf32>
  %c = tensor.collapse_shape %s [[0, 1]] : tensor<1x8xf32> into tensor<8xf32>
  %b = linalg.broadcast ins(%c : tensor<8xf32>) outs(%e0 : tensor<16x8xf32>) dimensions = [0]
  %p = arith.divf %tr, %b : tensor<16x8xf32>
  return %p : tensor<16x8xf32>
}

// -----

// The exponentials and the sum are used elsewhere too: they stay, and nothing
// is refused for it.
// CHECK-LABEL: func @other_uses
func.func @other_uses(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>)
    -> (tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>) {
  // CHECK-DAG: %[[E:.+]] = linalg.exp
  // CHECK-DAG: %[[S:.+]] = linalg.reduce
  // CHECK-DAG: %[[P:.+]] = lse.softmax
  // CHECK:     return %[[P]], %[[E]], %[[S]]
  %zero = arith.constant 0.0 : f32
  %e = linalg.exp ins(%x : tensor<4x10xf32>) outs(%e0 : tensor<4x10xf32>) -> tensor<4x10xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = linalg.div ins(%e, %b : tensor<4x10xf32>, tensor<4x10xf32>) outs(%e0 : tensor<4x10xf32>) -> tensor<4x10xf32>
  return %p, %e, %s : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>
}

// -----

// exp(log_softmax(x)), and a softmax of that softmax.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @exp_of_log_softmax
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
func.func @exp_of_log_softmax(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>) -> tensor<4x10xf32> {
  // CHECK: %[[P:.+]] = lse.softmax dims = [1] stabilized ins(%[[X]] : tensor<4x10xf32>)
  // CHECK: %[[Q:.+]] = lse.softmax dims = [1] stabilized ins(%[[P]] : tensor<4x10xf32>)
  // CHECK: return %[[Q]]
  %zero = arith.constant 0.0 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %l = math.log %s : tensor<4xf32>
  %b = linalg.broadcast ins(%l : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %b : tensor<4x10xf32>
  %p = math.exp %d : tensor<4x10xf32>
  %e2 = math.exp %p : tensor<4x10xf32>
  %s2 = linalg.reduce { arith.addf } ins(%e2 : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b2 = linalg.broadcast ins(%s2 : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %e2, %b2 : tensor<4x10xf32>
  return %q : tensor<4x10xf32>
}

// -----

// Two reductions at once make one row of both dimensions.
#all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0)>
// CHECK-LABEL: func @two_dims
func.func @two_dims(%x: tensor<2x3x5xf32>, %e0: tensor<2x3x5xf32>, %r0: tensor<2xf32>) -> tensor<2x3x5xf32> {
  // CHECK: lse.softmax dims = [1, 2] stabilized
  %zero = arith.constant 0.0 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<2xf32>) -> tensor<2xf32>
  %e = math.exp %x : tensor<2x3x5xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<2x3x5xf32>) outs(%zeros : tensor<2xf32>) dimensions = [1, 2]
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%e, %s : tensor<2x3x5xf32>, tensor<2xf32>) outs(%e0 : tensor<2x3x5xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %q = arith.divf %in, %sum : f32
    linalg.yield %q : f32
  } -> tensor<2x3x5xf32>
  return %p : tensor<2x3x5xf32>
}

// -----

// A shift that is no row maximum, but made of the row: the softmax is the
// same, and it needs the repair.
#all = affine_map<(d0, d1) -> (d0, d1)>
#first = affine_map<(d0, d1) -> (d0, 0)>
#scalar = affine_map<(d0, d1) -> ()>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @shift_by_global_maximum
func.func @shift_by_global_maximum(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>, %g0: tensor<f32>) -> tensor<4x10xf32> {
  // CHECK: lse.softmax dims = [1] stabilized
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %m0 = linalg.fill ins(%lowest : f32) outs(%g0 : tensor<f32>) -> tensor<f32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%m0 : tensor<f32>) dimensions = [0, 1]
  %e = linalg.generic {indexing_maps = [#all, #scalar, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<4x10xf32>, tensor<f32>) outs(%e0 : tensor<4x10xf32>) {
  ^bb0(%in: f32, %shift: f32, %out: f32):
    %d = arith.subf %in, %shift : f32
    %exp = math.exp %d : f32
    linalg.yield %exp : f32
  } -> tensor<4x10xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// JAX clamps the maximum by -inf, which changes nothing: still shifted.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @clamped_maximum
func.func @clamped_maximum(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>) -> tensor<4x10xf32> {
  // CHECK:     lse.softmax dims = [1] ins
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %splat = arith.constant dense<0xFF800000> : tensor<4xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%m0 : tensor<4xf32>) dimensions = [1]
  %clamped = arith.maximumf %splat, %m : tensor<4xf32>
  %mb = linalg.broadcast ins(%clamped : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// A bias of the row cancels, but it may be -inf, and then the row is dead: it
// stays part of the logits.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @row_bias
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[B:[a-z0-9]+]]: tensor<4xf32>
func.func @row_bias(%x: tensor<4x10xf32>, %bias: tensor<4xf32>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>) -> tensor<4x10xf32> {
  // CHECK:      %[[Z:.+]] = arith.addf %[[X]], %{{.+}} : tensor<4x10xf32>
  // CHECK:      lse.softmax dims = [1] stabilized ins(%[[Z]] : tensor<4x10xf32>)
  %zero = arith.constant 0.0 : f32
  %b = linalg.broadcast ins(%bias : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %z = arith.addf %x, %b : tensor<4x10xf32>
  %e = math.exp %z : tensor<4x10xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// A body in which every operation uses the one before twice has 2^40 paths and
// 40 parts.
#all = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func @shared_parts
func.func @shared_parts(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>) -> tensor<4x10xf32> {
  // CHECK: lse.softmax dims = [1] stabilized
  %zero = arith.constant 0.0 : f32
  %e = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x10xf32>) outs(%e0 : tensor<4x10xf32>) {
  ^bb0(%in: f32, %out: f32):
    %t0 = arith.minimumf %in, %in : f32
    %t1 = arith.minimumf %t0, %t0 : f32
    %t2 = arith.minimumf %t1, %t1 : f32
    %t3 = arith.minimumf %t2, %t2 : f32
    %t4 = arith.minimumf %t3, %t3 : f32
    %t5 = arith.minimumf %t4, %t4 : f32
    %t6 = arith.minimumf %t5, %t5 : f32
    %t7 = arith.minimumf %t6, %t6 : f32
    %t8 = arith.minimumf %t7, %t7 : f32
    %t9 = arith.minimumf %t8, %t8 : f32
    %t10 = arith.minimumf %t9, %t9 : f32
    %t11 = arith.minimumf %t10, %t10 : f32
    %t12 = arith.minimumf %t11, %t11 : f32
    %t13 = arith.minimumf %t12, %t12 : f32
    %t14 = arith.minimumf %t13, %t13 : f32
    %t15 = arith.minimumf %t14, %t14 : f32
    %t16 = arith.minimumf %t15, %t15 : f32
    %t17 = arith.minimumf %t16, %t16 : f32
    %t18 = arith.minimumf %t17, %t17 : f32
    %t19 = arith.minimumf %t18, %t18 : f32
    %t20 = arith.minimumf %t19, %t19 : f32
    %t21 = arith.minimumf %t20, %t20 : f32
    %t22 = arith.minimumf %t21, %t21 : f32
    %t23 = arith.minimumf %t22, %t22 : f32
    %t24 = arith.minimumf %t23, %t23 : f32
    %t25 = arith.minimumf %t24, %t24 : f32
    %t26 = arith.minimumf %t25, %t25 : f32
    %t27 = arith.minimumf %t26, %t26 : f32
    %t28 = arith.minimumf %t27, %t27 : f32
    %t29 = arith.minimumf %t28, %t28 : f32
    %t30 = arith.minimumf %t29, %t29 : f32
    %t31 = arith.minimumf %t30, %t30 : f32
    %t32 = arith.minimumf %t31, %t31 : f32
    %t33 = arith.minimumf %t32, %t32 : f32
    %t34 = arith.minimumf %t33, %t33 : f32
    %t35 = arith.minimumf %t34, %t34 : f32
    %t36 = arith.minimumf %t35, %t35 : f32
    %t37 = arith.minimumf %t36, %t36 : f32
    %t38 = arith.minimumf %t37, %t37 : f32
    %t39 = arith.minimumf %t38, %t38 : f32
    %exp = math.exp %t39 : f32
    linalg.yield %exp : f32
  } -> tensor<4x10xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// An operation that is a softmax by name is one by meaning.
// CHECK-LABEL: func @named
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x8xf32>, %[[H:[a-z0-9]+]]: tensor<4x8xf16>
func.func @named(%x: tensor<?x8xf32>, %h: tensor<4x8xf16>, %e: tensor<?x8xf32>, %f: tensor<4x8xf16>) -> (tensor<?x8xf32>, tensor<4x8xf16>) {
  // CHECK: lse.softmax dims = [1] ins(%[[X]] : tensor<?x8xf32>)
  // CHECK: lse.softmax dims = [0] ins(%[[H]] : tensor<4x8xf16>) outs(%{{.+}} : tensor<4x8xf16>) -> tensor<4x8xf16>
  %p = linalg.softmax dimension(1) ins(%x : tensor<?x8xf32>) outs(%e : tensor<?x8xf32>) -> tensor<?x8xf32>
  %q = linalg.softmax dimension(0) ins(%h : tensor<4x8xf16>) outs(%f : tensor<4x8xf16>) -> tensor<4x8xf16>
  return %p, %q : tensor<?x8xf32>, tensor<4x8xf16>
}

// -----

// Its logarithm is a log-softmax, which has no small probability to lose.
// CHECK-LABEL: func @log_of_named
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x?xf32>, %[[E:[a-z0-9]+]]
// CHECK-NOT:     linalg.softmax
// CHECK:         %[[L:.+]] = lse.log_softmax dims = [1] ins(%[[X]] : tensor<?x?xf32>)
// CHECK:         %[[M:.+]] = lse.log_softmax dims = [0] ins(%[[X]] : tensor<?x?xf32>)
// CHECK:         return %[[L]], %[[M]]
func.func @log_of_named(%x: tensor<?x?xf32>, %e: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  %p = linalg.softmax dimension(1) ins(%x : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %l = math.log %p : tensor<?x?xf32>
  %q = linalg.softmax dimension(0) ins(%x : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %m = linalg.log ins(%q : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %l, %m : tensor<?x?xf32>, tensor<?x?xf32>
}

// -----

// A softmax of a softmax is two of them, by whichever name.
// CHECK-LABEL: func @named_twice
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<3x8xf32>
// CHECK:         %[[P:.+]] = lse.softmax dims = [1] ins(%[[X]] : tensor<3x8xf32>)
// CHECK:         lse.softmax dims = [0] ins(%[[P]] : tensor<3x8xf32>)
func.func @named_twice(%x: tensor<3x8xf32>, %e: tensor<3x8xf32>) -> tensor<3x8xf32> {
  %p = linalg.softmax dimension(1) ins(%x : tensor<3x8xf32>) outs(%e : tensor<3x8xf32>) -> tensor<3x8xf32>
  %q = linalg.softmax dimension(0) ins(%p : tensor<3x8xf32>) outs(%e : tensor<3x8xf32>) -> tensor<3x8xf32>
  return %q : tensor<3x8xf32>
}

// -----

// In f32 it is log2(e), rounded.
// CHECK-LABEL: func @both_bases
// CHECK:         lse.softmax dims = [1]
func.func @both_bases(%x: tensor<4x8xf32>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %log2e = arith.constant dense<1.44269502> : tensor<4x8xf32>
  %a = arith.mulf %x, %log2e : tensor<4x8xf32>
  %e2 = math.exp2 %a : tensor<4x8xf32>
  %e = math.exp %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p = arith.divf %e2, %b : tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// The sum has as many elements as %x, the quotient as many as %y: an addition
// wants these to be the same.
#m2 = affine_map<(i,j)->(i,j)>
#m1 = affine_map<(i,j)->(i)>
// CHECK-LABEL: func @extents_added
// CHECK: lse.softmax dims = [1]
func.func @extents_added(%a: tensor<4xf32>, %x: tensor<4x?xf32>, %y: tensor<4x?xf32>) -> (tensor<4x?xf32>, tensor<4x?xf32>) {
  %c1 = arith.constant 1 : index
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %n = tensor.dim %x, %c1 : tensor<4x?xf32>
  %m = tensor.dim %y, %c1 : tensor<4x?xf32>
  %t = arith.addf %x, %y : tensor<4x?xf32>
  %ex = tensor.empty(%n) : tensor<4x?xf32>
  %ey = tensor.empty(%m) : tensor<4x?xf32>
  %e1 = linalg.generic {indexing_maps=[#m1,#m2], iterator_types=["parallel","parallel"]} ins(%a: tensor<4xf32>) outs(%ex: tensor<4x?xf32>) {
  ^bb0(%in: f32, %o: f32):
    %i = linalg.index 1 : index
    %k = arith.index_cast %i : index to i32
    %kf = arith.sitofp %k : i32 to f32
    %z = arith.mulf %in, %kf : f32
    %e = math.exp %z : f32
    linalg.yield %e : f32
  } -> tensor<4x?xf32>
  %e2 = linalg.generic {indexing_maps=[#m1,#m2], iterator_types=["parallel","parallel"]} ins(%a: tensor<4xf32>) outs(%ey: tensor<4x?xf32>) {
  ^bb0(%in: f32, %o: f32):
    %i = linalg.index 1 : index
    %k = arith.index_cast %i : index to i32
    %kf = arith.sitofp %k : i32 to f32
    %z = arith.mulf %in, %kf : f32
    %e = math.exp %z : f32
    linalg.yield %e : f32
  } -> tensor<4x?xf32>
  %s = linalg.reduce { arith.addf } ins(%e1 : tensor<4x?xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %q = linalg.generic {indexing_maps=[#m2,#m1,#m2], iterator_types=["parallel","parallel"]} ins(%e2,%s: tensor<4x?xf32>,tensor<4xf32>) outs(%ey: tensor<4x?xf32>) {
  ^bb0(%in: f32, %d: f32, %o: f32):
    %e = arith.divf %in, %d : f32
    linalg.yield %e : f32
  } -> tensor<4x?xf32>
  return %q, %t : tensor<4x?xf32>, tensor<4x?xf32>
}

// -----

// Of the logits, not of their maximum, every element goes through a flat shape
// on its way to another dimension of extent 1. The logits stay the source's.
#same = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#first = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
// CHECK-LABEL: func @through_flat
// CHECK-SAME:    %[[X:.+]]: tensor<4x1x8xf32>
// CHECK:         %[[FLAT:.+]] = tensor.collapse_shape %[[X]]
// CHECK:         %[[Z:.+]] = tensor.expand_shape %[[FLAT]]
// CHECK:         lse.softmax dims = [2] ins(%[[Z]] : tensor<1x4x8xf32>)
func.func @through_flat(%x: tensor<4x1x8xf32>, %t: tensor<1x4x8xf32>) -> tensor<1x4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<1x4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4x1xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x1x8xf32>) outs(%lowest : tensor<4x1xf32>) dimensions = [2]
  %m1 = tensor.expand_shape %m [[0, 1], [2]] output_shape [1, 4, 1] : tensor<4x1xf32> into tensor<1x4x1xf32>
  %flat = tensor.collapse_shape %x [[0, 1, 2]] : tensor<4x1x8xf32> into tensor<32xf32>
  %z = tensor.expand_shape %flat [[0, 1, 2]] output_shape [1, 4, 8] : tensor<32xf32> into tensor<1x4x8xf32>
  %e = linalg.generic {indexing_maps = [#same, #first, #same], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%z, %m1 : tensor<1x4x8xf32>, tensor<1x4x1xf32>) outs(%t : tensor<1x4x8xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %d = arith.subf %in, %max : f32
    %exp = math.exp %d : f32
    linalg.yield %exp : f32
  } -> tensor<1x4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<1x4x8xf32>) outs(%zeros : tensor<1x4xf32>) dimensions = [2]
  %b = linalg.broadcast ins(%s : tensor<1x4xf32>) outs(%t : tensor<1x4x8xf32>) dimensions = [2]
  %p = arith.divf %e, %b : tensor<1x4x8xf32>
  return %p : tensor<1x4x8xf32>
}

// -----

// An addition relates the extents of what comes before the softmax to those of
// what comes after it: these cannot tell how large the result is.
// CHECK-LABEL: func @later_operand_first
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x?xf32>
// CHECK:         tensor.dim %[[X]]
// CHECK:         lse.log_softmax dims = [1] ins(%[[X]] : tensor<?x?xf32>)
// CHECK:         tensor.concat
func.func @later_operand_first(%x: tensor<?x?xf32>, %a: tensor<?x?xf32>, %b: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d0 = tensor.dim %x, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %x, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%d0, %d1) : tensor<?x?xf32>
  %s = linalg.softmax dimension(1) ins(%x : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %l = math.log %s : tensor<?x?xf32>
  %part = tensor.concat dim(1) %a, %b : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %r = arith.addf %part, %l : tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// -----

// By name it is a softmax of anything: rows of one element, and of equal ones.
// CHECK-LABEL: func @named_of_anything
// CHECK-NOT:     linalg.softmax
// CHECK-COUNT-3: lse.softmax
// CHECK-NOT:     linalg.softmax
func.func @named_of_anything(%x: tensor<4x1xf32>, %v: f32, %r: tensor<4xf32>, %t: tensor<4x1xf32>, %e: tensor<4x8xf32>)
    -> (tensor<4x1xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %one = linalg.softmax dimension(1) ins(%x : tensor<4x1xf32>) outs(%t : tensor<4x1xf32>) -> tensor<4x1xf32>
  %f = linalg.fill ins(%v : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %filled = linalg.softmax dimension(1) ins(%f : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %b = linalg.broadcast ins(%r : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %equal = linalg.softmax dimension(1) ins(%b : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %one, %filled, %equal : tensor<4x1xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// -----

// The shift is an element of each row of another tensor, which may be infinite: it
// stays.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#first = affine_map<(d0, d1) -> (d0, 0)>
// CHECK-LABEL: func @first_of_others
func.func @first_of_others(%x: tensor<4x8xf32>, %y: tensor<4x1xf32>) -> tensor<4x8xf32> {
  // CHECK:      lse.softmax dims = [1]
  // CHECK-NEXT: ^bb0(%[[IN:.+]]: f32, %[[SHIFT:.+]]: f32):
  // CHECK-NEXT:   arith.subf %[[IN]], %[[SHIFT]]
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x8xf32>
  %e = linalg.generic {indexing_maps = [#all, #first, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %y : tensor<4x8xf32>, tensor<4x1xf32>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %d = arith.subf %a, %b : f32
    %r = math.exp %d : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %s : tensor<4x8xf32>, tensor<4xf32>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.divf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// Powers of a number.
// CHECK-LABEL: func @powers_of_three
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>
func.func @powers_of_three(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK:      lse.softmax dims = [1] stabilized ins(%[[X]] : tensor<4x8xf32>) {{.*}} logits {
  // CHECK-NEXT: ^bb0(%[[IN:.+]]: f32):
  // CHECK:        arith.constant 1.0986{{.+}} : f32
  %threes = arith.constant dense<3.0> : tensor<4x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x8xf32>
  %e = math.powf %threes, %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}
