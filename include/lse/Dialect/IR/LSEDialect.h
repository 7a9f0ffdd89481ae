//===- LSEDialect.h - The lse dialect ---------------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dialect, its attributes, interfaces and operations.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_IR_LSEDIALECT_H
#define LSE_DIALECT_IR_LSEDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/TilingInterface.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

#include "lse/Dialect/IR/LSEDialect.h.inc"
#include "lse/Dialect/IR/LSEEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "lse/Dialect/IR/LSEAttributes.h.inc"

namespace mlir::lse {
class RouteOp;
class RowOpInterface;
class TopKOp;

/// True for the kinds of results with one element for each row.
inline bool isPerRow(ResultKind kind) {
  return kind == ResultKind::LogSumExp || kind == ResultKind::ArgMax ||
         kind == ResultKind::Loss;
}

/// True for the kinds of results that are made of all terms of an operation,
/// not of the logits alone.
inline bool isOfAllTerms(ResultKind kind) {
  return kind == ResultKind::Loss || kind == ResultKind::Gradient;
}

/// What a logit region may yield after the terms that it has to.
struct ExtraTerm {
  llvm::StringLiteral name;
  /// True if it is the same for all of a row.
  bool isOfRow;

  bool operator==(const ExtraTerm &other) const {
    return name == other.name && isOfRow == other.isOfRow;
  }
};

/// The version of the dialect that bytecode is written in. It grows with each
/// change that older tools cannot read.
struct LSEDialectVersion final : DialectVersion {
  explicit LSEDialectVersion(uint64_t number) : number(number) {}
  static constexpr uint64_t current = 1;
  uint64_t number;
};

/// Computes what a logit region yields from one element of each input, at the
/// insertion point of the builder, which is in the region.
using TermsBuilder =
    function_ref<SmallVector<Value>(OpBuilder &, Location, ValueRange)>;

namespace detail {
/// Lets bytecode carry the version of `dialect`.
void addBytecodeInterface(LSEDialect &dialect);

/// Static extents of the iteration space of `op`, from the shapes that its
/// maps index; `ShapedType::kDynamic` where no shape tells.
SmallVector<int64_t> getLoopExtents(RowOpInterface op);

// What the operations over rows are made of, each written once.

/// See RowOpInterface.
SmallVector<int64_t> getScoreDims(RowOpInterface op);
SmallVector<int64_t> getValueDims(RowOpInterface op);
ArrayRef<ExtraTerm> getExtraTerms(RowOpInterface op);

/// Parses what follows the name of an operation over rows. `ownKind` is what it
/// yields when `results` is left out, `numTerms` what its region yields.
ParseResult parseRowOp(OpAsmParser &parser, OperationState &state,
                       ResultKind ownKind, unsigned numTerms);
/// Prints what follows the name of an operation over rows.
void printRowOp(OpAsmPrinter &printer, RowOpInterface op);
/// True if `op` has the indexing maps that the text form leaves out.
bool hasDefaultMaps(RowOpInterface op);
/// Checks maps, shapes, kinds, element types and the logit region.
LogicalResult verifyRowOp(RowOpInterface op);
/// Checks what each loop dimension of an attention indexes.
LogicalResult verifyAttentionDims(RowOpInterface op);
/// Fills `state`, which has the name of an operation over rows. See
/// `createRowOp`.
void buildRowOp(OpBuilder &builder, OperationState &state, ValueRange inputs,
                ValueRange outs, ArrayRef<AffineMap> indexingMaps,
                ArrayRef<int64_t> reductionDims,
                ArrayRef<ResultKind> resultKinds, TermsBuilder terms,
                Type scoreType = {});
/// The types of the arguments that the region of an operation over rows has for
/// `inputTypes`, which are those of an attention or not; see `createRowOp`.
SmallVector<Type> getElementTypes(TypeRange inputTypes, bool isAttention,
                                  Type scoreType = {});
/// The type that sums of products of elements of `types` are computed in: the
/// widest, but f32 at least.
FloatType getSumType(TypeRange types);
/// Reads of the inputs and writes to the destinations that are memrefs.
void getRowOpEffects(
    RowOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects);
/// Results have the extents of their destinations.
LogicalResult reifyRowOpShapes(OpBuilder &builder, RowOpInterface op,
                               ReifiedRankedShapedTypeDims &shapes);
/// Expands `op` into linalg operations that compute the same, stably; one value
/// for each result. Fails on memrefs.
FailureOr<SmallVector<Value>> decomposeRowOp(OpBuilder &builder,
                                             RowOpInterface op);

// Tiles; see TilingInterface.

SmallVector<utils::IteratorType> getRowOpIteratorTypes(RowOpInterface op);
SmallVector<Range> getRowOpDomain(OpBuilder &builder, RowOpInterface op);
/// `op` on the slices of its operands that belong to a tile of the iteration
/// space; an error if that cuts rows.
FailureOr<TilingResult> tileRowOp(OpBuilder &builder, RowOpInterface op,
                                  ArrayRef<OpFoldResult> offsets,
                                  ArrayRef<OpFoldResult> sizes);
/// The part of a result that belongs to a tile of the iteration space.
void getRowOpResultTile(OpBuilder &builder, RowOpInterface op, unsigned result,
                        ArrayRef<OpFoldResult> offsets,
                        ArrayRef<OpFoldResult> sizes,
                        SmallVector<OpFoldResult> &resultOffsets,
                        SmallVector<OpFoldResult> &resultSizes);
/// The tile of the iteration space that belongs to a part of `operand`, an
/// operand number. Fails if that cuts rows.
LogicalResult getRowOpTileOfOperand(OpBuilder &builder, RowOpInterface op,
                                    unsigned operand,
                                    ArrayRef<OpFoldResult> offsets,
                                    ArrayRef<OpFoldResult> sizes,
                                    SmallVectorImpl<OpFoldResult> &loopOffsets,
                                    SmallVectorImpl<OpFoldResult> &loopSizes);
/// `op` on the tile that belongs to a part of `operand`. Fails if that cuts
/// rows.
FailureOr<TilingResult> tileRowOpByOperand(OpBuilder &builder,
                                           RowOpInterface op, unsigned operand,
                                           ArrayRef<OpFoldResult> offsets,
                                           ArrayRef<OpFoldResult> sizes);

// Operations that choose from rows of their first operand along `dimension`
// into the two destinations after it.

LogicalResult verifySelection(DestinationStyleOpInterface op,
                              int64_t dimension);
void getSelectionEffects(
    DestinationStyleOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects);
/// Results have the extents of their destinations.
LogicalResult reifySelectionShapes(OpBuilder &builder,
                                   DestinationStyleOpInterface op,
                                   ReifiedRankedShapedTypeDims &shapes);
/// Expands `op`, which is on tensors, into a loop that finds one element of
/// each row after another.
SmallVector<Value> decomposeSelection(OpBuilder &builder, TopKOp op);
/// Expands `op`, which is on tensors, into `lse.top_k` and `lse.softmax`.
SmallVector<Value> decomposeSelection(OpBuilder &builder, RouteOp op);
} // namespace detail
} // namespace mlir::lse

#include "lse/Dialect/IR/LSEInterfaces.h.inc"

#define GET_OP_CLASSES
#include "lse/Dialect/IR/LSEOps.h.inc"

namespace mlir::lse {

/// The kind whose operation yields `kinds`: the first of loss, probabilities,
/// log-probabilities and log-sum-exp that is one of them, if any is.
std::optional<ResultKind> getMainResultKind(ArrayRef<ResultKind> kinds);

/// The name of the operation that yields nothing but a result of `ownKind`,
/// which is one of the logits alone and not `argmax`, or the loss of a
/// cross-entropy, the only one that is a result of another operation, too.
OperationName getRowOpName(MLIRContext *context, ResultKind ownKind);

/// True if `map` may index an operand of an operation over rows: each result is
/// 0 or a dimension, and no dimension is one twice. Unlike for
/// `isProjectedPermutation`, an operand may have more unit dimensions than
/// there are loops.
bool isProjection(AffineMap map);

/// The map by which a result of `kind`, one of the logits alone, is indexed
/// unless written otherwise.
AffineMap getDefaultResultMap(MLIRContext *context, ResultKind kind,
                              unsigned numLoops, ArrayRef<int64_t> rowDims);

/// Creates the operation over rows `name`, which `kinds` have to agree with.
/// `maps` are those of `inputs`, then of `outs`. Results are those of the
/// destinations that are tensors. `scoreType` is the type of an attention's
/// scores, unless that is the type in which they are summed.
RowOpInterface createRowOp(OpBuilder &builder, Location loc, OperationName name,
                           ValueRange inputs, ValueRange outs,
                           ArrayRef<AffineMap> maps, ArrayRef<int64_t> rowDims,
                           ArrayRef<ResultKind> kinds, TermsBuilder terms,
                           Type scoreType = {});

/// Creates an operation with a copy of the logit region of `op` and its
/// attributes, but on other operands. `inputs` are of the element types of
/// those of `op`; if there are fewer, it is up to the caller to erase arguments
/// of the region. `outs` may be fewer. It is named as `op` is if `kinds` allow,
/// otherwise after the main one of `kinds`.
RowOpInterface createRowOpLike(OpBuilder &builder, RowOpInterface op,
                               ValueRange inputs, ValueRange outs,
                               ArrayRef<AffineMap> maps,
                               ArrayRef<ResultKind> kinds);

/// The extent of loop dimension `dim` of `op`: a constant, or a new operation
/// that reads it off an operand.
OpFoldResult getLoopExtent(OpBuilder &builder, RowOpInterface op, unsigned dim);

/// True if the region of `op` has an `lse.temper` or an `lse.is_class`. Such an
/// operation has no kernel: `decomposeOperation` expands it first, one of these
/// kinds at a time, into one of the same name.
bool needsExpansion(RowOpInterface op);

/// What in the logit region of `op` makes `value`, which is computed there,
/// differ along a row, as the end of a sentence; nothing if it is the same for
/// all of it.
std::optional<std::string> findChangeInRow(RowOpInterface op, Value value);

/// What the logit region of `op`, which works on tensors, yields for each
/// element, each as a tensor over its iteration space and of the type that its
/// rows are computed in: the terms, and an addend. That is the only input
/// itself, or a new `linalg.generic` that runs the region.
SmallVector<Value> createTerms(OpBuilder &builder, RowOpInterface op);

/// `term`, which the logit region of `op` yields and which is the same for all
/// of a row, as a new tensor with an element for each row, indexed by the loops
/// outside of it in order, and of the type that rows are computed in.
Value createRowTerm(OpBuilder &builder, RowOpInterface op, Value term);

} // namespace mlir::lse

#endif // LSE_DIALECT_IR_LSEDIALECT_H
