//===- Backend.cpp - From the LLVM dialect to machine code ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Backend.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/Instrumentation/AddressSanitizer.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace mlir;
using namespace mlir::lse;

Backend::Backend(const TargetInfo &target, Sanitizer sanitizer,
                 raw_ostream &diagnostics)
    : target(target), sanitizer(sanitizer), diagnostics(diagnostics) {
  // Without a handler LLVM ends the process at the first error.
  context.setDiagnosticHandlerCallBack(
      [](const llvm::DiagnosticInfo *info, void *self) {
        auto &backend = *static_cast<Backend *>(self);
        if (info->getSeverity() != llvm::DS_Error)
          return;
        backend.hasFailed = true;
        llvm::DiagnosticPrinterRawOStream printer(backend.diagnostics);
        backend.diagnostics << "error: ";
        info->print(printer);
        backend.diagnostics << "\n";
      },
      this);
}

llvm::Expected<std::unique_ptr<Backend>>
Backend::create(const TargetInfo &target, Sanitizer sanitizer,
                raw_ostream &diagnostics) {
  std::unique_ptr<Backend> backend(new Backend(target, sanitizer, diagnostics));
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine =
      createTargetMachine(target);
  if (!machine)
    return machine.takeError();
  backend->machine = std::move(*machine);
  return backend;
}

/// Kernels come with the attributes of their target; the rest gets them here.
void Backend::setTargetAttributes() {
  std::string features = target.getFeatureString();
  for (llvm::Function &function : *module) {
    if (function.isDeclaration() || function.hasFnAttribute("target-cpu"))
      continue;
    function.addFnAttr("target-cpu", target.cpu);
    if (!features.empty())
      function.addFnAttr("target-features", features);
  }
}

void Backend::internalize(ArrayRef<std::string> exported) {
  for (llvm::GlobalValue &global : module->global_values()) {
    if (global.isDeclaration() || global.hasLocalLinkage() ||
        global.hasAppendingLinkage() ||
        llvm::is_contained(exported, global.getName()))
      continue;
    global.setLinkage(llvm::GlobalValue::InternalLinkage);
    global.setVisibility(llvm::GlobalValue::DefaultVisibility);
  }
}

/// Has all functions instrumented, and found by name and by their callers in a
/// report.
void Backend::prepareSanitizer() {
  for (llvm::Function &function : *module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr(llvm::Attribute::SanitizeAddress);
    function.setUWTableKind(llvm::UWTableKind::Default);
    function.addFnAttr("frame-pointer", "all");
    // A private symbol is in no symbol table.
    if (function.hasPrivateLinkage())
      function.setLinkage(llvm::GlobalValue::InternalLinkage);
  }
}

/// Adds the pass at the end of the pipeline, so that accesses which are
/// optimised away are not checked.
static void addAddressSanitizer(llvm::PassBuilder &builder) {
  builder.registerOptimizerLastEPCallback([](llvm::ModulePassManager &passes,
                                             llvm::OptimizationLevel,
                                             llvm::ThinOrFullLTOPhase) {
    llvm::AddressSanitizerOptions options;
    options.UseAfterScope = true;
    // Sections that are linked together with their global, and indicators for
    // violations of the one-definition rule, are not understood by all of the
    // linkers and runtimes that a program may be built with.
    passes.addPass(llvm::AddressSanitizerPass(options, /*UseGlobalGC=*/false,
                                              /*UseOdrIndicator=*/false));
  });
}

void Backend::optimize() {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callGraph;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  tuning.SLPVectorization = true;
  llvm::PassBuilder builder(machine.get(), tuning);
  llvm::TargetLibraryInfoImpl library(machine->getTargetTriple());
  functions.registerPass([&] { return llvm::TargetLibraryAnalysis(library); });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  if (sanitizer == Sanitizer::Address)
    addAddressSanitizer(builder);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3)
      .run(*module, modules);
}

LogicalResult Backend::load(ModuleOp source, ArrayRef<std::string> exported) {
  module = translateModuleToLLVMIR(source, context, "lse");
  if (!module || hasFailed)
    return failure();
  // Nothing of where the input lay: the same input gives the same bytes.
  module->setSourceFileName("lse");
  module->setTargetTriple(machine->getTargetTriple());
  module->setDataLayout(machine->createDataLayout());
  module->setPICLevel(llvm::PICLevel::BigPIC);
  setTargetAttributes();
  internalize(exported);
  if (sanitizer == Sanitizer::Address)
    prepareSanitizer();
  optimize();
  return failure(hasFailed);
}

std::string Backend::printModule() {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream, nullptr);
  return text;
}

std::string Backend::writeBitcode() {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  llvm::WriteBitcodeToFile(*module, stream);
  return bytes;
}

FailureOr<std::string> Backend::emit(llvm::CodeGenFileType fileType) {
  // Code generation changes the module, and there may be more to emit.
  std::unique_ptr<llvm::Module> copy = llvm::CloneModule(*module);
  SmallVector<char> code;
  llvm::raw_svector_ostream stream(code);
  llvm::legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, stream, nullptr, fileType)) {
    diagnostics << "error: LLVM cannot emit this kind of file for "
                << target.triple << "\n";
    return failure();
  }
  passes.run(*copy);
  if (hasFailed)
    return failure();
  return std::string(code.begin(), code.end());
}

FailureOr<std::string> Backend::emitAssembly() {
  return emit(llvm::CodeGenFileType::AssemblyFile);
}

FailureOr<std::string> Backend::emitObject() {
  if (!object)
    object = emit(llvm::CodeGenFileType::ObjectFile);
  return *object;
}
