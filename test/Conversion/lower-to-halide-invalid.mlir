// RUN: lse-opt %s --lse-lower-to-halide --split-input-file --verify-diagnostics

func.func @no_status(%x: memref<4x8xf32>, %out: memref<4x8xf32>) {
  // expected-error @below {{is in a function without a status cell; run lse-thread-status first}}
  lse.softmax dims = [1] ins(%x : memref<4x8xf32>) outs(%out : memref<4x8xf32>)
  return
}

// -----

func.func @on_tensors(%x: tensor<4x8xf32>, %status: memref<i32> {lse.status}) -> tensor<4x8xf32> {
  // expected-error @below {{works on tensors; bufferize first}}
  %p = lse.softmax dims = [1] ins(%x : tensor<4x8xf32>) outs(%x : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %p : tensor<4x8xf32>
}

// -----

func.func @no_schedule(%x: memref<4x8xf32>, %out: memref<4x8xf32>, %status: memref<i32> {lse.status}) {
  // expected-error @below {{has no schedule; run lse-schedule first}}
  lse.softmax dims = [1] ins(%x : memref<4x8xf32>) outs(%out : memref<4x8xf32>)
  return
}

// -----

#v3 = #lse.schedule<target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">, strategy = cached_row, vector_lanes = 8, unroll = 4>

func.func @no_kernel(%x: memref<4x8xf80>, %out: memref<4x8xf80>, %status: memref<i32> {lse.status}) {
  // expected-error @below {{has no kernel: kernels compute in f32 and f64 only; run lse-prepare-kernels before bufferization}}
  lse.softmax dims = [1] ins(%x : memref<4x8xf80>) outs(%out : memref<4x8xf80>) {schedules = [#v3]}
  return
}

// -----

#columns = #lse.schedule<target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">, strategy = column_tile, vector_lanes = 8, unroll = 4>

func.func @no_columns(%x: memref<4x8xf32>, %status: memref<i32> {lse.status}) {
  // expected-error @below {{has the strategy column_tile, but no dimension outside of its rows; use cached_row}}
  lse.softmax dims = [0, 1] ins(%x : memref<4x8xf32>) outs(%x : memref<4x8xf32>) {schedules = [#columns]}
  return
}

// -----

#odd = #lse.schedule<target = "a machine", strategy = cached_row, vector_lanes = 8, unroll = 4>

func.func @no_target(%x: memref<4x8xf32>, %out: memref<4x8xf32>, %status: memref<i32> {lse.status}) {
  // expected-error @below {{the target must be a #llvm.target}}
  lse.softmax dims = [1] ins(%x : memref<4x8xf32>) outs(%out : memref<4x8xf32>) {schedules = [#odd]}
  return
}

// -----

#v3 = #lse.schedule<target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">, strategy = cached_row, vector_lanes = 8, unroll = 4>

module attributes {llvm.data_layout = "e-m:e-p:32:32"} {
  func.func @other_layout(%x: memref<4x8xf32>, %out: memref<4x8xf32>, %status: memref<i32> {lse.status}) {
    // expected-error @below {{is scheduled for a machine with llvm.data_layout}}
    lse.softmax dims = [1] ins(%x : memref<4x8xf32>) outs(%out : memref<4x8xf32>) {schedules = [#v3]}
    return
  }
}
