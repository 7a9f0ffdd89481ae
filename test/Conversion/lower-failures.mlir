// RUN: lse-opt %s --lse-thread-status --convert-scf-to-cf --lse-lower-failures --split-input-file | FileCheck %s
// RUN: lse-opt %s --lse-lower-failures --split-input-file --verify-diagnostics -o /dev/null

// A failed assertion sets the cell and returns; nothing is called that aborts.
// CHECK-LABEL: func private @callee
// CHECK-SAME:    %[[OK:[a-z0-9]+]]: i1, %[[OUT:[a-z0-9]+]]: memref<4xf32>, %[[STATUS:[a-z0-9]+]]: memref<i32>
func.func private @callee(%ok: i1, %out: memref<4xf32>) -> index {
  // CHECK-NOT:  cf.assert
  // CHECK:      cf.cond_br %[[OK]], ^[[GO_ON:.+]], ^[[FAILED:.+]]
  // CHECK:      ^[[GO_ON]]:
  // CHECK:        memref.store
  // CHECK:        return
  // CHECK:      ^[[FAILED]]:
  // CHECK-NEXT:   %[[SIX:.+]] = arith.constant 6 : i32
  // CHECK-NEXT:   memref.store %[[SIX]], %[[STATUS]][]
  // CHECK-NEXT:   %[[NOTHING:.+]] = ub.poison : index
  // CHECK-NEXT:   return %[[NOTHING]]
  // expected-error @below {{needs unstructured control flow and a status cell; run lse-thread-status and convert-scf-to-cf first}}
  cf.assert %ok, "an index is out of range"
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  memref.store %zero, %out[%c0] : memref<4xf32>
  return %c0 : index
}

// The caller looks before it goes on.
// CHECK-LABEL: func @caller
// CHECK-SAME:    %[[STATUS:[a-z0-9]+]]: memref<i32> {lse.status}
func.func @caller(%ok: i1, %out: memref<4xf32>) {
  // CHECK:      call @callee
  // CHECK-NEXT: %[[S:.+]] = memref.load %[[STATUS]][]
  // CHECK-NEXT: %[[ZERO:.+]] = arith.constant 0 : i32
  // CHECK-NEXT: %[[FINE:.+]] = arith.cmpi eq, %[[S]], %[[ZERO]]
  // CHECK-NEXT: cf.cond_br %[[FINE]], ^[[GO_ON:.+]], ^[[FAILED:.+]]
  // CHECK:      ^[[GO_ON]]:
  // CHECK:        memref.load
  // CHECK:      ^[[FAILED]]:
  // CHECK-NEXT:   return
  %i = call @callee(%ok, %out) : (i1, memref<4xf32>) -> index
  %v = memref.load %out[%i] : memref<4xf32>
  memref.store %v, %out[%i] : memref<4xf32>
  return
}

// -----

// Inside loops and branches too.
// CHECK-LABEL: func @nested
func.func @nested(%ok: i1, %n: index) {
  // CHECK-COUNT-3: cf.cond_br
  // CHECK:         arith.constant 6 : i32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    scf.if %ok {
      %even = arith.cmpi eq, %i, %c0 : index
      // expected-error @below {{needs unstructured control flow}}
      cf.assert %even, "never"
    }
  }
  return
}

// -----

// Memory that is not there is a status; an empty allocation may be null.
// CHECK-LABEL: func @allocation
// CHECK-SAME:    %[[N:[a-z0-9]+]]: index, %[[STATUS:[a-z0-9]+]]: memref<i32>
func.func @allocation(%n: index, %status: memref<i32> {lse.status}) {
  // CHECK:      %[[ALLOC:.+]] = memref.alloc(%[[N]])
  // CHECK-NEXT: %[[ZERO:.+]] = arith.constant 0 : index
  // CHECK-NEXT: %[[ADDRESS:.+]] = memref.extract_aligned_pointer_as_index %[[ALLOC]]
  // CHECK-NEXT: %[[THERE:.+]] = arith.cmpi ne, %[[ADDRESS]], %[[ZERO]]
  // CHECK-NEXT: %[[EMPTY:.+]] = arith.cmpi eq, %[[N]], %[[ZERO]]
  // CHECK-NEXT: %[[FINE:.+]] = arith.ori %[[THERE]], %[[EMPTY]]
  // CHECK-NEXT: cf.cond_br %[[FINE]], ^[[GO_ON:.+]], ^[[FAILED:.+]]
  // CHECK:      ^[[FAILED]]:
  // CHECK-NEXT:   %[[FIVE:.+]] = arith.constant 5 : i32
  // CHECK-NEXT:   memref.store %[[FIVE]], %[[STATUS]][]
  %m = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %m : memref<?xf32>
  return
}

// -----

// What upstream's run-time verification asserts is about extents.
// CHECK-LABEL: func @extents
func.func @extents(%ok: i1, %status: memref<i32> {lse.status}) {
  // CHECK: arith.constant 4 : i32
  cf.assert %ok, "ERROR: Runtime op verification failed\0Alinalg.generic"
  return
}
