// A row with one more logit in its sum.
// RUN: lse-opt %s | lse-opt | FileCheck %s
// RUN: lse-opt %s --mlir-print-op-generic | lse-opt | FileCheck %s
// RUN: lse-opt %s --canonicalize | FileCheck %s --check-prefix=CANON
// RUN: lse-opt %s --lse-decompose | FileCheck %s --check-prefix=DECOMPOSED
// RUN: lse-opt %s --lse-prepare-kernels | FileCheck %s --check-prefix=PREPARED

// The region is not left out, though it yields its arguments.
// CHECK-LABEL: func @rows
// CANON-LABEL: func @rows
// DECOMPOSED-LABEL: func @rows
// PREPARED-LABEL: func @rows
func.func @rows(%x: tensor<4x8xf32>, %s: tensor<4xf32>, %out: tensor<4x8xf32>, %l: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK:      lse.softmax dims = [1] results = [probabilities, logsumexp] indexing_maps
  // CHECK-NEXT: ^bb0(%[[X:.+]]: f32, %[[S:.+]]: f32):
  // CHECK-NEXT:   lse.yield %[[X]], %[[S]] : f32, f32
  // What is left without the probabilities keeps the sink.
  // CANON:      lse.logsumexp dims = [1]
  // CANON-NEXT: ^bb0(%[[X:.+]]: f32, %[[S:.+]]: f32):
  // CANON-NEXT:   lse.yield %[[X]], %[[S]] : f32, f32
  // The maximum begins with the sink, and the sum takes it in.
  // DECOMPOSED:      %[[SINK:.+]] = linalg.generic {{.*}} iterator_types = ["parallel"]} ins(%{{.+}} : tensor<4xf32>)
  // DECOMPOSED:      %[[MAX:.+]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins({{.*}}) outs(%[[SINK]] : tensor<4xf32>)
  // DECOMPOSED:        arith.maximumf
  // DECOMPOSED:      ins(%{{.+}}, %[[SINK]], %[[MAX]] : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
  // DECOMPOSED:        arith.subf
  // DECOMPOSED-NEXT:   math.exp
  // DECOMPOSED-NEXT:   arith.addf
  // PREPARED-NOT: linalg
  %r:2 = lse.softmax dims = [1] results = [probabilities, logsumexp]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>]
    ins(%x, %s : tensor<4x8xf32>, tensor<4xf32>) outs(%out, %l : tensor<4x8xf32>, tensor<4xf32>) logits {
  ^bb0(%in: f32, %sink: f32):
    lse.yield %in, %sink : f32, f32
  } -> (tensor<4x8xf32>, tensor<4xf32>)
  return %r#1 : tensor<4xf32>
}

// A sink that is a constant needs no input, and the only input is not all of the region.
// CHECK-LABEL: func @constant
// DECOMPOSED-LABEL: func @constant
func.func @constant(%x: tensor<4x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK:        arith.constant 0.000000e+00
  // CHECK:        lse.yield %{{.+}}, %{{.+}} : f32, f32
  // DECOMPOSED: linalg.generic {{.*}} iterator_types = ["parallel"]} outs(
  %l = lse.logsumexp dims = [0] ins(%x : tensor<4x?xf32>) outs(%out : tensor<?xf32>) logits {
  ^bb0(%in: f32):
    %sink = arith.constant 0.0 : f32
    lse.yield %in, %sink : f32, f32
  } -> tensor<?xf32>
  return %l : tensor<?xf32>
}

// Logits that no kernel computes become a tensor, and sinks another one.
// PREPARED-LABEL: func @materialized
func.func @materialized(%x: tensor<4x8xf32>, %s: tensor<4xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // PREPARED:      %[[Z:.+]] = linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]}
  // PREPARED:        math.sin
  // PREPARED:      %[[S:.+]] = linalg.generic {{.*}} iterator_types = ["parallel"]}
  // PREPARED:        math.cos
  // PREPARED:      lse.softmax dims = [1] indexing_maps = {{.*}} ins(%[[Z]], %[[S]] : tensor<4x8xf32>, tensor<4xf32>)
  // PREPARED-NEXT: ^bb0(%[[A:.+]]: f32, %[[B:.+]]: f32):
  // PREPARED-NEXT:   lse.yield %[[A]], %[[B]] : f32, f32
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>]
    ins(%x, %s : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32, %t: f32):
    %z = math.sin %in : f32
    %sink = math.cos %t : f32
    lse.yield %z, %sink : f32, f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// An attention without a kernel, for want of one dimension of scores, keeps both.
// PREPARED-LABEL: func @attention
func.func @attention(%q: tensor<8x2x4xf32>, %v: tensor<8x3xf32>, %s: tensor<8xf32>, %o: tensor<8x3xf32>, %l: tensor<8xf32>) -> (tensor<8x3xf32>, tensor<8xf32>) {
  // PREPARED:      %[[R:.+]]:2 = lse.softmax dims = [1] results = [probabilities, logsumexp]
  // PREPARED:        lse.yield %{{.+}}, %{{.+}} : f32, f32
  // PREPARED:      return %{{.+}}, %[[R]]#1
  %r:2 = lse.attention dims = [1] results = [output, logsumexp]
    indexing_maps = [affine_map<(i, j, c, d, n) -> (i, c, d)>, affine_map<(i, j, c, d, n) -> (j, c, d)>, affine_map<(i, j, c, d, n) -> (j, n)>,
                     affine_map<(i, j, c, d, n) -> (i)>, affine_map<(i, j, c, d, n) -> (i, n)>, affine_map<(i, j, c, d, n) -> (i)>]
    ins(%q, %q, %v, %s : tensor<8x2x4xf32>, tensor<8x2x4xf32>, tensor<8x3xf32>, tensor<8xf32>) outs(%o, %l : tensor<8x3xf32>, tensor<8xf32>) logits {
  ^bb0(%score: f32, %sink: f32):
    lse.yield %score, %sink : f32, f32
  } -> (tensor<8x3xf32>, tensor<8xf32>)
  return %r#0, %r#1 : tensor<8x3xf32>, tensor<8xf32>
}

// An attention of which only the log-sum-exp is used stays one.
// CANON-LABEL: func @output_is_not_used
func.func @output_is_not_used(%q: tensor<2x8x4xf32>, %l: tensor<2x8xf32>) -> tensor<2x8xf32> {
  // CANON:      %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] ins
  // CANON-NEXT: return %[[R]]#1
  %r:2 = lse.attention dims = [2] results = [output, logsumexp] ins(%q, %q, %q : tensor<2x8x4xf32>, tensor<2x8x4xf32>, tensor<2x8x4xf32>)
    outs(%q, %l : tensor<2x8x4xf32>, tensor<2x8xf32>) -> (tensor<2x8x4xf32>, tensor<2x8xf32>)
  return %r#1 : tensor<2x8xf32>
}

// CANON-LABEL: func @sums_are_not_used
func.func @sums_are_not_used(%q: tensor<2x8x4xf32>, %l: tensor<2x8xf32>) -> tensor<2x8x4xf32> {
  // CANON: lse.attention dims = [2] ins({{.*}}) outs(%{{.+}} : tensor<2x8x4xf32>) -> tensor<2x8x4xf32>
  %r:2 = lse.attention dims = [2] results = [output, logsumexp] ins(%q, %q, %q : tensor<2x8x4xf32>, tensor<2x8x4xf32>, tensor<2x8x4xf32>)
    outs(%q, %l : tensor<2x8x4xf32>, tensor<2x8xf32>) -> (tensor<2x8x4xf32>, tensor<2x8xf32>)
  return %r#0 : tensor<2x8x4xf32>
}
