//===- LogitNodes.h - A logit region as a kernel has it ---------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_LOGITNODES_H
#define LSE_LIB_CONVERSION_LOGITNODES_H

#include "lse/Dialect/IR/LSEDialect.h"
#include "lse/Halide/KernelSpec.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir::lse {

/// Why no kernel computes the logit region of `op`; nothing if one does.
std::optional<std::string> getLogitObstacle(RowOpInterface op);

/// Gives `spec` the logit region of `op`, which has no obstacle.
void addLogitNodes(RowOpInterface op, lse_halide::KernelSpec &spec);

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_LOGITNODES_H
