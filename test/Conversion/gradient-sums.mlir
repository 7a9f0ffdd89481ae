// RUN: lse-opt %s --lse-fuse --canonicalize --split-input-file | FileCheck %s

#same = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>

// The gradient of a weighted square, and that of a cross-entropy without a weight. The loss's
// own inputs come first.
// CHECK-LABEL: func @square
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>, %[[Y:[a-z0-9]+]]: tensor<4x8xf32>, %[[G:[a-z0-9]+]]: tensor<4xf32>
// CHECK-NOT:   linalg
// CHECK:       lse.cross_entropy_grad dims = [1] indexing_maps = [#[[SAME:.+]], #[[SAME]], #[[ROWS:.+]], #[[SAME]]]
// CHECK-SAME:    ins(%[[X]], %[[Y]], %[[G]] : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>)
// CHECK-NEXT:  ^bb0(%[[Z:.+]]: f32, %[[T:.+]]: f32, %[[WEIGHT:.+]]: f32):
// CHECK-DAG:     %[[ONE:.+]] = arith.constant 1.0{{.*}} : f32
// CHECK-DAG:     %[[TWICE:.+]] = arith.constant -2.0{{.*}} : f32
// CHECK:         %[[Z_WEIGHT:.+]] = arith.mulf %[[WEIGHT]], %[[TWICE]] : f32
// CHECK-NEXT:    lse.yield %[[Z]], %[[T]], %[[ONE]], %[[Z_WEIGHT]] : f32, f32, f32, f32
func.func @square(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %out: tensor<4x8xf32>, %init: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %lse = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %a = lse.logsumexp_grad dims = [1] indexing_maps = [#same, #rows, #rows, #same] ins(%x, %lse, %g : tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%z: f32, %l: f32, %w: f32):
    %twice = arith.addf %l, %l : f32
    %negated = arith.negf %twice : f32
    %0 = arith.mulf %w, %negated : f32
    lse.yield %z, %0 : f32, f32
  } -> tensor<4x8xf32>
  %b = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %sum = linalg.add ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %lse, %sum : tensor<4xf32>, tensor<4x8xf32>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#swapped = affine_map<(d0, d1) -> (d1, d0)>
#rows = affine_map<(d0, d1) -> (d0)>

// Both are stored the other way round, and the sum once more. Half of a log-sum-exp that is
// wider.
// CHECK-LABEL: func @moved
// CHECK:       %[[LSE:.+]] = lse.logsumexp
// CHECK-NOT:   linalg
// CHECK:       %[[R:.+]] = lse.cross_entropy_grad dims = [1] indexing_maps = [#[[SAME:.+]], #[[SAME]], #{{.+}}, #[[SAME]]]
// CHECK:         %[[HALF:.+]] = arith.constant 5.0{{.*}}e-01 : f64
// CHECK-NEXT:    lse.yield %{{.+}}, %{{.+}}, %{{.+}}, %[[HALF]] : f32, f32, f32, f64
// CHECK:       return %[[LSE]], %[[R]]
func.func @moved(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %out: tensor<8x4xf32>, %result: tensor<4x8xf32>, %init: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %lse = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %a = lse.logsumexp_grad dims = [1] indexing_maps = [#same, #rows, #swapped] ins(%x, %lse : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<8x4xf32>) logits {
  ^bb0(%z: f32, %l: f32):
    %two = arith.constant 2.0 : f64
    %wide = arith.extf %l : f32 to f64
    %0 = arith.divf %wide, %two : f64
    lse.yield %z, %0 : f32, f64
  } -> tensor<8x4xf32>
  %b = lse.cross_entropy_grad dims = [1] indexing_maps = [#same, #same, #rows, #swapped] ins(%x, %y, %g : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<8x4xf32>) logits {
  ^bb0(%z: f32, %t: f32, %w: f32):
    lse.yield %z, %t, %w : f32, f32, f32
  } -> tensor<8x4xf32>
  %sum = linalg.generic {indexing_maps = [#swapped, #swapped, #same], iterator_types = ["parallel", "parallel"]}
    ins(%a, %b : tensor<8x4xf32>, tensor<8x4xf32>) outs(%result : tensor<4x8xf32>) {
  ^bb0(%first: f32, %second: f32, %old: f32):
    %0 = arith.addf %second, %first : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  return %lse, %sum : tensor<4xf32>, tensor<4x8xf32>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>

// What must stay two gradients, of which one is added to the other: that does not have the log-sum-exp as a factor, has
// that of other logits, or of other rows; one of the two is of other logits, is needed by
// itself, or is subtracted; one has other answers for rows of -inf.
// CHECK-LABEL: func @no_factor
// CHECK:       lse.logsumexp_grad
func.func @no_factor(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>, %init: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %lse = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %a = lse.logsumexp_grad dims = [1] indexing_maps = [#same, #rows, #same] ins(%x, %lse : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%z: f32, %l: f32):
    %one = arith.constant 1.0 : f32
    %0 = arith.addf %l, %one : f32
    lse.yield %z, %0 : f32, f32
  } -> tensor<4x8xf32>
  %b = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %sum = linalg.add ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %lse, %sum : tensor<4xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @divisor
// CHECK:       lse.logsumexp_grad
func.func @divisor(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>, %init: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %lse = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %a = lse.logsumexp_grad dims = [1] indexing_maps = [#same, #rows, #same] ins(%x, %lse : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%z: f32, %l: f32):
    %one = arith.constant 1.0 : f32
    %0 = arith.divf %one, %l : f32
    lse.yield %z, %0 : f32, f32
  } -> tensor<4x8xf32>
  %b = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %sum = linalg.add ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %lse, %sum : tensor<4xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @of_other_logits
// CHECK:       lse.logsumexp_grad
func.func @of_other_logits(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>, %init: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %lse = lse.logsumexp dims = [1] ins(%y : tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %a = lse.logsumexp_grad dims = [1] indexing_maps = [#same, #rows, #same] ins(%x, %lse : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %b = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %sum = linalg.add ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %lse, %sum : tensor<4xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @of_other_rows
// CHECK:       lse.logsumexp_grad
func.func @of_other_rows(%x: tensor<8x8xf32>, %y: tensor<8x8xf32>, %out: tensor<8x8xf32>, %init: tensor<8xf32>) -> (tensor<8xf32>, tensor<8x8xf32>) {
  %lse = lse.logsumexp dims = [0] ins(%x : tensor<8x8xf32>) outs(%init : tensor<8xf32>) -> tensor<8xf32>
  %a = lse.logsumexp_grad dims = [1] indexing_maps = [#same, #rows, #same] ins(%x, %lse : tensor<8x8xf32>, tensor<8xf32>) outs(%out : tensor<8x8xf32>) -> tensor<8x8xf32>
  %b = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<8x8xf32>, tensor<8x8xf32>) outs(%out : tensor<8x8xf32>) -> tensor<8x8xf32>
  %sum = linalg.add ins(%a, %b : tensor<8x8xf32>, tensor<8x8xf32>) outs(%out : tensor<8x8xf32>) -> tensor<8x8xf32>
  return %lse, %sum : tensor<8xf32>, tensor<8x8xf32>
}

// CHECK-LABEL: func @other_logits
// CHECK:       lse.logsumexp_grad
func.func @other_logits(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>, %init: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %lse = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %a = lse.logsumexp_grad dims = [1] indexing_maps = [#same, #rows, #same] ins(%x, %lse : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %b = lse.cross_entropy_grad dims = [1] ins(%y, %x : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %sum = linalg.add ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %lse, %sum : tensor<4xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @needed
// CHECK:       lse.logsumexp_grad
func.func @needed(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>, %init: tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %lse = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %a = lse.logsumexp_grad dims = [1] indexing_maps = [#same, #rows, #same] ins(%x, %lse : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %b = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %sum = linalg.add ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %b, %sum : tensor<4x8xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @subtracted
// CHECK:       lse.logsumexp_grad
func.func @subtracted(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>, %init: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %lse = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %a = lse.logsumexp_grad dims = [1] indexing_maps = [#same, #rows, #same] ins(%x, %lse : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %b = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %sum = linalg.sub ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %lse, %sum : tensor<4xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @other_dead_rows
// CHECK:       lse.logsumexp_grad
func.func @other_dead_rows(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>, %init: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %lse = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %a = lse.logsumexp_grad dims = [1] indexing_maps = [#same, #rows, #same] ins(%x, %lse : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %b = lse.cross_entropy_grad dims = [1] row_death = zero ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %sum = linalg.add ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %lse, %sum : tensor<4xf32>, tensor<4x8xf32>
}
