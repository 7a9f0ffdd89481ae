// EXPECT: softmax
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d1)>
#map2 = affine_map<(d0, d1) -> (d0)>
module {
  func.func @main(%arg0: tensor<4x10xf32>, %arg1: tensor<10xf64>) -> tensor<4x10xf32> {
    %0 = tensor.empty() : tensor<4x10xf64>
    %1 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %arg1 : tensor<4x10xf32>, tensor<10xf64>) outs(%0 : tensor<4x10xf64>) {
    ^bb0(%in: f32, %in_1: f64, %out: f64):
      %14 = arith.extf %in : f32 to f64
      %15 = arith.addf %14, %in_1 : f64
      linalg.yield %15 : f64
    } -> tensor<4x10xf64>
    %2 = tensor.empty() : tensor<4xf64>
    %cst = arith.constant 0xFFF0000000000000 : f64
    %3 = linalg.fill ins(%cst : f64) outs(%2 : tensor<4xf64>) -> tensor<4xf64>
    %4 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "reduction"]} ins(%1 : tensor<4x10xf64>) outs(%3 : tensor<4xf64>) {
    ^bb0(%in: f64, %out: f64):
      %14 = arith.maximumf %in, %out : f64
      linalg.yield %14 : f64
    } -> tensor<4xf64>
    %5 = tensor.empty() : tensor<4x10xf64>
    %6 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel"]} ins(%1, %4 : tensor<4x10xf64>, tensor<4xf64>) outs(%5 : tensor<4x10xf64>) {
    ^bb0(%in: f64, %in_1: f64, %out: f64):
      %14 = arith.subf %in, %in_1 : f64
      %15 = math.exp %14 : f64
      linalg.yield %15 : f64
    } -> tensor<4x10xf64>
    %7 = tensor.empty() : tensor<4xf64>
    %cst_0 = arith.constant 0.000000e+00 : f64
    %8 = linalg.fill ins(%cst_0 : f64) outs(%7 : tensor<4xf64>) -> tensor<4xf64>
    %9 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "reduction"]} ins(%6 : tensor<4x10xf64>) outs(%8 : tensor<4xf64>) {
    ^bb0(%in: f64, %out: f64):
      %14 = arith.addf %in, %out : f64
      linalg.yield %14 : f64
    } -> tensor<4xf64>
    %10 = tensor.empty() : tensor<4x10xf64>
    %11 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel"]} ins(%6, %9 : tensor<4x10xf64>, tensor<4xf64>) outs(%10 : tensor<4x10xf64>) {
    ^bb0(%in: f64, %in_1: f64, %out: f64):
      %14 = arith.divf %in, %in_1 : f64
      linalg.yield %14 : f64
    } -> tensor<4x10xf64>
    %12 = tensor.empty() : tensor<4x10xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%11 : tensor<4x10xf64>) outs(%12 : tensor<4x10xf32>) {
    ^bb0(%in: f64, %out: f32):
      %14 = arith.truncf %in : f64 to f32
      linalg.yield %14 : f32
    } -> tensor<4x10xf32>
    return %13 : tensor<4x10xf32>
  }
}

