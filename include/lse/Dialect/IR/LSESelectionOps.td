//===- LSESelectionOps.td - The largest of a row -----------*- tablegen -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_IR_LSESELECTIONOPS_TD
#define LSE_DIALECT_IR_LSESELECTIONOPS_TD

include "lse/Dialect/IR/LSEBase.td"
include "mlir/Dialect/Linalg/IR/LinalgInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

/// What the operations share that choose from the rows of one input along one
/// dimension; `ownArguments` are attributes that only one has.
class LSE_SelectionOp<string mnemonic, dag ownArguments = (ins)> :
    LSE_Op<mnemonic, [
      DestinationStyleOpInterface,
      DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
      DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                                ["reifyResultShapes"]>,
      DeclareOpInterfaceMethods<AggregatedOpInterface, ["decomposeOperation"]>
    ]> {
  let arguments = !con((ins
    AnyShaped:$input,
    AnyShaped:$values,
    AnyShaped:$positions,
    ConfinedAttr<I64Attr, [IntNonNegative]>:$dimension
  ), ownArguments);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let hasVerifier = 1;
  let assemblyFormat = [{
    `dimension` `=` $dimension `ins` `(` $input `:` type($input) `)`
    `outs` `(` $values `,` $positions `:` type($values) `,` type($positions) `)`
    attr-dict (`->` type($results)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(*this, /*start=*/1, /*length=*/2);
    }
  }];
  let extraClassDefinition = [{
    void $cppClass::getEffects(
        ::llvm::SmallVectorImpl<::mlir::SideEffects::EffectInstance<
            ::mlir::MemoryEffects::Effect>> &effects) {
      ::mlir::lse::detail::getSelectionEffects(*this, effects);
    }
    ::llvm::LogicalResult $cppClass::verify() {
      return ::mlir::lse::detail::verifySelection(*this, getDimension());
    }
    ::llvm::LogicalResult $cppClass::reifyResultShapes(
        ::mlir::OpBuilder &builder,
        ::mlir::ReifiedRankedShapedTypeDims &shapes) {
      return ::mlir::lse::detail::reifySelectionShapes(builder, *this, shapes);
    }
    ::llvm::FailureOr<::llvm::SmallVector<::mlir::Value>>
    $cppClass::decomposeOperation(::mlir::OpBuilder &builder) {
      if (getNumResults() != 2)
        return ::mlir::failure();
      return ::mlir::lse::detail::decomposeSelection(builder, *this);
    }
  }];
}

def LSE_TopKOp : LSE_SelectionOp<"top_k"> {
  let summary = "The largest elements of each row, in order, and where they are";
  let description = [{
    Along `dimension`, the `k` largest elements of the input from the largest down,
    and their positions, where `k` is the extent of both destinations there. Their
    other extents are those of the input.

    The order is total, so that the answer is one: NaN comes before `+inf`, and of
    elements that are equal, NaN or not, that with the lower position comes first;
    -0 and +0 are equal. Nothing is rounded: values are elements of the input.
    Positions count from 0 and are of any integer type or `index`.

    `k` must not exceed the extent of the input: that is an error where both are
    known, and otherwise an assertion that fails when it runs.

    Example: the ranking of three out of ten documents

    ```mlir
    %scores, %order = lse.top_k dimension = 1
        ins(%x : tensor<4x10xf32>)
        outs(%s, %o : tensor<4x3xf32>, tensor<4x3xi32>)
        -> tensor<4x3xf32>, tensor<4x3xi32>
    ```
  }];
}

def LSE_RouteOp : LSE_SelectionOp<"route", (ins UnitAttr:$renormalize)> {
  let summary = "The experts with the largest gates, and their weights";
  let description = [{
    Routing in a mixture of experts: along `dimension`, the experts with the `k`
    largest logits, as [`lse.top_k`](#lsetop_k-lsetopkop) orders them, and a weight
    for each of them. With `z` the logits, `C` the chosen experts,

    ```
    w_i = exp(z_i) / sum_k exp(z_k)              over all k
    w_i = exp(z_i) / sum_{k in C} exp(z_k)       with renormalize
    ```

    shifted by the maximum. The first is a softmax of which the largest are kept,
    whose weights sum to less than 1; the second is that divided by the sum of what
    is kept, which is the softmax of the chosen logits. Experts are chosen by their
    logits, so that two whose probabilities round to the same number keep their
    order.

    A row with a NaN or `+inf`, or of only `-inf`, has NaN as weights; with
    `renormalize` the NaN has to be among the chosen, which the order sees to. An
    expert with logit `-inf` has weight +0 otherwise.

    Example: two of eight experts for each token

    ```mlir
    %weights, %experts = lse.route dimension = 1
        ins(%gates : tensor<16x8xf32>)
        outs(%w, %e : tensor<16x2xf32>, tensor<16x2xi32>)
        {renormalize} -> tensor<16x2xf32>, tensor<16x2xi32>
    ```
  }];
}

#endif // LSE_DIALECT_IR_LSESELECTIONOPS_TD
