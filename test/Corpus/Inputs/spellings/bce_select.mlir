// EXPECT: none
#map = affine_map<(d0, d1) -> (d0, d1)>
module {
  func.func @main(%arg0: tensor<4x8xf32>, %arg1: tensor<4x8xi1>) -> tensor<4x8xf32> {
    %0 = tensor.empty() : tensor<4x8xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %arg1 : tensor<4x8xf32>, tensor<4x8xi1>) outs(%0 : tensor<4x8xf32>) {
    ^bb0(%in: f32, %in_0: i1, %out: f32):
      %2 = arith.negf %in : f32
      %3 = arith.select %in_0, %in, %2 : f32
      %4 = arith.negf %3 : f32
      %5 = math.exp %4 : f32
      %cst = arith.constant 1.000000e+00 : f32
      %6 = arith.addf %cst, %5 : f32
      %cst_1 = arith.constant 1.000000e+00 : f32
      %7 = arith.divf %cst_1, %6 : f32
      %8 = math.log %7 : f32
      %9 = arith.negf %8 : f32
      linalg.yield %9 : f32
    } -> tensor<4x8xf32>
    return %1 : tensor<4x8xf32>
  }
}

