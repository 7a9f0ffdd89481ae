//===- IndexNotation.cpp - Tensors as scalars at indices ------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/IndexNotation.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

const ScalarExpr *IndexNotation::lookup(Value value,
                                        const Environment &environment,
                                        Block *body) {
  if (const ScalarExpr *known = environment.lookup(value))
    return known;
  // What the body itself could not evaluate is no scalar from above it.
  if (value.getParentBlock() == body || !value.getType().isIntOrIndexOrFloat())
    return nullptr;
  TypedAttr constant;
  if (matchPattern(value, m_Constant(&constant)))
    return getConstant(constant);
  return getAccess(value, {});
}

void IndexNotation::evaluateBody(Block *body, ArrayRef<AffineExpr> loops,
                                 ArrayRef<Extent> extents,
                                 Environment &environment) {
  if (body->getOperations().size() > maxBodyLength)
    return;
  for (Operation &op : body->without_terminator()) {
    if (auto indexOp = dyn_cast<linalg::IndexOp>(op)) {
      environment[indexOp] =
          getIndex(loops[indexOp.getDim()], indexOp.getType());
      continue;
    }
    TypedAttr constant;
    if (matchPattern(&op, m_Constant(&constant))) {
      environment[op.getResult(0)] = getConstant(constant);
      continue;
    }
    if (auto select = dyn_cast<arith::SelectOp>(op);
        select && selectsOwnIndex(select, loops, extents, environment)) {
      environment[select] = environment.lookup(select.getFalseValue());
      continue;
    }
    // Scalars that are wrapped into tensors for a moment, as the unsimplified
    // conversion from StableHLO writes them.
    if (isa<tensor::FromElementsOp, tensor::ExtractOp>(op)) {
      const ScalarExpr *scalar =
          isa<tensor::ExtractOp>(op) ? environment.lookup(op.getOperand(0))
          : op.getNumOperands() == 1
              ? lookup(op.getOperand(0), environment, body)
              : nullptr;
      auto extract = dyn_cast<tensor::ExtractOp>(op);
      if (!scalar && extract)
        scalar = evaluateGather(extract, loops, extents, environment);
      if (scalar)
        environment[op.getResult(0)] = scalar;
      continue;
    }
    if (op.getNumResults() != 1 || op.getNumRegions() != 0 ||
        !isMemoryEffectFree(&op) ||
        !op.getResult(0).getType().isIntOrIndexOrFloat() ||
        !llvm::all_of(op.getOperandTypes(),
                      [](Type type) { return type.isIntOrIndexOrFloat(); }))
      continue;
    SmallVector<const ScalarExpr *> operands;
    for (Value operand : op.getOperands())
      operands.push_back(lookup(operand, environment, body));
    if (!llvm::is_contained(operands, nullptr))
      environment[op.getResult(0)] =
          getApply(op.getName(), op.getAttrDictionary(),
                   op.getResult(0).getType(), operands);
  }
}

bool IndexNotation::selectsOwnIndex(arith::SelectOp op,
                                    ArrayRef<AffineExpr> loops,
                                    ArrayRef<Extent> extents,
                                    const Environment &environment) {
  auto isOne = op.getCondition().getDefiningOp<arith::CmpIOp>();
  if (!isOne || isOne.getPredicate() != arith::CmpIPredicate::eq ||
      !matchPattern(isOne.getRhs(), m_One()) ||
      !matchPattern(op.getTrueValue(), m_Zero()))
    return false;
  const ScalarExpr *index = environment.lookup(op.getFalseValue());
  if (!index || index->kind != ScalarExpr::Kind::Index)
    return false;
  const auto *loop = llvm::find(loops, index->indices.front());
  return loop != loops.end() &&
         getSize(isOne.getLhs()) == extents[loop - loops.begin()];
}

const ScalarExpr *IndexNotation::evaluateGather(
    tensor::ExtractOp extract, ArrayRef<AffineExpr> loops,
    ArrayRef<Extent> extents, const Environment &environment) {
  SmallVector<const ScalarExpr *> indices;
  SmallVector<AffineExpr> affine;
  Value tensor = extract.getTensor();
  for (auto [dim, operand] : llvm::enumerate(extract.getIndices())) {
    const ScalarExpr *index = lookup(operand, environment, extract->getBlock());
    if (!index)
      return nullptr;
    indices.push_back(index);
    Extent extent = getExtent(tensor, dim);
    if (extent.size == 1)
      affine.push_back(getAffineConstantExpr(0, context));
    else if (index->kind == ScalarExpr::Kind::Index)
      for (auto [loop, itsExtent] : llvm::zip(loops, extents))
        if (loop == index->indices.front() && itsExtent == extent)
          affine.push_back(loop);
  }
  return affine.size() == indices.size() ? getAccess(tensor, affine)
                                         : getGather(tensor, indices);
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

/// True if each result of `map` is 0 or a dimension, and no dimension is one
/// twice. Unlike for `isProjectedPermutation`, there may be more results than
/// dimensions.
static bool isProjection(AffineMap map) {
  llvm::SmallBitVector used(map.getNumDims());
  return llvm::all_of(map.getResults(), [&](AffineExpr expr) {
    if (auto constant = dyn_cast<AffineConstantExpr>(expr))
      return constant.getValue() == 0;
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim || used.test(dim.getPosition()))
      return false;
    used.set(dim.getPosition());
    return true;
  });
}

Definition IndexNotation::defineStructured(linalg::LinalgOp op,
                                           unsigned result) {
  OpOperand *init = op.getDpsInitOperand(result);
  AffineMap outMap = op.getMatchingIndexingMap(init);
  unsigned numLoops = op.getNumLoops();
  if (!op.hasPureTensorSemantics() || !isProjection(outMap))
    return {};

  // A constant index reaches all of a dimension only where that is one element.
  auto type = cast<RankedTensorType>(init->get().getType());
  for (auto [dim, index] : llvm::enumerate(outMap.getResults()))
    if (isa<AffineConstantExpr>(index) && type.getDimSize(dim) != 1)
      return {};
  // Loops that index the result are its dimensions, the others are bound.
  SmallVector<AffineExpr> loops(numLoops);
  SmallVector<Extent> extents(numLoops);
  for (auto [position, expr] : llvm::enumerate(outMap.getResults()))
    if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
      loops[dim.getPosition()] = getAffineDimExpr(position, context);
      extents[dim.getPosition()] = getExtent(init->get(), position);
    }
  SmallVector<BoundAxis> bound;
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  for (unsigned loop = 0; loop < numLoops; ++loop) {
    // Other results may be reduced along what this one has a dimension for.
    if (loops[loop])
      continue;
    if (iterators[loop] != utils::IteratorType::reduction)
      return {};
    AffineExpr dim = getAffineDimExpr(loop, context);
    std::optional<Extent> extent;
    for (OpOperand *input : op.getDpsInputOperands())
      if (auto position =
              op.getMatchingIndexingMap(input).getResultPosition(dim)) {
        extent = getExtent(input->get(), *position);
        break;
      }
    if (!extent)
      return {};
    loops[loop] = getAffineDimExpr(nextBoundPosition, context);
    extents[loop] = *extent;
    bound.push_back({nextBoundPosition++, *extent});
  }

  auto elementOf = [&](OpOperand *operand) -> const ScalarExpr * {
    if (!isa<RankedTensorType>(operand->get().getType()))
      return lookup(operand->get(), Environment(), /*body=*/nullptr);
    SmallVector<AffineExpr> indices;
    for (AffineExpr expr : op.getMatchingIndexingMap(operand).getResults())
      indices.push_back(expr.replaceDims(loops));
    if (transparent.contains(operand->get()))
      if (const Definition *inner = getDefinition(operand->get()))
        return substitute(inner->value, indices);
    return getAccess(operand->get(), indices);
  };
  Environment environment;
  Block *body = op.getBlock();
  ScalarExpr accumulatorExpr;
  accumulatorExpr.kind = ScalarExpr::Kind::Accumulator;
  accumulatorExpr.type = getElementTypeOrSelf(init->get());
  const ScalarExpr *accumulator = intern(std::move(accumulatorExpr));
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    bool isInit = op.isDpsInit(&operand);
    // Another result's accumulator stands for nothing this result may use.
    if (isInit && &operand != init && op.getNumReductionLoops() > 0)
      continue;
    if (isInit && !bound.empty()) {
      environment[argument] = accumulator;
      continue;
    }
    if (const ScalarExpr *element = elementOf(&operand))
      environment[argument] = element;
  }
  evaluateBody(body, loops, extents, environment);
  const ScalarExpr *value =
      lookup(body->getTerminator()->getOperand(result), environment, body);
  if (value && !bound.empty()) {
    const ScalarExpr *start = elementOf(init);
    const Definition *startDefinition = getDefinition(init->get());
    if (start && startDefinition && startDefinition->value)
      start = substitute(startDefinition->value, start->indices);
    value = closeReduction(value, accumulator, start, bound);
  }
  if (!value)
    return {};
  Definition definition;
  definition.value = value;
  return definition;
}

Definition IndexNotation::defineReshape(Operation *op) {
  // Each dimension of the larger shape is an index of 0 or the index of the
  // group it belongs to. Two dimensions that are not 1 in a group would need a
  // quotient and a remainder, unless an earlier value has the same ones.
  bool expands = isa<tensor::ExpandShapeOp>(op);
  Value source = op->getOperand(0);
  Value large = expands ? op->getResult(0) : source;
  auto groups =
      expands ? cast<tensor::ExpandShapeOp>(op).getReassociationIndices()
              : cast<tensor::CollapseShapeOp>(op).getReassociationIndices();
  auto largeType = cast<RankedTensorType>(large.getType());
  SmallVector<AffineExpr> indices(
      cast<RankedTensorType>(source.getType()).getRank(),
      getAffineConstantExpr(0, context));
  for (auto [group, members] : llvm::enumerate(groups)) {
    std::optional<int64_t> only;
    for (int64_t member : members) {
      if (largeType.getDimSize(member) == 1)
        continue;
      if (only)
        return defineByOrigin(op);
      only = member;
    }
    if (!only)
      continue;
    if (expands)
      indices[group] = getAffineDimExpr(*only, context);
    else
      indices[*only] = getAffineDimExpr(group, context);
  }
  Definition definition;
  definition.value = getAccess(source, indices);
  return definition;
}

Definition IndexNotation::defineConditionalBroadcast(Operation *op,
                                                     unsigned result) {
  auto ifOp = cast<scf::IfOp>(op);
  Value value = op->getResult(result);
  if (ifOp.getElseRegion().empty())
    return {};
  Value repeated = ifOp.thenYield().getOperand(result);
  Value plain = ifOp.elseYield().getOperand(result);
  const Definition *definition = getDefinition(repeated);
  if (!definition || definition->value->kind != ScalarExpr::Kind::Access ||
      definition->value->source != plain || plain.getType() != value.getType())
    return {};
  // An index of 0 where the extent is 1 and nothing has made it more.
  SmallVector<AffineExpr> indices;
  for (auto [dim, index] : llvm::enumerate(definition->value->indices)) {
    AffineExpr own = getAffineDimExpr(dim, context);
    indices.push_back(own);
    if (index == own || getExtent(plain, dim).size == 1)
      continue;
    if (index != getAffineConstantExpr(0, context) ||
        getExtent(value, dim) != getExtent(plain, dim))
      return {};
    auto compare = ifOp.getCondition().getDefiningOp<arith::CmpIOp>();
    std::optional<Extent> tested =
        compare && compare.getPredicate() == arith::CmpIPredicate::eq &&
                matchPattern(compare.getRhs(), m_One())
            ? getSize(compare.getLhs())
            : std::nullopt;
    if (!tested || *tested != getExtent(plain, dim))
      return {};
  }
  Definition same;
  same.value = getAccess(plain, indices);
  return same;
}

std::optional<SmallVector<AffineExpr>>
IndexNotation::getReshapedIndices(Value source, Value result) {
  auto sourceType = cast<RankedTensorType>(source.getType());
  auto resultType = cast<RankedTensorType>(result.getType());
  auto longDims = [](RankedTensorType type) {
    SmallVector<int64_t> dims;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (type.getDimSize(dim) != 1)
        dims.push_back(dim);
    return dims;
  };
  SmallVector<int64_t> from = longDims(sourceType), to = longDims(resultType);
  // The number of elements is the same, so a single dynamic extent is too,
  // unless there are none.
  if (from.size() != to.size() || sourceType.getNumDynamicDims() > 1 ||
      resultType.getNumDynamicDims() > 1 ||
      llvm::is_contained(sourceType.getShape(), 0))
    return std::nullopt;
  SmallVector<AffineExpr> indices(sourceType.getRank(),
                                  getAffineConstantExpr(0, context));
  for (auto [sourceDim, resultDim] : llvm::zip(from, to)) {
    if (sourceType.getDimSize(sourceDim) != resultType.getDimSize(resultDim))
      return std::nullopt;
    indices[sourceDim] = getAffineDimExpr(resultDim, context);
  }
  return indices;
}

Definition IndexNotation::defineByOrigin(Operation *reshape) {
  auto [origin, indices] = getReshapeOrigin(reshape);
  Definition definition;
  if (origin)
    definition.value = getAccess(origin, indices);
  return definition;
}

static bool isReshape(Operation *op) {
  return isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
                         tosa::ReshapeOp>(op);
}

std::pair<Value, SmallVector<AffineExpr>>
IndexNotation::getReshapeOrigin(Operation *op) {
  Value result = op->getResult(0);
  for (unsigned step = 0; step < maxRecursion && isReshape(op); ++step) {
    Value source = op->getOperand(0);
    if (!isa<RankedTensorType>(source.getType()))
      break;
    if (auto indices = getReshapedIndices(source, result))
      return {source, *indices};
    op = source.getDefiningOp();
  }
  return {};
}

Definition IndexNotation::defineElementwise(Operation *op, unsigned result) {
  SmallVector<const ScalarExpr *> operands;
  for (Value operand : op->getOperands()) {
    SmallVector<AffineExpr> indices;
    if (auto type = dyn_cast<RankedTensorType>(operand.getType()))
      for (int64_t dim = 0; dim < type.getRank(); ++dim)
        indices.push_back(getAffineDimExpr(dim, context));
    operands.push_back(getAccess(operand, indices));
  }
  Definition definition;
  definition.value =
      getApply(op->getName(), op->getAttrDictionary(),
               getElementTypeOrSelf(op->getResult(result)), operands);
  return definition;
}

Definition IndexNotation::defineSoftmax(linalg::SoftmaxOp op) {
  Type type = getElementTypeOrSelf(op.getInput());
  if (!op.hasPureTensorSemantics() || !isa<FloatType>(type) ||
      type != getElementTypeOrSelf(op.getOutput()))
    return {};
  auto apply = [&](StringRef name,
                   std::initializer_list<const ScalarExpr *> operands) {
    return getApply(OperationName(name, context), DictionaryAttr::get(context),
                    type, operands);
  };
  unsigned dim = op.getDimension();
  Extent extent = getExtent(op.getInput(), dim);
  SmallVector<AffineExpr> indices;
  for (int64_t i = 0; i < op.getInputOperandRank(); ++i)
    indices.push_back(getAffineDimExpr(i, context));
  const ScalarExpr *element = getAccess(op.getInput(), indices);
  auto reduce = [&](ReductionKind kind, const ScalarExpr *body) {
    DenseMap<AffineExpr, AffineExpr> bind;
    bind[indices[dim]] = getAffineDimExpr(nextBoundPosition, context);
    BoundAxis axis{nextBoundPosition++, extent};
    return getReduce(kind, /*ignoresNaN=*/false, substitute(body, bind), axis);
  };
  const ScalarExpr *shifted =
      apply(arith::SubFOp::getOperationName(),
            {element, reduce(ReductionKind::Maximum, element)});
  const ScalarExpr *exponential =
      apply(math::ExpOp::getOperationName(), {shifted});
  Definition definition;
  definition.value =
      apply(arith::DivFOp::getOperationName(),
            {exponential, reduce(ReductionKind::Sum, exponential)});
  return definition;
}

Definition IndexNotation::define(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || !isa<RankedTensorType>(value.getType()))
    return {};
  DenseElementsAttr elements;
  if (matchPattern(value, m_Constant(&elements))) {
    Definition definition;
    if (elements.isSplat() && elements.getElementType().isIntOrIndexOrFloat())
      definition.value =
          getConstant(cast<TypedAttr>(elements.getSplatValue<Attribute>()));
    return definition;
  }
  unsigned result = cast<OpResult>(value).getResultNumber();
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return defineStructured(linalgOp, result);
  if (auto softmaxOp = dyn_cast<linalg::SoftmaxOp>(op))
    return defineSoftmax(softmaxOp);
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return defineReshape(op);
  if (isa<scf::IfOp>(op))
    return defineConditionalBroadcast(op, result);
  if (isa_and_nonnull<tosa::TosaDialect>(op->getDialect()))
    return isMemoryEffectFree(op) ? defineTosa(op) : Definition();
  if (isa<tensor::CastOp>(op) || op->hasTrait<OpTrait::Elementwise>()) {
    if (llvm::any_of(op->getOperandTypes(), llvm::IsaPred<UnrankedTensorType>))
      return {};
    if (op->getNumRegions() != 0 || !isMemoryEffectFree(op) ||
        !hasKnownExtents(value))
      return {};
    Definition definition = defineElementwise(op, result);
    if (isa<tensor::CastOp>(op))
      definition.value = definition.value->operands.front();
    return definition;
  }
  return {};
}

const Definition *IndexNotation::getDefinition(Value value) {
  auto it = definitions.find(value);
  if (it == definitions.end()) {
    if (recursion >= maxRecursion)
      return nullptr;
    llvm::SaveAndRestore deeper(recursion, recursion + 1);
    auto definition = std::make_unique<Definition>(define(value));
    if (definition->value)
      for (int64_t dim = 0,
                   rank = cast<RankedTensorType>(value.getType()).getRank();
           dim < rank; ++dim)
        definition->extents.push_back(getExtent(value, dim));
    it = definitions.try_emplace(value, std::move(definition)).first;
  }
  return it->second->value ? it->second.get() : nullptr;
}

const ScalarExpr *IndexNotation::getDefinition(const ScalarExpr *access) {
  if (!isa<RankedTensorType>(access->source.getType()))
    return nullptr;
  const Definition *definition = getDefinition(access->source);
  return definition ? substitute(definition->value, access->indices) : nullptr;
}
