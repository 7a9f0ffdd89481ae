// RUN: lse-opt %s --split-input-file --lse-prepare-kernels --cse --canonicalize | FileCheck %s
// RUN: lse-opt %s --split-input-file --lse-decompose | FileCheck %s --check-prefix=ALL

// What the kernel of a loss does not cover, such as accurate numerics, is made of what
// has kernels, and is decomposed where those are not wanted either.
// ALL-NOT: lse.

// The logits are read where they are, the targets are computed once.
// CHECK-LABEL: func @cross_entropy
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[LABELS:[a-z0-9]+]]: tensor<4xi64>, %[[OUT:[a-z0-9]+]]: tensor<4xf32>
func.func @cross_entropy(%x: tensor<4x10xf32>, %labels: tensor<4xi64>, %out: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK:      %[[Y:.+]] = linalg.generic {{.*}} ins(%[[X]], %[[LABELS]]
  // CHECK:        linalg.index 1
  // CHECK:        arith.cmpi eq
  // CHECK:      %[[L:.+]] = lse.log_softmax dims = [1] row_death = zero numerics = accurate ins(%[[X]] : tensor<4x10xf32>)
  // CHECK:      %[[SUM:.+]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[L]], %[[Y]]
  // CHECK:        arith.mulf
  // CHECK:        arith.negf
  // CHECK:        arith.select
  // CHECK:        arith.addf {{.*}} : f64
  // CHECK-NOT:  lse.
  %loss = lse.cross_entropy dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>]
    row_death = zero numerics = accurate
    ins(%x, %labels : tensor<4x10xf32>, tensor<4xi64>) outs(%out : tensor<4xf32>) logits {
  ^bb0(%in: f32, %label: i64):
    %class = lse.index 1
    %number = arith.index_cast %class : index to i64
    %is_label = arith.cmpi eq, %number, %label : i64
    %target = arith.uitofp %is_label : i1 to f32
    lse.yield %in, %target : f32, f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
}

// -----

// The teacher's probabilities and their logarithms come from one operation, and so do
// all results of the student's logits.
// CHECK-LABEL: func @kl_divergence
// CHECK-SAME:    %[[Z:[a-z0-9]+]]: tensor<4x10xf32>, %[[T:[a-z0-9]+]]: tensor<4x10xf32>
func.func @kl_divergence(%z: tensor<4x10xf32>, %t: tensor<4x10xf32>, %out: tensor<4xf32>, %lse: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-DAG: %[[Q:.+]]:2 = lse.log_softmax dims = [1] results = [log_probabilities, logsumexp] numerics = accurate ins(%[[Z]]
  // CHECK-DAG: %[[P:.+]]:2 = lse.log_softmax dims = [1] results = [log_probabilities, probabilities] numerics = accurate ins(%[[T]]
  // CHECK:     linalg.generic {{.*}} ins(%[[P]]#1, %[[P]]#0, %[[Q]]#0
  // CHECK-NOT: lse.
  %r:2 = lse.kl_divergence dims = [1] results = [loss, logsumexp] numerics = accurate
    ins(%z, %t : tensor<4x10xf32>, tensor<4x10xf32>) outs(%out, %lse : tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return %r#0, %r#1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// An argmax alone beside a gradient needs an operation to belong to.
// CHECK-LABEL: func @cross_entropy_grad
func.func @cross_entropy_grad(%z: tensor<4x10xf16>, %y: tensor<4x10xf32>, %out: tensor<4x10xf16>, %i: tensor<4xi32>) -> (tensor<4x10xf16>, tensor<4xi32>) {
  // CHECK:     lse.softmax dims = [1] ins({{.*}}xf32>) outs({{.*}}xf32>)
  // CHECK-NOT: lse.
  %r:2 = lse.cross_entropy_grad dims = [1] results = [gradient, argmax]
    ins(%z, %y : tensor<4x10xf16>, tensor<4x10xf32>) outs(%out, %i : tensor<4x10xf16>, tensor<4xi32>) -> (tensor<4x10xf16>, tensor<4xi32>)
  return %r#0, %r#1 : tensor<4x10xf16>, tensor<4xi32>
}

// -----

// A loss beside its gradient is what it is alone.
// CHECK-LABEL: func @loss_and_gradient
// CHECK-SAME:    %[[Z:[a-z0-9]+]]: tensor<4x10xf32>, %[[Y:[a-z0-9]+]]: tensor<4x10xf32>, %[[OUT:[a-z0-9]+]]: tensor<4x10xf32>, %[[LOSS:[a-z0-9]+]]: tensor<4xf16>
func.func @loss_and_gradient(%z: tensor<4x10xf32>, %y: tensor<4x10xf32>, %out: tensor<4x10xf32>, %loss: tensor<4xf16>) -> (tensor<4xf16>, tensor<4x10xf32>, tensor<4xf32>) {
  // CHECK:     %[[L:.+]]:3 = lse.log_softmax dims = [1] results = [log_probabilities, probabilities, logsumexp] row_death = zero numerics = accurate ins(%[[Z]]
  // CHECK:     linalg.generic {{.*}} ins(%[[L]]#0, %[[Y]]
  // CHECK:     %[[R:.+]] = linalg.generic {{.*}} outs(%[[LOSS]] : tensor<4xf16>)
  // CHECK:     %[[G:.+]] = linalg.generic {{.*}} ins(%[[L]]#1, %[[Y]], %{{.+}} : {{.+}}) outs(%[[OUT]]
  // CHECK:     return %[[R]], %[[G]], %[[L]]#2
  %l = tensor.empty() : tensor<4xf32>
  %r:3 = lse.cross_entropy_grad dims = [1] results = [loss, gradient, logsumexp] row_death = zero numerics = accurate
    ins(%z, %y : tensor<4x10xf32>, tensor<4x10xf32>) outs(%loss, %out, %l : tensor<4xf16>, tensor<4x10xf32>, tensor<4xf32>) -> (tensor<4xf16>, tensor<4x10xf32>, tensor<4xf32>)
  return %r#0, %r#1, %r#2 : tensor<4xf16>, tensor<4x10xf32>, tensor<4xf32>
}

// -----

// (p sum t - t) w + p (v lse), where a product is 0 if the sum or v is.
// CHECK-LABEL: func @z_weight
// CHECK-SAME:    %[[Z:[a-z0-9]+]]: tensor<4x10xf32>, %[[Y:[a-z0-9]+]]: tensor<4x10xf32>, %[[OUT:[a-z0-9]+]]: tensor<4x10xf32>
func.func @z_weight(%z: tensor<4x10xf32>, %y: tensor<4x10xf32>, %out: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK:      %[[R:.+]]:2 = lse.softmax dims = [1] results = [probabilities, logsumexp] row_death = zero numerics = accurate ins(%[[Z]]
  // CHECK:      linalg.generic {{.*}} ins(%[[R]]#0, %[[Y]], %{{.+}}, %{{.+}}, %{{.+}}, %[[R]]#1 : {{.+}}) outs(%[[OUT]]
  // CHECK-NEXT: ^bb0(%[[P_I:.+]]: f32, %[[T:.+]]: f32, %[[SUM:.+]]: f32, %[[W:.+]]: f32, %[[V:.+]]: f32, %[[LSE:.+]]: f32, %{{.+}}: f32):
  // CHECK:        %[[PRODUCT:.+]] = arith.mulf %[[P_I]], %[[SUM]]
  // CHECK:        %[[KEPT:.+]] = arith.select %{{.+}}, %{{.+}}, %[[PRODUCT]]
  // CHECK:        %[[DIFFERENCE:.+]] = arith.subf %[[KEPT]], %[[T]]
  // CHECK:        %[[WEIGHTED:.+]] = arith.mulf %[[DIFFERENCE]], %[[W]]
  // CHECK:        %[[SCALED:.+]] = arith.mulf %[[V]], %[[LSE]]
  // CHECK:        %[[SQUARE:.+]] = arith.mulf %[[P_I]], %[[SCALED]]
  // CHECK:        %[[KEPT_SQUARE:.+]] = arith.select %{{.+}}, %{{.+}}, %[[SQUARE]]
  // CHECK:        arith.addf %[[WEIGHTED]], %[[KEPT_SQUARE]]
  %r = lse.cross_entropy_grad dims = [1] row_death = zero numerics = accurate
    ins(%z, %y : tensor<4x10xf32>, tensor<4x10xf32>) outs(%out : tensor<4x10xf32>) logits {
  ^bb0(%a: f32, %t: f32):
    %w = arith.constant 2.0 : f32
    %v = arith.constant 3.0 : f32
    lse.yield %a, %t, %w, %v : f32, f32, f32, f32
  } -> tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// -----

// CHECK-LABEL: func @gradients
func.func @gradients(%p: tensor<?x10xf32>, %g: tensor<?x10xf32>, %out: tensor<?x10xf32>) -> (tensor<?x10xf32>, tensor<?x10xf32>) {
  // CHECK:     arith.mulf
  // CHECK:     arith.subf
  // CHECK:     arith.mulf
  // CHECK:     arith.mulf
  // CHECK:     arith.subf
  // CHECK-NOT: lse.
  %0 = lse.softmax_grad dims = [1] numerics = accurate ins(%p, %g : tensor<?x10xf32>, tensor<?x10xf32>) outs(%out : tensor<?x10xf32>) -> tensor<?x10xf32>
  %1 = lse.log_softmax_grad dims = [1] numerics = accurate ins(%p, %g : tensor<?x10xf32>, tensor<?x10xf32>) outs(%out : tensor<?x10xf32>) -> tensor<?x10xf32>
  return %0, %1 : tensor<?x10xf32>, tensor<?x10xf32>
}

// -----

// From logits, the probabilities have a kernel.
// CHECK-LABEL: func @gradients_from_logits
// CHECK-SAME:    %[[Z:[a-z0-9]+]]: tensor<?x10xf32>, %[[G:[a-z0-9]+]]: tensor<?x10xf32>
func.func @gradients_from_logits(%z: tensor<?x10xf32>, %g: tensor<?x10xf32>, %out: tensor<?x10xf32>) -> (tensor<?x10xf32>, tensor<?x10xf32>) {
  // CHECK:     %[[P:.+]] = lse.softmax dims = [1] row_death = zero numerics = accurate stabilized ins(%[[Z]]
  // CHECK:     linalg.generic {{.*}} ins(%[[P]], %[[G]]
  // CHECK:     %[[Q:.+]] = lse.softmax dims = [1] numerics = accurate ins(%[[Z]]
  // CHECK:     linalg.generic {{.*}} ins(%[[Q]], %[[G]]
  // CHECK-NOT: lse.
  %0 = lse.softmax_grad dims = [1] row_death = zero numerics = accurate stabilized from_logits ins(%z, %g : tensor<?x10xf32>, tensor<?x10xf32>) outs(%out : tensor<?x10xf32>) -> tensor<?x10xf32>
  %1 = lse.log_softmax_grad dims = [1] numerics = accurate from_logits ins(%z, %g : tensor<?x10xf32>, tensor<?x10xf32>) outs(%out : tensor<?x10xf32>) -> tensor<?x10xf32>
  return %0, %1 : tensor<?x10xf32>, tensor<?x10xf32>
}

// -----

// Neither exponential overflows, and a weight of 0 counts as 0.
// CHECK-LABEL: func @binary_cross_entropy
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[W:[a-z0-9]+]]: tensor<4x10xf32>, %[[V:[a-z0-9]+]]: tensor<4x10xf32>
func.func @binary_cross_entropy(%x: tensor<4x10xf32>, %w: tensor<4x10xf32>, %v: tensor<4x10xf32>, %out: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK:      linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[X]], %[[W]], %[[V]]
  // CHECK:      ^bb0(%[[Z:.+]]: f32, %[[A:.+]]: f32, %[[B:.+]]: f32, %[[SUM:.+]]: f64):
  // CHECK-DAG:    %[[ABS:.+]] = math.absf %[[Z]]
  // CHECK-DAG:    %[[NABS:.+]] = arith.negf %[[ABS]]
  // CHECK-DAG:    %[[E:.+]] = math.exp %[[NABS]]
  // CHECK-DAG:    %[[L:.+]] = math.log1p %[[E]]
  // CHECK-DAG:    %[[N:.+]] = arith.negf %[[Z]]
  // CHECK-DAG:    %[[M1:.+]] = arith.maximumf %[[N]], %{{.+}}
  // CHECK-DAG:    %[[L1:.+]] = arith.addf %[[M1]], %[[L]]
  // CHECK-DAG:    %[[P1:.+]] = arith.mulf %[[A]], %[[L1]]
  // CHECK-DAG:    %[[M0:.+]] = arith.maximumf %[[Z]], %{{.+}}
  // CHECK-DAG:    %[[L0:.+]] = arith.addf %[[M0]], %[[L]]
  // CHECK-DAG:    %[[P0:.+]] = arith.mulf %[[B]], %[[L0]]
  // CHECK-NOT:  lse.
  %r = lse.binary_cross_entropy dims = [1] numerics = accurate ins(%x, %w, %v : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4x10xf32>) outs(%out : tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

// Bisection in f64, whatever the type of the logits is.
// CHECK-LABEL: func @sparsemax
func.func @sparsemax(%x: tensor<4x10xf16>, %out: tensor<4x10xf16>) -> tensor<4x10xf16> {
  // CHECK:      %[[ENOUGH:.+]] = arith.constant 60 : index
  // CHECK:      scf.for {{.*}} to %[[ENOUGH]] {{.*}} -> (tensor<4xf64>, tensor<4xf64>)
  // CHECK:        arith.cmpf oge
  // CHECK:      arith.truncf %{{.+}} : f64 to f16
  // CHECK-NOT:  lse.
  %r = lse.sparsemax dims = [1] ins(%x : tensor<4x10xf16>) outs(%out : tensor<4x10xf16>) -> tensor<4x10xf16>
  return %r : tensor<4x10xf16>
}

// -----

// A square for 1.5, a power for what has no shorter form.
// CHECK-LABEL: func @entmax
func.func @entmax(%x: tensor<4x10xf32>, %out: tensor<4x10xf32>) -> (tensor<4x10xf32>, tensor<4x10xf32>) {
  // CHECK-NOT:  math.powf
  // CHECK:      scf.for
  // CHECK:      %[[U:.+]] = arith.maximumf
  // CHECK:      arith.mulf %[[U]], %[[U]] : f64
  // CHECK:      scf.for
  // CHECK:      math.powf
  // CHECK-NOT:  lse.
  %p = lse.entmax dims = [1] ins(%x : tensor<4x10xf32>) outs(%out : tensor<4x10xf32>) {alpha = 1.5} -> tensor<4x10xf32>
  %q = lse.entmax dims = [1] ins(%x : tensor<4x10xf32>) outs(%out : tensor<4x10xf32>) {alpha = 1.25} -> tensor<4x10xf32>
  return %p, %q : tensor<4x10xf32>, tensor<4x10xf32>
}
