//===- KernelListing.h - The loop nests of kernels, to read -----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_CONVERSION_KERNELLISTING_H
#define LSE_CONVERSION_KERNELLISTING_H

#include "lse/Dialect/IR/LSEDialect.h"

#include <string>
#include <vector>

namespace lse_halide {
struct KernelSpec;
} // namespace lse_halide

namespace mlir::lse {

/// The loop nests that Halide lowered the kernels of a module to, for people
/// who want to know what a schedule did. `lse-lower-to-halide` fills it in.
struct KernelListing {
  struct Kernel {
    /// The symbol in the module.
    std::string name;
    /// Facts for the heading, such as `target` and `x86_64-..., x86-64-v3`.
    std::vector<std::pair<std::string, std::string>> facts;
    /// The operations that call it, such as `lse.softmax at model.mlir:5:8`.
    std::vector<std::string> users;
    std::string text;
    std::string html;
  };

  /// Which forms to ask Halide for; each costs as much as the kernel itself.
  bool wantsText = false;
  bool wantsHTML = false;
  std::vector<Kernel> kernels;

  /// One text for all kernels, with a heading for each in comments.
  std::string printText() const;
  /// One page for all kernels in one file. Halide's part of it loads scripts
  /// from the network for its colours; without them it is plain.
  std::string printHTML() const;
};

/// Notes that `op` calls the kernel `name`, and adds that with its loop nest if
/// `listing` has it not yet. Emits an error if Halide fails.
LogicalResult addToListing(KernelListing &listing, RowOpInterface op,
                           ScheduleAttr schedule,
                           const lse_halide::KernelSpec &spec, StringRef name);

} // namespace mlir::lse

#endif // LSE_CONVERSION_KERNELLISTING_H
