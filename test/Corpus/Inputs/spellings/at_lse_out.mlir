// EXPECT: attention
#map = affine_map<(d0, d1, d2) -> (d0, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map3 = affine_map<(d0, d1) -> (d0, d1)>
#map4 = affine_map<(d0, d1) -> (d0)>
#map5 = affine_map<(d0) -> (d0)>
#map6 = affine_map<(d0, d1, d2) -> (d2, d1)>
module {
  func.func @main(%arg0: tensor<6x8xf32>, %arg1: tensor<9x8xf32>, %arg2: tensor<9x4xf32>) -> (tensor<6x4xf32>, tensor<6xf32>) {
    %0 = tensor.empty() : tensor<6x9xf32>
    %cst = arith.constant 0.000000e+00 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<6x9xf32>) -> tensor<6x9xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<6x8xf32>, tensor<9x8xf32>) outs(%1 : tensor<6x9xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = arith.mulf %in, %in_3 : f32
      %19 = arith.addf %18, %out : f32
      linalg.yield %19 : f32
    } -> tensor<6x9xf32>
    %3 = tensor.empty() : tensor<6xf32>
    %cst_0 = arith.constant 0xFF800000 : f32
    %4 = linalg.fill ins(%cst_0 : f32) outs(%3 : tensor<6xf32>) -> tensor<6xf32>
    %5 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "reduction"]} ins(%2 : tensor<6x9xf32>) outs(%4 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.maximumf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<6xf32>
    %6 = tensor.empty() : tensor<6x9xf32>
    %7 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel"]} ins(%2, %5 : tensor<6x9xf32>, tensor<6xf32>) outs(%6 : tensor<6x9xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = arith.subf %in, %in_3 : f32
      %19 = math.exp %18 : f32
      linalg.yield %19 : f32
    } -> tensor<6x9xf32>
    %8 = tensor.empty() : tensor<6xf32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %9 = linalg.fill ins(%cst_1 : f32) outs(%8 : tensor<6xf32>) -> tensor<6xf32>
    %10 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "reduction"]} ins(%7 : tensor<6x9xf32>) outs(%9 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.addf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<6xf32>
    %11 = tensor.empty() : tensor<6x9xf32>
    %12 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel"]} ins(%7, %10 : tensor<6x9xf32>, tensor<6xf32>) outs(%11 : tensor<6x9xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = arith.divf %in, %in_3 : f32
      linalg.yield %18 : f32
    } -> tensor<6x9xf32>
    %13 = tensor.empty() : tensor<6xf32>
    %14 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel"]} ins(%5, %10 : tensor<6xf32>, tensor<6xf32>) outs(%13 : tensor<6xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = math.log %in_3 : f32
      %19 = arith.addf %in, %18 : f32
      linalg.yield %19 : f32
    } -> tensor<6xf32>
    %15 = tensor.empty() : tensor<6x4xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %16 = linalg.fill ins(%cst_2 : f32) outs(%15 : tensor<6x4xf32>) -> tensor<6x4xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map6, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%12, %arg2 : tensor<6x9xf32>, tensor<9x4xf32>) outs(%16 : tensor<6x4xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = arith.mulf %in, %in_3 : f32
      %19 = arith.addf %18, %out : f32
      linalg.yield %19 : f32
    } -> tensor<6x4xf32>
    return %17, %14 : tensor<6x4xf32>, tensor<6xf32>
  }
}

