func.func @shifted(%x: tensor<4x10xf32>, %mask: tensor<4x10xi1>, %e0: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<4x10xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %excluded = arith.constant dense<0xFF800000> : tensor<4x10xf32>
  %z = arith.select %mask, %x, %excluded : tensor<4x10xi1>, tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%z : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %z, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %e, %b : tensor<4x10xf32>
  %p = arith.select %mask, %q, %zero : tensor<4x10xi1>, tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

func.func @naive(%x: tensor<4x10xf32>) -> tensor<f32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zero : tensor<f32>) dimensions = [0, 1]
  // The logarithm is where the operation goes.
  %l = math.log %s : tensor<f32>
  return %l : tensor<f32>
}

func.func @extra(%x: tensor<4x10xf32>) -> tensor<4xf32> {
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%ones : tensor<4xf32>) dimensions = [1]
  // One more than the sum.
  %l = math.log %s : tensor<4xf32>
  return %l : tensor<4xf32>
}
