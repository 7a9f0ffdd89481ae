//===- Remarks.cpp - What raising says of an operation --------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Remarks.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace mlir::lse;

static constexpr StringLiteral category = "lse-raise";

void lse::remarkRefused(StringRef function, Value root,
                        const Refusal &refusal) {
  remark::missed(root.getLoc(),
                 remark::RemarkOpts::name(getRefusalName(refusal.code))
                     .category(category)
                     .function(function))
      << remark::reason("{0}", getMeaning(refusal));
}

/// The stable name of the remark for a rewrite.
static StringRef getRaisedName(RowOpInterface op) {
  bool isStabilized = op.getStabilized();
  if (isa<SoftmaxOp>(op))
    return isStabilized ? "softmax-stabilized" : "softmax";
  if (isa<LogSoftmaxOp>(op))
    return isStabilized ? "log-softmax-stabilized" : "log-softmax";
  if (isa<LogSumExpOp>(op))
    return isStabilized ? "logsumexp-stabilized" : "logsumexp";
  if (isa<SoftmaxGradOp>(op))
    return isStabilized ? "softmax-grad-stabilized" : "softmax-grad";
  if (isa<LogSoftmaxGradOp>(op))
    return isStabilized ? "log-softmax-grad-stabilized" : "log-softmax-grad";
  if (isa<LogSumExpGradOp>(op))
    return isStabilized ? "logsumexp-grad-stabilized" : "logsumexp-grad";
  if (isa<CrossEntropyGradOp>(op))
    return isStabilized ? "cross-entropy-grad-stabilized"
                        : "cross-entropy-grad";
  if (isa<BinaryCrossEntropyOp>(op))
    return isStabilized ? "binary-cross-entropy-stabilized"
                        : "binary-cross-entropy";
  if (isa<AttentionOp>(op))
    return isStabilized ? "attention-stabilized" : "attention";
  if (isa<KLDivergenceOp>(op))
    return isStabilized ? "kl-divergence-stabilized" : "kl-divergence";
  assert(isa<CrossEntropyOp>(op) && "nothing else is raised");
  return isStabilized ? "cross-entropy-stabilized" : "cross-entropy";
}

void lse::remarkRaised(StringRef function, RowOpInterface op) {
  ArrayRef<int64_t> rowDims = op.getRowDims();
  std::string dims = rowDims.empty()       ? "no dimension"
                     : rowDims.size() == 1 ? "dimension "
                                           : "dimensions ";
  llvm::raw_string_ostream os(dims);
  llvm::interleaveComma(rowDims, os);
  if (op.getSink())
    os << ", with a sink";
  if (op.getWeight())
    os << ", with a weight";
  if (op.isAttention() && op.hasResultKind(ResultKind::LogSumExp))
    os << ", with the log-sum-exp of each row";
  StringRef repaired =
      isa<BinaryCrossEntropyOp>(op)
          ? "the source takes logarithms or exponentials that are infinite for "
            "large logits, this does not"
          : "the source does not subtract the row maximum and overflows for "
            "large logits, this does not";
  StringRef operation = op->getName().stripDialect();
  auto options = remark::RemarkOpts::name(getRaisedName(op))
                     .category(category)
                     .function(function);
  if (op.getStabilized())
    remark::passed(op.getLoc(), options)
        << remark::reason("{0} over {1}; {2}", operation, dims, repaired);
  else
    remark::passed(op.getLoc(), options)
        << remark::reason("{0} over {1}", operation, dims);
}
