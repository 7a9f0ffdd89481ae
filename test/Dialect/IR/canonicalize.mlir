// RUN: lse-opt %s --canonicalize | FileCheck %s
// RUN: lse-opt %s --cse | FileCheck %s --check-prefix=CSE

// CHECK-LABEL: func @unused_results
// CHECK-SAME:    %[[X:.+]]: tensor<4x8xf32>, %[[P:.+]]: tensor<4x8xf32>, %[[L:.+]]: tensor<4xf32>
func.func @unused_results(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>, %l: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[R:.+]] = lse.logsumexp dims = [1] ins(%[[X]] : tensor<4x8xf32>) outs(%[[L]] : tensor<4xf32>) -> tensor<4xf32>
  // CHECK: return %[[R]]
  %r:2 = lse.softmax dims = [1] results = [probabilities, logsumexp] ins(%x : tensor<4x8xf32>)
    outs(%p, %l : tensor<4x8xf32>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return %r#1 : tensor<4xf32>
}

// What is left is a log-softmax, with the log-sum-exp beside it.
// CHECK-LABEL: func @main_result
func.func @main_result(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>, %l: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  // CHECK: %[[R:.+]]:2 = lse.log_softmax dims = [1] results = [logsumexp, log_probabilities] row_death = zero ins(
  // CHECK: return %[[R]]#0, %[[R]]#1
  %r:3 = lse.softmax dims = [1] results = [logsumexp, probabilities, log_probabilities] row_death = zero ins(%x : tensor<4x8xf32>)
    outs(%l, %p, %p : tensor<4xf32>, tensor<4x8xf32>, tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4x8xf32>, tensor<4x8xf32>)
  return %r#0, %r#2 : tensor<4xf32>, tensor<4x8xf32>
}

// No operation is named after argmax: one result stays without a use.
// CHECK-LABEL: func @argmax_only
func.func @argmax_only(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>, %l: tensor<4xf32>, %i: tensor<4xi32>) -> tensor<4xi32> {
  // CHECK: %[[R:.+]]:2 = lse.logsumexp dims = [1] results = [logsumexp, argmax] ins(
  // CHECK: return %[[R]]#1
  %r:3 = lse.logsumexp dims = [1] results = [probabilities, logsumexp, argmax] ins(%x : tensor<4x8xf32>)
    outs(%p, %l, %i : tensor<4x8xf32>, tensor<4xf32>, tensor<4xi32>) -> (tensor<4x8xf32>, tensor<4xf32>, tensor<4xi32>)
  return %r#2 : tensor<4xi32>
}

// CHECK-LABEL: func @used_results
func.func @used_results(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>, %l: tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>) {
  // CHECK: results = [probabilities, logsumexp]
  %r:2 = lse.softmax dims = [1] results = [probabilities, logsumexp] ins(%x : tensor<4x8xf32>)
    outs(%p, %l : tensor<4x8xf32>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return %r#0, %r#1 : tensor<4x8xf32>, tensor<4xf32>
}

// CHECK-LABEL: func @dead
func.func @dead(%x: tensor<4x8xf32>) {
  // CHECK-NOT: lse.softmax
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// CHECK-LABEL: func @twice_the_same_input
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x4xf32>
func.func @twice_the_same_input(%x: tensor<4x4xf32>, %p: tensor<4x4xf32>) -> tensor<4x4xf32> {
  // CHECK:      lse.log_softmax dims = [1] indexing_maps = [#[[ID:.+]], #[[T:.+]], #[[ID]]] ins(%[[X]], %[[X]] : {{.*}}) outs({{.*}}) logits {
  // CHECK-NEXT: ^bb0(%[[IN:.+]]: f32, %[[TRANSPOSED:.+]]: f32):
  // CHECK-NEXT:   %[[SQUARE:.+]] = arith.mulf %[[IN]], %[[IN]]
  // CHECK-NEXT:   arith.addf %[[SQUARE]], %[[TRANSPOSED]]
  %r = lse.log_softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x, %x, %x : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>) outs(%p : tensor<4x4xf32>) logits {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %0, %c : f32
    lse.yield %1 : f32
  } -> tensor<4x4xf32>
  return %r : tensor<4x4xf32>
}

// An input of no use goes, and with it the region that had to be written.
// CHECK-LABEL: func @unused_input
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>
func.func @unused_input(%x: tensor<4x8xf32>, %b: tensor<8xi32>, %l: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: lse.logsumexp dims = [1] ins(%[[X]] : tensor<4x8xf32>) outs({{.*}}) -> tensor<4xf32>
  %r = lse.logsumexp dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>]
    ins(%b, %x : tensor<8xi32>, tensor<4x8xf32>) outs(%l : tensor<4xf32>) logits {
  ^bb0(%bias: i32, %in: f32):
    lse.yield %in : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// The length of the row is that of an input that is not read.
// CHECK-LABEL: func @needed_for_its_extent
func.func @needed_for_its_extent(%x: tensor<4xf32>, %b: tensor<?xf32>, %l: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: lse.logsumexp dims = [1] indexing_maps = {{.*}} ins(%{{.+}}, %{{.+}} : tensor<4xf32>, tensor<?xf32>)
  %r = lse.logsumexp dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>]
    ins(%x, %b : tensor<4xf32>, tensor<?xf32>) outs(%l : tensor<4xf32>) logits {
  ^bb0(%in: f32, %bias: f32):
    lse.yield %in : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// Logits that depend on nothing: all probabilities of a row are equal.
// CHECK-LABEL: func @no_input_left
func.func @no_input_left(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK:      lse.softmax dims = [1] outs(%{{.+}} : tensor<4x8xf32>) logits {
  // CHECK-NEXT:   %[[ONE:.+]] = arith.constant
  // CHECK-NEXT:   lse.yield %[[ONE]]
  %r = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%p : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    %one = arith.constant 1.0 : f32
    lse.yield %one : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// What the casts hide is what the operation works on.
// CHECK-LABEL: func @casts
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>, %[[L:[a-z0-9]+]]: tensor<4xf32>
func.func @casts(%x: tensor<4x8xf32>, %l: tensor<4xf32>) -> tensor<?xf32> {
  // CHECK-NEXT: %[[R:.+]] = lse.logsumexp dims = [1] ins(%[[X]] : tensor<4x8xf32>) outs(%[[L]] : tensor<4xf32>) -> tensor<4xf32>
  // CHECK-NEXT: %[[C:.+]] = tensor.cast %[[R]] : tensor<4xf32> to tensor<?xf32>
  // CHECK-NEXT: return %[[C]]
  %0 = tensor.cast %x : tensor<4x8xf32> to tensor<?x?xf32>
  %1 = tensor.cast %l : tensor<4xf32> to tensor<?xf32>
  %r = lse.logsumexp dims = [1] ins(%0 : tensor<?x?xf32>) outs(%1 : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}

// CSE-LABEL: func @common
func.func @common(%x: tensor<4x8xf32>, %l: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CSE:      %[[A:.+]] = lse.logsumexp dims = [1] ins
  // CSE-NEXT: %[[B:.+]] = lse.logsumexp dims = [1] row_death = zero ins
  // CSE-NEXT: return %[[A]], %[[A]], %[[B]]
  %0 = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%l : tensor<4xf32>) -> tensor<4xf32>
  %1 = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%l : tensor<4xf32>) -> tensor<4xf32>
  %2 = lse.logsumexp dims = [1] row_death = zero ins(%x : tensor<4x8xf32>) outs(%l : tensor<4xf32>) -> tensor<4xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// Extents of results are those of destinations.
// CHECK-LABEL: func @extents
// CHECK-SAME:    %{{.+}}: tensor<?x8xf32>, %[[L:[a-z0-9]+]]: tensor<?xf32>
func.func @extents(%x: tensor<?x8xf32>, %l: tensor<?xf32>) -> index {
  // CHECK: %[[D:.+]] = tensor.dim %[[L]], %{{.+}}
  // CHECK: return %[[D]]
  %c0 = arith.constant 0 : index
  %r = lse.logsumexp dims = [1] ins(%x : tensor<?x8xf32>) outs(%l : tensor<?xf32>) -> tensor<?xf32>
  %d = tensor.dim %r, %c0 : tensor<?xf32>
  return %d : index
}

// A loss of which only the log-sum-exp is used is a log-sum-exp, and what its
// targets were made of goes.
// CHECK-LABEL: func @loss_is_not_used
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>, %{{.+}}: tensor<4xi64>, %[[OUT:[a-z0-9]+]]: tensor<4xf32>
func.func @loss_is_not_used(%x: tensor<4x8xf32>, %labels: tensor<4xi64>, %out: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NEXT: %[[L:.+]] = lse.logsumexp dims = [1] ins(%[[X]] : tensor<4x8xf32>) outs(%[[OUT]] : tensor<4xf32>) -> tensor<4xf32>
  // CHECK-NEXT: return %[[L]]
  %r:2 = lse.cross_entropy dims = [1] results = [loss, logsumexp]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>,
                     affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>]
    ins(%x, %labels : tensor<4x8xf32>, tensor<4xi64>) outs(%out, %out : tensor<4xf32>, tensor<4xf32>) logits {
  ^bb0(%in: f32, %label: i64):
    %target = arith.sitofp %label : i64 to f32
    lse.yield %in, %target : f32, f32
  } -> (tensor<4xf32>, tensor<4xf32>)
  return %r#1 : tensor<4xf32>
}

// A loss without its gradient is a cross-entropy, whatever else is used; a gradient
// without its loss is one alone.
// CHECK-LABEL: func @loss_or_gradient
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>, %[[Y:[a-z0-9]+]]: tensor<4x8xf32>, %[[L:[a-z0-9]+]]: tensor<4xf32>
func.func @loss_or_gradient(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %l: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<4x8xf32>) {
  // CHECK: %[[LOSS:.+]] = lse.cross_entropy dims = [1] row_death = zero ins(%[[X]], %[[Y]] : {{.+}}) outs(%[[L]] : tensor<4xf32>) -> tensor<4xf32>
  // CHECK: %[[GRADIENT:.+]] = lse.cross_entropy_grad dims = [1] ins(%[[X]], %[[Y]] : {{.+}}) outs(%[[X]] : tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK: %[[MORE:.+]]:2 = lse.cross_entropy dims = [1] results = [probabilities, loss] ins(%[[X]], %[[Y]] :
  // CHECK: return %[[LOSS]], %[[GRADIENT]], %[[MORE]]#1, %[[MORE]]#0
  %0:2 = lse.cross_entropy_grad dims = [1] results = [gradient, loss] row_death = zero
    ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%x, %l : tensor<4x8xf32>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  %1:2 = lse.cross_entropy_grad dims = [1] results = [loss, gradient]
    ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%l, %x : tensor<4xf32>, tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4x8xf32>)
  %2:3 = lse.cross_entropy_grad dims = [1] results = [probabilities, loss, gradient]
    ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%x, %l, %x : tensor<4x8xf32>, tensor<4xf32>, tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4xf32>, tensor<4x8xf32>)
  return %0#1, %1#1, %2#1, %2#0 : tensor<4xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<4x8xf32>
}

// A gradient is no result of the logits' own.
// CHECK-LABEL: func @log_sum_exp_is_not_used
func.func @log_sum_exp_is_not_used(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>, %l: tensor<4xf32>) -> tensor<4x8xf32> {
  // CHECK: lse.cross_entropy_grad dims = [1] ins(%{{.+}} : tensor<4x8xf32>) outs(%{{.+}} : tensor<4x8xf32>) logits
  %r:2 = lse.cross_entropy_grad dims = [1] results = [logsumexp, gradient]
    ins(%x : tensor<4x8xf32>) outs(%l, %out : tensor<4xf32>, tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    lse.yield %in, %in : f32, f32
  } -> (tensor<4xf32>, tensor<4x8xf32>)
  return %r#1 : tensor<4x8xf32>
}
