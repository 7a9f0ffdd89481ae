//===- Target.h - The machine that code is made for -------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Resolves what a user calls a target (`native`, `znver4`, nothing) into an
// LLVM triple, CPU and feature list, once for schedules, kernels and the rest
// of the module.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_CONVERSION_TARGET_H
#define LSE_CONVERSION_TARGET_H

#include "mlir/IR/Attributes.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace llvm {
class TargetMachine;
} // namespace llvm

namespace mlir::lse {

/// A machine, resolved.
struct TargetInfo {
  std::string triple;
  /// The CPU's name in LLVM, never `native`.
  std::string cpu;
  /// Differences from the CPU's own features, such as `-avx512f`, for a
  /// machine that is not quite what its name says.
  std::vector<std::string> featureChanges;
  /// All features the machine has, sorted, without sign.
  std::vector<std::string> features;
  std::string dataLayout;

  bool has(llvm::StringRef feature) const;
  /// f32 elements in the widest vector that the machine computes with.
  unsigned getVectorLanes() const;
  /// True if the machine is of this one's kind.
  bool isHost() const;
  /// `featureChanges` as LLVM's `-mattr` takes them.
  std::string getFeatureString() const;
  /// The machine as a `#llvm.target`.
  Attribute getAttribute(MLIRContext *context) const;
};

/// Resolves `triple` (the compiler's machine if empty) and `cpu` (the
/// architecture's baseline if empty). An error names what is not known.
llvm::Expected<TargetInfo> resolveTarget(llvm::StringRef triple,
                                         llvm::StringRef cpu);

/// `target` with other feature changes.
llvm::Expected<TargetInfo> changeFeatures(const TargetInfo &target,
                                          std::vector<std::string> changes);

/// Resolves a `#llvm.target` attribute.
llvm::Expected<TargetInfo> resolveTarget(Attribute attribute);

/// The LLVM code generator for `target`, at -O3, position independent.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const TargetInfo &target);

} // namespace mlir::lse

#endif // LSE_CONVERSION_TARGET_H
