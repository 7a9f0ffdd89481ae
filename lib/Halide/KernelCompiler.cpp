//===- KernelCompiler.cpp - Kernels from Halide, as bytes -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Halide/KernelCompiler.h"

#include "Algorithms/AttentionKernel.h"
#include "Algorithms/RowKernel.h"
#include "Artifacts.h"
#include "BufferChecks.h"
#include "Schedules/CachedRow.h"
#include "Schedules/ColumnTile.h"
#include "Schedules/QueryStrip.h"
#include "Schedules/RowSchedule.h"
#include "SpecCheck.h"
#include "Target.h"

#include <Halide.h>

#include <stdexcept>

using namespace lse_halide;

namespace {

Halide::Module compileRows(const KernelSpec &spec,
                           const Halide::Target &target) {
  RowKernel kernel = buildRowKernel(
      spec, {hasFusedMultiplyAdd(target), hasHalfConversions(target)});
  if (runsAlongRows(spec.schedule.strategy))
    scheduleCachedRow(kernel, spec);
  else
    scheduleColumnTile(kernel, spec);
  Halide::Pipeline pipeline(kernel.output);
  pipeline.add_requirement(extentRequirement(kernel, spec));
  kernel.stores.addLoweringPass(pipeline);
  addBufferCheckPass(pipeline, kernel.buffers, kernel.output,
                     kernel.space.extents);

  // The order of arguments is the spec's; Halide adds its output at the end.
  std::vector<Halide::Argument> arguments(kernel.buffers.begin(),
                                          kernel.buffers.end());
  arguments.push_back(kernel.stores.getView());
  Halide::Module module =
      pipeline.compile_to_module(arguments, kEntryName, target);
  kernel.stores.removeViewArgument(module);
  return module;
}

Halide::Module compileAttention(const KernelSpec &spec,
                                const Halide::Target &target) {
  AttentionKernel kernel = buildAttentionKernel(
      spec, {hasFusedMultiplyAdd(target), hasHalfConversions(target)});
  scheduleQueryStrip(kernel, spec);
  Halide::Pipeline pipeline(kernel.output);
  pipeline.add_requirement(extentRequirement(kernel));
  kernel.stores.addLoweringPass(pipeline);
  addBufferCheckPass(pipeline, kernel.buffers, kernel.output, kernel.extents);
  return pipeline.compile_to_module(
      std::vector<Halide::Argument>(kernel.buffers.begin(),
                                    kernel.buffers.end()),
      kEntryName, target);
}

std::string compile(const KernelSpec &spec, Artifact artifact) {
  if (std::string error = checkSpec(spec); !error.empty())
    throw std::runtime_error(error);
  Halide::Target target = makeTarget(spec.target);
  Halide::Module module = spec.attention ? compileAttention(spec, target)
                                         : compileRows(spec, target);
  return makeArtifact(module, artifact);
}

} // namespace

extern "C" __attribute__((visibility("default"))) void
lse_halide_compile(const KernelSpec &spec, Artifact artifact,
                   KernelResult &result) {
  result = runCatching([&] { return compile(spec, artifact); });
}
