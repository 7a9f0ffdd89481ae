// EXPECT: logsumexp
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, 0, 0)>
#map2 = affine_map<(d0) -> (d0, 0, 0)>
module {
  func.func @main(%arg0: tensor<?x4x10xf64>) -> tensor<?x1x1xf64> {
    %c0 = arith.constant 0 : index
    %dim = tensor.dim %arg0, %c0 : tensor<?x4x10xf64>
    %0 = tensor.empty(%dim) : tensor<?x1x1xf64>
    %cst = arith.constant 0xFFF0000000000000 : f64
    %1 = linalg.fill ins(%cst : f64) outs(%0 : tensor<?x1x1xf64>) -> tensor<?x1x1xf64>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction", "reduction"]} ins(%arg0 : tensor<?x4x10xf64>) outs(%1 : tensor<?x1x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %8 = arith.maximumf %in, %out : f64
      linalg.yield %8 : f64
    } -> tensor<?x1x1xf64>
    %c0_0 = arith.constant 0 : index
    %dim_1 = tensor.dim %2, %c0_0 : tensor<?x1x1xf64>
    %3 = tensor.empty(%dim_1) : tensor<?x1x1xf64>
    %cst_2 = arith.constant 0.000000e+00 : f64
    %4 = linalg.fill ins(%cst_2 : f64) outs(%3 : tensor<?x1x1xf64>) -> tensor<?x1x1xf64>
    %5 = linalg.generic {indexing_maps = [#map, #map1, #map1], iterator_types = ["parallel", "reduction", "reduction"]} ins(%arg0, %2 : tensor<?x4x10xf64>, tensor<?x1x1xf64>) outs(%4 : tensor<?x1x1xf64>) {
    ^bb0(%in: f64, %in_5: f64, %out: f64):
      %8 = arith.subf %in, %in_5 : f64
      %9 = math.exp %8 : f64
      %10 = arith.addf %9, %out : f64
      linalg.yield %10 : f64
    } -> tensor<?x1x1xf64>
    %c0_3 = arith.constant 0 : index
    %dim_4 = tensor.dim %2, %c0_3 : tensor<?x1x1xf64>
    %6 = tensor.empty(%dim_4) : tensor<?x1x1xf64>
    %7 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel"]} ins(%5, %2 : tensor<?x1x1xf64>, tensor<?x1x1xf64>) outs(%6 : tensor<?x1x1xf64>) {
    ^bb0(%in: f64, %in_5: f64, %out: f64):
      %8 = math.log %in : f64
      %9 = arith.addf %8, %in_5 : f64
      linalg.yield %9 : f64
    } -> tensor<?x1x1xf64>
    return %7 : tensor<?x1x1xf64>
  }
}

