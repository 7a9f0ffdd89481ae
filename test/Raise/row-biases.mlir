// RUN: lse-opt %s --lse-raise --remarks-filter=lse-raise --split-input-file --verify-diagnostics | FileCheck %s

// Logits with a part that is the same for all of a row. It cancels against the same
// part of the row's maximum, but stays in the logits: where it is infinite or NaN, so
// is the source's answer.

#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @bias
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[B:[a-z0-9]+]]: tensor<4xf32>
// CHECK:       %[[Y:.+]] = linalg.generic {{.*}} ins(%[[X]], %[[B]] : tensor<4x10xf32>, tensor<4xf32>)
// CHECK:       %[[P:.+]] = lse.softmax dims = [1] ins(%[[Y]] : tensor<4x10xf32>)
// CHECK-NEXT:  return %[[P]]
func.func @bias(%x: tensor<4x10xf32>, %b: tensor<4xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %y = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %b : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %bias: f32, %out: f32):
    %0 = arith.addf %in, %bias : f32
    linalg.yield %0 : f32
  } -> tensor<4x10xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%y : tensor<4x10xf32>) outs(%m0 : tensor<4xf32>) dimensions = [1]
  %e = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%y, %m : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %0 = arith.subf %in, %max : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  // expected-remark @below {{[Passed] softmax}}
  %p = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %s : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %0 = arith.divf %in, %sum : f32
    linalg.yield %0 : f32
  } -> tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// A slope for each query times the distance of a key, as of positions.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @distances
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
// CHECK:       %[[Y:.+]] = linalg.generic {{.*}} ins(%[[X]] : tensor<4x10xf32>)
// CHECK:       %[[L:.+]] = lse.log_softmax dims = [1] ins(%[[Y]] : tensor<4x10xf32>)
// CHECK-NEXT:  return %[[L]]
func.func @distances(%x: tensor<4x10xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %slope = arith.constant 0.5 : f32
  %y = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x10xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %out: f32):
    %q = linalg.index 0 : index
    %k = linalg.index 1 : index
    %q32 = arith.index_cast %q : index to i32
    %k32 = arith.index_cast %k : index to i32
    %qf = arith.sitofp %q32 : i32 to f32
    %kf = arith.sitofp %k32 : i32 to f32
    %d = arith.subf %kf, %qf : f32
    %s = arith.mulf %d, %slope : f32
    %0 = arith.addf %in, %s : f32
    linalg.yield %0 : f32
  } -> tensor<4x10xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%y : tensor<4x10xf32>) outs(%m0 : tensor<4xf32>) dimensions = [1]
  %c = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%y, %m : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %0 = arith.subf %in, %max : f32
    linalg.yield %0 : f32
  } -> tensor<4x10xf32>
  %e = linalg.exp ins(%c : tensor<4x10xf32>) outs(%i : tensor<4x10xf32>) -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  %l = linalg.log ins(%s : tensor<4xf32>) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  // expected-remark @below {{[Passed] log-softmax}}
  %p = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%c, %l : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %log: f32, %out: f32):
    %0 = arith.subf %in, %log : f32
    linalg.yield %0 : f32
  } -> tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// What is subtracted beside the maximum stays in the logits, with the maximum: it may
// be infinite where they are not.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @beside_the_maximum
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[B:[a-z0-9]+]]: tensor<4xf32>
// CHECK:       %[[M:.+]] = linalg.reduce
// CHECK:       %[[N:.+]] = linalg.add ins(%[[M]], %[[B]] :
// CHECK:       lse.softmax dims = [1] {{.*}}ins(%[[X]], %[[N]] : tensor<4x10xf32>, tensor<4xf32>)
// CHECK:         %[[Z:.+]] = arith.subf
// CHECK-NEXT:    lse.yield %[[Z]]
func.func @beside_the_maximum(%x: tensor<4x10xf32>, %b: tensor<4xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %m0 = linalg.fill ins(%lowest : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%m0 : tensor<4xf32>) dimensions = [1]
  %n = linalg.add ins(%m, %b : tensor<4xf32>, tensor<4xf32>) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %e = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %n : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %0 = arith.subf %in, %max : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  // expected-remark @below {{[Passed] softmax}}
  %p = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %s : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %0 = arith.divf %in, %sum : f32
    linalg.yield %0 : f32
  } -> tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// The maximum of everything, of the tensor the other way round: two loops of equal
// extents may be either of its axes.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
#none = affine_map<(d0, d1) -> ()>
#swapped = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-LABEL: func @maximum_of_everything
// CHECK:       lse.softmax dims = [1] stabilized ins(%arg0 : tensor<8x8xf32>)
func.func @maximum_of_everything(%x: tensor<8x8xf32>, %i: tensor<8x8xf32>, %j: tensor<8xf32>, %k: tensor<f32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %m0 = linalg.fill ins(%lowest : f32) outs(%k : tensor<f32>) -> tensor<f32>
  %m = linalg.generic {indexing_maps = [#swapped, #none], iterator_types = ["reduction", "reduction"]} ins(%x : tensor<8x8xf32>) outs(%m0 : tensor<f32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.maximumf %in, %out : f32
    linalg.yield %0 : f32
  } -> tensor<f32>
  %e = linalg.generic {indexing_maps = [#all, #none, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<8x8xf32>, tensor<f32>) outs(%i : tensor<8x8xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %0 = arith.subf %in, %max : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<8x8xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<8xf32>) -> tensor<8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%s0 : tensor<8xf32>) dimensions = [1]
  // expected-remark @below {{[Passed] softmax-stabilized}}
  %p = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %s : tensor<8x8xf32>, tensor<8xf32>) outs(%i : tensor<8x8xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %0 = arith.divf %in, %sum : f32
    linalg.yield %0 : f32
  } -> tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}
