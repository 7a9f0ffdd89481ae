// EXPECT: softmax
func.func @main(%x: tensor<4x1xf32>, %y: tensor<4x1xf32>, %t: tensor<4x2xf32>) -> (tensor<4x1xf32>) {
  %c = tensor.concat dim(1) %x, %y : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x2xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x2xf32>) outs(%t : tensor<4x2xf32>) -> tensor<4x2xf32>
  %s = tensor.extract_slice %p[0, 0] [4, 1] [1, 1] : tensor<4x2xf32> to tensor<4x1xf32>
  return %s : tensor<4x1xf32>
}
