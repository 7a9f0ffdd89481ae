//===- ScalarExpr.cpp - Scalar expressions at indices ---------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/IndexNotation.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::lse;

void ScalarExpr::Profile(llvm::FoldingSetNodeID &id) const {
  id.AddInteger(static_cast<unsigned>(kind));
  id.AddPointer(type.getAsOpaquePointer());
  id.AddPointer(source.getAsOpaquePointer());
  id.AddPointer(constant ? Attribute(constant).getAsOpaquePointer() : nullptr);
  id.AddPointer(name ? name->getAsOpaquePointer() : nullptr);
  id.AddPointer(attributes ? attributes.getAsOpaquePointer() : nullptr);
  id.AddInteger(static_cast<unsigned>(reduction));
  id.AddBoolean(ignoresNaN);
  id.AddInteger(indices.size());
  for (AffineExpr index : indices)
    id.AddPointer(index.getAsOpaquePointer());
  id.AddInteger(operands.size());
  for (const ScalarExpr *operand : operands)
    id.AddPointer(operand);
  for (const BoundAxis &axis : axes)
    id.AddInteger(axis.position);
}

const ScalarExpr *IndexNotation::intern(ScalarExpr &&expr) {
  llvm::FoldingSetNodeID id;
  expr.Profile(id);
  void *position;
  if (ScalarExpr *known = expressions.FindNodeOrInsertPos(id, position))
    return known;
  auto *node = new (allocator.Allocate()) ScalarExpr(std::move(expr));
  expressions.InsertNode(node, position);
  return node;
}

const ScalarExpr *IndexNotation::getAccess(Value source,
                                           ArrayRef<AffineExpr> indices) {
  ScalarExpr expr;
  expr.kind = ScalarExpr::Kind::Access;
  expr.type = getElementTypeOrSelf(source);
  expr.source = source;
  // A dimension of extent 1 has one index, however it is spelled.
  for (auto [position, index] : llvm::enumerate(indices))
    expr.indices.push_back(getExtent(source, position).size == 1
                               ? getAffineConstantExpr(0, context)
                               : index);
  return intern(std::move(expr));
}

const ScalarExpr *
IndexNotation::getGather(Value source, ArrayRef<const ScalarExpr *> indices) {
  ScalarExpr expr;
  expr.kind = ScalarExpr::Kind::Gather;
  expr.type = getElementTypeOrSelf(source);
  expr.source = source;
  expr.operands.assign(indices.begin(), indices.end());
  return intern(std::move(expr));
}

const ScalarExpr *IndexNotation::getConstant(TypedAttr value) {
  ScalarExpr expr;
  expr.kind = ScalarExpr::Kind::Constant;
  expr.type = value.getType();
  expr.constant = value;
  return intern(std::move(expr));
}

const ScalarExpr *IndexNotation::getIndex(AffineExpr index, Type type) {
  ScalarExpr expr;
  expr.kind = ScalarExpr::Kind::Index;
  expr.type = type;
  expr.indices.push_back(index);
  return intern(std::move(expr));
}

const ScalarExpr *
IndexNotation::getApply(OperationName name, DictionaryAttr attributes,
                        Type type, ArrayRef<const ScalarExpr *> operands) {
  ScalarExpr expr;
  expr.kind = ScalarExpr::Kind::Apply;
  expr.type = type;
  expr.name = name;
  expr.attributes = attributes;
  expr.operands.assign(operands.begin(), operands.end());
  return intern(std::move(expr));
}

const ScalarExpr *IndexNotation::getReduce(ReductionKind kind, bool ignoresNaN,
                                           const ScalarExpr *body,
                                           ArrayRef<BoundAxis> axes) {
  ScalarExpr expr;
  expr.kind = ScalarExpr::Kind::Reduce;
  expr.type = body->type;
  expr.reduction = kind;
  expr.ignoresNaN = ignoresNaN;
  expr.operands.push_back(body);
  expr.axes.assign(axes.begin(), axes.end());
  return intern(std::move(expr));
}

const ScalarExpr *IndexNotation::substitute(const ScalarExpr *expr,
                                            Substitution &substitution) {
  if (const ScalarExpr *known = substitution.done.lookup(expr))
    return known;
  auto replaced = [&](ArrayRef<AffineExpr> indices) {
    return llvm::map_to_vector<4>(indices, [&](AffineExpr index) {
      return index.replace(substitution.map);
    });
  };
  SmallVector<const ScalarExpr *, 2> operands;
  for (const ScalarExpr *operand : expr->operands)
    operands.push_back(substitute(operand, substitution));
  const ScalarExpr *result = expr;
  switch (expr->kind) {
  case ScalarExpr::Kind::Access:
    result = getAccess(expr->source, replaced(expr->indices));
    break;
  case ScalarExpr::Kind::Gather:
    result = getGather(expr->source, operands);
    break;
  case ScalarExpr::Kind::Index:
    result = getIndex(replaced(expr->indices).front(), expr->type);
    break;
  case ScalarExpr::Kind::Apply:
    result = getApply(*expr->name, expr->attributes, expr->type, operands);
    break;
  case ScalarExpr::Kind::Reduce:
    result = getReduce(expr->reduction, expr->ignoresNaN, operands.front(),
                       expr->axes);
    break;
  case ScalarExpr::Kind::Constant:
  case ScalarExpr::Kind::Accumulator:
    break;
  }
  return substitution.done[expr] = result;
}

const ScalarExpr *
IndexNotation::substitute(const ScalarExpr *expr,
                          const DenseMap<AffineExpr, AffineExpr> &map) {
  Substitution substitution(map);
  return substitute(expr, substitution);
}

const ScalarExpr *IndexNotation::substitute(const ScalarExpr *expr,
                                            ArrayRef<AffineExpr> indices) {
  DenseMap<AffineExpr, AffineExpr> map;
  for (auto [position, index] : llvm::enumerate(indices))
    map[getAffineDimExpr(position, context)] = index;
  return substitute(expr, map);
}
