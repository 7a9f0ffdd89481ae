//===- LargerCopies.cpp - Reading the smaller of two tensors --------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LargerCopies.h"

using namespace mlir;
using namespace mlir::lse;

/// The number of dimensions that `access` varies over.
static size_t countDims(const ScalarExpr *access) {
  return llvm::count_if(access->indices, [](AffineExpr index) {
    return !index.isSymbolicOrConstant();
  });
}

namespace {

class CopyReplacer {
public:
  explicit CopyReplacer(IndexNotation &notation) : notation(notation) {}

  const ScalarExpr *replace(const ScalarExpr *expr) {
    if (expr->kind == ScalarExpr::Kind::Access)
      return replaceAccess(expr);
    if (expr->kind != ScalarExpr::Kind::Apply)
      return expr;
    // Expressions share their parts, and each part is to be met once.
    if (const ScalarExpr *known = replaced.lookup(expr))
      return known;
    SmallVector<const ScalarExpr *> operands;
    for (const ScalarExpr *operand : expr->operands)
      operands.push_back(replace(operand));
    return replaced[expr] = notation.getApply(*expr->name, expr->attributes,
                                              expr->type, operands);
  }

private:
  const ScalarExpr *replaceAccess(const ScalarExpr *access) {
    const ScalarExpr *definition = notation.getDefinition(access);
    if (!definition)
      return access;
    bool isWidened = definition->isApply("arith.extf") &&
                     definition->operands[0]->kind == ScalarExpr::Kind::Access;
    bool isRepeated = definition->kind == ScalarExpr::Kind::Access &&
                      countDims(definition) < countDims(access);
    return isWidened || isRepeated ? replace(definition) : access;
  }

  IndexNotation &notation;
  DenseMap<const ScalarExpr *, const ScalarExpr *> replaced;
};

} // namespace

const ScalarExpr *lse::replaceLargerCopies(IndexNotation &notation,
                                           const ScalarExpr *expr) {
  return CopyReplacer(notation).replace(expr);
}
