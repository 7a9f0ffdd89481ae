//===- Backend.h - From the LLVM dialect to machine code --------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_DRIVER_BACKEND_H
#define LSE_LIB_DRIVER_BACKEND_H

#include "lse/Conversion/Target.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

namespace mlir::lse {

/// What code looks for as it runs.
enum class Sanitizer {
  None,
  /// Accesses of memory that is not there to be accessed.
  Address
};

/// Translates a module of the LLVM dialect and optimises it for a target.
/// Problems that LLVM reports go to a stream.
class Backend {
public:
  static llvm::Expected<std::unique_ptr<Backend>>
  create(const TargetInfo &target, Sanitizer sanitizer,
         raw_ostream &diagnostics);

  /// Takes in `module`. Of what it defines only `exported` is seen outside.
  LogicalResult load(ModuleOp module, ArrayRef<std::string> exported);

  std::string printModule();
  std::string writeBitcode();
  FailureOr<std::string> emitAssembly();
  /// Generated once, however often it is asked for.
  FailureOr<std::string> emitObject();

private:
  Backend(const TargetInfo &target, Sanitizer sanitizer,
          raw_ostream &diagnostics);
  void setTargetAttributes();
  void internalize(ArrayRef<std::string> exported);
  void prepareSanitizer();
  void optimize();
  FailureOr<std::string> emit(llvm::CodeGenFileType fileType);

  TargetInfo target;
  Sanitizer sanitizer;
  raw_ostream &diagnostics;
  std::unique_ptr<llvm::TargetMachine> machine;
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module;
  std::optional<FailureOr<std::string>> object;
  bool hasFailed = false;
};

} // namespace mlir::lse

#endif // LSE_LIB_DRIVER_BACKEND_H
