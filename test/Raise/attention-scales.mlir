// RUN: lse-opt %s --lse-raise --canonicalize --cse --split-input-file | FileCheck %s

// Numbers that queries and keys are multiplied by, as PyTorch does with the root of the scale,
// multiply the score: queries, keys and values are read from where they were scaled, repeated
// and transposed.

// CHECK-LABEL: func @both(
// CHECK:      lse.attention dims = [2] {{.*}} ins(%[[Q:arg0]], %[[K:arg1]], %[[V:arg2]] : tensor<2x8x16xf32>, tensor<6x16xf32>, tensor<2x6x5xf32>)
// CHECK-NEXT: ^bb0(%[[SCORE:.+]]: f32):
// CHECK-NEXT:   %[[SCALE:.+]] = arith.constant 2.500000e-01 : f32
// CHECK-NEXT:   %[[LOGIT:.+]] = arith.mulf %[[SCORE]], %[[SCALE]] : f32
// CHECK-NEXT:   lse.yield %[[LOGIT]] : f32
#score = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#shared = affine_map<(d0, d1, d2) -> (d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#head = affine_map<(d0, d1, d2) -> (d0)>
#column = affine_map<(d0, d1, d2) -> (d2)>
#none = affine_map<(d0, d1, d2) -> ()>
func.func @both(%q: tensor<2x8x16xf32>, %k: tensor<6x16xf32>, %v: tensor<2x6x5xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c = arith.constant 0.5 : f32
  %q0 = tensor.empty() : tensor<2x8x16xf32>
  %k0 = tensor.empty() : tensor<2x6x16xf32>
  %kr = linalg.generic {indexing_maps = [#shared, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%k : tensor<6x16xf32>) outs(%k0 : tensor<2x6x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    linalg.yield %x : f32
  } -> tensor<2x6x16xf32>
  %kt0 = tensor.empty() : tensor<2x16x6xf32>
  %kt = linalg.transpose ins(%kr : tensor<2x6x16xf32>) outs(%kt0 : tensor<2x16x6xf32>) permutation = [0, 2, 1]
  %qs = linalg.generic {indexing_maps = [#score, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%q : tensor<2x8x16xf32>) outs(%q0 : tensor<2x8x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    %0 = arith.mulf %x, %c : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x16xf32>
  %ks = linalg.generic {indexing_maps = [#score, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%kt : tensor<2x16x6xf32>) outs(%kt0 : tensor<2x16x6xf32>) {
  ^bb0(%x: f32, %out: f32):
    %0 = arith.mulf %x, %c : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x6xf32>
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%qs, %ks : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// -----

// The same number in all elements of a tensor.
// CHECK-LABEL: func @tensors(
// CHECK:      lse.attention dims = [2] {{.*}} ins(%[[Q:arg0]], %[[K:arg1]], %[[V:arg2]] : tensor<2x8x16xf32>, tensor<6x16xf32>, tensor<2x6x5xf32>)
// CHECK:        arith.constant -5.000000e-01 : f32
#score = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#shared = affine_map<(d0, d1, d2) -> (d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#head = affine_map<(d0, d1, d2) -> (d0)>
#column = affine_map<(d0, d1, d2) -> (d2)>
#none = affine_map<(d0, d1, d2) -> ()>
func.func @tensors(%q: tensor<2x8x16xf32>, %k: tensor<6x16xf32>, %v: tensor<2x6x5xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %splat = arith.constant dense<-0.25> : tensor<2x8x16xf32>
  %one = arith.constant dense<2.0> : tensor<f32>
  %q0 = tensor.empty() : tensor<2x8x16xf32>
  %k0 = tensor.empty() : tensor<2x6x16xf32>
  %kr = linalg.generic {indexing_maps = [#shared, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%k : tensor<6x16xf32>) outs(%k0 : tensor<2x6x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    linalg.yield %x : f32
  } -> tensor<2x6x16xf32>
  %kt0 = tensor.empty() : tensor<2x16x6xf32>
  %kt = linalg.transpose ins(%kr : tensor<2x6x16xf32>) outs(%kt0 : tensor<2x16x6xf32>) permutation = [0, 2, 1]
  %qs = linalg.generic {indexing_maps = [#score, #score, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%q, %splat : tensor<2x8x16xf32>, tensor<2x8x16xf32>) outs(%q0 : tensor<2x8x16xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.mulf %y, %x : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x16xf32>
  %ks = linalg.generic {indexing_maps = [#score, #none, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%kt, %one : tensor<2x16x6xf32>, tensor<f32>) outs(%kt0 : tensor<2x16x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.mulf %y, %x : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x6xf32>
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%qs, %ks : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// -----

// What is no such number is a part of what is read.

// One for each head.
// CHECK-LABEL: func @of_each_head(
// CHECK:      linalg.transpose
// CHECK-NEXT: %[[KEYS:.+]] = linalg.generic
// CHECK:      lse.attention dims = [2] {{.*}} ins(%{{.+}}, %[[KEYS]], %{{.+}} :
#score = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#shared = affine_map<(d0, d1, d2) -> (d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#head = affine_map<(d0, d1, d2) -> (d0)>
#column = affine_map<(d0, d1, d2) -> (d2)>
#none = affine_map<(d0, d1, d2) -> ()>
func.func @of_each_head(%q: tensor<2x8x16xf32>, %k: tensor<6x16xf32>, %v: tensor<2x6x5xf32>, %h: tensor<2xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %q0 = tensor.empty() : tensor<2x8x16xf32>
  %k0 = tensor.empty() : tensor<2x6x16xf32>
  %kr = linalg.generic {indexing_maps = [#shared, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%k : tensor<6x16xf32>) outs(%k0 : tensor<2x6x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    linalg.yield %x : f32
  } -> tensor<2x6x16xf32>
  %kt0 = tensor.empty() : tensor<2x16x6xf32>
  %kt = linalg.transpose ins(%kr : tensor<2x6x16xf32>) outs(%kt0 : tensor<2x16x6xf32>) permutation = [0, 2, 1]
  %ks = linalg.generic {indexing_maps = [#score, #head, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%kt, %h : tensor<2x16x6xf32>, tensor<2xf32>) outs(%kt0 : tensor<2x16x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.mulf %y, %x : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x6xf32>
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %ks : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// -----

// One that is not known, and may be 0 or infinite.
// CHECK-LABEL: func @at_run_time(
// CHECK:      linalg.transpose
// CHECK-NEXT: %[[KEYS:.+]] = linalg.generic
// CHECK:      lse.attention dims = [2] {{.*}} ins(%{{.+}}, %[[KEYS]], %{{.+}} :
#score = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#shared = affine_map<(d0, d1, d2) -> (d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#head = affine_map<(d0, d1, d2) -> (d0)>
#column = affine_map<(d0, d1, d2) -> (d2)>
#none = affine_map<(d0, d1, d2) -> ()>
func.func @at_run_time(%q: tensor<2x8x16xf32>, %k: tensor<6x16xf32>, %v: tensor<2x6x5xf32>, %h: tensor<f32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %q0 = tensor.empty() : tensor<2x8x16xf32>
  %k0 = tensor.empty() : tensor<2x6x16xf32>
  %kr = linalg.generic {indexing_maps = [#shared, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%k : tensor<6x16xf32>) outs(%k0 : tensor<2x6x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    linalg.yield %x : f32
  } -> tensor<2x6x16xf32>
  %kt0 = tensor.empty() : tensor<2x16x6xf32>
  %kt = linalg.transpose ins(%kr : tensor<2x6x16xf32>) outs(%kt0 : tensor<2x16x6xf32>) permutation = [0, 2, 1]
  %ks = linalg.generic {indexing_maps = [#score, #none, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%kt, %h : tensor<2x16x6xf32>, tensor<f32>) outs(%kt0 : tensor<2x16x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.mulf %y, %x : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x6xf32>
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %ks : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// -----

// 0: what is infinite becomes NaN.
// CHECK-LABEL: func @zero(
// CHECK:      linalg.transpose
// CHECK-NEXT: %[[KEYS:.+]] = linalg.generic
// CHECK:      lse.attention dims = [2] {{.*}} ins(%{{.+}}, %[[KEYS]], %{{.+}} :
#score = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#shared = affine_map<(d0, d1, d2) -> (d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#head = affine_map<(d0, d1, d2) -> (d0)>
#column = affine_map<(d0, d1, d2) -> (d2)>
#none = affine_map<(d0, d1, d2) -> ()>
func.func @zero(%q: tensor<2x8x16xf32>, %k: tensor<6x16xf32>, %v: tensor<2x6x5xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c = arith.constant 0.0 : f32
  %q0 = tensor.empty() : tensor<2x8x16xf32>
  %k0 = tensor.empty() : tensor<2x6x16xf32>
  %kr = linalg.generic {indexing_maps = [#shared, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%k : tensor<6x16xf32>) outs(%k0 : tensor<2x6x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    linalg.yield %x : f32
  } -> tensor<2x6x16xf32>
  %kt0 = tensor.empty() : tensor<2x16x6xf32>
  %kt = linalg.transpose ins(%kr : tensor<2x6x16xf32>) outs(%kt0 : tensor<2x16x6xf32>) permutation = [0, 2, 1]
  %ks = linalg.generic {indexing_maps = [#score, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%kt : tensor<2x16x6xf32>) outs(%kt0 : tensor<2x16x6xf32>) {
  ^bb0(%x: f32, %out: f32):
    %0 = arith.mulf %x, %c : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x6xf32>
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %ks : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// -----

// CHECK-LABEL: func @infinite(
// CHECK:      linalg.transpose
// CHECK-NEXT: %[[KEYS:.+]] = linalg.generic
// CHECK:      lse.attention dims = [2] {{.*}} ins(%{{.+}}, %[[KEYS]], %{{.+}} :
#score = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#shared = affine_map<(d0, d1, d2) -> (d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#head = affine_map<(d0, d1, d2) -> (d0)>
#column = affine_map<(d0, d1, d2) -> (d2)>
#none = affine_map<(d0, d1, d2) -> ()>
func.func @infinite(%q: tensor<2x8x16xf32>, %k: tensor<6x16xf32>, %v: tensor<2x6x5xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c = arith.constant 0x7F800000 : f32
  %q0 = tensor.empty() : tensor<2x8x16xf32>
  %k0 = tensor.empty() : tensor<2x6x16xf32>
  %kr = linalg.generic {indexing_maps = [#shared, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%k : tensor<6x16xf32>) outs(%k0 : tensor<2x6x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    linalg.yield %x : f32
  } -> tensor<2x6x16xf32>
  %kt0 = tensor.empty() : tensor<2x16x6xf32>
  %kt = linalg.transpose ins(%kr : tensor<2x6x16xf32>) outs(%kt0 : tensor<2x16x6xf32>) permutation = [0, 2, 1]
  %ks = linalg.generic {indexing_maps = [#score, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%kt : tensor<2x16x6xf32>) outs(%kt0 : tensor<2x16x6xf32>) {
  ^bb0(%x: f32, %out: f32):
    %0 = arith.mulf %x, %c : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x6xf32>
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %ks : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// -----

// Large and small ones, without which a score might overflow or vanish.
// CHECK-LABEL: func @huge(
// CHECK:      linalg.transpose
// CHECK-NEXT: %[[KEYS:.+]] = linalg.generic
// CHECK:      lse.attention dims = [2] {{.*}} ins(%{{.+}}, %[[KEYS]], %{{.+}} :
#score = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#shared = affine_map<(d0, d1, d2) -> (d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#head = affine_map<(d0, d1, d2) -> (d0)>
#column = affine_map<(d0, d1, d2) -> (d2)>
#none = affine_map<(d0, d1, d2) -> ()>
func.func @huge(%q: tensor<2x8x16xf32>, %k: tensor<6x16xf32>, %v: tensor<2x6x5xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c = arith.constant 1.0e+30 : f32
  %q0 = tensor.empty() : tensor<2x8x16xf32>
  %k0 = tensor.empty() : tensor<2x6x16xf32>
  %kr = linalg.generic {indexing_maps = [#shared, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%k : tensor<6x16xf32>) outs(%k0 : tensor<2x6x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    linalg.yield %x : f32
  } -> tensor<2x6x16xf32>
  %kt0 = tensor.empty() : tensor<2x16x6xf32>
  %kt = linalg.transpose ins(%kr : tensor<2x6x16xf32>) outs(%kt0 : tensor<2x16x6xf32>) permutation = [0, 2, 1]
  %ks = linalg.generic {indexing_maps = [#score, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%kt : tensor<2x16x6xf32>) outs(%kt0 : tensor<2x16x6xf32>) {
  ^bb0(%x: f32, %out: f32):
    %0 = arith.mulf %x, %c : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x6xf32>
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %ks : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// -----

// CHECK-LABEL: func @tiny(
// CHECK:      linalg.transpose
// CHECK-NEXT: %[[KEYS:.+]] = linalg.generic
// CHECK:      lse.attention dims = [2] {{.*}} ins(%{{.+}}, %[[KEYS]], %{{.+}} :
#score = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#shared = affine_map<(d0, d1, d2) -> (d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#head = affine_map<(d0, d1, d2) -> (d0)>
#column = affine_map<(d0, d1, d2) -> (d2)>
#none = affine_map<(d0, d1, d2) -> ()>
func.func @tiny(%q: tensor<2x8x16xf32>, %k: tensor<6x16xf32>, %v: tensor<2x6x5xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c = arith.constant 1.0e-30 : f32
  %q0 = tensor.empty() : tensor<2x8x16xf32>
  %k0 = tensor.empty() : tensor<2x6x16xf32>
  %kr = linalg.generic {indexing_maps = [#shared, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%k : tensor<6x16xf32>) outs(%k0 : tensor<2x6x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    linalg.yield %x : f32
  } -> tensor<2x6x16xf32>
  %kt0 = tensor.empty() : tensor<2x16x6xf32>
  %kt = linalg.transpose ins(%kr : tensor<2x6x16xf32>) outs(%kt0 : tensor<2x16x6xf32>) permutation = [0, 2, 1]
  %ks = linalg.generic {indexing_maps = [#score, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%kt : tensor<2x16x6xf32>) outs(%kt0 : tensor<2x16x6xf32>) {
  ^bb0(%x: f32, %out: f32):
    %0 = arith.mulf %x, %c : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x6xf32>
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%q, %ks : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// -----

// Divided by a power of 2.
// CHECK-LABEL: func @halved(
// CHECK:      lse.attention dims = [2] {{.*}} ins(%[[Q:arg0]], %[[K:arg1]], %[[V:arg2]] : tensor<2x8x16xf32>, tensor<6x16xf32>, tensor<2x6x5xf32>)
// CHECK-NEXT: ^bb0(%[[SCORE:.+]]: f32):
// CHECK-NEXT:   %[[SCALE:.+]] = arith.constant 2.500000e-01 : f32
// CHECK-NEXT:   %[[LOGIT:.+]] = arith.mulf %[[SCORE]], %[[SCALE]] : f32
// CHECK-NEXT:   lse.yield %[[LOGIT]] : f32
#score = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#shared = affine_map<(d0, d1, d2) -> (d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#head = affine_map<(d0, d1, d2) -> (d0)>
#column = affine_map<(d0, d1, d2) -> (d2)>
#none = affine_map<(d0, d1, d2) -> ()>
func.func @halved(%q: tensor<2x8x16xf32>, %k: tensor<6x16xf32>, %v: tensor<2x6x5xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c = arith.constant 2.0 : f32
  %q0 = tensor.empty() : tensor<2x8x16xf32>
  %k0 = tensor.empty() : tensor<2x6x16xf32>
  %kr = linalg.generic {indexing_maps = [#shared, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%k : tensor<6x16xf32>) outs(%k0 : tensor<2x6x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    linalg.yield %x : f32
  } -> tensor<2x6x16xf32>
  %kt0 = tensor.empty() : tensor<2x16x6xf32>
  %kt = linalg.transpose ins(%kr : tensor<2x6x16xf32>) outs(%kt0 : tensor<2x16x6xf32>) permutation = [0, 2, 1]
  %qs = linalg.generic {indexing_maps = [#score, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%q : tensor<2x8x16xf32>) outs(%q0 : tensor<2x8x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    %0 = arith.divf %x, %c : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x16xf32>
  %ks = linalg.generic {indexing_maps = [#score, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%kt : tensor<2x16x6xf32>) outs(%kt0 : tensor<2x16x6xf32>) {
  ^bb0(%x: f32, %out: f32):
    %0 = arith.divf %x, %c : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x6xf32>
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%qs, %ks : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// -----

// What is computed in many steps is looked at once.
// CHECK-LABEL: func @chain(
// CHECK:      %[[Q:.+]] = linalg.generic
// CHECK:      lse.attention dims = [2] {{.*}} ins(%[[Q]], %[[K:arg1]], %{{.+}} :
#score = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#shared = affine_map<(d0, d1, d2) -> (d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#head = affine_map<(d0, d1, d2) -> (d0)>
#column = affine_map<(d0, d1, d2) -> (d2)>
#none = affine_map<(d0, d1, d2) -> ()>
func.func @chain(%q: tensor<2x8x16xf32>, %k: tensor<6x16xf32>, %v: tensor<2x6x5xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c = arith.constant 0.5 : f32
  %q0 = tensor.empty() : tensor<2x8x16xf32>
  %k0 = tensor.empty() : tensor<2x6x16xf32>
  %kr = linalg.generic {indexing_maps = [#shared, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%k : tensor<6x16xf32>) outs(%k0 : tensor<2x6x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    linalg.yield %x : f32
  } -> tensor<2x6x16xf32>
  %kt0 = tensor.empty() : tensor<2x16x6xf32>
  %kt = linalg.transpose ins(%kr : tensor<2x6x16xf32>) outs(%kt0 : tensor<2x16x6xf32>) permutation = [0, 2, 1]
  %qs = linalg.generic {indexing_maps = [#score, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%q : tensor<2x8x16xf32>) outs(%q0 : tensor<2x8x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    %v0 = arith.mulf %x, %x : f32
    %v1 = arith.addf %v0, %v0 : f32
    %v2 = arith.addf %v1, %v1 : f32
    %v3 = arith.addf %v2, %v2 : f32
    %v4 = arith.addf %v3, %v3 : f32
    %v5 = arith.addf %v4, %v4 : f32
    %v6 = arith.addf %v5, %v5 : f32
    %v7 = arith.addf %v6, %v6 : f32
    %v8 = arith.addf %v7, %v7 : f32
    %v9 = arith.addf %v8, %v8 : f32
    %v10 = arith.addf %v9, %v9 : f32
    %v11 = arith.addf %v10, %v10 : f32
    %v12 = arith.addf %v11, %v11 : f32
    %v13 = arith.addf %v12, %v12 : f32
    %v14 = arith.addf %v13, %v13 : f32
    %v15 = arith.addf %v14, %v14 : f32
    %v16 = arith.addf %v15, %v15 : f32
    %v17 = arith.addf %v16, %v16 : f32
    %v18 = arith.addf %v17, %v17 : f32
    %v19 = arith.addf %v18, %v18 : f32
    %v20 = arith.addf %v19, %v19 : f32
    %v21 = arith.addf %v20, %v20 : f32
    %v22 = arith.addf %v21, %v21 : f32
    %v23 = arith.addf %v22, %v22 : f32
    %v24 = arith.addf %v23, %v23 : f32
    %v25 = arith.addf %v24, %v24 : f32
    %v26 = arith.addf %v25, %v25 : f32
    %v27 = arith.addf %v26, %v26 : f32
    %v28 = arith.addf %v27, %v27 : f32
    %v29 = arith.addf %v28, %v28 : f32
    %v30 = arith.addf %v29, %v29 : f32
    %v31 = arith.addf %v30, %v30 : f32
    %v32 = arith.addf %v31, %v31 : f32
    %v33 = arith.addf %v32, %v32 : f32
    %v34 = arith.addf %v33, %v33 : f32
    %v35 = arith.addf %v34, %v34 : f32
    %v36 = arith.addf %v35, %v35 : f32
    %v37 = arith.addf %v36, %v36 : f32
    %v38 = arith.addf %v37, %v37 : f32
    %v39 = arith.addf %v38, %v38 : f32
    %v40 = arith.addf %v39, %v39 : f32
    %0 = arith.mulf %x, %v40 : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x16xf32>
  %ks = linalg.generic {indexing_maps = [#score, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%kt : tensor<2x16x6xf32>) outs(%kt0 : tensor<2x16x6xf32>) {
  ^bb0(%x: f32, %out: f32):
    %0 = arith.mulf %x, %c : f32
    linalg.yield %0 : f32
  } -> tensor<2x16x6xf32>
  %s0 = tensor.empty() : tensor<2x8x6xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %s = linalg.batch_matmul ins(%qs, %ks : tensor<2x8x16xf32>, tensor<2x16x6xf32>) outs(%s1 : tensor<2x8x6xf32>) -> tensor<2x8x6xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x6xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x6xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x6xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x6xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf32>, tensor<2x6x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// -----

// Scores that would overflow without it.
// CHECK-LABEL: func @narrow(
// CHECK:      linalg.transpose
// CHECK-NEXT: %[[KEYS:.+]] = linalg.generic
// CHECK:      lse.attention dims = [2] {{.*}} ins(%{{.+}}, %[[KEYS]], %{{.+}} :
#score = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#shared = affine_map<(d0, d1, d2) -> (d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>
#head = affine_map<(d0, d1, d2) -> (d0)>
#column = affine_map<(d0, d1, d2) -> (d2)>
#none = affine_map<(d0, d1, d2) -> ()>
func.func @narrow(%q: tensor<2x8x16xf16>, %k: tensor<6x16xf16>, %v: tensor<2x6x5xf16>) -> tensor<2x8x5xf16> {
  %zero = arith.constant 0.0 : f16
  %lowest = arith.constant 0xFC00 : f16
  %c = arith.constant 0.5 : f16
  %q0 = tensor.empty() : tensor<2x8x16xf16>
  %k0 = tensor.empty() : tensor<2x6x16xf16>
  %kr = linalg.generic {indexing_maps = [#shared, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%k : tensor<6x16xf16>) outs(%k0 : tensor<2x6x16xf16>) {
  ^bb0(%x: f16, %out: f16):
    linalg.yield %x : f16
  } -> tensor<2x6x16xf16>
  %kt0 = tensor.empty() : tensor<2x16x6xf16>
  %kt = linalg.transpose ins(%kr : tensor<2x6x16xf16>) outs(%kt0 : tensor<2x16x6xf16>) permutation = [0, 2, 1]
  %ks = linalg.generic {indexing_maps = [#score, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%kt : tensor<2x16x6xf16>) outs(%kt0 : tensor<2x16x6xf16>) {
  ^bb0(%x: f16, %out: f16):
    %0 = arith.mulf %x, %c : f16
    linalg.yield %0 : f16
  } -> tensor<2x16x6xf16>
  %s0 = tensor.empty() : tensor<2x8x6xf16>
  %s1 = linalg.fill ins(%zero : f16) outs(%s0 : tensor<2x8x6xf16>) -> tensor<2x8x6xf16>
  %s = linalg.batch_matmul ins(%q, %ks : tensor<2x8x16xf16>, tensor<2x16x6xf16>) outs(%s1 : tensor<2x8x6xf16>) -> tensor<2x8x6xf16>
  %rows = tensor.empty() : tensor<2x8xf16>
  %lowests = linalg.fill ins(%lowest : f16) outs(%rows : tensor<2x8xf16>) -> tensor<2x8xf16>
  %zeros = linalg.fill ins(%zero : f16) outs(%rows : tensor<2x8xf16>) -> tensor<2x8xf16>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x6xf16>) outs(%lowests : tensor<2x8xf16>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x6xf16>, tensor<2x8xf16>) outs(%s0 : tensor<2x8x6xf16>) {
  ^bb0(%x: f16, %y: f16, %out: f16):
    %0 = arith.subf %x, %y : f16
    %1 = math.exp %0 : f16
    linalg.yield %1 : f16
  } -> tensor<2x8x6xf16>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x6xf16>) outs(%zeros : tensor<2x8xf16>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x6xf16>, tensor<2x8xf16>) outs(%s0 : tensor<2x8x6xf16>) {
  ^bb0(%x: f16, %y: f16, %out: f16):
    %0 = arith.divf %x, %y : f16
    linalg.yield %0 : f16
  } -> tensor<2x8x6xf16>
  %o0 = tensor.empty() : tensor<2x8x5xf16>
  %o1 = linalg.fill ins(%zero : f16) outs(%o0 : tensor<2x8x5xf16>) -> tensor<2x8x5xf16>
  %o = linalg.batch_matmul ins(%p, %v : tensor<2x8x6xf16>, tensor<2x6x5xf16>) outs(%o1 : tensor<2x8x5xf16>) -> tensor<2x8x5xf16>
  return %o : tensor<2x8x5xf16>
}
