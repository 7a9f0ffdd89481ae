//===- Driver.cpp - From a file of IR to files of code --------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Driver/Driver.h"
#include "Backend.h"
#include "Header.h"
#include "Libraries.h"
#include "LoweredCheck.h"
#include "Outputs.h"
#include "PhaseDumps.h"
#include "Remarks.h"
#include "lse/Conversion/KernelListing.h"
#include "lse/Conversion/TargetList.h"
#include "lse/Pipelines/Pipelines.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// One run of the compiler; each step says itself why it fails.
class Compilation {
public:
  Compilation(const CompileOptions &options, raw_ostream &diagnostics)
      : options(options), diagnostics(diagnostics) {}

  LogicalResult run();

private:
  LogicalResult report(llvm::Error error);
  LogicalResult parseChoices();
  LogicalResult resolve();
  OwningOpRef<ModuleOp> parse(MLIRContext &context, llvm::SourceMgr &sources);
  LogicalResult runPhases(ModuleOp module,
                          const CompilePipelineOptions &pipelineOptions);
  LogicalResult lower(ModuleOp module);
  void collectFunctions(ModuleOp module);
  LogicalResult emit(ModuleOp module);
  FailureOr<std::unique_ptr<Backend>> makeCode(ModuleOp module);
  FailureOr<std::string> getContents(const Output &output, ModuleOp module,
                                     Backend *backend);
  FailureOr<std::string> makeLibrary(const Output &output, StringRef object);
  void summarize();

  const CompileOptions &options;
  raw_ostream &diagnostics;
  OutputPlan plan;
  Stabilize stabilize = Stabilize::Always;
  Numerics numerics = Numerics::Standard;
  Sanitizer sanitizer = Sanitizer::None;
  /// What kernels are made for, the best first.
  SmallVector<std::string> cpus;
  SmallVector<TargetInfo> targets;
  /// The last of them, which everything else is made for.
  TargetInfo target;
  KernelListing listing;
  std::vector<ExportedFunction> functions;
};

} // namespace

LogicalResult Compilation::report(llvm::Error error) {
  if (!error)
    return success();
  llvm::handleAllErrors(std::move(error), [&](const llvm::ErrorInfoBase &info) {
    diagnostics << "lse-compile: error: " << info.message() << "\n";
  });
  return failure();
}

//===----------------------------------------------------------------------===//
// The input
//===----------------------------------------------------------------------===//

/// MLIR's parser recommends an option of its own tools, which would not help.
static LogicalResult explainUnknownDialect(Diagnostic &diagnostic) {
  if (!StringRef(diagnostic.str()).contains("-allow-unregistered-dialect"))
    return failure();
  emitError(diagnostic.getLocation())
      << "this operation's dialect is unknown; lse-compile takes MLIR's own "
         "dialects and lse, others must be converted first";
  return success();
}

OwningOpRef<ModuleOp> Compilation::parse(MLIRContext &context,
                                         llvm::SourceMgr &sources) {
  std::string problem;
  std::unique_ptr<llvm::MemoryBuffer> file =
      openInputFile(options.input, &problem);
  if (!file) {
    (void)report(llvm::createStringError(problem));
    return nullptr;
  }
  sources.AddNewSourceBuffer(std::move(file), SMLoc());
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(sources, ParserConfig(&context));
  if (!module)
    return nullptr;
  auto isPublic = [](func::FuncOp function) {
    return function.isPublic() && !function.isExternal();
  };
  if (llvm::none_of(module->getOps<func::FuncOp>(), isPublic)) {
    module->emitError("the module has no public function, so there is nothing "
                      "to call; give it a func.func that is not private");
    return nullptr;
  }
  return module;
}

//===----------------------------------------------------------------------===//
// Lowering
//===----------------------------------------------------------------------===//

/// Runs one phase after the other, up to the one to stop after.
LogicalResult
Compilation::runPhases(ModuleOp module,
                       const CompilePipelineOptions &pipelineOptions) {
  llvm::Expected<PhaseDumps> dumps =
      PhaseDumps::create(options.phaseFolder, options.input);
  if (!dumps)
    return report(dumps.takeError());
  if (failed(report(dumps->write(module, "input"))))
    return failure();
  for (const Phase &phase : getPhases()) {
    PassManager manager(module.getContext(), module->getName().getStringRef());
    if (failed(applyPassManagerCLOptions(manager)))
      return failure();
    phase.build(manager, pipelineOptions);
    if (failed(manager.run(module)) ||
        failed(report(dumps->write(module, phase.name))))
      return failure();
    if (phase.name == options.lastPhase)
      break;
  }
  return success();
}

LogicalResult Compilation::lower(ModuleOp module) {
  llvm::StringSet<> declared = getDeclaredFunctions(module);
  Builder builder(module.getContext());
  module->setAttr(LLVM::LLVMDialect::getTargetTripleAttrName(),
                  builder.getStringAttr(target.triple));
  module->setAttr(LLVM::LLVMDialect::getDataLayoutAttrName(),
                  builder.getStringAttr(target.dataLayout));

  CompilePipelineOptions pipelineOptions;
  pipelineOptions.triple = target.triple;
  pipelineOptions.cpus = ArrayRef<std::string>(cpus);
  pipelineOptions.prefix = plan.prefix;
  pipelineOptions.stabilize = stabilize;
  pipelineOptions.numerics = numerics;
  pipelineOptions.raiseReport = options.raiseReport;
  pipelineOptions.listing = &listing;
  listing.wantsText = plan.has(OutputKind::LoopNests);
  listing.wantsHTML = plan.has(OutputKind::LoopNestPage);
  if (failed(runPhases(module, pipelineOptions)))
    return failure();
  if ((listing.wantsText || listing.wantsHTML) && listing.kernels.empty())
    module->emitWarning("has no kernel, so there is no loop nest to show");
  if (!options.lastPhase.empty())
    return success();
  if (failed(checkLowered(module)) || failed(checkCallees(module, declared)))
    return failure();
  collectFunctions(module);
  return success();
}

/// Notes the C functions of `module`, and removes what is no longer needed.
void Compilation::collectFunctions(ModuleOp module) {
  for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
    if (std::optional<CSignature> signature =
            CSignature::get(function->getAttr(cInterfaceAttributeName)))
      functions.push_back({function.getName().str(), *signature});
    // Marks on arguments mean nothing to LLVM, and translation would say so.
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      for (NamedAttribute attribute :
           llvm::to_vector(function_interface_impl::getArgAttrs(function, i)))
        if (attribute.getName().strref().starts_with("lse."))
          function.removeArgAttr(i, attribute.getName());
  }
}

//===----------------------------------------------------------------------===//
// The outputs
//===----------------------------------------------------------------------===//

FailureOr<std::string> Compilation::makeLibrary(const Output &output,
                                                StringRef object) {
  llvm::Expected<std::string> library = std::string();
  if (output.kind == OutputKind::Library) {
    library = makeStaticLibrary(object, plan.name, options.runtimeArchive);
  } else {
    auto symbols = llvm::map_to_vector(
        functions, [](const ExportedFunction &f) { return f.symbol; });
    library = makeSharedLibrary(object, llvm::sys::path::filename(output.path),
                                options.runtimeArchive, symbols,
                                sanitizer != Sanitizer::None);
  }
  if (library)
    return *library;
  return report(library.takeError());
}

FailureOr<std::string> Compilation::getContents(const Output &output,
                                                ModuleOp module,
                                                Backend *backend) {
  switch (output.kind) {
  case OutputKind::Header:
    return makeHeader(plan.name, plan.prefix, functions);
  case OutputKind::MLIR:
    return printModule(module);
  case OutputKind::LoopNests:
    return listing.printText();
  case OutputKind::LoopNestPage:
    return listing.printHTML();
  case OutputKind::LLVM:
    return backend->printModule();
  case OutputKind::Bitcode:
    return backend->writeBitcode();
  case OutputKind::Assembly:
    return backend->emitAssembly();
  case OutputKind::Object:
  case OutputKind::Library:
  case OutputKind::Shared:
    break;
  }
  FailureOr<std::string> object = backend->emitObject();
  if (failed(object) || output.kind == OutputKind::Object)
    return object;
  return makeLibrary(output, *object);
}

/// What LLVM makes of `module`; nothing if no output needs it.
FailureOr<std::unique_ptr<Backend>> Compilation::makeCode(ModuleOp module) {
  if (llvm::none_of(plan.outputs, [](const Output &output) {
        return isMadeByLLVM(output.kind);
      }))
    return std::unique_ptr<Backend>();
  llvm::Expected<std::unique_ptr<Backend>> backend =
      Backend::create(target, sanitizer, diagnostics);
  if (!backend)
    return report(backend.takeError());
  auto symbols = llvm::map_to_vector(
      functions, [](const ExportedFunction &f) { return f.symbol; });
  if (failed((*backend)->load(module, symbols)))
    return failure();
  return std::move(*backend);
}

LogicalResult Compilation::emit(ModuleOp module) {
  FailureOr<std::unique_ptr<Backend>> backend = makeCode(module);
  if (failed(backend))
    return failure();
  for (Output &output : plan.outputs) {
    FailureOr<std::string> contents =
        getContents(output, module, backend->get());
    if (failed(contents))
      return failure();
    output.contents = std::move(*contents);
  }
  return report(writeOutputs(plan.outputs));
}

static std::optional<Stabilize> parseStabilize(StringRef name) {
  return llvm::StringSwitch<std::optional<Stabilize>>(name)
      .Case("always", Stabilize::Always)
      .Case("flags", Stabilize::Flags)
      .Case("off", Stabilize::Off)
      .Default(std::nullopt);
}

static std::optional<Sanitizer> parseSanitizer(StringRef name) {
  return llvm::StringSwitch<std::optional<Sanitizer>>(name)
      .Case("none", Sanitizer::None)
      .Case("address", Sanitizer::Address)
      .Default(std::nullopt);
}

LogicalResult Compilation::parseChoices() {
  if (std::optional<Stabilize> known = parseStabilize(options.stabilize))
    stabilize = *known;
  else
    return report(llvm::createStringError("unknown choice '" +
                                          options.stabilize +
                                          "' in --stabilize; there are always, "
                                          "flags, off"));
  if (std::optional<Sanitizer> known = parseSanitizer(options.sanitizer))
    sanitizer = *known;
  else
    return report(llvm::createStringError("unknown sanitizer '" +
                                          options.sanitizer +
                                          "' in --sanitize; there are none, "
                                          "address"));
  if (std::optional<Numerics> known = symbolizeNumerics(options.numerics))
    numerics = *known;
  else
    return report(llvm::createStringError("unknown class '" + options.numerics +
                                          "' in --numerics; there are "
                                          "standard, accurate"));
  return success();
}

/// Finds out what is to be compiled for.
LogicalResult Compilation::resolve() {
  cpus.assign(options.cpus.begin(), options.cpus.end());
  if (cpus.empty())
    cpus = getDefaultCPUs(options.triple);
  llvm::Expected<SmallVector<TargetInfo>> resolved =
      resolveTargets(options.triple, cpus);
  if (!resolved)
    return report(resolved.takeError());
  targets = std::move(*resolved);
  target = targets.back();
  return success();
}

/// Says what was compiled for and written.
void Compilation::summarize() {
  diagnostics << "target: " << target.triple << ", ";
  llvm::interleave(
      targets, diagnostics,
      [&](const TargetInfo &each) { diagnostics << each.cpu; }, " or ");
  if (targets.size() > 1)
    diagnostics << ", the first that the machine has";
  else if (options.cpus.empty())
    diagnostics << " (runs on every machine of its kind)";
  diagnostics << "\n";
  for (const Output &output : plan.outputs)
    diagnostics << "wrote " << output.path << "\n";
}

LogicalResult Compilation::run() {
  if (failed(parseChoices()))
    return failure();
  llvm::Expected<OutputPlan> outputs = planOutputs(options);
  if (!outputs)
    return report(outputs.takeError());
  plan = std::move(*outputs);
  if (std::optional<std::string> problem = checkCSymbol(plan.prefix))
    return report(llvm::createStringError("symbols cannot start with '" +
                                          plan.prefix + "': " + *problem));
  if (failed(resolve()))
    return failure();
  // Libraries hold the runtime, which is there for this machine only.
  for (auto [kind, name] : {std::pair(OutputKind::Library, "lib"),
                            std::pair(OutputKind::Shared, "shared")})
    if (plan.has(kind) && !target.isHost())
      return report(llvm::createStringError(
          "cannot make '" + StringRef(name) + "' for " + target.triple +
          " on this machine: use --emit=obj,header and link it with lse's "
          "runtime there"));

  DialectRegistry registry;
  registerDriverDialects(registry);
  MLIRContext context(registry);
  // People read these diagnostics: the operation as text is no help to them.
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context, diagnostics);
  ScopedDiagnosticHandler explanation(&context, explainUnknownDialect);
  if (llvm::Error error = enableRemarks(context, options))
    return report(std::move(error));
  OwningOpRef<ModuleOp> module = parse(context, sources);
  if (!module || failed(lower(*module)) || failed(emit(*module)))
    return failure();
  if (options.isVerbose)
    summarize();
  return success();
}

LogicalResult lse::compile(const CompileOptions &options,
                           raw_ostream &diagnostics) {
  return Compilation(options, diagnostics).run();
}
