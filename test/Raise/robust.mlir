// What is no input for raising must not be the end of it either.
// RUN: lse-opt %s --lse-raise --split-input-file | FileCheck %s

// CHECK-LABEL: func @from_unranked
func.func @from_unranked(%x: tensor<*xf32>) -> tensor<?x?xf32> {
  // CHECK: math.exp
  %c = tensor.cast %x : tensor<*xf32> to tensor<?x?xf32>
  %e = math.exp %c : tensor<?x?xf32>
  return %e : tensor<?x?xf32>
}

// -----

// CHECK-LABEL: func @extent_of_unranked
func.func @extent_of_unranked(%x: tensor<*xf32>) -> tensor<?x?xf32> {
  // CHECK: linalg.exp
  %c1 = arith.constant 1 : index
  %d = tensor.dim %x, %c1 : tensor<*xf32>
  %e = tensor.empty(%d, %d) : tensor<?x?xf32>
  %r = linalg.exp ins(%e : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// -----

// In unreachable code a value may come from itself.
// CHECK-LABEL: func @unreachable
func.func @unreachable(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
^dead:
  // CHECK: math.exp
  %a = math.exp %b : tensor<?xf32>
  %b = arith.addf %a, %b : tensor<?xf32>
  cf.br ^dead
}
