//===- ElementwiseBody.cpp - Bodies that become logit regions -------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementwiseBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::lse;

bool lse::isElementwise(linalg::LinalgOp op) {
  return op.hasPureTensorSemantics() && op->getNumResults() == 1 &&
         op.getNumParallelLoops() == op.getNumLoops() &&
         op.getIndexingMapsArray().back().isPermutation() &&
         !op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)) &&
         llvm::all_of(op.getBlock()->without_terminator(), [](Operation &op) {
           return isMemoryEffectFree(&op) && op.getNumRegions() == 0 &&
                  llvm::all_of(op.getResultTypes(), [](Type type) {
                    return type.isIntOrIndexOrFloat();
                  });
         });
}

AffineMap lse::getLoops(AffineMap map, AffineMap rowMap) {
  return inversePermutation(map).compose(rowMap);
}

/// The number that `value`, a scalar or a tensor, holds everywhere; null if
/// that is not known.
static TypedAttr getConstant(Value value) {
  Attribute constant;
  if (!matchPattern(value, m_Constant(&constant)))
    return {};
  if (auto splat = dyn_cast<SplatElementsAttr>(constant))
    return splat.getSplatValue<TypedAttr>();
  return isa<FloatAttr, IntegerAttr>(constant) ? cast<TypedAttr>(constant)
                                               : TypedAttr();
}

SmallVector<Source> lse::getSources(linalg::LinalgOp op, AffineMap loops) {
  SmallVector<Source> sources;
  for (auto [value, argument, map] :
       llvm::zip(op.getDpsInputs(), op.getBlock()->getArguments(),
                 op.getIndexingMapsArray()))
    sources.push_back(
        {value, argument, map.compose(loops), getConstant(value)});
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegion(0), captured);
  AffineMap scalar = AffineMap::get(loops.getNumDims(), 0, loops.getContext());
  for (Value value : captured)
    sources.push_back({value, value, scalar, getConstant(value)});
  return sources;
}

SmallVector<Source> lse::getDistinct(ArrayRef<Source> sources) {
  SmallVector<Source> distinct;
  for (const Source &source : sources)
    if (!source.constant && !llvm::is_contained(distinct, source))
      distinct.push_back(source);
  return distinct;
}

bool lse::mayIndex(AffineMap map, Value value) {
  auto type = dyn_cast<ShapedType>(value.getType());
  return isProjection(map) &&
         llvm::all_of(llvm::enumerate(map.getResults()), [&](auto result) {
           return !isa<AffineConstantExpr>(result.value()) ||
                  type.getDimSize(result.index()) == 1;
         });
}

bool lse::isReadable(const Source &source) {
  return source.constant || (mayIndex(source.map, source.value) &&
                             source.inBody.getType().isIntOrIndexOrFloat());
}

void lse::mapSources(OpBuilder &builder, ArrayRef<Source> sources,
                     ValueRange elements, IRMapping &mapping) {
  SmallVector<Source> distinct = getDistinct(sources);
  for (const Source &source : sources) {
    Value element;
    if (source.constant)
      element = arith::ConstantOp::create(builder, source.inBody.getLoc(),
                                          source.constant);
    else
      element = elements[llvm::find(distinct, source) - distinct.begin()];
    mapping.map(source.inBody, element);
  }
}

void lse::cloneScalar(OpBuilder &builder, Operation &inner, AffineMap loops,
                      IRMapping &mapping) {
  auto index = dyn_cast<linalg::IndexOp>(inner);
  if (!index) {
    builder.clone(inner, mapping);
    return;
  }
  Location loc = inner.getLoc();
  Value position;
  if (auto dim = dyn_cast<AffineDimExpr>(loops.getResult(index.getDim())))
    position = IndexOp::create(builder, loc, dim.getPosition());
  else
    position = arith::ConstantIndexOp::create(builder, loc, 0);
  mapping.map(index.getResult(), position);
}

SmallVector<Value> lse::cloneTerms(OpBuilder &builder, RowOpInterface op,
                                   ValueRange elements, IRMapping &mapping) {
  Block *body = op.getLogitBody();
  mapping.map(body->getArguments(), elements);
  for (Operation &inner : body->without_terminator())
    builder.clone(inner, mapping);
  return llvm::map_to_vector(
      body->getTerminator()->getOperands(),
      [&](Value term) { return mapping.lookupOrDefault(term); });
}
