// EXPECT: attention softmax
// EXPECT-FUSED: attention
#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map4 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d3, d2)>
module {
  func.func @main(%arg0: tensor<?x?x8xf32>, %arg1: tensor<?x?x8xf32>, %arg2: tensor<?x?x4xf32>) -> tensor<?x?x4xf32> {
    %c0 = arith.constant 0 : index
    %dim = tensor.dim %arg1, %c0 : tensor<?x?x8xf32>
    %c1 = arith.constant 1 : index
    %dim_0 = tensor.dim %arg0, %c1 : tensor<?x?x8xf32>
    %c1_1 = arith.constant 1 : index
    %dim_2 = tensor.dim %arg1, %c1_1 : tensor<?x?x8xf32>
    %0 = tensor.empty(%dim, %dim_0, %dim_2) : tensor<?x?x?xf32>
    %cst = arith.constant 0.000000e+00 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<?x?x8xf32>, tensor<?x?x8xf32>) outs(%1 : tensor<?x?x?xf32>) {
    ^bb0(%in: f32, %in_35: f32, %out: f32):
      %18 = arith.mulf %in, %in_35 : f32
      %19 = arith.addf %18, %out : f32
      linalg.yield %19 : f32
    } -> tensor<?x?x?xf32>
    %c0_3 = arith.constant 0 : index
    %dim_4 = tensor.dim %2, %c0_3 : tensor<?x?x?xf32>
    %c1_5 = arith.constant 1 : index
    %dim_6 = tensor.dim %2, %c1_5 : tensor<?x?x?xf32>
    %c2 = arith.constant 2 : index
    %dim_7 = tensor.dim %2, %c2 : tensor<?x?x?xf32>
    %3 = tensor.empty(%dim_4, %dim_6, %dim_7) : tensor<?x?x?xf32>
    %4 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2 : tensor<?x?x?xf32>) outs(%3 : tensor<?x?x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_35 = arith.constant 3.500000e-01 : f32
      %18 = arith.mulf %in, %cst_35 : f32
      linalg.yield %18 : f32
    } -> tensor<?x?x?xf32>
    %c0_8 = arith.constant 0 : index
    %dim_9 = tensor.dim %4, %c0_8 : tensor<?x?x?xf32>
    %c1_10 = arith.constant 1 : index
    %dim_11 = tensor.dim %4, %c1_10 : tensor<?x?x?xf32>
    %5 = tensor.empty(%dim_9, %dim_11) : tensor<?x?xf32>
    %cst_12 = arith.constant 0xFF800000 : f32
    %6 = linalg.fill ins(%cst_12 : f32) outs(%5 : tensor<?x?xf32>) -> tensor<?x?xf32>
    %7 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%4 : tensor<?x?x?xf32>) outs(%6 : tensor<?x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.maximumf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<?x?xf32>
    %c0_13 = arith.constant 0 : index
    %dim_14 = tensor.dim %7, %c0_13 : tensor<?x?xf32>
    %c1_15 = arith.constant 1 : index
    %dim_16 = tensor.dim %7, %c1_15 : tensor<?x?xf32>
    %c2_17 = arith.constant 2 : index
    %dim_18 = tensor.dim %4, %c2_17 : tensor<?x?x?xf32>
    %8 = tensor.empty(%dim_14, %dim_16, %dim_18) : tensor<?x?x?xf32>
    %9 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4, %7 : tensor<?x?x?xf32>, tensor<?x?xf32>) outs(%8 : tensor<?x?x?xf32>) {
    ^bb0(%in: f32, %in_35: f32, %out: f32):
      %18 = arith.subf %in, %in_35 : f32
      %19 = math.exp %18 : f32
      linalg.yield %19 : f32
    } -> tensor<?x?x?xf32>
    %c0_19 = arith.constant 0 : index
    %dim_20 = tensor.dim %9, %c0_19 : tensor<?x?x?xf32>
    %c1_21 = arith.constant 1 : index
    %dim_22 = tensor.dim %9, %c1_21 : tensor<?x?x?xf32>
    %10 = tensor.empty(%dim_20, %dim_22) : tensor<?x?xf32>
    %cst_23 = arith.constant 0.000000e+00 : f32
    %11 = linalg.fill ins(%cst_23 : f32) outs(%10 : tensor<?x?xf32>) -> tensor<?x?xf32>
    %12 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%9 : tensor<?x?x?xf32>) outs(%11 : tensor<?x?xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.addf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<?x?xf32>
    %c0_24 = arith.constant 0 : index
    %dim_25 = tensor.dim %12, %c0_24 : tensor<?x?xf32>
    %c1_26 = arith.constant 1 : index
    %dim_27 = tensor.dim %12, %c1_26 : tensor<?x?xf32>
    %c2_28 = arith.constant 2 : index
    %dim_29 = tensor.dim %9, %c2_28 : tensor<?x?x?xf32>
    %13 = tensor.empty(%dim_25, %dim_27, %dim_29) : tensor<?x?x?xf32>
    %14 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9, %12 : tensor<?x?x?xf32>, tensor<?x?xf32>) outs(%13 : tensor<?x?x?xf32>) {
    ^bb0(%in: f32, %in_35: f32, %out: f32):
      %18 = arith.divf %in, %in_35 : f32
      linalg.yield %18 : f32
    } -> tensor<?x?x?xf32>
    %c0_30 = arith.constant 0 : index
    %dim_31 = tensor.dim %arg2, %c0_30 : tensor<?x?x4xf32>
    %c1_32 = arith.constant 1 : index
    %dim_33 = tensor.dim %14, %c1_32 : tensor<?x?x?xf32>
    %15 = tensor.empty(%dim_31, %dim_33) : tensor<?x?x4xf32>
    %cst_34 = arith.constant 0.000000e+00 : f32
    %16 = linalg.fill ins(%cst_34 : f32) outs(%15 : tensor<?x?x4xf32>) -> tensor<?x?x4xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map5, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%14, %arg2 : tensor<?x?x?xf32>, tensor<?x?x4xf32>) outs(%16 : tensor<?x?x4xf32>) {
    ^bb0(%in: f32, %in_35: f32, %out: f32):
      %18 = arith.mulf %in, %in_35 : f32
      %19 = arith.addf %18, %out : f32
      linalg.yield %19 : f32
    } -> tensor<?x?x4xf32>
    return %17 : tensor<?x?x4xf32>
  }
}

