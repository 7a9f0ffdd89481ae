// EXPECT: cross_entropy
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
#map2 = affine_map<(d0) -> (d0)>
#map3 = affine_map<(d0) -> ()>
module {
  func.func @main(%arg0: tensor<6x10xf32>, %arg1: tensor<6xi64>, %arg2: tensor<10xf32>) -> tensor<f32> {
    %0 = tensor.empty() : tensor<6xf32>
    %cst = arith.constant 0xFF800000 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<6xf32>) -> tensor<6xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<6x10xf32>) outs(%1 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %15 = arith.maximumf %in, %out : f32
      linalg.yield %15 : f32
    } -> tensor<6xf32>
    %3 = tensor.empty() : tensor<6x10xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %2 : tensor<6x10xf32>, tensor<6xf32>) outs(%3 : tensor<6x10xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %15 = arith.subf %in, %in_2 : f32
      linalg.yield %15 : f32
    } -> tensor<6x10xf32>
    %5 = tensor.empty() : tensor<6xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<6xf32>) -> tensor<6xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%4 : tensor<6x10xf32>) outs(%6 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %15 = math.exp %in : f32
      %16 = arith.addf %15, %out : f32
      linalg.yield %16 : f32
    } -> tensor<6xf32>
    %8 = tensor.empty() : tensor<6x10xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %7 : tensor<6x10xf32>, tensor<6xf32>) outs(%8 : tensor<6x10xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %15 = math.log %in_2 : f32
      %16 = arith.subf %in, %15 : f32
      linalg.yield %16 : f32
    } -> tensor<6x10xf32>
    %10 = tensor.empty() : tensor<6xf32>
    %11 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel"]} ins(%arg1 : tensor<6xi64>) outs(%10 : tensor<6xf32>) {
    ^bb0(%in: i64, %out: f32):
      %15 = linalg.index 0 : index
      %16 = arith.index_cast %in : i64 to index
      %extracted = tensor.extract %9[%15, %16] : tensor<6x10xf32>
      %17 = arith.index_cast %in : i64 to index
      %extracted_2 = tensor.extract %arg2[%17] : tensor<10xf32>
      %18 = arith.mulf %extracted, %extracted_2 : f32
      %19 = arith.negf %18 : f32
      linalg.yield %19 : f32
    } -> tensor<6xf32>
    %12 = tensor.empty() : tensor<f32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %13 = linalg.fill ins(%cst_1 : f32) outs(%12 : tensor<f32>) -> tensor<f32>
    %14 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["reduction"]} ins(%11 : tensor<6xf32>) outs(%13 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %15 = arith.addf %in, %out : f32
      linalg.yield %15 : f32
    } -> tensor<f32>
    return %14 : tensor<f32>
  }
}

