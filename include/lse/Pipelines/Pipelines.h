//===- Pipelines.h - Named pass pipelines -----------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_PIPELINES_PIPELINES_H
#define LSE_PIPELINES_PIPELINES_H

#include "lse/Raise/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace mlir::lse {

struct KernelListing;

/// Options of the pipelines. Each takes all of them, and obeys those that
/// concern it.
struct CompilePipelineOptions : PassPipelineOptions<CompilePipelineOptions> {
  Option<std::string> triple{
      *this, "triple",
      llvm::cl::desc("LLVM target triple; that of this machine by default")};
  ListOption<std::string> cpus{
      *this, "cpu",
      llvm::cl::desc("LLVM CPU names, or 'native'; the baseline by default")};
  Option<std::string> prefix{
      *this, "prefix",
      llvm::cl::desc("what every exported C symbol starts with"),
      llvm::cl::init("lse")};
  Option<Stabilize> stabilize{
      *this, "stabilize",
      llvm::cl::desc("whether to raise what does not subtract the row maximum"),
      llvm::cl::init(Stabilize::Always),
      llvm::cl::values(
          clEnumValN(Stabilize::Always, "always", "always, with a remark"),
          clEnumValN(Stabilize::Flags, "flags",
                     "where fast-math flags allow it"),
          clEnumValN(Stabilize::Off, "off", "never"))};
  Option<Numerics> numerics{
      *this, "numerics",
      llvm::cl::desc("the class of error bounds that raised operations get"),
      llvm::cl::init(Numerics::Standard),
      llvm::cl::values(clEnumValN(Numerics::Standard, "standard", "fast"),
                       clEnumValN(Numerics::Accurate, "accurate",
                                  "at most 4 units in the last place"))};
  Option<std::string> raiseReport{
      *this, "report",
      llvm::cl::desc("file for what was raised and refused, '-' for standard "
                     "output: JSON if it ends in .json, else Markdown")};
  /// Where the loop nests of kernels go, if anywhere; not an option in text.
  KernelListing *listing = nullptr;
};

/// One part of the way from front-end IR to the LLVM dialect.
struct Phase {
  /// What users call it.
  StringLiteral name;
  /// The name of the pipeline that does it.
  StringLiteral pipeline;
  StringLiteral description;
  void (*build)(OpPassManager &manager, const CompilePipelineOptions &options);
};

/// All phases, in their order: what `lse-default-pipeline` consists of.
ArrayRef<Phase> getPhases();

/// `lse-raise-pipeline`: front-end IR on tensors to lse operations on tensors.
void buildRaisePipeline(OpPassManager &manager,
                        const CompilePipelineOptions &options);

/// `lse-bufferize-pipeline`: lse operations on tensors to lse operations on
/// memrefs, with results owned by the callers of public functions.
void buildBufferizePipeline(OpPassManager &manager,
                            const CompilePipelineOptions &options);

/// `lse-kernel-pipeline`: lse operations on memrefs to calls of kernels.
void buildKernelPipeline(OpPassManager &manager,
                         const CompilePipelineOptions &options);

/// `lse-llvm-pipeline`: what is left, with a C interface, to the LLVM dialect.
void buildLLVMPipeline(OpPassManager &manager,
                       const CompilePipelineOptions &options);

/// `lse-default-pipeline`: all of them, from front-end IR to the LLVM dialect.
void buildCompilePipeline(OpPassManager &manager,
                          const CompilePipelineOptions &options);

/// Registers the pipelines under their names.
void registerPipelines();

} // namespace mlir::lse

#endif // LSE_PIPELINES_PIPELINES_H
