// What looks like a softmax and is none: nothing may be rewritten, and the
// remark says why.
// RUN: lse-opt %s --lse-raise --remarks-filter-missed=lse-raise --split-input-file --verify-diagnostics | FileCheck %s
// CHECK-NOT: lse.softmax

// The sum is over rows, but divides columns.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @wrong_broadcast(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [0]
  // expected-remark @below {{[Missed] axis}}
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// What is left over is exp(-max): no softmax.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @maximum_in_numerator_only(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<8x8xf32>) outs(%m0 : tensor<8xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<8x8xf32>
  %e = math.exp %d : tensor<8x8xf32>
  %f = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] shift-residual}}
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// The denominator belongs to another tensor.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @other_tensor(%x: tensor<8x8xf32>, %y: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %f = math.exp %y : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] different-logits}}
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// Numerator and denominator differ in scale.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @other_temperature(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %c = arith.constant dense<2.0> : tensor<8x8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %t = arith.mulf %x, %c : tensor<8x8xf32>
  %f = math.exp %t : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] different-logits}}
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// An extra one in the denominator: softmax with a sink, a different function.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @one_plus_sum(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %c = arith.constant dense<1.0> : tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %z = arith.addf %s, %c : tensor<8xf32>
  %b = linalg.broadcast ins(%z : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] extra-term}}
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// The same, spelled as the start of the sum.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @sum_starts_at_one(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %one = arith.constant 1.0 : f32
  %ones = linalg.fill ins(%one : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%ones : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] extra-term}}
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// A clamp of the denominator is not known to be idle.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @epsilon_under_maximum(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %c = arith.constant dense<1.0e-6> : tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %z = arith.maximumf %s, %c : tensor<8xf32>
  %b = linalg.broadcast ins(%z : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] extra-term}}
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// exp over its mean is a softmax times the length of the row.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @divided_by_mean(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %c = arith.constant dense<0.125> : tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %z = arith.mulf %s, %c : tensor<8xf32>
  %b = linalg.broadcast ins(%z : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] extra-factor}}
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// Exponentials with weights in the denominator only.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @weighted_sum(%x: tensor<8x8xf32>, %y: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %f = arith.mulf %e, %y : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] weight}}
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// Shifted by the maximum of another tensor, which may be infinite where this row is not.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @foreign_shift(%x: tensor<8x8xf32>, %y: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%y : tensor<8x8xf32>) outs(%m0 : tensor<8xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<8x8xf32>
  %e = math.exp %d : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] shift-foreign}}
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// A maximum that starts at NaN is NaN: so is the source, everywhere.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @maximum_starts_at_nan(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %nan = arith.constant 0x7FC00000 : f32
  %nans = linalg.fill ins(%nan : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<8x8xf32>) outs(%nans : tensor<8xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%m : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mb : tensor<8x8xf32>
  %e = math.exp %d : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] shift-foreign}}
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// A shift that varies along the row changes the logits: a softmax, but not of x alone.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @maximum_over_columns(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<8x8xf32>) outs(%m0 : tensor<8xf32>) dimensions = [0]
  %mb = linalg.broadcast ins(%m : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [0]
  %d = arith.subf %x, %mb : tensor<8x8xf32>
  %e = math.exp %d : tensor<8x8xf32>
  %f = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%f : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] different-logits}}
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// A product is no sum.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @product(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %one = arith.constant 1.0 : f32
  %ones = linalg.fill ins(%one : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.mulf } ins(%e : tensor<8x8xf32>) outs(%ones : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// x over the sum of exponentials is no softmax.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @no_exponential_above(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  %p = arith.divf %x, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// exp over the sum of the logits is none either.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @exponential_over_plain_sum(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%x : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// Normalised, but nothing exponential.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @l1_normalisation(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %e = math.absf %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  %p = arith.divf %e, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// x exp(x) over the sum.
#all = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#scalar = affine_map<(d0, d1) -> ()>
func.func @times_logits(%x: tensor<8x8xf32>, %e0: tensor<8x8xf32>, %r0: tensor<8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %zeros = linalg.fill ins(%zero : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %m0 = linalg.fill ins(%lowest : f32) outs(%r0 : tensor<8xf32>) -> tensor<8xf32>
  %e = math.exp %x : tensor<8x8xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf32>) outs(%zeros : tensor<8xf32>) dimensions = [1]
  %f = arith.mulf %x, %e : tensor<8x8xf32>
  %b = linalg.broadcast ins(%s : tensor<8xf32>) outs(%e0 : tensor<8x8xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] extra-factor}}
  %p = arith.divf %f, %b : tensor<8x8xf32>
  return %p : tensor<8x8xf32>
}

// -----

// In 8 bits every step rounds or saturates.
func.func @eight_bits(%x: tensor<8x8xf8E5M2>, %e0: tensor<8x8xf8E5M2>) -> tensor<8x8xf8E5M2> {
  %zeros = arith.constant dense<0.0> : tensor<8xf8E5M2>
  %e = math.exp %x : tensor<8x8xf8E5M2>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<8x8xf8E5M2>) outs(%zeros : tensor<8xf8E5M2>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<8xf8E5M2>) outs(%e0 : tensor<8x8xf8E5M2>) dimensions = [1]
  // expected-remark @below {{[Missed] element-type}}
  %p = arith.divf %e, %b : tensor<8x8xf8E5M2>
  return %p : tensor<8x8xf8E5M2>
}
