// EXPECT: attention
#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map4 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map5 = affine_map<(d0, d1) -> (d0, d1)>
#map6 = affine_map<(d0, d1) -> (d0)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d0, d3, d2)>
module {
  func.func @main(%arg0: tensor<3x6x8xf32>, %arg1: tensor<3x9x8xf32>, %arg2: tensor<3x9x4xf32>, %arg3: tensor<3xf32>) -> tensor<3x6x4xf32> {
    %0 = tensor.empty() : tensor<3x6x9xf32>
    %cst = arith.constant 0.000000e+00 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<3x6x9xf32>) -> tensor<3x6x9xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<3x6x8xf32>, tensor<3x9x8xf32>) outs(%1 : tensor<3x6x9xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %20 = arith.mulf %in, %in_3 : f32
      %21 = arith.addf %20, %out : f32
      linalg.yield %21 : f32
    } -> tensor<3x6x9xf32>
    %3 = tensor.empty() : tensor<3x6xf32>
    %cst_0 = arith.constant 0xFF800000 : f32
    %4 = linalg.fill ins(%cst_0 : f32) outs(%3 : tensor<3x6xf32>) -> tensor<3x6xf32>
    %5 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%2 : tensor<3x6x9xf32>) outs(%4 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %20 = arith.maximumf %in, %out : f32
      linalg.yield %20 : f32
    } -> tensor<3x6xf32>
    %6 = tensor.empty() : tensor<3x6xf32>
    %7 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel"]} ins(%5, %arg3 : tensor<3x6xf32>, tensor<3xf32>) outs(%6 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %20 = arith.maximumf %in, %in_3 : f32
      linalg.yield %20 : f32
    } -> tensor<3x6xf32>
    %8 = tensor.empty() : tensor<3x6x9xf32>
    %9 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2, %7 : tensor<3x6x9xf32>, tensor<3x6xf32>) outs(%8 : tensor<3x6x9xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %20 = arith.subf %in, %in_3 : f32
      %21 = math.exp %20 : f32
      linalg.yield %21 : f32
    } -> tensor<3x6x9xf32>
    %10 = tensor.empty() : tensor<3x6xf32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %11 = linalg.fill ins(%cst_1 : f32) outs(%10 : tensor<3x6xf32>) -> tensor<3x6xf32>
    %12 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%9 : tensor<3x6x9xf32>) outs(%11 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %20 = arith.addf %in, %out : f32
      linalg.yield %20 : f32
    } -> tensor<3x6xf32>
    %13 = tensor.empty() : tensor<3x6xf32>
    %14 = linalg.generic {indexing_maps = [#map5, #map6, #map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%12, %arg3, %7 : tensor<3x6xf32>, tensor<3xf32>, tensor<3x6xf32>) outs(%13 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %in_3: f32, %in_4: f32, %out: f32):
      %20 = arith.subf %in_3, %in_4 : f32
      %21 = math.exp %20 : f32
      %22 = arith.addf %in, %21 : f32
      linalg.yield %22 : f32
    } -> tensor<3x6xf32>
    %15 = tensor.empty() : tensor<3x6x9xf32>
    %16 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9, %14 : tensor<3x6x9xf32>, tensor<3x6xf32>) outs(%15 : tensor<3x6x9xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %20 = arith.divf %in, %in_3 : f32
      linalg.yield %20 : f32
    } -> tensor<3x6x9xf32>
    %17 = tensor.empty() : tensor<3x6x4xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %18 = linalg.fill ins(%cst_2 : f32) outs(%17 : tensor<3x6x4xf32>) -> tensor<3x6x4xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map7, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%16, %arg2 : tensor<3x6x9xf32>, tensor<3x9x4xf32>) outs(%18 : tensor<3x6x4xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %20 = arith.mulf %in, %in_3 : f32
      %21 = arith.addf %20, %out : f32
      linalg.yield %21 : f32
    } -> tensor<3x6x4xf32>
    return %19 : tensor<3x6x4xf32>
  }
}

