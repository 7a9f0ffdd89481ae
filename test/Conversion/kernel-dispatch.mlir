// Kernels for several targets, and what chooses between them.

// RUN: lse-opt %s --lse-schedule=cpu=x86-64,x86-64-v3,x86-64-v4 --lse-thread-status --lse-lower-to-halide | FileCheck %s
// RUN: lse-opt %s --lse-schedule=cpu=x86-64-v3 --lse-thread-status --lse-lower-to-halide | FileCheck %s --check-prefix=ONE

// Operations that are alike share kernels and what chooses between them.
// CHECK-LABEL: func @twice
// CHECK:         call @[[CALL:lse.[0-9a-f]+.dispatch.call.dd.dd]](
// CHECK:         call @[[CALL]](
func.func @twice(%x: memref<4x8xf32>, %out: memref<4x8xf32>) {
  lse.softmax dims = [1] ins(%x : memref<4x8xf32>) outs(%out : memref<4x8xf32>)
  lse.softmax dims = [1] ins(%x : memref<4x8xf32>) outs(%out : memref<4x8xf32>)
  return
}

// Each kernel is compiled for its own target, with helpers of its own.
// CHECK:     llvm.func private {{.*}}@lse.[[V4:[0-9a-f]+]](
// CHECK-SAME:  target_cpu = "x86-64-v4"
// CHECK:     llvm.func private {{.*}}@lse.[[V3:[0-9a-f]+]](
// CHECK-SAME:  target_cpu = "x86-64-v3"
// CHECK:     llvm.func private {{.*}}@lse.[[V1:[0-9a-f]+]](
// CHECK-SAME:  target_cpu = "x86-64"

// The best first; whatever is left when no question is answered with yes needs
// none. The numbers are sums of powers of two from CPUFeatures.def: all of
// levels 2 to 4, and all of levels 2 and 3.
// CHECK:       llvm.func @lse_rt_supports(i64) -> i32
// CHECK-LABEL: llvm.func private @lse.{{[0-9a-f]+}}.dispatch(
// CHECK-SAME:    %[[IN:[a-z0-9]+]]: !llvm.ptr, %[[OUT:[a-z0-9]+]]: !llvm.ptr) -> i32
// CHECK:         %[[MASK4:.+]] = llvm.mlir.constant(4194303 : i64)
// CHECK:         %[[HAS4:.+]] = llvm.call @lse_rt_supports(%[[MASK4]])
// CHECK:         %[[YES4:.+]] = llvm.icmp "ne" %[[HAS4]], %{{.+}}
// CHECK:         llvm.cond_br %[[YES4]], ^[[DO4:.+]], ^[[ELSE4:.+]]
// CHECK:       ^[[DO4]]:
// CHECK:         %[[STATUS4:.+]] = llvm.call @lse.[[V4]](%[[IN]], %[[OUT]])
// CHECK:         llvm.return %[[STATUS4]]
// CHECK:       ^[[ELSE4]]:
// CHECK:         %[[MASK3:.+]] = llvm.mlir.constant(131071 : i64)
// CHECK:         llvm.call @lse_rt_supports(%[[MASK3]])
// CHECK:         llvm.cond_br %{{.+}}, ^[[DO3:.+]], ^[[ELSE3:.+]]
// CHECK:       ^[[DO3]]:
// CHECK:         llvm.call @lse.[[V3]](%[[IN]], %[[OUT]])
// CHECK:       ^[[ELSE3]]:
// CHECK-NEXT:    %[[STATUS:.+]] = llvm.call @lse.[[V1]](%[[IN]], %[[OUT]])
// CHECK-NEXT:    llvm.return %[[STATUS]]
// CHECK-NOT:   .dispatch(

// CHECK-LABEL: func.func private @lse.{{[0-9a-f]+}}.dispatch.call.dd.dd(
// CHECK:         llvm.call @lse.{{[0-9a-f]+}}.dispatch(

// A single target needs no choice.
// ONE-NOT: dispatch
// ONE-NOT: lse_rt_supports
