// RUN: lse-opt %s --lse-raise --canonicalize --cse | FileCheck %s
// RUN: lse-opt %s --lse-raise --remarks-filter=lse-raise -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK: [Passed] softmax-grad | Category:lse-raise | Function=difference_of_products | Reason="softmax_grad over dimension 1"
// REMARK: [Passed] softmax-grad-stabilized | {{.*}} | Function=from_logits | Reason="softmax_grad over dimension 1; the source does not
// REMARK: [Passed] log-softmax-grad | {{.*}} | Function=log_softmax | Reason="log_softmax_grad over dimension 1"
// REMARK: [Passed] log-softmax-grad-stabilized | {{.*}} | Function=log_softmax_from_logits

// p * g - p * sum(p * g), of probabilities that were kept.
// CHECK-LABEL: func @difference_of_products
func.func @difference_of_products(%p: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK: lse.softmax_grad dims = [1] ins(%arg0, %arg1 : tensor<4x10xf32>, tensor<4x10xf32>)
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %h = arith.mulf %p, %g : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %v = arith.mulf %p, %ub : tensor<4x10xf32>
  %r = arith.subf %h, %v : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// p * (g - sum(g * p)).
// CHECK-LABEL: func @product_of_difference
func.func @product_of_difference(%p: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK: lse.softmax_grad dims = [1] ins(%arg0, %arg1
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %h = arith.mulf %g, %p : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %g, %ub : tensor<4x10xf32>
  %r = arith.mulf %d, %p : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// The scale is part of what comes from above.
// CHECK-LABEL: func @scaled
func.func @scaled(%p: tensor<4x10xf32>, %g: tensor<4x10xf32>, %c: tensor<4xf32>) -> tensor<4x10xf32> {
  // CHECK: lse.softmax_grad dims = [1]
  // CHECK: arith.mulf
  // CHECK-NEXT: lse.yield
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %cb = linalg.broadcast ins(%c : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %k = arith.mulf %g, %cb : tensor<4x10xf32>
  %h = arith.mulf %k, %p : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %k, %ub : tensor<4x10xf32>
  %r = arith.mulf %d, %p : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// Nothing else needs the probabilities: they are not kept.
// CHECK-LABEL: func @from_logits
func.func @from_logits(%x: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK: lse.softmax_grad dims = [1] stabilized from_logits ins(%arg0, %arg1
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x10xf32>
  %h = arith.mulf %p, %g : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %v = arith.mulf %p, %ub : tensor<4x10xf32>
  %r = arith.subf %h, %v : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// Something else needs them.
// CHECK-LABEL: func @kept
func.func @kept(%x: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> (tensor<4x10xf32>, tensor<4x10xf32>) {
  // CHECK: %[[P:.+]] = lse.softmax dims = [1] stabilized ins(%arg0
  // CHECK: lse.softmax_grad dims = [1] ins(%[[P]], %arg1
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x10xf32>
  %h = arith.mulf %p, %g : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %v = arith.mulf %p, %ub : tensor<4x10xf32>
  %r = arith.subf %h, %v : tensor<4x10xf32>
  return %r, %p : tensor<4x10xf32>, tensor<4x10xf32>
}

// g - exp(l) * sum(g).
// CHECK-LABEL: func @log_softmax
func.func @log_softmax(%l: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK: lse.log_softmax_grad dims = [1] ins(%arg0, %arg1
  // CHECK: math.exp
  // CHECK-NEXT: lse.yield
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %p = math.exp %l : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%g : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %v = arith.mulf %p, %ub : tensor<4x10xf32>
  %r = arith.subf %g, %v : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// CHECK-LABEL: func @log_softmax_from_logits
func.func @log_softmax_from_logits(%x: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK: lse.log_softmax_grad dims = [1] stabilized from_logits ins(%arg0, %arg1
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%g : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %v = arith.mulf %p, %ub : tensor<4x10xf32>
  %r = arith.subf %g, %v : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// Look-alike: the probabilities are missing under the sum.
// CHECK-LABEL: func @without_probabilities
func.func @without_probabilities(%p: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%g : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %g, %ub : tensor<4x10xf32>
  %r = arith.mulf %d, %p : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// Look-alike: the sum is added.
// CHECK-LABEL: func @wrong_sign
func.func @wrong_sign(%p: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %h = arith.mulf %g, %p : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.addf %g, %ub : tensor<4x10xf32>
  %r = arith.mulf %d, %p : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// Look-alike: another tensor in front.
// CHECK-LABEL: func @other_probabilities
func.func @other_probabilities(%p: tensor<4x10xf32>, %g: tensor<4x10xf32>, %q: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %h = arith.mulf %g, %p : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %g, %ub : tensor<4x10xf32>
  %r = arith.mulf %d, %q : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// Look-alike: what is subtracted is not weighted.
// CHECK-LABEL: func @unweighted
func.func @unweighted(%l: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%g : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %r = arith.subf %g, %ub : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// Look-alike: the sum is along the other dimension.
// CHECK-LABEL: func @other_axis
func.func @other_axis(%p: tensor<8x8xf32>, %g: tensor<8x8xf32>) -> tensor<8x8xf32> {
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %z8 = arith.constant dense<0.0> : tensor<8xf32>
  %t8 = tensor.empty() : tensor<8x8xf32>
  %h = arith.mulf %p, %g : tensor<8x8xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<8x8xf32>) outs(%z8 : tensor<8xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<8xf32>) outs(%t8 : tensor<8x8xf32>) dimensions = [0]
  %d = arith.subf %g, %ub : tensor<8x8xf32>
  %r = arith.mulf %p, %d : tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// The probabilities are those of the other dimension: not from their logits.
// CHECK-LABEL: func @other_rows
func.func @other_rows(%x: tensor<8x8xf32>, %g: tensor<8x8xf32>) -> tensor<8x8xf32> {
  // CHECK: %[[P:.+]] = lse.softmax dims = [0]
  // CHECK: lse.softmax_grad dims = [1] ins(%[[P]], %arg1
  %zeros = arith.constant dense<0.0> : tensor<8xf32>
  %t = tensor.empty() : tensor<8x8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [0]
  %sb = linalg.broadcast ins(%s : tensor<8xf32>) outs(%t : tensor<8x8xf32>) dimensions = [0]
  %p = arith.divf %e, %sb : tensor<8x8xf32>
  %h = arith.mulf %p, %g : tensor<8x8xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<8xf32>) outs(%t : tensor<8x8xf32>) dimensions = [1]
  %d = arith.subf %g, %ub : tensor<8x8xf32>
  %r = arith.mulf %p, %d : tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// Look-alike: nothing says that the weights are probabilities.
// CHECK-LABEL: func @weights
func.func @weights(%w: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%g : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %v = arith.mulf %w, %ub : tensor<4x10xf32>
  %r = arith.subf %g, %v : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// Look-alike: some rows have no gradient in front, but one under the sum.
// CHECK-LABEL: func @masked_rows
func.func @masked_rows(%x: tensor<4x10xf32>, %g: tensor<4x10xf32>, %m: tensor<4xi1>) -> tensor<4x10xf32> {
  // CHECK-NOT: lse.softmax_grad {{.*}}from_logits
  // CHECK: arith.select
  // CHECK: return
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<4x10xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %tm = tensor.empty() : tensor<4x10xi1>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x10xf32>
  %mb = linalg.broadcast ins(%m : tensor<4xi1>) outs(%tm : tensor<4x10xi1>) dimensions = [1]
  %w = arith.select %mb, %p, %zero : tensor<4x10xi1>, tensor<4x10xf32>
  %h = arith.mulf %p, %g : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %g, %ub : tensor<4x10xf32>
  %r = arith.mulf %w, %d : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// The derivative of e / s as such, (g / s - sum(g * e / s^2)) * e: no value is the
// probabilities.
// CHECK-LABEL: func @quotient
func.func @quotient(%x: tensor<4x10xf32>, %g: tensor<4x10xf32>, %y: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK:     %[[T:.+]] = tensor.empty
  // CHECK:     lse.softmax_grad dims = [1] from_logits ins(%arg0, %arg1 : tensor<4x10xf32>, tensor<4x10xf32>)
  // CHECK-NOT: linalg.reduce
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %shifted = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %shifted : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %zz = arith.mulf %s, %s : tensor<4xf32>
  %w = arith.divf %ones, %zz : tensor<4xf32>
  %wb = linalg.broadcast ins(%w : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %gw = arith.mulf %g, %wb : tensor<4x10xf32>
  %gwe = arith.mulf %gw, %e : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%gwe : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %n = arith.negf %ub : tensor<4x10xf32>
  %gz = arith.divf %g, %sb : tensor<4x10xf32>
  %d = arith.addf %gz, %n : tensor<4x10xf32>
  %r = arith.mulf %d, %e : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// Look-alike: the sum is not squared.
// CHECK-LABEL: func @quotient_of_sum
func.func @quotient_of_sum(%x: tensor<4x10xf32>, %g: tensor<4x10xf32>, %y: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK-NOT: lse.softmax_grad
  // CHECK:     return
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %shifted = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %shifted : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %zz = arith.addf %s, %zeros : tensor<4xf32>
  %w = arith.divf %ones, %zz : tensor<4xf32>
  %wb = linalg.broadcast ins(%w : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %gw = arith.mulf %g, %wb : tensor<4x10xf32>
  %gwe = arith.mulf %gw, %e : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%gwe : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %n = arith.negf %ub : tensor<4x10xf32>
  %gz = arith.divf %g, %sb : tensor<4x10xf32>
  %d = arith.addf %gz, %n : tensor<4x10xf32>
  %r = arith.mulf %d, %e : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// Look-alike: another gradient under the sum than before it.
// CHECK-LABEL: func @quotient_of_others
func.func @quotient_of_others(%x: tensor<4x10xf32>, %g: tensor<4x10xf32>, %y: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK-NOT: lse.softmax_grad
  // CHECK:     return
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %shifted = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %shifted : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %zz = arith.mulf %s, %s : tensor<4xf32>
  %w = arith.divf %ones, %zz : tensor<4xf32>
  %wb = linalg.broadcast ins(%w : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %gw = arith.mulf %g, %wb : tensor<4x10xf32>
  %gwe = arith.mulf %gw, %e : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%gwe : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %n = arith.negf %ub : tensor<4x10xf32>
  %gz = arith.divf %y, %sb : tensor<4x10xf32>
  %d = arith.addf %gz, %n : tensor<4x10xf32>
  %r = arith.mulf %d, %e : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// Look-alike: the sum is added.
// CHECK-LABEL: func @quotient_added
func.func @quotient_added(%x: tensor<4x10xf32>, %g: tensor<4x10xf32>, %y: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK-NOT: lse.softmax_grad
  // CHECK:     return
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %shifted = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %shifted : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %zz = arith.mulf %s, %s : tensor<4xf32>
  %w = arith.divf %ones, %zz : tensor<4xf32>
  %wb = linalg.broadcast ins(%w : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %gw = arith.mulf %g, %wb : tensor<4x10xf32>
  %gwe = arith.mulf %gw, %e : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%gwe : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %n = math.absf %ub : tensor<4x10xf32>
  %gz = arith.divf %g, %sb : tensor<4x10xf32>
  %d = arith.addf %gz, %n : tensor<4x10xf32>
  %r = arith.mulf %d, %e : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// Where the sum is in f64, and where the exponential is one of base 2.
// CHECK-LABEL: func @wide_sum
func.func @wide_sum(%p: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK: lse.softmax_grad dims = [1] ins(%arg0, %arg1 : tensor<4x10xf32>, tensor<4x10xf32>)
  %zeros = arith.constant dense<0.0> : tensor<4xf64>
  %t = tensor.empty() : tensor<4x10xf32>
  %h = arith.mulf %p, %g : tensor<4x10xf32>
  %w = arith.extf %h : tensor<4x10xf32> to tensor<4x10xf64>
  %v = linalg.reduce { arith.addf } ins(%w : tensor<4x10xf64>) outs(%zeros : tensor<4xf64>) dimensions = [1]
  %u = arith.truncf %v : tensor<4xf64> to tensor<4xf32>
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %g, %ub : tensor<4x10xf32>
  %r = arith.mulf %p, %d : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// CHECK-LABEL: func @base_2
func.func @base_2(%l: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK: %[[SCALED:.+]] = arith.mulf %arg0
  // CHECK: lse.log_softmax_grad dims = [1] ins(%[[SCALED]], %arg1 {{.*}} logits {
  // CHECK: math.exp2
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %log2_e = arith.constant dense<1.44269504> : tensor<4x10xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %s = arith.mulf %l, %log2_e : tensor<4x10xf32>
  %p = math.exp2 %s : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%g : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %v = arith.mulf %p, %ub : tensor<4x10xf32>
  %r = arith.subf %g, %v : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// p * (sum(p * g) - g): the sign goes to what comes from above.
// CHECK-LABEL: func @negated
func.func @negated(%p: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK:      lse.softmax_grad dims = [1] ins(%arg0, %arg1
  // CHECK-NEXT: ^bb0(%[[P:.+]]: f32, %[[G:.+]]: f32):
  // CHECK-NEXT:   %[[N:.+]] = arith.negf %[[G]]
  // CHECK-NEXT:   lse.yield %[[P]], %[[N]]
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %h = arith.mulf %p, %g : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %ub, %g : tensor<4x10xf32>
  %r = arith.mulf %p, %d : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// The scale of the logits after all else, in the same body: a small one goes to what
// comes from above, a product with a large one might overflow there.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @scaled_afterwards
func.func @scaled_afterwards(%p: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> (tensor<4x10xf32>, tensor<4x10xf32>) {
  // CHECK:      lse.softmax_grad dims = [1] ins(%arg0, %arg1
  // CHECK-NEXT: ^bb0(%[[P:.+]]: f32, %[[G:.+]]: f32):
  // CHECK:        %[[S:.+]] = arith.mulf %[[G]], %{{.+}} : f32
  // CHECK-NEXT:   lse.yield %[[P]], %[[S]]
  // CHECK:      lse.softmax_grad dims = [1] ins(%arg0, %arg1 {{[^{]*}} ->
  // CHECK-NEXT: linalg.generic
  // CHECK:        arith.mulf %{{.+}}, %cst{{.*}} : f32
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %eighth = arith.constant 0.125 : f32
  %eight = arith.constant 8.0 : f32
  %t = tensor.empty() : tensor<4x10xf32>
  %h = arith.mulf %p, %g : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %r = linalg.generic {indexing_maps = [#all, #all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %g, %u : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>) outs(%t : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %0 = arith.subf %b, %c : f32
    %1 = arith.mulf %a, %0 : f32
    %2 = arith.mulf %1, %eighth : f32
    linalg.yield %2 : f32
  } -> tensor<4x10xf32>
  %s = linalg.generic {indexing_maps = [#all, #all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %g, %u : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>) outs(%t : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %0 = arith.subf %b, %c : f32
    %1 = arith.mulf %a, %0 : f32
    %2 = arith.mulf %1, %eight : f32
    linalg.yield %2 : f32
  } -> tensor<4x10xf32>
  return %r, %s : tensor<4x10xf32>, tensor<4x10xf32>
}

// p * sum(y) - y is the gradient of a cross-entropy with probabilities as targets.
// CHECK-LABEL: func @of_probabilities
func.func @of_probabilities(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK:     lse.cross_entropy_grad dims = [1] stabilized ins(%arg0, %arg1 : tensor<4x10xf32>, tensor<4x10xf32>)
  // CHECK-NOT: lse.
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %e, %sb : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%y : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %v = arith.mulf %p, %ub : tensor<4x10xf32>
  %r = arith.subf %v, %y : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// Look-alike: only a part has the factor.
// CHECK-LABEL: func @partly_scaled
func.func @partly_scaled(%p: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  // CHECK-NOT: lse.
  // CHECK:     return
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %two = arith.constant dense<2.0> : tensor<4x10xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %h = arith.mulf %p, %g : tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %ub = linalg.broadcast ins(%u : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %k = arith.mulf %g, %two : tensor<4x10xf32>
  %d = arith.subf %k, %ub : tensor<4x10xf32>
  %r = arith.mulf %p, %d : tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}

// A factor is not rounded to the narrow type of what comes from above.
// CHECK-LABEL: func @scaled_in_a_wider_type
func.func @scaled_in_a_wider_type(%p: tensor<4x10xf32>, %g: tensor<4x10xf16>) -> tensor<4x10xf32> {
  // CHECK:      lse.softmax_grad dims = [1] ins(%arg0, %arg1 {{[^{]*}} ->
  // CHECK-NEXT: linalg.generic
  // CHECK:        arith.mulf %{{.+}}, %cst{{.*}} : f32
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %tiny = arith.constant 1.0e-09 : f32
  %t = tensor.empty() : tensor<4x10xf32>
  %h = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %g : tensor<4x10xf32>, tensor<4x10xf16>) outs(%t : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f16, %out: f32):
    %0 = arith.extf %b : f16 to f32
    %1 = arith.mulf %a, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x10xf32>
  %u = linalg.reduce { arith.addf } ins(%h : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %r = linalg.generic {indexing_maps = [#all, #all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %g, %u : tensor<4x10xf32>, tensor<4x10xf16>, tensor<4xf32>) outs(%t : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f16, %c: f32, %out: f32):
    %0 = arith.extf %b : f16 to f32
    %1 = arith.subf %0, %c : f32
    %2 = arith.mulf %a, %tiny : f32
    %3 = arith.mulf %2, %1 : f32
    linalg.yield %3 : f32
  } -> tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}
