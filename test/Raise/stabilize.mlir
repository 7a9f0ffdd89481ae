// Whether what does not subtract the row maximum may be raised.
// RUN: lse-opt %s --lse-raise --split-input-file | FileCheck %s --check-prefixes=CHECK,ALWAYS
// RUN: lse-opt %s --lse-raise=stabilize=flags --split-input-file | FileCheck %s --check-prefixes=CHECK,FLAGS
// RUN: lse-opt %s --lse-raise=stabilize=off --split-input-file | FileCheck %s --check-prefixes=CHECK,OFF
// RUN: lse-opt %s --lse-raise=stabilize=off --remarks-filter=lse-raise --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: not lse-opt %s --lse-raise=stabilize=perhaps 2>&1 | FileCheck %s --check-prefix=ERROR
// ERROR: for the --stabilize option: Cannot find option named 'perhaps'

// CHECK-LABEL: func @plain
// ALWAYS:      lse.softmax {{.*}}stabilized
// FLAGS-NOT:   lse.softmax
// OFF-NOT:     lse.softmax
// REMARK:      remark: [Missed] unshifted | Category:lse-raise | Function=plain
// REMARK-SAME: Reason="the source does not subtract the maximum of a row of %arg0[d0, d1], and stabilize=off leaves it so"
func.func @plain(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// Every operation between logits and result gives its permission.
// CHECK-LABEL: func @permitted
// ALWAYS:      lse.softmax {{.*}}stabilized
// FLAGS:       lse.softmax {{.*}}stabilized
// OFF-NOT:     lse.softmax
func.func @permitted(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x fastmath<reassoc,afn> : tensor<4x10xf32>
  %s = linalg.reduce ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
    (%in: f32, %out: f32) {
      %sum = arith.addf %in, %out fastmath<reassoc,afn,nnan> : f32
      linalg.yield %sum : f32
    }
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %b fastmath<fast> : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// One of them does not.
// CHECK-LABEL: func @withheld
// ALWAYS:      lse.logsumexp {{.*}}stabilized
// FLAGS-NOT:   lse.logsumexp
// OFF-NOT:     lse.logsumexp
func.func @withheld(%x: tensor<4x10xf32>) -> tensor<4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x fastmath<afn> : tensor<4x10xf32>
  %s = linalg.reduce ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
    (%in: f32, %out: f32) {
      %sum = arith.addf %in, %out fastmath<fast> : f32
      linalg.yield %sum : f32
    }
  %l = math.log %s fastmath<fast> : tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

// What is shifted already is always raised.
// CHECK-LABEL: func @shifted
// CHECK:       lse.logsumexp dims = [1] ins
func.func @shifted(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>) -> tensor<4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %l = math.log %s : tensor<4xf32>
  %z = arith.addf %l, %m : tensor<4xf32>
  return %z : tensor<4xf32>
}

// -----

// The sum, which is reached after the logits, does not.
// CHECK-LABEL: func @withheld_by_sum
// ALWAYS:      lse.softmax {{.*}}stabilized
// FLAGS-NOT:   lse.softmax
// OFF-NOT:     lse.softmax
func.func @withheld_by_sum(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x fastmath<reassoc,afn> : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %b fastmath<fast> : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}
