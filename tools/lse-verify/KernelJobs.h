//===- KernelJobs.h - Kernels to verify, line by line -----------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the stages share that check kernels of rows: which kernels there are,
// and how several threads check them and fill a table.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEVERIFY_KERNELJOBS_H
#define LSE_TOOLS_LSEVERIFY_KERNELJOBS_H

#include "Stages.h"

#include "lse/KernelTesting/RowCase.h"

#include <functional>

namespace lse_verify {

/// How rows lie in memory and how they are walked.
struct Layout {
  const char *name;
  lse_testing::Strategy strategy;
  /// Whether kernels know that elements are adjacent.
  bool unitStridesKnown;

  bool isAlongRows() const { return lse_halide::runsAlongRows(strategy); }
};

/// Rows, columns, and rows that are read once, dense along vectors.
llvm::ArrayRef<Layout> denseLayouts();

/// Kernels that share a line of a table.
struct KernelFamily {
  const lse_testing::Machine *machine;
  lse_testing::Numerics numerics;
  Layout layout;
  lse_testing::ElementType type;

  /// Such as `AVX2, standard, rows, f32`.
  std::string name() const;
  /// The sets of results that there are kernels for.
  std::vector<std::vector<lse_testing::ResultKind>> resultSets() const;
  /// A kernel over loops of `extents`: rows are their last dimension, columns
  /// the last but one.
  lse_testing::RowCase
  makeCase(const std::vector<int64_t> &extents,
           llvm::ArrayRef<lse_testing::ResultKind> kinds) const;
  /// Its spec, with the number of vectors in flight that is the default.
  lse_halide::KernelSpec makeSpec(const lse_testing::RowCase &rowCase) const;
};

/// Every family with one of `layouts`: all instruction sets of this machine,
/// classes of numerics and element types.
std::vector<KernelFamily> kernelFamilies(llvm::ArrayRef<Layout> layouts);

/// Such as `Z L P`.
std::string nameOf(llvm::ArrayRef<lse_testing::ResultKind> kinds);

/// What a job has found.
struct Findings {
  /// A number for each column of the table but the last, the failures.
  std::vector<uint64_t> counts;
  uint64_t numFailures = 0;
  /// Descriptions of the first ones.
  std::vector<std::string> failures;

  void addFailure(std::string description);
  void add(const Findings &other);
};

/// A part of a line of a table.
struct Job {
  KernelFamily family;
  std::function<Findings()> run;
};

/// Runs `jobs`, or one in `settings.every`, and prints a table with a line for
/// each family and `columns`. Jobs of one family follow each other. Returns the
/// number of failures, the first of which are described below the table.
uint64_t runJobs(llvm::raw_ostream &os, const Settings &settings,
                 llvm::ArrayRef<Job> jobs,
                 llvm::ArrayRef<llvm::StringRef> columns);

} // namespace lse_verify

#endif // LSE_TOOLS_LSEVERIFY_KERNELJOBS_H
