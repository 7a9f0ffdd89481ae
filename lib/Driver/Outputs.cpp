//===- Outputs.cpp - The files a compilation writes -----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Outputs.h"
#include "lse/Pipelines/Pipelines.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::lse;

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

//===----------------------------------------------------------------------===//
// What is to be written
//===----------------------------------------------------------------------===//

namespace {

struct KindInfo {
  OutputKind kind;
  StringLiteral name;
  StringLiteral extension;
  bool isText;
};

} // namespace

static constexpr KindInfo kindInfos[] = {
    {OutputKind::Library, "lib", ".a", false},
    {OutputKind::Header, "header", ".h", true},
    {OutputKind::Object, "obj", ".o", false},
    {OutputKind::Shared, "shared", ".so", false},
    {OutputKind::Assembly, "asm", ".s", true},
    {OutputKind::LLVM, "llvm", ".ll", true},
    {OutputKind::Bitcode, "bitcode", ".bc", false},
    {OutputKind::MLIR, "mlir", ".mlir", true},
    {OutputKind::LoopNests, "stmt", ".stmt", true},
    {OutputKind::LoopNestPage, "stmt-html", ".html", true},
};

bool OutputPlan::has(OutputKind kind) const {
  return llvm::any_of(
      outputs, [&](const Output &output) { return output.kind == kind; });
}

bool lse::isMadeByLLVM(OutputKind kind) {
  switch (kind) {
  case OutputKind::Header:
  case OutputKind::MLIR:
  case OutputKind::LoopNests:
  case OutputKind::LoopNestPage:
    return false;
  case OutputKind::Library:
  case OutputKind::Object:
  case OutputKind::Shared:
  case OutputKind::Assembly:
  case OutputKind::LLVM:
  case OutputKind::Bitcode:
    return true;
  }
  llvm_unreachable("unknown kind of output");
}

std::string lse::getOutputKindNames() {
  return llvm::join(
      llvm::map_range(kindInfos,
                      [](const KindInfo &info) { return info.name; }),
      ", ");
}

static llvm::Expected<SmallVector<KindInfo>>
parseKinds(ArrayRef<std::string> names) {
  SmallVector<KindInfo> kinds;
  for (StringRef name : names) {
    const auto *info = llvm::find_if(
        kindInfos, [&](const KindInfo &info) { return info.name == name; });
    if (info == std::end(kindInfos))
      return llvm::createStringError("unknown output kind '" + name +
                                     "' in --emit; there are " +
                                     getOutputKindNames());
    if (llvm::none_of(kinds, [&](const KindInfo &other) {
          return other.kind == info->kind;
        }))
      kinds.push_back(*info);
  }
  if (kinds.empty())
    return llvm::createStringError("--emit names no output kind; there are " +
                                   getOutputKindNames());
  return kinds;
}

/// The kinds that `options` ask for, which may follow from the last phase.
static llvm::Expected<SmallVector<KindInfo>>
getKinds(const CompileOptions &options) {
  if (options.lastPhase.empty())
    return options.kinds.empty() ? parseKinds({"lib", "header"})
                                 : parseKinds(options.kinds);
  auto names = llvm::map_range(getPhases(),
                               [](const Phase &phase) { return phase.name; });
  if (!llvm::is_contained(names, options.lastPhase))
    return llvm::createStringError("unknown phase '" + options.lastPhase +
                                   "' in --stop-after; there are " +
                                   llvm::join(names, ", "));
  for (StringRef kind : options.kinds)
    if (kind != "mlir")
      return llvm::createStringError(
          "--stop-after=" + options.lastPhase +
          " leaves a module in MLIR, of which no '" + kind +
          "' can be made; leave out --emit, or --stop-after");
  return parseKinds({"mlir"});
}

/// `name` as an identifier in C.
static std::string makeIdentifier(StringRef name) {
  std::string identifier;
  for (char c : name)
    identifier += llvm::isAlnum(c) ? c : '_';
  if (identifier.empty() || llvm::isDigit(identifier.front()))
    identifier.insert(0, "lse_");
  return identifier;
}

/// A path that holds something other than a file, such as a device: that is
/// written to, not replaced.
static bool isSpecialFile(StringRef file) {
  fs::file_status status;
  return !fs::status(file, status) && fs::exists(status) &&
         !fs::is_regular_file(status) && !fs::is_directory(status);
}

/// The place of each kind of output. `output` is a base name, or the file
/// itself if it may be and has an extension.
static void placeOutputs(OutputPlan &plan, StringRef output,
                         ArrayRef<KindInfo> kinds, bool mayBeFile) {
  StringRef base = output;
  StringRef extension = path::extension(output);
  bool isOwnExtension = llvm::any_of(
      kinds, [&](const KindInfo &info) { return info.extension == extension; });
  if (isOwnExtension || mayBeFile)
    base = base.drop_back(extension.size());
  plan.name = path::filename(base).str();
  for (const KindInfo &info : kinds) {
    bool isAsNamed = isSpecialFile(output) || (mayBeFile && base != output);
    plan.outputs.push_back(
        {info.kind, isAsNamed ? output.str() : (base + info.extension).str()});
  }
}

/// Tells early why `file`, named by `option`, cannot be written.
static llvm::Error checkPlace(StringRef file, StringRef input,
                              StringRef option) {
  if (file == "-")
    return llvm::Error::success();
  if (fs::is_directory(file))
    return llvm::createStringError("cannot write '" + file +
                                   "': it is a directory");
  bool isInput = false;
  if (!isSpecialFile(file) && input != "-" &&
      !fs::equivalent(file, input, isInput) && isInput)
    return llvm::createStringError("cannot write '" + file +
                                   "': it is the input; choose another name "
                                   "with " +
                                   option);
  StringRef folder = path::parent_path(file);
  if (!folder.empty() && !fs::is_directory(folder))
    return llvm::createStringError("cannot write '" + file +
                                   "': there is no directory '" + folder + "'");
  return llvm::Error::success();
}

static llvm::Error checkPlan(const OutputPlan &plan,
                             const CompileOptions &options) {
  StringRef report = options.raiseReport;
  for (const Output &output : plan.outputs) {
    if (llvm::Error error = checkPlace(output.path, options.input, "-o"))
      return error;
    if (output.path == report && !isSpecialFile(report))
      return llvm::createStringError(
          report == "-" ? "the report and an output cannot both go to standard "
                          "output; name a file for one of them"
                        : "'" + report.str() +
                              "' is to be an output and the report; choose "
                              "another name with --report");
  }
  return report.empty() ? llvm::Error::success()
                        : checkPlace(report, options.input, "--report");
}

llvm::Expected<OutputPlan> lse::planOutputs(const CompileOptions &options) {
  llvm::Expected<SmallVector<KindInfo>> kinds = getKinds(options);
  if (!kinds)
    return kinds.takeError();
  OutputPlan plan;
  StringRef inputName =
      options.input == "-" ? "lse" : path::stem(options.input);
  if (options.output == "-") {
    if (kinds->size() > 1 || !kinds->front().isText)
      return llvm::createStringError(
          "only one output that is text can go to standard output, such as "
          "--emit=header");
    plan.outputs.push_back({kinds->front().kind, "-"});
    plan.name = inputName.str();
  } else if (!options.output.empty() &&
             path::is_separator(options.output.back())) {
    // Otherwise the files would have nothing but an extension.
    return llvm::createStringError("-o " + options.output +
                                   " names a directory, but no file in it; add "
                                   "the name of the files, such as " +
                                   options.output + inputName);
  } else if (options.output.empty()) {
    placeOutputs(plan, inputName, *kinds, /*mayBeFile=*/false);
  } else {
    placeOutputs(plan, options.output, *kinds, kinds->size() == 1);
  }
  plan.prefix =
      options.prefix.empty() ? makeIdentifier(plan.name) : options.prefix;
  if (llvm::Error error = checkPlan(plan, options))
    return error;
  return plan;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

static llvm::Error cannotWrite(StringRef file, llvm::Error reason) {
  return llvm::createStringError("cannot write '" + file +
                                 "': " + llvm::toString(std::move(reason)));
}

/// Writes to standard output or a device, which cannot be renamed to.
static llvm::Error writeDirectly(const Output &output) {
  std::error_code code;
  llvm::raw_fd_ostream stream(output.path, code);
  if (!code) {
    stream << output.contents;
    stream.flush();
    code = stream.error();
    stream.clear_error();
  }
  if (code)
    return cannotWrite(output.path, llvm::errorCodeToError(code));
  return llvm::Error::success();
}

static llvm::Expected<fs::TempFile> writeTemporary(const Output &output) {
  unsigned mode = fs::all_read | fs::all_write;
  if (output.kind == OutputKind::Shared)
    mode |= fs::all_exe;
  llvm::Expected<fs::TempFile> file =
      fs::TempFile::create(output.path + ".tmp-%%%%%%%%", mode);
  if (!file)
    return cannotWrite(output.path, file.takeError());
  llvm::raw_fd_ostream stream(file->FD, /*shouldClose=*/false);
  stream << output.contents;
  stream.flush();
  std::error_code code = stream.error();
  stream.clear_error();
  if (!code)
    return file;
  return cannotWrite(output.path, llvm::joinErrors(llvm::errorCodeToError(code),
                                                   file->discard()));
}

llvm::Error lse::writeOutputs(ArrayRef<Output> outputs) {
  auto isDirect = [](const Output &output) {
    return output.path == "-" || isSpecialFile(output.path);
  };
  std::vector<std::pair<StringRef, fs::TempFile>> files;
  llvm::Error error = llvm::Error::success();
  for (const Output &output : outputs) {
    if (error || isDirect(output))
      continue;
    llvm::Expected<fs::TempFile> file = writeTemporary(output);
    if (file)
      files.emplace_back(output.path, std::move(*file));
    else
      error = file.takeError();
  }
  SmallVector<StringRef> written;
  for (auto &[place, file] : files) {
    if (!error) {
      llvm::Error failure = file.keep(place);
      if (!failure) {
        written.push_back(place);
        continue;
      }
      error = cannotWrite(place, std::move(failure));
    }
    llvm::consumeError(file.discard());
  }
  for (const Output &output : outputs)
    if (!error && isDirect(output))
      error = writeDirectly(output);
  if (error)
    for (StringRef place : written)
      fs::remove(place);
  return error;
}
