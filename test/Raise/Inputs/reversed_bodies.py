"""A function whose blocks come in another order than they run in, each with a body of
several steps near a sum of exponentials."""

print("""
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
func.func @f(%x: tensor<4x8xf32>, %i: tensor<4x8xf32>, %j: tensor<4xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = linalg.exp ins(%x : tensor<4x8xf32>) outs(%i : tensor<4x8xf32>) -> tensor<4x8xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  cf.br ^first
^second:
  %b = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%a, %s : tensor<4x8xf32>, tensor<4xf32>) outs(%i : tensor<4x8xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %0 = arith.mulf %in, %sum : f32
    %1 = arith.addf %0, %sum : f32
    %2 = arith.subf %1, %in : f32
    linalg.yield %2 : f32
  } -> tensor<4x8xf32>
  return %b : tensor<4x8xf32>
^first:
  %a = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %s : tensor<4x8xf32>, tensor<4xf32>) outs(%i : tensor<4x8xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %0 = arith.divf %in, %sum : f32
    %1 = arith.mulf %0, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x8xf32>
  cf.br ^second
}
""")
