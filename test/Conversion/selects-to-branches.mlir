// RUN: lse-opt %s --lse-selects-to-branches | FileCheck %s

// One condition for all elements chooses a tensor, which has extents of its own.
// CHECK-LABEL: func @choice
// CHECK-SAME:    %[[C:[a-z0-9]+]]: i1, %[[X:[a-z0-9]+]]: tensor<?xf32>, %[[Y:[a-z0-9]+]]: tensor<?xf32>
// CHECK-NEXT:    %[[R:.+]] = scf.if %[[C]] -> (tensor<?xf32>) {
// CHECK-NEXT:      scf.yield %[[X]]
// CHECK-NEXT:    } else {
// CHECK-NEXT:      scf.yield %[[Y]]
// CHECK-NEXT:    }
// CHECK-NEXT:    return %[[R]]
func.func @choice(%c: i1, %x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %r = arith.select %c, %x, %y : tensor<?xf32>
  return %r : tensor<?xf32>
}

// What is elementwise stays, and what is no tensor.
// CHECK-LABEL: func @elements
// CHECK:         arith.select %{{.+}} : tensor<?xi1>, tensor<?xf32>
// CHECK:         arith.select %{{.+}} : f32
func.func @elements(%c: tensor<?xi1>, %x: tensor<?xf32>, %y: tensor<?xf32>, %s: i1, %a: f32, %b: f32) -> (tensor<?xf32>, f32) {
  %r = arith.select %c, %x, %y : tensor<?xi1>, tensor<?xf32>
  %q = arith.select %s, %a, %b : f32
  return %r, %q : tensor<?xf32>, f32
}
