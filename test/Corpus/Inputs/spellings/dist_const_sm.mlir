// EXPECT: softmax
#map = affine_map<(d0, d1, d2) -> (d0, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map3 = affine_map<(d0, d1) -> (d0, d1)>
#map4 = affine_map<(d0, d1) -> (d0)>
#map5 = affine_map<(d0, d1) -> (d1)>
module {
  func.func @main(%arg0: tensor<4x8xf32>, %arg1: tensor<10x8xf32>) -> tensor<4x10xf32> {
    %0 = tensor.empty() : tensor<4x10xf32>
    %cst = arith.constant 0.000000e+00 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<4x10xf32>) -> tensor<4x10xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<4x8xf32>, tensor<10x8xf32>) outs(%1 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %21 = arith.mulf %in, %in_4 : f32
      %22 = arith.addf %21, %out : f32
      linalg.yield %22 : f32
    } -> tensor<4x10xf32>
    %3 = tensor.empty() : tensor<4xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %4 = linalg.fill ins(%cst_0 : f32) outs(%3 : tensor<4xf32>) -> tensor<4xf32>
    %5 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<4x8xf32>) outs(%4 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %21 = arith.mulf %in, %in : f32
      %22 = arith.addf %21, %out : f32
      linalg.yield %22 : f32
    } -> tensor<4xf32>
    %6 = tensor.empty() : tensor<10xf32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %7 = linalg.fill ins(%cst_1 : f32) outs(%6 : tensor<10xf32>) -> tensor<10xf32>
    %8 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "reduction"]} ins(%arg1 : tensor<10x8xf32>) outs(%7 : tensor<10xf32>) {
    ^bb0(%in: f32, %out: f32):
      %21 = arith.mulf %in, %in : f32
      %22 = arith.addf %21, %out : f32
      linalg.yield %22 : f32
    } -> tensor<10xf32>
    %9 = tensor.empty() : tensor<4x10xf32>
    %10 = linalg.generic {indexing_maps = [#map3, #map4, #map5, #map3], iterator_types = ["parallel", "parallel"]} ins(%2, %5, %8 : tensor<4x10xf32>, tensor<4xf32>, tensor<10xf32>) outs(%9 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %out: f32):
      %21 = arith.addf %in_4, %in_5 : f32
      %cst_6 = arith.constant 2.000000e+00 : f32
      %22 = arith.mulf %in, %cst_6 : f32
      %23 = arith.subf %21, %22 : f32
      %cst_7 = arith.constant -5.000000e-01 : f32
      %24 = arith.mulf %23, %cst_7 : f32
      linalg.yield %24 : f32
    } -> tensor<4x10xf32>
    %11 = tensor.empty() : tensor<4xf32>
    %cst_2 = arith.constant 0xFF800000 : f32
    %12 = linalg.fill ins(%cst_2 : f32) outs(%11 : tensor<4xf32>) -> tensor<4xf32>
    %13 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "reduction"]} ins(%10 : tensor<4x10xf32>) outs(%12 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %21 = arith.maximumf %in, %out : f32
      linalg.yield %21 : f32
    } -> tensor<4xf32>
    %14 = tensor.empty() : tensor<4x10xf32>
    %15 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel"]} ins(%10, %13 : tensor<4x10xf32>, tensor<4xf32>) outs(%14 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %21 = arith.subf %in, %in_4 : f32
      %22 = math.exp %21 : f32
      linalg.yield %22 : f32
    } -> tensor<4x10xf32>
    %16 = tensor.empty() : tensor<4xf32>
    %cst_3 = arith.constant 0.000000e+00 : f32
    %17 = linalg.fill ins(%cst_3 : f32) outs(%16 : tensor<4xf32>) -> tensor<4xf32>
    %18 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "reduction"]} ins(%15 : tensor<4x10xf32>) outs(%17 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %21 = arith.addf %in, %out : f32
      linalg.yield %21 : f32
    } -> tensor<4xf32>
    %19 = tensor.empty() : tensor<4x10xf32>
    %20 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel"]} ins(%15, %18 : tensor<4x10xf32>, tensor<4xf32>) outs(%19 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %21 = arith.divf %in, %in_4 : f32
      linalg.yield %21 : f32
    } -> tensor<4x10xf32>
    return %20 : tensor<4x10xf32>
  }
}

