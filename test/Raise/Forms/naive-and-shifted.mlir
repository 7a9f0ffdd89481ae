// Softmax and its relatives without the row maximum, or with another shift.
// Each function is named after the form that it has.
// RUN: lse-opt %s --lse-raise | FileCheck %s

// F26: without a maximum, in f32 and f16.
// CHECK-LABEL: func @f26_naive(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1] stabilized
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1] stabilized
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f26_naive(%x: tensor<4x8xf32>, %y: tensor<4x8xf16>) -> (tensor<4x8xf32>, tensor<4x8xf16>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %e1 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s2 = tosa.reduce_sum %e1 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r3 = tosa.reciprocal %s2 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v4 = tosa.mul %e1, %r3, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %e5 = tosa.exp %y : (tensor<4x8xf16>) -> tensor<4x8xf16>
  %s6 = tosa.reduce_sum %e5 {axis = 1 : i32} : (tensor<4x8xf16>) -> tensor<4x1xf16>
  %r7 = tosa.reciprocal %s6 : (tensor<4x1xf16>) -> tensor<4x1xf16>
  %v8 = tosa.mul %e5, %r7, %shift : (tensor<4x8xf16>, tensor<4x1xf16>, tensor<1xi8>) -> tensor<4x8xf16>
  return %v4, %v8 : tensor<4x8xf32>, tensor<4x8xf16>
}

// F27: without a maximum, with chained sums.
// CHECK-LABEL: func @f27_naive_chained(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1, 2] stabilized
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f27_naive_chained(%x: tensor<2x3x8xf32>) -> tensor<2x3x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %e1 = tosa.exp %x : (tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  %s2 = tosa.reduce_sum %e1 {axis = 1 : i32} : (tensor<2x3x8xf32>) -> tensor<2x1x8xf32>
  %s3 = tosa.reduce_sum %s2 {axis = 2 : i32} : (tensor<2x1x8xf32>) -> tensor<2x1x1xf32>
  %r4 = tosa.reciprocal %s3 : (tensor<2x1x1xf32>) -> tensor<2x1x1xf32>
  %v5 = tosa.mul %e1, %r4, %shift : (tensor<2x3x8xf32>, tensor<2x1x1xf32>, tensor<1xi8>) -> tensor<2x3x8xf32>
  return %v5 : tensor<2x3x8xf32>
}

// F28: log(sum(exp)).
// CHECK-LABEL: func @f28_naive_logsumexp(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.logsumexp dims = [1] stabilized
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f28_naive_logsumexp(%x: tensor<4x8xf32>) -> tensor<4x1xf32> {
  %e1 = tosa.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s2 = tosa.reduce_sum %e1 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l3 = tosa.log %s2 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  return %l3 : tensor<4x1xf32>
}

// F29: the logarithm of a softmax, with and without a maximum.
// CHECK-LABEL: func @f29_log_of_softmax(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.log_softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.log_softmax dims = [1] stabilized
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f29_log_of_softmax(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %l7 = tosa.log %v6 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %e8 = tosa.exp %y : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s9 = tosa.reduce_sum %e8 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r10 = tosa.reciprocal %s9 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v11 = tosa.mul %e8, %r10, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %l12 = tosa.log %v11 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %l7, %l12 : tensor<4x8xf32>, tensor<4x8xf32>
}

// F30: minus the sum of targets times the logarithm of a softmax.
// CHECK-LABEL: func @f30_targets_times_logarithm(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.cross_entropy dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f30_targets_times_logarithm(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x1xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %l7 = tosa.log %v6 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %v8 = tosa.mul %y, %l7, %shift : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %s9 = tosa.reduce_sum %v8 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c10 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v11 = tosa.negate %s9, %c10, %c10 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  return %v11 : tensor<4x1xf32>
}

// F31: shifts that are not the row maximum: of all rows, zero or more, the
// first element, a number. The first element may be infinite where others are
// not, so that it stays in the logits.
// CHECK-LABEL: func @f31_other_shifts(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1] stabilized
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1] stabilized
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1] stabilized
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1] stabilized
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f31_other_shifts(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %shape1 = tosa.const_shape {values = dense<[4, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape0 = tosa.const_shape {values = dense<[0, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 0 : i32} : (tensor<4x8xf32>) -> tensor<1x8xf32>
  %m2 = tosa.reduce_max %m1 {axis = 1 : i32} : (tensor<1x8xf32>) -> tensor<1x1xf32>
  %v3 = tosa.sub %x, %m2 : (tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf32>
  %e4 = tosa.exp %v3 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s5 = tosa.reduce_sum %e4 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r6 = tosa.reciprocal %s5 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v7 = tosa.mul %e4, %r6, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m8 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c9 = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v10 = tosa.maximum %m8, %c9 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %v11 = tosa.sub %x, %v10 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e12 = tosa.exp %v11 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s13 = tosa.reduce_sum %e12 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r14 = tosa.reciprocal %s13 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v15 = tosa.mul %e12, %r14, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v16 = tosa.slice %x, %shape0, %shape1 : (tensor<4x8xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<4x1xf32>
  %v17 = tosa.sub %x, %v16 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e18 = tosa.exp %v17 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s19 = tosa.reduce_sum %e18 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r20 = tosa.reciprocal %s19 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v21 = tosa.mul %e18, %r20, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %c22 = "tosa.const"() <{values = dense<5.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v23 = tosa.sub %x, %c22 : (tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf32>
  %e24 = tosa.exp %v23 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s25 = tosa.reduce_sum %e24 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r26 = tosa.reciprocal %s25 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v27 = tosa.mul %e24, %r26, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v7, %v15, %v21, %v27 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// F32: the exponential of a log-softmax, and of logits less their log-sum-exp.
// CHECK-LABEL: func @f32_exponential_of_log(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f32_exponential_of_log(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l5 = tosa.log %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.sub %v2, %l5 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e7 = tosa.exp %v6 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %m8 = tosa.reduce_max %y {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v9 = tosa.sub %y, %m8 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e10 = tosa.exp %v9 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s11 = tosa.reduce_sum %e10 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %l12 = tosa.log %s11 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v13 = tosa.add %l12, %m8 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %v14 = tosa.sub %y, %v13 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e15 = tosa.exp %v14 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %e7, %e15 : tensor<4x8xf32>, tensor<4x8xf32>
}

// F33: powers of 2 and of 10, with scales that make up for the base and
// without.
// CHECK-LABEL: func @f33_other_bases(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1] stabilized
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f33_other_bases(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<2.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %c2 = "tosa.const"() <{values = dense<10.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %c3 = "tosa.const"() <{values = dense<1.4426950408889634> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v4 = tosa.mul %x, %c3, %shift : (tensor<4x8xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v5 = tosa.pow %c1, %v4 : (tensor<1x1xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %s6 = tosa.reduce_sum %v5 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r7 = tosa.reciprocal %s6 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v8 = tosa.mul %v5, %r7, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %m9 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v10 = tosa.sub %x, %m9 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %v11 = tosa.pow %c2, %v10 : (tensor<1x1xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %s12 = tosa.reduce_sum %v11 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r13 = tosa.reciprocal %s12 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v14 = tosa.mul %v11, %r13, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v8, %v14 : tensor<4x8xf32>, tensor<4x8xf32>
}

// F31: the largest magnitude is infinite where one logit is -inf.
// CHECK-LABEL: func @f31_largest_magnitude(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f31_largest_magnitude(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.abs %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %m2 = tosa.reduce_max %v1 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v3 = tosa.sub %x, %m2 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e4 = tosa.exp %v3 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s5 = tosa.reduce_sum %e4 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r6 = tosa.reciprocal %s5 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v7 = tosa.mul %e4, %r6, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v7 : tensor<4x8xf32>
}
