//===- Raise.cpp - The lse-raise pass -------------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AttentionMatch.h"
#include "BinaryLossMatch.h"
#include "Candidates.h"
#include "GradientMatch.h"
#include "InlineCallees.h"
#include "LogSumExpGradMatch.h"
#include "LossMatch.h"
#include "LossOfGradient.h"
#include "RangeChecks.h"
#include "Remarks.h"
#include "Report.h"
#include "SharedRows.h"
#include "SinkMatch.h"
#include "SplitBodies.h"
#include "lse/Raise/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/DebugLog.h"
#include "llvm/Support/FormatVariadic.h"

#define DEBUG_TYPE "lse-raise"

namespace mlir::lse {
#define GEN_PASS_DEF_LSERAISE
#include "lse/Raise/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

namespace {

/// What was decided about one value: one of the two.
struct Decision {
  std::optional<RowRewrite> rewrite;
  std::optional<Refusal> refusal;
  /// The logits as a formula, for the report if there is to be one.
  std::string logits = {};
};

/// The decisions about a function's values.
struct Decisions {
  /// In the order of the values.
  llvm::MapVector<Value, Decision> values;
  /// For tensors of logits, their log-sum-exp.
  DenseMap<Value, Value> logSumExps;
  /// Refused values that have one use, which may be the step they lack: a
  /// factor that is taken back, the rest of a shift.
  llvm::DenseSet<Value> unfinished;
  Candidates candidates;

  /// What `value` is raised to; null if it is not.
  const RowRewrite *getRewrite(Value value) const {
    auto it = values.find(value);
    return it == values.end() || !it->second.rewrite ? nullptr
                                                     : &*it->second.rewrite;
  }
  const RowMatch *getMatch(Value value) const {
    const RowRewrite *rewrite = getRewrite(value);
    return rewrite ? &rewrite->match : nullptr;
  }
};

struct LSERaisePass final : lse::impl::LSERaiseBase<LSERaisePass> {
  using LSERaiseBase::LSERaiseBase;

  void runOnOperation() override {
    inlinePrivateCallees(getOperation());
    Report report;
    getOperation().walk([&](FunctionOpInterface function) {
      if (!function.isExternal())
        raiseFunction(function, report);
    });
    if (reportFile.empty())
      return;
    if (llvm::Error error = report.write(reportFile)) {
      getOperation().emitError("lse-raise cannot write its report: ")
          << llvm::toString(std::move(error));
      signalPassFailure();
    }
  }

private:
  void raiseFunction(FunctionOpInterface function, Report &report);
  /// What is to become of `value`, which `match` is of; a refusal if it cannot
  /// be raised.
  Decision plan(LogDomain &domain, const RowMatch &match);
  Decision decide(LogDomain &domain, const Decisions &decisions, Value value);
  /// Reads a function and decides about its values; changes nothing.
  Decisions analyse(FunctionOpInterface function, LogDomain &domain,
                    const SplitBodies &split);
  /// Lets gradients be over the logits and targets of the losses that they are
  /// the gradients of, as far as the function needs both.
  void joinLosses(FunctionOpInterface function, LogDomain &domain,
                  Decisions &decisions);
  /// Takes over what is a softmax by name, whatever its logits are.
  void raiseNamed(FunctionOpInterface function, Report &report);
  void reportRaised(FunctionOpInterface function, RowOpInterface op);
  void reportRefused(FunctionOpInterface function, Value root,
                     const Refusal &refusal);
};

} // namespace

//===----------------------------------------------------------------------===//
// Deciding
//===----------------------------------------------------------------------===//

/// True if every operation between `rewrite`'s root and what its logits are
/// computed from allows reassociation and approximate functions.
static bool allowsStabilization(const RowRewrite &rewrite) {
  SetVector<Value> values;
  values.insert(rewrite.match.root);
  SmallVector<Value> inputs = rewrite.getUses();
  auto isAllowed = [](Operation *op) {
    auto fastMath = dyn_cast<arith::ArithFastMathInterface>(op);
    return !fastMath ||
           arith::bitEnumContainsAll(fastMath.getFastMathFlagsAttr().getValue(),
                                     arith::FastMathFlags::reassoc |
                                         arith::FastMathFlags::afn);
  };
  for (size_t next = 0; next < values.size(); ++next) {
    Operation *op = values[next].getDefiningOp();
    if (!op || llvm::is_contained(inputs, values[next]))
      continue;
    // Dialects without flags do not give their permission.
    bool hasFlags = isa<linalg::LinalgOp>(op) ||
                    isa<arith::ArithFastMathInterface>(op) ||
                    !isa<FloatType>(getElementTypeOrSelf(values[next])) ||
                    isa_and_nonnull<tensor::TensorDialect>(op->getDialect()) ||
                    op->hasTrait<OpTrait::ConstantLike>();
    if (!hasFlags || op->walk([&](Operation *inner) {
                         return isAllowed(inner) ? WalkResult::advance()
                                                 : WalkResult::interrupt();
                       }).wasInterrupted())
      return false;
    values.insert_range(op->getOperands());
  }
  return true;
}

Decision LSERaisePass::plan(LogDomain &domain, const RowMatch &match) {
  Value value = match.root;
  SmallVector<Type> types = {getElementTypeOrSelf(value)};
  for (const ScalarExpr *term : match.getTerms())
    types.push_back(term->type);
  for (Type type : types)
    if (!isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type))
      return {std::nullopt,
              Refusal{RefusalCode::ElementType, domain.toFormula(match.logit),
                      llvm::formatv("{0}", type)}};
  FailureOr<RowRewrite> rewrite = planRewrite(match);
  if (failed(rewrite))
    return {std::nullopt,
            Refusal{RefusalCode::LogitForm, domain.toFormula(match.logit),
                    domain.toFormula(domain.getTerm(value).poly)}};
  if (!match.isShifted && stabilize != Stabilize::Always) {
    bool isOff = stabilize == Stabilize::Off;
    if (isOff || !allowsStabilization(*rewrite))
      return {std::nullopt,
              Refusal{RefusalCode::Unshifted, domain.toFormula(match.logit),
                      isOff ? "off" : "flags"}};
  }
  return {*rewrite, std::nullopt,
          reportFile.empty() ? "" : domain.toFormula(match.logit)};
}

/// The rows with a sink, attention, loss or gradient that `value` is; nothing
/// if it is none.
static std::optional<RowMatch>
matchLarger(LogDomain &domain, const Decisions &decisions, Value value) {
  auto getMatch = [&](Value source) { return decisions.getMatch(source); };
  auto getLogSumExpOf = [&](Value logits) -> const RowMatch * {
    Value sum = decisions.logSumExps.lookup(logits);
    return sum ? getMatch(sum) : nullptr;
  };
  auto isOfLogs = [&](Value source) {
    return decisions.candidates.isNearLog(source);
  };
  // Losses and gradients have no place for a sink.
  auto getMatchWithoutSink = [&](Value source) -> const RowMatch * {
    const RowMatch *match = getMatch(source);
    return match && match->sink ? nullptr : match;
  };
  std::optional<RowMatch> match;
  if (decisions.candidates.isNearSumOfExponentials(value)) {
    KnownRows known{getMatch, getLogSumExpOf, isOfLogs};
    match = matchTrimmedRows(domain, known, value);
    if (!match)
      match = matchAttention(domain, known, value);
    if (!match)
      match = matchLogSumExpGradient(domain, known, value);
  }
  KnownRows known{getMatchWithoutSink, getLogSumExpOf, isOfLogs};
  if (!match && decisions.candidates.isNearSum(value))
    match = matchGradient(domain, known, value);
  if (!match &&
      (isOfLogs(value) || decisions.candidates.isNearLoggedSum(value)))
    match = matchLoss(domain, known, value);
  if (!match && decisions.candidates.isNearLogarithm(value))
    match = matchBinaryLoss(domain, value);
  return match;
}

Decision LSERaisePass::decide(LogDomain &domain, const Decisions &decisions,
                              Value value) {
  MatchResult result;
  if (decisions.candidates.isNearSumOfExponentials(value))
    result = matchRows(domain, value);
  if (result.match)
    return plan(domain, *result.match);
  // A label's logit less a log-sum-exp is no log-softmax that went wrong.
  std::optional<RowMatch> match = matchLarger(domain, decisions, value);
  // What cannot be written as one operation stays what it is made of.
  if (match)
    if (Decision decision = plan(domain, *match); decision.rewrite)
      return decision;
  return {std::nullopt, result.refusal};
}

static bool hasSum(FunctionOpInterface function) {
  return function
      ->walk([](Operation *op) {
        return isSum(op) ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

static bool isLogSumExpGradient(const Decision &decision) {
  const RowMatch &match = decision.rewrite->match;
  return match.name->getStringRef() == LogSumExpGradOp::getOperationName();
}

/// Notes what was decided about `value`, and what that is to what is built on
/// it.
static void note(Decisions &decisions, LogDomain &domain, Value value,
                 Decision decision) {
  std::optional<ResultKind> kind;
  if (decision.rewrite)
    kind = decision.rewrite->match.kind;
  // Whatever is built on it sees one value: a softmax of a softmax is two
  // operations, and a refusal is reported once. A log-sum-exp stays what it is,
  // the other half of a log-softmax. A loss that is used once may be a step to
  // a larger one, and probabilities times a number one to another gradient.
  bool isPart = kind == ResultKind::Loss ||
                (kind == ResultKind::Gradient && isLogSumExpGradient(decision));
  bool isStep = kind == ResultKind::LogSumExp || (isPart && value.hasOneUse());
  if (decision.refusal && value.hasOneUse())
    decisions.unfinished.insert(value);
  else if (!isStep)
    domain.makeOpaque(value);
  if (kind == ResultKind::LogProbabilities || kind == ResultKind::LogSumExp)
    decisions.candidates.addLog(value);
  if (kind == ResultKind::LogSumExp)
    if (Value logits = getLogitTensor(decision.rewrite->match))
      decisions.logSumExps.try_emplace(logits, value);
  decisions.values[value] = std::move(decision);
}

/// Lets what `op`, which does not complete them, has as operands be what it is;
/// false if nothing is unfinished among these.
static bool closeSteps(Decisions &decisions, LogDomain &domain, Operation *op) {
  bool isAny = false;
  for (Value operand : op->getOperands()) {
    if (!decisions.unfinished.erase(operand))
      continue;
    domain.makeOpaque(operand);
    isAny = true;
  }
  return isAny;
}

Decisions LSERaisePass::analyse(FunctionOpInterface function, LogDomain &domain,
                                const SplitBodies &split) {
  Decisions decisions;
  function->walk<WalkOrder::PreOrder>([&](Operation *op) {
    decisions.candidates.add(op);
    for (Value value : op->getResults()) {
      auto type = dyn_cast<RankedTensorType>(value.getType());
      if (!type || !isa<FloatType>(type.getElementType()))
        continue;
      Decision decision = decide(domain, decisions, value);
      if (!decision.rewrite && closeSteps(decisions, domain, op)) {
        domain.forget(value);
        decision = decide(domain, decisions, value);
      }
      if (decision.refusal && isa<linalg::SoftmaxOp>(op))
        domain.makeOpaque(value);
      else if (decision.rewrite || decision.refusal)
        note(decisions, domain, value, std::move(decision));
      else if (split.isStep(value))
        domain.getNotation().makeTransparent(value);
    }
  });
  return decisions;
}

/// Lets attentions yield the log-sum-exps that are of their logits, as far as
/// the function needs both; what it needs then.
static NeededValues shareNeeded(FunctionOpInterface function, LogDomain &domain,
                                Decisions &decisions, Numerics numerics) {
  auto getRewrite = [&](Value value) { return decisions.getRewrite(value); };
  auto getMatch = [&](Value value) { return decisions.getMatch(value); };
  NeededValues needed(function, getRewrite);
  SmallVector<RowRewrite *> attentions, logSumExps;
  for (auto &[value, decision] : decisions.values) {
    if (!decision.rewrite || !needed.contains(value))
      continue;
    if (decision.rewrite->match.kind == ResultKind::Output)
      attentions.push_back(&*decision.rewrite);
    if (decision.rewrite->match.kind == ResultKind::LogSumExp)
      logSumExps.push_back(&*decision.rewrite);
  }
  // Alone it has a kernel with accurate numerics, beside attention it has not.
  if (numerics == Numerics::Standard)
    shareRows(domain, getMatch, needed, attentions, logSumExps);
  return NeededValues(function, getRewrite);
}

void LSERaisePass::joinLosses(FunctionOpInterface function, LogDomain &domain,
                              Decisions &decisions) {
  NeededValues needed(function,
                      [&](Value value) { return decisions.getRewrite(value); });
  SmallVector<const RowMatch *> losses;
  SmallVector<Decision *> gradients;
  for (auto &[value, decision] : decisions.values) {
    if (!decision.rewrite || !needed.contains(value))
      continue;
    const RowMatch &match = decision.rewrite->match;
    StringRef name = match.name ? match.name->getStringRef() : "";
    if (name == CrossEntropyOp::getOperationName())
      losses.push_back(&match);
    if (name == CrossEntropyGradOp::getOperationName() ||
        (name == LogSoftmaxGradOp::getOperationName() && match.isFromLogits))
      gradients.push_back(&decision);
  }
  DominanceInfo dominance(function);
  for (Decision *gradient : gradients)
    for (const RowMatch *loss : losses) {
      std::optional<RowMatch> match =
          matchGradientOfLoss(domain, gradient->rewrite->match, *loss);
      if (!match)
        continue;
      Decision joined = plan(domain, *match);
      if (!joined.rewrite ||
          !llvm::all_of(joined.rewrite->getUses(), [&](Value use) {
            return dominance.properlyDominates(use,
                                               match->root.getDefiningOp());
          }))
        continue;
      *gradient = std::move(joined);
      break;
    }
}

//===----------------------------------------------------------------------===//
// Reporting
//===----------------------------------------------------------------------===//

void LSERaisePass::reportRefused(FunctionOpInterface function, Value root,
                                 const Refusal &refusal) {
  ++numRefused;
  LDBG() << "refused " << root << ": " << getRefusalName(refusal.code);
  remarkRefused(function.getName(), root, refusal);
}

void LSERaisePass::reportRaised(FunctionOpInterface function,
                                RowOpInterface op) {
  ++numRaised;
  numStabilized += op.getStabilized();
  remarkRaised(function.getName(), op);
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

void LSERaisePass::raiseNamed(FunctionOpInterface function, Report &report) {
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
    RowOpInterface softmax = createRowOp(
        builder, op.getLoc(),
        getRowOpName(op.getContext(), ResultKind::Probabilities), op.getInput(),
        op.getOutput(), {identity, identity},
        static_cast<int64_t>(op.getDimension()), ResultKind::Probabilities,
        [](OpBuilder &, Location, ValueRange elements) {
          return SmallVector<Value>(elements);
        });
    op.replaceAllUsesWith(softmax);
    op.erase();
    reportRaised(function, softmax);
    report.addRaised(function.getName(), softmax, "linalg.softmax");
  }
}

void LSERaisePass::raiseFunction(FunctionOpInterface function, Report &report) {
  if (!hasExponential(function) && !hasSum(function))
    return;
  SplitBodies split(function);
  IndexNotation notation(&getContext());
  notation.relateExtents(function);
  LogDomain domain(notation, function);
  Decisions decisions = analyse(function, domain, split);
  joinLosses(function, domain, decisions);
  NeededValues needed = shareNeeded(function, domain, decisions, numerics);
  DenseMap<Value, Value> replaced;
  SetVector<Operation *> roots;
  for (auto &[value, decision] : decisions.values) {
    if (!needed.contains(value))
      continue;
    if (decision.refusal) {
      reportRefused(function, value, *decision.refusal);
      report.addRefused(function.getName(), value.getLoc(), *decision.refusal);
      continue;
    }
    roots.insert(value.getDefiningOp());
    if (decision.rewrite->beside)
      continue;
    RowOpInterface op = applyRewrite(*decision.rewrite, numerics, replaced);
    reportRaised(function, op);
    report.addRaised(function.getName(), op, decision.logits);
  }
  split.restore(replaced, roots);
  // Last, because the analysis is keyed by the values of the source.
  eraseUnneeded(std::move(roots));
  raiseNamed(function, report);
}
