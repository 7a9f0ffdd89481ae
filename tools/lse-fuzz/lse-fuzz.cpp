//===- lse-fuzz.cpp - Does raising keep what is computed? -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// lse-fuzz FILE... raises each file and evaluates it before and after that, or,
// with --fuse, before that and after lse-fuse.
// lse-fuzz --modules=N does so with modules that it writes, half of which have
// something broken: these may not be raised, or only as what they are.
// lse-fuzz --evaluate FILE evaluates its function as it is, for arguments whose
// elements it reads from the standard input, and prints those of the results.
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/Passes.h"
#include "lse/Dialect/IR/LSEDialect.h"
#include "lse/Raise/Passes.h"
#include "lse/Testing/Equivalence.h"
#include "lse/Testing/Spelling.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include <iostream>

using namespace mlir;
using namespace mlir::lse;

static llvm::cl::list<std::string> files(llvm::cl::Positional,
                                         llvm::cl::desc("FILE..."));
static llvm::cl::opt<uint64_t> seed("seed", llvm::cl::init(1),
                                    llvm::cl::desc("What inputs begin with"));

static llvm::cl::opt<bool>
    evaluate("evaluate",
             llvm::cl::desc("Evaluate the only file for arguments from the "
                            "standard input, and print results"));

static int evaluateFile(MLIRContext &context, StringRef name) {
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(name, &context);
  if (!module)
    return 1;
  auto functions = module->getOps<FunctionOpInterface>();
  auto function = llvm::find_if(
      functions, [](FunctionOpInterface op) { return op.isPublic(); });
  if (function == functions.end())
    return 1;
  SmallVector<Tensor> arguments;
  for (Type type : (*function).getArgumentTypes()) {
    auto shaped = dyn_cast<RankedTensorType>(type);
    Type element = shaped ? shaped.getElementType() : type;
    SmallVector<int64_t> shape(shaped ? shaped.getShape()
                                      : ArrayRef<int64_t>());
    // Dynamic extents come before the elements.
    for (int64_t &extent : shape)
      if (ShapedType::isDynamic(extent))
        std::cin >> extent;
    Tensor tensor(shape);
    for (Scalar &value : tensor.elements) {
      std::string word;
      std::cin >> word;
      value = isa<FloatType>(element)
                  ? Scalar::ofReal(std::strtod(word.c_str(), nullptr))
                  : Scalar::ofInteger(std::strtoll(word.c_str(), nullptr, 10));
    }
    arguments.push_back(std::move(tensor));
  }
  FailureOr<SmallVector<Tensor>> results =
      Interpreter().run(*function, arguments);
  if (failed(results) || !std::cin)
    return 1;
  for (auto [tensor, type] :
       llvm::zip(*results, (*function).getResultTypes())) {
    auto shaped = dyn_cast<RankedTensorType>(type);
    bool isFloat = isa<FloatType>(shaped ? shaped.getElementType() : type);
    for (const Scalar &value : tensor.elements)
      if (isFloat)
        llvm::outs() << llvm::format("%.17g\n", value.real);
      else
        llvm::outs() << value.integer << '\n';
  }
  return 0;
}

static llvm::cl::opt<unsigned>
    modules("modules", llvm::cl::init(0),
            llvm::cl::desc("Write so many modules and check them"));
static llvm::cl::opt<bool>
    printOnly("print",
              llvm::cl::desc("Print the module that --seed gives, and the one "
                             "with something broken"));

static llvm::cl::opt<bool>
    fuse("fuse", llvm::cl::desc("Have lse-fuse follow lse-raise"));

namespace {
/// What became of modules.
struct Tally {
  unsigned written = 0, raised = 0, wrong = 0, notEvaluated = 0;
};
} // namespace

/// Raises a copy of `source`; null if that fails.
static OwningOpRef<ModuleOp> raise(MLIRContext &context, ModuleOp source) {
  OwningOpRef<ModuleOp> raised = source.clone();
  PassManager passes(&context);
  passes.addPass(createLSERaise());
  if (fuse)
    passes.addNestedPass<func::FuncOp>(createLSEFuse());
  if (failed(passes.run(*raised)))
    return {};
  return raised;
}

static bool hasOperation(ModuleOp module, StringRef name) {
  return module
      ->walk([&](RowOpInterface op) {
        return op->getName().stripDialect() == name ? WalkResult::interrupt()
                                                    : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Writes module `number` and checks what raising makes of it.
static void checkSpelling(MLIRContext &context, uint64_t number, bool isBroken,
                          Tally &tally) {
  Spelling spelling = writeSpelling(number, isBroken);
  auto report = [&](const Twine &problem) {
    llvm::outs() << "module " << number << (isBroken ? ", broken" : "") << " ("
                 << spelling.operation
                 << (isBroken ? ": " + spelling.mutation : "")
                 << "): " << problem << '\n';
  };
  ++tally.written;
  auto source = parseSourceString<ModuleOp>(spelling.text, &context);
  OwningOpRef<ModuleOp> raised;
  if (source)
    raised = raise(context, *source);
  if (!raised) {
    ++tally.wrong;
    return report(source ? "cannot be raised" : "cannot be parsed");
  }
  Comparison comparison = compareModules(*source, *raised, number);
  if (comparison.verdict == Verdict::Different) {
    ++tally.wrong;
    return report(comparison.difference);
  }
  tally.notEvaluated += comparison.verdict == Verdict::NotEvaluated;
  if (hasOperation(*raised, spelling.operation))
    ++tally.raised;
  else if (!isBroken)
    report("is not raised");
  if (!isBroken && !spelling.unwanted.empty() &&
      hasOperation(*raised, spelling.unwanted))
    report("has an lse." + spelling.unwanted + " left");
}

static int checkSpellings(MLIRContext &context) {
  Tally whole, broken;
  for (uint64_t number = seed; number < seed + modules; ++number)
    checkSpelling(context, number, number % 2 == 1,
                  number % 2 == 1 ? broken : whole);
  double share = whole.written ? 100.0 * whole.raised / whole.written : 100.0;
  llvm::outs() << "| modules | raised | wrong | not evaluated |\n"
               << "| --- | --- | --- | --- |\n"
               << llvm::format("| %u as they should be | %.2f %% | %u | %u |\n",
                               whole.written, share, whole.wrong,
                               whole.notEvaluated)
               << llvm::format("| %u with something broken | %u as something "
                               "else | %u | %u |\n",
                               broken.written, broken.raised, broken.wrong,
                               broken.notEvaluated);
  return whole.wrong + broken.wrong == 0 && share >= 99.0 ? 0 : 1;
}

static int checkFile(MLIRContext &context, StringRef name) {
  OwningOpRef<ModuleOp> source = parseSourceFile<ModuleOp>(name, &context);
  if (!source)
    return 1;
  OwningOpRef<ModuleOp> raised = raise(context, *source);
  if (!raised)
    return 1;
  Comparison comparison = compareModules(*source, *raised, seed);
  bool isSame = comparison.verdict == Verdict::Same;
  llvm::outs() << name << ": "
               << (isSame ? "same"
                   : comparison.verdict == Verdict::NotEvaluated
                       ? "not evaluated"
                       : comparison.difference)
               << '\n';
  return isSame ? 0 : 1;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::cl::ParseCommandLineOptions(argc, argv, "Checks what lse-raise does\n");
  DialectRegistry registry;
  registerAllDialects(registry);
  registry.insert<LSEDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  if (evaluate)
    return files.size() == 1 ? evaluateFile(context, files.front()) : 1;
  if (printOnly) {
    for (bool isBroken : {false, true}) {
      Spelling spelling = writeSpelling(seed, isBroken);
      llvm::outs() << "// " << spelling.operation
                   << (isBroken ? ": " + spelling.mutation : "") << '\n'
                   << spelling.text << "\n// -----\n\n";
    }
    return 0;
  }
  if (modules)
    return checkSpellings(context);
  int failures = 0;
  for (const std::string &file : files)
    failures += checkFile(context, file);
  return failures ? 1 : 0;
}
