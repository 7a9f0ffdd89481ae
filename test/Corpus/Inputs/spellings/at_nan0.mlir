// EXPECT: softmax
#map = affine_map<(d0, d1, d2) -> (d0, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map3 = affine_map<(d0, d1) -> (d0, d1)>
#map4 = affine_map<(d0, d1) -> (d0)>
#map5 = affine_map<(d0, d1, d2) -> (d2, d1)>
module {
  func.func @main(%arg0: tensor<6x8xf32>, %arg1: tensor<9x8xf32>, %arg2: tensor<9x4xf32>, %arg3: tensor<6x9xi1>) -> tensor<6x4xf32> {
    %0 = tensor.empty() : tensor<6x9xf32>
    %cst = arith.constant 0.000000e+00 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<6x9xf32>) -> tensor<6x9xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<6x8xf32>, tensor<9x8xf32>) outs(%1 : tensor<6x9xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %23 = arith.mulf %in, %in_3 : f32
      %24 = arith.addf %23, %out : f32
      linalg.yield %24 : f32
    } -> tensor<6x9xf32>
    %3 = tensor.empty() : tensor<6x9xf32>
    %4 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%2, %arg3 : tensor<6x9xf32>, tensor<6x9xi1>) outs(%3 : tensor<6x9xf32>) {
    ^bb0(%in: f32, %in_3: i1, %out: f32):
      %cst_4 = arith.constant 0xFF800000 : f32
      %23 = arith.select %in_3, %in, %cst_4 : f32
      linalg.yield %23 : f32
    } -> tensor<6x9xf32>
    %5 = tensor.empty() : tensor<6xf32>
    %cst_0 = arith.constant 0xFF800000 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<6xf32>) -> tensor<6xf32>
    %7 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "reduction"]} ins(%4 : tensor<6x9xf32>) outs(%6 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %23 = arith.maximumf %in, %out : f32
      linalg.yield %23 : f32
    } -> tensor<6xf32>
    %8 = tensor.empty() : tensor<6x9xf32>
    %9 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel"]} ins(%4, %7 : tensor<6x9xf32>, tensor<6xf32>) outs(%8 : tensor<6x9xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %23 = arith.subf %in, %in_3 : f32
      %24 = math.exp %23 : f32
      linalg.yield %24 : f32
    } -> tensor<6x9xf32>
    %10 = tensor.empty() : tensor<6xf32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %11 = linalg.fill ins(%cst_1 : f32) outs(%10 : tensor<6xf32>) -> tensor<6xf32>
    %12 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "reduction"]} ins(%9 : tensor<6x9xf32>) outs(%11 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %23 = arith.addf %in, %out : f32
      linalg.yield %23 : f32
    } -> tensor<6xf32>
    %13 = tensor.empty() : tensor<6x9xf32>
    %14 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel"]} ins(%9, %12 : tensor<6x9xf32>, tensor<6xf32>) outs(%13 : tensor<6x9xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %23 = arith.divf %in, %in_3 : f32
      linalg.yield %23 : f32
    } -> tensor<6x9xf32>
    %15 = tensor.empty() : tensor<6xi1>
    %false = arith.constant false
    %16 = linalg.fill ins(%false : i1) outs(%15 : tensor<6xi1>) -> tensor<6xi1>
    %17 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "reduction"]} ins(%arg3 : tensor<6x9xi1>) outs(%16 : tensor<6xi1>) {
    ^bb0(%in: i1, %out: i1):
      %23 = arith.ori %in, %out : i1
      linalg.yield %23 : i1
    } -> tensor<6xi1>
    %18 = tensor.empty() : tensor<6x9xf32>
    %19 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel"]} ins(%14, %17 : tensor<6x9xf32>, tensor<6xi1>) outs(%18 : tensor<6x9xf32>) {
    ^bb0(%in: f32, %in_3: i1, %out: f32):
      %cst_4 = arith.constant 0.000000e+00 : f32
      %23 = arith.select %in_3, %in, %cst_4 : f32
      linalg.yield %23 : f32
    } -> tensor<6x9xf32>
    %20 = tensor.empty() : tensor<6x4xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %21 = linalg.fill ins(%cst_2 : f32) outs(%20 : tensor<6x4xf32>) -> tensor<6x4xf32>
    %22 = linalg.generic {indexing_maps = [#map, #map5, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%19, %arg2 : tensor<6x9xf32>, tensor<9x4xf32>) outs(%21 : tensor<6x4xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %23 = arith.mulf %in, %in_3 : f32
      %24 = arith.addf %23, %out : f32
      linalg.yield %24 : f32
    } -> tensor<6x4xf32>
    return %22 : tensor<6x4xf32>
  }
}

