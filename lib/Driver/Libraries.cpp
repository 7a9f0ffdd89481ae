//===- Libraries.cpp - Static and shared libraries ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Libraries.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
namespace fs = llvm::sys::fs;

static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readFile(StringRef file) {
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> buffer =
      llvm::MemoryBuffer::getFile(file);
  if (!buffer)
    return llvm::createStringError("cannot read '" + file +
                                   "': " + buffer.getError().message());
  return std::move(*buffer);
}

//===----------------------------------------------------------------------===//
// Static
//===----------------------------------------------------------------------===//

llvm::Expected<std::string> lse::makeStaticLibrary(StringRef object,
                                                   StringRef name,
                                                   StringRef runtimeArchive) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> buffer =
      readFile(runtimeArchive);
  if (!buffer)
    return buffer.takeError();
  llvm::Expected<std::unique_ptr<llvm::object::Archive>> runtime =
      llvm::object::Archive::create(**buffer);
  if (!runtime)
    return runtime.takeError();

  std::string memberName = (name + ".o").str();
  std::vector<llvm::NewArchiveMember> members;
  members.emplace_back(llvm::MemoryBufferRef(object, memberName));
  llvm::Error error = llvm::Error::success();
  for (const llvm::object::Archive::Child &child :
       (*runtime)->children(error)) {
    llvm::Expected<llvm::NewArchiveMember> member =
        llvm::NewArchiveMember::getOldMember(child, /*Deterministic=*/true);
    if (!member)
      return llvm::joinErrors(std::move(error), member.takeError());
    members.push_back(std::move(*member));
  }
  if (error)
    return error;

  std::string archive;
  llvm::raw_string_ostream stream(archive);
  if (llvm::Error error = llvm::writeArchiveToStream(
          stream, members, llvm::SymtabWritingMode::NormalSymtab,
          llvm::object::Archive::K_GNU, /*Deterministic=*/true,
          /*Thin=*/false))
    return error;
  return archive;
}

//===----------------------------------------------------------------------===//
// Shared
//===----------------------------------------------------------------------===//

/// A version script that exports nothing else.
static std::string makeVersionScript(ArrayRef<std::string> exported) {
  std::string script = "{\n  global:\n";
  for (StringRef symbol : exported)
    script += ("    " + symbol + ";\n").str();
  script += "    lse_set_*;\n    lse_get_*;\n"
            "    lse_runtime_version;\n  local: *;\n};\n";
  return script;
}

namespace {

/// A folder for files on the way to the linker, removed in the end.
struct ScratchFolder {
  SmallString<128> path;

  ~ScratchFolder() {
    if (!path.empty())
      fs::remove_directories(path);
  }

  std::string getFile(StringRef name) const {
    return (path + "/" + name).str();
  }

  llvm::Error write(StringRef name, StringRef contents) const {
    std::error_code code;
    llvm::raw_fd_ostream stream(getFile(name), code);
    if (!code) {
      stream << contents;
      stream.flush();
      code = stream.error();
      stream.clear_error();
    }
    if (code)
      return llvm::createStringError("cannot write '" + getFile(name) +
                                     "': " + code.message());
    return llvm::Error::success();
  }
};

} // namespace

/// Runs the linker and returns what it complains about, empty if nothing.
static std::string runLinker(const ScratchFolder &folder, StringRef linker,
                             StringRef fileName, StringRef runtimeArchive,
                             bool mayLackSymbols) {
  std::string object = folder.getFile("module.o");
  std::string output = folder.getFile("module.so");
  std::string log = folder.getFile("log");
  std::string script = "-Wl,--version-script=" + folder.getFile("symbols");
  std::string soname = ("-Wl,-soname," + fileName).str();
  SmallVector<StringRef> arguments = {linker, "-shared", "-o", output, object,
                                      "-Wl,--whole-archive", runtimeArchive,
                                      "-Wl,--no-whole-archive",
                                      // The runtime's threads outlive a call.
                                      "-Wl,-z,nodelete", "-Wl,--build-id=none",
                                      soname, script, "-lpthread", "-lm"};
  // Better now than when it is loaded.
  if (!mayLackSymbols)
    arguments.push_back("-Wl,-z,defs");
  std::optional<StringRef> redirects[] = {StringRef(), StringRef(log),
                                          StringRef(log)};
  std::string error;
  int result = llvm::sys::ExecuteAndWait(linker, arguments, std::nullopt,
                                         redirects, 0, 0, &error);
  if (result == 0)
    return "";
  if (!error.empty())
    return error;
  auto buffer = llvm::MemoryBuffer::getFile(log);
  std::string message =
      buffer ? (*buffer)->getBuffer().trim().str() : std::string();
  return message.empty() ? "exit status " + std::to_string(result) : message;
}

llvm::Expected<std::string>
lse::makeSharedLibrary(StringRef object, StringRef fileName,
                       StringRef runtimeArchive, ArrayRef<std::string> exported,
                       bool mayLackSymbols) {
  llvm::ErrorOr<std::string> linker = llvm::sys::findProgramByName("cc");
  if (!linker)
    return llvm::createStringError(
        "a shared library needs the C compiler 'cc' to link, and PATH has "
        "none; install one, or use --emit=lib");
  if (!fs::exists(runtimeArchive))
    return llvm::createStringError("cannot read '" + runtimeArchive +
                                   "': lse's runtime is not there");
  ScratchFolder folder;
  if (std::error_code code =
          fs::createUniqueDirectory("lse-compile", folder.path))
    return llvm::createStringError("cannot make a temporary folder: " +
                                   code.message());
  if (llvm::Error error = folder.write("module.o", object))
    return error;
  if (llvm::Error error = folder.write("symbols", makeVersionScript(exported)))
    return error;
  std::string problem =
      runLinker(folder, *linker, fileName, runtimeArchive, mayLackSymbols);
  if (!problem.empty())
    return llvm::createStringError("'" + *linker + "' could not link '" +
                                   fileName + "': " + problem);
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> buffer =
      readFile(folder.getFile("module.so"));
  if (!buffer)
    return buffer.takeError();
  return (*buffer)->getBuffer().str();
}
