// RUN: lse-opt %s --lse-raise --canonicalize --cse --split-input-file | FileCheck %s --implicit-check-not=lse.attention

// What is no attention, or would cost more as one. The softmax in it is raised.

// The probabilities are a result as well: computing the scores twice costs more
// than keeping them.
// CHECK-LABEL: func @probabilities_used
func.func @probabilities_used(%q: tensor<8x16xf32>, %k: tensor<16x6xf32>, %v: tensor<6x5xf32>) -> (tensor<8x5xf32>, tensor<8x6xf32>) {
  // CHECK: lse.softmax dims = [1]
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %s = linalg.matmul ins(%q, %k : tensor<8x16xf32>, tensor<16x6xf32>) outs(%s1 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %p = linalg.softmax dimension(1) ins(%s : tensor<8x6xf32>) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %o0 = tensor.empty() : tensor<8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<8x5xf32>) -> tensor<8x5xf32>
  %o = linalg.matmul ins(%p, %v : tensor<8x6xf32>, tensor<6x5xf32>) outs(%o1 : tensor<8x5xf32>) -> tensor<8x5xf32>
  return %o, %p : tensor<8x5xf32>, tensor<8x6xf32>
}

// -----

// Normalised over the queries.
// CHECK-LABEL: func @over_queries
func.func @over_queries(%q: tensor<6x16xf32>, %k: tensor<16x6xf32>, %v: tensor<6x5xf32>) -> tensor<6x5xf32> {
  // CHECK: lse.softmax dims = [0]
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<6x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<6x6xf32>) -> tensor<6x6xf32>
  %s = linalg.matmul ins(%q, %k : tensor<6x16xf32>, tensor<16x6xf32>) outs(%s1 : tensor<6x6xf32>) -> tensor<6x6xf32>
  %p = linalg.softmax dimension(0) ins(%s : tensor<6x6xf32>) outs(%s0 : tensor<6x6xf32>) -> tensor<6x6xf32>
  %o0 = tensor.empty() : tensor<6x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<6x5xf32>) -> tensor<6x5xf32>
  %o = linalg.matmul ins(%p, %v : tensor<6x6xf32>, tensor<6x5xf32>) outs(%o1 : tensor<6x5xf32>) -> tensor<6x5xf32>
  return %o : tensor<6x5xf32>
}

// -----

// Values weighted with the probabilities of logits that are no scores.
// CHECK-LABEL: func @pooling
func.func @pooling(%z: tensor<8x6xf32>, %v: tensor<6x5xf32>) -> tensor<8x5xf32> {
  // CHECK: lse.softmax dims = [1]
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<8x6xf32>
  %p = linalg.softmax dimension(1) ins(%z : tensor<8x6xf32>) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %o0 = tensor.empty() : tensor<8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<8x5xf32>) -> tensor<8x5xf32>
  %o = linalg.matmul ins(%p, %v : tensor<8x6xf32>, tensor<6x5xf32>) outs(%o1 : tensor<8x5xf32>) -> tensor<8x5xf32>
  return %o : tensor<8x5xf32>
}

// -----

// A dropout's factors between probabilities and values.
// CHECK-LABEL: func @dropout
func.func @dropout(%q: tensor<8x16xf32>, %k: tensor<16x6xf32>, %v: tensor<6x5xf32>, %d: tensor<8x6xf32>) -> tensor<8x5xf32> {
  // CHECK: lse.softmax dims = [1]
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %s = linalg.matmul ins(%q, %k : tensor<8x16xf32>, tensor<16x6xf32>) outs(%s1 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %p = linalg.softmax dimension(1) ins(%s : tensor<8x6xf32>) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %w = arith.mulf %p, %d : tensor<8x6xf32>
  %o0 = tensor.empty() : tensor<8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<8x5xf32>) -> tensor<8x5xf32>
  %o = linalg.matmul ins(%w, %v : tensor<8x6xf32>, tensor<6x5xf32>) outs(%o1 : tensor<8x5xf32>) -> tensor<8x5xf32>
  return %o : tensor<8x5xf32>
}

// -----

// The output is added to something: the sum does not begin at 0.
// CHECK-LABEL: func @residual
func.func @residual(%q: tensor<8x16xf32>, %k: tensor<16x6xf32>, %v: tensor<6x5xf32>, %x: tensor<8x5xf32>) -> tensor<8x5xf32> {
  // CHECK: lse.softmax dims = [1]
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %s = linalg.matmul ins(%q, %k : tensor<8x16xf32>, tensor<16x6xf32>) outs(%s1 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %p = linalg.softmax dimension(1) ins(%s : tensor<8x6xf32>) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %o = linalg.matmul ins(%p, %v : tensor<8x6xf32>, tensor<6x5xf32>) outs(%x : tensor<8x5xf32>) -> tensor<8x5xf32>
  return %o : tensor<8x5xf32>
}

// -----

// The score of each query is with itself and each key: queries have a dimension
// of keys.
// CHECK-LABEL: func @queries_of_keys
func.func @queries_of_keys(%q: tensor<8x6x16xf32>, %k: tensor<6x16xf32>, %v: tensor<6x5xf32>) -> tensor<8x5xf32> {
  // CHECK: lse.softmax dims = [1]
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %s = linalg.generic {
      indexing_maps = [affine_map<(i, j, d) -> (i, j, d)>, affine_map<(i, j, d) -> (j, d)>, affine_map<(i, j, d) -> (i, j)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%q, %k : tensor<8x6x16xf32>, tensor<6x16xf32>) outs(%s1 : tensor<8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %m = arith.mulf %x, %y : f32
    %r = arith.addf %out, %m : f32
    linalg.yield %r : f32
  } -> tensor<8x6xf32>
  %p = linalg.softmax dimension(1) ins(%s : tensor<8x6xf32>) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %o0 = tensor.empty() : tensor<8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<8x5xf32>) -> tensor<8x5xf32>
  %o = linalg.matmul ins(%p, %v : tensor<8x6xf32>, tensor<6x5xf32>) outs(%o1 : tensor<8x5xf32>) -> tensor<8x5xf32>
  return %o : tensor<8x5xf32>
}

// -----

// Heads and batch change places on the way from scores to values.
// CHECK-LABEL: func @other_heads
func.func @other_heads(%q: tensor<6x8x16xf32>, %k: tensor<6x16x7xf32>, %v: tensor<6x7x5xf32>) -> tensor<6x8x5xf32> {
  // CHECK: lse.softmax dims = [2]
  // CHECK: linalg.batch_matmul
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<6x8x7xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<6x8x7xf32>) -> tensor<6x8x7xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<6x8x16xf32>, tensor<6x16x7xf32>) outs(%s1 : tensor<6x8x7xf32>) -> tensor<6x8x7xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<6x8x7xf32>) outs(%s0 : tensor<6x8x7xf32>) -> tensor<6x8x7xf32>
  // (2, 3) and (3, 2) have the same elements in another order.
  %p4 = tensor.expand_shape %p [[0, 1], [2], [3]] output_shape [2, 3, 8, 7] : tensor<6x8x7xf32> into tensor<2x3x8x7xf32>
  %pt0 = tensor.empty() : tensor<3x2x8x7xf32>
  %pt = linalg.transpose ins(%p4 : tensor<2x3x8x7xf32>) outs(%pt0 : tensor<3x2x8x7xf32>) permutation = [1, 0, 2, 3]
  %p3 = tensor.collapse_shape %pt [[0, 1], [2], [3]] : tensor<3x2x8x7xf32> into tensor<6x8x7xf32>
  %p5 = tensor.expand_shape %p3 [[0], [1], [2, 3]] output_shape [6, 8, 7, 1] : tensor<6x8x7xf32> into tensor<6x8x7x1xf32>
  %p6 = tensor.collapse_shape %p5 [[0], [1, 2], [3]] : tensor<6x8x7x1xf32> into tensor<6x56x1xf32>
  %p7 = tensor.expand_shape %p6 [[0], [1, 2], [3]] output_shape [6, 7, 8, 1] : tensor<6x56x1xf32> into tensor<6x7x8x1xf32>
  %p8 = tensor.collapse_shape %p7 [[0], [1], [2, 3]] : tensor<6x7x8x1xf32> into tensor<6x7x8xf32>
  %o0 = tensor.empty() : tensor<6x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<6x8x5xf32>) -> tensor<6x8x5xf32>
  %q8 = tensor.empty() : tensor<6x8x7xf32>
  %p9 = linalg.transpose ins(%p8 : tensor<6x7x8xf32>) outs(%q8 : tensor<6x8x7xf32>) permutation = [0, 2, 1]
  %o = linalg.batch_matmul ins(%p9, %v : tensor<6x8x7xf32>, tensor<6x7x5xf32>) outs(%o1 : tensor<6x8x5xf32>) -> tensor<6x8x5xf32>
  return %o : tensor<6x8x5xf32>
}

// -----

// Each query is multiplied with a sum over keys: linear attention.
// CHECK-LABEL: func @linear
func.func @linear(%q: tensor<8x16xf32>, %k: tensor<16x6xf32>, %v: tensor<6x5xf32>) -> tensor<8x5xf32> {
  // CHECK: lse.softmax dims = [1]
  // CHECK: lse.softmax dims = [0]
  %zero = arith.constant 0.0 : f32
  %q0 = tensor.empty() : tensor<8x16xf32>
  %qp = linalg.softmax dimension(1) ins(%q : tensor<8x16xf32>) outs(%q0 : tensor<8x16xf32>) -> tensor<8x16xf32>
  %k0 = tensor.empty() : tensor<16x6xf32>
  %kp = linalg.softmax dimension(0) ins(%k : tensor<16x6xf32>) outs(%k0 : tensor<16x6xf32>) -> tensor<16x6xf32>
  %s0 = tensor.empty() : tensor<8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %s = linalg.matmul ins(%qp, %kp : tensor<8x16xf32>, tensor<16x6xf32>) outs(%s1 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %o0 = tensor.empty() : tensor<8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<8x5xf32>) -> tensor<8x5xf32>
  %o = linalg.matmul ins(%s, %v : tensor<8x6xf32>, tensor<6x5xf32>) outs(%o1 : tensor<8x5xf32>) -> tensor<8x5xf32>
  return %o : tensor<8x5xf32>
}

// -----

// Three heads are made two batches of, and the other way round: what is merged is
// not what was.
// CHECK-LABEL: func @other_factor
func.func @other_factor(%q: tensor<?x8x16xf32>, %k: tensor<?x16x7xf32>, %v: tensor<?x3x7x5xf32>, %b: index, %n: index) -> tensor<?x8x5xf32> {
  // CHECK: lse.softmax
  // CHECK: linalg.batch_matmul
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x8x16xf32>
  %s0 = tensor.empty(%m) : tensor<?x8x7xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<?x8x7xf32>) -> tensor<?x8x7xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<?x8x16xf32>, tensor<?x16x7xf32>) outs(%s1 : tensor<?x8x7xf32>) -> tensor<?x8x7xf32>
  %s4 = tensor.expand_shape %s [[0, 1], [2], [3]] output_shape [%b, 6, 8, 7] : tensor<?x8x7xf32> into tensor<?x6x8x7xf32>
  %p0 = tensor.empty(%b) : tensor<?x6x8x7xf32>
  %p4 = linalg.softmax dimension(3) ins(%s4 : tensor<?x6x8x7xf32>) outs(%p0 : tensor<?x6x8x7xf32>) -> tensor<?x6x8x7xf32>
  %w4 = tensor.extract_slice %p4[0, 0, 0, 0] [%b, 3, 8, 7] [1, 1, 1, 1] : tensor<?x6x8x7xf32> to tensor<?x3x8x7xf32>
  %p = tensor.collapse_shape %w4 [[0, 1], [2], [3]] : tensor<?x3x8x7xf32> into tensor<?x8x7xf32>
  %v1 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<?x3x7x5xf32> into tensor<?x7x5xf32>
  %o0 = tensor.empty(%n) : tensor<?x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<?x8x5xf32>) -> tensor<?x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v1 : tensor<?x8x7xf32>, tensor<?x7x5xf32>) outs(%o1 : tensor<?x8x5xf32>) -> tensor<?x8x5xf32>
  return %o : tensor<?x8x5xf32>
}
