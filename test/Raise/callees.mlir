// What a front end puts into private functions is part of the computation.
// RUN: lse-opt %s --lse-raise --split-input-file | FileCheck %s

// CHECK-LABEL: func @main
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
// CHECK:         %[[Z:.+]] = arith.select
// CHECK:         lse.softmax dims = [1] stabilized ins(%[[Z]] : tensor<4x10xf32>)
// CHECK-NOT:     call
// CHECK-NOT:     func private
func.func @main(%x: tensor<4x10xf32>, %mask: tensor<4x10xi1>, %e0: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %excluded = arith.constant dense<0xFF800000> : tensor<4x10xf32>
  %z = call @_where(%mask, %x, %excluded) : (tensor<4x10xi1>, tensor<4x10xf32>, tensor<4x10xf32>) -> tensor<4x10xf32>
  %e = call @exponential(%z) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}
func.func private @_where(%c: tensor<4x10xi1>, %x: tensor<4x10xf32>, %y: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %z = arith.select %c, %x, %y : tensor<4x10xi1>, tensor<4x10xf32>
  return %z : tensor<4x10xf32>
}
func.func private @exponential(%x: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %e = func.call @inner(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  return %e : tensor<4x10xf32>
}
func.func private @inner(%x: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %e = math.exp %x : tensor<4x10xf32>
  return %e : tensor<4x10xf32>
}

// -----

// Without an exponential nothing is touched, and what calls itself stays.
// CHECK-LABEL: func @caller
// CHECK:         call @helper
// CHECK:       func private @helper
func.func @caller(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = call @helper(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func private @helper(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = arith.addf %x, %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// CHECK-LABEL: func @recursive
// CHECK:         call @again
// CHECK:       func private @again
// CHECK:         call @again
func.func @recursive(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = call @again(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func private @again(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = math.exp %x : tensor<4xf32>
  %y = call @again(%e) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// What calls itself is left as it is.
// CHECK-LABEL: func private @calls_itself
// CHECK:         call @calls_itself
// CHECK-NOT:     call @calls_itself
// CHECK:         return
func.func private @calls_itself(%x: tensor<4x10xf32>, %n: index) -> tensor<4x10xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %done = arith.cmpi eq, %n, %c0 : index
  %r = scf.if %done -> tensor<4x10xf32> {
    scf.yield %x : tensor<4x10xf32>
  } else {
    %e = math.exp %x : tensor<4x10xf32>
    %less = arith.subi %n, %c1 : index
    %s = func.call @calls_itself(%e, %less) : (tensor<4x10xf32>, index) -> tensor<4x10xf32>
    scf.yield %s : tensor<4x10xf32>
  }
  return %r : tensor<4x10xf32>
}
