// RUN: lse-opt %s --split-input-file --lse-raise --canonicalize --cse | FileCheck %s
// RUN: lse-opt %s --split-input-file --lse-raise --lse-prepare-kernels | FileCheck %s --check-prefix=COMPILES

// RUN: lse-opt %s --split-input-file --lse-raise --remarks-filter=lse-raise -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK: [Passed] cross-entropy | Category:lse-raise | Function=class_numbers | Reason="cross_entropy over dimension 1"
// REMARK: [Passed] cross-entropy-stabilized | {{.*}} | Function=log_sum_exp_less_logit | Reason="cross_entropy over dimension 1; the source does not subtract the row maximum

// All of them have kernels.
// COMPILES-COUNT-10: lse.cross_entropy

// Class numbers are targets, and the checks of them stay.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @class_numbers
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[LABELS:[a-z0-9]+]]: tensor<4xi64>
func.func @class_numbers(%x: tensor<4x10xf32>, %labels: tensor<4xi64>) -> tensor<4xf32> {
  // CHECK:      lse.cross_entropy dims = [1] indexing_maps = {{.*}} ins(%[[X]], %[[LABELS]] : tensor<4x10xf32>, tensor<4xi64>) {{.*}} logits {
  // CHECK-NEXT: ^bb0(%[[Z:.+]]: f32, %[[LABEL:.+]]: i64):
  // CHECK:        %[[CLASS:.+]] = lse.index 1
  // CHECK-NEXT:   %[[WANTED:.+]] = arith.index_cast %[[LABEL]]
  // CHECK-NEXT:   %[[IS:.+]] = arith.cmpi eq, %[[CLASS]], %[[WANTED]]
  // CHECK-NEXT:   %[[TARGET:.+]] = arith.select %[[IS]], %{{.+}}, %{{.+}} : f32
  // CHECK-NEXT:   lse.yield %[[Z]], %[[TARGET]] : f32, f32
  // CHECK-NOT:  lse.
  // CHECK:      linalg.generic {{.*}} ins(%[[LABELS]] : tensor<4xi64>)
  // CHECK:        cf.assert {{.*}}, "too large"
  // CHECK-NEXT:   linalg.yield %{{cst.*}} : f32
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %c10 = arith.constant 10 : index
  %nll = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]} ins(%labels : tensor<4xi64>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: i64, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %ok = arith.cmpi ult, %t, %c10 : index
    cf.assert %ok, "too large"
    %e = tensor.extract %l[%i, %t] : tensor<4x10xf32>
    %n = arith.negf %e : f32
    linalg.yield %n : f32
  } -> tensor<4xf32>
  return %nll : tensor<4xf32>
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

// Class weights and a class to ignore are part of the targets. The count is not:
// where all rows are ignored the mean is 0 / 0.
#one = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
// CHECK-LABEL: func @weighted_mean
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[LABELS:[a-z0-9]+]]: tensor<4xi64>, %[[W:[a-z0-9]+]]: tensor<10xf32>, %[[N:[a-z0-9]+]]: tensor<f32>
func.func @weighted_mean(%x: tensor<4x10xf32>, %labels: tensor<4xi64>, %w: tensor<10xf32>, %count: tensor<f32>) -> tensor<f32> {
  // CHECK:      %[[LOSS:.+]] = lse.cross_entropy dims = [1] indexing_maps = {{.*}} ins(%[[X]], %[[LABELS]], %[[W]] : {{.*}} outs({{.*}} : tensor<4xf32>)
  // CHECK-NOT:  lse.log_softmax
  // CHECK:      %[[MEAN:.+]] = linalg.generic {{.*}} ins(%[[LOSS]], %[[N]] : tensor<4xf32>, tensor<f32>)
  // CHECK:        arith.divf
  // CHECK:        arith.addf
  // CHECK:      return %[[MEAN]]
  %cm100 = arith.constant -100 : i64
  %zero = arith.constant 0.0 : f32
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %nll = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]} ins(%labels : tensor<4xi64>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: i64, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %e = tensor.extract %l[%i, %t] : tensor<4x10xf32>
    %we = tensor.extract %w[%t] : tensor<10xf32>
    %p = arith.mulf %we, %e : f32
    %n = arith.negf %p : f32
    %is_ignored = arith.cmpi eq, %in, %cm100 : i64
    %kept = arith.select %is_ignored, %zero, %n : f32
    linalg.yield %kept : f32
  } -> tensor<4xf32>
  %init = arith.constant dense<0.0> : tensor<f32>
  %mean = linalg.generic {indexing_maps = [#one, #none, #none], iterator_types = ["reduction"]} ins(%nll, %count : tensor<4xf32>, tensor<f32>) outs(%init : tensor<f32>) {
  ^bb0(%in: f32, %n: f32, %out: f32):
    %q = arith.divf %in, %n : f32
    %a = arith.addf %out, %q : f32
    linalg.yield %a : f32
  } -> tensor<f32>
  return %mean : tensor<f32>
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

// Probabilities as targets, along the first dimension.
// CHECK-LABEL: func @probabilities
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>, %[[Y:[a-z0-9]+]]: tensor<4x10xf32>
func.func @probabilities(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>) -> tensor<10xf32> {
  // CHECK:      lse.cross_entropy dims = [0] {{.*}}ins(%[[X]], %[[Y]] : tensor<4x10xf32>, tensor<4x10xf32>) outs({{.*}} : tensor<10xf32>)
  // CHECK-NOT:  lse.
  %zeros = arith.constant dense<0.0> : tensor<10xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<10xf32>
  %t = tensor.empty() : tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%lowest : tensor<10xf32>) dimensions = [0]
  %mb = linalg.broadcast ins(%m : tensor<10xf32>) outs(%t : tensor<4x10xf32>) dimensions = [0]
  %d = arith.subf %x, %mb : tensor<4x10xf32>
  %e = math.exp %d : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<10xf32>) dimensions = [0]
  %log = math.log %s : tensor<10xf32>
  %lb = linalg.broadcast ins(%log : tensor<10xf32>) outs(%t : tensor<4x10xf32>) dimensions = [0]
  %l = arith.subf %d, %lb : tensor<4x10xf32>
  %p = arith.mulf %l, %y : tensor<4x10xf32>
  %n = arith.negf %p : tensor<4x10xf32>
  %loss = linalg.reduce { arith.addf } ins(%n : tensor<4x10xf32>) outs(%zeros : tensor<10xf32>) dimensions = [0]
  return %loss : tensor<10xf32>
}

// -----

// Label smoothing: every class has a share, the labelled one the rest.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @smoothed
func.func @smoothed(%x: tensor<4x10xf32>, %labels: tensor<4xi64>) -> tensor<4xf32> {
  // CHECK:      lse.cross_entropy dims = [1]
  // CHECK:        lse.index 1
  // CHECK:        %[[SHARE:.+]] = arith.select
  // CHECK:        %[[TARGET:.+]] = arith.addf
  // CHECK-NEXT:   lse.yield %{{.+}}, %[[TARGET]]
  // CHECK-NOT:  lse.
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %rest = arith.constant 0.9 : f32
  %share = arith.constant 0.01 : f32
  %all = linalg.reduce { arith.addf } ins(%l : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %loss = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]} ins(%labels, %all : tensor<4xi64>, tensor<4xf32>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: i64, %sum: f32, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %e = tensor.extract %l[%i, %t] : tensor<4x10xf32>
    %a = arith.mulf %e, %rest : f32
    %b = arith.mulf %sum, %share : f32
    %c = arith.addf %a, %b : f32
    %n = arith.negf %c : f32
    linalg.yield %n : f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
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

// The log-sum-exp less the logit of the label.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @log_sum_exp_less_logit
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
func.func @log_sum_exp_less_logit(%x: tensor<4x10xf32>, %labels: tensor<4xi64>) -> tensor<4xf32> {
  // CHECK:      lse.cross_entropy dims = [1] {{.*}}stabilized ins(%[[X]],
  // CHECK-NOT:  lse.logsumexp
  %empty = tensor.empty() : tensor<4xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %lse = math.log %s : tensor<4xf32>
  %loss = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]} ins(%labels, %lse : tensor<4xi64>, tensor<4xf32>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: i64, %sum: f32, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %z = tensor.extract %x[%i, %t] : tensor<4x10xf32>
    %d = arith.subf %sum, %z : f32
    linalg.yield %d : f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
}

// -----

// The same from the other side, and then negated.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @logit_less_log_sum_exp
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x10xf32>
func.func @logit_less_log_sum_exp(%x: tensor<4x10xf32>, %labels: tensor<4xi64>) -> tensor<4xf32> {
  // CHECK:      lse.cross_entropy dims = [1] {{.*}}stabilized ins(%[[X]],
  // CHECK-NOT:  lse.logsumexp
  %empty = tensor.empty() : tensor<4xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %lse = math.log %s : tensor<4xf32>
  %log_likelihood = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]} ins(%labels, %lse : tensor<4xi64>, tensor<4xf32>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: i64, %sum: f32, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %z = tensor.extract %x[%i, %t] : tensor<4x10xf32>
    %d = arith.subf %z, %sum : f32
    linalg.yield %d : f32
  } -> tensor<4xf32>
  %loss = arith.negf %log_likelihood : tensor<4xf32>
  return %loss : tensor<4xf32>
}

// -----

// In a contrastive loss the label of row i is i.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @diagonal
func.func @diagonal(%x: tensor<4x10xf32>) -> tensor<4xf32> {
  // CHECK:      lse.cross_entropy dims = [1]
  // CHECK-DAG:    %[[ROW:.+]] = lse.index 0
  // CHECK-DAG:    %[[CLASS:.+]] = lse.index 1
  // CHECK:        arith.cmpi eq, %[[CLASS]], %[[ROW]]
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %loss = linalg.generic {indexing_maps = [#one], iterator_types = ["parallel"]} outs(%empty : tensor<4xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %e = tensor.extract %l[%i, %i] : tensor<4x10xf32>
    %n = arith.negf %e : f32
    linalg.yield %n : f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
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

// Look-alike: log-probabilities that are all added up have no targets.
// CHECK-LABEL: func @no_targets
func.func @no_targets(%x: tensor<4x10xf32>) -> tensor<4xf32> {
  // CHECK:     lse.log_softmax
  // CHECK-NOT: lse.cross_entropy
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%l : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  return %sum : tensor<4xf32>
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

// Look-alike: a sum over the batch alone, one number for each class.
// CHECK-LABEL: func @sum_over_the_batch
func.func @sum_over_the_batch(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>) -> tensor<10xf32> {
  // CHECK:     lse.log_softmax
  // CHECK-NOT: lse.cross_entropy
  %zeros = arith.constant dense<0.0> : tensor<10xf32>
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %p = arith.mulf %l, %y : tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%p : tensor<4x10xf32>) outs(%zeros : tensor<10xf32>) dimensions = [0]
  return %sum : tensor<10xf32>
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

// Look-alike: the sum takes each row as often as another tensor has elements.
// CHECK-LABEL: func @repeated
func.func @repeated(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>, %z: tensor<3xf32>) -> tensor<4xf32> {
  // CHECK:     lse.log_softmax
  // CHECK-NOT: lse.cross_entropy
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %sum = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d2)>, affine_map<(d0, d1, d2) -> (d0)>],
      iterator_types = ["parallel", "reduction", "reduction"]} ins(%l, %y, %z : tensor<4x10xf32>, tensor<4x10xf32>, tensor<3xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %out, %p : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %sum : tensor<4xf32>
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

// Rows are dropped by a number that has nothing to do with their loss.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @masked_by_a_number
func.func @masked_by_a_number(%x: tensor<4x10xf32>, %labels: tensor<4xi64>, %keep: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK:     lse.cross_entropy
  // CHECK:       arith.cmpf oeq
  // CHECK:       arith.select
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %loss = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]} ins(%labels, %keep : tensor<4xi64>, tensor<4xf32>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: i64, %k: f32, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %e = tensor.extract %l[%i, %t] : tensor<4x10xf32>
    %n = arith.negf %e : f32
    %is_dropped = arith.cmpf oeq, %k, %zero : f32
    %r = arith.select %is_dropped, %zero, %n : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
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

// The weight is that of another class than the label: it stays outside of the loss.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @weights_of_other_classes
func.func @weights_of_other_classes(%x: tensor<4x10xf32>, %labels: tensor<4xi64>, %others: tensor<4xindex>, %w: tensor<10xf32>) -> tensor<4xf32> {
  // CHECK:      %[[LOSS:.+]] = lse.cross_entropy dims = [1] {{.*}} ins(%{{[a-z0-9]+}}, %{{[a-z0-9]+}} :
  // CHECK:      linalg.generic {{.*}}%[[LOSS]]
  // CHECK:        tensor.extract
  // CHECK:        arith.mulf
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %loss = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]} ins(%labels, %others : tensor<4xi64>, tensor<4xindex>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: i64, %o: index, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %e = tensor.extract %l[%i, %t] : tensor<4x10xf32>
    %k = tensor.extract %w[%o] : tensor<10xf32>
    %p = arith.mulf %e, %k : f32
    %r = arith.negf %p : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
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

// Look-alike: the log-sum-exp of the first row, for every row.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @log_sum_exp_of_one_row
func.func @log_sum_exp_of_one_row(%x: tensor<4x10xf32>, %labels: tensor<4xi64>) -> tensor<4xf32> {
  // CHECK:     lse.logsumexp
  // CHECK-NOT: lse.cross_entropy
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %lse = math.log %s : tensor<4xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %loss = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]} ins(%labels : tensor<4xi64>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: i64, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %z = tensor.extract %x[%i, %t] : tensor<4x10xf32>
    %first = tensor.extract %lse[%c0] : tensor<4xf32>
    %r = arith.subf %first, %z : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
}

// -----

// As JAX takes elements: indices are clamped, and a class that there is not gives
// NaN.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @nan_for_unknown_classes
func.func @nan_for_unknown_classes(%x: tensor<4x10xf32>, %labels: tensor<4x1xi32>) -> tensor<4xf32> {
  // CHECK:      lse.cross_entropy dims = [1]
  // CHECK-DAG:    %[[NAN:.+]] = arith.constant 0x7FC00000 : f32
  // CHECK:        arith.select %{{.+}}, %{{.+}}, %[[NAN]] : f32
  // CHECK-NOT:  lse.log_softmax
  %nan = arith.constant 0x7FC00000 : f32
  %c0 = arith.constant 0 : index
  %c9 = arith.constant 9 : index
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %loss = linalg.generic {indexing_maps = [#one], iterator_types = ["parallel"]} outs(%empty : tensor<4xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 0 : index
    %label = tensor.extract %labels[%i, %c0] : tensor<4x1xi32>
    %t = arith.index_cast %label : i32 to index
    %low = arith.maxsi %t, %c0 : index
    %clamped = arith.minsi %low, %c9 : index
    %e = tensor.extract %l[%i, %clamped] : tensor<4x10xf32>
    %is_class = arith.cmpi eq, %clamped, %t : index
    %known = arith.select %is_class, %e, %nan : f32
    %n = arith.negf %known : f32
    linalg.yield %n : f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
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

// Weights of more classes than there are: no operand of a row.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @weights_of_more_classes
func.func @weights_of_more_classes(%x: tensor<4x10xf32>, %labels: tensor<4xi64>, %w: tensor<20xf32>) -> tensor<4xf32> {
  // CHECK:      %[[LOSS:.+]] = lse.cross_entropy dims = [1] {{.*}} ins(%{{[a-z0-9]+}}, %{{[a-z0-9]+}} :
  // CHECK:      linalg.generic {{.*}}%[[LOSS]]
  // CHECK:        tensor.extract
  // CHECK:        arith.mulf
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %c0 = arith.constant 0 : index
  %loss = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]} ins(%labels : tensor<4xi64>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: i64, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %e = tensor.extract %l[%i, %t] : tensor<4x10xf32>
    %k = tensor.extract %w[%t] : tensor<20xf32>
    %p = arith.mulf %e, %k : f32
    %r = arith.negf %p : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
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

// Weights of more rows than there are.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @weights_of_more_rows
func.func @weights_of_more_rows(%x: tensor<4x10xf32>, %labels: tensor<4xi64>, %w: tensor<20xf32>) -> tensor<4xf32> {
  // CHECK:      %[[LOSS:.+]] = lse.cross_entropy dims = [1] {{.*}} ins(%{{[a-z0-9]+}}, %{{[a-z0-9]+}} :
  // CHECK:      linalg.generic {{.*}}%[[LOSS]]
  // CHECK:        tensor.extract
  // CHECK:        arith.mulf
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %c0 = arith.constant 0 : index
  %loss = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]} ins(%labels : tensor<4xi64>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: i64, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %e = tensor.extract %l[%i, %t] : tensor<4x10xf32>
    %k = tensor.extract %w[%i] : tensor<20xf32>
    %p = arith.mulf %e, %k : f32
    %r = arith.negf %p : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
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

// Nothing says that there are as many weights as rows.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @weights_of_some_rows
func.func @weights_of_some_rows(%x: tensor<4x10xf32>, %labels: tensor<4xi64>, %w: tensor<?xf32>) -> tensor<4xf32> {
  // CHECK:      %[[LOSS:.+]] = lse.cross_entropy dims = [1] {{.*}} ins(%{{[a-z0-9]+}}, %{{[a-z0-9]+}} :
  // CHECK:      linalg.generic {{.*}}%[[LOSS]]
  // CHECK:        tensor.extract
  // CHECK:        arith.mulf
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %c0 = arith.constant 0 : index
  %loss = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]} ins(%labels : tensor<4xi64>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: i64, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %e = tensor.extract %l[%i, %t] : tensor<4x10xf32>
    %k = tensor.extract %w[%i] : tensor<?xf32>
    %p = arith.mulf %e, %k : f32
    %r = arith.negf %p : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
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

// One weight out of many.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @one_weight
func.func @one_weight(%x: tensor<4x10xf32>, %labels: tensor<4xi64>, %w: tensor<20xf32>) -> tensor<4xf32> {
  // CHECK:      %[[LOSS:.+]] = lse.cross_entropy dims = [1] {{.*}} ins(%{{[a-z0-9]+}}, %{{[a-z0-9]+}} :
  // CHECK:      linalg.generic {{.*}}%[[LOSS]]
  // CHECK:        tensor.extract
  // CHECK:        arith.mulf
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %empty = tensor.empty() : tensor<4xf32>
  %c0 = arith.constant 0 : index
  %loss = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]} ins(%labels : tensor<4xi64>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: i64, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %e = tensor.extract %l[%i, %t] : tensor<4x10xf32>
    %k = tensor.extract %w[%c0] : tensor<20xf32>
    %p = arith.mulf %e, %k : f32
    %r = arith.negf %p : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
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

// Look-alike: squares of log-probabilities.
// CHECK-LABEL: func @not_linear
func.func @not_linear(%x: tensor<4x10xf32>) -> tensor<4xf32> {
  // CHECK:     lse.log_softmax
  // CHECK-NOT: lse.cross_entropy
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %p = arith.mulf %l, %l : tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%p : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  return %sum : tensor<4xf32>
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

// Look-alike: something else is added, so the sum is left; its addend is raised.
// CHECK-LABEL: func @more_than_that
func.func @more_than_that(%x: tensor<4x10xf32>, %y: tensor<4x10xf32>, %z: tensor<4x10xf32>) -> tensor<4xf32> {
  // CHECK:     lse.log_softmax
  // CHECK-NOT: lse.cross_entropy
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %p = arith.mulf %l, %y : tensor<4x10xf32>
  %q = arith.addf %p, %z : tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%q : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  return %sum : tensor<4xf32>
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

// Look-alike: targets of another shape, each row of them for each row of logits.
// CHECK-LABEL: func @columns_of_targets
func.func @columns_of_targets(%x: tensor<4x10xf32>, %y: tensor<3x10xf32>) -> tensor<4x3xf32> {
  // CHECK:     lse.log_softmax
  // CHECK-NOT: lse.cross_entropy
  %zeros = arith.constant dense<0.0> : tensor<4x3xf32>
  %l = func.call @log_softmax(%x) : (tensor<4x10xf32>) -> tensor<4x10xf32>
  %sum = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%l, %y : tensor<4x10xf32>, tensor<3x10xf32>) outs(%zeros : tensor<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %out, %p : f32
    linalg.yield %s : f32
  } -> tensor<4x3xf32>
  return %sum : tensor<4x3xf32>
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

// Look-alike: the label of row i is looked up in another row.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @another_row
func.func @another_row(%x: tensor<10x10xf32>, %labels: tensor<10xi64>) -> tensor<10xf32> {
  // CHECK:     lse.logsumexp
  // CHECK-NOT: lse.cross_entropy
  %empty = tensor.empty() : tensor<10xf32>
  %zeros = arith.constant dense<0.0> : tensor<10xf32>
  %e = math.exp %x : tensor<10x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<10x10xf32>) outs(%zeros : tensor<10xf32>) dimensions = [1]
  %lse = math.log %s : tensor<10xf32>
  %loss = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]} ins(%labels, %lse : tensor<10xi64>, tensor<10xf32>) outs(%empty : tensor<10xf32>) {
  ^bb0(%in: i64, %sum: f32, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %z = tensor.extract %x[%t, %i] : tensor<10x10xf32>
    %d = arith.subf %sum, %z : f32
    linalg.yield %d : f32
  } -> tensor<10xf32>
  return %loss : tensor<10xf32>
}

// -----

// Look-alike: twice the log-sum-exp less the logit of the label.
#one = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @other_factors
func.func @other_factors(%x: tensor<4x10xf32>, %labels: tensor<4xi64>) -> tensor<4xf32> {
  // CHECK:     lse.logsumexp
  // CHECK-NOT: lse.cross_entropy
  %empty = tensor.empty() : tensor<4xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %two = arith.constant 2.0 : f32
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %lse = math.log %s : tensor<4xf32>
  %loss = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]} ins(%labels, %lse : tensor<4xi64>, tensor<4xf32>) outs(%empty : tensor<4xf32>) {
  ^bb0(%in: i64, %sum: f32, %out: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %in : i64 to index
    %z = tensor.extract %x[%i, %t] : tensor<4x10xf32>
    %twice = arith.mulf %two, %sum : f32
    %d = arith.subf %twice, %z : f32
    linalg.yield %d : f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
}

// -----

// Rows of two dimensions, along one of which the targets are repeated.
// CHECK-LABEL: func @rows_of_two_dimensions
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x3x5xf32>, %[[Y:[a-z0-9]+]]: tensor<4x5xf32>
func.func @rows_of_two_dimensions(%x: tensor<4x3x5xf32>, %y: tensor<4x5xf32>) -> tensor<4xf32> {
  // CHECK: %[[TARGETS:.+]] = linalg.broadcast ins(%[[Y]]
  // CHECK: lse.cross_entropy dims = [1, 2] stabilized ins(%[[X]], %[[TARGETS]] : tensor<4x3x5xf32>, tensor<4x3x5xf32>)
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x3x5xf32>
  %e = math.exp %x : tensor<4x3x5xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x3x5xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1, 2]
  %log = math.log %s : tensor<4xf32>
  %lb = linalg.broadcast ins(%log : tensor<4xf32>) outs(%t : tensor<4x3x5xf32>) dimensions = [1, 2]
  %l = arith.subf %x, %lb : tensor<4x3x5xf32>
  %yb = linalg.broadcast ins(%y : tensor<4x5xf32>) outs(%t : tensor<4x3x5xf32>) dimensions = [1]
  %product = arith.mulf %yb, %l : tensor<4x3x5xf32>
  %sum = linalg.reduce { arith.addf } ins(%product : tensor<4x3x5xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1, 2]
  %loss = arith.negf %sum : tensor<4xf32>
  return %loss : tensor<4xf32>
}

// -----

// Look-alike: the log-sum-exp less the sum of all logits.
// CHECK-LABEL: func @less_all_logits
func.func @less_all_logits(%x: tensor<4x10xf32>) -> tensor<4xf32> {
  // CHECK:     lse.logsumexp
  // CHECK-NOT: lse.cross_entropy
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x10xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %lse = math.log %s : tensor<4xf32>
  %all = linalg.reduce { arith.addf } ins(%x : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %loss = arith.subf %lse, %all : tensor<4xf32>
  return %loss : tensor<4xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#one = affine_map<(i) -> (i)>

// A mean over a number of rows that is not known stays a quotient: that of no row is
// 0 / 0. A sum that each row is divided by is part of its target.
// CHECK-LABEL: func @quotients
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x?xf32>, %[[Y:[a-z0-9]+]]: tensor<?x?xf32>, %{{.*}}: tensor<?xi64>, %[[N:[a-z0-9]+]]: tensor<f32>
// CHECK:       %[[LOSS:.+]] = lse.cross_entropy dims = [1] {{.*}}ins(%[[X]], %[[Y]] :
// CHECK:       %[[SUM:.+]] = linalg.reduce ins(%[[LOSS]] :
// CHECK:       %[[SUMS:.+]] = linalg.generic {{.*}} ins(%[[Y]] :
// CHECK:       lse.cross_entropy dims = [1] {{.*}}ins(%[[X]], %{{.*}}, %[[SUMS]] :
// CHECK:         arith.divf
// CHECK:       %[[MEAN:.+]] = linalg.map { arith.divf } ins(%[[SUM]], %[[N]] :
// CHECK:       return %[[MEAN]]
func.func @quotients(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>, %labels: tensor<?xi64>, %n: tensor<f32>, %e1: tensor<?xf32>, %e2: tensor<?x?xf32>, %e0: tensor<f32>) -> (tensor<f32>, tensor<?xf32>) {
  %zero = arith.constant 0.0 : f32
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<?xf32>) -> tensor<?xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %s = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<?x?xf32>) outs(%z1 : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %e = math.exp %a : f32
    %r = arith.addf %e, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %l = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<?x?xf32>, tensor<?xf32>) outs(%e2 : tensor<?x?xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %g = math.log %b : f32
    %r = arith.subf %a, %g : f32
    linalg.yield %r : f32
  } -> tensor<?x?xf32>
  %loss = linalg.generic {indexing_maps = [#all, #all, #row], iterator_types = ["parallel", "reduction"]} ins(%l, %y : tensor<?x?xf32>, tensor<?x?xf32>) outs(%z1 : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.negf %p : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %total = linalg.reduce { arith.addf } ins(%loss : tensor<?xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %sums = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]} ins(%y : tensor<?x?xf32>) outs(%z1 : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.addf %a, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %each = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]} ins(%labels, %sums : tensor<?xi64>, tensor<?xf32>) outs(%e1 : tensor<?xf32>) {
  ^bb0(%label: i64, %b: f32, %o: f32):
    %i = linalg.index 0 : index
    %t = arith.index_cast %label : i64 to index
    %e = tensor.extract %l[%i, %t] : tensor<?x?xf32>
    %q = arith.negf %e : f32
    %r = arith.divf %q, %b : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %mean = linalg.map ins(%total, %n : tensor<f32>, tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %b: f32, %o: f32) {
    %r = arith.divf %a, %b : f32
    linalg.yield %r : f32
  }
  return %mean, %each : tensor<f32>, tensor<?xf32>
}
