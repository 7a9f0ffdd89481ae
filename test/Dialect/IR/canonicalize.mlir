// RUN: lse-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @unused_results
// CHECK-SAME:    %[[X:.+]]: tensor<4x8xf32>, %[[P:.+]]: tensor<4x8xf32>, %[[L:.+]]: tensor<4xf32>
func.func @unused_results(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>, %l: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[R:.+]] = lse.softmax dims = [1] results = [logsumexp] ins(%[[X]] : tensor<4x8xf32>) outs(%[[L]] : tensor<4xf32>) -> tensor<4xf32>
  // CHECK: return %[[R]]
  %r:2 = lse.softmax dims = [1] results = [probabilities, logsumexp] ins(%x : tensor<4x8xf32>)
    outs(%p, %l : tensor<4x8xf32>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return %r#1 : tensor<4xf32>
}

// CHECK-LABEL: func @used_results
func.func @used_results(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>, %l: tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>) {
  // CHECK: results = [probabilities, logsumexp]
  %r:2 = lse.softmax dims = [1] results = [probabilities, logsumexp] ins(%x : tensor<4x8xf32>)
    outs(%p, %l : tensor<4x8xf32>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return %r#0, %r#1 : tensor<4x8xf32>, tensor<4xf32>
}

// CHECK-LABEL: func @dead
func.func @dead(%x: tensor<4x8xf32>) {
  // CHECK-NOT: lse.softmax
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}
