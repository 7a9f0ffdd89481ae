// RUN: lse-opt %s --transform-interpreter | FileCheck %s
// Upstream's transform knows how to decompose the operations too.

// CHECK-LABEL: func @logsumexp
// CHECK-NOT:     lse.logsumexp
// CHECK-COUNT-4: linalg.generic
// CHECK-NOT:     lse.logsumexp
// CHECK:         return
func.func @logsumexp(%x: tensor<4x8xf32>, %l: tensor<4xf32>) -> tensor<4xf32> {
  %0 = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%l : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["lse.logsumexp"]} in %root : (!transform.any_op) -> !transform.any_op
    %linalg = transform.structured.decompose_interface %op : (!transform.any_op) -> !transform.any_op
    transform.yield
  }
}
