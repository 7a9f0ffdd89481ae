// RUN: lse-opt %s --lse-raise --canonicalize --cse | FileCheck %s
// RUN: lse-opt %s --lse-raise --remarks-filter=lse-raise -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK: [Passed] kl-divergence-stabilized | Category:lse-raise | Function=difference | Reason="kl_divergence over dimension 1; the source does not
// REMARK: [Passed] kl-divergence | {{.*}} | Function=shifted | Reason="kl_divergence over dimension 1"

// sum of p * (log p - log q), with p the softmax of the second input.
// CHECK-LABEL: func @difference
func.func @difference(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>) -> tensor<4xf32> {
  // CHECK: lse.kl_divergence dims = [1] stabilized ins(%arg0, %arg1 : tensor<4x10xf32>, tensor<4x10xf32>)
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %eq = math.exp %x : tensor<4x10xf32>
  %sq = linalg.reduce { arith.addf } ins(%eq : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bq = linalg.broadcast ins(%sq : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %eq, %bq : tensor<4x10xf32>
  %ep = math.exp %y : tensor<4x10xf32>
  %sp = linalg.reduce { arith.addf } ins(%ep : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bp = linalg.broadcast ins(%sp : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %ep, %bp : tensor<4x10xf32>
  %lq = math.log %q : tensor<4x10xf32>
  %lp = math.log %p : tensor<4x10xf32>
  %d = arith.subf %lp, %lq : tensor<4x10xf32>
  %r = arith.mulf %p, %d : tensor<4x10xf32>
  %loss = linalg.reduce { arith.addf } ins(%r : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  return %loss : tensor<4xf32>
}

// As PyTorch writes it: guarded against the logarithm of 0, and against NaN, with
// the entropy and the cross-entropy as products of their own.
// CHECK-LABEL: func @shifted
func.func @shifted(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>) -> tensor<4xf32> {
  // CHECK: lse.kl_divergence dims = [1] ins(%arg0, %arg1
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %mq = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mbq = linalg.broadcast ins(%mq : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %dq = arith.subf %x, %mbq : tensor<4x10xf32>
  %eq = math.exp %dq : tensor<4x10xf32>
  %sq = linalg.reduce { arith.addf } ins(%eq : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bq = linalg.broadcast ins(%sq : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %eq, %bq : tensor<4x10xf32>
  %mp = linalg.reduce { arith.maximumf } ins(%y : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mbp = linalg.broadcast ins(%mp : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %dp = arith.subf %y, %mbp : tensor<4x10xf32>
  %ep = math.exp %dp : tensor<4x10xf32>
  %sp = linalg.reduce { arith.addf } ins(%ep : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bp = linalg.broadcast ins(%sp : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %ep, %bp : tensor<4x10xf32>
  %lq = math.log %q : tensor<4x10xf32>
  %lp = math.log %p : tensor<4x10xf32>
  %h = arith.mulf %p, %lp : tensor<4x10xf32>
  %c = arith.mulf %p, %lq : tensor<4x10xf32>
  %zero = arith.constant dense<0.0> : tensor<4x10xf32>
  %nan = arith.constant dense<0x7FC00000> : tensor<4x10xf32>
  %is_zero = arith.cmpf oeq, %p, %zero : tensor<4x10xf32>
  %is_nan = arith.cmpf une, %p, %p : tensor<4x10xf32>
  %h0 = arith.select %is_zero, %zero, %h : tensor<4x10xi1>, tensor<4x10xf32>
  %h1 = arith.select %is_nan, %nan, %h0 : tensor<4x10xi1>, tensor<4x10xf32>
  %r = arith.subf %h1, %c : tensor<4x10xf32>
  %loss = linalg.reduce { arith.addf } ins(%r : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  return %loss : tensor<4xf32>
}

// The negative of it.
// CHECK-LABEL: func @negative
func.func @negative(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>) -> tensor<4xf32> {
  // CHECK: %[[LOSS:.+]] = lse.kl_divergence dims = [1] stabilized ins(%arg0, %arg1
  // CHECK: linalg.generic {{.*}} outs(%[[LOSS]]
  // CHECK: arith.mulf %{{.+}}, %cst
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %eq = math.exp %x : tensor<4x10xf32>
  %sq = linalg.reduce { arith.addf } ins(%eq : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bq = linalg.broadcast ins(%sq : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %eq, %bq : tensor<4x10xf32>
  %ep = math.exp %y : tensor<4x10xf32>
  %sp = linalg.reduce { arith.addf } ins(%ep : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bp = linalg.broadcast ins(%sp : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %ep, %bp : tensor<4x10xf32>
  %lq = math.log %q : tensor<4x10xf32>
  %lp = math.log %p : tensor<4x10xf32>
  %d = arith.subf %lq, %lp : tensor<4x10xf32>
  %r = arith.mulf %p, %d : tensor<4x10xf32>
  %loss = linalg.reduce { arith.addf } ins(%r : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  return %loss : tensor<4xf32>
}

// Look-alike: the weights are those of the other distribution twice, which is a
// divergence of nothing.
// CHECK-LABEL: func @other_weights
func.func @other_weights(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>, %z: tensor<4x10xf32>) -> tensor<4xf32> {
  // CHECK-NOT: lse.kl_divergence
  // CHECK: return
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %eq = math.exp %x : tensor<4x10xf32>
  %sq = linalg.reduce { arith.addf } ins(%eq : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bq = linalg.broadcast ins(%sq : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %eq, %bq : tensor<4x10xf32>
  %ep = math.exp %y : tensor<4x10xf32>
  %sp = linalg.reduce { arith.addf } ins(%ep : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bp = linalg.broadcast ins(%sp : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %ep, %bp : tensor<4x10xf32>
  %ew = math.exp %z : tensor<4x10xf32>
  %sw = linalg.reduce { arith.addf } ins(%ew : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bw = linalg.broadcast ins(%sw : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %w = arith.divf %ew, %bw : tensor<4x10xf32>
  %lq = math.log %q : tensor<4x10xf32>
  %lp = math.log %p : tensor<4x10xf32>
  %d = arith.subf %lp, %lq : tensor<4x10xf32>
  %r = arith.mulf %w, %d : tensor<4x10xf32>
  %loss = linalg.reduce { arith.addf } ins(%r : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  return %loss : tensor<4xf32>
}

// Look-alike: twice as much of the cross-entropy as of the entropy.
// CHECK-LABEL: func @other_shares
func.func @other_shares(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>) -> tensor<4xf32> {
  // CHECK-NOT: lse.kl_divergence
  // CHECK: return
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %eq = math.exp %x : tensor<4x10xf32>
  %sq = linalg.reduce { arith.addf } ins(%eq : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bq = linalg.broadcast ins(%sq : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %eq, %bq : tensor<4x10xf32>
  %ep = math.exp %y : tensor<4x10xf32>
  %sp = linalg.reduce { arith.addf } ins(%ep : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bp = linalg.broadcast ins(%sp : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %ep, %bp : tensor<4x10xf32>
  %lq = math.log %q : tensor<4x10xf32>
  %lp = math.log %p : tensor<4x10xf32>
  %l2 = arith.addf %lq, %lq : tensor<4x10xf32>
  %d = arith.subf %lp, %l2 : tensor<4x10xf32>
  %r = arith.mulf %p, %d : tensor<4x10xf32>
  %loss = linalg.reduce { arith.addf } ins(%r : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  return %loss : tensor<4xf32>
}

// Look-alike: what is chosen where a probability is 0 is not 0.
// CHECK-LABEL: func @other_guard
func.func @other_guard(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>) -> tensor<4xf32> {
  // CHECK-NOT: lse.kl_divergence
  // CHECK: return
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %eq = math.exp %x : tensor<4x10xf32>
  %sq = linalg.reduce { arith.addf } ins(%eq : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bq = linalg.broadcast ins(%sq : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %eq, %bq : tensor<4x10xf32>
  %ep = math.exp %y : tensor<4x10xf32>
  %sp = linalg.reduce { arith.addf } ins(%ep : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bp = linalg.broadcast ins(%sp : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %ep, %bp : tensor<4x10xf32>
  %lq = math.log %q : tensor<4x10xf32>
  %lp = math.log %p : tensor<4x10xf32>
  %d = arith.subf %lp, %lq : tensor<4x10xf32>
  %g = arith.mulf %p, %d : tensor<4x10xf32>
  %zero = arith.constant dense<0.0> : tensor<4x10xf32>
  %one = arith.constant dense<1.0> : tensor<4x10xf32>
  %is_zero = arith.cmpf oeq, %p, %zero : tensor<4x10xf32>
  %r = arith.select %is_zero, %one, %g : tensor<4x10xi1>, tensor<4x10xf32>
  %loss = linalg.reduce { arith.addf } ins(%r : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  return %loss : tensor<4xf32>
}

// Look-alike: some rows have no weights. Their probabilities are no targets.
// CHECK-LABEL: func @masked_rows
func.func @masked_rows(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>, %m: tensor<4xi1>) -> tensor<4xf32> {
  // CHECK-NOT: lse.kl_divergence
  // CHECK: return
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<4x10xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %tm = tensor.empty() : tensor<4x10xi1>
  %eq = math.exp %x : tensor<4x10xf32>
  %sq = linalg.reduce { arith.addf } ins(%eq : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bq = linalg.broadcast ins(%sq : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %eq, %bq : tensor<4x10xf32>
  %ep = math.exp %y : tensor<4x10xf32>
  %sp = linalg.reduce { arith.addf } ins(%ep : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %bp = linalg.broadcast ins(%sp : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %ep, %bp : tensor<4x10xf32>
  %lq = math.log %q : tensor<4x10xf32>
  %lp = math.log %p : tensor<4x10xf32>
  %mb = linalg.broadcast ins(%m : tensor<4xi1>) outs(%tm : tensor<4x10xi1>) dimensions = [1]
  %w = arith.select %mb, %p, %zero : tensor<4x10xi1>, tensor<4x10xf32>
  %d = arith.subf %lp, %lq : tensor<4x10xf32>
  %r = arith.mulf %w, %d : tensor<4x10xf32>
  %loss = linalg.reduce { arith.addf } ins(%r : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  return %loss : tensor<4xf32>
}
