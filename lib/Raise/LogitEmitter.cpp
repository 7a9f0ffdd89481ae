//===- LogitEmitter.cpp - Operations for scalar expressions ---------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogitEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::lse;

LogitEmitter::LogitEmitter(OpBuilder &builder, Location loc,
                           const RowRewrite &rewrite, ValueRange elements,
                           bool isInRegion)
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

SmallVector<Value> LogitEmitter::emitTerms() {
  return llvm::map_to_vector(
      rewrite.match.getTerms(),
      [&](const ScalarExpr *term) { return emit(term); });
}

Value LogitEmitter::emit(const ScalarExpr *expr) {
  if (Value known = emitted.lookup(expr))
    return known;
  Value created = create(expr);
  return emitted[expr] = created;
}

Value LogitEmitter::create(const ScalarExpr *expr) {
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
