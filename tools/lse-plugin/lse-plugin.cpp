//===- lse-plugin.cpp - lse in a stock mlir-opt ---------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same dialect, passes and pipelines as in lse-opt, for tools of the same
// LLVM that load plugins: --load-dialect-plugin and --load-pass-plugin.
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/Passes.h"
#include "lse/Dialect/IR/LSEDialect.h"
#include "lse/Dialect/Transforms/BufferizableOpInterfaceImpl.h"
#include "lse/Dialect/Transforms/Passes.h"
#include "lse/Pipelines/Pipelines.h"
#include "lse/Raise/Passes.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace mlir;

static void registerPasses() {
  lse::registerLSEConversionPasses();
  lse::registerLSETransformsPasses();
  lse::registerLSERaisePasses();
  lse::registerPipelines();
}

extern "C" LLVM_ATTRIBUTE_WEAK DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "lse", LSE_VERSION,
          [](DialectRegistry *registry) {
            registry->insert<lse::LSEDialect>();
            lse::registerBufferizableOpInterfaceExternalModels(*registry);
          }};
}

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "lse", LSE_VERSION, registerPasses};
}
