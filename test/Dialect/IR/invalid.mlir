// RUN: lse-opt %s --split-input-file --verify-diagnostics

func.func @no_dims(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{needs at least one dimension in 'dims'}}
  %p = lse.softmax dims = [] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @dim_out_of_range(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{has dimension 2 in 'dims', but the iteration space has 2 dimensions}}
  %p = lse.softmax dims = [2] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @repeated_dim(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{'dims' must be ascending without repetition}}
  %p = lse.softmax dims = [1, 1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @shape_mismatch(%x: tensor<4x8xf32>, %out: tensor<4x9xf32>) -> tensor<4x9xf32> {
  // expected-error @below {{destination #0 (probabilities) has extent 9 in dimension 1, but dimension 1 of the iteration space has 8}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x9xf32>) -> tensor<4x9xf32>
  return %p : tensor<4x9xf32>
}

// -----

func.func @shape_against_map(%x: tensor<4x8xf32>, %b: tensor<9xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{operand #1 has extent 9 in dimension 0, but its indexing map wants 8}}
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x, %b : tensor<4x8xf32>, tensor<9xf32>) outs(%x : tensor<4x8xf32>) logits {
  ^bb0(%in: f32, %bias: f32):
    %z = arith.addf %in, %bias : f32
    lse.yield %z : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

// Where maps are left out, nothing is said about them.
func.func @rank_of_row_result(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{destination #0 (logsumexp) has rank 2, but must have rank 1: one dimension for each outside 'dims'}}
  %l = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %l : tensor<4x8xf32>
}

// -----

func.func @rank_of_result(%x: tensor<4x8xf32>, %out: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error @below {{destination #0 (probabilities) has rank 1, but must have rank 2, as the iteration space has}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<8xf32>) -> tensor<8xf32>
  return %p : tensor<8xf32>
}

// -----

func.func @rank_of_input(%x: tensor<4x8xf32>, %b: tensor<8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{input #1 has rank 1, but must have rank 2, as the iteration space has; say with 'indexing_maps' if it is to have fewer}}
  %p = lse.softmax dims = [1] ins(%x, %b : tensor<4x8xf32>, tensor<8xf32>) outs(%x : tensor<4x8xf32>) logits {
  ^bb0(%in: f32, %bias: f32):
    %z = arith.addf %in, %bias : f32
    lse.yield %z : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @extent_of_row_result(%x: tensor<3x4x8xf32>, %out: tensor<3x7xf32>) -> tensor<3x7xf32> {
  // expected-error @below {{destination #0 (logsumexp) has extent 7 in dimension 1, but dimension 2 of the iteration space has 8}}
  %l = lse.logsumexp dims = [1] ins(%x : tensor<3x4x8xf32>) outs(%out : tensor<3x7xf32>) -> tensor<3x7xf32>
  return %l : tensor<3x7xf32>
}

// -----

func.func @integers(%x: tensor<4x8xi32>, %out: tensor<4x8xi32>) -> tensor<4x8xi32> {
  // expected-error @below {{a logit region can only be left out when there is one input, of floating-point elements}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xi32>) outs(%out : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %p : tensor<4x8xi32>
}

// -----

func.func @integer_result(%x: tensor<4x8xf32>, %out: tensor<4x8xi32>) -> tensor<4x8xi32> {
  // expected-error @below {{destination #0 (probabilities) must have floating-point elements, not 'i32'}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %p : tensor<4x8xi32>
}

// -----

func.func @unranked(%x: tensor<*xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{operand #0 must be ranked}}
  %p = lse.softmax dims = [1] ins(%x : tensor<*xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @per_row_result_indexes_row(%x: tensor<4x4xf32>, %out: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{indexing map of result #0 (logsumexp) must index each dimension outside 'dims' exactly once}}
  %l = lse.logsumexp dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>]
    ins(%x : tensor<4x4xf32>) outs(%out : tensor<4xf32>) -> tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

func.func @not_a_projected_permutation(%x: tensor<4xf32>, %out: tensor<4x4xf32>) -> tensor<4x4xf32> {
  // expected-error @below {{indexing map #0 must be a projected permutation}}
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0 + d1)>, affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x : tensor<4xf32>) outs(%out : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %p : tensor<4x4xf32>
}

// -----

func.func @map_rank(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{indexing map #0 has 1 results, but the operand has rank 2}}
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @same_result_twice(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{yields 'probabilities' twice}}
  %p:2 = lse.softmax dims = [1] results = [probabilities, probabilities] ins(%x : tensor<4x8xf32>)
    outs(%x, %x : tensor<4x8xf32>, tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>)
  return %p#0 : tensor<4x8xf32>
}

// -----

func.func @without_own_kind(%x: tensor<4x8xf32>, %out: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{must yield 'probabilities'; use 'lse.logsumexp' to yield the others alone}}
  %l = lse.softmax dims = [1] results = [logsumexp] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4xf32>) -> tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

func.func @only_argmax(%x: tensor<4x8xf32>, %out: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error-re @below {{must yield 'logsumexp'{{$}}}}
  %i = lse.logsumexp dims = [1] results = [argmax] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4xi32>) -> tensor<4xi32>
  return %i : tensor<4xi32>
}

// -----

func.func @float_argmax(%x: tensor<4x8xf32>, %l: tensor<4xf32>, %i: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{destination #1 (argmax) must have signless integer or index elements, not 'f32'}}
  %r:2 = lse.logsumexp dims = [1] results = [logsumexp, argmax] ins(%x : tensor<4x8xf32>)
    outs(%l, %i : tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return %r#1 : tensor<4xf32>
}

// -----

func.func @unsigned_argmax(%x: tensor<4x8xf32>, %l: tensor<4xf32>, %i: tensor<4xui32>) -> tensor<4xui32> {
  // expected-error @below {{destination #1 (argmax) must have signless integer or index elements, not 'ui32'}}
  %r:2 = lse.logsumexp dims = [1] results = [logsumexp, argmax] ins(%x : tensor<4x8xf32>)
    outs(%l, %i : tensor<4xf32>, tensor<4xui32>) -> (tensor<4xf32>, tensor<4xui32>)
  return %r#1 : tensor<4xui32>
}

// -----

// 16 * 8 = 128 positions just fit.
func.func @wide_enough_argmax(%x: tensor<4x16x8xf32>, %l: tensor<4xf32>, %i: tensor<4xi8>) -> tensor<4xi8> {
  %r:2 = lse.logsumexp dims = [1, 2] results = [logsumexp, argmax] ins(%x : tensor<4x16x8xf32>)
    outs(%l, %i : tensor<4xf32>, tensor<4xi8>) -> (tensor<4xf32>, tensor<4xi8>)
  return %r#1 : tensor<4xi8>
}

// -----

func.func @narrow_argmax(%x: tensor<4x43x3xf32>, %l: tensor<4xf32>, %i: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error @below {{destination #1 has elements of type 'i8', too narrow for positions in rows of 129}}
  %r:2 = lse.logsumexp dims = [1, 2] results = [logsumexp, argmax] ins(%x : tensor<4x43x3xf32>)
    outs(%l, %i : tensor<4xf32>, tensor<4xi8>) -> (tensor<4xf32>, tensor<4xi8>)
  return %r#1 : tensor<4xi8>
}

// -----

func.func @argmax_map(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>, %i: tensor<4x8xindex>) -> tensor<4x8xf32> {
  // expected-error @below {{indexing map of result #1 (argmax) must index each dimension outside 'dims' exactly once}}
  %r:2 = lse.log_softmax dims = [1] results = [log_probabilities, argmax]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x : tensor<4x8xf32>) outs(%p, %i : tensor<4x8xf32>, tensor<4x8xindex>) -> (tensor<4x8xf32>, tensor<4x8xindex>)
  return %r#0 : tensor<4x8xf32>
}

// -----

func.func @per_logit_map(%x: tensor<4x8xf32>, %out: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{indexing map of result #0 (log_probabilities) must index each loop dimension exactly once}}
  %l = lse.log_softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>]
    ins(%x : tensor<4x8xf32>) outs(%out : tensor<4xf32>) -> tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

func.func @unranked_destination(%x: memref<4x8xf32>, %out: memref<*xf32>) {
  // expected-error @below {{operand #1 must be ranked}}
  lse.logsumexp dims = [1] ins(%x : memref<4x8xf32>) outs(%out : memref<*xf32>)
  return
}

// -----

func.func @uncovered(%x: tensor<4xf32>, %out: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{loop dimension 1 is not indexed by any operand}}
  %l = lse.logsumexp dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0)>]
    ins(%x : tensor<4xf32>) outs(%out : tensor<4xf32>) -> tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

func.func @yield_elsewhere(%x: f32) {
  // expected-error @below {{'lse.yield' op expects parent op to be one of 'lse.softmax, lse.log_softmax, lse.logsumexp, }}
  lse.yield %x : f32
}

// -----

func.func @vector_input(%x: vector<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{operand #0 must be a tensor, a memref or a scalar, not 'vector<4x8xf32>'}}
  %p = lse.softmax dims = [1] ins(%x : vector<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @no_logit(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{region #0 ('logit_region') failed to verify constraint: region with 1 blocks}}
  %p = lse.log_softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) logits {
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @empty_logit(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{expects a non-empty block}}
  %p = lse.log_softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @unfinished_logit(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{logit region must end with 'lse.yield'}}
  %p = lse.log_softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    %0 = arith.addf %in, %in : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @result_type(%x: tensor<4x8xf32>, %l: tensor<4xf32>) -> tensor<4xf64> {
  // expected-error @below {{expected type of operand #1 ('tensor<4xf32>') to match type of corresponding result ('tensor<4xf64>')}}
  %0 = lse.logsumexp dims = [1] ins(%x : tensor<4x8xf32>) outs(%l : tensor<4xf32>) -> tensor<4xf64>
  return %0 : tensor<4xf64>
}

// -----

func.func @no_row(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{has dimension 0 in 'dims', but the iteration space has 0 dimensions}}
  %0 = lse.logsumexp dims = [0] ins(%x : tensor<f32>) outs(%x : tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @kinds_and_maps(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{has 0 indexing maps for 2 operands}}
  %0 = "lse.softmax"(%x, %x) <{indexing_maps = [], operandSegmentSizes = array<i32: 1, 1>,
                               reduction_dims = array<i64: 1>, result_kinds = [#lse.result<probabilities>]}> ({
  ^bb0(%in: f32):
    lse.yield %in : f32
  }) : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// -----

func.func @results_and_destinations(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{expected one destination for each of the 2 result kinds, found 1}}
  %p = lse.softmax dims = [1] results = [probabilities, logsumexp] ins(%x : tensor<4x8xf32>)
    outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @unknown_result(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{unknown result kind 'odds'; there are probabilities, log_probabilities, logsumexp, argmax}}
  %p = lse.softmax dims = [1] results = [odds] ins(%x : tensor<4x8xf32>)
    outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @unknown_numerics(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{unknown numerics 'sloppy'; there are standard, accurate}}
  %p = lse.softmax dims = [1] numerics = sloppy ins(%x : tensor<4x8xf32>)
    outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @unknown_row_death(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{unknown row_death 'uniform'; there are nan, zero}}
  %p = lse.softmax dims = [1] row_death = uniform ins(%x : tensor<4x8xf32>)
    outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @region_argument_type(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{argument #0 of the logit region is 'f64', but the input has elements of type 'f32'}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) logits {
  ^bb0(%in: f64):
    lse.yield %in : f64
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @region_side_effect(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    %true = arith.constant true
    // expected-error @below {{is not allowed in a logit region: only scalar operations without side effects are}}
    cf.assert %true, "never"
    lse.yield %in : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @mixed(%x: tensor<4x8xf32>, %out: memref<4x8xf32>) {
  // expected-error @below {{mixes tensors and memrefs}}
  lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : memref<4x8xf32>)
  return
}

// -----

// expected-error @below {{vector_lanes must be a power of two up to 64, not 3}}
module attributes {s = #lse.schedule<target = "t", strategy = cached_row, vector_lanes = 3, unroll = 4>} {}

// -----

// expected-error @below {{unroll must be from 1 to 16, not 0}}
module attributes {s = #lse.schedule<target = "t", strategy = cached_row, vector_lanes = 8, unroll = 0>} {}

// -----

// expected-error @below {{parallel_grain must be at least 1, not 0}}
module attributes {s = #lse.schedule<target = "t", strategy = cached_row, vector_lanes = 8, unroll = 4, parallel_grain = 0>} {}

// -----

func.func @one_term(%x: tensor<4x8xf32>, %out: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{logit region yields 1 values, but must yield 2 values}}
  %l = lse.cross_entropy dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4xf32>) logits {
  ^bb0(%in: f32):
    lse.yield %in : f32
  } -> tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

func.func @two_terms(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{logit region yields 3 values, but must yield 1 value, and may yield a sink}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    lse.yield %in, %in, %in : f32, f32, f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @loss_of_softmax(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>, %l: tensor<4xf32>) {
  // expected-error @below {{cannot yield 'loss'}}
  %r:2 = lse.softmax dims = [1] results = [probabilities, loss] ins(%x : tensor<4x8xf32>) outs(%p, %l : tensor<4x8xf32>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @probabilities_of_gradient(%x: tensor<4x8xf32>, %p: tensor<4x8xf32>) {
  // expected-error @below {{cannot yield 'probabilities'}}
  %r:2 = lse.softmax_grad dims = [1] results = [probabilities, gradient] ins(%x : tensor<4x8xf32>) outs(%p, %p : tensor<4x8xf32>, tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    lse.yield %in, %in : f32, f32
  } -> (tensor<4x8xf32>, tensor<4x8xf32>)
  return
}

// -----

func.func @loss_of_gradient_of_softmax(%x: tensor<4x8xf32>, %g: tensor<4x8xf32>, %l: tensor<4xf32>) {
  // expected-error @below {{cannot yield 'loss'}}
  %r:2 = lse.softmax_grad dims = [1] results = [gradient, loss] ins(%x, %x : tensor<4x8xf32>, tensor<4x8xf32>) outs(%g, %l : tensor<4x8xf32>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @gradient_of_loss(%x: tensor<4x8xf32>, %g: tensor<4x8xf32>, %l: tensor<4xf32>) {
  // expected-error @below {{cannot yield 'gradient'; use 'lse.cross_entropy_grad' to yield both}}
  %r:2 = lse.cross_entropy dims = [1] results = [loss, gradient] ins(%x, %x : tensor<4x8xf32>, tensor<4x8xf32>) outs(%l, %g : tensor<4xf32>, tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4x8xf32>)
  return
}

// -----

func.func @loss_without_gradient(%x: tensor<4x8xf32>, %l: tensor<4xf32>) {
  // expected-error @below {{must yield 'gradient'; use 'lse.cross_entropy' to yield the others alone}}
  %r = lse.cross_entropy_grad dims = [1] results = [loss] ins(%x, %x : tensor<4x8xf32>, tensor<4x8xf32>) outs(%l : tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @loss_of_each_element(%x: tensor<4x8xf32>, %g: tensor<4x8xf32>) {
  // expected-error @below {{destination #1 (loss) has rank 2, but must have rank 1: one dimension for each outside 'dims'}}
  %r:2 = lse.cross_entropy_grad dims = [1] results = [gradient, loss] ins(%x, %x : tensor<4x8xf32>, tensor<4x8xf32>) outs(%g, %g : tensor<4x8xf32>, tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>)
  return
}

// -----

func.func @loss_twice(%x: tensor<4x8xf32>, %g: tensor<4x8xf32>, %l: tensor<4xf32>) {
  // expected-error @below {{yields 'loss' twice}}
  %r:3 = lse.cross_entropy_grad dims = [1] results = [loss, gradient, loss] ins(%x, %x : tensor<4x8xf32>, tensor<4x8xf32>) outs(%l, %g, %l : tensor<4xf32>, tensor<4x8xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4x8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @index_of_no_loop(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    // expected-error @below {{is of dimension 2, but the iteration space has 2 dimensions}}
    %i = lse.index 2
    lse.yield %in : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @index_outside() -> index {
  // expected-error @below {{expects parent op to be one of}}
  %i = lse.index 0
  return %i : index
}

// -----

func.func @no_region(%x: tensor<4x8xf32>, %out: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{a logit region can only be left out when there are two inputs, of floating-point elements}}
  %l = lse.cross_entropy dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4xf32>) -> tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

func.func @logits_from_logits(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{always has logits; 'from_logits' is for gradients of probabilities}}
  %g = lse.cross_entropy_grad dims = [1] from_logits ins(%x, %x : tensor<4x8xf32>, tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %g : tensor<4x8xf32>
}

// -----

func.func @entmax_of_one(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error@+1 {{needs a finite 'alpha' above 1; at 1 it would be 'lse.softmax'}}
  %r = lse.entmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) {alpha = 1.0} -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// -----

func.func @entmax_of_nothing(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error@+1 {{requires attribute 'alpha'}}
  %r = lse.entmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// -----

func.func @sparsemax_without_rows(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error@+1 {{needs at least one dimension in 'dims'}}
  %r = lse.sparsemax dims = [] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// -----

func.func @sparsemax_logsumexp(%x: tensor<4x8xf32>, %l: tensor<4xf32>) -> tensor<4x8xf32> {
  // expected-error@+1 {{cannot yield 'logsumexp'}}
  %r:2 = lse.sparsemax dims = [1] results = [probabilities, logsumexp] ins(%x : tensor<4x8xf32>) outs(%x, %l : tensor<4x8xf32>, tensor<4xf32>) -> (tensor<4x8xf32>, tensor<4xf32>)
  return %r#0 : tensor<4x8xf32>
}

// -----

func.func @one_weight_of_two_classes(%x: tensor<4x8xf32>, %l: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{logit region yields 2 values, but must yield 3 values}}
  %r = lse.binary_cross_entropy dims = [1] ins(%x : tensor<4x8xf32>) outs(%l : tensor<4xf32>) logits {
  ^bb0(%a: f32):
    lse.yield %a, %a : f32, f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

func.func @more_than_a_row_has(%x: tensor<4x8xf32>, %v: tensor<4x9xf32>, %p: tensor<4x9xi32>) {
  // expected-error@+1 {{cannot choose 9 of 8 elements}}
  %r:2 = lse.top_k dimension = 1 ins(%x : tensor<4x8xf32>) outs(%v, %p : tensor<4x9xf32>, tensor<4x9xi32>) -> tensor<4x9xf32>, tensor<4x9xi32>
  return
}

// -----

func.func @no_such_dimension(%x: tensor<4x8xf32>, %v: tensor<4x2xf32>, %p: tensor<4x2xi32>) {
  // expected-error@+1 {{has dimension 2, but the input has 2 dimensions}}
  %r:2 = lse.top_k dimension = 2 ins(%x : tensor<4x8xf32>) outs(%v, %p : tensor<4x2xf32>, tensor<4x2xi32>) -> tensor<4x2xf32>, tensor<4x2xi32>
  return
}

// -----

func.func @negative_dimension(%x: tensor<4x8xf32>, %v: tensor<4x2xf32>, %p: tensor<4x2xi32>) {
  // expected-error@+1 {{attribute 'dimension' failed to satisfy constraint}}
  %r:2 = lse.top_k dimension = -1 ins(%x : tensor<4x8xf32>) outs(%v, %p : tensor<4x2xf32>, tensor<4x2xi32>) -> tensor<4x2xf32>, tensor<4x2xi32>
  return
}

// -----

func.func @different_numbers(%x: tensor<4x8xf32>, %v: tensor<4x2xf32>, %p: tensor<4x3xi32>) {
  // expected-error@+1 {{destination 1 has extent 3 in dimension 1, where the first has 2}}
  %r:2 = lse.top_k dimension = 1 ins(%x : tensor<4x8xf32>) outs(%v, %p : tensor<4x2xf32>, tensor<4x3xi32>) -> tensor<4x2xf32>, tensor<4x3xi32>
  return
}

// -----

func.func @other_rows(%x: tensor<4x8xf32>, %v: tensor<5x2xf32>, %p: tensor<4x2xi32>) {
  // expected-error@+1 {{destination 0 has extent 5 in dimension 0, where the input has 4}}
  %r:2 = lse.top_k dimension = 1 ins(%x : tensor<4x8xf32>) outs(%v, %p : tensor<5x2xf32>, tensor<4x2xi32>) -> tensor<5x2xf32>, tensor<4x2xi32>
  return
}

// -----

func.func @lower_rank(%x: tensor<4x8xf32>, %v: tensor<4xf32>, %p: tensor<4x1xi32>) {
  // expected-error@+1 {{destination 0 must have rank 2, as the input has, not 1}}
  %r:2 = lse.top_k dimension = 1 ins(%x : tensor<4x8xf32>) outs(%v, %p : tensor<4xf32>, tensor<4x1xi32>) -> tensor<4xf32>, tensor<4x1xi32>
  return
}

// -----

func.func @rounded_values(%x: tensor<4x8xf32>, %v: tensor<4x2xf16>, %p: tensor<4x2xi32>) {
  // expected-error@+1 {{stores elements of the input, 'f32', in a destination of 'f16'}}
  %r:2 = lse.top_k dimension = 1 ins(%x : tensor<4x8xf32>) outs(%v, %p : tensor<4x2xf16>, tensor<4x2xi32>) -> tensor<4x2xf16>, tensor<4x2xi32>
  return
}

// -----

func.func @short_positions(%x: tensor<4x200xf32>, %v: tensor<4x2xf32>, %p: tensor<4x2xi8>) {
  // expected-error@+1 {{positions of i8 do not reach the end of a row of 200 elements}}
  %r:2 = lse.route dimension = 1 ins(%x : tensor<4x200xf32>) outs(%v, %p : tensor<4x2xf32>, tensor<4x2xi8>) -> tensor<4x2xf32>, tensor<4x2xi8>
  return
}

// -----

func.func @positions_of_floats(%x: tensor<4x8xf32>, %v: tensor<4x2xf32>) {
  // expected-error@+1 {{needs positions of a signless integer type or index, not 'f32'}}
  %r:2 = lse.route dimension = 1 ins(%x : tensor<4x8xf32>) outs(%v, %v : tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>, tensor<4x2xf32>
  return
}

// -----

func.func @one_result(%x: tensor<4x8xf32>, %v: tensor<4x2xf32>, %p: tensor<4x2xi32>) {
  // expected-error@+1 {{needs two results, as it has tensors}}
  %r = lse.route dimension = 1 ins(%x : tensor<4x8xf32>) outs(%v, %p : tensor<4x2xf32>, tensor<4x2xi32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @tensors_and_memrefs(%x: tensor<4x8xf32>, %v: memref<4x2xf32>, %p: tensor<4x2xi32>) {
  // expected-error@+1 {{has both tensors and memrefs as operands}}
  lse.top_k dimension = 1 ins(%x : tensor<4x8xf32>) outs(%v, %p : memref<4x2xf32>, tensor<4x2xi32>)
  return
}

// -----

func.func @unsigned_positions(%x: tensor<4x8xf32>, %v: tensor<4x2xf32>, %p: tensor<4x2xui32>) {
  // expected-error@+1 {{needs positions of a signless integer type or index, not 'ui32'}}
  %r:2 = lse.top_k dimension = 1 ins(%x : tensor<4x8xf32>) outs(%v, %p : tensor<4x2xf32>, tensor<4x2xui32>) -> tensor<4x2xf32>, tensor<4x2xui32>
  return
}

// -----

func.func @temperature_in_row(%x: tensor<4x8xf32>, %t: tensor<8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>]
    ins(%x, %t : tensor<4x8xf32>, tensor<8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32, %by: f32):
    // expected-error @below {{has a temperature that changes along dimension 1, within a row}}
    %z = lse.temper %in by %by : f32, f32
    lse.yield %z : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @computed_temperature(%x: tensor<4x8xf32>, %t: f32, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ()>, affine_map<(i, j) -> (i, j)>]
    ins(%x, %t : tensor<4x8xf32>, f32) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32, %by: f32):
    %twice = arith.addf %by, %by : f32
    // expected-error @below {{needs an input, or a constant, as its temperature; compute it before this operation}}
    %z = lse.temper %in by %twice : f32, f32
    lse.yield %z : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @negative_temperature(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32):
    %by = arith.constant -1.0 : f32
    // expected-error @below {{needs a temperature of 0 or more}}
    %z = lse.temper %in by %by : f32, f32
    lse.yield %z : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @masked_after_temperature(%x: tensor<4x8xf32>, %t: f32, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %p = lse.softmax dims = [1] indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ()>, affine_map<(i, j) -> (i, j)>]
    ins(%x, %t : tensor<4x8xf32>, f32) outs(%out : tensor<4x8xf32>) logits {
  ^bb0(%in: f32, %by: f32):
    // expected-error @below {{must be yielded as a logit whose row is there as a whole; elsewhere, divide by the temperature}}
    %z = lse.temper %in by %by : f32, f32
    %biased = arith.addf %z, %in : f32
    lse.yield %biased : f32
  } -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @temperature_of_target(%x: tensor<4x8xf32>, %out: tensor<4xf32>) -> tensor<4xf32> {
  %p = lse.cross_entropy dims = [1] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4xf32>) logits {
  ^bb0(%in: f32):
    %by = arith.constant 1.0 : f32
    // expected-error @below {{must be yielded as a logit}}
    %z = lse.temper %in by %by : f32, f32
    lse.yield %in, %z : f32, f32
  } -> tensor<4xf32>
  return %p : tensor<4xf32>
}

// -----

func.func @class_along_rows(%x: tensor<4x8xf32>, %n: tensor<4xi64>, %out: tensor<4xf32>) -> tensor<4xf32> {
  %l = lse.cross_entropy dims = [1] indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i)>]
    ins(%x, %n : tensor<4x8xf32>, tensor<4xi64>) outs(%out : tensor<4xf32>) logits {
  ^bb0(%in: f32, %class: i64):
    // expected-error @below {{is along dimension 0, which is none that rows are made of}}
    %0 = lse.is_class %class along 0 : i64
    %1 = arith.uitofp %0 : i1 to f32
    lse.yield %in, %1 : f32, f32
  } -> tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

func.func @class_of_each_element(%x: tensor<4x8xf32>, %n: tensor<8xi64>, %out: tensor<4xf32>) -> tensor<4xf32> {
  %l = lse.cross_entropy dims = [1] indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>]
    ins(%x, %n : tensor<4x8xf32>, tensor<8xi64>) outs(%out : tensor<4xf32>) logits {
  ^bb0(%in: f32, %class: i64):
    // expected-error @below {{has a number that changes along dimension 1, the classes}}
    %0 = lse.is_class %class along 1 : i64
    %1 = arith.uitofp %0 : i1 to f32
    lse.yield %in, %1 : f32, f32
  } -> tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

func.func @computed_class(%x: tensor<4x8xf32>, %n: tensor<4xi64>, %out: tensor<4xf32>) -> tensor<4xf32> {
  %l = lse.cross_entropy dims = [1] indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i)>]
    ins(%x, %n : tensor<4x8xf32>, tensor<4xi64>) outs(%out : tensor<4xf32>) logits {
  ^bb0(%in: f32, %class: i64):
    %next = arith.addi %class, %class : i64
    // expected-error @below {{needs an input as the number of the class}}
    %0 = lse.is_class %next along 1 : i64
    %1 = arith.uitofp %0 : i1 to f32
    lse.yield %in, %1 : f32, f32
  } -> tensor<4xf32>
  return %l : tensor<4xf32>
}

// -----

func.func @unknown_word(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{unexpected 'sink'; in this order, there may be 'results', 'indexing_maps', 'row_death', 'numerics', 'stabilized', 'from_logits' and 'ins', and there is 'outs'}}
  %p = lse.softmax dims = [1] sink = 0.0 ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @wrong_order(%x: tensor<4x8xf32>, %out: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @below {{unexpected 'results'}}
  %p = lse.softmax dims = [1] numerics = accurate results = [probabilities] ins(%x : tensor<4x8xf32>) outs(%out : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}
