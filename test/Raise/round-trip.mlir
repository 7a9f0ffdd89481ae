// What lse-decompose makes of an operation, lse-raise finds again: the same one.
// RUN: lse-opt %s --lse-decompose --lse-raise --canonicalize --cse | FileCheck %s

// CHECK-LABEL: func @softmax(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x10x?xf32>, %[[O:[a-z0-9]+]]: tensor<?x10x?xf32>
// CHECK:         %[[R:.+]] = lse.softmax dims = [1] ins(%[[X]] : tensor<?x10x?xf32>) outs(%[[O]] : tensor<?x10x?xf32>)
// CHECK-NEXT:    return %[[R]]
func.func @softmax(%x: tensor<?x10x?xf32>, %o: tensor<?x10x?xf32>) -> tensor<?x10x?xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<?x10x?xf32>) outs(%o : tensor<?x10x?xf32>) -> tensor<?x10x?xf32>
  return %p : tensor<?x10x?xf32>
}

// CHECK-LABEL: func @log_softmax(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x10xf16>, %[[O:[a-z0-9]+]]: tensor<?x10xf16>
// CHECK:         %[[R:.+]] = lse.log_softmax dims = [1] ins(%[[X]] : tensor<?x10xf16>) outs(%[[O]] : tensor<?x10xf16>)
// CHECK-NEXT:    return %[[R]]
func.func @log_softmax(%x: tensor<?x10xf16>, %o: tensor<?x10xf16>) -> tensor<?x10xf16> {
  %p = lse.log_softmax dims = [1] ins(%x : tensor<?x10xf16>) outs(%o : tensor<?x10xf16>) -> tensor<?x10xf16>
  return %p : tensor<?x10xf16>
}

// CHECK-LABEL: func @logsumexp(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x10x3xf64>, %[[O:[a-z0-9]+]]: tensor<10xf64>
// CHECK:         %[[R:.+]] = lse.logsumexp dims = [0, 2] ins(%[[X]] : tensor<?x10x3xf64>) outs(%[[O]] : tensor<10xf64>)
// CHECK-NEXT:    return %[[R]]
func.func @logsumexp(%x: tensor<?x10x3xf64>, %o: tensor<10xf64>) -> tensor<10xf64> {
  %p = lse.logsumexp dims = [0, 2] ins(%x : tensor<?x10x3xf64>) outs(%o : tensor<10xf64>) -> tensor<10xf64>
  return %p : tensor<10xf64>
}

// CHECK-LABEL: func @zero(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[O:[a-z0-9]+]]: tensor<4x10xf32>
// CHECK:         %[[R:.+]] = lse.softmax dims = [1] row_death = zero ins(%[[X]] : tensor<4x10xf32>) outs(%[[O]] : tensor<4x10xf32>)
// CHECK-NEXT:    return %[[R]]
func.func @zero(%x: tensor<4x10xf32>, %o: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %p = lse.softmax dims = [1] row_death = zero ins(%x : tensor<4x10xf32>) outs(%o : tensor<4x10xf32>) -> tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// CHECK-LABEL: func @logzero(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[O:[a-z0-9]+]]: tensor<4x10xf32>
// CHECK:         %[[R:.+]] = lse.log_softmax dims = [1] row_death = zero ins(%[[X]] : tensor<4x10xf32>) outs(%[[O]] : tensor<4x10xf32>)
// CHECK-NEXT:    return %[[R]]
func.func @logzero(%x: tensor<4x10xf32>, %o: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %p = lse.log_softmax dims = [1] row_death = zero ins(%x : tensor<4x10xf32>) outs(%o : tensor<4x10xf32>) -> tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// CHECK-LABEL: func @all(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[O:[a-z0-9]+]]: tensor<f32>
// CHECK:         %[[R:.+]] = lse.logsumexp dims = [0, 1] ins(%[[X]] : tensor<4x10xf32>) outs(%[[O]] : tensor<f32>)
// CHECK-NEXT:    return %[[R]]
func.func @all(%x: tensor<4x10xf32>, %o: tensor<f32>) -> tensor<f32> {
  %p = lse.logsumexp dims = [0, 1] ins(%x : tensor<4x10xf32>) outs(%o : tensor<f32>) -> tensor<f32>
  return %p : tensor<f32>
}
