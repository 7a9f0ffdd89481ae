// Sinks: one more exponential in the sum of a row.
// RUN: lse-opt %s --lse-raise --canonicalize --split-input-file | FileCheck %s
// RUN: lse-opt %s --lse-raise --split-input-file --remarks-filter=lse-raise 2>&1 | FileCheck %s --check-prefix=REMARKS

// An element of each head is appended to the logits, whose maximum is subtracted twice,
// and cut off from the probabilities. The concatenation is not needed any more.
// CHECK-LABEL: func @appended_to_scores
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: tensor<2x4x8x16xf32>, %[[K:[a-z0-9]+]]: tensor<2x4x6x16xf32>, %[[V:[a-z0-9]+]]: tensor<2x4x6x16xf32>, %[[M:[a-z0-9]+]]: tensor<2x1x8x6xf32>, %[[S:[a-z0-9]+]]: tensor<4xf32>
// CHECK-NOT:     tensor.concat
// CHECK:         lse.attention dims = [3] {{.*}} ins(%[[Q]], %[[K]], %[[V]], %[[M]], %[[S]] :
// CHECK-NEXT:    ^bb0(%[[SCORE:.+]]: f32, %[[MASK:.+]]: f32, %[[SINK:.+]]: f32):
// CHECK:           %[[SCALED:.+]] = arith.mulf %[[SCORE]], %{{.+}} : f32
// CHECK-NEXT:      %[[LOGIT:.+]] = arith.addf %[[SCALED]], %[[MASK]] : f32
// CHECK-NEXT:      lse.yield %[[LOGIT]], %[[SINK]] : f32, f32
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
// REMARKS:       [Passed] attention | {{.*}} Function=appended_to_scores
#id4 = affine_map<(b, h, i, j) -> (b, h, i, j)>
#row3 = affine_map<(b, h, i, j) -> (b, h, i)>
func.func @appended_to_scores(%q: tensor<2x4x8x16xf32>, %k: tensor<2x4x6x16xf32>, %v: tensor<2x4x6x16xf32>, %mask: tensor<2x1x8x6xf32>, %sinks: tensor<4xf32>) -> tensor<2x4x8x16xf32> {
  %zero = arith.constant 0.0 : f32
  %ninf = arith.constant 0xFF800000 : f32
  %scale = arith.constant 0.25 : f32
  %e = tensor.empty() : tensor<2x4x8x6xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<2x4x8x6xf32>) -> tensor<2x4x8x6xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(b, h, i, j, d) -> (b, h, i, d)>, affine_map<(b, h, i, j, d) -> (b, h, j, d)>, affine_map<(b, h, i, j, d) -> (b, h, i, j)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%q, %k : tensor<2x4x8x16xf32>, tensor<2x4x6x16xf32>) outs(%f : tensor<2x4x8x6xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %c, %m : f32
    linalg.yield %n : f32
  } -> tensor<2x4x8x6xf32>
  %sm = linalg.generic {indexing_maps = [#id4, affine_map<(b, h, i, j) -> (b, 0, i, j)>, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%s, %mask : tensor<2x4x8x6xf32>, tensor<2x1x8x6xf32>) outs(%e : tensor<2x4x8x6xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %scale : f32
    %n = arith.addf %m, %b : f32
    linalg.yield %n : f32
  } -> tensor<2x4x8x6xf32>
  %se = tensor.empty() : tensor<2x4x8x1xf32>
  %sb = linalg.generic {indexing_maps = [affine_map<(b, h, i, j) -> (h)>, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%sinks : tensor<4xf32>) outs(%se : tensor<2x4x8x1xf32>) {
  ^bb0(%a: f32, %c: f32):
    linalg.yield %a : f32
  } -> tensor<2x4x8x1xf32>
  %cat = tensor.concat dim(3) %sm, %sb : (tensor<2x4x8x6xf32>, tensor<2x4x8x1xf32>) -> tensor<2x4x8x7xf32>
  %re = tensor.empty() : tensor<2x4x8xf32>
  %c7 = tensor.empty() : tensor<2x4x8x7xf32>
  %rninf = linalg.fill ins(%ninf : f32) outs(%re : tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  %rzero = linalg.fill ins(%zero : f32) outs(%re : tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  %m1 = linalg.reduce ins(%cat : tensor<2x4x8x7xf32>) outs(%rninf : tensor<2x4x8xf32>) dimensions = [3] (%a: f32, %b: f32) { %m = arith.maximumf %a, %b : f32 linalg.yield %m : f32 }
  %d1 = linalg.generic {indexing_maps = [#id4, #row3, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cat, %m1 : tensor<2x4x8x7xf32>, tensor<2x4x8xf32>) outs(%c7 : tensor<2x4x8x7xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.subf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<2x4x8x7xf32>
  %m2 = linalg.reduce ins(%d1 : tensor<2x4x8x7xf32>) outs(%rninf : tensor<2x4x8xf32>) dimensions = [3] (%a: f32, %b: f32) { %m = arith.maximumf %a, %b : f32 linalg.yield %m : f32 }
  %ex = linalg.generic {indexing_maps = [#id4, #row3, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%d1, %m2 : tensor<2x4x8x7xf32>, tensor<2x4x8xf32>) outs(%c7 : tensor<2x4x8x7xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.subf %a, %b : f32
    %x = math.exp %m : f32
    linalg.yield %x : f32
  } -> tensor<2x4x8x7xf32>
  %su = linalg.reduce ins(%ex : tensor<2x4x8x7xf32>) outs(%rzero : tensor<2x4x8xf32>) dimensions = [3] (%a: f32, %b: f32) { %m = arith.addf %a, %b : f32 linalg.yield %m : f32 }
  %p = linalg.generic {indexing_maps = [#id4, #row3, #id4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%ex, %su : tensor<2x4x8x7xf32>, tensor<2x4x8xf32>) outs(%c7 : tensor<2x4x8x7xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.divf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<2x4x8x7xf32>
  %ps = tensor.extract_slice %p[0, 0, 0, 0] [2, 4, 8, 6] [1, 1, 1, 1] : tensor<2x4x8x7xf32> to tensor<2x4x8x6xf32>
  %oe = tensor.empty() : tensor<2x4x8x16xf32>
  %of = linalg.fill ins(%zero : f32) outs(%oe : tensor<2x4x8x16xf32>) -> tensor<2x4x8x16xf32>
  %o = linalg.generic {indexing_maps = [affine_map<(b, h, i, d, j) -> (b, h, i, j)>, affine_map<(b, h, i, d, j) -> (b, h, j, d)>, affine_map<(b, h, i, d, j) -> (b, h, i, d)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%ps, %v : tensor<2x4x8x6xf32>, tensor<2x4x6x16xf32>) outs(%of : tensor<2x4x8x16xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %n = arith.addf %c, %m : f32
    linalg.yield %n : f32
  } -> tensor<2x4x8x16xf32>
  return %o : tensor<2x4x8x16xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
// Logarithms of probabilities, rows of dynamic number, a sink that is scaled with the
// logits.
// CHECK-LABEL: func @log_softmax
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x8xf32>, %[[S:[a-z0-9]+]]: tensor<?x1xf32>
// CHECK-NOT:     tensor.concat
// CHECK:         lse.log_softmax dims = [1] {{.*}} ins(%[[X]], %[[S]] :
// CHECK:           %[[A:.+]] = arith.mulf %{{.+}}, %[[HALF:.+]] : f32
// CHECK:           %[[B:.+]] = arith.mulf %{{.+}}, %[[HALF]] : f32
// CHECK:           lse.yield %[[A]], %[[B]] : f32, f32
func.func @log_softmax(%x: tensor<?x8xf32>, %s: tensor<?x1xf32>, %t: tensor<?x9xf32>, %r: tensor<?xf32>) -> tensor<?x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %half = arith.constant 0.5 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%r : tensor<?xf32>) -> tensor<?xf32>
  %lows = linalg.fill ins(%lowest : f32) outs(%r : tensor<?xf32>) -> tensor<?xf32>
  %c = tensor.concat dim(1) %x, %s : (tensor<?x8xf32>, tensor<?x1xf32>) -> tensor<?x9xf32>
  %h = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%c : tensor<?x9xf32>) outs(%t : tensor<?x9xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.mulf %a, %half : f32
    linalg.yield %0 : f32
  } -> tensor<?x9xf32>
  %m = linalg.reduce { arith.maximumf } ins(%h : tensor<?x9xf32>) outs(%lows : tensor<?xf32>) dimensions = [1]
  %d = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%h, %m : tensor<?x9xf32>, tensor<?xf32>) outs(%t : tensor<?x9xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.subf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<?x9xf32>
  %e = linalg.exp ins(%d : tensor<?x9xf32>) outs(%t : tensor<?x9xf32>) -> tensor<?x9xf32>
  %z = linalg.reduce { arith.addf } ins(%e : tensor<?x9xf32>) outs(%zeros : tensor<?xf32>) dimensions = [1]
  %l = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%d, %z : tensor<?x9xf32>, tensor<?xf32>) outs(%t : tensor<?x9xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = math.log %b : f32
    %1 = arith.subf %a, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<?x9xf32>
  %p = tensor.extract_slice %l[0, 0] [%n, 8] [1, 1] : tensor<?x9xf32> to tensor<?x8xf32>
  return %p : tensor<?x8xf32>
}

// -----

// The same by a softmax that is one operation.
// CHECK-LABEL: func @column
// CHECK:         lse.softmax dims = [1] {{.*}} ins(%{{.+}}, %{{.+}} : tensor<4x8xf32>, tensor<4x1xf32>)
func.func @column(%x: tensor<4x8xf32>, %y: tensor<4x1xf32>, %t: tensor<4x9xf32>) -> tensor<4x8xf32> {
  %c = tensor.concat dim(1) %x, %y : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x9xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) -> tensor<4x9xf32>
  %s = tensor.extract_slice %p[0, 0] [4, 8] [1, 1] : tensor<4x9xf32> to tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}

// -----

// What is cut off is the first element, which is no sink.
// CHECK-LABEL: func @first_cut
// CHECK:         lse.softmax dims = [1] ins(%{{.+}} : tensor<4x9xf32>)
func.func @first_cut(%x: tensor<4x8xf32>, %y: tensor<4x1xf32>, %t: tensor<4x9xf32>) -> tensor<4x8xf32> {
  %c = tensor.concat dim(1) %x, %y : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x9xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) -> tensor<4x9xf32>
  %s = tensor.extract_slice %p[0, 1] [4, 8] [1, 1] : tensor<4x9xf32> to tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}

// -----

// More is cut off than was appended.
// CHECK-LABEL: func @two_cut
// CHECK:         lse.softmax dims = [1] ins(%{{.+}} : tensor<4x9xf32>)
func.func @two_cut(%x: tensor<4x8xf32>, %y: tensor<4x1xf32>, %t: tensor<4x9xf32>) -> tensor<4x7xf32> {
  %c = tensor.concat dim(1) %x, %y : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x9xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) -> tensor<4x9xf32>
  %s = tensor.extract_slice %p[0, 0] [4, 7] [1, 1] : tensor<4x9xf32> to tensor<4x7xf32>
  return %s : tensor<4x7xf32>
}

// -----

// Two were appended.
// CHECK-LABEL: func @two_appended
// CHECK:         lse.softmax dims = [1] ins(%{{.+}} : tensor<4x9xf32>)
func.func @two_appended(%x: tensor<4x7xf32>, %y: tensor<4x2xf32>, %t: tensor<4x9xf32>) -> tensor<4x7xf32> {
  %c = tensor.concat dim(1) %x, %y : (tensor<4x7xf32>, tensor<4x2xf32>) -> tensor<4x9xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) -> tensor<4x9xf32>
  %s = tensor.extract_slice %p[0, 0] [4, 7] [1, 1] : tensor<4x9xf32> to tensor<4x7xf32>
  return %s : tensor<4x7xf32>
}

// -----

// A row is cut off.
// CHECK-LABEL: func @row_cut
// CHECK:         lse.softmax dims = [1] ins(%{{.+}} : tensor<4x9xf32>)
func.func @row_cut(%x: tensor<4x8xf32>, %y: tensor<4x1xf32>, %t: tensor<4x9xf32>) -> tensor<3x8xf32> {
  %c = tensor.concat dim(1) %x, %y : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x9xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) -> tensor<4x9xf32>
  %s = tensor.extract_slice %p[0, 0] [3, 8] [1, 1] : tensor<4x9xf32> to tensor<3x8xf32>
  return %s : tensor<3x8xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
// A multiple of another exponential beside the sum, all relative to the larger of both
// maxima.
// CHECK-LABEL: func @term_beside_sum
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xf32>, %[[S:[a-z0-9]+]]: tensor<4xf32>
// CHECK:         lse.softmax dims = [1] indexing_maps = {{.*}} ins(%[[X]], %[[S]] : tensor<4x8xf32>, tensor<4xf32>)
// CHECK-NEXT:    ^bb0(%[[IN:.+]]: f32, %[[SINK:.+]]: f32):
// CHECK:           lse.yield %[[IN]], %[[SINK]] : f32, f32
// REMARKS:       [Passed] softmax | {{.*}}Function=term_beside_sum
func.func @term_beside_sum(%x: tensor<4x8xf32>, %s: tensor<4xf32>, %t: tensor<4x8xf32>, %r: tensor<4xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %lows = arith.constant dense<0xFF800000> : tensor<4xf32>
  %m0 = linalg.reduce { arith.maximumf } ins(%x : tensor<4x8xf32>) outs(%lows : tensor<4xf32>) dimensions = [1]
  %m = arith.maximumf %m0, %s : tensor<4xf32>
  %e = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<4x8xf32>, tensor<4xf32>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.subf %a, %b : f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x8xf32>
  %z0 = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %d = arith.subf %s, %m : tensor<4xf32>
  %es = math.exp %d : tensor<4xf32>
  %z = arith.addf %z0, %es : tensor<4xf32>
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %z : tensor<4x8xf32>, tensor<4xf32>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.divf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
// What is beside the sum changes along the row.
// CHECK-LABEL: func @no_sink
// CHECK-NOT:     lse.softmax
// REMARKS:       [Missed] extra-term | {{.*}}Function=no_sink
func.func @no_sink(%x: tensor<8x8xf32>, %y: tensor<8xf32>, %t: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %z = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %p = linalg.generic {indexing_maps = [#all, #row, affine_map<(i, j) -> (j)>, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %z, %y : tensor<8x8xf32>, tensor<8xf32>, tensor<8xf32>) outs(%t : tensor<8x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %0 = math.exp %c : f32
    %1 = arith.addf %b, %0 : f32
    %2 = arith.divf %a, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// An extra one in the denominator: softmax with a sink.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @one_plus_sum
// CHECK:         lse.softmax dims = [1] stabilized ins(%{{.+}} : tensor<8x8xf32>)
// CHECK:           %[[ZERO:.+]] = arith.constant 0.000000e+00 : f32
// CHECK:           lse.yield %{{.+}}, %[[ZERO]] : f32, f32
// REMARKS:       [Passed] softmax-stabilized | {{.*}}Function=one_plus_sum
func.func @one_plus_sum(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %c = arith.constant dense<1.0> : tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %z = arith.addf %s, %c : tensor<8xf32>
  %b = linalg.broadcast ins(%z : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// The same, spelled as the start of the sum.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @sum_starts_at_one
// CHECK:         lse.softmax dims = [1] stabilized ins(%{{.+}} : tensor<8x8xf32>)
// CHECK:           %[[ZERO:.+]] = arith.constant 0.000000e+00 : f32
// CHECK:           lse.yield %{{.+}}, %[[ZERO]] : f32, f32
// REMARKS:       [Passed] softmax-stabilized | {{.*}}Function=sum_starts_at_one
func.func @sum_starts_at_one(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %one = arith.constant 1.0 : f32
  %ones = linalg.fill ins(%one : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%ones : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
// The sink of logits that are widened is a number of f32.
// CHECK-LABEL: func @narrow_logits
// CHECK:         lse.softmax dims = [1] stabilized ins(%{{.+}} : tensor<4x8xbf16>)
// CHECK:           %[[SINK:.+]] = arith.constant 9.2103{{[0-9]*}} : f32
// CHECK:           lse.yield %{{.+}}, %[[SINK]] : bf16, f32
func.func @narrow_logits(%x: tensor<4x8xbf16>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %k = arith.constant 1.0e4 : f32
  %e = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x8xbf16>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: bf16, %o: f32):
    %0 = arith.extf %a : bf16 to f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x8xf32>
  %z = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %z : tensor<4x8xf32>, tensor<4xf32>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %1 = arith.addf %b, %k : f32
    %2 = arith.divf %a, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
// So is the multiple of an element.
// CHECK-LABEL: func @narrow_sink
// CHECK:         lse.softmax dims = [1] {{.*}} ins(%{{.+}}, %{{.+}} : tensor<4x8xbf16>, tensor<4xbf16>)
// CHECK:           %[[WIDE:.+]] = arith.extf %{{.+}} : bf16 to f32
// CHECK:           %[[SINK:.+]] = arith.mulf %[[WIDE]], %{{.+}} : f32
// CHECK:           lse.yield %{{.+}}, %[[SINK]] : bf16, f32
func.func @narrow_sink(%x: tensor<4x8xbf16>, %s: tensor<4xbf16>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %k = arith.constant 0.7 : f32
  %e = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x8xbf16>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: bf16, %o: f32):
    %0 = arith.extf %a : bf16 to f32
    %1 = math.exp %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x8xf32>
  %z = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %p = linalg.generic {indexing_maps = [#all, #row, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %z, %s : tensor<4x8xf32>, tensor<4xf32>, tensor<4xbf16>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: bf16, %o: f32):
    %c1 = arith.extf %c : bf16 to f32
    %c2 = arith.mulf %c1, %k : f32
    %c3 = math.exp %c2 : f32
    %1 = arith.addf %b, %c3 : f32
    %2 = arith.divf %a, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// A row of one element: the sink has no index along it.
// CHECK-LABEL: func @row_of_one
// CHECK:         lse.softmax dims = [1] {{.*}} ins(%{{.+}}, %{{.+}} : tensor<4x1xf32>, tensor<4x1xf32>)
// CHECK:           lse.yield %{{.+}}, %{{.+}} : f32, f32
func.func @row_of_one(%x: tensor<4x1xf32>, %y: tensor<4x1xf32>, %t: tensor<4x2xf32>) -> (tensor<4x1xf32>) {
  %c = tensor.concat dim(1) %x, %y : (tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x2xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x2xf32>) outs(%t : tensor<4x2xf32>) -> tensor<4x2xf32>
  %s = tensor.extract_slice %p[0, 0] [4, 1] [1, 1] : tensor<4x2xf32> to tensor<4x1xf32>
  return %s : tensor<4x1xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
// One element of a longer row is appended: it is read from the column.
// CHECK-LABEL: func @one_of_many
// CHECK:         %[[COLUMN:.+]] = linalg.generic
// CHECK:         lse.softmax dims = [1] {{.*}} ins(%{{.+}}, %[[COLUMN]] : tensor<4x8xf32>, tensor<4x1xf32>)
func.func @one_of_many(%x: tensor<4x8xf32>, %q: tensor<4x5xf32>, %t: tensor<4x9xf32>, %u: tensor<4x1xf32>) -> tensor<4x8xf32> {
  %yy = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, 0)>, #all], iterator_types = ["parallel", "parallel"]} ins(%q : tensor<4x5xf32>) outs(%u : tensor<4x1xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<4x1xf32>
  %c = tensor.concat dim(1) %x, %yy : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x9xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) -> tensor<4x9xf32>
  %s = tensor.extract_slice %p[0, 0] [4, 8] [1, 1] : tensor<4x9xf32> to tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
// Beside the sum, it is no operand.
// CHECK-LABEL: func @one_of_many_beside_sum
// CHECK-NOT:     lse.softmax
// REMARKS:       [Missed] extra-term | {{.*}}Function=one_of_many_beside_sum
func.func @one_of_many_beside_sum(%x: tensor<4x8xf32>, %s: tensor<4x5xf32>, %r: tensor<4xf32>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  
  %e = math.exp %x : tensor<4x8xf32>
  %z = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %p = linalg.generic {indexing_maps = [#all, #row, #row, affine_map<(i, j) -> (i, 0)>, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %z, %r, %s : tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4x5xf32>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %d: f32, %o: f32):
    %0 = math.exp %d : f32
    %1 = arith.addf %b, %0 : f32
    %2 = arith.divf %a, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
// A column that is widened before it is appended, and scaled after that.
// CHECK-LABEL: func @widened_column
// CHECK:         lse.softmax dims = [1] {{.*}} ins(%{{.+}}, %{{.+}} : tensor<4x8xf32>, tensor<4x1xf32>)
func.func @widened_column(%x: tensor<4x8xf32>, %y: tensor<4xbf16>, %t: tensor<4x9xf32>, %u: tensor<4x1xf32>) -> tensor<4x8xf32> {
  %two = arith.constant 2.0 : f32
  %yy = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, #all], iterator_types = ["parallel", "parallel"]} ins(%y : tensor<4xbf16>) outs(%u : tensor<4x1xf32>) {
  ^bb0(%a: bf16, %o: f32):
    %b = arith.extf %a : bf16 to f32
    linalg.yield %b : f32
  } -> tensor<4x1xf32>
  %c = tensor.concat dim(1) %x, %yy : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x9xf32>
  %h = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%c : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.mulf %a, %two : f32
    linalg.yield %0 : f32
  } -> tensor<4x9xf32>
  %p = linalg.softmax dimension(1) ins(%h : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) -> tensor<4x9xf32>
  %s = tensor.extract_slice %p[0, 0] [4, 8] [1, 1] : tensor<4x9xf32> to tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}

// -----

// All but the last of a dynamic number of elements.
// CHECK-LABEL: func @one_less
// CHECK-NOT:     tensor.concat
// CHECK:         lse.softmax dims = [1] {{.*}} ins(%{{.+}}, %{{.+}} : tensor<?x?xf32>, tensor<?x1xf32>)
func.func @one_less(%x: tensor<?x?xf32>, %y: tensor<?x1xf32>, %w: tensor<?x?xf32>) -> (tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c = tensor.concat dim(1) %x, %y : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %m = tensor.dim %c, %c0 : tensor<?x?xf32>
  %n1 = tensor.dim %c, %c1 : tensor<?x?xf32>
  %n = arith.subi %n1, %c1 : index
  %t = tensor.empty(%m, %n1) : tensor<?x?xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<?x?xf32>) outs(%t : tensor<?x?xf32>) -> tensor<?x?xf32>
  %s = tensor.extract_slice %p[0, 0] [%m, %n] [1, 1] : tensor<?x?xf32> to tensor<?x?xf32>
  return %s : tensor<?x?xf32>
}

// -----

// Both are inserted into a tensor of the whole size.
// CHECK-LABEL: func @inserted(
// CHECK:         lse.softmax dims = [1] {{.*}} ins(%{{.+}}, %{{.+}} : tensor<4x8xf32>, tensor<4x1xf32>)
func.func @inserted(%x: tensor<4x8xf32>, %y: tensor<4x1xf32>, %t: tensor<4x9xf32>) -> tensor<4x8xf32> {
  %a = tensor.insert_slice %x into %t[0, 0] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<4x9xf32>
  %c = tensor.insert_slice %y into %a[0, 8] [4, 1] [1, 1] : tensor<4x1xf32> into tensor<4x9xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) -> tensor<4x9xf32>
  %s = tensor.extract_slice %p[0, 0] [4, 8] [1, 1] : tensor<4x9xf32> to tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}

// -----

// The other way round.
// CHECK-LABEL: func @inserted_last_first(
// CHECK:         lse.softmax dims = [1] {{.*}} ins(%{{.+}}, %{{.+}} : tensor<4x8xf32>, tensor<4x1xf32>)
func.func @inserted_last_first(%x: tensor<4x8xf32>, %y: tensor<4x1xf32>, %t: tensor<4x9xf32>) -> tensor<4x8xf32> {
  %a = tensor.insert_slice %y into %t[0, 8] [4, 1] [1, 1] : tensor<4x1xf32> into tensor<4x9xf32>
  %c = tensor.insert_slice %x into %a[0, 0] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<4x9xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) -> tensor<4x9xf32>
  %s = tensor.extract_slice %p[0, 0] [4, 8] [1, 1] : tensor<4x9xf32> to tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}

// -----

// What is inserted first is partly overwritten.
// CHECK-LABEL: func @inserted_elsewhere(
// CHECK:         lse.softmax dims = [1] ins(%{{.+}} : tensor<4x9xf32>)
func.func @inserted_elsewhere(%x: tensor<4x8xf32>, %y: tensor<4x1xf32>, %t: tensor<4x9xf32>) -> tensor<4x8xf32> {
  %a = tensor.insert_slice %x into %t[0, 1] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<4x9xf32>
  %c = tensor.insert_slice %y into %a[0, 8] [4, 1] [1, 1] : tensor<4x1xf32> into tensor<4x9xf32>
  %p = linalg.softmax dimension(1) ins(%c : tensor<4x9xf32>) outs(%t : tensor<4x9xf32>) -> tensor<4x9xf32>
  %s = tensor.extract_slice %p[0, 0] [4, 8] [1, 1] : tensor<4x9xf32> to tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
// A maximum is subtracted in sixteen bits before the softmax in f32 subtracts its own.
// CHECK-LABEL: func @shifted_before_widening
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<4x8xbf16>, %[[S:[a-z0-9]+]]: tensor<4x1xbf16>
// CHECK-NOT:     linalg.reduce
// CHECK:         lse.softmax dims = [1] {{.*}} ins(%[[X]], %[[S]] : tensor<4x8xbf16>, tensor<4x1xbf16>)
// REMARKS:       [Passed] softmax | {{.*}}Function=shifted_before_widening | Reason="softmax over dimension 1, with a sink"
func.func @shifted_before_widening(%x: tensor<4x8xbf16>, %s: tensor<4x1xbf16>, %t: tensor<4x9xbf16>, %u: tensor<4x9xf32>) -> tensor<4x8xf32> {
  %lows = arith.constant dense<0xFF80> : tensor<4xbf16>
  %c = tensor.concat dim(1) %x, %s : (tensor<4x8xbf16>, tensor<4x1xbf16>) -> tensor<4x9xbf16>
  %m = linalg.reduce { arith.maximumf } ins(%c : tensor<4x9xbf16>) outs(%lows : tensor<4xbf16>) dimensions = [1]
  %d = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%c, %m : tensor<4x9xbf16>, tensor<4xbf16>) outs(%t : tensor<4x9xbf16>) {
  ^bb0(%a: bf16, %b: bf16, %o: bf16):
    %0 = arith.subf %a, %b : bf16
    linalg.yield %0 : bf16
  } -> tensor<4x9xbf16>
  %w = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%d : tensor<4x9xbf16>) outs(%u : tensor<4x9xf32>) {
  ^bb0(%a: bf16, %o: f32):
    %0 = arith.extf %a : bf16 to f32
    linalg.yield %0 : f32
  } -> tensor<4x9xf32>
  %p = linalg.softmax dimension(1) ins(%w : tensor<4x9xf32>) outs(%u : tensor<4x9xf32>) -> tensor<4x9xf32>
  %r = tensor.extract_slice %p[0, 0] [4, 8] [1, 1] : tensor<4x9xf32> to tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
// A bias of the row stays in the logits: the sink is not relative to it.
// CHECK-LABEL: func @bias
// CHECK:         %[[Y:.+]] = linalg.generic
// CHECK:         lse.softmax dims = [1] stabilized ins(%[[Y]] : tensor<4x8xf32>)
// CHECK-NEXT:    ^bb0(%[[IN:.+]]: f32):
// CHECK-NEXT:      %[[SINK:.+]] = arith.constant 1.0986{{[0-9]*}} : f32
// CHECK-NEXT:      lse.yield %[[IN]], %[[SINK]] : f32, f32
func.func @bias(%x: tensor<4x8xf32>, %b: tensor<4xf32>, %t: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %c = arith.constant dense<3.0> : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %b : tensor<4x8xf32>, tensor<4xf32>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: f32, %q: f32, %o: f32):
    %0 = arith.addf %a, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %e = math.exp %y : tensor<4x8xf32>
  %z0 = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %z = arith.addf %z0, %c : tensor<4xf32>
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%e, %z : tensor<4x8xf32>, tensor<4xf32>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%a: f32, %q: f32, %o: f32):
    %0 = arith.divf %a, %q : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}
