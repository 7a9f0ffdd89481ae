// EXPECT: attention
#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map5 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
module {
  func.func @main(%arg0: tensor<2x3x6x8xf32>, %arg1: tensor<2x3x6x8xf32>, %arg2: tensor<2x3x6x8xf32>) -> tensor<2x3x6x8xf32> {
    %0 = tensor.empty() : tensor<2x3x6x6xf32>
    %cst = arith.constant 0.000000e+00 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<2x3x6x6xf32>) -> tensor<2x3x6x6xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<2x3x6x8xf32>, tensor<2x3x6x8xf32>) outs(%1 : tensor<2x3x6x6xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = arith.mulf %in, %in_3 : f32
      %19 = arith.addf %18, %out : f32
      linalg.yield %19 : f32
    } -> tensor<2x3x6x6xf32>
    %3 = tensor.empty() : tensor<2x3x6x6xf32>
    %4 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2 : tensor<2x3x6x6xf32>) outs(%3 : tensor<2x3x6x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_3 = arith.constant 1.250000e-01 : f32
      %18 = arith.mulf %in, %cst_3 : f32
      %cst_4 = arith.constant 5.000000e+01 : f32
      %19 = arith.divf %18, %cst_4 : f32
      %20 = math.tanh %19 : f32
      %cst_5 = arith.constant 5.000000e+01 : f32
      %21 = arith.mulf %20, %cst_5 : f32
      %22 = linalg.index 3 : index
      %23 = linalg.index 2 : index
      %24 = arith.cmpi sle, %22, %23 : index
      %cst_6 = arith.constant 0xFF800000 : f32
      %25 = arith.select %24, %21, %cst_6 : f32
      linalg.yield %25 : f32
    } -> tensor<2x3x6x6xf32>
    %5 = tensor.empty() : tensor<2x3x6xf32>
    %cst_0 = arith.constant 0xFF800000 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<2x3x6xf32>) -> tensor<2x3x6xf32>
    %7 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%4 : tensor<2x3x6x6xf32>) outs(%6 : tensor<2x3x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.maximumf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<2x3x6xf32>
    %8 = tensor.empty() : tensor<2x3x6x6xf32>
    %9 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%4, %7 : tensor<2x3x6x6xf32>, tensor<2x3x6xf32>) outs(%8 : tensor<2x3x6x6xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = arith.subf %in, %in_3 : f32
      %19 = math.exp %18 : f32
      linalg.yield %19 : f32
    } -> tensor<2x3x6x6xf32>
    %10 = tensor.empty() : tensor<2x3x6xf32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %11 = linalg.fill ins(%cst_1 : f32) outs(%10 : tensor<2x3x6xf32>) -> tensor<2x3x6xf32>
    %12 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%9 : tensor<2x3x6x6xf32>) outs(%11 : tensor<2x3x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.addf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<2x3x6xf32>
    %13 = tensor.empty() : tensor<2x3x6x6xf32>
    %14 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%9, %12 : tensor<2x3x6x6xf32>, tensor<2x3x6xf32>) outs(%13 : tensor<2x3x6x6xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = arith.divf %in, %in_3 : f32
      linalg.yield %18 : f32
    } -> tensor<2x3x6x6xf32>
    %15 = tensor.empty() : tensor<2x3x6x8xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %16 = linalg.fill ins(%cst_2 : f32) outs(%15 : tensor<2x3x6x8xf32>) -> tensor<2x3x6x8xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map5, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%14, %arg2 : tensor<2x3x6x6xf32>, tensor<2x3x6x8xf32>) outs(%16 : tensor<2x3x6x8xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = arith.mulf %in, %in_3 : f32
      %19 = arith.addf %18, %out : f32
      linalg.yield %19 : f32
    } -> tensor<2x3x6x8xf32>
    return %17 : tensor<2x3x6x8xf32>
  }
}

