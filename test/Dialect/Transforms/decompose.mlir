// RUN: lse-opt %s --lse-decompose --split-input-file | FileCheck %s
// The decomposition of a plain softmax is recognised again, and as the same operation.
// RUN: lse-opt %s --split-input-file --lse-decompose --lse-raise --canonicalize | FileCheck %s --check-prefix=ROUND

// CHECK-DAG: #[[$ALL:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$ROW:.+]] = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: func @probabilities
// CHECK-SAME:    %[[X:.+]]: tensor<?x10xf32>, %[[OUT:.+]]: tensor<?x10xf32>
// ROUND-LABEL: func @probabilities
// ROUND-SAME:    %[[X:[a-z0-9]+]]: tensor<?x10xf32>, %[[OUT:[a-z0-9]+]]
func.func @probabilities(%x: tensor<?x10xf32>, %out: tensor<?x10xf32>) -> tensor<?x10xf32> {
  // CHECK:      %[[LOWEST:.+]] = arith.constant 0xFF800000 : f32
  // CHECK:      %[[M0:.+]] = linalg.fill ins(%[[LOWEST]] : f32)
  // CHECK:      %[[M:.+]] = linalg.generic {indexing_maps = [#[[$ALL]], #[[$ROW]]], iterator_types = ["parallel", "reduction"]} ins(%[[X]] : tensor<?x10xf32>) outs(%[[M0]]
  // CHECK:        arith.maximumf
  // CHECK:      %[[E:.+]] = linalg.generic {indexing_maps = [#[[$ALL]], #[[$ROW]], #[[$ALL]]]{{.*}} ins(%[[X]], %[[M]]
  // CHECK:        %[[D:.+]] = arith.subf
  // CHECK-NEXT:   math.exp %[[D]]
  // The sum is in f64.
  // CHECK:      %[[ZERO:.+]] = arith.constant 0.000000e+00 : f64
  // CHECK:      %[[S0:.+]] = linalg.fill ins(%[[ZERO]] : f64)
  // CHECK:      %[[WIDE:.+]] = linalg.generic {{.*}} ins(%[[E]] : tensor<?x10xf32>) outs(%[[S0]]
  // CHECK:        arith.extf
  // CHECK:        arith.addf {{.*}} : f64
  // CHECK:      %[[S:.+]] = linalg.generic {{.*}} ins(%[[WIDE]] : tensor<?xf64>)
  // CHECK:        arith.truncf
  // CHECK:      linalg.generic {{.*}} ins(%[[E]], %[[S]], %[[M]] {{.*}} outs(%[[OUT]] : tensor<?x10xf32>)
  // CHECK:        arith.divf
  // CHECK-NOT:  arith.select
  // ROUND: lse.softmax dims = [1] ins(%[[X]] : tensor<?x10xf32>) outs(%[[OUT]]
  %p = lse.softmax dims = [1] ins(%x : tensor<?x10xf32>) outs(%out : tensor<?x10xf32>) -> tensor<?x10xf32>
  return %p : tensor<?x10xf32>
}

// -----

// CHECK-LABEL: func @dead_rows_are_zero
func.func @dead_rows_are_zero(%x: tensor<4x10xf32>, %out: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // The shift of a dead row is zero, and so are its probabilities.
  // CHECK: arith.maximumf
  // CHECK: arith.cmpf oeq
  // CHECK: arith.select
  // CHECK: math.exp
  // CHECK: arith.divf
  // CHECK: arith.cmpf oeq
  // CHECK: arith.select
  %p = lse.softmax dims = [1] row_death = zero ins(%x : tensor<4x10xf32>) outs(%out : tensor<4x10xf32>) -> tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// CHECK-LABEL: func @logits_are_computed_once
// ROUND-LABEL: func @logits_are_computed_once
func.func @logits_are_computed_once(%x: tensor<4x10xf16>, %b: tensor<10xf32>, %out: tensor<4x10xf16>) -> tensor<4x10xf16> {
  // CHECK:     arith.extf
  // CHECK:     arith.addf
  // CHECK-NOT: arith.extf
  // CHECK:     arith.maximumf
  // CHECK:     arith.divf
  // CHECK:     arith.truncf
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x, %b : tensor<4x10xf16>, tensor<10xf32>) outs(%out : tensor<4x10xf16>) logits {
  ^bb0(%in: f16, %bias: f32):
    %wide = arith.extf %in : f16 to f32
    %logit = arith.addf %wide, %bias : f32
    lse.yield %logit : f32
  } -> tensor<4x10xf16>
  return %p : tensor<4x10xf16>
}

// -----

// CHECK-LABEL: func @all_results
// ROUND-LABEL: func @all_results
func.func @all_results(%x: tensor<3x4x5xf32>, %p: tensor<3x4x5xf32>, %q: tensor<4x3x5xf32>, %l: tensor<4xf64>)
    -> (tensor<3x4x5xf32>, tensor<4x3x5xf32>, tensor<4xf64>) {
  // CHECK: arith.maximumf
  // CHECK: math.exp
  // CHECK: arith.divf
  // CHECK: %[[D:.+]] = arith.subf
  // CHECK: %[[LOG:.+]] = math.log
  // CHECK: arith.subf %[[D]], %[[LOG]]
  // CHECK: math.absf
  // CHECK: math.log
  // CHECK: arith.select
  // CHECK: arith.extf
  // ROUND: lse.softmax dims = [0, 2]
  %r:3 = lse.softmax dims = [0, 2] results = [probabilities, log_probabilities, logsumexp]
    indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>,
                     affine_map<(d0, d1, d2) -> (d1, d0, d2)>, affine_map<(d0, d1, d2) -> (d1)>]
    ins(%x : tensor<3x4x5xf32>) outs(%p, %q, %l : tensor<3x4x5xf32>, tensor<4x3x5xf32>, tensor<4xf64>)
    -> (tensor<3x4x5xf32>, tensor<4x3x5xf32>, tensor<4xf64>)
  return %r#0, %r#1, %r#2 : tensor<3x4x5xf32>, tensor<4x3x5xf32>, tensor<4xf64>
}

// -----

// CHECK-LABEL: func @transposed_result
func.func @transposed_result(%x: tensor<?x?xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // CHECK: linalg.generic {indexing_maps = [#{{.+}}, #{{.+}}, #{{.+}}, #[[T:.+]]], iterator_types = ["parallel", "parallel"]}
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1, d0)>]
    ins(%x : tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %p : tensor<?x?xf32>
}

// -----

// CHECK-LABEL: func @log_softmax
func.func @log_softmax(%x: tensor<4x10xf32>, %out: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK: arith.maximumf
  // CHECK: math.exp
  // CHECK: arith.addf
  // CHECK: %[[D:.+]] = arith.subf
  // CHECK: %[[LOG:.+]] = math.log
  // CHECK: arith.subf %[[D]], %[[LOG]]
  // CHECK-NOT: linalg.generic
  %l = lse.log_softmax dims = [1] ins(%x : tensor<4x10xf32>) outs(%out : tensor<4x10xf32>) -> tensor<4x10xf32>
  return %l : tensor<4x10xf32>
}

// -----

// Sixteen bits are computed in f32. There is no loop left for the result.
// CHECK-LABEL: func @logsumexp_of_everything
func.func @logsumexp_of_everything(%x: tensor<4x?xbf16>, %out: tensor<bf16>) -> tensor<bf16> {
  // CHECK: arith.extf %{{.+}} : bf16 to f32
  // CHECK: iterator_types = ["reduction", "reduction"]
  // CHECK: arith.maximumf %{{.+}} : f32
  // CHECK: math.exp
  // CHECK: arith.addf
  // CHECK: linalg.generic {indexing_maps = [#[[SCALAR:.+]], #[[SCALAR]], #[[SCALAR]]], iterator_types = []}
  // CHECK-DAG: %[[ABS:.+]] = math.absf %[[MAX:.+]] : f32
  // CHECK-DAG: %[[INFINITE:.+]] = arith.cmpf oeq, %[[ABS]]
  // CHECK-DAG: %[[SUM:.+]] = math.log
  // CHECK-DAG: %[[LSE:.+]] = arith.addf %[[MAX]], %[[SUM]]
  // CHECK: %[[SAFE:.+]] = arith.select %[[INFINITE]], %[[MAX]], %[[LSE]]
  // CHECK: arith.truncf %[[SAFE]] : f32 to bf16
  %l = lse.logsumexp dims = [0, 1] ins(%x : tensor<4x?xbf16>) outs(%out : tensor<bf16>) -> tensor<bf16>
  return %l : tensor<bf16>
}

// -----

// CHECK-LABEL: func @argmax
// CHECK-SAME:    %[[X:.+]]: tensor<4x5x?xf32>
func.func @argmax(%x: tensor<4x5x?xf32>, %l: tensor<5xf32>, %i: tensor<5xi16>) -> (tensor<5xf32>, tensor<5xi16>) {
  // CHECK:      %[[EXTENT:.+]] = tensor.dim %[[X]], %{{.+}}
  // CHECK:      %[[I:.+]]:2 = linalg.generic {{.*}} iterator_types = ["reduction", "parallel", "reduction"]} ins(%[[X]] {{.*}} outs({{.*}} : tensor<5xf32>, tensor<5xindex>)
  // CHECK:      %[[OUTER:.+]] = linalg.index 0
  // CHECK-NEXT: %[[INNER:.+]] = linalg.index 2
  // CHECK-NEXT: %[[ROW:.+]] = arith.muli %[[OUTER]], %[[EXTENT]]
  // CHECK-NEXT: %[[POSITION:.+]] = arith.addi %[[ROW]], %[[INNER]]
  // CHECK-NEXT: arith.cmpi ult, %[[POSITION]]
  // CHECK:      linalg.generic {{.*}} ins(%[[I]]#1 : tensor<5xindex>) outs({{.*}} : tensor<5xi16>)
  // CHECK:      arith.index_cast %{{.+}} : index to i16
  %r:2 = lse.logsumexp dims = [0, 2] results = [logsumexp, argmax] ins(%x : tensor<4x5x?xf32>)
    outs(%l, %i : tensor<5xf32>, tensor<5xi16>) -> (tensor<5xf32>, tensor<5xi16>)
  return %r#0, %r#1 : tensor<5xf32>, tensor<5xi16>
}
