// RUN: lse-opt %s --split-input-file --verify-diagnostics

func.func @element(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{yields a weight that changes along dimension 1; it must be the same for all of a row}}
  %r = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%z: f32, %t: f32):
    lse.yield %z, %t, %t : f32, f32, f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// -----

func.func @z_weight(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{yields a z-weight that changes along dimension 1; it must be the same for all of a row}}
  %r = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%z: f32, %t: f32):
    %w = arith.constant 2.0 : f32
    lse.yield %z, %t, %w, %t : f32, f32, f32, f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// -----

func.func @gradient(%x: tensor<4x8xf32>, %g: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{yields a gradient that changes along dimension 1; it must be the same for all of a row}}
  %r = lse.logsumexp_grad dims = [1] ins(%x, %g : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// -----

func.func @weight_of_sum(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{yields a weight that changes along dimension 1; it must be the same for all of a row}}
  %r = lse.logsumexp_grad dims = [1] ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%z: f32, %a: f32):
    %g = arith.constant 2.0 : f32
    lse.yield %z, %g, %a, %a : f32, f32, f32, f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// -----

func.func @one_too_many(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{logit region yields 5 values, but must yield 2 values, and may yield an addend and then a weight}}
  %r = lse.logsumexp_grad dims = [1] ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%z: f32, %a: f32):
    %g = arith.constant 2.0 : f32
    lse.yield %z, %g, %a, %g, %g : f32, f32, f32, f32, f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// -----

func.func @too_many(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{logit region yields 5 values, but must yield 2 values, and may yield a weight and then a z-weight}}
  %r = lse.cross_entropy_grad dims = [1] ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%z: f32, %t: f32):
    %w = arith.constant 2.0 : f32
    lse.yield %z, %t, %w, %w, %w : f32, f32, f32, f32, f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// -----

func.func @other_gradients(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error-re @below {{logit region yields 3 values, but must yield 2 values{{$}}}}
  %r = lse.softmax_grad dims = [1] ins(%x, %y : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%z: f32, %t: f32):
    %w = arith.constant 2.0 : f32
    lse.yield %z, %t, %w : f32, f32, f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}
