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
#include "Outputs.h"
#include "Remarks.h"
#include "lse/Pipelines/Pipelines.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
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
  OwningOpRef<ModuleOp> parse(MLIRContext &context, llvm::SourceMgr &sources);
  LogicalResult lower(ModuleOp module);
  LogicalResult emit(ModuleOp module);
  FailureOr<std::string> getContents(const Output &output, ModuleOp module,
                                     Backend &backend);
  FailureOr<std::string> makeLibrary(const Output &output, StringRef object);

  const CompileOptions &options;
  raw_ostream &diagnostics;
  OutputPlan plan;
  TargetInfo target;
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

/// Names the first operation that LLVM has no equivalent of.
static LogicalResult checkLowered(ModuleOp module) {
  WalkResult result = module->walk([&](Operation *op) {
    if (op == module || isa<LLVM::LLVMDialect>(op->getDialect()))
      return WalkResult::advance();
    // A cast is what is left beside an operation that was not converted.
    Operation *culprit = op;
    if (isa<UnrealizedConversionCastOp>(op)) {
      auto isForeign = [](Operation *other) {
        return other && !isa<UnrealizedConversionCastOp>(other) &&
               !isa<LLVM::LLVMDialect>(other->getDialect());
      };
      for (Operation *user : op->getUsers())
        if (isForeign(user))
          culprit = user;
      for (Value operand : op->getOperands())
        if (isForeign(operand.getDefiningOp()))
          culprit = operand.getDefiningOp();
    }
    culprit->emitError("'")
        << culprit->getName()
        << "' could not be lowered to LLVM: lse-compile compiles upstream "
           "dialects that have a way there for CPUs, and lse";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

/// Names the first call of a function that nothing a program links defines.
/// `declared` is what the input itself leaves to others.
static LogicalResult checkCallees(ModuleOp module,
                                  const llvm::StringSet<> &declared) {
  llvm::TargetLibraryInfoImpl library{
      llvm::Triple(module
                       ->getAttrOfType<StringAttr>(
                           LLVM::LLVMDialect::getTargetTripleAttrName())
                       .strref())};
  auto isKnown = [&](StringRef name) {
    llvm::LibFunc function;
    return name.starts_with("lse_rt_") || name.starts_with("llvm.") ||
           declared.contains(name) || library.getLibFunc(name, function);
  };
  WalkResult result = module->walk([&](LLVM::CallOp call) {
    std::optional<StringRef> callee = call.getCallee();
    if (!callee)
      return WalkResult::advance();
    auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(*callee);
    if (!function || !function.isExternal() || isKnown(*callee))
      return WalkResult::advance();
    call->emitError("could not be lowered to code of its own: it calls '")
        << *callee << "', which is in no library that programs link";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

/// The functions that `module` expects others to define.
static llvm::StringSet<> getDeclaredFunctions(ModuleOp module) {
  llvm::StringSet<> declared;
  for (auto function : module.getOps<FunctionOpInterface>())
    if (function.isExternal())
      declared.insert(function.getName());
  return declared;
}

LogicalResult Compilation::lower(ModuleOp module) {
  llvm::StringSet<> declared = getDeclaredFunctions(module);
  Builder builder(module.getContext());
  module->setAttr(LLVM::LLVMDialect::getTargetTripleAttrName(),
                  builder.getStringAttr(target.triple));
  module->setAttr(LLVM::LLVMDialect::getDataLayoutAttrName(),
                  builder.getStringAttr(target.dataLayout));

  CompilePipelineOptions pipeline;
  pipeline.triple = target.triple;
  pipeline.cpu = options.cpu;
  pipeline.prefix = plan.prefix;
  PassManager manager(module.getContext(), module->getName().getStringRef());
  if (failed(applyPassManagerCLOptions(manager)))
    return failure();
  buildCompilePipeline(manager, pipeline);
  if (failed(manager.run(module)) || failed(checkLowered(module)) ||
      failed(checkCallees(module, declared)))
    return failure();

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
  return success();
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
                                options.runtimeArchive, symbols);
  }
  if (library)
    return *library;
  return report(library.takeError());
}

FailureOr<std::string> Compilation::getContents(const Output &output,
                                                ModuleOp module,
                                                Backend &backend) {
  switch (output.kind) {
  case OutputKind::Header:
    return makeHeader(plan.name, plan.prefix, functions);
  case OutputKind::MLIR: {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream);
    stream << "\n";
    return text;
  }
  case OutputKind::LLVM:
    return backend.printModule();
  case OutputKind::Assembly:
    return backend.emitAssembly();
  case OutputKind::Object:
  case OutputKind::Library:
  case OutputKind::Shared:
    break;
  }
  FailureOr<std::string> object = backend.emitObject();
  if (failed(object) || output.kind == OutputKind::Object)
    return object;
  return makeLibrary(output, *object);
}

LogicalResult Compilation::emit(ModuleOp module) {
  llvm::Expected<std::unique_ptr<Backend>> backend =
      Backend::create(target, diagnostics);
  if (!backend)
    return report(backend.takeError());
  auto symbols = llvm::map_to_vector(
      functions, [](const ExportedFunction &f) { return f.symbol; });
  if (failed((*backend)->load(module, symbols)))
    return failure();
  for (Output &output : plan.outputs) {
    FailureOr<std::string> contents = getContents(output, module, **backend);
    if (failed(contents))
      return failure();
    output.contents = std::move(*contents);
  }
  return report(writeOutputs(plan.outputs));
}

LogicalResult Compilation::run() {
  llvm::Expected<OutputPlan> outputs = planOutputs(options);
  if (!outputs)
    return report(outputs.takeError());
  plan = std::move(*outputs);
  if (std::optional<std::string> problem = checkCSymbol(plan.prefix))
    return report(llvm::createStringError("symbols cannot start with '" +
                                          plan.prefix + "': " + *problem));
  llvm::Expected<TargetInfo> resolved = resolveTarget(options.triple, options.cpu);
  if (!resolved)
    return report(resolved.takeError());
  target = std::move(*resolved);
  // Libraries hold the runtime, which is there for this machine only.
  for (StringRef kind : options.kinds)
    if ((kind == "lib" || kind == "shared") && !target.isHost())
      return report(llvm::createStringError(
          "cannot make '" + kind + "' for " + target.triple +
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
  if (options.isVerbose) {
    diagnostics << "target: " << target.triple << ", " << target.cpu;
    if (options.cpu.empty())
      diagnostics << " (runs on every machine of its kind; -mcpu=native is "
                     "faster here)";
    diagnostics << "\n";
    for (const Output &output : plan.outputs)
      diagnostics << "wrote " << output.path << "\n";
  }
  return success();
}

LogicalResult lse::compile(const CompileOptions &options,
                           raw_ostream &diagnostics) {
  return Compilation(options, diagnostics).run();
}
