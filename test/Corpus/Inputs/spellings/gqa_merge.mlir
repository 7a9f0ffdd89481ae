// EXPECT: attention
// EXPECT-FUSED: none
#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d0, d3, d2)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>
module {
  func.func @main(%arg0: tensor<2x4x6x8xf32>, %arg1: tensor<2x2x9x8xf32>, %arg2: tensor<2x2x9x8xf32>) -> tensor<2x6x4x8xf32> {
    %collapsed = tensor.collapse_shape %arg0 [[0, 1], [2], [3]] : tensor<2x4x6x8xf32> into tensor<8x6x8xf32>
    %0 = tensor.empty() : tensor<2x2x2x9x8xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%arg1 : tensor<2x2x9x8xf32>) outs(%0 : tensor<2x2x2x9x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x2x9x8xf32>
    %collapsed_0 = tensor.collapse_shape %1 [[0], [1, 2], [3], [4]] : tensor<2x2x2x9x8xf32> into tensor<2x4x9x8xf32>
    %collapsed_1 = tensor.collapse_shape %collapsed_0 [[0, 1], [2], [3]] : tensor<2x4x9x8xf32> into tensor<8x9x8xf32>
    %2 = tensor.empty() : tensor<8x6x9xf32>
    %cst = arith.constant 0.000000e+00 : f32
    %3 = linalg.fill ins(%cst : f32) outs(%2 : tensor<8x6x9xf32>) -> tensor<8x6x9xf32>
    %4 = linalg.generic {indexing_maps = [#map2, #map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%collapsed, %collapsed_1 : tensor<8x6x8xf32>, tensor<8x9x8xf32>) outs(%3 : tensor<8x6x9xf32>) {
    ^bb0(%in: f32, %in_9: f32, %out: f32):
      %24 = arith.mulf %in, %in_9 : f32
      %25 = arith.addf %24, %out : f32
      linalg.yield %25 : f32
    } -> tensor<8x6x9xf32>
    %expanded = tensor.expand_shape %4 [[0, 1], [2], [3]] output_shape [2, 4, 6, 9] : tensor<8x6x9xf32> into tensor<2x4x6x9xf32>
    %5 = tensor.empty() : tensor<2x4x6x9xf32>
    %6 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x4x6x9xf32>) outs(%5 : tensor<2x4x6x9xf32>) {
    ^bb0(%in: f32, %out: f32):
      %24 = linalg.index 3 : index
      %25 = linalg.index 2 : index
      %26 = arith.cmpi sle, %24, %25 : index
      %cst_9 = arith.constant 3.500000e-01 : f32
      %27 = arith.mulf %in, %cst_9 : f32
      %cst_10 = arith.constant -1.000000e+09 : f32
      %28 = arith.select %26, %27, %cst_10 : f32
      linalg.yield %28 : f32
    } -> tensor<2x4x6x9xf32>
    %7 = tensor.empty() : tensor<2x4x6xf32>
    %cst_2 = arith.constant 0xFF800000 : f32
    %8 = linalg.fill ins(%cst_2 : f32) outs(%7 : tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
    %9 = linalg.generic {indexing_maps = [#map5, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%6 : tensor<2x4x6x9xf32>) outs(%8 : tensor<2x4x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %24 = arith.maximumf %in, %out : f32
      linalg.yield %24 : f32
    } -> tensor<2x4x6xf32>
    %10 = tensor.empty() : tensor<2x4x6x9xf32>
    %11 = linalg.generic {indexing_maps = [#map5, #map4, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%6, %9 : tensor<2x4x6x9xf32>, tensor<2x4x6xf32>) outs(%10 : tensor<2x4x6x9xf32>) {
    ^bb0(%in: f32, %in_9: f32, %out: f32):
      %24 = arith.subf %in, %in_9 : f32
      %25 = math.exp %24 : f32
      linalg.yield %25 : f32
    } -> tensor<2x4x6x9xf32>
    %12 = tensor.empty() : tensor<2x4x6xf32>
    %cst_3 = arith.constant 0.000000e+00 : f32
    %13 = linalg.fill ins(%cst_3 : f32) outs(%12 : tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
    %14 = linalg.generic {indexing_maps = [#map5, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%11 : tensor<2x4x6x9xf32>) outs(%13 : tensor<2x4x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %24 = arith.addf %in, %out : f32
      linalg.yield %24 : f32
    } -> tensor<2x4x6xf32>
    %15 = tensor.empty() : tensor<2x4x6x9xf32>
    %16 = linalg.generic {indexing_maps = [#map5, #map4, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11, %14 : tensor<2x4x6x9xf32>, tensor<2x4x6xf32>) outs(%15 : tensor<2x4x6x9xf32>) {
    ^bb0(%in: f32, %in_9: f32, %out: f32):
      %24 = arith.divf %in, %in_9 : f32
      linalg.yield %24 : f32
    } -> tensor<2x4x6x9xf32>
    %collapsed_4 = tensor.collapse_shape %16 [[0, 1], [2], [3]] : tensor<2x4x6x9xf32> into tensor<8x6x9xf32>
    %17 = tensor.empty() : tensor<2x2x2x9x8xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%arg2 : tensor<2x2x9x8xf32>) outs(%17 : tensor<2x2x2x9x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x2x9x8xf32>
    %collapsed_5 = tensor.collapse_shape %18 [[0], [1, 2], [3], [4]] : tensor<2x2x2x9x8xf32> into tensor<2x4x9x8xf32>
    %collapsed_6 = tensor.collapse_shape %collapsed_5 [[0, 1], [2], [3]] : tensor<2x4x9x8xf32> into tensor<8x9x8xf32>
    %19 = tensor.empty() : tensor<8x6x8xf32>
    %cst_7 = arith.constant 0.000000e+00 : f32
    %20 = linalg.fill ins(%cst_7 : f32) outs(%19 : tensor<8x6x8xf32>) -> tensor<8x6x8xf32>
    %21 = linalg.generic {indexing_maps = [#map2, #map6, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%collapsed_4, %collapsed_6 : tensor<8x6x9xf32>, tensor<8x9x8xf32>) outs(%20 : tensor<8x6x8xf32>) {
    ^bb0(%in: f32, %in_9: f32, %out: f32):
      %24 = arith.mulf %in, %in_9 : f32
      %25 = arith.addf %24, %out : f32
      linalg.yield %25 : f32
    } -> tensor<8x6x8xf32>
    %expanded_8 = tensor.expand_shape %21 [[0, 1], [2], [3]] output_shape [2, 4, 6, 8] : tensor<8x6x8xf32> into tensor<2x4x6x8xf32>
    %22 = tensor.empty() : tensor<2x6x4x8xf32>
    %23 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_8 : tensor<2x4x6x8xf32>) outs(%22 : tensor<2x6x4x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x4x8xf32>
    return %23 : tensor<2x6x4x8xf32>
  }
}

