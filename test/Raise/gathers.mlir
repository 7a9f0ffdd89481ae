// RUN: lse-opt %s --lse-raise --canonicalize --cse | FileCheck %s

#all = affine_map<(d0, d1) -> (d0, d1)>

// The logits are a part of a larger tensor: it is read as the source does.
// CHECK-LABEL: func @window
func.func @window(%big: tensor<100x100xf32>) -> tensor<4x10xf32> {
  // CHECK:     %[[Z:.+]] = linalg.generic
  // CHECK:       tensor.extract
  // CHECK:     lse.softmax dims = [1] stabilized ins(%[[Z]] : tensor<4x10xf32>)
  %empty = tensor.empty() : tensor<4x10xf32>
  %z = linalg.generic {indexing_maps = [#all], iterator_types = ["parallel", "parallel"]} outs(%empty : tensor<4x10xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %r = tensor.extract %big[%i, %j] : tensor<100x100xf32>
    linalg.yield %r : f32
  } -> tensor<4x10xf32>
  %e = math.exp %z : tensor<4x10xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%empty : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// There is no tensor of the logits: nothing is raised, nothing is wrong.
// CHECK-LABEL: func @window_in_exponential
func.func @window_in_exponential(%big: tensor<100x100xf32>) -> tensor<4x10xf32> {
  // CHECK-NOT: lse.
  %empty = tensor.empty() : tensor<4x10xf32>
  %e = linalg.generic {indexing_maps = [#all], iterator_types = ["parallel", "parallel"]} outs(%empty : tensor<4x10xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %r = tensor.extract %big[%i, %j] : tensor<100x100xf32>
    %x = math.exp %r : f32
    linalg.yield %x : f32
  } -> tensor<4x10xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%empty : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// CHECK-LABEL: func @sum_of_window
func.func @sum_of_window(%big: tensor<100x100xf32>) -> tensor<4xf32> {
  // CHECK-NOT: lse.
  %empty = tensor.empty() : tensor<4x10xf32>
  %e = linalg.generic {indexing_maps = [#all], iterator_types = ["parallel", "parallel"]} outs(%empty : tensor<4x10xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %r = tensor.extract %big[%i, %j] : tensor<100x100xf32>
    %x = math.exp %r : f32
    linalg.yield %x : f32
  } -> tensor<4x10xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %l = math.log %s : tensor<4xf32>
  return %l : tensor<4xf32>
}

// A body may read all of a tensor by itself.
// CHECK-LABEL: func @whole
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
func.func @whole(%x: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK:     lse.softmax dims = [1] stabilized ins(%[[X]] : tensor<4x10xf32>)
  %empty = tensor.empty() : tensor<4x10xf32>
  %e = linalg.generic {indexing_maps = [#all], iterator_types = ["parallel", "parallel"]} outs(%empty : tensor<4x10xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %r = tensor.extract %x[%i, %j] : tensor<4x10xf32>
    %y = math.exp %r : f32
    linalg.yield %y : f32
  } -> tensor<4x10xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%empty : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// One element of a longer tensor, for every logit.
// CHECK-LABEL: func @one_element
func.func @one_element(%x: tensor<4x10xf32>, %t: tensor<10xf32>) -> tensor<4x10xf32> {
  // CHECK:     tensor.extract
  // CHECK:     %[[PRODUCT:.+]] = arith.mulf
  // CHECK:     lse.softmax dims = [1] stabilized ins(%[[PRODUCT]] : tensor<4x10xf32>)
  %c0 = arith.constant 0 : index
  %empty = tensor.empty() : tensor<4x10xf32>
  %g = linalg.generic {indexing_maps = [#all], iterator_types = ["parallel", "parallel"]} outs(%empty : tensor<4x10xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %r = tensor.extract %t[%c0] : tensor<10xf32>
    linalg.yield %r : f32
  } -> tensor<4x10xf32>
  %z = arith.mulf %x, %g : tensor<4x10xf32>
  %e = math.exp %z : tensor<4x10xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%empty : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}
