// Attention. Each function is named after the
// form that it has.
// RUN: lse-opt %s --lse-raise | FileCheck %s

// F58: the scale on queries, on keys, on both, on scores, and none.
// CHECK-LABEL: func @f58_scales(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f58_scales(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x4x5xf32>, tensor<2x4x5xf32>, tensor<2x4x5xf32>, tensor<2x4x5xf32>, tensor<2x4x5xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<0.35355338> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v2 = tosa.mul %q, %c1, %shift : (tensor<2x4x8xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x8xf32>
  %v3 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c4 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v5 = tosa.matmul %v2, %v3, %c4, %c4 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %m6 = tosa.reduce_max %v5 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v7 = tosa.sub %v5, %m6 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e8 = tosa.exp %v7 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s9 = tosa.reduce_sum %e8 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r10 = tosa.reciprocal %s9 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v11 = tosa.mul %e8, %r10, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c12 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v13 = tosa.matmul %v11, %v, %c12, %c12 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %c14 = "tosa.const"() <{values = dense<0.35355338> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v15 = tosa.mul %k, %c14, %shift : (tensor<2x6x8xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x6x8xf32>
  %v16 = tosa.transpose %v15 {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c17 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v18 = tosa.matmul %q, %v16, %c17, %c17 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %m19 = tosa.reduce_max %v18 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v20 = tosa.sub %v18, %m19 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e21 = tosa.exp %v20 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s22 = tosa.reduce_sum %e21 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r23 = tosa.reciprocal %s22 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v24 = tosa.mul %e21, %r23, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c25 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v26 = tosa.matmul %v24, %v, %c25, %c25 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %c27 = "tosa.const"() <{values = dense<0.59460354> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v28 = tosa.mul %q, %c27, %shift : (tensor<2x4x8xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x8xf32>
  %c29 = "tosa.const"() <{values = dense<0.59460354> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v30 = tosa.mul %k, %c29, %shift : (tensor<2x6x8xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x6x8xf32>
  %v31 = tosa.transpose %v30 {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c32 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v33 = tosa.matmul %v28, %v31, %c32, %c32 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %m34 = tosa.reduce_max %v33 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v35 = tosa.sub %v33, %m34 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e36 = tosa.exp %v35 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s37 = tosa.reduce_sum %e36 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r38 = tosa.reciprocal %s37 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v39 = tosa.mul %e36, %r38, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c40 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v41 = tosa.matmul %v39, %v, %c40, %c40 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %v42 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c43 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v44 = tosa.matmul %q, %v42, %c43, %c43 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %c45 = "tosa.const"() <{values = dense<0.35355338> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v46 = tosa.mul %v44, %c45, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %m47 = tosa.reduce_max %v46 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v48 = tosa.sub %v46, %m47 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e49 = tosa.exp %v48 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s50 = tosa.reduce_sum %e49 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r51 = tosa.reciprocal %s50 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v52 = tosa.mul %e49, %r51, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c53 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v54 = tosa.matmul %v52, %v, %c53, %c53 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %v55 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c56 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v57 = tosa.matmul %q, %v55, %c56, %c56 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %m58 = tosa.reduce_max %v57 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v59 = tosa.sub %v57, %m58 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e60 = tosa.exp %v59 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s61 = tosa.reduce_sum %e60 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r62 = tosa.reciprocal %s61 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v63 = tosa.mul %e60, %r62, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c64 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v65 = tosa.matmul %v63, %v, %c64, %c64 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  return %v13, %v26, %v41, %v54, %v65 : tensor<2x4x5xf32>, tensor<2x4x5xf32>, tensor<2x4x5xf32>, tensor<2x4x5xf32>, tensor<2x4x5xf32>
}

// F58: keys that come transposed, and heads in the middle.
// CHECK-LABEL: func @f58_layouts(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f58_layouts(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>, %t: tensor<2x8x6xf32>, %r: tensor<1x4x2x8xf32>, %l: tensor<1x6x2x8xf32>, %w: tensor<1x6x2x5xf32>) -> (tensor<2x4x5xf32>, tensor<1x4x2x5xf32>) {
  %shape3 = tosa.const_shape {values = dense<[1, 2, 4, 5]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %shape2 = tosa.const_shape {values = dense<[2, 6, 5]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape1 = tosa.const_shape {values = dense<[2, 6, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape0 = tosa.const_shape {values = dense<[2, 4, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v2 = tosa.matmul %q, %t, %c1, %c1 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %m3 = tosa.reduce_max %v2 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v4 = tosa.sub %v2, %m3 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e5 = tosa.exp %v4 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s6 = tosa.reduce_sum %e5 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r7 = tosa.reciprocal %s6 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v8 = tosa.mul %e5, %r7, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c9 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v10 = tosa.matmul %v8, %v, %c9, %c9 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %v11 = tosa.transpose %r {perms = array<i32: 0, 2, 1, 3>} : (tensor<1x4x2x8xf32>) -> tensor<1x2x4x8xf32>
  %v12 = tosa.reshape %v11, %shape0 : (tensor<1x2x4x8xf32>, !tosa.shape<3>) -> tensor<2x4x8xf32>
  %v13 = tosa.transpose %l {perms = array<i32: 0, 2, 1, 3>} : (tensor<1x6x2x8xf32>) -> tensor<1x2x6x8xf32>
  %v14 = tosa.reshape %v13, %shape1 : (tensor<1x2x6x8xf32>, !tosa.shape<3>) -> tensor<2x6x8xf32>
  %v15 = tosa.transpose %v14 {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c16 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v17 = tosa.matmul %v12, %v15, %c16, %c16 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %c18 = "tosa.const"() <{values = dense<0.5> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v19 = tosa.mul %v17, %c18, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %v20 = tosa.transpose %w {perms = array<i32: 0, 2, 1, 3>} : (tensor<1x6x2x5xf32>) -> tensor<1x2x6x5xf32>
  %v21 = tosa.reshape %v20, %shape2 : (tensor<1x2x6x5xf32>, !tosa.shape<3>) -> tensor<2x6x5xf32>
  %m22 = tosa.reduce_max %v19 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v23 = tosa.sub %v19, %m22 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e24 = tosa.exp %v23 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s25 = tosa.reduce_sum %e24 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r26 = tosa.reciprocal %s25 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v27 = tosa.mul %e24, %r26, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c28 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v29 = tosa.matmul %v27, %v21, %c28, %c28 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %v30 = tosa.reshape %v29, %shape3 : (tensor<2x4x5xf32>, !tosa.shape<4>) -> tensor<1x2x4x5xf32>
  %v31 = tosa.transpose %v30 {perms = array<i32: 0, 2, 1, 3>} : (tensor<1x2x4x5xf32>) -> tensor<1x4x2x5xf32>
  return %v10, %v31 : tensor<2x4x5xf32>, tensor<1x4x2x5xf32>
}

// F58: heads of keys and values repeated for groups of queries.
// CHECK-LABEL: func @f58_grouped(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f58_grouped(%q: tensor<6x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>) -> tensor<6x4x5xf32> {
  %shape4 = tosa.const_shape {values = dense<[6, 6, 5]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape3 = tosa.const_shape {values = dense<[2, 1, 6, 5]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %shape2 = tosa.const_shape {values = dense<[6, 6, 8]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %shape1 = tosa.const_shape {values = dense<[1, 3, 1, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %shape0 = tosa.const_shape {values = dense<[2, 1, 6, 8]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %v1 = tosa.reshape %k, %shape0 : (tensor<2x6x8xf32>, !tosa.shape<4>) -> tensor<2x1x6x8xf32>
  %v2 = tosa.tile %v1, %shape1 : (tensor<2x1x6x8xf32>, !tosa.shape<4>) -> tensor<2x3x6x8xf32>
  %v3 = tosa.reshape %v2, %shape2 : (tensor<2x3x6x8xf32>, !tosa.shape<3>) -> tensor<6x6x8xf32>
  %v4 = tosa.transpose %v3 {perms = array<i32: 0, 2, 1>} : (tensor<6x6x8xf32>) -> tensor<6x8x6xf32>
  %c5 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v6 = tosa.matmul %q, %v4, %c5, %c5 : (tensor<6x4x8xf32>, tensor<6x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<6x4x6xf32>
  %c7 = "tosa.const"() <{values = dense<0.5> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v8 = tosa.mul %v6, %c7, %shift : (tensor<6x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<6x4x6xf32>
  %v9 = tosa.reshape %v, %shape3 : (tensor<2x6x5xf32>, !tosa.shape<4>) -> tensor<2x1x6x5xf32>
  %v10 = tosa.tile %v9, %shape1 : (tensor<2x1x6x5xf32>, !tosa.shape<4>) -> tensor<2x3x6x5xf32>
  %v11 = tosa.reshape %v10, %shape4 : (tensor<2x3x6x5xf32>, !tosa.shape<3>) -> tensor<6x6x5xf32>
  %m12 = tosa.reduce_max %v8 {axis = 2 : i32} : (tensor<6x4x6xf32>) -> tensor<6x4x1xf32>
  %v13 = tosa.sub %v8, %m12 : (tensor<6x4x6xf32>, tensor<6x4x1xf32>) -> tensor<6x4x6xf32>
  %e14 = tosa.exp %v13 : (tensor<6x4x6xf32>) -> tensor<6x4x6xf32>
  %s15 = tosa.reduce_sum %e14 {axis = 2 : i32} : (tensor<6x4x6xf32>) -> tensor<6x4x1xf32>
  %r16 = tosa.reciprocal %s15 : (tensor<6x4x1xf32>) -> tensor<6x4x1xf32>
  %v17 = tosa.mul %e14, %r16, %shift : (tensor<6x4x6xf32>, tensor<6x4x1xf32>, tensor<1xi8>) -> tensor<6x4x6xf32>
  %c18 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v19 = tosa.matmul %v17, %v11, %c18, %c18 : (tensor<6x4x6xf32>, tensor<6x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<6x4x5xf32>
  return %v19 : tensor<6x4x5xf32>
}

// F59: masks that are added: 0 or a large number, and made of ones and zeros.
// CHECK-LABEL: func @f59_additive_masks(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f59_additive_masks(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>, %m: tensor<1x4x6xf32>, %p: tensor<2x1x6xf32>) -> (tensor<2x4x5xf32>, tensor<2x4x5xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c2 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v3 = tosa.matmul %q, %v1, %c2, %c2 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %c4 = "tosa.const"() <{values = dense<0.35> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v5 = tosa.mul %v3, %c4, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %v6 = tosa.add %v5, %m : (tensor<2x4x6xf32>, tensor<1x4x6xf32>) -> tensor<2x4x6xf32>
  %m7 = tosa.reduce_max %v6 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v8 = tosa.sub %v6, %m7 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e9 = tosa.exp %v8 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s10 = tosa.reduce_sum %e9 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r11 = tosa.reciprocal %s10 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v12 = tosa.mul %e9, %r11, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c13 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v14 = tosa.matmul %v12, %v, %c13, %c13 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %c15 = "tosa.const"() <{values = dense<1.0> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v16 = tosa.sub %c15, %p : (tensor<1x1x1xf32>, tensor<2x1x6xf32>) -> tensor<2x1x6xf32>
  %c17 = "tosa.const"() <{values = dense<-10000.0> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v18 = tosa.mul %v16, %c17, %shift : (tensor<2x1x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x1x6xf32>
  %v19 = tosa.add %v5, %v18 : (tensor<2x4x6xf32>, tensor<2x1x6xf32>) -> tensor<2x4x6xf32>
  %m20 = tosa.reduce_max %v19 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v21 = tosa.sub %v19, %m20 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e22 = tosa.exp %v21 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s23 = tosa.reduce_sum %e22 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r24 = tosa.reciprocal %s23 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v25 = tosa.mul %e22, %r24, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c26 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v27 = tosa.matmul %v25, %v, %c26, %c26 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  return %v14, %v27 : tensor<2x4x5xf32>, tensor<2x4x5xf32>
}

// F59: masks that choose: -inf, the lowest number, -1e9.
// CHECK-LABEL: func @f59_selected_masks(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f59_selected_masks(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>, %m: tensor<1x4x6xi1>) -> (tensor<2x4x5xf32>, tensor<2x4x5xf32>, tensor<2x4x5xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c2 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v3 = tosa.matmul %q, %v1, %c2, %c2 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %c4 = "tosa.const"() <{values = dense<0.35> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v5 = tosa.mul %v3, %c4, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c6 = "tosa.const"() <{values = dense<0xFF800000> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v7 = tosa.select %m, %v5, %c6 : (tensor<1x4x6xi1>, tensor<2x4x6xf32>, tensor<1x1x1xf32>) -> tensor<2x4x6xf32>
  %m8 = tosa.reduce_max %v7 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v9 = tosa.sub %v7, %m8 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e10 = tosa.exp %v9 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s11 = tosa.reduce_sum %e10 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r12 = tosa.reciprocal %s11 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v13 = tosa.mul %e10, %r12, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c14 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v15 = tosa.matmul %v13, %v, %c14, %c14 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %c16 = "tosa.const"() <{values = dense<-3.40282347E+38> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v17 = tosa.select %m, %v5, %c16 : (tensor<1x4x6xi1>, tensor<2x4x6xf32>, tensor<1x1x1xf32>) -> tensor<2x4x6xf32>
  %m18 = tosa.reduce_max %v17 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v19 = tosa.sub %v17, %m18 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e20 = tosa.exp %v19 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s21 = tosa.reduce_sum %e20 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r22 = tosa.reciprocal %s21 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v23 = tosa.mul %e20, %r22, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c24 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v25 = tosa.matmul %v23, %v, %c24, %c24 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %c26 = "tosa.const"() <{values = dense<-1.0e9> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v27 = tosa.select %m, %v5, %c26 : (tensor<1x4x6xi1>, tensor<2x4x6xf32>, tensor<1x1x1xf32>) -> tensor<2x4x6xf32>
  %m28 = tosa.reduce_max %v27 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v29 = tosa.sub %v27, %m28 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e30 = tosa.exp %v29 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s31 = tosa.reduce_sum %e30 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r32 = tosa.reciprocal %s31 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v33 = tosa.mul %e30, %r32, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c34 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v35 = tosa.matmul %v33, %v, %c34, %c34 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  return %v15, %v25, %v35 : tensor<2x4x5xf32>, tensor<2x4x5xf32>, tensor<2x4x5xf32>
}

// F59: causal by comparison, a window, and a bias that grows with distance.
// CHECK-LABEL: func @f59_positions(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f59_positions(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>, %slope: tensor<2x1x1xf32>) -> (tensor<2x4x5xf32>, tensor<2x4x5xf32>, tensor<2x4x5xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c2 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v3 = tosa.matmul %q, %v1, %c2, %c2 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %c4 = "tosa.const"() <{values = dense<0.35> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v5 = tosa.mul %v3, %c4, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c6 = "tosa.const"() <{values = dense<[[[0], [1], [2], [3]]]> : tensor<1x4x1xi32>}> : () -> tensor<1x4x1xi32>
  %c7 = "tosa.const"() <{values = dense<[[[0, 1, 2, 3, 4, 5]]]> : tensor<1x1x6xi32>}> : () -> tensor<1x1x6xi32>
  %c8 = "tosa.const"() <{values = dense<0xFF800000> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v9 = tosa.greater_equal %c6, %c7 : (tensor<1x4x1xi32>, tensor<1x1x6xi32>) -> tensor<1x4x6xi1>
  %v10 = tosa.select %v9, %v5, %c8 : (tensor<1x4x6xi1>, tensor<2x4x6xf32>, tensor<1x1x1xf32>) -> tensor<2x4x6xf32>
  %v11 = tosa.sub %c6, %c7 : (tensor<1x4x1xi32>, tensor<1x1x6xi32>) -> tensor<1x4x6xi32>
  %c12 = "tosa.const"() <{values = dense<2> : tensor<1x1x1xi32>}> : () -> tensor<1x1x1xi32>
  %v13 = tosa.greater %c12, %v11 : (tensor<1x1x1xi32>, tensor<1x4x6xi32>) -> tensor<1x4x6xi1>
  %v14 = tosa.select %v13, %v10, %c8 : (tensor<1x4x6xi1>, tensor<2x4x6xf32>, tensor<1x1x1xf32>) -> tensor<2x4x6xf32>
  %v15 = tosa.sub %c7, %c6 : (tensor<1x1x6xi32>, tensor<1x4x1xi32>) -> tensor<1x4x6xi32>
  %v16 = tosa.cast %v15 : (tensor<1x4x6xi32>) -> tensor<1x4x6xf32>
  %v17 = tosa.mul %v16, %slope, %shift : (tensor<1x4x6xf32>, tensor<2x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %m18 = tosa.reduce_max %v10 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v19 = tosa.sub %v10, %m18 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e20 = tosa.exp %v19 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s21 = tosa.reduce_sum %e20 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r22 = tosa.reciprocal %s21 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v23 = tosa.mul %e20, %r22, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c24 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v25 = tosa.matmul %v23, %v, %c24, %c24 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %m26 = tosa.reduce_max %v14 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v27 = tosa.sub %v14, %m26 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e28 = tosa.exp %v27 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s29 = tosa.reduce_sum %e28 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r30 = tosa.reciprocal %s29 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v31 = tosa.mul %e28, %r30, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c32 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v33 = tosa.matmul %v31, %v, %c32, %c32 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %v34 = tosa.add %v5, %v17 : (tensor<2x4x6xf32>, tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %m35 = tosa.reduce_max %v34 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v36 = tosa.sub %v34, %m35 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e37 = tosa.exp %v36 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s38 = tosa.reduce_sum %e37 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r39 = tosa.reciprocal %s38 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v40 = tosa.mul %e37, %r39, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c41 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v42 = tosa.matmul %v40, %v, %c41, %c41 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  return %v25, %v33, %v42 : tensor<2x4x5xf32>, tensor<2x4x5xf32>, tensor<2x4x5xf32>
}

// F60: a guard for rows without a key: by the mask, and after the product.
// CHECK-LABEL: func @f60_guarded_rows(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f60_guarded_rows(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>, %m: tensor<1x4x6xi1>) -> tensor<2x4x5xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c2 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v3 = tosa.matmul %q, %v1, %c2, %c2 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %c4 = "tosa.const"() <{values = dense<0xFF800000> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v5 = tosa.select %m, %v3, %c4 : (tensor<1x4x6xi1>, tensor<2x4x6xf32>, tensor<1x1x1xf32>) -> tensor<2x4x6xf32>
  %m6 = tosa.reduce_max %v5 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v7 = tosa.sub %v5, %m6 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e8 = tosa.exp %v7 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s9 = tosa.reduce_sum %e8 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r10 = tosa.reciprocal %s9 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v11 = tosa.mul %e8, %r10, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c12 = "tosa.const"() <{values = dense<0.0> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v13 = tosa.select %m, %v11, %c12 : (tensor<1x4x6xi1>, tensor<2x4x6xf32>, tensor<1x1x1xf32>) -> tensor<2x4x6xf32>
  %c14 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v15 = tosa.matmul %v13, %v, %c14, %c14 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  return %v15 : tensor<2x4x5xf32>
}

// F60: a softmax that is 0 where it is no number is guarded by more than its
// rows, and stays below the guard.
// CHECK-LABEL: func @f60_not_a_number(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f60_not_a_number(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %v7 = tosa.equal %v6, %v6 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xi1>
  %c8 = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v9 = tosa.select %v7, %v6, %c8 : (tensor<4x8xi1>, tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf32>
  return %v9 : tensor<4x8xf32>
}

// F60: rows of -inf only are 0.
// CHECK-LABEL: func @f60_all_infinite(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1] row_death = zero
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f60_all_infinite(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %v2 = tosa.sub %x, %m1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e3 = tosa.exp %v2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s4 = tosa.reduce_sum %e3 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %r5 = tosa.reciprocal %s4 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.mul %e3, %r5, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %c7 = "tosa.const"() <{values = dense<0xFF800000> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v8 = tosa.equal %x, %c7 : (tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xi1>
  %m9 = tosa.reduce_all %v8 {axis = 1 : i32} : (tensor<4x8xi1>) -> tensor<4x1xi1>
  %c10 = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v11 = tosa.select %m9, %c10, %v6 : (tensor<4x1xi1>, tensor<1x1xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %v11 : tensor<4x8xf32>
}

// F60: rows whose sum is 0 are 0.
// CHECK-LABEL: func @f60_zero_sum(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1] row_death = zero
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f60_zero_sum(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c2 = "tosa.const"() <{values = dense<0xFF800000> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v3 = tosa.equal %m1, %c2 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xi1>
  %c4 = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v5 = tosa.select %v3, %c4, %m1 : (tensor<4x1xi1>, tensor<1x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %v6 = tosa.sub %x, %v5 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e7 = tosa.exp %v6 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s8 = tosa.reduce_sum %e7 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c9 = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v10 = tosa.equal %s8, %c9 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xi1>
  %r11 = tosa.reciprocal %s8 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v12 = tosa.mul %e7, %r11, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  %c13 = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v14 = tosa.select %v10, %c13, %v12 : (tensor<4x1xi1>, tensor<1x1xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %v14 : tensor<4x8xf32>
}

// F61: scores are capped before they are masked.
// CHECK-LABEL: func @f61_softcap(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f61_softcap(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>, %m: tensor<1x4x6xi1>) -> tensor<2x4x5xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c2 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v3 = tosa.matmul %q, %v1, %c2, %c2 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %c4 = "tosa.const"() <{values = dense<0.02> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v5 = tosa.mul %v3, %c4, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %v6 = tosa.tanh %v5 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %c7 = "tosa.const"() <{values = dense<50.0> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v8 = tosa.mul %v6, %c7, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c9 = "tosa.const"() <{values = dense<0xFF800000> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v10 = tosa.select %m, %v8, %c9 : (tensor<1x4x6xi1>, tensor<2x4x6xf32>, tensor<1x1x1xf32>) -> tensor<2x4x6xf32>
  %m11 = tosa.reduce_max %v10 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v12 = tosa.sub %v10, %m11 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e13 = tosa.exp %v12 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s14 = tosa.reduce_sum %e13 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r15 = tosa.reciprocal %s14 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v16 = tosa.mul %e13, %r15, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c17 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v18 = tosa.matmul %v16, %v, %c17, %c17 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  return %v18 : tensor<2x4x5xf32>
}

// F62: a sink: a column more, which is cut off after the softmax of all.
// CHECK-LABEL: func @f62_sink_column(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1] {{.*}} ins(%{{.+}}, %{{.+}} : tensor<4x8xf32>, tensor<4x1xf32>)
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f62_sink_column(%x: tensor<4x8xf32>, %s: tensor<4x1xf32>) -> tensor<4x8xf32> {
  %shape1 = tosa.const_shape {values = dense<[4, 8]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %shape0 = tosa.const_shape {values = dense<[0, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
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

// F62: one is added to the sum.
// CHECK-LABEL: func @f62_one_plus_sum(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1] ins(%{{.+}} : tensor<4x8xf32>)
// CHECK:           %[[ZERO:.+]] = arith.constant 0.0
// CHECK:           lse.yield %{{.+}}, %[[ZERO]] : f32, f32
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f62_one_plus_sum(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %m1 = tosa.reduce_max %x {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c2 = "tosa.const"() <{values = dense<0.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %v3 = tosa.maximum %m1, %c2 : (tensor<4x1xf32>, tensor<1x1xf32>) -> tensor<4x1xf32>
  %v4 = tosa.sub %x, %v3 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %e5 = tosa.exp %v4 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s6 = tosa.reduce_sum %e5 {axis = 1 : i32} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %c7 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v8 = tosa.negate %v3, %c7, %c7 : (tensor<4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  %e9 = tosa.exp %v8 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v10 = tosa.add %s6, %e9 : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32>
  %r11 = tosa.reciprocal %v10 : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %v12 = tosa.mul %e5, %r11, %shift : (tensor<4x8xf32>, tensor<4x1xf32>, tensor<1xi8>) -> tensor<4x8xf32>
  return %v12 : tensor<4x8xf32>
}

// F63: the sum is divided by at last.
// CHECK-LABEL: func @f63_deferred_normalisation(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f63_deferred_normalisation(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>) -> tensor<2x4x5xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c2 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v3 = tosa.matmul %q, %v1, %c2, %c2 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %c4 = "tosa.const"() <{values = dense<0.35> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v5 = tosa.mul %v3, %c4, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %m6 = tosa.reduce_max %v5 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v7 = tosa.sub %v5, %m6 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e8 = tosa.exp %v7 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %c9 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v10 = tosa.matmul %e8, %v, %c9, %c9 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %s11 = tosa.reduce_sum %e8 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r12 = tosa.reciprocal %s11 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v13 = tosa.mul %v10, %r12, %shift : (tensor<2x4x5xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x5xf32>
  return %v13 : tensor<2x4x5xf32>
}

// F64: the log-sum-exp of the scores is wanted, too.
// CHECK-LABEL: func @f64_logsumexp_of_scores(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention dims = [2] results = [output, logsumexp]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f64_logsumexp_of_scores(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x4x1xf32>, tensor<2x4x5xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c2 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v3 = tosa.matmul %q, %v1, %c2, %c2 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %c4 = "tosa.const"() <{values = dense<0.35> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v5 = tosa.mul %v3, %c4, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %m6 = tosa.reduce_max %v5 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v7 = tosa.sub %v5, %m6 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e8 = tosa.exp %v7 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s9 = tosa.reduce_sum %e8 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %l10 = tosa.log %s9 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v11 = tosa.add %l10, %m6 : (tensor<2x4x1xf32>, tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %m12 = tosa.reduce_max %v5 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v13 = tosa.sub %v5, %m12 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e14 = tosa.exp %v13 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s15 = tosa.reduce_sum %e14 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r16 = tosa.reciprocal %s15 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v17 = tosa.mul %e14, %r16, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c18 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v19 = tosa.matmul %v17, %v, %c18, %c18 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  return %v11, %v19 : tensor<2x4x1xf32>, tensor<2x4x5xf32>
}

// F65: probabilities are narrower than scores.
// CHECK-LABEL: func @f65_cast_probabilities(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f65_cast_probabilities(%q: tensor<2x4x8xf16>, %k: tensor<2x6x8xf16>, %v: tensor<2x6x5xf16>) -> tensor<2x4x5xf16> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<0.0> : tensor<1xf16>}> : () -> tensor<1xf16>
  %v2 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf16>) -> tensor<2x8x6xf16>
  %v3 = tosa.matmul %q, %v2, %c1, %c1 : (tensor<2x4x8xf16>, tensor<2x8x6xf16>, tensor<1xf16>, tensor<1xf16>) -> tensor<2x4x6xf16>
  %v4 = tosa.cast %v3 : (tensor<2x4x6xf16>) -> tensor<2x4x6xf32>
  %m5 = tosa.reduce_max %v4 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v6 = tosa.sub %v4, %m5 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e7 = tosa.exp %v6 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s8 = tosa.reduce_sum %e7 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r9 = tosa.reciprocal %s8 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v10 = tosa.mul %e7, %r9, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %v11 = tosa.cast %v10 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf16>
  %v12 = tosa.matmul %v11, %v, %c1, %c1 : (tensor<2x4x6xf16>, tensor<2x6x5xf16>, tensor<1xf16>, tensor<1xf16>) -> tensor<2x4x5xf16>
  return %v12 : tensor<2x4x5xf16>
}

// F65: a product with 1 in between, and one with 2.
// CHECK-LABEL: func @f65_times_one(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.attention
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [2]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f65_times_one(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>) -> (tensor<2x4x5xf32>, tensor<2x4x5xf32>) {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %c1 = "tosa.const"() <{values = dense<1.0> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %c2 = "tosa.const"() <{values = dense<2.0> : tensor<1x1x1xf32>}> : () -> tensor<1x1x1xf32>
  %v3 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c4 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v5 = tosa.matmul %q, %v3, %c4, %c4 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %m6 = tosa.reduce_max %v5 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v7 = tosa.sub %v5, %m6 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e8 = tosa.exp %v7 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s9 = tosa.reduce_sum %e8 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r10 = tosa.reciprocal %s9 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v11 = tosa.mul %e8, %r10, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %v12 = tosa.mul %v11, %c1, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c13 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v14 = tosa.matmul %v12, %v, %c13, %c13 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  %m15 = tosa.reduce_max %v5 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v16 = tosa.sub %v5, %m15 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e17 = tosa.exp %v16 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s18 = tosa.reduce_sum %e17 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r19 = tosa.reciprocal %s18 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v20 = tosa.mul %e17, %r19, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %v21 = tosa.mul %v20, %c2, %shift : (tensor<2x4x6xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c22 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v23 = tosa.matmul %v21, %v, %c22, %c22 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  return %v14, %v23 : tensor<2x4x5xf32>, tensor<2x4x5xf32>
}

// F65: what is dropped between the softmax and the product keeps them apart.
// CHECK-LABEL: func @f65_dropout(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [2]
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @f65_dropout(%q: tensor<2x4x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<2x6x5xf32>, %d: tensor<2x4x6xf32>) -> tensor<2x4x5xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %v1 = tosa.transpose %k {perms = array<i32: 0, 2, 1>} : (tensor<2x6x8xf32>) -> tensor<2x8x6xf32>
  %c2 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v3 = tosa.matmul %q, %v1, %c2, %c2 : (tensor<2x4x8xf32>, tensor<2x8x6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x6xf32>
  %m4 = tosa.reduce_max %v3 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %v5 = tosa.sub %v3, %m4 : (tensor<2x4x6xf32>, tensor<2x4x1xf32>) -> tensor<2x4x6xf32>
  %e6 = tosa.exp %v5 : (tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
  %s7 = tosa.reduce_sum %e6 {axis = 2 : i32} : (tensor<2x4x6xf32>) -> tensor<2x4x1xf32>
  %r8 = tosa.reciprocal %s7 : (tensor<2x4x1xf32>) -> tensor<2x4x1xf32>
  %v9 = tosa.mul %e6, %r8, %shift : (tensor<2x4x6xf32>, tensor<2x4x1xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %v10 = tosa.mul %v9, %d, %shift : (tensor<2x4x6xf32>, tensor<2x4x6xf32>, tensor<1xi8>) -> tensor<2x4x6xf32>
  %c11 = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %v12 = tosa.matmul %v10, %v, %c11, %c11 : (tensor<2x4x6xf32>, tensor<2x6x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x4x5xf32>
  return %v12 : tensor<2x4x5xf32>
}
