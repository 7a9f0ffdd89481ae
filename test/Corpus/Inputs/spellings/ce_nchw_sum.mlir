// EXPECT: cross_entropy
#map = affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> ()>
module {
  func.func @main(%arg0: tensor<2x10x3x4xf32>, %arg1: tensor<2x3x4xi64>) -> tensor<f32> {
    %0 = tensor.empty() : tensor<2x3x4xf32>
    %cst = arith.constant 0xFF800000 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%arg0 : tensor<2x10x3x4xf32>) outs(%1 : tensor<2x3x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %13 = arith.maximumf %in, %out : f32
      linalg.yield %13 : f32
    } -> tensor<2x3x4xf32>
    %3 = tensor.empty() : tensor<2x10x3x4xf32>
    %4 = linalg.generic {indexing_maps = [#map2, #map3, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0, %2 : tensor<2x10x3x4xf32>, tensor<2x3x4xf32>) outs(%3 : tensor<2x10x3x4xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %13 = arith.subf %in, %in_2 : f32
      linalg.yield %13 : f32
    } -> tensor<2x10x3x4xf32>
    %5 = tensor.empty() : tensor<2x3x4xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%4 : tensor<2x10x3x4xf32>) outs(%6 : tensor<2x3x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %13 = math.exp %in : f32
      %14 = arith.addf %13, %out : f32
      linalg.yield %14 : f32
    } -> tensor<2x3x4xf32>
    %8 = tensor.empty() : tensor<2x10x3x4xf32>
    %9 = linalg.generic {indexing_maps = [#map2, #map3, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%4, %7 : tensor<2x10x3x4xf32>, tensor<2x3x4xf32>) outs(%8 : tensor<2x10x3x4xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %13 = math.log %in_2 : f32
      %14 = arith.subf %in, %13 : f32
      linalg.yield %14 : f32
    } -> tensor<2x10x3x4xf32>
    %10 = tensor.empty() : tensor<f32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %11 = linalg.fill ins(%cst_1 : f32) outs(%10 : tensor<f32>) -> tensor<f32>
    %12 = linalg.generic {indexing_maps = [#map2, #map3, #map4], iterator_types = ["reduction", "reduction", "reduction", "reduction"]} ins(%9, %arg1 : tensor<2x10x3x4xf32>, tensor<2x3x4xi64>) outs(%11 : tensor<f32>) {
    ^bb0(%in: f32, %in_2: i64, %out: f32):
      %13 = linalg.index 1 : index
      %14 = arith.index_cast %13 : index to i64
      %15 = arith.cmpi eq, %14, %in_2 : i64
      %cst_3 = arith.constant 0.000000e+00 : f32
      %16 = arith.subf %cst_3, %in : f32
      %cst_4 = arith.constant 0.000000e+00 : f32
      %17 = arith.select %15, %16, %cst_4 : f32
      %18 = arith.addf %17, %out : f32
      linalg.yield %18 : f32
    } -> tensor<f32>
    return %12 : tensor<f32>
  }
}

