// EXPECT: none
#map = affine_map<(d0) -> (d0)>
module {
  func.func @main(%arg0: tensor<8xf32>, %arg1: tensor<8xf32>) -> tensor<8xf32> {
    %0 = tensor.empty() : tensor<8xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel"]} ins(%arg0, %arg1 : tensor<8xf32>, tensor<8xf32>) outs(%0 : tensor<8xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %2 = arith.maximumf %in, %in_0 : f32
      %3 = arith.subf %in, %in_0 : f32
      %4 = math.absf %3 : f32
      %cst = arith.constant 0.000000e+00 : f32
      %5 = arith.subf %cst, %4 : f32
      %6 = math.exp %5 : f32
      %7 = math.log1p %6 : f32
      %8 = arith.addf %2, %7 : f32
      linalg.yield %8 : f32
    } -> tensor<8xf32>
    return %1 : tensor<8xf32>
  }
}

