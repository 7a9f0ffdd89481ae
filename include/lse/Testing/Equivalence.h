//===- Equivalence.h - Do two functions compute the same? -------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluates a function before and after it was raised, on inputs that are made
// to tell different computations apart, and compares the results under the
// contract of docs/Numerics.md.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TESTING_EQUIVALENCE_H
#define LSE_TESTING_EQUIVALENCE_H

#include "lse/Testing/Interpreter.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::lse {

/// Whether two functions agree.
enum class Verdict {
  Same,
  Different,
  /// There was no input for which both could be evaluated.
  NotEvaluated
};

/// What was found about the functions of two modules.
struct Comparison {
  Verdict verdict = Verdict::NotEvaluated;
  /// Which element of which result differs, for which kind of input.
  std::string difference = {};
};

/// Compares each public function of `raised`, a raised copy of `source`, with
/// that of the same name. Inputs are those of `seed`.
Comparison compareModules(ModuleOp source, ModuleOp raised, uint64_t seed);

} // namespace mlir::lse

#endif // LSE_TESTING_EQUIVALENCE_H
