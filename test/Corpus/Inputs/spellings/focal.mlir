// EXPECT: none
#map = affine_map<(d0, d1) -> (d0, d1)>
module {
  func.func @main(%arg0: tensor<4x8xf32>, %arg1: tensor<4x8xf32>) -> tensor<4x8xf32> {
    %0 = tensor.empty() : tensor<4x8xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %arg1 : tensor<4x8xf32>, tensor<4x8xf32>) outs(%0 : tensor<4x8xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %2 = arith.negf %in : f32
      %3 = math.exp %2 : f32
      %cst = arith.constant 1.000000e+00 : f32
      %4 = arith.addf %cst, %3 : f32
      %cst_1 = arith.constant 1.000000e+00 : f32
      %5 = arith.divf %cst_1, %4 : f32
      %cst_2 = arith.constant 1.000000e+00 : f32
      %6 = arith.subf %cst_2, %5 : f32
      %7 = arith.negf %in : f32
      %8 = math.exp %7 : f32
      %cst_3 = arith.constant 1.000000e+00 : f32
      %9 = arith.addf %cst_3, %8 : f32
      %cst_4 = arith.constant 1.000000e+00 : f32
      %10 = arith.divf %cst_4, %9 : f32
      %cst_5 = arith.constant 1.000000e+00 : f32
      %11 = arith.subf %cst_5, %10 : f32
      %12 = arith.mulf %6, %11 : f32
      %13 = arith.negf %12 : f32
      %14 = arith.mulf %13, %in_0 : f32
      %15 = arith.negf %in : f32
      %16 = math.exp %15 : f32
      %cst_6 = arith.constant 1.000000e+00 : f32
      %17 = arith.addf %cst_6, %16 : f32
      %cst_7 = arith.constant 1.000000e+00 : f32
      %18 = arith.divf %cst_7, %17 : f32
      %19 = math.log %18 : f32
      %20 = arith.mulf %14, %19 : f32
      %21 = arith.negf %in : f32
      %22 = math.exp %21 : f32
      %cst_8 = arith.constant 1.000000e+00 : f32
      %23 = arith.addf %cst_8, %22 : f32
      %cst_9 = arith.constant 1.000000e+00 : f32
      %24 = arith.divf %cst_9, %23 : f32
      %25 = arith.negf %in : f32
      %26 = math.exp %25 : f32
      %cst_10 = arith.constant 1.000000e+00 : f32
      %27 = arith.addf %cst_10, %26 : f32
      %cst_11 = arith.constant 1.000000e+00 : f32
      %28 = arith.divf %cst_11, %27 : f32
      %29 = arith.mulf %24, %28 : f32
      %cst_12 = arith.constant 1.000000e+00 : f32
      %30 = arith.subf %cst_12, %in_0 : f32
      %31 = arith.mulf %29, %30 : f32
      %32 = arith.negf %in : f32
      %33 = math.exp %32 : f32
      %cst_13 = arith.constant 1.000000e+00 : f32
      %34 = arith.addf %cst_13, %33 : f32
      %cst_14 = arith.constant 1.000000e+00 : f32
      %35 = arith.divf %cst_14, %34 : f32
      %cst_15 = arith.constant 1.000000e+00 : f32
      %36 = arith.subf %cst_15, %35 : f32
      %37 = math.log %36 : f32
      %38 = arith.mulf %31, %37 : f32
      %39 = arith.subf %20, %38 : f32
      linalg.yield %39 : f32
    } -> tensor<4x8xf32>
    return %1 : tensor<4x8xf32>
  }
}

