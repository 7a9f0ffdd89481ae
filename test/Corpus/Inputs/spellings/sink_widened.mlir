// EXPECT: softmax
#all = affine_map<(i, j) -> (i, j)>
func.func @main(%x: tensor<4x8xf32>, %y: tensor<4xbf16>, %t: tensor<4x9xf32>, %u: tensor<4x1xf32>) -> tensor<4x8xf32> {
  %two = arith.constant 2.0 : f32
  %yy = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, #all], iterator_types = ["parallel", "parallel"]} ins(%y : tensor<4xbf16>) outs(%u : tensor<4x1xf32>) {
  ^bb0(%a: bf16, %o: f32):
    %b = arith.extf %a : bf16 to f32
    linalg.yield %b : f32
  } -> tensor<4x1xf32>
  %c = tensor.concat dim(1) %x, %yy : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x9xf32>
  %h = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%c : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.mulf %a, %two : f32
    linalg.yield %0 : f32
  } -> tensor<4x9xf32>
  %p = linalg.softmax dimension(1) ins(%h : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) -> tensor<4x9xf32>
  %s = tensor.extract_slice %p[0, 0] [4, 8] [1, 1] : tensor<4x9xf32> to tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}
