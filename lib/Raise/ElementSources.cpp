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

std::optional<APFloat> ElementSources::getNumber(const ScalarExpr *expr) {
  for (unsigned step = 0;
       expr && expr->kind == ScalarExpr::Kind::Access && step < maxSteps;
       ++step)
    expr = isa<RankedTensorType>(expr->source.getType())
               ? notation.getDefinition(expr)
               : nullptr;
  if (!expr)
    return std::nullopt;
  if (expr->kind == ScalarExpr::Kind::Constant) {
    auto number = dyn_cast<FloatAttr>(expr->constant);
    return number ? std::optional(number.getValue()) : std::nullopt;
  }
  if (!expr->isApply("arith.truncf") && !expr->isApply("arith.extf"))
    return std::nullopt;
  // Rounded as the source does.
  std::optional<APFloat> number = getNumber(expr->operands.front());
  bool isInexact;
  if (number)
    number->convert(cast<FloatType>(expr->type).getFloatSemantics(),
                    APFloat::rmNearestTiesToEven, &isInexact);
  return number;
}

std::optional<std::pair<const ScalarExpr *, APFloat>>
ElementSources::splitScale(const ScalarExpr *expr) {
  if (expr->isApply("arith.divf")) {
    std::optional<APFloat> divisor = getNumber(expr->operands[1]);
    APFloat inverse(0.0);
    if (divisor && divisor->getExactInverse(&inverse))
      return std::pair(expr->operands[0], inverse);
  }
  if (!expr->isApply("arith.mulf"))
    return std::nullopt;
  for (unsigned place : {1, 0})
    if (std::optional<APFloat> number = getNumber(expr->operands[place]))
      return std::pair(expr->operands[1 - place], *number);
  return std::nullopt;
}

/// True if products with `number` overflow and vanish about where those without
/// it do.
static bool isModerate(const APFloat &number) {
  constexpr int mostBits = 16;
  return number.isFiniteNonZero() && std::abs(ilogb(number)) <= mostBits;
}

const ScalarExpr *ElementSources::findSource(const ScalarExpr *expr,
                                             APFloat *scale) {
  const ScalarExpr *source = nullptr;
  Type type = expr->type;
  bool isKnown = false;
  std::optional<APFloat> current;
  if (scale)
    current = *scale;
  expr = skipWidening(expr);
  for (unsigned step = 0; expr && step < maxSteps; ++step) {
    if (current && expr->type == type)
      if (auto scaled = splitScale(expr)) {
        *current = *current * scaled->second;
        if (!isModerate(*current))
          break;
        expr = skipWidening(scaled->first);
        continue;
      }
    if (expr->kind != ScalarExpr::Kind::Access ||
        !isa<RankedTensorType>(expr->source.getType()))
      break;
    // What all elements of a tensor are moved from is a whole tensor, too.
    isKnown = hasWholeDims(expr, isKnown);
    if (isKnown) {
      source = expr;
      if (scale)
        *scale = *current;
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
