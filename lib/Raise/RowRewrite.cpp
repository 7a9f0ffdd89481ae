//===- RowRewrite.cpp - From a match to an operation ----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowRewrite.h"
#include "LogitEmitter.h"
#include "LoopParts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// Creates what takes the place of one root.
class RewriteBuilder {
public:
  RewriteBuilder(const RowRewrite &rewrite, DenseMap<Value, Value> &replaced)
      : rewrite(rewrite), match(rewrite.match), replaced(replaced),
        root(match.root), rootType(cast<RankedTensorType>(root.getType())),
        loc(root.getLoc()),
        builder(rewrite.place ? rewrite.place : root.getDefiningOp()) {}

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
  /// A tensor with the extents of `loops`.
  Value createEmpty(ArrayRef<int64_t> loops, Type elementType);
  /// The loops that index a log-sum-exp beside the output, in order; `maps` are
  /// those of the inputs.
  SmallVector<int64_t> getSumLoops(ArrayRef<AffineMap> maps) const;
  /// The map of a result that `loops` index.
  AffineMap getResultMap(ArrayRef<int64_t> loops);
  /// What the operation's region would yield, as tensors.
  SmallVector<Value> createTermTensors(ArrayRef<Value> inputs,
                                       ArrayRef<AffineMap> maps);
  /// Adds up `result` over the loops that the root sums rows' results over.
  Value sumRows(Value result);
  /// `result` times the factor and plus the offset of `match`.
  Value scaleAndOffset(Value result, const RowMatch &match);
  /// `result`, which `loops` index, as a tensor of type `type`, each dimension
  /// of which is made of a group of them; none if it has extent 1.
  Value reshape(Value result, RankedTensorType type, ArrayRef<int64_t> loops,
                ArrayRef<ReassociationIndices> groups);
  /// `result`, of the dimensions that the operation has, in the root's shape.
  Value toRootShape(Value result);
  /// `result`, which `loops` index, as the log-sum-exp `sum`.
  Value toSumShape(Value result, ArrayRef<int64_t> loops, const SumBeside &sum);
  /// Puts the log-sum-exps beside the output of `op`, which `loops` index, in
  /// the place of their roots.
  void replaceSums(RowOpInterface op, ArrayRef<int64_t> loops);

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

Value RewriteBuilder::createEmpty(ArrayRef<int64_t> loops, Type elementType) {
  SmallVector<OpFoldResult> extents;
  for (int64_t loop : loops)
    extents.push_back(getExtent(loop));
  return tensor::EmptyOp::create(builder, loc, extents, elementType);
}

Value RewriteBuilder::createDestination() {
  if (Value own = rewrite.getOwnDestination())
    return own;
  return createEmpty(rewrite.resultDims, rootType.getElementType());
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

Value RewriteBuilder::scaleAndOffset(Value result, const RowMatch &match) {
  if (match.offset == 0.0 && match.factor == 1.0)
    return result;
  auto type = cast<RankedTensorType>(result.getType());
  unsigned rank = type.getRank();
  AffineMap identity = builder.getMultiDimIdentityMap(rank);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, result.getType(), ValueRange(), result, identity,
             iterators,
             [&](OpBuilder &b, Location, ValueRange elements) {
               auto number = [&](double value) -> Value {
                 return arith::ConstantOp::create(
                     b, loc, b.getFloatAttr(type.getElementType(), value));
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

Value RewriteBuilder::reshape(Value result, RankedTensorType type,
                              ArrayRef<int64_t> loops,
                              ArrayRef<ReassociationIndices> groups) {
  SmallVector<ReassociationIndices> merged, split;
  // Dimensions of extent 1 go with the one before them, or the first.
  ReassociationIndices leading;
  for (auto [dim, group] : llvm::enumerate(groups)) {
    if (!group.empty()) {
      merged.push_back(group);
      split.push_back(std::move(leading));
      leading.clear();
    }
    (split.empty() ? leading : split.back()).push_back(dim);
  }
  if (merged.size() < loops.size())
    result = tensor::CollapseShapeOp::create(builder, loc, result, merged);
  if (merged.size() < groups.size()) {
    SmallVector<OpFoldResult> extents;
    int64_t dim = 0;
    for (const ReassociationIndices &group : groups) {
      if (group.empty())
        extents.push_back(builder.getIndexAttr(1));
      else if (group.size() == 1)
        extents.push_back(getExtent(loops[group.front()]));
      else
        extents.push_back(tensor::getMixedSize(builder, loc, result, dim));
      dim += !group.empty();
    }
    auto expanded = RankedTensorType::get(decomposeMixedValues(extents).first,
                                          type.getElementType());
    result = tensor::ExpandShapeOp::create(builder, loc, expanded, result,
                                           split, extents);
  }
  if (result.getType() != type)
    result = tensor::CastOp::create(builder, loc, type, result);
  return result;
}

Value RewriteBuilder::toRootShape(Value result) {
  if (match.attention)
    return reshape(result, rootType, rewrite.resultDims,
                   match.attention->rootDims);
  SmallVector<int64_t> loops;
  SmallVector<ReassociationIndices> groups(rootType.getRank());
  for (int64_t loop : rewrite.resultDims) {
    if (llvm::is_contained(match.summedLoops, loop))
      continue;
    groups[loop].push_back(loops.size());
    loops.push_back(loop);
  }
  return reshape(result, rootType, loops, groups);
}

//===----------------------------------------------------------------------===//
// Log-sum-exps beside attention
//===----------------------------------------------------------------------===//

SmallVector<int64_t>
RewriteBuilder::getSumLoops(ArrayRef<AffineMap> maps) const {
  // A loop of one iteration is that of a query if an input is indexed by it.
  SmallVector<int64_t> units;
  for (auto [dim, loop] : llvm::enumerate(rewrite.order)) {
    bool isOfRoot = llvm::is_contained(rewrite.resultDims, int64_t(loop));
    if (match.loops[loop].size == 1 && isOfRoot &&
        llvm::any_of(llvm::enumerate(maps), [&, dim = dim](auto map) {
          return map.index() != 2 && map.value().isFunctionOfDim(dim);
        }))
      units.push_back(loop);
  }
  auto *unit = units.begin();
  SmallVector<int64_t> loops;
  for (ArrayRef<int64_t> dim : rewrite.sums.front().rootDims) {
    llvm::append_range(loops, dim);
    if (dim.empty() && unit != units.end())
      loops.push_back(*unit++);
  }
  loops.append(unit, units.end());
  return loops;
}

Value RewriteBuilder::toSumShape(Value result, ArrayRef<int64_t> loops,
                                 const SumBeside &sum) {
  SmallVector<ReassociationIndices> groups(sum.rootDims.size());
  size_t current = 0;
  bool isAny = false;
  for (auto [position, loop] : llvm::enumerate(loops)) {
    auto *dim = llvm::find_if(sum.rootDims, [&](ArrayRef<int64_t> own) {
      return llvm::is_contained(own, loop);
    });
    size_t next = current + isAny;
    if (dim != sum.rootDims.end())
      current = dim - sum.rootDims.begin();
    else if (next < groups.size() && sum.rootDims[next].empty())
      current = next;
    if (!groups.empty())
      groups[current].push_back(position);
    isAny = true;
  }
  return reshape(result, cast<RankedTensorType>(sum.match.root.getType()),
                 loops, groups);
}

void RewriteBuilder::replaceSums(RowOpInterface op, ArrayRef<int64_t> loops) {
  DominanceInfo dominance;
  for (const SumBeside &sum : rewrite.sums) {
    Value own = sum.match.root;
    Value result =
        toSumShape(scaleAndOffset(op->getResult(1), sum.match), loops, sum);
    // Others are not needed any more.
    own.replaceUsesWithIf(result, [&](OpOperand &use) {
      return dominance.properlyDominates(result, use.getOwner());
    });
    replaced[own] = result;
  }
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

AffineMap RewriteBuilder::getResultMap(ArrayRef<int64_t> loops) {
  SmallVector<AffineExpr> exprs;
  for (int64_t loop : loops)
    exprs.push_back(builder.getAffineDimExpr(
        llvm::find(rewrite.order, unsigned(loop)) - rewrite.order.begin()));
  return AffineMap::get(rewrite.order.size(), /*symbolCount=*/0, exprs,
                        builder.getContext());
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
  SmallVector<Value> outs = {createDestination()};
  SmallVector<ResultKind> kinds = {match.kind};
  SmallVector<int64_t> sumLoops;
  if (!rewrite.sums.empty())
    sumLoops = getSumLoops(maps);
  maps.push_back(getResultMap(rewrite.resultDims));
  if (!rewrite.sums.empty()) {
    Value first = rewrite.sums.front().match.root;
    outs.push_back(createEmpty(sumLoops, getElementTypeOrSelf(first)));
    kinds.push_back(ResultKind::LogSumExp);
    maps.push_back(getResultMap(sumLoops));
  }
  SmallVector<int64_t> rowDims;
  for (auto [position, loop] : llvm::enumerate(rewrite.order))
    if (llvm::is_contained(match.rowLoops, int64_t(loop)))
      rowDims.push_back(position);

  OperationName name =
      match.name.value_or(getRowOpName(builder.getContext(), match.kind));
  RowOpInterface op = createRowOp(
      builder, loc, name, inputs, outs, maps, rowDims, kinds,
      [&](OpBuilder &b, Location, ValueRange elements) {
        return rewrite.needsLogitTensor
                   ? llvm::to_vector(elements)
                   : LogitEmitter(b, loc, rewrite, elements,
                                  /*isInRegion=*/true)
                         .emitTerms();
      },
      match.attention ? match.attention->score->type : Type());
  op.setStabilized(!match.isShifted ||
                   llvm::any_of(rewrite.sums, [](const SumBeside &sum) {
                     return !sum.match.isShifted;
                   }));
  op.setRowDeath(match.rowDeath);
  op.setFromLogits(match.isFromLogits);
  Value result = toRootShape(sumRows(scaleAndOffset(op->getResult(0), match)));
  root.replaceAllUsesWith(result);
  replaced[root] = result;
  replaceSums(op, sumLoops);
  return op;
}

RowOpInterface lse::applyRewrite(const RowRewrite &rewrite, Numerics numerics,
                                 DenseMap<Value, Value> &replaced) {
  RowOpInterface op = RewriteBuilder(rewrite, replaced).run();
  op.setNumerics(numerics);
  return op;
}
