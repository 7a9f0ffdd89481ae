//===- BytecodeTest.cpp - Versions of the dialect in bytecode -------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

class BytecodeTest : public ::testing::Test {
protected:
  BytecodeTest() {
    context.loadDialect<LSEDialect, func::FuncDialect>();
    module = parseSourceString<ModuleOp>(
        R"(func.func @f(%x: tensor<4x8xf32>, %l: tensor<4xf32>)
               -> tensor<4xf32> {
             %0 = lse.logsumexp dims = [1] row_death = zero
               ins(%x : tensor<4x8xf32>) outs(%l : tensor<4xf32>)
               -> tensor<4xf32>
             return %0 : tensor<4xf32>
           })",
        &context);
  }

  /// The module as bytecode of a tool whose dialect has version `number`.
  std::string write(uint64_t number) {
    BytecodeWriterConfig config;
    config.setDialectVersion<LSEDialect>(
        std::make_unique<LSEDialectVersion>(number));
    std::string bytes;
    llvm::raw_string_ostream os(bytes);
    EXPECT_TRUE(succeeded(writeBytecodeToFile(*module, os, config)));
    return bytes;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

std::string print(Operation *op) {
  std::string text;
  llvm::raw_string_ostream os(text);
  op->print(os);
  return text;
}

TEST_F(BytecodeTest, RoundTrip) {
  ASSERT_TRUE(module);
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  ASSERT_TRUE(succeeded(writeBytecodeToFile(*module, os)));
  EXPECT_EQ(bytes, write(LSEDialectVersion::current));
  OwningOpRef<ModuleOp> again = parseSourceString<ModuleOp>(bytes, &context);
  ASSERT_TRUE(again);
  EXPECT_EQ(print(*module), print(*again));
}

TEST_F(BytecodeTest, NewerVersionIsAnError) {
  ASSERT_TRUE(module);
  std::string messages;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    messages += diagnostic.str() + "\n";
    return success();
  });
  EXPECT_FALSE(parseSourceString<ModuleOp>(
      write(LSEDialectVersion::current + 1), &context));
  EXPECT_NE(messages.find("bytecode has version 2 of dialect 'lse', but this "
                          "tool reads up to version 1; use a newer tool, or "
                          "write the module as text"),
            std::string::npos)
      << messages;
}

} // namespace
