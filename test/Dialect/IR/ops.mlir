// RUN: lse-opt %s --verify-roundtrip | FileCheck %s
// RUN: lse-opt %s --mlir-print-op-generic | lse-opt | FileCheck %s
// RUN: lse-opt %s --emit-bytecode | lse-opt | FileCheck %s

// CHECK-LABEL: func @identity_logit
// CHECK-SAME:    %[[X:.+]]: tensor<4x10xf32>, %[[OUT:.+]]: tensor<4x10xf32>
func.func @identity_logit(%x: tensor<4x10xf32>, %out: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK: lse.softmax dims = [1] ins(%[[X]] : tensor<4x10xf32>) outs(%[[OUT]] : tensor<4x10xf32>) -> tensor<4x10xf32>
  // CHECK-NOT: logits
  %p = lse.softmax dims = [1] ins(%x : tensor<4x10xf32>) outs(%out : tensor<4x10xf32>) -> tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// What is written out although it is the default is not printed.
// CHECK-LABEL: func @written_out_defaults
func.func @written_out_defaults(%x: tensor<?x?xf64>, %out: tensor<?x?xf64>) -> tensor<?x?xf64> {
  // CHECK: lse.softmax dims = [0] ins(%{{.+}} : tensor<?x?xf64>) outs(%{{.+}} : tensor<?x?xf64>) -> tensor<?x?xf64>
  %p = lse.softmax dims = [0] results = [probabilities]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>]
    row_death = nan numerics = standard
    ins(%x : tensor<?x?xf64>) outs(%out : tensor<?x?xf64>) logits {
  ^bb0(%in: f64):
    lse.yield %in : f64
  } -> tensor<?x?xf64>
  return %p : tensor<?x?xf64>
}

// CHECK-LABEL: func @everything
func.func @everything(%x: tensor<2x3x5xf32>, %bias: tensor<5xf32>, %mask: tensor<2x3x5xi1>, %t: f32,
                      %p: tensor<2x3x5xf32>, %q: tensor<2x3x5xf16>, %l: tensor<2xf32>)
    -> (tensor<2x3x5xf32>, tensor<2x3x5xf16>, tensor<2xf32>) {
  // CHECK:      %[[R:.+]]:3 = lse.softmax dims = [1, 2] results = [probabilities, log_probabilities, logsumexp]
  // CHECK-SAME:   indexing_maps = [{{.+}}]
  // CHECK-SAME:   row_death = zero numerics = accurate stabilized
  // CHECK-SAME:   ins(%{{.+}}, %{{.+}}, %{{.+}}, %{{.+}} : tensor<2x3x5xf32>, tensor<5xf32>, tensor<2x3x5xi1>, f32)
  // CHECK-SAME:   outs(%{{.+}}, %{{.+}}, %{{.+}} : tensor<2x3x5xf32>, tensor<2x3x5xf16>, tensor<2xf32>)
  // CHECK-SAME:   logits {
  // CHECK-NEXT: ^bb0(%[[IN:.+]]: f32, %[[B:.+]]: f32, %[[M:.+]]: i1, %[[T:.+]]: f32):
  // CHECK:        lse.yield %{{.+}} : f32
  // CHECK-NEXT: } -> (tensor<2x3x5xf32>, tensor<2x3x5xf16>, tensor<2xf32>)
  %r:3 = lse.softmax dims = [1, 2] results = [probabilities, log_probabilities, logsumexp]
    indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d2)>,
                     affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> ()>,
                     affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>,
                     affine_map<(d0, d1, d2) -> (d0)>]
    row_death = zero numerics = accurate stabilized
    ins(%x, %bias, %mask, %t : tensor<2x3x5xf32>, tensor<5xf32>, tensor<2x3x5xi1>, f32)
    outs(%p, %q, %l : tensor<2x3x5xf32>, tensor<2x3x5xf16>, tensor<2xf32>) logits {
  ^bb0(%in: f32, %b: f32, %m: i1, %temperature: f32):
    %minus_infinity = arith.constant 0xFF800000 : f32
    %biased = arith.addf %in, %b : f32
    %scaled = arith.divf %biased, %temperature : f32
    %masked = arith.select %m, %scaled, %minus_infinity : f32
    lse.yield %masked : f32
  } -> (tensor<2x3x5xf32>, tensor<2x3x5xf16>, tensor<2xf32>)
  return %r#0, %r#1, %r#2 : tensor<2x3x5xf32>, tensor<2x3x5xf16>, tensor<2xf32>
}

// CHECK-LABEL: func @log_softmax
func.func @log_softmax(%x: tensor<4x10xf32>, %out: tensor<4x10xf32>, %i: tensor<4xindex>) -> (tensor<4x10xf32>, tensor<4xindex>) {
  // CHECK: lse.log_softmax dims = [1] ins(%{{.+}} : tensor<4x10xf32>) outs(%{{.+}} : tensor<4x10xf32>) -> tensor<4x10xf32>
  %l = lse.log_softmax dims = [1] results = [log_probabilities] ins(%x : tensor<4x10xf32>) outs(%out : tensor<4x10xf32>) -> tensor<4x10xf32>
  // CHECK: lse.log_softmax dims = [1] results = [log_probabilities, argmax] ins({{.*}}) outs({{.*}}) -> (tensor<4x10xf32>, tensor<4xindex>)
  %r:2 = lse.log_softmax dims = [1] results = [log_probabilities, argmax] ins(%l : tensor<4x10xf32>)
    outs(%out, %i : tensor<4x10xf32>, tensor<4xindex>) -> (tensor<4x10xf32>, tensor<4xindex>)
  return %r#0, %r#1 : tensor<4x10xf32>, tensor<4xindex>
}

// The log-sum-exp of everything has no dimension left.
// CHECK-LABEL: func @logsumexp
func.func @logsumexp(%x: tensor<4x?xbf16>, %l: tensor<f32>, %m: tensor<4x?xf16>, %i: tensor<i64>) -> (tensor<f32>, tensor<f32>, tensor<4x?xf16>, tensor<i64>) {
  // CHECK: lse.logsumexp dims = [0, 1] ins(%{{.+}} : tensor<4x?xbf16>) outs(%{{.+}} : tensor<f32>) -> tensor<f32>
  %0 = lse.logsumexp dims = [0, 1] ins(%x : tensor<4x?xbf16>) outs(%l : tensor<f32>) -> tensor<f32>
  // CHECK: lse.logsumexp dims = [0, 1] results = [log_probabilities, logsumexp, argmax] row_death = zero stabilized
  %r:3 = lse.logsumexp dims = [0, 1] results = [log_probabilities, logsumexp, argmax] row_death = zero stabilized
    ins(%x : tensor<4x?xbf16>) outs(%m, %l, %i : tensor<4x?xf16>, tensor<f32>, tensor<i64>) -> (tensor<4x?xf16>, tensor<f32>, tensor<i64>)
  return %0, %r#1, %r#0, %r#2 : tensor<f32>, tensor<f32>, tensor<4x?xf16>, tensor<i64>
}

// CHECK-LABEL: func @memrefs
func.func @memrefs(%x: memref<4x?xf32, strided<[64, 1], offset: ?>>, %out: memref<4x?xf32>) {
  // CHECK: lse.softmax dims = [1] ins({{.*}}) outs({{.*}}) {schedules = [#lse.schedule<target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">, strategy = cached_row, vector_lanes = 8, unroll = 4, parallel = false, parallel_grain = 1024>]}
  lse.softmax dims = [1] ins(%x : memref<4x?xf32, strided<[64, 1], offset: ?>>) outs(%out : memref<4x?xf32>)
    {schedules = [#lse.schedule<target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">,
                                strategy = cached_row, vector_lanes = 8, unroll = 4, parallel = false, parallel_grain = 1024>]}
  return
}

// CHECK-LABEL: func @losses
func.func @losses(%x: tensor<4x10xf32>, %labels: tensor<4xi64>, %out: tensor<4xf32>, %l: tensor<4xf64>) -> (tensor<4xf32>, tensor<4xf64>, tensor<4xf32>) {
  // CHECK:      lse.cross_entropy dims = [1] results = [loss, logsumexp] indexing_maps = [
  // CHECK-SAME:   ins(%{{.+}}, %{{.+}} : tensor<4x10xf32>, tensor<4xi64>) outs(%{{.+}}, %{{.+}} : tensor<4xf32>, tensor<4xf64>) logits {
  // CHECK-NEXT: ^bb0(%[[IN:.+]]: f32, %[[LABEL:.+]]: i64):
  // CHECK-NEXT:   %[[CLASS:.+]] = lse.index 1
  // CHECK-NEXT:   %[[NUMBER:.+]] = arith.index_cast %[[CLASS]]
  // CHECK:        lse.yield %[[IN]], %{{.+}} : f32, f16
  // CHECK-NEXT: } -> (tensor<4xf32>, tensor<4xf64>)
  %r:2 = lse.cross_entropy dims = [1] results = [loss, logsumexp]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>,
                     affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>]
    ins(%x, %labels : tensor<4x10xf32>, tensor<4xi64>) outs(%out, %l : tensor<4xf32>, tensor<4xf64>) logits {
  ^bb0(%in: f32, %label: i64):
    %class = lse.index 1
    %number = arith.index_cast %class : index to i64
    %is_label = arith.cmpi eq, %number, %label : i64
    %target = arith.uitofp %is_label : i1 to f16
    lse.yield %in, %target : f32, f16
  } -> (tensor<4xf32>, tensor<4xf64>)
  // CHECK: lse.kl_divergence dims = [1] stabilized ins(%{{.+}} : tensor<4x10xf32>) outs(%{{.+}} : tensor<4xf32>) logits {
  // CHECK-NEXT: ^bb0(%[[IN:.+]]: f32):
  // CHECK-NEXT:   lse.yield %[[IN]], %[[IN]] : f32, f32
  %kl = lse.kl_divergence dims = [1] stabilized ins(%x : tensor<4x10xf32>) outs(%out : tensor<4xf32>) logits {
  ^bb0(%in: f32):
    lse.yield %in, %in : f32, f32
  } -> tensor<4xf32>
  return %r#0, %r#1, %kl : tensor<4xf32>, tensor<4xf64>, tensor<4xf32>
}

// CHECK-LABEL: func @gradients
func.func @gradients(%a: memref<?x10xbf16>, %b: memref<?x10xf32>, %out: memref<?x10xbf16>, %loss: memref<10xf32>) {
  // CHECK: lse.softmax_grad dims = [1] ins(%{{.+}}, %{{.+}} : memref<?x10xbf16>, memref<?x10xf32>) outs(%{{.+}} : memref<?x10xbf16>){{$}}
  lse.softmax_grad dims = [1] ins(%a, %b : memref<?x10xbf16>, memref<?x10xf32>) outs(%out : memref<?x10xbf16>)
  // CHECK: lse.log_softmax_grad dims = [0] ins
  lse.log_softmax_grad dims = [0] ins(%a, %b : memref<?x10xbf16>, memref<?x10xf32>) outs(%out : memref<?x10xbf16>)
  // CHECK: lse.softmax_grad dims = [1] row_death = zero stabilized from_logits ins
  lse.softmax_grad dims = [1] row_death = zero stabilized from_logits ins(%a, %b : memref<?x10xbf16>, memref<?x10xf32>) outs(%out : memref<?x10xbf16>)
  // CHECK: lse.cross_entropy_grad dims = [1] row_death = zero ins
  lse.cross_entropy_grad dims = [1] row_death = zero ins(%a, %b : memref<?x10xbf16>, memref<?x10xf32>) outs(%out : memref<?x10xbf16>)
  // Its loss has an element for each row, wherever it comes.
  // CHECK: lse.cross_entropy_grad dims = [0] results = [loss, gradient] ins(%{{.+}}, %{{.+}} : memref<?x10xbf16>, memref<?x10xf32>) outs(%{{.+}}, %{{.+}} : memref<10xf32>, memref<?x10xbf16>){{$}}
  lse.cross_entropy_grad dims = [0] results = [loss, gradient] ins(%a, %b : memref<?x10xbf16>, memref<?x10xf32>) outs(%loss, %out : memref<10xf32>, memref<?x10xbf16>)
  // CHECK: lse.cross_entropy_grad dims = [0] results = [probabilities, gradient, loss] ins
  lse.cross_entropy_grad dims = [0] results = [probabilities, gradient, loss] ins(%a, %b : memref<?x10xbf16>, memref<?x10xf32>)
    outs(%out, %out, %loss : memref<?x10xbf16>, memref<?x10xbf16>, memref<10xf32>)
  // What may come after the terms: a weight and a z-weight, or an addend and a weight.
  // CHECK: lse.cross_entropy_grad dims = [1] ins(%{{.+}}, %{{.+}} : memref<?x10xbf16>, memref<?x10xf32>) outs(%{{.+}} : memref<?x10xbf16>) logits {
  // CHECK:   lse.yield %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}} : bf16, f32, f32, f64
  lse.cross_entropy_grad dims = [1] ins(%a, %b : memref<?x10xbf16>, memref<?x10xf32>) outs(%out : memref<?x10xbf16>) logits {
  ^bb0(%z: bf16, %t: f32):
    %w = arith.constant 2.0 : f32
    %v = arith.constant 3.0 : f64
    lse.yield %z, %t, %w, %v : bf16, f32, f32, f64
  }
  // CHECK: lse.logsumexp_grad dims = [1] ins(%{{.+}}, %{{.+}} : memref<?x10xbf16>, memref<?x10xf32>) outs(%{{.+}} : memref<?x10xbf16>) logits {
  // CHECK:   lse.yield %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}} : bf16, f32, f32, f64
  lse.logsumexp_grad dims = [1] ins(%a, %b : memref<?x10xbf16>, memref<?x10xf32>) outs(%out : memref<?x10xbf16>) logits {
  ^bb0(%z: bf16, %addend: f32):
    %w = arith.constant 2.0 : f32
    %v = arith.constant 3.0 : f64
    lse.yield %z, %w, %addend, %v : bf16, f32, f32, f64
  }
  return
}

// CHECK-LABEL: func @sparse
func.func @sparse(%x: tensor<?x10xf16>, %m: memref<4x10xf32>) -> (tensor<?x10xf16>, tensor<?x10xf16>) {
  // CHECK: lse.sparsemax dims = [1] row_death = zero ins(%{{.+}} : tensor<?x10xf16>) outs(%{{.+}} : tensor<?x10xf16>) -> tensor<?x10xf16>
  %p = lse.sparsemax dims = [1] row_death = zero ins(%x : tensor<?x10xf16>) outs(%x : tensor<?x10xf16>) -> tensor<?x10xf16>
  // CHECK: lse.entmax dims = [0] ins(%{{.+}} : tensor<?x10xf16>) outs(%{{.+}} : tensor<?x10xf16>) {alpha = 1.500000e+00 : f64} -> tensor<?x10xf16>
  %q = lse.entmax dims = [0] ins(%x : tensor<?x10xf16>) outs(%x : tensor<?x10xf16>) {alpha = 1.5} -> tensor<?x10xf16>
  // CHECK: lse.entmax dims = [0, 1] ins(%{{.+}} : memref<4x10xf32>) outs(%{{.+}} : memref<4x10xf32>) {alpha = 2.000000e+00 : f64}{{$}}
  lse.entmax dims = [0, 1] ins(%m : memref<4x10xf32>) outs(%m : memref<4x10xf32>) {alpha = 2.0}
  return %p, %q : tensor<?x10xf16>, tensor<?x10xf16>
}

// Weights of both classes, and a loss for each element or for all.
// CHECK-LABEL: func @two_classes
func.func @two_classes(%x: tensor<4x10xf32>, %w: tensor<10xf16>, %v: tensor<4x10xf32>, %each: tensor<4x10xf32>, %sum: tensor<f32>) -> (tensor<4x10xf32>, tensor<f32>) {
  // CHECK: lse.binary_cross_entropy dims = [] ins(%{{.+}}, %{{.+}}, %{{.+}} : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4x10xf32>) outs(%{{.+}} : tensor<4x10xf32>) -> tensor<4x10xf32>
  %l = lse.binary_cross_entropy dims = [] ins(%x, %v, %v : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4x10xf32>) outs(%each : tensor<4x10xf32>) -> tensor<4x10xf32>
  // CHECK: lse.binary_cross_entropy dims = [0, 1] indexing_maps = [{{.*}}] stabilized
  // CHECK-SAME: ins(%{{.+}}, %{{.+}}, %{{.+}} : tensor<4x10xf32>, tensor<10xf16>, tensor<4x10xf32>) outs(%{{.+}} : tensor<f32>) -> tensor<f32>
  %s = lse.binary_cross_entropy dims = [0, 1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> ()>]
    stabilized ins(%x, %w, %v : tensor<4x10xf32>, tensor<10xf16>, tensor<4x10xf32>) outs(%sum : tensor<f32>) logits {
  ^bb0(%a: f32, %b: f16, %c: f32):
    lse.yield %a, %b, %c : f32, f16, f32
  } -> tensor<f32>
  return %l, %s : tensor<4x10xf32>, tensor<f32>
}

// The largest of rows, and routing. Their destinations say how many.
// CHECK-LABEL: func @selection
func.func @selection(%x: tensor<?x8xf32>, %v: tensor<?x2xf32>, %w: tensor<?x2xf16>, %p: tensor<?x2xi32>,
                     %m: memref<4x8xbf16>, %mv: memref<1x8xbf16>, %mp: memref<1x8xindex>) -> (tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xf16>, tensor<?x2xi32>) {
  // CHECK: lse.top_k dimension = 1 ins(%{{.+}} : tensor<?x8xf32>) outs(%{{.+}}, %{{.+}} : tensor<?x2xf32>, tensor<?x2xi32>) -> tensor<?x2xf32>, tensor<?x2xi32>
  %0:2 = lse.top_k dimension = 1 ins(%x : tensor<?x8xf32>) outs(%v, %p : tensor<?x2xf32>, tensor<?x2xi32>) -> tensor<?x2xf32>, tensor<?x2xi32>
  // CHECK: lse.route dimension = 1 ins(%{{.+}} : tensor<?x8xf32>) outs(%{{.+}}, %{{.+}} : tensor<?x2xf16>, tensor<?x2xi32>) {renormalize} -> tensor<?x2xf16>, tensor<?x2xi32>
  %1:2 = lse.route dimension = 1 ins(%x : tensor<?x8xf32>) outs(%w, %p : tensor<?x2xf16>, tensor<?x2xi32>) {renormalize} -> tensor<?x2xf16>, tensor<?x2xi32>
  // CHECK: lse.top_k dimension = 0 ins(%{{.+}} : memref<4x8xbf16>) outs(%{{.+}}, %{{.+}} : memref<1x8xbf16>, memref<1x8xindex>){{$}}
  lse.top_k dimension = 0 ins(%m : memref<4x8xbf16>) outs(%mv, %mp : memref<1x8xbf16>, memref<1x8xindex>)
  return %0#0, %0#1, %1#0, %1#1 : tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xf16>, tensor<?x2xi32>
}

// CHECK-LABEL: func @temperature
func.func @temperature(%x: tensor<4x8xf16>, %t: tensor<4xf32>, %out: tensor<4x8xf16>) -> tensor<4x8xf16> {
  // CHECK:      ^bb0(%[[IN:.+]]: f16, %[[T:.+]]: f32):
  // CHECK-NEXT:   %[[Z:.+]] = lse.temper %[[IN]] by %[[T]] : f16, f32
  // CHECK-NEXT:   lse.yield %[[Z]] : f16
  %p = lse.softmax dims = [1] indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>]
    ins(%x, %t : tensor<4x8xf16>, tensor<4xf32>) outs(%out : tensor<4x8xf16>) logits {
  ^bb0(%in: f16, %by: f32):
    %z = lse.temper %in by %by : f16, f32
    lse.yield %z : f16
  } -> tensor<4x8xf16>
  return %p : tensor<4x8xf16>
}

// CHECK-LABEL: func @class_numbers
func.func @class_numbers(%x: tensor<4x8xf32>, %n: tensor<4xi32>, %out: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK:      ^bb0(%[[IN:.+]]: f32, %[[N:.+]]: i32):
  // CHECK-NEXT:   %{{.+}} = lse.is_class %[[N]] along 1 ignoring -100 : i32
  // CHECK-NEXT:   %{{.+}} = lse.is_class %[[N]] along 1 : i32
  %l = lse.cross_entropy dims = [1] indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i)>]
    ins(%x, %n : tensor<4x8xf32>, tensor<4xi32>) outs(%out : tensor<4xf32>) logits {
  ^bb0(%in: f32, %class: i32):
    %0 = lse.is_class %class along 1 ignoring -100 : i32
    %1 = lse.is_class %class along 1 : i32
    %2 = arith.andi %0, %1 : i1
    %3 = arith.uitofp %2 : i1 to f32
    lse.yield %in, %3 : f32, f32
  } -> tensor<4xf32>
  return %l : tensor<4xf32>
}
