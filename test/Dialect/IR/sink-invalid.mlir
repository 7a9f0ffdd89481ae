// RUN: lse-opt %s --split-input-file --verify-diagnostics

func.func @element(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{yields a sink that changes along dimension 1; it must be the same for all of a row}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    %sink = arith.negf %in : f32
    lse.yield %in, %sink : f32, f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @position(%x: tensor<4x8xf32>, %out: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error @below {{yields a sink that changes along dimension 0; it must be the same for all of a row}}
  %l = lse.logsumexp dims = [0] ins(%x : tensor<4x8xf32>) outs(%out : tensor<8xf32>) logits {
  ^bb0(%in: f32):
    %i = lse.index 0
    %i32 = arith.index_cast %i : index to i32
    %sink = arith.sitofp %i32 : i32 to f32
    lse.yield %in, %sink : f32, f32
  } -> tensor<8xf32>
  return %l : tensor<8xf32>
}

// -----

func.func @class(%x: tensor<4x8xf32>, %labels: tensor<4xi64>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{yields a sink that depends on which class an element is; it must be the same for all of a row}}
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>]
    ins(%x, %labels : tensor<4x8xf32>, tensor<4xi64>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32, %label: i64):
    %is = lse.is_class %label along 1 : i64
    %sink = arith.uitofp %is : i1 to f32
    lse.yield %in, %sink : f32, f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @score(%q: tensor<8x16xf32>) -> tensor<8x16xf32> {
  // expected-error @below {{yields a sink that is made of the score; it must be the same for all of a row}}
  %r = lse.attention dims = [1] ins(%q, %q, %q : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%q : tensor<8x16xf32>) logits {
  ^bb0(%score: f32):
    lse.yield %score, %score : f32, f32
  } -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}

// -----

func.func @sparse(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error-re @below {{logit region yields 2 values, but must yield 1 value{{$}}}}
  %p = lse.sparsemax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    %sink = arith.constant 0.0 : f32
    lse.yield %in, %sink : f32, f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @tempered(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    %sink = arith.constant 0.0 : f32
    %two = arith.constant 2.0 : f32
    // expected-error @below {{cannot stand beside a sink, whose temperature would be another; divide both by it instead}}
    %z = lse.temper %in by %two : f32, f32
    lse.yield %z, %sink : f32, f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}
