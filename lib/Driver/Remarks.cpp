//===- Remarks.cpp - Remarks for people -----------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR's own printer writes all that a remark holds, which is for machines. A
// person wants its text, and the name to look up or to filter by.
//
//===----------------------------------------------------------------------===//

#include "Remarks.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/Regex.h"

using namespace mlir;

namespace {

class DiagnosticStreamer final : public remark::detail::MLIRRemarkStreamerBase {
public:
  void streamOptimizationRemark(const remark::detail::Remark &remark) override {
    InFlightDiagnostic diagnostic = emitRemark(remark.getLocation());
    llvm::interleave(
        remark.getArgs(),
        [&](const remark::detail::Remark::Arg &argument) {
          bool isText = argument.key == "Reason" ||
                        argument.key == "Suggestion" ||
                        argument.key == "Remark";
          diagnostic << (isText ? "" : argument.key + " = ") << argument.val;
        },
        [&] { diagnostic << "; "; });
    diagnostic << " [" << remark.getCombinedCategoryName() << ": "
               << remark.getRemarkName() << "]";
  }
};

} // namespace

llvm::Error lse::enableRemarks(MLIRContext &context,
                               const CompileOptions &options) {
  remark::RemarkCategories categories;
  bool isAnyEnabled = false;
  for (auto [regex, category] :
       {std::pair(&options.passedRemarks, &categories.passed),
        std::pair(&options.missedRemarks, &categories.missed),
        std::pair(&options.analysisRemarks, &categories.analysis)}) {
    if (regex->empty())
      continue;
    std::string problem;
    if (!llvm::Regex(*regex).isValid(problem))
      return llvm::createStringError(
          "'" + *regex + "' is not a regular expression: " + problem);
    // MLIR matches whole names; like in other compilers a part is enough here.
    *category = ".*(" + *regex + ").*";
    isAnyEnabled = true;
  }
  if (isAnyEnabled &&
      failed(remark::enableOptimizationRemarks(
          context, std::make_unique<DiagnosticStreamer>(),
          std::make_unique<remark::RemarkEmittingPolicyAll>(), categories)))
    return llvm::createStringError("remarks cannot be enabled");
  return llvm::Error::success();
}
