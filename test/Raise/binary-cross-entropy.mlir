// RUN: lse-opt %s --lse-raise | FileCheck %s
// RUN: lse-opt %s --lse-raise --remarks-filter=lse-raise -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK: [Passed] binary-cross-entropy-stabilized | {{.*}} | Function=of_sigmoid | Reason="binary_cross_entropy over no dimension; the source takes logarithms or exponentials that are infinite
// REMARK: [Passed] binary-cross-entropy | {{.*}} | Function=stable | Reason="binary_cross_entropy over dimension 1"

// The logarithm of a sigmoid and of what is left of it to 1.
// CHECK-LABEL: func.func @of_sigmoid(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>, %[[Y:[a-z0-9]+]]: tensor<4x8xf32>
// CHECK:         %[[L:.+]] = lse.binary_cross_entropy dims = [] stabilized ins(%[[X]], %[[Y]] :
// CHECK-NEXT:    ^bb0(%[[Z:.+]]: f32, %[[T:.+]]: f32):
// CHECK-NEXT:      %[[ONE:.+]] = arith.constant 1.000000e+00 : f32
// CHECK-NEXT:      %[[N:.+]] = arith.negf %[[T]] : f32
// CHECK-NEXT:      %[[OTHER:.+]] = arith.addf %[[ONE]], %[[N]] : f32
// CHECK-NEXT:      lse.yield %[[Z]], %[[T]], %[[OTHER]] : f32, f32, f32
// CHECK:         return %[[L]]
func.func @of_sigmoid(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %one = arith.constant dense<1.0> : tensor<4x8xf32>
  %n = arith.negf %x : tensor<4x8xf32>
  %e = math.exp %n : tensor<4x8xf32>
  %d = arith.addf %e, %one : tensor<4x8xf32>
  %p = arith.divf %one, %d : tensor<4x8xf32>
  %lp = math.log %p : tensor<4x8xf32>
  %q = arith.subf %one, %p : tensor<4x8xf32>
  %lq = math.log %q : tensor<4x8xf32>
  %a = arith.mulf %y, %lp : tensor<4x8xf32>
  %z = arith.subf %one, %y : tensor<4x8xf32>
  %b = arith.mulf %z, %lq : tensor<4x8xf32>
  %s = arith.addf %a, %b : tensor<4x8xf32>
  %r = arith.negf %s : tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// max(x, 0) - x * y + log1p(exp(-|x|)), of the rows' sums.
// CHECK-LABEL: func.func @stable(
// CHECK:         lse.binary_cross_entropy dims = [1] ins(%arg0, %arg1 :
// CHECK-NOT:     math.log1p
// CHECK:         return
func.func @stable(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %r = arith.maximumf %x, %zero : tensor<4x8xf32>
  %xy = arith.mulf %x, %y : tensor<4x8xf32>
  %d = arith.subf %r, %xy : tensor<4x8xf32>
  %a = math.absf %x : tensor<4x8xf32>
  %n = arith.negf %a : tensor<4x8xf32>
  %e = math.exp %n : tensor<4x8xf32>
  %l = math.log1p %e : tensor<4x8xf32>
  %s = arith.addf %d, %l : tensor<4x8xf32>
  %t = linalg.reduce { arith.addf } ins(%s : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  return %t : tensor<4xf32>
}

// Log-sigmoids as differences from max(-x, 0) and max(x, 0), with a choice that
// keeps NaN, and a weight of positive examples.
// CHECK-LABEL: func.func @of_log_sigmoids(
// CHECK:         lse.binary_cross_entropy dims = [] {{.*}}ins(%arg0, %arg2, %arg1 :
// CHECK:           %[[P:.+]] = arith.mulf
// CHECK:           lse.yield %{{.+}}, %[[P]], %{{.+}} : f32, f32, f32
func.func @of_log_sigmoids(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %w: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x8xf32>
  %one = arith.constant dense<1.0> : tensor<4x8xf32>
  %nx = arith.negf %x : tensor<4x8xf32>
  %m1 = arith.maximumf %nx, %zero : tensor<4x8xf32>
  %d1 = arith.subf %nx, %zero : tensor<4x8xf32>
  %bad = arith.cmpf une, %d1, %d1 : tensor<4x8xf32>
  %sum1 = arith.addf %nx, %zero : tensor<4x8xf32>
  %a1 = math.absf %d1 : tensor<4x8xf32>
  %n1 = arith.negf %a1 : tensor<4x8xf32>
  %e1 = math.exp %n1 : tensor<4x8xf32>
  %l1 = math.log1p %e1 : tensor<4x8xf32>
  %s1 = arith.addf %m1, %l1 : tensor<4x8xf32>
  %g1 = arith.select %bad, %sum1, %s1 : tensor<4x8xi1>, tensor<4x8xf32>
  %m0 = arith.maximumf %x, %zero : tensor<4x8xf32>
  %s0 = arith.addf %m0, %l1 : tensor<4x8xf32>
  %wy = arith.mulf %w, %y : tensor<4x8xf32>
  %b1 = arith.mulf %wy, %g1 : tensor<4x8xf32>
  %z = arith.subf %one, %y : tensor<4x8xf32>
  %b0 = arith.mulf %z, %s0 : tensor<4x8xf32>
  %r = arith.addf %b1, %b0 : tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// A log-sigmoid alone is no loss, nor is one with a weight, nor softplus.
// CHECK-LABEL: func.func @no_loss(
// CHECK-NOT:     lse.
// CHECK:         return
func.func @no_loss(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %one = arith.constant dense<1.0> : tensor<4x8xf32>
  %e = math.exp %x : tensor<4x8xf32>
  %l = math.log1p %e : tensor<4x8xf32>
  %w = arith.mulf %l, %y : tensor<4x8xf32>
  return %l, %w : tensor<4x8xf32>, tensor<4x8xf32>
}

// The logarithms are of sigmoids of other logits.
// CHECK-LABEL: func.func @other_logits(
// CHECK-NOT:     lse.
// CHECK:         return
func.func @other_logits(%x: tensor<4x8xf32>, %u: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %one = arith.constant dense<1.0> : tensor<4x8xf32>
  %e = math.exp %x : tensor<4x8xf32>
  %l = math.log1p %e : tensor<4x8xf32>
  %f = math.exp %u : tensor<4x8xf32>
  %k = math.log1p %f : tensor<4x8xf32>
  %z = arith.subf %one, %y : tensor<4x8xf32>
  %a = arith.mulf %y, %l : tensor<4x8xf32>
  %b = arith.mulf %z, %k : tensor<4x8xf32>
  %r = arith.addf %a, %b : tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// A logarithm that is bounded, as torch.nn.BCELoss has it, is another number for
// large logits; and max(x, 0) stays where nothing makes up for it.
// CHECK-LABEL: func.func @bounded(
// CHECK-NOT:     lse.
// CHECK:         return
func.func @bounded(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4x8xf32>
  %one = arith.constant dense<1.0> : tensor<4x8xf32>
  %least = arith.constant dense<-100.0> : tensor<4x8xf32>
  %n = arith.negf %x : tensor<4x8xf32>
  %e = math.exp %n : tensor<4x8xf32>
  %d = arith.addf %e, %one : tensor<4x8xf32>
  %p = arith.divf %one, %d : tensor<4x8xf32>
  %lp = math.log %p : tensor<4x8xf32>
  %bp = arith.maximumf %lp, %least : tensor<4x8xf32>
  %q = arith.subf %one, %p : tensor<4x8xf32>
  %lq = math.log %q : tensor<4x8xf32>
  %bq = arith.maximumf %lq, %least : tensor<4x8xf32>
  %a = arith.mulf %y, %bp : tensor<4x8xf32>
  %z = arith.subf %one, %y : tensor<4x8xf32>
  %b = arith.mulf %z, %bq : tensor<4x8xf32>
  %s = arith.addf %a, %b : tensor<4x8xf32>
  %g = math.absf %x : tensor<4x8xf32>
  %ng = arith.negf %g : tensor<4x8xf32>
  %eg = math.exp %ng : tensor<4x8xf32>
  %lg = math.log1p %eg : tensor<4x8xf32>
  %xy = arith.mulf %x, %y : tensor<4x8xf32>
  %r = arith.subf %lg, %xy : tensor<4x8xf32>
  return %s, %r : tensor<4x8xf32>, tensor<4x8xf32>
}

// The weights and the logit have the type of the source.
// CHECK-LABEL: func.func @of_bf16(
// CHECK:         lse.binary_cross_entropy dims = [] stabilized
// CHECK:           lse.yield %{{.+}}, %{{.+}}, %{{.+}} : bf16, bf16, bf16
// CHECK-NOT:     math.log
// CHECK:         return
func.func @of_bf16(%x: tensor<4x8xbf16>, %y: tensor<4x8xbf16>) -> tensor<4x8xbf16> {
  %one = arith.constant dense<1.0> : tensor<4x8xbf16>
  %n = arith.negf %x : tensor<4x8xbf16>
  %e = math.exp %n : tensor<4x8xbf16>
  %d = arith.addf %e, %one : tensor<4x8xbf16>
  %p = arith.divf %one, %d : tensor<4x8xbf16>
  %lp = math.log %p : tensor<4x8xbf16>
  %q = arith.subf %one, %p : tensor<4x8xbf16>
  %lq = math.log %q : tensor<4x8xbf16>
  %a = arith.mulf %y, %lp : tensor<4x8xbf16>
  %z = arith.subf %one, %y : tensor<4x8xbf16>
  %b = arith.mulf %z, %lq : tensor<4x8xbf16>
  %s = arith.addf %a, %b : tensor<4x8xbf16>
  %r = arith.negf %s : tensor<4x8xbf16>
  return %r : tensor<4x8xbf16>
}
// CHECK-LABEL: func.func @of_f64(
// CHECK:         lse.binary_cross_entropy dims = [] stabilized
// CHECK:           lse.yield %{{.+}}, %{{.+}}, %{{.+}} : f64, f64, f64
// CHECK-NOT:     math.log
// CHECK:         return
func.func @of_f64(%x: tensor<4x8xf64>, %y: tensor<4x8xf64>) -> tensor<4x8xf64> {
  %one = arith.constant dense<1.0> : tensor<4x8xf64>
  %n = arith.negf %x : tensor<4x8xf64>
  %e = math.exp %n : tensor<4x8xf64>
  %d = arith.addf %e, %one : tensor<4x8xf64>
  %p = arith.divf %one, %d : tensor<4x8xf64>
  %lp = math.log %p : tensor<4x8xf64>
  %q = arith.subf %one, %p : tensor<4x8xf64>
  %lq = math.log %q : tensor<4x8xf64>
  %a = arith.mulf %y, %lp : tensor<4x8xf64>
  %z = arith.subf %one, %y : tensor<4x8xf64>
  %b = arith.mulf %z, %lq : tensor<4x8xf64>
  %s = arith.addf %a, %b : tensor<4x8xf64>
  %r = arith.negf %s : tensor<4x8xf64>
  return %r : tensor<4x8xf64>
}

// A maximum or a minimum with 0 may be a choice, by whatever comparison says which is
// larger.
// CHECK-LABEL: func.func @choices(
// CHECK-COUNT-4: lse.binary_cross_entropy dims = []
// CHECK:         return
func.func @choices(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4x8xf32>
  %abs = math.absf %x : tensor<4x8xf32>
  %nabs = arith.negf %abs : tensor<4x8xf32>
  %e = math.exp %nabs : tensor<4x8xf32>
  %l = math.log1p %e : tensor<4x8xf32>
  %xy = arith.mulf %x, %y : tensor<4x8xf32>
  %c0 = arith.cmpf ule, %x, %zero : tensor<4x8xf32>
  %m0 = arith.select %c0, %zero, %x : tensor<4x8xi1>, tensor<4x8xf32>
  %a0 = arith.subf %m0, %xy : tensor<4x8xf32>
  %r0 = arith.addf %a0, %l : tensor<4x8xf32>
  %c1 = arith.cmpf ugt, %zero, %x : tensor<4x8xf32>
  %m1 = arith.select %c1, %zero, %x : tensor<4x8xi1>, tensor<4x8xf32>
  %a1 = arith.subf %m1, %xy : tensor<4x8xf32>
  %r1 = arith.addf %a1, %l : tensor<4x8xf32>
  %c2 = arith.cmpf ult, %zero, %x : tensor<4x8xf32>
  %m2 = arith.select %c2, %x, %zero : tensor<4x8xi1>, tensor<4x8xf32>
  %a2 = arith.subf %m2, %xy : tensor<4x8xf32>
  %r2 = arith.addf %a2, %l : tensor<4x8xf32>
  %c3 = arith.cmpf uge, %x, %zero : tensor<4x8xf32>
  %m3 = arith.select %c3, %x, %zero : tensor<4x8xi1>, tensor<4x8xf32>
  %a3 = arith.subf %m3, %xy : tensor<4x8xf32>
  %r3 = arith.addf %a3, %l : tensor<4x8xf32>
  return %r0, %r1, %r2, %r3 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// The smaller of the two where the larger one is wanted is no loss.
// CHECK-LABEL: func.func @wrong_choice(
// CHECK-NOT:     lse.
func.func @wrong_choice(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x8xf32>
  %abs = math.absf %x : tensor<4x8xf32>
  %nabs = arith.negf %abs : tensor<4x8xf32>
  %e = math.exp %nabs : tensor<4x8xf32>
  %l = math.log1p %e : tensor<4x8xf32>
  %xy = arith.mulf %x, %y : tensor<4x8xf32>
  %c = arith.cmpf ule, %x, %zero : tensor<4x8xf32>
  %m = arith.select %c, %x, %zero : tensor<4x8xi1>, tensor<4x8xf32>
  %a = arith.subf %m, %xy : tensor<4x8xf32>
  %r = arith.addf %a, %l : tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// The mean as a product with a number, and a sign that is a product.
// CHECK-LABEL: func.func @products(
// CHECK:         lse.binary_cross_entropy dims = [0, 1] {{.*}}ins(%arg0, %arg1 :
// CHECK-NOT:     math.
// CHECK:         return
func.func @products(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<f32> {
  %zero = arith.constant dense<0.0> : tensor<4x8xf32>
  %minus = arith.constant dense<-1.0> : tensor<4x8xf32>
  %zeros = arith.constant dense<0.0> : tensor<f32>
  %share = arith.constant dense<3.125e-02> : tensor<f32>
  %r = arith.maximumf %x, %zero : tensor<4x8xf32>
  %xy = arith.mulf %x, %y : tensor<4x8xf32>
  %d = arith.subf %r, %xy : tensor<4x8xf32>
  %a = math.absf %x : tensor<4x8xf32>
  %n = arith.mulf %a, %minus : tensor<4x8xf32>
  %e = math.exp %n : tensor<4x8xf32>
  %l = math.log1p %e : tensor<4x8xf32>
  %s = arith.addf %d, %l : tensor<4x8xf32>
  %t = linalg.reduce { arith.addf } ins(%s : tensor<4x8xf32>) outs(%zeros : tensor<f32>) dimensions = [0, 1]
  %m = arith.mulf %t, %share : tensor<f32>
  return %m : tensor<f32>
}

// What is chosen by equality is no maximum.
// CHECK-LABEL: func.func @chosen_by_equality(
// CHECK-NOT:     lse.
// CHECK:         return
func.func @chosen_by_equality(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4x8xf32>
  %a = math.absf %x : tensor<4x8xf32>
  %n = arith.negf %a : tensor<4x8xf32>
  %e = math.exp %n : tensor<4x8xf32>
  %l = math.log1p %e : tensor<4x8xf32>
  %xy = arith.mulf %x, %y : tensor<4x8xf32>
  %is_zero = arith.cmpf oeq, %x, %zero : tensor<4x8xf32>
  %r = arith.select %is_zero, %x, %zero : tensor<4x8xi1>, tensor<4x8xf32>
  %d = arith.subf %r, %xy : tensor<4x8xf32>
  %s = arith.addf %d, %l : tensor<4x8xf32>
  %is_other = arith.cmpf une, %x, %zero : tensor<4x8xf32>
  %r2 = arith.select %is_other, %zero, %x : tensor<4x8xi1>, tensor<4x8xf32>
  %d2 = arith.subf %r2, %xy : tensor<4x8xf32>
  %s2 = arith.addf %d2, %l : tensor<4x8xf32>
  return %s, %s2 : tensor<4x8xf32>, tensor<4x8xf32>
}

// A part is another function of the logit.
// CHECK-LABEL: func.func @another_function(
// CHECK-NOT:     lse.
// CHECK:         return
func.func @another_function(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4x8xf32>
  %r = arith.maximumf %x, %zero : tensor<4x8xf32>
  %xy = arith.mulf %x, %y : tensor<4x8xf32>
  %d = arith.subf %r, %xy : tensor<4x8xf32>
  %a = math.absf %x : tensor<4x8xf32>
  %n = arith.negf %a : tensor<4x8xf32>
  %e = math.exp %n : tensor<4x8xf32>
  %l = math.log1p %e : tensor<4x8xf32>
  %f = math.sin %x : tensor<4x8xf32>
  %s = arith.addf %d, %f : tensor<4x8xf32>
  %t = arith.addf %s, %l : tensor<4x8xf32>
  return %t : tensor<4x8xf32>
}
