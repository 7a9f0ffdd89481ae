// RUN: lse-opt %s --lse-schedule=cpu=x86-64-v3 --lse-thread-status --lse-lower-to-halide --canonicalize --split-input-file | FileCheck %s

// The module is for one machine from now on.
// CHECK: module attributes {llvm.data_layout = "e-{{.+}}", llvm.target_triple = "x86_64-{{.+}}"}

// Two operations of one shape share a kernel; outer dimensions are collapsed.
// CHECK-LABEL: func @shared
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<2x300x4096xf32>, %[[OUT:[a-z0-9]+]]: memref<2x300x4096xf32>, %[[Y:[a-z0-9]+]]: memref<600x4096xf32>, %[[STATUS:[a-z0-9]+]]: memref<i32> {lse.status}
func.func @shared(%x: memref<2x300x4096xf32>, %out: memref<2x300x4096xf32>, %y: memref<600x4096xf32>) {
  // CHECK-DAG:  %[[X2:.+]] = memref.collapse_shape %[[X]] {{\[\[}}0, 1], [2]]
  // CHECK-DAG:  %[[X3:.+]] = memref.cast %[[X2]] : memref<600x4096xf32> to memref<?x?xf32, strided<[?, ?], offset: ?>>
  // CHECK:      call @[[CALL:lse.[0-9a-f]+.call.dd.dd]](%[[X3]], %{{.+}}, %[[STATUS]])
  // CHECK:      call @[[CALL]](%{{.+}}, %[[STATUS]])
  // CHECK-NEXT: return
  lse.softmax dims = [2] ins(%x : memref<2x300x4096xf32>) outs(%out : memref<2x300x4096xf32>)
  lse.softmax dims = [1] ins(%y : memref<600x4096xf32>) outs(%y : memref<600x4096xf32>)
  return
}
// The kernel: private, its helpers named after it, compiled for the target,
// errors as statuses, runtime calls under lse's own names.
// CHECK-NOT:   halide
// CHECK:       llvm.func {{.*}}@lse_rt_do_par_for
// CHECK:       llvm.func private @lse.[[HASH:[0-9a-f]+]].0
// CHECK:       llvm.func private {{.*}}@lse.[[HASH]](
// CHECK-SAME:    target_cpu = "x86-64-v3"
// CHECK-NOT:   halide
// CHECK-NOT:   llvm.func private {{.*}}@lse.{{[0-9a-f]+}}(
// CHECK-NOT:   tbaa

// The adaptor: nothing happens once the cell is set, extents and strides are
// checked, an empty buffer is no work, and what the kernel says is kept.
// CHECK:       func.func private @lse.[[HASH]].call.dd.dd(%[[IN:[a-z0-9]+]]: memref<?x?xf32, strided<[?, ?], offset: ?>>, %[[RESULT:[a-z0-9]+]]: memref<?x?xf32, strided<[?, ?], offset: ?>>, %[[CELL:[a-z0-9]+]]: memref<i32> {lse.status})
// CHECK:         memref.extract_strided_metadata %[[IN]]
// CHECK:         memref.extract_strided_metadata %[[RESULT]]
// CHECK:         %[[S:.+]] = memref.load %[[CELL]][]
// CHECK:         %[[FINE:.+]] = arith.cmpi eq, %[[S]], %{{.+}}
// CHECK:         scf.if %[[FINE]]
// CHECK:           scf.if
// CHECK-NEXT:        memref.store %{{.+}}, %[[CELL]][]
// CHECK-NEXT:      } else {
// CHECK:             scf.if
// CHECK:               %[[ANSWER:.+]] = llvm.call @lse.[[HASH]](%{{.+}}, %{{.+}})
// CHECK:               scf.if
// CHECK-NEXT:            memref.store %[[ANSWER]], %[[CELL]][]

// -----

// A scalar input is a buffer without dimensions, a unit dimension is none.
// CHECK-LABEL: func @broadcasts
func.func @broadcasts(%x: memref<4x?xf32, strided<[100, 1], offset: ?>>, %b: memref<4x1xf32>, %t: f32, %out: memref<4x?xf32>) {
  // CHECK: call @lse.{{[0-9a-f]+}}.call.dd.d0.s.dd(
  lse.softmax dims = [1]
    indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> ()>,
                     affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x, %b, %t : memref<4x?xf32, strided<[100, 1], offset: ?>>, memref<4x1xf32>, f32) outs(%out : memref<4x?xf32>) logits {
  ^bb0(%in: f32, %bias: f32, %scale: f32):
    %0 = arith.addf %in, %bias : f32
    %1 = arith.mulf %0, %scale : f32
    lse.yield %1 : f32
  }
  return
}

// -----

// Adjacent dimensions of a row are collapsed, also of views, as far as they are
// contiguous.
// CHECK-LABEL: func @whole_rows
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<3x4x5xf32>, %[[L:[a-z0-9]+]]: memref<3xf32>, %[[V:[a-z0-9]+]]: memref<3x4x5xf32, strided<[100, 5, 1]>>
func.func @whole_rows(%x: memref<3x4x5xf32>, %l: memref<3xf32>, %v: memref<3x4x5xf32, strided<[100, 5, 1]>>) {
  // CHECK:     memref.collapse_shape %[[X]] {{\[\[}}0], [1, 2]] : memref<3x4x5xf32> into memref<3x20xf32>
  // CHECK:     call @lse.{{[0-9a-f]+}}.call.dd.d(
  lse.logsumexp dims = [1, 2] ins(%x : memref<3x4x5xf32>) outs(%l : memref<3xf32>)
  // CHECK:     memref.collapse_shape %[[V]] {{\[\[}}0], [1, 2]] : memref<3x4x5xf32, strided<[100, 5, 1]>> into memref<3x20xf32, strided<[100, 1]>>
  // CHECK:     call @lse.{{[0-9a-f]+}}.call.dd.d(
  lse.logsumexp dims = [1, 2] ins(%v : memref<3x4x5xf32, strided<[100, 5, 1]>>) outs(%l : memref<3xf32>)
  return
}

// -----

// Rows and what is outside of them stay apart; so do dimensions with a gap.
// CHECK-LABEL: func @apart
func.func @apart(%x: memref<3x4x5xf32>, %v: memref<3x4x5xf32, strided<[100, 10, 1]>>, %l: memref<4xf32>) {
  // CHECK-NOT: collapse_shape
  // CHECK:     call @lse.{{[0-9a-f]+}}.call.ddd.d(
  lse.logsumexp dims = [0, 2] ins(%x : memref<3x4x5xf32>) outs(%l : memref<4xf32>)
  // CHECK-NOT: collapse_shape
  // CHECK:     call @lse.{{[0-9a-f]+}}.call.ddd.ddd(
  lse.softmax dims = [0, 1, 2] ins(%v : memref<3x4x5xf32, strided<[100, 10, 1]>>) outs(%x : memref<3x4x5xf32>)
  return
}

// -----

// Kernels take results with an element per row first, and half precision as
// bits: code 1, 16 bits, one lane is 69633.
// CHECK-LABEL: func @several_results
func.func @several_results(%x: memref<4x8xbf16>, %p: memref<4x8xf32>, %l: memref<4xf64>) {
  // CHECK: call @lse.{{[0-9a-f]+}}.call.dd.dd.d.1.0(
  lse.softmax dims = [1] results = [probabilities, logsumexp] ins(%x : memref<4x8xbf16>) outs(%p, %l : memref<4x8xf32>, memref<4xf64>)
  return
}
// CHECK: func.func private @lse.{{[0-9a-f]+}}.call.dd.dd.d.1.0(
// CHECK:   arith.constant 69633 : i32

// -----

// A position in a region is one in the loops that are left, and loops whose position
// counts stay as they are. Truth values are bytes to a kernel: code 1, 8 bits.
// CHECK-LABEL: func @positions
func.func @positions(%x: memref<2x3x4x5xf32>, %m: memref<2x3x4x5xi1>, %p: memref<2x3x4x5xf32>) {
  // CHECK-COUNT-3: memref.collapse_shape %{{.+}} {{\[\[}}0, 1], [2], [3]]
  // CHECK:         call @lse.{{[0-9a-f]+}}.call.ddd.ddd.ddd(
  lse.softmax dims = [2, 3] ins(%x, %m : memref<2x3x4x5xf32>, memref<2x3x4x5xi1>) outs(%p : memref<2x3x4x5xf32>) logits {
  ^bb0(%in: f32, %kept: i1):
    %minus_infinity = arith.constant 0xFF800000 : f32
    %i = lse.index 2
    %j = lse.index 3
    %is_seen = arith.cmpi sle, %j, %i : index
    %both = arith.andi %is_seen, %kept : i1
    %z = arith.select %both, %in, %minus_infinity : f32
    lse.yield %z : f32
  }
  return
}
// CHECK: func.func private @lse.{{[0-9a-f]+}}.call.ddd.ddd.ddd(
// CHECK:   arith.constant 67585 : i32

// -----

// Heads that lie side by side are one loop; queries, keys and columns are others.
// CHECK-LABEL: func @attention
func.func @attention(%q: memref<2x3x8x4xf32>, %k: memref<2x3x6x4xf32>, %v: memref<2x3x6x5xf32>, %o: memref<2x3x8x5xf32>) {
  // CHECK-COUNT-4: memref.collapse_shape %{{.+}} {{\[\[}}0, 1], [2], [3]]
  // CHECK:         call @lse.{{[0-9a-f]+}}.call.ddd.ddd.ddd.ddd(
  lse.attention dims = [3] ins(%q, %k, %v : memref<2x3x8x4xf32>, memref<2x3x6x4xf32>, memref<2x3x6x5xf32>) outs(%o : memref<2x3x8x5xf32>)
  return
}
