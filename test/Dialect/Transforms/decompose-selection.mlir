// RUN: lse-opt %s --split-input-file --lse-decompose --canonicalize | FileCheck %s
// RUN: lse-opt %s --split-input-file --lse-prepare-kernels --canonicalize | FileCheck %s --check-prefix=KERNELS

// One element of each row after another: the first of those after the last.
// CHECK-LABEL: func @top_k
// CHECK-SAME:    %[[X:.+]]: tensor<4x8xf32>, %[[V:.+]]: tensor<4x2xf32>, %[[P:.+]]: tensor<4x2xi32>
func.func @top_k(%x: tensor<4x8xf32>, %v: tensor<4x2xf32>, %p: tensor<4x2xi32>) -> (tensor<4x2xf32>, tensor<4x2xi32>) {
  // CHECK-NOT: cf.assert
  // CHECK: %[[R:.+]]:4 = scf.for %[[I:.+]] = %c0 to %c2 step %c1 iter_args(%[[VALUES:.+]] = %[[V]], %[[POSITIONS:.+]] = %[[P]], %[[LAST:.+]] = %{{.+}}, %[[AT:.+]] = %{{.+}})
  // CHECK:   %[[NEXT:.+]]:2 = linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]} ins(%[[X]], %[[LAST]], %[[AT]] :
  // CHECK:   %[[POSITION:.+]] = linalg.map { arith.index_cast } ins(%[[NEXT]]#1 : tensor<4xindex>) outs(%{{.+}} : tensor<4xi32>)
  // CHECK:   tensor.insert_slice %[[NEXT]]#0 into %[[VALUES]][0, %[[I]]] [4, 1] [1, 1] : tensor<4xf32> into tensor<4x2xf32>
  // CHECK:   tensor.insert_slice %[[POSITION]] into %[[POSITIONS]][0, %[[I]]] [4, 1] [1, 1]
  // CHECK: return %[[R]]#0, %[[R]]#1
  %r:2 = lse.top_k dimension = 1 ins(%x : tensor<4x8xf32>) outs(%v, %p : tensor<4x2xf32>, tensor<4x2xi32>) -> tensor<4x2xf32>, tensor<4x2xi32>
  return %r#0, %r#1 : tensor<4x2xf32>, tensor<4x2xi32>
}

// -----

// More than there are is an assertion that fails.
// CHECK-LABEL: func @how_many
// CHECK-SAME:    %[[X:.+]]: tensor<?x?xf16>, %[[V:.+]]: tensor<?x?xf16>
func.func @how_many(%x: tensor<?x?xf16>, %v: tensor<?x?xf16>, %p: tensor<?x?xindex>) -> tensor<?x?xindex> {
  // CHECK-DAG: %[[K:.+]] = tensor.dim %[[V]], %c0
  // CHECK-DAG: %[[N:.+]] = tensor.dim %[[X]], %c0
  // CHECK: %[[IS:.+]] = arith.cmpi ule, %[[K]], %[[N]]
  // CHECK: cf.assert %[[IS]], "lse.top_k: more elements to choose than a row has"
  %r:2 = lse.top_k dimension = 0 ins(%x : tensor<?x?xf16>) outs(%v, %p : tensor<?x?xf16>, tensor<?x?xindex>) -> tensor<?x?xf16>, tensor<?x?xindex>
  return %r#1 : tensor<?x?xindex>
}

// -----

// Renormalized weights are the softmax of what is chosen.
// CHECK-LABEL: func @renormalized
// KERNELS-LABEL: func @renormalized
func.func @renormalized(%x: tensor<4x8xf32>, %v: tensor<4x2xf32>, %p: tensor<4x2xi32>) -> (tensor<4x2xf32>, tensor<4x2xi32>) {
  // KERNELS: %[[CHOSEN:.+]]:4 = scf.for
  // KERNELS: %[[W:.+]] = lse.softmax dims = [1] ins(%[[CHOSEN]]#0 : tensor<4x2xf32>)
  // KERNELS: return %[[W]], %[[CHOSEN]]#1
  %r:2 = lse.route dimension = 1 ins(%x : tensor<4x8xf32>) outs(%v, %p : tensor<4x2xf32>, tensor<4x2xi32>) {renormalize} -> tensor<4x2xf32>, tensor<4x2xi32>
  return %r#0, %r#1 : tensor<4x2xf32>, tensor<4x2xi32>
}

// -----

// Others are elements of the softmax of all.
// KERNELS-LABEL: func @kept
// KERNELS-SAME:    %[[X:.+]]: tensor<4x8xf32>
func.func @kept(%x: tensor<4x8xf32>, %v: tensor<4x2xf16>, %p: tensor<4x2xi32>) -> (tensor<4x2xf16>, tensor<4x2xi32>) {
  // KERNELS: %[[CHOSEN:.+]]:4 = scf.for
  // KERNELS: %[[ALL:.+]] = lse.softmax dims = [1] ins(%[[X]] : tensor<4x8xf32>) outs(%{{.+}} : tensor<4x8xf16>)
  // KERNELS: linalg.generic {{.*}} ins(%[[CHOSEN]]#1 :
  // KERNELS:   tensor.extract %[[ALL]][
  %r:2 = lse.route dimension = 1 ins(%x : tensor<4x8xf32>) outs(%v, %p : tensor<4x2xf16>, tensor<4x2xi32>) -> tensor<4x2xf16>, tensor<4x2xi32>
  return %r#0, %r#1 : tensor<4x2xf16>, tensor<4x2xi32>
}

// -----

// Positions of a type that may be too narrow are an assertion, too.
// CHECK-LABEL: func @narrow
// CHECK-SAME:    %[[X:.+]]: tensor<4x?xf32>
func.func @narrow(%x: tensor<4x?xf32>, %v: tensor<4x2xf32>, %p: tensor<4x2xi8>) -> tensor<4x2xi8> {
  // CHECK-DAG: %[[MOST:.+]] = arith.constant 128 : index
  // CHECK-DAG: %[[N:.+]] = tensor.dim %[[X]], %c1
  // CHECK:     %[[IS:.+]] = arith.cmpi ule, %[[N]], %[[MOST]]
  // CHECK:     cf.assert %[[IS]], "lse.top_k: positions do not reach the end of a row"
  %r:2 = lse.top_k dimension = 1 ins(%x : tensor<4x?xf32>) outs(%v, %p : tensor<4x2xf32>, tensor<4x2xi8>) -> tensor<4x2xf32>, tensor<4x2xi8>
  return %r#1 : tensor<4x2xi8>
}
