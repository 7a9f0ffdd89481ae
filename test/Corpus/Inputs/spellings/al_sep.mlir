// EXPECT: softmax
#map = affine_map<(d0, d1, d2) -> (d0)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
module {
  func.func @main(%arg0: tensor<3x6x9xf32>, %arg1: tensor<3xf32>) -> tensor<3x6x9xf32> {
    %0 = tensor.empty() : tensor<3x6x9xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg1 : tensor<3xf32>) outs(%0 : tensor<3x6x9xf32>) {
    ^bb0(%in: f32, %out: f32):
      %14 = linalg.index 2 : index
      %15 = arith.index_cast %14 : index to i32
      %16 = arith.sitofp %15 : i32 to f32
      %17 = linalg.index 1 : index
      %18 = arith.index_cast %17 : index to i32
      %19 = arith.sitofp %18 : i32 to f32
      %20 = arith.subf %16, %19 : f32
      %21 = arith.mulf %in, %20 : f32
      linalg.yield %21 : f32
    } -> tensor<3x6x9xf32>
    %2 = tensor.empty() : tensor<3x6x9xf32>
    %3 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %1 : tensor<3x6x9xf32>, tensor<3x6x9xf32>) outs(%2 : tensor<3x6x9xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %14 = arith.addf %in, %in_1 : f32
      linalg.yield %14 : f32
    } -> tensor<3x6x9xf32>
    %4 = tensor.empty() : tensor<3x6xf32>
    %cst = arith.constant 0xFF800000 : f32
    %5 = linalg.fill ins(%cst : f32) outs(%4 : tensor<3x6xf32>) -> tensor<3x6xf32>
    %6 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%3 : tensor<3x6x9xf32>) outs(%5 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %14 = arith.maximumf %in, %out : f32
      linalg.yield %14 : f32
    } -> tensor<3x6xf32>
    %7 = tensor.empty() : tensor<3x6x9xf32>
    %8 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%3, %6 : tensor<3x6x9xf32>, tensor<3x6xf32>) outs(%7 : tensor<3x6x9xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %14 = arith.subf %in, %in_1 : f32
      %15 = math.exp %14 : f32
      linalg.yield %15 : f32
    } -> tensor<3x6x9xf32>
    %9 = tensor.empty() : tensor<3x6xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %10 = linalg.fill ins(%cst_0 : f32) outs(%9 : tensor<3x6xf32>) -> tensor<3x6xf32>
    %11 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%8 : tensor<3x6x9xf32>) outs(%10 : tensor<3x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %14 = arith.addf %in, %out : f32
      linalg.yield %14 : f32
    } -> tensor<3x6xf32>
    %12 = tensor.empty() : tensor<3x6x9xf32>
    %13 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8, %11 : tensor<3x6x9xf32>, tensor<3x6xf32>) outs(%12 : tensor<3x6x9xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %14 = arith.divf %in, %in_1 : f32
      linalg.yield %14 : f32
    } -> tensor<3x6x9xf32>
    return %13 : tensor<3x6x9xf32>
  }
}

