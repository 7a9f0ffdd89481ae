//===- LSEBase.td - The lse dialect ------------------------*- tablegen -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_IR_LSEBASE_TD
#define LSE_DIALECT_IR_LSEBASE_TD

include "mlir/IR/OpBase.td"

def LSE_Dialect : Dialect {
  let name = "lse";
  let cppNamespace = "::mlir::lse";
  let summary = "The softmax family as fused, numerically stable operations";
  let description = [{
    Every operation of this dialect computes something about the rows of a
    tensor of *logits* through the log-sum-exp of each row,

    ```
    lse(z) = log(sum_k exp(z_k)) = m + log(sum_k exp(z_k - m)),  m = max_k z_k
    ```

    The logits are never an operand as such: an operation has inputs with
    indexing maps, as `linalg.generic` has, and a *logit region* that computes
    one scalar logit from the inputs' elements. A scale, a bias, a mask or a
    temperature is therefore part of the region and not a special operand.

    Results are on demand: an operation names the kinds of results it yields
    (probabilities, log-probabilities, log-sum-exp, position of the maximum), one
    destination each. Three operations differ in nothing but the kind that they
    are named after, always yield, and yield alone unless told otherwise. Losses
    and gradients are operations of the same form, whose region yields a second
    value beside the logit, such as a target.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    using ::mlir::Dialect::addInterfaces;
  }];
  let dependentDialects = [
    "arith::ArithDialect", "cf::ControlFlowDialect", "linalg::LinalgDialect",
    "math::MathDialect", "memref::MemRefDialect", "scf::SCFDialect",
    "tensor::TensorDialect"
  ];
}

class LSE_Op<string mnemonic, list<Trait> traits = []> :
    Op<LSE_Dialect, mnemonic, traits>;

#endif // LSE_DIALECT_IR_LSEBASE_TD
