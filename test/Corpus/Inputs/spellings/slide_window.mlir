// EXPECT: attention
#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d4)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map5 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
module {
  func.func @main(%arg0: tensor<2x3x12x8xf32>, %arg1: tensor<2x3x12x8xf32>, %arg2: tensor<2x3x12x8xf32>) -> tensor<2x3x12x8xf32> {
    %0 = tensor.empty() : tensor<2x3x12x12xf32>
    %cst = arith.constant 0.000000e+00 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<2x3x12x12xf32>) -> tensor<2x3x12x12xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<2x3x12x8xf32>, tensor<2x3x12x8xf32>) outs(%1 : tensor<2x3x12x12xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = arith.mulf %in, %in_3 : f32
      %19 = arith.addf %18, %out : f32
      linalg.yield %19 : f32
    } -> tensor<2x3x12x12xf32>
    %3 = tensor.empty() : tensor<2x3x12x12xf32>
    %4 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%2 : tensor<2x3x12x12xf32>) outs(%3 : tensor<2x3x12x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = linalg.index 2 : index
      %19 = arith.index_cast %18 : index to i32
      %20 = linalg.index 3 : index
      %21 = arith.index_cast %20 : index to i32
      %22 = arith.subi %19, %21 : i32
      %c0_i32 = arith.constant 0 : i32
      %23 = arith.cmpi sge, %22, %c0_i32 : i32
      %c4_i32 = arith.constant 4 : i32
      %24 = arith.cmpi slt, %22, %c4_i32 : i32
      %25 = arith.andi %23, %24 : i1
      %cst_3 = arith.constant 1.250000e-01 : f32
      %26 = arith.mulf %in, %cst_3 : f32
      %cst_4 = arith.constant 0xFF800000 : f32
      %27 = arith.select %25, %26, %cst_4 : f32
      linalg.yield %27 : f32
    } -> tensor<2x3x12x12xf32>
    %5 = tensor.empty() : tensor<2x3x12xf32>
    %cst_0 = arith.constant 0xFF800000 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<2x3x12xf32>) -> tensor<2x3x12xf32>
    %7 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%4 : tensor<2x3x12x12xf32>) outs(%6 : tensor<2x3x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.maximumf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<2x3x12xf32>
    %8 = tensor.empty() : tensor<2x3x12x12xf32>
    %9 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%4, %7 : tensor<2x3x12x12xf32>, tensor<2x3x12xf32>) outs(%8 : tensor<2x3x12x12xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = arith.subf %in, %in_3 : f32
      %19 = math.exp %18 : f32
      linalg.yield %19 : f32
    } -> tensor<2x3x12x12xf32>
    %10 = tensor.empty() : tensor<2x3x12xf32>
    %cst_1 = arith.constant 0.000000e+00 : f32
    %11 = linalg.fill ins(%cst_1 : f32) outs(%10 : tensor<2x3x12xf32>) -> tensor<2x3x12xf32>
    %12 = linalg.generic {indexing_maps = [#map3, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%9 : tensor<2x3x12x12xf32>) outs(%11 : tensor<2x3x12xf32>) {
    ^bb0(%in: f32, %out: f32):
      %18 = arith.addf %in, %out : f32
      linalg.yield %18 : f32
    } -> tensor<2x3x12xf32>
    %13 = tensor.empty() : tensor<2x3x12x12xf32>
    %14 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%9, %12 : tensor<2x3x12x12xf32>, tensor<2x3x12xf32>) outs(%13 : tensor<2x3x12x12xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = arith.divf %in, %in_3 : f32
      linalg.yield %18 : f32
    } -> tensor<2x3x12x12xf32>
    %15 = tensor.empty() : tensor<2x3x12x8xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %16 = linalg.fill ins(%cst_2 : f32) outs(%15 : tensor<2x3x12x8xf32>) -> tensor<2x3x12x8xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map5, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%14, %arg2 : tensor<2x3x12x12xf32>, tensor<2x3x12x8xf32>) outs(%16 : tensor<2x3x12x8xf32>) {
    ^bb0(%in: f32, %in_3: f32, %out: f32):
      %18 = arith.mulf %in, %in_3 : f32
      %19 = arith.addf %18, %out : f32
      linalg.yield %19 : f32
    } -> tensor<2x3x12x8xf32>
    return %17 : tensor<2x3x12x8xf32>
  }
}

