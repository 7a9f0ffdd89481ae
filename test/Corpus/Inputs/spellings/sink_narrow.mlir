// EXPECT: softmax
#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @main(%x: tensor<4x8xbf16>, %s: tensor<4xbf16>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %k = arith.constant 0.7 : f32
  %e = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x8xbf16>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: bf16, %o: f32):
    %0 = arith.extf %a : bf16 to f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x8xf32>
  %z = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %p = linalg.generic {indexing_maps = [#all, #row, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %z, %s : tensor<4x8xf32>, tensor<4xf32>, tensor<4xbf16>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: bf16, %o: f32):
    %c1 = arith.extf %c : bf16 to f32
    %c2 = arith.mulf %c1, %k : f32
    %c3 = math.exp %c2 : f32
    %1 = arith.addf %b, %c3 : f32
    %2 = arith.divf %a, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}
