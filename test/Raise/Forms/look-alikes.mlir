// What looks like a member of the family and is none, or another one.
// Each function is named after the form that it has.
// RUN: lse-opt %s --lse-raise | FileCheck %s

// N1: sums of columns divide rows.
// CHECK-LABEL: func @n1_other_axis(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n1_other_axis(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 0 : i32} : (tensor<8x8xf32>) -> tensor<1x8xf32>
  %m2 = tosa.reduce_max %m1 {axis = 1 : i32} : (tensor<1x8xf32>) -> tensor<1x1xf32>
  %v3 = tosa.sub %x, %m2 : (tensor<8x8xf32>, tensor<1x1xf32>) -> tensor<8x8xf32>
  %e4 = tosa.exp %v3 : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %s5 = tosa.reduce_sum %e4 {axis = 1 : i32} : (tensor<8x8xf32>) -> tensor<8x1xf32>
  %v6 = tosa.transpose %s5 {perms = array<i32: 1, 0>} : (tensor<8x1xf32>) -> tensor<1x8xf32>
  %r7 = tosa.reciprocal %v6 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v8 = tosa.mul %e4, %r7, %shift : (tensor<8x8xf32>, tensor<1x8xf32>, tensor<1xi8>) -> tensor<8x8xf32>
  return %v8 : tensor<8x8xf32>
}

// N2: the maximum varies along the row; what is left of it stays in the
// logits.
// CHECK-LABEL: func @n2_maximum_of_columns(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n2_maximum_of_columns(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 0 : i32} : (tensor<4x8xf32>) -> tensor<1x8xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<1x8xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v6 : tensor<4x8xf32>
}

// N3: the maximum of another tensor.
// CHECK-LABEL: func @n3_foreign_maximum(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n3_foreign_maximum(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %y, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v6 : tensor<4x8xf32>
}

// N4: the maximum is subtracted in the numerator only, in the denominator
// only, and different ones in both.
// CHECK-LABEL: func @n4_shifts_do_not_cancel(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n4_shifts_do_not_cancel(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %m2 = tosa.reduce_min %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %e3 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v4 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e5 = tosa.exp %v4 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v6 = tosa.sub %x, %m2 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e7 = tosa.exp %v6 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s8 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r9 = tosa.reciprocal %s8 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v10 = tosa.mul %e5, %r9, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s11 = tosa.reduce_sum %e5 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r12 = tosa.reciprocal %s11 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v13 = tosa.mul %e3, %r12, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s14 = tosa.reduce_sum %e7 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r15 = tosa.reciprocal %s14 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v16 = tosa.mul %e5, %r15, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v10, %v13, %v16 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// N5: other temperatures, and other bases, in numerator and denominator.
// CHECK-LABEL: func @n5_other_scales(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n5_other_scales(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<0.5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v2 = tosa.mul %x, %c1, %shift : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %e4 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s5 = tosa.reduce_sum %e4 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r6 = tosa.reciprocal %s5 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v7 = tosa.mul %e3, %r6, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %c8 = "tosa.const"() <{values = dense<2.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v9 = tosa.pow %c8, %x : (tensor<1x1xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %e10 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s11 = tosa.reduce_sum %e10 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r12 = tosa.reciprocal %s11 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v13 = tosa.mul %v9, %r12, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v7, %v13 : tensor<4x8xf32>, tensor<4x8xf32>
}

// N6: something is added to the sum, or it is clamped without a maximum.
// CHECK-LABEL: func @n6_sum_and_more(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n6_sum_and_more(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %e4 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s5 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c6 = "tosa.const"() <{values = dense<1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v7 = tosa.add %s5, %c6 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r8 = tosa.reciprocal %v7 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v9 = tosa.mul %e3, %r8, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s10 = tosa.reduce_sum %e4 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c11 = "tosa.const"() <{values = dense<1.000000e-06> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v12 = tosa.maximum %s10, %c11 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r13 = tosa.reciprocal %v12 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v14 = tosa.mul %e4, %r13, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v9, %v14 : tensor<4x8xf32>, tensor<4x8xf32>
}

// N7: exponentials of another tensor are summed.
// CHECK-LABEL: func @n7_other_exponentials(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n7_other_exponentials(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %e1 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %e2 = tosa.exp %y : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s3 = tosa.reduce_sum %e2 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r4 = tosa.reciprocal %s3 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v5 = tosa.mul %e1, %r4, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v5 : tensor<4x8xf32>
}

// N8: the sum is of what a mask lets through, the numerator is not.
// CHECK-LABEL: func @n8_masked_sum_only(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n8_masked_sum_only(%x: tensor<4x8xf32>, %c: tensor<4x8xi1>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %e1 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %c2 = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v3 = tosa.select %c, %e1, %c2 : (tensor<4x8xi1>, tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %v3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e1, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v6 : tensor<4x8xf32>
}

// N9: a choice that varies along the row is no guard of it.
// CHECK-LABEL: func @n9_choice_along_row(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n9_choice_along_row(%x: tensor<4x8xf32>, %c: tensor<4x8xi1>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %c7 = "tosa.const"() <{values = dense<0.5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v8 = tosa.select %c, %v6, %c7 : (tensor<4x8xi1>, tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf32>
  return %v8 : tensor<4x8xf32>
}

// N11: a product of exponentials.
// CHECK-LABEL: func @n11_product(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n11_product(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %e1 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %m2 = tosa.reduce_product %e1 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r3 = tosa.reciprocal %m2 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v4 = tosa.mul %e1, %r3, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v4 : tensor<4x8xf32>
}

// N12: integers, and a table.
// CHECK-LABEL: func @n12_integers(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n12_integers(%x: tensor<4x8xi32>, %y: tensor<4x8xi8>, %t: tensor<256xi8>) -> (tensor<4x1xi32>, tensor<4x1xi32>) {
  %v1 = tosa.table %y, %t : (tensor<4x8xi8>, tensor<256xi8>) -> tensor<4x8xi8>
  %s2 = tosa.reduce_sum %x {axis = 1 : i32} : (tensor<4x8xi32>) -> tensor<4x1xi32>
  %v3 = tosa.cast %v1 : (tensor<4x8xi8>) -> tensor<4x8xi32>
  %s4 = tosa.reduce_sum %v3 {axis = 1 : i32} : (tensor<4x8xi32>) -> tensor<4x1xi32>
  return %s2, %s4 : tensor<4x1xi32>, tensor<4x1xi32>
}

// N13: exponentials are rounded to integers.
// CHECK-LABEL: func @n13_rounded(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n13_rounded(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %e1 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v2 = tosa.cast %e1 : (tensor<4x8xf32>) -> tensor<4x8xi8>
  %v3 = tosa.cast %v2 : (tensor<4x8xi8>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %v3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %v3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v6 : tensor<4x8xf32>
}

// N14: sigmoid, softplus, and the sum of two exponentials.
// CHECK-LABEL: func @n14_no_reduction(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n14_no_reduction(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v2 = tosa.negate %x, %c1, %c1 : (tensor<4x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %c4 = "tosa.const"() <{values = dense<1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v5 = tosa.add %e3, %c4 : (tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf32>
  %r6 = tosa.reciprocal %v5 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %e7 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %c8 = "tosa.const"() <{values = dense<1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v9 = tosa.add %e7, %c8 : (tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf32>
  %l10 = tosa.log %v9 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %e11 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %e12 = tosa.exp %y : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v13 = tosa.add %e11, %e12 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %l14 = tosa.log %v13 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v15 = tosa.sigmoid %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v16 = tosa.mul %x, %v15, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %r6, %l10, %l14, %v16 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// N15: other normalisations: by the sum, the sum of magnitudes, squares.
// CHECK-LABEL: func @n15_other_norms(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n15_other_norms(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v2 = tosa.maximum %x, %c1 : (tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf32>
  %s3 = tosa.reduce_sum %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r4 = tosa.reciprocal %s3 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v5 = tosa.mul %x, %r4, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v6 = tosa.abs %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s7 = tosa.reduce_sum %v6 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r8 = tosa.reciprocal %s7 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v9 = tosa.mul %x, %r8, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v10 = tosa.mul %x, %x, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s11 = tosa.reduce_sum %v10 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v12 = tosa.rsqrt %s11 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v13 = tosa.mul %x, %v12, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s14 = tosa.reduce_sum %v2 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r15 = tosa.reciprocal %s14 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v16 = tosa.mul %v2, %r15, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v5, %v9, %v13, %v16 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// N16: the logarithm of a softmax and a little more.
// CHECK-LABEL: func @n16_epsilon_in_logarithm(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n16_epsilon_in_logarithm(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %z: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m7 = tosa.reduce_max %y {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v8 = tosa.sub %y, %m7 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e9 = tosa.exp %v8 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s10 = tosa.reduce_sum %e9 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r11 = tosa.reciprocal %s10 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v12 = tosa.mul %e9, %r11, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m13 = tosa.reduce_max %z {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v14 = tosa.sub %z, %m13 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e15 = tosa.exp %v14 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s16 = tosa.reduce_sum %e15 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r17 = tosa.reciprocal %s16 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v18 = tosa.mul %e15, %r17, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %c19 = "tosa.const"() <{values = dense<1.000000e-06> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v20 = tosa.add %v6, %c19 : (tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf32>
  %l21 = tosa.log %v20 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %c22 = "tosa.const"() <{values = dense<1.000000e-06> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v23 = tosa.maximum %v12, %c22 : (tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf32>
  %l24 = tosa.log %v23 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %c25 = "tosa.const"() <{values = dense<1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v26 = tosa.sub %c25, %v18 : (tensor<1x1xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %l27 = tosa.log %v26 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %l21, %l24, %l27 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// N17: the log-sum-exp of another tensor, and of columns.
// CHECK-LABEL: func @n17_other_logsumexp(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.logsumexp dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.logsumexp dims = [0]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n17_other_logsumexp(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %u: tensor<8x8xf32>) -> (tensor<4x8xf32>, tensor<8x8xf32>) {
  %m1 = tosa.reduce_max %y {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %y, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l5 = tosa.log %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.add %l5, %m1 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %v7 = tosa.sub %x, %v6 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %m8 = tosa.reduce_max %u {axis = 0 : i32} : (tensor<8x8xf32>) -> tensor<1x8xf32>
  %v9 = tosa.sub %u, %m8 : (tensor<8x8xf32>, tensor<1x8xf32>) -> tensor<8x8xf32>
  %e10 = tosa.exp %v9 : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %s11 = tosa.reduce_sum %e10 {axis = 0 : i32} : (tensor<8x8xf32>) -> tensor<1x8xf32>
  %l12 = tosa.log %s11 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v13 = tosa.add %l12, %m8 : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  %v14 = tosa.transpose %v13 {perms = array<i32: 1, 0>} : (tensor<1x8xf32>) -> tensor<8x1xf32>
  %v15 = tosa.sub %u, %v14 : (tensor<8x8xf32>, tensor<8x1xf32>) -> tensor<8x8xf32>
  return %v7, %v15 : tensor<4x8xf32>, tensor<8x8xf32>
}

// N18: sums of windows.
// CHECK-LABEL: func @n18_windows(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n18_windows(%x: tensor<4x8xf32>) -> tensor<4x7xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape2 = tosa.const_shape {values = dense<[0, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape1 = tosa.const_shape {values = dense<[4, 7]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape0 = tosa.const_shape {values = dense<[0, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %e1 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v2 = tosa.slice %e1, %shape0, %shape1 : (tensor<4x8xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<4x7xf32>
  %v3 = tosa.slice %e1, %shape2, %shape1 : (tensor<4x8xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<4x7xf32>
  %v4 = tosa.add %v2, %v3 : (tensor<4x7xf32>, tensor<4x7xf32>) -> tensor<4x7xf32>
  %v5 = tosa.slice %e1, %shape0, %shape1 : (tensor<4x8xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<4x7xf32>
  %r6 = tosa.reciprocal %v4 : (tensor<4x7xf32>) -> tensor<4x7xf32>
  %v7 = tosa.mul %v5, %r6, %shift : (tensor<4x7xf32>, tensor<4x7xf32>, tensor<1xi8>) -> tensor<4x7xf32>
  return %v7 : tensor<4x7xf32>
}

// N20: exponentials with weights.
// CHECK-LABEL: func @n20_weights(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n20_weights(%x: tensor<4x8xf32>, %w: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x1xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %e1 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v2 = tosa.mul %w, %e1, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v3 = tosa.mul %w, %e1, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %v3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %v2, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v7 = tosa.mul %w, %e1, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s8 = tosa.reduce_sum %v7 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l9 = tosa.log %s8 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  return %v6, %l9 : tensor<4x8xf32>, tensor<4x1xf32>
}

// N21: exponentials over their mean.
// CHECK-LABEL: func @n21_over_mean(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n21_over_mean(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c5 = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v6 = tosa.mul %s4, %c5, %shift : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %r7 = tosa.reciprocal %v6 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v8 = tosa.mul %e3, %r7, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v8 : tensor<4x8xf32>
}

// N22: something else is multiplied in between the exponentials and their sum.
// CHECK-LABEL: func @n22_dropout_before_sum(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n22_dropout_before_sum(%x: tensor<4x8xf32>, %d: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %e1 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v2 = tosa.mul %e1, %d, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s3 = tosa.reduce_sum %v2 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r4 = tosa.reciprocal %s3 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v5 = tosa.mul %e1, %r4, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v5 : tensor<4x8xf32>
}

// N24: capped after the mask, masked after the softmax: the order is the one
// of the source.
// CHECK-LABEL: func @n24_order_of_mask(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [2]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n24_order_of_mask(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>, %c: tensor<1x4x6xi1>) -> (tensor<2x4x5xf32>, tensor<2x4x5xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c2 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v3 = tosa.matmul %q, %v1, %c2, %c2 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %c4 = "tosa.const"() <{values = dense<0xFF800000> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v5 = tosa.select %c, %v3, %c4 : (tensor<1x4x6xi1>, tensor<2x4x6xf32>, tensor<1x1x1xf32>) -> tensor<2x4x6xf32>
  %c6 = "tosa.const"() <{values = dense<0.02> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v7 = tosa.mul %v5, %c6, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %v8 = tosa.tanh %v7 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %c9 = "tosa.const"() <{values = dense<50.0> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v10 = tosa.mul %v8, %c9, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %m11 = tosa.reduce_max %v10 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v12 = tosa.sub %v10, %m11 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e13 = tosa.exp %v12 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s14 = tosa.reduce_sum %e13 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r15 = tosa.reciprocal %s14 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v16 = tosa.mul %e13, %r15, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c17 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v18 = tosa.matmul %v16, %v, %c17, %c17 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %v19 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c20 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v21 = tosa.matmul %q, %v19, %c20, %c20 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %m22 = tosa.reduce_max %v21 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v23 = tosa.sub %v21, %m22 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e24 = tosa.exp %v23 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s25 = tosa.reduce_sum %e24 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r26 = tosa.reciprocal %s25 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v27 = tosa.mul %e24, %r26, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %v28 = tosa.cast %c : (tensor<1x4x6xi1>) -> tensor<1x4x6xf32>
  %v29 = tosa.mul %v27, %v28, %shift : (tensor<2x4x6xf32>, tensor<1x4x6xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c30 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v31 = tosa.matmul %v29, %v, %c30, %c30 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  return %v18, %v31 : tensor<2x4x5xf32>, tensor<2x4x5xf32>
}

// N25: another column than the sink is cut off.
// CHECK-LABEL: func @n25_first_column_cut(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n25_first_column_cut(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) -> tensor<4x8xf32> {
  %shape1 = tosa.const_shape {values = dense<[4, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape0 = tosa.const_shape {values = dense<[0, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.concat %x, %s {axis = 1 : i32} : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x9xf32>
  %m2 = tosa.reduce_max %v1 {axis = 1 : i32} : (tensor<4x9xf32>) -> tensor<4x1xf32>
  %v3 = tosa.sub %v1, %m2 : (tensor<4x9xf32>, tensor<4x1xf32>) -> tensor<4x9xf32>
  %e4 = tosa.exp %v3 : (tensor<4x9xf32>) -> tensor<4x9xf32>
  %s5 = tosa.reduce_sum %e4 {axis = 1 : i32} : (tensor<4x9xf32>) -> tensor<4x1xf32>
  %r6 = tosa.reciprocal %s5 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v7 = tosa.mul %e4, %r6, %shift : (tensor<4x9xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x9xf32>
  %v8 = tosa.slice %v7, %shape0, %shape1 : (tensor<4x9xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<4x8xf32>
  return %v8 : tensor<4x8xf32>
}

// N26: rows of two blocks.
// CHECK-LABEL: func @n26_two_blocks(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n26_two_blocks(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x16xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.concat %x, %y {axis = 1 : i32} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x16xf32>
  %m2 = tosa.reduce_max %v1 {axis = 1 : i32} : (tensor<4x16xf32>) -> tensor<4x1xf32>
  %v3 = tosa.sub %v1, %m2 : (tensor<4x16xf32>, tensor<4x1xf32>) -> tensor<4x16xf32>
  %e4 = tosa.exp %v3 : (tensor<4x16xf32>) -> tensor<4x16xf32>
  %s5 = tosa.reduce_sum %e4 {axis = 1 : i32} : (tensor<4x16xf32>) -> tensor<4x1xf32>
  %r6 = tosa.reciprocal %s5 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v7 = tosa.mul %e4, %r6, %shift : (tensor<4x16xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x16xf32>
  return %v7 : tensor<4x16xf32>
}

// N27: sigmoids over their sum.
// CHECK-LABEL: func @n27_sigmoid_router(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n27_sigmoid_router(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.sigmoid %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s2 = tosa.reduce_sum %v1 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r3 = tosa.reciprocal %s2 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v4 = tosa.mul %v1, %r3, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v4 : tensor<4x8xf32>
}

// N28: scales of queries and of scores multiply.
// CHECK-LABEL: func @n28_scales_multiply(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n28_scales_multiply(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>) -> tensor<2x4x5xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<0.5> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v2 = tosa.mul %q, %c1, %shift : (tensor<2x4x8xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x8xf32>
  %v3 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c4 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v5 = tosa.matmul %v2, %v3, %c4, %c4 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %c6 = "tosa.const"() <{values = dense<0.25> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v7 = tosa.mul %v5, %c6, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %m8 = tosa.reduce_max %v7 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v9 = tosa.sub %v7, %m8 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e10 = tosa.exp %v9 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s11 = tosa.reduce_sum %e10 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r12 = tosa.reciprocal %s11 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v13 = tosa.mul %e10, %r12, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c14 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v15 = tosa.matmul %v13, %v, %c14, %c14 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  return %v15 : tensor<2x4x5xf32>
}

// N29: extents that may or may not be 1.
// CHECK-LABEL: func @n29_unproven_extents(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n29_unproven_extents(%x: tensor<?x?xf32>, %s: tensor<?x1xf32>) -> tensor<?x?xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %e1 = tosa.exp %x : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %e2 = tosa.exp %x : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %s3 = tosa.reduce_sum %e2 {axis = 1 : i32} : (tensor<?x?xf32>) -> tensor<?x1xf32>
  %v4 = tosa.add %s3, %s : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<?x1xf32>
  %r5 = tosa.reciprocal %v4 : (tensor<?x1xf32>) -> tensor<?x1xf32>
  %v6 = tosa.mul %e1, %r5, %shift : (tensor<?x?xf32>, tensor<?x1xf32>, tensor<1xi8>) -> tensor<?x?xf32>
  return %v6 : tensor<?x?xf32>
}

// N32: gradients without a factor, or with a logarithm in place of a
// probability.
// CHECK-LABEL: func @n32_no_gradient(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n32_no_gradient(%p: tensor<4x8xf32>, %g: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %s1 = tosa.reduce_sum %g {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %g, %s1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %v3 = tosa.mul %p, %v2, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v4 = tosa.mul %g, %g, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s5 = tosa.reduce_sum %v4 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %p, %s5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v7 = tosa.sub %g, %v6 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %v3, %v7 : tensor<4x8xf32>, tensor<4x8xf32>
}

// N33: a softmax with weights over another sum.
// CHECK-LABEL: func @n33_renormalised(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n33_renormalised(%x: tensor<4x8xf32>, %w: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v7 = tosa.mul %v6, %w, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s8 = tosa.reduce_sum %v7 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r9 = tosa.reciprocal %s8 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v10 = tosa.mul %v7, %r9, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v10 : tensor<4x8xf32>
}

// N34: feature maps over sums of their own.
// CHECK-LABEL: func @n34_linear_attention(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n34_linear_attention(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>) -> tensor<2x4x5xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %e1 = tosa.exp %q : (tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  %e2 = tosa.exp %k : (tensor<2x6x8xf32>) -> tensor<2x6x8xf32>
  %v3 = tosa.transpose %e2 {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c4 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v5 = tosa.matmul %v3, %v, %c4, %c4 : (tensor<2x8x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x8x5xf32>
  %s6 = tosa.reduce_sum %e2 {axis = 1 : i32} : (tensor<2x6x8xf32>) -> tensor<2x1x8xf32>
  %v7 = tosa.transpose %s6 {perms = array<i32: 0, 2, 1>} : (tensor<2x1x8xf32>) -> tensor<2x8x1xf32>
  %c8 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v9 = tosa.matmul %e1, %v7, %c8, %c8 : (tensor<2x4x8xf32>, tensor<2x8x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x1xf32>
  %c10 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v11 = tosa.matmul %e1, %v5, %c10, %c10 : (tensor<2x4x8xf32>, tensor<2x8x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %r12 = tosa.reciprocal %v9 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v13 = tosa.mul %v11, %r12, %shift : (tensor<2x4x5xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x5xf32>
  return %v13 : tensor<2x4x5xf32>
}

// N35: an exponential next to a sum that has nothing to do with it.
// CHECK-LABEL: func @n35_unrelated_sum(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n35_unrelated_sum(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.mul %x, %x, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %c2 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v3 = tosa.negate %v1, %c2, %c2 : (tensor<4x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x8xf32>
  %e4 = tosa.exp %v3 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s5 = tosa.reduce_sum %y {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r6 = tosa.reciprocal %s5 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v7 = tosa.mul %e4, %r6, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v7 : tensor<4x8xf32>
}

// N36: the maximum is always 0 and the sum always 1.
// CHECK-LABEL: func @n36_constants(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n36_constants(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<0.0> : tensor<4x1xf32>}> : () -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %c1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %c4 = "tosa.const"() <{values = dense<1.0> : tensor<4x1xf32>}> : () -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %c4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v6 : tensor<4x8xf32>
}

// N37: the sum reaches further than the row.
// CHECK-LABEL: func @n37_padded_sum(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n37_padded_sum(%x: tensor<4x12xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape1 = tosa.const_shape {values = dense<[4, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape0 = tosa.const_shape {values = dense<[0, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %e1 = tosa.exp %x : (tensor<4x12xf32>) -> tensor<4x12xf32>
  %v2 = tosa.slice %e1, %shape0, %shape1 : (tensor<4x12xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<4x8xf32>
  %s3 = tosa.reduce_sum %e1 {axis = 1 : i32} : (tensor<4x12xf32>) -> tensor<4x1xf32>
  %r4 = tosa.reciprocal %s3 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v5 = tosa.mul %v2, %r4, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v5 : tensor<4x8xf32>
}
