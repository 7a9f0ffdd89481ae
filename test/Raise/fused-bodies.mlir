// RUN: lse-opt %s --lse-raise --split-input-file | FileCheck %s
// RUN: lse-opt %s --lse-raise --remarks-filter=lse-raise --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARKS 
// REMARKS-COUNT-4: [Passed]
// REMARKS:         [Missed] extra-term
// REMARKS-NOT:     Missed
// REMARKS:         [Passed] logsumexp-stabilized

// What is raised may be a step in the middle of a loop's body. It becomes an input of
// what is left of that.

// A loss of log(z)^2, beside which nothing uses the logarithm.
#same = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @square
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x10xf32>
// CHECK:       %[[L:.+]] = lse.logsumexp dims = [1] stabilized ins(%[[X]] : tensor<?x10xf32>)
// CHECK:       linalg.generic {{.*}} ins(%[[L]] : tensor<?xf32>)
// CHECK-NEXT:  ^bb0(%[[IN:.+]]: f32, %{{.+}}: f32):
// CHECK-NEXT:    %[[SQUARE:.+]] = arith.mulf %[[IN]], %[[IN]] : f32
// CHECK-NEXT:    linalg.yield %[[SQUARE]]
func.func @square(%x: tensor<?x10xf32>, %i: tensor<?x10xf32>, %j: tensor<?xf32>) -> tensor<?xf32> {
  %zero = arith.constant 0.0 : f32
  %e = linalg.exp ins(%x : tensor<?x10xf32>) outs(%i : tensor<?x10xf32>) -> tensor<?x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<?x10xf32>) outs(%s0 : tensor<?xf32>) dimensions = [1]
  %r = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel"]} ins(%s : tensor<?xf32>) outs(%j : tensor<?xf32>) {
  ^bb0(%in: f32, %out: f32):
    %l = math.log %in : f32
    %q = arith.mulf %l, %l : f32
    linalg.yield %q : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}

// -----

// The division of an attention in the product with the values.
#score = affine_map<(q, k, d) -> (q, k)>
#query = affine_map<(q, k, d) -> (q, d)>
#key = affine_map<(q, k, d) -> (k, d)>
#all = affine_map<(q, k) -> (q, k)>
#rows = affine_map<(q, k) -> (q)>
#weight = affine_map<(q, d, k) -> (q, k)>
#sum = affine_map<(q, d, k) -> (q)>
#value = affine_map<(q, d, k) -> (k, d)>
#output = affine_map<(q, d, k) -> (q, d)>
// CHECK-LABEL: func @attention
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<5x8xf32>, %[[K:[a-z0-9]+]]: tensor<7x8xf32>, %[[V:[a-z0-9]+]]: tensor<7x8xf32>
// CHECK:       %[[O:.+]] = lse.attention {{.*}} ins(%[[Q]], %[[K]], %[[V]] :
// CHECK-NOT:   linalg.generic
// CHECK:       return %[[O]]
func.func @attention(%q: tensor<5x8xf32>, %k: tensor<7x8xf32>, %v: tensor<7x8xf32>) -> tensor<5x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %i = tensor.empty() : tensor<5x7xf32>
  %j = tensor.empty() : tensor<5xf32>
  %n = tensor.empty() : tensor<5x8xf32>
  %i0 = linalg.fill ins(%zero : f32) outs(%i : tensor<5x7xf32>) -> tensor<5x7xf32>
  %s = linalg.generic {indexing_maps = [#query, #key, #score], iterator_types = ["parallel", "parallel", "reduction"]} ins(%q, %k : tensor<5x8xf32>, tensor<7x8xf32>) outs(%i0 : tensor<5x7xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %0, %out : f32
    linalg.yield %1 : f32
  } -> tensor<5x7xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%j : tensor<5xf32>) -> tensor<5xf32>
  %m = linalg.reduce { arith.maximumf } ins(%s : tensor<5x7xf32>) outs(%m0 : tensor<5xf32>) dimensions = [1]
  %e = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%s, %m : tensor<5x7xf32>, tensor<5xf32>) outs(%i : tensor<5x7xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %0 = arith.subf %in, %max : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<5x7xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%j : tensor<5xf32>) -> tensor<5xf32>
  %z = linalg.reduce { arith.addf } ins(%e : tensor<5x7xf32>) outs(%z0 : tensor<5xf32>) dimensions = [1]
  %o0 = linalg.fill ins(%zero : f32) outs(%n : tensor<5x8xf32>) -> tensor<5x8xf32>
  %o = linalg.generic {indexing_maps = [#weight, #sum, #value, #output], iterator_types = ["parallel", "parallel", "reduction"]} ins(%e, %z, %v : tensor<5x7xf32>, tensor<5xf32>, tensor<7x8xf32>) outs(%o0 : tensor<5x8xf32>) {
  ^bb0(%in: f32, %by: f32, %b: f32, %out: f32):
    %0 = arith.divf %in, %by : f32
    %1 = arith.mulf %0, %b : f32
    %2 = arith.addf %1, %out : f32
    linalg.yield %2 : f32
  } -> tensor<5x8xf32>
  return %o : tensor<5x8xf32>
}

// -----

// A divergence whose only loop has both exponentials and differences of logarithms.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @divergence
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[Y:[a-z0-9]+]]: tensor<4x10xf32>
// CHECK:       lse.kl_divergence dims = [1] ins(%[[X]], %[[Y]] : tensor<4x10xf32>, tensor<4x10xf32>)
func.func @divergence(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %a = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %b = func.call @log_softmax(%y) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#all, #all, #rows], iterator_types = ["parallel", "reduction"]} ins(%a, %b : tensor<4x10xf32>, tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) {
  ^bb0(%q: f32, %t: f32, %out: f32):
    %0 = math.exp %t : f32
    %1 = arith.subf %t, %q : f32
    %2 = arith.mulf %0, %1 : f32
    %3 = arith.addf %out, %2 : f32
    linalg.yield %3 : f32
  } -> tensor<4xf32>
  return %s : tensor<4xf32>
}
func.func private @log_softmax(%x: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %log = math.log %s : tensor<4xf32>
  %lb = linalg.broadcast ins(%log : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.subf %d, %lb : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

// A step beside others that no exponential is part of, and
// positions: they stay where they are.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @beside_positions
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
// CHECK:       %[[P:.+]] = lse.softmax dims = [1] stabilized ins(%[[X]] : tensor<4x10xf32>)
// CHECK:       linalg.generic {{.*}} ins(%[[P]] : tensor<4x10xf32>)
// CHECK-NEXT:  ^bb0(%[[IN:.+]]: f32, %{{.+}}: f32):
// CHECK-NEXT:    %[[J:.+]] = linalg.index 1
// CHECK-NEXT:    %[[I:.+]] = linalg.index 0
// CHECK-NEXT:    %[[LATER:.+]] = arith.cmpi ugt, %[[J]], %[[I]]
// CHECK-NEXT:    %[[KEPT:.+]] = arith.select %[[LATER]], %{{.+}}, %[[IN]]
// CHECK-NEXT:    linalg.yield %[[KEPT]]
func.func @beside_positions(%x: tensor<4x10xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %half = arith.constant 0.5 : f32
  %e = linalg.exp ins(%x : tensor<4x10xf32>) outs(%i : tensor<4x10xf32>) -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  %r = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %s : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %column = linalg.index 1 : index
    %row = linalg.index 0 : index
    %is_later = arith.cmpi ugt, %column, %row : index
    %p = arith.divf %in, %sum : f32
    %kept = arith.select %is_later, %half, %p : f32
    linalg.yield %kept : f32
  } -> tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// -----

// Where nothing is raised, nothing changes.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @unchanged
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
// CHECK-NEXT:  arith.constant
// CHECK-NEXT:  arith.constant
// CHECK-NEXT:  %[[E:.+]] = linalg.exp ins(%[[X]] :
// CHECK-NEXT:  linalg.fill
// CHECK-NEXT:  %[[S:.+]] = linalg.reduce
// CHECK-NEXT:  %[[R:.+]] = linalg.generic {{.*}} ins(%[[E]], %[[S]] : tensor<4x10xf32>, tensor<4xf32>) outs(%{{.+}} : tensor<4x10xf32>) attrs = {tag = "mine"} {
// CHECK-NEXT:  ^bb0(%[[IN:.+]]: f32, %[[SUM:.+]]: f32, %{{.+}}: f32):
// CHECK-NEXT:    %[[MORE:.+]] = arith.maximumf %[[SUM]], %{{.+}} : f32
// CHECK-NEXT:    %[[P:.+]] = arith.divf %[[IN]], %[[MORE]] : f32
// CHECK-NEXT:    %[[Q:.+]] = arith.mulf %[[P]], %[[P]] : f32
// CHECK-NEXT:    linalg.yield %[[Q]] : f32
// CHECK:       return %[[R]]
func.func @unchanged(%x: tensor<4x10xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %epsilon = arith.constant 1.0e-05 : f32
  %e = linalg.exp ins(%x : tensor<4x10xf32>) outs(%i : tensor<4x10xf32>) -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  %r = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %s : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) attrs = {tag = "mine"} {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %more = arith.maximumf %sum, %epsilon : f32
    %p = arith.divf %in, %more : f32
    %q = arith.mulf %p, %p : f32
    linalg.yield %q : f32
  } -> tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// -----

// An input that is not read may be what tells how long a loop is.
#pairs = affine_map<(d0, d1) -> (d0, d1)>
#first = affine_map<(d0, d1) -> (d0)>
#none = affine_map<(d0, d1) -> ()>
// CHECK-LABEL: func @extent_of_a_loop
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[SHAPE:[a-z0-9]+]]: tensor<4x3xf32>
// CHECK:       %[[L:.+]] = lse.logsumexp dims = [1] stabilized ins(%[[X]] : tensor<4x10xf32>)
// CHECK:       linalg.generic {{.*}} ins(%[[L]], %[[SHAPE]] : tensor<4xf32>, tensor<4x3xf32>)
func.func @extent_of_a_loop(%x: tensor<4x10xf32>, %shape: tensor<4x3xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>, %k: tensor<f32>) -> tensor<f32> {
  %zero = arith.constant 0.0 : f32
  %e = linalg.exp ins(%x : tensor<4x10xf32>) outs(%i : tensor<4x10xf32>) -> tensor<4x10xf32>
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) dimensions = [1]
  %t0 = linalg.fill ins(%zero : f32) outs(%k : tensor<f32>) -> tensor<f32>
  %r = linalg.generic {indexing_maps = [#first, #pairs, #none], iterator_types = ["reduction", "reduction"]} ins(%s, %shape : tensor<4xf32>, tensor<4x3xf32>) outs(%t0 : tensor<f32>) {
  ^bb0(%in: f32, %unread: f32, %out: f32):
    %l = math.log %in : f32
    %q = arith.mulf %l, %l : f32
    %0 = arith.addf %out, %q : f32
    linalg.yield %0 : f32
  } -> tensor<f32>
  return %r : tensor<f32>
}
