// Masks and the guards of rows without a finite logit.
// RUN: lse-opt %s --lse-raise --remarks-filter-missed=lse-raise --split-input-file --verify-diagnostics | FileCheck %s

// As JAX writes `where=`: the exponentials are selected for the sum only, and
// the quotient is in the end. That answers a row without a kept element with 0.
// CHECK-LABEL: func @where
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[M:[a-z0-9]+]]: tensor<4x10xi1>
func.func @where(%x: tensor<4x10xf32>, %mask: tensor<4x10xi1>, %e0: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK: %[[P:.+]] = lse.softmax dims = [1] row_death = zero ins(%[[Z:.+]] : tensor<4x10xf32>)
  // CHECK: return %[[P]]
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<4x10xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %excluded = arith.constant dense<0xFF800000> : tensor<4x10xf32>
  %z = arith.select %mask, %x, %excluded : tensor<4x10xi1>, tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%z : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %z, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %f = arith.select %mask, %e, %zero : tensor<4x10xi1>, tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %e, %b : tensor<4x10xf32>
  %p = arith.select %mask, %q, %zero : tensor<4x10xi1>, tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// The exponentials are multiplied by 0 or 1: the mask becomes an addend in the
// logit region, so that a NaN under it is not lost. Without a guard a row without
// a kept element stays NaN.
// CHECK-LABEL: func @product
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[M:[a-z0-9]+]]: tensor<4x10xi1>
func.func @product(%x: tensor<4x10xf32>, %mask: tensor<4x10xi1>, %e0: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK:     %[[P:.+]] = lse.softmax dims = [1]
  // CHECK-NOT: row_death
  // CHECK:     ins(%{{.+}}, %{{.+}} : tensor<4x10x{{i1|f32}}>, tensor<4x10x{{i1|f32}}>)
  // CHECK-DAG:   %[[ZERO:.+]] = arith.constant 0.000000e+00 : f32
  // CHECK-DAG:   %[[EXCLUDED:.+]] = arith.constant 0xFF800000 : f32
  // CHECK:       %[[S:.+]] = arith.select %{{.+}}, %[[ZERO]], %[[EXCLUDED]] : f32
  // CHECK:       %[[Z:.+]] = arith.addf %{{.+}}, %[[S]] : f32
  // CHECK:       lse.yield %[[Z]]
  // CHECK:     return %[[P]]
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %w = arith.uitofp %mask : tensor<4x10xi1> to tensor<4x10xf32>
  %f = arith.mulf %e, %w : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %f, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// As PyTorch guards attention: rows whose scores are all -inf are 0.
// CHECK-LABEL: func @all_infinite
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
func.func @all_infinite(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>, %c0: tensor<4x10xi1>) -> tensor<4x10xf32> {
  // CHECK: %[[P:.+]] = lse.softmax dims = [1] row_death = zero ins(%[[X]] : tensor<4x10xf32>)
  // CHECK: return %[[P]]
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<4x10xf32>
  %true = arith.constant dense<true> : tensor<4xi1>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %infinite = arith.constant dense<0xFFF0000000000000> : tensor<4x10xf64>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %e, %b : tensor<4x10xf32>
  %w = arith.extf %x : tensor<4x10xf32> to tensor<4x10xf64>
  %i = arith.cmpf oeq, %w, %infinite : tensor<4x10xf64>
  %a = linalg.reduce { arith.andi } ins(%i : tensor<4x10xi1>) outs(%true : tensor<4xi1>) dimensions = [1]
  %ab = linalg.broadcast ins(%a : tensor<4xi1>) outs(%c0 : tensor<4x10xi1>) dimensions = [1]
  %p = arith.select %ab, %zero, %q : tensor<4x10xi1>, tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// Any other condition is no guard: the softmax is raised, the select stays.
// CHECK-LABEL: func @other_condition
func.func @other_condition(%x: tensor<4x10xf32>, %c: tensor<4x10xi1>, %e0: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK: %[[Q:.+]] = lse.softmax dims = [1] stabilized ins(%arg0 : tensor<4x10xf32>)
  // CHECK: %[[P:.+]] = arith.select %arg1, %[[Q]], %{{.+}}
  // CHECK: return %[[P]]
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<4x10xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %e, %b : tensor<4x10xf32>
  %p = arith.select %c, %q, %zero : tensor<4x10xi1>, tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// Rows that are NaN replaced by 0: the operation would keep the NaN, so the
// replacement stays.
// CHECK-LABEL: func @nan_replaced
func.func @nan_replaced(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK: %[[Q:.+]] = lse.softmax dims = [1] stabilized ins(%arg0 : tensor<4x10xf32>)
  // CHECK: arith.cmpf uno, %[[Q]], %[[Q]]
  // CHECK: arith.select
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<4x10xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %e, %b : tensor<4x10xf32>
  %n = arith.cmpf uno, %q, %q : tensor<4x10xf32>
  %p = arith.select %n, %zero, %q : tensor<4x10xi1>, tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// A mask on one side only.
// CHECK-LABEL: func @masked_sum
// CHECK-NOT:     lse.
func.func @masked_sum(%x: tensor<4x10xf32>, %mask: tensor<4x10xi1>, %e0: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<4x10xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %f = arith.select %mask, %e, %zero : tensor<4x10xi1>, tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] different-logits}}
  %p = arith.divf %e, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// Opposite masks do not cancel.
// CHECK-LABEL: func @opposite_masks
// CHECK-NOT:     lse.
func.func @opposite_masks(%x: tensor<4x10xf32>, %mask: tensor<4x10xi1>, %e0: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<4x10xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %f = arith.select %mask, %e, %zero : tensor<4x10xi1>, tensor<4x10xf32>
  %g = arith.select %mask, %zero, %e : tensor<4x10xi1>, tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] different-logits}}
  %p = arith.divf %g, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// A mask of whole rows is no shift: the row it masks is dead, not a softmax.
// CHECK-LABEL: func @row_mask
func.func @row_mask(%x: tensor<4x10xf32>, %mask: tensor<4xi1>, %e0: tensor<4x10xf32>, %c0: tensor<4x10xi1>) -> tensor<4x10xf32> {
  // CHECK: lse.softmax dims = [1]
  // CHECK:   arith.select
  // CHECK:   lse.yield
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<4x10xf32>
  %maskb = linalg.broadcast ins(%mask : tensor<4xi1>) outs(%c0 : tensor<4x10xi1>) dimensions = [1]
  %e = math.exp %x : tensor<4x10xf32>
  %f = arith.select %maskb, %e, %zero : tensor<4x10xi1>, tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %f, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// Dead rows, whose maximum is replaced by 0, divide by 1 instead of by a sum of 0.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
#row = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @divisor_of_dead_rows
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
// CHECK-NOT:   linalg
// CHECK:       lse.softmax dims = [1] row_death = zero ins(%[[X]] : tensor<4x10xf32>)
// CHECK-NOT:   linalg
func.func @divisor_of_dead_rows(%x: tensor<4x10xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %m0 = linalg.fill ins(%lowest : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%m0 : tensor<4xf32>) dimensions = [1]
  %n = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel"]} ins(%m : tensor<4xf32>) outs(%j : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %is_dead = arith.cmpf oeq, %in, %lowest : f32
    %0 = arith.select %is_dead, %zero, %in : f32
    linalg.yield %0 : f32
  } -> tensor<4xf32>
  %e = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %n : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %0 = arith.subf %in, %max : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  %d = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel"]} ins(%s : tensor<4xf32>) outs(%j : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %is_dead = arith.cmpf oeq, %in, %zero : f32
    %0 = arith.select %is_dead, %one, %in : f32
    linalg.yield %0 : f32
  } -> tensor<4xf32>
  %p = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %d : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %by: f32, %out: f32):
    %0 = arith.divf %in, %by : f32
    linalg.yield %0 : f32
  } -> tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// Look-alike: what is compared with 0 is the sum of other rows.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
#row = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @divisor_by_others
// CHECK-NOT:   lse.
func.func @divisor_by_others(%x: tensor<4x10xf32>, %other: tensor<4xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = linalg.exp ins(%x : tensor<4x10xf32>) outs(%i : tensor<4x10xf32>) -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  %d = linalg.generic {indexing_maps = [#row, #row, #row], iterator_types = ["parallel"]} ins(%s, %other : tensor<4xf32>, tensor<4xf32>) outs(%j : tensor<4xf32>) {
  ^bb0(%in: f32, %o: f32, %out: f32):
    %is_dead = arith.cmpf oeq, %o, %zero : f32
    %0 = arith.select %is_dead, %one, %in : f32
    linalg.yield %0 : f32
  } -> tensor<4xf32>
  %p = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %d : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %by: f32, %out: f32):
    %0 = arith.divf %in, %by : f32
    linalg.yield %0 : f32
  } -> tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}
