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

// -----

#v3 = #lse.schedule<target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">, strategy = cached_row, vector_lanes = 8, unroll = 4>
#arm = #lse.schedule<target = #llvm.target<triple = "aarch64-unknown-linux-gnu", chip = "generic">, strategy = cached_row, vector_lanes = 4, unroll = 4>

func.func @two_machines(%x: memref<4x8xf32>, %out: memref<4x8xf32>, %status: memref<i32> {lse.status}) {
  // expected-error @below {{a program for several CPUs is only possible on x86-64, not for aarch64-unknown-linux-gnu; name one CPU}}
  lse.softmax dims = [1] ins(%x : memref<4x8xf32>) outs(%out : memref<4x8xf32>) {schedules = [#v3, #arm]}
  return
}

// -----

#v3 = #lse.schedule<target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v3">, strategy = cached_row, vector_lanes = 8, unroll = 4>
#mac = #lse.schedule<target = #llvm.target<triple = "x86_64-apple-macosx", chip = "x86-64">, strategy = cached_row, vector_lanes = 4, unroll = 4>

func.func @two_systems(%x: memref<4x8xf32>, %out: memref<4x8xf32>, %status: memref<i32> {lse.status}) {
  // expected-error @below {{is scheduled for a machine with llvm.target_triple 'x86_64-apple-macosx', but the module has 'x86_64-unknown-linux-gnu'}}
  lse.softmax dims = [1] ins(%x : memref<4x8xf32>) outs(%out : memref<4x8xf32>) {schedules = [#v3, #mac]}
  return
}

// -----

#amd = #lse.schedule<target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "znver3">, strategy = cached_row, vector_lanes = 8, unroll = 4>
#intel = #lse.schedule<target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "skylake-avx512">, strategy = cached_row, vector_lanes = 16, unroll = 4>

func.func @no_baseline(%x: memref<4x8xf32>, %out: memref<4x8xf32>, %status: memref<i32> {lse.status}) {
  // expected-error @below {{among several CPUs must be one that all the others include}}
  lse.softmax dims = [1] ins(%x : memref<4x8xf32>) outs(%out : memref<4x8xf32>) {schedules = [#amd, #intel]}
  return
}

// -----

#base = #lse.schedule<target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64">, strategy = cached_row, vector_lanes = 4, unroll = 4>
#amx = #lse.schedule<target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v4", features = <["+amx-tile"]>>, strategy = cached_row, vector_lanes = 16, unroll = 4>

func.func @unknowable(%x: memref<4x8xf32>, %out: memref<4x8xf32>, %status: memref<i32> {lse.status}) {
  // expected-error @below {{programs cannot find out whether a machine has the feature 'amx-tile' of 'x86-64-v4'; add "-amx-tile" to the target's features}}
  lse.softmax dims = [1] ins(%x : memref<4x8xf32>) outs(%out : memref<4x8xf32>) {schedules = [#amx, #base]}
  return
}
