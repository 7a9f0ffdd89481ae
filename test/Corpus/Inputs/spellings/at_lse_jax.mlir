// As a converted StableHLO program has jax.nn.dot_product_attention and
// jax.scipy.special.logsumexp of the same logits.
// EXPECT: attention
func.func @main(%arg0: tensor<2x5x2x8xf32>, %arg1: tensor<2x6x2x8xf32>, %arg2: tensor<2x6x2x8xf32>) -> (tensor<2x5x2x8xf32>, tensor<2x5x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %infinity = arith.constant 0x7F800000 : f32
  %qe = tensor.empty() : tensor<2x2x5x8xf32>
  %q = linalg.transpose ins(%arg0 : tensor<2x5x2x8xf32>) outs(%qe : tensor<2x2x5x8xf32>) permutation = [0, 2, 1, 3]
  %q1 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<2x2x5x8xf32> into tensor<4x5x8xf32>
  %ke = tensor.empty() : tensor<2x2x8x6xf32>
  %k = linalg.transpose ins(%arg1 : tensor<2x6x2x8xf32>) outs(%ke : tensor<2x2x8x6xf32>) permutation = [0, 2, 3, 1]
  %k1 = tensor.collapse_shape %k [[0, 1], [2], [3]] : tensor<2x2x8x6xf32> into tensor<4x8x6xf32>
  %ve = tensor.empty() : tensor<2x2x6x8xf32>
  %v = linalg.transpose ins(%arg2 : tensor<2x6x2x8xf32>) outs(%ve : tensor<2x2x6x8xf32>) permutation = [0, 2, 1, 3]
  %v1 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<2x2x6x8xf32> into tensor<4x6x8xf32>
  %s0 = tensor.empty() : tensor<4x5x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<4x5x6xf32>) -> tensor<4x5x6xf32>
  %s = linalg.batch_matmul ins(%q1, %k1 : tensor<4x5x8xf32>, tensor<4x8x6xf32>) outs(%s1 : tensor<4x5x6xf32>) -> tensor<4x5x6xf32>
  %s4 = tensor.expand_shape %s [[0, 1], [2], [3]] output_shape [2, 2, 5, 6] : tensor<4x5x6xf32> into tensor<2x2x5x6xf32>
  %e4 = tensor.empty() : tensor<2x2x5x6xf32>
  %r3 = tensor.empty() : tensor<2x2x5xf32>
  %scale = arith.constant dense<0.353553385> : tensor<2x2x5x6xf32>
  %x = linalg.map { arith.mulf } ins(%s4, %scale : tensor<2x2x5x6xf32>, tensor<2x2x5x6xf32>) outs(%e4 : tensor<2x2x5x6xf32>)
  %lows = arith.constant dense<0xFF800000> : tensor<2x2x5xf32>
  %zs = arith.constant dense<0.0> : tensor<2x2x5xf32>
  %mi = linalg.fill ins(%lowest : f32) outs(%r3 : tensor<2x2x5xf32>) -> tensor<2x2x5xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<2x2x5x6xf32>) outs(%mi : tensor<2x2x5xf32>) dimensions = [3]
  %mm = linalg.map { arith.maximumf } ins(%lows, %m : tensor<2x2x5xf32>, tensor<2x2x5xf32>) outs(%r3 : tensor<2x2x5xf32>)
  %i1 = tensor.empty() : tensor<2x2x5xi1>
  %fin = linalg.map ins(%mm : tensor<2x2x5xf32>) outs(%i1 : tensor<2x2x5xi1>)
    (%in: f32, %init: i1) {
      %abs = math.absf %in : f32
      %is = arith.cmpf one, %abs, %infinity : f32
      linalg.yield %is : i1
    }
  %sel = linalg.map { arith.select } ins(%fin, %mm, %zs : tensor<2x2x5xi1>, tensor<2x2x5xf32>, tensor<2x2x5xf32>) outs(%r3 : tensor<2x2x5xf32>)
  %sb = linalg.broadcast ins(%sel : tensor<2x2x5xf32>) outs(%e4 : tensor<2x2x5x6xf32>) dimensions = [3]
  %df = linalg.map { arith.subf } ins(%x, %sb : tensor<2x2x5x6xf32>, tensor<2x2x5x6xf32>) outs(%e4 : tensor<2x2x5x6xf32>)
  %ex = linalg.map { math.exp } ins(%df : tensor<2x2x5x6xf32>) outs(%e4 : tensor<2x2x5x6xf32>)
  %sui = linalg.fill ins(%zero : f32) outs(%r3 : tensor<2x2x5xf32>) -> tensor<2x2x5xf32>
  %su = linalg.reduce { arith.addf } ins(%ex : tensor<2x2x5x6xf32>) outs(%sui : tensor<2x2x5xf32>) dimensions = [3]
  %ab = linalg.map { math.absf } ins(%su : tensor<2x2x5xf32>) outs(%r3 : tensor<2x2x5xf32>)
  %lg = linalg.map { math.log } ins(%ab : tensor<2x2x5xf32>) outs(%r3 : tensor<2x2x5xf32>)
  %l = linalg.map { arith.addf } ins(%lg, %sel : tensor<2x2x5xf32>, tensor<2x2x5xf32>) outs(%r3 : tensor<2x2x5xf32>)
  %mxi = linalg.fill ins(%lowest : f32) outs(%r3 : tensor<2x2x5xf32>) -> tensor<2x2x5xf32>
  %mx = linalg.reduce { arith.maximumf } ins(%x : tensor<2x2x5x6xf32>) outs(%mxi : tensor<2x2x5xf32>) dimensions = [3]
  %mx2 = linalg.map { arith.maximumf } ins(%lows, %mx : tensor<2x2x5xf32>, tensor<2x2x5xf32>) outs(%r3 : tensor<2x2x5xf32>)
  %mxb = linalg.broadcast ins(%mx2 : tensor<2x2x5xf32>) outs(%e4 : tensor<2x2x5x6xf32>) dimensions = [3]
  %df2 = linalg.map { arith.subf } ins(%x, %mxb : tensor<2x2x5x6xf32>, tensor<2x2x5x6xf32>) outs(%e4 : tensor<2x2x5x6xf32>)
  %ex2 = linalg.map { math.exp } ins(%df2 : tensor<2x2x5x6xf32>) outs(%e4 : tensor<2x2x5x6xf32>)
  %su2i = linalg.fill ins(%zero : f32) outs(%r3 : tensor<2x2x5xf32>) -> tensor<2x2x5xf32>
  %su2 = linalg.reduce { arith.addf } ins(%ex2 : tensor<2x2x5x6xf32>) outs(%su2i : tensor<2x2x5xf32>) dimensions = [3]
  %su2b = linalg.broadcast ins(%su2 : tensor<2x2x5xf32>) outs(%e4 : tensor<2x2x5x6xf32>) dimensions = [3]
  %p = linalg.map { arith.divf } ins(%ex2, %su2b : tensor<2x2x5x6xf32>, tensor<2x2x5x6xf32>) outs(%e4 : tensor<2x2x5x6xf32>)
  %p3 = tensor.collapse_shape %p [[0, 1], [2], [3]] : tensor<2x2x5x6xf32> into tensor<4x5x6xf32>
  %o0 = tensor.empty() : tensor<4x5x8xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<4x5x8xf32>) -> tensor<4x5x8xf32>
  %o = linalg.batch_matmul ins(%p3, %v1 : tensor<4x5x6xf32>, tensor<4x6x8xf32>) outs(%o1 : tensor<4x5x8xf32>) -> tensor<4x5x8xf32>
  %o4 = tensor.expand_shape %o [[0, 1], [2], [3]] output_shape [2, 2, 5, 8] : tensor<4x5x8xf32> into tensor<2x2x5x8xf32>
  %ote = tensor.empty() : tensor<2x5x2x8xf32>
  %ot = linalg.transpose ins(%o4 : tensor<2x2x5x8xf32>) outs(%ote : tensor<2x5x2x8xf32>) permutation = [0, 2, 1, 3]
  %lte = tensor.empty() : tensor<2x5x2xf32>
  %lt = linalg.transpose ins(%l : tensor<2x2x5xf32>) outs(%lte : tensor<2x5x2xf32>) permutation = [0, 2, 1]
  return %ot, %lt : tensor<2x5x2x8xf32>, tensor<2x5x2xf32>
}
