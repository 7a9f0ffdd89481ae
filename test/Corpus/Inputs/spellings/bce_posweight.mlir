// EXPECT: binary_cross_entropy
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d1)>
module {
  func.func @main(%arg0: tensor<4x8xf32>, %arg1: tensor<4x8xf32>, %arg2: tensor<8xf32>) -> tensor<4x8xf32> {
    %0 = tensor.empty() : tensor<4x8xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %arg1, %arg2 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<8xf32>) outs(%0 : tensor<4x8xf32>) {
    ^bb0(%in: f32, %in_0: f32, %in_1: f32, %out: f32):
      %cst = arith.constant 1.000000e+00 : f32
      %2 = arith.subf %cst, %in_0 : f32
      %3 = arith.mulf %2, %in : f32
      %cst_2 = arith.constant 1.000000e+00 : f32
      %4 = arith.subf %in_1, %cst_2 : f32
      %5 = arith.mulf %4, %in_0 : f32
      %cst_3 = arith.constant 1.000000e+00 : f32
      %6 = arith.addf %cst_3, %5 : f32
      %7 = math.absf %in : f32
      %8 = arith.negf %7 : f32
      %9 = math.exp %8 : f32
      %10 = math.log1p %9 : f32
      %11 = arith.negf %in : f32
      %cst_4 = arith.constant 0.000000e+00 : f32
      %12 = arith.maximumf %11, %cst_4 : f32
      %13 = arith.addf %10, %12 : f32
      %14 = arith.mulf %6, %13 : f32
      %15 = arith.addf %3, %14 : f32
      linalg.yield %15 : f32
    } -> tensor<4x8xf32>
    return %1 : tensor<4x8xf32>
  }
}

