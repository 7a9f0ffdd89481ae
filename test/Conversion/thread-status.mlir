// RUN: lse-opt %s --lse-thread-status | FileCheck %s
// Twice is once.
// RUN: lse-opt %s --lse-thread-status --lse-thread-status | FileCheck %s

// CHECK: func private @external(memref<4xf32>)
func.func private @external(memref<4xf32>)

// CHECK: func private @callee(%[[A:.+]]: memref<4xf32>, %[[STATUS:.+]]: memref<i32> {lse.status}) -> f32
func.func private @callee(%a: memref<4xf32>) -> f32 {
  // CHECK: call @external(%[[A]]) : (memref<4xf32>) -> ()
  call @external(%a) : (memref<4xf32>) -> ()
  %f = arith.constant 1.0 : f32
  return %f : f32
}

// CHECK: func @caller(%[[B:.+]]: memref<4xf32>, %[[STATUS:.+]]: memref<i32> {lse.status})
func.func @caller(%b: memref<4xf32>) {
  // CHECK: call @callee(%[[B]], %[[STATUS]])
  %f = call @callee(%b) : (memref<4xf32>) -> f32
  return
}
