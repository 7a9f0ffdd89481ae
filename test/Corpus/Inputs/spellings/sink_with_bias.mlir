// EXPECT: softmax
#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @main(%x: tensor<4x8xf32>, %b: tensor<4xf32>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %c = arith.constant dense<3.0> : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %b : tensor<4x8xf32>, tensor<4xf32>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: f32, %q: f32, %o: f32):
    %0 = arith.addf %a, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %e = math.exp %y : tensor<4x8xf32>
  %z0 = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %z = arith.addf %z0, %c : tensor<4xf32>
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %z : tensor<4x8xf32>, tensor<4xf32>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: f32, %q: f32, %o: f32):
    %0 = arith.divf %a, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}
