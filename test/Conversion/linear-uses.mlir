// RUN: lse-opt %s --lse-fuse --canonicalize | FileCheck %s

// What is made of probabilities by products with a number for each row and sums is the
// gradient of a log-sum-exp: (p * factor + addend) * weight.

#same = affine_map<(d0, d1) -> (d0, d1)>
#turned = affine_map<(d0, d1) -> (d1, d0)>
#rows = affine_map<(d0, d1) -> (d0)>
#columns = affine_map<(d0, d1) -> (d1)>

// Probabilities less targets.
// CHECK-LABEL: func @difference(
// CHECK-NOT:   linalg
// CHECK:       lse.logsumexp_grad dims = [1]
// CHECK-SAME:    ins(%[[X:.+]], %[[Y:.+]] : tensor<4x8xf32>, tensor<4x8xf32>)
// CHECK-NEXT:  ^bb0(%[[Z:.+]]: f32, %[[T:.+]]: f32):
// CHECK-DAG:     %[[ONE:.+]] = arith.constant 1.0{{.*}} : f32
// CHECK-DAG:     %[[NEGATED:.+]] = arith.negf %[[T]] : f32
// CHECK-NEXT:    lse.yield %[[Z]], %[[ONE]], %[[NEGATED]] : f32, f32, f32
func.func @difference(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %r = arith.subf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// The class number of each row, and the gradient with respect to its loss.
// CHECK-LABEL: func @class(
// CHECK-NOT:   linalg
// CHECK:       lse.logsumexp_grad dims = [1]
// CHECK-SAME:    ins(%{{.+}}, %{{.+}}, %{{.+}} : tensor<4x8xf32>, tensor<4xi64>, tensor<4xf32>)
// CHECK-NEXT:  ^bb0(%[[Z:.+]]: f32, %[[LABEL:.+]]: i64, %[[G:.+]]: f32):
// CHECK:         %[[CLASS:.+]] = lse.index 1
// CHECK:         %[[HIT:.+]] = arith.uitofp
// CHECK:         %[[NEGATED:.+]] = arith.negf %[[HIT]]
// CHECK:         lse.yield %[[Z]], %{{.+}}, %[[NEGATED]], %[[G]] : f32, f32, f32, f32
func.func @class(%x: tensor<4x8xf32>, %label: tensor<4xi64>, %g: tensor<4xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #rows, #rows, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %label, %g : tensor<4x8xf32>, tensor<4xi64>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: i64, %c: f32, %old: f32):
    %i = linalg.index 1 : index
    %n = arith.index_cast %i : index to i64
    %is = arith.cmpi eq, %n, %b : i64
    %t = arith.uitofp %is : i1 to f32
    %0 = arith.subf %a, %t : f32
    %r = arith.mulf %c, %0 : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// Subtracted from what is added, and divided at last.
// CHECK-LABEL: func @factor_and_weight(
// CHECK-NOT:   linalg
// CHECK:       lse.logsumexp_grad dims = [1]
// CHECK-NEXT:  ^bb0(%[[Z:.+]]: f32, %[[T:.+]]: f32, %[[G:.+]]: f32):
// CHECK-DAG:     %[[HALF:.+]] = arith.constant -5.0{{.*}}e-01 : f32
// CHECK-DAG:     %[[EIGHTH:.+]] = arith.constant 1.25{{.*}}e-01 : f32
// CHECK:         %[[PRODUCT:.+]] = arith.mulf %[[G]], %[[HALF]] : f32
// CHECK-NEXT:    %[[FACTOR:.+]] = arith.negf %[[PRODUCT]] : f32
// CHECK-NEXT:    lse.yield %[[Z]], %[[FACTOR]], %[[T]], %[[EIGHTH]] : f32, f32, f32, f32
func.func @factor_and_weight(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #rows, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y, %g : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %old: f32):
    %half = arith.constant -0.5 : f32
    %eight = arith.constant 8.0 : f32
    %0 = arith.mulf %a, %half : f32
    %1 = arith.mulf %0, %c : f32
    %2 = arith.subf %b, %1 : f32
    %r = arith.divf %2, %eight : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// In other places.
// CHECK-LABEL: func @turned(
// CHECK-NOT:   linalg
// CHECK:       lse.logsumexp_grad dims = [1] indexing_maps = [#[[SAME:.+]], #[[SAME]], #[[TURNED:.+]]]
// CHECK:         lse.yield %{{.+}}, %{{.+}}, %{{.+}} : f32, f32, f32
func.func @turned(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %p0: tensor<4x8xf32>, %out: tensor<8x4xf32>) -> (tensor<8x4xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%p0 : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#turned, #turned, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<8x4xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %r = arith.addf %b, %a : f32
    linalg.yield %r : f32
  } -> tensor<8x4xf32>
  return %r : tensor<8x4xf32>
}

// Computed in a wider type, and rounded once.
// CHECK-LABEL: func @narrow(
// CHECK-NOT:   linalg
// CHECK:       lse.logsumexp_grad dims = [1]
// CHECK-SAME:    outs(%{{.+}} : tensor<4x8xbf16>)
// CHECK:         lse.yield %{{.+}}, %{{.+}}, %{{.+}} : bf16, f32, f32
func.func @narrow(%x: tensor<4x8xbf16>, %y: tensor<4x8xf32>, %out: tensor<4x8xbf16>) -> (tensor<4x8xbf16>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xbf16>) outs(%out : tensor<4x8xbf16>) -> tensor<4x8xbf16>
  %r = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xbf16>, tensor<4x8xf32>) outs(%out : tensor<4x8xbf16>) {
  ^bb0(%a: bf16, %b: f32, %old: bf16):
    %0 = arith.extf %a : bf16 to f32
    %1 = arith.negf %0 : f32
    %2 = arith.subf %1, %b : f32
    %r = arith.truncf %2 : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<4x8xbf16>
  return %r : tensor<4x8xbf16>
}

// Added to a gradient.
// CHECK-LABEL: func @of_gradient(
// CHECK-NOT:   linalg
// CHECK:       lse.logsumexp_grad dims = [1]
// CHECK:         lse.yield %{{.+}}, %[[G:.+]], %{{.+}} : f32, f32, f32
func.func @of_gradient(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.logsumexp_grad dims = [1] indexing_maps = [#same, #rows, #same] ins(%x, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %r = arith.addf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// What is not yielded does not count, rounded or not.
// CHECK-LABEL: func @unneeded(
// CHECK-NOT:   linalg
// CHECK:       lse.logsumexp_grad dims = [1]
func.func @unneeded(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xbf16>) -> tensor<4x8xbf16> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xbf16>) {
  ^bb0(%a: f32, %b: f32, %old: bf16):
    %0 = arith.mulf %a, %a : f32
    %1 = arith.subf %a, %b : f32
    %r = arith.truncf %1 : f32 to bf16
    %dead = arith.negf %r : bf16
    linalg.yield %r : bf16
  } -> tensor<4x8xbf16>
  return %r : tensor<4x8xbf16>
}

// A scalar from outside, which is there before the sum only.
// CHECK-LABEL: func @captured(
// CHECK-NOT:   linalg
// CHECK:       lse.logsumexp_grad dims = [1]
// CHECK-SAME:    ins(%{{.+}}, %{{.+}}, %{{.+}} : tensor<4x8xf32>, tensor<4x8xf32>, f32)
func.func @captured(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %s0: f32, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %s = math.absf %s0 : f32
  %r = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.subf %a, %b : f32
    %r = arith.mulf %0, %s : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// What stays what it is.

// A weight that changes along the row.
// CHECK-LABEL: func @element_weight(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @element_weight(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %columns: tensor<8xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.subf %a, %b : f32
    %r = arith.mulf %0, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// A factor that does.
// CHECK-LABEL: func @element_factor(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @element_factor(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %columns: tensor<8xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #columns, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y, %columns : tensor<4x8xf32>, tensor<4x8xf32>, tensor<8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %old: f32):
    %0 = arith.mulf %a, %c : f32
    %r = arith.subf %0, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// One that is made of positions.
// CHECK-LABEL: func @index_factor(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @index_factor(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %columns: tensor<8xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %i = linalg.index 1 : index
    %n = arith.index_cast %i : index to i32
    %f = arith.sitofp %n : i32 to f32
    %0 = arith.mulf %a, %f : f32
    %r = arith.subf %0, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// A square.
// CHECK-LABEL: func @square(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @square(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %columns: tensor<8xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.mulf %a, %a : f32
    %r = arith.subf %0, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// Two sums, which are rounded one after the other.
// CHECK-LABEL: func @two_addends(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @two_addends(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %columns: tensor<8xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #rows, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y, %g : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %old: f32):
    %0 = arith.subf %a, %b : f32
    %r = arith.addf %0, %c : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// A sum after the weight.
// CHECK-LABEL: func @added_to_weighted(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @added_to_weighted(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %columns: tensor<8xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #rows, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y, %g : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %old: f32):
    %0 = arith.subf %a, %b : f32
    %1 = arith.mulf %0, %c : f32
    %r = arith.addf %1, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// A quotient by probabilities.
// CHECK-LABEL: func @divisor(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @divisor(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %columns: tensor<8xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.divf %b, %a : f32
    %r = arith.subf %0, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// Something else.
// CHECK-LABEL: func @logarithm(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @logarithm(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %columns: tensor<8xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = math.log %a : f32
    %r = arith.subf %0, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// An addend that no kernel computes.
// CHECK-LABEL: func @no_kernel(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @no_kernel(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %columns: tensor<8xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = math.erf %b : f32
    %r = arith.subf %a, %0 : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// Two factors, whose product may be infinite where that with the probability is not.
// CHECK-LABEL: func @two_factors(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @two_factors(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #rows, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y, %g : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %old: f32):
    %0 = arith.mulf %a, %c : f32
    %1 = arith.mulf %0, %c : f32
    %r = arith.subf %1, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// Two weights, whose product may vanish.
// CHECK-LABEL: func @two_weights(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @two_weights(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #rows, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y, %g : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %old: f32):
    %quarter = arith.constant 0.25 : f32
    %0 = arith.subf %a, %b : f32
    %1 = arith.mulf %0, %quarter : f32
    %r = arith.mulf %1, %c : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// A factor that grows.
// CHECK-LABEL: func @large_factor(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @large_factor(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #rows, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y, %g : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %old: f32):
    %four = arith.constant 4.0 : f32
    %0 = arith.mulf %a, %four : f32
    %1 = arith.mulf %0, %c : f32
    %r = arith.subf %1, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// A quotient by what is not known, and by what has no normal reciprocal.
// CHECK-LABEL: func @quotient(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @quotient(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #rows, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y, %g : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %old: f32):
    %0 = arith.divf %a, %c : f32
    %r = arith.subf %0, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// CHECK-LABEL: func @subnormal(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @subnormal(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #rows, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y, %g : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %old: f32):
    %least = arith.constant 1.0e-40 : f32
    %0 = arith.divf %a, %least : f32
    %r = arith.subf %0, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// CHECK-LABEL: func @huge(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @huge(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #rows, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y, %g : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %old: f32):
    %most = arith.constant 3.0e+38 : f32
    %0 = arith.divf %a, %most : f32
    %r = arith.subf %0, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// Probabilities that something else needs.
// CHECK-LABEL: func @needed(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @needed(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %r = arith.subf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %p, %r : tensor<4x8xf32>, tensor<4x8xf32>
}

// Accurate ones.
// CHECK-LABEL: func @accurate(
// CHECK:       lse.softmax
// CHECK:       linalg.generic
func.func @accurate(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] numerics = accurate ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %r = arith.subf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}
