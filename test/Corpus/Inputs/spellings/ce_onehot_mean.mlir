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
      %18 = arith.maximumf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<4xf32>
    %3 = tensor.empty() : tensor<4x10xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %2 : tensor<4x10xf32>, tensor<4xf32>) outs(%3 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = arith.subf %in, %in_3 : f32
      linalg.yield %18 : f32
    } -> tensor<4x10xf32>
    %5 = tensor.empty() : tensor<4xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<4xf32>) -> tensor<4xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%4 : tensor<4x10xf32>) outs(%6 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = math.exp %in : f32
      %19 = arith.addf %18, %out : f32
      linalg.yield %19 : f32
    } -> tensor<4xf32>
    %8 = tensor.empty() : tensor<4x10xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %7 : tensor<4x10xf32>, tensor<4xf32>) outs(%8 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = math.log %in_3 : f32
      %19 = arith.subf %in, %18 : f32
      linalg.yield %19 : f32
    } -> tensor<4x10xf32>
    %10 = tensor.empty() : tensor<4xf32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %11 = linalg.fill ins(%cst_1 : f32) outs(%10 : tensor<4xf32>) -> tensor<4xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map1, #map1], iterator_types = ["parallel", "reduction"]} ins(%9, %arg1 : tensor<4x10xf32>, tensor<4xi64>) outs(%11 : tensor<4xf32>) {
    ^bb0(%in: f32, %in_3: i64, %out: f32):
      %18 = linalg.index 1 : index
      %19 = arith.index_cast %18 : index to i64
      %20 = arith.cmpi eq, %19, %in_3 : i64
      %cst_4 = arith.constant 0.000000e+00 : f32
      %21 = arith.select %20, %in, %cst_4 : f32
      %22 = arith.addf %21, %out : f32
      linalg.yield %22 : f32
    } -> tensor<4xf32>
    %13 = tensor.empty() : tensor<f32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %14 = linalg.fill ins(%cst_2 : f32) outs(%13 : tensor<f32>) -> tensor<f32>
    %15 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["reduction"]} ins(%12 : tensor<4xf32>) outs(%14 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.addf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<f32>
    %16 = tensor.empty() : tensor<f32>
    %17 = linalg.generic {indexing_maps = [#map4, #map4], iterator_types = []} ins(%15 : tensor<f32>) outs(%16 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_3 = arith.constant 0.000000e+00 : f32
      %18 = arith.subf %cst_3, %in : f32
      %cst_4 = arith.constant 4.000000e+00 : f32
      %19 = arith.divf %18, %cst_4 : f32
      linalg.yield %19 : f32
    } -> tensor<f32>
    return %17 : tensor<f32>
  }
}

