// A shared library exports the public functions and what a program may tell
// the runtime, nothing else.

// RUN: rm -rf %t && mkdir %t
// RUN: lse-compile %s --emit=shared,header -o %t/model
// RUN: llvm-nm -D --defined-only %t/model.so | FileCheck %s
// CHECK:      T lse_get_num_threads
// CHECK-NEXT: T lse_get_target
// CHECK-NEXT: T lse_runtime_version
// CHECK-NEXT: T lse_set_allocator
// CHECK-NEXT: T lse_set_max_target
// CHECK-NEXT: T lse_set_num_threads
// CHECK-NEXT: T lse_set_parallel_for
// CHECK-NEXT: T model_main
// CHECK-NOT:  T

// RUN: llvm-readelf -d %t/model.so | FileCheck %s --check-prefix=DYNAMIC
// DYNAMIC-DAG: soname: [model.so]
// DYNAMIC-DAG: NODELETE

// RUN: env PATH=/nowhere %lse_lib/../bin/lse-compile %s --emit=shared -o %t/none > %t/log 2>&1 || true
// RUN: cat %t/log | FileCheck %s --check-prefix=LINKER
// RUN: not ls %t/none.so
// LINKER: error: a shared library needs the C compiler 'cc' to link, and PATH has none; install one, or use --emit=lib

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
