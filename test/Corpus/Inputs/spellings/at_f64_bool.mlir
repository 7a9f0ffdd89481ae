// EXPECT: attention
#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map4 = affine_map<(d0, d1, d2) -> (d0, d2)>
#map5 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d0, d3, d2)>
module {
  func.func @main(%arg0: tensor<2x6x8xf64>, %arg1: tensor<2x9x8xf64>, %arg2: tensor<2x9x4xf64>, %arg3: tensor<2x9xi1>) -> tensor<2x6x4xf64> {
    %0 = tensor.empty() : tensor<2x6x9xf64>
    %cst = arith.constant 0.000000e+00 : f64
    %1 = linalg.fill ins(%cst : f64) outs(%0 : tensor<2x6x9xf64>) -> tensor<2x6x9xf64>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<2x6x8xf64>, tensor<2x9x8xf64>) outs(%1 : tensor<2x6x9xf64>) {
    ^bb0(%in: f64, %in_3: f64, %out: f64):
      %18 = arith.mulf %in, %in_3 : f64
      %19 = arith.addf %18, %out : f64
      linalg.yield %19 : f64
    } -> tensor<2x6x9xf64>
    %3 = tensor.empty() : tensor<2x6x9xf64>
    %4 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2, %arg3 : tensor<2x6x9xf64>, tensor<2x9xi1>) outs(%3 : tensor<2x6x9xf64>) {
    ^bb0(%in: f64, %in_3: i1, %out: f64):
      %cst_4 = arith.constant -1.000000e+09 : f64
      %18 = arith.select %in_3, %in, %cst_4 : f64
      linalg.yield %18 : f64
    } -> tensor<2x6x9xf64>
    %5 = tensor.empty() : tensor<2x6xf64>
    %cst_0 = arith.constant 0xFFF0000000000000 : f64
    %6 = linalg.fill ins(%cst_0 : f64) outs(%5 : tensor<2x6xf64>) -> tensor<2x6xf64>
    %7 = linalg.generic {indexing_maps = [#map3, #map5], iterator_types = ["parallel", "parallel", "reduction"]} ins(%4 : tensor<2x6x9xf64>) outs(%6 : tensor<2x6xf64>) {
    ^bb0(%in: f64, %out: f64):
      %18 = arith.maximumf %in, %out : f64
      linalg.yield %18 : f64
    } -> tensor<2x6xf64>
    %8 = tensor.empty() : tensor<2x6x9xf64>
    %9 = linalg.generic {indexing_maps = [#map3, #map5, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4, %7 : tensor<2x6x9xf64>, tensor<2x6xf64>) outs(%8 : tensor<2x6x9xf64>) {
    ^bb0(%in: f64, %in_3: f64, %out: f64):
      %18 = arith.subf %in, %in_3 : f64
      %19 = math.exp %18 : f64
      linalg.yield %19 : f64
    } -> tensor<2x6x9xf64>
    %10 = tensor.empty() : tensor<2x6xf64>
    %cst_1 = arith.constant 0.000000e+00 : f64
    %11 = linalg.fill ins(%cst_1 : f64) outs(%10 : tensor<2x6xf64>) -> tensor<2x6xf64>
    %12 = linalg.generic {indexing_maps = [#map3, #map5], iterator_types = ["parallel", "parallel", "reduction"]} ins(%9 : tensor<2x6x9xf64>) outs(%11 : tensor<2x6xf64>) {
    ^bb0(%in: f64, %out: f64):
      %18 = arith.addf %in, %out : f64
      linalg.yield %18 : f64
    } -> tensor<2x6xf64>
    %13 = tensor.empty() : tensor<2x6x9xf64>
    %14 = linalg.generic {indexing_maps = [#map3, #map5, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9, %12 : tensor<2x6x9xf64>, tensor<2x6xf64>) outs(%13 : tensor<2x6x9xf64>) {
    ^bb0(%in: f64, %in_3: f64, %out: f64):
      %18 = arith.divf %in, %in_3 : f64
      linalg.yield %18 : f64
    } -> tensor<2x6x9xf64>
    %15 = tensor.empty() : tensor<2x6x4xf64>
    %cst_2 = arith.constant 0.000000e+00 : f64
    %16 = linalg.fill ins(%cst_2 : f64) outs(%15 : tensor<2x6x4xf64>) -> tensor<2x6x4xf64>
    %17 = linalg.generic {indexing_maps = [#map, #map6, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%14, %arg2 : tensor<2x6x9xf64>, tensor<2x9x4xf64>) outs(%16 : tensor<2x6x4xf64>) {
    ^bb0(%in: f64, %in_3: f64, %out: f64):
      %18 = arith.mulf %in, %in_3 : f64
      %19 = arith.addf %18, %out : f64
      linalg.yield %19 : f64
    } -> tensor<2x6x4xf64>
    return %17 : tensor<2x6x4xf64>
  }
}

