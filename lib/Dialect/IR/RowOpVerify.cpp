//===- RowOpVerify.cpp - What the operations over rows must be ------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lse;
using lse::detail::hasDefaultMaps;

static LogicalResult verifyRowDims(RowOpInterface op) {
  ArrayRef<int64_t> dims = op.getRowDims();
  if (dims.empty() && !isa<BinaryCrossEntropyOp>(op))
    return op.emitOpError("needs at least one dimension in 'dims'");
  int64_t numLoops = op.getNumLoops();
  for (auto [index, dim] : llvm::enumerate(dims)) {
    if (dim < 0 || dim >= numLoops)
      return op.emitOpError("has dimension ")
             << dim << " in 'dims', but the iteration space has " << numLoops
             << " dimensions";
    if (index > 0 && dims[index - 1] >= dim)
      return op.emitOpError("'dims' must be ascending without repetition");
  }
  return success();
}

/// Each kind at most once, the one that the operation is named after, and no
/// other that it cannot compute.
static LogicalResult verifyResultKinds(RowOpInterface op) {
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  ResultKind ownKind = op.getOwnResultKind();
  for (size_t i = 0; i < kinds.size(); ++i) {
    if (llvm::is_contained(ArrayRef<ResultKind>(kinds).take_front(i), kinds[i]))
      return op.emitOpError("yields '")
             << stringifyResultKind(kinds[i]) << "' twice";
    bool isOfLogits = !isOfAllTerms(kinds[i]) && kinds[i] != ResultKind::Output;
    bool isLossBesideGradient =
        kinds[i] == ResultKind::Loss && isa<CrossEntropyGradOp>(op);
    bool isBesideOutput = op.isAttention() && kinds[i] == ResultKind::LogSumExp;
    if (kinds[i] != ownKind && !isLossBesideGradient && !isBesideOutput &&
        !(isOfLogits && op.hasLogits()))
      return op.emitOpError("cannot yield '")
             << stringifyResultKind(kinds[i]) << "'"
             << (isa<CrossEntropyOp>(op) && kinds[i] == ResultKind::Gradient
                     ? "; use 'lse.cross_entropy_grad' to yield both"
                     : "");
  }
  if (llvm::is_contained(kinds, ownKind))
    return success();
  InFlightDiagnostic diagnostic = op.emitOpError("must yield '")
                                  << stringifyResultKind(ownKind) << "'";
  if (std::optional<ResultKind> main = getMainResultKind(kinds);
      main && !op.isAttention())
    diagnostic << "; use '" << getRowOpName(op.getContext(), *main)
               << "' to yield the others alone";
  return diagnostic;
}

/// Number of elements in a row, if it is known.
static std::optional<int64_t> getRowSize(RowOpInterface op) {
  SmallVector<int64_t> extents = op.getLoopExtents();
  int64_t size = 1;
  for (int64_t dim : op.getRowDims())
    if (ShapedType::isDynamic(extents[dim]) ||
        llvm::MulOverflow(size, extents[dim], size))
      return std::nullopt;
  return size;
}

/// Positions are integers that reach the end of the row; all else is
/// floating-point.
static LogicalResult verifyDestinationType(RowOpInterface op, unsigned index) {
  Type type = getElementTypeOrSelf(op.getDestinations()[index]);
  ResultKind kind = op.getResultKindsArray()[index];
  if (kind != ResultKind::ArgMax) {
    if (isa<FloatType>(type))
      return success();
    return op.emitOpError("destination #")
           << index << " (" << stringifyResultKind(kind)
           << ") must have floating-point elements, not " << type;
  }
  if (!type.isSignlessInteger() && !type.isIndex())
    return op.emitOpError("destination #")
           << index << " (" << stringifyResultKind(kind)
           << ") must have signless integer or index elements, not " << type;
  std::optional<int64_t> size = getRowSize(op);
  if (size && *size > 0 && type.isInteger() &&
      !llvm::isIntN(type.getIntOrFloatBitWidth(), *size - 1))
    return op.emitOpError("destination #")
           << index << " has elements of type " << type
           << ", too narrow for positions in rows of " << *size;
  return success();
}

/// A destination must have one element for each logit, or for each row.
static LogicalResult verifyDestinationMap(RowOpInterface op, unsigned index) {
  AffineMap map = op.getDestinationMap(index);
  ResultKind kind = op.getResultKindsArray()[index];
  size_t expected = op.getNumLoops();
  if (isPerRow(kind))
    expected -= op.getRowDims().size();
  bool indexesRowDim =
      isPerRow(kind) && llvm::any_of(op.getRowDims(), [&](int64_t dim) {
        return map.isFunctionOfDim(dim);
      });
  if (map.isProjectedPermutation() && map.getNumResults() == expected &&
      !indexesRowDim)
    return success();
  return op.emitOpError("indexing map of result #")
         << index << " (" << stringifyResultKind(kind) << ") must index "
         << (isPerRow(kind) ? "each dimension outside 'dims'"
                            : "each loop dimension")
         << " exactly once";
}

/// How the text form names operand `index`: `input #0` or
/// `destination #0 (probabilities)`.
static std::string getOperandName(RowOpInterface op, unsigned index) {
  unsigned numInputs = op.getRowInputs().size();
  if (index < numInputs)
    return llvm::formatv("input #{0}", index);
  return llvm::formatv(
      "destination #{0} ({1})", index - numInputs,
      stringifyResultKind(op.getResultKindsArray()[index - numInputs]));
}

/// The operand has the rank that its map wants. Whoever left the maps out is
/// not told of them.
static LogicalResult verifyRank(RowOpInterface op, unsigned index, int64_t rank,
                                AffineMap map) {
  int64_t expected = map.getNumResults();
  if (expected == rank)
    return success();
  if (!hasDefaultMaps(op))
    return op.emitOpError("indexing map #")
           << index << " has " << expected
           << " results, but the operand has rank " << rank;
  bool isForRows = expected != op.getNumLoops();
  return op.emitOpError() << getOperandName(op, index) << " has rank " << rank
                          << ", but must have rank " << expected
                          << (op.isAttention()
                                  ? ", as queries have; say with "
                                    "'indexing_maps' if it is to have another"
                              : isForRows
                                  ? ": one dimension for each outside 'dims'"
                                  : ", as the iteration space has; say with "
                                    "'indexing_maps' if it is to have fewer");
}

static LogicalResult verifyShape(RowOpInterface op, unsigned index,
                                 ShapedType type, AffineMap map,
                                 ArrayRef<int64_t> loopExtents) {
  for (auto [position, extent, result] :
       llvm::enumerate(type.getShape(), map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(result);
    int64_t expected = dim ? loopExtents[dim.getPosition()] : 1;
    if (ShapedType::isDynamic(extent) || ShapedType::isDynamic(expected) ||
        extent == expected)
      continue;
    if (!hasDefaultMaps(op))
      return op.emitOpError("operand #")
             << index << " has extent " << extent << " in dimension "
             << position << ", but its indexing map wants " << expected;
    return op.emitOpError()
           << getOperandName(op, index) << " has extent " << extent
           << " in dimension " << position << ", but dimension "
           << dim.getPosition() << " of the iteration space has " << expected;
  }
  return success();
}

bool lse::isProjection(AffineMap map) {
  llvm::SmallBitVector used(map.getNumDims());
  for (AffineExpr result : map.getResults()) {
    if (result == getAffineConstantExpr(0, map.getContext()))
      continue;
    auto dim = dyn_cast<AffineDimExpr>(result);
    if (!dim || used.test(dim.getPosition()))
      return false;
    used.set(dim.getPosition());
  }
  return map.getNumSymbols() == 0;
}

static LogicalResult verifyMapsAndShapes(RowOpInterface op) {
  SmallVector<Value> operands(op.getRowInputs());
  llvm::append_range(operands, op.getDestinations());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<int64_t> extents = op.getLoopExtents();
  llvm::SmallBitVector covered(op.getNumLoops());
  for (auto [index, operand, map] : llvm::enumerate(operands, maps)) {
    if (isa<UnrankedTensorType, UnrankedMemRefType>(operand.getType()))
      return op.emitOpError("operand #") << index << " must be ranked";
    auto shaped = dyn_cast<ShapedType>(operand.getType());
    if (shaped && !isa<RankedTensorType, MemRefType>(shaped))
      return op.emitOpError("operand #")
             << index << " must be a tensor, a memref or a scalar, not "
             << shaped;
    int64_t rank = shaped ? shaped.getRank() : 0;
    if (!isProjection(map))
      return op.emitOpError("indexing map #")
             << index << " must be a projected permutation";
    if (failed(verifyRank(op, index, rank, map)) ||
        (shaped && failed(verifyShape(op, index, shaped, map, extents))))
      return failure();
    for (AffineExpr result : map.getResults())
      if (auto dim = dyn_cast<AffineDimExpr>(result))
        covered.set(dim.getPosition());
  }
  if (!covered.all())
    return op.emitOpError("loop dimension ")
           << covered.find_first_unset() << " is not indexed by any operand";
  return success();
}

/// What the region of `op` has to yield, in words.
static std::string describeYielded(RowOpInterface op) {
  unsigned count = op.getNumTerms();
  std::string text =
      std::to_string(count) + (count == 1 ? " value" : " values");
  StringRef separator = ", and may yield ";
  for (ExtraTerm term : op.getExtraTerms()) {
    StringRef article =
        StringRef("aeiou").contains(term.name[0]) ? "an " : "a ";
    text += (separator + article + term.name).str();
    separator = " and then ";
  }
  return text;
}

static LogicalResult verifyLogitRegion(RowOpInterface op) {
  Block *body = op.getLogitBody();
  size_t numInputs = op.getRowInputs().size();
  size_t numArguments = op.isAttention() ? numInputs - 2 : numInputs;
  if (body->getNumArguments() != numArguments)
    return op.emitOpError("logit region has ")
           << body->getNumArguments() << " arguments, but "
           << (op.isAttention() ? "the score and the inputs after queries, "
                                  "keys and values are "
                                : "there are ")
           << numArguments << (op.isAttention() ? "" : " inputs");
  if (op.isAttention() && !isa<FloatType>(body->getArgument(0).getType()))
    return op.emitOpError("argument #0 of the logit region is a score, which "
                          "must be floating-point, not ")
           << body->getArgument(0).getType();
  for (auto [index, input] : llvm::enumerate(op.getRowInputs())) {
    Type elementType = getElementTypeOrSelf(input);
    if (!elementType.isIntOrIndexOrFloat())
      return op.emitOpError("input #")
             << index << " must have integer or floating-point elements, not "
             << elementType;
    BlockArgument argument = op.getElementOfInput(index);
    if (!argument) {
      if (!isa<FloatType>(elementType))
        return op.emitOpError("input #")
               << index << " must have floating-point elements, not "
               << elementType;
      continue;
    }
    if (argument.getType() != elementType)
      return op.emitOpError("argument #")
             << argument.getArgNumber() << " of the logit region is "
             << argument.getType() << ", but the input has elements of type "
             << elementType;
  }
  if (!isa<YieldOp>(body->getTerminator()))
    return op.emitOpError("logit region must end with 'lse.yield'");
  unsigned numYielded = body->getTerminator()->getNumOperands();
  size_t mostYielded = op.getNumTerms() + op.getExtraTerms().size();
  if (numYielded < op.getNumTerms() || numYielded > mostYielded)
    return op.emitOpError("logit region yields ")
           << numYielded << " values, but must yield " << describeYielded(op);
  for (Operation &inner : body->without_terminator()) {
    if (!isMemoryEffectFree(&inner) || inner.getNumRegions() != 0)
      return inner.emitOpError(
          "is not allowed in a logit region: only scalar operations without "
          "side effects are");
    for (Type type : inner.getResultTypes())
      if (!type.isIntOrIndexOrFloat())
        return inner.emitOpError("has a result of type ")
               << type << " in a logit region, where only scalars are allowed";
  }
  return success();
}

std::optional<std::string> lse::findChangeInRow(RowOpInterface op, Value term) {
  SetVector<Value> parts;
  parts.insert(term);
  for (size_t next = 0; next < parts.size(); ++next) {
    if (Operation *inner = parts[next].getDefiningOp()) {
      if (auto index = dyn_cast<IndexOp>(inner);
          index && llvm::is_contained(op.getRowDims(), int64_t(index.getDim())))
        return "changes along dimension " + std::to_string(index.getDim());
      if (isa<IsClassOp>(inner))
        return "depends on which class an element is";
      parts.insert_range(inner->getOperands());
    } else if (op.isAttention() &&
               parts[next] == op.getLogitBody()->getArgument(0)) {
      return "is made of the score";
    }
  }
  for (size_t input = 0; input < op.getRowInputs().size(); ++input)
    if (parts.contains(op.getElementOfInput(input)))
      for (int64_t dim : op.getRowDims())
        if (op.getInputMap(input).isFunctionOfDim(dim))
          return "changes along dimension " + std::to_string(dim);
  return std::nullopt;
}

/// `value`, which the region of `op` yields as a `name`, is the same for all of
/// a row.
static LogicalResult verifyOfRow(RowOpInterface op, Value value,
                                 StringRef name) {
  if (std::optional<std::string> change = findChangeInRow(op, value))
    return op.emitOpError("yields a ")
           << name << " that " << *change
           << "; it must be the same for all of a row";
  return success();
}

LogicalResult lse::detail::verifyRowOp(RowOpInterface op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  size_t numInputs = op.getRowInputs().size();
  size_t numOuts = op.getDestinations().size();
  if (numOuts == 0)
    return op.emitOpError("needs at least one destination");
  if (kinds.size() != numOuts)
    return op.emitOpError("has ") << kinds.size() << " result kinds for "
                                  << numOuts << " destinations";
  if (maps.size() != numInputs + numOuts)
    return op.emitOpError("has ") << maps.size() << " indexing maps for "
                                  << numInputs + numOuts << " operands";
  for (auto [index, map] : llvm::enumerate(maps))
    if (map.getNumDims() != maps.front().getNumDims())
      return op.emitOpError("indexing map #")
             << index << " has " << map.getNumDims()
             << " dimensions, the first one has " << maps.front().getNumDims();
  if (op.isAttention() && numInputs < 3)
    return op.emitOpError("needs queries, keys and values as inputs");
  if (op.getFromLogits() && !isa<SoftmaxGradOp, LogSoftmaxGradOp>(op))
    return op.emitOpError("always has logits; 'from_logits' is for gradients "
                          "of probabilities");
  if (auto entmax = dyn_cast<EntmaxOp>(*op))
    if (const APFloat &alpha = entmax.getAlpha();
        !alpha.isFinite() || alpha.convertToDouble() <= 1.0)
      return op.emitOpError("needs a finite 'alpha' above 1; at 1 it would be "
                            "'lse.softmax'");
  if (failed(verifyResultKinds(op)))
    return failure();
  if (failed(verifyRowDims(op)) || failed(verifyMapsAndShapes(op)))
    return failure();
  for (size_t index = 0; index < numOuts; ++index) {
    if (failed(verifyDestinationType(op, index)) ||
        (!op.isAttention() && failed(verifyDestinationMap(op, index))))
      return failure();
  }
  if (op.isAttention() && failed(verifyAttentionDims(op)))
    return failure();
  bool hasMemRefs =
      llvm::any_of(op->getOperandTypes(), llvm::IsaPred<MemRefType>);
  bool hasTensors =
      llvm::any_of(op->getOperandTypes(), llvm::IsaPred<RankedTensorType>);
  if (hasMemRefs && hasTensors)
    return op.emitOpError("mixes tensors and memrefs");
  if (failed(verifyLogitRegion(op)))
    return failure();
  if (isa<LogSumExpGradOp>(op) &&
      failed(verifyOfRow(op, op.getLogitBody()->getTerminator()->getOperand(1),
                         "gradient")))
    return failure();
  for (auto [term, value] : llvm::zip(op.getExtraTerms(), op.getExtraValues()))
    if (term.isOfRow && failed(verifyOfRow(op, value, term.name)))
      return failure();
  return success();
}
