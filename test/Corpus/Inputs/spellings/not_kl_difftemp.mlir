// EXPECT: log_softmax log_softmax softmax
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
module {
  func.func @main(%arg0: tensor<4x10xf32>, %arg1: tensor<4x10xf32>) -> tensor<4xf32> {
    %0 = tensor.empty() : tensor<4x10xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0 : tensor<4x10xf32>) outs(%0 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_6 = arith.constant 4.000000e+00 : f32
      %39 = arith.divf %in, %cst_6 : f32
      linalg.yield %39 : f32
    } -> tensor<4x10xf32>
    %2 = tensor.empty() : tensor<4x10xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg1 : tensor<4x10xf32>) outs(%2 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_6 = arith.constant 4.000000e+00 : f32
      %39 = arith.divf %in, %cst_6 : f32
      linalg.yield %39 : f32
    } -> tensor<4x10xf32>
    %4 = tensor.empty() : tensor<4x10xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg1 : tensor<4x10xf32>) outs(%4 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %out: f32):
      %cst_6 = arith.constant 2.000000e+00 : f32
      %39 = arith.divf %in, %cst_6 : f32
      linalg.yield %39 : f32
    } -> tensor<4x10xf32>
    %6 = tensor.empty() : tensor<4xf32>
    %cst = arith.constant 0xFF800000 : f32
    %7 = linalg.fill ins(%cst : f32) outs(%6 : tensor<4xf32>) -> tensor<4xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%1 : tensor<4x10xf32>) outs(%7 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %39 = arith.maximumf %in, %out : f32
      linalg.yield %39 : f32
    } -> tensor<4xf32>
    %9 = tensor.empty() : tensor<4x10xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%1, %8 : tensor<4x10xf32>, tensor<4xf32>) outs(%9 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %39 = arith.subf %in, %in_6 : f32
      linalg.yield %39 : f32
    } -> tensor<4x10xf32>
    %11 = tensor.empty() : tensor<4xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %12 = linalg.fill ins(%cst_0 : f32) outs(%11 : tensor<4xf32>) -> tensor<4xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%10 : tensor<4x10xf32>) outs(%12 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %39 = math.exp %in : f32
      %40 = arith.addf %39, %out : f32
      linalg.yield %40 : f32
    } -> tensor<4xf32>
    %14 = tensor.empty() : tensor<4x10xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%10, %13 : tensor<4x10xf32>, tensor<4xf32>) outs(%14 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %39 = math.log %in_6 : f32
      %40 = arith.subf %in, %39 : f32
      linalg.yield %40 : f32
    } -> tensor<4x10xf32>
    %16 = tensor.empty() : tensor<4xf32>
    %cst_1 = arith.constant 0xFF800000 : f32
    %17 = linalg.fill ins(%cst_1 : f32) outs(%16 : tensor<4xf32>) -> tensor<4xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%3 : tensor<4x10xf32>) outs(%17 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %39 = arith.maximumf %in, %out : f32
      linalg.yield %39 : f32
    } -> tensor<4xf32>
    %19 = tensor.empty() : tensor<4x10xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%3, %18 : tensor<4x10xf32>, tensor<4xf32>) outs(%19 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %39 = arith.subf %in, %in_6 : f32
      %40 = math.exp %39 : f32
      linalg.yield %40 : f32
    } -> tensor<4x10xf32>
    %21 = tensor.empty() : tensor<4xf32>
    %cst_2 = arith.constant 0.000000e+00 : f32
    %22 = linalg.fill ins(%cst_2 : f32) outs(%21 : tensor<4xf32>) -> tensor<4xf32>
    %23 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%20 : tensor<4x10xf32>) outs(%22 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %39 = arith.addf %in, %out : f32
      linalg.yield %39 : f32
    } -> tensor<4xf32>
    %24 = tensor.empty() : tensor<4x10xf32>
    %25 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%20, %23 : tensor<4x10xf32>, tensor<4xf32>) outs(%24 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %39 = arith.divf %in, %in_6 : f32
      linalg.yield %39 : f32
    } -> tensor<4x10xf32>
    %26 = tensor.empty() : tensor<4xf32>
    %cst_3 = arith.constant 0xFF800000 : f32
    %27 = linalg.fill ins(%cst_3 : f32) outs(%26 : tensor<4xf32>) -> tensor<4xf32>
    %28 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%5 : tensor<4x10xf32>) outs(%27 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %39 = arith.maximumf %in, %out : f32
      linalg.yield %39 : f32
    } -> tensor<4xf32>
    %29 = tensor.empty() : tensor<4x10xf32>
    %30 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%5, %28 : tensor<4x10xf32>, tensor<4xf32>) outs(%29 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %39 = arith.subf %in, %in_6 : f32
      linalg.yield %39 : f32
    } -> tensor<4x10xf32>
    %31 = tensor.empty() : tensor<4xf32>
    %cst_4 = arith.constant 0.000000e+00 : f32
    %32 = linalg.fill ins(%cst_4 : f32) outs(%31 : tensor<4xf32>) -> tensor<4xf32>
    %33 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%30 : tensor<4x10xf32>) outs(%32 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %39 = math.exp %in : f32
      %40 = arith.addf %39, %out : f32
      linalg.yield %40 : f32
    } -> tensor<4xf32>
    %34 = tensor.empty() : tensor<4x10xf32>
    %35 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%30, %33 : tensor<4x10xf32>, tensor<4xf32>) outs(%34 : tensor<4x10xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %39 = math.log %in_6 : f32
      %40 = arith.subf %in, %39 : f32
      linalg.yield %40 : f32
    } -> tensor<4x10xf32>
    %36 = tensor.empty() : tensor<4xf32>
    %cst_5 = arith.constant 0.000000e+00 : f32
    %37 = linalg.fill ins(%cst_5 : f32) outs(%36 : tensor<4xf32>) -> tensor<4xf32>
    %38 = linalg.generic {indexing_maps = [#map, #map, #map, #map1], iterator_types = ["parallel", "reduction"]} ins(%25, %35, %15 : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4x10xf32>) outs(%37 : tensor<4xf32>) {
    ^bb0(%in: f32, %in_6: f32, %in_7: f32, %out: f32):
      %39 = arith.subf %in_6, %in_7 : f32
      %40 = arith.mulf %in, %39 : f32
      %41 = arith.addf %40, %out : f32
      linalg.yield %41 : f32
    } -> tensor<4xf32>
    return %38 : tensor<4xf32>
  }
}

