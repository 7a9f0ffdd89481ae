// What was found, repaired and refused, in a file of its own.

// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: lse-compile %s --report=report.md --emit=header -o model.h
// RUN: cat report.md | FileCheck %s --check-prefix=MARKDOWN
// RUN: lse-compile %s --report=report.json --emit=header -o model.h
// RUN: %python -c 'import json; r = json.load(open("report.json")); print(len(r["raised"]), r["raised"][0]["repaired"])' | FileCheck %s --check-prefix=JSON
// RUN: lse-compile %s --report=- --emit=header -o model.h | diff - report.md
// MARKDOWN: report.mlir:[[#@LINE+27]]
// JSON: 1 True

// The report is there when a later phase fails.
// RUN: lse-compile %s --report=early.md --stop-after=raise -o x && diff early.md report.md

// What is not to be repaired is left as it is, and reported as refused.
// RUN: lse-compile %s --stabilize=off --report=off.json --stop-after=raise -o - | FileCheck %s --check-prefix=OFF
// RUN: lse-compile %s --stabilize=flags --stop-after=raise -o - | FileCheck %s --check-prefix=OFF
// RUN: %python -c 'import json; r = json.load(open("off.json")); print(len(r["raised"]), len(r["refused"]))' | FileCheck %s --check-prefix=REFUSED
// OFF-NOT: lse.softmax
// REFUSED: 0 1

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
  %p = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]}
      ins(%e, %s : tensor<4x16xf32>, tensor<4x1xf32>) outs(%0 : tensor<4x16xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %q = arith.divf %in, %sum : f32
    linalg.yield %q : f32
  } -> tensor<4x16xf32>
  return %p : tensor<4x16xf32>
}
