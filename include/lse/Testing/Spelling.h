//===- Spelling.h - Random ways to write one computation --------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes modules that compute a member of the softmax family in one of the many
// ways in which it can be written, or something that is close to it and is not.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TESTING_SPELLING_H
#define LSE_TESTING_SPELLING_H

#include <cstdint>
#include <string>

namespace mlir::lse {

/// One module.
struct Spelling {
  /// In MLIR's text form.
  std::string text;
  /// The operation, without the dialect's name, that raising it should leave.
  std::string operation;
  /// One that is part of it, and should not be left beside it; or empty.
  std::string unwanted;
  /// What was broken; empty if nothing was.
  std::string mutation;
};

/// The spelling number `seed`; with something broken if `isBroken`.
Spelling writeSpelling(uint64_t seed, bool isBroken);

} // namespace mlir::lse

#endif // LSE_TESTING_SPELLING_H
