// Losses. Each function is named after the
// form that it has.
// RUN: lse-opt %s --lse-raise | FileCheck %s

// F46: a class number gathers its log-probability.
// CHECK-LABEL: func @f46_gather(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f46_gather(%x: tensor<4x8xf32>, %t: tensor<4xi32>) -> tensor<4x1xf32> {
  %shape2 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape1 = tosa.const_shape {values = dense<[1, 32, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape0 = tosa.const_shape {values = dense<[1, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l5 = tosa.log %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.sub %v2, %l5 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %c7 = "tosa.const"() <{values = dense<[0, 8, 16, 24]> : tensor<4xi32>}> : () -> tensor<4xi32>
  %v8 = tosa.add %t, %c7 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %v9 = tosa.reshape %v8, %shape0 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<1x4xi32>
  %v10 = tosa.reshape %v6, %shape1 : (tensor<4x8xf32>, !tosa.shape<3>) -> tensor<1x32x1xf32>
  %v11 = tosa.gather %v10, %v9 : (tensor<1x32x1xf32>, tensor<1x4xi32>) -> tensor<1x4x1xf32>
  %v12 = tosa.reshape %v11, %shape2 : (tensor<1x4x1xf32>, !tosa.shape<2>) -> tensor<4x1xf32>
  %c13 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v14 = tosa.negate %v12, %c13, %c13 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  return %v14 : tensor<4x1xf32>
}

// F47: a one-hot row by comparison with the class numbers.
// CHECK-LABEL: func @f47_one_hot(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f47_one_hot(%x: tensor<4x8xf32>, %t: tensor<4xi32>) -> tensor<4x1xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape0 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %c1 = "tosa.const"() <{values = dense<[[0, 1, 2, 3, 4, 5, 6, 7]]> : tensor<1x8xi32>}> : () -> tensor<1x8xi32>
  %v2 = tosa.reshape %t, %shape0 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<4x1xi32>
  %v3 = tosa.equal %c1, %v2 : (tensor<1x8xi32>, tensor<4x1xi32>) -> tensor<4x8xi1>
  %v4 = tosa.cast %v3 : (tensor<4x8xi1>) -> tensor<4x8xf32>
  %m5 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v6 = tosa.sub %x, %m5 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e7 = tosa.exp %v6 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s8 = tosa.reduce_sum %e7 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l9 = tosa.log %s8 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v10 = tosa.sub %v6, %l9 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %v11 = tosa.mul %v4, %v10, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s12 = tosa.reduce_sum %v11 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c13 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v14 = tosa.negate %s12, %c13, %c13 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  return %v14 : tensor<4x1xf32>
}

// F48: the log-sum-exp less the logit of the label.
// CHECK-LABEL: func @f48_lse_less_logit(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f48_lse_less_logit(%x: tensor<4x8xf32>, %t: tensor<4xi32>) -> tensor<4x1xf32> {
  %shape2 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape1 = tosa.const_shape {values = dense<[1, 32, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape0 = tosa.const_shape {values = dense<[1, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l5 = tosa.log %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.add %l5, %m1 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %c7 = "tosa.const"() <{values = dense<[0, 8, 16, 24]> : tensor<4xi32>}> : () -> tensor<4xi32>
  %v8 = tosa.add %t, %c7 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %v9 = tosa.reshape %v8, %shape0 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<1x4xi32>
  %v10 = tosa.reshape %x, %shape1 : (tensor<4x8xf32>, !tosa.shape<3>) -> tensor<1x32x1xf32>
  %v11 = tosa.gather %v10, %v9 : (tensor<1x32x1xf32>, tensor<1x4xi32>) -> tensor<1x4x1xf32>
  %v12 = tosa.reshape %v11, %shape2 : (tensor<1x4x1xf32>, !tosa.shape<2>) -> tensor<4x1xf32>
  %v13 = tosa.sub %v6, %v12 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  return %v13 : tensor<4x1xf32>
}

// F49: a class to ignore, and the mean of what is left.
// CHECK-LABEL: func @f49_ignored_class(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f49_ignored_class(%x: tensor<4x8xf32>, %t: tensor<4xi32>) -> tensor<f32> {
  %shape4 = tosa.const_shape {values = dense<[]> : tensor<0xindex>} : () -> !tosa.shape<0>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape3 = tosa.const_shape {values = dense<[4]> : tensor<1xindex>} : () -> !tosa.shape<1>
  %shape2 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape1 = tosa.const_shape {values = dense<[1, 32, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape0 = tosa.const_shape {values = dense<[1, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %c1 = "tosa.const"() <{values = dense<-100> : tensor<1xi32>}> : () -> tensor<1xi32>
  %v2 = tosa.equal %t, %c1 : (tensor<4xi32>, tensor<1xi32>) -> tensor<4xi1>
  %v3 = tosa.logical_not %v2 : (tensor<4xi1>) -> tensor<4xi1>
  %c4 = "tosa.const"() <{values = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
  %v5 = tosa.select %v3, %t, %c4 : (tensor<4xi1>, tensor<4xi32>, tensor<1xi32>) -> tensor<4xi32>
  %m6 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v7 = tosa.sub %x, %m6 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e8 = tosa.exp %v7 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s9 = tosa.reduce_sum %e8 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l10 = tosa.log %s9 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v11 = tosa.sub %v7, %l10 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %c12 = "tosa.const"() <{values = dense<[0, 8, 16, 24]> : tensor<4xi32>}> : () -> tensor<4xi32>
  %v13 = tosa.add %v5, %c12 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %v14 = tosa.reshape %v13, %shape0 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<1x4xi32>
  %v15 = tosa.reshape %v11, %shape1 : (tensor<4x8xf32>, !tosa.shape<3>) -> tensor<1x32x1xf32>
  %v16 = tosa.gather %v15, %v14 : (tensor<1x32x1xf32>, tensor<1x4xi32>) -> tensor<1x4x1xf32>
  %v17 = tosa.reshape %v16, %shape2 : (tensor<1x4x1xf32>, !tosa.shape<2>) -> tensor<4x1xf32>
  %c18 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v19 = tosa.negate %v17, %c18, %c18 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  %v20 = tosa.reshape %v19, %shape3 : (tensor<4x1xf32>, !tosa.shape<1>) -> tensor<4xf32>
  %c21 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v22 = tosa.select %v3, %v20, %c21 : (tensor<4xi1>, tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
  %v23 = tosa.cast %v3 : (tensor<4xi1>) -> tensor<4xf32>
  %s24 = tosa.reduce_sum %v23 {axis = 0 : i32} : (tensor<4xf32>) -> tensor<1xf32>
  %s25 = tosa.reduce_sum %v22 {axis = 0 : i32} : (tensor<4xf32>) -> tensor<1xf32>
  %r26 = tosa.reciprocal %s24 : (tensor<1xf32>) -> tensor<1xf32>
  %v27 = tosa.mul %s25, %r26, %shift : (tensor<1xf32>, tensor<1xf32>, tensor<1xi8>) -> tensor<1xf32>
  %v28 = tosa.reshape %v27, %shape4 : (tensor<1xf32>, !tosa.shape<0>) -> tensor<f32>
  return %v28 : tensor<f32>
}

// F49: class weights, mean over the batch.
// CHECK-LABEL: func @f49_class_weights(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f49_class_weights(%x: tensor<4x8xf32>, %t: tensor<4xi32>, %w: tensor<1x8xf32>) -> tensor<f32> {
  %shape1 = tosa.const_shape {values = dense<[]> : tensor<0xindex>} : () -> !tosa.shape<0>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape0 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %c1 = "tosa.const"() <{values = dense<[[0, 1, 2, 3, 4, 5, 6, 7]]> : tensor<1x8xi32>}> : () -> tensor<1x8xi32>
  %v2 = tosa.reshape %t, %shape0 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<4x1xi32>
  %v3 = tosa.equal %c1, %v2 : (tensor<1x8xi32>, tensor<4x1xi32>) -> tensor<4x8xi1>
  %v4 = tosa.cast %v3 : (tensor<4x8xi1>) -> tensor<4x8xf32>
  %v5 = tosa.mul %v4, %w, %shift : (tensor<4x8xf32>, tensor<1x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m6 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v7 = tosa.sub %x, %m6 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e8 = tosa.exp %v7 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s9 = tosa.reduce_sum %e8 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l10 = tosa.log %s9 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v11 = tosa.sub %v7, %l10 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %v12 = tosa.mul %v5, %v11, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s13 = tosa.reduce_sum %v12 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c14 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v15 = tosa.negate %s13, %c14, %c14 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  %s16 = tosa.reduce_sum %v15 {axis = 0 : i32} : (tensor<4x1xf32>) -> tensor<1x1xf32>
  %s17 = tosa.reduce_sum %v5 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %s18 = tosa.reduce_sum %s17 {axis = 0 : i32} : (tensor<4x1xf32>) -> tensor<1x1xf32>
  %r19 = tosa.reciprocal %s18 : (tensor<1x1xf32>) -> tensor<1x1xf32>
  %v20 = tosa.mul %s16, %r19, %shift : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<1x1xf32>
  %v21 = tosa.reshape %v20, %shape1 : (tensor<1x1xf32>, !tosa.shape<0>) -> tensor<f32>
  return %v21 : tensor<f32>
}

// F49: label smoothing: a share of every class.
// CHECK-LABEL: func @f49_label_smoothing(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f49_label_smoothing(%x: tensor<4x8xf32>, %t: tensor<4xi32>) -> tensor<4x1xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape2 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape1 = tosa.const_shape {values = dense<[1, 32, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape0 = tosa.const_shape {values = dense<[1, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l5 = tosa.log %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.sub %v2, %l5 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %c7 = "tosa.const"() <{values = dense<[0, 8, 16, 24]> : tensor<4xi32>}> : () -> tensor<4xi32>
  %v8 = tosa.add %t, %c7 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %v9 = tosa.reshape %v8, %shape0 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<1x4xi32>
  %v10 = tosa.reshape %v6, %shape1 : (tensor<4x8xf32>, !tosa.shape<3>) -> tensor<1x32x1xf32>
  %v11 = tosa.gather %v10, %v9 : (tensor<1x32x1xf32>, tensor<1x4xi32>) -> tensor<1x4x1xf32>
  %v12 = tosa.reshape %v11, %shape2 : (tensor<1x4x1xf32>, !tosa.shape<2>) -> tensor<4x1xf32>
  %c13 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v14 = tosa.negate %v12, %c13, %c13 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  %c15 = "tosa.const"() <{values = dense<0.9> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v16 = tosa.mul %v14, %c15, %shift : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %s17 = tosa.reduce_sum %v6 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c18 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v19 = tosa.negate %s17, %c18, %c18 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  %c20 = "tosa.const"() <{values = dense<0.0125> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v21 = tosa.mul %v19, %c20, %shift : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %v22 = tosa.add %v16, %v21 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  return %v22 : tensor<4x1xf32>
}

// F49: sum and mean of the losses.
// CHECK-LABEL: func @f49_sum_and_mean(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f49_sum_and_mean(%x: tensor<4x8xf32>, %t: tensor<4xi32>, %y: tensor<4x8xf32>) -> (tensor<1x1xf32>, tensor<1x1xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape2 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape1 = tosa.const_shape {values = dense<[1, 32, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape0 = tosa.const_shape {values = dense<[1, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l5 = tosa.log %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.sub %v2, %l5 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %c7 = "tosa.const"() <{values = dense<[0, 8, 16, 24]> : tensor<4xi32>}> : () -> tensor<4xi32>
  %v8 = tosa.add %t, %c7 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %v9 = tosa.reshape %v8, %shape0 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<1x4xi32>
  %v10 = tosa.reshape %v6, %shape1 : (tensor<4x8xf32>, !tosa.shape<3>) -> tensor<1x32x1xf32>
  %v11 = tosa.gather %v10, %v9 : (tensor<1x32x1xf32>, tensor<1x4xi32>) -> tensor<1x4x1xf32>
  %v12 = tosa.reshape %v11, %shape2 : (tensor<1x4x1xf32>, !tosa.shape<2>) -> tensor<4x1xf32>
  %c13 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v14 = tosa.negate %v12, %c13, %c13 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  %s15 = tosa.reduce_sum %v14 {axis = 0 : i32} : (tensor<4x1xf32>) -> tensor<1x1xf32>
  %c16 = "tosa.const"() <{values = dense<[[0, 1, 2, 3, 4, 5, 6, 7]]> : tensor<1x8xi32>}> : () -> tensor<1x8xi32>
  %v17 = tosa.reshape %t, %shape2 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<4x1xi32>
  %v18 = tosa.equal %c16, %v17 : (tensor<1x8xi32>, tensor<4x1xi32>) -> tensor<4x8xi1>
  %v19 = tosa.cast %v18 : (tensor<4x8xi1>) -> tensor<4x8xf32>
  %m20 = tosa.reduce_max %y {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v21 = tosa.sub %y, %m20 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e22 = tosa.exp %v21 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s23 = tosa.reduce_sum %e22 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l24 = tosa.log %s23 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v25 = tosa.sub %v21, %l24 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %v26 = tosa.mul %v19, %v25, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s27 = tosa.reduce_sum %v26 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c28 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v29 = tosa.negate %s27, %c28, %c28 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  %s30 = tosa.reduce_sum %v29 {axis = 0 : i32} : (tensor<4x1xf32>) -> tensor<1x1xf32>
  %c31 = "tosa.const"() <{values = dense<0.25> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v32 = tosa.mul %s30, %c31, %shift : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<1x1xf32>
  return %s15, %v32 : tensor<1x1xf32>, tensor<1x1xf32>
}

// F49: a penalty on the log-sum-exp stays a sum of two operations.
// CHECK-LABEL: func @f49_z_loss(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.logsumexp dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f49_z_loss(%x: tensor<4x8xf32>, %t: tensor<4xi32>) -> tensor<4x1xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape2 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape1 = tosa.const_shape {values = dense<[1, 32, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape0 = tosa.const_shape {values = dense<[1, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l5 = tosa.log %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.add %l5, %m1 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %c7 = "tosa.const"() <{values = dense<[0, 8, 16, 24]> : tensor<4xi32>}> : () -> tensor<4xi32>
  %v8 = tosa.add %t, %c7 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %v9 = tosa.reshape %v8, %shape0 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<1x4xi32>
  %v10 = tosa.reshape %x, %shape1 : (tensor<4x8xf32>, !tosa.shape<3>) -> tensor<1x32x1xf32>
  %v11 = tosa.gather %v10, %v9 : (tensor<1x32x1xf32>, tensor<1x4xi32>) -> tensor<1x4x1xf32>
  %v12 = tosa.reshape %v11, %shape2 : (tensor<1x4x1xf32>, !tosa.shape<2>) -> tensor<4x1xf32>
  %v13 = tosa.sub %v6, %v12 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %v14 = tosa.mul %v6, %v6, %shift : (tensor<4x1xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %c15 = "tosa.const"() <{values = dense<0.0001> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v16 = tosa.mul %v14, %c15, %shift : (tensor<4x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %v17 = tosa.add %v13, %v16 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  return %v17 : tensor<4x1xf32>
}

// F50: divergence of softmaxes with a temperature.
// CHECK-LABEL: func @f50_distillation(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.kl_divergence dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f50_distillation(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x1xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<0.5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v2 = tosa.mul %x, %c1, %shift : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m3 = tosa.reduce_max %v2 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v4 = tosa.sub %v2, %m3 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e5 = tosa.exp %v4 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s6 = tosa.reduce_sum %e5 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l7 = tosa.log %s6 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v8 = tosa.sub %v4, %l7 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %c9 = "tosa.const"() <{values = dense<0.5> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v10 = tosa.mul %y, %c9, %shift : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m11 = tosa.reduce_max %v10 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v12 = tosa.sub %v10, %m11 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e13 = tosa.exp %v12 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s14 = tosa.reduce_sum %e13 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r15 = tosa.reciprocal %s14 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v16 = tosa.mul %e13, %r15, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m17 = tosa.reduce_max %v10 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v18 = tosa.sub %v10, %m17 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e19 = tosa.exp %v18 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s20 = tosa.reduce_sum %e19 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l21 = tosa.log %s20 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v22 = tosa.sub %v18, %l21 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %v23 = tosa.sub %v22, %v8 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %v24 = tosa.mul %v16, %v23, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s25 = tosa.reduce_sum %v24 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  return %s25 : tensor<4x1xf32>
}

// F50: the entropy of a softmax is a cross-entropy with itself.
// CHECK-LABEL: func @f50_entropy(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f50_entropy(%x: tensor<4x8xf32>) -> tensor<4x1xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l5 = tosa.log %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.sub %v2, %l5 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e7 = tosa.exp %v6 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v8 = tosa.mul %e7, %v6, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s9 = tosa.reduce_sum %v8 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c10 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v11 = tosa.negate %s9, %c10, %c10 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  return %v11 : tensor<4x1xf32>
}

// F50: similarities over a temperature, the own column as label.
// CHECK-LABEL: func @f50_contrastive(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f50_contrastive(%a: tensor<1x8x16xf32>, %b: tensor<1x16x8xf32>) -> tensor<1xf32> {
  %shape2 = tosa.const_shape {values = dense<[8]> : tensor<1xindex>} : () -> !tosa.shape<1>
  %shape1 = tosa.const_shape {values = dense<[1, 64, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape0 = tosa.const_shape {values = dense<[8, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v2 = tosa.matmul %a, %b, %c1, %c1 : (tensor<1x8x16xf32>, tensor<1x16x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8xf32>
  %c3 = "tosa.const"() <{values = dense<14.2857> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v4 = tosa.mul %v2, %c3, %shift : (tensor<1x8x8xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<1x8x8xf32>
  %v5 = tosa.reshape %v4, %shape0 : (tensor<1x8x8xf32>, !tosa.shape<2>) -> tensor<8x8xf32>
  %c6 = "tosa.const"() <{values = dense<[[0, 9, 18, 27, 36, 45, 54, 63]]> : tensor<1x8xi32>}> : () -> tensor<1x8xi32>
  %m7 = tosa.reduce_max %v5 {axis = 1 : i32} : (tensor<8x8xf32>) -> tensor<8x1xf32>
  %v8 = tosa.sub %v5, %m7 : (tensor<8x8xf32>, tensor<8x1xf32>) -> tensor<8x8xf32>
  %e9 = tosa.exp %v8 : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %s10 = tosa.reduce_sum %e9 {axis = 1 : i32} : (tensor<8x8xf32>) -> tensor<8x1xf32>
  %l11 = tosa.log %s10 : (tensor<8x1xf32>) -> tensor<8x1xf32>
  %v12 = tosa.sub %v8, %l11 : (tensor<8x8xf32>, tensor<8x1xf32>) -> tensor<8x8xf32>
  %v13 = tosa.reshape %v12, %shape1 : (tensor<8x8xf32>, !tosa.shape<3>) -> tensor<1x64x1xf32>
  %v14 = tosa.gather %v13, %c6 : (tensor<1x64x1xf32>, tensor<1x8xi32>) -> tensor<1x8x1xf32>
  %v15 = tosa.reshape %v14, %shape2 : (tensor<1x8x1xf32>, !tosa.shape<1>) -> tensor<8xf32>
  %s16 = tosa.reduce_sum %v15 {axis = 0 : i32} : (tensor<8xf32>) -> tensor<1xf32>
  %c17 = "tosa.const"() <{values = dense<0.125> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v18 = tosa.mul %s16, %c17, %shift : (tensor<1xf32>, tensor<1xf32>, tensor<1xi8>) -> tensor<1xf32>
  %c19 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v20 = tosa.negate %v18, %c19, %c19 : (tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
  return %v20 : tensor<1xf32>
}

// F50: a focal loss keeps its factor beside the cross-entropy.
// CHECK-LABEL: func @f50_focal(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f50_focal(%x: tensor<4x8xf32>, %t: tensor<4xi32>) -> tensor<4x1xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape2 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape1 = tosa.const_shape {values = dense<[1, 32, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape0 = tosa.const_shape {values = dense<[1, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l5 = tosa.log %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.sub %v2, %l5 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %c7 = "tosa.const"() <{values = dense<[0, 8, 16, 24]> : tensor<4xi32>}> : () -> tensor<4xi32>
  %v8 = tosa.add %t, %c7 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %v9 = tosa.reshape %v8, %shape0 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<1x4xi32>
  %v10 = tosa.reshape %v6, %shape1 : (tensor<4x8xf32>, !tosa.shape<3>) -> tensor<1x32x1xf32>
  %v11 = tosa.gather %v10, %v9 : (tensor<1x32x1xf32>, tensor<1x4xi32>) -> tensor<1x4x1xf32>
  %v12 = tosa.reshape %v11, %shape2 : (tensor<1x4x1xf32>, !tosa.shape<2>) -> tensor<4x1xf32>
  %e13 = tosa.exp %v12 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %c14 = "tosa.const"() <{values = dense<1.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v15 = tosa.sub %c14, %e13 : (tensor<1x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %v16 = tosa.mul %v15, %v15, %shift : (tensor<4x1xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %v17 = tosa.mul %v16, %v12, %shift : (tensor<4x1xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x1xf32>
  %c18 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v19 = tosa.negate %v17, %c18, %c18 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  return %v19 : tensor<4x1xf32>
}

// F51: logits from a product with the vocabulary.
// CHECK-LABEL: func @f51_projected_logits(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f51_projected_logits(%h: tensor<1x4x16xf32>, %w: tensor<1x16x8xf32>, %t: tensor<4xi32>) -> tensor<4x1xf32> {
  %shape3 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape2 = tosa.const_shape {values = dense<[1, 32, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape1 = tosa.const_shape {values = dense<[1, 4]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape0 = tosa.const_shape {values = dense<[4, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %c1 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v2 = tosa.matmul %h, %w, %c1, %c1 : (tensor<1x4x16xf32>, tensor<1x16x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x8xf32>
  %v3 = tosa.reshape %v2, %shape0 : (tensor<1x4x8xf32>, !tosa.shape<2>) -> tensor<4x8xf32>
  %m4 = tosa.reduce_max %v3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v5 = tosa.sub %v3, %m4 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e6 = tosa.exp %v5 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s7 = tosa.reduce_sum %e6 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l8 = tosa.log %s7 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v9 = tosa.sub %v5, %l8 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %c10 = "tosa.const"() <{values = dense<[0, 8, 16, 24]> : tensor<4xi32>}> : () -> tensor<4xi32>
  %v11 = tosa.add %t, %c10 : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %v12 = tosa.reshape %v11, %shape1 : (tensor<4xi32>, !tosa.shape<2>) -> tensor<1x4xi32>
  %v13 = tosa.reshape %v9, %shape2 : (tensor<4x8xf32>, !tosa.shape<3>) -> tensor<1x32x1xf32>
  %v14 = tosa.gather %v13, %v12 : (tensor<1x32x1xf32>, tensor<1x4xi32>) -> tensor<1x4x1xf32>
  %v15 = tosa.reshape %v14, %shape3 : (tensor<1x4x1xf32>, !tosa.shape<2>) -> tensor<4x1xf32>
  %c16 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v17 = tosa.negate %v15, %c16, %c16 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  return %v17 : tensor<4x1xf32>
}

// F52: classes in the middle.
// CHECK-LABEL: func @f52_class_dimension(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f52_class_dimension(%x: tensor<2x8x3xf32>, %y: tensor<2x8x3xf32>) -> tensor<2x1x3xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<2x8x3xf32>) -> tensor<2x1x3xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<2x8x3xf32>, tensor<2x1x3xf32>) -> tensor<2x8x3xf32>
  %e3 = tosa.exp %v2 : (tensor<2x8x3xf32>) -> tensor<2x8x3xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<2x8x3xf32>) -> tensor<2x1x3xf32>
  %l5 = tosa.log %s4 : (tensor<2x1x3xf32>) -> tensor<2x1x3xf32>
  %v6 = tosa.sub %v2, %l5 : (tensor<2x8x3xf32>, tensor<2x1x3xf32>) -> tensor<2x8x3xf32>
  %v7 = tosa.mul %y, %v6, %shift : (tensor<2x8x3xf32>, tensor<2x8x3xf32>, tensor<1xi8>) -> tensor<2x8x3xf32>
  %s8 = tosa.reduce_sum %v7 {axis = 1 : i32} : (tensor<2x8x3xf32>) -> tensor<2x1x3xf32>
  %c9 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v10 = tosa.negate %s8, %c9, %c9 : (tensor<2x1x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x1x3xf32>
  return %v10 : tensor<2x1x3xf32>
}
