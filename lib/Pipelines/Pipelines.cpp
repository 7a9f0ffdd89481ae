//===- Pipelines.cpp - Named pass pipelines -------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Pipelines/Pipelines.h"
#include "lse/Conversion/Passes.h"
#include "lse/Dialect/Transforms/Passes.h"
#include "lse/Raise/Passes.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::lse;

void lse::buildRaisePipeline(OpPassManager &manager,
                             const CompilePipelineOptions &options) {
  // Functions that a front end outlined are part of the computation.
  manager.addPass(createInlinerPass());
  manager.addPass(createSymbolDCEPass());
  // TOSA is easier to read than the loops and conditions it is lowered to.
  manager.addPass(createLSERaise(
      {options.stabilize, options.numerics, options.raiseReport}));
  // What a front end writes is compiled as it is: no TOSA profile is enforced.
  tosa::addTosaToLinalgPasses(manager, TosaToLinalgOptions(),
                              TosaToLinalgNamedOptions(),
                              /*validationOptions=*/std::nullopt);
  manager.addNestedPass<func::FuncOp>(createTosaToArithPass());
  manager.addNestedPass<func::FuncOp>(createTosaToTensorPass());
  manager.addNestedPass<func::FuncOp>(createTosaToSCFPass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

void lse::buildBufferizePipeline(OpPassManager &manager,
                                 const CompilePipelineOptions &) {
  manager.addNestedPass<func::FuncOp>(createLSESelectsToBranches());
  // Only of linalg operations are extents known and verified.
  manager.addPass(createConvertElementwiseToLinalgPass());
  // Who asks for an extent reads nothing.
  manager.addNestedPass<func::FuncOp>(
      memref::createResolveShapedTypeResultDimsPass());
  manager.addNestedPass<func::FuncOp>(createLSEFuse());
  // Operations over the same rows are told by what their regions are made of.
  manager.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  manager.addNestedPass<func::FuncOp>(createCSEPass());
  manager.addPass(createLSEDestinationArguments());
  manager.addNestedPass<func::FuncOp>(createLSEPrepareKernels());
  // Dynamic extents that must agree become assertions, and those a status.
  manager.addPass(createGenerateRuntimeVerificationPass());
  manager.addPass(createLinalgElementwiseOpFusionPass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  // Empty tensors that end in a result become that result's memory.
  manager.addPass(bufferization::createEmptyTensorEliminationPass());
  bufferization::OneShotBufferizePassOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.allowReturnAllocsFromLoops = true;
  options.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  manager.addPass(bufferization::createOneShotBufferizePass(options));
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  bufferization::buildBufferDeallocationPipeline(
      manager, bufferization::BufferDeallocationPipelineOptions());
}

void lse::buildKernelPipeline(OpPassManager &manager,
                              const CompilePipelineOptions &options) {
  LSEScheduleOptions schedule;
  schedule.triple = options.triple;
  schedule.cpus = llvm::to_vector(options.cpus);
  manager.addNestedPass<func::FuncOp>(createLSESchedule(schedule));
  manager.addPass(createLSEThreadStatus());
  manager.addPass(createLSELowerToHalide(options.listing));
}

void lse::buildLLVMPipeline(OpPassManager &manager,
                            const CompilePipelineOptions &options) {
  LSEEmitCInterfaceOptions interface;
  interface.prefix = options.prefix;
  manager.addPass(createLSEEmitCInterface(interface));
  manager.addNestedPass<func::FuncOp>(createLSELowerCopies());
  LSETileProductsOptions tiles;
  tiles.triple = options.triple;
  tiles.cpus = llvm::to_vector(options.cpus);
  manager.addNestedPass<func::FuncOp>(createLSETileProducts(tiles));
  manager.addNestedPass<func::FuncOp>(createLSEReorderLoops());
  manager.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  manager.addPass(memref::createExpandStridedMetadataPass());
  manager.addPass(createLowerAffinePass());
  manager.addPass(createSCFToControlFlowPass());
  manager.addPass(createLSELowerFailures());
  manager.addPass(memref::createExpandOpsPass());
  // Compilers' run-time libraries need not have conversions of bf16.
  arith::ArithExpandOpsPassOptions expandOptions;
  expandOptions.includeBf16 = true;
  manager.addPass(arith::createArithExpandOpsPass(expandOptions));
  // log(1 + x) is not log1p(x) where x is small.
  ConvertMathToLLVMPassOptions mathOptions;
  mathOptions.approximateLog1p = false;
  manager.addPass(createConvertMathToLLVMPass(mathOptions));
  manager.addPass(createConvertMathToLibmPass());
  manager.addPass(createConvertVectorToLLVMPass());
  manager.addPass(createArithToLLVMConversionPass());
  manager.addPass(createConvertIndexToLLVMPass());
  manager.addPass(createFinalizeMemRefToLLVMConversionPass());
  manager.addPass(createConvertFuncToLLVMPass());
  manager.addPass(createConvertControlFlowToLLVMPass());
  manager.addPass(createUBToLLVMConversionPass());
  manager.addPass(createReconcileUnrealizedCastsPass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createSymbolDCEPass());
}

ArrayRef<Phase> lse::getPhases() {
  static constexpr Phase phases[] = {
      {"raise", "lse-raise-pipeline",
       "Front-end IR to lse operations on tensors", buildRaisePipeline},
      {"bufferize", "lse-bufferize-pipeline",
       "lse operations on tensors to memrefs", buildBufferizePipeline},
      {"kernels", "lse-kernel-pipeline",
       "lse operations on memrefs to kernel calls", buildKernelPipeline},
      {"llvm", "lse-llvm-pipeline",
       "The rest, with a C interface, to the LLVM dialect", buildLLVMPipeline},
  };
  return phases;
}

void lse::buildCompilePipeline(OpPassManager &manager,
                               const CompilePipelineOptions &options) {
  for (const Phase &phase : getPhases())
    phase.build(manager, options);
}

void lse::registerPipelines() {
  for (const Phase &phase : getPhases())
    PassPipelineRegistration<CompilePipelineOptions>(
        phase.pipeline, phase.description, phase.build);
  PassPipelineRegistration<CompilePipelineOptions>(
      "lse-default-pipeline", "Front-end IR to the LLVM dialect",
      buildCompilePipeline);
}
