//===- TargetList.h - Several machines for one program ----------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program for several CPUs has a kernel for each, and calls the first that
// the machine can execute. The rest of it is compiled for the last of them, the
// baseline, which all the others include.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_CONVERSION_TARGETLIST_H
#define LSE_CONVERSION_TARGETLIST_H

#include "lse/Conversion/Target.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir::lse {

/// The CPUs of a library that nobody chose one for: on x86-64 AVX-512, AVX2 and
/// the baseline, elsewhere the baseline.
llvm::SmallVector<std::string> getDefaultCPUs(llvm::StringRef triple);

/// The targets in the order in which a program should try them, as indices: one
/// with more features comes first, the baseline last. An error says why there
/// is no such order.
llvm::Expected<llvm::SmallVector<unsigned>>
getDispatchOrder(llvm::ArrayRef<TargetInfo> targets);

/// Resolves `cpus`, the architecture's baseline if there is none, each as
/// `resolveTarget` does, in dispatch order and each once. Beyond the baseline
/// they have only features that a program can ask its machine for.
llvm::Expected<llvm::SmallVector<TargetInfo>>
resolveTargets(llvm::StringRef triple, llvm::ArrayRef<std::string> cpus);

/// What `lse_rt_supports` has to be asked before code for `target` is called in
/// a program that is compiled for `baseline`. An error names a feature that
/// cannot be asked for.
llvm::Expected<uint64_t> getFeatureMask(const TargetInfo &target,
                                        const TargetInfo &baseline);

} // namespace mlir::lse

#endif // LSE_CONVERSION_TARGETLIST_H
