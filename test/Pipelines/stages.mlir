// The named stages one after the other are the default pipeline.
// RUN: lse-opt %s --lse-default-pipeline="cpu=x86-64-v3 prefix=model" > %t.whole
// RUN: lse-opt %s --lse-raise-pipeline --lse-bufferize-pipeline --lse-kernel-pipeline=cpu=x86-64-v3 --lse-llvm-pipeline=prefix=model > %t.stages
// RUN: diff %t.whole %t.stages
// RUN: FileCheck %s < %t.whole
// RUN: mlir-translate --mlir-to-llvmir %t.whole | opt -passes=verify -disable-output

// Nothing but the LLVM dialect is left, and the module is whole: what it calls
// is its own, the runtime or the C library.
// CHECK-NOT: {{(func|memref|arith|scf|cf|lse)\.[a-z_]+ }}
// CHECK:     llvm.func @model_main(
// CHECK-NOT: {{ (func|memref|arith|scf|cf|lse)\.[a-z_]+ }}
func.func @main(%x: tensor<?x1000xf32>) -> tensor<?x1000xf32> {
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %x, %c0 : tensor<?x1000xf32>
  %0 = tensor.empty(%d0) : tensor<?x1000xf32>
  %p = lse.softmax dims = [1] ins(%x : tensor<?x1000xf32>) outs(%0 : tensor<?x1000xf32>) -> tensor<?x1000xf32>
  return %p : tensor<?x1000xf32>
}
