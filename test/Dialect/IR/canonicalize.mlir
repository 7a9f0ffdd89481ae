// RUN: lse-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @unused_results
// CHECK-SAME:    %[[X:.+]]: tensor<4x8xf32>, %[[P:.+]]: tensor<4x8xf32>, %[[L:.+]]: tensor<4xf32>
func.func @unused_results(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>, %l: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[R:.+]] = lse.logsumexp dims = [1] ins(%[[X]] : tensor<4x8xf32>) outs(%[[L]] : tensor<4xf32>) -> tensor<4xf32>
  // CHECK: return %[[R]]
  %r:2 = lse.softmax dims = [1] results = [probabilities, logsumexp] ins(%x : tensor<4x8xf32>)
    outs(%p, %l : tensor<4x8xf32>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return %r#1 : tensor<4xf32>
}

// What is left is a log-softmax, with the log-sum-exp beside it.
// CHECK-LABEL: func @main_result
func.func @main_result(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>, %l: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  // CHECK: %[[R:.+]]:2 = lse.log_softmax dims = [1] results = [logsumexp, log_probabilities] row_death = zero ins(
  // CHECK: return %[[R]]#0, %[[R]]#1
  %r:3 = lse.softmax dims = [1] results = [logsumexp, probabilities, log_probabilities] row_death = zero ins(%x : tensor<4x8xf32>)
    outs(%l, %p, %p : tensor<4xf32>, tensor<4x8xf32>, tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4x8xf32>, tensor<4x8xf32>)
  return %r#0, %r#2 : tensor<4xf32>, tensor<4x8xf32>
}

// No operation is named after argmax: one result stays without a use.
// CHECK-LABEL: func @argmax_only
func.func @argmax_only(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>, %l: tensor<4xf32>, %i: tensor<4xi32>) -> tensor<4xi32> {
  // CHECK: %[[R:.+]]:2 = lse.logsumexp dims = [1] results = [logsumexp, argmax] ins(
  // CHECK: return %[[R]]#1
  %r:3 = lse.logsumexp dims = [1] results = [probabilities, logsumexp, argmax] ins(%x : tensor<4x8xf32>)
    outs(%p, %l, %i : tensor<4x8xf32>, tensor<4xf32>, tensor<4xi32>) -> (tensor<4x8xf32>, tensor<4xf32>, tensor<4xi32>)
  return %r#2 : tensor<4xi32>
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
