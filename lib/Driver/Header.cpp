//===- Header.cpp - What C programs include -------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Header.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::lse;

/// `float[arg0_dim0][64], row-major`, or `int32_t` for a scalar.
static std::string describe(const CParameter &parameter) {
  std::string text = parameter.type;
  for (StringRef extent : parameter.extents)
    text += ("[" + extent + "]").str();
  if (parameter.elementType == "f16" || parameter.elementType == "bf16")
    text += " (bits of " + parameter.elementType + ")";
  if (parameter.elementType == "i1")
    text += " (0 or 1)";
  if (parameter.extents.size() > 1)
    text += ", row-major";
  return text;
}

/// The dynamic extents of `parameter`, by the names that C gives to them as
/// parameters.
static SmallVector<std::string> getExtentNames(const CParameter &parameter) {
  SmallVector<std::string> names;
  for (auto [dim, extent] : llvm::enumerate(parameter.extents))
    if (CParameter::isDynamic(extent))
      names.push_back(CParameter::getExtentName(parameter.name, dim));
  return names;
}

static SmallVector<std::string> getParameters(const CSignature &signature) {
  SmallVector<std::string> parameters;
  bool isShape = !signature.shapeOf.empty();
  for (const CParameter &argument : signature.arguments) {
    if (!isShape)
      parameters.push_back(
          argument.isScalar ? argument.type + " " + argument.name
                            : "const " + argument.type + " *" + argument.name);
    for (const std::string &name : getExtentNames(argument))
      parameters.push_back("int64_t " + name);
  }
  for (const CParameter &result : signature.results) {
    if (!isShape)
      parameters.push_back(result.type + " *" + result.name);
    else
      for (const std::string &name : getExtentNames(result))
        parameters.push_back("int64_t *" + name);
  }
  return parameters;
}

static void writeComment(raw_ostream &os, const ExportedFunction &function) {
  const CSignature &signature = function.signature;
  if (!signature.shapeOf.empty()) {
    os << "/* The extents of what " << signature.shapeOf << " computes. */\n";
    return;
  }
  os << "/* " << signature.name << "\n";
  auto write = [&](const CParameter &parameter) {
    os << " *   " << llvm::left_justify(parameter.name, 9) << " "
       << describe(parameter) << "\n";
  };
  for (const CParameter &argument : signature.arguments)
    write(argument);
  for (const CParameter &result : signature.results)
    write(result);
  os << " */\n";
}

/// One parameter per line where they do not fit on one.
static void writeDeclaration(raw_ostream &os,
                             const ExportedFunction &function) {
  constexpr size_t maxWidth = 80;
  std::string start = "int " + function.symbol + "(";
  SmallVector<std::string> parameters = getParameters(function.signature);
  if (parameters.empty())
    parameters.push_back("void");
  std::string line = llvm::join(parameters, ", ");
  bool fits = start.size() + line.size() + 2 <= maxWidth;
  os << start << (fits ? line : "\n    " + llvm::join(parameters, ",\n    "))
     << ");\n\n";
}

static void writeStatuses(raw_ostream &os, StringRef prefix, StringRef macro) {
  os << "/* What the functions return. Unless it is " << macro
     << "_STATUS_OK, results\n"
        " * hold nothing of use; where a pointer or an extent is refused they "
        "are\n * untouched. */\n";
#define LSE_STATUS(Name, NAME, Value, Text)                                    \
  os << "#define " << macro << "_STATUS_" #NAME " " #Value "\n";
#include "lse/Runtime/Status.def"
  os << "\nstatic inline const char *" << prefix
     << "_status_string(int status) {\n  switch (status) {\n";
#define LSE_STATUS(Name, NAME, Value, Text)                                    \
  os << "  case " << macro << "_STATUS_" #NAME ":\n    return \"" Text "\";\n";
#include "lse/Runtime/Status.def"
  os << "  default:\n    return \"unknown status\";\n  }\n}\n\n";
}

std::string lse::makeHeader(StringRef name, StringRef prefix,
                            ArrayRef<ExportedFunction> functions) {
  std::string macro = prefix.upper();
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "/* " << name << ".h - written by lse-compile; do not edit.\n"
     << " *\n"
        " * Callers own all memory. Arrays are dense and row-major; those that "
        "are\n"
        " * empty may be null. A result must not overlap another result or an "
        "argument.\n"
        " * Any number of threads may call the functions at once. */\n\n"
     << "#ifndef " << macro << "_H\n#define " << macro << "_H\n\n"
     << "#include <stdint.h>\n\n"
     << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  writeStatuses(os, prefix, macro);
  for (const ExportedFunction &function : functions) {
    writeComment(os, function);
    writeDeclaration(os, function);
  }
  os << "#ifdef __cplusplus\n} /* extern \"C\" */\n#endif\n\n#endif /* "
     << macro << "_H */\n";
  return text;
}
