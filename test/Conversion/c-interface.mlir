// RUN: lse-opt %s --lse-emit-c-interface=prefix=model --split-input-file | FileCheck %s
// RUN: lse-opt %s --lse-emit-c-interface=prefix=model --finalize-memref-to-llvm \
// RUN:   --convert-func-to-llvm --reconcile-unrealized-casts --split-input-file \
// RUN:   | FileCheck %s --check-prefix=LLVM

// Pointers, then negative extents, then large ones; nothing runs before.

// CHECK-LABEL: llvm.func @model_main(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: !llvm.ptr, %[[N:[a-z0-9]+]]: i64, %[[S:[a-z0-9]+]]: i8, %[[OUT:[a-z0-9]+]]: !llvm.ptr) -> i32
// CHECK-SAME:    lse.c_interface = {
// CHECK-SAME:      {element = "f32", extents = ["arg0_dim0", "4"], name = "arg0", type = "float"}
// CHECK-SAME:      {element = "i1", name = "arg1", type = "uint8_t"}
// CHECK-SAME:      name = "main"
// CHECK-SAME:      {element = "f16", extents = ["2"], name = "result0", type = "uint16_t"}
// CHECK:         %[[CELL:.+]] = memref.alloca() : memref<i32>
// CHECK:         memref.store %{{.+}}, %[[CELL]][]
// CHECK:         %[[NULL:.+]] = llvm.icmp "eq" %[[X]],
// CHECK:         %[[FULL:.+]] = llvm.icmp "ne" %[[N]],
// CHECK:         llvm.and %[[NULL]], %[[FULL]]
// CHECK:         llvm.icmp "eq" %[[OUT]],
// CHECK:         %[[CODE1:.+]] = llvm.mlir.constant(1 : i32)
// CHECK:         llvm.cond_br %{{.+}}, ^[[FAIL:bb[0-9]+]](%[[CODE1]] : i32), ^[[NEXT1:bb[0-9]+]]
// CHECK:       ^[[NEXT1]]:
// CHECK:         llvm.icmp "slt" %[[N]],
// CHECK:         %[[CODE2:.+]] = llvm.mlir.constant(2 : i32)
// CHECK:         llvm.cond_br %{{.+}}, ^[[FAIL]](%[[CODE2]] : i32), ^[[NEXT2:bb[0-9]+]]
// CHECK:       ^[[NEXT2]]:
// CHECK:         llvm.mlir.constant(2147483647 : i64)
// CHECK:         llvm.mlir.constant(16 : i64)
// CHECK:         smul.with.overflow
// CHECK:         %[[CODE3:.+]] = llvm.mlir.constant(3 : i32)
// CHECK:         llvm.cond_br %{{.+}}, ^[[FAIL]](%[[CODE3]] : i32), ^[[NEXT3:bb[0-9]+]]
// CHECK:       ^[[NEXT3]]:
// CHECK:         call @model_main.body(
// CHECK-SAME:      %[[CELL]])
// CHECK:         %[[STATUS:.+]] = memref.load %[[CELL]][]
// CHECK:         llvm.return %[[STATUS]] : i32
// CHECK:       ^[[FAIL]](%[[CODE:.+]]: i32):
// CHECK:         llvm.return %[[CODE]] : i32
// CHECK:       func.func private @model_main.body(
// CHECK-SAME:    llvm.linkage = #llvm.linkage<internal>

// Only wrappers can be linked with; no cast is left.

// LLVM-LABEL: llvm.func @model_main(
// LLVM-NOT:     unrealized_conversion_cast
// LLVM:         llvm.call @model_main.body(
// LLVM:       llvm.func internal @model_main.body(
// LLVM:       llvm.func internal @helper(
func.func @main(%x: memref<?x4xf32>, %s: i1, %out: memref<2xf16> {lse.result},
                %status: memref<i32> {lse.status}) {
  func.call @helper(%x, %status) : (memref<?x4xf32>, memref<i32>) -> ()
  return
}

func.func private @helper(%x: memref<?x4xf32>, %status: memref<i32> {lse.status}) {
  return
}

// -----

// The extents of dynamic results are computed before their pointers are looked
// at, and can be asked for.

// CHECK-LABEL: llvm.func @model_double(
// CHECK-SAME:    {element = "f32", extents = ["result0_dim0", "arg0_dim0"], name = "result0", type = "float"}
// CHECK:         %[[EXTENTS:.+]]:2 = func.call @model_double.shape(
// CHECK:         llvm.cond_br
// CHECK:         func.call @model_double.body(

// CHECK-LABEL: llvm.func @model_double_shape(
// CHECK-SAME:    %[[N:[a-z0-9]+]]: i64, %[[OUT0:[a-z0-9]+]]: !llvm.ptr, %[[OUT1:[a-z0-9]+]]: !llvm.ptr) -> i32
// CHECK-SAME:    shape_of = "model_double"
// CHECK:         func.call @model_double.shape(
// CHECK:         llvm.cond_br
// CHECK:         llvm.store %{{.+}}, %[[OUT0]] : i64, !llvm.ptr
// CHECK:         llvm.store %{{.+}}, %[[OUT1]] : i64, !llvm.ptr

// LLVM-LABEL: llvm.func @model_double(
// LLVM-NOT:     unrealized_conversion_cast
func.func @double(%x: memref<?xf32>, %out: memref<?x?xf32> {lse.result})
    attributes {lse.shape = @double.shape} {
  return
}

func.func private @double.shape(%n: index) -> (index, index)
    attributes {lse.shape_of = @double} {
  %0 = llvm.mlir.constant(2 : index) : i64
  %1 = builtin.unrealized_conversion_cast %0 : i64 to index
  return %1, %n : index, index
}

// -----

// Without memory there is nothing to check.

// CHECK-LABEL: llvm.func @model_nothing() -> i32
// CHECK-NOT:     llvm.cond_br
// CHECK:         llvm.return
func.func @nothing() {
  return
}

// -----

// A tensor without elements needs no pointer.

// CHECK-LABEL: llvm.func @model_empty(
// CHECK-NOT:     llvm.cond_br
// CHECK:         func.call @model_empty.body(
func.func @empty(%x: memref<0x4xf32>) {
  return
}
