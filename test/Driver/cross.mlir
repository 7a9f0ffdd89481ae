// Kernels for another machine: what this one cannot execute is looked at.
// RUN: lse-compile %s -mtriple=aarch64-unknown-linux-gnu --emit=asm -o - | FileCheck %s
// RUN: lse-compile %s -mtriple=aarch64-unknown-linux-gnu --emit=obj,header -o %t
// RUN: llvm-readobj --file-header %t.o | FileCheck %s --check-prefix=OBJECT
// RUN: not lse-compile %s -mtriple=aarch64-unknown-linux-gnu -o %t.lib 2>&1 | FileCheck %s --check-prefix=LIBRARY
// RUN: not ls %t.lib.a %t.lib.h
// RUN: not lse-compile %s -mtriple=aarch64-unknown-linux-gnu -mcpu=native --emit=obj -o %t.n 2>&1 | FileCheck %s --check-prefix=NATIVE
// RUN: not lse-compile %s -mtriple=abacus-unknown-linux --emit=obj -o %t.n 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// The fused multiply-adds of the exponential, in vectors; no call of libm.
// CHECK-COUNT-4: fmla {{.*}}.4s
// CHECK-NOT:     bl expf
// OBJECT:        Machine: EM_AARCH64
// LIBRARY:       error: cannot make 'lib' for aarch64-unknown-linux-gnu on this machine: use --emit=obj,header and link it with lse's runtime there
// NATIVE:        error: 'native' is this machine, which is no 'aarch64-unknown-linux-gnu'; name a CPU
// UNKNOWN:       error: unknown target 'abacus-unknown-linux'
func.func @main(%x: tensor<?x1000xf32>) -> tensor<?x1000xf32> {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x1000xf32>
  %0 = tensor.empty(%d) : tensor<?x1000xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<?x1000xf32>) outs(%0 : tensor<?x1000xf32>) -> tensor<?x1000xf32>
  return %p : tensor<?x1000xf32>
}
