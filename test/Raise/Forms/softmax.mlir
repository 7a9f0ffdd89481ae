// Softmax, however its parts are moved and converted.
// Each function is named after the form that it has.
// RUN: lse-opt %s --lse-raise | FileCheck %s

// F1: the maximum is broadcast in two steps.
// CHECK-LABEL: func @f1_two_step_broadcast(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f1_two_step_broadcast(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape2 = tosa.const_shape {values = dense<[1, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape1 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape0 = tosa.const_shape {values = dense<[4]> : tensor<1xindex>} : () -> !tosa.shape<1>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.reshape %m1, %shape0 : (tensor<4x1xf32>, !tosa.shape<1>) -> tensor<4xf32>
  %v3 = tosa.reshape %v2, %shape1 : (tensor<4xf32>, !tosa.shape<2>) -> tensor<4x1xf32>
  %v4 = tosa.tile %v3, %shape2 : (tensor<4x1xf32>, !tosa.shape<2>) -> tensor<4x8xf32>
  %v5 = tosa.sub %x, %v4 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %e6 = tosa.exp %v5 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s7 = tosa.reduce_sum %e6 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v8 = tosa.reshape %s7, %shape0 : (tensor<4x1xf32>, !tosa.shape<1>) -> tensor<4xf32>
  %v9 = tosa.reshape %v8, %shape1 : (tensor<4xf32>, !tosa.shape<2>) -> tensor<4x1xf32>
  %v10 = tosa.tile %v9, %shape2 : (tensor<4x1xf32>, !tosa.shape<2>) -> tensor<4x8xf32>
  %r11 = tosa.reciprocal %v10 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v12 = tosa.mul %e6, %r11, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v12 : tensor<4x8xf32>
}

// F2: the maximum is clamped by -inf, on either side.
// CHECK-LABEL: func @f2_clamped_by_infinity(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f2_clamped_by_infinity(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %shape0 = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<0xFF800000> : tensor<4x1xf32>}> : () -> tensor<4x1xf32>
  %m2 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v3 = tosa.maximum %c1, %m2 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %v4 = tosa.sub %x, %v3 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e5 = tosa.exp %v4 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s6 = tosa.reduce_sum %e5 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r7 = tosa.reciprocal %s6 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v8 = tosa.mul %e5, %r7, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m9 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c10 = "tosa.const"() <{values = dense<0xFF800000> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v11 = tosa.reshape %c10, %shape0 : (tensor<1xf32>, !tosa.shape<2>) -> tensor<1x1xf32>
  %v12 = tosa.maximum %m9, %v11 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %v13 = tosa.sub %x, %v12 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e14 = tosa.exp %v13 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s15 = tosa.reduce_sum %e14 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r16 = tosa.reciprocal %s15 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v17 = tosa.mul %e14, %r16, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v8, %v17 : tensor<4x8xf32>, tensor<4x8xf32>
}

// F3: one row, and dimensions that come back by a reshape.
// CHECK-LABEL: func @f3_vector(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [0]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f3_vector(%x: tensor<8xf32>) -> tensor<8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape1 = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape0 = tosa.const_shape {values = dense<[1]> : tensor<1xindex>} : () -> !tosa.shape<1>
  %m1 = tosa.reduce_max %x {axis = 0 : i32} : (tensor<8xf32>) -> tensor<1xf32>
  %v2 = tosa.reshape %m1, %shape0 : (tensor<1xf32>, !tosa.shape<1>) -> tensor<1xf32>
  %v3 = tosa.sub %x, %v2 : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xf32>
  %e4 = tosa.exp %v3 : (tensor<8xf32>) -> tensor<8xf32>
  %s5 = tosa.reduce_sum %e4 {axis = 0 : i32} : (tensor<8xf32>) -> tensor<1xf32>
  %v6 = tosa.reshape %s5, %shape1 : (tensor<1xf32>, !tosa.shape<2>) -> tensor<1x1xf32>
  %v7 = tosa.reshape %v6, %shape0 : (tensor<1x1xf32>, !tosa.shape<1>) -> tensor<1xf32>
  %r8 = tosa.reciprocal %v7 : (tensor<1xf32>) -> tensor<1xf32>
  %v9 = tosa.mul %e4, %r8, %shift : (tensor<8xf32>, tensor<1xf32>, tensor<1xi8>) -> tensor<8xf32>
  return %v9 : tensor<8xf32>
}

// F4: reshape, broadcast, reshape, broadcast.
// CHECK-LABEL: func @f4_reshapes_and_broadcasts(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [2]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f4_reshapes_and_broadcasts(%x: tensor<2x3x8xf32>) -> tensor<2x3x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape4 = tosa.const_shape {values = dense<[1, 1, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape3 = tosa.const_shape {values = dense<[2, 3, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape2 = tosa.const_shape {values = dense<[1, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape1 = tosa.const_shape {values = dense<[1, 2, 3]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape0 = tosa.const_shape {values = dense<[2, 3]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %m1 = tosa.reduce_max %x {axis = 2 : i32} : (tensor<2x3x8xf32>) -> tensor<2x3x1xf32>
  %v2 = tosa.reshape %m1, %shape0 : (tensor<2x3x1xf32>, !tosa.shape<2>) -> tensor<2x3xf32>
  %v3 = tosa.reshape %v2, %shape1 : (tensor<2x3xf32>, !tosa.shape<3>) -> tensor<1x2x3xf32>
  %v4 = tosa.tile %v3, %shape2 : (tensor<1x2x3xf32>, !tosa.shape<3>) -> tensor<1x2x3xf32>
  %v5 = tosa.reshape %v4, %shape3 : (tensor<1x2x3xf32>, !tosa.shape<3>) -> tensor<2x3x1xf32>
  %v6 = tosa.tile %v5, %shape4 : (tensor<2x3x1xf32>, !tosa.shape<3>) -> tensor<2x3x8xf32>
  %v7 = tosa.sub %x, %v6 : (tensor<2x3x8xf32>, tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %e8 = tosa.exp %v7 : (tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %s9 = tosa.reduce_sum %e8 {axis = 2 : i32} : (tensor<2x3x8xf32>) -> tensor<2x3x1xf32>
  %v10 = tosa.reshape %s9, %shape0 : (tensor<2x3x1xf32>, !tosa.shape<2>) -> tensor<2x3xf32>
  %v11 = tosa.reshape %v10, %shape1 : (tensor<2x3xf32>, !tosa.shape<3>) -> tensor<1x2x3xf32>
  %v12 = tosa.tile %v11, %shape2 : (tensor<1x2x3xf32>, !tosa.shape<3>) -> tensor<1x2x3xf32>
  %v13 = tosa.reshape %v12, %shape3 : (tensor<1x2x3xf32>, !tosa.shape<3>) -> tensor<2x3x1xf32>
  %v14 = tosa.tile %v13, %shape4 : (tensor<2x3x1xf32>, !tosa.shape<3>) -> tensor<2x3x8xf32>
  %r15 = tosa.reciprocal %v14 : (tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %v16 = tosa.mul %e8, %r15, %shift : (tensor<2x3x8xf32>, tensor<2x3x8xf32>, tensor<1xi8>) -> tensor<2x3x8xf32>
  return %v16 : tensor<2x3x8xf32>
}

// F5: only the sum is wider; all of it is; only the result is narrower.
// CHECK-LABEL: func @f5_partial_casts(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f5_partial_casts(%x: tensor<4x8xf16>, %y: tensor<4x8xf32>) -> (tensor<4x8xf16>, tensor<4x8xf16>, tensor<4x8xf16>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf16>) -> tensor<4x1xf16>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf16>, tensor<4x1xf16>) -> tensor<4x8xf16>
  %e3 = tosa.exp %v2 : (tensor<4x8xf16>) -> tensor<4x8xf16>
  %v4 = tosa.cast %e3 : (tensor<4x8xf16>) -> tensor<4x8xf32>
  %s5 = tosa.reduce_sum %v4 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v6 = tosa.cast %s5 : (tensor<4x1xf32>) -> tensor<4x1xf16>
  %r7 = tosa.reciprocal %v6 : (tensor<4x1xf16>) -> tensor<4x1xf16>
  %v8 = tosa.mul %e3, %r7, %shift : (tensor<4x8xf16>, tensor<4x1xf16>, tensor<1xi8>) -> tensor<4x8xf16>
  %v9 = tosa.cast %x : (tensor<4x8xf16>) -> tensor<4x8xf32>
  %m10 = tosa.reduce_max %v9 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v11 = tosa.sub %v9, %m10 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e12 = tosa.exp %v11 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s13 = tosa.reduce_sum %e12 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r14 = tosa.reciprocal %s13 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v15 = tosa.mul %e12, %r14, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v16 = tosa.cast %v15 : (tensor<4x8xf32>) -> tensor<4x8xf16>
  %m17 = tosa.reduce_max %y {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v18 = tosa.sub %y, %m17 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e19 = tosa.exp %v18 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s20 = tosa.reduce_sum %e19 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r21 = tosa.reciprocal %s20 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v22 = tosa.mul %e19, %r21, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v23 = tosa.cast %v22 : (tensor<4x8xf32>) -> tensor<4x8xf16>
  return %v8, %v16, %v23 : tensor<4x8xf16>, tensor<4x8xf16>, tensor<4x8xf16>
}

// F9: an argmax that nothing uses.
// CHECK-LABEL: func @f9_dead_argmax(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f9_dead_argmax(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape0 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.argmax %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4xi32>
  %v3 = tosa.reshape %v2, %shape0 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<4x1xi32>
  %v4 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e5 = tosa.exp %v4 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s6 = tosa.reduce_sum %e5 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r7 = tosa.reciprocal %s6 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v8 = tosa.mul %e5, %r7, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v8 : tensor<4x8xf32>
}

// F9: an argmax that something uses stays.
// CHECK-LABEL: func @f9_live_argmax(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f9_live_argmax(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4xi32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.argmax %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4xi32>
  %m2 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v3 = tosa.sub %x, %m2 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e4 = tosa.exp %v3 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s5 = tosa.reduce_sum %e4 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r6 = tosa.reciprocal %s5 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v7 = tosa.mul %e4, %r6, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v7, %v1 : tensor<4x8xf32>, tensor<4xi32>
}

// F10: TensorFlow Lite: softmax with, log-softmax without a maximum.
// CHECK-LABEL: func @f10_tflite(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.log_softmax dims = [1] stabilized
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f10_tflite(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %e7 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s8 = tosa.reduce_sum %e7 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r9 = tosa.reciprocal %s8 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v10 = tosa.mul %e7, %r9, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %l11 = tosa.log %v10 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %v6, %l11 : tensor<4x8xf32>, tensor<4x8xf32>
}

// F17: numerator and denominator have exponentials of their own.
// CHECK-LABEL: func @f17_two_exponentials(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f17_two_exponentials(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %m4 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v5 = tosa.sub %x, %m4 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e6 = tosa.exp %v5 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s7 = tosa.reduce_sum %e6 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r8 = tosa.reciprocal %s7 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v9 = tosa.mul %e3, %r8, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v9 : tensor<4x8xf32>
}

// F18: casts and reshapes that change nothing.
// CHECK-LABEL: func @f18_no_op_glue(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f18_no_op_glue(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape1 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape0 = tosa.const_shape {values = dense<[4, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %v1 = tosa.reshape %x, %shape0 : (tensor<4x8xf32>, !tosa.shape<2>) -> tensor<4x8xf32>
  %v2 = tosa.cast %v1 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v3 = tosa.reshape %v1, %shape0 : (tensor<4x8xf32>, !tosa.shape<2>) -> tensor<4x8xf32>
  %m4 = tosa.reduce_max %v3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v5 = tosa.sub %v2, %m4 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e6 = tosa.exp %v5 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v7 = tosa.reshape %e6, %shape0 : (tensor<4x8xf32>, !tosa.shape<2>) -> tensor<4x8xf32>
  %v8 = tosa.reshape %v7, %shape0 : (tensor<4x8xf32>, !tosa.shape<2>) -> tensor<4x8xf32>
  %s9 = tosa.reduce_sum %v7 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v10 = tosa.reshape %s9, %shape1 : (tensor<4x1xf32>, !tosa.shape<2>) -> tensor<4x1xf32>
  %r11 = tosa.reciprocal %v10 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v12 = tosa.mul %v8, %r11, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v12 : tensor<4x8xf32>
}

// F19: quotients: by a reciprocal, by a power of -1, by the exponential of
// minus the logarithm, with a scale in the reciprocal that is taken back.
// CHECK-LABEL: func @f19_quotients(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f19_quotients(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %r5, %e3, %shift : (tensor<4x1xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %c7 = "tosa.const"() <{values = dense<-1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v8 = tosa.pow %s4, %c7 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %v9 = tosa.mul %e3, %v8, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m10 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v11 = tosa.sub %x, %m10 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e12 = tosa.exp %v11 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s13 = tosa.reduce_sum %e12 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l14 = tosa.log %s13 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v15 = tosa.sub %v11, %l14 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e16 = tosa.exp %v15 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %r17 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %c18 = "tosa.const"() <{values = dense<2.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v19 = tosa.mul %r17, %c18, %shift : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %v20 = tosa.mul %e3, %v19, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %c21 = "tosa.const"() <{values = dense<0.5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v22 = tosa.mul %v20, %c21, %shift : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v6, %v9, %e16, %v22 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// F20: the first, a middle and the last dimension, and one that is last
// between transposes.
// CHECK-LABEL: func @f20_any_dimension(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [2]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [0]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [2]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f20_any_dimension(%x: tensor<2x3x8xf32>) -> (tensor<2x3x8xf32>, tensor<2x3x8xf32>, tensor<2x3x8xf32>, tensor<2x3x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.transpose %x {perms = array<i32: 0, 2, 1>} : (tensor<2x3x8xf32>) -> tensor<2x8x3xf32>
  %m2 = tosa.reduce_max %v1 {axis = 2 : i32} : (tensor<2x8x3xf32>) -> tensor<2x8x1xf32>
  %v3 = tosa.sub %v1, %m2 : (tensor<2x8x3xf32>, tensor<2x8x1xf32>) -> tensor<2x8x3xf32>
  %e4 = tosa.exp %v3 : (tensor<2x8x3xf32>) -> tensor<2x8x3xf32>
  %s5 = tosa.reduce_sum %e4 {axis = 2 : i32} : (tensor<2x8x3xf32>) -> tensor<2x8x1xf32>
  %r6 = tosa.reciprocal %s5 : (tensor<2x8x1xf32>) -> tensor<2x8x1xf32>
  %v7 = tosa.mul %e4, %r6, %shift : (tensor<2x8x3xf32>, tensor<2x8x1xf32>, tensor<1xi8>) -> tensor<2x8x3xf32>
  %m8 = tosa.reduce_max %x {axis = 0 : i32} : (tensor<2x3x8xf32>) -> tensor<1x3x8xf32>
  %v9 = tosa.sub %x, %m8 : (tensor<2x3x8xf32>, tensor<1x3x8xf32>) -> tensor<2x3x8xf32>
  %e10 = tosa.exp %v9 : (tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %s11 = tosa.reduce_sum %e10 {axis = 0 : i32} : (tensor<2x3x8xf32>) -> tensor<1x3x8xf32>
  %r12 = tosa.reciprocal %s11 : (tensor<1x3x8xf32>) -> tensor<1x3x8xf32>
  %v13 = tosa.mul %e10, %r12, %shift : (tensor<2x3x8xf32>, tensor<1x3x8xf32>, tensor<1xi8>) -> tensor<2x3x8xf32>
  %m14 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<2x3x8xf32>) -> tensor<2x1x8xf32>
  %v15 = tosa.sub %x, %m14 : (tensor<2x3x8xf32>, tensor<2x1x8xf32>) -> tensor<2x3x8xf32>
  %e16 = tosa.exp %v15 : (tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %s17 = tosa.reduce_sum %e16 {axis = 1 : i32} : (tensor<2x3x8xf32>) -> tensor<2x1x8xf32>
  %r18 = tosa.reciprocal %s17 : (tensor<2x1x8xf32>) -> tensor<2x1x8xf32>
  %v19 = tosa.mul %e16, %r18, %shift : (tensor<2x3x8xf32>, tensor<2x1x8xf32>, tensor<1xi8>) -> tensor<2x3x8xf32>
  %m20 = tosa.reduce_max %x {axis = 2 : i32} : (tensor<2x3x8xf32>) -> tensor<2x3x1xf32>
  %v21 = tosa.sub %x, %m20 : (tensor<2x3x8xf32>, tensor<2x3x1xf32>) -> tensor<2x3x8xf32>
  %e22 = tosa.exp %v21 : (tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %s23 = tosa.reduce_sum %e22 {axis = 2 : i32} : (tensor<2x3x8xf32>) -> tensor<2x3x1xf32>
  %r24 = tosa.reciprocal %s23 : (tensor<2x3x1xf32>) -> tensor<2x3x1xf32>
  %v25 = tosa.mul %e22, %r24, %shift : (tensor<2x3x8xf32>, tensor<2x3x1xf32>, tensor<1xi8>) -> tensor<2x3x8xf32>
  %v26 = tosa.transpose %v7 {perms = array<i32: 0, 2, 1>} : (tensor<2x8x3xf32>) -> tensor<2x3x8xf32>
  return %v13, %v19, %v25, %v26 : tensor<2x3x8xf32>, tensor<2x3x8xf32>, tensor<2x3x8xf32>, tensor<2x3x8xf32>
}

// F21: two dimensions by two reductions each, and by a reshape that merges
// them.
// CHECK-LABEL: func @f21_several_dimensions(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1, 2]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f21_several_dimensions(%x: tensor<2x3x8xf32>) -> (tensor<2x3x8xf32>, tensor<2x3x8xf32>) {
  %shape1 = tosa.const_shape {values = dense<[2, 3, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape0 = tosa.const_shape {values = dense<[2, 24]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<2x3x8xf32>) -> tensor<2x1x8xf32>
  %m2 = tosa.reduce_max %m1 {axis = 2 : i32} : (tensor<2x1x8xf32>) -> tensor<2x1x1xf32>
  %v3 = tosa.sub %x, %m2 : (tensor<2x3x8xf32>, tensor<2x1x1xf32>) -> tensor<2x3x8xf32>
  %e4 = tosa.exp %v3 : (tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %s5 = tosa.reduce_sum %e4 {axis = 2 : i32} : (tensor<2x3x8xf32>) -> tensor<2x3x1xf32>
  %s6 = tosa.reduce_sum %s5 {axis = 1 : i32} : (tensor<2x3x1xf32>) -> tensor<2x1x1xf32>
  %r7 = tosa.reciprocal %s6 : (tensor<2x1x1xf32>) -> tensor<2x1x1xf32>
  %v8 = tosa.mul %e4, %r7, %shift : (tensor<2x3x8xf32>, tensor<2x1x1xf32>, tensor<1xi8>) -> tensor<2x3x8xf32>
  %v9 = tosa.reshape %x, %shape0 : (tensor<2x3x8xf32>, !tosa.shape<2>) -> tensor<2x24xf32>
  %m10 = tosa.reduce_max %v9 {axis = 1 : i32} : (tensor<2x24xf32>) -> tensor<2x1xf32>
  %v11 = tosa.sub %v9, %m10 : (tensor<2x24xf32>, tensor<2x1xf32>) -> tensor<2x24xf32>
  %e12 = tosa.exp %v11 : (tensor<2x24xf32>) -> tensor<2x24xf32>
  %s13 = tosa.reduce_sum %e12 {axis = 1 : i32} : (tensor<2x24xf32>) -> tensor<2x1xf32>
  %r14 = tosa.reciprocal %s13 : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %v15 = tosa.mul %e12, %r14, %shift : (tensor<2x24xf32>, tensor<2x1xf32>, tensor<1xi8>) -> tensor<2x24xf32>
  %v16 = tosa.reshape %v15, %shape1 : (tensor<2x24xf32>, !tosa.shape<3>) -> tensor<2x3x8xf32>
  return %v8, %v16 : tensor<2x3x8xf32>, tensor<2x3x8xf32>
}

// F22: rows of one element, and a single row.
// CHECK-LABEL: func @f22_extent_one(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [0]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f22_extent_one(%x: tensor<3x1x1xf32>, %y: tensor<1x8xf32>) -> (tensor<3x1x1xf32>, tensor<1x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 0 : i32} : (tensor<3x1x1xf32>) -> tensor<1x1x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<3x1x1xf32>, tensor<1x1x1xf32>) -> tensor<3x1x1xf32>
  %e3 = tosa.exp %v2 : (tensor<3x1x1xf32>) -> tensor<3x1x1xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 0 : i32} : (tensor<3x1x1xf32>) -> tensor<1x1x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<1x1x1xf32>) -> tensor<1x1x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<3x1x1xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<3x1x1xf32>
  %m7 = tosa.reduce_max %y {axis = 1 : i32} : (tensor<1x8xf32>) -> tensor<1x1xf32>
  %v8 = tosa.sub %y, %m7 : (tensor<1x8xf32>, tensor<1x1xf32>) -> tensor<1x8xf32>
  %e9 = tosa.exp %v8 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %s10 = tosa.reduce_sum %e9 {axis = 1 : i32} : (tensor<1x8xf32>) -> tensor<1x1xf32>
  %r11 = tosa.reciprocal %s10 : (tensor<1x1xf32>) -> tensor<1x1xf32>
  %v12 = tosa.mul %e9, %r11, %shift : (tensor<1x8xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<1x8xf32>
  return %v6, %v12 : tensor<3x1x1xf32>, tensor<1x8xf32>
}

// F23: extents that are not known.
// CHECK-LABEL: func @f23_dynamic(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f23_dynamic(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<?x?xf32>) -> tensor<?x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %e3 = tosa.exp %v2 : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<?x?xf32>) -> tensor<?x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<?x1xf32>) -> tensor<?x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<?x?xf32>, tensor<?x1xf32>, tensor<1xi8>) -> tensor<?x?xf32>
  return %v6 : tensor<?x?xf32>
}

// F24: the reduced dimension is gone, and the broadcast is over leading
// dimensions.
// CHECK-LABEL: func @f24_dropped_dimension(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [0]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f24_dropped_dimension(%x: tensor<5x8xf32>) -> tensor<5x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape1 = tosa.const_shape {values = dense<[1, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape0 = tosa.const_shape {values = dense<[8]> : tensor<1xindex>} : () -> !tosa.shape<1>
  %m1 = tosa.reduce_max %x {axis = 0 : i32} : (tensor<5x8xf32>) -> tensor<1x8xf32>
  %v2 = tosa.reshape %m1, %shape0 : (tensor<1x8xf32>, !tosa.shape<1>) -> tensor<8xf32>
  %v3 = tosa.reshape %v2, %shape1 : (tensor<8xf32>, !tosa.shape<2>) -> tensor<1x8xf32>
  %v4 = tosa.sub %x, %v3 : (tensor<5x8xf32>, tensor<1x8xf32>) -> tensor<5x8xf32>
  %e5 = tosa.exp %v4 : (tensor<5x8xf32>) -> tensor<5x8xf32>
  %s6 = tosa.reduce_sum %e5 {axis = 0 : i32} : (tensor<5x8xf32>) -> tensor<1x8xf32>
  %v7 = tosa.reshape %s6, %shape0 : (tensor<1x8xf32>, !tosa.shape<1>) -> tensor<8xf32>
  %v8 = tosa.reshape %v7, %shape1 : (tensor<8xf32>, !tosa.shape<2>) -> tensor<1x8xf32>
  %r9 = tosa.reciprocal %v8 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %v10 = tosa.mul %e5, %r9, %shift : (tensor<5x8xf32>, tensor<1x8xf32>, tensor<1xi8>) -> tensor<5x8xf32>
  return %v10 : tensor<5x8xf32>
}

// F25: a negative scale; a temperature before and after the maximum; one for
// each row; centred twice.
// CHECK-LABEL: func @f25_scales(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f25_scales(%x: tensor<4x8xf32>, %t: tensor<4x1xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<-1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v2 = tosa.mul %x, %c1, %shift : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m3 = tosa.reduce_max %v2 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v4 = tosa.sub %v2, %m3 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e5 = tosa.exp %v4 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s6 = tosa.reduce_sum %e5 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r7 = tosa.reciprocal %s6 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v8 = tosa.mul %e5, %r7, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %c9 = "tosa.const"() <{values = dense<0.5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v10 = tosa.mul %x, %c9, %shift : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m11 = tosa.reduce_max %v10 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v12 = tosa.sub %v10, %m11 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e13 = tosa.exp %v12 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s14 = tosa.reduce_sum %e13 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r15 = tosa.reciprocal %s14 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v16 = tosa.mul %e13, %r15, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m17 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v18 = tosa.sub %x, %m17 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %c19 = "tosa.const"() <{values = dense<3.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v20 = tosa.mul %v18, %c19, %shift : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %e21 = tosa.exp %v20 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s22 = tosa.reduce_sum %e21 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r23 = tosa.reciprocal %s22 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v24 = tosa.mul %e21, %r23, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %r25 = tosa.reciprocal %t : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v26 = tosa.mul %x, %r25, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m27 = tosa.reduce_max %v26 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v28 = tosa.sub %v26, %m27 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e29 = tosa.exp %v28 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s30 = tosa.reduce_sum %e29 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r31 = tosa.reciprocal %s30 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v32 = tosa.mul %e29, %r31, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m33 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v34 = tosa.sub %x, %m33 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %m35 = tosa.reduce_max %v34 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v36 = tosa.sub %v34, %m35 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e37 = tosa.exp %v36 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s38 = tosa.reduce_sum %e37 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r39 = tosa.reciprocal %s38 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v40 = tosa.mul %e37, %r39, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v8, %v16, %v24, %v32, %v40 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}
