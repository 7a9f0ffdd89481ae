//===- LSEOps.td - Operations of the lse dialect -----------*- tablegen -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_IR_LSEOPS_TD
#define LSE_DIALECT_IR_LSEOPS_TD

include "lse/Dialect/IR/LSEAttributes.td"
include "lse/Dialect/IR/LSEBase.td"
include "lse/Dialect/IR/LSEInterfaces.td"
include "mlir/Dialect/Linalg/IR/LinalgInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/TilingInterface.td"
include "mlir/Interfaces/ValueBoundsOpInterface.td"

//===----------------------------------------------------------------------===//
// Operations over rows of logits
//===----------------------------------------------------------------------===//

/// What the operations over rows share, which is all but their name; `ownKind`,
/// the kind of result that they are named after; how many values their region
/// yields; and whether the first of these is a logit.
class LSE_RowOp<string mnemonic, string ownKind, int numTerms = 1,
                bit hasLogits = 1, list<Trait> traits = []> :
    LSE_Op<mnemonic, !listconcat(traits, [
      AttrSizedOperandSegments, IsolatedFromAbove, SingleBlock,
      DestinationStyleOpInterface, LSE_RowOpInterface,
      DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
      DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                                ["reifyResultShapes"]>,
      DeclareOpInterfaceMethods<AggregatedOpInterface, ["decomposeOperation"]>,
      DeclareOpInterfaceMethods<TilingInterface, [
        "getLoopIteratorTypes", "getIterationDomain", "getTiledImplementation",
        "getResultTilePosition", "getIterationDomainTileFromResultTile",
        "generateResultTileValue", "getIterationDomainTileFromOperandTiles",
        "getTiledImplementationFromOperandTiles"]>,
      DeclareOpInterfaceMethods<ValueBoundsOpInterface,
                                ["populateBoundsForShapedValueDim"]>
    ])> {
  let arguments = (ins
    Variadic<AnyType>:$inputs,
    Variadic<AnyShaped>:$outs,
    DenseI64ArrayAttr:$reduction_dims,
    LSE_ResultKindArrayAttr:$result_kinds,
    AffineMapArrayAttr:$indexing_maps,
    DefaultValuedAttr<LSE_RowDeathAttr, "::mlir::lse::RowDeath::NaN">:$row_death,
    DefaultValuedAttr<LSE_NumericsAttr,
                      "::mlir::lse::Numerics::Standard">:$numerics,
    UnitAttr:$stabilized,
    UnitAttr:$from_logits,
    OptionalAttr<LSE_ScheduleArrayAttr>:$schedules
  );
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region SizedRegion<1>:$logit_region);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;

  let skipDefaultBuilders = 1;
  let builders = [
    OpBuilder<(ins "::mlir::ValueRange":$inputs, "::mlir::ValueRange":$outs,
                   "::llvm::ArrayRef<::mlir::AffineMap>":$indexingMaps,
                   "::llvm::ArrayRef<int64_t>":$reductionDims,
                   "::llvm::ArrayRef<::mlir::lse::ResultKind>":$resultKinds,
                   "::mlir::lse::TermsBuilder":$terms), [{
      ::mlir::lse::detail::buildRowOp($_builder, $_state, inputs, outs,
                                      indexingMaps, reductionDims, resultKinds,
                                      terms);
    }]>
  ];

  let extraClassDeclaration = [{
    static ::mlir::lse::ResultKind getOwnResultKind() {
      return ::mlir::lse::ResultKind::}] # ownKind # [{;
    }
    static unsigned getNumTerms() { return }] # numTerms # [{; }
    static bool hasLogits() { return }] # !if(hasLogits, "true", "false") # [{; }
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return getOutsMutable();
    }
  }];
  let extraClassDefinition = [{
    ::mlir::ParseResult $cppClass::parse(::mlir::OpAsmParser &parser,
                                         ::mlir::OperationState &state) {
      return ::mlir::lse::detail::parseRowOp(parser, state, getOwnResultKind(),
                                           getNumTerms());
    }
    void $cppClass::print(::mlir::OpAsmPrinter &printer) {
      ::mlir::lse::detail::printRowOp(printer, *this);
    }
    ::llvm::LogicalResult $cppClass::verify() {
      return ::mlir::lse::detail::verifyRowOp(*this);
    }
    void $cppClass::getEffects(
        ::llvm::SmallVectorImpl<::mlir::SideEffects::EffectInstance<
            ::mlir::MemoryEffects::Effect>> &effects) {
      ::mlir::lse::detail::getRowOpEffects(*this, effects);
    }
    ::llvm::LogicalResult $cppClass::reifyResultShapes(
        ::mlir::OpBuilder &builder,
        ::mlir::ReifiedRankedShapedTypeDims &shapes) {
      return ::mlir::lse::detail::reifyRowOpShapes(builder, *this, shapes);
    }
    ::llvm::FailureOr<::llvm::SmallVector<::mlir::Value>>
    $cppClass::decomposeOperation(::mlir::OpBuilder &builder) {
      return ::mlir::lse::detail::decomposeRowOp(builder, *this);
    }
    void $cppClass::populateBoundsForShapedValueDim(
        ::mlir::Value value, int64_t dim,
        ::mlir::ValueBoundsConstraintSet &constraints) {
      ::mlir::Value out =
          getTiedOpOperand(::llvm::cast<::mlir::OpResult>(value))->get();
      constraints.bound(value)[dim] == constraints.getExpr(out, dim);
    }

    ::llvm::SmallVector<::mlir::utils::IteratorType>
    $cppClass::getLoopIteratorTypes() {
      return ::mlir::lse::detail::getRowOpIteratorTypes(*this);
    }
    ::llvm::SmallVector<::mlir::Range>
    $cppClass::getIterationDomain(::mlir::OpBuilder &builder) {
      return ::mlir::lse::detail::getRowOpDomain(builder, *this);
    }
    ::llvm::FailureOr<::mlir::TilingResult> $cppClass::getTiledImplementation(
        ::mlir::OpBuilder &builder,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return ::mlir::lse::detail::tileRowOp(builder, *this, offsets, sizes);
    }
    ::llvm::LogicalResult $cppClass::getResultTilePosition(
        ::mlir::OpBuilder &builder, unsigned result,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultOffsets,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultSizes) {
      ::mlir::lse::detail::getRowOpResultTile(
          builder, *this, result, offsets, sizes, resultOffsets, resultSizes);
      return ::llvm::success();
    }
    ::llvm::LogicalResult $cppClass::getIterationDomainTileFromResultTile(
        ::mlir::OpBuilder &builder, unsigned result,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &loopOffsets,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &loopSizes) {
      return ::mlir::lse::detail::getRowOpTileOfOperand(
          builder, *this, getInputs().size() + result, offsets, sizes,
          loopOffsets, loopSizes);
    }
    ::llvm::FailureOr<::mlir::TilingResult> $cppClass::generateResultTileValue(
        ::mlir::OpBuilder &builder, unsigned result,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      auto tile = ::mlir::lse::detail::tileRowOpByOperand(
          builder, *this, getInputs().size() + result, offsets, sizes);
      if (::llvm::succeeded(tile))
        tile->tiledValues = {tile->tiledValues[result]};
      return tile;
    }
    ::llvm::LogicalResult $cppClass::getIterationDomainTileFromOperandTiles(
        ::mlir::OpBuilder &builder, ::llvm::ArrayRef<unsigned> operands,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> offsets,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> sizes,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &loopOffsets,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &loopSizes) {
      // Tiles of several operands need not belong together.
      if (operands.size() != 1)
        return ::llvm::failure();
      return ::mlir::lse::detail::getRowOpTileOfOperand(
          builder, *this, operands.front(), offsets.front(), sizes.front(),
          loopOffsets, loopSizes);
    }
    ::llvm::FailureOr<::mlir::TilingResult>
    $cppClass::getTiledImplementationFromOperandTiles(
        ::mlir::OpBuilder &builder, ::llvm::ArrayRef<unsigned> operands,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> offsets,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> sizes) {
      if (operands.size() != 1)
        return ::llvm::failure();
      return ::mlir::lse::detail::tileRowOpByOperand(
          builder, *this, operands.front(), offsets.front(), sizes.front());
    }
  }];
}

def LSE_SoftmaxOp : LSE_RowOp<"softmax", "Probabilities"> {
  let summary = "Probabilities from logits, row by row";
  let description = [{
    For logits `z` and a row `r` made up of the `reduction_dims`,

    ```
    p_i = exp(z_i - m) / sum_{k in r} exp(z_k - m),   m = max_{k in r} z_k
    ```

    computed so that no finite logit overflows. Results on demand, in the order
    of `results`, `probabilities` among them: `probabilities` and
    `log_probabilities` have the shape of the iteration space, `logsumexp` and
    `argmax` have one element for each row.

    A NaN or `+inf` anywhere in a row makes all its probabilities and
    log-probabilities NaN. A `-inf` logit among others has probability +0. A row
    of only `-inf` is answered as `row_death` says: NaN by default; with `zero`
    its probabilities are +0 and its log-probabilities `-inf`. Its log-sum-exp
    is `-inf` either way. An empty row stores no probabilities and has
    log-sum-exp `-inf`.

    `stabilized` marks an operation whose source graph had no shift by the row
    maximum: where that overflowed, this operation is finite.

    The logit region has one argument for each input, of its element type, and
    yields one floating-point scalar. The row is computed in its type, in f32 if
    that is narrower. The region is left out when it yields the element of the
    only input. Indexing maps are left out when every input and every result is
    indexed by the loop dimensions in order, rows' results by those outside
    `dims`.

    Example:

    ```mlir
    %p = lse.softmax dims = [1] ins(%x : tensor<4x10xf32>)
                                outs(%init : tensor<4x10xf32>)
                                -> tensor<4x10xf32>
    ```

    Example: scaled logits with a bias for each column, and the log-sum-exp of
    each row beside the probabilities.

    ```mlir
    %p, %l = lse.softmax dims = [1] results = [probabilities, logsumexp]
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d1)>,
                       affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0)>]
      ins(%x, %b : tensor<4x10xf32>, tensor<10xf32>)
      outs(%p0, %l0 : tensor<4x10xf32>, tensor<4xf32>) logits {
    ^bb0(%in: f32, %bias: f32):
      %half = arith.constant 5.000000e-01 : f32
      %scaled = arith.mulf %in, %half : f32
      %logit = arith.addf %scaled, %bias : f32
      lse.yield %logit : f32
    } -> (tensor<4x10xf32>, tensor<4xf32>)
    ```
  }];
}

def LSE_LogSoftmaxOp : LSE_RowOp<"log_softmax", "LogProbabilities"> {
  let summary = "Logarithms of probabilities from logits, row by row";
  let description = [{
    For logits `z` and a row `r` made up of the `reduction_dims`,

    ```
    l_i = (z_i - m) - log(sum_{k in r} exp(z_k - m)),   m = max_{k in r} z_k
    ```

    which is finite for every finite row whose logits differ by a finite number,
    also where the probability itself is too small for its type. That of the
    only element of a row is exactly 0.

    Everything else is as for [`lse.softmax`](#lsesoftmax-lsesoftmaxop): logit
    region, indexing maps, further results on demand (`log_probabilities` among
    them), and the answers for rows with NaN and infinities. A `-inf` logit among
    others has log-probability `-inf`.

    Example:

    ```mlir
    %l = lse.log_softmax dims = [1] ins(%x : tensor<4x10xf32>)
                                    outs(%init : tensor<4x10xf32>)
                                    -> tensor<4x10xf32>
    ```
  }];
}

def LSE_LogSumExpOp : LSE_RowOp<"logsumexp", "LogSumExp"> {
  let summary = "Logarithms of sums of exponentials, one for each row";
  let description = [{
    For logits `z` and a row `r` made up of the `reduction_dims`,

    ```
    lse(z) = m + log(sum_{k in r} exp(z_k - m)),   m = max_{k in r} z_k
    ```

    It is `-inf` for a row of only `-inf` and for an empty row, whatever
    `row_death` says. A NaN in the row makes it NaN; otherwise a `+inf` makes it
    `+inf`.

    Everything else is as for [`lse.softmax`](#lsesoftmax-lsesoftmaxop): logit
    region, indexing maps, and further results on demand (`logsumexp` among
    them). A loop dimension of a row is one that the destination does not have.

    Example: the log-sum-exp of all elements, and where the largest of them is.

    ```mlir
    %l, %i = lse.logsumexp dims = [0, 1] results = [logsumexp, argmax]
      ins(%x : tensor<4x10xf32>) outs(%l0, %i0 : tensor<f32>, tensor<i64>)
      -> (tensor<f32>, tensor<i64>)
    ```
  }];
}

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//

def LSE_CrossEntropyOp : LSE_RowOp<"cross_entropy", "Loss", 2> {
  let summary = "Cross-entropy of targets and logits, row by row";
  let description = [{
    The region yields a logit `z_i` and a target `y_i` for each element; it is
    left out when these are the elements of two inputs. For a row `r` made up of the `reduction_dims`,

    ```
    loss = -sum_{i in r} y_i * log_softmax(z)_i
    ```

    where an element with `y_i = 0` counts as 0, whatever its logit is. Targets
    need not be probabilities: weights and whatever else a loss is multiplied by
    can be part of them, and a row that is to be ignored has targets of 0 only.
    Class numbers are compared with [`lse.index`](#lseindex-lseindexop), label
    smoothing adds a constant.

    Further results on demand are those of the logits: `probabilities`,
    `log_probabilities`, `logsumexp`, `argmax`. Everything else is as for
    [`lse.softmax`](#lsesoftmax-lsesoftmaxop). A row with a NaN or `+inf`, or of
    only `-inf` where `row_death` is `nan`, has loss NaN, unless all its targets
    are 0.

    Example: the loss of each row for class numbers.

    ```mlir
    %loss = lse.cross_entropy dims = [1]
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0)>,
                       affine_map<(d0, d1) -> (d0)>]
      ins(%x, %labels : tensor<4x10xf32>, tensor<4xi64>)
      outs(%init : tensor<4xf32>) logits {
    ^bb0(%in: f32, %label: i64):
      %class = lse.index 1
      %number = arith.index_cast %class : index to i64
      %is_label = arith.cmpi eq, %number, %label : i64
      %target = arith.uitofp %is_label : i1 to f32
      lse.yield %in, %target : f32, f32
    } -> tensor<4xf32>
    ```
  }];
}

def LSE_KLDivergenceOp : LSE_RowOp<"kl_divergence", "Loss", 2> {
  let summary = "Divergence of two softmaxes, row by row";
  let description = [{
    The region yields a logit `z_i` and a logit `t_i` of the distribution that is
    aimed at, such as a teacher's. With `p = softmax(t)` and `q = softmax(z)` over
    a row `r` made up of the `reduction_dims`, the Kullback-Leibler divergence is

    ```
    loss = sum_{i in r} p_i * (log p_i - log q_i)
    ```

    where an element with `p_i = 0` counts as 0. Everything else is as for
    [`lse.cross_entropy`](#lsecross_entropy-lsecrossentropyop), with further
    results of the logits `z`.

    Example: both with temperature 2.

    ```mlir
    %loss = lse.kl_divergence dims = [1]
      ins(%student, %teacher : tensor<4x10xf32>, tensor<4x10xf32>)
      outs(%init : tensor<4xf32>) logits {
    ^bb0(%z: f32, %t: f32):
      %half = arith.constant 5.000000e-01 : f32
      %z_scaled = arith.mulf %z, %half : f32
      %t_scaled = arith.mulf %t, %half : f32
      lse.yield %z_scaled, %t_scaled : f32, f32
    } -> tensor<4xf32>
    ```
  }];
}

//===----------------------------------------------------------------------===//
// Gradients
//===----------------------------------------------------------------------===//

def LSE_SoftmaxGradOp : LSE_RowOp<"softmax_grad", "Gradient", 2, /*hasLogits=*/0> {
  let summary = "Gradient of a softmax with respect to its logits";
  let description = [{
    The region yields a probability `p_i` and the gradient `g_i` with respect to
    it. With `from_logits` it yields a logit instead, and the probabilities are
    the softmax of these, for a backward pass that has not kept them. For a row
    `r` made up of the `reduction_dims`,

    ```
    gradient_i = p_i * (g_i - sum_{k in r} p_k * g_k)
    ```

    `row_death` and `stabilized` are those of the softmax; without `from_logits`
    they mean nothing.

    Example:

    ```mlir
    %dx = lse.softmax_grad dims = [1]
      ins(%p, %g : tensor<4x10xf32>, tensor<4x10xf32>)
      outs(%init : tensor<4x10xf32>) -> tensor<4x10xf32>
    ```
  }];
}

def LSE_LogSoftmaxGradOp :
    LSE_RowOp<"log_softmax_grad", "Gradient", 2, /*hasLogits=*/0> {
  let summary = "Gradient of a log-softmax with respect to its logits";
  let description = [{
    The region yields a probability `p_i`, which is the exponential of a
    log-probability where that is at hand, and the gradient `g_i` with respect to
    the log-probability. With `from_logits` it yields a logit instead, and the
    probabilities are the softmax of these. For a row `r` made up of the
    `reduction_dims`,

    ```
    gradient_i = g_i - p_i * sum_{k in r} g_k
    ```

    `row_death` and `stabilized` are those of the softmax; without `from_logits`
    they mean nothing.

    Example:

    ```mlir
    %dx = lse.log_softmax_grad dims = [1]
      ins(%l, %g : tensor<4x10xf32>, tensor<4x10xf32>)
      outs(%init : tensor<4x10xf32>) logits {
    ^bb0(%l_i: f32, %g_i: f32):
      %p_i = math.exp %l_i : f32
      lse.yield %p_i, %g_i : f32, f32
    } -> tensor<4x10xf32>
    ```
  }];
}

def LSE_CrossEntropyGradOp : LSE_RowOp<"cross_entropy_grad", "Gradient", 2> {
  let summary = "Gradient of a cross-entropy with respect to its logits";
  let description = [{
    The region yields a logit `z_i` and a target `y_i`, as that of
    [`lse.cross_entropy`](#lsecross_entropy-lsecrossentropyop) does. For a row `r`
    made up of the `reduction_dims`,

    ```
    gradient_i = softmax(z)_i * sum_{k in r} y_k - y_i
    ```

    where the product counts as 0 if the sum is 0, whatever the logits are. The
    gradient with respect to the loss belongs to the targets, as a factor.

    Further results on demand are those of the logits.

    Example: the gradient for target probabilities.

    ```mlir
    %dx = lse.cross_entropy_grad dims = [1]
      ins(%x, %y : tensor<4x10xf32>, tensor<4x10xf32>)
      outs(%init : tensor<4x10xf32>) -> tensor<4x10xf32>
    ```
  }];
}

//===----------------------------------------------------------------------===//
// In logit regions
//===----------------------------------------------------------------------===//

/// The operations that have a logit region.
def LSE_InLogitRegion :
    ParentOneOf<["SoftmaxOp", "LogSoftmaxOp", "LogSumExpOp", "CrossEntropyOp",
                 "KLDivergenceOp", "SoftmaxGradOp", "LogSoftmaxGradOp",
                 "CrossEntropyGradOp"]>;

def LSE_YieldOp :
    LSE_Op<"yield", [Pure, ReturnLike, Terminator, LSE_InLogitRegion]> {
  let summary = "Ends a logit region with the logit";
  let description = [{
    What comes after the logit is described with the operation that the region
    belongs to.

    Example:

    ```mlir
    lse.yield %logit : f32
    ```
  }];
  let arguments = (ins Variadic<AnyFloat>:$terms);
  let assemblyFormat = "$terms attr-dict `:` type($terms)";
}

def LSE_IndexOp : LSE_Op<"index", [Pure, LSE_InLogitRegion]> {
  let summary = "Where in the iteration space an element is";
  let description = [{
    The position, from 0, of the element that a logit region works on along
    dimension `dim` of the iteration space.

    Example: the number of the class.

    ```mlir
    %class = lse.index 1
    ```
  }];
  let arguments = (ins ConfinedAttr<I64Attr, [IntNonNegative]>:$dim);
  let results = (outs Index:$result);
  let assemblyFormat = "$dim attr-dict";
  let hasVerifier = 1;
}

#endif // LSE_DIALECT_IR_LSEOPS_TD
