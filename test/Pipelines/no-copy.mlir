// Front-end IR to memrefs: the caller's memory is written in place, whatever
// the extents, with neither a copy nor an allocation.
// RUN: lse-opt %s --lse-raise-pipeline --lse-bufferize-pipeline | FileCheck %s

// CHECK-LABEL: func @static
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<4x10xf32>, %[[OUT:[a-z0-9]+]]: memref<4x10xf32> {lse.result}
// CHECK-NOT:     memref.alloc
// CHECK-NOT:     memref.copy
// CHECK:         lse.softmax dims = [1] stabilized ins(%[[X]] : memref<4x10xf32>) outs(%[[OUT]] : memref<4x10xf32>)
// CHECK-NEXT:    return
func.func @static(%x: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %r = tensor.empty() : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// CHECK-LABEL: func @dynamic
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<?x?xf32>, %[[OUT:[a-z0-9]+]]: memref<?x?xf32> {lse.result}
// CHECK-NOT:     memref.alloc
// CHECK-NOT:     memref.copy
// CHECK:         lse.softmax dims = [1] ins(%[[X]] : memref<?x?xf32>) outs(%[[OUT]] : memref<?x?xf32>)
// CHECK-NEXT:    return
func.func @dynamic(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d0 = tensor.dim %x, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %x, %c1 : tensor<?x?xf32>
  %0 = tensor.empty(%d0, %d1) : tensor<?x?xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<?x?xf32>) outs(%0 : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %p : tensor<?x?xf32>
}

// What comes before is written to the result's memory as well, and the softmax
// works in place there.
// CHECK-LABEL: func @logits_in_the_result
// CHECK-SAME:    %[[OUT:[a-z0-9]+]]: memref<?x10xf32> {lse.result}
// CHECK-NOT:     memref.alloc
// CHECK-NOT:     memref.copy
// CHECK:         linalg.matmul {{.*}} outs(%[[OUT]] : memref<?x10xf32>)
// CHECK-NOT:     memref.alloc
// CHECK-NOT:     memref.copy
// CHECK:         lse.softmax dims = [1] ins(%[[OUT]] : memref<?x10xf32>) outs(%[[OUT]] : memref<?x10xf32>)
// CHECK-NEXT:    return
func.func @logits_in_the_result(%x: tensor<?x64xf32>, %w: tensor<64x10xf32>) -> tensor<?x10xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %d0 = tensor.dim %x, %c0 : tensor<?x64xf32>
  %0 = tensor.empty(%d0) : tensor<?x10xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%0 : tensor<?x10xf32>) -> tensor<?x10xf32>
  %logits = linalg.matmul ins(%x, %w : tensor<?x64xf32>, tensor<64x10xf32>) outs(%zeros : tensor<?x10xf32>) -> tensor<?x10xf32>
  %p = lse.softmax dims = [1] ins(%logits : tensor<?x10xf32>) outs(%0 : tensor<?x10xf32>) -> tensor<?x10xf32>
  return %p : tensor<?x10xf32>
}

// Two results, the logits in neither of them: these have memory of their own,
// and nothing is copied.
// CHECK-LABEL: func @two_results
// CHECK-SAME:    %[[OUT:[a-z0-9]+]]: memref<4x10xf32> {lse.result}, %[[OUT2:[a-z0-9]+]]: memref<4x10xf32> {lse.result}
// CHECK:         %[[Z:.+]] = memref.alloc
// CHECK-NOT:     memref.copy
// CHECK:         lse.softmax dims = [1] results = [probabilities, log_probabilities] ins(%[[Z]] : memref<4x10xf32>) outs(%[[OUT]], %[[OUT2]] :
// CHECK-NOT:     memref.copy
// CHECK:         return
func.func @two_results(%a: tensor<4x3xf32>, %b: tensor<3x10xf32>) -> (tensor<4x10xf32>, tensor<4x10xf32>) {
  %zero = arith.constant 0.0 : f32
  %t = tensor.empty() : tensor<4x10xf32>
  %f = linalg.fill ins(%zero : f32) outs(%t : tensor<4x10xf32>) -> tensor<4x10xf32>
  %z = linalg.matmul ins(%a, %b : tensor<4x3xf32>, tensor<3x10xf32>) outs(%f : tensor<4x10xf32>) -> tensor<4x10xf32>
  %p = lse.softmax dims = [1] ins(%z : tensor<4x10xf32>) outs(%t : tensor<4x10xf32>) -> tensor<4x10xf32>
  %l = lse.log_softmax dims = [1] ins(%z : tensor<4x10xf32>) outs(%t : tensor<4x10xf32>) -> tensor<4x10xf32>
  return %p, %l : tensor<4x10xf32>, tensor<4x10xf32>
}
