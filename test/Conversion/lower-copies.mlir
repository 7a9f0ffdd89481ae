// RUN: lse-opt %s --lse-lower-copies | FileCheck %s

// CHECK-LABEL: func @copies
// CHECK-SAME:    %[[A:[a-z0-9]+]]: memref<4x8xf32>, %[[B:[a-z0-9]+]]: memref<4x8xf32>, %[[C:[a-z0-9]+]]: memref<4x8xf32, strided<[16, 1], offset: ?>>
func.func @copies(%a: memref<4x8xf32>, %b: memref<4x8xf32>, %c: memref<4x8xf32, strided<[16, 1], offset: ?>>) {
  // CHECK-NEXT: memref.copy %[[A]], %[[B]]
  // CHECK-NEXT: linalg.generic {{.*}} ins(%[[A]] : memref<4x8xf32>) outs(%[[C]] : memref<4x8xf32, strided<[16, 1], offset: ?>>)
  // CHECK-NOT:  memref.copy
  memref.copy %a, %b : memref<4x8xf32> to memref<4x8xf32>
  memref.copy %a, %c : memref<4x8xf32> to memref<4x8xf32, strided<[16, 1], offset: ?>>
  return
}
