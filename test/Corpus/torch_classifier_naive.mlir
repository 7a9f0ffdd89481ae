// A PyTorch classifier head whose author wrote softmax by hand, without the
// shift by the row maximum: docs/examples/classifier.py, exported with
// torch 2.15 and torch-mlir 20261001 to linalg on tensors. What follows the
// first blank line is as the exporter wrote it.

// RUN: lse-opt %s --lse-raise --remarks-filter=lse-raise 2>&1 | FileCheck %s
// CHECK: torch_classifier_naive.mlir:41:10: remark: [Passed] softmax-stabilized
// CHECK: func.func @main
// CHECK: %[[LOGITS:[0-9]+]] = linalg.generic
// CHECK: lse.softmax dims = [1] stabilized ins(%[[LOGITS]] : tensor<?x10xf32>)
// CHECK-NOT: math.exp

#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d1)>
#map2 = affine_map<(d0, d1) -> (d0, 0)>
module {
  func.func @main(%arg0: tensor<?x64xf32>, %arg1: tensor<64x10xf32>, %arg2: tensor<10xf32>) -> tensor<?x10xf32> {
    %c0 = arith.constant 0 : index
    %cst = arith.constant 0.000000e+00 : f32
    %dim = tensor.dim %arg0, %c0 : tensor<?x64xf32>
    %0 = tensor.empty(%dim) : tensor<?x10xf32>
    %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<?x10xf32>) -> tensor<?x10xf32>
    %2 = linalg.matmul ins(%arg0, %arg1 : tensor<?x64xf32>, tensor<64x10xf32>) outs(%1 : tensor<?x10xf32>) -> tensor<?x10xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%2, %arg2 : tensor<?x10xf32>, tensor<10xf32>) outs(%0 : tensor<?x10xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %9 = arith.addf %in, %in_0 : f32
      linalg.yield %9 : f32
    } -> tensor<?x10xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%3 : tensor<?x10xf32>) outs(%0 : tensor<?x10xf32>) {
    ^bb0(%in: f32, %out: f32):
      %9 = math.exp %in : f32
      linalg.yield %9 : f32
    } -> tensor<?x10xf32>
    %5 = tensor.empty(%dim) : tensor<?x1xf32>
    %6 = linalg.fill ins(%cst : f32) outs(%5 : tensor<?x1xf32>) -> tensor<?x1xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "reduction"]} ins(%4 : tensor<?x10xf32>) outs(%6 : tensor<?x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %9 = arith.addf %in, %out : f32
      linalg.yield %9 : f32
    } -> tensor<?x1xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %7 : tensor<?x10xf32>, tensor<?x1xf32>) outs(%0 : tensor<?x10xf32>) {
    ^bb0(%in: f32, %in_0: f32, %out: f32):
      %9 = arith.divf %in, %in_0 : f32
      linalg.yield %9 : f32
    } -> tensor<?x10xf32>
    return %8 : tensor<?x10xf32>
  }
}

