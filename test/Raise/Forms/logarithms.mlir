// Log-sum-exp and log-softmax. Each function is named after the
// form that it has.
// RUN: lse-opt %s --lse-raise | FileCheck %s

// F34: the maximum is added on either side.
// CHECK-LABEL: func @f34_either_association(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.logsumexp dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.logsumexp dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f34_either_association(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> (tensor<4x1xf32>, tensor<4x1xf32>) {
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l5 = tosa.log %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %m6 = tosa.reduce_max %y {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v7 = tosa.sub %y, %m6 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e8 = tosa.exp %v7 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s9 = tosa.reduce_sum %e8 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l10 = tosa.log %s9 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v11 = tosa.add %m1, %l5 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %v12 = tosa.add %l10, %m6 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  return %v11, %v12 : tensor<4x1xf32>, tensor<4x1xf32>
}

// F35 and F36: guards for an infinite maximum.
// CHECK-LABEL: func @f36_masked_fill(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.logsumexp dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f36_masked_fill(%x: tensor<4x8xf32>) -> tensor<4x1xf32> {
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.abs %m1 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %c3 = "tosa.const"() <{values = dense<0x7F800000> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v4 = tosa.equal %v2, %c3 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xi1>
  %c5 = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v6 = tosa.select %v4, %c5, %m1 : (tensor<4x1xi1>, tensor<1x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %v7 = tosa.sub %x, %v6 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e8 = tosa.exp %v7 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s9 = tosa.reduce_sum %e8 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l10 = tosa.log %s9 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v11 = tosa.add %l10, %v6 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  return %v11 : tensor<4x1xf32>
}

// F37: the magnitude of a sum that is never negative.
// CHECK-LABEL: func @f37_magnitude_of_sum(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.logsumexp dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f37_magnitude_of_sum(%x: tensor<4x8xf32>) -> tensor<4x1xf32> {
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v5 = tosa.abs %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %l6 = tosa.log %v5 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v7 = tosa.add %l6, %m1 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  return %v7 : tensor<4x1xf32>
}

// F38: the reduced dimension is dropped, on both sides of the addition.
// CHECK-LABEL: func @f38_dropped_dimension(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.logsumexp dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f38_dropped_dimension(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %shape0 = tosa.const_shape {values = dense<[4]> : tensor<1xindex>} : () -> !tosa.shape<1>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l5 = tosa.log %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.reshape %l5, %shape0 : (tensor<4x1xf32>, !tosa.shape<1>) -> tensor<4xf32>
  %v7 = tosa.reshape %m1, %shape0 : (tensor<4x1xf32>, !tosa.shape<1>) -> tensor<4xf32>
  %v8 = tosa.add %v6, %v7 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %v8 : tensor<4xf32>
}

// F39: four ways to write a log-softmax.
// CHECK-LABEL: func @f39_differences(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.log_softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.log_softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.log_softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.log_softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f39_differences(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %u: tensor<4x8xf32>, %v: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l5 = tosa.log %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.sub %v2, %l5 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %m7 = tosa.reduce_max %y {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v8 = tosa.sub %y, %m7 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e9 = tosa.exp %v8 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s10 = tosa.reduce_sum %e9 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l11 = tosa.log %s10 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v12 = tosa.sub %y, %l11 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %v13 = tosa.sub %v12, %m7 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %m14 = tosa.reduce_max %u {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v15 = tosa.sub %u, %m14 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e16 = tosa.exp %v15 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s17 = tosa.reduce_sum %e16 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l18 = tosa.log %s17 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v19 = tosa.add %m14, %l18 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %v20 = tosa.sub %u, %v19 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %m21 = tosa.reduce_max %v {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v22 = tosa.sub %v, %m21 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e23 = tosa.exp %v22 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s24 = tosa.reduce_sum %e23 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l25 = tosa.log %s24 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %m26 = tosa.reduce_max %v {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v27 = tosa.sub %v, %m26 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e28 = tosa.exp %v27 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s29 = tosa.reduce_sum %e28 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l30 = tosa.log %s29 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v31 = tosa.add %l30, %m26 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %v32 = tosa.sub %v, %v31 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %v6, %v13, %v20, %v32 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// F40: the logarithm of a mean.
// CHECK-LABEL: func @f40_mean(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.logsumexp dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f40_mean(%x: tensor<4x8xf32>) -> tensor<4x1xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c5 = "tosa.const"() <{values = dense<0.125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v6 = tosa.mul %s4, %c5, %shift : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %l7 = tosa.log %v6 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v8 = tosa.add %l7, %m1 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  return %v8 : tensor<4x1xf32>
}

// F41: the sum of two exponentials has no reduction.
// CHECK-LABEL: func @f41_two_operands(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f41_two_operands(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %v1 = tosa.maximum %x, %y : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v2 = tosa.sub %x, %v1 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v4 = tosa.sub %y, %v1 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %e5 = tosa.exp %v4 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v6 = tosa.add %e3, %e5 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %l7 = tosa.log %v6 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v8 = tosa.add %v1, %l7 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %v8 : tensor<4x8xf32>
}

// F44: all dimensions.
// CHECK-LABEL: func @f44_all_dimensions(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.logsumexp dims = [0, 1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f44_all_dimensions(%x: tensor<4x8xf32>) -> tensor<f32> {
  %shape0 = tosa.const_shape {values = dense<[]> : tensor<0xindex>} : () -> !tosa.shape<0>
  %m1 = tosa.reduce_max %x {axis = 0 : i32} : (tensor<4x8xf32>) -> tensor<1x8xf32>
  %m2 = tosa.reduce_max %m1 {axis = 1 : i32} : (tensor<1x8xf32>) -> tensor<1x1xf32>
  %v3 = tosa.sub %x, %m2 : (tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf32>
  %e4 = tosa.exp %v3 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s5 = tosa.reduce_sum %e4 {axis = 0 : i32} : (tensor<4x8xf32>) -> tensor<1x8xf32>
  %s6 = tosa.reduce_sum %s5 {axis = 1 : i32} : (tensor<1x8xf32>) -> tensor<1x1xf32>
  %l7 = tosa.log %s6 : (tensor<1x1xf32>) -> tensor<1x1xf32>
  %v8 = tosa.add %l7, %m2 : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
  %v9 = tosa.reshape %v8, %shape0 : (tensor<1x1xf32>, !tosa.shape<0>) -> tensor<f32>
  return %v9 : tensor<f32>
}
