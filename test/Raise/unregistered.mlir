// Operations of dialects that nobody knows are values like any other.
// RUN: lse-opt %s --lse-raise --allow-unregistered-dialect | FileCheck %s
// CHECK: %[[Z:.+]] = "foo.bar"
// CHECK: lse.softmax dims = [1] stabilized ins(%[[Z]] : tensor<4x8xf32>)
func.func @f(%y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x8xf32>
  %z = "foo.bar"(%y) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %e = math.exp %z : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}
