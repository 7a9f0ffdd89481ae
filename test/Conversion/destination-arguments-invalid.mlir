// RUN: lse-opt %s --lse-destination-arguments --split-input-file --verify-diagnostics

// expected-error@below {{public function 'unranked' cannot be called from C: argument 1 is 'tensor<*xf32>', but the tensor is unranked}}
func.func @unranked(%x: f32, %y: tensor<*xf32>) {
  return
}

// -----

// expected-error@below {{result 0 is 'tensor<4xcomplex<f32>>', but its element type has no equivalent in C}}
func.func @complex() -> tensor<4xcomplex<f32>> {
  %0 = tensor.empty() : tensor<4xcomplex<f32>>
  return %0 : tensor<4xcomplex<f32>>
}

// -----

// expected-error@below {{argument 0 is 'tensor<4xi4>', but its element type has no equivalent in C}}
func.func @narrow(%x: tensor<4xi4>) {
  return
}

// -----

// expected-error@below {{argument 0 is 'memref<4xf32>', but it is a memref}}
func.func @memref(%x: memref<4xf32>) {
  return
}

// -----

// expected-error@below {{the shape of a result does not follow from the extents of tensor arguments}}
func.func @data(%x: tensor<index>) -> tensor<?xf32> {
  // expected-note@below {{it depends on 'tensor.extract'}}
  %n = tensor.extract %x[] : tensor<index>
  %0 = tensor.empty(%n) : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func private @make(tensor<?xf32>) -> tensor<?xf32>

// expected-error@below {{the shape of a result does not follow from the extents of tensor arguments}}
func.func @unknown(%x: tensor<?xf32>) -> tensor<?xf32> {
  // expected-note@below {{it depends on 'func.call'}}
  %0 = call @make(%x) : (tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
