// A gradient beside a loss that it is not the gradient of: the terms of both stay
// their own.
// RUN: lse-opt %s --split-input-file --lse-raise | FileCheck %s
// RUN: lse-opt %s --split-input-file --lse-raise --lse-prepare-kernels --canonicalize --cse | FileCheck %s --check-prefix=ONE
// ONE-NOT: results = [loss, gradient]

// Other classes.
// CHECK-LABEL: func.func @other_targets
#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
func.func @other_targets(%x: tensor<4x10xf32>, %other: tensor<4xi32>, %labels: tensor<4xi32>) -> (tensor<f32>, tensor<4x10xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<4xf32>
  %e2 = tensor.empty() : tensor<4x10xf32>
  %e0 = tensor.empty() : tensor<f32>
  %i1 = linalg.fill ins(%ninf : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %onehot = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<4xi32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%i1 : tensor<4xf32>) dimensions = [1]
  %s = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %ex = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%ex : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %logp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%s, %sum : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %l = math.log %b : f32
    %d = arith.subf %a, %l : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %prod = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot, %logp : tensor<4x10xf32>, tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.mulf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %rows = linalg.reduce { arith.addf } ins(%prod : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %neg = linalg.map { arith.negf } ins(%rows : tensor<4xf32>) outs(%e1 : tensor<4xf32>)
  %total = linalg.reduce { arith.addf } ins(%neg : tensor<4xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %mean = linalg.map ins(%total : tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %o: f32) {
    %four = arith.constant 4.0 : f32
    %d = arith.divf %a, %four : f32
    linalg.yield %d : f32
  }
  %onehot2 = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%other : tensor<4xi32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<4x10xf32>
  %dlogp = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot2 : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %g = arith.constant -0.25 : f32
    %d = arith.mulf %a, %g : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %gs = linalg.reduce { arith.addf } ins(%dlogp : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %dx = linalg.generic {indexing_maps = [#map, #map, #row, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%dlogp, %ex, %sum, %gs : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %e: f32, %b: f32, %gsum: f32, %o: f32):
    %p = arith.divf %e, %b : f32
    %pg = arith.mulf %p, %gsum : f32
    %d = arith.subf %a, %pg : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  return %mean, %dx : tensor<f32>, tensor<4x10xf32>
}

// -----

// What changes along the row is no weight.
// CHECK-LABEL: func.func @along_row
#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
#column = affine_map<(d0, d1) -> (d1)>
func.func @along_row(%x: tensor<4x10xf32>, %w: tensor<10xf32>, %labels: tensor<4xi32>) -> (tensor<f32>, tensor<4x10xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<4xf32>
  %e2 = tensor.empty() : tensor<4x10xf32>
  %e0 = tensor.empty() : tensor<f32>
  %i1 = linalg.fill ins(%ninf : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %onehot = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<4xi32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%i1 : tensor<4xf32>) dimensions = [1]
  %s = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %ex = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%ex : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %logp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%s, %sum : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %l = math.log %b : f32
    %d = arith.subf %a, %l : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %prod = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot, %logp : tensor<4x10xf32>, tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.mulf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %rows = linalg.reduce { arith.addf } ins(%prod : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %neg = linalg.map { arith.negf } ins(%rows : tensor<4xf32>) outs(%e1 : tensor<4xf32>)
  %total = linalg.reduce { arith.addf } ins(%neg : tensor<4xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %mean = linalg.map ins(%total : tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %o: f32) {
    %four = arith.constant 4.0 : f32
    %d = arith.divf %a, %four : f32
    linalg.yield %d : f32
  }
  %dlogp = linalg.generic {indexing_maps = [#map, #column, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot, %w : tensor<4x10xf32>, tensor<10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %g: f32, %o: f32):
    %d = arith.mulf %a, %g : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %gs = linalg.reduce { arith.addf } ins(%dlogp : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %dx = linalg.generic {indexing_maps = [#map, #map, #row, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%dlogp, %ex, %sum, %gs : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %e: f32, %b: f32, %gsum: f32, %o: f32):
    %p = arith.divf %e, %b : f32
    %pg = arith.mulf %p, %gsum : f32
    %d = arith.subf %a, %pg : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  return %mean, %dx : tensor<f32>, tensor<4x10xf32>
}

// -----

// Other logits.
// CHECK-LABEL: func.func @other_logits
#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
func.func @other_logits(%x: tensor<4x10xf32>, %x2: tensor<4x10xf32>, %labels: tensor<4xi32>) -> (tensor<f32>, tensor<4x10xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<4xf32>
  %e2 = tensor.empty() : tensor<4x10xf32>
  %e0 = tensor.empty() : tensor<f32>
  %i1 = linalg.fill ins(%ninf : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %onehot = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<4xi32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%i1 : tensor<4xf32>) dimensions = [1]
  %s = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %ex = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%ex : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %logp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%s, %sum : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %l = math.log %b : f32
    %d = arith.subf %a, %l : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %prod = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot, %logp : tensor<4x10xf32>, tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.mulf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %rows = linalg.reduce { arith.addf } ins(%prod : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %neg = linalg.map { arith.negf } ins(%rows : tensor<4xf32>) outs(%e1 : tensor<4xf32>)
  %total = linalg.reduce { arith.addf } ins(%neg : tensor<4xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %mean = linalg.map ins(%total : tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %o: f32) {
    %four = arith.constant 4.0 : f32
    %d = arith.divf %a, %four : f32
    linalg.yield %d : f32
  }
  %m2 = linalg.reduce { arith.maximumf } ins(%x2 : tensor<4x10xf32>) outs(%i1 : tensor<4xf32>) dimensions = [1]
  %s2 = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x2, %m2 : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %ex2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s2 : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %sum2 = linalg.reduce { arith.addf } ins(%ex2 : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %dlogp = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %g = arith.constant -0.25 : f32
    %d = arith.mulf %a, %g : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %gs = linalg.reduce { arith.addf } ins(%dlogp : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %dx = linalg.generic {indexing_maps = [#map, #map, #row, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%dlogp, %ex2, %sum2, %gs : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %e: f32, %b: f32, %gsum: f32, %o: f32):
    %p = arith.divf %e, %b : f32
    %pg = arith.mulf %p, %gsum : f32
    %d = arith.subf %a, %pg : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  return %mean, %dx : tensor<f32>, tensor<4x10xf32>
}

// -----

// Positions that wrap around in 8 bits are others.
// CHECK-LABEL: func.func @narrow
#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
func.func @narrow(%x: tensor<4x10xf32>, %labels: tensor<4xi32>, %bytes: tensor<4xi8>) -> (tensor<f32>, tensor<4x10xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<4xf32>
  %e2 = tensor.empty() : tensor<4x10xf32>
  %e0 = tensor.empty() : tensor<f32>
  %i1 = linalg.fill ins(%ninf : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %onehot = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%bytes : tensor<4xi8>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%l: i8, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %li = arith.extsi %l : i8 to i32
    %c = arith.cmpi eq, %li, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%i1 : tensor<4xf32>) dimensions = [1]
  %s = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %ex = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%ex : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %logp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%s, %sum : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %l = math.log %b : f32
    %d = arith.subf %a, %l : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %prod = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot, %logp : tensor<4x10xf32>, tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.mulf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %rows = linalg.reduce { arith.addf } ins(%prod : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %neg = linalg.map { arith.negf } ins(%rows : tensor<4xf32>) outs(%e1 : tensor<4xf32>)
  %total = linalg.reduce { arith.addf } ins(%neg : tensor<4xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %mean = linalg.map ins(%total : tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %o: f32) {
    %four = arith.constant 4.0 : f32
    %d = arith.divf %a, %four : f32
    linalg.yield %d : f32
  }
  %onehot2 = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%bytes : tensor<4xi8>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%l: i8, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i8
    %c = arith.cmpi eq, %l, %ii : i8
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<4x10xf32>
  %dlogp = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot2 : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %g = arith.constant -0.25 : f32
    %d = arith.mulf %a, %g : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %gs = linalg.reduce { arith.addf } ins(%dlogp : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %dx = linalg.generic {indexing_maps = [#map, #map, #row, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%dlogp, %ex, %sum, %gs : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %e: f32, %b: f32, %gsum: f32, %o: f32):
    %p = arith.divf %e, %b : f32
    %pg = arith.mulf %p, %gsum : f32
    %d = arith.subf %a, %pg : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  return %mean, %dx : tensor<f32>, tensor<4x10xf32>
}

// -----

// A count that only the gradient selects stays where it is: 0 may be its value.
// CHECK-LABEL: func.func @counted
#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
#scalar = affine_map<(d0, d1) -> ()>
#none = affine_map<(d0) -> ()>
func.func @counted(%x: tensor<2x10xf32>, %labels: tensor<2xi32>, %mask: tensor<2xi1>) -> (tensor<f32>, tensor<2x10xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<2xf32>
  %e2 = tensor.empty() : tensor<2x10xf32>
  %e0 = tensor.empty() : tensor<f32>
  %i1 = linalg.fill ins(%ninf : f32) outs(%e1 : tensor<2xf32>) -> tensor<2xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<2xf32>) -> tensor<2xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %cnt = linalg.generic {indexing_maps = [#one, affine_map<(d0) -> ()>], iterator_types = ["reduction"]} ins(%mask : tensor<2xi1>) outs(%z0 : tensor<f32>) {
  ^bb0(%c: i1, %o: f32):
    %f = arith.uitofp %c : i1 to f32
    %d = arith.addf %f, %o : f32
    linalg.yield %d : f32
  } -> tensor<f32>
  %g = linalg.generic {indexing_maps = [affine_map<() -> ()>, affine_map<() -> ()>], iterator_types = []} ins(%cnt : tensor<f32>) outs(%e0 : tensor<f32>) {
  ^bb0(%c: f32, %o: f32):
    %k = arith.constant 1.0 : f32
    %d = arith.divf %k, %c : f32
    linalg.yield %d : f32
  } -> tensor<f32>
  %onehot = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<2xi32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<2x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<2x10xf32>) outs(%i1 : tensor<2xf32>) dimensions = [1]
  %s = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<2x10xf32>, tensor<2xf32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<2x10xf32>
  %ex = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<2x10xf32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<2x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%ex : tensor<2x10xf32>) outs(%z1 : tensor<2xf32>) dimensions = [1]
  %logp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%s, %sum : tensor<2x10xf32>, tensor<2xf32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %l = math.log %b : f32
    %d = arith.subf %a, %l : f32
    linalg.yield %d : f32
  } -> tensor<2x10xf32>
  %masked = linalg.generic {indexing_maps = [#row, #map, #scalar, #map], iterator_types = ["parallel", "parallel"]} ins(%mask, %onehot, %g : tensor<2xi1>, tensor<2x10xf32>, tensor<f32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%c: i1, %t: f32, %w: f32, %o: f32):
    %u = arith.uitofp %c : i1 to f32
    %v = arith.mulf %t, %u : f32
    %d = arith.mulf %v, %w : f32
    linalg.yield %d : f32
  } -> tensor<2x10xf32>
  %prod = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%masked, %logp : tensor<2x10xf32>, tensor<2x10xf32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.mulf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<2x10xf32>
  %rows = linalg.reduce { arith.addf } ins(%prod : tensor<2x10xf32>) outs(%z1 : tensor<2xf32>) dimensions = [1]
  %neg = linalg.map { arith.negf } ins(%rows : tensor<2xf32>) outs(%e1 : tensor<2xf32>)
  %total = linalg.reduce { arith.addf } ins(%neg : tensor<2xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %mean = linalg.map ins(%total : tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %o: f32) {
    %four = arith.constant 4.0 : f32
    %d = arith.divf %a, %four : f32
    linalg.yield %d : f32
  }
  %dlogp = linalg.generic {indexing_maps = [#row, #map, #scalar, #map], iterator_types = ["parallel", "parallel"]} ins(%mask, %onehot, %g : tensor<2xi1>, tensor<2x10xf32>, tensor<f32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%c: i1, %a: f32, %w: f32, %o: f32):
    %d = arith.mulf %a, %w : f32
    %n = arith.negf %d : f32
    %q = arith.select %c, %n, %zero : f32
    linalg.yield %q : f32
  } -> tensor<2x10xf32>
  %gs = linalg.reduce { arith.addf } ins(%dlogp : tensor<2x10xf32>) outs(%z1 : tensor<2xf32>) dimensions = [1]
  %dx = linalg.generic {indexing_maps = [#map, #map, #row, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%dlogp, %ex, %sum, %gs : tensor<2x10xf32>, tensor<2x10xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e2 : tensor<2x10xf32>) {
  ^bb0(%a: f32, %e: f32, %b: f32, %gsum: f32, %o: f32):
    %p = arith.divf %e, %b : f32
    %pg = arith.mulf %p, %gsum : f32
    %d = arith.subf %a, %pg : f32
    linalg.yield %d : f32
  } -> tensor<2x10xf32>
  return %mean, %dx : tensor<f32>, tensor<2x10xf32>
}


// -----

// A quotient that is selected by class is none of the row.
// CHECK-LABEL: func.func @selected_by_class
#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
#scalar = affine_map<(d0, d1) -> ()>
#none = affine_map<(d0) -> ()>
func.func @selected_by_class(%x: tensor<2x3xf32>, %labels: tensor<2xi32>) -> (tensor<f32>, tensor<2x3xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<2xf32>
  %e2 = tensor.empty() : tensor<2x3xf32>
  %e0 = tensor.empty() : tensor<f32>
  %i1 = linalg.fill ins(%ninf : f32) outs(%e1 : tensor<2xf32>) -> tensor<2xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<2xf32>) -> tensor<2xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %onehot = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<2xi32>) outs(%e2 : tensor<2x3xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<2x3xf32>
  %cnt = linalg.generic {indexing_maps = [#map, #scalar], iterator_types = ["reduction", "reduction"]} ins(%onehot : tensor<2x3xf32>) outs(%z0 : tensor<f32>) {
  ^bb0(%c: f32, %o: f32):
    %d = arith.addf %c, %o : f32
    linalg.yield %d : f32
  } -> tensor<f32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<2x3xf32>) outs(%i1 : tensor<2xf32>) dimensions = [1]
  %s = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<2x3xf32>, tensor<2xf32>) outs(%e2 : tensor<2x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<2x3xf32>
  %ex = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<2x3xf32>) outs(%e2 : tensor<2x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<2x3xf32>
  %sum = linalg.reduce { arith.addf } ins(%ex : tensor<2x3xf32>) outs(%z1 : tensor<2xf32>) dimensions = [1]
  %logp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%s, %sum : tensor<2x3xf32>, tensor<2xf32>) outs(%e2 : tensor<2x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %l = math.log %b : f32
    %d = arith.subf %a, %l : f32
    linalg.yield %d : f32
  } -> tensor<2x3xf32>
  %prod = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot, %logp : tensor<2x3xf32>, tensor<2x3xf32>) outs(%e2 : tensor<2x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.mulf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<2x3xf32>
  %rows = linalg.reduce { arith.addf } ins(%prod : tensor<2x3xf32>) outs(%z1 : tensor<2xf32>) dimensions = [1]
  %neg = linalg.map { arith.negf } ins(%rows : tensor<2xf32>) outs(%e1 : tensor<2xf32>)
  %total = linalg.reduce { arith.addf } ins(%neg : tensor<2xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %mean = linalg.map ins(%total : tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %o: f32) {
    %four = arith.constant 1.0 : f32
    %d = arith.divf %a, %four : f32
    linalg.yield %d : f32
  }
  %dlogp = linalg.generic {indexing_maps = [#row, #scalar, #map], iterator_types = ["parallel", "parallel"]} ins(%labels, %cnt : tensor<2xi32>, tensor<f32>) outs(%e2 : tensor<2x3xf32>) {
  ^bb0(%l: i32, %c: f32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %q = arith.cmpi eq, %l, %ii : i32
    %k = arith.constant -1.0 : f32
    %n = arith.divf %k, %c : f32
    %d = arith.select %q, %n, %zero : f32
    linalg.yield %d : f32
  } -> tensor<2x3xf32>
  %gs = linalg.reduce { arith.addf } ins(%dlogp : tensor<2x3xf32>) outs(%z1 : tensor<2xf32>) dimensions = [1]
  %dx = linalg.generic {indexing_maps = [#map, #map, #row, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%dlogp, %ex, %sum, %gs : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2xf32>, tensor<2xf32>) outs(%e2 : tensor<2x3xf32>) {
  ^bb0(%a: f32, %e: f32, %b: f32, %gsum: f32, %o: f32):
    %p = arith.divf %e, %b : f32
    %pg = arith.mulf %p, %gsum : f32
    %d = arith.subf %a, %pg : f32
    linalg.yield %d : f32
  } -> tensor<2x3xf32>
  return %mean, %dx : tensor<f32>, tensor<2x3xf32>
}


// -----

// Numbers whose quotient the type has none for.
// CHECK-LABEL: func.func @no_quotient
#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
func.func @no_quotient(%x: tensor<4x10xf32>, %labels: tensor<4xi32>) -> (tensor<f32>, tensor<4x10xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<4xf32>
  %e2 = tensor.empty() : tensor<4x10xf32>
  %e0 = tensor.empty() : tensor<f32>
  %i1 = linalg.fill ins(%ninf : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %onehot = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<4xi32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%i1 : tensor<4xf32>) dimensions = [1]
  %s = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %ex = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%ex : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %logp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%s, %sum : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %l = math.log %b : f32
    %d = arith.subf %a, %l : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %prod = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot, %logp : tensor<4x10xf32>, tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.mulf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %rows = linalg.reduce { arith.addf } ins(%prod : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %neg = linalg.map { arith.negf } ins(%rows : tensor<4xf32>) outs(%e1 : tensor<4xf32>)
  %total = linalg.reduce { arith.addf } ins(%neg : tensor<4xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %mean = linalg.map ins(%total : tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %o: f32) {
    %four = arith.constant 1.0e30 : f32
    %d = arith.divf %a, %four : f32
    linalg.yield %d : f32
  }
  %dlogp = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %g = arith.constant -1.0e30 : f32
    %d = arith.mulf %a, %g : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %gs = linalg.reduce { arith.addf } ins(%dlogp : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %dx = linalg.generic {indexing_maps = [#map, #map, #row, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%dlogp, %ex, %sum, %gs : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %e: f32, %b: f32, %gsum: f32, %o: f32):
    %p = arith.divf %e, %b : f32
    %pg = arith.mulf %p, %gsum : f32
    %d = arith.subf %a, %pg : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  return %mean, %dx : tensor<f32>, tensor<4x10xf32>
}


// -----

// The loss of some rows, the gradient of the others.
// CHECK-LABEL: func.func @opposite
#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
func.func @opposite(%x: tensor<4x10xf32>, %labels: tensor<4xi32>, %mask: tensor<4xi1>) -> (tensor<f32>, tensor<4x10xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<4xf32>
  %e2 = tensor.empty() : tensor<4x10xf32>
  %e0 = tensor.empty() : tensor<f32>
  %i1 = linalg.fill ins(%ninf : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %onehot = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<4xi32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%i1 : tensor<4xf32>) dimensions = [1]
  %s = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %ex = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%ex : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %logp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%s, %sum : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %l = math.log %b : f32
    %d = arith.subf %a, %l : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %prod = linalg.generic {indexing_maps = [#map, #map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot, %logp, %mask : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xi1>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %c: i1, %o: f32):
    %z = arith.constant 0.0 : f32
    %d0 = arith.mulf %a, %b : f32
    %d = arith.select %c, %d0, %z : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %rows = linalg.reduce { arith.addf } ins(%prod : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %neg = linalg.map { arith.negf } ins(%rows : tensor<4xf32>) outs(%e1 : tensor<4xf32>)
  %total = linalg.reduce { arith.addf } ins(%neg : tensor<4xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %mean = linalg.map ins(%total : tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %o: f32) {
    %four = arith.constant 4.0 : f32
    %d = arith.divf %a, %four : f32
    linalg.yield %d : f32
  }
  %dlogp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot, %mask : tensor<4x10xf32>, tensor<4xi1>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %c: i1, %o: f32):
    %z = arith.constant 0.0 : f32
    %g = arith.constant -0.25 : f32
    %d0 = arith.mulf %a, %g : f32
    %d = arith.select %c, %z, %d0 : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %gs = linalg.reduce { arith.addf } ins(%dlogp : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %dx = linalg.generic {indexing_maps = [#map, #map, #row, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%dlogp, %ex, %sum, %gs : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %e: f32, %b: f32, %gsum: f32, %o: f32):
    %p = arith.divf %e, %b : f32
    %pg = arith.mulf %p, %gsum : f32
    %d = arith.subf %a, %pg : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  return %mean, %dx : tensor<f32>, tensor<4x10xf32>
}

// -----

// The gradient is not zero where the loss is.
// CHECK-LABEL: func.func @only_loss
#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
func.func @only_loss(%x: tensor<4x10xf32>, %labels: tensor<4xi32>, %mask: tensor<4xi1>) -> (tensor<f32>, tensor<4x10xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<4xf32>
  %e2 = tensor.empty() : tensor<4x10xf32>
  %e0 = tensor.empty() : tensor<f32>
  %i1 = linalg.fill ins(%ninf : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %onehot = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<4xi32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%i1 : tensor<4xf32>) dimensions = [1]
  %s = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %ex = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%ex : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %logp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%s, %sum : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %l = math.log %b : f32
    %d = arith.subf %a, %l : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %prod = linalg.generic {indexing_maps = [#map, #map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot, %logp, %mask : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xi1>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %c: i1, %o: f32):
    %z = arith.constant 0.0 : f32
    %d0 = arith.mulf %a, %b : f32
    %d = arith.select %c, %d0, %z : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %rows = linalg.reduce { arith.addf } ins(%prod : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %neg = linalg.map { arith.negf } ins(%rows : tensor<4xf32>) outs(%e1 : tensor<4xf32>)
  %total = linalg.reduce { arith.addf } ins(%neg : tensor<4xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %mean = linalg.map ins(%total : tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %o: f32) {
    %four = arith.constant 4.0 : f32
    %d = arith.divf %a, %four : f32
    linalg.yield %d : f32
  }
  %dlogp = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %g = arith.constant -0.25 : f32
    %d = arith.mulf %a, %g : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %gs = linalg.reduce { arith.addf } ins(%dlogp : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %dx = linalg.generic {indexing_maps = [#map, #map, #row, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%dlogp, %ex, %sum, %gs : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %e: f32, %b: f32, %gsum: f32, %o: f32):
    %p = arith.divf %e, %b : f32
    %pg = arith.mulf %p, %gsum : f32
    %d = arith.subf %a, %pg : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  return %mean, %dx : tensor<f32>, tensor<4x10xf32>
}

// -----

// The loss is not zero where the gradient is.
// CHECK-LABEL: func.func @only_gradient
#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
func.func @only_gradient(%x: tensor<4x10xf32>, %labels: tensor<4xi32>, %mask: tensor<4xi1>) -> (tensor<f32>, tensor<4x10xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<4xf32>
  %e2 = tensor.empty() : tensor<4x10xf32>
  %e0 = tensor.empty() : tensor<f32>
  %i1 = linalg.fill ins(%ninf : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %onehot = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<4xi32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%i1 : tensor<4xf32>) dimensions = [1]
  %s = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %ex = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%ex : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %logp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%s, %sum : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %l = math.log %b : f32
    %d = arith.subf %a, %l : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %prod = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot, %logp : tensor<4x10xf32>, tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.mulf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %rows = linalg.reduce { arith.addf } ins(%prod : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %neg = linalg.map { arith.negf } ins(%rows : tensor<4xf32>) outs(%e1 : tensor<4xf32>)
  %total = linalg.reduce { arith.addf } ins(%neg : tensor<4xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %mean = linalg.map ins(%total : tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %o: f32) {
    %four = arith.constant 4.0 : f32
    %d = arith.divf %a, %four : f32
    linalg.yield %d : f32
  }
  %dlogp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot, %mask : tensor<4x10xf32>, tensor<4xi1>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %c: i1, %o: f32):
    %z = arith.constant 0.0 : f32
    %g = arith.constant -0.25 : f32
    %d0 = arith.mulf %a, %g : f32
    %d = arith.select %c, %d0, %z : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %gs = linalg.reduce { arith.addf } ins(%dlogp : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %dx = linalg.generic {indexing_maps = [#map, #map, #row, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%dlogp, %ex, %sum, %gs : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %e: f32, %b: f32, %gsum: f32, %o: f32):
    %p = arith.divf %e, %b : f32
    %pg = arith.mulf %p, %gsum : f32
    %d = arith.subf %a, %pg : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  return %mean, %dx : tensor<f32>, tensor<4x10xf32>
}

// -----

// Targets that are there after the gradient only.
// CHECK-LABEL: func.func @too_late
#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
func.func @too_late(%x: tensor<4x10xf32>, %labels: tensor<4xi32>) -> (tensor<f32>, tensor<4x10xf32>) {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e1 = tensor.empty() : tensor<4xf32>
  %e2 = tensor.empty() : tensor<4x10xf32>
  %e0 = tensor.empty() : tensor<f32>
  %i1 = linalg.fill ins(%ninf : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e0 : tensor<f32>) -> tensor<f32>
  %onehot = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<4xi32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<4x10xf32>
  %m = linalg.reduce { arith.maximumf } ins(%x : tensor<4x10xf32>) outs(%i1 : tensor<4xf32>) dimensions = [1]
  %s = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %ex = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %sum = linalg.reduce { arith.addf } ins(%ex : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %dlogp = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%onehot : tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %g = arith.constant -0.25 : f32
    %d = arith.mulf %a, %g : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %gs = linalg.reduce { arith.addf } ins(%dlogp : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %dx = linalg.generic {indexing_maps = [#map, #map, #row, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%dlogp, %ex, %sum, %gs : tensor<4x10xf32>, tensor<4x10xf32>, tensor<4xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %e: f32, %b: f32, %gsum: f32, %o: f32):
    %p = arith.divf %e, %b : f32
    %pg = arith.mulf %p, %gsum : f32
    %d = arith.subf %a, %pg : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %later = linalg.generic {indexing_maps = [#row, #map], iterator_types = ["parallel", "parallel"]} ins(%labels : tensor<4xi32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%l: i32, %o: f32):
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i32
    %c = arith.cmpi eq, %l, %ii : i32
    %f = arith.uitofp %c : i1 to f32
    linalg.yield %f : f32
  } -> tensor<4x10xf32>
  %logp = linalg.generic {indexing_maps = [#map, #row, #map], iterator_types = ["parallel", "parallel"]} ins(%s, %sum : tensor<4x10xf32>, tensor<4xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %l = math.log %b : f32
    %d = arith.subf %a, %l : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %prod = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%later, %logp : tensor<4x10xf32>, tensor<4x10xf32>) outs(%e2 : tensor<4x10xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.mulf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<4x10xf32>
  %rows = linalg.reduce { arith.addf } ins(%prod : tensor<4x10xf32>) outs(%z1 : tensor<4xf32>) dimensions = [1]
  %neg = linalg.map { arith.negf } ins(%rows : tensor<4xf32>) outs(%e1 : tensor<4xf32>)
  %total = linalg.reduce { arith.addf } ins(%neg : tensor<4xf32>) outs(%z0 : tensor<f32>) dimensions = [0]
  %mean = linalg.map ins(%total : tensor<f32>) outs(%e0 : tensor<f32>) (%a: f32, %o: f32) {
    %four = arith.constant 4.0 : f32
    %d = arith.divf %a, %four : f32
    linalg.yield %d : f32
  }
  return %mean, %dx : tensor<f32>, tensor<4x10xf32>
}
