// RUN: lse-opt %s --lse-raise --canonicalize --cse --split-input-file | FileCheck %s
// RUN: lse-opt %s --lse-raise --split-input-file --remarks-filter=lse-raise -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARKS
// RUN: lse-opt %s --lse-raise=numerics=accurate --split-input-file | FileCheck %s --check-prefix=ACCURATE --implicit-check-not="results ="

// Log-sum-exps of the scores beside attention: one operation computes both.
// REMARKS:       [Passed] attention | {{.*}}over dimension 2, with the log-sum-exp of each row
// REMARKS-NOT:   [Passed] logsumexp
// REMARKS:       [Passed] attention
// With accurate numerics, which attention has no kernel for, they stay apart.
// ACCURATE:      lse.logsumexp dims = [2] numerics = accurate
// ACCURATE:      lse.attention dims = [2] {{.*}} numerics = accurate

// The log-sum-exp comes first. Scale and mask are those of both.
// CHECK-LABEL: func @before_softmax(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>, %[[MASK:[a-z0-9]+]]: tensor<8x6xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]], %[[MASK]] :
// CHECK-NEXT:    ^bb0(%[[SCORE:.+]]: f32, %[[IN:.+]]: f32):
// CHECK:           %[[SCALED:.+]] = arith.mulf %[[SCORE]], %{{.+}} : f32
// CHECK-NEXT:      arith.addf %[[SCALED]], %[[IN]] : f32
// CHECK-NOT:     linalg.
// CHECK:         return %[[R]]#0, %[[R]]#1 :
func.func @before_softmax(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>, %mask: tensor<8x6xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %scale = arith.constant dense<0.25> : tensor<2x8x6xf32>
  %sc = arith.mulf %s, %scale : tensor<2x8x6xf32>
  %maskb = linalg.broadcast ins(%mask : tensor<8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [0]
  %z = arith.addf %sc, %maskb : tensor<2x8x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<2x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%z : tensor<2x8x6xf32>) outs(%lowest : tensor<2x8xf32>) dimensions = [2]
  %mb = linalg.broadcast ins(%m : tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [2]
  %d = arith.subf %z, %mb : tensor<2x8x6xf32>
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

// Maximum and sum are those of the softmax, and the logarithm comes last.
// CHECK-LABEL: func @after_output(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT:     linalg.
// CHECK:         %[[L:.+]] = tensor.expand_shape %[[R]]#1 {{\[}}[0], [1, 2]]
// CHECK:         return %[[R]]#0, %[[L]] :
func.func @after_output(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x8x5xf32>, tensor<2x8x1xf32>) {
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
  %sumb = linalg.broadcast ins(%sum : tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [2]
  %p = arith.divf %e, %sumb : tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %log = math.log %sum : tensor<2x8xf32>
  %l = arith.addf %m, %log : tensor<2x8xf32>
  %l1 = tensor.expand_shape %l [[0], [1, 2]] output_shape [2, 8, 1] : tensor<2x8xf32> into tensor<2x8x1xf32>
  return %o, %l1 : tensor<2x8x5xf32>, tensor<2x8x1xf32>
}

// -----

// What is weighted by exponentials is divided at last.
// CHECK-LABEL: func @deferred_division(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT:     linalg.
// CHECK:         return %[[R]]#0, %[[R]]#1 :
func.func @deferred_division(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>) {
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
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%e, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %sumb = linalg.broadcast ins(%sum : tensor<2x8xf32>) outs(%o0 : tensor<2x8x5xf32>) dimensions = [2]
  %r = arith.divf %o, %sumb : tensor<2x8x5xf32>
  return %r, %l : tensor<2x8x5xf32>, tensor<2x8xf32>
}

// -----

// The probabilities are made of the log-sum-exp.
// CHECK-LABEL: func @from_logsumexp(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT:     linalg.
// CHECK:         return %[[R]]#0, %[[R]]#1 :
func.func @from_logsumexp(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>) {
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
  %lb = linalg.broadcast ins(%l : tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [2]
  %d2 = arith.subf %s, %lb : tensor<2x8x6xf32>
  %p = math.exp %d2 : tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o, %l : tensor<2x8x5xf32>, tensor<2x8xf32>
}

// -----

// A maximum that is infinite is replaced, as by `torch.logsumexp`; the row's dimension is
// kept. Rows without keys are answered with `-inf` either way.
// CHECK-LABEL: func @guarded_maximum(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT:     linalg.
// CHECK:         %[[L:.+]] = tensor.expand_shape %[[R]]#1 {{\[}}[0], [1, 2]]
// CHECK:         return %[[L]], %[[R]]#0 :
#all = affine_map<(b, i, j) -> (b, i, j)>
#kept = affine_map<(b, i, j) -> (b, i, 0)>
func.func @guarded_maximum(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x8x1xf32>, tensor<2x8x5xf32>) {
  %zero = arith.constant 0.0 : f32
  %infinity = arith.constant 0x7FF0000000000000 : f64
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<2x8x1xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x8x1xf32>
  %m = linalg.generic {indexing_maps = [#all, #kept], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%s : tensor<2x8x6xf32>) outs(%lowest : tensor<2x8x1xf32>) {
  ^bb0(%a0: f32, %out: f32):
    %r = arith.maximumf %a0, %out : f32
    linalg.yield %r : f32
  } -> tensor<2x8x1xf32>
  %r1 = tensor.empty() : tensor<2x8x1xf32>
  %guarded = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%m : tensor<2x8x1xf32>) outs(%r1 : tensor<2x8x1xf32>) {
  ^bb0(%a0: f32, %out: f32):
    %abs = math.absf %a0 : f32
    %wide = arith.extf %abs : f32 to f64
    %is = arith.cmpf oeq, %wide, %infinity : f64
    %r = arith.select %is, %zero, %a0 : f32
    linalg.yield %r : f32
  } -> tensor<2x8x1xf32>
  %e = linalg.generic {indexing_maps = [#all, #kept, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%s, %guarded : tensor<2x8x6xf32>, tensor<2x8x1xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%a0: f32, %a1: f32, %out: f32):
    %dx = arith.subf %a0, %a1 : f32
    %r = math.exp %dx : f32
    linalg.yield %r : f32
  } -> tensor<2x8x6xf32>
  %sum = linalg.generic {indexing_maps = [#all, #kept], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8x1xf32>) {
  ^bb0(%a0: f32, %out: f32):
    %r = arith.addf %a0, %out : f32
    linalg.yield %r : f32
  } -> tensor<2x8x1xf32>
  %log = math.log %sum : tensor<2x8x1xf32>
  %l = arith.addf %log, %guarded : tensor<2x8x1xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %l, %o : tensor<2x8x1xf32>, tensor<2x8x5xf32>
}

// -----

// What uses it comes before the product that the attention is otherwise put before.
// CHECK-LABEL: func @used_between(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>, %[[W:[a-z0-9]+]]: tensor<2x8xf32>
// CHECK-NOT:     linalg.
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK:         %[[U:.+]] = arith.mulf %[[R]]#1, %[[W]]
// CHECK:         return %[[R]]#0, %[[U]] :
func.func @used_between(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>, %w: tensor<2x8xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>) {
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
  %u = arith.mulf %l, %w : tensor<2x8xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o, %u : tensor<2x8x5xf32>, tensor<2x8xf32>
}

// -----

// The same by what nothing needs.
// CHECK-LABEL: func @dead_code(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>
// CHECK-NOT:     linalg.
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT:     linalg.
// CHECK:         return %[[R]]#0, %[[R]]#1 :
func.func @dead_code(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>) {
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
  %u = arith.negf %l : tensor<2x8xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o, %l : tensor<2x8x5xf32>, tensor<2x8xf32>
}

// -----

// Computed twice, in two shapes; a factor for another base stays beside it.
// CHECK-LABEL: func @several(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>
// CHECK-NOT:     linalg.
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT:     linalg.
// CHECK-DAG:     %[[ONE:.+]] = tensor.expand_shape %[[R]]#1
// CHECK-DAG:     %[[TWO:.+]] = arith.mulf %[[R]]#1, %{{.+}}
// CHECK:         return %[[R]]#0, %[[TWO]], %[[ONE]] :
#all = affine_map<(b, i, j) -> (b, i, j)>
#kept = affine_map<(b, i, j) -> (b, i, 0)>
func.func @several(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>, tensor<2x8x1xf32>) {
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
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %lowest1 = arith.constant dense<0xFF800000> : tensor<2x8x1xf32>
  %zeros1 = arith.constant dense<0.0> : tensor<2x8x1xf32>
  %m1 = linalg.generic {indexing_maps = [#all, #kept], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%s : tensor<2x8x6xf32>) outs(%lowest1 : tensor<2x8x1xf32>) {
  ^bb0(%a0: f32, %out: f32):
    %r = arith.maximumf %a0, %out : f32
    linalg.yield %r : f32
  } -> tensor<2x8x1xf32>
  %e1 = linalg.generic {indexing_maps = [#all, #kept, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%s, %m1 : tensor<2x8x6xf32>, tensor<2x8x1xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%a0: f32, %a1: f32, %out: f32):
    %dx = arith.subf %a0, %a1 : f32
    %r = math.exp %dx : f32
    linalg.yield %r : f32
  } -> tensor<2x8x6xf32>
  %t1 = linalg.generic {indexing_maps = [#all, #kept], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%e1 : tensor<2x8x6xf32>) outs(%zeros1 : tensor<2x8x1xf32>) {
  ^bb0(%a0: f32, %out: f32):
    %r = arith.addf %a0, %out : f32
    linalg.yield %r : f32
  } -> tensor<2x8x1xf32>
  %log1 = math.log %t1 : tensor<2x8x1xf32>
  %l1 = arith.addf %m1, %log1 : tensor<2x8x1xf32>
  %log2e = arith.constant dense<1.44269502> : tensor<2x8xf32>
  %l2 = arith.mulf %l, %log2e : tensor<2x8xf32>
  return %o, %l2, %l1 : tensor<2x8x5xf32>, tensor<2x8xf32>, tensor<2x8x1xf32>
}

// -----

// No maximum is subtracted, and a number is added to the logarithm.
// CHECK-LABEL: func @unshifted(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>
// CHECK-NOT:     linalg.
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}} stabilized ins(%[[Q]], %[[K]], %[[V]] :
// CHECK:         %[[L:.+]] = linalg.generic {{.*}} outs(%[[R]]#1 :
// CHECK:           arith.addf
// CHECK:         return %[[R]]#0, %[[L]] :
#rows = affine_map<(b, i) -> (b, i)>
func.func @unshifted(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %e = math.exp %s : tensor<2x8x6xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x8xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %r0 = tensor.empty() : tensor<2x8xf32>
  %l = linalg.generic {indexing_maps = [#rows, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%sum : tensor<2x8xf32>) outs(%r0 : tensor<2x8xf32>) {
  ^bb0(%a0: f32, %out: f32):
    %c = arith.constant 0.5 : f32
    %lx = math.log %a0 : f32
    %r = arith.addf %lx, %c : f32
    linalg.yield %r : f32
  } -> tensor<2x8xf32>
  %sumb = linalg.broadcast ins(%sum : tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [2]
  %p = arith.divf %e, %sumb : tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o, %l : tensor<2x8x5xf32>, tensor<2x8xf32>
}

// -----

// What is added to all of a row cancels in the output, and does not in its log-sum-exp.
// CHECK-LABEL: func @with_row_bias(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>, %[[BIAS:[a-z0-9]+]]: tensor<2x8xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]], %[[BIAS]] :
// CHECK-NEXT:    ^bb0(%[[SCORE:.+]]: f32, %[[IN:.+]]: f32):
// CHECK-NEXT:      arith.addf %[[SCORE]], %[[IN]] : f32
// CHECK-NOT:     linalg.
// CHECK:         return %[[R]]#0, %[[R]]#1 :
func.func @with_row_bias(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>, %bias: tensor<2x8xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %biasb = linalg.broadcast ins(%bias : tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [2]
  %z = arith.addf %s, %biasb : tensor<2x8x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<2x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%z : tensor<2x8x6xf32>) outs(%lowest : tensor<2x8xf32>) dimensions = [2]
  %mb = linalg.broadcast ins(%m : tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [2]
  %d = arith.subf %z, %mb : tensor<2x8x6xf32>
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

// Batch, of any size, and heads are one dimension for the products and for the
// log-sum-exp, not for the mask.
// CHECK-LABEL: func @merged(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<?x4x?x8xf32>, %[[K:[a-z0-9]+]]: tensor<?x4x?x8xf32>, %[[V:[a-z0-9]+]]: tensor<?x4x?x8xf32>, %[[MASK:[a-z0-9]+]]: tensor<?x1x?x?xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [3] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]], %[[MASK]] :
// CHECK-NOT:     linalg.
// CHECK:         %[[L:.+]] = tensor.collapse_shape %[[R]]#1 {{\[}}[0, 1], [2]] : tensor<?x4x?xf32> into tensor<?x?xf32>
// CHECK:         return %[[R]]#0, %[[L]] :
#all = affine_map<(b, i, j) -> (b, i, j)>
#row = affine_map<(b, i, j) -> (b, i)>
func.func @merged(%q: tensor<?x4x?x8xf32>, %k: tensor<?x4x?x8xf32>, %v: tensor<?x4x?x8xf32>, %mask: tensor<?x1x?x?xf32>) -> (tensor<?x4x?x8xf32>, tensor<?x?xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %lowest = arith.constant 0xFF800000 : f32
  %b = tensor.dim %q, %c0 : tensor<?x4x?x8xf32>
  %n = tensor.dim %q, %c2 : tensor<?x4x?x8xf32>
  %m = tensor.dim %k, %c2 : tensor<?x4x?x8xf32>
  %kt0 = tensor.empty(%b, %m) : tensor<?x4x8x?xf32>
  %kt = linalg.transpose ins(%k : tensor<?x4x?x8xf32>) outs(%kt0 : tensor<?x4x8x?xf32>) permutation = [0, 1, 3, 2]
  %q1 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<?x4x?x8xf32> into tensor<?x?x8xf32>
  %k1 = tensor.collapse_shape %kt [[0, 1], [2], [3]] : tensor<?x4x8x?xf32> into tensor<?x8x?xf32>
  %v1 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<?x4x?x8xf32> into tensor<?x?x8xf32>
  %bh = tensor.dim %q1, %c0 : tensor<?x?x8xf32>
  %s0 = tensor.empty(%bh, %n, %m) : tensor<?x?x?xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %s = linalg.batch_matmul ins(%q1, %k1 : tensor<?x?x8xf32>, tensor<?x8x?xf32>) outs(%s1 : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %s4 = tensor.expand_shape %s [[0, 1], [2], [3]] output_shape [%b, 4, %n, %m] : tensor<?x?x?xf32> into tensor<?x4x?x?xf32>
  %e4 = tensor.empty(%b, %n, %m) : tensor<?x4x?x?xf32>
  %x = linalg.generic {indexing_maps = [affine_map<(b, h, i, j) -> (b, h, i, j)>, affine_map<(b, h, i, j) -> (b, 0, i, j)>, affine_map<(b, h, i, j) -> (b, h, i, j)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%s4, %mask : tensor<?x4x?x?xf32>, tensor<?x1x?x?xf32>) outs(%e4 : tensor<?x4x?x?xf32>) {
  ^bb0(%a0: f32, %a1: f32, %out: f32):
    %c = arith.constant 0.125 : f32
    %t = arith.mulf %a0, %c : f32
    %r = arith.addf %t, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x4x?x?xf32>
  %p4 = linalg.softmax dimension(3) ins(%x : tensor<?x4x?x?xf32>) outs(%e4 : tensor<?x4x?x?xf32>) -> tensor<?x4x?x?xf32>
  %p = tensor.collapse_shape %p4 [[0, 1], [2], [3]] : tensor<?x4x?x?xf32> into tensor<?x?x?xf32>
  %o0 = tensor.empty(%bh, %n) : tensor<?x?x8xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %o = linalg.batch_matmul ins(%p, %v1 : tensor<?x?x?xf32>, tensor<?x?x8xf32>) outs(%o1 : tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %o4 = tensor.expand_shape %o [[0, 1], [2], [3]] output_shape [%b, 4, %n, 8] : tensor<?x?x8xf32> into tensor<?x4x?x8xf32>
  %y = tensor.collapse_shape %x [[0, 1], [2], [3]] : tensor<?x4x?x?xf32> into tensor<?x?x?xf32>
  %r0 = tensor.empty(%bh, %n) : tensor<?x?xf32>
  %l0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<?x?xf32>) -> tensor<?x?xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%r0 : tensor<?x?xf32>) -> tensor<?x?xf32>
  %mx = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%y : tensor<?x?x?xf32>) outs(%l0 : tensor<?x?xf32>) {
  ^bb0(%a0: f32, %out: f32):
    %r = arith.maximumf %a0, %out : f32
    linalg.yield %r : f32
  } -> tensor<?x?xf32>
  %ex = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%y, %mx : tensor<?x?x?xf32>, tensor<?x?xf32>) outs(%s0 : tensor<?x?x?xf32>) {
  ^bb0(%a0: f32, %a1: f32, %out: f32):
    %dx = arith.subf %a0, %a1 : f32
    %r = math.exp %dx : f32
    linalg.yield %r : f32
  } -> tensor<?x?x?xf32>
  %su = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%ex : tensor<?x?x?xf32>) outs(%z0 : tensor<?x?xf32>) {
  ^bb0(%a0: f32, %out: f32):
    %r = arith.addf %a0, %out : f32
    linalg.yield %r : f32
  } -> tensor<?x?xf32>
  %lg = math.log %su : tensor<?x?xf32>
  %l = arith.addf %mx, %lg : tensor<?x?xf32>
  return %o4, %l : tensor<?x4x?x8xf32>, tensor<?x?xf32>
}

// -----

// The row's dimension is kept.
// CHECK-LABEL: func @kept_dimension(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<?x4x?x8xf32>, %[[K:[a-z0-9]+]]: tensor<?x4x?x8xf32>, %[[V:[a-z0-9]+]]: tensor<?x4x?x8xf32>, %[[MASK:[a-z0-9]+]]: tensor<?x1x?x?xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [3] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]], %[[MASK]] :
// CHECK-NOT:     linalg.
// CHECK:         %[[L:.+]] = tensor.expand_shape %[[R]]#1 {{\[}}[0], [1], [2, 3]] {{.*}} : tensor<?x4x?xf32> into tensor<?x4x?x1xf32>
// CHECK:         return %[[R]]#0, %[[L]] :
func.func @kept_dimension(%q: tensor<?x4x?x8xf32>, %k: tensor<?x4x?x8xf32>, %v: tensor<?x4x?x8xf32>, %mask: tensor<?x1x?x?xf32>) -> (tensor<?x4x?x8xf32>, tensor<?x4x?x1xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %lowest = arith.constant 0xFF800000 : f32
  %b = tensor.dim %q, %c0 : tensor<?x4x?x8xf32>
  %n = tensor.dim %q, %c2 : tensor<?x4x?x8xf32>
  %m = tensor.dim %k, %c2 : tensor<?x4x?x8xf32>
  %kt0 = tensor.empty(%b, %m) : tensor<?x4x8x?xf32>
  %kt = linalg.transpose ins(%k : tensor<?x4x?x8xf32>) outs(%kt0 : tensor<?x4x8x?xf32>) permutation = [0, 1, 3, 2]
  %q1 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<?x4x?x8xf32> into tensor<?x?x8xf32>
  %k1 = tensor.collapse_shape %kt [[0, 1], [2], [3]] : tensor<?x4x8x?xf32> into tensor<?x8x?xf32>
  %v1 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<?x4x?x8xf32> into tensor<?x?x8xf32>
  %bh = tensor.dim %q1, %c0 : tensor<?x?x8xf32>
  %s0 = tensor.empty(%bh, %n, %m) : tensor<?x?x?xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %s = linalg.batch_matmul ins(%q1, %k1 : tensor<?x?x8xf32>, tensor<?x8x?xf32>) outs(%s1 : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %s4 = tensor.expand_shape %s [[0, 1], [2], [3]] output_shape [%b, 4, %n, %m] : tensor<?x?x?xf32> into tensor<?x4x?x?xf32>
  %e4 = tensor.empty(%b, %n, %m) : tensor<?x4x?x?xf32>
  %x = linalg.generic {indexing_maps = [affine_map<(b, h, i, j) -> (b, h, i, j)>, affine_map<(b, h, i, j) -> (b, 0, i, j)>, affine_map<(b, h, i, j) -> (b, h, i, j)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%s4, %mask : tensor<?x4x?x?xf32>, tensor<?x1x?x?xf32>) outs(%e4 : tensor<?x4x?x?xf32>) {
  ^bb0(%a0: f32, %a1: f32, %out: f32):
    %c = arith.constant 0.125 : f32
    %t = arith.mulf %a0, %c : f32
    %r = arith.addf %t, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<?x4x?x?xf32>
  %p4 = linalg.softmax dimension(3) ins(%x : tensor<?x4x?x?xf32>) outs(%e4 : tensor<?x4x?x?xf32>) -> tensor<?x4x?x?xf32>
  %p = tensor.collapse_shape %p4 [[0, 1], [2], [3]] : tensor<?x4x?x?xf32> into tensor<?x?x?xf32>
  %o0 = tensor.empty(%bh, %n) : tensor<?x?x8xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %o = linalg.batch_matmul ins(%p, %v1 : tensor<?x?x?xf32>, tensor<?x?x8xf32>) outs(%o1 : tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %o4 = tensor.expand_shape %o [[0, 1], [2], [3]] output_shape [%b, 4, %n, 8] : tensor<?x?x8xf32> into tensor<?x4x?x8xf32>
  %r0 = tensor.empty(%b, %n) : tensor<?x4x?x1xf32>
  %l0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<?x4x?x1xf32>) -> tensor<?x4x?x1xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%r0 : tensor<?x4x?x1xf32>) -> tensor<?x4x?x1xf32>
  %mx = linalg.generic {indexing_maps = [affine_map<(b, h, i, j) -> (b, h, i, j)>, affine_map<(b, h, i, j) -> (b, h, i, 0)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x : tensor<?x4x?x?xf32>) outs(%l0 : tensor<?x4x?x1xf32>) {
  ^bb0(%a0: f32, %out: f32):
    %r = arith.maximumf %a0, %out : f32
    linalg.yield %r : f32
  } -> tensor<?x4x?x1xf32>
  %ex = linalg.generic {indexing_maps = [affine_map<(b, h, i, j) -> (b, h, i, j)>, affine_map<(b, h, i, j) -> (b, h, i, 0)>, affine_map<(b, h, i, j) -> (b, h, i, j)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x, %mx : tensor<?x4x?x?xf32>, tensor<?x4x?x1xf32>) outs(%e4 : tensor<?x4x?x?xf32>) {
  ^bb0(%a0: f32, %a1: f32, %out: f32):
    %dx = arith.subf %a0, %a1 : f32
    %r = math.exp %dx : f32
    linalg.yield %r : f32
  } -> tensor<?x4x?x?xf32>
  %su = linalg.generic {indexing_maps = [affine_map<(b, h, i, j) -> (b, h, i, j)>, affine_map<(b, h, i, j) -> (b, h, i, 0)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%ex : tensor<?x4x?x?xf32>) outs(%z0 : tensor<?x4x?x1xf32>) {
  ^bb0(%a0: f32, %out: f32):
    %r = arith.addf %a0, %out : f32
    linalg.yield %r : f32
  } -> tensor<?x4x?x1xf32>
  %lg = math.log %su : tensor<?x4x?x1xf32>
  %l = arith.addf %mx, %lg : tensor<?x4x?x1xf32>
  return %o4, %l : tensor<?x4x?x8xf32>, tensor<?x4x?x1xf32>
}

// -----

// Keys and values are those of fewer heads, repeated.
// CHECK-LABEL: func @shared_heads(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x3x2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x3x6x16xf32>, %[[V:[a-z0-9]+]]: tensor<2x3x6x5xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [4] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT:     linalg.
// CHECK-DAG:     %[[O:.+]] = tensor.collapse_shape %[[R]]#0
// CHECK-DAG:     %[[L:.+]] = tensor.collapse_shape %[[R]]#1 {{\[}}[0], [1, 2], [3]]
// CHECK:         return %[[O]], %[[L]] :
func.func @shared_heads(%q: tensor<2x3x2x8x16xf32>, %k: tensor<2x3x6x16xf32>, %v: tensor<2x3x6x5xf32>) -> (tensor<2x6x8x5xf32>, tensor<2x6x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %q1 = tensor.collapse_shape %q [[0], [1, 2], [3], [4]] : tensor<2x3x2x8x16xf32> into tensor<2x6x8x16xf32>
  %k0 = tensor.empty() : tensor<2x3x2x6x16xf32>
  %kr = linalg.broadcast ins(%k : tensor<2x3x6x16xf32>) outs(%k0 : tensor<2x3x2x6x16xf32>) dimensions = [2]
  %k1 = tensor.collapse_shape %kr [[0], [1, 2], [3], [4]] : tensor<2x3x2x6x16xf32> into tensor<2x6x6x16xf32>
  %v0 = tensor.empty() : tensor<2x3x2x6x5xf32>
  %vr = linalg.broadcast ins(%v : tensor<2x3x6x5xf32>) outs(%v0 : tensor<2x3x2x6x5xf32>) dimensions = [2]
  %v1 = tensor.collapse_shape %vr [[0], [1, 2], [3], [4]] : tensor<2x3x2x6x5xf32> into tensor<2x6x6x5xf32>
  %s0 = tensor.empty() : tensor<2x6x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x6x8x6xf32>) -> tensor<2x6x8x6xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(b, h, i, j, d) -> (b, h, i, d)>, affine_map<(b, h, i, j, d) -> (b, h, j, d)>, affine_map<(b, h, i, j, d) -> (b, h, i, j)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%q1, %k1 : tensor<2x6x8x16xf32>, tensor<2x6x6x16xf32>) outs(%s1 : tensor<2x6x8x6xf32>) {
  ^bb0(%a0: f32, %a1: f32, %out: f32):
    %m = arith.mulf %a0, %a1 : f32
    %r = arith.addf %out, %m : f32
    linalg.yield %r : f32
  } -> tensor<2x6x8x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<2x6x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x6x8xf32>
  %mx = linalg.reduce { arith.maximumf } ins(%s : tensor<2x6x8x6xf32>) outs(%lowest : tensor<2x6x8xf32>) dimensions = [3]
  %mb = linalg.broadcast ins(%mx : tensor<2x6x8xf32>) outs(%s0 : tensor<2x6x8x6xf32>) dimensions = [3]
  %df = arith.subf %s, %mb : tensor<2x6x8x6xf32>
  %e = math.exp %df : tensor<2x6x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x6x8x6xf32>) outs(%zeros : tensor<2x6x8xf32>) dimensions = [3]
  %log = math.log %sum : tensor<2x6x8xf32>
  %l = arith.addf %mx, %log : tensor<2x6x8xf32>
  %sumb = linalg.broadcast ins(%sum : tensor<2x6x8xf32>) outs(%s0 : tensor<2x6x8x6xf32>) dimensions = [3]
  %p = arith.divf %e, %sumb : tensor<2x6x8x6xf32>
  %o0 = tensor.empty() : tensor<2x6x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x6x8x5xf32>) -> tensor<2x6x8x5xf32>
  %o = linalg.generic {indexing_maps = [affine_map<(b, h, i, n, j) -> (b, h, i, j)>, affine_map<(b, h, i, n, j) -> (b, h, j, n)>, affine_map<(b, h, i, n, j) -> (b, h, i, n)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%p, %v1 : tensor<2x6x8x6xf32>, tensor<2x6x6x5xf32>) outs(%o1 : tensor<2x6x8x5xf32>) {
  ^bb0(%a0: f32, %a1: f32, %out: f32):
    %y = arith.mulf %a0, %a1 : f32
    %r = arith.addf %out, %y : f32
    linalg.yield %r : f32
  } -> tensor<2x6x8x5xf32>
  return %o, %l : tensor<2x6x8x5xf32>, tensor<2x6x8xf32>
}

// -----

// A causal mask by positions; heads come after queries, in the log-sum-exp as well.
// CHECK-LABEL: func @causal_by_position(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x4x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x6x4x16xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x4x5xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [3] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-DAG:       %[[I:.+]] = lse.index 1
// CHECK-DAG:       %[[J:.+]] = lse.index 3
// CHECK:           arith.cmpi sle, %[[J]], %[[I]]
// CHECK-NOT:     linalg.
// CHECK:         return %[[R]]#1, %[[R]]#0 :
func.func @causal_by_position(%q: tensor<2x8x4x16xf32>, %k: tensor<2x6x4x16xf32>, %v: tensor<2x6x4x5xf32>) -> (tensor<2x8x4xf32>, tensor<2x8x4x5xf32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<2x4x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x4x8x6xf32>) -> tensor<2x4x8x6xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(b, h, i, j, d) -> (b, i, h, d)>, affine_map<(b, h, i, j, d) -> (b, j, h, d)>, affine_map<(b, h, i, j, d) -> (b, h, i, j)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%q, %k : tensor<2x8x4x16xf32>, tensor<2x6x4x16xf32>) outs(%s1 : tensor<2x4x8x6xf32>) {
  ^bb0(%a0: f32, %a1: f32, %out: f32):
    %m = arith.mulf %a0, %a1 : f32
    %r = arith.addf %out, %m : f32
    linalg.yield %r : f32
  } -> tensor<2x4x8x6xf32>
  %x = linalg.generic {indexing_maps = [affine_map<(b, h, i, j) -> (b, h, i, j)>, affine_map<(b, h, i, j) -> (b, h, i, j)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%s : tensor<2x4x8x6xf32>) outs(%s0 : tensor<2x4x8x6xf32>) {
  ^bb0(%a0: f32, %out: f32):
    %c = arith.constant 0.25 : f32
    %lowest = arith.constant 0xFF800000 : f32
    %i = linalg.index 2 : index
    %j = linalg.index 3 : index
    %seen = arith.cmpi sle, %j, %i : index
    %t = arith.mulf %a0, %c : f32
    %r = arith.select %seen, %t, %lowest : f32
    linalg.yield %r : f32
  } -> tensor<2x4x8x6xf32>
  %p = linalg.softmax dimension(3) ins(%x : tensor<2x4x8x6xf32>) outs(%s0 : tensor<2x4x8x6xf32>) -> tensor<2x4x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x4x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x4x5xf32>) -> tensor<2x8x4x5xf32>
  %o = linalg.generic {indexing_maps = [affine_map<(b, i, h, n, j) -> (b, h, i, j)>, affine_map<(b, i, h, n, j) -> (b, j, h, n)>, affine_map<(b, i, h, n, j) -> (b, i, h, n)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%p, %v : tensor<2x4x8x6xf32>, tensor<2x6x4x5xf32>) outs(%o1 : tensor<2x8x4x5xf32>) {
  ^bb0(%a0: f32, %a1: f32, %out: f32):
    %m = arith.mulf %a0, %a1 : f32
    %r = arith.addf %out, %m : f32
    linalg.yield %r : f32
  } -> tensor<2x8x4x5xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<2x8x4xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x8x4xf32>
  %m = linalg.generic {indexing_maps = [affine_map<(b, i, h, j) -> (b, h, i, j)>, affine_map<(b, i, h, j) -> (b, i, h)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x : tensor<2x4x8x6xf32>) outs(%lowest : tensor<2x8x4xf32>) {
  ^bb0(%a0: f32, %out: f32):
    %r = arith.maximumf %a0, %out : f32
    linalg.yield %r : f32
  } -> tensor<2x8x4xf32>
  %sum = linalg.generic {indexing_maps = [affine_map<(b, i, h, j) -> (b, h, i, j)>, affine_map<(b, i, h, j) -> (b, i, h)>, affine_map<(b, i, h, j) -> (b, i, h)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %m : tensor<2x4x8x6xf32>, tensor<2x8x4xf32>) outs(%zeros : tensor<2x8x4xf32>) {
  ^bb0(%a0: f32, %a1: f32, %out: f32):
    %dx = arith.subf %a0, %a1 : f32
    %ex = math.exp %dx : f32
    %r = arith.addf %ex, %out : f32
    linalg.yield %r : f32
  } -> tensor<2x8x4xf32>
  %r0 = tensor.empty() : tensor<2x8x4xf32>
  %l = linalg.generic {indexing_maps = [affine_map<(b, i, h) -> (b, i, h)>, affine_map<(b, i, h) -> (b, i, h)>, affine_map<(b, i, h) -> (b, i, h)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%sum, %m : tensor<2x8x4xf32>, tensor<2x8x4xf32>) outs(%r0 : tensor<2x8x4xf32>) {
  ^bb0(%a0: f32, %a1: f32, %out: f32):
    %lx = math.log %a0 : f32
    %r = arith.addf %lx, %a1 : f32
    linalg.yield %r : f32
  } -> tensor<2x8x4xf32>
  return %l, %o : tensor<2x8x4xf32>, tensor<2x8x4x5xf32>
}

// -----

// Operands in half precision, the log-sum-exp in f32.
// CHECK-LABEL: func @half(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<8x16xbf16>, %[[K:[a-z0-9]+]]: tensor<16x6xbf16>, %[[V:[a-z0-9]+]]: tensor<6x5xbf16>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [1] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT:     linalg.
// CHECK:         %[[O:.+]] = arith.truncf %[[R]]#0
// CHECK:         return %[[O]], %[[R]]#1 :
func.func @half(%q: tensor<8x16xbf16>, %k: tensor<16x6xbf16>, %v: tensor<6x5xbf16>) -> (tensor<8x5xbf16>, tensor<8xf32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %s = linalg.matmul ins(%q, %k : tensor<8x16xbf16>, tensor<16x6xbf16>) outs(%s1 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<8xf32>
  %zeros = arith.constant dense<0.0> : tensor<8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<8x6xf32>) outs(%lowest : tensor<8xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<8xf32>) outs(%s0 : tensor<8x6xf32>) dimensions = [1]
  %d = arith.subf %s, %mb : tensor<8x6xf32>
  %e = math.exp %d : tensor<8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<8x6xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %log = math.log %sum : tensor<8xf32>
  %l = arith.addf %m, %log : tensor<8xf32>
  %p = linalg.softmax dimension(1) ins(%s : tensor<8x6xf32>) outs(%s0 : tensor<8x6xf32>) -> tensor<8x6xf32>
  %ph = arith.truncf %p : tensor<8x6xf32> to tensor<8x6xbf16>
  %o0 = tensor.empty() : tensor<8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<8x5xf32>) -> tensor<8x5xf32>
  %o = linalg.matmul ins(%ph, %v : tensor<8x6xbf16>, tensor<6x5xbf16>) outs(%o1 : tensor<8x5xf32>) -> tensor<8x5xf32>
  %oh = arith.truncf %o : tensor<8x5xf32> to tensor<8x5xbf16>
  return %oh, %l : tensor<8x5xbf16>, tensor<8xf32>
}

// -----

// A batch of one is no dimension of the products.
// CHECK-LABEL: func @unit_batch(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<1x4x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<1x4x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<1x4x6x5xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT:     linalg.
// CHECK-DAG:     %[[L:.+]] = tensor.expand_shape %[[R]]#1 {{\[}}[0, 1], [2]]
// CHECK-DAG:     %[[O:.+]] = tensor.expand_shape %[[R]]#0
// CHECK:         return %[[O]], %[[L]] :
func.func @unit_batch(%q: tensor<1x4x8x16xf32>, %k: tensor<1x4x16x6xf32>, %v: tensor<1x4x6x5xf32>) -> (tensor<1x4x8x5xf32>, tensor<1x4x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %q1 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<1x4x8x16xf32> into tensor<4x8x16xf32>
  %k1 = tensor.collapse_shape %k [[0, 1], [2], [3]] : tensor<1x4x16x6xf32> into tensor<4x16x6xf32>
  %v1 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<1x4x6x5xf32> into tensor<4x6x5xf32>
  %s0 = tensor.empty() : tensor<4x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %s = linalg.batch_matmul ins(%q1, %k1 : tensor<4x8x16xf32>, tensor<4x16x6xf32>) outs(%s1 : tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %s4 = tensor.expand_shape %s [[0, 1], [2], [3]] output_shape [1, 4, 8, 6] : tensor<4x8x6xf32> into tensor<1x4x8x6xf32>
  %e4 = tensor.empty() : tensor<1x4x8x6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<1x4x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<1x4x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s4 : tensor<1x4x8x6xf32>) outs(%lowest : tensor<1x4x8xf32>) dimensions = [3]
  %mb = linalg.broadcast ins(%m : tensor<1x4x8xf32>) outs(%e4 : tensor<1x4x8x6xf32>) dimensions = [3]
  %d = arith.subf %s4, %mb : tensor<1x4x8x6xf32>
  %e = math.exp %d : tensor<1x4x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<1x4x8x6xf32>) outs(%zeros : tensor<1x4x8xf32>) dimensions = [3]
  %log = math.log %sum : tensor<1x4x8xf32>
  %l = arith.addf %m, %log : tensor<1x4x8xf32>
  %p4 = linalg.softmax dimension(3) ins(%s4 : tensor<1x4x8x6xf32>) outs(%e4 : tensor<1x4x8x6xf32>) -> tensor<1x4x8x6xf32>
  %p = tensor.collapse_shape %p4 [[0, 1], [2], [3]] : tensor<1x4x8x6xf32> into tensor<4x8x6xf32>
  %o0 = tensor.empty() : tensor<4x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<4x8x5xf32>) -> tensor<4x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v1 : tensor<4x8x6xf32>, tensor<4x6x5xf32>) outs(%o1 : tensor<4x8x5xf32>) -> tensor<4x8x5xf32>
  %o4 = tensor.expand_shape %o [[0, 1], [2], [3]] output_shape [1, 4, 8, 5] : tensor<4x8x5xf32> into tensor<1x4x8x5xf32>
  return %o4, %l : tensor<1x4x8x5xf32>, tensor<1x4x8xf32>
}

// -----

// One query, whose log-sum-exp has no dimension.
// CHECK-LABEL: func @one_query(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<16xf32>, %[[K:[a-z0-9]+]]: tensor<6x16xf32>, %[[V:[a-z0-9]+]]: tensor<6x5xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [0] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT:     linalg.
// CHECK:         return %[[R]]#0, %[[R]]#1 :
func.func @one_query(%q: tensor<16xf32>, %k: tensor<6x16xf32>, %v: tensor<6x5xf32>) -> (tensor<5xf32>, tensor<f32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<6xf32>) -> tensor<6xf32>
  %s = linalg.matvec ins(%k, %q : tensor<6x16xf32>, tensor<16xf32>) outs(%s1 : tensor<6xf32>) -> tensor<6xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<f32>
  %zeros = arith.constant dense<0.0> : tensor<f32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<6xf32>) outs(%lowest : tensor<f32>) dimensions = [0]
  %mb = linalg.broadcast ins(%m : tensor<f32>) outs(%s0 : tensor<6xf32>) dimensions = [0]
  %d = arith.subf %s, %mb : tensor<6xf32>
  %e = math.exp %d : tensor<6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<6xf32>) outs(%zeros : tensor<f32>) dimensions = [0]
  %log = math.log %sum : tensor<f32>
  %l = arith.addf %m, %log : tensor<f32>
  %p = linalg.softmax dimension(0) ins(%s : tensor<6xf32>) outs(%s0 : tensor<6xf32>) -> tensor<6xf32>
  %o0 = tensor.empty() : tensor<5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<5xf32>) -> tensor<5xf32>
  %o = linalg.vecmat ins(%p, %v : tensor<6xf32>, tensor<6x5xf32>) outs(%o1 : tensor<5xf32>) -> tensor<5xf32>
  return %o, %l : tensor<5xf32>, tensor<f32>
}

// -----

// The scores are needed elsewhere, and not for the log-sum-exp.
// CHECK-LABEL: func @scores_needed(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>
// CHECK:         %[[S:.+]] = linalg.batch_matmul
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK:         return %[[R]]#0, %[[R]]#1, %[[S]] :
func.func @scores_needed(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>, tensor<2x8x6xf32>) {
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
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o, %l, %s : tensor<2x8x5xf32>, tensor<2x8xf32>, tensor<2x8x6xf32>
}

// -----

// A gradient computes the probabilities anew.
// CHECK-LABEL: func @recomputed_probabilities(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>, %[[G:[a-z0-9]+]]: tensor<2x8x5xf32>
// CHECK:         %[[S:.+]] = linalg.batch_matmul
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK:         lse.softmax dims = [2] ins(%[[S]] :
// CHECK:         return %[[R]]#0, %[[R]]#1, %{{.+}} :
func.func @recomputed_probabilities(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>, %g: tensor<2x8x5xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>, tensor<2x6x5xf32>) {
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
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %lb = linalg.broadcast ins(%l : tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) dimensions = [2]
  %d2 = arith.subf %s, %lb : tensor<2x8x6xf32>
  %p2 = math.exp %d2 : tensor<2x8x6xf32>
  %pt0 = tensor.empty() : tensor<2x6x8xf32>
  %pt = linalg.transpose ins(%p2 : tensor<2x8x6xf32>) outs(%pt0 : tensor<2x6x8xf32>) permutation = [0, 2, 1]
  %dv0 = tensor.empty() : tensor<2x6x5xf32>
  %dv1 = linalg.fill ins(%zero : f32) outs(%dv0 : tensor<2x6x5xf32>) -> tensor<2x6x5xf32>
  %dv = linalg.batch_matmul ins(%pt, %g : tensor<2x6x8xf32>, tensor<2x8x5xf32>) outs(%dv1 : tensor<2x6x5xf32>) -> tensor<2x6x5xf32>
  return %o, %l, %dv : tensor<2x8x5xf32>, tensor<2x8xf32>, tensor<2x6x5xf32>
}

// -----

// Another number is subtracted from the scores than is added to the logarithm.
// CHECK-LABEL: func @shifted_by_a_number(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x6xf32>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf32>
// CHECK:         %[[REST:.+]] = arith.constant -2.500000e-01 : f32
// CHECK-NOT:     linalg.
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [2] results = [output, logsumexp] {{.*}} stabilized ins(%[[Q]], %[[K]], %[[V]] :
// CHECK:         %[[L:.+]] = linalg.generic {{.*}} outs(%[[R]]#1 :
// CHECK:           arith.addf %{{.+}}, %[[REST]] : f32
// CHECK:         return %[[R]]#0, %[[L]] :
func.func @shifted_by_a_number(%q: tensor<2x8x16xf32>, %k: tensor<2x16x6xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x8x5xf32>, tensor<2x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %half = arith.constant dense<0.5> : tensor<2x8x6xf32>
  %d = arith.subf %s, %half : tensor<2x8x6xf32>
  %e = math.exp %d : tensor<2x8x6xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x8xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %log = math.log %sum : tensor<2x8xf32>
  %quarter = arith.constant dense<0.25> : tensor<2x8xf32>
  %l = arith.addf %log, %quarter : tensor<2x8xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<2x8x6xf32>) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o, %l : tensor<2x8x5xf32>, tensor<2x8xf32>
}

// -----

// Heads share values alone: the attention has two loops for what is one dimension of the
// log-sum-exp.
// CHECK-LABEL: func @shared_values(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x4x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x4x6x16xf32>, %[[V:[a-z0-9]+]]: tensor<2x2x6x5xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [4] results = [output, logsumexp] {{.*}}outs({{.*}} : tensor<2x2x2x8x5xf32>, tensor<2x2x2x8xf32>)
// CHECK-NOT:     linalg.
// CHECK-DAG:     %[[O:.+]] = tensor.collapse_shape %[[R]]#0 {{\[}}[0], [1, 2], [3], [4]]
// CHECK-DAG:     %[[L:.+]] = tensor.collapse_shape %[[R]]#1 {{\[}}[0], [1, 2], [3]]
// CHECK:         return %[[O]], %[[L]] :
#in = affine_map<(b, g, r, j, n) -> (b, g, j, n)>
#out = affine_map<(b, g, r, j, n) -> (b, g, r, j, n)>
func.func @shared_values(%q: tensor<2x4x8x16xf32>, %k: tensor<2x4x6x16xf32>, %v: tensor<2x2x6x5xf32>) -> (tensor<2x4x8x5xf32>, tensor<2x4x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant dense<0xFF800000> : tensor<2x4x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<2x4x8xf32>
  %vr0 = tensor.empty() : tensor<2x2x2x6x5xf32>
  %vr = linalg.generic {indexing_maps = [#in, #out], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}
      ins(%v : tensor<2x2x6x5xf32>) outs(%vr0 : tensor<2x2x2x6x5xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<2x2x2x6x5xf32>
  %v4 = tensor.collapse_shape %vr [[0], [1, 2], [3], [4]] : tensor<2x2x2x6x5xf32> into tensor<2x4x6x5xf32>
  %e4 = tensor.empty() : tensor<2x4x8x6xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%e4 : tensor<2x4x8x6xf32>) -> tensor<2x4x8x6xf32>
  %s = linalg.generic {
      indexing_maps = [affine_map<(b, h, i, j, d) -> (b, h, i, d)>, affine_map<(b, h, i, j, d) -> (b, h, j, d)>, affine_map<(b, h, i, j, d) -> (b, h, i, j)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%q, %k : tensor<2x4x8x16xf32>, tensor<2x4x6x16xf32>) outs(%s0 : tensor<2x4x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %a = arith.addf %o, %p : f32
    linalg.yield %a : f32
  } -> tensor<2x4x8x6xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x4x8x6xf32>) outs(%lowest : tensor<2x4x8xf32>) dimensions = [3]
  %mb = linalg.broadcast ins(%m : tensor<2x4x8xf32>) outs(%e4 : tensor<2x4x8x6xf32>) dimensions = [3]
  %d = arith.subf %s, %mb : tensor<2x4x8x6xf32>
  %e = math.exp %d : tensor<2x4x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x4x8x6xf32>) outs(%zeros : tensor<2x4x8xf32>) dimensions = [3]
  %log = math.log %sum : tensor<2x4x8xf32>
  %l = arith.addf %m, %log : tensor<2x4x8xf32>
  %w = linalg.softmax dimension(3) ins(%s : tensor<2x4x8x6xf32>) outs(%e4 : tensor<2x4x8x6xf32>) -> tensor<2x4x8x6xf32>
  %o0 = tensor.empty() : tensor<2x4x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x4x8x5xf32>) -> tensor<2x4x8x5xf32>
  %o = linalg.generic {
      indexing_maps = [affine_map<(b, h, i, n, j) -> (b, h, i, j)>, affine_map<(b, h, i, n, j) -> (b, h, j, n)>, affine_map<(b, h, i, n, j) -> (b, h, i, n)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%w, %v4 : tensor<2x4x8x6xf32>, tensor<2x4x6x5xf32>) outs(%o1 : tensor<2x4x8x5xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %p = arith.mulf %x, %y : f32
    %a = arith.addf %out, %p : f32
    linalg.yield %a : f32
  } -> tensor<2x4x8x5xf32>
  return %o, %l : tensor<2x4x8x5xf32>, tensor<2x4x8xf32>
}

// -----

// Batches of any size, as exporters to ONNX merge them with the heads: what is known of
// the extents between the products is no more than that they are those of the logits.
// CHECK-LABEL: func @merged_dynamic(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<?x2x?x16xf32>, %[[K:[a-z0-9]+]]: tensor<?x2x16x?xf32>, %[[V:[a-z0-9]+]]: tensor<?x2x?x5xf32>
// CHECK-NOT:     linalg.
// CHECK-NOT:     lse.logsumexp
// CHECK:         %[[R:.+]]:2 = lse.attention dims = [3] results = [output, logsumexp] {{.*}}ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT:     linalg.
// CHECK:         %[[L:.+]] = tensor.expand_shape %[[R]]#1 {{\[}}[0], [1], [2, 3]]
// CHECK:         return %[[R]]#0, %[[L]] :
func.func @merged_dynamic(%q: tensor<?x2x?x16xf32>, %k: tensor<?x2x16x?xf32>, %v: tensor<?x2x?x5xf32>) -> (tensor<?x2x?x5xf32>, tensor<?x2x?x1xf32>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %b = tensor.dim %q, %c0 : tensor<?x2x?x16xf32>
  %bk = tensor.dim %k, %c0 : tensor<?x2x16x?xf32>
  %n = tensor.dim %q, %c2 : tensor<?x2x?x16xf32>
  %j = tensor.dim %k, %c3 : tensor<?x2x16x?xf32>
  %larger = arith.maxui %b, %bk : index
  %q3 = tensor.collapse_shape %q [[0, 1], [2], [3]] : tensor<?x2x?x16xf32> into tensor<?x?x16xf32>
  %k3 = tensor.collapse_shape %k [[0, 1], [2], [3]] : tensor<?x2x16x?xf32> into tensor<?x16x?xf32>
  %bh = arith.muli %larger, %c2 : index
  %s0 = tensor.empty(%bh, %n, %j) : tensor<?x?x?xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %s3 = linalg.batch_matmul ins(%q3, %k3 : tensor<?x?x16xf32>, tensor<?x16x?xf32>) outs(%s1 : tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %b4 = arith.divsi %bh, %c2 : index
  %s = tensor.expand_shape %s3 [[0, 1], [2], [3]] output_shape [%b4, 2, %n, %j] : tensor<?x?x?xf32> into tensor<?x2x?x?xf32>
  %e4 = tensor.empty(%b4, %n, %j) : tensor<?x2x?x?xf32>
  %r0 = tensor.empty(%b4, %n) : tensor<?x2x?xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<?x2x?xf32>) -> tensor<?x2x?xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<?x2x?x?xf32>) outs(%m0 : tensor<?x2x?xf32>) dimensions = [3]
  %mb = linalg.broadcast ins(%m : tensor<?x2x?xf32>) outs(%e4 : tensor<?x2x?x?xf32>) dimensions = [3]
  %d = linalg.sub ins(%s, %mb : tensor<?x2x?x?xf32>, tensor<?x2x?x?xf32>) outs(%e4 : tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
  %e = linalg.exp ins(%d : tensor<?x2x?x?xf32>) outs(%e4 : tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
  %sum0 = linalg.fill ins(%zero : f32) outs(%r0 : tensor<?x2x?xf32>) -> tensor<?x2x?xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<?x2x?x?xf32>) outs(%sum0 : tensor<?x2x?xf32>) dimensions = [3]
  %log = linalg.log ins(%sum : tensor<?x2x?xf32>) outs(%r0 : tensor<?x2x?xf32>) -> tensor<?x2x?xf32>
  %l3 = linalg.add ins(%m, %log : tensor<?x2x?xf32>, tensor<?x2x?xf32>) outs(%r0 : tensor<?x2x?xf32>) -> tensor<?x2x?xf32>
  %l = tensor.expand_shape %l3 [[0], [1], [2, 3]] output_shape [%b4, 2, %n, 1] : tensor<?x2x?xf32> into tensor<?x2x?x1xf32>
  %sumb = linalg.broadcast ins(%sum : tensor<?x2x?xf32>) outs(%e4 : tensor<?x2x?x?xf32>) dimensions = [3]
  %p = linalg.div ins(%e, %sumb : tensor<?x2x?x?xf32>, tensor<?x2x?x?xf32>) outs(%e4 : tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
  %p3 = tensor.collapse_shape %p [[0, 1], [2], [3]] : tensor<?x2x?x?xf32> into tensor<?x?x?xf32>
  %v3 = tensor.collapse_shape %v [[0, 1], [2], [3]] : tensor<?x2x?x5xf32> into tensor<?x?x5xf32>
  %o0 = tensor.empty(%bh, %n) : tensor<?x?x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<?x?x5xf32>) -> tensor<?x?x5xf32>
  %o3 = linalg.batch_matmul ins(%p3, %v3 : tensor<?x?x?xf32>, tensor<?x?x5xf32>) outs(%o1 : tensor<?x?x5xf32>) -> tensor<?x?x5xf32>
  %o = tensor.expand_shape %o3 [[0, 1], [2], [3]] output_shape [%b4, 2, %n, 5] : tensor<?x?x5xf32> into tensor<?x2x?x5xf32>
  return %o, %l : tensor<?x2x?x5xf32>, tensor<?x2x?x1xf32>
}
