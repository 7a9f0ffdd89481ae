// EXPECT: softmax
#all = affine_map<(i, j) -> (i, j)>
func.func @main(%x: tensor<4x8xf32>, %q: tensor<4x5xf32>, %t: tensor<4x9xf32>, %u: tensor<4x1xf32>) -> tensor<4x8xf32> {
  %yy = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, 0)>, #all], iterator_types = ["parallel", "parallel"]} ins(%q : tensor<4x5xf32>) outs(%u : tensor<4x1xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<4x1xf32>
  %c = tensor.concat dim(1) %x, %yy : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x9xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) -> tensor<4x9xf32>
  %s = tensor.extract_slice %p[0, 0] [4, 8] [1, 1] : tensor<4x9xf32> to tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}
