// RUN: lse-opt %s --lse-raise --canonicalize --cse --split-input-file | FileCheck %s

// Log-sum-exps beside attention that are not those of its rows, or are needed before
// it: each stays an operation of its own.

// Scores of other keys.
// CHECK-LABEL: func @other_keys(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>, %[[K2:[a-z0-9]+]]: tensor<2x16x6xf32>
// CHECK:         lse.logsumexp
// CHECK-NOT:     results =
// CHECK:         lse.attention dims
// CHECK-NOT:     results =
// CHECK:         return
func.func @other_keys(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>, %k2: tensor<2x16x6xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %t1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %t = linalg.batch_matmul ins(%q, %k2 : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%t1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<2x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%t : tensor<2x8x6xf32>) outs(%lowest : tensor<2x8xf32>) dimensions = [2]
  %mb = linalg.broadcast ins(%m : tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [2]
  %d = arith.subf %t, %mb : tensor<2x8x6xf32>
  %e = math.exp %d : tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %log = math.log %sum : tensor<2x8xf32>
  %l = arith.addf %m, %log : tensor<2x8xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o, %l : tensor<2x8x5xf32>, tensor<2x8xf32>
}

// -----

// Over the queries.
// CHECK-LABEL: func @over_queries(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x6x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>
// CHECK:         lse.logsumexp
// CHECK-NOT:     results =
// CHECK:         lse.attention dims
// CHECK-NOT:     results =
// CHECK:         return
func.func @over_queries(%q: tensor<2x6x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x6x5xf32>, tensor<2x6xf32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<2x6x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x6x6xf32>) -> tensor<2x6x6xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x6x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x6x6xf32>) -> tensor<2x6x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<2x6xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x6xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x6x6xf32>) outs(%lowest : tensor<2x6xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<2x6xf32>) outs(%s0 : tensor<2x6x6xf32>) dimensions = [1]
  %d = arith.subf %s, %mb : tensor<2x6x6xf32>
  %e = math.exp %d : tensor<2x6x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x6x6xf32>) outs(%zeros : tensor<2x6xf32>) dimensions = [1]
  %log = math.log %sum : tensor<2x6xf32>
  %l = arith.addf %m, %log : tensor<2x6xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x6x6xf32>) outs(%s0 : tensor<2x6x6xf32>) -> tensor<2x6x6xf32>
  %o0 = tensor.empty() : tensor<2x6x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x6x5xf32>) -> tensor<2x6x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x6x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x6x5xf32>) -> tensor<2x6x5xf32>
  return %o, %l : tensor<2x6x5xf32>, tensor<2x6xf32>
}

// -----

// Without the scale.
// CHECK-LABEL: func @without_scale(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>
// CHECK:         lse.logsumexp
// CHECK-NOT:     results =
// CHECK:         lse.attention dims
// CHECK-NOT:     results =
// CHECK:         return
func.func @without_scale(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %scale = arith.constant dense<0.25> : tensor<2x8x6xf32>
  %sc = arith.mulf %s, %scale : tensor<2x8x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<2x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowest : tensor<2x8xf32>) dimensions = [2]
  %mb = linalg.broadcast ins(%m : tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [2]
  %d = arith.subf %s, %mb : tensor<2x8x6xf32>
  %e = math.exp %d : tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %log = math.log %sum : tensor<2x8xf32>
  %l = arith.addf %m, %log : tensor<2x8xf32>
  %p = linalg.softmax dimension(2) ins(%sc : tensor<2x8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o, %l : tensor<2x8x5xf32>, tensor<2x8xf32>
}

// -----

// Without the mask.
// CHECK-LABEL: func @without_mask(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>, %[[MASK:[a-z0-9]+]]: tensor<8x6xf32>
// CHECK:         lse.logsumexp
// CHECK-NOT:     results =
// CHECK:         lse.attention dims
// CHECK-NOT:     results =
// CHECK:         return
func.func @without_mask(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>, %mask: tensor<8x6xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %maskb = linalg.broadcast ins(%mask : tensor<8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [0]
  %z = arith.addf %s, %maskb : tensor<2x8x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<2x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowest : tensor<2x8xf32>) dimensions = [2]
  %mb = linalg.broadcast ins(%m : tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [2]
  %d = arith.subf %s, %mb : tensor<2x8x6xf32>
  %e = math.exp %d : tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %log = math.log %sum : tensor<2x8xf32>
  %l = arith.addf %m, %log : tensor<2x8xf32>
  %p = linalg.softmax dimension(2) ins(%z : tensor<2x8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o, %l : tensor<2x8x5xf32>, tensor<2x8xf32>
}

// -----

// The scores are rounded for the softmax only.
// CHECK-LABEL: func @rounded_scores(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<8x16xf16>, %[[K:[a-z0-9]+]]: tensor<16x6xf16>, %[[V:[a-z0-9]+]]: tensor<6x5xf16>
// CHECK:         lse.logsumexp
// CHECK-NOT:     results =
// CHECK:         lse.attention dims
// CHECK-NOT:     results =
// CHECK:         return
func.func @rounded_scores(%q: tensor<8x16xf16>, %k: tensor<16x6xf16>, %v: tensor<6x5xf16>) -> (tensor<8x5xf32>, tensor<8xf32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %s = linalg.matmul ins(%q, %k : tensor<8x16xf16>, tensor<16x6xf16>) outs(%s1 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<8xf32>
  %zeros = arith.constant dense<0.0> : tensor<8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<8x6xf32>) outs(%lowest : tensor<8xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<8xf32>) outs(%s0 : tensor<8x6xf32>) dimensions = [1]
  %d = arith.subf %s, %mb : tensor<8x6xf32>
  %e = math.exp %d : tensor<8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<8x6xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %log = math.log %sum : tensor<8xf32>
  %l = arith.addf %m, %log : tensor<8xf32>
  %sh = arith.truncf %s : tensor<8x6xf32> to tensor<8x6xf16>
  %h0 = tensor.empty() : tensor<8x6xf16>
  %p = linalg.softmax dimension(1) ins(%sh : tensor<8x6xf16>) outs(%h0 : tensor<8x6xf16>) -> tensor<8x6xf16>
  %o0 = tensor.empty() : tensor<8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<8x5xf32>) -> tensor<8x5xf32>
  %o = linalg.matmul ins(%p, %v : tensor<8x6xf16>, tensor<6x5xf16>) outs(%o1 : tensor<8x5xf32>) -> tensor<8x5xf32>
  return %o, %l : tensor<8x5xf32>, tensor<8xf32>
}

// -----

// The values are computed from the log-sum-exp.
// CHECK-LABEL: func @used_too_early(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>
// CHECK:         lse.logsumexp
// CHECK-NOT:     results =
// CHECK:         lse.attention dims
// CHECK-NOT:     results =
// CHECK:         return
func.func @used_too_early(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<2x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowest : tensor<2x8xf32>) dimensions = [2]
  %mb = linalg.broadcast ins(%m : tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [2]
  %d = arith.subf %s, %mb : tensor<2x8x6xf32>
  %e = math.exp %d : tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %log = math.log %sum : tensor<2x8xf32>
  %l = arith.addf %m, %log : tensor<2x8xf32>
  %vn = tensor.extract %l[%c0, %c0] : tensor<2x8xf32>
  %vb0 = tensor.empty() : tensor<2x6x5xf32>
  %vb = linalg.fill ins(%vn : f32) outs(%vb0 : tensor<2x6x5xf32>) -> tensor<2x6x5xf32>
  %v2 = arith.mulf %v, %vb : tensor<2x6x5xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v2 : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o, %l : tensor<2x8x5xf32>, tensor<2x8xf32>
}

// -----

// A sink is in the sum of the probabilities, and not in the log-sum-exp.
// CHECK-LABEL: func @with_a_sink(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>, %[[SINK:[a-z0-9]+]]: tensor<2x8xf32>
// CHECK:         lse.logsumexp
// CHECK-NOT:     results =
// CHECK:         lse.attention dims
// CHECK-NOT:     results =
// CHECK:         return
func.func @with_a_sink(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>, %sink: tensor<2x8xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<2x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowest : tensor<2x8xf32>) dimensions = [2]
  %mb = linalg.broadcast ins(%m : tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [2]
  %d = arith.subf %s, %mb : tensor<2x8x6xf32>
  %e = math.exp %d : tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %log = math.log %sum : tensor<2x8xf32>
  %l = arith.addf %m, %log : tensor<2x8xf32>
  %ds = arith.subf %sink, %m : tensor<2x8xf32>
  %es = math.exp %ds : tensor<2x8xf32>
  %total = arith.addf %sum, %es : tensor<2x8xf32>
  %tb = linalg.broadcast ins(%total : tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [2]
  %p = arith.divf %e, %tb : tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o, %l : tensor<2x8x5xf32>, tensor<2x8xf32>
}

// -----

// Batch and heads are apart in the log-sum-exp alone.
// CHECK-LABEL: func @split_afterwards(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<8x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<8x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<8x6x5xf32>
// CHECK:         lse.logsumexp
// CHECK-NOT:     results =
// CHECK:         lse.attention dims
// CHECK-NOT:     results =
// CHECK:         return
func.func @split_afterwards(%q: tensor<8x8x16xf32>, %k: tensor<8x16x6xf32>, %v: tensor<8x6x5xf32>) -> (tensor<8x8x5xf32>, tensor<2x4x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<8x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<8x8x6xf32>) -> tensor<8x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<8x8x16xf32>, tensor<8x16x6xf32>) outs(%s1 : tensor<8x8x6xf32>) -> tensor<8x8x6xf32>
  %s4 = tensor.expand_shape %s [[0, 1], [2], [3]] output_shape [2, 4, 8, 6] : tensor<8x8x6xf32> into tensor<2x4x8x6xf32>
  %e4 = tensor.empty() : tensor<2x4x8x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<2x4x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x4x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s4 : tensor<2x4x8x6xf32>) outs(%lowest : tensor<2x4x8xf32>) dimensions = [3]
  %mb = linalg.broadcast ins(%m : tensor<2x4x8xf32>) outs(%e4 : tensor<2x4x8x6xf32>) dimensions = [3]
  %d = arith.subf %s4, %mb : tensor<2x4x8x6xf32>
  %e = math.exp %d : tensor<2x4x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x4x8x6xf32>) outs(%zeros : tensor<2x4x8xf32>) dimensions = [3]
  %log = math.log %sum : tensor<2x4x8xf32>
  %l = arith.addf %m, %log : tensor<2x4x8xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<8x8x6xf32>) outs(%s0 : tensor<8x8x6xf32>) -> tensor<8x8x6xf32>
  %o0 = tensor.empty() : tensor<8x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<8x8x5xf32>) -> tensor<8x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<8x8x6xf32>, tensor<8x6x5xf32>) outs(%o1 : tensor<8x8x5xf32>) -> tensor<8x8x5xf32>
  return %o, %l : tensor<8x8x5xf32>, tensor<2x4x8xf32>
}
