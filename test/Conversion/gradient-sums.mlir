// RUN: lse-opt %s --lse-fuse --canonicalize | FileCheck %s

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

#swapped = affine_map<(d0, d1) -> (d1, d0)>

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

#cube = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#ofcube = affine_map<(d0, d1, d2) -> (d0, d1)>
#turned = affine_map<(d0, d1, d2) -> (d1, d0)>

// The log-sum-exps of the rows, but of each that of another one; and stored as they are read.
// CHECK-LABEL: func @swapped_rows
// CHECK:       lse.logsumexp_grad
func.func @swapped_rows(%x: tensor<4x4x8xf32>, %y: tensor<4x4x8xf32>, %out: tensor<4x4x8xf32>, %init: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4x8xf32>) {
  %lse = lse.logsumexp dims = [2] ins(%x : tensor<4x4x8xf32>) outs(%init : tensor<4x4xf32>) -> tensor<4x4xf32>
  %a = lse.logsumexp_grad dims = [2] indexing_maps = [#cube, #turned, #cube] ins(%x, %lse : tensor<4x4x8xf32>, tensor<4x4xf32>) outs(%out : tensor<4x4x8xf32>) -> tensor<4x4x8xf32>
  %b = lse.cross_entropy_grad dims = [2] ins(%x, %y : tensor<4x4x8xf32>, tensor<4x4x8xf32>) outs(%out : tensor<4x4x8xf32>) -> tensor<4x4x8xf32>
  %sum = linalg.add ins(%a, %b : tensor<4x4x8xf32>, tensor<4x4x8xf32>) outs(%out : tensor<4x4x8xf32>) -> tensor<4x4x8xf32>
  return %lse, %sum : tensor<4x4xf32>, tensor<4x4x8xf32>
}

// CHECK-LABEL: func @swapped_twice
// CHECK-NOT:   lse.logsumexp_grad
// CHECK:       lse.cross_entropy_grad
// CHECK-NOT:   lse.logsumexp_grad
func.func @swapped_twice(%x: tensor<4x4x8xf32>, %y: tensor<4x4x8xf32>, %out: tensor<4x4x8xf32>, %init: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4x8xf32>) {
  %lse = lse.logsumexp dims = [2] indexing_maps = [#cube, #turned] ins(%x : tensor<4x4x8xf32>) outs(%init : tensor<4x4xf32>) -> tensor<4x4xf32>
  %a = lse.logsumexp_grad dims = [2] indexing_maps = [#cube, #turned, #cube] ins(%x, %lse : tensor<4x4x8xf32>, tensor<4x4xf32>) outs(%out : tensor<4x4x8xf32>) -> tensor<4x4x8xf32>
  %b = lse.cross_entropy_grad dims = [2] ins(%x, %y : tensor<4x4x8xf32>, tensor<4x4x8xf32>) outs(%out : tensor<4x4x8xf32>) -> tensor<4x4x8xf32>
  %sum = linalg.add ins(%a, %b : tensor<4x4x8xf32>, tensor<4x4x8xf32>) outs(%out : tensor<4x4x8xf32>) -> tensor<4x4x8xf32>
  return %lse, %sum : tensor<4x4xf32>, tensor<4x4x8xf32>
}

// The one gradient is added to the other as it is stored: transposed.
// CHECK-LABEL: func @transposed
// CHECK:       lse.logsumexp_grad
func.func @transposed(%x: tensor<8x8xf32>, %y: tensor<8x8xf32>, %out: tensor<8x8xf32>, %init: tensor<8xf32>) -> (tensor<8xf32>, tensor<8x8xf32>) {
  %lse = lse.logsumexp dims = [1] ins(%x : tensor<8x8xf32>) outs(%init : tensor<8xf32>) -> tensor<8xf32>
  %a = lse.logsumexp_grad dims = [1] indexing_maps = [#same, #rows, #swapped] ins(%x, %lse : tensor<8x8xf32>, tensor<8xf32>) outs(%out : tensor<8x8xf32>) -> tensor<8x8xf32>
  %b = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<8x8xf32>, tensor<8x8xf32>) outs(%out : tensor<8x8xf32>) -> tensor<8x8xf32>
  %sum = linalg.add ins(%a, %b : tensor<8x8xf32>, tensor<8x8xf32>) outs(%out : tensor<8x8xf32>) -> tensor<8x8xf32>
  return %lse, %sum : tensor<8xf32>, tensor<8x8xf32>
}

// What is used twice, again and again, is looked at and computed once.
// CHECK-LABEL: func @chain
// CHECK-NOT:   lse.logsumexp_grad
// CHECK:       lse.cross_entropy_grad
// CHECK-NOT:   lse.logsumexp_grad
func.func @chain(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>, %init: tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %lse = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %a = lse.logsumexp_grad dims = [1] indexing_maps = [#same, #rows, #same] ins(%x, %lse : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%z: f32, %v0: f32):
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
    lse.yield %z, %v40 : f32, f32
  } -> tensor<4x8xf32>
  %b = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %sum = linalg.add ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %lse, %sum : tensor<4xf32>, tensor<4x8xf32>
}
