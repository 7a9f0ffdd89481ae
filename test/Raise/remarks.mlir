// RUN: lse-opt %s --lse-raise --remarks-filter=lse-raise --split-input-file -o /dev/null 2>&1 | FileCheck %s
// RUN: lse-opt %s --lse-raise --split-input-file -o /dev/null 2>&1 | count 0

// CHECK:      remarks.mlir:[[@LINE+8]]:8: remark: [Passed] softmax-stabilized | Category:lse-raise | Function=naive
// CHECK-SAME: Reason="softmax over dimension 1; the source does not subtract the row maximum and overflows for large logits, this does not"
func.func @naive(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// The two terms that disagree are in the remark.
// CHECK:      remark: [Missed] shift-residual | Category:lse-raise | Function=shift_residual
// CHECK-SAME: Reason="the shifts do not cancel: exp(%arg0[d0, d1] + %arg1[d0]) over sum(exp(%arg0[d0, k0]))"
func.func @shift_residual(%x: tensor<4x10xf32>, %bias: tensor<4xf32>, %e0: tensor<4x10xf32>, %r0: tensor<4xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<4xf32>) -> tensor<4xf32>
  %bb = linalg.broadcast ins(%bias : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %y = arith.addf %x, %bb : tensor<4x10xf32>
  %e = math.exp %y : tensor<4x10xf32>
  %f = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// CHECK: remark: [Passed] log-softmax-stabilized | Category:lse-raise | Function=log_of_softmax | Reason="log_softmax over dimension 1; the source does not subtract the row maximum and overflows for large logits, this does not"
func.func @log_of_softmax(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x10xf32>
  %l = math.log %p : tensor<4x10xf32>
  return %l : tensor<4x10xf32>
}

// -----

// CHECK: remark: [Passed] logsumexp-stabilized | Category:lse-raise | Function=naive_logsumexp | Reason="logsumexp over dimensions 0, 1; the source does not
func.func @naive_logsumexp(%x: tensor<4x10xf32>) -> tensor<f32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zero : tensor<f32>) dimensions = [0, 1]
  %l = math.log %s : tensor<f32>
  return %l : tensor<f32>
}

// -----

// CHECK: remark: [Passed] log-softmax | Category:lse-raise | Function=both | Reason="log_softmax over dimension 1"
// CHECK: remark: [Passed] logsumexp | Category:lse-raise | Function=both | Reason="logsumexp over dimension 1"
func.func @both(%x: tensor<4x10xf32>, %e0: tensor<4x10xf32>) -> (tensor<4x10xf32>, tensor<4xf32>) {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %l = math.log %s : tensor<4xf32>
  %lb = linalg.broadcast ins(%l : tensor<4xf32>) outs(%e0 : tensor<4x10xf32>) dimensions = [1]
  %p = arith.subf %d, %lb : tensor<4x10xf32>
  %z = arith.addf %l, %m : tensor<4xf32>
  return %p, %z : tensor<4x10xf32>, tensor<4xf32>
}

// -----

// CHECK: remark: [Passed] attention | Category:lse-raise | Function=attention | Reason="attention over dimension 1"
func.func @attention(%q: tensor<8x16xf32>, %k: tensor<16x6xf32>, %v: tensor<6x5xf32>) -> tensor<8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %t = tensor.empty() : tensor<8x6xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%t : tensor<8x6xf32>) -> tensor<8x6xf32>
  %score = linalg.matmul ins(%q, %k : tensor<8x16xf32>, tensor<16x6xf32>) outs(%zeros : tensor<8x6xf32>) -> tensor<8x6xf32>
  %p = linalg.softmax dimension(1) ins(%score : tensor<8x6xf32>) outs(%t : tensor<8x6xf32>) -> tensor<8x6xf32>
  %o = tensor.empty() : tensor<8x5xf32>
  %init = linalg.fill ins(%zero : f32) outs(%o : tensor<8x5xf32>) -> tensor<8x5xf32>
  %output = linalg.matmul ins(%p, %v : tensor<8x6xf32>, tensor<6x5xf32>) outs(%init : tensor<8x5xf32>) -> tensor<8x5xf32>
  return %output : tensor<8x5xf32>
}

// -----

// CHECK: remark: [Passed] attention-stabilized | Category:lse-raise | Function=attention_stabilized | Reason="attention over dimension 1; the source does not
func.func @attention_stabilized(%q: tensor<8x16xf32>, %k: tensor<16x6xf32>, %v: tensor<6x5xf32>) -> tensor<8x5xf32> {
  %zero = arith.constant 0.0 : f32
  %t = tensor.empty() : tensor<8x6xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%t : tensor<8x6xf32>) -> tensor<8x6xf32>
  %score = linalg.matmul ins(%q, %k : tensor<8x16xf32>, tensor<16x6xf32>) outs(%zeros : tensor<8x6xf32>) -> tensor<8x6xf32>
  %rows = arith.constant dense<0.0> : tensor<8xf32>
  %e = math.exp %score : tensor<8x6xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x6xf32>) outs(%rows : tensor<8xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<8xf32>) outs(%t : tensor<8x6xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<8x6xf32>
  %o = tensor.empty() : tensor<8x5xf32>
  %init = linalg.fill ins(%zero : f32) outs(%o : tensor<8x5xf32>) -> tensor<8x5xf32>
  %output = linalg.matmul ins(%p, %v : tensor<8x6xf32>, tensor<6x5xf32>) outs(%init : tensor<8x5xf32>) -> tensor<8x5xf32>
  return %output : tensor<8x5xf32>
}
