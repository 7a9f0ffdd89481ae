// EXPECT: cross_entropy
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
#map2 = affine_map<(d0, d1) -> (d1)>
#map3 = affine_map<(d0) -> (d0)>
#map4 = affine_map<(d0) -> ()>
#map5 = affine_map<() -> ()>
module {
  func.func @main(%arg0: tensor<6x10xf32>, %arg1: tensor<6xi64>, %arg2: tensor<10xf32>) -> tensor<f32> {
    %0 = tensor.empty() : tensor<6xf32>
    %cst = arith.constant 0xFF800000 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<6xf32>) -> tensor<6xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<6x10xf32>) outs(%1 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %28 = arith.maximumf %in, %out : f32
      linalg.yield %28 : f32
    } -> tensor<6xf32>
    %3 = tensor.empty() : tensor<6x10xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %2 : tensor<6x10xf32>, tensor<6xf32>) outs(%3 : tensor<6x10xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %28 = arith.subf %in, %in_5 : f32
      linalg.yield %28 : f32
    } -> tensor<6x10xf32>
    %5 = tensor.empty() : tensor<6xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<6xf32>) -> tensor<6xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%4 : tensor<6x10xf32>) outs(%6 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %28 = math.exp %in : f32
      %29 = arith.addf %28, %out : f32
      linalg.yield %29 : f32
    } -> tensor<6xf32>
    %8 = tensor.empty() : tensor<6x10xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %7 : tensor<6x10xf32>, tensor<6xf32>) outs(%8 : tensor<6x10xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %28 = math.log %in_5 : f32
      %29 = arith.subf %in, %28 : f32
      linalg.yield %29 : f32
    } -> tensor<6x10xf32>
    %10 = tensor.empty() : tensor<6xf32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %11 = linalg.fill ins(%cst_1 : f32) outs(%10 : tensor<6xf32>) -> tensor<6xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map1, #map2, #map1], iterator_types = ["parallel", "reduction"]} ins(%9, %arg1, %arg2 : tensor<6x10xf32>, tensor<6xi64>, tensor<10xf32>) outs(%11 : tensor<6xf32>) {
    ^bb0(%in: f32, %in_5: i64, %in_6: f32, %out: f32):
      %28 = linalg.index 1 : index
      %29 = arith.index_cast %28 : index to i64
      %30 = arith.cmpi eq, %29, %in_5 : i64
      %31 = arith.mulf %in, %in_6 : f32
      %cst_7 = arith.constant 0.000000e+00 : f32
      %32 = arith.select %30, %31, %cst_7 : f32
      %33 = arith.addf %32, %out : f32
      linalg.yield %33 : f32
    } -> tensor<6xf32>
    %13 = tensor.empty() : tensor<6xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %14 = linalg.fill ins(%cst_2 : f32) outs(%13 : tensor<6xf32>) -> tensor<6xf32>
    %15 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg1, %arg2 : tensor<6xi64>, tensor<10xf32>) outs(%14 : tensor<6xf32>) {
    ^bb0(%in: i64, %in_5: f32, %out: f32):
      %28 = linalg.index 1 : index
      %29 = arith.index_cast %28 : index to i64
      %30 = arith.cmpi eq, %29, %in : i64
      %cst_6 = arith.constant 0.000000e+00 : f32
      %31 = arith.select %30, %in_5, %cst_6 : f32
      %32 = arith.addf %31, %out : f32
      linalg.yield %32 : f32
    } -> tensor<6xf32>
    %16 = tensor.empty() : tensor<6xf32>
    %17 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel"]} ins(%12, %arg1 : tensor<6xf32>, tensor<6xi64>) outs(%16 : tensor<6xf32>) {
    ^bb0(%in: f32, %in_5: i64, %out: f32):
      %c-100_i64 = arith.constant -100 : i64
      %28 = arith.cmpi ne, %in_5, %c-100_i64 : i64
      %cst_6 = arith.constant 0.000000e+00 : f32
      %29 = arith.select %28, %in, %cst_6 : f32
      linalg.yield %29 : f32
    } -> tensor<6xf32>
    %18 = tensor.empty() : tensor<6xf32>
    %19 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel"]} ins(%15, %arg1 : tensor<6xf32>, tensor<6xi64>) outs(%18 : tensor<6xf32>) {
    ^bb0(%in: f32, %in_5: i64, %out: f32):
      %c-100_i64 = arith.constant -100 : i64
      %28 = arith.cmpi ne, %in_5, %c-100_i64 : i64
      %cst_6 = arith.constant 0.000000e+00 : f32
      %29 = arith.select %28, %in, %cst_6 : f32
      linalg.yield %29 : f32
    } -> tensor<6xf32>
    %20 = tensor.empty() : tensor<f32>
    %cst_3 = arith.constant 0.000000e+00 : f32
    %21 = linalg.fill ins(%cst_3 : f32) outs(%20 : tensor<f32>) -> tensor<f32>
    %22 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["reduction"]} ins(%17 : tensor<6xf32>) outs(%21 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %28 = arith.addf %in, %out : f32
      linalg.yield %28 : f32
    } -> tensor<f32>
    %23 = tensor.empty() : tensor<f32>
    %cst_4 = arith.constant 0.000000e+00 : f32
    %24 = linalg.fill ins(%cst_4 : f32) outs(%23 : tensor<f32>) -> tensor<f32>
    %25 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["reduction"]} ins(%19 : tensor<6xf32>) outs(%24 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %28 = arith.addf %in, %out : f32
      linalg.yield %28 : f32
    } -> tensor<f32>
    %26 = tensor.empty() : tensor<f32>
    %27 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = []} ins(%22, %25 : tensor<f32>, tensor<f32>) outs(%26 : tensor<f32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %cst_6 = arith.constant 0.000000e+00 : f32
      %28 = arith.subf %cst_6, %in : f32
      %29 = arith.divf %28, %in_5 : f32
      linalg.yield %29 : f32
    } -> tensor<f32>
    return %27 : tensor<f32>
  }
}

