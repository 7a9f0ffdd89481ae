// RUN: lse-opt %s --lse-raise --split-input-file | FileCheck %s

// lse - x is a log-softmax with the other sign, and in a loss the sign is the weight's.

#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @alone
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
// CHECK:       %[[L:.+]] = lse.log_softmax dims = [1] stabilized ins(%[[X]] : tensor<4x10xf32>)
// CHECK-NEXT:  linalg.generic {{.*}} outs(%[[L]] : tensor<4x10xf32>)
// CHECK:         arith.constant -1.0
// CHECK-NEXT:    arith.mulf
func.func @alone(%x: tensor<4x10xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %e = linalg.exp ins(%x : tensor<4x10xf32>) outs(%i : tensor<4x10xf32>) -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  %l = linalg.log ins(%s : tensor<4xf32>) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#rows, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%l, %x : tensor<4xf32>, tensor<4x10xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %0 = arith.subf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// -----

// The sum over classes of y * (log z + m - x), in one loop.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @loss
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[Y:[a-z0-9]+]]: tensor<4x10xf32>
// CHECK:       %[[L:.+]] = lse.cross_entropy dims = [1] {{.*}}ins(%[[X]], %[[Y]] : tensor<4x10xf32>, tensor<4x10xf32>)
// CHECK-NOT:   arith.negf
// CHECK:       return %[[L]]
func.func @loss(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %m0 = linalg.fill ins(%lowest : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%m0 : tensor<4xf32>) dimensions = [1]
  %e = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %0 = arith.subf %in, %max : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  %r = linalg.generic {indexing_maps = [#rows, #rows, #all, #all, #rows], iterator_types = ["parallel", "reduction"]} ins(%s, %m, %x, %y : tensor<4xf32>, tensor<4xf32>, tensor<4x10xf32>, tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) {
  ^bb0(%sum: f32, %max: f32, %in: f32, %target: f32, %out: f32):
    %0 = math.log %sum : f32
    %1 = arith.addf %0, %max : f32
    %2 = arith.subf %1, %in : f32
    %3 = arith.mulf %target, %2 : f32
    %4 = arith.addf %out, %3 : f32
    linalg.yield %4 : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

// Look-alike: the other logits are of another tensor. The log-sum-exp is one.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @other_logits
// CHECK-NOT:   lse.log_softmax
// CHECK:       lse.logsumexp
// CHECK-NOT:   lse.log_softmax
func.func @other_logits(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %e = linalg.exp ins(%x : tensor<4x10xf32>) outs(%i : tensor<4x10xf32>) -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  %l = linalg.log ins(%s : tensor<4xf32>) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#rows, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%l, %y : tensor<4xf32>, tensor<4x10xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %0 = arith.subf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// -----

// The logarithm of the label's probability is finite where the probability is 0.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
#row = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @of_a_probability
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[LABELS:[a-z0-9]+]]: tensor<4xi64>
// CHECK-NOT:   lse.softmax
// CHECK:       lse.cross_entropy dims = [1] {{.*}}ins(%[[X]], %[[LABELS]] : tensor<4x10xf32>, tensor<4xi64>)
// CHECK-NOT:   lse.softmax
func.func @of_a_probability(%x: tensor<4x10xf32>, %labels: tensor<4xi64>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = linalg.exp ins(%x : tensor<4x10xf32>) outs(%i : tensor<4x10xf32>) -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  %p = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %s : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %by: f32, %out: f32):
    %0 = arith.divf %in, %by : f32
    linalg.yield %0 : f32
  } -> tensor<4x10xf32>
  %r = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel"]} ins(%labels : tensor<4xi64>) outs(%j : tensor<4xf32>) {
  ^bb0(%label: i64, %out: f32):
    %number = linalg.index 0 : index
    %class = arith.index_cast %label : i64 to index
    %0 = tensor.extract %p[%number, %class] : tensor<4x10xf32>
    %1 = math.log %0 : f32
    %2 = arith.negf %1 : f32
    linalg.yield %2 : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

// Look-alike: the logarithm of more than the probability.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
#row = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @of_more
// CHECK-NOT:   lse.cross_entropy
// CHECK:       lse.softmax
// CHECK-NOT:   lse.cross_entropy
func.func @of_more(%x: tensor<4x10xf32>, %labels: tensor<4xi64>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %epsilon = arith.constant 1.0e-07 : f32
  %e = linalg.exp ins(%x : tensor<4x10xf32>) outs(%i : tensor<4x10xf32>) -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  %p = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %s : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %by: f32, %out: f32):
    %0 = arith.divf %in, %by : f32
    linalg.yield %0 : f32
  } -> tensor<4x10xf32>
  %r = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel"]} ins(%labels : tensor<4xi64>) outs(%j : tensor<4xf32>) {
  ^bb0(%label: i64, %out: f32):
    %number = linalg.index 0 : index
    %class = arith.index_cast %label : i64 to index
    %0 = tensor.extract %p[%number, %class] : tensor<4x10xf32>
    %1 = arith.addf %0, %epsilon : f32
    %2 = math.log %1 : f32
    %3 = arith.negf %2 : f32
    linalg.yield %3 : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

// Look-alike: what chooses between targets and their losses is no test for 0 or NaN.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @chosen_by_others
// CHECK-NOT:   lse.cross_entropy
// CHECK:       lse.log_softmax
// CHECK-NOT:   lse.cross_entropy
func.func @chosen_by_others(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>, %w: tensor<4x10xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = linalg.exp ins(%x : tensor<4x10xf32>) outs(%i : tensor<4x10xf32>) -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  %l = linalg.log ins(%s : tensor<4xf32>) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#all, #rows, #all, #all, #rows], iterator_types = ["parallel", "reduction"]} ins(%x, %l, %y, %w : tensor<4x10xf32>, tensor<4xf32>, tensor<4x10xf32>, tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) {
  ^bb0(%in: f32, %log: f32, %target: f32, %other: f32, %out: f32):
    %0 = arith.subf %in, %log : f32
    %1 = arith.mulf %target, %0 : f32
    %c = arith.cmpf oeq, %target, %other : f32
    %2 = arith.select %c, %1, %target : f32
    %3 = arith.addf %out, %2 : f32
    linalg.yield %3 : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}
