// What is no input for raising must not be the end of it either.
// RUN: lse-opt %s --lse-raise --split-input-file | FileCheck %s

// CHECK-LABEL: func @from_unranked
func.func @from_unranked(%x: tensor<*xf32>) -> tensor<?x?xf32> {
  // CHECK: math.exp
  %c = tensor.cast %x : tensor<*xf32> to tensor<?x?xf32>
  %e = math.exp %c : tensor<?x?xf32>
  return %e : tensor<?x?xf32>
}

// -----

// CHECK-LABEL: func @extent_of_unranked
func.func @extent_of_unranked(%x: tensor<*xf32>) -> tensor<?x?xf32> {
  // CHECK: linalg.exp
  %c1 = arith.constant 1 : index
  %d = tensor.dim %x, %c1 : tensor<*xf32>
  %e = tensor.empty(%d, %d) : tensor<?x?xf32>
  %r = linalg.exp ins(%e : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// -----

// In unreachable code a value may come from itself.
// CHECK-LABEL: func @unreachable
func.func @unreachable(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
^dead:
  // CHECK: math.exp
  %a = math.exp %b : tensor<?xf32>
  %b = arith.addf %a, %b : tensor<?xf32>
  cf.br ^dead
}

// -----

// An extent that does not exist.
// CHECK-LABEL: func @dim_negative
func.func @dim_negative(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  // CHECK: lse.softmax dims = [1] stabilized ins(%arg0 : tensor<4x?xf32>)
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %c = arith.constant -1 : index
  %d = tensor.dim %x, %c : tensor<4x?xf32>
  %t = tensor.empty(%d) : tensor<4x?xf32>
  %e = math.exp %x : tensor<4x?xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x?xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x?xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x?xf32>
  return %p : tensor<4x?xf32>
}

// -----

// Quantised elements have no width: their cast is a tensor like any other.
// CHECK-LABEL: func @quant_cast
func.func @quant_cast(%q: tensor<4x8x!quant.uniform<i8:f32, 0.1>>) -> tensor<4x8xf32> {
  // CHECK: lse.softmax dims = [1] stabilized ins(%{{.+}} : tensor<4x8xf32>)
  %x = tosa.cast %q : (tensor<4x8x!quant.uniform<i8:f32, 0.1>>) -> tensor<4x8xf32>
  %e = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s = tosa.reduce_sum %e {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r = tosa.reciprocal %s : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %sh = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %p = tosa.mul %e, %r, %sh : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// A scalar that is wrapped into a tensor with an index.
#m = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: func @extract_index
func.func @extract_index(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: lse.softmax dims = [1] stabilized ins(%arg0 : tensor<4x8xf32>)
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %c0 = arith.constant 0 : index
  %t = tensor.empty() : tensor<4x8xf32>
  %e = linalg.generic {indexing_maps=[#m,#m], iterator_types=["parallel","parallel"]} ins(%x : tensor<4x8xf32>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%in: f32, %o: f32):
    %w = tensor.from_elements %in : tensor<1xf32>
    %v = tensor.extract %w[%c0] : tensor<1xf32>
    %r = math.exp %v : f32
    linalg.yield %r : f32 } -> tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// Ten axes of one extent: not every assignment can be tried.
// CHECK-LABEL: func @rank10
func.func @rank10(%x: tensor<2x2x2x2x2x2x2x2x2x2xf32>, %y: tensor<2x2x2x2x2x2x2x2x2x2xf32>) -> tensor<2x2x2x2x2x2x2x2x2x2xf32> {
  // CHECK: arith.divf
  %z = arith.constant dense<0.0> : tensor<f32>
  %t = tensor.empty() : tensor<2x2x2x2x2x2x2x2x2x2xf32>
  %e = math.exp %x : tensor<2x2x2x2x2x2x2x2x2x2xf32>
  %e2 = math.exp %y : tensor<2x2x2x2x2x2x2x2x2x2xf32>
  %s = linalg.reduce { arith.addf } ins(%e2 : tensor<2x2x2x2x2x2x2x2x2x2xf32>) outs(%z : tensor<f32>) dimensions = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  %sb = linalg.broadcast ins(%s : tensor<f32>) outs(%t : tensor<2x2x2x2x2x2x2x2x2x2xf32>) dimensions = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  %p = arith.divf %e, %sb : tensor<2x2x2x2x2x2x2x2x2x2xf32>
  return %p : tensor<2x2x2x2x2x2x2x2x2x2xf32>
}

// -----

// 0 * y is NaN where y is infinite: it stays.
// CHECK-LABEL: func @zero_times
func.func @zero_times(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: %[[Q:.+]] = arith.mulf
  // CHECK: %[[Z:.+]] = arith.addf %arg0, %[[Q]]
  // CHECK: lse.softmax dims = [1] stabilized ins(%[[Z]] : tensor<4x8xf32>)
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x8xf32>
  %c = arith.constant dense<0.0> : tensor<4x8xf32>
  %q = arith.mulf %y, %c : tensor<4x8xf32>
  %z = arith.addf %x, %q : tensor<4x8xf32>
  %e = math.exp %z : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// What cancelled is remembered once, however often it is used.
// CHECK-LABEL: func @cancelled_doubling
// CHECK:         lse.softmax
func.func @cancelled_doubling(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x8xf32>
  %a = arith.subf %x, %y : tensor<4x8xf32>
  %z0 = arith.addf %a, %y : tensor<4x8xf32>
  %z1 = arith.minimumf %z0, %z0 : tensor<4x8xf32>
  %z2 = arith.minimumf %z1, %z1 : tensor<4x8xf32>
  %z3 = arith.minimumf %z2, %z2 : tensor<4x8xf32>
  %z4 = arith.minimumf %z3, %z3 : tensor<4x8xf32>
  %z5 = arith.minimumf %z4, %z4 : tensor<4x8xf32>
  %z6 = arith.minimumf %z5, %z5 : tensor<4x8xf32>
  %z7 = arith.minimumf %z6, %z6 : tensor<4x8xf32>
  %z8 = arith.minimumf %z7, %z7 : tensor<4x8xf32>
  %z9 = arith.minimumf %z8, %z8 : tensor<4x8xf32>
  %z10 = arith.minimumf %z9, %z9 : tensor<4x8xf32>
  %z11 = arith.minimumf %z10, %z10 : tensor<4x8xf32>
  %z12 = arith.minimumf %z11, %z11 : tensor<4x8xf32>
  %z13 = arith.minimumf %z12, %z12 : tensor<4x8xf32>
  %z14 = arith.minimumf %z13, %z13 : tensor<4x8xf32>
  %z15 = arith.minimumf %z14, %z14 : tensor<4x8xf32>
  %z16 = arith.minimumf %z15, %z15 : tensor<4x8xf32>
  %z17 = arith.minimumf %z16, %z16 : tensor<4x8xf32>
  %z18 = arith.minimumf %z17, %z17 : tensor<4x8xf32>
  %z19 = arith.minimumf %z18, %z18 : tensor<4x8xf32>
  %z20 = arith.minimumf %z19, %z19 : tensor<4x8xf32>
  %z21 = arith.minimumf %z20, %z20 : tensor<4x8xf32>
  %z22 = arith.minimumf %z21, %z21 : tensor<4x8xf32>
  %z23 = arith.minimumf %z22, %z22 : tensor<4x8xf32>
  %z24 = arith.minimumf %z23, %z23 : tensor<4x8xf32>
  %z25 = arith.minimumf %z24, %z24 : tensor<4x8xf32>
  %z26 = arith.minimumf %z25, %z25 : tensor<4x8xf32>
  %z27 = arith.minimumf %z26, %z26 : tensor<4x8xf32>
  %z28 = arith.minimumf %z27, %z27 : tensor<4x8xf32>
  %z29 = arith.minimumf %z28, %z28 : tensor<4x8xf32>
  %z30 = arith.minimumf %z29, %z29 : tensor<4x8xf32>
  %z31 = arith.minimumf %z30, %z30 : tensor<4x8xf32>
  %z32 = arith.minimumf %z31, %z31 : tensor<4x8xf32>
  %z33 = arith.minimumf %z32, %z32 : tensor<4x8xf32>
  %z34 = arith.minimumf %z33, %z33 : tensor<4x8xf32>
  %z35 = arith.minimumf %z34, %z34 : tensor<4x8xf32>
  %z36 = arith.minimumf %z35, %z35 : tensor<4x8xf32>
  %z37 = arith.minimumf %z36, %z36 : tensor<4x8xf32>
  %z38 = arith.minimumf %z37, %z37 : tensor<4x8xf32>
  %z39 = arith.minimumf %z38, %z38 : tensor<4x8xf32>
  %z40 = arith.minimumf %z39, %z39 : tensor<4x8xf32>
  %e = math.exp %z40 : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// Two dimensions without an extent before the last, folded into it.
// CHECK-LABEL: func @collapse_units
func.func @collapse_units(%x: tensor<?x1x1x?xf32>) -> tensor<?x?xf32> {
  // CHECK: math.exp
  %c = tensor.collapse_shape %x [[0], [1, 2, 3]] : tensor<?x1x1x?xf32> into tensor<?x?xf32>
  %e = math.exp %c : tensor<?x?xf32>
  return %e : tensor<?x?xf32>
}

// -----

// The sum is over a dimension of extent 1 as well.
// CHECK-LABEL: func @unit_dimension
func.func @unit_dimension(%x: tensor<2x1x3xf32>) -> tensor<3xf32> {
  // CHECK: lse.logsumexp dims = [0]
  // CHECK-NOT: math.log
  %zeros = arith.constant dense<0.0> : tensor<1x3xf32>
  %more_zeros = arith.constant dense<0.0> : tensor<3xf32>
  %e = math.exp %x : tensor<2x1x3xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<2x1x3xf32>) outs(%zeros : tensor<1x3xf32>) dimensions = [0]
  %t = linalg.reduce { arith.addf } ins(%s : tensor<1x3xf32>) outs(%more_zeros : tensor<3xf32>) dimensions = [0]
  %l = math.log %t : tensor<3xf32>
  return %l : tensor<3xf32>
}

// -----

// A commutative operation is the same with its operands exchanged, also after
// an index is replaced in it.
// CHECK-LABEL: func @exchanged_operands
func.func @exchanged_operands(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: lse.softmax
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x8xf32>
  %a = arith.mulf %x, %y : tensor<4x8xf32>
  %p = arith.minimumf %a, %x : tensor<4x8xf32>
  %q = arith.minimumf %x, %a : tensor<4x8xf32>
  %e = math.exp %p : tensor<4x8xf32>
  %f = math.exp %q : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %r = arith.divf %e, %sb : tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// -----

// In code that is not reached, a value may be a reshape of itself.
// CHECK-LABEL: func @reshapes_of_itself
func.func @reshapes_of_itself(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  return %x : tensor<2x4xf32>
^bb1:
  %c = tensor.collapse_shape %d [[0, 1]] : tensor<2x4xf32> into tensor<8xf32>
  %d = tensor.expand_shape %c [[0, 1]] output_shape [2, 4] : tensor<8xf32> into tensor<2x4xf32>
  %t = linalg.softmax dimension(1) ins(%d : tensor<2x4xf32>) outs(%d : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %t : tensor<2x4xf32>
}

// -----

// CHECK-LABEL: func @cast_of_itself
func.func @cast_of_itself(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  return %x : tensor<2x4xf32>
^bb1:
  %d = tensor.cast %d : tensor<2x4xf32> to tensor<2x4xf32>
  %t = linalg.softmax dimension(1) ins(%d : tensor<2x4xf32>) outs(%d : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %t : tensor<2x4xf32>
}

// -----

// What is chosen may be smaller than the logits of one of the two.
// CHECK-LABEL: func @masked_or_not
// CHECK-NOT:     lse.softmax
func.func @masked_or_not(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>, %c: i1) -> tensor<?x?xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = math.exp %x : tensor<?x?xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%y : tensor<?x?xf32>) -> tensor<?x?xf32>
  %either = arith.select %c, %e, %zeros : tensor<?x?xf32>
  %d0 = tensor.dim %either, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %either, %c1 : tensor<?x?xf32>
  %r = tensor.empty(%d0) : tensor<?xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%r : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.reduce { arith.addf } ins(%either : tensor<?x?xf32>) outs(%s0 : tensor<?xf32>) dimensions = [1]
  %t = tensor.empty(%d0, %d1) : tensor<?x?xf32>
  %b = linalg.broadcast ins(%s : tensor<?xf32>) outs(%t : tensor<?x?xf32>) dimensions = [1]
  %p = arith.divf %either, %b : tensor<?x?xf32>
  return %p : tensor<?x?xf32>
}
