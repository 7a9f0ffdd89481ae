// The class of error bounds is an option of raising.
// RUN: lse-opt %s --lse-raise | FileCheck %s --check-prefix=STANDARD
// RUN: lse-opt %s --lse-raise=numerics=standard | FileCheck %s --check-prefix=STANDARD
// RUN: lse-opt %s --lse-raise=numerics=accurate | FileCheck %s
// RUN: lse-opt %s --lse-raise-pipeline=numerics=accurate | FileCheck %s
// RUN: lse-compile %s --numerics=accurate --stop-after=raise -o - | FileCheck %s
// RUN: not lse-compile %s --numerics=exact -o - 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: error: unknown class 'exact' in --numerics; there are standard, accurate

// STANDARD-LABEL: func.func @all
// STANDARD-NOT: numerics
// CHECK-LABEL: func.func @all
func.func @all(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>) {
  %empty = tensor.empty() : tensor<4x8xf32>
  %rows = tensor.empty() : tensor<4xf32>
  %zero = arith.constant 0.0 : f32
  // STANDARD: lse.softmax
  // CHECK-DAG: lse.softmax dims = [1] numerics = accurate ins
  %p = linalg.softmax dimension(1) ins(%x : tensor<4x8xf32>) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK-DAG: lse.log_softmax dims = [1] numerics = accurate ins
  %l = linalg.log ins(%p : tensor<4x8xf32>) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK-DAG: lse.logsumexp dims = [1] numerics = accurate stabilized ins
  %e = linalg.exp ins(%x : tensor<4x8xf32>) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %z = linalg.log ins(%s : tensor<4xf32>) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  // Operations of the source keep the class that is written there.
  // CHECK-DAG: lse.softmax dims = [1] ins
  %q = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%empty : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p, %l, %q, %z : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>
}
