// Kernels for another machine: what this one cannot execute is looked at.
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: lse-compile %s -mtriple=aarch64-linux-gnu --emit=obj,header,asm,stmt -o arm
// RUN: %python %S/Inputs/neon.py arm.s arm.stmt | FileCheck %s --check-prefix=NEON --match-full-lines --implicit-check-not={{.}}
// RUN: llvm-readobj --file-header arm.o | FileCheck %s --check-prefix=OBJECT
// RUN: llvm-nm --undefined-only arm.o | FileCheck %s --check-prefix=UNDEFINED --implicit-check-not=" U "
// RUN: llvm-objdump -d arm.o | FileCheck %s --check-prefix=BASELINE
// RUN: mkdir host && lse-compile %s --emit=header -o host/arm
// RUN: diff host/arm.h arm.h
// RUN: lse-compile %s -mtriple=aarch64-linux-gnu -mcpu=neoverse-v2 --emit=obj,asm,stmt -o v2
// RUN: %python %S/Inputs/neon.py v2.s v2.stmt | FileCheck %s --check-prefix=NEON --match-full-lines --implicit-check-not={{.}}
// RUN: not lse-compile %s -mtriple=aarch64-unknown-linux-gnu -o %t.lib 2>&1 | FileCheck %s --check-prefix=LIBRARY
// RUN: not ls %t.lib.a %t.lib.h
// RUN: not lse-compile %s -mtriple=aarch64-unknown-linux-gnu -mcpu=native --emit=obj -o %t.n 2>&1 | FileCheck %s --check-prefix=NATIVE
// RUN: not lse-compile %s -mtriple=abacus-unknown-linux --emit=obj -o %t.n 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// Every kernel, in whole registers (with as many rows as there may be, it is a
// function that threads call, which nothing is inlined out of), without a call of libm.
// NEON:      lse.softmax: NEON
// NEON-NEXT: lse.softmax: NEON
// NEON-NEXT: lse.softmax: NEON
// NEON-NEXT: lse.softmax: NEON
// NEON-NEXT: lse.log_softmax: NEON
// NEON-NEXT: lse.logsumexp: NEON
// NEON-NEXT: lse.softmax: NEON
// NEON-NEXT: lse.log_softmax: NEON
// NEON-NEXT: lse.softmax: NEON
// NEON-NEXT: lse.softmax: NEON
// OBJECT:    Machine: EM_AARCH64
// UNDEFINED: U lse_rt_do_par_for
// The scalable registers are not in the baseline.
// BASELINE-NOT: z{{[0-9]+}}.s
// LIBRARY:   error: cannot make 'lib' for aarch64-unknown-linux-gnu on this machine: use --emit=obj,header and link it with lse's runtime there
// NATIVE:    error: 'native' is this machine, which is no 'aarch64-unknown-linux-gnu'; name a CPU
// UNKNOWN:   error: unknown target 'abacus-unknown-linux'
func.func @main(%x: tensor<?x1000xf32>) -> tensor<?x1000xf32> {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x1000xf32>
  %0 = tensor.empty(%d) : tensor<?x1000xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<?x1000xf32>) outs(%0 : tensor<?x1000xf32>) -> tensor<?x1000xf32>
  return %p : tensor<?x1000xf32>
}

func.func @dynamic(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %0 = tensor.empty(%m, %n) : tensor<?x?xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<?x?xf32>) outs(%0 : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %p : tensor<?x?xf32>
}

func.func @dead_rows_are_zero(%x: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x512xf32>
  %0 = tensor.empty(%d) : tensor<?x512xf32>
  %p = lse.softmax dims = [1] row_death = zero ins(%x : tensor<?x512xf32>) outs(%0 : tensor<?x512xf32>) -> tensor<?x512xf32>
  return %p : tensor<?x512xf32>
}

func.func @scaled(%x: tensor<?x512xf32>, %scale: f32) -> tensor<?x512xf32> {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x512xf32>
  %0 = tensor.empty(%d) : tensor<?x512xf32>
  %p = lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> ()>, affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x, %scale : tensor<?x512xf32>, f32) outs(%0 : tensor<?x512xf32>) logits {
  ^bb0(%in: f32, %factor: f32):
    %logit = arith.mulf %in, %factor : f32
    lse.yield %logit : f32
  } -> tensor<?x512xf32>
  return %p : tensor<?x512xf32>
}

func.func @log_probabilities(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %0 = tensor.empty(%m, %n) : tensor<?x?xf32>
  %p = lse.log_softmax dims = [1] ins(%x : tensor<?x?xf32>) outs(%0 : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %p : tensor<?x?xf32>
}

func.func @one_per_row(%x: tensor<?x?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %0 = tensor.empty(%m) : tensor<?xf32>
  %p = lse.logsumexp dims = [1] ins(%x : tensor<?x?xf32>) outs(%0 : tensor<?xf32>) -> tensor<?xf32>
  return %p : tensor<?xf32>
}

func.func @half(%x: tensor<?x?xf16>) -> tensor<?x?xf16> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf16>
  %n = tensor.dim %x, %c1 : tensor<?x?xf16>
  %0 = tensor.empty(%m, %n) : tensor<?x?xf16>
  %p = lse.softmax dims = [1] ins(%x : tensor<?x?xf16>) outs(%0 : tensor<?x?xf16>) -> tensor<?x?xf16>
  return %p : tensor<?x?xf16>
}

func.func @brain(%x: tensor<?x?xbf16>) -> tensor<?x?xbf16> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xbf16>
  %n = tensor.dim %x, %c1 : tensor<?x?xbf16>
  %0 = tensor.empty(%m, %n) : tensor<?x?xbf16>
  %p = lse.log_softmax dims = [1] ins(%x : tensor<?x?xbf16>) outs(%0 : tensor<?x?xbf16>) -> tensor<?x?xbf16>
  return %p : tensor<?x?xbf16>
}

func.func @columns(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %0 = tensor.empty(%m, %n) : tensor<?x?xf32>
  %p = lse.softmax dims = [0] ins(%x : tensor<?x?xf32>) outs(%0 : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %p : tensor<?x?xf32>
}

func.func @double(%x: tensor<?x?xf64>) -> tensor<?x?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf64>
  %n = tensor.dim %x, %c1 : tensor<?x?xf64>
  %0 = tensor.empty(%m, %n) : tensor<?x?xf64>
  %p = lse.softmax dims = [1] ins(%x : tensor<?x?xf64>) outs(%0 : tensor<?x?xf64>) -> tensor<?x?xf64>
  return %p : tensor<?x?xf64>
}
