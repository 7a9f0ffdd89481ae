// EXPECT: binary_cross_entropy
#map = affine_map<(d0, d1) -> (d0, d1)>
module {
  func.func @main(%arg0: tensor<4x8xf32>, %arg1: tensor<4x8xf32>) -> tensor<4x8xf32> {
    %0 = tensor.empty() : tensor<4x8xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %arg1 : tensor<4x8xf32>, tensor<4x8xf32>) outs(%0 : tensor<4x8xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %2 = arith.negf %in_0 : f32
      %3 = arith.negf %in : f32
      %cst = arith.constant 0.000000e+00 : f32
      %4 = arith.maximumf %3, %cst : f32
      %5 = math.absf %3 : f32
      %cst_1 = arith.constant 0.000000e+00 : f32
      %6 = arith.subf %cst_1, %5 : f32
      %7 = math.exp %6 : f32
      %8 = math.log1p %7 : f32
      %9 = arith.addf %4, %8 : f32
      %10 = arith.negf %9 : f32
      %11 = arith.mulf %2, %10 : f32
      %cst_2 = arith.constant 1.000000e+00 : f32
      %12 = arith.subf %cst_2, %in_0 : f32
      %cst_3 = arith.constant 0.000000e+00 : f32
      %13 = arith.maximumf %in, %cst_3 : f32
      %14 = math.absf %in : f32
      %cst_4 = arith.constant 0.000000e+00 : f32
      %15 = arith.subf %cst_4, %14 : f32
      %16 = math.exp %15 : f32
      %17 = math.log1p %16 : f32
      %18 = arith.addf %13, %17 : f32
      %19 = arith.negf %18 : f32
      %20 = arith.mulf %12, %19 : f32
      %21 = arith.subf %11, %20 : f32
      linalg.yield %21 : f32
    } -> tensor<4x8xf32>
    return %1 : tensor<4x8xf32>
  }
}

