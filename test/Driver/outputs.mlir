// What lse-compile writes, and where.

// A library and a header by default, next to each other.
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: lse-compile %s -o model
// RUN: ls %t | FileCheck %s --check-prefix=DEFAULT
// DEFAULT:      {{^}}model.a
// DEFAULT-NEXT: {{^}}model.h
// DEFAULT-NOT:  {{.}}
// RUN: llvm-nm --defined-only --extern-only model.a | FileCheck %s --check-prefix=SYMBOLS
// SYMBOLS:     model.o:
// SYMBOLS-NOT: body
// SYMBOLS:     T model_main{{$}}
// SYMBOLS-NOT: helper
// SYMBOLS:     lse_set_num_threads

// The same bytes each time, wherever they go.
// RUN: mkdir again && lse-compile %s -o again/model && diff model.a again/model.a && diff model.h again/model.h

// One output: -o is the file if it has an extension, otherwise the base name.
// RUN: lse-compile %s --emit=obj -o single
// RUN: lse-compile %s --emit=obj -o single.object
// RUN: cmp single.o single.object
// RUN: lse-compile %s --emit=header -o - | FileCheck %s --check-prefix=PREFIX
// PREFIX: int outputs_main(

// Several: an extension among theirs is dropped.
// RUN: lse-compile %s --emit=asm,llvm,mlir -o many.ll
// RUN: ls many.s many.ll many.mlir
// RUN: lse-compile %s --emit=llvm -o - | FileCheck %s --check-prefix=LLVM
// RUN: lse-compile %s --emit=asm -o - | FileCheck %s --check-prefix=ASM
// RUN: lse-compile %s --emit=mlir -o - | FileCheck %s --check-prefix=MLIR
// LLVM-DAG: define {{.*}}i32 @outputs_main(
// LLVM-DAG: "target-cpu"="{{.+}}"
// ASM:      outputs_main:
// MLIR:     llvm.func @outputs_main(

// Bitcode is the same module, for tools of the same LLVM.
// RUN: lse-compile %s --emit=bitcode,llvm,asm -o bits
// RUN: llvm-dis bits.bc -o - | FileCheck %s --check-prefix=BITCODE
// BITCODE: define {{.*}}i32 @bits_main(
// RUN: opt -passes=verify -disable-output bits.bc
// RUN: llc bits.bc -relocation-model=pic -O3 -o - | grep -c 'bits_main:' | FileCheck %s --check-prefix=ONE
// ONE: {{^}}1{{$}}
// RUN: not lse-compile %s --emit=bitcode -o - 2>&1 | FileCheck %s --check-prefix=BINARY
// BINARY: error: only one output that is text can go to standard output

// What --emit=mlir writes is a module that upstream's tools take.
// RUN: lse-compile %s --emit=mlir -o - | mlir-translate --mlir-to-llvmir | FileCheck %s --check-prefix=UPSTREAM
// UPSTREAM: define i32 @outputs_main(

// Without -o, the input's name in the working directory.
// RUN: mkdir here && cd here && lse-compile %s --emit=header
// RUN: cat outputs.h | FileCheck %s --check-prefix=HEADER

// HEADER:      #ifndef OUTPUTS_H
// HEADER:      extern "C" {
// HEADER:      #define OUTPUTS_STATUS_OK 0
// HEADER:      static inline const char *outputs_status_string(int status)
// HEADER:      /* main
// HEADER-NEXT:  *   arg0      float[arg0_dim0][4], row-major
// HEADER-NEXT:  *   arg1      float
// HEADER-NEXT:  *   result0   float[arg0_dim0][4], row-major
// HEADER-NEXT:  */
// HEADER-NEXT: int outputs_main(
// HEADER-NEXT:     const float *arg0,
// HEADER-NEXT:     int64_t arg0_dim0,
// HEADER-NEXT:     float arg1,
// HEADER-NEXT:     float *result0);
// HEADER:      int outputs_main_shape(int64_t arg0_dim0, int64_t *result0_dim0);

// Symbols start with the output's name, or with what --prefix says.
// RUN: lse-compile %s --emit=header -o %t/my-model.v2.h
// RUN: cat %t/my-model.v2.h | FileCheck %s --check-prefix=IDENTIFIER
// IDENTIFIER: int my_model_v2_main(
// RUN: lse-compile %s --emit=header -o %t/model.h --prefix=other
// RUN: cat %t/model.h | FileCheck %s --check-prefix=OTHER
// OTHER: #ifndef OTHER_H
// OTHER: int other_main(

// A device is written to, not replaced.
// RUN: lse-compile %s -o /dev/null && test -c /dev/null

// Bytecode and standard input are inputs, too.
// RUN: lse-opt %s --emit-bytecode -o %t/model.mlirbc
// RUN: lse-compile %t/model.mlirbc --emit=header --prefix=model -o - | FileCheck %s --check-prefix=INPUT
// RUN: cat %s | lse-compile - --emit=header --prefix=model -o - | FileCheck %s --check-prefix=INPUT
// INPUT: int model_main(

func.func private @helper(%x: f32, %y: f32) -> f32 {
  %0 = arith.mulf %x, %y : f32
  return %0 : f32
}

func.func @main(%x: tensor<?x4xf32>, %scale: f32) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x4xf32>
  %0 = tensor.empty(%n) : tensor<?x4xf32>
  %1 = linalg.map ins(%x : tensor<?x4xf32>) outs(%0 : tensor<?x4xf32>)
    (%in: f32, %out: f32) {
      %2 = func.call @helper(%in, %scale) : (f32, f32) -> f32
      linalg.yield %2 : f32
    }
  return %1 : tensor<?x4xf32>
}
