// EXPECT: none
#map = affine_map<(d0, d1) -> (d0, d1)>
module {
  func.func @main(%arg0: tensor<4x8xf32>, %arg1: tensor<4x8xf32>) -> tensor<4x8xf32> {
    %0 = tensor.empty() : tensor<4x8xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %arg1 : tensor<4x8xf32>, tensor<4x8xf32>) outs(%0 : tensor<4x8xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %cst = arith.constant 0.000000e+00 : f32
      %2 = arith.maximumf %in, %cst : f32
      %3 = arith.mulf %in, %in_0 : f32
      %4 = arith.subf %2, %3 : f32
      %cst_1 = arith.constant 2.000000e+00 : f32
      %5 = arith.mulf %in, %cst_1 : f32
      %6 = math.absf %5 : f32
      %cst_2 = arith.constant 0.000000e+00 : f32
      %7 = arith.subf %cst_2, %6 : f32
      %8 = math.exp %7 : f32
      %9 = math.log1p %8 : f32
      %10 = arith.addf %4, %9 : f32
      linalg.yield %10 : f32
    } -> tensor<4x8xf32>
    return %1 : tensor<4x8xf32>
  }
}

