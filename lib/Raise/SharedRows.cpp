//===- SharedRows.cpp - Log-sum-exps beside attention ---------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SharedRows.h"
#include "RowAlign.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// Gives attentions log-sum-exps.
class RowSharer {
public:
  explicit RowSharer(const NeededValues &needed) : needed(needed) {}

  /// Lets `attention` yield `logSumExp`, which is `sum` in its loops, if it can
  /// stand in time for both.
  void share(RowRewrite &attention, RowRewrite &logSumExp, SumBeside sum);

private:
  /// Where the operation of `rewrite` will be.
  static Operation *getPlace(const RowRewrite &rewrite) {
    return rewrite.place ? rewrite.place : rewrite.match.root.getDefiningOp();
  }
  /// The operations before which `attention` has to be, so that there are the
  /// log-sum-exps that it yields and that of `root`.
  SmallVector<Operation *> getUsers(const RowRewrite &attention, Value root);
  /// True if all that `attention` needs is there before `place`.
  bool isComplete(const RowRewrite &attention, Operation *place);

  const NeededValues &needed;
  DominanceInfo dominance;
  /// For log-sum-exps that are shared, the attention.
  DenseMap<Value, const RowRewrite *> attentionOf;
  /// Attentions that are put before others than what they replace.
  DenseMap<Operation *, Operation *> moved;
};

} // namespace

SmallVector<Operation *> RowSharer::getUsers(const RowRewrite &attention,
                                             Value root) {
  SmallVector<Value> roots = {root};
  for (const SumBeside &sum : attention.sums)
    roots.push_back(sum.match.root);
  SmallVector<Operation *> users;
  for (Value value : roots)
    for (Operation *user : needed.getUsers(value)) {
      users.push_back(user);
      if (Operation *place = moved.lookup(user))
        users.push_back(place);
    }
  return users;
}

bool RowSharer::isComplete(const RowRewrite &attention, Operation *place) {
  return llvm::all_of(attention.getUses(), [&](Value value) {
    const RowRewrite *other = attentionOf.lookup(value);
    return dominance.properlyDominates(value, place) &&
           (!other || dominance.properlyDominates(getPlace(*other), place));
  });
}

/// True if `sum` is the same but for its shape and a number as the log-sum-exps
/// that `attention` yields so far: there is one such result.
static bool fitsOthers(const RowRewrite &attention, const SumBeside &sum) {
  if (attention.sums.empty())
    return true;
  auto getLoops = [](const SumBeside &sum) {
    SmallVector<int64_t> loops;
    for (ArrayRef<int64_t> dim : sum.rootDims)
      llvm::append_range(loops, dim);
    return loops;
  };
  const SumBeside &first = attention.sums.front();
  return getLoops(first) == getLoops(sum) &&
         getElementTypeOrSelf(first.match.root) ==
             getElementTypeOrSelf(sum.match.root);
}

void RowSharer::share(RowRewrite &attention, RowRewrite &logSumExp,
                      SumBeside sum) {
  if (!fitsOthers(attention, sum))
    return;
  Value root = sum.match.root;
  Operation *replaced = attention.match.root.getDefiningOp();
  SmallVector<Operation *> users = getUsers(attention, root);
  SmallVector<Operation *> places = {getPlace(attention)};
  for (Operation *user : users)
    if (Operation *place = replaced->getBlock()->findAncestorOpInBlock(*user))
      places.push_back(place);
  RowRewrite changed = attention;
  for (Operation *place : places) {
    if (!dominance.dominates(place, replaced) ||
        !llvm::all_of(users, [&](Operation *user) {
          return dominance.dominates(place, user);
        }))
      continue;
    changed.place = place;
    changed.mayUseOwnDestination = true;
    if (Value destination = changed.getOwnDestination())
      changed.mayUseOwnDestination =
          dominance.properlyDominates(destination, place);
    if (!isComplete(changed, place))
      continue;
    changed.sums.push_back(std::move(sum));
    attention = std::move(changed);
    logSumExp.beside = attention.match.root;
    attentionOf[root] = &attention;
    moved[replaced] = place;
    return;
  }
}

void lse::shareRows(LogDomain &domain, MatchFinder getMatch,
                    const NeededValues &needed,
                    ArrayRef<RowRewrite *> attentions,
                    ArrayRef<RowRewrite *> logSumExps) {
  if (attentions.empty())
    return;
  RowSharer sharer(needed);
  for (RowRewrite *logSumExp : logSumExps) {
    SmallVector<SummedRows, 2> forms =
        findSummedRows(domain, getMatch, logSumExp->match);
    for (RowRewrite *attention : attentions) {
      // With a sink, its log-sum-exp is that of one more logit.
      if (logSumExp->beside || attention->match.sink)
        continue;
      for (const SummedRows &rows : forms)
        if (std::optional<SumBeside> sum =
                alignRows(domain, *attention, rows, logSumExp->match)) {
          sharer.share(*attention, *logSumExp, std::move(*sum));
          break;
        }
    }
  }
}
