// EXPECT: attention
#map = affine_map<(d0, d1, d2) -> (d0, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map3 = affine_map<(d0, d1) -> (d0, d1)>
#map4 = affine_map<(d0, d1) -> (d0)>
#map5 = affine_map<(d0, d1, d2) -> (d2, d1)>
module {
  func.func @main(%arg0: tensor<6x8xf16>, %arg1: tensor<9x8xf16>, %arg2: tensor<9x4xf16>) -> tensor<6x4xf16> {
    %0 = tensor.empty() : tensor<6x9xf32>
    %cst = arith.constant 0.000000e+00 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<6x9xf32>) -> tensor<6x9xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<6x8xf16>, tensor<9x8xf16>) outs(%1 : tensor<6x9xf32>) {
    ^bb0(%in: f16, %in_3: f16, %out: f32):
      %22 = arith.extf %in : f16 to f32
      %23 = arith.extf %in_3 : f16 to f32
      %24 = arith.mulf %22, %23 : f32
      %25 = arith.addf %24, %out : f32
      linalg.yield %25 : f32
    } -> tensor<6x9xf32>
    %3 = tensor.empty() : tensor<6x9xf32>
    %4 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%2 : tensor<6x9xf32>) outs(%3 : tensor<6x9xf32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_3 = arith.constant 3.500000e-01 : f32
      %22 = arith.mulf %in, %cst_3 : f32
      linalg.yield %22 : f32
    } -> tensor<6x9xf32>
    %5 = tensor.empty() : tensor<6xf32>
    %cst_0 = arith.constant 0xFF800000 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<6xf32>) -> tensor<6xf32>
    %7 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "reduction"]} ins(%4 : tensor<6x9xf32>) outs(%6 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.maximumf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<6xf32>
    %8 = tensor.empty() : tensor<6x9xf32>
    %9 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel"]} ins(%4, %7 : tensor<6x9xf32>, tensor<6xf32>) outs(%8 : tensor<6x9xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %22 = arith.subf %in, %in_3 : f32
      %23 = math.exp %22 : f32
      linalg.yield %23 : f32
    } -> tensor<6x9xf32>
    %10 = tensor.empty() : tensor<6xf32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %11 = linalg.fill ins(%cst_1 : f32) outs(%10 : tensor<6xf32>) -> tensor<6xf32>
    %12 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "reduction"]} ins(%9 : tensor<6x9xf32>) outs(%11 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.addf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<6xf32>
    %13 = tensor.empty() : tensor<6x9xf32>
    %14 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel"]} ins(%9, %12 : tensor<6x9xf32>, tensor<6xf32>) outs(%13 : tensor<6x9xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %22 = arith.divf %in, %in_3 : f32
      linalg.yield %22 : f32
    } -> tensor<6x9xf32>
    %15 = tensor.empty() : tensor<6x9xf16>
    %16 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%14 : tensor<6x9xf32>) outs(%15 : tensor<6x9xf16>) {
    ^bb0(%in: f32, %out: f16):
      %22 = arith.truncf %in : f32 to f16
      linalg.yield %22 : f16
    } -> tensor<6x9xf16>
    %17 = tensor.empty() : tensor<6x4xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %18 = linalg.fill ins(%cst_2 : f32) outs(%17 : tensor<6x4xf32>) -> tensor<6x4xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map5, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%16, %arg2 : tensor<6x9xf16>, tensor<9x4xf16>) outs(%18 : tensor<6x4xf32>) {
    ^bb0(%in: f16, %in_3: f16, %out: f32):
      %22 = arith.extf %in : f16 to f32
      %23 = arith.extf %in_3 : f16 to f32
      %24 = arith.mulf %22, %23 : f32
      %25 = arith.addf %24, %out : f32
      linalg.yield %25 : f32
    } -> tensor<6x4xf32>
    %20 = tensor.empty() : tensor<6x4xf16>
    %21 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%19 : tensor<6x4xf32>) outs(%20 : tensor<6x4xf16>) {
    ^bb0(%in: f32, %out: f16):
      %22 = arith.truncf %in : f32 to f16
      linalg.yield %22 : f16
    } -> tensor<6x4xf16>
    return %21 : tensor<6x4xf16>
  }
}

