// RUN: lse-opt %s --lse-fuse --canonicalize --split-input-file | FileCheck %s

#same = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
#columns = affine_map<(d0, d1) -> (d1)>

// Three producers, one behind the other, and a cast that follows.
// CHECK-LABEL: func @scale_mask_cast
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x8xbf16>, %[[SCALE:[a-z0-9]+]]: tensor<8xf32>, %[[MASK:[a-z0-9]+]]: tensor<?x8xi1>, %[[OUT:[a-z0-9]+]]: tensor<?x8xbf16>
// CHECK-NOT:   linalg
// CHECK:       %[[P:.+]] = lse.softmax dims = [1]
// CHECK-SAME:    ins(%[[X]], %[[SCALE]], %[[MASK]] : tensor<?x8xbf16>, tensor<8xf32>, tensor<?x8xi1>)
// CHECK-SAME:    outs(%[[OUT]] : tensor<?x8xbf16>) logits {
// CHECK-NEXT:  ^bb0(%[[IN:.+]]: bf16, %[[BY:.+]]: f32, %[[KEEP:.+]]: i1):
// CHECK-DAG:     %[[WIDE:.+]] = arith.extf %[[IN]] : bf16 to f32
// CHECK-DAG:     %[[SCALED:.+]] = arith.mulf %[[WIDE]], %[[BY]] : f32
// CHECK:         %[[LOGIT:.+]] = arith.select %[[KEEP]], %[[SCALED]], %{{.+}} : f32
// CHECK-NEXT:    lse.yield %[[LOGIT]] : f32
// CHECK:       return %[[P]] : tensor<?x8xbf16>
func.func @scale_mask_cast(%x: tensor<?x8xbf16>, %scale: tensor<8xf32>, %mask: tensor<?x8xi1>, %out: tensor<?x8xbf16>, %init: tensor<?x8xf32>) -> tensor<?x8xbf16> {
  %lowest = arith.constant 0xFF800000 : f32
  %wide = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%x : tensor<?x8xbf16>) outs(%init : tensor<?x8xf32>) {
  ^bb0(%in: bf16, %old: f32):
    %0 = arith.extf %in : bf16 to f32
    linalg.yield %0 : f32
  } -> tensor<?x8xf32>
  %scaled = linalg.generic {indexing_maps = [#same, #columns, #same], iterator_types = ["parallel", "parallel"]}
    ins(%wide, %scale : tensor<?x8xf32>, tensor<8xf32>) outs(%init : tensor<?x8xf32>) {
  ^bb0(%in: f32, %by: f32, %old: f32):
    %0 = arith.mulf %in, %by : f32
    linalg.yield %0 : f32
  } -> tensor<?x8xf32>
  %masked = linalg.generic {indexing_maps = [#same, #same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%scaled, %mask : tensor<?x8xf32>, tensor<?x8xi1>) outs(%init : tensor<?x8xf32>) {
  ^bb0(%in: f32, %keep: i1, %old: f32):
    %0 = arith.select %keep, %in, %lowest : f32
    linalg.yield %0 : f32
  } -> tensor<?x8xf32>
  %p = lse.softmax dims = [1] ins(%masked : tensor<?x8xf32>) outs(%init : tensor<?x8xf32>) -> tensor<?x8xf32>
  %narrow = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%p : tensor<?x8xf32>) outs(%out : tensor<?x8xbf16>) {
  ^bb0(%in: f32, %old: bf16):
    %0 = arith.truncf %in : f32 to bf16
    linalg.yield %0 : bf16
  } -> tensor<?x8xbf16>
  return %narrow : tensor<?x8xbf16>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#swapped = affine_map<(d0, d1) -> (d1, d0)>

// Positions are those of the loops that the operation reads along.
// CHECK-LABEL: func @causal
// CHECK-NOT:   linalg
// CHECK:       lse.softmax dims = [0]
// CHECK-DAG:     %[[ROW:.+]] = lse.index 1
// CHECK-DAG:     %[[COLUMN:.+]] = lse.index 0
// CHECK:         arith.cmpi sle, %[[COLUMN]], %[[ROW]] : index
func.func @causal(%x: tensor<6x8xf32>, %out: tensor<8x6xf32>, %init: tensor<6x8xf32>) -> tensor<8x6xf32> {
  %lowest = arith.constant 0xFF800000 : f32
  %masked = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]}
    ins(%x : tensor<6x8xf32>) outs(%init : tensor<6x8xf32>) {
  ^bb0(%in: f32, %old: f32):
    %row = linalg.index 0 : index
    %column = linalg.index 1 : index
    %is_seen = arith.cmpi sle, %column, %row : index
    %0 = arith.select %is_seen, %in, %lowest : f32
    linalg.yield %0 : f32
  } -> tensor<6x8xf32>
  %p = lse.softmax dims = [0] indexing_maps = [#swapped, #same] ins(%masked : tensor<6x8xf32>) outs(%out : tensor<8x6xf32>) -> tensor<8x6xf32>
  return %p : tensor<8x6xf32>
}

// -----

// CHECK-LABEL: func @logarithm
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>, %[[OUT:[a-z0-9]+]]: tensor<4x8xf32>
// CHECK-NEXT:  %[[L:.+]] = lse.log_softmax dims = [1] ins(%[[X]] : tensor<4x8xf32>) outs(%[[OUT]] : tensor<4x8xf32>)
// CHECK-NEXT:  return %[[L]]
func.func @logarithm(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %l = linalg.log ins(%p : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %l : tensor<4x8xf32>
}

// -----

#query = affine_map<(b, h, q, k, s, v) -> (b, h, q, s)>
#key = affine_map<(b, h, q, k, s, v) -> (b, h, k, s)>
#value = affine_map<(b, h, q, k, s, v) -> (b, h, k, v)>
#output = affine_map<(b, h, q, k, s, v) -> (b, h, q, v)>

// Heads that share keys are a map, and so is a transposition of the output.
// CHECK-DAG: #[[QUERY:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d4)>
// CHECK-DAG: #[[KEY:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d4, d3)>
// CHECK-DAG: #[[VALUE:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d3, d5)>
// CHECK-DAG: #[[OUTPUT:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d2, d1, d5)>
// CHECK-LABEL: func @shared_heads
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x4x5x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x16x7xf32>, %[[V:[a-z0-9]+]]: tensor<2x7x8xf32>, %[[OUT:[a-z0-9]+]]: tensor<2x5x4x8xf32>
// CHECK-NOT:   linalg
// CHECK:       lse.attention dims = [3] indexing_maps = [#[[QUERY]], #[[KEY]], #[[VALUE]], #[[OUTPUT]]]
// CHECK-SAME:    ins(%[[Q]], %[[K]], %[[V]] : {{.+}}) outs(%[[OUT]] :
func.func @shared_heads(%q: tensor<2x4x5x16xf32>, %k: tensor<2x16x7xf32>, %v: tensor<2x7x8xf32>, %out: tensor<2x5x4x8xf32>) -> tensor<2x5x4x8xf32> {
  %k0 = tensor.empty() : tensor<2x7x16xf32>
  %kt = linalg.transpose ins(%k : tensor<2x16x7xf32>) outs(%k0 : tensor<2x7x16xf32>) permutation = [0, 2, 1]
  %k1 = tensor.empty() : tensor<2x4x7x16xf32>
  %ks = linalg.broadcast ins(%kt : tensor<2x7x16xf32>) outs(%k1 : tensor<2x4x7x16xf32>) dimensions = [1]
  %v1 = tensor.empty() : tensor<2x4x7x8xf32>
  %vs = linalg.broadcast ins(%v : tensor<2x7x8xf32>) outs(%v1 : tensor<2x4x7x8xf32>) dimensions = [1]
  %o1 = tensor.empty() : tensor<2x4x5x8xf32>
  %o = lse.attention dims = [3] indexing_maps = [#query, #key, #value, #output]
    ins(%q, %ks, %vs : tensor<2x4x5x16xf32>, tensor<2x4x7x16xf32>, tensor<2x4x7x8xf32>) outs(%o1 : tensor<2x4x5x8xf32>) -> tensor<2x4x5x8xf32>
  %ot = linalg.transpose ins(%o : tensor<2x4x5x8xf32>) outs(%out : tensor<2x5x4x8xf32>) permutation = [0, 2, 1, 3]
  return %ot : tensor<2x5x4x8xf32>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
#row = affine_map<(d0) -> (d0)>

// A sum is cheap enough to be repeated for each element, an exponential is not.
// CHECK-LABEL: func @broadcast
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>, %[[T:[a-z0-9]+]]: tensor<4xf32>, %[[B:[a-z0-9]+]]: tensor<4xf32>
// CHECK:       %[[E:.+]] = linalg.exp ins(%[[T]] :
// CHECK-NOT:   linalg
// CHECK:       lse.softmax dims = [1] {{.*}}ins(%[[X]], %[[E]], %[[B]], %[[T]] :
func.func @broadcast(%x: tensor<4x8xf32>, %t: tensor<4xf32>, %b: tensor<4xf32>, %init: tensor<4xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = linalg.exp ins(%t : tensor<4xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.add ins(%b, %t : tensor<4xf32>, tensor<4xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %p = lse.softmax dims = [1] indexing_maps = [#same, #rows, #rows, #same]
    ins(%x, %e, %s : tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32, %by: f32, %bias: f32):
    %0 = arith.mulf %in, %by : f32
    %1 = arith.addf %0, %bias : f32
    lse.yield %1 : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// What is read twice is there anyway, and what no kernel computes is better
// computed before. A transposition would scatter what rows are read from.
// CHECK-LABEL: func @left_alone
// CHECK:       %[[TWICE:.+]] = linalg.add
// CHECK:       lse.softmax dims = [1] ins(%[[TWICE]] :
// CHECK:       %[[ERF:.+]] = linalg.erf
// CHECK:       lse.softmax dims = [1] ins(%[[ERF]] :
// CHECK:       %[[T:.+]] = linalg.transpose
// CHECK:       %[[P:.+]] = lse.softmax dims = [1] ins(%[[T]] :
// CHECK:       linalg.transpose ins(%[[P]] :
func.func @left_alone(%x: tensor<8x8xf32>, %out: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>) {
  %twice = linalg.add ins(%x, %x : tensor<8x8xf32>, tensor<8x8xf32>) outs(%out : tensor<8x8xf32>) -> tensor<8x8xf32>
  %p = lse.softmax dims = [1] ins(%twice : tensor<8x8xf32>) outs(%out : tensor<8x8xf32>) -> tensor<8x8xf32>
  %erf = linalg.erf ins(%x : tensor<8x8xf32>) outs(%out : tensor<8x8xf32>) -> tensor<8x8xf32>
  %q = lse.softmax dims = [1] ins(%erf : tensor<8x8xf32>) outs(%out : tensor<8x8xf32>) -> tensor<8x8xf32>
  %t = linalg.transpose ins(%x : tensor<8x8xf32>) outs(%out : tensor<8x8xf32>) permutation = [1, 0]
  %r = lse.softmax dims = [1] ins(%t : tensor<8x8xf32>) outs(%out : tensor<8x8xf32>) -> tensor<8x8xf32>
  %u = linalg.transpose ins(%r : tensor<8x8xf32>) outs(%out : tensor<8x8xf32>) permutation = [1, 0]
  return %p, %twice, %q, %u : tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>
}

// -----

#elements = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>

// Nothing but the repetition tells how long rows are.
// CHECK-LABEL: func @extent
// CHECK:       linalg.broadcast
// CHECK:       lse.logsumexp
func.func @extent(%x: tensor<4xf32>, %init: tensor<4x8xf32>, %out: tensor<4xf32>) -> tensor<4xf32> {
  %b = linalg.broadcast ins(%x : tensor<4xf32>) outs(%init : tensor<4x8xf32>) dimensions = [1]
  %l = lse.logsumexp dims = [1] ins(%b : tensor<4x8xf32>) outs(%out : tensor<4xf32>) -> tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

// Half of a loop's steps may not need it.
// CHECK-LABEL: func @other_block
// CHECK:       linalg.exp
// CHECK:       scf.if
// CHECK:         lse.softmax dims = [1] ins(%{{.+}} : tensor<4x8xf32>)
func.func @other_block(%x: tensor<4x8xf32>, %c: i1, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = linalg.exp ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = scf.if %c -> tensor<4x8xf32> {
    %p = lse.softmax dims = [1] ins(%e : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
    scf.yield %p : tensor<4x8xf32>
  } else {
    scf.yield %x : tensor<4x8xf32>
  }
  return %r : tensor<4x8xf32>
}

// -----

// Neither are there logarithms of what has exact zeros, nor other ways to round.
// CHECK-LABEL: func @left_behind
// CHECK:       lse.sparsemax
// CHECK:       linalg.log
// CHECK:       lse.softmax
// CHECK:       linalg.map { arith.truncf {roundingmode
func.func @left_behind(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>, %half: tensor<4x8xf16>) -> (tensor<4x8xf32>, tensor<4x8xf16>) {
  %s = lse.sparsemax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %l = linalg.log ins(%s : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %h = linalg.map ins(%p : tensor<4x8xf32>) outs(%half : tensor<4x8xf16>) (%in: f32, %old: f16) {
    %0 = arith.truncf %in toward_zero : f32 to f16
    linalg.yield %0 : f16
  }
  return %l, %h : tensor<4x8xf32>, tensor<4x8xf16>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
#row = affine_map<(d0) -> (d0)>

// A temperature and a class number are inputs, or they could not be tested.
// CHECK-LABEL: func @tested
// CHECK:       %[[T:.+]] = linalg.add
// CHECK:       %[[N:.+]] = linalg.generic
// CHECK:       lse.cross_entropy {{.*}} ins(%{{.+}}, %[[T]], %[[N]] :
func.func @tested(%x: tensor<4x8xf32>, %t: tensor<4xf32>, %label: tensor<4xi64>, %init: tensor<4xf32>, %labels: tensor<4xi64>, %out: tensor<4xf32>) -> tensor<4xf32> {
  %one = arith.constant 1 : i64
  %twice = linalg.add ins(%t, %t : tensor<4xf32>, tensor<4xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %next = linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel"]} ins(%label : tensor<4xi64>) outs(%labels : tensor<4xi64>) {
  ^bb0(%in: i64, %old: i64):
    %0 = arith.addi %in, %one : i64
    linalg.yield %0 : i64
  } -> tensor<4xi64>
  %l = lse.cross_entropy dims = [1] indexing_maps = [#same, #rows, #rows, #rows]
    ins(%x, %twice, %next : tensor<4x8xf32>, tensor<4xf32>, tensor<4xi64>) outs(%out : tensor<4xf32>) logits {
  ^bb0(%in: f32, %by: f32, %n: i64):
    %z = lse.temper %in by %by : f32, f32
    %is = lse.is_class %n along 1 : i64
    %target = arith.uitofp %is : i1 to f32
    lse.yield %z, %target : f32, f32
  } -> tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#window = affine_map<(d0, d1) -> (d0 + d1)>

// What is read by other than a loop's position is no input of a region, whatever
// kernel the operation has.
// CHECK-LABEL: func @no_input
// CHECK:       tensor.extract
// CHECK:       lse.softmax dims = [1] results = [probabilities, argmax] ins(
// CHECK:       linalg.generic {{.*}} ins(%{{.+}} : tensor<11xf32>)
// CHECK:       lse.softmax dims = [1] results = [probabilities, argmax] ins(
func.func @no_input(%x: tensor<4x8xf32>, %table: tensor<8xf32>, %w: tensor<11xf32>, %out: tensor<4x8xf32>, %i: tensor<4xi64>) -> (tensor<4x8xf32>, tensor<4xi64>, tensor<4x8xf32>, tensor<4xi64>) {
  %a = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%in: f32, %old: f32):
    %column = linalg.index 1 : index
    %t = tensor.extract %table[%column] : tensor<8xf32>
    %0 = arith.addf %in, %t : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %p:2 = lse.softmax dims = [1] results = [probabilities, argmax] ins(%a : tensor<4x8xf32>) outs(%out, %i : tensor<4x8xf32>, tensor<4xi64>) -> (tensor<4x8xf32>, tensor<4xi64>)
  %b = linalg.generic {indexing_maps = [#window, #same], iterator_types = ["parallel", "parallel"]} ins(%w : tensor<11xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%in: f32, %old: f32):
    %0 = arith.negf %in : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %q:2 = lse.softmax dims = [1] results = [probabilities, argmax] ins(%b : tensor<4x8xf32>) outs(%out, %i : tensor<4x8xf32>, tensor<4xi64>) -> (tensor<4x8xf32>, tensor<4xi64>)
  return %p#0, %p#1, %q#0, %q#1 : tensor<4x8xf32>, tensor<4xi64>, tensor<4x8xf32>, tensor<4xi64>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>

// What is the same for a row is read along it as one element.
// CHECK-LABEL: func @of_rows
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>, %[[B:[a-z0-9]+]]: tensor<4xf32>
// CHECK-NOT:   linalg
// CHECK:       lse.softmax dims = [1] {{.*}}ins(%[[X]], %[[B]] : tensor<4x8xf32>, tensor<4xf32>)
func.func @of_rows(%x: tensor<4x8xf32>, %b: tensor<4xf32>, %init: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %z = linalg.generic {indexing_maps = [#same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%x, %b : tensor<4x8xf32>, tensor<4xf32>) outs(%init : tensor<4x8xf32>) {
  ^bb0(%in: f32, %bias: f32, %old: f32):
    %0 = arith.divf %in, %bias : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %p = lse.softmax dims = [1] ins(%z : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#turned = affine_map<(d0, d1) -> (d1, d0)>
#rows = affine_map<(d0, d1) -> (d0)>
#columns = affine_map<(d0, d1) -> (d1)>

// Probabilities times a number for each row are the gradient of a log-sum-exp.
// CHECK-LABEL: func @row_factor
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>, %[[G:[a-z0-9]+]]: tensor<4xf32>
// CHECK-NOT:   linalg
// CHECK:       lse.logsumexp_grad dims = [1] indexing_maps = [{{.*}}] row_death = zero ins(%[[X]], %[[G]] : tensor<4x8xf32>, tensor<4xf32>) outs(%{{.*}} : tensor<4x8xf32>) logits
// CHECK-NEXT:  ^bb0(%[[IN:.*]]: f32, %[[FACTOR:.*]]: f32):
// CHECK-NEXT:    %[[LOGIT:.*]] = arith.negf %[[IN]]
// CHECK-NEXT:    lse.yield %[[LOGIT]], %[[FACTOR]] : f32, f32
// CHECK-NOT:   linalg
func.func @row_factor(%x: tensor<4x8xf32>, %g: tensor<4xf32>, %init: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] row_death = zero ins(%x : tensor<4x8xf32>) outs(%init : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    %logit = arith.negf %in : f32
    lse.yield %logit : f32
  } -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%p, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.mulf %b, %a : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// Transposed on the way.
// CHECK-LABEL: func @turned_row_factor
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>, %[[G:[a-z0-9]+]]: tensor<4xf32>
// CHECK-NOT:   linalg
// CHECK:       lse.logsumexp_grad dims = [1] indexing_maps = [#{{.*}}, #{{.*}}, #{{.*}}] ins(%[[X]], %[[G]] : tensor<4x8xf32>, tensor<4xf32>) outs(%{{.*}} : tensor<8x4xf32>)
func.func @turned_row_factor(%x: tensor<4x8xf32>, %g: tensor<4xf32>, %init: tensor<4x8xf32>, %out: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%init : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.generic {indexing_maps = [#turned, #columns, #same], iterator_types = ["parallel", "parallel"]} ins(%p, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<8x4xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<8x4xf32>
  return %r : tensor<8x4xf32>
}

// A factor that changes along the row, a quotient by them, a square, probabilities that
// something else needs, or with a sink, and accurate ones stay what they are.
// CHECK-LABEL: func @no_row_factor
// CHECK-NOT:   lse.logsumexp_grad
func.func @no_row_factor(%x: tensor<4x8xf32>, %g: tensor<4xf32>, %c: tensor<8xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %p0 = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r0 = linalg.generic {indexing_maps = [#same, #columns, #same], iterator_types = ["parallel", "parallel"]} ins(%p0, %c : tensor<4x8xf32>, tensor<8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %p1 = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r1 = linalg.generic {indexing_maps = [#same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%p1, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.divf %b, %a : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %p2 = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r2 = linalg.generic {indexing_maps = [#same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%p2, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.mulf %a, %a : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %p3 = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r3 = linalg.generic {indexing_maps = [#same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%p3, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %p4 = lse.softmax dims = [1] indexing_maps = [#same, #rows, #same] ins(%x, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32, %sink: f32):
    lse.yield %in, %sink : f32, f32
  } -> tensor<4x8xf32>
  %r4 = linalg.generic {indexing_maps = [#same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%p4, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %p5 = lse.softmax dims = [1] numerics = accurate ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r5 = linalg.generic {indexing_maps = [#same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%p5, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  return %r0, %r1, %r2, %r3, %p3, %r4, %r5 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>

// Nor do probabilities that two products need, or whose kernel has been chosen.
// CHECK-LABEL: func @needed_twice
// CHECK-NOT:   lse.logsumexp_grad
func.func @needed_twice(%x: tensor<4x8xf32>, %g: tensor<4xf32>, %h: tensor<4xf32>, %out: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r0 = linalg.generic {indexing_maps = [#same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%p, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %r1 = linalg.generic {indexing_maps = [#same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%p, %h : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %q = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>)
    {schedules = [#lse.schedule<target = #llvm.target<triple = "x86_64-pc-linux-gnu", chip = "x86-64-v3">, strategy = cached_row, vector_lanes = 8, unroll = 4>]} -> tensor<4x8xf32>
  %r2 = linalg.generic {indexing_maps = [#same, #rows, #same], iterator_types = ["parallel", "parallel"]} ins(%q, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %old: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  return %r0, %r1, %r2 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>

// The targets of class numbers, which a loss and the gradient of another one read, are
// computed in both; the difference to probabilities becomes a gradient first.
// CHECK-LABEL: func @shared_targets
// CHECK-NOT:   linalg
// CHECK:       lse.cross_entropy dims = [1] {{.*}} ins(%{{.+}}, %[[LABELS:.+]] : tensor<4x8xf32>, tensor<4xi32>)
// CHECK:         arith.cmpi
// CHECK-NOT:   linalg
// CHECK:       lse.logsumexp_grad dims = [1] {{.*}} ins(%{{.+}}, %[[LABELS]] : tensor<4x8xf32>, tensor<4xi32>)
// CHECK:         arith.cmpi
// CHECK-NOT:   linalg
func.func @shared_targets(%x: tensor<4x8xf32>, %labels: tensor<4xi32>, %init: tensor<4xf32>, %out: tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %hot = linalg.generic {indexing_maps = [#rows, #same], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<4xi32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%label: i32, %old: f32):
    %i = linalg.index 1 : index
    %n = arith.index_cast %i : index to i32
    %is = arith.cmpi eq, %n, %label : i32
    %t = arith.uitofp %is : i1 to f32
    linalg.yield %t : f32
  } -> tensor<4x8xf32>
  %loss = lse.cross_entropy dims = [1] ins(%x, %hot : tensor<4x8xf32>, tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  %r = linalg.sub ins(%p, %hot : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %loss, %r : tensor<4xf32>, tensor<4x8xf32>
}

// What is read from as many elements, takes long, or is read elsewhere, too, is computed once.
// CHECK-LABEL: func @shared_elements
// CHECK:       %[[T:.+]] = linalg.generic
// CHECK:       lse.cross_entropy dims = [1] ins(%{{.+}}, %[[T]] :
// CHECK:       lse.cross_entropy dims = [1] ins(%{{.+}}, %[[T]] :
func.func @shared_elements(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %init: tensor<4xf32>, %out: tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %half = arith.constant 0.5 : f32
  %t = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]} ins(%y : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%b: f32, %old: f32):
    %0 = arith.mulf %b, %half : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %0 = lse.cross_entropy dims = [1] ins(%x, %t : tensor<4x8xf32>, tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %1 = lse.cross_entropy dims = [1] ins(%y, %t : tensor<4x8xf32>, tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func @shared_exponentials
// CHECK:       %[[T:.+]] = linalg.generic
// CHECK:       lse.cross_entropy dims = [1] ins(%{{.+}}, %[[T]] :
// CHECK:       lse.cross_entropy dims = [1] ins(%{{.+}}, %[[T]] :
func.func @shared_exponentials(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %init: tensor<4xf32>, %out: tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %t = linalg.generic {indexing_maps = [#rows, #same], iterator_types = ["parallel", "parallel"]} ins(%g : tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%b: f32, %old: f32):
    %0 = math.exp %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %0 = lse.cross_entropy dims = [1] ins(%x, %t : tensor<4x8xf32>, tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %1 = lse.cross_entropy dims = [1] ins(%y, %t : tensor<4x8xf32>, tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func @shared_with_others
// CHECK:       %[[T:.+]] = linalg.generic
// CHECK:       lse.cross_entropy dims = [1] ins(%{{.+}}, %[[T]] :
func.func @shared_with_others(%x: tensor<4x8xf32>, %g: tensor<4xf32>, %init: tensor<4xf32>, %out: tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %t = linalg.generic {indexing_maps = [#rows, #same], iterator_types = ["parallel", "parallel"]} ins(%g : tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%b: f32, %old: f32):
    %0 = arith.negf %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %0 = lse.cross_entropy dims = [1] ins(%x, %t : tensor<4x8xf32>, tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  return %0, %t : tensor<4xf32>, tensor<4x8xf32>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#first = affine_map<(d0, d1) -> (d0, 0)>

// The first of several elements is none that an operation over rows reads by itself.
// CHECK-LABEL: func @first_of_many
// CHECK:       %[[FIRST:.+]] = linalg.generic
// CHECK:       lse.softmax dims = [1] {{.*}} ins(%{{.+}}, %[[FIRST]] : tensor<4x8xf32>, tensor<4x1xf32>)
func.func @first_of_many(%x: tensor<4x8xf32>, %sinks: tensor<4x5xf32>, %init: tensor<4x1xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %sink = linalg.generic {indexing_maps = [#first, #same], iterator_types = ["parallel", "parallel"]} ins(%sinks : tensor<4x5xf32>) outs(%init : tensor<4x1xf32>) {
  ^bb0(%in: f32, %old: f32):
    linalg.yield %in : f32
  } -> tensor<4x1xf32>
  %p = lse.softmax dims = [1] indexing_maps = [#same, #first, #same] ins(%x, %sink : tensor<4x8xf32>, tensor<4x1xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32, %s: f32):
    lse.yield %in, %s : f32, f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

#same = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>

// Nor is what takes long in small steps, is a destination, too, or is read in another block,
// computed again.
// CHECK-LABEL: func @shared_long
// CHECK:       %[[T:.+]] = linalg.generic
// CHECK:       lse.cross_entropy dims = [1] ins(%{{.+}}, %[[T]] :
// CHECK:       lse.cross_entropy dims = [1] ins(%{{.+}}, %[[T]] :
func.func @shared_long(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %g: tensor<4xf32>, %init: tensor<4xf32>, %out: tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %t = linalg.generic {indexing_maps = [#rows, #same], iterator_types = ["parallel", "parallel"]} ins(%g : tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%b: f32, %old: f32):
    %0 = arith.addf %b, %b : f32
    %1 = arith.addf %0, %b : f32
    %2 = arith.addf %1, %b : f32
    %3 = arith.addf %2, %b : f32
    %4 = arith.addf %3, %b : f32
    %5 = arith.addf %4, %b : f32
    %6 = arith.addf %5, %b : f32
    %7 = arith.addf %6, %b : f32
    %8 = arith.addf %7, %b : f32
    %9 = arith.addf %8, %b : f32
    %10 = arith.addf %9, %b : f32
    %11 = arith.addf %10, %b : f32
    linalg.yield %11 : f32
  } -> tensor<4x8xf32>
  %0 = lse.cross_entropy dims = [1] ins(%x, %t : tensor<4x8xf32>, tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %1 = lse.cross_entropy dims = [1] ins(%y, %t : tensor<4x8xf32>, tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func @shared_destination
// CHECK:       %[[T:.+]] = linalg.generic
// CHECK:       lse.cross_entropy dims = [1] ins(%{{.+}}, %[[T]] :
// CHECK:       lse.softmax dims = [1] ins(%{{.+}} : tensor<4x8xf32>) outs(%[[T]] :
func.func @shared_destination(%x: tensor<4x8xf32>, %g: tensor<4xf32>, %init: tensor<4xf32>, %out: tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %t = linalg.generic {indexing_maps = [#rows, #same], iterator_types = ["parallel", "parallel"]} ins(%g : tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%b: f32, %old: f32):
    %0 = arith.negf %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %0 = lse.cross_entropy dims = [1] ins(%x, %t : tensor<4x8xf32>, tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %1 = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%t : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0, %1 : tensor<4xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @shared_blocks
// CHECK:       %[[T:.+]] = linalg.generic
// CHECK:       lse.cross_entropy dims = [1] ins(%{{.+}}, %[[T]] :
// CHECK:       scf.if
// CHECK:         lse.cross_entropy dims = [1] ins(%{{.+}}, %[[T]] :
func.func @shared_blocks(%x: tensor<4x8xf32>, %g: tensor<4xf32>, %init: tensor<4xf32>, %out: tensor<4x8xf32>, %c: i1) -> (tensor<4xf32>, tensor<4xf32>) {
  %t = linalg.generic {indexing_maps = [#rows, #same], iterator_types = ["parallel", "parallel"]} ins(%g : tensor<4xf32>) outs(%out : tensor<4x8xf32>) {
  ^bb0(%b: f32, %old: f32):
    %0 = arith.negf %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %0 = lse.cross_entropy dims = [1] ins(%x, %t : tensor<4x8xf32>, tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %1 = scf.if %c -> tensor<4xf32> {
    %2 = lse.cross_entropy dims = [1] ins(%out, %t : tensor<4x8xf32>, tensor<4x8xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
    scf.yield %2 : tensor<4xf32>
  } else {
    scf.yield %init : tensor<4xf32>
  }
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
