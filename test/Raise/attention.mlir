// RUN: lse-opt %s --lse-raise --canonicalize --cse --split-input-file | FileCheck %s

// Queries and keys multiplied, scaled and masked; their softmax multiplied with
// values. A transpose of the keys is part of their map.
// CHECK-LABEL: func @plain
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x6x16xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>, %[[M:[a-z0-9]+]]: tensor<8x6xf32>
#score = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#mask = affine_map<(d0, d1, d2) -> (d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
func.func @plain(%q: tensor<2x8x16xf32>, %k: tensor<2x6x16xf32>, %v: tensor<2x6x5xf32>, %m: tensor<8x6xf32>) -> tensor<2x8x5xf32> {
  // CHECK:      %[[EMPTY:.+]] = tensor.empty() : tensor<2x8x5xf32>
  // CHECK-NEXT: %[[O:.+]] = lse.attention dims = [2] indexing_maps = [{{.*}}] stabilized ins(%[[Q]], %[[K]], %[[V]], %[[M]] : tensor<2x8x16xf32>, tensor<2x6x16xf32>, tensor<2x6x5xf32>, tensor<8x6xf32>) outs(%[[EMPTY]] : tensor<2x8x5xf32>) logits {
  // CHECK-NEXT: ^bb0(%[[SCORE:.+]]: f32, %[[MASK:.+]]: f32):
  // CHECK-NEXT:   %[[SCALE:.+]] = arith.constant 2.500000e-01 : f32
  // CHECK-NEXT:   %[[SCALED:.+]] = arith.mulf %[[SCORE]], %[[SCALE]]
  // CHECK-NEXT:   %[[LOGIT:.+]] = arith.addf %[[SCALED]], %[[MASK]]
  // CHECK-NEXT:   lse.yield %[[LOGIT]]
  // CHECK:      return %[[O]]
  %zero = arith.constant 0.0 : f32
  %zeros = arith.constant dense<0.0> : tensor<2x8xf32>
  %kt0 = tensor.empty() : tensor<2x16x6xf32>
  %kt = linalg.transpose ins(%k : tensor<2x6x16xf32>) outs(%kt0 : tensor<2x16x6xf32>) permutation = [0, 2, 1]
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %kt : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %e = linalg.generic {indexing_maps = [#score, #mask, #score], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%s, %m : tensor<2x8x6xf32>, tensor<8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %b: f32, %out: f32):
    %c = arith.constant 0.25 : f32
    %y = arith.mulf %x, %c : f32
    %z = arith.addf %y, %b : f32
    %r = math.exp %z : f32
    linalg.yield %r : f32
  } -> tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%e, %sum : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %r = arith.divf %x, %y : f32
    linalg.yield %r : f32
  } -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// -----

// Batch, of any size, and heads are one dimension for the products; keys and
// values are those of fewer heads, repeated.
// CHECK-DAG: #[[Q:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3, d5)>
// CHECK-DAG: #[[K:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d4, d5)>
// CHECK-DAG: #[[V:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d4, d6)>
// CHECK-DAG: #[[O:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3, d6)>
// CHECK-LABEL: func @grouped
// CHECK-SAME:    %[[ARG0:[a-z0-9]+]]: tensor<?x6x8x16xf32>, %[[ARG1:[a-z0-9]+]]: tensor<?x3x7x16xf32>, %[[ARG2:[a-z0-9]+]]: tensor<?x3x7x5xf32>
#in = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
#repeated = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
func.func @grouped(%q: tensor<?x6x8x16xf32>, %k: tensor<?x3x7x16xf32>, %v: tensor<?x3x7x5xf32>) -> tensor<?x6x8x5xf32> {
  // CHECK:      %[[HEADS:.+]] = tensor.expand_shape %[[ARG0]] {{\[}}[0], [1, 2], [3], [4]] output_shape [%{{.+}}, 3, 2, 8, 16]
  // CHECK:      %[[R:.+]] = lse.attention dims = [4] indexing_maps = [#[[Q]], #[[K]], #[[V]], #[[O]]] ins(%[[HEADS]], %[[ARG1]], %[[ARG2]] : tensor<?x3x2x8x16xf32>, tensor<?x3x7x16xf32>, tensor<?x3x7x5xf32>) outs(%{{.+}} : tensor<?x3x2x8x5xf32>)
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %b = tensor.dim %q, %c0 : tensor<?x6x8x16xf32>
  %kr0 = tensor.empty(%b) : tensor<?x3x2x7x16xf32>
  %kr = linalg.generic {indexing_maps = [#in, #repeated], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}
      ins(%k : tensor<?x3x7x16xf32>) outs(%kr0 : tensor<?x3x2x7x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    linalg.yield %x : f32
  } -> tensor<?x3x2x7x16xf32>
  %vr0 = tensor.empty(%b) : tensor<?x3x2x7x5xf32>
  %vr = linalg.generic {indexing_maps = [#in, #repeated], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}
      ins(%v : tensor<?x3x7x5xf32>) outs(%vr0 : tensor<?x3x2x7x5xf32>) {
  ^bb0(%x: f32, %out: f32):
    linalg.yield %x : f32
  } -> tensor<?x3x2x7x5xf32>
  %q1 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<?x6x8x16xf32> into tensor<?x8x16xf32>
  %k1 = tensor.collapse_shape %kr [[0, 1, 2], [3], [4]] : tensor<?x3x2x7x16xf32> into tensor<?x7x16xf32>
  %v1 = tensor.collapse_shape %vr [[0, 1, 2], [3], [4]] : tensor<?x3x2x7x5xf32> into tensor<?x7x5xf32>
  %n = tensor.dim %q1, %c0 : tensor<?x8x16xf32>
  %s0 = tensor.empty(%n) : tensor<?x8x7xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<?x8x7xf32>) -> tensor<?x8x7xf32>
  %s = linalg.generic {
      indexing_maps = [affine_map<(b, i, j, d) -> (b, i, d)>, affine_map<(b, i, j, d) -> (b, j, d)>, affine_map<(b, i, j, d) -> (b, i, j)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%q1, %k1 : tensor<?x8x16xf32>, tensor<?x7x16xf32>) outs(%s1 : tensor<?x8x7xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %a = arith.mulf %x, %y : f32
    %r = arith.addf %out, %a : f32
    linalg.yield %r : f32
  } -> tensor<?x8x7xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<?x8x7xf32>) outs(%s0 : tensor<?x8x7xf32>) -> tensor<?x8x7xf32>
  %o0 = tensor.empty(%n) : tensor<?x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<?x8x5xf32>) -> tensor<?x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v1 : tensor<?x8x7xf32>, tensor<?x7x5xf32>) outs(%o1 : tensor<?x8x5xf32>) -> tensor<?x8x5xf32>
  %r = tensor.expand_shape %o [[0, 1], [2], [3]] output_shape [%b, 6, 8, 5] : tensor<?x8x5xf32> into tensor<?x6x8x5xf32>
  return %r : tensor<?x6x8x5xf32>
}

// -----

// Sums in f32 of half-precision queries and keys, probabilities rounded to half
// precision.
// CHECK-LABEL: func @half
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<8x16xf16>, %[[K:[a-z0-9]+]]: tensor<16x6xf16>, %[[V:[a-z0-9]+]]: tensor<6x5xf16>
func.func @half(%q: tensor<8x16xf16>, %k: tensor<16x6xf16>, %v: tensor<6x5xf16>) -> tensor<8x5xf32> {
  // CHECK:      lse.attention dims = [1] indexing_maps = [{{.*}}] ins(%[[Q]], %[[K]], %[[V]] : {{.*}}) outs(%{{.+}} : tensor<8x5xf32>) logits {
  // CHECK-NEXT: ^bb0(%[[SCORE:.+]]: f32):
  // CHECK-NEXT:   arith.truncf %[[SCORE]] : f32 to f16
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %s = linalg.matmul ins(%q, %k : tensor<8x16xf16>, tensor<16x6xf16>) outs(%s1 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %sh = arith.truncf %s : tensor<8x6xf32> to tensor<8x6xf16>
  %p0 = tensor.empty() : tensor<8x6xf16>
  %p = linalg.softmax dimension(1) ins(%sh : tensor<8x6xf16>) outs(%p0 : tensor<8x6xf16>) -> tensor<8x6xf16>
  %o0 = tensor.empty() : tensor<8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<8x5xf32>) -> tensor<8x5xf32>
  %o = linalg.matmul ins(%p, %v : tensor<8x6xf16>, tensor<6x5xf16>) outs(%o1 : tensor<8x5xf32>) -> tensor<8x5xf32>
  return %o : tensor<8x5xf32>
}

// -----

// Heads stay where they are: every operand has its own order, positions are
// those of a causal mask, and a bias is computed by a product, too.
// CHECK-LABEL: func @einsum
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<8x4x16xf32>, %[[K:[a-z0-9]+]]: tensor<6x4x16xf32>, %[[V:[a-z0-9]+]]: tensor<6x4x5xf32>
func.func @einsum(%q: tensor<8x4x16xf32>, %k: tensor<6x4x16xf32>, %v: tensor<6x4x5xf32>, %a: tensor<8x3xf32>, %b: tensor<3x6xf32>) -> tensor<5x8x4xf32> {
  // CHECK:      %[[BIAS:.+]] = linalg.matmul
  // CHECK:      lse.attention dims = [2] indexing_maps = [{{.*}}] ins(%[[Q]], %[[K]], %[[V]], %[[BIAS]] : {{.*}}) outs(%{{.+}} : tensor<5x8x4xf32>) logits {
  // CHECK-NEXT: ^bb0(%[[SCORE:.+]]: f32, %[[IN:.+]]: f32):
  // CHECK-DAG:    %[[I:.+]] = lse.index 0
  // CHECK-DAG:    %[[J:.+]] = lse.index 2
  // CHECK:        %[[SEEN:.+]] = arith.cmpi sle, %[[J]], %[[I]]
  // CHECK:        %[[BIASED:.+]] = arith.addf %[[SCORE]], %[[IN]]
  // CHECK:        arith.select %[[SEEN]], %[[BIASED]], %{{.+}}
  %zero = arith.constant 0.0 : f32
  %b0 = tensor.empty() : tensor<8x6xf32>
  %b1 = linalg.fill ins(%zero : f32) outs(%b0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %bias = linalg.matmul ins(%a, %b : tensor<8x3xf32>, tensor<3x6xf32>) outs(%b1 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %s0 = tensor.empty() : tensor<4x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %s = linalg.generic {
      indexing_maps = [affine_map<(h, i, j, d) -> (j, h, d)>, affine_map<(h, i, j, d) -> (i, h, d)>, affine_map<(h, i, j, d) -> (h, i, j)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%k, %q : tensor<6x4x16xf32>, tensor<8x4x16xf32>) outs(%s1 : tensor<4x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %m = arith.mulf %x, %y : f32
    %r = arith.addf %out, %m : f32
    linalg.yield %r : f32
  } -> tensor<4x8x6xf32>
  %z = linalg.generic {
      indexing_maps = [affine_map<(h, i, j) -> (h, i, j)>, affine_map<(h, i, j) -> (i, j)>, affine_map<(h, i, j) -> (h, i, j)>],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%s, %bias : tensor<4x8x6xf32>, tensor<8x6xf32>) outs(%s0 : tensor<4x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %minus_infinity = arith.constant 0xFF800000 : f32
    %i = linalg.index 1 : index
    %j = linalg.index 2 : index
    %is_seen = arith.cmpi sle, %j, %i : index
    %w = arith.addf %x, %y : f32
    %r = arith.select %is_seen, %w, %minus_infinity : f32
    linalg.yield %r : f32
  } -> tensor<4x8x6xf32>
  %p = linalg.softmax dimension(2) ins(%z : tensor<4x8x6xf32>) outs(%s0 : tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %o0 = tensor.empty() : tensor<5x8x4xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<5x8x4xf32>) -> tensor<5x8x4xf32>
  %o = linalg.generic {
      indexing_maps = [affine_map<(n, i, h, j) -> (j, h, n)>, affine_map<(n, i, h, j) -> (h, i, j)>, affine_map<(n, i, h, j) -> (n, i, h)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%v, %p : tensor<6x4x5xf32>, tensor<4x8x6xf32>) outs(%o1 : tensor<5x8x4xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %m = arith.mulf %x, %y : f32
    %r = arith.addf %out, %m : f32
    linalg.yield %r : f32
  } -> tensor<5x8x4xf32>
  return %o : tensor<5x8x4xf32>
}

// -----

// Nothing says that the batches are the same, but that they are multiplied; the
// extents of the product of batch and heads are computed.
// CHECK-LABEL: func @computed_extents
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<?x2x?x8xf32>, %[[K:[a-z0-9]+]]: tensor<?x2x8x?xf32>, %[[V:[a-z0-9]+]]: tensor<?x2x?x8xf32>
func.func @computed_extents(%q: tensor<?x2x?x8xf32>, %k: tensor<?x2x8x?xf32>, %v: tensor<?x2x?x8xf32>, %b: index) -> tensor<?x?x8xf32> {
  // CHECK-DAG: %[[C0:.+]] = arith.constant 0
  // CHECK-DAG: %[[C2:.+]] = arith.constant 2
  // CHECK-DAG: %[[B:.+]] = tensor.dim %{{.+}}, %[[C0]]
  // CHECK-DAG: %[[N:.+]] = tensor.dim %[[Q]], %[[C2]]
  // CHECK-NOT: linalg.
  // CHECK:     lse.attention dims = [3] indexing_maps = [{{.*}}] ins(%[[Q]], %[[K]], %[[V]] : {{.*}}) outs(%{{.+}} : tensor<?x2x?x8xf32>)
  // CHECK:     tensor.collapse_shape
  // CHECK-NOT: linalg.
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %q, %c2 : tensor<?x2x?x8xf32>
  %m = tensor.dim %k, %c3 : tensor<?x2x8x?xf32>
  %bh = arith.muli %b, %c2 : index
  %q1 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<?x2x?x8xf32> into tensor<?x?x8xf32>
  %k1 = tensor.collapse_shape %k [[0, 1], [2], [3]] : tensor<?x2x8x?xf32> into tensor<?x8x?xf32>
  %s0 = tensor.empty(%bh, %n, %m) : tensor<?x?x?xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %s = linalg.batch_matmul ins(%q1, %k1 : tensor<?x?x8xf32>, tensor<?x8x?xf32>) outs(%s1 : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %s4 = tensor.expand_shape %s [[0, 1], [2], [3]] output_shape [%b, 2, %n, %m] : tensor<?x?x?xf32> into tensor<?x2x?x?xf32>
  %p0 = tensor.empty(%b, %n, %m) : tensor<?x2x?x?xf32>
  %p4 = linalg.softmax dimension(3) ins(%s4 : tensor<?x2x?x?xf32>) outs(%p0 : tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
  %p = tensor.collapse_shape %p4 [[0, 1], [2], [3]] : tensor<?x2x?x?xf32> into tensor<?x?x?xf32>
  %v1 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<?x2x?x8xf32> into tensor<?x?x8xf32>
  %o0 = tensor.empty(%bh, %n) : tensor<?x?x8xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %o = linalg.batch_matmul ins(%p, %v1 : tensor<?x?x?xf32>, tensor<?x?x8xf32>) outs(%o1 : tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %o : tensor<?x?x8xf32>
}

// -----

// Products by name, with maps of their own.
// CHECK-LABEL: func @contracted
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x6x16xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>
#q = affine_map<(b, i, j, d) -> (b, i, d)>
#k = affine_map<(b, i, j, d) -> (b, j, d)>
#o = affine_map<(b, i, j, d) -> (b, i, j)>
func.func @contracted(%q: tensor<2x8x16xf32>, %k: tensor<2x6x16xf32>, %v: tensor<2x6x5xf32>) -> tensor<2x8x5xf32> {
  // CHECK: lse.attention dims = [2] ins(%[[Q]], %[[K]], %[[V]] : {{.*}} -> tensor<2x8x5xf32>
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.contract indexing_maps = [#q, #k, #o] ins(%q, %k : tensor<2x8x16xf32>, tensor<2x6x16xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// -----

// One query.
// CHECK-LABEL: func @vectors
func.func @vectors(%q: tensor<16xf32>, %k: tensor<6x16xf32>, %v: tensor<6x5xf32>) -> tensor<5xf32> {
  // CHECK: lse.attention dims = [0] indexing_maps = [{{.*}}] ins(%arg0, %arg1, %arg2 : tensor<16xf32>, tensor<6x16xf32>, tensor<6x5xf32>)
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<6xf32>) -> tensor<6xf32>
  %s = linalg.matvec ins(%k, %q : tensor<6x16xf32>, tensor<16xf32>) outs(%s1 : tensor<6xf32>) -> tensor<6xf32>
  %p = linalg.softmax dimension(0) ins(%s : tensor<6xf32>) outs(%s0 : tensor<6xf32>) -> tensor<6xf32>
  %o0 = tensor.empty() : tensor<5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<5xf32>) -> tensor<5xf32>
  %o = linalg.vecmat ins(%p, %v : tensor<6xf32>, tensor<6x5xf32>) outs(%o1 : tensor<5xf32>) -> tensor<5xf32>
  return %o : tensor<5xf32>
}

// -----

// A bias that is a product, too, comes before the score. The batch of one is that
// of every operand.
// CHECK-DAG: #[[QMAP:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3)>
// CHECK-DAG: #[[KMAP:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d3)>
// CHECK-DAG: #[[VMAP:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d4)>
// CHECK-DAG: #[[OMAP:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4)>
// CHECK-LABEL: func @bias_before_score
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<1x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<1x6x16xf32>, %[[V:[a-z0-9]+]]: tensor<1x6x5xf32>
#q = affine_map<(b, i, j, d) -> (b, i, d)>
#k = affine_map<(b, i, j, d) -> (b, j, d)>
#o = affine_map<(b, i, j, d) -> (b, i, j)>
func.func @bias_before_score(%q: tensor<1x8x16xf32>, %k: tensor<1x6x16xf32>, %v: tensor<1x6x5xf32>, %r: tensor<1x6x16xf32>, %u: tensor<1x6x16xf32>) -> tensor<1x8x5xf32> {
  // CHECK: %[[BIAS:.+]] = linalg.generic
  // CHECK: lse.attention dims = [2] indexing_maps = [#[[QMAP]], #[[KMAP]], #[[VMAP]], #{{.+}}, #[[OMAP]]] ins(%[[Q]], %[[K]], %[[V]], %[[BIAS]] : {{.*}}) outs(%{{.+}} : tensor<1x8x5xf32>) logits {
  %zero = arith.constant 0.0 : f32
  %b0 = tensor.empty() : tensor<1x6xf32>
  %b1 = linalg.fill ins(%zero : f32) outs(%b0 : tensor<1x6xf32>) -> tensor<1x6xf32>
  %b = linalg.generic {indexing_maps = [affine_map<(b, j, d) -> (b, j, d)>, affine_map<(b, j, d) -> (b, j, d)>, affine_map<(b, j, d) -> (b, j)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%r, %u : tensor<1x6x16xf32>, tensor<1x6x16xf32>) outs(%b1 : tensor<1x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %m = arith.mulf %x, %y : f32
    %a = arith.addf %out, %m : f32
    linalg.yield %a : f32
  } -> tensor<1x6xf32>
  %s0 = tensor.empty() : tensor<1x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<1x8x6xf32>) -> tensor<1x8x6xf32>
  %s = linalg.contract indexing_maps = [#q, #k, #o] ins(%q, %k : tensor<1x8x16xf32>, tensor<1x6x16xf32>) outs(%s1 : tensor<1x8x6xf32>) -> tensor<1x8x6xf32>
  %bb = linalg.broadcast ins(%b : tensor<1x6xf32>) outs(%s0 : tensor<1x8x6xf32>) dimensions = [1]
  %z = arith.addf %bb, %s : tensor<1x8x6xf32>
  %p = linalg.softmax dimension(2) ins(%z : tensor<1x8x6xf32>) outs(%s0 : tensor<1x8x6xf32>) -> tensor<1x8x6xf32>
  %o0 = tensor.empty() : tensor<1x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<1x8x5xf32>) -> tensor<1x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<1x8x6xf32>, tensor<1x6x5xf32>) outs(%o1 : tensor<1x8x5xf32>) -> tensor<1x8x5xf32>
  return %o : tensor<1x8x5xf32>
}

// -----

// Extents are those of what is read: nothing of the scores is left.
#score = affine_map<(q, k, d) -> (q, k)>
#query = affine_map<(q, k, d) -> (q, d)>
#key = affine_map<(q, k, d) -> (k, d)>
#all = affine_map<(q, k) -> (q, k)>
#rows = affine_map<(q, k) -> (q)>
#weight = affine_map<(q, d, k) -> (q, k)>
#value = affine_map<(q, d, k) -> (k, d)>
#output = affine_map<(q, d, k) -> (q, d)>
// CHECK-LABEL: func @dynamic
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<?x?xf32>, %[[K:[a-z0-9]+]]: tensor<?x?xf32>, %[[V:[a-z0-9]+]]: tensor<?x?xf32>
// CHECK-NOT:   linalg
// CHECK:       lse.attention {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT:   linalg
// CHECK:       return
func.func @dynamic(%q: tensor<?x?xf32>, %k: tensor<?x?xf32>, %v: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %q, %c0 : tensor<?x?xf32>
  %n = tensor.dim %k, %c0 : tensor<?x?xf32>
  %w = tensor.dim %v, %c1 : tensor<?x?xf32>
  %i = tensor.empty(%m, %n) : tensor<?x?xf32>
  %j = tensor.empty(%m) : tensor<?xf32>
  %i0 = linalg.fill ins(%zero : f32) outs(%i : tensor<?x?xf32>) -> tensor<?x?xf32>
  %s = linalg.generic {indexing_maps = [#query, #key, #score], iterator_types = ["parallel", "parallel", "reduction"]} ins(%q, %k : tensor<?x?xf32>, tensor<?x?xf32>) outs(%i0 : tensor<?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %0, %out : f32
    linalg.yield %1 : f32
  } -> tensor<?x?xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%j : tensor<?xf32>) -> tensor<?xf32>
  %max = linalg.reduce { arith.maximumf } ins(%s : tensor<?x?xf32>) outs(%m0 : tensor<?xf32>) dimensions = [1]
  %e = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%s, %max : tensor<?x?xf32>, tensor<?xf32>) outs(%i : tensor<?x?xf32>) {
  ^bb0(%in: f32, %shift: f32, %out: f32):
    %0 = arith.subf %in, %shift : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<?x?xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%j : tensor<?xf32>) -> tensor<?xf32>
  %z = linalg.reduce { arith.addf } ins(%e : tensor<?x?xf32>) outs(%z0 : tensor<?xf32>) dimensions = [1]
  %p = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %z : tensor<?x?xf32>, tensor<?xf32>) outs(%i : tensor<?x?xf32>) {
  ^bb0(%in: f32, %by: f32, %out: f32):
    %0 = arith.divf %in, %by : f32
    linalg.yield %0 : f32
  } -> tensor<?x?xf32>
  %o = tensor.empty(%m, %w) : tensor<?x?xf32>
  %o0 = linalg.fill ins(%zero : f32) outs(%o : tensor<?x?xf32>) -> tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [#weight, #value, #output], iterator_types = ["parallel", "parallel", "reduction"]} ins(%p, %v : tensor<?x?xf32>, tensor<?x?xf32>) outs(%o0 : tensor<?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %0, %out : f32
    linalg.yield %1 : f32
  } -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}
