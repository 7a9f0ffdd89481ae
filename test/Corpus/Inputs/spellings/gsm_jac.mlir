// EXPECT: none
#map = affine_map<(d0, d1, d2) -> (d0, d1)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
module {
  func.func @main(%arg0: tensor<4x10xf32>, %arg1: tensor<4x10xf32>) -> tensor<4x10xf32> {
    %0 = tensor.empty() : tensor<4x10x10xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %arg0 : tensor<4x10xf32>, tensor<4x10xf32>) outs(%0 : tensor<4x10x10xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %5 = linalg.index 1 : index
      %6 = linalg.index 2 : index
      %7 = arith.cmpi eq, %5, %6 : index
      %cst_1 = arith.constant 0.000000e+00 : f32
      %8 = arith.select %7, %in, %cst_1 : f32
      %9 = arith.mulf %in, %in_0 : f32
      %10 = arith.subf %8, %9 : f32
      linalg.yield %10 : f32
    } -> tensor<4x10x10xf32>
    %2 = tensor.empty() : tensor<4x10xf32>
    %cst = arith.constant 0.000000e+00 : f32
    %3 = linalg.fill ins(%cst : f32) outs(%2 : tensor<4x10xf32>) -> tensor<4x10xf32>
    %4 = linalg.generic {indexing_maps = [#map2, #map1, #map], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1, %arg1 : tensor<4x10x10xf32>, tensor<4x10xf32>) outs(%3 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %5 = arith.mulf %in, %in_0 : f32
      %6 = arith.addf %5, %out : f32
      linalg.yield %6 : f32
    } -> tensor<4x10xf32>
    return %4 : tensor<4x10xf32>
  }
}

