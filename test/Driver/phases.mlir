// Stopping after a phase, and the module after each of them.

// RUN: rm -rf %t && mkdir %t && cd %t

// Each phase is a pipeline of lse-opt.
// RUN: lse-compile %s --stop-after=raise -o - | FileCheck %s --check-prefix=RAISE
// RAISE: lse.softmax {{.*}} -> tensor<?x10xf32>
// RUN: lse-compile %s --stop-after=bufferize -o - | FileCheck %s --check-prefix=BUFFERIZE
// BUFFERIZE: lse.softmax {{.*}} outs(%{{.+}} : memref<?x10xf32>)
// RUN: lse-compile %s --stop-after=kernels -mcpu=x86-64-v3 --prefix=m -o kernels.mlir
// RUN: cat kernels.mlir | FileCheck %s --check-prefix=KERNELS
// KERNELS-NOT: lse.softmax
// KERNELS: call @lse.
// RUN: lse-compile %s --stop-after=llvm -mcpu=x86-64-v3 --prefix=m -o llvm.mlir
// RUN: lse-opt kernels.mlir --lse-llvm-pipeline=prefix=m | diff - llvm.mlir
// RUN: cat llvm.mlir | FileCheck %s --check-prefix=LLVM
// LLVM: llvm.func @m_main(

// The file is NAME.mlir, beside --emit=mlir as well.
// RUN: lse-compile %s --stop-after=raise -o raised && ls raised.mlir
// RUN: lse-compile %s --stop-after=raise --emit=mlir -o raised.txt && diff raised.mlir raised.txt

// What was stopped at can be gone on with.
// RUN: lse-compile raised.mlir -o model && ls model.a

// All of them, in folders that are made.
// RUN: lse-compile %s --dump-phases=new/folder -mcpu=x86-64-v3 --prefix=m --emit=obj -o model
// RUN: ls new/folder | FileCheck %s --check-prefix=FOLDER
// FOLDER:      {{^}}00-input.mlir
// FOLDER-NEXT: {{^}}01-raise.mlir
// FOLDER-NEXT: {{^}}02-bufferize.mlir
// FOLDER-NEXT: {{^}}03-kernels.mlir
// FOLDER-NEXT: {{^}}04-llvm.mlir
// FOLDER-NOT:  {{.}}
// RUN: diff new/folder/03-kernels.mlir kernels.mlir
// RUN: diff new/folder/04-llvm.mlir llvm.mlir
// RUN: lse-compile %s --dump-phases=part --stop-after=bufferize -o part.mlir
// RUN: diff part/02-bufferize.mlir part.mlir
// RUN: not ls part/03-kernels.mlir

// They are there when a later phase fails.
// RUN: echo 'func.func @f(%%x: f32) -> f32 { cf.br ^bb1 ^bb1: %%0 = gpu.thread_id x %%1 = arith.index_cast %%0 : index to i32 %%2 = arith.sitofp %%1 : i32 to f32 return %%2 : f32 }' > gpu.mlir
// RUN: not lse-compile gpu.mlir --dump-phases=later -o failed 2>&1 | FileCheck %s --check-prefix=FAILS
// FAILS: gpu.mlir:1:{{[0-9]+}}: error: 'gpu.thread_id' could not be lowered to LLVM
// RUN: not ls failed.a
// RUN: cat later/04-llvm.mlir | FileCheck %s --check-prefix=LEFT
// LEFT: gpu.thread_id

// Nothing is written over the input, and a folder must be one.
// RUN: cp %s 00-input.mlir
// RUN: not lse-compile 00-input.mlir --dump-phases=. -o x 2>&1 | FileCheck %s --check-prefix=INPUT
// INPUT: error: cannot write '{{.*}}00-input.mlir': it is the input; choose another folder for --dump-phases
// RUN: diff %s 00-input.mlir
// RUN: not lse-compile %s --dump-phases=%s -o x 2>&1 | FileCheck %s --check-prefix=FILE
// FILE: error: '{{.*}}phases.mlir', named by --dump-phases, is no folder
// RUN: not lse-compile %s --dump-phases=/proc/dumps -o x 2>&1 | FileCheck %s --check-prefix=PROC
// PROC: error: cannot make the folder '/proc/dumps' for --dump-phases: {{.+}}

// RUN: not lse-compile %s --stop-after=lunch -o x 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: unknown phase 'lunch' in --stop-after; there are raise, bufferize, kernels, llvm
// RUN: not lse-compile %s --stop-after=raise --emit=mlir,obj -o x 2>&1 | FileCheck %s --check-prefix=CODE
// CODE: error: --stop-after=raise leaves a module in MLIR, of which no 'obj' can be made; leave out --emit, or --stop-after
// RUN: not ls x.a

func.func @main(%x: tensor<?x10xf32>) -> tensor<?x10xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x10xf32>
  %0 = tensor.empty(%n) : tensor<?x10xf32>
  %p = linalg.softmax dimension(1) ins(%x : tensor<?x10xf32>) outs(%0 : tensor<?x10xf32>) -> tensor<?x10xf32>
  return %p : tensor<?x10xf32>
}
