// RUN: lse-opt %s --lse-reorder-loops --split-input-file | FileCheck %s

// A product of matrices goes along rows of the second one and of the result.
// CHECK-DAG: #[[A:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[B:.+]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[C:.+]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-LABEL: func @matmul
func.func @matmul(%a: memref<4x?xf32>, %b: memref<?x8xf32>, %c: memref<4x8xf32>) {
  // CHECK: linalg.generic {indexing_maps = [#[[A]], #[[B]], #[[C]]], iterator_types = ["parallel", "reduction", "parallel"]} ins(%{{.+}}, %{{.+}} : memref<4x?xf32>, memref<?x8xf32>)
  linalg.matmul ins(%a, %b : memref<4x?xf32>, memref<?x8xf32>) outs(%c : memref<4x8xf32>)
  return
}

// -----

// CHECK-LABEL: func @batch_matmul
func.func @batch_matmul(%a: memref<2x4x6xf32>, %b: memref<2x6x8xf32>, %c: memref<2x4x8xf32>) {
  // CHECK: iterator_types = ["parallel", "parallel", "reduction", "parallel"]
  linalg.batch_matmul ins(%a, %b : memref<2x4x6xf32>, memref<2x6x8xf32>) outs(%c : memref<2x4x8xf32>)
  return
}

// -----

// Where rows of the second matrix are summed along, no loop is better.
// CHECK-LABEL: func @transposed
func.func @transposed(%a: memref<4x6xf32>, %b: memref<8x6xf32>, %c: memref<4x8xf32>) {
  // CHECK: iterator_types = ["parallel", "parallel", "reduction"]
  linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (j, k)>, affine_map<(i, j, k) -> (i, j)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : memref<4x6xf32>, memref<8x6xf32>) outs(%c : memref<4x8xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %0 = arith.mulf %x, %y : f32
    %1 = arith.addf %0, %z : f32
    linalg.yield %1 : f32
  }
  return
}

// -----

// A column of a matrix with gaps is not adjacent; a row that is summed up has no other
// loop.
// CHECK-LABEL: func @strided
func.func @strided(%a: memref<4x6xf32>, %b: memref<6x8xf32, strided<[16, 2]>>, %c: memref<4x8xf32>, %s: memref<4xf32>) {
  // CHECK: linalg.matmul
  linalg.matmul ins(%a, %b : memref<4x6xf32>, memref<6x8xf32, strided<[16, 2]>>) outs(%c : memref<4x8xf32>)
  // CHECK: linalg.reduce
  linalg.reduce { arith.addf } ins(%a : memref<4x6xf32>) outs(%s : memref<4xf32>) dimensions = [1]
  return
}

// -----

// Columns that are summed up go along rows.
// CHECK-LABEL: func @columns
func.func @columns(%a: memref<6x4xf32>, %s: memref<4xf32>) {
  // CHECK: iterator_types = ["reduction", "parallel"]
  linalg.generic {indexing_maps = [affine_map<(i, k) -> (k, i)>, affine_map<(i, k) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%a : memref<6x4xf32>) outs(%s : memref<4xf32>) {
  ^bb0(%x: f32, %z: f32):
    %0 = arith.addf %x, %z : f32
    linalg.yield %0 : f32
  }
  return
}
