// EXPECT: cross_entropy softmax
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
#map2 = affine_map<(d0, d1) -> ()>
module {
  func.func @main(%arg0: tensor<4x10xf32>, %arg1: tensor<4xi32>) -> (tensor<f32>, tensor<4x10xf32>) {
    %0 = tensor.empty() : tensor<4xf32>
    %cst = arith.constant 0xFF800000 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<4x10xf32>) outs(%1 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %15 = arith.maximumf %in, %out : f32
      linalg.yield %15 : f32
    } -> tensor<4xf32>
    %3 = tensor.empty() : tensor<4x10xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %2 : tensor<4x10xf32>, tensor<4xf32>) outs(%3 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %15 = arith.subf %in, %in_2 : f32
      linalg.yield %15 : f32
    } -> tensor<4x10xf32>
    %5 = tensor.empty() : tensor<4xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<4xf32>) -> tensor<4xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%4 : tensor<4x10xf32>) outs(%6 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %15 = math.exp %in : f32
      %16 = arith.addf %15, %out : f32
      linalg.yield %16 : f32
    } -> tensor<4xf32>
    %8 = tensor.empty() : tensor<4x10xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %7 : tensor<4x10xf32>, tensor<4xf32>) outs(%8 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %15 = math.log %in_2 : f32
      %16 = arith.subf %in, %15 : f32
      linalg.yield %16 : f32
    } -> tensor<4x10xf32>
    %10 = tensor.empty() : tensor<4x10xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%9 : tensor<4x10xf32>) outs(%10 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %out: f32):
      %15 = math.exp %in : f32
      linalg.yield %15 : f32
    } -> tensor<4x10xf32>
    %12 = tensor.empty() : tensor<f32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %13 = linalg.fill ins(%cst_1 : f32) outs(%12 : tensor<f32>) -> tensor<f32>
    %14 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["reduction", "reduction"]} ins(%9, %arg1 : tensor<4x10xf32>, tensor<4xi32>) outs(%13 : tensor<f32>) {
    ^bb0(%in: f32, %in_2: i32, %out: f32):
      %15 = linalg.index 1 : index
      %16 = arith.index_cast %15 : index to i32
      %17 = arith.cmpi eq, %16, %in_2 : i32
      %18 = arith.negf %in : f32
      %cst_3 = arith.constant 0.000000e+00 : f32
      %19 = arith.select %17, %18, %cst_3 : f32
      %20 = arith.addf %19, %out : f32
      linalg.yield %20 : f32
    } -> tensor<f32>
    return %14, %11 : tensor<f32>, tensor<4x10xf32>
  }
}

