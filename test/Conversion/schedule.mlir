// RUN: lse-opt %s --lse-schedule=cpu=x86-64-v4 | FileCheck %s --check-prefixes=CHECK,AVX512
// RUN: lse-opt %s --lse-schedule=cpu=x86-64-v3 | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: lse-opt %s --lse-schedule | FileCheck %s --check-prefixes=CHECK,BASELINE
// RUN: lse-opt %s --lse-schedule=cpu=x86-64,x86-64-v4,x86-64-v3,x86-64-v4 | FileCheck %s --check-prefixes=CHECK,SEVERAL
// RUN: lse-opt %s --lse-schedule=cpu=x86-64-v2,diamondrapids | FileCheck %s --check-prefixes=CHECK,RESTRICTED
// RUN: not lse-opt %s --lse-schedule=cpu=pentium-of-doom 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not lse-opt %s --lse-schedule=cpu=x86-64-v3,pentium-of-doom 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not lse-opt %s --lse-schedule=cpu=x86-64-v4,alderlake 2>&1 | FileCheck %s --check-prefix=SUBSET
// RUN: not lse-opt %s --lse-schedule="triple=aarch64-linux-gnu cpu=apple-m1,generic" 2>&1 | FileCheck %s --check-prefix=ARM

// UNKNOWN: error: unknown CPU 'pentium-of-doom' for x86_64; 'native' is this machine, and 'llc-22 -mcpu=help' lists the others
// UNKNOWN-NOT: error
// SUBSET: error: 'alderlake' does not have all that 'x86-64-v4' has (avx512bw, avx512cd, avx512dq, avx512f, avx512vl); among several CPUs must be one that all the others include, for the code around kernels: add x86-64
// ARM: error: a program for several CPUs is only possible on x86-64, not for aarch64-unknown-linux-gnu; name one CPU

// CHECK-LABEL: func @plain
func.func @plain(%x: memref<4x8xf32>, %out: memref<4x8xf32>) {
  // AVX512:   schedules = [#lse.schedule<target = #llvm.target<triple = "{{.+}}", chip = "x86-64-v4">, strategy = cached_row, vector_lanes = 16, unroll = 4>]
  // AVX2:     schedules = [#lse.schedule<target = #llvm.target<triple = "{{.+}}", chip = "x86-64-v3">, strategy = cached_row, vector_lanes = 8, unroll = 4>]
  // Several come in the order in which they are tried, each once.
  // SEVERAL:  schedules = [#lse.schedule<target = #llvm.target<triple = "{{.+}}", chip = "x86-64-v4">, {{.+}}, vector_lanes = 16, unroll = 4>, #lse.schedule<target = #llvm.target<triple = "{{.+}}", chip = "x86-64-v3">, {{.+}}, vector_lanes = 8, unroll = 4>, #lse.schedule<target = #llvm.target<triple = "{{.+}}", chip = "x86-64">, {{.+}}, vector_lanes = 4, unroll = 4>]
  // What a program cannot ask its machine for is left out, the rest is not.
  // RESTRICTED:      chip = "diamondrapids", features = <["{{.*}}-amx-tile"
  // RESTRICTED-NOT:  "-avx512bf16"
  // RESTRICTED:      chip = "x86-64-v2">
  // BASELINE: schedules = [#lse.schedule<target = #llvm.target<triple = "{{.+}}", chip = "x86-64">, strategy = cached_row, vector_lanes = 4, unroll = 4>]
  lse.softmax dims = [1] ins(%x : memref<4x8xf32>) outs(%out : memref<4x8xf32>)
  return
}

// What was chosen by hand stays.
// CHECK-LABEL: func @by_hand
func.func @by_hand(%x: memref<4x8xf32>, %out: memref<4x8xf32>) {
  // CHECK: schedules = [#lse.schedule<target = #llvm.target<triple = "x86_64", chip = "znver4">, strategy = cached_row, vector_lanes = 32, unroll = 2, parallel = false>]
  lse.softmax dims = [1] ins(%x : memref<4x8xf32>) outs(%out : memref<4x8xf32>)
    {schedules = [#lse.schedule<target = #llvm.target<triple = "x86_64", chip = "znver4">, strategy = cached_row, vector_lanes = 32, unroll = 2, parallel = false>]}
  return
}

// A row that is read for its log-sum-exp alone is read once.
// CHECK-LABEL: func @one_read
func.func @one_read(%x: memref<4x?xf32>, %o: memref<4xf32>, %p: memref<4x?xf32>, %c: memref<?xf32>) {
  // Nothing else needs the row again.
  // CHECK:   lse.logsumexp dims = [1]
  // CHECK-SAME: strategy = online_row
  // CHECK:   lse.softmax
  // CHECK-SAME: strategy = cached_row
  // Nor across rows, but each of these is one lane.
  // CHECK:   lse.logsumexp dims = [0]
  // CHECK-SAME: strategy = column_tile
  lse.logsumexp dims = [1] ins(%x : memref<4x?xf32>) outs(%o : memref<4xf32>)
  lse.softmax dims = [1] results = [probabilities, logsumexp] ins(%x : memref<4x?xf32>) outs(%p, %o : memref<4x?xf32>, memref<4xf32>)
  lse.logsumexp dims = [0] ins(%x : memref<4x?xf32>) outs(%c : memref<?xf32>)
  return
}

// So is one that sums relative to its maximum are made of, for a loss or a gradient,
// unless it is known to be short.
// CHECK-LABEL: func @long_losses
func.func @long_losses(%x: memref<?x50000xf32>, %y: memref<?x50000xf32>, %l: memref<?xf32>, %g: memref<?x50000xf32>,
                       %s: memref<?x8191xf32>, %t: memref<?x8191xf32>) {
  // CHECK: lse.cross_entropy dims = [1]
  // CHECK-SAME: strategy = online_row
  lse.cross_entropy dims = [1] ins(%x, %y : memref<?x50000xf32>, memref<?x50000xf32>) outs(%l : memref<?xf32>)
  // This takes longer to compute than to read.
  // CHECK: lse.kl_divergence dims = [1]
  // CHECK-SAME: strategy = cached_row
  lse.kl_divergence dims = [1] ins(%x, %y : memref<?x50000xf32>, memref<?x50000xf32>) outs(%l : memref<?xf32>)
  // CHECK: lse.cross_entropy_grad dims = [1]
  // CHECK-SAME: strategy = online_row
  lse.cross_entropy_grad dims = [1] ins(%x, %y : memref<?x50000xf32>, memref<?x50000xf32>) outs(%g : memref<?x50000xf32>)
  // CHECK: lse.softmax_grad dims = [1] from_logits
  // CHECK-SAME: strategy = online_row
  lse.softmax_grad dims = [1] from_logits ins(%x, %y : memref<?x50000xf32>, memref<?x50000xf32>) outs(%g : memref<?x50000xf32>)
  // Sums of probabilities are relative to nothing.
  // CHECK: lse.softmax_grad dims = [1]
  // CHECK-SAME: strategy = cached_row
  lse.softmax_grad dims = [1] ins(%x, %y : memref<?x50000xf32>, memref<?x50000xf32>) outs(%g : memref<?x50000xf32>)
  // CHECK: lse.cross_entropy dims = [1]
  // CHECK-SAME: strategy = cached_row
  lse.cross_entropy dims = [1] ins(%s, %t : memref<?x8191xf32>, memref<?x8191xf32>) outs(%l : memref<?xf32>)
  // CHECK: lse.logsumexp dims = [1]
  // CHECK-SAME: strategy = cached_row
  lse.logsumexp dims = [1] ins(%s : memref<?x8191xf32>) outs(%l : memref<?xf32>)
  return
}

// Rows that lie side by side: vectors across them.
// CHECK-LABEL: func @columns
func.func @columns(%x: memref<2x8x49xf32>, %out: memref<2x8x49xf32>) {
  // AVX512: strategy = column_tile, vector_lanes = 16, unroll = 8>
  // AVX2:   strategy = column_tile, vector_lanes = 8, unroll = 8>
  lse.softmax dims = [1] ins(%x : memref<2x8x49xf32>) outs(%out : memref<2x8x49xf32>)
  return
}

// What counts is memory, not the order of dimensions.
// CHECK-LABEL: func @transposed
func.func @transposed(%x: memref<8x4xf32, strided<[1, 8]>>, %out: memref<8x4xf32, strided<[1, 8]>>) {
  // AVX2: strategy = cached_row
  lse.softmax dims = [0] ins(%x : memref<8x4xf32, strided<[1, 8]>>) outs(%out : memref<8x4xf32, strided<[1, 8]>>)
  return
}

// Two columns would leave most of each vector empty.
// CHECK-LABEL: func @narrow
func.func @narrow(%x: memref<8x2xf32>, %out: memref<8x2xf32>) {
  // AVX512: strategy = cached_row
  lse.softmax dims = [0] ins(%x : memref<8x2xf32>) outs(%out : memref<8x2xf32>)
  return
}

// CHECK-LABEL: func @no_strides_known
func.func @no_strides_known(%x: memref<8x9xf32, strided<[?, ?]>>, %out: memref<8x9xf32, strided<[?, ?]>>) {
  // CHECK: strategy = cached_row
  lse.softmax dims = [0] ins(%x : memref<8x9xf32, strided<[?, ?]>>) outs(%out : memref<8x9xf32, strided<[?, ?]>>)
  return
}

// Lanes are those of the type of computation.
// CHECK-LABEL: func @types
func.func @types(%x: memref<4x8xf64>, %h: memref<4x8xf16>) {
  // AVX2: vector_lanes = 4,
  lse.log_softmax dims = [1] ins(%x : memref<4x8xf64>) outs(%x : memref<4x8xf64>)
  // AVX2: vector_lanes = 8,
  lse.softmax dims = [1] ins(%h : memref<4x8xf16>) outs(%h : memref<4x8xf16>)
  return
}

// Register tiles of an attention take up the registers there are.
// CHECK-LABEL: func @attention
func.func @attention(%x: memref<2x8x4xf32>) {
  // AVX512:   strategy = query_strip, vector_lanes = 16, unroll = 12>
  // AVX2:     strategy = query_strip, vector_lanes = 8, unroll = 6>
  // BASELINE: strategy = query_strip, vector_lanes = 4, unroll = 6>
  lse.attention dims = [2] ins(%x, %x, %x : memref<2x8x4xf32>, memref<2x8x4xf32>, memref<2x8x4xf32>) outs(%x : memref<2x8x4xf32>)
  return
}
