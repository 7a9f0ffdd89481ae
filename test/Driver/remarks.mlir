// Remarks are printed like those of other compilers, when asked for.

// RUN: lse-compile %s -o %t -Rpass=lse 2>&1 | FileCheck %s --check-prefix=PASSED
// RUN: lse-compile %s -o %t -Rpass=raise 2>&1 | FileCheck %s --check-prefix=PASSED
// RUN: lse-compile %s -o %t 2>&1 | FileCheck %s --allow-empty --check-prefix=SILENT
// RUN: lse-compile %s -o %t -Rpass=other 2>&1 | FileCheck %s --allow-empty --check-prefix=SILENT
// RUN: not lse-compile %s -o %t '-Rpass=(' 2>&1 | FileCheck %s --check-prefix=REGEX
// SILENT-NOT: remark
// REGEX: lse-compile: error: '(' is not a regular expression: parentheses not balanced

#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0, 0)>
func.func @main(%x: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = tensor.empty() : tensor<4x16xf32>
  %e = linalg.exp ins(%x : tensor<4x16xf32>) outs(%0 : tensor<4x16xf32>) -> tensor<4x16xf32>
  %1 = tensor.empty() : tensor<4x1xf32>
  %2 = linalg.fill ins(%zero : f32) outs(%1 : tensor<4x1xf32>) -> tensor<4x1xf32>
  %s = linalg.generic {indexing_maps = [#map, #row], iterator_types = ["parallel", "reduction"]}
      ins(%e : tensor<4x16xf32>) outs(%2 : tensor<4x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %sum = arith.addf %in, %out : f32
    linalg.yield %sum : f32
  } -> tensor<4x1xf32>
  // PASSED: remarks.mlir:[[#@LINE+1]]:{{[0-9]+}}: remark: softmax over dimension 1; the source does not subtract the row maximum and overflows for large logits, this does not [lse-raise: softmax-stabilized]
  %p = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]}
      ins(%e, %s : tensor<4x16xf32>, tensor<4x1xf32>) outs(%0 : tensor<4x16xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %q = arith.divf %in, %sum : f32
    linalg.yield %q : f32
  } -> tensor<4x16xf32>
  return %p : tensor<4x16xf32>
}
