//===- LogitEmitter.h - Operations for scalar expressions -------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_LOGITEMITTER_H
#define LSE_LIB_RAISE_LOGITEMITTER_H

#include "RowRewrite.h"

namespace mlir::lse {

/// Emits each part of a scalar expression once.
class LogitEmitter {
public:
  /// Emits into the region of the operation itself, or into that of a
  /// `linalg.generic` if not `isInRegion`, whose arguments are `elements`.
  LogitEmitter(OpBuilder &builder, Location loc, const RowRewrite &rewrite,
               ValueRange elements, bool isInRegion);

  /// All that the operation's region is to yield.
  SmallVector<Value> emitTerms();

private:
  Value emit(const ScalarExpr *expr);
  Value create(const ScalarExpr *expr);

  OpBuilder &builder;
  Location loc;
  const RowRewrite &rewrite;
  bool isInRegion;
  DenseMap<const ScalarExpr *, Value> emitted;
};

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_LOGITEMITTER_H
