// EXPECT: attention
// EXPECT-FUSED: none
#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map3 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map6 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
module {
  func.func @main(%arg0: tensor<2x4x6x8xf32>, %arg1: tensor<2x2x9x8xf32>, %arg2: tensor<2x2x9x8xf32>) -> tensor<2x4x6x8xf32> {
    %0 = tensor.empty() : tensor<2x2x2x9x8xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x2x9x8xf32>) outs(%0 : tensor<2x2x2x9x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x2x9x8xf32>
    %collapsed = tensor.collapse_shape %1 [[0], [1, 2], [3], [4]] : tensor<2x2x2x9x8xf32> into tensor<2x4x9x8xf32>
    %2 = tensor.empty() : tensor<2x2x2x9x8xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x2x9x8xf32>) outs(%2 : tensor<2x2x2x9x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x2x9x8xf32>
    %collapsed_0 = tensor.collapse_shape %3 [[0], [1, 2], [3], [4]] : tensor<2x2x2x9x8xf32> into tensor<2x4x9x8xf32>
    %4 = tensor.empty() : tensor<2x4x6x9xf32>
    %cst = arith.constant 0.000000e+00 : f32
    %5 = linalg.fill ins(%cst : f32) outs(%4 : tensor<2x4x6x9xf32>) -> tensor<2x4x6x9xf32>
    %6 = linalg.generic {indexing_maps = [#map2, #map, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %collapsed : tensor<2x4x6x8xf32>, tensor<2x4x9x8xf32>) outs(%5 : tensor<2x4x6x9xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.mulf %in, %in_4 : f32
      %23 = arith.addf %22, %out : f32
      linalg.yield %23 : f32
    } -> tensor<2x4x6x9xf32>
    %7 = tensor.empty() : tensor<2x4x6x9xf32>
    %8 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%6 : tensor<2x4x6x9xf32>) outs(%7 : tensor<2x4x6x9xf32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_4 = arith.constant 3.500000e-01 : f32
      %22 = arith.mulf %in, %cst_4 : f32
      linalg.yield %22 : f32
    } -> tensor<2x4x6x9xf32>
    %9 = tensor.empty() : tensor<2x4x6xf32>
    %cst_1 = arith.constant 0xFF800000 : f32
    %10 = linalg.fill ins(%cst_1 : f32) outs(%9 : tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
    %11 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%8 : tensor<2x4x6x9xf32>) outs(%10 : tensor<2x4x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.maximumf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<2x4x6xf32>
    %12 = tensor.empty() : tensor<2x4x6x9xf32>
    %13 = linalg.generic {indexing_maps = [#map4, #map5, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%8, %11 : tensor<2x4x6x9xf32>, tensor<2x4x6xf32>) outs(%12 : tensor<2x4x6x9xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.subf %in, %in_4 : f32
      %23 = math.exp %22 : f32
      linalg.yield %23 : f32
    } -> tensor<2x4x6x9xf32>
    %14 = tensor.empty() : tensor<2x4x6xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %15 = linalg.fill ins(%cst_2 : f32) outs(%14 : tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
    %16 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%13 : tensor<2x4x6x9xf32>) outs(%15 : tensor<2x4x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.addf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<2x4x6xf32>
    %17 = tensor.empty() : tensor<2x4x6x9xf32>
    %18 = linalg.generic {indexing_maps = [#map4, #map5, #map4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%13, %16 : tensor<2x4x6x9xf32>, tensor<2x4x6xf32>) outs(%17 : tensor<2x4x6x9xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.divf %in, %in_4 : f32
      linalg.yield %22 : f32
    } -> tensor<2x4x6x9xf32>
    %19 = tensor.empty() : tensor<2x4x6x8xf32>
    %cst_3 = arith.constant 0.000000e+00 : f32
    %20 = linalg.fill ins(%cst_3 : f32) outs(%19 : tensor<2x4x6x8xf32>) -> tensor<2x4x6x8xf32>
    %21 = linalg.generic {indexing_maps = [#map2, #map6, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%18, %collapsed_0 : tensor<2x4x6x9xf32>, tensor<2x4x9x8xf32>) outs(%20 : tensor<2x4x6x8xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.mulf %in, %in_4 : f32
      %23 = arith.addf %22, %out : f32
      linalg.yield %23 : f32
    } -> tensor<2x4x6x8xf32>
    return %21 : tensor<2x4x6x8xf32>
  }
}

