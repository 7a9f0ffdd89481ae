// The loop nests of kernels: one heading for each, which says what it is for.

// RUN: rm -rf %t && mkdir %t
// RUN: lse-compile %s --emit=stmt -mcpu=x86-64-v3 -o - | FileCheck %s
// CHECK:      // kernel lse.[[FIRST:[0-9a-f]+]]
// CHECK-NEXT: //   for       lse.softmax at {{.*}}loop-nests.mlir:[[#@LINE+39]]:{{[0-9]+}}
// CHECK-NEXT: //   for       lse.softmax at {{.*}}loop-nests.mlir:[[#@LINE+39]]:{{[0-9]+}}
// CHECK-NEXT: //   extents   4 x 1000
// CHECK-NEXT: //   target    x86_64-{{.+}}, x86-64-v3
// CHECK-NEXT: //   schedule  strategy = cached_row, vector_lanes = 8
// CHECK:      for
// CHECK-NOT:  // kernel lse.[[FIRST]]
// CHECK:      // kernel lse.
// CHECK-NEXT: //   for       lse.softmax at {{.*}}loop-nests.mlir:[[#@LINE+36]]:{{[0-9]+}}
// CHECK-NEXT: //   extents   ? x 37
// CHECK:      for
// CHECK-NOT:  // kernel

// The same as a page: each kernel in a frame, whose text is escaped.
// RUN: lse-compile %s --emit=stmt,stmt-html,header -mcpu=x86-64-v3 -o %t/model
// RUN: ls %t | FileCheck %s --check-prefix=FILES
// FILES:      model.h
// FILES-NEXT: model.html
// FILES-NEXT: model.stmt
// RUN: cat %t/model.html | FileCheck %s --check-prefix=PAGE
// PAGE:       <!DOCTYPE html>
// PAGE-COUNT-2: <iframe title="lse.{{[0-9a-f]+}}" srcdoc="
// PAGE-NOT:   <iframe
// PAGE:       </body>
// PAGE-NEXT:  </html>
// RUN: %python %S/Inputs/page.py %t/model.html | FileCheck %s --check-prefix=FRAMES
// FRAMES: 2 frames, well formed

// Without a kernel that is said, in the file and as a warning.
// RUN: echo 'func.func @f(%%x: f32) -> f32 { return %%x : f32 }' > %t/plain.mlir
// RUN: lse-compile %t/plain.mlir --emit=stmt -o - 2>%t/log | FileCheck %s --check-prefix=NONE
// RUN: lse-compile %t/plain.mlir --emit=stmt-html -o - 2>>%t/log | FileCheck %s --check-prefix=NONE
// RUN: cat %t/log | FileCheck %s --check-prefix=WARNING
// NONE: There is no kernel in this module
// WARNING-COUNT-2: plain.mlir:{{.*}}: warning: has no kernel, so there is no loop nest to show

func.func @main(%x: tensor<4x1000xf32>, %y: tensor<4x1000xf32>, %z: tensor<?x37xf32>) -> (tensor<4x1000xf32>, tensor<4x1000xf32>, tensor<?x37xf32>) {

  %0 = tensor.empty() : tensor<4x1000xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<4x1000xf32>) outs(%0 : tensor<4x1000xf32>) -> tensor<4x1000xf32>
  %q = lse.softmax dims = [1] ins(%y : tensor<4x1000xf32>) outs(%0 : tensor<4x1000xf32>) -> tensor<4x1000xf32>
  %c0 = arith.constant 0 : index
  %d = tensor.dim %z, %c0 : tensor<?x37xf32>
  %1 = tensor.empty(%d) : tensor<?x37xf32>
  %r = lse.softmax dims = [1] ins(%z : tensor<?x37xf32>) outs(%1 : tensor<?x37xf32>) -> tensor<?x37xf32>
  return %p, %q, %r : tensor<4x1000xf32>, tensor<4x1000xf32>, tensor<?x37xf32>
}
