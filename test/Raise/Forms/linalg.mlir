// Forms and look-alikes that only linalg has: results nobody uses, fused bodies,
// functions of their own, initial values. Named after the list they are on.
// RUN: lse-opt %s --lse-raise | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#keep = affine_map<(d0, d1) -> (d0, 0)>
#none = affine_map<(d0, d1) -> ()>

// F6: the position of the maximum is computed and not used, as torch.max does.
// CHECK-LABEL: func.func @f6_dead_index(
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @f6_dead_index(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %lowest = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %zero_i64 = arith.constant 0 : i64
  %e_row = tensor.empty() : tensor<4xf32>
  %e_index = tensor.empty() : tensor<4xi64>
  %m_init = linalg.fill ins(%lowest : f32) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %i_init = linalg.fill ins(%zero_i64 : i64) outs(%e_index : tensor<4xi64>) -> tensor<4xi64>
  %m:2 = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x8xf32>) outs(%m_init, %i_init : tensor<4xf32>, tensor<4xi64>) {
  ^bb0(%in: f32, %max: f32, %at: i64):
    %i = linalg.index 1 : index
    %i64 = arith.index_cast %i : index to i64
    %larger = arith.maximumf %in, %max : f32
    %is = arith.cmpf ogt, %in, %max : f32
    %next = arith.select %is, %i64, %at : i64
    linalg.yield %larger, %next : f32, i64
  } -> (tensor<4xf32>, tensor<4xi64>)
  %mk = tensor.expand_shape %m#0 [[0, 1]] output_shape [4, 1] : tensor<4xf32> into tensor<4x1xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %ex = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %mk : tensor<4x8xf32>, tensor<4x1xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %d = arith.subf %in, %max : f32
    %y = math.exp %d : f32
    linalg.yield %y : f32
  } -> tensor<4x8xf32>
  %e_keep = tensor.empty() : tensor<4x1xf32>
  %s_init = linalg.fill ins(%zero : f32) outs(%e_keep : tensor<4x1xf32>) -> tensor<4x1xf32>
  %s = linalg.generic {indexing_maps = [#id, #keep], iterator_types = ["parallel", "reduction"]} ins(%ex : tensor<4x8xf32>) outs(%s_init : tensor<4x1xf32>) {
  ^bb0(%in: f32, %sum: f32):
    %y = arith.addf %in, %sum : f32
    linalg.yield %y : f32
  } -> tensor<4x1xf32>
  %p = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]} ins(%ex, %s : tensor<4x8xf32>, tensor<4x1xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %y = arith.divf %in, %sum : f32
    linalg.yield %y : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// F7 and F8: the maximum keeps its dimension, is spelled as a comparison, and its
// position is used: the search for it stays.
// CHECK-LABEL: func.func @f8_compared_maximum(
// CHECK:         %[[M:.+]]:2 = linalg.generic
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     linalg.generic
// CHECK:         return %{{.+}}, %[[M]]#1
func.func @f8_compared_maximum(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x1xi64>) {
  %lowest = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %zero_i64 = arith.constant 0 : i64
  %e_row = tensor.empty() : tensor<4x1xf32>
  %e_index = tensor.empty() : tensor<4x1xi64>
  %m_init = linalg.fill ins(%lowest : f32) outs(%e_row : tensor<4x1xf32>) -> tensor<4x1xf32>
  %i_init = linalg.fill ins(%zero_i64 : i64) outs(%e_index : tensor<4x1xi64>) -> tensor<4x1xi64>
  %m:2 = linalg.generic {indexing_maps = [#id, #keep, #keep], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x8xf32>) outs(%m_init, %i_init : tensor<4x1xf32>, tensor<4x1xi64>) {
  ^bb0(%in: f32, %max: f32, %at: i64):
    %i = linalg.index 1 : index
    %i64 = arith.index_cast %i : index to i64
    %is = arith.cmpf oge, %in, %max : f32
    %larger = arith.select %is, %in, %max : f32
    %next = arith.select %is, %i64, %at : i64
    linalg.yield %larger, %next : f32, i64
  } -> (tensor<4x1xf32>, tensor<4x1xi64>)
  %e = tensor.empty() : tensor<4x8xf32>
  %ex = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %m#0 : tensor<4x8xf32>, tensor<4x1xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %d = arith.subf %in, %max : f32
    %y = math.exp %d : f32
    linalg.yield %y : f32
  } -> tensor<4x8xf32>
  %s_init = linalg.fill ins(%zero : f32) outs(%e_row : tensor<4x1xf32>) -> tensor<4x1xf32>
  %s = linalg.generic {indexing_maps = [#id, #keep], iterator_types = ["parallel", "reduction"]} ins(%ex : tensor<4x8xf32>) outs(%s_init : tensor<4x1xf32>) {
  ^bb0(%in: f32, %sum: f32):
    %y = arith.addf %in, %sum : f32
    linalg.yield %y : f32
  } -> tensor<4x1xf32>
  %p = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]} ins(%ex, %s : tensor<4x8xf32>, tensor<4x1xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %y = arith.divf %in, %sum : f32
    linalg.yield %y : f32
  } -> tensor<4x8xf32>
  return %p, %m#1 : tensor<4x8xf32>, tensor<4x1xi64>
}

// F11 and F16: named operations, the reciprocal as a quotient of 1.
// CHECK-LABEL: func.func @f11_named_operations(
// CHECK-NOT:     linalg.exp
// CHECK:         lse.softmax dims = [1] stabilized
// CHECK-NOT:     linalg.mul
// CHECK:         return
func.func @f11_named_operations(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %e_row = tensor.empty() : tensor<4xf32>
  %ex = linalg.exp ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %s_init = linalg.fill ins(%zero : f32) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%ex : tensor<4x8xf32>) outs(%s_init : tensor<4xf32>) dimensions = [1]
  %r = linalg.map ins(%s : tensor<4xf32>) outs(%e_row : tensor<4xf32>) (%in: f32, %out: f32) {
    %y = arith.divf %one, %in : f32
    linalg.yield %y : f32
  }
  %b = linalg.broadcast ins(%r : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %p = linalg.mul ins(%ex, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// F12: a maximum that ignores NaN, and a second result by which a row of only NaN
// becomes NaN after all.
// CHECK-LABEL: func.func @f12_maximum_without_nan(
// CHECK:         lse.softmax dims = [1]
// CHECK:         return
func.func @f12_maximum_without_nan(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %lowest = arith.constant 0xFF800000 : f32
  %nan = arith.constant 0x7FC00000 : f32
  %zero = arith.constant 0.0 : f32
  %true = arith.constant true
  %e = tensor.empty() : tensor<4x8xf32>
  %e_row = tensor.empty() : tensor<4xf32>
  %e_bit = tensor.empty() : tensor<4xi1>
  %m_init = linalg.fill ins(%lowest : f32) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %b_init = linalg.fill ins(%true : i1) outs(%e_bit : tensor<4xi1>) -> tensor<4xi1>
  %m:2 = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x8xf32>) outs(%m_init, %b_init : tensor<4xf32>, tensor<4xi1>) {
  ^bb0(%in: f32, %max: f32, %all: i1):
    %larger = arith.maximumf %in, %max : f32
    %is_nan = arith.cmpf uno, %in, %in : f32
    %next = arith.select %is_nan, %max, %larger : f32
    %all_nan = arith.andi %all, %is_nan : i1
    linalg.yield %next, %all_nan : f32, i1
  } -> (tensor<4xf32>, tensor<4xi1>)
  %n = linalg.fill ins(%nan : f32) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %g = linalg.select ins(%m#1, %n, %m#0 : tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %ex = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %d = arith.subf %in, %max : f32
    %y = math.exp %d : f32
    linalg.yield %y : f32
  } -> tensor<4x8xf32>
  %s_init = linalg.fill ins(%zero : f32) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%ex : tensor<4x8xf32>) outs(%s_init : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %p = linalg.div ins(%ex, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// F12: the same where numbers are told instead.
// CHECK-LABEL: func.func @f12_maximum_of_numbers(
// CHECK:         lse.softmax dims = [1]
// CHECK:         return
func.func @f12_maximum_of_numbers(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %lowest = arith.constant 0xFF800000 : f32
  %nan = arith.constant 0x7FC00000 : f32
  %zero = arith.constant 0.0 : f32
  %true = arith.constant true
  %e = tensor.empty() : tensor<4x8xf32>
  %e_row = tensor.empty() : tensor<4xf32>
  %e_bit = tensor.empty() : tensor<4xi1>
  %m_init = linalg.fill ins(%lowest : f32) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %b_init = linalg.fill ins(%true : i1) outs(%e_bit : tensor<4xi1>) -> tensor<4xi1>
  %m:2 = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x8xf32>) outs(%m_init, %b_init : tensor<4xf32>, tensor<4xi1>) {
  ^bb0(%in: f32, %max: f32, %all: i1):
    %larger = arith.maximumf %in, %max : f32
    %is_number = arith.cmpf ord, %in, %in : f32
    %is_nan = arith.cmpf uno, %in, %in : f32
    %next = arith.select %is_number, %larger, %max : f32
    %all_nan = arith.andi %all, %is_nan : i1
    linalg.yield %next, %all_nan : f32, i1
  } -> (tensor<4xf32>, tensor<4xi1>)
  %n = linalg.fill ins(%nan : f32) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %g = linalg.select ins(%m#1, %n, %m#0 : tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %ex = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %d = arith.subf %in, %max : f32
    %y = math.exp %d : f32
    linalg.yield %y : f32
  } -> tensor<4x8xf32>
  %s_init = linalg.fill ins(%zero : f32) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%ex : tensor<4x8xf32>) outs(%s_init : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %p = linalg.div ins(%ex, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// N10: numbers are left out, NaN are not: no maximum.
// CHECK-LABEL: func.func @n10_maximum_of_nan(
// CHECK-NOT:     lse.
// CHECK:         return
func.func @n10_maximum_of_nan(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %lowest = arith.constant 0xFF800000 : f32
  %nan = arith.constant 0x7FC00000 : f32
  %zero = arith.constant 0.0 : f32
  %true = arith.constant true
  %e = tensor.empty() : tensor<4x8xf32>
  %e_row = tensor.empty() : tensor<4xf32>
  %e_bit = tensor.empty() : tensor<4xi1>
  %m_init = linalg.fill ins(%lowest : f32) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %b_init = linalg.fill ins(%true : i1) outs(%e_bit : tensor<4xi1>) -> tensor<4xi1>
  %m:2 = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x8xf32>) outs(%m_init, %b_init : tensor<4xf32>, tensor<4xi1>) {
  ^bb0(%in: f32, %max: f32, %all: i1):
    %larger = arith.maximumf %in, %max : f32
    %is_nan = arith.cmpf uno, %in, %in : f32
    %next = arith.select %is_nan, %larger, %max : f32
    %all_nan = arith.andi %all, %is_nan : i1
    linalg.yield %next, %all_nan : f32, i1
  } -> (tensor<4xf32>, tensor<4xi1>)
  %n = linalg.fill ins(%nan : f32) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %g = linalg.select ins(%m#1, %n, %m#0 : tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %ex = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %g : tensor<4x8xf32>, tensor<4xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %d = arith.subf %in, %max : f32
    %y = math.exp %d : f32
    linalg.yield %y : f32
  } -> tensor<4x8xf32>
  %s_init = linalg.fill ins(%zero : f32) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%ex : tensor<4x8xf32>) outs(%s_init : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%e : tensor<4x8xf32>) dimensions = [1]
  %p = linalg.div ins(%ex, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// F13 and F15: the maximum starts at NaN, which `maxnumf` ignores, and bodies are
// fused: one yields the exponential to the sum and to the quotient.
// CHECK-LABEL: func.func @f13_fused_bodies(
// CHECK-NOT:     linalg.generic
// CHECK:         lse.softmax dims = [1]
// CHECK-NOT:     linalg.generic
// CHECK:         return
func.func @f13_fused_bodies(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %nan = arith.constant 0xFFC00000 : f32
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %e_row = tensor.empty() : tensor<4xf32>
  %m_init = linalg.fill ins(%nan : f32) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %m = linalg.reduce { arith.maxnumf } ins(%x : tensor<4x8xf32>) outs(%m_init : tensor<4xf32>) dimensions = [1]
  %s_init = linalg.fill ins(%zero : f32) outs(%e_row : tensor<4xf32>) -> tensor<4xf32>
  %ex:2 = linalg.generic {indexing_maps = [#id, #row, #id, #row], iterator_types = ["parallel", "reduction"]} ins(%x, %m : tensor<4x8xf32>, tensor<4xf32>) outs(%e, %s_init : tensor<4x8xf32>, tensor<4xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32, %sum: f32):
    %d = arith.subf %in, %max : f32
    %y = math.exp %d : f32
    %z = arith.addf %sum, %y : f32
    linalg.yield %y, %z : f32, f32
  } -> (tensor<4x8xf32>, tensor<4xf32>)
  %p = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%ex#0, %ex#1 : tensor<4x8xf32>, tensor<4xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %y = arith.divf %in, %sum : f32
    linalg.yield %y : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// F14: by name, and in a function of its own.
// CHECK-LABEL: func.func @f14_named(
// CHECK:         lse.softmax dims = [0]
// CHECK:         lse.logsumexp dims = [1] stabilized
// CHECK-NOT:     call
// CHECK:         return
func.func @f14_named(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4xf32>) {
  %e = tensor.empty() : tensor<4x8xf32>
  %p = linalg.softmax dimension(0) ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %l = func.call @f14_logsumexp(%x) : (tensor<4x8xf32>) -> tensor<4xf32>
  return %p, %l : tensor<4x8xf32>, tensor<4xf32>
}
func.func private @f14_logsumexp(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %l = math.log %s : tensor<4xf32>
  return %l : tensor<4xf32>
}

// F45: the log-probability is read in the body, classes out of range end the
// program, and one class is left out.
// CHECK-LABEL: func.func @f45_extract(
// CHECK:         lse.cross_entropy dims = [1]
// CHECK:         return
func.func @f45_extract(%x: tensor<4x8xf32>, %t: tensor<4xi64>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %ignored = arith.constant -100 : i64
  %e = tensor.empty() : tensor<4x8xf32>
  %e_row = tensor.empty() : tensor<4xf32>
  %p = linalg.softmax dimension(1) ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %l = linalg.log ins(%p : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %loss = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%t : tensor<4xi64>) outs(%e_row : tensor<4xf32>) {
  ^bb0(%in: i64, %out: f32):
    %i = linalg.index 0 : index
    %c = arith.index_cast %in : i64 to index
    %is = arith.cmpi eq, %in, %ignored : i64
    %v = tensor.extract %l[%i, %c] : tensor<4x8xf32>
    %n = arith.negf %v : f32
    %y = arith.select %is, %zero, %n : f32
    linalg.yield %y : f32
  } -> tensor<4xf32>
  return %loss : tensor<4xf32>
}

// N10: the sum starts at what is not known; the maximum starts at NaN and keeps it. A
// sum that starts at 1 has a sink.
// CHECK-LABEL: func.func @n10_initial_values(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         lse.softmax dims = [1] stabilized
// CHECK:           %[[ZERO:.+]] = arith.constant 0.0
// CHECK:           lse.yield %{{.+}}, %[[ZERO]] : f32, f32
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n10_initial_values(%x: tensor<4x8xf32>, %unknown: tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %nans = arith.constant dense<0x7FC00000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x8xf32>
  %e = math.exp %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%ones : tensor<4xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x8xf32>
  %s2 = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%unknown : tensor<4xf32>) dimensions = [1]
  %b2 = linalg.broadcast ins(%s2 : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p2 = arith.divf %e, %b2 : tensor<4x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x8xf32>) outs(%nans : tensor<4xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<4x8xf32>
  %e3 = math.exp %d : tensor<4x8xf32>
  %s3 = linalg.reduce { arith.addf } ins(%e3 : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %b3 = linalg.broadcast ins(%s3 : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p3 = arith.divf %e3, %b3 : tensor<4x8xf32>
  return %p, %p2, %p3 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// N19: rows are told apart by a number for each element.
// CHECK-LABEL: func.func @n19_segments(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func @n19_segments(%x: tensor<8xf32>, %segment: tensor<8xindex>) -> tensor<8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %e = math.exp %x : tensor<8xf32>
  %s = scf.for %i = %c0 to %c8 step %c1 iter_args(%sums = %zeros) -> tensor<4xf32> {
    %k = tensor.extract %segment[%i] : tensor<8xindex>
    %v = tensor.extract %e[%i] : tensor<8xf32>
    %old = tensor.extract %sums[%k] : tensor<4xf32>
    %new = arith.addf %old, %v : f32
    %next = tensor.insert %new into %sums[%k] : tensor<4xf32>
    scf.yield %next : tensor<4xf32>
  }
  %t = tensor.empty() : tensor<8xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%e, %segment : tensor<8xf32>, tensor<8xindex>) outs(%t : tensor<8xf32>) {
  ^bb0(%in: f32, %k: index, %out: f32):
    %z = tensor.extract %s[%k] : tensor<4xf32>
    %y = arith.divf %in, %z : f32
    linalg.yield %y : f32
  } -> tensor<8xf32>
  return %p : tensor<8xf32>
}

// N23: a function that is only declared stands between the exponentials and their
// sum.
// CHECK-LABEL: func.func @n23_unknown_function(
// CHECK-NOT:     lse.{{.+}} dims
// CHECK:         return
func.func private @n23_unknown(tensor<4xf32>) -> tensor<4xf32>
func.func @n23_unknown_function(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x8xf32>
  %e = math.exp %x : tensor<4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %all = func.call @n23_unknown(%s) : (tensor<4xf32>) -> tensor<4xf32>
  %b = linalg.broadcast ins(%all : tensor<4xf32>) outs(%t : tensor<4x8xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// N31: rows whose maximum is the lowest number, or infinite either way, are no rows
// without a key: the guard stays what it is.
// CHECK-LABEL: func.func @n31_other_guards(
// CHECK:         lse.softmax dims = [1] ins
// CHECK:         linalg.generic
// CHECK:         return
func.func @n31_other_guards(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %lowest = arith.constant 0xFF7FFFFF : f32
  %zero = arith.constant 0.0 : f32
  %infinity = arith.constant dense<0xFF800000> : tensor<4xf32>
  %t = tensor.empty() : tensor<4x8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x8xf32>) outs(%infinity : tensor<4xf32>) dimensions = [1]
  %p = linalg.softmax dimension(1) ins(%x : tensor<4x8xf32>) outs(%t : tensor<4x8xf32>) -> tensor<4x8xf32>
  %g = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%p, %m : tensor<4x8xf32>, tensor<4xf32>) outs(%t : tensor<4x8xf32>) {
  ^bb0(%in: f32, %max: f32, %out: f32):
    %is = arith.cmpf oeq, %max, %lowest : f32
    %y = arith.select %is, %zero, %in : f32
    linalg.yield %y : f32
  } -> tensor<4x8xf32>
  return %g : tensor<4x8xf32>
}

// N30: keys are repeated for groups of heads, values are not.
// CHECK-LABEL: func.func @n30_keys_repeated_only(
// CHECK:         lse.attention
// CHECK:         return
func.func @n30_keys_repeated_only(%q: tensor<4x5x8xf32>, %k: tensor<2x6x8xf32>, %v: tensor<4x6x3xf32>) -> tensor<4x5x3xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x5x6xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4x5x6xf32>) -> tensor<4x5x6xf32>
  %re = tensor.empty() : tensor<2x2x6x8xf32>
  %r = linalg.broadcast ins(%k : tensor<2x6x8xf32>) outs(%re : tensor<2x2x6x8xf32>) dimensions = [1]
  %kr = tensor.collapse_shape %r [[0, 1], [2], [3]] : tensor<2x2x6x8xf32> into tensor<4x6x8xf32>
  %s = linalg.batch_matmul indexing_maps = [affine_map<(b, i, j, d) -> (b, i, d)>, affine_map<(b, i, j, d) -> (b, j, d)>, affine_map<(b, i, j, d) -> (b, i, j)>] ins(%q, %kr : tensor<4x5x8xf32>, tensor<4x6x8xf32>) outs(%z : tensor<4x5x6xf32>) -> tensor<4x5x6xf32>
  %p = linalg.softmax dimension(2) ins(%s : tensor<4x5x6xf32>) outs(%e : tensor<4x5x6xf32>) -> tensor<4x5x6xf32>
  %oe = tensor.empty() : tensor<4x5x3xf32>
  %oz = linalg.fill ins(%zero : f32) outs(%oe : tensor<4x5x3xf32>) -> tensor<4x5x3xf32>
  %o = linalg.batch_matmul ins(%p, %v : tensor<4x5x6xf32>, tensor<4x6x3xf32>) outs(%oz : tensor<4x5x3xf32>) -> tensor<4x5x3xf32>
  return %o : tensor<4x5x3xf32>
}
