// RUN: lse-opt %s --transform-interpreter --canonicalize --cse --split-input-file --verify-diagnostics | FileCheck %s

// Every operand is sliced by its map; the results are put together by theirs.
// CHECK-LABEL: func @maps
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<8x?x5xf32>, %[[BIAS:[a-z0-9]+]]: tensor<?xf32>, %[[T:[a-z0-9]+]]: f32,
// CHECK-SAME:    %[[P:[a-z0-9]+]]: tensor<5x8x?xf32>, %[[I:[a-z0-9]+]]: tensor<5xi32>, %[[L:[a-z0-9]+]]: tensor<5xf32>
func.func @maps(%x: tensor<8x?x5xf32>, %bias: tensor<?xf32>, %t: f32,
                %p: tensor<5x8x?xf32>, %i: tensor<5xi32>, %l: tensor<5xf32>)
    -> (tensor<5x8x?xf32>, tensor<5xi32>, tensor<5xf32>) {
  // CHECK-DAG: %[[STEP:.+]] = arith.constant 2 : index
  // CHECK:     %[[LOOP:.+]]:3 = scf.for %[[IV:.+]] = %{{.+}} to %{{.+}} step %[[STEP]] iter_args(%[[P0:.+]] = %[[P]], %[[I0:.+]] = %[[I]], %[[L0:.+]] = %[[L]])
  // CHECK:       %[[SIZE:.+]] = affine.min #{{.+}}(%[[IV]])
  // CHECK:       %[[XS:.+]] = tensor.extract_slice %[[X]][0, 0, %[[IV]]] [8, %{{.+}}, %[[SIZE]]]
  // CHECK:       %[[PS:.+]] = tensor.extract_slice %[[P0]][%[[IV]], 0, 0] [%[[SIZE]], 8, %{{.+}}]
  // CHECK:       %[[IS:.+]] = tensor.extract_slice %[[I0]][%[[IV]]] [%[[SIZE]]]
  // CHECK:       %[[LS:.+]] = tensor.extract_slice %[[L0]][%[[IV]]] [%[[SIZE]]]
  // CHECK:       %[[R:.+]]:3 = lse.softmax dims = [0, 1] results = [probabilities, argmax, logsumexp] {{.*}} row_death = zero
  // CHECK-SAME:    ins(%[[XS]], %{{.+}}, %[[T]] : tensor<8x?x?xf32>, tensor<?xf32>, f32)
  // CHECK-SAME:    outs(%[[PS]], %[[IS]], %[[LS]] : tensor<?x8x?xf32>, tensor<?xi32>, tensor<?xf32>) logits {
  // CHECK:       tensor.insert_slice %[[R]]#0 into %[[P0]][%[[IV]], 0, 0] [%[[SIZE]], 8, %{{.+}}]
  // CHECK:       tensor.insert_slice %[[R]]#1 into %[[I0]][%[[IV]]] [%[[SIZE]]]
  // CHECK:       tensor.insert_slice %[[R]]#2 into %[[L0]][%[[IV]]] [%[[SIZE]]]
  %r:3 = lse.softmax dims = [0, 1] results = [probabilities, argmax, logsumexp]
    indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1)>, affine_map<(d0, d1, d2) -> ()>,
                     affine_map<(d0, d1, d2) -> (d2, d0, d1)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d2)>]
    row_death = zero
    ins(%x, %bias, %t : tensor<8x?x5xf32>, tensor<?xf32>, f32)
    outs(%p, %i, %l : tensor<5x8x?xf32>, tensor<5xi32>, tensor<5xf32>) logits {
  ^bb0(%in: f32, %b: f32, %temperature: f32):
    %0 = arith.divf %in, %temperature : f32
    %1 = arith.addf %0, %b : f32
    lse.yield %1 : f32
  } -> (tensor<5x8x?xf32>, tensor<5xi32>, tensor<5xf32>)
  return %r#0, %r#1, %r#2 : tensor<5x8x?xf32>, tensor<5xi32>, tensor<5xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["lse.softmax"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [0, 0, 2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// An extent of one that a broadcast reads is not sliced.
// CHECK-LABEL: func @unit_extent
func.func @unit_extent(%x: tensor<8x16xf32>, %s: tensor<8x1xf32>, %l: tensor<8x16xf32>) -> tensor<8x16xf32> {
  // CHECK: tensor.extract_slice %{{.+}}[%[[IV:.+]], 0] [4, 16] [1, 1]
  // CHECK: tensor.extract_slice %{{.+}}[%[[IV]], 0] [4, 1] [1, 1]
  // CHECK: lse.log_softmax {{.*}} : tensor<4x16xf32>, tensor<4x1xf32>)
  %r = lse.log_softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x, %s : tensor<8x16xf32>, tensor<8x1xf32>) outs(%l : tensor<8x16xf32>) logits {
  ^bb0(%in: f32, %scale: f32):
    %0 = arith.mulf %in, %scale : f32
    lse.yield %0 : f32
  } -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["lse.log_softmax"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// CHECK-LABEL: func @memrefs
// CHECK-SAME:    %[[X:.+]]: memref<?x16xf32>, %[[L:.+]]: memref<?xf32>
func.func @memrefs(%x: memref<?x16xf32>, %l: memref<?xf32>) {
  // CHECK: scf.for
  // CHECK:   %[[XS:.+]] = memref.subview %[[X]]
  // CHECK:   %[[LS:.+]] = memref.subview %[[L]]
  // CHECK:   lse.logsumexp dims = [1] ins(%[[XS]] {{.*}} outs(%[[LS]]
  lse.logsumexp dims = [1] ins(%x : memref<?x16xf32>) outs(%l : memref<?xf32>)
  return
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["lse.logsumexp"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [4, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// CHECK-LABEL: func @parallel
func.func @parallel(%x: tensor<?x?xf32>, %l: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // CHECK: scf.forall
  // CHECK:   lse.log_softmax dims = [0]
  // CHECK:   scf.forall.in_parallel
  // CHECK:     tensor.parallel_insert_slice
  %r = lse.log_softmax dims = [0] ins(%x : tensor<?x?xf32>) outs(%l : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["lse.log_softmax"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_forall %op num_threads [0, 8] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Into the loop over a consumer's rows; the rows of both are the same.
// CHECK-LABEL: func @producer
func.func @producer(%x: tensor<?x?xf32>, %p: tensor<?x?xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // CHECK-NOT: lse.softmax
  // CHECK:     scf.for
  // CHECK:       %[[P:.+]] = lse.softmax
  // CHECK:       linalg.exp ins(%[[P]]
  %r = lse.softmax dims = [1] ins(%x : tensor<?x?xf32>) outs(%p : tensor<?x?xf32>) -> tensor<?x?xf32>
  %e = linalg.exp ins(%r : tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %e : tensor<?x?xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.exp"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.fuse %op tile_sizes [4, 0] {apply_cleanup} : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// The consumer's tiles cut the rows: nothing to fuse, and no error either.
// CHECK-LABEL: func @cut_producer
func.func @cut_producer(%x: tensor<16x16xf32>, %p: tensor<16x16xf32>, %out: tensor<16x16xf32>) -> tensor<16x16xf32> {
  // CHECK: %[[P:.+]] = lse.softmax
  // CHECK: scf.for
  // CHECK:   tensor.extract_slice %[[P]]
  // CHECK:   linalg.exp
  %r = lse.softmax dims = [1] ins(%x : tensor<16x16xf32>) outs(%p : tensor<16x16xf32>) -> tensor<16x16xf32>
  %e = linalg.exp ins(%r : tensor<16x16xf32>) outs(%out : tensor<16x16xf32>) -> tensor<16x16xf32>
  return %e : tensor<16x16xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.exp"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.fuse %op tile_sizes [0, 4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @across_rows(%x: tensor<?x?xf32>, %l: tensor<?xf32>) -> tensor<?xf32> {
  // Upstream adds that it failed.
  // expected-error @below {{failed to generate tiling loops}}
  // expected-error-re @below {{{{fai.*d}} to tile operation}}
  // expected-error @below {{cannot be tiled along dimension 1, which makes up its rows; tile the dimensions outside 'dims' only}}
  %r = lse.logsumexp dims = [1] ins(%x : tensor<?x?xf32>) outs(%l : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["lse.logsumexp"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [0, 4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// In a tile, positions count from where it begins.
// CHECK-LABEL: func @positions
func.func @positions(%x: tensor<16x16xf32>, %p: tensor<16x16xf32>) -> tensor<16x16xf32> {
  // CHECK:      scf.for %[[IV:[a-z0-9]+]] =
  // CHECK:        %[[XS:[a-z0-9_]+]] = tensor.extract_slice
  // CHECK:        lse.softmax dims = [1] indexing_maps = [{{.*}}] ins(%[[XS]], %[[IV]] : tensor<4x16xf32>, index) {{.*}} logits {
  // CHECK-NEXT:   ^bb0(%[[IN:.+]]: f32, %[[BEGIN:.+]]: index):
  // CHECK:          %[[I:.+]] = lse.index 0
  // CHECK-NEXT:     %[[ROW:.+]] = arith.addi %[[I]], %[[BEGIN]]
  // CHECK-NEXT:     %[[COLUMN:.+]] = lse.index 1
  // CHECK-NEXT:     arith.cmpi sle, %[[COLUMN]], %[[ROW]]
  %r = lse.softmax dims = [1] ins(%x : tensor<16x16xf32>) outs(%p : tensor<16x16xf32>) logits {
  ^bb0(%in: f32):
    %minus_infinity = arith.constant 0xFF800000 : f32
    %i = lse.index 0
    %j = lse.index 1
    %is_seen = arith.cmpi sle, %j, %i : index
    %z = arith.select %is_seen, %in, %minus_infinity : f32
    lse.yield %z : f32
  } -> tensor<16x16xf32>
  return %r : tensor<16x16xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["lse.softmax"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// CHECK-LABEL: func @attention
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<4x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<4x6x16xf32>, %[[V:[a-z0-9]+]]: tensor<4x6x5xf32>
func.func @attention(%q: tensor<4x8x16xf32>, %k: tensor<4x6x16xf32>, %v: tensor<4x6x5xf32>, %o: tensor<4x8x5xf32>) -> tensor<4x8x5xf32> {
  // CHECK:      scf.for %[[B:[a-z0-9]+]] =
  // CHECK:        scf.for %[[I:[a-z0-9]+]] =
  // CHECK:          %[[QS:.+]] = tensor.extract_slice %[[Q]][%[[B]], %[[I]], 0] [1, 2, 16] [1, 1, 1]
  // CHECK:          %[[KS:.+]] = tensor.extract_slice %[[K]][%[[B]], 0, 0] [1, 6, 16] [1, 1, 1]
  // CHECK:          %[[VS:.+]] = tensor.extract_slice %[[V]][%[[B]], 0, 0] [1, 6, 5] [1, 1, 1]
  // CHECK:          lse.attention dims = [2] indexing_maps = [{{.*}}] ins(%[[QS]], %[[KS]], %[[VS]], %[[I]] : tensor<1x2x16xf32>, tensor<1x6x16xf32>, tensor<1x6x5xf32>, index)
  // CHECK-NEXT:     ^bb0(%{{.+}}: f32, %[[BEGIN:.+]]: index):
  // CHECK:            %[[OWN:.+]] = lse.index 1
  // CHECK-NEXT:       arith.addi %[[OWN]], %[[BEGIN]]
  %r = lse.attention dims = [2] ins(%q, %k, %v : tensor<4x8x16xf32>, tensor<4x6x16xf32>, tensor<4x6x5xf32>) outs(%o : tensor<4x8x5xf32>) logits {
  ^bb0(%score: f32):
    %minus_infinity = arith.constant 0xFF800000 : f32
    %i = lse.index 1
    %j = lse.index 2
    %is_seen = arith.cmpi sle, %j, %i : index
    %z = arith.select %is_seen, %score, %minus_infinity : f32
    lse.yield %z : f32
  } -> tensor<4x8x5xf32>
  return %r : tensor<4x8x5xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["lse.attention"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loops:2 = transform.structured.tile_using_for %op tile_sizes [1, 2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @across_scores(%q: tensor<8x16xf32>) -> tensor<8x16xf32> {
  // Upstream adds that it failed.
  // expected-error @below {{failed to generate tiling loops}}
  // expected-error-re @below {{{{fai.*d}} to tile operation}}
  // expected-error @below {{cannot be tiled along dimension 2, which scores are summed over; tile those of the destination only}}
  %r = lse.attention dims = [1] ins(%q, %q, %q : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%q : tensor<8x16xf32>) -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["lse.attention"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [0, 0, 4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Every tile of columns would store the same log-sum-exps.
func.func @across_values(%q: tensor<8x16xf32>, %l: tensor<8xf32>) -> (tensor<8x16xf32>, tensor<8xf32>) {
  // expected-error @below {{failed to generate tiling loops}}
  // expected-error-re @below {{{{fai.*d}} to tile operation}}
  // expected-error @below {{cannot be tiled along dimension 3, which its log-sum-exp does not have; tile those of queries only}}
  %r:2 = lse.attention dims = [1] results = [output, logsumexp] ins(%q, %q, %q : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>)
    outs(%q, %l : tensor<8x16xf32>, tensor<8xf32>) -> (tensor<8x16xf32>, tensor<8xf32>)
  return %r#0, %r#1 : tensor<8x16xf32>, tensor<8xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["lse.attention"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [0, 0, 0, 4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
