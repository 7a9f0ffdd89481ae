// EXPECT: log_softmax softmax softmax
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
module {
  func.func @main(%arg0: tensor<4x10xf32>, %arg1: tensor<4x10xf32>) -> tensor<4xf32> {
    %0 = tensor.empty() : tensor<4xf32>
    %cst = arith.constant 0xFF800000 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<4x10xf32>) outs(%1 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %25 = arith.maximumf %in, %out : f32
      linalg.yield %25 : f32
    } -> tensor<4xf32>
    %3 = tensor.empty() : tensor<4x10xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %2 : tensor<4x10xf32>, tensor<4xf32>) outs(%3 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %25 = arith.subf %in, %in_4 : f32
      %26 = math.exp %25 : f32
      linalg.yield %26 : f32
    } -> tensor<4x10xf32>
    %5 = tensor.empty() : tensor<4xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<4xf32>) -> tensor<4xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%4 : tensor<4x10xf32>) outs(%6 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %25 = arith.addf %in, %out : f32
      linalg.yield %25 : f32
    } -> tensor<4xf32>
    %8 = tensor.empty() : tensor<4x10xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %7 : tensor<4x10xf32>, tensor<4xf32>) outs(%8 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %25 = arith.divf %in, %in_4 : f32
      linalg.yield %25 : f32
    } -> tensor<4x10xf32>
    %10 = tensor.empty() : tensor<4xf32>
    %cst_1 = arith.constant 0xFF800000 : f32
    %11 = linalg.fill ins(%cst_1 : f32) outs(%10 : tensor<4xf32>) -> tensor<4xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg1 : tensor<4x10xf32>) outs(%11 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %25 = arith.maximumf %in, %out : f32
      linalg.yield %25 : f32
    } -> tensor<4xf32>
    %13 = tensor.empty() : tensor<4x10xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg1, %12 : tensor<4x10xf32>, tensor<4xf32>) outs(%13 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %25 = arith.subf %in, %in_4 : f32
      %26 = math.exp %25 : f32
      linalg.yield %26 : f32
    } -> tensor<4x10xf32>
    %15 = tensor.empty() : tensor<4xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %16 = linalg.fill ins(%cst_2 : f32) outs(%15 : tensor<4xf32>) -> tensor<4xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%14 : tensor<4x10xf32>) outs(%16 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %25 = arith.addf %in, %out : f32
      linalg.yield %25 : f32
    } -> tensor<4xf32>
    %18 = tensor.empty() : tensor<4x10xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%14, %17 : tensor<4x10xf32>, tensor<4xf32>) outs(%18 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %25 = arith.divf %in, %in_4 : f32
      linalg.yield %25 : f32
    } -> tensor<4x10xf32>
    %20 = tensor.empty() : tensor<4x10xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%9, %19 : tensor<4x10xf32>, tensor<4x10xf32>) outs(%20 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %25 = math.log %in : f32
      %26 = arith.addf %in, %in_4 : f32
      %cst_5 = arith.constant 5.000000e-01 : f32
      %27 = arith.mulf %26, %cst_5 : f32
      %28 = math.log %27 : f32
      %29 = arith.subf %25, %28 : f32
      %30 = arith.mulf %in, %29 : f32
      linalg.yield %30 : f32
    } -> tensor<4x10xf32>
    %22 = tensor.empty() : tensor<4xf32>
    %cst_3 = arith.constant 0.000000e+00 : f32
    %23 = linalg.fill ins(%cst_3 : f32) outs(%22 : tensor<4xf32>) -> tensor<4xf32>
    %24 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%21 : tensor<4x10xf32>) outs(%23 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %25 = arith.addf %in, %out : f32
      linalg.yield %25 : f32
    } -> tensor<4xf32>
    return %24 : tensor<4xf32>
  }
}

