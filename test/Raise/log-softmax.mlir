// Log-softmax in all its spellings: the logits less the logarithm of a sum.
// RUN: lse-opt %s --lse-raise --split-input-file | FileCheck %s

// (x - max) - log(sum), and the reciprocal of nothing is left.
// CHECK-LABEL: func @shifted
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
func.func @shifted(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>) -> tensor<4x10xf32> {
  // CHECK:     %[[L:.+]] = lse.log_softmax dims = [1] ins(%[[X]] : tensor<4x10xf32>)
  // CHECK-NOT: math
  // CHECK:     return %[[L]]
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%m0 : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %l = math.log %s : tensor<4xf32>
  %lb = linalg.broadcast ins(%l : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.subf %d, %lb : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// x - (max + log(sum)), where the log-sum-exp is a result as well: both are
// operations of their own, and neither needs the other.
// CHECK-LABEL: func @through_logsumexp
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x10xf32>
func.func @through_logsumexp(%x: tensor<?x10xf32>, %e0: tensor<?x10xf32>, %r0: tensor<?xf32>) -> (tensor<?x10xf32>, tensor<?xf32>) {
  // CHECK-DAG: %[[L:.+]] = lse.log_softmax dims = [1] ins(%[[X]] : tensor<?x10xf32>)
  // CHECK-DAG: %[[Z:.+]] = lse.logsumexp dims = [1] ins(%[[X]] : tensor<?x10xf32>)
  // CHECK-NOT: math
  // CHECK:     return %[[L]], %[[Z]]
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<?xf32>) -> tensor<?xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<?xf32>) -> tensor<?xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<?x10xf32>) outs(%m0 : tensor<?xf32>) dimensions = [1]
  %e = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<?x10xf32>, tensor<?xf32>) outs(%e0 : tensor<?x10xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %d = arith.subf %in, %max : f32
    %exp = math.exp %d : f32
    linalg.yield %exp : f32
  } -> tensor<?x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<?x10xf32>) outs(%zeros : tensor<?xf32>) dimensions = [1]
  %z = linalg.map ins(%s, %m : tensor<?xf32>, tensor<?xf32>) outs(%r0 : tensor<?xf32>)
    (%sum: f32, %max: f32, %out: f32) {
      %log = math.log %sum : f32
      %lse = arith.addf %max, %log : f32
      linalg.yield %lse : f32
    }
  %l = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %z : tensor<?x10xf32>, tensor<?xf32>) outs(%e0 : tensor<?x10xf32>) {
  ^bb0(%in: f32, %lse: f32, %out: f32):
    %d = arith.subf %in, %lse : f32
    linalg.yield %d : f32
  } -> tensor<?x10xf32>
  return %l, %z : tensor<?x10xf32>, tensor<?xf32>
}

// -----

// log(softmax), over the first dimension, where the softmax itself is not
// needed any more.
// CHECK-LABEL: func @log_of_softmax
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
func.func @log_of_softmax(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>, %r0: tensor<10xf32>) -> tensor<4x10xf32> {
  // CHECK:     %[[L:.+]] = lse.log_softmax dims = [0] stabilized ins(%[[X]] : tensor<4x10xf32>)
  // CHECK-NOT: lse.softmax
  // CHECK:     return %[[L]]
  %zero = arith.constant 0.0 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<10xf32>) -> tensor<10xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<10xf32>) dimensions = [0]
  %b = linalg.broadcast ins(%s : tensor<10xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [0]
  %p = arith.divf %e, %b : tensor<4x10xf32>
  %l = math.log %p : tensor<4x10xf32>
  return %l : tensor<4x10xf32>
}

// -----

// In sixteen bits: the logarithm of a probability that was rounded to f16.
// CHECK-LABEL: func @narrow
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf16>
func.func @narrow(%x: tensor<4x10xf16>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>) -> tensor<4x10xf16> {
  // CHECK: %[[L:.+]] = lse.log_softmax dims = [1] stabilized ins(%[[X]] : tensor<4x10xf16>) outs(%{{.+}} : tensor<4x10xf16>) -> tensor<4x10xf16>
  // CHECK: return %[[L]]
  %zero = arith.constant 0.0 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %w = arith.extf %x : tensor<4x10xf16> to tensor<4x10xf32>
  %e = math.exp %w : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x10xf32>
  %h = arith.truncf %p : tensor<4x10xf32> to tensor<4x10xf16>
  %l = math.log %h : tensor<4x10xf16>
  return %l : tensor<4x10xf16>
}

// -----

// The log-sum-exp of another tensor is no normaliser.
// CHECK-LABEL: func @other_tensor
func.func @other_tensor(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>) -> tensor<4x10xf32> {
  // CHECK-NOT: lse.log_softmax
  // CHECK:     lse.logsumexp dims = [1] stabilized ins(%arg1 : tensor<4x10xf32>)
  // CHECK:     arith.subf %arg0
  %zero = arith.constant 0.0 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %e = math.exp %y : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %l = math.log %s : tensor<4xf32>
  %b = linalg.broadcast ins(%l : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.subf %x, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// log(softmax + epsilon) is no log-softmax; the softmax is one.
// CHECK-LABEL: func @epsilon_inside
func.func @epsilon_inside(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>) -> tensor<4x10xf32> {
  // CHECK:     lse.softmax dims = [1]
  // CHECK-NOT: lse.log_softmax
  // CHECK:     math.log
  %zero = arith.constant 0.0 : f32
  %epsilon = arith.constant dense<1.0e-6> : tensor<4x10xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x10xf32>
  %q = arith.addf %p, %epsilon : tensor<4x10xf32>
  %l = math.log %q : tensor<4x10xf32>
  return %l : tensor<4x10xf32>
}

// -----

// In base two, and back to e.
// CHECK-LABEL: func @base_two
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>
// CHECK:         lse.log_softmax dims = [1] stabilized ins(%[[X]] : tensor<4x8xf32>)
func.func @base_two(%x: tensor<4x8xf32>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %log2e = arith.constant dense<1.44269502> : tensor<4x8xf32>
  %ln2 = arith.constant dense<0.693147182> : tensor<4xf32>
  %a = arith.mulf %x, %log2e : tensor<4x8xf32>
  %e = math.exp2 %a : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %r = math.log2 %s : tensor<4xf32>
  %l = arith.mulf %r, %ln2 : tensor<4xf32>
  %b = linalg.broadcast ins(%l : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %o = arith.subf %x, %b : tensor<4x8xf32>
  return %o : tensor<4x8xf32>
}
