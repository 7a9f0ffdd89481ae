// RUN: lse-opt %s --lse-prepare-kernels --remarks-filter=lse-prepare-kernels --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func @has_a_kernel
func.func @has_a_kernel(%x: tensor<2x3x?xf32>, %b: tensor<?xf32>, %t: f32, %out: tensor<2x3x?xf32>) -> tensor<2x3x?xf32> {
  // CHECK-NOT: linalg
  // CHECK:     lse.softmax
  %p = lse.softmax dims = [2]
    indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> ()>,
                     affine_map<(d0, d1, d2) -> (d0, d1, d2)>]
    ins(%x, %b, %t : tensor<2x3x?xf32>, tensor<?xf32>, f32) outs(%out : tensor<2x3x?xf32>) logits {
  ^bb0(%in: f32, %bias: f32, %scale: f32):
    %c = arith.constant 2.0 : f32
    %0 = arith.divf %in, %scale : f32
    %1 = arith.mulf %0, %c : f32
    %2 = arith.subf %1, %bias : f32
    %3 = arith.negf %2 : f32
    lse.yield %3 : f32
  } -> tensor<2x3x?xf32>
  return %p : tensor<2x3x?xf32>
}

// -----

// Masks are part of a kernel, whatever they are made of.
// CHECK-LABEL: func @mask
func.func @mask(%x: tensor<?x8xf32>, %m: tensor<8xi1>, %length: tensor<i32>, %out: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK-NOT: linalg
  // CHECK:     lse.softmax
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> ()>, affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x, %m, %length : tensor<?x8xf32>, tensor<8xi1>, tensor<i32>) outs(%out : tensor<?x8xf32>) logits {
  ^bb0(%in: f32, %keep: i1, %n: i32):
    %masked = arith.constant 0xFF800000 : f32
    %one = arith.constant 1 : i32
    %cap = arith.constant 30.0 : f32
    %i = lse.index 1
    %i32 = arith.index_cast %i : index to i32
    %next = arith.addi %i32, %one : i32
    %inside = arith.cmpi sle, %next, %n : i32
    %both = arith.andi %inside, %keep : i1
    %small = arith.divf %in, %cap : f32
    %tanh = math.tanh %small : f32
    %capped = arith.mulf %tanh, %cap : f32
    %0 = arith.select %both, %capped, %masked : f32
    lse.yield %0 : f32
  } -> tensor<?x8xf32>
  return %p : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func @bytes
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x8xf32>, %[[MASK:[a-z0-9]+]]: tensor<8xi8>, %[[OUT:[a-z0-9]+]]: tensor<?x8xf32>
func.func @bytes(%x: tensor<?x8xf32>, %m: tensor<8xi8>, %out: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: %[[LOGITS:.+]] = linalg.generic {{.*}} ins(%[[X]], %[[MASK]]
  // CHECK:   arith.select
  // CHECK: lse.softmax dims = [1] row_death = zero stabilized ins(%[[LOGITS]] : tensor<?x8xf32>) outs(%[[LOGITS]] : tensor<?x8xf32>) ->
  // expected-remark @below {{Reason="lse.softmax: a kernel reads f16, bf16, f32, f64, i1, i32 and i64 only"}}
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>]
    row_death = zero stabilized
    ins(%x, %m : tensor<?x8xf32>, tensor<8xi8>) outs(%out : tensor<?x8xf32>) logits {
  ^bb0(%in: f32, %byte: i8):
    %masked = arith.constant 0xFF800000 : f32
    %zero = arith.constant 0 : i8
    %keep = arith.cmpi ne, %byte, %zero : i8
    %0 = arith.select %keep, %in, %masked : f32
    lse.yield %0 : f32
  } -> tensor<?x8xf32>
  return %p : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func @unknown_operation
func.func @unknown_operation(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: math.sin
  // CHECK: lse.softmax
  // expected-remark @below {{Reason="lse.softmax: a kernel cannot compute 'math.sin'"}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    %0 = math.sin %in : f32
    lse.yield %0 : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// Every axis, type and result has a kernel.
// CHECK-LABEL: func @other_axes
func.func @other_axes(%x: tensor<4x8x2xf32>, %out: tensor<4x8x2xf32>) -> tensor<4x8x2xf32> {
  // CHECK-NOT: linalg
  // CHECK:     lse.softmax dims = [0, 2]
  %p = lse.softmax dims = [0, 2] ins(%x : tensor<4x8x2xf32>) outs(%out : tensor<4x8x2xf32>) -> tensor<4x8x2xf32>
  return %p : tensor<4x8x2xf32>
}

// CHECK-LABEL: func @other_types
func.func @other_types(%x: tensor<4x8xbf16>, %b: tensor<8xf16>, %out: tensor<4x8xf16>, %l: tensor<4xf64>) -> (tensor<4x8xf16>, tensor<4xf64>) {
  // CHECK-NOT: linalg
  // CHECK:     lse.log_softmax dims = [1] results = [log_probabilities, logsumexp]
  %0:2 = lse.log_softmax dims = [1] results = [log_probabilities, logsumexp]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>,
                     affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>]
    ins(%x, %b : tensor<4x8xbf16>, tensor<8xf16>) outs(%out, %l : tensor<4x8xf16>, tensor<4xf64>) logits {
  ^bb0(%in: bf16, %bias: f16):
    %0 = arith.extf %in : bf16 to f32
    %1 = arith.extf %bias : f16 to f32
    %2 = arith.maximumf %0, %1 : f32
    lse.yield %2 : f32
  } -> (tensor<4x8xf16>, tensor<4xf64>)
  return %0#0, %0#1 : tensor<4x8xf16>, tensor<4xf64>
}

// -----

// CHECK-LABEL: func @unknown_type
func.func @unknown_type(%x: tensor<4x8xf80>, %out: tensor<4x8xf80>) -> tensor<4x8xf80> {
  // CHECK-NOT: lse.softmax
  // expected-remark @below {{[Missed] decomposed | Category:lse-prepare-kernels | Reason="lse.softmax: kernels compute in f32 and f64 only"}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf80>) outs(%out : tensor<4x8xf80>) -> tensor<4x8xf80>
  return %p : tensor<4x8xf80>
}

// -----

// A conversion that rounds is not left out.
// CHECK-LABEL: func @narrowed_logit
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>
func.func @narrowed_logit(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: %[[LOGITS:.+]] = linalg.generic {{.*}} ins(%[[X]]
  // CHECK:   arith.truncf
  // CHECK: lse.softmax dims = [1] ins(%[[LOGITS]] : tensor<4x8xf32>) outs(%[[LOGITS]] : tensor<4x8xf32>)
  // expected-remark @below {{Reason="lse.softmax: a kernel cannot compute 'arith.truncf'"}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    %0 = arith.truncf %in : f32 to f16
    lse.yield %0 : f16
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// CHECK-LABEL: func @two_types
func.func @two_types(%x: tensor<4x8xf32>, %out: tensor<4x8xf64>) -> tensor<4x8xf64> {
  // expected-remark @below {{Reason="lse.softmax: a part of the logit is computed in another type than the logit"}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf64>) logits {
  ^bb0(%in: f32):
    %0 = arith.addf %in, %in : f32
    %1 = arith.extf %0 : f32 to f64
    lse.yield %1 : f64
  } -> tensor<4x8xf64>
  return %p : tensor<4x8xf64>
}

// -----

// The argmax is computed beside a kernel for the rest.
// CHECK-LABEL: func @argmax
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>, %[[L:[a-z0-9]+]]: tensor<4xf32>, %[[I:[a-z0-9]+]]: tensor<4xi64>
func.func @argmax(%x: tensor<4x8xf32>, %l: tensor<4xf32>, %i: tensor<4xi64>) -> (tensor<4xi64>, tensor<4xf32>) {
  // CHECK:     arith.cmpf
  // CHECK-NOT: math.exp
  // CHECK:     %[[INDEX:.+]] = linalg.generic {{.*}} outs(%[[I]]
  // CHECK:     %[[LSE:.+]] = lse.logsumexp dims = [1] row_death = zero ins(%[[X]] : tensor<4x8xf32>) outs(%[[L]] : tensor<4xf32>)
  // CHECK:     return %[[INDEX]], %[[LSE]]
  %0:2 = lse.logsumexp dims = [1] results = [argmax, logsumexp] row_death = zero
    ins(%x : tensor<4x8xf32>) outs(%i, %l : tensor<4xi64>, tensor<4xf32>) -> (tensor<4xi64>, tensor<4xf32>)
  return %0#0, %0#1 : tensor<4xi64>, tensor<4xf32>
}

// -----

// CHECK-LABEL: func @accurate
func.func @accurate(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: lse.softmax dims = [1] numerics = accurate
  %p = lse.softmax dims = [1] numerics = accurate ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// CHECK-LABEL: func @accurate_decomposed
func.func @accurate_decomposed(%x: tensor<4x8xf128>, %out: tensor<4x8xf128>) -> tensor<4x8xf128> {
  // CHECK-NOT: lse.softmax
  // expected-remark @below {{Reason="lse.softmax: kernels compute in f32 and f64 only"}}
  // expected-warning @below {{is not accurate: no kernel covers it (kernels compute in f32 and f64 only), and what it is decomposed into has standard numerics}}
  %p = lse.softmax dims = [1] numerics = accurate ins(%x : tensor<4x8xf128>) outs(%out : tensor<4x8xf128>) -> tensor<4x8xf128>
  return %p : tensor<4x8xf128>
}

// -----

func.func @bufferized_too_early(%x: memref<4x8xf32>, %i: memref<4xi64>, %l: memref<4xf32>) {
  // expected-remark @below {{kernels yield no argmax}}
  // expected-error @below {{has no kernel (kernels yield no argmax) and is not on tensors, so that it cannot be decomposed; run lse-prepare-kernels before bufferization}}
  lse.logsumexp dims = [1] results = [logsumexp, argmax] ins(%x : memref<4x8xf32>) outs(%l, %i : memref<4xf32>, memref<4xi64>)
  return
}

// -----

// Different results of the same rows are one kernel's, whatever is in between.
// CHECK-LABEL: func @same_rows
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x?xf32>, %[[Y:[a-z0-9]+]]: tensor<4x?xf32>
func.func @same_rows(%x: tensor<4x?xf32>, %y: tensor<4x?xf32>) -> (tensor<4x?xf32>, tensor<4x?xf32>, tensor<4xf32>, tensor<4x?xf32>) {
  // CHECK:     %[[R:.+]]:3 = lse.softmax dims = [1] results = [probabilities, log_probabilities, logsumexp] stabilized ins(%[[X]] : tensor<4x?xf32>)
  // CHECK-NOT: lse.log
  // CHECK:     %[[E:.+]] = math.exp %[[R]]#0
  // CHECK-NOT: lse.log
  // CHECK:     %[[Q:.+]] = lse.softmax dims = [1] ins(%[[Y]] : tensor<4x?xf32>)
  // CHECK:     return %[[E]], %[[R]]#1, %[[R]]#2, %[[Q]]
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<4x?xf32>
  %p0 = tensor.empty(%n) : tensor<4x?xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<4x?xf32>) outs(%p0 : tensor<4x?xf32>) -> tensor<4x?xf32>
  %e = math.exp %p : tensor<4x?xf32>
  %m = tensor.dim %x, %c1 : tensor<4x?xf32>
  %l0 = tensor.empty(%m) : tensor<4x?xf32>
  %l = lse.log_softmax dims = [1] stabilized ins(%x : tensor<4x?xf32>) outs(%l0 : tensor<4x?xf32>) -> tensor<4x?xf32>
  %z0 = tensor.empty() : tensor<4xf32>
  %z = lse.logsumexp dims = [1] ins(%x : tensor<4x?xf32>) outs(%z0 : tensor<4xf32>) -> tensor<4xf32>
  %q = lse.softmax dims = [1] ins(%y : tensor<4x?xf32>) outs(%p0 : tensor<4x?xf32>) -> tensor<4x?xf32>
  return %e, %l, %z, %q : tensor<4x?xf32>, tensor<4x?xf32>, tensor<4xf32>, tensor<4x?xf32>
}

// -----

// Not the same rows: another dimension, another answer for dead rows, other
// logits; and not in time: a destination that is made from the first result.
// CHECK-LABEL: func @other_rows
func.func @other_rows(%x: tensor<4x4xf32>, %o: tensor<4x4xf32>, %r: tensor<4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>) {
  // CHECK:     lse.softmax dims = [1] ins
  // CHECK:     lse.log_softmax dims = [0]
  // CHECK:     lse.log_softmax dims = [1] row_death = zero
  // CHECK:     lse.log_softmax dims = [1] ins
  // CHECK:     lse.logsumexp dims = [1]
  // CHECK:       arith.negf
  %p = lse.softmax dims = [1] ins(%x : tensor<4x4xf32>) outs(%o : tensor<4x4xf32>) -> tensor<4x4xf32>
  %a = lse.log_softmax dims = [0] ins(%x : tensor<4x4xf32>) outs(%o : tensor<4x4xf32>) -> tensor<4x4xf32>
  %b = lse.log_softmax dims = [1] row_death = zero ins(%x : tensor<4x4xf32>) outs(%o : tensor<4x4xf32>) -> tensor<4x4xf32>
  %c = lse.log_softmax dims = [1] ins(%x : tensor<4x4xf32>) outs(%p : tensor<4x4xf32>) -> tensor<4x4xf32>
  // Other logits of the same input.
  %l = lse.logsumexp dims = [1] ins(%x : tensor<4x4xf32>) outs(%r : tensor<4xf32>) logits {
  ^bb0(%in: f32):
    %n = arith.negf %in : f32
    lse.yield %n : f32
  } -> tensor<4xf32>
  return %p, %a, %b, %c, %l : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>
}

// -----

// What has no kernel does not take it from the rest.
// CHECK-LABEL: func @no_kernel_to_share
// CHECK:         lse.softmax dims = [1] ins
func.func @no_kernel_to_share(%x: tensor<4x4xf32>, %o: tensor<4x4xf32>, %r: tensor<4xf80>) -> (tensor<4x4xf32>, tensor<4xf80>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x4xf32>) outs(%o : tensor<4x4xf32>) -> tensor<4x4xf32>
  // expected-remark @below {{kernels write f16, bf16, f32 and f64 only}}
  %l = lse.logsumexp dims = [1] ins(%x : tensor<4x4xf32>) outs(%r : tensor<4xf80>) -> tensor<4xf80>
  return %p, %l : tensor<4x4xf32>, tensor<4xf80>
}

// -----

// An attention has a kernel of its own, whatever its region does with positions.
// CHECK-LABEL: func @attention
func.func @attention(%q: tensor<2x8x4xbf16>, %k: tensor<2x6x4xbf16>, %v: tensor<2x6x5xbf16>, %o: tensor<2x8x5xbf16>) -> tensor<2x8x5xbf16> {
  // CHECK-NOT: linalg
  // CHECK:     lse.attention
  %r = lse.attention dims = [2] ins(%q, %k, %v : tensor<2x8x4xbf16>, tensor<2x6x4xbf16>, tensor<2x6x5xbf16>) outs(%o : tensor<2x8x5xbf16>) logits {
  ^bb0(%score: f32):
    %minus_infinity = arith.constant 0xFF800000 : f32
    %i = lse.index 1
    %j = lse.index 2
    %is_seen = arith.cmpi sle, %j, %i : index
    %z = arith.select %is_seen, %score, %minus_infinity : f32
    lse.yield %z : f32
  } -> tensor<2x8x5xbf16>
  return %r : tensor<2x8x5xbf16>
}

// -----

// What its kernel does not cover is expanded, and the softmax in it prepared.
// CHECK-LABEL: func @attention_without_kernel
func.func @attention_without_kernel(%q: tensor<8x4xf32>, %k: tensor<2x3x4xf32>, %v: tensor<2x3x5xf32>, %o: tensor<8x5xf32>) -> tensor<8x5xf32> {
  // CHECK:     linalg.generic
  // CHECK:     math.sin
  // CHECK:     lse.softmax dims = [1, 2] ins(
  // CHECK:     linalg.generic
  // expected-remark @below {{Reason="lse.attention: the kernel of an attention has one dimension of keys, one of scores and one of values"}}
  // expected-remark @below {{Reason="lse.softmax: a kernel cannot compute 'math.sin'"}}
  %r = lse.attention dims = [1, 2]
    indexing_maps = [affine_map<(i, j, l, d, n) -> (i, d)>, affine_map<(i, j, l, d, n) -> (j, l, d)>,
                     affine_map<(i, j, l, d, n) -> (j, l, n)>, affine_map<(i, j, l, d, n) -> (i, n)>]
    ins(%q, %k, %v : tensor<8x4xf32>, tensor<2x3x4xf32>, tensor<2x3x5xf32>) outs(%o : tensor<8x5xf32>) logits {
  ^bb0(%score: f32):
    %z = math.sin %score : f32
    lse.yield %z : f32
  } -> tensor<8x5xf32>
  return %r : tensor<8x5xf32>
}

// -----

// Losses and gradients have kernels, that of a cross-entropy for the log-sum-exp, too.
// Other results of the logits have one of their own.
// CHECK-LABEL: func @losses
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[Y:[a-z0-9]+]]: tensor<4x10xf32>
func.func @losses(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>, %out: tensor<4xf32>, %each: tensor<4x10xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4x10xf32>, tensor<4x10xf32>) {
  // CHECK-NOT: linalg
  // CHECK:     %[[LOSS:.+]]:2 = lse.cross_entropy dims = [1] results = [loss, logsumexp] ins(%[[X]], %[[Y]] :
  // CHECK:     %[[P:.+]] = lse.softmax dims = [1] ins(%[[X]],
  // CHECK:     %[[G:.+]] = lse.softmax_grad dims = [1] from_logits ins(%[[X]], %[[Y]] :
  // CHECK:     return %[[LOSS]]#0, %[[LOSS]]#1, %[[P]], %[[G]]
  %r:3 = lse.cross_entropy dims = [1] results = [loss, logsumexp, probabilities]
    ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf32>) outs(%out, %out, %each : tensor<4xf32>, tensor<4xf32>, tensor<4x10xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4x10xf32>)
  %g = lse.softmax_grad dims = [1] from_logits ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf32>) outs(%each : tensor<4x10xf32>) -> tensor<4x10xf32>
  return %r#0, %r#1, %r#2, %g : tensor<4xf32>, tensor<4xf32>, tensor<4x10xf32>, tensor<4x10xf32>
}

// -----

// A log-sum-exp, a loss and its gradient, which has a weight, over the same logits:
// one kernel, whichever comes first. The log-sum-exp of others is another one.
// CHECK-LABEL: func @merged
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[Y:[a-z0-9]+]]: tensor<4x10xf32>, %[[G:[a-z0-9]+]]: tensor<4xf32>
func.func @merged(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>, %g: tensor<4xf32>, %out: tensor<4xf32>, %each: tensor<4x10xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-DAG:  %[[R:.+]]:3 = lse.cross_entropy_grad dims = [1] results = [logsumexp, loss, gradient] indexing_maps = {{.*}} ins(%[[X]], %[[Y]], %[[G]] :
  // CHECK-DAG:  %[[SINK:.+]] = lse.logsumexp dims = [1] ins(%[[X]] : tensor<4x10xf32>) outs({{.*}}) logits
  // CHECK-DAG:  %[[OTHER:.+]] = lse.logsumexp dims = [1] ins(%[[Y]] :
  // CHECK:      return %[[R]]#0, %[[R]]#1, %[[R]]#2, %[[OTHER]], %[[SINK]]
  %l = lse.logsumexp dims = [1] ins(%x : tensor<4x10xf32>) outs(%out : tensor<4xf32>) -> tensor<4xf32>
  %sink = lse.logsumexp dims = [1] ins(%x : tensor<4x10xf32>) outs(%out : tensor<4xf32>) logits {
  ^bb0(%in: f32):
    %one = arith.constant 1.0 : f32
    lse.yield %in, %one : f32, f32
  } -> tensor<4xf32>
  %o = lse.logsumexp dims = [1] ins(%y : tensor<4x10xf32>) outs(%out : tensor<4xf32>) -> tensor<4xf32>
  %c = lse.cross_entropy dims = [1] ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf32>) outs(%out : tensor<4xf32>) -> tensor<4xf32>
  %d = lse.cross_entropy_grad dims = [1]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>]
    ins(%x, %y, %g : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>) outs(%each : tensor<4x10xf32>) logits {
  ^bb0(%a: f32, %b: f32, %w: f32):
    lse.yield %a, %b, %w : f32, f32, f32
  } -> tensor<4x10xf32>
  return %l, %c, %d, %o, %sink : tensor<4xf32>, tensor<4xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// A region that a kernel cannot compute is expanded with the operation.
// CHECK-LABEL: func @divergence_of_sines
func.func @divergence_of_sines(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>, %out: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-NOT: lse.kl_divergence
  // CHECK:     math.sin
  // CHECK:     lse.log_softmax
  // expected-remark @below {{Reason="lse.kl_divergence: a kernel cannot compute 'math.sin'"}}
  %r = lse.kl_divergence dims = [1] ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf32>) outs(%out : tensor<4xf32>) logits {
  ^bb0(%a: f32, %b: f32):
    %s = math.sin %b : f32
    lse.yield %a, %s : f32, f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

// What is compared in f64 is not compared in f32 instead.
// CHECK-LABEL: func @wide_comparison
func.func @wide_comparison(%x: tensor<4x10xf32>, %y: tensor<4x10xf64>, %out: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK:     arith.cmpf ogt, %{{.+}}, %{{.+}} : f64
  // CHECK:     lse.softmax
  // expected-remark @below {{Reason="lse.softmax: a part of the logit is computed in another type than the logit"}}
  %r = lse.softmax dims = [1] ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf64>) outs(%out : tensor<4x10xf32>) logits {
  ^bb0(%a: f32, %b: f64):
    %one = arith.constant 1.0 : f64
    %masked = arith.constant 0xFF800000 : f32
    %is = arith.cmpf ogt, %b, %one : f64
    %z = arith.select %is, %a, %masked : f32
    lse.yield %z : f32
  } -> tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// -----

// A loss and its gradient are one kernel's, whichever comes first, and stay so beside
// results of the logits.
// CHECK-LABEL: func @loss_and_gradient
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[Y:[a-z0-9]+]]: tensor<4x10xf32>
func.func @loss_and_gradient(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>, %l: tensor<4xf32>, %g: tensor<4x10xf32>) -> (tensor<4xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4x10xf32>, tensor<4x10xf32>) {
  // CHECK-NOT: linalg
  // CHECK:     %[[A:.+]]:2 = lse.cross_entropy_grad dims = [1] results = [loss, gradient] stabilized ins(%[[X]], %[[Y]] :
  // CHECK-NOT: linalg
  // CHECK:     %[[B:.+]]:2 = lse.cross_entropy_grad dims = [1] results = [gradient, loss] row_death = zero ins(%[[X]], %[[Y]] :
  // CHECK-NOT: linalg
  // CHECK:     %[[C:.+]]:2 = lse.cross_entropy_grad dims = [1] results = [loss, gradient] ins(%[[Y]], %[[X]] :
  // CHECK:     %[[P:.+]] = lse.softmax dims = [1]
  // CHECK-NOT: lse.cross
  // CHECK:     return %[[A]]#0, %[[A]]#1, %[[B]]#1, %[[B]]#0, %[[C]]#0, %[[P]], %[[C]]#1
  %a = lse.cross_entropy dims = [1] stabilized ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf32>) outs(%l : tensor<4xf32>) -> tensor<4xf32>
  %b = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf32>) outs(%g : tensor<4x10xf32>) -> tensor<4x10xf32>
  %c = lse.cross_entropy_grad dims = [1] row_death = zero ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf32>) outs(%g : tensor<4x10xf32>) -> tensor<4x10xf32>
  %d = lse.cross_entropy dims = [1] row_death = zero ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf32>) outs(%l : tensor<4xf32>) -> tensor<4xf32>
  %e:3 = lse.cross_entropy_grad dims = [1] results = [loss, probabilities, gradient]
    ins(%y, %x : tensor<4x10xf32>, tensor<4x10xf32>) outs(%l, %g, %g : tensor<4xf32>, tensor<4x10xf32>, tensor<4x10xf32>) -> (tensor<4xf32>, tensor<4x10xf32>, tensor<4x10xf32>)
  return %a, %b, %d, %c, %e#0, %e#1, %e#2 : tensor<4xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4x10xf32>, tensor<4x10xf32>
}

// -----

// Other losses and gradients of the same terms are not, nor those of other rows, nor is
// one in time whose destination is made from the other.
// CHECK-LABEL: func @losses_of_other_kinds
func.func @losses_of_other_kinds(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>, %l: tensor<4xf32>, %g: tensor<4x4xf32>) -> (tensor<4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>) {
  // CHECK: lse.kl_divergence dims = [1] ins
  // CHECK: lse.log_softmax_grad dims = [1] from_logits ins
  // CHECK: lse.cross_entropy_grad dims = [1] ins(%arg0, %arg1
  // CHECK: lse.cross_entropy_grad dims = [0] ins
  // CHECK: lse.cross_entropy_grad dims = [1] row_death = zero ins
  // CHECK: lse.cross_entropy dims = [1] ins(%arg1, %arg0
  %0 = lse.kl_divergence dims = [1] ins(%x, %y : tensor<4x4xf32>, tensor<4x4xf32>) outs(%l : tensor<4xf32>) -> tensor<4xf32>
  %1 = lse.log_softmax_grad dims = [1] from_logits ins(%x, %y : tensor<4x4xf32>, tensor<4x4xf32>) outs(%g : tensor<4x4xf32>) -> tensor<4x4xf32>
  %2 = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<4x4xf32>, tensor<4x4xf32>) outs(%g : tensor<4x4xf32>) -> tensor<4x4xf32>
  %3 = lse.cross_entropy_grad dims = [0] ins(%x, %y : tensor<4x4xf32>, tensor<4x4xf32>) outs(%g : tensor<4x4xf32>) -> tensor<4x4xf32>
  %4 = lse.cross_entropy_grad dims = [1] row_death = zero ins(%x, %y : tensor<4x4xf32>, tensor<4x4xf32>) outs(%g : tensor<4x4xf32>) -> tensor<4x4xf32>
  %5 = lse.cross_entropy dims = [1] ins(%y, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%l : tensor<4xf32>) -> tensor<4xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>
}

// -----

// Not the same rows: one with a sink, and the same elements along the other dimension.
// CHECK-LABEL: func @no_common_rows
// CHECK-COUNT-3: lse.{{softmax|logsumexp}} dims = [1]
// CHECK-NOT:   results =
func.func @no_common_rows(%x: tensor<4x4xf32>, %rows: tensor<4xf32>, %each: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4xf32>, tensor<4x4xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x4xf32>) outs(%each : tensor<4x4xf32>) logits {
  ^bb0(%in: f32):
    %one = arith.constant 1.0 : f32
    lse.yield %in, %one : f32, f32
  } -> tensor<4x4xf32>
  %l = lse.logsumexp dims = [1] ins(%x : tensor<4x4xf32>) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %t = lse.softmax dims = [1] indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>]
    ins(%x : tensor<4x4xf32>) outs(%each : tensor<4x4xf32>) logits {
  ^bb0(%in: f32):
    lse.yield %in : f32
  } -> tensor<4x4xf32>
  return %p, %l, %t : tensor<4x4xf32>, tensor<4xf32>, tensor<4x4xf32>
}
