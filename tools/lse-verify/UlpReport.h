//===- UlpReport.h - The tables of the ulp stage ----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEVERIFY_ULPREPORT_H
#define LSE_TOOLS_LSEVERIFY_ULPREPORT_H

#include "ErrorTally.h"
#include "RowKernels.h"

#include "llvm/Support/raw_ostream.h"

namespace lse_verify {

/// What was found of the kernels of one type.
struct TypeFindings {
  TypeFindings(ElementType type, std::vector<RowKernel> kernels);

  ErrorTally &at(unsigned distribution, unsigned kernel) {
    return tallies[distribution * kernels.size() + kernel];
  }
  const ErrorTally &at(unsigned distribution, unsigned kernel) const {
    return tallies[distribution * kernels.size() + kernel];
  }
  void add(const std::vector<ErrorTally> &others);

  ElementType type;
  std::vector<RowKernel> kernels;
  /// For each distribution those of all kernels.
  std::vector<ErrorTally> tallies;
};

/// Prints what was found in each distribution, the worst of all instruction
/// sets.
void printDistributions(llvm::raw_ostream &os, Numerics numerics,
                        const TypeFindings &findings);

/// Prints what was found on each instruction set, the worst of all
/// distributions. Returns the number of failures, one for each share of
/// correctly rounded results that is too small among them.
uint64_t printInstructionSets(llvm::raw_ostream &os,
                              llvm::ArrayRef<TypeFindings> findings);

/// Prints where the worst failures are.
void printFailures(llvm::raw_ostream &os,
                   llvm::ArrayRef<TypeFindings> findings);

} // namespace lse_verify

#endif // LSE_TOOLS_LSEVERIFY_ULPREPORT_H
