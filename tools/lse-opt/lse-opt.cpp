//===- lse-opt.cpp - The optimizer driver ---------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/Passes.h"
#include "lse/Dialect/IR/LSEDialect.h"
#include "lse/Dialect/Transforms/BufferizableOpInterfaceImpl.h"
#include "lse/Dialect/Transforms/Passes.h"
#include "lse/Pipelines/Pipelines.h"
#include "lse/Raise/Passes.h"
#include "lse/Testing/TestPasses.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  registry.insert<mlir::lse::LSEDialect>();
  mlir::lse::registerBufferizableOpInterfaceExternalModels(registry);

  mlir::registerAllPasses();
  mlir::lse::registerLSEConversionPasses();
  mlir::lse::registerLSETransformsPasses();
  mlir::lse::registerLSERaisePasses();
  mlir::lse::registerPipelines();
  mlir::lse::registerTestPasses();

  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "lse optimizer driver\n", registry));
}
