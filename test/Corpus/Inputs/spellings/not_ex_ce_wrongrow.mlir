// EXPECT: log_softmax
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
#map2 = affine_map<(d0) -> (d0)>
module {
  func.func @main(%arg0: tensor<10x10xf32>, %arg1: tensor<10xi64>) -> tensor<10xf32> {
    %0 = tensor.empty() : tensor<10xf32>
    %cst = arith.constant 0xFF800000 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<10xf32>) -> tensor<10xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<10x10xf32>) outs(%1 : tensor<10xf32>) {
    ^bb0(%in: f32, %out: f32):
      %12 = arith.maximumf %in, %out : f32
      linalg.yield %12 : f32
    } -> tensor<10xf32>
    %3 = tensor.empty() : tensor<10x10xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %2 : tensor<10x10xf32>, tensor<10xf32>) outs(%3 : tensor<10x10xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %12 = arith.subf %in, %in_1 : f32
      linalg.yield %12 : f32
    } -> tensor<10x10xf32>
    %5 = tensor.empty() : tensor<10xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<10xf32>) -> tensor<10xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%4 : tensor<10x10xf32>) outs(%6 : tensor<10xf32>) {
    ^bb0(%in: f32, %out: f32):
      %12 = math.exp %in : f32
      %13 = arith.addf %12, %out : f32
      linalg.yield %13 : f32
    } -> tensor<10xf32>
    %8 = tensor.empty() : tensor<10x10xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %7 : tensor<10x10xf32>, tensor<10xf32>) outs(%8 : tensor<10x10xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %12 = math.log %in_1 : f32
      %13 = arith.subf %in, %12 : f32
      linalg.yield %13 : f32
    } -> tensor<10x10xf32>
    %10 = tensor.empty() : tensor<10xf32>
    %11 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel"]} ins(%arg1 : tensor<10xi64>) outs(%10 : tensor<10xf32>) {
    ^bb0(%in: i64, %out: f32):
      %12 = arith.index_cast %in : i64 to index
      %13 = linalg.index 0 : index
      %extracted = tensor.extract %9[%12, %13] : tensor<10x10xf32>
      %14 = arith.negf %extracted : f32
      linalg.yield %14 : f32
    } -> tensor<10xf32>
    return %11 : tensor<10xf32>
  }
}

