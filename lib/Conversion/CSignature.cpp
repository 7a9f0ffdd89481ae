//===- CSignature.cpp - How C sees a compiled function --------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/CInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Types and names
//===----------------------------------------------------------------------===//

StringRef lse::getCTypeName(Type type) {
  return llvm::TypeSwitch<Type, StringRef>(type)
      .Case<Float16Type, BFloat16Type>([](Type) { return "uint16_t"; })
      .Case<Float32Type>([](Type) { return "float"; })
      .Case<Float64Type>([](Type) { return "double"; })
      .Case<IndexType>([](Type) { return "int64_t"; })
      .Case<IntegerType>([](IntegerType integer) -> StringRef {
        if (!integer.isSignless())
          return "";
        switch (integer.getWidth()) {
        case 1:
          return "uint8_t";
        case 8:
          return "int8_t";
        case 16:
          return "int16_t";
        case 32:
          return "int32_t";
        case 64:
          return "int64_t";
        default:
          return "";
        }
      })
      .Default([](Type) { return ""; });
}

int64_t lse::getCTypeSize(Type type) {
  return type.isIndex() ? 8 : llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
}

/// The words that are no names in C or in C++ and hold an underscore: every
/// symbol does, between prefix and name.
static bool isKeyword(StringRef symbol) {
  return llvm::StringSwitch<bool>(symbol)
      .Cases({"_Alignas", "_Alignof", "_Atomic", "_Bool", "_Complex",
              "_Generic", "_Imaginary", "_Noreturn", "_Static_assert",
              "_Thread_local"},
             true)
      .Cases({"and_eq", "char16_t", "char32_t", "char8_t", "co_await",
              "co_return", "co_yield", "const_cast", "dynamic_cast", "not_eq",
              "or_eq", "reinterpret_cast", "static_assert", "static_cast",
              "thread_local", "typeof_unqual", "wchar_t", "xor_eq"},
             true)
      .Default(false);
}

static bool isRuntimeSymbol(StringRef symbol) {
  return symbol.starts_with("lse_rt_") ||
         llvm::StringSwitch<bool>(symbol)
             .Cases({"lse_runtime_version", "lse_set_num_threads",
                     "lse_get_num_threads", "lse_set_parallel_for",
                     "lse_set_allocator", "lse_set_max_target",
                     "lse_get_target"},
                    true)
             .Default(false);
}

std::optional<std::string> lse::checkCSymbol(StringRef symbol) {
  constexpr size_t maxLength = 200;
  auto isFirst = [](char c) { return llvm::isAlpha(c) || c == '_'; };
  if (symbol.empty() || !isFirst(symbol.front()) ||
      !llvm::all_of(symbol,
                    [](char c) { return llvm::isAlnum(c) || c == '_'; }))
    return "it is not an identifier in C: letters, digits and underscores, the "
           "first not a digit";
  if (symbol.size() > maxLength)
    return "it is longer than 200 characters";
  if (isKeyword(symbol))
    return "it is a keyword in C or C++";
  if (isRuntimeSymbol(symbol))
    return "it belongs to lse's runtime";
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

CParameter CParameter::get(Type type, std::string name) {
  CParameter parameter;
  auto memref = dyn_cast<MemRefType>(type);
  Type elementType = memref ? memref.getElementType() : type;
  parameter.type = getCTypeName(elementType).str();
  llvm::raw_string_ostream(parameter.elementType) << elementType;
  parameter.isScalar = !memref;
  for (int64_t dim = 0; memref && dim < memref.getRank(); ++dim)
    parameter.extents.push_back(memref.isDynamicDim(dim)
                                    ? CParameter::getExtentName(name, dim)
                                    : std::to_string(memref.getDimSize(dim)));
  parameter.name = std::move(name);
  return parameter;
}

bool CParameter::isDynamic(StringRef extent) {
  return extent.empty() || !llvm::isDigit(extent.front());
}

unsigned CParameter::getNumDynamicExtents() const {
  return llvm::count_if(extents, [](StringRef e) { return isDynamic(e); });
}

std::string CParameter::getExtentName(StringRef name, unsigned dim) {
  return (name + "_dim" + Twine(dim)).str();
}

static DictionaryAttr getAttribute(Builder builder, const CParameter &param) {
  NamedAttrList attributes;
  attributes.set("name", builder.getStringAttr(param.name));
  attributes.set("type", builder.getStringAttr(param.type));
  attributes.set("element", builder.getStringAttr(param.elementType));
  if (!param.isScalar)
    attributes.set("extents",
                   builder.getStrArrayAttr(llvm::map_to_vector(
                       param.extents, [](StringRef e) { return e; })));
  return attributes.getDictionary(builder.getContext());
}

DictionaryAttr CSignature::getAttribute(MLIRContext *context) const {
  Builder builder(context);
  auto getArray = [&](ArrayRef<CParameter> parameters) {
    return builder.getArrayAttr(llvm::map_to_vector(
        parameters, [&](const CParameter &parameter) -> Attribute {
          return ::getAttribute(builder, parameter);
        }));
  };
  NamedAttrList attributes;
  attributes.set("name", builder.getStringAttr(name));
  if (!shapeOf.empty())
    attributes.set("shape_of", builder.getStringAttr(shapeOf));
  attributes.set("arguments", getArray(arguments));
  attributes.set("results", getArray(results));
  return attributes.getDictionary(context);
}

//===----------------------------------------------------------------------===//
// From the attribute
//===----------------------------------------------------------------------===//

static std::string getString(DictionaryAttr attributes, StringRef name) {
  auto attribute = attributes.getAs<StringAttr>(name);
  return attribute ? attribute.str() : std::string();
}

static SmallVector<CParameter> getParameters(DictionaryAttr attributes,
                                             StringRef name) {
  SmallVector<CParameter> parameters;
  auto array = attributes.getAs<ArrayAttr>(name);
  if (!array)
    return parameters;
  for (auto attribute : array.getAsRange<DictionaryAttr>()) {
    CParameter parameter;
    parameter.name = getString(attribute, "name");
    parameter.type = getString(attribute, "type");
    parameter.elementType = getString(attribute, "element");
    auto extents = attribute.getAs<ArrayAttr>("extents");
    parameter.isScalar = !extents;
    if (extents)
      for (auto extent : extents.getAsRange<StringAttr>())
        parameter.extents.push_back(extent.str());
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

std::optional<CSignature> CSignature::get(Attribute attribute) {
  auto attributes = dyn_cast_if_present<DictionaryAttr>(attribute);
  if (!attributes)
    return std::nullopt;
  CSignature signature;
  signature.name = getString(attributes, "name");
  signature.shapeOf = getString(attributes, "shape_of");
  signature.arguments = getParameters(attributes, "arguments");
  signature.results = getParameters(attributes, "results");
  return signature;
}
