// RUN: lse-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --split-input-file | FileCheck %s

// CHECK-LABEL: func @out_of_place
// CHECK-SAME:    %[[X:.+]]: memref<4x8xf32>
func.func @out_of_place(%x: tensor<4x8xf32> {bufferization.writable = false}) -> tensor<4x8xf32> {
  // CHECK: %[[OUT:.+]] = memref.alloc() {{.*}} memref<4x8xf32>
  // CHECK: lse.softmax dims = [1] ins(%[[X]] : memref<4x8xf32>) outs(%[[OUT]] : memref<4x8xf32>)
  // CHECK-NOT: memref.copy
  // CHECK: return %[[OUT]]
  %0 = tensor.empty() : tensor<4x8xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%0 : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// The destination may be the input itself: same element, same place.
// CHECK-LABEL: func @in_place
// CHECK-SAME:    %[[X:.+]]: memref<4x8xf32>
func.func @in_place(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK-NOT: memref.alloc
  // CHECK: lse.softmax dims = [1] ins(%[[X]] : memref<4x8xf32>) outs(%[[X]] : memref<4x8xf32>)
  // CHECK-NOT: memref.copy
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// Read by other rows than it is written by: a copy is needed.
// CHECK-LABEL: func @transposed
func.func @transposed(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  // CHECK: memref.alloc
  // CHECK: lse.softmax
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x : tensor<8x8xf32>) outs(%x : tensor<8x8xf32>) -> tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// CHECK-LABEL: func @region_and_attributes_survive
func.func @region_and_attributes_survive(%x: tensor<4x8xf32>, %t: f32, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK:      lse.softmax dims = [1] indexing_maps = {{.+}} row_death = zero stabilized ins(%{{.+}}, %{{.+}} : memref<4x8xf32>, f32) outs(%{{.+}} : memref<4x8xf32>) logits {
  // CHECK-NEXT: ^bb0(%[[IN:.+]]: f32, %[[T:.+]]: f32):
  // CHECK-NEXT:   arith.divf %[[IN]], %[[T]]
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> ()>, affine_map<(d0, d1) -> (d0, d1)>]
    row_death = zero stabilized ins(%x, %t : tensor<4x8xf32>, f32) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32, %temperature: f32):
    %logit = arith.divf %in, %temperature : f32
    lse.yield %logit : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}
