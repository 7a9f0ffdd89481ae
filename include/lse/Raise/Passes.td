//===- Passes.td - Raising to the lse dialect --------------*- tablegen -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_RAISE_PASSES_TD
#define LSE_RAISE_PASSES_TD

include "mlir/Pass/PassBase.td"

def LSERaise : Pass<"lse-raise", "::mlir::ModuleOp"> {
  let summary = "Find softmax-family computations and raise them to lse operations";
  let description = [{
    Reads linalg on tensors as index notation, brings every value into the
    normal form of the log-semiring, and replaces those that are a softmax,
    however they are spelled, by `lse.softmax`. Nothing depends on the source
    subtracting the row maximum: whatever is subtracted cancels, and where
    nothing was, the raised operation is finite where the source overflows.

    Before:

    ```mlir
    %e = linalg.exp ins(%x : tensor<4x10xf32>) outs(%0 : tensor<4x10xf32>) -> tensor<4x10xf32>
    %s = linalg.reduce { arith.addf } ins(%e : tensor<4x10xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
    %b = linalg.broadcast ins(%s : tensor<4xf32>) outs(%0 : tensor<4x10xf32>) dimensions = [1]
    %p = linalg.div ins(%e, %b : tensor<4x10xf32>, tensor<4x10xf32>) outs(%0 : tensor<4x10xf32>) -> tensor<4x10xf32>
    ```

    After:

    ```mlir
    %p = lse.softmax dims = [1] stabilized ins(%x : tensor<4x10xf32>)
                                           outs(%1 : tensor<4x10xf32>)
                                           -> tensor<4x10xf32>
    ```

    Every rewrite gives a passed remark and every candidate that is refused a
    missed remark with a stable code and the two terms that disagree, in the
    category `lse-raise` (`docs/Remarks.md` is the catalogue):
    `--remarks-filter=lse-raise`.
  }];
  let options = [
    Option<"stabilize", "stabilize", "::mlir::lse::Stabilize",
           "::mlir::lse::Stabilize::Always",
           "Whether to raise what does not subtract the row maximum, which "
           "changes what overflows",
           [{::llvm::cl::values(
             clEnumValN(::mlir::lse::Stabilize::Always, "always",
                        "always, with a remark"),
             clEnumValN(::mlir::lse::Stabilize::Flags, "flags",
                        "where every operation has the fast-math flags "
                        "reassoc and afn"),
             clEnumValN(::mlir::lse::Stabilize::Off, "off", "never")
           )}]>,
    Option<"numerics", "numerics", "::mlir::lse::Numerics",
           "::mlir::lse::Numerics::Standard",
           "The class of error bounds that raised operations get "
           "(docs/Numerics.md)",
           [{::llvm::cl::values(
             clEnumValN(::mlir::lse::Numerics::Standard, "standard",
                        "fast, a few units in the last place for ordinary rows"),
             clEnumValN(::mlir::lse::Numerics::Accurate, "accurate",
                        "at most 4 units, relative, for every row")
           )}]>,
    Option<"reportFile", "report", "std::string", [{""}],
           "Write what was raised and what was refused to this file, '-' for "
           "standard output: JSON if its name ends in .json, else Markdown">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::lse::LSEDialect",
    "::mlir::tensor::TensorDialect"
  ];
  let statistics = [
    Statistic<"numRaised", "num-raised", "Number of operations raised">,
    Statistic<"numStabilized", "num-stabilized",
              "Number of raised operations whose source had no shift by the "
              "row maximum">,
    Statistic<"numRefused", "num-refused", "Number of candidates refused">
  ];
}

#endif // LSE_RAISE_PASSES_TD
