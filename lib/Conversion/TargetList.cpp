//===- TargetList.cpp - Several machines for one program ------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/TargetList.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Features
//===----------------------------------------------------------------------===//

/// The bit of `feature` in a mask, or 0 if a program cannot ask for it.
static uint64_t getFeatureBit(StringRef feature) {
  return llvm::StringSwitch<uint64_t>(feature)
#define LSE_CPU_FEATURE(Index, Name, Leaf, Subleaf, Register, Bit, State,      \
                        Level)                                                 \
  .Case(Name, uint64_t(1) << Index)
#include "lse/Runtime/CPUFeatures.def"
      .Default(0);
}

/// Tells what an x86 can do from how LLVM should use it: LLVM's subtarget
/// features are both.
static bool isInstructionSet(StringRef feature) {
  return llvm::StringSwitch<bool>(feature)
      .StartsWith("retpoline", false)
      .StartsWith("lvi-", false)
      .Case("vzeroupper", false)
#define X86_FEATURE(Enum, Name) .Case(Name, true)
#include "llvm/TargetParser/X86TargetParser.def"
      .Default(false);
}

/// The features of instruction sets that `target` has beyond `baseline`.
static SmallVector<StringRef> getExtensions(const TargetInfo &target,
                                            const TargetInfo &baseline) {
  SmallVector<StringRef> extensions;
  for (StringRef feature : target.features)
    if (isInstructionSet(feature) && !baseline.has(feature))
      extensions.push_back(feature);
  return extensions;
}

llvm::Expected<uint64_t> lse::getFeatureMask(const TargetInfo &target,
                                             const TargetInfo &baseline) {
  uint64_t mask = 0;
  for (StringRef feature : getExtensions(target, baseline)) {
    uint64_t bit = getFeatureBit(feature);
    if (bit == 0)
      return llvm::createStringError(
          "programs cannot find out whether a machine has the feature '" +
          feature + "' of '" + target.cpu + "'; add \"-" + feature +
          "\" to the target's features");
    mask |= bit;
  }
  return mask;
}

//===----------------------------------------------------------------------===//
// Lists
//===----------------------------------------------------------------------===//

llvm::SmallVector<std::string> lse::getDefaultCPUs(StringRef triple) {
  llvm::Triple resolved(triple.empty() ? llvm::sys::getDefaultTargetTriple()
                                       : llvm::Triple::normalize(triple));
  if (resolved.getArch() == llvm::Triple::x86_64)
    return {"x86-64-v4", "x86-64-v3", "x86-64"};
  return {};
}

llvm::Expected<llvm::SmallVector<unsigned>>
lse::getDispatchOrder(ArrayRef<TargetInfo> targets) {
  SmallVector<unsigned> order =
      llvm::to_vector(llvm::seq<unsigned>(0, targets.size()));
  if (targets.size() < 2)
    return order;
  for (const TargetInfo &target : targets)
    if (llvm::Triple(target.triple).getArch() != llvm::Triple::x86_64)
      return llvm::createStringError("a program for several CPUs is only "
                                     "possible on x86-64, not for " +
                                     target.triple + "; name one CPU");
  // Whoever includes another has more features than that one.
  auto countFeatures = [&](unsigned index) {
    return llvm::count_if(targets[index].features, isInstructionSet);
  };
  llvm::stable_sort(order, [&](unsigned a, unsigned b) {
    return countFeatures(a) > countFeatures(b);
  });
  const TargetInfo &baseline = targets[order.back()];
  for (const TargetInfo &target : targets) {
    SmallVector<StringRef> missing = getExtensions(baseline, target);
    if (!missing.empty())
      return llvm::createStringError(
          "'" + target.cpu + "' does not have all that '" + baseline.cpu +
          "' has (" + llvm::join(missing, ", ") +
          "); among several CPUs must be one that all the others include, for "
          "the code around kernels: add x86-64");
  }
  return order;
}

/// `target` without what a program cannot find out about its machine.
static llvm::Expected<TargetInfo>
restrictToKnowable(const TargetInfo &target, const TargetInfo &baseline) {
  std::vector<std::string> changes = target.featureChanges;
  for (StringRef feature : getExtensions(target, baseline)) {
    if (getFeatureBit(feature) != 0)
      continue;
    llvm::erase(changes, ("+" + feature).str());
    changes.push_back(("-" + feature).str());
  }
  return changes == target.featureChanges ? target
                                          : changeFeatures(target, changes);
}

llvm::Expected<llvm::SmallVector<TargetInfo>>
lse::resolveTargets(StringRef triple, ArrayRef<std::string> cpus) {
  SmallVector<TargetInfo> targets;
  // "" is the baseline to resolveTarget; in a list it is a slip.
  if (llvm::is_contained(cpus, ""))
    return llvm::createStringError(
        "the name of a CPU is empty; write one such as x86-64-v3, or 'native' "
        "for this machine, or leave the option out");
  auto add = [&](StringRef cpu) -> llvm::Error {
    llvm::Expected<TargetInfo> target = resolveTarget(triple, cpu);
    if (!target)
      return target.takeError();
    bool isKnown = llvm::any_of(targets, [&](const TargetInfo &other) {
      return other.cpu == target->cpu && other.features == target->features;
    });
    if (!isKnown)
      targets.push_back(std::move(*target));
    return llvm::Error::success();
  };
  if (cpus.empty())
    if (llvm::Error error = add(""))
      return error;
  for (StringRef cpu : cpus)
    if (llvm::Error error = add(cpu))
      return error;

  llvm::Expected<SmallVector<unsigned>> order = getDispatchOrder(targets);
  if (!order)
    return order.takeError();
  const TargetInfo &baseline = targets[order->back()];
  SmallVector<TargetInfo> ordered;
  for (unsigned index : *order) {
    llvm::Expected<TargetInfo> target =
        restrictToKnowable(targets[index], baseline);
    if (!target)
      return target.takeError();
    ordered.push_back(std::move(*target));
  }
  return ordered;
}
