//===- Artifacts.cpp - What becomes of a lowered module -------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Artifacts.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <stdexcept>

using namespace lse_halide;
using Halide::OutputFileType;

namespace {

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

} // namespace

std::string lse_halide::makeArtifact(Halide::Module &module,
                                     Artifact artifact) {
  TemporaryDirectory directory;
  std::string path = directory.file("kernel");
  module.compile({{fileType(artifact), path}});
  return readFile(path);
}

KernelResult
lse_halide::runCatching(const std::function<std::string()> &compile) {
  static std::mutex compiling;
  KernelResult result;
  try {
    std::lock_guard<std::mutex> lock(compiling);
    result.bytes = compile();
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
  return result;
}
