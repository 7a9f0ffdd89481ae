//===- CInterface.h - How C sees a compiled function ------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The passes that give functions a C interface leave marks in attributes; the
// writer of headers reads them. What the attributes are called and how they are
// built is said here, once.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_CONVERSION_CINTERFACE_H
#define LSE_CONVERSION_CINTERFACE_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Support/LLVM.h"

#include <optional>
#include <string>

namespace mlir::lse {

/// Marks an argument that is memory for a result.
inline constexpr StringLiteral resultAttributeName = "lse.result";
/// On a function: the symbol of the one that computes its results' extents.
inline constexpr StringLiteral shapeAttributeName = "lse.shape";
/// On such a function: the symbol of the function it belongs to.
inline constexpr StringLiteral shapeOfAttributeName = "lse.shape_of";
/// On a function that C can call: its CSignature.
inline constexpr StringLiteral cInterfaceAttributeName = "lse.c_interface";

/// The type in C that holds a `type`, such as `float`; empty if there is none.
/// Both half-precision types are `uint16_t`, truth values `uint8_t`.
StringRef getCTypeName(Type type);

/// The bytes of such a type in memory.
int64_t getCTypeSize(Type type);

/// Why `symbol` cannot name a function in C and C++; nothing if it can.
std::optional<std::string> checkCSymbol(StringRef symbol);

/// An argument or a result.
struct CParameter {
  /// `arg0`, `result0`, ...
  std::string name;
  /// The element type in C and in MLIR.
  std::string type;
  std::string elementType;
  /// A scalar argument is passed by value; it has no extents.
  bool isScalar = false;
  /// Each a number, or what a dynamic extent is called: that of an argument is
  /// a parameter, that of a result is named after the parameter it is equal to,
  /// or after the result.
  SmallVector<std::string> extents;

  /// For a memref or a scalar that C has a type for.
  static CParameter get(Type type, std::string name);
  static bool isDynamic(StringRef extent);
  unsigned getNumDynamicExtents() const;
  /// What C calls the dynamic extent `dim` of the parameter `name`.
  static std::string getExtentName(StringRef name, unsigned dim);
};

/// A function that C can call.
struct CSignature {
  /// The function's name in the source.
  std::string name;
  /// The symbol of the function whose results' extents this one computes; empty
  /// for any other function.
  std::string shapeOf;
  SmallVector<CParameter> arguments;
  SmallVector<CParameter> results;

  /// To and from the attribute `lse.c_interface`.
  DictionaryAttr getAttribute(MLIRContext *context) const;
  static std::optional<CSignature> get(Attribute attribute);
};

} // namespace mlir::lse

#endif // LSE_CONVERSION_CINTERFACE_H
