// RUN: lse-opt %s --lse-decompose --canonicalize --cse --split-input-file | FileCheck %s
// RUN: lse-opt %s --lse-prepare-kernels --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=KERNEL

// Scores in f32, rounded to what the region wants; the output summed in f32.
// CHECK-LABEL: func @half
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x8x16xf16>, %[[K:[a-z0-9]+]]: tensor<6x16xf16>, %[[V:[a-z0-9]+]]: tensor<2x6x5xf16>, %[[M:[a-z0-9]+]]: tensor<8x6xi1>
// KERNEL-LABEL: func @half
func.func @half(%q: tensor<2x8x16xf16>, %k: tensor<6x16xf16>, %v: tensor<2x6x5xf16>, %m: tensor<8x6xi1>, %o: tensor<5x2x8xf16>) -> tensor<5x2x8xf16> {
  // CHECK:      %[[SCORES:.+]] = linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%[[Q]], %[[K]] : tensor<2x8x16xf16>, tensor<6x16xf16>) outs(%{{.+}} : tensor<2x8x6xf32>)
  // CHECK:      ins(%[[SCORES]], %[[M]] : tensor<2x8x6xf32>, tensor<8x6xi1>) outs(%{{.+}} : tensor<2x8x6xf32>)
  // CHECK:        %[[SCORE:.+]] = arith.truncf %{{.+}} : f32 to f16
  // CHECK:        arith.select %{{.+}}, %[[SCORE]], %{{.+}} : f16
  // CHECK:      %[[SUM:.+]] = linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "reduction", "parallel"]} ins(%{{.+}}, %[[V]] : tensor<2x8x6xf32>, tensor<2x6x5xf16>) outs(%{{.+}} : tensor<5x2x8xf32>)
  // CHECK:      linalg.generic {{.*}} ins(%[[SUM]] : tensor<5x2x8xf32>) outs(%{{.+}} : tensor<5x2x8xf16>)

  // KERNEL:     linalg.generic
  // KERNEL:     lse.softmax dims = [2] row_death = zero numerics = accurate
  // KERNEL:     linalg.generic
  %r = lse.attention dims = [2]
    indexing_maps = [affine_map<(b, i, j, d, n) -> (b, i, d)>, affine_map<(b, i, j, d, n) -> (j, d)>,
                     affine_map<(b, i, j, d, n) -> (b, j, n)>, affine_map<(b, i, j, d, n) -> (i, j)>,
                     affine_map<(b, i, j, d, n) -> (n, b, i)>]
    row_death = zero numerics = accurate
    ins(%q, %k, %v, %m : tensor<2x8x16xf16>, tensor<6x16xf16>, tensor<2x6x5xf16>, tensor<8x6xi1>) outs(%o : tensor<5x2x8xf16>) logits {
  ^bb0(%score: f16, %mask: i1):
    %minus_infinity = arith.constant 0xFC00 : f16
    %z = arith.select %mask, %score, %minus_infinity : f16
    lse.yield %z : f16
  } -> tensor<5x2x8xf16>
  return %r : tensor<5x2x8xf16>
}

// -----

// Positions are those of the loops that logits have.
// CHECK-LABEL: func @positions
func.func @positions(%q: tensor<16x8xf32>, %k: tensor<16x6xf32>, %v: tensor<5x6xf32>, %o: tensor<8x5xf32>) -> tensor<8x5xf32> {
  // CHECK:      linalg.generic
  // CHECK:      linalg.generic
  // CHECK:        linalg.index 0
  // CHECK:        linalg.index 1
  %r = lse.attention dims = [3]
    indexing_maps = [affine_map<(d, n, i, j) -> (d, i)>, affine_map<(d, n, i, j) -> (d, j)>,
                     affine_map<(d, n, i, j) -> (n, j)>, affine_map<(d, n, i, j) -> (i, n)>]
    ins(%q, %k, %v : tensor<16x8xf32>, tensor<16x6xf32>, tensor<5x6xf32>) outs(%o : tensor<8x5xf32>) logits {
  ^bb0(%score: f32):
    %minus_infinity = arith.constant 0xFF800000 : f32
    %i = lse.index 2
    %j = lse.index 3
    %is_seen = arith.cmpi sle, %j, %i : index
    %z = arith.select %is_seen, %score, %minus_infinity : f32
    lse.yield %z : f32
  } -> tensor<8x5xf32>
  return %r : tensor<8x5xf32>
}
