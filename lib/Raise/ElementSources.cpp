//===- ElementSources.cpp - Where elements come from ----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementSources.h"

using namespace mlir;
using namespace mlir::lse;

const ScalarExpr *lse::skipWidening(const ScalarExpr *expr) {
  while (expr->isApply("arith.extf"))
    expr = expr->operands.front();
  return expr;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

const ScalarExpr *ElementSources::bindAxes(const ScalarExpr *body,
                                           ArrayRef<BoundAxis> axes) {
  MLIRContext *context = notation.getContext();
  DenseMap<AffineExpr, AffineExpr> map;
  for (const BoundAxis &axis : axes)
    map[getAffineDimExpr(axis.position, context)] =
        axis.extent.size == 1 ? getAffineConstantExpr(0, context)
                              : parts.getIndex(parts.addLoop(axis.extent));
  return notation.substitute(body, map);
}

llvm::SmallBitVector
ElementSources::getPartsOf(const ScalarExpr *access) const {
  llvm::SmallBitVector used(parts.getExtents().size());
  for (AffineExpr index : access->indices)
    if (std::optional<SmallVector<int64_t>> own = parts.getPartsOf(index))
      for (int64_t part : *own)
        used.set(part);
  return used;
}

llvm::SmallBitVector ElementSources::getPartsOfLoops(unsigned begin,
                                                     unsigned end) const {
  llvm::SmallBitVector used(parts.getExtents().size());
  for (unsigned loop = begin; loop < end; ++loop)
    for (int64_t part : parts.getParts(loop))
      used.set(part);
  return used;
}

bool ElementSources::hasWholeDims(const ScalarExpr *access,
                                  bool isKnown) const {
  llvm::SmallBitVector used(parts.getExtents().size());
  for (auto [dim, index] : llvm::enumerate(access->indices)) {
    Extent extent = notation.getExtent(access->source, dim);
    bool isOnlyPart = !extent.isStatic() && isa<AffineDimExpr>(index);
    if (!parts.isWhole(index, extent) && !(isKnown && isOnlyPart))
      return false;
    SmallVector<int64_t> own = *parts.getPartsOf(index);
    for (int64_t part : own) {
      if (used.test(part))
        return false;
      used.set(part);
    }
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

const ScalarExpr *ElementSources::getOrigin(const ScalarExpr *access) {
  const ScalarExpr *origin = notation.getDefinition(access);
  return origin ? origin : lookThroughReshape(notation, parts, access);
}

/// The number that `expr` is, rounded as the source does; nothing if it is
/// none.
static std::optional<APFloat> getNumber(const ScalarExpr *expr) {
  if (expr->kind == ScalarExpr::Kind::Constant)
    if (auto number = dyn_cast<FloatAttr>(expr->constant))
      return number.getValue();
  if (!expr->isApply("arith.truncf") && !expr->isApply("arith.extf"))
    return std::nullopt;
  std::optional<APFloat> number = getNumber(expr->operands.front());
  bool isInexact;
  if (number)
    number->convert(cast<FloatType>(expr->type).getFloatSemantics(),
                    APFloat::rmNearestTiesToEven, &isInexact);
  return number;
}

const ScalarExpr *ElementSources::skipScale(const ScalarExpr *expr,
                                            const ScalarExpr *&number) {
  if (!expr->isApply("arith.mulf"))
    return nullptr;
  for (unsigned place : {1, 0}) {
    number = readSources(expr->operands[place]);
    std::optional<APFloat> value;
    if (number)
      value = getNumber(number);
    if (value && value->isFiniteNonZero())
      return expr->operands[1 - place];
  }
  return nullptr;
}

const ScalarExpr *
ElementSources::findSource(const ScalarExpr *expr,
                           SmallVectorImpl<const ScalarExpr *> *scales) {
  const ScalarExpr *source = nullptr;
  SmallVector<const ScalarExpr *> numbers;
  Type type = expr->type;
  bool isKnown = false;
  expr = skipWidening(expr);
  for (unsigned step = 0; expr && step < maxSteps; ++step) {
    const ScalarExpr *number = nullptr;
    if (const ScalarExpr *unscaled =
            scales && expr->type == type ? skipScale(expr, number) : nullptr) {
      numbers.push_back(number);
      expr = skipWidening(unscaled);
      continue;
    }
    if (expr->kind != ScalarExpr::Kind::Access ||
        !isa<RankedTensorType>(expr->source.getType()))
      break;
    // What all elements of a tensor are moved from is a whole tensor, too.
    isKnown = hasWholeDims(expr, isKnown);
    if (isKnown) {
      source = expr;
      if (scales)
        scales->append(numbers);
      numbers.clear();
    }
    expr = getOrigin(expr);
    expr = expr ? skipWidening(expr) : nullptr;
  }
  return source;
}

const ScalarExpr *ElementSources::readSources(const ScalarExpr *expr) {
  switch (expr->kind) {
  case ScalarExpr::Kind::Access:
    if (!isa<RankedTensorType>(expr->source.getType()))
      return expr;
    if (const ScalarExpr *definition = notation.getDefinition(expr))
      if (definition->kind == ScalarExpr::Kind::Constant)
        return definition;
    return findSource(expr);
  case ScalarExpr::Kind::Apply: {
    SmallVector<const ScalarExpr *> operands;
    for (const ScalarExpr *operand : expr->operands) {
      operands.push_back(readSources(operand));
      if (!operands.back())
        return nullptr;
    }
    return notation.getApply(*expr->name, expr->attributes, expr->type,
                             operands);
  }
  case ScalarExpr::Kind::Constant:
    return expr;
  case ScalarExpr::Kind::Index:
    // A loop that is cut is no dimension any more.
    return isa<AffineDimExpr>(expr->indices.front()) ? expr : nullptr;
  default:
    return nullptr;
  }
}
