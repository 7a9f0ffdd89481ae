//===- Report.cpp - What was raised, and what was not ---------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
using namespace mlir::lse;

/// `file:line:column`, as compilers write it, or whatever else the location is.
static std::string toString(Location loc) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (auto file = loc->findInstanceOf<FileLineColLoc>())
    os << file.getFilename().strref() << ':' << file.getLine() << ':'
       << file.getColumn();
  else
    os << loc;
  return text;
}

void Report::addRaised(StringRef function, RowOpInterface op,
                       std::string logit) {
  SmallVector<int64_t> dims(op.getRowDims());
  raised.push_back({function.str(), toString(op.getLoc()),
                    op->getName().getStringRef().str(), std::move(dims),
                    std::move(logit), op.getStabilized(),
                    op.getRowDeath() == RowDeath::Zero});
}

void Report::addRefused(StringRef function, Location loc,
                        const Refusal &refusal) {
  refused.push_back({function.str(), toString(loc), refusal});
}

//===----------------------------------------------------------------------===//
// For people
//===----------------------------------------------------------------------===//

/// The plural of a noun that takes an s.
static std::string count(size_t number, StringRef noun) {
  return std::to_string(number) + " " + noun.str() + (number == 1 ? "" : "s");
}

void Report::writeMarkdown(raw_ostream &os) const {
  size_t numStabilized =
      llvm::count_if(raised, [](const Raised &r) { return r.isStabilized; });
  size_t numTwoClasses = llvm::count_if(raised, [](const Raised &r) {
    return r.isStabilized &&
           r.operation == BinaryCrossEntropyOp::getOperationName();
  });
  os << "# What lse-raise found\n\n"
     << count(raised.size(), "operation") << " raised, "
     << (numStabilized ? std::to_string(numStabilized) : "none")
     << " of them repaired; " << count(refused.size(), "candidate")
     << " refused.\n";
  if (!raised.empty()) {
    os << "\n## Raised\n\n";
    if (numStabilized > numTwoClasses)
      os << "Repaired: the source does not subtract the maximum of a row and "
            "overflows for large\nlogits; the operation does not.\n\n";
    if (numTwoClasses)
      os << "Repaired: the source takes the logarithm of a sigmoid, or an "
            "exponential, that large\nlogits make infinite; the operation "
            "does not.\n\n";
    if (llvm::any_of(raised, [](const Raised &r) { return r.isGuarded; }))
      os << "Guarded: rows without a finite logit are answered with 0, as the "
            "source does.\n\n";
    os << "| where | function | operation | dims | logits | notes |\n"
          "| --- | --- | --- | --- | --- | --- |\n";
  }
  for (const Raised &r : raised) {
    os << "| " << r.location << " | `" << r.function << "` | `" << r.operation
       << "` | ";
    llvm::interleaveComma(r.dims, os);
    os << " | `" << r.logit << "` | " << (r.isStabilized ? "repaired" : "")
       << (r.isStabilized && r.isGuarded ? ", " : "")
       << (r.isGuarded ? "guarded" : "") << " |\n";
  }
  if (!refused.empty())
    os << "\n## Refused\n\n"
          "These take exponentials and divide by, or take the logarithm of, a "
          "sum of\nexponentials, but were left as they are, for the reason "
          "given. What each code\nmeans is on the page Remarks of lse's "
          "documentation (docs/Remarks.md).\n\n"
          "| where | function | code | why |\n| --- | --- | --- | --- |\n";
  for (const Refused &r : refused)
    os << "| " << r.location << " | `" << r.function << "` | `"
       << getRefusalName(r.refusal.code) << "` | " << getMeaning(r.refusal)
       << " |\n";
}

//===----------------------------------------------------------------------===//
// For programs
//===----------------------------------------------------------------------===//

void Report::writeJSON(raw_ostream &os) const {
  llvm::json::OStream json(os, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("version", 1);
    json.attributeArray("raised", [&] {
      for (const Raised &r : raised)
        json.object([&] {
          json.attribute("location", r.location);
          json.attribute("function", r.function);
          json.attribute("operation", r.operation);
          json.attribute("dims", llvm::json::Array(r.dims));
          json.attribute("logits", r.logit);
          json.attribute("repaired", r.isStabilized);
          json.attribute("guarded", r.isGuarded);
        });
    });
    json.attributeArray("refused", [&] {
      for (const Refused &r : refused)
        json.object([&] {
          json.attribute("location", r.location);
          json.attribute("function", r.function);
          json.attribute("code", getRefusalName(r.refusal.code));
          json.attribute("left", r.refusal.left);
          json.attribute("right", r.refusal.right);
          json.attribute("meaning", getMeaning(r.refusal));
        });
    });
  });
  os << '\n';
}

llvm::Error Report::write(StringRef path) const {
  std::string problem;
  std::unique_ptr<llvm::ToolOutputFile> file = openOutputFile(path, &problem);
  if (!file)
    return llvm::createStringError(problem);
  if (path.ends_with(".json"))
    writeJSON(file->os());
  else
    writeMarkdown(file->os());
  file->os().flush();
  if (std::error_code error = file->os().error()) {
    file->os().clear_error();
    return llvm::createStringError("cannot write '" + path +
                                   "': " + error.message());
  }
  file->keep();
  return llvm::Error::success();
}
