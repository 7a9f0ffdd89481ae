// Noise, positions, clamps and other uses. Each function is named after the
// form that it has.
// RUN: lse-opt %s --lse-raise | FileCheck %s

// F70: noise is added to the logits; the difference to a one-hot row that a
// straight-through estimate adds stays.
// CHECK-LABEL: func @f70_gumbel_softmax(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f70_gumbel_softmax(%x: tensor<4x8xf32>, %u: tensor<4x8xf32>, %h: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %l1 = tosa.log %u : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %c2 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v3 = tosa.negate %l1, %c2, %c2 : (tensor<4x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x8xf32>
  %l4 = tosa.log %v3 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %c5 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v6 = tosa.negate %l4, %c5, %c5 : (tensor<4x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x8xf32>
  %v7 = tosa.add %x, %v6 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %c8 = "tosa.const"() <{values = dense<2.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v9 = tosa.mul %v7, %c8, %shift : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m10 = tosa.reduce_max %v9 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v11 = tosa.sub %v9, %m10 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e12 = tosa.exp %v11 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s13 = tosa.reduce_sum %e12 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r14 = tosa.reciprocal %s13 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v15 = tosa.mul %e12, %r14, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v16 = tosa.sub %h, %v15 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v17 = tosa.add %v16, %v15 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %v17 : tensor<4x8xf32>
}

// F71: the position of the largest probability, beside the softmax.
// CHECK-LABEL: func @f71_argmax_of_softmax(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f71_argmax_of_softmax(%x: tensor<4x8xf32>) -> tensor<4xi32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v7 = tosa.argmax %v6 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4xi32>
  return %v7 : tensor<4xi32>
}

// F76: a clamp that the true maximum makes pointless, and one that it does
// not.
// CHECK-LABEL: func @f76_clamped_sum(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f76_clamped_sum(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c5 = "tosa.const"() <{values = dense<1.000000e-09> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v6 = tosa.maximum %s4, %c5 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %r7 = tosa.reciprocal %v6 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v8 = tosa.mul %e3, %r7, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v8 : tensor<4x8xf32>
}

// F77: what the softmax is made of is used, too.
// CHECK-LABEL: func @f77_outside_uses(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f77_outside_uses(%x: tensor<4x8xf32>) -> (tensor<4x1xf32>, tensor<4x8xf32>, tensor<4x1xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %m1, %e3, %s4, %v6 : tensor<4x1xf32>, tensor<4x8xf32>, tensor<4x1xf32>, tensor<4x8xf32>
}
