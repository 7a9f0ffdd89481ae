//===- TestPasses.h - Passes that only tests run ----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TESTING_TESTPASSES_H
#define LSE_TESTING_TESTPASSES_H

namespace mlir::lse {

/// Registers the passes that print what the analyses know, for tests.
void registerTestPasses();

} // namespace mlir::lse

#endif // LSE_TESTING_TESTPASSES_H
