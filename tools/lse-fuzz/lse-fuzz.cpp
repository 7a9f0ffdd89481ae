//===- lse-fuzz.cpp - Does raising keep what is computed? -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// lse-fuzz FILE... raises each file and evaluates it before and after that.
// lse-fuzz --evaluate FILE evaluates its function as it is, for arguments whose
// elements it reads from the standard input, and prints those of the results.
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "lse/Raise/Passes.h"
#include "lse/Testing/Equivalence.h"
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

static int checkFile(MLIRContext &context, StringRef name) {
  OwningOpRef<ModuleOp> source = parseSourceFile<ModuleOp>(name, &context);
  if (!source)
    return 1;
  OwningOpRef<ModuleOp> raised = source->clone();
  PassManager passes(&context);
  passes.addPass(createLSERaise());
  if (failed(passes.run(*raised)))
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
  int failures = 0;
  for (const std::string &file : files)
    failures += checkFile(context, file);
  return failures ? 1 : 0;
}
