// RUN: lse-opt %s --lse-decompose | FileCheck %s

// No input has the dimension of the row: its extent is that of the destination.
// CHECK-LABEL: func @positions
// CHECK-SAME:    %[[SLOPES:[a-z0-9]+]]: tensor<4xf32>, %[[T:[a-z0-9]+]]: f32
// CHECK:       %[[INVALID:.+]] = arith.cmpf ult, %[[T]], %{{.+}} : f32
// CHECK:       %[[VALID:.+]] = arith.xori %[[INVALID]], %{{.+}}
// CHECK:       cf.assert %[[VALID]], "a temperature is negative or NaN"
// CHECK:       %[[LOW:.+]] = arith.cmpf olt, %[[T]], %{{.+}} : f32
// CHECK:       scf.if %[[LOW]]
// CHECK:         %[[SHAPE:.+]] = tensor.empty() : tensor<4x8xf32>
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]{{.*}} ins(%[[SLOPES]], %[[T]], %[[SHAPE]] :
// CHECK:           arith.maximumf
// CHECK:       } else {
// CHECK:         linalg.fill
// CHECK-NOT:   lse.
func.func @positions(%slopes: tensor<4xf32>, %t: f32, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> ()>, affine_map<(i, j) -> (i, j)>]
    ins(%slopes, %t : tensor<4xf32>, f32) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%slope: f32, %by: f32):
    %j = lse.index 1
    %n = arith.index_cast %j : index to i32
    %f = arith.sitofp %n : i32 to f32
    %z = arith.mulf %slope, %f : f32
    %logit = lse.temper %z by %by : f32, f32
    lse.yield %logit : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}
