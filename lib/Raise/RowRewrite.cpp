//===- RowRewrite.cpp - From a match to an operation ----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowRewrite.h"
#include "LoopParts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Emission
//===----------------------------------------------------------------------===//

namespace {

/// Emits each part of a scalar expression once.
class LogitEmitter {
public:
  /// Emits into the region of the operation itself, or into that of a
  /// `linalg.generic` if not `isInRegion`, whose arguments are `elements`.
  LogitEmitter(OpBuilder &builder, Location loc, const RowRewrite &rewrite,
               ValueRange elements, bool isInRegion)
      : builder(builder), loc(loc), rewrite(rewrite), isInRegion(isInRegion) {
    ArrayRef<const ScalarExpr *> accesses = rewrite.accesses;
    if (const auto &attention = rewrite.match.attention) {
      emitted[attention->score] = elements.front();
      accesses = accesses.drop_front(3);
      elements = elements.drop_front();
    }
    for (auto [access, element] : llvm::zip(accesses, elements))
      emitted[access] = element;
  }

  /// All that the operation's region is to yield.
  SmallVector<Value> emitTerms() {
    return llvm::map_to_vector(
        rewrite.match.getTerms(),
        [&](const ScalarExpr *term) { return emit(term); });
  }

private:
  Value emit(const ScalarExpr *expr) {
    if (Value known = emitted.lookup(expr))
      return known;
    Value created = create(expr);
    return emitted[expr] = created;
  }

  Value create(const ScalarExpr *expr) {
    if (expr->kind == ScalarExpr::Kind::Constant)
      return arith::ConstantOp::create(builder, loc, expr->constant);
    if (expr->kind == ScalarExpr::Kind::Index) {
      unsigned loop = cast<AffineDimExpr>(expr->indices.front()).getPosition();
      int64_t dim = llvm::find(rewrite.order, loop) - rewrite.order.begin();
      if (isInRegion)
        return IndexOp::create(builder, loc, dim);
      return linalg::IndexOp::create(builder, loc, dim);
    }
    assert(expr->kind == ScalarExpr::Kind::Apply && "not collected");
    OperationState state(loc, *expr->name);
    for (const ScalarExpr *operand : expr->operands)
      state.operands.push_back(emit(operand));
    state.addTypes(expr->type);
    state.addAttributes(expr->attributes.getValue());
    return builder.create(state)->getResult(0);
  }

  OpBuilder &builder;
  Location loc;
  const RowRewrite &rewrite;
  bool isInRegion;
  DenseMap<const ScalarExpr *, Value> emitted;
};

/// Creates what takes the place of one root.
class RewriteBuilder {
public:
  RewriteBuilder(const RowRewrite &rewrite, DenseMap<Value, Value> &replaced)
      : rewrite(rewrite), match(rewrite.match), replaced(replaced),
        root(match.root), rootType(cast<RankedTensorType>(root.getType())),
        loc(root.getLoc()), builder(root.getDefiningOp()) {}

  RowOpInterface run();

private:
  Value current(Value value) const {
    auto it = replaced.find(value);
    return it == replaced.end() ? value : it->second;
  }
  OpFoldResult getExtent(unsigned loop) {
    const Extent &extent = match.loops[loop];
    if (extent.isStatic())
      return builder.getIndexAttr(extent.size);
    return tensor::getMixedSize(builder, loc, current(extent.source),
                                extent.dim);
  }
  /// What `access` reads from, with each dimension that several loops make up
  /// taken apart.
  Value getInput(const ScalarExpr *access);
  AffineMap getInputMap(const ScalarExpr *access) const;
  /// The loops that index an operand of an attention unless written otherwise,
  /// in the operation's numbering.
  SmallVector<unsigned> getDefaultLoops(const ScalarExpr *access) const;
  Value createDestination();
  /// What the operation's region would yield, as tensors.
  SmallVector<Value> createTermTensors(ArrayRef<Value> inputs,
                                       ArrayRef<AffineMap> maps);
  /// Adds up `result` over the loops that the root sums rows' results over.
  Value sumRows(Value result);
  /// `result` times the factor and plus the offset of the match.
  Value scaleAndOffset(Value result);
  /// `result`, of the dimensions that the operation has, in the root's shape.
  Value toRootShape(Value result);

  const RowRewrite &rewrite;
  const RowMatch &match;
  DenseMap<Value, Value> &replaced;
  Value root;
  RankedTensorType rootType;
  Location loc;
  OpBuilder builder;
};

} // namespace

Value RewriteBuilder::getInput(const ScalarExpr *access) {
  Value source = current(access->source);
  if (!match.attention || !isa<RankedTensorType>(source.getType()))
    return source;
  SmallVector<ReassociationIndices> groups;
  SmallVector<OpFoldResult> extents;
  bool isMerged = false;
  for (auto [dim, index] : llvm::enumerate(access->indices)) {
    SmallVector<int64_t> loops = getMergedLoops(index, match.loops.size());
    isMerged |= loops.size() > 1;
    ReassociationIndices &group = groups.emplace_back();
    for (int64_t loop : loops) {
      group.push_back(extents.size());
      extents.push_back(getExtent(loop));
    }
    if (loops.empty()) {
      group.push_back(extents.size());
      extents.push_back(builder.getIndexAttr(1));
    }
  }
  if (!isMerged)
    return source;
  SmallVector<int64_t> shape = decomposeMixedValues(extents).first;
  auto type = RankedTensorType::get(shape, getElementTypeOrSelf(source));
  return tensor::ExpandShapeOp::create(builder, loc, type, source, groups,
                                       extents);
}

SmallVector<unsigned>
RewriteBuilder::getDefaultLoops(const ScalarExpr *access) const {
  unsigned numLoops = rewrite.order.size();
  if (!match.attention)
    return llvm::to_vector(llvm::seq<unsigned>(0, numLoops));
  const AttentionParts &attention = *match.attention;
  unsigned numRows = match.rowLoops.size();
  unsigned numScores = attention.scoreLoops.size();
  unsigned firstRow =
      llvm::find(rewrite.order, unsigned(match.rowLoops.front())) -
      rewrite.order.begin();
  unsigned firstScore = firstRow + numRows;
  unsigned firstValue = firstScore + numScores;
  // The last loop before those of keys is that of queries.
  bool hasQuery = access != attention.key && access != attention.value;
  SmallVector<unsigned> loops = llvm::to_vector(llvm::seq<unsigned>(
      0, hasQuery || firstRow == 0 ? firstRow : firstRow - 1));
  auto append = [&](unsigned begin, unsigned end) {
    llvm::append_range(loops, llvm::seq<unsigned>(begin, end));
  };
  if (access != attention.query)
    append(firstRow, firstScore);
  if (access == attention.query || access == attention.key)
    append(firstScore, firstValue);
  if (access == attention.value)
    append(firstValue, numLoops);
  return loops;
}

AffineMap RewriteBuilder::getInputMap(const ScalarExpr *access) const {
  MLIRContext *context = builder.getContext();
  unsigned numLoops = rewrite.order.size();
  DenseMap<AffineExpr, AffineExpr> renumbered;
  for (auto [position, loop] : llvm::enumerate(rewrite.order))
    renumbered[getAffineDimExpr(loop, context)] =
        getAffineDimExpr(position, context);
  SmallVector<AffineExpr> indices;
  for (AffineExpr index : access->indices) {
    SmallVector<int64_t> loops;
    if (match.attention)
      loops = getMergedLoops(index, match.loops.size());
    if (loops.empty())
      indices.push_back(index.replace(renumbered));
    for (int64_t loop : loops)
      indices.push_back(renumbered.lookup(getAffineDimExpr(loop, context)));
  }
  // An operand with all dimensions is read in order: an index of 0 is as good
  // as that of a loop which runs once. But a sink has no loop of a row.
  SmallVector<unsigned> inOrder = getDefaultLoops(access);
  if (indices.size() == inOrder.size())
    for (auto [index, loop] : llvm::zip(indices, inOrder)) {
      bool isOfRow =
          llvm::is_contained(match.rowLoops, int64_t(rewrite.order[loop]));
      if (isa<AffineConstantExpr>(index) && !(match.sink && isOfRow) &&
          match.loops[rewrite.order[loop]].size == 1)
        index = getAffineDimExpr(loop, context);
    }
  return AffineMap::get(numLoops, /*symbolCount=*/0, indices, context);
}

Value RewriteBuilder::createDestination() {
  if (Value own = rewrite.getOwnDestination())
    return own;
  SmallVector<OpFoldResult> extents;
  for (int64_t dim : rewrite.resultDims)
    extents.push_back(getExtent(dim));
  return tensor::EmptyOp::create(builder, loc, extents,
                                 rootType.getElementType());
}

SmallVector<Value> RewriteBuilder::createTermTensors(ArrayRef<Value> inputs,
                                                     ArrayRef<AffineMap> maps) {
  SmallVector<OpFoldResult> extents;
  for (unsigned loop : rewrite.order)
    extents.push_back(getExtent(loop));
  SmallVector<Value> outs;
  SmallVector<AffineMap> allMaps(maps);
  for (const ScalarExpr *term : match.getTerms()) {
    outs.push_back(tensor::EmptyOp::create(builder, loc, extents, term->type));
    allMaps.push_back(builder.getMultiDimIdentityMap(rewrite.order.size()));
  }
  SmallVector<utils::IteratorType> iterators(rewrite.order.size(),
                                             utils::IteratorType::parallel);
  auto genericOp = linalg::GenericOp::create(
      builder, loc, ValueRange(outs).getTypes(), inputs, outs, allMaps,
      iterators, [&](OpBuilder &b, Location, ValueRange elements) {
        linalg::YieldOp::create(b, loc,
                                LogitEmitter(b, loc, rewrite, elements,
                                             /*isInRegion=*/false)
                                    .emitTerms());
      });
  return llvm::to_vector_of<Value>(genericOp.getResults());
}

Value RewriteBuilder::sumRows(Value result) {
  if (match.summedLoops.empty())
    return result;
  Type type = rootType.getElementType();
  SmallVector<int64_t> summed;
  SmallVector<OpFoldResult> extents;
  for (auto [position, loop] : llvm::enumerate(rewrite.resultDims)) {
    if (llvm::is_contained(match.summedLoops, loop))
      summed.push_back(position);
    else
      extents.push_back(getExtent(loop));
  }
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getFloatAttr(type, 0.0));
  Value empty = tensor::EmptyOp::create(builder, loc, extents, type);
  Value init = linalg::FillOp::create(builder, loc, zero, empty).getResult(0);
  return linalg::ReduceOp::create(
             builder, loc, result, init, summed,
             [&](OpBuilder &b, Location, ValueRange elements) {
               linalg::YieldOp::create(
                   b, loc,
                   arith::AddFOp::create(b, loc, elements[0], elements[1])
                       .getResult());
             })
      .getResult(0);
}

Value RewriteBuilder::scaleAndOffset(Value result) {
  if (match.offset == 0.0 && match.factor == 1.0)
    return result;
  unsigned rank = rewrite.resultDims.size();
  AffineMap identity = builder.getMultiDimIdentityMap(rank);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, result.getType(), ValueRange(), result, identity,
             iterators,
             [&](OpBuilder &b, Location, ValueRange elements) {
               auto number = [&](double value) -> Value {
                 return arith::ConstantOp::create(
                     b, loc, b.getFloatAttr(rootType.getElementType(), value));
               };
               Value element = elements[0];
               if (match.factor != 1.0)
                 element = arith::MulFOp::create(b, loc, element,
                                                 number(match.factor));
               if (match.offset != 0.0)
                 element = arith::AddFOp::create(b, loc, element,
                                                 number(match.offset));
               linalg::YieldOp::create(b, loc, element);
             })
      .getResult(0);
}

Value RewriteBuilder::toRootShape(Value result) {
  if (match.attention && rewrite.resultDims.size() > size_t(rootType.getRank()))
    return tensor::CollapseShapeOp::create(builder, loc, rootType, result,
                                           match.attention->rootDims);
  SmallVector<int64_t> dims = llvm::to_vector(
      llvm::make_filter_range(rewrite.resultDims, [&](int64_t loop) {
        return !llvm::is_contained(match.summedLoops, loop);
      }));
  if (dims.size() < size_t(rootType.getRank())) {
    // Dimensions of extent 1 go with the one before them, or the first.
    SmallVector<ReassociationIndices> groups(dims.size());
    size_t group = 0;
    for (int64_t dim = 0; dim < rootType.getRank() && !groups.empty(); ++dim) {
      if (group + 1 < groups.size() && dim == dims[group + 1])
        ++group;
      groups[group].push_back(dim);
    }
    SmallVector<OpFoldResult> extents;
    for (int64_t dim = 0; dim < rootType.getRank(); ++dim)
      extents.push_back(getExtent(dim));
    result = tensor::ExpandShapeOp::create(builder, loc, rootType, result,
                                           groups, extents);
  }
  if (result.getType() != rootType)
    result = tensor::CastOp::create(builder, loc, rootType, result);
  return result;
}

RowOpInterface RewriteBuilder::run() {
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (const ScalarExpr *access : rewrite.accesses) {
    inputs.push_back(getInput(access));
    maps.push_back(getInputMap(access));
  }
  unsigned numLoops = rewrite.order.size();
  if (rewrite.needsLogitTensor) {
    inputs = createTermTensors(inputs, maps);
    maps.assign(inputs.size(), builder.getMultiDimIdentityMap(numLoops));
  }
  SmallVector<AffineExpr> resultExprs;
  for (int64_t dim : rewrite.resultDims)
    resultExprs.push_back(builder.getAffineDimExpr(
        llvm::find(rewrite.order, unsigned(dim)) - rewrite.order.begin()));
  maps.push_back(AffineMap::get(numLoops, /*symbolCount=*/0, resultExprs,
                                builder.getContext()));
  SmallVector<int64_t> rowDims;
  for (auto [position, loop] : llvm::enumerate(rewrite.order))
    if (llvm::is_contained(match.rowLoops, int64_t(loop)))
      rowDims.push_back(position);

  OperationName name =
      match.name.value_or(getRowOpName(builder.getContext(), match.kind));
  RowOpInterface op = createRowOp(
      builder, loc, name, inputs, createDestination(), maps, rowDims,
      match.kind,
      [&](OpBuilder &b, Location, ValueRange elements) {
        return rewrite.needsLogitTensor
                   ? llvm::to_vector(elements)
                   : LogitEmitter(b, loc, rewrite, elements,
                                  /*isInRegion=*/true)
                         .emitTerms();
      },
      match.attention ? match.attention->score->type : Type());
  op.setStabilized(!match.isShifted);
  op.setRowDeath(match.rowDeath);
  op.setFromLogits(match.isFromLogits);
  Value result = toRootShape(sumRows(scaleAndOffset(op->getResult(0))));
  root.replaceAllUsesWith(result);
  replaced[root] = result;
  return op;
}

RowOpInterface lse::applyRewrite(const RowRewrite &rewrite, Numerics numerics,
                                 DenseMap<Value, Value> &replaced) {
  RowOpInterface op = RewriteBuilder(rewrite, replaced).run();
  op.setNumerics(numerics);
  return op;
}
