// EXPECT: none
#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @main(%x: tensor<4x8xf32>, %s: tensor<4x5xf32>, %r: tensor<4xf32>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  
  %e = math.exp %x : tensor<4x8xf32>
  %z = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %p = linalg.generic {indexing_maps = [#all, #row, #row, affine_map<(i, j) -> (i, 0)>, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %z, %r, %s : tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4x5xf32>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %d: f32, %o: f32):
    %0 = math.exp %d : f32
    %1 = arith.addf %b, %0 : f32
    %2 = arith.divf %a, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}
