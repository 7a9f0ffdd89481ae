//===- AnalysisTesting.h - A parsed function for the analyses' tests --*- C++
//-*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TEST_UNITTESTS_ANALYSIS_ANALYSISTESTING_H
#define LSE_TEST_UNITTESTS_ANALYSIS_ANALYSISTESTING_H

#include "lse/Analysis/LogDomain.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

/// Parses a function and analyses what it returns.
class ParsedFunction {
public:
  explicit ParsedFunction(llvm::StringRef source) : notation(&context) {
    context.loadDialect<mlir::arith::ArithDialect, mlir::func::FuncDialect,
                        mlir::linalg::LinalgDialect, mlir::math::MathDialect,
                        mlir::scf::SCFDialect, mlir::tensor::TensorDialect,
                        mlir::tosa::TosaDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(source, &context);
    if (module)
      function = *module->getOps<mlir::func::FuncOp>().begin();
  }

  /// Result `index` of the function.
  mlir::Value result(unsigned index = 0) {
    return function.getBody().back().getTerminator()->getOperand(index);
  }
  mlir::Value argument(unsigned index) { return function.getArgument(index); }
  mlir::AffineExpr dim(unsigned position) {
    return mlir::getAffineDimExpr(position, &context);
  }
  mlir::AffineExpr constant(int64_t value) {
    return mlir::getAffineConstantExpr(value, &context);
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  mlir::lse::IndexNotation notation;
};

#endif // LSE_TEST_UNITTESTS_ANALYSIS_ANALYSISTESTING_H
