//===- RowRewrite.cpp - From a match to an operation ----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowRewrite.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Planning
//===----------------------------------------------------------------------===//

/// Collects what the terms of `rewrite` read, in the order in which they do;
/// false if a part of it can be computed neither in a logit region nor by
/// `linalg.generic`.
static bool collectAccesses(RowRewrite &rewrite) {
  DenseSet<const ScalarExpr *> reached;
  SmallVector<const ScalarExpr *> worklist =
      llvm::to_vector(llvm::reverse(rewrite.match.getTerms()));
  while (!worklist.empty()) {
    const ScalarExpr *part = worklist.pop_back_val();
    if (!reached.insert(part).second)
      continue;
    llvm::append_range(worklist, llvm::reverse(part->operands));
    switch (part->kind) {
    case ScalarExpr::Kind::Constant:
    case ScalarExpr::Kind::Apply:
      break;
    case ScalarExpr::Kind::Index:
      if (!isa<AffineDimExpr>(part->indices.front()))
        return false;
      break;
    case ScalarExpr::Kind::Access:
      if (!AffineMap::get(rewrite.match.loops.size(), /*symbolCount=*/0,
                          part->indices, part->source.getContext())
               .isProjectedPermutation(/*allowZeroInResults=*/true))
        rewrite.needsLogitTensor = true;
      rewrite.accesses.push_back(part);
      break;
    case ScalarExpr::Kind::Gather:
    case ScalarExpr::Kind::Reduce:
    case ScalarExpr::Kind::Accumulator:
      return false;
    }
  }
  return true;
}

/// True if each row dimension indexes an input. One along which elements are
/// only repeated does not, and a result with one element per row has no such
/// dimension to tell the operation how often.
static bool indexesRows(const RowRewrite &rewrite) {
  return llvm::all_of(rewrite.match.rowLoops, [&](int64_t loop) {
    return llvm::any_of(rewrite.accesses, [&](const ScalarExpr *access) {
      return llvm::is_contained(
          access->indices, getAffineDimExpr(loop, access->source.getContext()));
    });
  });
}

/// The access whose indices tell the order of the loops: the one that has most
/// of them, those of the row above all.
static const ScalarExpr *getMainAccess(const RowRewrite &rewrite) {
  const ScalarExpr *main = nullptr;
  size_t most = 0;
  for (const ScalarExpr *access : rewrite.accesses) {
    size_t score = 0;
    for (AffineExpr index : access->indices)
      if (auto dim = dyn_cast<AffineDimExpr>(index))
        score += 1 + rewrite.match.loops.size() *
                         llvm::is_contained(rewrite.match.rowLoops,
                                            int64_t(dim.getPosition()));
    if (!main || score > most) {
      main = access;
      most = score;
    }
  }
  return main;
}

/// Orders the loops of an operation with one element per row as its main input
/// has them. Dimensions of extent 1 that only the root has, for example one
/// that keeps the place of the row, are no loops.
static void orderLoops(RowRewrite &rewrite) {
  const RowMatch &match = rewrite.match;
  size_t rank = match.loops.size() - match.rowLoops.size();
  llvm::SmallBitVector isPlaced(match.loops.size());
  auto place = [&](unsigned loop) {
    rewrite.order.push_back(loop);
    isPlaced.set(loop);
  };
  auto nextUnitLoop = [&]() -> std::optional<unsigned> {
    for (unsigned loop = 0; loop < rank; ++loop)
      if (!isPlaced[loop] && match.loops[loop].size == 1)
        return loop;
    return std::nullopt;
  };
  if (const ScalarExpr *main = getMainAccess(rewrite))
    for (AffineExpr index : main->indices) {
      if (auto dim = dyn_cast<AffineDimExpr>(index))
        place(dim.getPosition());
      else if (std::optional<unsigned> unit = nextUnitLoop())
        place(*unit);
    }
  SmallVector<unsigned> outer;
  for (unsigned loop = 0; loop < match.loops.size(); ++loop) {
    if (isPlaced[loop])
      continue;
    if (loop >= rank)
      place(loop);
    else if (match.loops[loop].size != 1)
      outer.push_back(loop);
  }
  rewrite.order.insert(rewrite.order.begin(), outer.begin(), outer.end());
  for (unsigned loop = 0; loop < rank; ++loop)
    if (llvm::is_contained(rewrite.order, loop))
      rewrite.resultDims.push_back(loop);
}

FailureOr<RowRewrite> lse::planRewrite(const RowMatch &match) {
  RowRewrite rewrite;
  rewrite.match = match;
  if (!collectAccesses(rewrite))
    return failure();
  if (isPerRow(match.kind)) {
    rewrite.needsLogitTensor |= !indexesRows(rewrite);
    orderLoops(rewrite);
  } else {
    llvm::append_range(rewrite.order, llvm::seq<unsigned>(match.loops.size()));
    llvm::append_range(rewrite.resultDims,
                       llvm::seq<int64_t>(match.loops.size()));
  }
  return rewrite;
}

/// The destination of what defines `root`, whose content does not matter any
/// more, if it has one of the shape that `rewrite` needs.
static Value getOwnDestination(const RowRewrite &rewrite) {
  Value root = rewrite.match.root;
  if (!rewrite.match.summedLoops.empty())
    return {};
  auto producer = root.getDefiningOp<DestinationStyleOpInterface>();
  bool hasAllDims = rewrite.resultDims.size() ==
                    size_t(cast<RankedTensorType>(root.getType()).getRank());
  return producer && hasAllDims
             ? producer.getTiedOpOperand(cast<OpResult>(root))->get()
             : Value();
}

SmallVector<Value> RowRewrite::getUses() const {
  SmallVector<Value> uses;
  for (const ScalarExpr *access : accesses)
    uses.push_back(access->source);
  for (const Extent &extent : match.loops)
    if (!extent.isStatic())
      uses.push_back(extent.source);
  if (Value destination = getOwnDestination(*this))
    uses.push_back(destination);
  return uses;
}

//===----------------------------------------------------------------------===//
// Emission
//===----------------------------------------------------------------------===//

namespace {

/// Emits each part of a scalar expression once.
class LogitEmitter {
public:
  /// Emits into the region of the operation itself, or into that of a
  /// `linalg.generic` if not `isInRegion`.
  LogitEmitter(OpBuilder &builder, Location loc, const RowRewrite &rewrite,
               ValueRange elements, bool isInRegion)
      : builder(builder), loc(loc), rewrite(rewrite), elements(elements),
        isInRegion(isInRegion) {}

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
    if (expr->kind == ScalarExpr::Kind::Access)
      return elements[llvm::find(rewrite.accesses, expr) -
                      rewrite.accesses.begin()];
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
  ValueRange elements;
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
  AffineMap getInputMap(const ScalarExpr *access) const;
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

AffineMap RewriteBuilder::getInputMap(const ScalarExpr *access) const {
  MLIRContext *context = builder.getContext();
  unsigned numLoops = rewrite.order.size();
  DenseMap<AffineExpr, AffineExpr> renumbered;
  for (auto [position, loop] : llvm::enumerate(rewrite.order))
    renumbered[getAffineDimExpr(loop, context)] =
        getAffineDimExpr(position, context);
  SmallVector<AffineExpr> indices;
  for (AffineExpr index : access->indices)
    indices.push_back(index.replace(renumbered));
  // An operand with all dimensions is read in order: an index of 0 is as good
  // as that of a loop which runs once.
  if (indices.size() == numLoops)
    for (unsigned position = 0; position < numLoops; ++position)
      if (isa<AffineConstantExpr>(indices[position]) &&
          match.loops[rewrite.order[position]].size == 1)
        indices[position] = getAffineDimExpr(position, context);
  return AffineMap::get(numLoops, /*symbolCount=*/0, indices, context);
}

Value RewriteBuilder::createDestination() {
  if (Value own = getOwnDestination(rewrite))
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
    inputs.push_back(current(access->source));
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
      match.kind, [&](OpBuilder &b, Location, ValueRange elements) {
        return rewrite.needsLogitTensor
                   ? llvm::to_vector(elements)
                   : LogitEmitter(b, loc, rewrite, elements,
                                  /*isInRegion=*/true)
                         .emitTerms();
      });
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
