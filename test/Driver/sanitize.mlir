// Code that an AddressSanitizer watches, and code that none does.

// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: lse-compile %s --sanitize=address --emit=obj,header,llvm -o model
// RUN: llvm-nm model.o | FileCheck %s --check-prefix=SYMBOLS
// RUN: cat model.ll | FileCheck %s --check-prefix=FUNCTIONS
// RUN: llvm-readelf --unwind model.o | FileCheck %s --check-prefix=UNWIND

// The version is that of GCC's runtime and of LLVM's.
// SYMBOLS-DAG: U __asan_init
// SYMBOLS-DAG: U __asan_version_mismatch_check_v8
// SYMBOLS-DAG: U __asan_report_load4
// SYMBOLS-DAG: U __asan_report_store4
// A report names kernels.
// SYMBOLS-DAG: t lse.{{[0-9a-f]+}}
// SYMBOLS-DAG: T model_main

// Every function, those of all kernels among them.
// FUNCTIONS-NOT: define private
// FUNCTIONS: sanitize_address{{.*}}"frame-pointer"="all"{{.*}}"target-cpu"="x86-64-v4"
// UNWIND-COUNT-4: FDE

// Without the option there is nothing of it, and C programs see no difference.
// RUN: mkdir plain && lse-compile %s --emit=obj,header -o plain/model
// RUN: llvm-nm plain/model.o | FileCheck %s --check-prefix=PLAIN --implicit-check-not=asan
// RUN: diff plain/model.h model.h
// RUN: lse-compile %s --sanitize=none --emit=obj -o none.o --prefix=model
// RUN: cmp plain/model.o none.o
// PLAIN: T model_main

// Other machines, and the same bytes each time.
// RUN: lse-compile %s --sanitize=address -mtriple=aarch64-linux-gnu --emit=obj -o arm.o
// RUN: lse-compile %s --sanitize=address -mtriple=aarch64-linux-gnu --emit=obj -o again.o --prefix=arm
// RUN: cmp arm.o again.o
// RUN: llvm-nm arm.o | FileCheck %s --check-prefix=ARM
// ARM: U __asan_init

// RUN: not lse-compile %s --sanitize=thread -o none 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not lse-compile %s --sanitize= -o none 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not ls none.a
// UNKNOWN: error: unknown sanitizer 'thread' in --sanitize; there are none, address
// EMPTY:   error: unknown sanitizer '' in --sanitize; there are none, address

func.func @main(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %0 = tensor.empty(%m, %n) : tensor<?x?xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<?x?xf32>) outs(%0 : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %p : tensor<?x?xf32>
}
