// Gradients of losses in TOSA. What selects the class moves into the region.
// RUN: lse-opt %s --lse-raise | FileCheck %s
// RUN: lse-opt %s --lse-raise --remarks-filter=lse-raise -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK: [Passed] cross-entropy-grad | {{.*}} | Function=compared | Reason="cross_entropy_grad over dimension 1"
// REMARK: [Passed] cross-entropy-grad-stabilized | {{.*}} | Function=naive
// REMARK: [Passed] log-softmax-grad | {{.*}} | Function=no_class_numbers

// CHECK-LABEL: func.func @compared(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[T:[a-z0-9]+]]: tensor<4x1xi32>
// CHECK:         %[[G:.+]] = lse.cross_entropy_grad dims = [1] {{.*}} ins(%[[X]], %{{.+}}, %[[T]] :
// CHECK-NEXT:    ^bb0(%[[Z:.+]]: f32, %[[C:.+]]: i32, %[[L:.+]]: i32):
// CHECK-NEXT:      %[[EQ:.+]] = arith.cmpi eq, %[[C]], %[[L]] : i32
// CHECK:           %[[ONE:.+]] = arith.uitofp %[[EQ]] : i1 to f32
// CHECK:           %[[SCALED:.+]] = arith.mulf %[[ONE]], %{{.+}} : f32
// CHECK:           %[[TARGET:.+]] = arith.negf %[[SCALED]] : f32
// CHECK:           lse.yield %[[Z]], %[[TARGET]] : f32, f32
// CHECK:         return %[[G]]
func.func @compared(%x: tensor<4x10xf32>, %t: tensor<4x1xi32>) -> tensor<4x10xf32> {
  %classes = "tosa.const"() <{values = dense<[[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]> : tensor<1x10xi32>}> : () -> tensor<1x10xi32>
  %scale = "tosa.const"() <{values = dense<-0.25> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %is = tosa.equal %classes, %t : (tensor<1x10xi32>, tensor<4x1xi32>) -> tensor<4x10xi1>
  %one = tosa.cast %is : (tensor<4x10xi1>) -> tensor<4x10xf32>
  %g = tosa.mul %one, %scale, %shift : (tensor<4x10xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x10xf32>
  %m = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x10xf32>) -> tensor<4x1xf32>
  %d = tosa.sub %x, %m : (tensor<4x10xf32>, tensor<4x1xf32>) -> tensor<4x10xf32>
  %e = tosa.exp %d : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %z = tosa.reduce_sum %e {axis = 1 : i32} : (tensor<4x10xf32>) -> tensor<4x1xf32>
  %r = tosa.reciprocal %z : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %p = tosa.mul %e, %r, %shift : (tensor<4x10xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x10xf32>
  %s = tosa.reduce_sum %g {axis = 1 : i32} : (tensor<4x10xf32>) -> tensor<4x1xf32>
  %h = tosa.mul %p, %s, %shift : (tensor<4x10xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x10xf32>
  %dx = tosa.sub %g, %h : (tensor<4x10xf32>, tensor<4x10xf32>) -> tensor<4x10xf32>
  return %dx : tensor<4x10xf32>
}

// CHECK-LABEL: func.func @naive(
// CHECK:         lse.cross_entropy_grad dims = [1] {{.*}} stabilized
func.func @naive(%x: tensor<4x10xf32>, %t: tensor<4x1xi32>) -> tensor<4x10xf32> {
  %classes = "tosa.const"() <{values = dense<[[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]> : tensor<1x10xi32>}> : () -> tensor<1x10xi32>
  %scale = "tosa.const"() <{values = dense<-0.25> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %is = tosa.equal %classes, %t : (tensor<1x10xi32>, tensor<4x1xi32>) -> tensor<4x10xi1>
  %one = tosa.cast %is : (tensor<4x10xi1>) -> tensor<4x10xf32>
  %g = tosa.mul %one, %scale, %shift : (tensor<4x10xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<4x10xf32>
  %e = tosa.exp %x : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %z = tosa.reduce_sum %e {axis = 1 : i32} : (tensor<4x10xf32>) -> tensor<4x1xf32>
  %r = tosa.reciprocal %z : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %p = tosa.mul %e, %r, %shift : (tensor<4x10xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x10xf32>
  %s = tosa.reduce_sum %g {axis = 1 : i32} : (tensor<4x10xf32>) -> tensor<4x1xf32>
  %h = tosa.mul %p, %s, %shift : (tensor<4x10xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x10xf32>
  %dx = tosa.sub %g, %h : (tensor<4x10xf32>, tensor<4x10xf32>) -> tensor<4x10xf32>
  return %dx : tensor<4x10xf32>
}

// An element of the scattered tensor is 0 unless its indices are a position. The
// class is an operand: no tensor of zeros and ones is left.
// CHECK-LABEL: func.func @scattered(
// CHECK-NOT:     tosa.scatter
// CHECK:         lse.cross_entropy_grad dims = [1]
// CHECK:           %[[CLASS:.+]] = lse.index 1
// CHECK:           %[[LABEL:.+]] = arith.index_cast %{{.+}} : i32 to index
// CHECK:           %[[IS:.+]] = arith.cmpi eq, %[[CLASS]], %[[LABEL]] : index
// CHECK:           arith.select %[[IS]]
// CHECK-NOT:     tosa.scatter
// CHECK:         return
func.func @scattered(%x: tensor<4x8xf32>, %t: tensor<4xi32>) -> tensor<4x8xf32> {
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

// The rows that are written are others than those of the tensor: more of them than
// positions.
// CHECK-LABEL: func.func @scattered_to_some_rows(
// CHECK:         tosa.scatter
// CHECK:         lse.log_softmax_grad dims = [1] from_logits
func.func @scattered_to_some_rows(%x: tensor<4x8xf32>, %t: tensor<3xi32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape1 = tosa.const_shape {values = dense<[4, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape0 = tosa.const_shape {values = dense<[1, 3]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %c1 = "tosa.const"() <{values = dense<[0, 8, 16]> : tensor<3xi32>}> : () -> tensor<3xi32>
  %v2 = tosa.add %t, %c1 : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  %v3 = tosa.reshape %v2, %shape0 : (tensor<3xi32>, !tosa.shape<2>) -> tensor<1x3xi32>
  %c4 = "tosa.const"() <{values = dense<0.0> : tensor<1x32x1xf32>}> : () -> tensor<1x32x1xf32>
  %c5 = "tosa.const"() <{values = dense<-0.25> : tensor<1x3x1xf32>}> : () -> tensor<1x3x1xf32>
  %v6 = tosa.scatter %c4, %v3, %c5 : (tensor<1x32x1xf32>, tensor<1x3xi32>, tensor<1x3x1xf32>) -> tensor<1x32x1xf32>
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

// Probabilities as targets are the gradient of a log-softmax.
// CHECK-LABEL: func.func @no_class_numbers(
// CHECK:         lse.log_softmax_grad dims = [1] from_logits
func.func @no_class_numbers(%x: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x10xf32>) -> tensor<4x1xf32>
  %d = tosa.sub %x, %m : (tensor<4x10xf32>, tensor<4x1xf32>) -> tensor<4x10xf32>
  %e = tosa.exp %d : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %z = tosa.reduce_sum %e {axis = 1 : i32} : (tensor<4x10xf32>) -> tensor<4x1xf32>
  %r = tosa.reciprocal %z : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %p = tosa.mul %e, %r, %shift : (tensor<4x10xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x10xf32>
  %s = tosa.reduce_sum %g {axis = 1 : i32} : (tensor<4x10xf32>) -> tensor<4x1xf32>
  %h = tosa.mul %p, %s, %shift : (tensor<4x10xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x10xf32>
  %dx = tosa.sub %g, %h : (tensor<4x10xf32>, tensor<4x10xf32>) -> tensor<4x10xf32>
  return %dx : tensor<4x10xf32>
}
