func.func @main(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %rows = tensor.dim %x, %c0 : tensor<?x?xf32>
  %columns = tensor.dim %x, %c1 : tensor<?x?xf32>
  %0 = tensor.empty(%rows, %columns) : tensor<?x?xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<?x?xf32>) outs(%0 : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %p : tensor<?x?xf32>
}

func.func @dead_rows_are_zero(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %rows = tensor.dim %x, %c0 : tensor<?x?xf32>
  %columns = tensor.dim %x, %c1 : tensor<?x?xf32>
  %0 = tensor.empty(%rows, %columns) : tensor<?x?xf32>
  %p = lse.softmax dims = [1] row_death = zero ins(%x : tensor<?x?xf32>) outs(%0 : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %p : tensor<?x?xf32>
}

func.func @scaled(%x: tensor<?x?xf32>, %scale: f32) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %rows = tensor.dim %x, %c0 : tensor<?x?xf32>
  %columns = tensor.dim %x, %c1 : tensor<?x?xf32>
  %0 = tensor.empty(%rows, %columns) : tensor<?x?xf32>
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> ()>, affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x, %scale : tensor<?x?xf32>, f32) outs(%0 : tensor<?x?xf32>) logits {
  ^bb0(%in: f32, %factor: f32):
    %logit = arith.mulf %in, %factor : f32
    lse.yield %logit : f32
  } -> tensor<?x?xf32>
  return %p : tensor<?x?xf32>
}
