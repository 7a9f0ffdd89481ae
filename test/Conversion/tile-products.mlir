// RUN: lse-opt %s --lse-tile-products=cpu=x86-64-v3 --split-input-file | FileCheck %s
// RUN: lse-opt %s --lse-tile-products=cpu=x86-64 --split-input-file | FileCheck %s --check-prefix=SSE
// RUN: lse-opt %s --lse-tile-products=cpu=x86-64-v4,x86-64 --split-input-file | FileCheck %s --check-prefix=SSE
// RUN: not lse-opt %s --lse-tile-products=cpu=i7 --split-input-file 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: error: unknown CPU 'i7'

// Where everything is a multiple of the tile, there are no other loops. LLVM is told to
// leave them as they are.
// CHECK-DAG: #[[VECTORIZE:.+]] = #llvm.loop_vectorize<disable = true>
// CHECK-DAG: #[[UNROLL:.+]] = #llvm.loop_unroll<disable = true>
// CHECK: #[[AS_IT_IS:.+]] = #llvm.loop_annotation<vectorize = #[[VECTORIZE]], unroll = #[[UNROLL]]>
// CHECK-LABEL: func @whole
// CHECK-SAME: (%[[A:.+]]: memref<64x48xf32>, %[[B:.+]]: memref<48x32xf32>, %[[C:.+]]: memref<64x32xf32>)
// SSE-LABEL: func @whole
func.func @whole(%a: memref<64x48xf32>, %b: memref<48x32xf32>, %c: memref<64x32xf32>) {
  // CHECK: %[[STACK:.+]] = memref.alloca() {alignment = 64 : i64} : memref<17408xi8>
  // CHECK: %[[PANEL:.+]] = memref.view %[[STACK]][%{{.+}}][] : memref<17408xi8> to memref<256x16xf32>
  // CHECK: scf.for %[[J:.+]] = %{{.+}} to %c32{{.*}} step %c16
  // The columns of a panel are copied side by side.
  // CHECK: scf.for %[[K:.+]] = %{{.+}} to %c48{{.*}} step %c1
  // CHECK-NEXT: %[[ROW:.+]] = vector.load %[[B]][%[[K]], %[[J]]] : memref<48x32xf32>, vector<16xf32>
  // CHECK-NEXT: vector.store %[[ROW]], %[[PANEL]][%[[K]], %{{.+}}]
  // CHECK-NEXT: } {loop_annotation = #[[AS_IT_IS]]}
  // CHECK: scf.for %[[I:.+]] = %{{.+}} to %c64{{.*}} step %c4
  // CHECK: vector.load %[[C]][%{{.+}}, %[[J]]]
  // CHECK: %[[SUMS:.+]]:4 = scf.for %[[K:.+]] = {{.+}} iter_args(%[[SUM:.+]] = {{.+}}, %{{.+}} = {{.+}}, %{{.+}} = {{.+}}, %{{.+}} = {{.+}}) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>)
  // CHECK-NEXT: %[[RIGHT:.+]] = vector.load %[[PANEL]][%[[K]], %{{.+}}] : memref<256x16xf32>, vector<16xf32>
  // CHECK: %[[LEFT:.+]] = memref.load %[[A]][%{{.+}}, %[[K]]]
  // CHECK-NEXT: %[[SPREAD:.+]] = vector.broadcast %[[LEFT]] : f32 to vector<16xf32>
  // CHECK-NEXT: %[[PRODUCT:.+]] = arith.mulf %[[SPREAD]], %[[RIGHT]] : vector<16xf32>
  // CHECK-NEXT: arith.addf %[[SUM]], %[[PRODUCT]] : vector<16xf32>
  // CHECK: scf.yield
  // CHECK-NEXT: } {loop_annotation = #[[AS_IT_IS]]}
  // CHECK: vector.store %[[SUMS]]#0, %[[C]][%{{.+}}, %[[J]]]
  // CHECK-NOT: scf.for
  // CHECK-NOT: linalg
  // CHECK: return
  // SSE: scf.for %{{.+}} iter_args({{.+}}) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
  linalg.matmul ins(%a, %b : memref<64x48xf32>, memref<48x32xf32>) outs(%c : memref<64x32xf32>)
  return
}

// -----

// Columns that are not adjacent are transposed on their way into the panel. Where that
// may be too much for few products, extents are tested.
// CHECK-LABEL: func @linear
// CHECK-SAME: (%{{.+}}: memref<?x64xf32>, %[[W:.+]]: memref<16x64xf32>
func.func @linear(%x: memref<?x64xf32>, %w: memref<16x64xf32>, %c: memref<?x16xf32>) {
  // CHECK: %[[LEAST:.+]] = arith.constant 2048 : index
  // CHECK: %[[ENOUGH:.+]] = arith.cmpi sge, %{{.+}}, %[[LEAST]]
  // CHECK-NEXT: scf.if %[[ENOUGH]]
  // CHECK-COUNT-4: vector.load %[[W]]{{.+}} vector<4xf32>
  // CHECK-COUNT-8: vector.shuffle
  // CHECK-COUNT-4: vector.store {{.+}} vector<4xf32>
  // Rows in tiles of four, then those that are left.
  // CHECK: scf.for %{{.+}} iter_args({{.+}}) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>)
  // CHECK: scf.for %{{.+}} iter_args({{.+}}) -> (vector<16xf32>)
  // CHECK: } else {
  // CHECK-NEXT: linalg.generic
  linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (j, k)>, affine_map<(i, j, k) -> (i, j)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : memref<?x64xf32>, memref<16x64xf32>) outs(%c : memref<?x16xf32>) {
  ^bb0(%a: f32, %b: f32, %z: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %z, %0 : f32
    linalg.yield %1 : f32
  }
  return
}

// -----

// Columns that do not fill a tile are computed beside the result.
// CHECK-LABEL: func @narrow_edge
// CHECK-SAME: (%{{.+}}: memref<8x64xbf16>, %[[B:.+]]: memref<64x100xbf16>, %[[C:.+]]: memref<8x100xf32>)
func.func @narrow_edge(%a: memref<8x64xbf16>, %b: memref<64x100xbf16>, %c: memref<8x100xf32>) {
  // CHECK: memref.view {{.+}} to memref<512x16xbf16>
  // CHECK: %[[EDGE:.+]] = memref.view {{.+}} to memref<4x16xf32>
  // CHECK: vector.store %{{.+}}, %[[C]]
  // CHECK: arith.constant dense<0.000000e+00> : vector<16xbf16>
  // CHECK: memref.load %[[B]]
  // CHECK: memref.load %[[C]]
  // CHECK: vector.load %[[EDGE]]
  // One number is widened before it is spread.
  // CHECK: arith.extf %{{.+}} : bf16 to f32
  // CHECK: arith.extf %{{.+}} : vector<16xbf16> to vector<16xf32>
  // CHECK: vector.store %{{.+}}, %[[EDGE]]
  // CHECK: memref.store %{{.+}}, %[[C]]
  linalg.matmul ins(%a, %b : memref<8x64xbf16>, memref<64x100xbf16>) outs(%c : memref<8x100xf32>)
  return
}

// -----

// Rows of all batches of the left matrix use a panel of the one on the right. Products
// of one function share the stack.
// CHECK-LABEL: func @shared
func.func @shared(%a: memref<3x16x32xf32>, %b: memref<32x32xf32>, %c: memref<3x16x32xf32>, %d: memref<3x16x32xf32>) {
  // CHECK-COUNT-1: memref.alloca()
  // CHECK-NOT: memref.alloca()
  // CHECK: scf.for %{{.+}} = %{{.+}} to %c32{{.*}} step %c16
  // CHECK: scf.for %{{.+}} = %{{.+}} to %c32{{.*}} step %c1
  // CHECK: scf.for %{{.+}} = %{{.+}} to %c3{{.*}} step %c1
  // CHECK: scf.for %{{.+}} = %{{.+}} to %c16{{.*}} step %c4
  linalg.contract indexing_maps = [affine_map<(b, i, j, k) -> (b, i, k)>, affine_map<(b, i, j, k) -> (k, j)>, affine_map<(b, i, j, k) -> (b, i, j)>]
      ins(%a, %b : memref<3x16x32xf32>, memref<32x32xf32>) outs(%c : memref<3x16x32xf32>)
  // CHECK: scf.for
  linalg.contract indexing_maps = [affine_map<(b, i, j, k) -> (b, i, k)>, affine_map<(b, i, j, k) -> (k, j)>, affine_map<(b, i, j, k) -> (b, i, j)>]
      ins(%c, %b : memref<3x16x32xf32>, memref<32x32xf32>) outs(%d : memref<3x16x32xf32>)
  return
}

// -----

// Too small, no rows that share a panel, none at all.
// CHECK-LABEL: func @not_worth_it
// CHECK-NOT: vector
func.func @not_worth_it(%a: memref<4x8xf32>, %b: memref<8x8xf32>, %c: memref<4x8xf32>,
                        %x: memref<1x768xf32>, %w: memref<768x768xf32>, %y: memref<1x768xf32>,
                        %none: memref<0x768xf32>) {
  // CHECK-COUNT-3: linalg.matmul
  linalg.matmul ins(%a, %b : memref<4x8xf32>, memref<8x8xf32>) outs(%c : memref<4x8xf32>)
  linalg.matmul ins(%x, %w : memref<1x768xf32>, memref<768x768xf32>) outs(%y : memref<1x768xf32>)
  linalg.matmul ins(%none, %w : memref<0x768xf32>, memref<768x768xf32>) outs(%none : memref<0x768xf32>)
  return
}

// -----

// No vectors: sums of a narrow type, columns of the result with gaps, elements without an
// address. Not a product: something else than a sum, what is read beside the matrices.
// CHECK-LABEL: func @not_products
// CHECK-NOT: vector
func.func @not_products(%a: memref<64x64xf32>, %b: memref<64x64xf32>, %c: memref<64x64xf32>, %h: memref<64x64xf16>,
                        %gaps: memref<64x64xf32, strided<[128, 2]>>, %i: memref<64x64xi1>, %s: f32) {
  // CHECK-COUNT-3: linalg.matmul
  linalg.matmul ins(%h, %h : memref<64x64xf16>, memref<64x64xf16>) outs(%h : memref<64x64xf16>)
  linalg.matmul ins(%a, %b : memref<64x64xf32>, memref<64x64xf32>) outs(%gaps : memref<64x64xf32, strided<[128, 2]>>)
  linalg.matmul ins(%i, %i : memref<64x64xi1>, memref<64x64xi1>) outs(%i : memref<64x64xi1>)
  // CHECK-COUNT-2: linalg.generic
  linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<64x64xf32>, memref<64x64xf32>) outs(%c : memref<64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %0 = arith.mulf %x, %y : f32
    %1 = arith.subf %z, %0 : f32
    linalg.yield %1 : f32
  }
  linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<64x64xf32>, memref<64x64xf32>) outs(%c : memref<64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %0 = arith.mulf %x, %y : f32
    %1 = arith.mulf %0, %s : f32
    %2 = arith.addf %z, %1 : f32
    linalg.yield %2 : f32
  }
  return
}

// -----

// Tensors are not touched.
// CHECK-LABEL: func @tensors
func.func @tensors(%a: tensor<64x64xf32>, %c: tensor<64x64xf32>) -> tensor<64x64xf32> {
  // CHECK-NEXT: linalg.matmul
  %0 = linalg.matmul ins(%a, %a : tensor<64x64xf32>, tensor<64x64xf32>) outs(%c : tensor<64x64xf32>) -> tensor<64x64xf32>
  return %0 : tensor<64x64xf32>
}

// -----

// Iterations that may run at the same time do not share one scratch.
// CHECK-LABEL: func @in_parallel
// CHECK-NOT:   memref.alloca
// CHECK:       linalg.matmul
// SSE-LABEL: func @in_parallel
func.func @in_parallel(%a: memref<4x64x64xf32>, %b: memref<64x64xf32>, %c: memref<4x64x64xf32>) {
  scf.forall (%i) in (4) {
    %left = memref.subview %a[%i, 0, 0] [1, 64, 64] [1, 1, 1] : memref<4x64x64xf32> to memref<64x64xf32, strided<[64, 1], offset: ?>>
    %out = memref.subview %c[%i, 0, 0] [1, 64, 64] [1, 1, 1] : memref<4x64x64xf32> to memref<64x64xf32, strided<[64, 1], offset: ?>>
    linalg.matmul ins(%left, %b : memref<64x64xf32, strided<[64, 1], offset: ?>>, memref<64x64xf32>) outs(%out : memref<64x64xf32, strided<[64, 1], offset: ?>>)
  }
  return
}
