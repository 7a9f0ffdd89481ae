//===- LSERowOp.td - What operations over rows share -------*- tablegen -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_IR_LSEROWOP_TD
#define LSE_DIALECT_IR_LSEROWOP_TD

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

/// What the operations over rows share, which is all but their name; `ownKind`,
/// the kind of result that they are named after; how many values their region
/// yields; whether the first of these is a logit that other results are of;
/// whether they are an attention; and attributes that only they have.
class LSE_RowOp<string mnemonic, string ownKind, int numTerms = 1,
                bit hasLogits = 1, bit isAttention = 0,
                list<Trait> traits = [], dag ownArguments = (ins)> :
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
  let arguments = !con((ins
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
  ), ownArguments);
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
    static bool isAttention() {
      return }] # !if(isAttention, "true", "false") # [{;
    }
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

#endif // LSE_DIALECT_IR_LSEROWOP_TD
