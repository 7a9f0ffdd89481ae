//===- TestTerms.cpp - Prints the terms of a function ---------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/LogDomain.h"
#include "lse/Testing/TestPasses.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// Attaches the term of each tensor that a function returns as a remark.
struct TestTermsPass final
    : PassWrapper<TestTermsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TestTermsPass)

  StringRef getArgument() const override { return "lse-test-terms"; }
  StringRef getDescription() const override {
    return "Print the log-domain term of every returned tensor";
  }

  void runOnOperation() override {
    getOperation().walk([](FunctionOpInterface function) {
      IndexNotation notation(function.getContext());
      notation.relateExtents(function);
      LogDomain domain(notation, function);
      function.walk([&](Operation *op) {
        if (!op->hasTrait<OpTrait::ReturnLike>() ||
            op->getParentOp() != function)
          return;
        for (Value value : op->getOperands()) {
          if (!isa<RankedTensorType>(value.getType()))
            continue;
          const Term &term = domain.getTerm(value);
          std::string text = domain.toFormula(term.poly);
          for (const Atom *atom : term.cancelled)
            text += "; cancelled " + domain.toFormula(atom);
          op->emitRemark(text);
        }
      });
    });
  }
};

} // namespace

void lse::registerTestPasses() { PassRegistration<TestTermsPass>(); }
