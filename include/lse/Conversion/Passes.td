//===- Passes.td - From lse operations to code -------------*- tablegen -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_CONVERSION_PASSES_TD
#define LSE_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def LSEPrepareKernels : Pass<"lse-prepare-kernels"> {
  let summary = "Leave only lse operations that have a kernel";
  let description = [{
    Works on tensors, before bufferization. Operations that compute different
    results of the same rows become one, as do the loss and the gradient of a
    cross-entropy. An operation whose logit region holds something that no kernel
    computes gets its logits as a tensor of their own; one that no kernel covers
    at all (its element types, its numerics class) is decomposed into linalg. Each
    such operation gives a missed remark in the category `lse-prepare-kernels`
    that says why. An argmax among other results is computed by linalg, and the
    rest keeps its kernel.
    Operations with an input that nothing else reads are made to work in place.
    Class numbers and temperatures are tested, and expanded into what compares
    with or divides by them.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
}

def LSEFuse : Pass<"lse-fuse"> {
  let summary = "Move elementwise producers and consumers into lse operations";
  let description = [{
    Works on tensors. What computes an input of an operation element by element, a
    scale, a mask, a softcap, a cast, moves into its logit region, and the
    operation reads what was computed from. What an operation's result is rounded to,
    or moved to without tearing neighbours apart, becomes its destination, and the
    logarithm of probabilities becomes log-probabilities. Queries, keys and values of an
    attention are read from before they were transposed or repeated.

    What a source computes from the probabilities of a softmax as
    `(p * factor + addend) * weight`, where factor and weight are the same for all of
    a row and each may be absent, becomes `lse.logsumexp_grad`, which writes the
    outcome at once: probabilities less targets, for example, times what comes from
    behind. A gradient of the square of a log-sum-exp that is added to that of a
    cross-entropy of the same rows becomes a part of it, its z-weight. Probabilities
    that something else needs, or that are accurate, stay; so do those with two factors
    or weights whose product might overflow or vanish where what the source computes
    does not.

    Only what one operation reads is moved, only into operations of the same block,
    and nothing that no kernel computes. What is broadcast to many elements moves
    if it is cheap. What is read by the logit regions of several operations, and by
    nothing else, moves into all of them if it is cheap, short, and made of tensors
    with fewer dimensions, as the targets of class numbers are.

    Before:

    ```mlir
    %scaled = linalg.mul ins(%x, %scale : tensor<4x10xf32>, tensor<4x10xf32>)
                         outs(%init : tensor<4x10xf32>) -> tensor<4x10xf32>
    %p = lse.softmax dims = [1] ins(%scaled : tensor<4x10xf32>)
                                outs(%init : tensor<4x10xf32>)
                                -> tensor<4x10xf32>
    ```

    After:

    ```mlir
    %p = lse.softmax dims = [1]
      ins(%x, %scale : tensor<4x10xf32>, tensor<4x10xf32>)
      outs(%init : tensor<4x10xf32>) logits {
    ^bb0(%in: f32, %factor: f32):
      %logit = arith.mulf %in, %factor : f32
      lse.yield %logit : f32
    } -> tensor<4x10xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"numProducers", "num-producers", "Number of producers moved">,
    Statistic<"numConsumers", "num-consumers", "Number of consumers moved">
  ];
}

def LSESchedule : Pass<"lse-schedule"> {
  let summary = "Choose the schedule of each kernel";
  let description = [{
    Attaches a list of `#lse.schedule` to every operation over rows that has
    none: strategy, vector width, unrolling and threading for a target's
    instruction set and the operation's types and layout.

    The targets are given by the options, one for each CPU; `native` is the
    machine the compiler runs on. They come into the order in which a program
    tries them, the most capable first. The last is the baseline, which all the
    others must include.
  }];
  let options = [
    Option<"triple", "triple", "std::string", [{""}],
           "LLVM target triple; that of the compiler's machine by default">,
    ListOption<"cpus", "cpu", "std::string",
               "LLVM CPU names, or 'native'; the architecture's baseline by "
               "default">
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def LSEThreadStatus : Pass<"lse-thread-status", "::mlir::ModuleOp"> {
  let summary = "Pass the status cell through every function";
  let description = [{
    Appends an argument `memref<i32> {lse.status}` to every function with a
    body and hands it on at every call. It holds 0 until something fails;
    kernels are skipped once it does not. The function that a C program calls
    owns the cell.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def LSELowerToHalide : Pass<"lse-lower-to-halide", "::mlir::ModuleOp"> {
  let summary = "Turn lse operations on memrefs into calls of Halide kernels";
  let description = [{
    Compiles each distinct kernel once through Halide, imports it as private
    `llvm.func`s named `lse.<hash>`, and replaces each operation by a call that
    does nothing when the status cell is set, checks that extents and strides
    fit what kernels take, and stores the kernel's status.

    An operation with schedules for several targets gets a kernel for each, and
    a function `lse.<hash>.dispatch` that calls the best one that the machine
    has the features for.

    Needs bufferized operations, a schedule on each (`lse-schedule`) and a
    status cell in each function (`lse-thread-status`). Loads the library
    `lse_halide` when there is a kernel to compile.
  }];
  // DLTI holds the data layout that comes with an imported kernel.
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::DLTIDialect",
    "::mlir::func::FuncDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"
  ];
  let statistics = [
    Statistic<"numKernels", "num-kernels", "Number of kernels compiled">,
    Statistic<"numCalls", "num-calls", "Number of kernel calls">
  ];
}

def LSELowerFailures : Pass<"lse-lower-failures", "::mlir::ModuleOp"> {
  let summary = "Turn failing assertions and allocations into a status";
  let description = [{
    Works on unstructured control flow, after `convert-scf-to-cf`. A `cf.assert`
    becomes a branch: where its condition is false the status cell is set and
    the function returns at once, and so does every caller up to the one that
    owns the cell. The same happens where a `memref.alloc` gets no memory.
    Nothing aborts.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
    "::mlir::memref::MemRefDialect", "::mlir::ub::UBDialect"
  ];
}

def LSELowerCopies : Pass<"lse-lower-copies"> {
  let summary = "Turn copies between strided memrefs into loops";
  let description = [{
    Upstream lowers a `memref.copy` to `memcpy` where both sides are dense, and
    to a call of a library function where they are not. This pass turns the
    latter into `linalg.generic`, so that compiled modules need no library.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def LSETileProducts : Pass<"lse-tile-products", "::mlir::func::FuncOp"> {
  let summary = "Compute products of matrices in tiles of registers";
  let description = [{
    Upstream turns a `linalg` product on memrefs into loops in which each sum goes
    through memory at every step. This pass turns one with rows enough into loops over
    tiles: some rows of one matrix and as many columns of the other as are two vectors of
    the target. Sums of a tile stay in registers while they go along a panel of the second
    matrix, which was copied to the stack, and transposed where its columns are not
    adjacent.

    Each result is the same sum, in the same order, of products that are rounded, as
    before. Products that are too small are left to `lse-reorder-loops`, at run time where
    extents are not known; so are those of f16 or bf16 whose sums are of these types, too.

    The targets are given by the options as those of `lse-schedule` are. The last in
    their order, the baseline, is what code around kernels is made for.
  }];
  let options = [
    Option<"triple", "triple", "std::string", [{""}],
           "LLVM target triple; that of the compiler's machine by default">,
    ListOption<"cpus", "cpu", "std::string",
               "LLVM CPU names, or 'native'; the architecture's baseline by "
               "default">
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

def LSEReorderLoops : Pass<"lse-reorder-loops"> {
  let summary = "Walk along memory in products and sums that become loops";
  let description = [{
    Upstream turns a `linalg` operation on memrefs into loops in the order that it has.
    A product of matrices then sums along its innermost loop, which cannot be
    vectorized without changing the order of a sum. This pass makes the innermost loop
    one along which all operands are contiguous, or constant, and each iteration has a
    result of its own, if there is such a loop. Each result is the same sum in the same
    order.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def LSESelectsToBranches : Pass<"lse-selects-to-branches"> {
  let summary = "Turn choices between whole tensors into control flow";
  let description = [{
    An `arith.select` with one condition for whole tensors counts as elementwise
    upstream, as if both of these had the same extents. Dynamic ones need not: the
    result has those of the tensor that is chosen. This pass turns each into an
    `scf.if`, before elementwise operations become loops.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect"];
}

def LSEDestinationArguments
    : Pass<"lse-destination-arguments", "::mlir::ModuleOp"> {
  let summary = "Let callers own the results of public functions";
  let description = [{
    Works on tensors, before bufferization. Every tensor that a public function
    returns is written to a memref argument `{lse.result}` instead, in place
    where bufferization can, and arguments are marked as not writable. A
    function with dynamically shaped results gets a companion `<name>.shape`
    that computes their extents from those of the arguments.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"
  ];
}

def LSEEmitCInterface : Pass<"lse-emit-c-interface", "::mlir::ModuleOp"> {
  let summary = "Give public functions a plain C interface";
  let description = [{
    Works on memrefs. Each public function becomes private and gets a wrapper
    `<prefix>_<name>` that C code can call: a pointer for each memref, an
    `int64_t` for each dynamic extent of an argument, an `int` status as the
    result. It checks pointers and extents before anything is touched and owns
    the status cell. The signature is kept in the attribute `lse.c_interface`.
  }];
  let options = [
    Option<"prefix", "prefix", "std::string", [{"lse"}],
           "What every exported symbol starts with">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect"
  ];
}

#endif // LSE_CONVERSION_PASSES_TD
