// EXPECT: softmax
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
module {
  func.func @main(%arg0: tensor<3x6x9xf32>, %arg1: tensor<3xf32>) -> tensor<3x6x9xf32> {
    %0 = tensor.empty() : tensor<3x6x9xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %arg1 : tensor<3x6x9xf32>, tensor<3xf32>) outs(%0 : tensor<3x6x9xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %12 = linalg.index 2 : index
      %13 = arith.index_cast %12 : index to i32
      %14 = arith.sitofp %13 : i32 to f32
      %15 = linalg.index 1 : index
      %16 = arith.index_cast %15 : index to i32
      %17 = arith.sitofp %16 : i32 to f32
      %18 = arith.subf %14, %17 : f32
      %19 = arith.mulf %in_1, %18 : f32
      %20 = arith.addf %in, %19 : f32
      linalg.yield %20 : f32
    } -> tensor<3x6x9xf32>
    %2 = tensor.empty() : tensor<3x6xf32>
    %cst = arith.constant 0xFF800000 : f32
    %3 = linalg.fill ins(%cst : f32) outs(%2 : tensor<3x6xf32>) -> tensor<3x6xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<3x6x9xf32>) outs(%3 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %12 = arith.maximumf %in, %out : f32
      linalg.yield %12 : f32
    } -> tensor<3x6xf32>
    %5 = tensor.empty() : tensor<3x6x9xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1, %4 : tensor<3x6x9xf32>, tensor<3x6xf32>) outs(%5 : tensor<3x6x9xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %12 = arith.subf %in, %in_1 : f32
      %13 = math.exp %12 : f32
      linalg.yield %13 : f32
    } -> tensor<3x6x9xf32>
    %7 = tensor.empty() : tensor<3x6xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %8 = linalg.fill ins(%cst_0 : f32) outs(%7 : tensor<3x6xf32>) -> tensor<3x6xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%6 : tensor<3x6x9xf32>) outs(%8 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %12 = arith.addf %in, %out : f32
      linalg.yield %12 : f32
    } -> tensor<3x6xf32>
    %10 = tensor.empty() : tensor<3x6x9xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%6, %9 : tensor<3x6x9xf32>, tensor<3x6xf32>) outs(%10 : tensor<3x6x9xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %12 = arith.divf %in, %in_1 : f32
      linalg.yield %12 : f32
    } -> tensor<3x6x9xf32>
    return %11 : tensor<3x6x9xf32>
  }
}

