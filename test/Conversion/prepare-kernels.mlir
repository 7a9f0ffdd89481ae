// RUN: lse-opt %s --lse-prepare-kernels --remarks-filter=lse-prepare-kernels --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func @has_a_kernel
func.func @has_a_kernel(%x: tensor<2x3x?xf32>, %b: tensor<?xf32>, %t: f32, %out: tensor<2x3x?xf32>) -> tensor<2x3x?xf32> {
  // CHECK-NOT: linalg
  // CHECK:     lse.softmax
  %p = lse.softmax dims = [2]
    indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> ()>,
                     affine_map<(d0, d1, d2) -> (d0, d1, d2)>]
    ins(%x, %b, %t : tensor<2x3x?xf32>, tensor<?xf32>, f32) outs(%out : tensor<2x3x?xf32>) logits {
  ^bb0(%in: f32, %bias: f32, %scale: f32):
    %c = arith.constant 2.0 : f32
    %0 = arith.divf %in, %scale : f32
    %1 = arith.mulf %0, %c : f32
    %2 = arith.subf %1, %bias : f32
    %3 = arith.negf %2 : f32
    lse.yield %3 : f32
  } -> tensor<2x3x?xf32>
  return %p : tensor<2x3x?xf32>
}

// -----

// CHECK-LABEL: func @mask
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x8xf32>, %[[MASK:[a-z0-9]+]]: tensor<8xi1>, %[[OUT:[a-z0-9]+]]: tensor<?x8xf32>
func.func @mask(%x: tensor<?x8xf32>, %m: tensor<8xi1>, %out: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: %[[LOGITS:.+]] = linalg.generic {{.*}} ins(%[[X]], %[[MASK]]
  // CHECK:   arith.select
  // CHECK: lse.softmax dims = [1] row_death = zero stabilized ins(%[[LOGITS]] : tensor<?x8xf32>) outs(%[[LOGITS]] : tensor<?x8xf32>) ->
  // expected-remark @below {{Reason="lse.softmax: a kernel reads f32 only"}}
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>]
    row_death = zero stabilized
    ins(%x, %m : tensor<?x8xf32>, tensor<8xi1>) outs(%out : tensor<?x8xf32>) logits {
  ^bb0(%in: f32, %keep: i1):
    %masked = arith.constant 0xFF800000 : f32
    %0 = arith.select %keep, %in, %masked : f32
    lse.yield %0 : f32
  } -> tensor<?x8xf32>
  return %p : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func @unknown_operation
func.func @unknown_operation(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: math.tanh
  // CHECK: lse.softmax
  // expected-remark @below {{Reason="lse.softmax: a kernel cannot compute 'math.tanh'"}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    %0 = math.tanh %in : f32
    lse.yield %0 : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// CHECK-LABEL: func @other_axis
func.func @other_axis(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK-NOT: lse.softmax
  // expected-remark @below {{[Missed] decomposed}}
  %p = lse.softmax dims = [0] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// CHECK-LABEL: func @other_type
func.func @other_type(%x: tensor<4x8xf64>, %out: tensor<4x8xf64>) -> tensor<4x8xf64> {
  // CHECK-NOT: lse.softmax
  // expected-remark @below {{Reason="lse.softmax: kernels write f32 only"}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf64>) outs(%out : tensor<4x8xf64>) -> tensor<4x8xf64>
  return %p : tensor<4x8xf64>
}

// -----

// CHECK-LABEL: func @other_results
func.func @other_results(%x: tensor<4x8xf32>, %out: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NOT: lse.softmax
  // expected-remark @below {{Reason="lse.logsumexp: kernels yield probabilities only"}}
  %p = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4xf32>) -> tensor<4xf32>
  return %p : tensor<4xf32>
}

// -----

// CHECK-LABEL: func @accurate
func.func @accurate(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK-NOT: lse.softmax
  // expected-remark @below {{Reason="lse.softmax: kernels have standard numerics only"}}
  %p = lse.softmax dims = [1] numerics = accurate ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @bufferized_too_early(%x: memref<4x8xf64>, %out: memref<4x8xf64>) {
  // expected-remark @below {{kernels write f32 only}}
  // expected-error @below {{has no kernel (kernels write f32 only) and is not on tensors, so that it cannot be decomposed; run lse-prepare-kernels before bufferization}}
  lse.softmax dims = [1] ins(%x : memref<4x8xf64>) outs(%out : memref<4x8xf64>)
  return
}
