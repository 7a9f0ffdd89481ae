// The codes of remarks that no other test has. What they mean, and an example of
// every code, which commands.test runs, is in docs/Remarks.md.
// RUN: lse-opt %s --lse-raise --lse-prepare-kernels --remarks-filter="lse-.*" --split-input-file -o /dev/null 2>&1 | FileCheck %s

// The shift of the row maximum is there: nothing was repaired.
// CHECK: remark: [Passed] softmax | Category:lse-raise | Function=shifted
func.func @shifted(%x: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// That rows of %x have 8 elements is said of the operand of the sum alone.
// CHECK: remark: [Missed] shape-unproven | Category:lse-raise | Function=two_extents
func.func @two_extents(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x?xf32>
  %fixed = tensor.cast %e : tensor<4x?xf32> to tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%fixed : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%x : tensor<4x?xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x?xf32>
  return %p : tensor<4x?xf32>
}

// -----

// The position in the row, counted from its end, is part of the logits: no
// operation has that as an index.
// CHECK: remark: [Missed] logit-form | Category:lse-raise | Function=position
#all = affine_map<(d0, d1) -> (d0, d1)>
#reversed = affine_map<(d0, d1) -> (d0, 9 - d1)>
func.func @position(%x: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %e = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x10xf32>) outs(%t : tensor<4x10xf32>) {
  ^bb0(%in: f32, %out: f32):
    %column = linalg.index 1 : index
    %integer = arith.index_cast %column : index to i32
    %bias = arith.sitofp %integer : i32 to f32
    %z = arith.addf %in, %bias : f32
    %exp = math.exp %z : f32
    linalg.yield %exp : f32
  } -> tensor<4x10xf32>
  %r = linalg.generic {indexing_maps = [#reversed, #all], iterator_types = ["parallel", "parallel"]}
      ins(%e : tensor<4x10xf32>) outs(%t : tensor<4x10xf32>) {
  ^bb0(%in: f32, %out: f32):
    linalg.yield %in : f32
  } -> tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%r : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %r, %b : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// CHECK: remark: [Missed] logits-materialized | Category:lse-prepare-kernels | Reason="lse.softmax: a kernel cannot compute 'math.sin'"
func.func @softcap(%x: tensor<4x10xf32>, %out: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x10xf32>) outs(%out : tensor<4x10xf32>) logits {
  ^bb0(%in: f32):
    %z = math.sin %in : f32
    lse.yield %z : f32
  } -> tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}
