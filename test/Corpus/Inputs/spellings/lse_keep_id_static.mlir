// EXPECT: logsumexp
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, 0, 0)>
module {
  func.func @main(%arg0: tensor<2x4x10xf32>) -> tensor<2x1x1xf32> {
    %0 = tensor.empty() : tensor<2x1x1xf32>
    %cst = arith.constant 0xFF800000 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<2x1x1xf32>) -> tensor<2x1x1xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction", "reduction"]} ins(%arg0 : tensor<2x4x10xf32>) outs(%1 : tensor<2x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %8 = arith.maximumf %in, %out : f32
      linalg.yield %8 : f32
    } -> tensor<2x1x1xf32>
    %3 = tensor.empty() : tensor<2x1x1xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %4 = linalg.fill ins(%cst_0 : f32) outs(%3 : tensor<2x1x1xf32>) -> tensor<2x1x1xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map1, #map1], iterator_types = ["parallel", "reduction", "reduction"]} ins(%arg0, %2 : tensor<2x4x10xf32>, tensor<2x1x1xf32>) outs(%4 : tensor<2x1x1xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %8 = arith.subf %in, %in_1 : f32
      %9 = math.exp %8 : f32
      %10 = arith.addf %9, %out : f32
      linalg.yield %10 : f32
    } -> tensor<2x1x1xf32>
    %6 = tensor.empty() : tensor<2x1x1xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5, %2 : tensor<2x1x1xf32>, tensor<2x1x1xf32>) outs(%6 : tensor<2x1x1xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %8 = math.log %in : f32
      %9 = arith.addf %8, %in_1 : f32
      linalg.yield %9 : f32
    } -> tensor<2x1x1xf32>
    return %7 : tensor<2x1x1xf32>
  }
}

