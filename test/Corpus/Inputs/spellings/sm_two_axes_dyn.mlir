// EXPECT: softmax
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0)>
module {
  func.func @main(%arg0: tensor<?x?x5xf32>) -> tensor<?x?x5xf32> {
    %c0 = arith.constant 0 : index
    %dim = tensor.dim %arg0, %c0 : tensor<?x?x5xf32>
    %0 = tensor.empty(%dim) : tensor<?xf32>
    %cst = arith.constant 0xFF800000 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<?xf32>) -> tensor<?xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction", "reduction"]} ins(%arg0 : tensor<?x?x5xf32>) outs(%1 : tensor<?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %10 = arith.maximumf %in, %out : f32
      linalg.yield %10 : f32
    } -> tensor<?xf32>
    %c0_0 = arith.constant 0 : index
    %dim_1 = tensor.dim %2, %c0_0 : tensor<?xf32>
    %c1 = arith.constant 1 : index
    %dim_2 = tensor.dim %arg0, %c1 : tensor<?x?x5xf32>
    %3 = tensor.empty(%dim_1, %dim_2) : tensor<?x?x5xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %2 : tensor<?x?x5xf32>, tensor<?xf32>) outs(%3 : tensor<?x?x5xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %10 = arith.subf %in, %in_10 : f32
      %11 = math.exp %10 : f32
      linalg.yield %11 : f32
    } -> tensor<?x?x5xf32>
    %c0_3 = arith.constant 0 : index
    %dim_4 = tensor.dim %4, %c0_3 : tensor<?x?x5xf32>
    %5 = tensor.empty(%dim_4) : tensor<?xf32>
    %cst_5 = arith.constant 0.000000e+00 : f32
    %6 = linalg.fill ins(%cst_5 : f32) outs(%5 : tensor<?xf32>) -> tensor<?xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction", "reduction"]} ins(%4 : tensor<?x?x5xf32>) outs(%6 : tensor<?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %10 = arith.addf %in, %out : f32
      linalg.yield %10 : f32
    } -> tensor<?xf32>
    %c0_6 = arith.constant 0 : index
    %dim_7 = tensor.dim %7, %c0_6 : tensor<?xf32>
    %c1_8 = arith.constant 1 : index
    %dim_9 = tensor.dim %4, %c1_8 : tensor<?x?x5xf32>
    %8 = tensor.empty(%dim_7, %dim_9) : tensor<?x?x5xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4, %7 : tensor<?x?x5xf32>, tensor<?xf32>) outs(%8 : tensor<?x?x5xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %10 = arith.divf %in, %in_10 : f32
      linalg.yield %10 : f32
    } -> tensor<?x?x5xf32>
    return %9 : tensor<?x?x5xf32>
  }
}

