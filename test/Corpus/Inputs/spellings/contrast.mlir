// EXPECT: cross_entropy
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
#map2 = affine_map<(d0, d1) -> ()>
#map3 = affine_map<() -> ()>
module {
  func.func @main(%arg0: tensor<6x6xf32>) -> tensor<f32> {
    %0 = tensor.empty() : tensor<6x6xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0 : tensor<6x6xf32>) outs(%0 : tensor<6x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_2 = arith.constant 7.000000e-02 : f32
      %17 = arith.divf %in, %cst_2 : f32
      linalg.yield %17 : f32
    } -> tensor<6x6xf32>
    %2 = tensor.empty() : tensor<6xf32>
    %cst = arith.constant 0xFF800000 : f32
    %3 = linalg.fill ins(%cst : f32) outs(%2 : tensor<6xf32>) -> tensor<6xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%1 : tensor<6x6xf32>) outs(%3 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = arith.maximumf %in, %out : f32
      linalg.yield %17 : f32
    } -> tensor<6xf32>
    %5 = tensor.empty() : tensor<6x6xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%1, %4 : tensor<6x6xf32>, tensor<6xf32>) outs(%5 : tensor<6x6xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %17 = arith.subf %in, %in_2 : f32
      linalg.yield %17 : f32
    } -> tensor<6x6xf32>
    %7 = tensor.empty() : tensor<6xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %8 = linalg.fill ins(%cst_0 : f32) outs(%7 : tensor<6xf32>) -> tensor<6xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%6 : tensor<6x6xf32>) outs(%8 : tensor<6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = math.exp %in : f32
      %18 = arith.addf %17, %out : f32
      linalg.yield %18 : f32
    } -> tensor<6xf32>
    %10 = tensor.empty() : tensor<6x6xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%6, %9 : tensor<6x6xf32>, tensor<6xf32>) outs(%10 : tensor<6x6xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %17 = math.log %in_2 : f32
      %18 = arith.subf %in, %17 : f32
      linalg.yield %18 : f32
    } -> tensor<6x6xf32>
    %12 = tensor.empty() : tensor<f32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %13 = linalg.fill ins(%cst_1 : f32) outs(%12 : tensor<f32>) -> tensor<f32>
    %14 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["reduction", "reduction"]} ins(%11 : tensor<6x6xf32>) outs(%13 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %17 = linalg.index 0 : index
      %18 = linalg.index 1 : index
      %19 = arith.cmpi eq, %17, %18 : index
      %cst_2 = arith.constant 0.000000e+00 : f32
      %20 = arith.select %19, %in, %cst_2 : f32
      %21 = arith.addf %20, %out : f32
      linalg.yield %21 : f32
    } -> tensor<f32>
    %15 = tensor.empty() : tensor<f32>
    %16 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = []} ins(%14 : tensor<f32>) outs(%15 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_2 = arith.constant 0.000000e+00 : f32
      %17 = arith.subf %cst_2, %in : f32
      %cst_3 = arith.constant 6.000000e+00 : f32
      %18 = arith.divf %17, %cst_3 : f32
      linalg.yield %18 : f32
    } -> tensor<f32>
    return %16 : tensor<f32>
  }
}

