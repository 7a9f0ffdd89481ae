// RUN: lse-opt %s | lse-opt | FileCheck %s
// RUN: lse-opt %s --mlir-print-op-generic | lse-opt | FileCheck %s
// RUN: lse-opt %s --canonicalize | FileCheck %s --check-prefix=CANON

// CHECK-LABEL: func @plain
func.func @plain(%q: tensor<2x4x8x16xf32>, %k: tensor<2x4x6x16xf32>, %v: tensor<2x4x6x5xf32>, %o: tensor<2x4x8x5xf32>) -> tensor<2x4x8x5xf32> {
  // CHECK: lse.attention dims = [3] ins(%{{.+}}, %{{.+}}, %{{.+}} : tensor<2x4x8x16xf32>, tensor<2x4x6x16xf32>, tensor<2x4x6x5xf32>) outs(%{{.+}} : tensor<2x4x8x5xf32>) -> tensor<2x4x8x5xf32>{{$}}
  %r = lse.attention dims = [3] ins(%q, %k, %v : tensor<2x4x8x16xf32>, tensor<2x4x6x16xf32>, tensor<2x4x6x5xf32>) outs(%o : tensor<2x4x8x5xf32>) -> tensor<2x4x8x5xf32>
  return %r : tensor<2x4x8x5xf32>
}

// The score is summed in the wider type of the two, unless the region says
// otherwise.
// CHECK-LABEL: func @masked
func.func @masked(%q: memref<?x16xf16>, %k: memref<?x16xf64>, %v: memref<?x5xbf16>, %mask: memref<?x?xi1>, %o: memref<?x5xf16>) {
  // CHECK:      lse.attention dims = [1] row_death = zero numerics = accurate stabilized ins(%{{.+}}, %{{.+}}, %{{.+}}, %{{.+}} : memref<?x16xf16>, memref<?x16xf64>, memref<?x5xbf16>, memref<?x?xi1>) outs(%{{.+}} : memref<?x5xf16>) logits {
  // CHECK-NEXT: ^bb0(%[[SCORE:.+]]: f32, %[[MASK:.+]]: i1):
  // CHECK:        arith.select %[[MASK]], %[[SCORE]], %{{.+}} : f32
  lse.attention dims = [1] row_death = zero numerics = accurate stabilized
    ins(%q, %k, %v, %mask : memref<?x16xf16>, memref<?x16xf64>, memref<?x5xbf16>, memref<?x?xi1>) outs(%o : memref<?x5xf16>) logits {
  ^bb0(%score: f32, %m: i1):
    %inf = arith.constant 0xFF800000 : f32
    %z = arith.select %m, %score, %inf : f32
    lse.yield %z : f32
  }
  // CHECK: lse.attention dims = [1] ins({{.*}}) outs({{.*}}){{$}}
  lse.attention dims = [1] ins(%q, %k, %v : memref<?x16xf16>, memref<?x16xf64>, memref<?x5xbf16>) outs(%o : memref<?x5xf16>) logits {
  ^bb0(%score: f64):
    lse.yield %score : f64
  }
  return
}

// Two heads share keys and values, which have one batch of one; the output has
// another order.
// CHECK-LABEL: func @grouped
func.func @grouped(%q: tensor<4x2x8x16xf32>, %k: tensor<1x1x1x1x1x1x1x4x6x16xf32>, %v: tensor<4x6x5xf32>, %o: tensor<8x4x2x5xf32>) -> tensor<8x4x2x5xf32> {
  // CHECK: lse.attention dims = [3] indexing_maps = [
  %r = lse.attention dims = [3]
    indexing_maps = [affine_map<(g, h, i, j, d, n) -> (g, h, i, d)>,
                     affine_map<(g, h, i, j, d, n) -> (0, 0, 0, 0, 0, 0, 0, g, j, d)>,
                     affine_map<(g, h, i, j, d, n) -> (g, j, n)>,
                     affine_map<(g, h, i, j, d, n) -> (i, g, h, n)>]
    ins(%q, %k, %v : tensor<4x2x8x16xf32>, tensor<1x1x1x1x1x1x1x4x6x16xf32>, tensor<4x6x5xf32>) outs(%o : tensor<8x4x2x5xf32>) -> tensor<8x4x2x5xf32>
  return %r : tensor<8x4x2x5xf32>
}

// An input of the region that is there twice, and one that is not read. Queries
// that are the keys stay both.
// CANON-LABEL: func @simplified
// CANON-SAME:    %[[X:[a-z0-9]+]]: tensor<8x16xf32>, %[[M:[a-z0-9]+]]: tensor<8x8xf32>
func.func @simplified(%x: tensor<8x16xf32>, %m: tensor<8x8xf32>, %unread: tensor<8x8xf32>, %o: tensor<8x16xf32>) -> tensor<8x16xf32> {
  // CANON:      lse.attention dims = [1] ins(%[[X]], %[[X]], %[[X]], %[[M]] : {{.*}}) outs({{.*}}) logits {
  // CANON-NEXT: ^bb0(%[[SCORE:.+]]: f32, %[[IN:.+]]: f32):
  // CANON-NEXT:   %[[ONCE:.+]] = arith.addf %[[SCORE]], %[[IN]]
  // CANON-NEXT:   arith.addf %[[ONCE]], %[[IN]]
  %r = lse.attention dims = [1] ins(%x, %x, %x, %m, %unread, %m : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>) outs(%o : tensor<8x16xf32>) logits {
  ^bb0(%score: f32, %a: f32, %b: f32, %c: f32):
    %s = arith.addf %score, %a : f32
    %z = arith.addf %s, %c : f32
    lse.yield %z : f32
  } -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}
