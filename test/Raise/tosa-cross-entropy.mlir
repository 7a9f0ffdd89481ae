// RUN: lse-opt %s --lse-raise --canonicalize --split-input-file | FileCheck %s

// An image's classes: a position for each of its pixels, in a flat tensor; the
// number of the class is read from where it is.
// CHECK-LABEL: func @pixels
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<2x5x3xf32>, %[[LABELS:[a-z0-9]+]]: tensor<2x3xi32>
func.func @pixels(%x: tensor<2x5x3xf32>, %labels: tensor<2x3xi32>) -> tensor<2x3xf32> {
  // CHECK:      %[[LOSS:.+]] = lse.cross_entropy dims = [1] indexing_maps = [{{.*}}] ins(%[[X]], %[[LABELS]] : tensor<2x5x3xf32>, tensor<2x3xi32>) outs(%{{.+}} : tensor<2x3xf32>) logits {
  // CHECK-NEXT: ^bb0(%[[IN:.+]]: f32, %[[LABEL:.+]]: i32):
  // CHECK-DAG:    %[[CLASS:.+]] = lse.index 1
  // CHECK-DAG:    %[[NUMBER:.+]] = arith.index_cast %[[LABEL]]
  // CHECK:        arith.cmpi eq, %[[CLASS]], %[[NUMBER]]
  // CHECK:      return %[[LOSS]]
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %images = "tosa.const"() <{values = dense<[[[0]], [[1]]]> : tensor<2x1x1xi32>}> : () -> tensor<2x1x1xi32>
  %pixels = "tosa.const"() <{values = dense<[[[0], [1], [2]]]> : tensor<1x3x1xi32>}> : () -> tensor<1x3x1xi32>
  %images_shape = tosa.const_shape {values = dense<[1, 3, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %pixels_shape = tosa.const_shape {values = dense<[2, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %label_shape = tosa.const_shape {values = dense<[2, 3, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %triples_shape = tosa.const_shape {values = dense<[6, 3]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %strides = "tosa.const"() <{values = dense<[[[15, 3, 1]]]> : tensor<1x1x3xi32>}> : () -> tensor<1x1x3xi32>
  %flat_shape = tosa.const_shape {values = dense<[2, 15, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %result_shape = tosa.const_shape {values = dense<[2, 3]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %m = tosa.reduce_max %x {axis = 1 : i32} : (tensor<2x5x3xf32>) -> tensor<2x1x3xf32>
  %d = tosa.sub %x, %m : (tensor<2x5x3xf32>, tensor<2x1x3xf32>) -> tensor<2x5x3xf32>
  %e = tosa.exp %d : (tensor<2x5x3xf32>) -> tensor<2x5x3xf32>
  %s = tosa.reduce_sum %e {axis = 1 : i32} : (tensor<2x5x3xf32>) -> tensor<2x1x3xf32>
  %z = tosa.log %s : (tensor<2x1x3xf32>) -> tensor<2x1x3xf32>
  %l = tosa.sub %d, %z : (tensor<2x5x3xf32>, tensor<2x1x3xf32>) -> tensor<2x5x3xf32>
  %label = tosa.reshape %labels, %label_shape : (tensor<2x3xi32>, !tosa.shape<3>) -> tensor<2x3x1xi32>
  %p = tosa.tile %pixels, %pixels_shape : (tensor<1x3x1xi32>, !tosa.shape<3>) -> tensor<2x3x1xi32>
  %pair = tosa.concat %label, %p {axis = 2 : i32} : (tensor<2x3x1xi32>, tensor<2x3x1xi32>) -> tensor<2x3x2xi32>
  %factors = "tosa.const"() <{values = dense<[[[3, 1]]]> : tensor<1x1x2xi32>}> : () -> tensor<1x1x2xi32>
  %weighted = tosa.mul %pair, %factors, %shift : (tensor<2x3x2xi32>, tensor<1x1x2xi32>, tensor<1xi8>) -> tensor<2x3x2xi32>
  %sum = tosa.reduce_sum %weighted {axis = 2 : i32} : (tensor<2x3x2xi32>) -> tensor<2x3x1xi32>
  %position = tosa.reshape %sum, %result_shape : (tensor<2x3x1xi32>, !tosa.shape<2>) -> tensor<2x3xi32>
  %flat = tosa.reshape %l, %flat_shape : (tensor<2x5x3xf32>, !tosa.shape<3>) -> tensor<2x15x1xf32>
  %read = tosa.gather %flat, %position : (tensor<2x15x1xf32>, tensor<2x3xi32>) -> tensor<2x3x1xf32>
  %selected = tosa.reshape %read, %result_shape : (tensor<2x3x1xf32>, !tosa.shape<2>) -> tensor<2x3xf32>
  %loss = tosa.negate %selected, %zp, %zp : (tensor<2x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3xf32>
  return %loss : tensor<2x3xf32>
}

// -----

// Here pixels are counted from 1: what is read is no class of its own row.
// CHECK-LABEL: func @next_pixel
func.func @next_pixel(%x: tensor<6x5xf32>, %labels: tensor<6xi32>) -> tensor<6xf32> {
  // CHECK:     lse.log_softmax
  // CHECK:     tosa.gather
  // CHECK-NOT: lse.cross_entropy
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %starts = "tosa.const"() <{values = dense<[1, 6, 11, 16, 21, 26]> : tensor<6xi32>}> : () -> tensor<6xi32>
  %flat_shape = tosa.const_shape {values = dense<[1, 30, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %index_shape = tosa.const_shape {values = dense<[1, 6]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %result_shape = tosa.const_shape {values = dense<[6]> : tensor<1xindex>} : () -> !tosa.shape<1>
  %m = tosa.reduce_max %x {axis = 1 : i32} : (tensor<6x5xf32>) -> tensor<6x1xf32>
  %d = tosa.sub %x, %m : (tensor<6x5xf32>, tensor<6x1xf32>) -> tensor<6x5xf32>
  %e = tosa.exp %d : (tensor<6x5xf32>) -> tensor<6x5xf32>
  %s = tosa.reduce_sum %e {axis = 1 : i32} : (tensor<6x5xf32>) -> tensor<6x1xf32>
  %z = tosa.log %s : (tensor<6x1xf32>) -> tensor<6x1xf32>
  %l = tosa.sub %d, %z : (tensor<6x5xf32>, tensor<6x1xf32>) -> tensor<6x5xf32>
  %p = tosa.add %starts, %labels : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
  %i = tosa.reshape %p, %index_shape : (tensor<6xi32>, !tosa.shape<2>) -> tensor<1x6xi32>
  %flat = tosa.reshape %l, %flat_shape : (tensor<6x5xf32>, !tosa.shape<3>) -> tensor<1x30x1xf32>
  %read = tosa.gather %flat, %i : (tensor<1x30x1xf32>, tensor<1x6xi32>) -> tensor<1x6x1xf32>
  %selected = tosa.reshape %read, %result_shape : (tensor<1x6x1xf32>, !tosa.shape<1>) -> tensor<6xf32>
  %loss = tosa.negate %selected, %zp, %zp : (tensor<6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<6xf32>
  return %loss : tensor<6xf32>
}
