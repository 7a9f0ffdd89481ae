//===- Target.cpp - LLVM targets in Halide's words ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Halide only makes the loops; LLVM makes the code later, with the machine's
// own features. What is said here decides which instructions Halide may lower
// to on its own account, so a feature that is left out costs little.
//
//===----------------------------------------------------------------------===//

#include "Target.h"

#include <set>
#include <stdexcept>

using Halide::Target;
using lse_halide::TargetSpec;

namespace {

/// A Halide feature and the LLVM features that together make it.
struct FeatureGroup {
  Target::Feature feature;
  std::vector<const char *> needs;
};

const std::vector<FeatureGroup> &x86Groups() {
  static const std::vector<FeatureGroup> groups = {
      {Target::SSE41, {"sse4.1"}},
      {Target::AVX, {"avx"}},
      {Target::AVX2, {"avx2"}},
      {Target::FMA, {"fma"}},
      {Target::F16C, {"f16c"}},
      {Target::AVX512, {"avx512f", "avx512cd"}},
      {Target::AVX512_Skylake,
       {"avx512f", "avx512cd", "avx512vl", "avx512dq", "avx512bw"}},
      {Target::AVX512_Cannonlake,
       {"avx512f", "avx512cd", "avx512vl", "avx512dq", "avx512bw", "avx512ifma",
        "avx512vbmi"}},
  };
  return groups;
}

std::vector<std::string> splitTriple(const std::string &triple) {
  std::vector<std::string> parts(1);
  for (char c : triple) {
    if (c == '-')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

bool contains(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

Target::OS makeOS(const std::string &triple) {
  if (contains(triple, "linux"))
    return Target::Linux;
  if (contains(triple, "darwin") || contains(triple, "macos"))
    return Target::OSX;
  if (contains(triple, "windows"))
    return Target::Windows;
  return Target::NoOS;
}

bool isEnabled(const FeatureGroup &group,
               const std::set<std::string> &features) {
  for (const char *feature : group.needs)
    if (!features.count(feature))
      return false;
  return true;
}

void addX86Features(Target &target, const TargetSpec &spec) {
  std::set<std::string> features(spec.features.begin(), spec.features.end());
  for (const FeatureGroup &group : x86Groups())
    if (isEnabled(group, features))
      target.set_feature(group.feature);
}

} // namespace

namespace lse_halide {

Target makeTarget(const TargetSpec &spec) {
  std::string arch = splitTriple(spec.triple).front();
  Target target;
  target.os = makeOS(spec.triple);
  target.bits = 64;
  if (arch == "x86_64" || arch == "amd64") {
    target.arch = Target::X86;
    addX86Features(target, spec);
  } else if (arch == "aarch64" || arch == "arm64") {
    target.arch = Target::ARM;
  } else {
    throw std::runtime_error("no kernels for the target '" + spec.triple +
                             "': only x86-64 and AArch64 are supported");
  }
  // Bounds queries and assertions stay on: they run before the first store.
  target.set_features(
      {Target::StrictFloat, Target::NoRuntime, Target::LargeBuffers});
  return target;
}

bool hasFusedMultiplyAdd(const Target &target) {
  return target.arch == Target::ARM || target.has_feature(Target::FMA);
}

bool hasHalfConversions(const Target &target) {
  return target.arch == Target::X86 && target.has_feature(Target::F16C);
}

} // namespace lse_halide
