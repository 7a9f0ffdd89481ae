// RUN: lse-opt %s --lse-schedule=cpu=x86-64-v4 | FileCheck %s --check-prefixes=CHECK,AVX512
// RUN: lse-opt %s --lse-schedule=cpu=x86-64-v3 | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: lse-opt %s --lse-schedule | FileCheck %s --check-prefixes=CHECK,BASELINE
// RUN: not lse-opt %s --lse-schedule=cpu=pentium-of-doom 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: error: unknown CPU 'pentium-of-doom' for x86_64; 'native' is this machine, and 'llc-22 -mcpu=help' lists the others
// UNKNOWN-NOT: error

// CHECK-LABEL: func @plain
func.func @plain(%x: memref<4x8xf32>, %out: memref<4x8xf32>) {
  // AVX512:   schedules = [#lse.schedule<target = #llvm.target<triple = "{{.+}}", chip = "x86-64-v4">, strategy = cached_row, vector_lanes = 16, unroll = 4>]
  // AVX2:     schedules = [#lse.schedule<target = #llvm.target<triple = "{{.+}}", chip = "x86-64-v3">, strategy = cached_row, vector_lanes = 8, unroll = 4>]
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
