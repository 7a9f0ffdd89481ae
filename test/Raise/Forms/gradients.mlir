// Gradients. Each function is named after the
// form that it has.
// RUN: lse-opt %s --lse-raise | FileCheck %s

// F53: the gradient of a softmax, with the product inside or outside of the
// difference.
// CHECK-LABEL: func @f53_softmax_gradient(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax_grad dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax_grad dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f53_softmax_gradient(%p: tensor<4x8xf32>, %g: tensor<4x8xf32>, %q: tensor<4x8xf32>, %h: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.mul %g, %p, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s2 = tosa.reduce_sum %v1 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v3 = tosa.mul %p, %s2, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v4 = tosa.sub %v1, %v3 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v5 = tosa.mul %h, %q, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s6 = tosa.reduce_sum %v5 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v7 = tosa.sub %h, %s6 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %v8 = tosa.mul %q, %v7, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v4, %v8 : tensor<4x8xf32>, tensor<4x8xf32>
}

// F53: the same with a scale.
// CHECK-LABEL: func @f53_scaled_gradient(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax_grad dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f53_scaled_gradient(%x: tensor<4x8xf32>, %g: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v7 = tosa.mul %g, %v6, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s8 = tosa.reduce_sum %v7 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v9 = tosa.sub %g, %s8 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %v10 = tosa.mul %v6, %v9, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %c11 = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v12 = tosa.mul %v10, %c11, %shift : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v12 : tensor<4x8xf32>
}

// F54: the gradient of a log-softmax.
// CHECK-LABEL: func @f54_log_softmax_gradient(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.log_softmax_grad dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f54_log_softmax_gradient(%l: tensor<4x8xf32>, %g: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %e1 = tosa.exp %l : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s2 = tosa.reduce_sum %g {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v3 = tosa.mul %e1, %s2, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v4 = tosa.sub %g, %v3 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %v4 : tensor<4x8xf32>
}

// F55: probabilities less a one-hot row: a class out of range has no one-hot
// row, but probabilities, so that this is no gradient for all classes.
// CHECK-LABEL: func @f55_cross_entropy_gradient(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f55_cross_entropy_gradient(%x: tensor<4x8xf32>, %t: tensor<4xi32>) -> tensor<4x8xf32> {
  %shape0 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %c7 = "tosa.const"() <{values = dense<[[0, 1, 2, 3, 4, 5, 6, 7]]> : tensor<1x8xi32>}> : () -> tensor<1x8xi32>
  %v8 = tosa.reshape %t, %shape0 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<4x1xi32>
  %v9 = tosa.equal %c7, %v8 : (tensor<1x8xi32>, tensor<4x1xi32>) -> tensor<4x8xi1>
  %v10 = tosa.cast %v9 : (tensor<4x8xi1>) -> tensor<4x8xf32>
  %v11 = tosa.sub %v6, %v10 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %c12 = "tosa.const"() <{values = dense<0.25> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v13 = tosa.mul %v11, %c12, %shift : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v13 : tensor<4x8xf32>
}

// F55: the gradient of a log-softmax with minus one-hot rows.
// CHECK-LABEL: func @f55_through_log_softmax(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy_grad dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f55_through_log_softmax(%x: tensor<4x8xf32>, %t: tensor<4xi32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape0 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %c1 = "tosa.const"() <{values = dense<[[0, 1, 2, 3, 4, 5, 6, 7]]> : tensor<1x8xi32>}> : () -> tensor<1x8xi32>
  %v2 = tosa.reshape %t, %shape0 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<4x1xi32>
  %v3 = tosa.equal %c1, %v2 : (tensor<1x8xi32>, tensor<4x1xi32>) -> tensor<4x8xi1>
  %v4 = tosa.cast %v3 : (tensor<4x8xi1>) -> tensor<4x8xf32>
  %c5 = "tosa.const"() <{values = dense<-0.25> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v6 = tosa.mul %v4, %c5, %shift : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m7 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v8 = tosa.sub %x, %m7 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e9 = tosa.exp %v8 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s10 = tosa.reduce_sum %e9 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l11 = tosa.log %s10 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v12 = tosa.sub %v8, %l11 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e13 = tosa.exp %v12 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s14 = tosa.reduce_sum %v6 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v15 = tosa.mul %e13, %s14, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v16 = tosa.sub %v6, %v15 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %v16 : tensor<4x8xf32>
}

// F56: the derivative of the quotient.
// CHECK-LABEL: func @f56_quotient_derivative(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax_grad dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f56_quotient_derivative(%x: tensor<4x8xf32>, %g: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %g, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v7 = tosa.mul %g, %e3, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v8 = tosa.mul %r5, %r5, %shift : (tensor<4x1xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %v9 = tosa.mul %v7, %v8, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s10 = tosa.reduce_sum %v9 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c11 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v12 = tosa.negate %s10, %c11, %c11 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  %v13 = tosa.add %v6, %v12 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %v14 = tosa.mul %v13, %e3, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v14 : tensor<4x8xf32>
}

// F57: the gradient of a log-sum-exp is a softmax.
// CHECK-LABEL: func @f57_logsumexp_gradient(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f57_logsumexp_gradient(%x: tensor<4x8xf32>, %g: tensor<4x1xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l5 = tosa.log %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.add %l5, %m1 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %v7 = tosa.sub %x, %v6 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e8 = tosa.exp %v7 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v9 = tosa.mul %g, %e8, %shift : (tensor<4x1xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v9 : tensor<4x8xf32>
}

// F55: the same with the ones scattered to their positions.
// CHECK-LABEL: func @f55_scattered(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy_grad dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f55_scattered(%x: tensor<4x8xf32>, %t: tensor<4xi32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape1 = tosa.const_shape {values = dense<[4, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape0 = tosa.const_shape {values = dense<[1, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %c1 = "tosa.const"() <{values = dense<[0, 8, 16, 24]> : tensor<4xi32>}> : () -> tensor<4xi32>
  %v2 = tosa.add %t, %c1 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %v3 = tosa.reshape %v2, %shape0 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<1x4xi32>
  %c4 = "tosa.const"() <{values = dense<0.0> : tensor<1x32x1xf32>}> : () -> tensor<1x32x1xf32>
  %c5 = "tosa.const"() <{values = dense<-0.25> : tensor<1x4x1xf32>}> : () -> tensor<1x4x1xf32>
  %v6 = tosa.scatter %c4, %v3, %c5 : (tensor<1x32x1xf32>, tensor<1x4xi32>, tensor<1x4x1xf32>) -> tensor<1x32x1xf32>
  %v7 = tosa.reshape %v6, %shape1 : (tensor<1x32x1xf32>, !tosa.shape<2>) -> tensor<4x8xf32>
  %m8 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v9 = tosa.sub %x, %m8 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e10 = tosa.exp %v9 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s11 = tosa.reduce_sum %e10 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l12 = tosa.log %s11 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v13 = tosa.sub %v9, %l12 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e14 = tosa.exp %v13 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s15 = tosa.reduce_sum %v7 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v16 = tosa.mul %e14, %s15, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v17 = tosa.sub %v7, %v16 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %v17 : tensor<4x8xf32>
}
