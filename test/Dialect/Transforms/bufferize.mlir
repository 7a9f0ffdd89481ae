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

// -----

// CHECK-LABEL: func @log_softmax_in_place
// CHECK-SAME:    %[[X:.+]]: memref<4x8xf32>, %[[I:.+]]: memref<4xi32>
func.func @log_softmax_in_place(%x: tensor<4x8xf32>, %i: tensor<4xi32>) -> (tensor<4x8xf32>, tensor<4xi32>) {
  // CHECK-NOT: memref.alloc
  // CHECK: lse.log_softmax dims = [1] results = [log_probabilities, argmax] ins(%[[X]] : memref<4x8xf32>) outs(%[[X]], %[[I]] : memref<4x8xf32>, memref<4xi32>)
  // CHECK-NOT: memref.copy
  %r:2 = lse.log_softmax dims = [1] results = [log_probabilities, argmax] ins(%x : tensor<4x8xf32>)
    outs(%x, %i : tensor<4x8xf32>, tensor<4xi32>) -> (tensor<4x8xf32>, tensor<4xi32>)
  return %r#0, %r#1 : tensor<4x8xf32>, tensor<4xi32>
}

// -----

// What is stored first may be over what is still to be read for the second.
// CHECK-LABEL: func @two_results_for_each_logit
// CHECK-SAME:    %[[X:.+]]: memref<4x8xf32>, %[[L:.+]]: memref<4x8xf32>
func.func @two_results_for_each_logit(%x: tensor<4x8xf32>, %l: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  // CHECK: %[[P:.+]] = memref.alloc()
  // CHECK: lse.softmax {{.*}} ins(%[[X]] : memref<4x8xf32>) outs(%[[P]], %[[L]] :
  %r:2 = lse.softmax dims = [1] results = [probabilities, log_probabilities] ins(%x : tensor<4x8xf32>)
    outs(%x, %l : tensor<4x8xf32>, tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>)
  return %r#0, %r#1 : tensor<4x8xf32>, tensor<4x8xf32>
}

// -----

// A result with an element for each row is not where an input is.
// CHECK-LABEL: func @per_row_out_of_place
// CHECK-SAME:    %[[X:.+]]: memref<4x8xf32>, %[[S:.+]]: memref<4xf32>
func.func @per_row_out_of_place(%x: tensor<4x8xf32>, %s: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[L:.+]] = memref.alloc()
  // CHECK: lse.logsumexp {{.*}} ins(%[[X]], %[[S]] : memref<4x8xf32>, memref<4xf32>) outs(%[[L]] : memref<4xf32>)
  %r = lse.logsumexp dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>]
    ins(%x, %s : tensor<4x8xf32>, tensor<4xf32>) outs(%s : tensor<4xf32>) logits {
  ^bb0(%in: f32, %scale: f32):
    %0 = arith.mulf %in, %scale : f32
    lse.yield %0 : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

// Two results never share a buffer.
// CHECK-LABEL: func @one_destination_twice
// CHECK-SAME:    %[[X:.+]]: memref<4x8xf32>, %[[L:.+]]: memref<4x8xf32>
func.func @one_destination_twice(%x: tensor<4x8xf32>, %l: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  // CHECK: %[[OTHER:.+]] = memref.alloc()
  // CHECK: lse.softmax {{.*}} outs({{%[a-z0-9]+}}, {{%[a-z0-9]+}} : memref<4x8xf32>, memref<4x8xf32>)
  // CHECK: return
  %r:2 = lse.softmax dims = [1] results = [probabilities, log_probabilities] ins(%x : tensor<4x8xf32>)
    outs(%l, %l : tensor<4x8xf32>, tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>)
  return %r#0, %r#1 : tensor<4x8xf32>, tensor<4x8xf32>
}

// -----

// Another element type has other places.
// CHECK-LABEL: func @other_element_type
func.func @other_element_type(%x: tensor<4x8xf32>, %out: tensor<4x8xf64>) -> tensor<4x8xf64> {
  // CHECK-NOT: memref.alloc
  // CHECK: lse.log_softmax dims = [1] ins(%{{.+}} : memref<4x8xf32>) outs(%{{.+}} : memref<4x8xf64>)
  %r = lse.log_softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf64>) -> tensor<4x8xf64>
  return %r : tensor<4x8xf64>
}

// -----

// A gradient may take the place of either input; a loss takes that of none.
// CHECK-LABEL: func @losses_and_gradients
// CHECK-SAME:    %[[P:.+]]: memref<4x8xf32>, %[[G:.+]]: memref<4x8xf32>
func.func @losses_and_gradients(%p: tensor<4x8xf32>, %g: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4xf32>) {
  // CHECK: %[[L:.+]] = memref.alloc() {{.*}} memref<4xf32>
  // CHECK: lse.cross_entropy dims = [1] ins(%[[P]], %[[G]] : {{.*}}) outs(%[[L]] : memref<4xf32>)
  // CHECK: lse.softmax_grad dims = [1] ins(%[[P]], %[[G]] : {{.*}}) outs(%[[G]] : memref<4x8xf32>)
  // CHECK-NOT: memref.copy
  %0 = tensor.empty() : tensor<4xf32>
  %loss = lse.cross_entropy dims = [1] ins(%p, %g : tensor<4x8xf32>, tensor<4x8xf32>) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
  %dx = lse.softmax_grad dims = [1] ins(%p, %g : tensor<4x8xf32>, tensor<4x8xf32>) outs(%g : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %dx, %loss : tensor<4x8xf32>, tensor<4xf32>
}

// So may one with its loss, which is stored before the gradient.
// CHECK-LABEL: func @loss_and_gradient
// CHECK-SAME:    %[[Z:.+]]: memref<4x8xf32>, %[[Y:.+]]: memref<4x8xf32>, %[[L:.+]]: memref<4xf32>
func.func @loss_and_gradient(%z: tensor<4x8xf32>, %y: tensor<4x8xf32>, %l: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  // CHECK-NOT: memref.alloc
  // CHECK: lse.cross_entropy_grad dims = [1] results = [loss, gradient] ins(%[[Z]], %[[Y]] : {{.*}}) outs(%[[L]], %[[Z]] :
  // CHECK-NOT: memref.copy
  %r:2 = lse.cross_entropy_grad dims = [1] results = [loss, gradient]
    ins(%z, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%l, %z : tensor<4xf32>, tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4x8xf32>)
  return %r#0, %r#1 : tensor<4xf32>, tensor<4x8xf32>
}

// An output takes the place of no input, whatever their maps are.
// CHECK-LABEL: func @attention
// CHECK-SAME:    %[[X:.+]]: memref<8x16xf32>
func.func @attention(%x: tensor<8x16xf32>) -> tensor<8x16xf32> {
  // CHECK: %[[O:.+]] = memref.alloc() {{.*}} memref<8x16xf32>
  // CHECK: lse.attention dims = [1] ins(%[[X]], %[[X]], %[[X]] : {{.*}}) outs(%[[O]] : memref<8x16xf32>)
  %o = lse.attention dims = [1] ins(%x, %x, %x : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%x : tensor<8x16xf32>) -> tensor<8x16xf32>
  return %o : tensor<8x16xf32>
}

// -----

// The largest of a row are found while it is read again and again: never in place.
// CHECK-LABEL: func @selection
// CHECK-SAME:    %[[X:.+]]: memref<4x8xf32>, %[[P:.+]]: memref<4x8xi32>
func.func @selection(%x: tensor<4x8xf32>, %p: tensor<4x8xi32>) -> (tensor<4x8xf32>, tensor<4x8xi32>) {
  // CHECK: %[[V:.+]] = memref.alloc() {{.*}} memref<4x8xf32>
  // CHECK: lse.route dimension = 1 ins(%[[X]] : memref<4x8xf32>) outs(%[[V]], %[[P]] : memref<4x8xf32>, memref<4x8xi32>) {renormalize}{{$}}
  // CHECK-NOT: memref.copy
  %r:2 = lse.route dimension = 1 ins(%x : tensor<4x8xf32>) outs(%x, %p : tensor<4x8xf32>, tensor<4x8xi32>) {renormalize} -> tensor<4x8xf32>, tensor<4x8xi32>
  return %r#0, %r#1 : tensor<4x8xf32>, tensor<4x8xi32>
}
