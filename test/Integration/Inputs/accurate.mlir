// All three results of the same rows, as a front end writes them.
func.func @main(%x: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %elements = tensor.empty(%m, %n) : tensor<?x?xf32>
  %rows = tensor.empty(%m) : tensor<?xf32>
  %e = linalg.exp ins(%x : tensor<?x?xf32>) outs(%elements : tensor<?x?xf32>) -> tensor<?x?xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<?x?xf32>) outs(%zeros : tensor<?xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<?xf32>) outs(%elements : tensor<?x?xf32>) dimensions = [1]
  %p = linalg.div ins(%e, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%elements : tensor<?x?xf32>) -> tensor<?x?xf32>
  %l = linalg.log ins(%p : tensor<?x?xf32>) outs(%elements : tensor<?x?xf32>) -> tensor<?x?xf32>
  %z = linalg.log ins(%s : tensor<?xf32>) outs(%rows : tensor<?xf32>) -> tensor<?xf32>
  return %p, %l, %z : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>
}
