// EXPECT: kl_divergence
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
#map2 = affine_map<(d0, d1) -> ()>
#map3 = affine_map<() -> ()>
module {
  func.func @main(%arg0: tensor<4x10xf32>, %arg1: tensor<4x10xf32>) -> tensor<f32> {
    %0 = tensor.empty() : tensor<4x10xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0 : tensor<4x10xf32>) outs(%0 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_4 = arith.constant 4.000000e+00 : f32
      %35 = arith.divf %in, %cst_4 : f32
      linalg.yield %35 : f32
    } -> tensor<4x10xf32>
    %2 = tensor.empty() : tensor<4x10xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg1 : tensor<4x10xf32>) outs(%2 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_4 = arith.constant 4.000000e+00 : f32
      %35 = arith.divf %in, %cst_4 : f32
      linalg.yield %35 : f32
    } -> tensor<4x10xf32>
    %4 = tensor.empty() : tensor<4xf32>
    %cst = arith.constant 0xFF800000 : f32
    %5 = linalg.fill ins(%cst : f32) outs(%4 : tensor<4xf32>) -> tensor<4xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%1 : tensor<4x10xf32>) outs(%5 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.maximumf %in, %out : f32
      linalg.yield %35 : f32
    } -> tensor<4xf32>
    %7 = tensor.empty() : tensor<4x10xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%1, %6 : tensor<4x10xf32>, tensor<4xf32>) outs(%7 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %35 = arith.subf %in, %in_4 : f32
      linalg.yield %35 : f32
    } -> tensor<4x10xf32>
    %9 = tensor.empty() : tensor<4xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %10 = linalg.fill ins(%cst_0 : f32) outs(%9 : tensor<4xf32>) -> tensor<4xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%8 : tensor<4x10xf32>) outs(%10 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = math.exp %in : f32
      %36 = arith.addf %35, %out : f32
      linalg.yield %36 : f32
    } -> tensor<4xf32>
    %12 = tensor.empty() : tensor<4x10xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%8, %11 : tensor<4x10xf32>, tensor<4xf32>) outs(%12 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %35 = math.log %in_4 : f32
      %36 = arith.subf %in, %35 : f32
      linalg.yield %36 : f32
    } -> tensor<4x10xf32>
    %14 = tensor.empty() : tensor<4xf32>
    %cst_1 = arith.constant 0xFF800000 : f32
    %15 = linalg.fill ins(%cst_1 : f32) outs(%14 : tensor<4xf32>) -> tensor<4xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%3 : tensor<4x10xf32>) outs(%15 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.maximumf %in, %out : f32
      linalg.yield %35 : f32
    } -> tensor<4xf32>
    %17 = tensor.empty() : tensor<4x10xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%3, %16 : tensor<4x10xf32>, tensor<4xf32>) outs(%17 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %35 = arith.subf %in, %in_4 : f32
      %36 = math.exp %35 : f32
      linalg.yield %36 : f32
    } -> tensor<4x10xf32>
    %19 = tensor.empty() : tensor<4xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %20 = linalg.fill ins(%cst_2 : f32) outs(%19 : tensor<4xf32>) -> tensor<4xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%18 : tensor<4x10xf32>) outs(%20 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.addf %in, %out : f32
      linalg.yield %35 : f32
    } -> tensor<4xf32>
    %22 = tensor.empty() : tensor<4x10xf32>
    %23 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%18, %21 : tensor<4x10xf32>, tensor<4xf32>) outs(%22 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %35 = arith.divf %in, %in_4 : f32
      linalg.yield %35 : f32
    } -> tensor<4x10xf32>
    %24 = tensor.empty() : tensor<4x10xf32>
    %25 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%23 : tensor<4x10xf32>) outs(%24 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = math.log %in : f32
      linalg.yield %35 : f32
    } -> tensor<4x10xf32>
    %26 = tensor.empty() : tensor<4x10xf32>
    %27 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%25, %13 : tensor<4x10xf32>, tensor<4x10xf32>) outs(%26 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %35 = arith.subf %in, %in_4 : f32
      linalg.yield %35 : f32
    } -> tensor<4x10xf32>
    %28 = tensor.empty() : tensor<4x10xf32>
    %29 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%23, %27 : tensor<4x10xf32>, tensor<4x10xf32>) outs(%28 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %35 = arith.mulf %in, %in_4 : f32
      linalg.yield %35 : f32
    } -> tensor<4x10xf32>
    %30 = tensor.empty() : tensor<f32>
    %cst_3 = arith.constant 0.000000e+00 : f32
    %31 = linalg.fill ins(%cst_3 : f32) outs(%30 : tensor<f32>) -> tensor<f32>
    %32 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["reduction", "reduction"]} ins(%29 : tensor<4x10xf32>) outs(%31 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.addf %in, %out : f32
      linalg.yield %35 : f32
    } -> tensor<f32>
    %33 = tensor.empty() : tensor<f32>
    %34 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = []} ins(%32 : tensor<f32>) outs(%33 : tensor<f32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_4 = arith.constant 4.000000e+00 : f32
      %35 = arith.divf %in, %cst_4 : f32
      %cst_5 = arith.constant 1.600000e+01 : f32
      %36 = arith.mulf %35, %cst_5 : f32
      linalg.yield %36 : f32
    } -> tensor<f32>
    return %34 : tensor<f32>
  }
}

