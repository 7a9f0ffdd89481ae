// A gradient and the loss that it is the gradient of, in a source's two
// spellings of the targets: both become operations over the same terms, which
// one kernel computes.
// RUN: lse-opt %s --split-input-file --lse-raise | FileCheck %s
// RUN: lse-opt %s --split-input-file --lse-raise --lse-prepare-kernels --canonicalize --cse | FileCheck %s --check-prefix=ONE

// The mean for class numbers in the words of the exporters of JAX: a one-hot
// row, and a gradient that has the number of rows in it.
// CHECK-LABEL: func.func @mean
// CHECK: lse.cross_entropy {{.*}} ins(%[[X:.*]], %[[Y:.*]] : tensor<4x10xf32>, tensor<4x10xf32>)
// CHECK: %[[FACTOR:.*]] = arith.divf
// CHECK: arith.mulf %[[FACTOR]], %{{.*}}
// CHECK: lse.yield %{{.*}}, %{{.*}} : f32, f32
// CHECK: lse.cross_entropy_grad {{.*}} ins(%[[X]], %[[Y]] : tensor<4x10xf32>, tensor<4x10xf32>)
// CHECK: lse.yield %{{.*}}, %{{.*}} : f32, f32
// ONE-LABEL: func.func @mean
// ONE-NOT: lse.cross_entropy
// ONE: lse.cross_entropy_grad {{.*}}results = [loss, gradient]
// ONE-NOT: lse.cross_entropy
#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
func.func @mean(%x: tensor<4x10xf32>, %labels: tensor<4xi32>) -> (tensor<f32>, tensor<4x10xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<4xf32>
  %e2 = tensor.empty() : tensor<4x10xf32>
  %e0 = tensor.empty() : tensor<f32>
  %i1 = linalg.fill ins(%ninf : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %onehot = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<4xi32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%i1 : tensor<4xf32>) dimensions = [1]
  %s = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %ex = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%ex : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %logp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%s, %sum : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %l = math.log %b : f32
    %d = arith.subf %a, %l : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %prod = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot, %logp : tensor<4x10xf32>, tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.mulf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %rows = linalg.reduce { arith.addf } ins(%prod : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %neg = linalg.map { arith.negf } ins(%rows : tensor<4xf32>) outs(%e1 : tensor<4xf32>)
  %total = linalg.reduce { arith.addf } ins(%neg : tensor<4xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %mean = linalg.map ins(%total : tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %o: f32) {
    %four = arith.constant 4.0 : f32
    %d = arith.divf %a, %four : f32
    linalg.yield %d : f32
  }
  %dlogp = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %g = arith.constant -0.25 : f32
    %d = arith.mulf %a, %g : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %gs = linalg.reduce { arith.addf } ins(%dlogp : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %dx = linalg.generic {indexing_maps = [#map, #map, #row, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%dlogp, %ex, %sum, %gs : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %e: f32, %b: f32, %gsum: f32, %o: f32):
    %p = arith.divf %e, %b : f32
    %pg = arith.mulf %p, %gsum : f32
    %d = arith.subf %a, %pg : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  return %mean, %dx : tensor<f32>, tensor<4x10xf32>
}

// -----

// The mean over rows that are not ignored, as PyTorch has it, through TOSA. The
// loss of a row is selected, the gradient has the reciprocal of the count in
// it, which is the weight.
// CHECK-LABEL: func.func @torch
// CHECK: lse.cross_entropy {{.*}} ins(%[[X:[^ ]*]], %[[Y:[^ ]*]], %[[LABELS:[^ ]*]] :
// CHECK: lse.yield %{{.*}}, %{{.*}} : f32, f32
// CHECK: lse.cross_entropy_grad {{.*}} ins(%[[X]], %[[Y]], %[[LABELS]], {{.*}}) outs(
// CHECK: %[[QUOTIENT:.*]] = arith.divf
// CHECK: %[[WEIGHT:.*]] = arith.select %{{.*}}, %{{.*}}, %[[QUOTIENT]]
// CHECK: lse.yield %{{.*}}, %{{.*}}, %[[WEIGHT]] : f32, f32, f32
// ONE-LABEL: func.func @torch
// ONE-NOT: lse.cross_entropy
// ONE: lse.cross_entropy_grad {{.*}}results = [loss, gradient]
// ONE-NOT: lse.cross_entropy
func.func @torch(%arg0: tensor<6x5xf32>, %arg1: tensor<6xi64>) -> (tensor<f32>, tensor<6x5xf32>) {
    %0 = tosa.const_shape  {values = dense<6> : tensor<1xindex>} : () -> !tosa.shape<1>
    %1 = tosa.const_shape  {values = dense<[6, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
    %2 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %3 = tosa.const_shape  {values = dense<[6, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %4 = "tosa.const"() <{values = dense<[[[0]], [[1]], [[2]], [[3]], [[4]], [[5]]]> : tensor<6x1x1xi32>}> : () -> tensor<6x1x1xi32>
    %5 = tosa.const_shape  {values = dense<[1, 30, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %6 = tosa.const_shape  {values = dense<[6, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
    %7 = tosa.const_shape  {values = dense<[1, 6]> : tensor<2xindex>} : () -> !tosa.shape<2>
    %8 = "tosa.const"() <{values = dense<0.000000e+00> : tensor<1xf32>}> : () -> tensor<1xf32>
    %9 = tosa.const_shape  {values = dense<> : tensor<0xindex>} : () -> !tosa.shape<0>
    %10 = "tosa.const"() <{values = dense<-100> : tensor<1xi64>}> : () -> tensor<1xi64>
    %11 = "tosa.const"() <{values = dense<0> : tensor<1xi64>}> : () -> tensor<1xi64>
    %12 = "tosa.const"() <{values = dense<[[5, 1]]> : tensor<1x2xi32>}> : () -> tensor<1x2xi32>
    %13 = tosa.reduce_max %arg0 {axis = 1 : i32} : (tensor<6x5xf32>) -> tensor<6x1xf32>
    %14 = tosa.sub %arg0, %13 : (tensor<6x5xf32>, tensor<6x1xf32>) -> tensor<6x5xf32>
    %15 = tosa.exp %14 : (tensor<6x5xf32>) -> tensor<6x5xf32>
    %16 = tosa.reduce_sum %15 {axis = 1 : i32} : (tensor<6x5xf32>) -> tensor<6x1xf32>
    %17 = tosa.log %16 : (tensor<6x1xf32>) -> tensor<6x1xf32>
    %18 = tosa.sub %14, %17 : (tensor<6x5xf32>, tensor<6x1xf32>) -> tensor<6x5xf32>
    %19 = tosa.equal %arg1, %10 : (tensor<6xi64>, tensor<1xi64>) -> tensor<6xi1>
    %20 = tosa.select %19, %11, %arg1 : (tensor<6xi1>, tensor<1xi64>, tensor<6xi64>) -> tensor<6xi64>
    %21 = tosa.reshape %20, %1 : (tensor<6xi64>, !tosa.shape<2>) -> tensor<6x1xi64>
    %22 = tosa.cast %21 : (tensor<6x1xi64>) -> tensor<6x1xi32>
    %23 = tosa.reshape %22, %3 : (tensor<6x1xi32>, !tosa.shape<3>) -> tensor<6x1x1xi32>
    %24 = tosa.concat %4, %23 {axis = 2 : i32} : (tensor<6x1x1xi32>, tensor<6x1x1xi32>) -> tensor<6x1x2xi32>
    %25 = tosa.reshape %18, %5 : (tensor<6x5xf32>, !tosa.shape<3>) -> tensor<1x30x1xf32>
    %26 = tosa.reshape %24, %6 : (tensor<6x1x2xi32>, !tosa.shape<2>) -> tensor<6x2xi32>
    %27 = tosa.mul %26, %12, %2 : (tensor<6x2xi32>, tensor<1x2xi32>, tensor<1xi8>) -> tensor<6x2xi32>
    %28 = tosa.reduce_sum %27 {axis = 1 : i32} : (tensor<6x2xi32>) -> tensor<6x1xi32>
    %29 = tosa.reshape %28, %7 : (tensor<6x1xi32>, !tosa.shape<2>) -> tensor<1x6xi32>
    %30 = tosa.gather %25, %29 : (tensor<1x30x1xf32>, tensor<1x6xi32>) -> tensor<1x6x1xf32>
    %31 = tosa.reshape %30, %0 : (tensor<1x6x1xf32>, !tosa.shape<1>) -> tensor<6xf32>
    %32 = tosa.negate %31, %8, %8 : (tensor<6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<6xf32>
    %33 = tosa.select %19, %8, %32 : (tensor<6xi1>, tensor<1xf32>, tensor<6xf32>) -> tensor<6xf32>
    %34 = tosa.logical_not %19 : (tensor<6xi1>) -> tensor<6xi1>
    %35 = tosa.cast %34 : (tensor<6xi1>) -> tensor<6xi64>
    %36 = tosa.reduce_sum %35 {axis = 0 : i32} : (tensor<6xi64>) -> tensor<1xi64>
    %37 = tosa.reshape %36, %9 : (tensor<1xi64>, !tosa.shape<0>) -> tensor<i64>
    %38 = tosa.cast %37 : (tensor<i64>) -> tensor<f32>
    %39 = tosa.reduce_sum %33 {axis = 0 : i32} : (tensor<6xf32>) -> tensor<1xf32>
    %40 = tosa.reshape %39, %9 : (tensor<1xf32>, !tosa.shape<0>) -> tensor<f32>
    %41 = tosa.reciprocal %38 : (tensor<f32>) -> tensor<f32>
    %42 = tosa.mul %40, %41, %2 : (tensor<f32>, tensor<f32>, tensor<1xi8>) -> tensor<f32>
    %b0 = tosa.const_shape  {values = dense<[6, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
    %b1 = tosa.const_shape  {values = dense<1> : tensor<2xindex>} : () -> !tosa.shape<2>
    %b2 = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
    %b3 = tosa.const_shape  {values = dense<[6, 1, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
    %b4 = "tosa.const"() <{values = dense<[[[0]], [[1]], [[2]], [[3]], [[4]], [[5]]]> : tensor<6x1x1xi32>}> : () -> tensor<6x1x1xi32>
    %b5 = tosa.const_shape  {values = dense<[6, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
    %b6 = tosa.const_shape  {values = dense<[1, 6]> : tensor<2xindex>} : () -> !tosa.shape<2>
    %b7 = tosa.const_shape  {values = dense<> : tensor<0xindex>} : () -> !tosa.shape<0>
    %b8 = tosa.const_shape  {values = dense<[6, 5]> : tensor<2xindex>} : () -> !tosa.shape<2>
    %b9 = "tosa.const"() <{values = dense<-100> : tensor<1xi64>}> : () -> tensor<1xi64>
    %b10 = "tosa.const"() <{values = dense<-100> : tensor<1x1xi64>}> : () -> tensor<1x1xi64>
    %b11 = "tosa.const"() <{values = dense<0> : tensor<1x1xi64>}> : () -> tensor<1x1xi64>
    %b12 = "tosa.const"() <{values = dense<-1.000000e+00> : tensor<1x6x1xf32>}> : () -> tensor<1x6x1xf32>
    %b13 = "tosa.const"() <{values = dense<0.000000e+00> : tensor<1x30x1xf32>}> : () -> tensor<1x30x1xf32>
    %b14 = "tosa.const"() <{values = dense<0.000000e+00> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
    %b15 = "tosa.const"() <{values = dense<[[5, 1]]> : tensor<1x2xi32>}> : () -> tensor<1x2xi32>
    %b16 = tosa.reduce_max %arg0 {axis = 1 : i32} : (tensor<6x5xf32>) -> tensor<6x1xf32>
    %b17 = tosa.sub %arg0, %b16 : (tensor<6x5xf32>, tensor<6x1xf32>) -> tensor<6x5xf32>
    %b18 = tosa.exp %b17 : (tensor<6x5xf32>) -> tensor<6x5xf32>
    %b19 = tosa.reduce_sum %b18 {axis = 1 : i32} : (tensor<6x5xf32>) -> tensor<6x1xf32>
    %b20 = tosa.log %b19 : (tensor<6x1xf32>) -> tensor<6x1xf32>
    %b21 = tosa.sub %b17, %b20 : (tensor<6x5xf32>, tensor<6x1xf32>) -> tensor<6x5xf32>
    %b22 = tosa.equal %arg1, %b9 : (tensor<6xi64>, tensor<1xi64>) -> tensor<6xi1>
    %b23 = tosa.logical_not %b22 : (tensor<6xi1>) -> tensor<6xi1>
    %b24 = tosa.cast %b23 : (tensor<6xi1>) -> tensor<6xi64>
    %b25 = tosa.reduce_sum %b24 {axis = 0 : i32} : (tensor<6xi64>) -> tensor<1xi64>
    %b26 = tosa.reshape %b25, %b7 : (tensor<1xi64>, !tosa.shape<0>) -> tensor<i64>
    %b27 = tosa.cast %b26 : (tensor<i64>) -> tensor<f32>
    %b28 = tosa.reciprocal %b27 : (tensor<f32>) -> tensor<f32>
    %b29 = tosa.reshape %arg1, %b0 : (tensor<6xi64>, !tosa.shape<2>) -> tensor<6x1xi64>
    %b30 = tosa.equal %b29, %b10 : (tensor<6x1xi64>, tensor<1x1xi64>) -> tensor<6x1xi1>
    %b31 = tosa.select %b30, %b11, %b29 : (tensor<6x1xi1>, tensor<1x1xi64>, tensor<6x1xi64>) -> tensor<6x1xi64>
    %b32 = tosa.cast %b31 : (tensor<6x1xi64>) -> tensor<6x1xi32>
    %b33 = tosa.reshape %b32, %b3 : (tensor<6x1xi32>, !tosa.shape<3>) -> tensor<6x1x1xi32>
    %b34 = tosa.concat %b4, %b33 {axis = 2 : i32} : (tensor<6x1x1xi32>, tensor<6x1x1xi32>) -> tensor<6x1x2xi32>
    %b35 = tosa.reshape %b34, %b5 : (tensor<6x1x2xi32>, !tosa.shape<2>) -> tensor<6x2xi32>
    %b36 = tosa.mul %b35, %b15, %b2 : (tensor<6x2xi32>, tensor<1x2xi32>, tensor<1xi8>) -> tensor<6x2xi32>
    %b37 = tosa.reduce_sum %b36 {axis = 1 : i32} : (tensor<6x2xi32>) -> tensor<6x1xi32>
    %b38 = tosa.reshape %b37, %b6 : (tensor<6x1xi32>, !tosa.shape<2>) -> tensor<1x6xi32>
    %b39 = tosa.scatter %b13, %b38, %b12 : (tensor<1x30x1xf32>, tensor<1x6xi32>, tensor<1x6x1xf32>) -> tensor<1x30x1xf32>
    %b40 = tosa.reshape %b39, %b8 : (tensor<1x30x1xf32>, !tosa.shape<2>) -> tensor<6x5xf32>
    %b41 = tosa.reshape %b28, %b1 : (tensor<f32>, !tosa.shape<2>) -> tensor<1x1xf32>
    %b42 = tosa.select %b30, %b14, %b41 : (tensor<6x1xi1>, tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<6x1xf32>
    %b43 = tosa.mul %b40, %b42, %b2 : (tensor<6x5xf32>, tensor<6x1xf32>, tensor<1xi8>) -> tensor<6x5xf32>
    %b44 = tosa.exp %b21 : (tensor<6x5xf32>) -> tensor<6x5xf32>
    %b45 = tosa.reduce_sum %b43 {axis = 1 : i32} : (tensor<6x5xf32>) -> tensor<6x1xf32>
    %b46 = tosa.mul %b44, %b45, %b2 : (tensor<6x5xf32>, tensor<6x1xf32>, tensor<1xi8>) -> tensor<6x5xf32>
    %b47 = tosa.sub %b43, %b46 : (tensor<6x5xf32>, tensor<6x5xf32>) -> tensor<6x5xf32>
    return %42, %b47 : tensor<f32>, tensor<6x5xf32>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>

// The gradient with respect to each loss, with target probabilities, static and
// in two steps: g * y, and p * sum(g * y) less that.
// CHECK-LABEL: func.func @each
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x?xf32>, %[[Y:[a-z0-9]+]]: tensor<?x?xf32>, %[[G:[a-z0-9]+]]: tensor<?xf32>
// CHECK: lse.cross_entropy dims = [1] {{.*}}ins(%[[X]], %[[Y]] :
// CHECK: lse.cross_entropy_grad dims = [1] {{.*}} ins(%[[X]], %[[Y]], %[[G]] :
// CHECK-NEXT: ^bb0(%[[Z:.*]]: f32, %{{.*}}: f32, %[[W:.*]]: f32):
// CHECK: lse.yield %[[Z]], %{{.*}}, %[[W]] : f32, f32, f32
// ONE-LABEL: func.func @each
// ONE-NOT: lse.cross_entropy
// ONE: lse.cross_entropy_grad dims = [1] results = [loss, gradient]
// ONE-NOT: lse.cross_entropy
func.func @each(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>, %g: tensor<?xf32>, %e1: tensor<?xf32>, %e2: tensor<?x?xf32>) -> (tensor<?xf32>, tensor<?x?xf32>) {
  %zero = arith.constant 0.0 : f32
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<?xf32>) -> tensor<?xf32>
  %m = linalg.generic {indexing_maps = [#same, #rows], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<?x?xf32>) outs(%z1 : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %1 = math.exp %a : f32
    %2 = arith.addf %1, %o : f32
    linalg.yield %2 : f32
  } -> tensor<?xf32>
  %l = linalg.generic {indexing_maps = [#same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<?x?xf32>, tensor<?xf32>) outs(%e2 : tensor<?x?xf32>) {
  ^bb0(%a: f32, %s: f32, %o: f32):
    %1 = math.log %s : f32
    %2 = arith.subf %a, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<?x?xf32>
  %loss = linalg.generic {indexing_maps = [#same, #same, #rows], iterator_types = ["parallel", "reduction"]} ins(%l, %y : tensor<?x?xf32>, tensor<?x?xf32>) outs(%z1 : tensor<?xf32>) {
  ^bb0(%a: f32, %t: f32, %o: f32):
    %1 = arith.negf %t : f32
    %2 = arith.mulf %a, %1 : f32
    %3 = arith.addf %o, %2 : f32
    linalg.yield %3 : f32
  } -> tensor<?xf32>
  %gy = linalg.generic {indexing_maps = [#rows, #same, #same], iterator_types = ["parallel", "parallel"]} ins(%g, %y : tensor<?xf32>, tensor<?x?xf32>) outs(%e2 : tensor<?x?xf32>) {
  ^bb0(%a: f32, %t: f32, %o: f32):
    %1 = arith.negf %a : f32
    %2 = arith.mulf %1, %t : f32
    linalg.yield %2 : f32
  } -> tensor<?x?xf32>
  %sum = linalg.generic {indexing_maps = [#same, #rows], iterator_types = ["parallel", "reduction"]} ins(%gy : tensor<?x?xf32>) outs(%z1 : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %1 = arith.addf %a, %o : f32
    linalg.yield %1 : f32
  } -> tensor<?xf32>
  %dx = linalg.generic {indexing_maps = [#same, #same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%gy, %l, %sum : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) outs(%e2 : tensor<?x?xf32>) {
  ^bb0(%a: f32, %lp: f32, %s: f32, %o: f32):
    %p = math.exp %lp : f32
    %1 = arith.mulf %p, %s : f32
    %2 = arith.subf %a, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<?x?xf32>
  return %loss, %dx : tensor<?xf32>, tensor<?x?xf32>
}

// -----

// A selection around a factor stays around the weight.
// CHECK-LABEL: func.func @selected_weight
// CHECK: lse.cross_entropy_grad
// CHECK: arith.mulf
// CHECK: %[[QUOTIENT:.*]] = arith.divf
// CHECK: %[[SELECTED:.*]] = arith.select %{{.*}}, %[[QUOTIENT]], %{{.*}}
// CHECK: %[[WEIGHT:.*]] = arith.mulf %[[SELECTED]], %{{.*}}
// CHECK: lse.yield %{{.*}}, %{{.*}}, %[[WEIGHT]]
// ONE-LABEL: func.func @selected_weight
// ONE: lse.cross_entropy_grad {{.*}}results = [loss, gradient]
#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
#scalar = affine_map<(d0, d1) -> ()>
#none = affine_map<(d0) -> ()>
func.func @selected_weight(%x: tensor<2x10xf32>, %labels: tensor<2xi32>, %mask: tensor<2xi1>) -> (tensor<f32>, tensor<2x10xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<2xf32>
  %e2 = tensor.empty() : tensor<2x10xf32>
  %e0 = tensor.empty() : tensor<f32>
  %i1 = linalg.fill ins(%ninf : f32) outs(%e1 : tensor<2xf32>) -> tensor<2xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<2xf32>) -> tensor<2xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %cnt = linalg.generic {indexing_maps = [#one, affine_map<(d0) -> ()>], iterator_types = ["reduction"]} ins(%mask : tensor<2xi1>) outs(%z0 : tensor<f32>) {
  ^bb0(%c: i1, %o: f32):
    %f = arith.uitofp %c : i1 to f32
    %d = arith.addf %f, %o : f32
    linalg.yield %d : f32
  } -> tensor<f32>
  %g = linalg.generic {indexing_maps = [affine_map<() -> ()>, affine_map<() -> ()>], iterator_types = []} ins(%cnt : tensor<f32>) outs(%e0 : tensor<f32>) {
  ^bb0(%c: f32, %o: f32):
    %k = arith.constant 1.0 : f32
    %d = arith.divf %k, %c : f32
    linalg.yield %d : f32
  } -> tensor<f32>
  %onehot = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<2xi32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<2x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<2x10xf32>) outs(%i1 : tensor<2xf32>) dimensions = [1]
  %s = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<2x10xf32>, tensor<2xf32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<2x10xf32>
  %ex = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<2x10xf32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<2x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%ex : tensor<2x10xf32>) outs(%z1 : tensor<2xf32>) dimensions = [1]
  %logp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%s, %sum : tensor<2x10xf32>, tensor<2xf32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %l = math.log %b : f32
    %d = arith.subf %a, %l : f32
    linalg.yield %d : f32
  } -> tensor<2x10xf32>
  %masked = linalg.generic {indexing_maps = [#row, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%mask, %onehot : tensor<2xi1>, tensor<2x10xf32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%c: i1, %t: f32, %o: f32):
    %d = arith.select %c, %t, %zero : f32
    linalg.yield %d : f32
  } -> tensor<2x10xf32>
  %prod = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%masked, %logp : tensor<2x10xf32>, tensor<2x10xf32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.mulf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<2x10xf32>
  %rows = linalg.reduce { arith.addf } ins(%prod : tensor<2x10xf32>) outs(%z1 : tensor<2xf32>) dimensions = [1]
  %neg = linalg.map { arith.negf } ins(%rows : tensor<2xf32>) outs(%e1 : tensor<2xf32>)
  %total = linalg.reduce { arith.addf } ins(%neg : tensor<2xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %mean = linalg.map ins(%total : tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %o: f32) {
    %four = arith.constant 4.0 : f32
    %d = arith.divf %a, %four : f32
    linalg.yield %d : f32
  }
  %dlogp = linalg.generic {indexing_maps = [#row, #map, #scalar, #map], iterator_types = ["parallel", "parallel"]} ins(%mask, %onehot, %g : tensor<2xi1>, tensor<2x10xf32>, tensor<f32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%c: i1, %a: f32, %w: f32, %o: f32):
    %d = arith.mulf %a, %w : f32
    %n = arith.negf %d : f32
    %q = arith.select %c, %n, %zero : f32
    linalg.yield %q : f32
  } -> tensor<2x10xf32>
  %gs = linalg.reduce { arith.addf } ins(%dlogp : tensor<2x10xf32>) outs(%z1 : tensor<2xf32>) dimensions = [1]
  %dx = linalg.generic {indexing_maps = [#map, #map, #row, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%dlogp, %ex, %sum, %gs : tensor<2x10xf32>, tensor<2x10xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%a: f32, %e: f32, %b: f32, %gsum: f32, %o: f32):
    %p = arith.divf %e, %b : f32
    %pg = arith.mulf %p, %gsum : f32
    %d = arith.subf %a, %pg : f32
    linalg.yield %d : f32
  } -> tensor<2x10xf32>
  return %mean, %dx : tensor<f32>, tensor<2x10xf32>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>

// The same where that is repeated along the rows first.
// CHECK-LABEL: func.func @each_repeated
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x?xf32>, %[[Y:[a-z0-9]+]]: tensor<?x?xf32>, %[[G:[a-z0-9]+]]: tensor<?xf32>
// CHECK: lse.cross_entropy dims = [1] {{.*}}ins(%[[X]], %[[Y]] :
// CHECK: lse.cross_entropy_grad dims = [1] {{.*}} ins(%[[X]], %[[Y]], %[[G]] :
// CHECK-NEXT: ^bb0(%[[Z:.*]]: f32, %{{.*}}: f32, %[[W:.*]]: f32):
// CHECK: lse.yield %[[Z]], %{{.*}}, %[[W]] : f32, f32, f32
// ONE-LABEL: func.func @each_repeated
// ONE-NOT: lse.cross_entropy
// ONE: lse.cross_entropy_grad dims = [1] results = [loss, gradient]
// ONE-NOT: lse.cross_entropy
func.func @each_repeated(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>, %g: tensor<?xf32>, %e1: tensor<?xf32>, %e2: tensor<?x?xf32>) -> (tensor<?xf32>, tensor<?x?xf32>) {
  %zero = arith.constant 0.0 : f32
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<?xf32>) -> tensor<?xf32>
  %m = linalg.generic {indexing_maps = [#same, #rows], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<?x?xf32>) outs(%z1 : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %1 = math.exp %a : f32
    %2 = arith.addf %1, %o : f32
    linalg.yield %2 : f32
  } -> tensor<?xf32>
  %l = linalg.generic {indexing_maps = [#same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<?x?xf32>, tensor<?xf32>) outs(%e2 : tensor<?x?xf32>) {
  ^bb0(%a: f32, %s: f32, %o: f32):
    %1 = math.log %s : f32
    %2 = arith.subf %a, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<?x?xf32>
  %loss = linalg.generic {indexing_maps = [#same, #same, #rows], iterator_types = ["parallel", "reduction"]} ins(%l, %y : tensor<?x?xf32>, tensor<?x?xf32>) outs(%z1 : tensor<?xf32>) {
  ^bb0(%a: f32, %t: f32, %o: f32):
    %1 = arith.negf %t : f32
    %2 = arith.mulf %a, %1 : f32
    %3 = arith.addf %o, %2 : f32
    linalg.yield %3 : f32
  } -> tensor<?xf32>
  %gb = linalg.broadcast ins(%g : tensor<?xf32>) outs(%e2 : tensor<?x?xf32>) dimensions = [1]
  %gy = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]} ins(%gb, %y : tensor<?x?xf32>, tensor<?x?xf32>) outs(%e2 : tensor<?x?xf32>) {
  ^bb0(%a: f32, %t: f32, %o: f32):
    %1 = arith.negf %a : f32
    %2 = arith.mulf %1, %t : f32
    linalg.yield %2 : f32
  } -> tensor<?x?xf32>
  %sum = linalg.generic {indexing_maps = [#same, #rows], iterator_types = ["parallel", "reduction"]} ins(%gy : tensor<?x?xf32>) outs(%z1 : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %1 = arith.addf %a, %o : f32
    linalg.yield %1 : f32
  } -> tensor<?xf32>
  %dx = linalg.generic {indexing_maps = [#same, #same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%gy, %l, %sum : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>) outs(%e2 : tensor<?x?xf32>) {
  ^bb0(%a: f32, %lp: f32, %s: f32, %o: f32):
    %p = math.exp %lp : f32
    %1 = arith.mulf %p, %s : f32
    %2 = arith.subf %a, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<?x?xf32>
  return %loss, %dx : tensor<?xf32>, tensor<?x?xf32>
}
