// RUN: lse-opt %s --lse-destination-arguments --split-input-file | FileCheck %s
// RUN: lse-opt %s --lse-destination-arguments --eliminate-empty-tensors \
// RUN:   --one-shot-bufferize="bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map" \
// RUN:   --canonicalize --split-input-file | FileCheck %s --check-prefix=BUFFER

// A result is computed in the caller's memory: no copy, no allocation.

// CHECK-LABEL: func.func @in_place(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: tensor<?x8xf32> {bufferization.writable = false},
// CHECK-SAME:    %[[OUT:[a-z0-9]+]]: memref<?x8xf32> {lse.result})
// CHECK-SAME:    attributes {lse.shape = @in_place.shape}
// CHECK:         %[[Y:.+]] = linalg.exp
// CHECK:         bufferization.materialize_in_destination %[[Y]] in restrict writable %[[OUT]]
// CHECK-NEXT:    return
// CHECK:       func.func private @in_place.shape(%[[N:.+]]: index) -> index
// CHECK-SAME:    lse.shape_of = @in_place
// CHECK-NEXT:    return %[[N]] : index

// BUFFER-LABEL: func.func @in_place(
// BUFFER-SAME:    %[[X:[a-z0-9]+]]: memref<?x8xf32>
// BUFFER-SAME:    %[[OUT:[a-z0-9]+]]: memref<?x8xf32> {lse.result}
// BUFFER-NEXT:    linalg.exp ins(%[[X]] : {{.*}}) outs(%[[OUT]] :
// BUFFER-NEXT:    return
func.func @in_place(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %0 = tensor.empty(%n) : tensor<?x8xf32>
  %1 = linalg.exp ins(%x : tensor<?x8xf32>) outs(%0 : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %1 : tensor<?x8xf32>
}

// -----

// What is returned untouched has to be copied.

// CHECK-LABEL: func.func @identity(
// BUFFER-LABEL: func.func @identity(
// BUFFER-SAME:    %[[X:[a-z0-9]+]]: memref<4xf32>
// BUFFER-SAME:    %[[OUT:[a-z0-9]+]]: memref<4xf32> {lse.result}
// BUFFER-NEXT:    memref.copy %[[X]], %[[OUT]]
func.func @identity(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// Scalars are passed in by value and out through memory.

// CHECK-LABEL: func.func @scalars(
// CHECK-SAME:    %[[N:[a-z0-9]+]]: index,
// CHECK-SAME:    %[[X:[a-z0-9]+]]: f32,
// CHECK-SAME:    %[[OUT0:[a-z0-9]+]]: memref<f32> {lse.result},
// CHECK-SAME:    %[[OUT1:[a-z0-9]+]]: memref<index> {lse.result}) {
// CHECK-NEXT:    memref.store %[[X]], %[[OUT0]][] : memref<f32>
// CHECK-NEXT:    memref.store %[[N]], %[[OUT1]][] : memref<index>
// CHECK-NEXT:    return
// CHECK-NOT:   @scalars.shape
func.func @scalars(%n: index, %x: f32) -> (f32, index) {
  return %x, %n : f32, index
}

// -----

// Extents of results are arithmetic on the extents of arguments. A division by
// one of them must not trap.

// CHECK-LABEL: func.func private @extents.shape(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: index, %[[B:[a-z0-9]+]]: index, %[[C:[a-z0-9]+]]: index) -> (index, index, index)
// CHECK-NOT:     tensor
// CHECK:         %[[IS_ZERO:.+]] = arith.cmpi eq, %[[C]]
// CHECK:         %[[DIVISOR:.+]] = arith.select %[[IS_ZERO]]
// CHECK:         arith.divsi %{{.+}}, %[[DIVISOR]]
// CHECK:         return %[[B]], %[[A]], %{{.+}} : index, index, index
func.func @extents(%x: tensor<?x4x?xf32>, %y: tensor<?xf32>, %s: f32)
    -> (tensor<?x4x?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %a = tensor.dim %x, %c0 : tensor<?x4x?xf32>
  %b = tensor.dim %x, %c2 : tensor<?x4x?xf32>
  %c = tensor.dim %y, %c0 : tensor<?xf32>
  %ok = arith.cmpi sgt, %c, %c1 : index
  cf.assert %ok, "too short"
  %0 = tensor.empty(%b, %a) : tensor<?x4x?xf32>
  %t = linalg.transpose ins(%x : tensor<?x4x?xf32>) outs(%0 : tensor<?x4x?xf32>) permutation = [2, 1, 0]
  %d = arith.divsi %a, %c : index
  %1 = tensor.empty(%d) : tensor<?xf32>
  %f = linalg.fill ins(%s : f32) outs(%1 : tensor<?xf32>) -> tensor<?xf32>
  return %t, %f : tensor<?x4x?xf32>, tensor<?xf32>
}

// -----

// A caller inside the module goes on with a private copy that returns values.

// CHECK-LABEL: func.func @callee(
// CHECK-SAME:    memref<4xf32> {lse.result})
// CHECK:       func.func private @callee.inner(%{{.+}}: tensor<4xf32>) -> tensor<4xf32>
// CHECK-LABEL: func.func @caller(
// CHECK:         call @callee.inner(
func.func @callee(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

func.func @caller(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = call @callee(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// What another result is made of is in its own memory before that is written.

// CHECK-LABEL: func.func @made_of_the_other(
// CHECK-SAME:    %[[OUT0:[a-z0-9]+]]: memref<4xf32> {lse.result}, %[[OUT1:[a-z0-9]+]]: memref<4xf32> {lse.result})
// CHECK:         %[[X:.+]] = linalg.exp
// CHECK:         %[[P:.+]] = linalg.tanh
// CHECK:         materialize_in_destination %[[X]] in restrict writable %[[OUT1]]
// CHECK-NEXT:    materialize_in_destination %[[P]] in restrict writable %[[OUT0]]
func.func @made_of_the_other(%x0: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %t = tensor.empty() : tensor<4xf32>
  %x = linalg.exp ins(%x0 : tensor<4xf32>) outs(%t : tensor<4xf32>) -> tensor<4xf32>
  %p = linalg.tanh ins(%x : tensor<4xf32>) outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %p, %x : tensor<4xf32>, tensor<4xf32>
}

// -----

// Either is as large as the argument.

// CHECK-LABEL: func.func private @either.shape(
// CHECK-SAME:    %[[N:[a-z0-9]+]]: index
// CHECK-NEXT:    return %[[N]]
func.func @either(%c: i1, %x: tensor<?xf32>) -> tensor<?xf32> {
  %y = linalg.exp ins(%x : tensor<?xf32>) outs(%x : tensor<?xf32>) -> tensor<?xf32>
  %r = arith.select %c, %x, %y : tensor<?xf32>
  return %r : tensor<?xf32>
}
