// One library for several CPUs.

// RUN: rm -rf %t && mkdir %t && cd %t

// Without -mcpu a program uses the best that its machine has; the same bytes
// come out each time.
// RUN: lse-compile %s -mtriple=x86_64-unknown-linux-gnu --emit=obj,asm,stmt -o model -v 2>&1 | FileCheck %s --check-prefix=DEFAULT
// DEFAULT: target: x86_64-unknown-linux-gnu, x86-64-v4 or x86-64-v3 or x86-64, the first that the machine has
// RUN: lse-compile %s -mtriple=x86_64-unknown-linux-gnu -mcpu=x86-64-v3,x86-64 -mcpu=x86-64-v4 --emit=obj,asm,stmt -o again --prefix=model
// RUN: cmp model.o again.o && cmp model.s again.s && cmp model.stmt again.stmt
// RUN: llvm-nm model.o | FileCheck %s --check-prefix=SYMBOLS
// SYMBOLS: U lse_rt_supports
// SYMBOLS: T model_main

// No instruction gets into code that other CPUs run.
// RUN: %python %S/Inputs/vector_registers.py model.s model.stmt | FileCheck %s --check-prefix=REGISTERS
// REGISTERS-DAG: {{^}}x86-64-v4: xmm{{.*}} zmm{{$}}
// REGISTERS-DAG: {{^}}x86-64-v3: xmm ymm{{$}}
// REGISTERS-DAG: {{^}}x86-64: xmm{{$}}
// REGISTERS-DAG: {{^}}around: xmm{{$}}

// Loop nests are those of all kernels.
// RUN: cat model.stmt | FileCheck %s --check-prefix=NESTS
// NESTS: target    x86_64-unknown-linux-gnu, x86-64-v4
// NESTS: target    x86_64-unknown-linux-gnu, x86-64-v3
// NESTS: target    x86_64-unknown-linux-gnu, x86-64{{$}}

// One CPU is exactly that one.
// RUN: lse-compile %s -mcpu=x86-64-v3 --emit=obj,llvm -o one -v 2>&1 | FileCheck %s --check-prefix=ONE
// ONE: target: x86_64-{{[^,]+}}, x86-64-v3{{$}}
// RUN: llvm-nm one.o | FileCheck %s --check-prefix=PLAIN
// PLAIN-NOT: lse_rt_supports
// RUN: cat one.ll | FileCheck %s --check-prefix=ATTRIBUTES
// ATTRIBUTES-NOT: "target-cpu"="x86-64"
// ATTRIBUTES:     "target-cpu"="x86-64-v3"
// ATTRIBUTES-NOT: "target-cpu"="x86-64"

// Other architectures have their baseline.
// RUN: lse-compile %s -mtriple=aarch64-linux-gnu --emit=obj -o arm -v 2>&1 | FileCheck %s --check-prefix=ARM
// ARM: target: aarch64-unknown-linux-gnu, generic (runs on every machine of its kind)
// RUN: llvm-nm arm.o | FileCheck %s --check-prefix=PLAIN

// What does not go together.
// RUN: not lse-compile %s -mtriple=aarch64-linux-gnu -mcpu=generic,apple-m1 --emit=obj -o x 2>&1 | FileCheck %s --check-prefix=ARMS
// ARMS: error: a program for several CPUs is only possible on x86-64, not for aarch64-unknown-linux-gnu; name one CPU
// RUN: not lse-compile %s -mcpu=x86-64-v4,alderlake -o x 2>&1 | FileCheck %s --check-prefix=SUBSET
// SUBSET: error: 'alderlake' does not have all that 'x86-64-v4' has ({{.*}}avx512f{{.*}}); among several CPUs must be one that all the others include, for the code around kernels: add x86-64
// RUN: not lse-compile %s -mcpu=x86-64-v4,x86-65 -o x 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: unknown CPU 'x86-65'
// RUN: not ls x.a x.o

func.func @main(%x: tensor<?x1000xf32>, %y: tensor<?x1000xf32>) -> tensor<?x1000xf32> {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x1000xf32>
  %0 = tensor.empty(%d) : tensor<?x1000xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<?x1000xf32>) outs(%0 : tensor<?x1000xf32>) -> tensor<?x1000xf32>
  // Code around the kernel that LLVM makes vectors of.
  %s = linalg.add ins(%p, %y : tensor<?x1000xf32>, tensor<?x1000xf32>) outs(%0 : tensor<?x1000xf32>) -> tensor<?x1000xf32>
  return %s : tensor<?x1000xf32>
}
