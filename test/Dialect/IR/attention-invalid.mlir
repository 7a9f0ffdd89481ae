// RUN: lse-opt %s --split-input-file --verify-diagnostics

func.func @no_values(%q: tensor<8x16xf32>, %o: tensor<8x16xf32>) -> tensor<8x16xf32> {
  // expected-error @below {{a logit region can only be left out when there are three inputs, of floating-point elements}}
  %r = lse.attention dims = [1] ins(%q, %q : tensor<8x16xf32>, tensor<8x16xf32>) outs(%o : tensor<8x16xf32>) -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}

// -----

func.func @no_values_either(%q: tensor<8x16xf32>, %o: tensor<8x16xf32>) -> tensor<8x16xf32> {
  // expected-error @below {{needs queries, keys and values as inputs}}
  %r = lse.attention dims = [1]
    indexing_maps = [affine_map<(i, j, d) -> (i, d)>, affine_map<(i, j, d) -> (j, d)>, affine_map<(i, j, d) -> (i, d)>]
    ins(%q, %q : tensor<8x16xf32>, tensor<8x16xf32>) outs(%o : tensor<8x16xf32>) logits {
  ^bb0(%score: f32):
    lse.yield %score : f32
  } -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}

// -----

func.func @vectors(%q: tensor<16xf32>) -> tensor<16xf32> {
  // expected-error @below {{'indexing_maps' can only be left out when there are queries, keys and values, of rank 2 at least}}
  %r = lse.attention dims = [1] ins(%q, %q, %q : tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) outs(%q : tensor<16xf32>) -> tensor<16xf32>
  return %r : tensor<16xf32>
}

// -----

func.func @rank(%q: tensor<8x16xf32>, %k: tensor<2x8x16xf32>) -> tensor<8x16xf32> {
  // expected-error @below {{input #1 has rank 3, but must have rank 2, as queries have; say with 'indexing_maps' if it is to have another}}
  %r = lse.attention dims = [1] ins(%q, %k, %q : tensor<8x16xf32>, tensor<2x8x16xf32>, tensor<8x16xf32>) outs(%q : tensor<8x16xf32>) -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}

// -----

func.func @extents(%q: tensor<8x16xf32>, %v: tensor<7x16xf32>) -> tensor<8x16xf32> {
  // expected-error @below {{input #2 has extent 7 in dimension 0, but dimension 1 of the iteration space has 8}}
  %r = lse.attention dims = [1] ins(%q, %q, %v : tensor<8x16xf32>, tensor<8x16xf32>, tensor<7x16xf32>) outs(%q : tensor<8x16xf32>) -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}

// -----

func.func @integer_keys(%q: tensor<8x16xf32>, %k: tensor<8x16xi8>) -> tensor<8x16xf32> {
  // expected-error @below {{input #1 must have floating-point elements, not 'i8'}}
  %r = lse.attention dims = [1] ins(%q, %k, %q : tensor<8x16xf32>, tensor<8x16xi8>, tensor<8x16xf32>) outs(%q : tensor<8x16xf32>) logits {
  ^bb0(%score: f32):
    lse.yield %score : f32
  } -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}

// -----

func.func @keys_are_queries(%q: tensor<8x16xf32>) -> tensor<8x16xf32> {
  // expected-error @below {{loop dimension 0 is one of 'dims' and must index keys and values}}
  %r = lse.attention dims = [0] ins(%q, %q, %q : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%q : tensor<8x16xf32>) -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}

// -----

func.func @keys_index_queries(%q: tensor<8x16xf32>) -> tensor<8x16xf32> {
  // expected-error @below {{loop dimension 1 is one of 'dims' and must not index queries or the destination}}
  %r = lse.attention dims = [1]
    indexing_maps = [affine_map<(i, j, d, n) -> (j, d)>, affine_map<(i, j, d, n) -> (j, d)>,
                     affine_map<(i, j, d, n) -> (j, n)>, affine_map<(i, j, d, n) -> (i, n)>]
    ins(%q, %q, %q : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%q : tensor<8x16xf32>) -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}

// -----

func.func @values_have_scores(%q: tensor<8x16xf32>) -> tensor<8x8xf32> {
  %o = tensor.empty() : tensor<8x8xf32>
  // expected-error @below {{loop dimension 2 is not one of the destination, so that scores are summed over it: it must index queries and keys, and nothing else}}
  %r = lse.attention dims = [1]
    indexing_maps = [affine_map<(i, j, d, n) -> (i, d)>, affine_map<(i, j, d, n) -> (j, d)>,
                     affine_map<(i, j, d, n) -> (j, d)>, affine_map<(i, j, d, n) -> (i, n)>]
    ins(%q, %q, %q : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%o : tensor<8x8xf32>) -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

func.func @no_score(%q: tensor<8x16xf32>) -> tensor<8x16x16xf32> {
  %o = tensor.empty() : tensor<8x16x16xf32>
  // expected-error @below {{needs a loop dimension that indexes queries and keys and nothing else: that of a score}}
  %r = lse.attention dims = [1]
    indexing_maps = [affine_map<(i, j, d, n) -> (i, d)>, affine_map<(i, j, d, n) -> (j, d)>,
                     affine_map<(i, j, d, n) -> (j, n)>, affine_map<(i, j, d, n) -> (i, d, n)>]
    ins(%q, %q, %q : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%o : tensor<8x16x16xf32>) -> tensor<8x16x16xf32>
  return %r : tensor<8x16x16xf32>
}

// -----

func.func @other_results(%q: tensor<8x16xf32>, %l: tensor<8x8xf32>) -> (tensor<8x16xf32>, tensor<8x8xf32>) {
  // expected-error @below {{cannot yield 'probabilities'}}
  %r:2 = lse.attention dims = [1] results = [output, probabilities]
    indexing_maps = [affine_map<(i, j, d, n) -> (i, d)>, affine_map<(i, j, d, n) -> (j, d)>,
                     affine_map<(i, j, d, n) -> (j, n)>, affine_map<(i, j, d, n) -> (i, n)>, affine_map<(i, j, d, n) -> (i, j)>]
    ins(%q, %q, %q : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%q, %l : tensor<8x16xf32>, tensor<8x8xf32>) -> (tensor<8x16xf32>, tensor<8x8xf32>)
  return %r#0, %r#1 : tensor<8x16xf32>, tensor<8x8xf32>
}

// -----

func.func @logsumexp_first(%q: tensor<8x16xf32>, %l: tensor<8xf32>) -> (tensor<8xf32>, tensor<8x16xf32>) {
  // expected-error @below {{must yield 'output' first}}
  %r:2 = lse.attention dims = [1] results = [logsumexp, output] ins(%q, %q, %q : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>)
    outs(%l, %q : tensor<8xf32>, tensor<8x16xf32>) -> (tensor<8xf32>, tensor<8x16xf32>)
  return %r#0, %r#1 : tensor<8xf32>, tensor<8x16xf32>
}

// -----

func.func @logsumexp_of_values(%q: tensor<8x16xf32>, %l: tensor<8x16xf32>) -> (tensor<8x16xf32>, tensor<8x16xf32>) {
  // expected-error @below {{indexing map of result #1 (logsumexp) must index each dimension of a query, and none of keys, scores and values, exactly once}}
  %r:2 = lse.attention dims = [1] results = [output, logsumexp]
    indexing_maps = [affine_map<(i, j, d, n) -> (i, d)>, affine_map<(i, j, d, n) -> (j, d)>,
                     affine_map<(i, j, d, n) -> (j, n)>, affine_map<(i, j, d, n) -> (i, n)>, affine_map<(i, j, d, n) -> (i, n)>]
    ins(%q, %q, %q : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%q, %l : tensor<8x16xf32>, tensor<8x16xf32>) -> (tensor<8x16xf32>, tensor<8x16xf32>)
  return %r#0, %r#1 : tensor<8x16xf32>, tensor<8x16xf32>
}

// -----

func.func @logsumexp_alone(%q: tensor<8x16xf32>, %l: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error-re @below {{must yield 'output'{{$}}}}
  %r = lse.attention dims = [1] results = [logsumexp] ins(%q, %q, %q : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>)
    outs(%l : tensor<8xf32>) -> tensor<8xf32>
  return %r : tensor<8xf32>
}

// -----

func.func @region(%q: tensor<8x16xf32>) -> tensor<8x16xf32> {
  // expected-error @below {{logit region has 3 arguments, but the score and the inputs after queries, keys and values are 1}}
  %r = lse.attention dims = [1] ins(%q, %q, %q : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%q : tensor<8x16xf32>) logits {
  ^bb0(%a: f32, %b: f32, %c: f32):
    lse.yield %a : f32
  } -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}

// -----

func.func @integer_score(%q: tensor<8x16xf32>) -> tensor<8x16xf32> {
  // expected-error @below {{argument #0 of the logit region is a score, which must be floating-point, not 'i32'}}
  %r = lse.attention dims = [1] ins(%q, %q, %q : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%q : tensor<8x16xf32>) logits {
  ^bb0(%a: i32):
    %z = arith.sitofp %a : i32 to f32
    lse.yield %z : f32
  } -> tensor<8x16xf32>
  return %r : tensor<8x16xf32>
}

// -----

func.func @position_in_a_score(%x: tensor<2x8x16xf32>) -> tensor<2x8x16xf32> {
  %r = lse.attention dims = [2] ins(%x, %x, %x : tensor<2x8x16xf32>, tensor<2x8x16xf32>, tensor<2x8x16xf32>) outs(%x : tensor<2x8x16xf32>) logits {
  ^bb0(%score: f32):
    // expected-error@+1 {{is of dimension 3, which logits of an attention do not have}}
    %d = lse.index 3
    lse.yield %score : f32
  } -> tensor<2x8x16xf32>
  return %r : tensor<2x8x16xf32>
}
