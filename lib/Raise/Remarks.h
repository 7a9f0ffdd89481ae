//===- Remarks.h - What raising says of an operation ------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_REMARKS_H
#define LSE_LIB_RAISE_REMARKS_H

#include "Refusal.h"
#include "lse/Dialect/IR/LSEDialect.h"

namespace mlir::lse {

/// Says that `op`, in the function of that name, was raised: a passed remark of
/// the category `lse-raise`. docs/Remarks.md explains each of its names.
void remarkRaised(StringRef function, RowOpInterface op);

/// Says that `root` was not: a missed remark.
void remarkRefused(StringRef function, Value root, const Refusal &refusal);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_REMARKS_H
