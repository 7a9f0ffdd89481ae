// RUN: lse-opt %s --lse-raise --canonicalize --cse | FileCheck %s

// A broadcast along what may have extent 1, to the extent that it has, as PyTorch's dynamic
// shapes bring it, moves nothing.

#score = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>

// CHECK-LABEL: func @own_extent(
// CHECK:      lse.attention dims = [2] {{.*}} ins(%arg0, %arg1, %arg2 :
func.func @own_extent(%q: tensor<2x8x16xf32>, %k: tensor<2x16x?xf32>, %v: tensor<2x?x5xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = tensor.dim %v, %c1 : tensor<2x?x5xf32>
  %s0 = tensor.empty(%n) : tensor<2x8x?xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x?xf32>) -> tensor<2x8x?xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x?xf32>) outs(%s1 : tensor<2x8x?xf32>) -> tensor<2x8x?xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x?xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x?xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x?xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x?xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x?xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x?xf32>
  %b = linalg.generic {indexing_maps = [#score], iterator_types = ["parallel", "parallel", "parallel"]} outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%out: f32):
    %h = linalg.index 0 : index
    %i = linalg.index 1 : index
    %j = linalg.index 2 : index
    %is_one = arith.cmpi eq, %n, %c1 : index
    %at = arith.select %is_one, %c0, %j : index
    %r = tensor.extract %p[%h, %i, %at] : tensor<2x8x?xf32>
    linalg.yield %r : f32
  } -> tensor<2x8x?xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%b, %v : tensor<2x8x?xf32>, tensor<2x?x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// To another extent, from another element, where it is not 1, or of another loop: what the
// source reads.

// CHECK-LABEL: func @other_extent(
// CHECK-NOT:  lse.attention
// CHECK:      lse.softmax
// CHECK:      tensor.extract
// CHECK:      linalg.batch_matmul
func.func @other_extent(%q: tensor<2x8x16xf32>, %k: tensor<2x16x?xf32>, %v: tensor<2x?x5xf32>, %size: index) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = tensor.dim %v, %c1 : tensor<2x?x5xf32>
  %s0 = tensor.empty(%n) : tensor<2x8x?xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x?xf32>) -> tensor<2x8x?xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x?xf32>) outs(%s1 : tensor<2x8x?xf32>) -> tensor<2x8x?xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x?xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x?xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x?xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x?xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x?xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x?xf32>
  %b = linalg.generic {indexing_maps = [#score], iterator_types = ["parallel", "parallel", "parallel"]} outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%out: f32):
    %h = linalg.index 0 : index
    %i = linalg.index 1 : index
    %j = linalg.index 2 : index
    %is_one = arith.cmpi eq, %size, %c1 : index
    %at = arith.select %is_one, %c0, %j : index
    %r = tensor.extract %p[%h, %i, %at] : tensor<2x8x?xf32>
    linalg.yield %r : f32
  } -> tensor<2x8x?xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%b, %v : tensor<2x8x?xf32>, tensor<2x?x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// CHECK-LABEL: func @other_size(
// CHECK-NOT:  lse.attention
// CHECK:      lse.softmax
// CHECK:      tensor.extract
// CHECK:      linalg.batch_matmul
func.func @other_size(%q: tensor<2x8x16xf32>, %k: tensor<2x16x?xf32>, %v: tensor<2x?x5xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = tensor.dim %v, %c1 : tensor<2x?x5xf32>
  %s0 = tensor.empty(%n) : tensor<2x8x?xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x?xf32>) -> tensor<2x8x?xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x?xf32>) outs(%s1 : tensor<2x8x?xf32>) -> tensor<2x8x?xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x?xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x?xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x?xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x?xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x?xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x?xf32>
  %b = linalg.generic {indexing_maps = [#score], iterator_types = ["parallel", "parallel", "parallel"]} outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%out: f32):
    %h = linalg.index 0 : index
    %i = linalg.index 1 : index
    %j = linalg.index 2 : index
    %is_one = arith.cmpi eq, %n, %c2 : index
    %at = arith.select %is_one, %c0, %j : index
    %r = tensor.extract %p[%h, %i, %at] : tensor<2x8x?xf32>
    linalg.yield %r : f32
  } -> tensor<2x8x?xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%b, %v : tensor<2x8x?xf32>, tensor<2x?x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// CHECK-LABEL: func @other_element(
// CHECK-NOT:  lse.attention
// CHECK:      lse.softmax
// CHECK:      tensor.extract
// CHECK:      linalg.batch_matmul
func.func @other_element(%q: tensor<2x8x16xf32>, %k: tensor<2x16x?xf32>, %v: tensor<2x?x5xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = tensor.dim %v, %c1 : tensor<2x?x5xf32>
  %s0 = tensor.empty(%n) : tensor<2x8x?xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x?xf32>) -> tensor<2x8x?xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x?xf32>) outs(%s1 : tensor<2x8x?xf32>) -> tensor<2x8x?xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x?xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x?xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x?xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x?xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x?xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x?xf32>
  %b = linalg.generic {indexing_maps = [#score], iterator_types = ["parallel", "parallel", "parallel"]} outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%out: f32):
    %h = linalg.index 0 : index
    %i = linalg.index 1 : index
    %j = linalg.index 2 : index
    %is_one = arith.cmpi eq, %n, %c1 : index
    %at = arith.select %is_one, %c1, %j : index
    %r = tensor.extract %p[%h, %i, %at] : tensor<2x8x?xf32>
    linalg.yield %r : f32
  } -> tensor<2x8x?xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%b, %v : tensor<2x8x?xf32>, tensor<2x?x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// CHECK-LABEL: func @other_predicate(
// CHECK-NOT:  lse.attention
// CHECK:      lse.softmax
// CHECK:      tensor.extract
// CHECK:      linalg.batch_matmul
func.func @other_predicate(%q: tensor<2x8x16xf32>, %k: tensor<2x16x?xf32>, %v: tensor<2x?x5xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = tensor.dim %v, %c1 : tensor<2x?x5xf32>
  %s0 = tensor.empty(%n) : tensor<2x8x?xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x?xf32>) -> tensor<2x8x?xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x?xf32>) outs(%s1 : tensor<2x8x?xf32>) -> tensor<2x8x?xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x?xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x?xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x?xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x?xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x?xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x?xf32>
  %b = linalg.generic {indexing_maps = [#score], iterator_types = ["parallel", "parallel", "parallel"]} outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%out: f32):
    %h = linalg.index 0 : index
    %i = linalg.index 1 : index
    %j = linalg.index 2 : index
    %is_one = arith.cmpi ne, %n, %c1 : index
    %at = arith.select %is_one, %c0, %j : index
    %r = tensor.extract %p[%h, %i, %at] : tensor<2x8x?xf32>
    linalg.yield %r : f32
  } -> tensor<2x8x?xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%b, %v : tensor<2x8x?xf32>, tensor<2x?x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}

// CHECK-LABEL: func @other_loop(
// CHECK-NOT:  lse.attention
// CHECK:      lse.softmax
// CHECK:      tensor.extract
// CHECK:      linalg.batch_matmul
func.func @other_loop(%q: tensor<2x8x16xf32>, %k: tensor<2x16x?xf32>, %v: tensor<2x?x5xf32>) -> tensor<2x8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = tensor.dim %v, %c1 : tensor<2x?x5xf32>
  %s0 = tensor.empty(%n) : tensor<2x8x?xf32>
  %s1 = linalg.fill ins(%zero : f32) outs(%s0 : tensor<2x8x?xf32>) -> tensor<2x8x?xf32>
  %s = linalg.batch_matmul ins(%q, %k : tensor<2x8x16xf32>, tensor<2x16x?xf32>) outs(%s1 : tensor<2x8x?xf32>) -> tensor<2x8x?xf32>
  %rows = tensor.empty() : tensor<2x8xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2x8xf32>) -> tensor<2x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<2x8x?xf32>) outs(%lowests : tensor<2x8xf32>) dimensions = [2]
  %e = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%s, %m : tensor<2x8x?xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.subf %x, %y : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x8x?xf32>
  %sum = linalg.reduce { arith.addf } ins(%e : tensor<2x8x?xf32>) outs(%zeros : tensor<2x8xf32>) dimensions = [2]
  %p = linalg.generic {indexing_maps = [#score, #row, #score], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%e, %sum : tensor<2x8x?xf32>, tensor<2x8xf32>) outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%x: f32, %y: f32, %out: f32):
    %0 = arith.divf %x, %y : f32
    linalg.yield %0 : f32
  } -> tensor<2x8x?xf32>
  %b = linalg.generic {indexing_maps = [#score], iterator_types = ["parallel", "parallel", "parallel"]} outs(%s0 : tensor<2x8x?xf32>) {
  ^bb0(%out: f32):
    %h = linalg.index 0 : index
    %i = linalg.index 1 : index
    %j = linalg.index 2 : index
    %is_one = arith.cmpi eq, %n, %c1 : index
    %at = arith.select %is_one, %c0, %i : index
    %r = tensor.extract %p[%h, %i, %at] : tensor<2x8x?xf32>
    linalg.yield %r : f32
  } -> tensor<2x8x?xf32>
  %o0 = tensor.empty() : tensor<2x8x5xf32>
  %o1 = linalg.fill ins(%zero : f32) outs(%o0 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  %o = linalg.batch_matmul ins(%b, %v : tensor<2x8x?xf32>, tensor<2x?x5xf32>) outs(%o1 : tensor<2x8x5xf32>) -> tensor<2x8x5xf32>
  return %o : tensor<2x8x5xf32>
}
