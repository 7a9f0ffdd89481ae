//===- SameRows.cpp - Are the rows of two operations the same? ------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SameRows.h"
#include "mlir/IR/OperationSupport.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// Compares what two regions compute, whatever else there is in them.
class RegionComparer {
public:
  RegionComparer(RowOpInterface a, RowOpInterface b) : a(a), b(b) {}

  /// True if `ofA` and `ofB`, values in the two regions, are the same.
  bool areSame(Value ofA, Value ofB) {
    auto [it, isNew] = known.try_emplace({ofA, ofB}, false);
    if (isNew) {
      bool answer = compare(ofA, ofB);
      known[{ofA, ofB}] = answer;
      return answer;
    }
    return it->second;
  }

private:
  bool compare(Value ofA, Value ofB) {
    auto argumentOfA = dyn_cast<BlockArgument>(ofA);
    auto argumentOfB = dyn_cast<BlockArgument>(ofB);
    if (argumentOfA && argumentOfB) {
      unsigned inA = argumentOfA.getArgNumber();
      unsigned inB = argumentOfB.getArgNumber();
      return a.getRowInputs()[inA] == b.getRowInputs()[inB] &&
             a.getInputMap(inA) == b.getInputMap(inB);
    }
    if (argumentOfA || argumentOfB)
      return false;
    if (cast<OpResult>(ofA).getResultNumber() !=
        cast<OpResult>(ofB).getResultNumber())
      return false;
    return OperationEquivalence::isEquivalentTo(
        ofA.getDefiningOp(), ofB.getDefiningOp(),
        [&](Value x, Value y) { return success(areSame(x, y)); },
        /*markEquivalent=*/nullptr, OperationEquivalence::IgnoreLocations);
  }

  RowOpInterface a, b;
  DenseMap<std::pair<Value, Value>, bool> known;
};

} // namespace

/// What the region of `op` yields for each element, and its sink.
static OperandRange getTerms(RowOpInterface op) {
  OperandRange yielded = op.getLogitBody()->getTerminator()->getOperands();
  return op.getSink() ? yielded : yielded.take_front(op.getNumTerms());
}

/// True if the first `count` terms of `a` and `b`, as far as both have them,
/// are the same.
static bool haveSameTerms(RowOpInterface a, RowOpInterface b, size_t count) {
  if (a.getRowDims() != b.getRowDims() || a.getNumLoops() != b.getNumLoops() ||
      a.getRowDeath() != b.getRowDeath() ||
      a.getNumerics() != b.getNumerics() || !a.getSink() != !b.getSink())
    return false;
  RegionComparer comparer(a, b);
  return llvm::all_of(
      llvm::zip(llvm::seq(count), getTerms(a), getTerms(b)), [&](auto terms) {
        return comparer.areSame(std::get<1>(terms), std::get<2>(terms));
      });
}

bool lse::haveSameLogits(RowOpInterface a, RowOpInterface b) {
  return haveSameTerms(a, b, /*count=*/a.getSink() ? 2 : 1);
}

bool lse::haveSameRows(RowOpInterface a, RowOpInterface b) {
  return haveSameTerms(a, b, getTerms(a).size());
}
