//===- Dialects.cpp - What a module may hold ------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A file of its own because the headers of all dialects take long to compile.
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "lse/Dialect/Transforms/BufferizableOpInterfaceImpl.h"
#include "lse/Driver/Driver.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

using namespace mlir;

void lse::registerDriverDialects(DialectRegistry &registry) {
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
  registry.insert<LSEDialect>();
  registerBufferizableOpInterfaceExternalModels(registry);
}
