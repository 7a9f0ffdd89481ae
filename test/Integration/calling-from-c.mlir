// What C programs meet: all element types, scalars, several results, dynamic
// extents, empty arrays, and a status for each wrong argument.

// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: lse-compile %s --emit=lib,header,shared -o model
// RUN: %cc -std=c99 -pedantic -Wall -Wextra -Werror -I. %S/Inputs/calling-from-c.c model.a -lpthread -lm -o static
// RUN: ./static | FileCheck %s
// RUN: %cc -std=c99 -I. %S/Inputs/calling-from-c.c ./model.so -lm -Wl,-rpath,%t -o dynamic
// RUN: ./dynamic | FileCheck %s
// RUN: %cc -x c++ -std=c++11 -Wall -Wextra -Werror -fsyntax-only model.h

// Two libraries in one program.
// RUN: lse-compile %s -o other
// RUN: %cc -std=c99 -I. -DWITH_OTHER %S/Inputs/calling-from-c.c model.a other.a -lpthread -lm -o both
// RUN: ./both | FileCheck %s

// CHECK-NOT: wrong
// CHECK: done

func.func @types(%f16: tensor<2xf16>, %bf16: tensor<2xbf16>, %f64: tensor<2xf64>,
                 %i1: tensor<2xi1>, %i8: tensor<2xi8>, %i64: tensor<2xi64>,
                 %index: tensor<2xindex>)
    -> (tensor<2xi64>, tensor<2xf64>, tensor<2xi1>, tensor<2xf16>, tensor<2xi8>, tensor<2xindex>) {
  %0 = tensor.empty() : tensor<2xf64>
  %sum = linalg.map ins(%f16, %bf16, %f64 : tensor<2xf16>, tensor<2xbf16>, tensor<2xf64>)
    outs(%0 : tensor<2xf64>) (%a: f16, %b: bf16, %c: f64, %out: f64) {
      %ax = arith.extf %a : f16 to f64
      %bx = arith.extf %b : bf16 to f64
      %ab = arith.addf %ax, %bx : f64
      %abc = arith.addf %ab, %c : f64
      linalg.yield %abc : f64
    }
  %1 = tensor.empty() : tensor<2xi1>
  %not = linalg.map ins(%i1 : tensor<2xi1>) outs(%1 : tensor<2xi1>) (%a: i1, %out: i1) {
      %true = arith.constant true
      %n = arith.xori %a, %true : i1
      linalg.yield %n : i1
    }
  return %i64, %sum, %not, %f16, %i8, %index
    : tensor<2xi64>, tensor<2xf64>, tensor<2xi1>, tensor<2xf16>, tensor<2xi8>, tensor<2xindex>
}

func.func @scalars(%f: f32, %d: f64, %h: f16, %b: i1, %i8: i8, %i: i32, %n: index)
    -> (f64, i1, f16, i32, index) {
  %0 = arith.extf %f : f32 to f64
  %1 = arith.addf %0, %d : f64
  %2 = arith.extsi %i8 : i8 to i32
  %3 = arith.addi %2, %i : i32
  return %1, %b, %h, %3, %n : f64, i1, f16, i32, index
}

func.func @transpose(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %0 = tensor.empty(%n, %m) : tensor<?x?xf32>
  %1 = linalg.transpose ins(%x : tensor<?x?xf32>) outs(%0 : tensor<?x?xf32>) permutation = [1, 0]
  return %1 : tensor<?x?xf32>
}

// Called from C and from the module.
func.func @twice(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = call @transpose(%x) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %1 = call @transpose(%0) : (tensor<?x?xf32>) -> tensor<?x?xf32>
  return %1 : tensor<?x?xf32>
}

func.func @checked(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %ok = arith.cmpi eq, %n, %c4 : index
  cf.assert %ok, "the extent is 4"
  return %x : tensor<?xf32>
}

func.func @nothing() {
  return
}
