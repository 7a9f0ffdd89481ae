// EXPECT: cross_entropy
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
#map2 = affine_map<(d0) -> (d0)>
#map3 = affine_map<(d0) -> ()>
#map4 = affine_map<() -> ()>
module {
  func.func @main(%arg0: tensor<4x10xf32>, %arg1: tensor<4xi64>) -> tensor<f32> {
    %0 = tensor.empty() : tensor<4xf32>
    %cst = arith.constant 0xFF800000 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<4x10xf32>) outs(%1 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %23 = arith.maximumf %in, %out : f32
      linalg.yield %23 : f32
    } -> tensor<4xf32>
    %3 = tensor.empty() : tensor<4x10xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %2 : tensor<4x10xf32>, tensor<4xf32>) outs(%3 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %23 = arith.subf %in, %in_4 : f32
      linalg.yield %23 : f32
    } -> tensor<4x10xf32>
    %5 = tensor.empty() : tensor<4xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<4xf32>) -> tensor<4xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%4 : tensor<4x10xf32>) outs(%6 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %23 = math.exp %in : f32
      %24 = arith.addf %23, %out : f32
      linalg.yield %24 : f32
    } -> tensor<4xf32>
    %8 = tensor.empty() : tensor<4x10xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %7 : tensor<4x10xf32>, tensor<4xf32>) outs(%8 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %23 = math.log %in_4 : f32
      %24 = arith.subf %in, %23 : f32
      linalg.yield %24 : f32
    } -> tensor<4x10xf32>
    %10 = tensor.empty() : tensor<4xf32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %11 = linalg.fill ins(%cst_1 : f32) outs(%10 : tensor<4xf32>) -> tensor<4xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map1, #map1], iterator_types = ["parallel", "reduction"]} ins(%9, %arg1 : tensor<4x10xf32>, tensor<4xi64>) outs(%11 : tensor<4xf32>) {
    ^bb0(%in: f32, %in_4: i64, %out: f32):
      %23 = linalg.index 1 : index
      %24 = arith.index_cast %23 : index to i64
      %25 = arith.cmpi eq, %24, %in_4 : i64
      %cst_5 = arith.constant 0.000000e+00 : f32
      %26 = arith.select %25, %in, %cst_5 : f32
      %27 = arith.addf %26, %out : f32
      linalg.yield %27 : f32
    } -> tensor<4xf32>
    %13 = tensor.empty() : tensor<4xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %14 = linalg.fill ins(%cst_2 : f32) outs(%13 : tensor<4xf32>) -> tensor<4xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%9 : tensor<4x10xf32>) outs(%14 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %23 = arith.addf %in, %out : f32
      linalg.yield %23 : f32
    } -> tensor<4xf32>
    %16 = tensor.empty() : tensor<4xf32>
    %17 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel"]} ins(%12, %15 : tensor<4xf32>, tensor<4xf32>) outs(%16 : tensor<4xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %cst_5 = arith.constant 0.000000e+00 : f32
      %23 = arith.subf %cst_5, %in : f32
      %cst_6 = arith.constant 0.899999976 : f32
      %24 = arith.mulf %23, %cst_6 : f32
      %cst_7 = arith.constant 0.000000e+00 : f32
      %25 = arith.subf %cst_7, %in_4 : f32
      %cst_8 = arith.constant 0.00999999977 : f32
      %26 = arith.mulf %25, %cst_8 : f32
      %27 = arith.addf %24, %26 : f32
      linalg.yield %27 : f32
    } -> tensor<4xf32>
    %18 = tensor.empty() : tensor<f32>
    %cst_3 = arith.constant 0.000000e+00 : f32
    %19 = linalg.fill ins(%cst_3 : f32) outs(%18 : tensor<f32>) -> tensor<f32>
    %20 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["reduction"]} ins(%17 : tensor<4xf32>) outs(%19 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %23 = arith.addf %in, %out : f32
      linalg.yield %23 : f32
    } -> tensor<f32>
    %21 = tensor.empty() : tensor<f32>
    %22 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = []} ins(%20 : tensor<f32>) outs(%21 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_4 = arith.constant 4.000000e+00 : f32
      %23 = arith.divf %in, %cst_4 : f32
      linalg.yield %23 : f32
    } -> tensor<f32>
    return %22 : tensor<f32>
  }
}

