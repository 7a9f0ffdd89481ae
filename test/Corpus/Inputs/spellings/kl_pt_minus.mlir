// EXPECT: kl_divergence
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
#map2 = affine_map<(d0) -> (d0)>
module {
  func.func @main(%arg0: tensor<4x10xf32>, %arg1: tensor<4x10xf32>) -> tensor<4xf32> {
    %0 = tensor.empty() : tensor<4xf32>
    %cst = arith.constant 0xFF800000 : f32
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<4x10xf32>) outs(%1 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.maximumf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<4xf32>
    %3 = tensor.empty() : tensor<4x10xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %2 : tensor<4x10xf32>, tensor<4xf32>) outs(%3 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %38 = arith.subf %in, %in_7 : f32
      linalg.yield %38 : f32
    } -> tensor<4x10xf32>
    %5 = tensor.empty() : tensor<4xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %6 = linalg.fill ins(%cst_0 : f32) outs(%5 : tensor<4xf32>) -> tensor<4xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%4 : tensor<4x10xf32>) outs(%6 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = math.exp %in : f32
      %39 = arith.addf %38, %out : f32
      linalg.yield %39 : f32
    } -> tensor<4xf32>
    %8 = tensor.empty() : tensor<4x10xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %7 : tensor<4x10xf32>, tensor<4xf32>) outs(%8 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %38 = math.log %in_7 : f32
      %39 = arith.subf %in, %38 : f32
      linalg.yield %39 : f32
    } -> tensor<4x10xf32>
    %10 = tensor.empty() : tensor<4xf32>
    %cst_1 = arith.constant 0xFF800000 : f32
    %11 = linalg.fill ins(%cst_1 : f32) outs(%10 : tensor<4xf32>) -> tensor<4xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg1 : tensor<4x10xf32>) outs(%11 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.maximumf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<4xf32>
    %13 = tensor.empty() : tensor<4x10xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg1, %12 : tensor<4x10xf32>, tensor<4xf32>) outs(%13 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %38 = arith.subf %in, %in_7 : f32
      %39 = math.exp %38 : f32
      linalg.yield %39 : f32
    } -> tensor<4x10xf32>
    %15 = tensor.empty() : tensor<4xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %16 = linalg.fill ins(%cst_2 : f32) outs(%15 : tensor<4xf32>) -> tensor<4xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%14 : tensor<4x10xf32>) outs(%16 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<4xf32>
    %18 = tensor.empty() : tensor<4x10xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%14, %17 : tensor<4x10xf32>, tensor<4xf32>) outs(%18 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %38 = arith.divf %in, %in_7 : f32
      linalg.yield %38 : f32
    } -> tensor<4x10xf32>
    %20 = tensor.empty() : tensor<4xf32>
    %cst_3 = arith.constant 0xFF800000 : f32
    %21 = linalg.fill ins(%cst_3 : f32) outs(%20 : tensor<4xf32>) -> tensor<4xf32>
    %22 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg1 : tensor<4x10xf32>) outs(%21 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.maximumf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<4xf32>
    %23 = tensor.empty() : tensor<4x10xf32>
    %24 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%arg1, %22 : tensor<4x10xf32>, tensor<4xf32>) outs(%23 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %38 = arith.subf %in, %in_7 : f32
      linalg.yield %38 : f32
    } -> tensor<4x10xf32>
    %25 = tensor.empty() : tensor<4xf32>
    %cst_4 = arith.constant 0.000000e+00 : f32
    %26 = linalg.fill ins(%cst_4 : f32) outs(%25 : tensor<4xf32>) -> tensor<4xf32>
    %27 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%24 : tensor<4x10xf32>) outs(%26 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = math.exp %in : f32
      %39 = arith.addf %38, %out : f32
      linalg.yield %39 : f32
    } -> tensor<4xf32>
    %28 = tensor.empty() : tensor<4x10xf32>
    %29 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%24, %27 : tensor<4x10xf32>, tensor<4xf32>) outs(%28 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %38 = math.log %in_7 : f32
      %39 = arith.subf %in, %38 : f32
      linalg.yield %39 : f32
    } -> tensor<4x10xf32>
    %30 = tensor.empty() : tensor<4xf32>
    %cst_5 = arith.constant 0.000000e+00 : f32
    %31 = linalg.fill ins(%cst_5 : f32) outs(%30 : tensor<4xf32>) -> tensor<4xf32>
    %32 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["parallel", "reduction"]} ins(%19, %29 : tensor<4x10xf32>, tensor<4x10xf32>) outs(%31 : tensor<4xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %38 = arith.mulf %in, %in_7 : f32
      %39 = arith.addf %38, %out : f32
      linalg.yield %39 : f32
    } -> tensor<4xf32>
    %33 = tensor.empty() : tensor<4xf32>
    %cst_6 = arith.constant 0.000000e+00 : f32
    %34 = linalg.fill ins(%cst_6 : f32) outs(%33 : tensor<4xf32>) -> tensor<4xf32>
    %35 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["parallel", "reduction"]} ins(%19, %9 : tensor<4x10xf32>, tensor<4x10xf32>) outs(%34 : tensor<4xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %38 = arith.mulf %in, %in_7 : f32
      %39 = arith.addf %38, %out : f32
      linalg.yield %39 : f32
    } -> tensor<4xf32>
    %36 = tensor.empty() : tensor<4xf32>
    %37 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel"]} ins(%32, %35 : tensor<4xf32>, tensor<4xf32>) outs(%36 : tensor<4xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %38 = arith.subf %in, %in_7 : f32
      linalg.yield %38 : f32
    } -> tensor<4xf32>
    return %37 : tensor<4xf32>
  }
}

