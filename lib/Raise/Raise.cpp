//===- Raise.cpp - The lse-raise pass -------------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LogitExpression.h"
#include "SoftmaxMatch.h"
#include "lse/Analysis/LogDomain.h"
#include "lse/Raise/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/DebugLog.h"

#define DEBUG_TYPE "lse-raise"

namespace mlir::lse {
#define GEN_PASS_DEF_LSERAISE
#include "lse/Raise/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

namespace {

/// A match with the inputs its logits are computed from.
struct Rewrite {
  SoftmaxMatch match;
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
};

struct LSERaisePass final : lse::impl::LSERaiseBase<LSERaisePass> {
  void runOnOperation() override {
    getOperation().walk([&](FunctionOpInterface function) {
      if (!function.isExternal())
        raiseFunction(function);
    });
  }

private:
  void raiseFunction(FunctionOpInterface function);
  /// Reads a function and collects what is to be rewritten; changes nothing.
  SmallVector<Rewrite> analyse(FunctionOpInterface function, LogDomain &domain);
  void report(FunctionOpInterface function, Value root, const Refusal &refusal);
  void apply(FunctionOpInterface function, LogDomain &domain, Rewrite &rewrite,
             DenseMap<Value, Value> &replaced);
  /// Takes over operations that are a softmax by name.
  void raiseNamed(FunctionOpInterface function);
  void reportRaised(FunctionOpInterface function, RowOpInterface op);
};

} // namespace

/// A softmax takes an exponential: without one there is nothing to look for.
static bool hasExponential(FunctionOpInterface function) {
  return function
      ->walk([](Operation *op) {
        return llvm::StringSwitch<WalkResult>(op->getName().getStringRef())
            .Cases({"math.exp", "math.exp2", "math.powf", "linalg.exp",
                    "linalg.elementwise"},
                   WalkResult::interrupt())
            .Default(WalkResult::advance());
      })
      .wasInterrupted();
}

void LSERaisePass::report(FunctionOpInterface function, Value root,
                          const Refusal &refusal) {
  ++numRefused;
  LDBG() << "refused " << root << ": " << getRefusalName(refusal.code);
  remark::missed(root.getLoc(),
                 remark::RemarkOpts::name(getRefusalName(refusal.code))
                     .category(DEBUG_TYPE)
                     .function(function.getName()))
      << remark::reason(
             refusal.code == RefusalCode::LogitForm
                 ? "a softmax of {0}, but no logit region can compute that"
                 : "not a softmax: numerator exp({0}), denominator over {1}",
             refusal.left, refusal.right);
}

SmallVector<Rewrite> LSERaisePass::analyse(FunctionOpInterface function,
                                           LogDomain &domain) {
  SmallVector<Rewrite> rewrites;
  auto visit = [&](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || !isa<FloatType>(type.getElementType()))
      return;
    MatchResult result = matchSoftmax(domain, value);
    if (result.match) {
      Rewrite rewrite{*result.match, {}, {}};
      if (succeeded(collectLogitInputs(result.match->logitExpression,
                                       type.getRank(), rewrite.inputs,
                                       rewrite.maps))) {
        rewrites.push_back(rewrite);
      } else {
        std::string logit;
        llvm::raw_string_ostream os(logit);
        LogDomain::print(result.match->logit, os);
        result.refusal = Refusal{RefusalCode::LogitForm, logit, logit};
      }
    }
    if (result.refusal)
      report(function, value, *result.refusal);
    // Whatever is built on it sees one value: a softmax of a softmax is two
    // operations, and a refusal is reported once.
    if (result.match || result.refusal)
      domain.makeOpaque(value);
  };
  function->walk<WalkOrder::PreOrder>([&](Operation *op) {
    for (Value result : op->getResults())
      visit(result);
  });
  return rewrites;
}

/// Destination for the result of a rewrite: the root's own, whose content does
/// not matter any more, or an empty tensor of its shape.
static Value createDestination(OpBuilder &builder, IndexNotation &notation,
                               Value root,
                               const DenseMap<Value, Value> &replaced) {
  if (auto producer = root.getDefiningOp<DestinationStyleOpInterface>())
    return producer.getTiedOpOperand(cast<OpResult>(root))->get();
  auto type = cast<RankedTensorType>(root.getType());
  SmallVector<OpFoldResult> extents;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    Extent extent = notation.getExtent(root, dim);
    if (extent.isStatic()) {
      extents.push_back(builder.getIndexAttr(extent.size));
      continue;
    }
    auto it = replaced.find(extent.source);
    Value source = it == replaced.end() ? extent.source : it->second;
    extents.push_back(
        tensor::getMixedSize(builder, root.getLoc(), source, extent.dim));
  }
  return tensor::EmptyOp::create(builder, root.getLoc(), extents,
                                 type.getElementType());
}

/// Sixteen bits are no type to sum exponentials in.
static Value widenLogit(OpBuilder &builder, Location loc, ValueRange logit) {
  Value value = logit.front();
  if (value.getType().getIntOrFloatBitWidth() >= 32)
    return value;
  return arith::ExtFOp::create(builder, loc, builder.getF32Type(), value);
}

void LSERaisePass::apply(FunctionOpInterface function, LogDomain &domain,
                         Rewrite &rewrite, DenseMap<Value, Value> &replaced) {
  const SoftmaxMatch &match = rewrite.match;
  Location loc = match.root.getLoc();
  OpBuilder builder(match.root.getDefiningOp());
  unsigned numLoops = cast<RankedTensorType>(match.root.getType()).getRank();
  Value destination =
      createDestination(builder, domain.getNotation(), match.root, replaced);

  SmallVector<Value> inputs =
      llvm::map_to_vector(rewrite.inputs, [&](Value input) {
        auto it = replaced.find(input);
        return it == replaced.end() ? input : it->second;
      });
  SmallVector<AffineMap> maps = rewrite.maps;
  maps.push_back(builder.getMultiDimIdentityMap(numLoops));
  RowOpInterface softmax = createRowOp(
      builder, loc, ResultKind::Probabilities, inputs, destination, maps,
      match.rowDims, {ResultKind::Probabilities},
      [&](OpBuilder &b, Location loc, ValueRange arguments) {
        return widenLogit(b, loc,
                          emitLogit(b, loc, match.logitExpression, numLoops,
                                    rewrite.inputs, rewrite.maps, arguments));
      });
  softmax.setStabilized(!match.isShifted);

  Value result = softmax->getResult(0);
  if (result.getType() != match.root.getType())
    result = tensor::CastOp::create(builder, loc, match.root.getType(), result);
  Value root = match.root;
  root.replaceAllUsesWith(result);
  replaced[root] = result;

  reportRaised(function, softmax);
}

void LSERaisePass::reportRaised(FunctionOpInterface function,
                                RowOpInterface op) {
  ++numRaised;
  numStabilized += op.getStabilized();
  ArrayRef<int64_t> rowDims = op.getRowDims();
  std::string dims = rowDims.size() == 1 ? "dimension " : "dimensions ";
  llvm::raw_string_ostream os(dims);
  llvm::interleaveComma(rowDims, os);
  auto options = [&](StringRef name) {
    return remark::RemarkOpts::name(name)
        .category(DEBUG_TYPE)
        .function(function.getName());
  };
  if (!op.getStabilized())
    remark::passed(op.getLoc(), options("softmax"))
        << remark::reason("softmax over {0}", dims);
  else
    remark::passed(op.getLoc(), options("softmax-stabilized"))
        << remark::reason(
               "softmax over {0}; the source does not subtract the row "
               "maximum and overflows for large logits, this does not",
               dims);
}

void LSERaisePass::raiseNamed(FunctionOpInterface function) {
  SmallVector<linalg::SoftmaxOp> named;
  function->walk([&](linalg::SoftmaxOp op) {
    if (op.hasPureTensorSemantics() &&
        isa<FloatType>(getElementTypeOrSelf(op.getInput())) &&
        getElementTypeOrSelf(op.getInput()) ==
            getElementTypeOrSelf(op.getOutput()))
      named.push_back(op);
  });
  for (linalg::SoftmaxOp op : named) {
    OpBuilder builder(op);
    AffineMap identity =
        builder.getMultiDimIdentityMap(op.getInputOperandRank());
    RowOpInterface softmax =
        createRowOp(builder, op.getLoc(), ResultKind::Probabilities,
                    op.getInput(), op.getOutput(), {identity, identity},
                    {static_cast<int64_t>(op.getDimension())},
                    {ResultKind::Probabilities}, widenLogit);
    op.replaceAllUsesWith(softmax);
    op.erase();
    reportRaised(function, softmax);
  }
}

/// Erases those of `worklist` that nothing needs, and then what they needed.
static void eraseDead(SetVector<Operation *> worklist) {
  while (!worklist.empty()) {
    Operation *candidate = worklist.pop_back_val();
    if (!isOpTriviallyDead(candidate))
      continue;
    SetVector<Operation *> producers;
    for (Value operand : candidate->getOperands())
      if (Operation *producer = operand.getDefiningOp())
        producers.insert(producer);
    candidate->erase();
    worklist.insert_range(producers);
  }
}

void LSERaisePass::raiseFunction(FunctionOpInterface function) {
  raiseNamed(function);
  if (!hasExponential(function))
    return;
  IndexNotation notation(&getContext());
  LogDomain domain(notation);
  SmallVector<Rewrite> rewrites = analyse(function, domain);
  DenseMap<Value, Value> replaced;
  for (Rewrite &rewrite : rewrites)
    apply(function, domain, rewrite, replaced);
  // Last, because the analysis is keyed by the values of the source.
  SetVector<Operation *> roots;
  for (Rewrite &rewrite : rewrites)
    roots.insert(rewrite.match.root.getDefiningOp());
  eraseDead(std::move(roots));
}
