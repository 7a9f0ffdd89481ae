// EXPECT: cross_entropy
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
#map2 = affine_map<(d0) -> (d0)>
#map3 = affine_map<(d0) -> ()>
#map4 = affine_map<() -> ()>
module {
  func.func @main(%arg0: tensor<6x10xf32>, %arg1: tensor<6xi64>) -> tensor<f32> {
    %0 = tensor.empty() : tensor<6xf32>
    %cst = arith.constant 0xFF800000 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<6xf32>) -> tensor<6xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<6x10xf32>) outs(%1 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.maximumf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<6xf32>
    %3 = tensor.empty() : tensor<6x10xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %2 : tensor<6x10xf32>, tensor<6xf32>) outs(%3 : tensor<6x10xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %22 = arith.subf %in, %in_3 : f32
      linalg.yield %22 : f32
    } -> tensor<6x10xf32>
    %5 = tensor.empty() : tensor<6xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<6xf32>) -> tensor<6xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%4 : tensor<6x10xf32>) outs(%6 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = math.exp %in : f32
      %23 = arith.addf %22, %out : f32
      linalg.yield %23 : f32
    } -> tensor<6xf32>
    %8 = tensor.empty() : tensor<6x10xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %7 : tensor<6x10xf32>, tensor<6xf32>) outs(%8 : tensor<6x10xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %22 = math.log %in_3 : f32
      %23 = arith.subf %in, %22 : f32
      linalg.yield %23 : f32
    } -> tensor<6x10xf32>
    %10 = tensor.empty() : tensor<6xf32>
    %11 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel"]} ins(%arg1 : tensor<6xi64>) outs(%10 : tensor<6xf32>) {
    ^bb0(%in: i64, %out: f32):
      %c-100_i64 = arith.constant -100 : i64
      %22 = arith.cmpi eq, %in, %c-100_i64 : i64
      %23 = linalg.index 0 : index
      %c-100_i64_3 = arith.constant -100 : i64
      %24 = arith.cmpi eq, %in, %c-100_i64_3 : i64
      %c0_i64 = arith.constant 0 : i64
      %25 = arith.select %24, %c0_i64, %in : i64
      %26 = arith.index_cast %25 : i64 to index
      %extracted = tensor.extract %9[%23, %26] : tensor<6x10xf32>
      %27 = arith.negf %extracted : f32
      %cst_4 = arith.constant 0.000000e+00 : f32
      %28 = arith.select %22, %cst_4, %27 : f32
      linalg.yield %28 : f32
    } -> tensor<6xf32>
    %12 = tensor.empty() : tensor<6xf32>
    %13 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel"]} ins(%arg1 : tensor<6xi64>) outs(%12 : tensor<6xf32>) {
    ^bb0(%in: i64, %out: f32):
      %c-100_i64 = arith.constant -100 : i64
      %22 = arith.cmpi eq, %in, %c-100_i64 : i64
      %cst_3 = arith.constant 0.000000e+00 : f32
      %cst_4 = arith.constant 1.000000e+00 : f32
      %23 = arith.select %22, %cst_3, %cst_4 : f32
      linalg.yield %23 : f32
    } -> tensor<6xf32>
    %14 = tensor.empty() : tensor<f32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %15 = linalg.fill ins(%cst_1 : f32) outs(%14 : tensor<f32>) -> tensor<f32>
    %16 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["reduction"]} ins(%11 : tensor<6xf32>) outs(%15 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.addf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<f32>
    %17 = tensor.empty() : tensor<f32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %18 = linalg.fill ins(%cst_2 : f32) outs(%17 : tensor<f32>) -> tensor<f32>
    %19 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["reduction"]} ins(%13 : tensor<6xf32>) outs(%18 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.addf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<f32>
    %20 = tensor.empty() : tensor<f32>
    %21 = linalg.generic {indexing_maps = [#map4, #map4, #map4], iterator_types = []} ins(%16, %19 : tensor<f32>, tensor<f32>) outs(%20 : tensor<f32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %22 = arith.divf %in, %in_3 : f32
      linalg.yield %22 : f32
    } -> tensor<f32>
    return %21 : tensor<f32>
  }
}

