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

// -----

// The sum has as many elements as %x, the quotient as many as %y: these are the
// same only where the addition is done.
#m2 = affine_map<(i,j)->(i,j)>
#m1 = affine_map<(i,j)->(i)>
func.func @extents_if_added(%a: tensor<4xf32>, %x: tensor<4x?xf32>, %y: tensor<4x?xf32>, %c: i1) -> (tensor<4x?xf32>, tensor<4x?xf32>) {
  %c1 = arith.constant 1 : index
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %n = tensor.dim %x, %c1 : tensor<4x?xf32>
  %m = tensor.dim %y, %c1 : tensor<4x?xf32>
  %r = scf.if %c -> tensor<4x?xf32> {
    %t = arith.addf %x, %y : tensor<4x?xf32>
    scf.yield %t : tensor<4x?xf32>
  } else {
    scf.yield %x : tensor<4x?xf32>
  }
  %ex = tensor.empty(%n) : tensor<4x?xf32>
  %ey = tensor.empty(%m) : tensor<4x?xf32>
  %e1 = linalg.generic {indexing_maps=[#m1,#m2], iterator_types=["parallel","parallel"]} ins(%a: tensor<4xf32>) outs(%ex: tensor<4x?xf32>) {
  ^bb0(%in: f32, %o: f32):
    %i = linalg.index 1 : index
    %k = arith.index_cast %i : index to i32
    %kf = arith.sitofp %k : i32 to f32
    %z = arith.mulf %in, %kf : f32
    %e = math.exp %z : f32
    linalg.yield %e : f32
  } -> tensor<4x?xf32>
  %e2 = linalg.generic {indexing_maps=[#m1,#m2], iterator_types=["parallel","parallel"]} ins(%a: tensor<4xf32>) outs(%ey: tensor<4x?xf32>) {
  ^bb0(%in: f32, %o: f32):
    %i = linalg.index 1 : index
    %k = arith.index_cast %i : index to i32
    %kf = arith.sitofp %k : i32 to f32
    %z = arith.mulf %in, %kf : f32
    %e = math.exp %z : f32
    linalg.yield %e : f32
  } -> tensor<4x?xf32>
  %s = linalg.reduce { arith.addf } ins(%e1 : tensor<4x?xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  // expected-remark @below {{[Missed] shape-unproven}}
  %q = linalg.generic {indexing_maps=[#m2,#m1,#m2], iterator_types=["parallel","parallel"]} ins(%e2,%s: tensor<4x?xf32>,tensor<4xf32>) outs(%ey: tensor<4x?xf32>) {
  ^bb0(%in: f32, %d: f32, %o: f32):
    %e = arith.divf %in, %d : f32
    linalg.yield %e : f32
  } -> tensor<4x?xf32>
  return %q, %r : tensor<4x?xf32>, tensor<4x?xf32>
}

// -----

// Only the first column gets the sum, the others keep what was there.
#all = affine_map<(d0, d1) -> (d0, d1)>
#first = affine_map<(d0, d1) -> (d0, 0)>
func.func @first_column(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4x8xf32>
  %e = math.exp %x : tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [#all, #first], iterator_types = ["parallel", "reduction"]} ins(%e : tensor<4x8xf32>) outs(%zeros : tensor<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %sum = arith.addf %in, %out : f32
    linalg.yield %sum : f32
  } -> tensor<4x8xf32>
  %p = arith.divf %e, %s : tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// 1.44269502 is log2(e) in f32. In f64 it is another number.
func.func @almost_base_e(%x: tensor<4x8xf64>, %t: tensor<4x8xf64>) -> tensor<4x8xf64> {
  %zeros = arith.constant dense<0.0> : tensor<4xf64>
  %log2e = arith.constant dense<1.44269502> : tensor<4x8xf64>
  %a = arith.mulf %x, %log2e : tensor<4x8xf64>
  %e2 = math.exp2 %a : tensor<4x8xf64>
  %e = math.exp %x : tensor<4x8xf64>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<4x8xf64>) outs(%zeros : tensor<4xf64>) dimensions = [1]
  %b = linalg.broadcast ins(%s : tensor<4xf64>) outs(%t : tensor<4x8xf64>) dimensions = [1]
  // expected-remark @below {{[Missed] different-logits}}
  %p = arith.divf %e2, %b : tensor<4x8xf64>
  return %p : tensor<4x8xf64>
}

// -----

// The sum has as many elements as %y, the quotient as many as %x: a choice of
// one of these does not make them the same.
#in = affine_map<(d0, d1, d2) -> (d0, d1)>
#all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0)>
func.func @extents_of_a_choice(%z: tensor<?x?xf32>, %x: tensor<?xf32>, %y: tensor<?xf32>, %c: i1) -> (tensor<?x?x?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %d0 = tensor.dim %z, %c0 : tensor<?x?xf32>
  %d1 = tensor.dim %z, %c1 : tensor<?x?xf32>
  %nx = tensor.dim %x, %c0 : tensor<?xf32>
  %ny = tensor.dim %y, %c0 : tensor<?xf32>
  %either = arith.select %c, %x, %y : tensor<?xf32>
  %ty = tensor.empty(%d0, %d1, %ny) : tensor<?x?x?xf32>
  %tx = tensor.empty(%d0, %d1, %nx) : tensor<?x?x?xf32>
  %t = tensor.empty(%d0) : tensor<?xf32>
  %b = linalg.broadcast ins(%z : tensor<?x?xf32>) outs(%ty : tensor<?x?x?xf32>) dimensions = [2]
  %e = math.exp %b : tensor<?x?x?xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%t : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<?x?x?xf32>) outs(%zeros : tensor<?xf32>) dimensions = [1, 2]
  // expected-remark @below {{[Missed]}}
  %p = linalg.generic {indexing_maps = [#in, #row, #all], iterator_types = ["parallel", "parallel", "parallel"]} ins(%z, %s : tensor<?x?xf32>, tensor<?xf32>) outs(%tx : tensor<?x?x?xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %exp = math.exp %in : f32
    %quotient = arith.divf %exp, %sum : f32
    linalg.yield %quotient : f32
  } -> tensor<?x?x?xf32>
  return %p, %either : tensor<?x?x?xf32>, tensor<?xf32>
}

// -----

// A logarithm of the same tensor's exponentials, but of others than are left.
#all = affine_map<(d0, d1) -> (d0, d1)>
#rows = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @logarithm_of_other_logits
func.func @logarithm_of_other_logits(%x: tensor<4x10xf32>, %i: tensor<4x10xf32>, %j: tensor<4xf32>) -> tensor<4x10xf32> {
  %zero = arith.constant 0.0 : f32
  %two = arith.constant 2.0 : f32
  %s0 = linalg.fill ins(%zero : f32) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#all, #rows], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x10xf32>) outs(%s0 : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %0 = arith.mulf %in, %two : f32
    %1 = math.exp %0 : f32
    %2 = arith.addf %1, %out : f32
    linalg.yield %2 : f32
  } -> tensor<4xf32>
  %l = linalg.log ins(%s : tensor<4xf32>) outs(%j : tensor<4xf32>) -> tensor<4xf32>
  // expected-remark @below {{[Missed] different-logits}}
  %r = linalg.generic {indexing_maps = [#all, #rows, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %l : tensor<4x10xf32>, tensor<4xf32>) outs(%i : tensor<4x10xf32>) {
  ^bb0(%in: f32, %log: f32, %out: f32):
    %0 = arith.subf %in, %log : f32
    linalg.yield %0 : f32
  } -> tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}
