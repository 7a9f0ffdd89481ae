//===- KernelCompiler.cpp - Kernels from Halide, as bytes -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Halide/KernelCompiler.h"

#include "Algorithms/RowKernel.h"
#include "BufferChecks.h"
#include "Schedules/CachedRow.h"
#include "Schedules/ColumnTile.h"
#include "Schedules/RowSchedule.h"
#include "SpecCheck.h"
#include "Target.h"

#include <Halide.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <stdexcept>

using namespace lse_halide;
using Halide::OutputFileType;

namespace {

constexpr const char *kEntryName = "lse_kernel";

/// A directory for one file, removed with all it holds.
class TemporaryDirectory {
public:
  TemporaryDirectory() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "lse-kernel-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
      throw std::runtime_error("cannot make a temporary directory like '" +
                               pattern + "'");
    path = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory &) = delete;
  TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;

  std::string file(const char *name) const { return (path / name).string(); }

private:
  std::filesystem::path path;
};

std::string readFile(const std::string &path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  if (!stream)
    throw std::runtime_error("cannot read '" + path + "'");
  return bytes.str();
}

OutputFileType fileType(Artifact artifact) {
  switch (artifact) {
  case Artifact::Bitcode:
    return OutputFileType::bitcode;
  case Artifact::Stmt:
    return OutputFileType::stmt;
  case Artifact::StmtHTML:
    return OutputFileType::stmt_html;
  }
  throw std::runtime_error("unknown artifact");
}

std::string compile(const KernelSpec &spec, Artifact artifact) {
  if (std::string error = checkSpec(spec); !error.empty())
    throw std::runtime_error(error);
  Halide::Target target = makeTarget(spec.target);
  RowKernel kernel = buildRowKernel(
      spec, {hasFusedMultiplyAdd(target), hasHalfConversions(target)});
  if (runsAlongRows(spec.schedule.strategy))
    scheduleCachedRow(kernel, spec);
  else
    scheduleColumnTile(kernel, spec);
  Halide::Pipeline pipeline(kernel.output);
  pipeline.add_requirement(extentRequirement(kernel, spec));
  kernel.stores.addLoweringPass(pipeline);
  addBufferCheckPass(pipeline, kernel);

  // The order of arguments is the spec's; Halide adds its output at the end.
  std::vector<Halide::Argument> arguments(kernel.buffers.begin(),
                                          kernel.buffers.end());
  arguments.push_back(kernel.stores.getView());
  Halide::Module module =
      pipeline.compile_to_module(arguments, kEntryName, target);
  kernel.stores.removeViewArgument(module);
  TemporaryDirectory directory;
  std::string path = directory.file("kernel");
  module.compile({{fileType(artifact), path}});
  return readFile(path);
}

} // namespace

extern "C" __attribute__((visibility("default"))) void
lse_halide_compile(const KernelSpec &spec, Artifact artifact,
                   KernelResult &result) {
  // Halide names things by counters of the whole process.
  static std::mutex compiling;
  result = KernelResult();
  try {
    std::lock_guard<std::mutex> lock(compiling);
    result.bytes = compile(spec, artifact);
    result.succeeded = true;
  } catch (const Halide::CompileError &error) {
    result.error = std::string("Halide: ") + error.what();
  } catch (const Halide::RuntimeError &error) {
    result.error = std::string("Halide: ") + error.what();
  } catch (const Halide::InternalError &error) {
    result.error = std::string("internal error in Halide: ") + error.what();
  } catch (const std::exception &error) {
    result.error = error.what();
  } catch (...) {
    result.error = "unknown exception";
  }
}
