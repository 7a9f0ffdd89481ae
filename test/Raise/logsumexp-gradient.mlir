// The gradient of a log-sum-exp: what comes from behind, divided by the sum of
// exponentials first, times the exponentials.
// RUN: lse-opt %s --split-input-file --lse-raise | FileCheck %s
// RUN: lse-opt %s --split-input-file --lse-raise --remarks-filter=lse-raise -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK: [Passed] logsumexp-grad | {{.*}}Reason="logsumexp_grad over dimension 1"
// CHECK-LABEL: func.func @shifted
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[G:[a-z0-9]+]]: tensor<4xf32>
// CHECK-NOT:   math.exp
// CHECK:       lse.logsumexp_grad dims = [1] {{.*}}ins(%[[X]], %[[G]] : tensor<4x10xf32>, tensor<4xf32>)
// CHECK-NOT:   math.exp
func.func @shifted(%x: tensor<4x10xf32>, %g: tensor<4xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %q = arith.divf %g, %s : tensor<4xf32>
  %qb = linalg.broadcast ins(%q : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %dx = arith.mulf %qb, %e : tensor<4x10xf32>
  return %dx : tensor<4x10xf32>
}

// -----

// REMARK: [Passed] logsumexp-grad-stabilized | {{.*}}Reason="logsumexp_grad over dimension 1; the source does not subtract
// CHECK-LABEL: func.func @naive
// CHECK:       lse.logsumexp_grad dims = [1] {{.*}}stabilized
func.func @naive(%x: tensor<4x10xf32>, %g: tensor<4xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %q = arith.divf %g, %s : tensor<4xf32>
  %qb = linalg.broadcast ins(%q : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %dx = arith.mulf %qb, %e : tensor<4x10xf32>
  return %dx : tensor<4x10xf32>
}

// -----

// A number is no gradient of a row.
// REMARK: [Missed] extra-factor
// CHECK-LABEL: func.func @number
// CHECK-NOT:   lse.
func.func @number(%x: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %g = arith.constant dense<3.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %q = arith.divf %g, %s : tensor<4xf32>
  %qb = linalg.broadcast ins(%q : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %dx = arith.mulf %qb, %e : tensor<4x10xf32>
  return %dx : tensor<4x10xf32>
}

// -----

// What changes along the row is none either.
// REMARK: [Missed] extra-factor
// CHECK-LABEL: func.func @along_row
// CHECK-NOT:   lse.
func.func @along_row(%x: tensor<4x10xf32>, %g: tensor<4x10xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %sb = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %q = arith.divf %g, %sb : tensor<4x10xf32>
  %dx = arith.mulf %q, %e : tensor<4x10xf32>
  return %dx : tensor<4x10xf32>
}

// -----

// Taken back, the number still is one: 0 / 0 is none.
// REMARK: [Passed] logsumexp-grad |
// CHECK-LABEL: func.func @taken_back
// CHECK:       lse.logsumexp_grad dims = [1]
// CHECK:         arith.divf
func.func @taken_back(%x: tensor<4x10xf32>, %g: tensor<4xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %q = arith.divf %g, %s : tensor<4xf32>
  %qb = linalg.broadcast ins(%q : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %dx = arith.mulf %qb, %e : tensor<4x10xf32>
  %gb = linalg.broadcast ins(%g : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %p = arith.divf %dx, %gb : tensor<4x10xf32>
  return %p : tensor<4x10xf32>
}

// -----

#element = affine_map<(i, j, n) -> (i, j)>
#factor = affine_map<(i, j, n) -> (i, n)>
#all = affine_map<(i, j, n) -> (i, j, n)>
#two = affine_map<(i, n) -> (i, n)>
#one = affine_map<(i, n) -> (i)>

// Exponentials that are repeated along a loop would be computed for each of it.
// CHECK-LABEL: func.func @repeated
// CHECK-NOT:   lse.
func.func @repeated(%x: tensor<4x10xf32>, %g: tensor<4x5xf32>, %t: tensor<4x5xf32>, %out: tensor<4x10x5xf32>) -> tensor<4x10x5xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %q = linalg.generic {indexing_maps = [#two, #one, #two], iterator_types = ["parallel", "parallel"]} ins(%g, %s : tensor<4x5xf32>, tensor<4xf32>) outs(%t : tensor<4x5xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.divf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x5xf32>
  %dx = linalg.generic {indexing_maps = [#element, #factor, #all], iterator_types = ["parallel", "parallel", "parallel"]} ins(%e, %q : tensor<4x10xf32>, tensor<4x5xf32>) outs(%out : tensor<4x10x5xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x10x5xf32>
  return %dx : tensor<4x10x5xf32>
}

// -----

// Narrow logits, computed with in a wider type.
// REMARK: [Passed] logsumexp-grad |
// CHECK-LABEL: func.func @widened
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xbf16>, %[[G:[a-z0-9]+]]: tensor<4xf32>
// CHECK-NOT:   math.exp
// CHECK:       lse.logsumexp_grad dims = [1] {{.*}}ins(%[[X]], %[[G]] : tensor<4x10xbf16>, tensor<4xf32>) outs(%{{.+}} : tensor<4x10xf32>)
// CHECK-NOT:   math.exp
func.func @widened(%x: tensor<4x10xbf16>, %g: tensor<4xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %wide = arith.extf %x : tensor<4x10xbf16> to tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%wide : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %wide, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %q = arith.divf %g, %s : tensor<4xf32>
  %qb = linalg.broadcast ins(%q : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %dx = arith.mulf %qb, %e : tensor<4x10xf32>
  return %dx : tensor<4x10xf32>
}

// -----

// What comes from behind is a product already: it is not computed otherwise.
// REMARK: [Passed] logsumexp-grad |
// CHECK-LABEL: func.func @product
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[G:[a-z0-9]+]]: tensor<4xf32>, %[[H:[a-z0-9]+]]: tensor<4xf32>
// CHECK:       %[[CT:.+]] = arith.mulf %[[G]], %[[H]] : tensor<4xf32>
// CHECK:       lse.logsumexp_grad dims = [1] {{.*}}ins(%[[X]], %[[CT]] : tensor<4x10xf32>, tensor<4xf32>)
func.func @product(%x: tensor<4x10xf32>, %g: tensor<4xf32>, %h: tensor<4xf32>) -> tensor<4x10xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %ct = arith.mulf %g, %h : tensor<4xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %q = arith.divf %ct, %s : tensor<4xf32>
  %qb = linalg.broadcast ins(%q : tensor<4xf32>) outs(%t : tensor<4x10xf32>) dimensions = [1]
  %dx = arith.mulf %qb, %e : tensor<4x10xf32>
  return %dx : tensor<4x10xf32>
}

// -----

// A mean of log-sum-exps over what is not masked is no softmax that was missed.
// REMARK-NOT: [Missed]
// CHECK-LABEL: func.func @masked_mean
// CHECK-COUNT-1: lse.logsumexp
// CHECK-NOT:   lse.
func.func @masked_mean(%x: tensor<4x10xf32>, %label: tensor<4xi32>) -> tensor<4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %none = arith.constant dense<-100> : tensor<4xi32>
  %t = tensor.empty() : tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %lse = math.log %s : tensor<4xf32>
  %keep = arith.cmpi ne, %label, %none : tensor<4xi32>
  %one = arith.uitofp %keep : tensor<4xi1> to tensor<4xf32>
  %n = linalg.reduce { arith.addf } ins(%one : tensor<4xf32>) outs(%zero : tensor<f32>) dimensions = [0]
  %nb = linalg.broadcast ins(%n : tensor<f32>) outs(%t : tensor<4xf32>) dimensions = [0]
  %q = arith.divf %one, %nb : tensor<4xf32>
  %r = arith.mulf %q, %lse : tensor<4xf32>
  return %r : tensor<4xf32>
}
