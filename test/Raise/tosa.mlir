// TOSA is read as it is: reductions keep their dimension, broadcasts are
// implicit, and a quotient is a product with a reciprocal.
// RUN: lse-opt %s --lse-raise --split-input-file | FileCheck %s

// CHECK-LABEL: func @softmax
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x3x?x4xf64>
func.func @softmax(%x: tensor<?x3x?x4xf64>) -> tensor<?x3x?x4xf64> {
  // CHECK:     %[[P:.+]] = lse.softmax dims = [2] ins(%[[X]] : tensor<?x3x?x4xf64>)
  // CHECK-NOT: tosa.exp
  // CHECK:     return %[[P]]
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m = tosa.reduce_max %x {axis = 2 : i32} : (tensor<?x3x?x4xf64>) -> tensor<?x3x1x4xf64>
  %d = tosa.sub %x, %m : (tensor<?x3x?x4xf64>, tensor<?x3x1x4xf64>) -> tensor<?x3x?x4xf64>
  %e = tosa.exp %d : (tensor<?x3x?x4xf64>) -> tensor<?x3x?x4xf64>
  %s = tosa.reduce_sum %e {axis = 2 : i32} : (tensor<?x3x?x4xf64>) -> tensor<?x3x1x4xf64>
  %r = tosa.reciprocal %s : (tensor<?x3x1x4xf64>) -> tensor<?x3x1x4xf64>
  %p = tosa.mul %r, %e, %shift : (tensor<?x3x1x4xf64>, tensor<?x3x?x4xf64>, tensor<1xi8>) -> tensor<?x3x?x4xf64>
  return %p : tensor<?x3x?x4xf64>
}

// -----

// TFLite's log-softmax, in 16 bits, with a transpose around it that stays.
// CHECK-LABEL: func @log_softmax
func.func @log_softmax(%x: tensor<8x4xf16>) -> tensor<4x8xf16> {
  // CHECK: %[[T:.+]] = tosa.transpose
  // CHECK: %[[L:.+]] = lse.log_softmax dims = [1] stabilized ins(%[[T]] : tensor<4x8xf16>)
  // CHECK: return %[[L]]
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %t = tosa.transpose %x {perms = array<i32: 1, 0>} : (tensor<8x4xf16>) -> tensor<4x8xf16>
  %e = tosa.exp %t : (tensor<4x8xf16>) -> tensor<4x8xf16>
  %s = tosa.reduce_sum %e {axis = 1 : i32} : (tensor<4x8xf16>) -> tensor<4x1xf16>
  %r = tosa.reciprocal %s : (tensor<4x1xf16>) -> tensor<4x1xf16>
  %p = tosa.mul %e, %r, %shift : (tensor<4x8xf16>, tensor<4x1xf16>, tensor<1xi8>) -> tensor<4x8xf16>
  %l = tosa.log %p : (tensor<4x8xf16>) -> tensor<4x8xf16>
  return %l : tensor<4x8xf16>
}

// -----

// A guarded log-sum-exp that loses its dimension by a reshape, and one that
// keeps it.
// CHECK-LABEL: func @logsumexp
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<5x3xf32>
func.func @logsumexp(%x: tensor<5x3xf32>) -> (tensor<5xf32>, tensor<5x1xf32>) {
  // CHECK-DAG: %[[A:.+]] = lse.logsumexp dims = [1] ins(%[[X]] : tensor<5x3xf32>) outs(%{{.+}} : tensor<5xf32>)
  // CHECK-DAG: %[[B:.+]] = lse.logsumexp dims = [1] stabilized ins(%[[X]] : tensor<5x3xf32>) outs(%{{.+}} : tensor<5xf32>)
  // CHECK-DAG: %[[K:.+]] = tensor.expand_shape %[[B]]
  // CHECK:     return %[[A]], %[[K]]
  %shape = tosa.const_shape {values = dense<5> : tensor<1xindex>} : () -> !tosa.shape<1>
  %zero = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %infinity = "tosa.const"() <{values = dense<0x7F800000> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %m = tosa.reduce_max %x {axis = 1 : i32} : (tensor<5x3xf32>) -> tensor<5x1xf32>
  %a = tosa.abs %m : (tensor<5x1xf32>) -> tensor<5x1xf32>
  %i = tosa.equal %a, %infinity : (tensor<5x1xf32>, tensor<1x1xf32>) -> tensor<5x1xi1>
  %g = tosa.select %i, %zero, %m : (tensor<5x1xi1>, tensor<1x1xf32>, tensor<5x1xf32>) -> tensor<5x1xf32>
  %h = tosa.reshape %g, %shape : (tensor<5x1xf32>, !tosa.shape<1>) -> tensor<5xf32>
  %d = tosa.sub %x, %g : (tensor<5x3xf32>, tensor<5x1xf32>) -> tensor<5x3xf32>
  %e = tosa.exp %d : (tensor<5x3xf32>) -> tensor<5x3xf32>
  %s = tosa.reduce_sum %e {axis = 1 : i32} : (tensor<5x3xf32>) -> tensor<5x1xf32>
  %t = tosa.reshape %s, %shape : (tensor<5x1xf32>, !tosa.shape<1>) -> tensor<5xf32>
  %l = tosa.log %t : (tensor<5xf32>) -> tensor<5xf32>
  %z = tosa.add %l, %h : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xf32>
  %f = tosa.exp %x : (tensor<5x3xf32>) -> tensor<5x3xf32>
  %u = tosa.reduce_sum %f {axis = 1 : i32} : (tensor<5x3xf32>) -> tensor<5x1xf32>
  %y = tosa.log %u : (tensor<5x1xf32>) -> tensor<5x1xf32>
  return %z, %y : tensor<5xf32>, tensor<5x1xf32>
}

// -----

// Chained reductions over two dimensions, in either order.
// CHECK-LABEL: func @two_dims
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<2x5x3xf32>
func.func @two_dims(%x: tensor<2x5x3xf32>) -> tensor<2x5x3xf32> {
  // CHECK:     lse.softmax dims = [1, 2] ins(%[[X]] : tensor<2x5x3xf32>)
  // CHECK-NOT: tosa
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<2x5x3xf32>) -> tensor<2x1x3xf32>
  %m2 = tosa.reduce_max %m1 {axis = 2 : i32} : (tensor<2x1x3xf32>) -> tensor<2x1x1xf32>
  %d = tosa.sub %x, %m2 : (tensor<2x5x3xf32>, tensor<2x1x1xf32>) -> tensor<2x5x3xf32>
  %e = tosa.exp %d : (tensor<2x5x3xf32>) -> tensor<2x5x3xf32>
  %s2 = tosa.reduce_sum %e {axis = 2 : i32} : (tensor<2x5x3xf32>) -> tensor<2x5x1xf32>
  %s1 = tosa.reduce_sum %s2 {axis = 1 : i32} : (tensor<2x5x1xf32>) -> tensor<2x1x1xf32>
  %r = tosa.reciprocal %s1 : (tensor<2x1x1xf32>) -> tensor<2x1x1xf32>
  %p = tosa.mul %e, %r, %shift : (tensor<2x5x3xf32>, tensor<2x1x1xf32>, tensor<1xi8>) -> tensor<2x5x3xf32>
  return %p : tensor<2x5x3xf32>
}

// -----

// Two dynamic extents that may differ, so that one may be broadcast: unknown.
// CHECK-LABEL: func @unproven
// CHECK-NOT:     lse.
func.func @unproven(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %a = tosa.add %x, %y : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %e = tosa.exp %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %f = tosa.exp %a : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %s = tosa.reduce_sum %e {axis = 1 : i32} : (tensor<?x8xf32>) -> tensor<?x1xf32>
  %r = tosa.reciprocal %s : (tensor<?x1xf32>) -> tensor<?x1xf32>
  %p = tosa.mul %f, %r, %shift : (tensor<?x8xf32>, tensor<?x1xf32>, tensor<1xi8>) -> tensor<?x8xf32>
  return %p : tensor<?x8xf32>
}

// -----

// Quantised tables and shifted products are no exponentials.
// CHECK-LABEL: func @table
// CHECK-NOT:     lse.
func.func @table(%x: tensor<4x8xi8>, %y: tensor<4xf32>) -> (tensor<4x8xi8>, tensor<4xf32>) {
  %table = "tosa.const"() <{values = dense<3> : tensor<256xi8>}> : () -> tensor<256xi8>
  %e = tosa.table %x, %table : (tensor<4x8xi8>, tensor<256xi8>) -> tensor<4x8xi8>
  %f = tosa.exp %y : (tensor<4xf32>) -> tensor<4xf32>
  return %e, %f : tensor<4x8xi8>, tensor<4xf32>
}
