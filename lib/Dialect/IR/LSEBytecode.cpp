//===- LSEBytecode.cpp - The version in bytecode --------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attributes and operations are encoded as MLIR does by itself. The version is
// there so that later encodings can be told apart.
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Bytecode/BytecodeImplementation.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

struct LSEBytecodeInterface final : BytecodeDialectInterface {
  explicit LSEBytecodeInterface(Dialect *dialect)
      : BytecodeDialectInterface(dialect) {}

  void writeVersion(DialectBytecodeWriter &writer) const override {
    // A caller of the writer may ask for an older version.
    FailureOr<const DialectVersion *> asked =
        writer.getDialectVersion<LSEDialect>();
    writer.writeVarInt(
        succeeded(asked)
            ? static_cast<const LSEDialectVersion *>(*asked)->number
            : LSEDialectVersion::current);
  }

  std::unique_ptr<DialectVersion>
  readVersion(DialectBytecodeReader &reader) const override {
    uint64_t number;
    if (failed(reader.readVarInt(number)))
      return nullptr;
    if (number > LSEDialectVersion::current) {
      reader.emitError() << "bytecode has version " << number
                         << " of dialect 'lse', but this tool reads up to "
                         << "version " << LSEDialectVersion::current
                         << "; use a newer tool, or write the module as text";
      return nullptr;
    }
    return std::make_unique<LSEDialectVersion>(number);
  }
};

} // namespace

void lse::detail::addBytecodeInterface(LSEDialect &dialect) {
  dialect.addInterfaces<LSEBytecodeInterface>();
}
