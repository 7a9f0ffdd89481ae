//===- KernelListing.cpp - The loop nests of kernels, to read -------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/KernelListing.h"
#include "HalideLibrary.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::lse;

static constexpr StringLiteral noKernel =
    "There is no kernel in this module: no lse operation was found in it or "
    "raised from it, or each was decomposed.";

//===----------------------------------------------------------------------===//
// Collecting
//===----------------------------------------------------------------------===//

/// `lse.softmax at model.mlir:5:8`, as far as the location says so.
static std::string describeUser(Operation *op) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << op->getName() << " at ";
  if (auto place = op->getLoc()->findInstanceOf<FileLineColLoc>())
    os << place.getFilename().getValue() << ":" << place.getLine() << ":"
       << place.getColumn();
  else
    os << op->getLoc();
  return text;
}

static std::string describeExtents(ArrayRef<int64_t> extents) {
  return llvm::join(llvm::map_range(extents,
                                    [](int64_t extent) {
                                      return extent < 0 ? std::string("?")
                                                        : llvm::itostr(extent);
                                    }),
                    " x ");
}

static std::string describeTarget(ScheduleAttr schedule) {
  auto target = cast<LLVM::TargetAttr>(schedule.getTarget());
  std::string text =
      (target.getTriple().getValue() + ", " + target.getChip().getValue())
          .str();
  if (LLVM::TargetFeaturesAttr features = target.getFeatures())
    for (StringAttr feature : features.getFeatures())
      text += (" " + feature.getValue()).str();
  return text;
}

/// The schedule without its target, as it is written in IR.
static std::string describeSchedule(ScheduleAttr schedule) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << schedule;
  size_t start = text.find("strategy");
  return start == std::string::npos
             ? text
             : StringRef(text).substr(start).drop_back().str();
}

static llvm::Expected<std::string>
getArtifact(const lse_halide::KernelSpec &spec, lse_halide::Artifact artifact) {
  llvm::Expected<lse_halide::CompileFunction> compile = loadHalideLibrary();
  if (!compile)
    return compile.takeError();
  lse_halide::KernelResult result;
  (*compile)(spec, artifact, result);
  if (!result.succeeded)
    return llvm::createStringError("Halide shows no loop nest of it: " +
                                   result.error);
  return result.bytes;
}

LogicalResult lse::addToListing(KernelListing &listing, RowOpInterface op,
                                ScheduleAttr schedule,
                                const lse_halide::KernelSpec &spec,
                                StringRef name) {
  std::string user = describeUser(op);
  auto known = llvm::find_if(
      listing.kernels, [&](const auto &kernel) { return kernel.name == name; });
  if (known != listing.kernels.end()) {
    known->users.push_back(user);
    return success();
  }
  KernelListing::Kernel kernel;
  kernel.name = name.str();
  kernel.users = {user};
  kernel.facts = {{"extents", describeExtents(spec.extents)},
                  {"target", describeTarget(schedule)},
                  {"schedule", describeSchedule(schedule)}};
  for (auto [isWanted, artifact, place] :
       {std::tuple(listing.wantsText, lse_halide::Artifact::Stmt, &kernel.text),
        std::tuple(listing.wantsHTML, lse_halide::Artifact::StmtHTML,
                   &kernel.html)}) {
    if (!isWanted)
      continue;
    llvm::Expected<std::string> bytes = getArtifact(spec, artifact);
    if (!bytes)
      return op.emitError() << llvm::toString(bytes.takeError());
    *place = std::move(*bytes);
  }
  listing.kernels.push_back(std::move(kernel));
  return success();
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

/// Calls `print(key, value)` for each line of a kernel's heading.
static void forEachFact(const KernelListing::Kernel &kernel,
                        llvm::function_ref<void(StringRef, StringRef)> print) {
  for (StringRef user : kernel.users)
    print("for", user);
  for (const auto &[key, value] : kernel.facts)
    print(key, value);
}

std::string KernelListing::printText() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (kernels.empty())
    os << "// " << noKernel << "\n";
  llvm::interleave(
      kernels,
      [&](const Kernel &kernel) {
        os << "// kernel " << kernel.name << "\n";
        forEachFact(kernel, [&](StringRef key, StringRef value) {
          os << "//   " << llvm::left_justify(key, 10) << value << "\n";
        });
        os << "\n" << StringRef(kernel.text).trim('\n') << "\n";
      },
      [&] { os << "\n"; });
  return text;
}

/// `text` as an attribute's value or as content in HTML.
static std::string escapeHTML(StringRef text) {
  std::string escaped;
  llvm::raw_string_ostream os(escaped);
  llvm::printHTMLEscaped(text, os);
  return escaped;
}

// Halide writes a whole page for each kernel, with styles and identifiers that
// would clash with another's: each gets a frame of its own.
std::string KernelListing::printHTML() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
        "charset=\"utf-8\">\n"
        "<title>Loop nests</title>\n<style>\n"
        "body { font-family: sans-serif; margin: 1em; }\n"
        "iframe { width: 100%; height: 80vh; border: 1px solid #888; }\n"
        "th { text-align: left; padding-right: 1em; font-weight: normal; }\n"
        "</style>\n</head>\n<body>\n<h1>Loop nests</h1>\n";
  if (kernels.empty())
    os << "<p>" << noKernel << "</p>\n";
  for (const Kernel &kernel : kernels) {
    os << "<h2 id=\"" << kernel.name << "\">" << kernel.name << "</h2>\n"
       << "<table>\n";
    forEachFact(kernel, [&](StringRef key, StringRef value) {
      os << "<tr><th>" << key << "</th><td>" << escapeHTML(value)
         << "</td></tr>\n";
    });
    os << "</table>\n<iframe title=\"" << kernel.name << "\" srcdoc=\""
       << escapeHTML(kernel.html) << "\"></iframe>\n";
  }
  os << "</body>\n</html>\n";
  return text;
}
