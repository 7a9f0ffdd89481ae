//===- Target.cpp - The machine that code is made for ---------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/Target.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace mlir::lse;

static void initializeTargets() {
  static const bool initialized = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    llvm::InitializeAllAsmParsers();
    return true;
  }();
  (void)initialized;
}

static llvm::Expected<const llvm::Target *> lookUp(const llvm::Triple &triple) {
  initializeTargets();
  std::string error;
  if (const llvm::Target *target =
          llvm::TargetRegistry::lookupTarget(triple, error))
    return target;
  return llvm::createStringError("unknown target '" + triple.str() +
                                 "': " + error);
}

/// What code runs on that must run on every machine of an architecture.
static StringRef getBaselineCPU(const llvm::Triple &triple) {
  return triple.getArch() == llvm::Triple::x86_64 ? "x86-64" : "generic";
}

bool TargetInfo::isHost() const {
  llvm::Triple host(llvm::sys::getDefaultTargetTriple()), own(triple);
  return own.getArch() == host.getArch() && own.getOS() == host.getOS();
}

bool TargetInfo::has(StringRef feature) const {
  return llvm::is_contained(features, feature);
}

unsigned TargetInfo::getVectorLanes() const {
  if (has("avx512f"))
    return 16;
  if (has("avx"))
    return 8;
  return 4;
}

std::string TargetInfo::getFeatureString() const {
  return llvm::join(featureChanges, ",");
}

Attribute TargetInfo::getAttribute(MLIRContext *context) const {
  LLVM::TargetFeaturesAttr changes;
  if (!featureChanges.empty())
    changes = LLVM::TargetFeaturesAttr::get(
        context, llvm::map_to_vector(featureChanges,
                                     [](auto &s) { return StringRef(s); }));
  return LLVM::TargetAttr::get(context, StringAttr::get(context, triple),
                               StringAttr::get(context, cpu), changes);
}

/// Fills in what follows from triple, CPU and feature changes.
static llvm::Expected<TargetInfo> complete(TargetInfo info) {
  llvm::Triple triple(info.triple);
  llvm::Expected<const llvm::Target *> target = lookUp(triple);
  if (!target)
    return target.takeError();
  // Asking an unknown CPU for its features prints a warning, so look first.
  std::unique_ptr<llvm::MCSubtargetInfo> generic(
      (*target)->createMCSubtargetInfo(triple, "", ""));
  if (!generic || !generic->isCPUStringValid(info.cpu))
    return llvm::createStringError(
        "unknown CPU '" + info.cpu + "' for " + triple.getArchName().str() +
        "; 'native' is this machine, and 'llc-22 -mcpu=help' lists the others");
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      (*target)->createMCSubtargetInfo(triple, info.cpu,
                                       info.getFeatureString()));
  for (const llvm::SubtargetFeatureKV &feature :
       subtarget->getAllProcessorFeatures())
    if (subtarget->getFeatureBits().test(feature.Value))
      info.features.push_back(feature.Key);
  llvm::sort(info.features);
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine =
      createTargetMachine(info);
  if (!machine)
    return machine.takeError();
  info.dataLayout = (*machine)->createDataLayout().getStringRepresentation();
  return info;
}

/// How this very machine differs from what its CPU's name promises: a
/// hypervisor may hide instructions.
static std::vector<std::string> getHostFeatureChanges(const TargetInfo &named) {
  std::vector<std::string> changes;
  for (const auto &feature : llvm::sys::getHostCPUFeatures()) {
    bool promised = named.has(feature.getKey());
    if (promised != feature.getValue())
      changes.push_back((feature.getValue() ? "+" : "-") +
                        feature.getKey().str());
  }
  llvm::sort(changes);
  return changes;
}

llvm::Expected<TargetInfo> lse::resolveTarget(StringRef triple, StringRef cpu) {
  TargetInfo info;
  info.triple = triple.empty() ? llvm::sys::getDefaultTargetTriple()
                               : llvm::Triple::normalize(triple);
  bool isNative = cpu == "native";
  if (isNative && !info.isHost())
    return llvm::createStringError("'native' is this machine, which is no '" +
                                   info.triple + "'; name a CPU");
  info.cpu = isNative ? llvm::sys::getHostCPUName().str() : cpu.str();
  if (info.cpu.empty())
    info.cpu = getBaselineCPU(llvm::Triple(info.triple)).str();
  llvm::Expected<TargetInfo> named = complete(info);
  if (!named || !isNative)
    return named;
  info.featureChanges = getHostFeatureChanges(*named);
  return complete(info);
}

llvm::Expected<TargetInfo>
lse::changeFeatures(const TargetInfo &target,
                    std::vector<std::string> changes) {
  TargetInfo info;
  info.triple = target.triple;
  info.cpu = target.cpu;
  info.featureChanges = std::move(changes);
  return complete(info);
}

llvm::Expected<TargetInfo> lse::resolveTarget(Attribute attribute) {
  auto target = dyn_cast_if_present<LLVM::TargetAttr>(attribute);
  if (!target)
    return llvm::createStringError("the target must be a #llvm.target");
  TargetInfo info;
  info.triple = target.getTriple().str();
  info.cpu = target.getChip().str();
  if (LLVM::TargetFeaturesAttr changes = target.getFeatures())
    for (StringAttr change : changes.getFeatures())
      info.featureChanges.push_back(change.str());
  return complete(info);
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
lse::createTargetMachine(const TargetInfo &info) {
  llvm::Triple triple(info.triple);
  llvm::Expected<const llvm::Target *> target = lookUp(triple);
  if (!target)
    return target.takeError();
  llvm::TargetOptions options;
  std::unique_ptr<llvm::TargetMachine> machine((*target)->createTargetMachine(
      triple, info.cpu, info.getFeatureString(), options, llvm::Reloc::PIC_,
      std::nullopt, llvm::CodeGenOptLevel::Aggressive));
  if (!machine)
    return llvm::createStringError("LLVM has no code generator for '" +
                                   info.triple + "'");
  return machine;
}
