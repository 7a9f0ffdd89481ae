//===- Reductions.cpp - Reductions by what a step computes ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/IndexNotation.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::lse;

static bool mentions(const ScalarExpr *expr, const ScalarExpr *part) {
  SetVector<const ScalarExpr *> reached;
  reached.insert(expr);
  for (size_t next = 0; next < reached.size(); ++next) {
    if (reached[next] == part)
      return true;
    reached.insert_range(reached[next]->operands);
  }
  return false;
}

namespace {
/// A reduction operation: what it is, and what it does with NaN.
struct Combiner {
  ReductionKind kind;
  bool ignoresNaN;
};
} // namespace

static std::optional<Combiner> getCombiner(const ScalarExpr *step) {
  if (step->kind != ScalarExpr::Kind::Apply)
    return std::nullopt;
  using Result = std::optional<Combiner>;
  return llvm::StringSwitch<Result>(step->name->getStringRef())
      .Case("arith.addf", Combiner{ReductionKind::Sum, false})
      .Case("arith.mulf", Combiner{ReductionKind::Product, false})
      .Case("arith.maximumf", Combiner{ReductionKind::Maximum, false})
      .Case("arith.maxnumf", Combiner{ReductionKind::Maximum, true})
      .Case("arith.minimumf", Combiner{ReductionKind::Minimum, false})
      .Case("arith.minnumf", Combiner{ReductionKind::Minimum, true})
      .Case("arith.andi", Combiner{ReductionKind::All, false})
      .Case("arith.ori", Combiner{ReductionKind::Any, false})
      .Default(std::nullopt);
}

/// Recognises `select(a > b, a, b)` as a maximum and its mirror images.
static std::optional<Combiner> getSelectCombiner(const ScalarExpr *step) {
  if (!step->isApply("arith.select") ||
      !step->operands[0]->isApply("arith.cmpf"))
    return std::nullopt;
  const ScalarExpr *compare = step->operands[0];
  auto predicate = static_cast<arith::CmpFPredicate>(
      cast<IntegerAttr>(compare->attributes.get("predicate")).getInt());
  bool same = compare->operands[0] == step->operands[1] &&
              compare->operands[1] == step->operands[2];
  bool swapped = compare->operands[0] == step->operands[2] &&
                 compare->operands[1] == step->operands[1];
  if (!same && !swapped)
    return std::nullopt;
  using P = arith::CmpFPredicate;
  switch (predicate) {
  case P::OGT:
  case P::OGE:
  case P::UGT:
  case P::UGE:
    return Combiner{same ? ReductionKind::Maximum : ReductionKind::Minimum,
                    /*ignoresNaN=*/true};
  case P::OLT:
  case P::OLE:
  case P::ULT:
  case P::ULE:
    return Combiner{same ? ReductionKind::Minimum : ReductionKind::Maximum,
                    /*ignoresNaN=*/true};
  default:
    return std::nullopt;
  }
}

/// The combination of an element with the accumulator in `step`, which chooses
/// the accumulator instead where the element is NaN; null if it does not.
static const ScalarExpr *skipNaNTest(const ScalarExpr *step,
                                     const ScalarExpr *accumulator) {
  if (!step->isApply("arith.select") ||
      !step->operands[0]->isApply("arith.cmpf"))
    return nullptr;
  const ScalarExpr *compare = step->operands[0];
  auto predicate = static_cast<arith::CmpFPredicate>(
      cast<IntegerAttr>(compare->attributes.get("predicate")).getInt());
  bool isNaNTest = predicate == arith::CmpFPredicate::UNO ||
                   predicate == arith::CmpFPredicate::UNE;
  bool isNumberTest = predicate == arith::CmpFPredicate::ORD ||
                      predicate == arith::CmpFPredicate::OEQ;
  const ScalarExpr *element = compare->operands[0];
  const ScalarExpr *combined = step->operands[isNaNTest ? 2 : 1];
  const ScalarExpr *otherwise = step->operands[isNaNTest ? 1 : 2];
  bool isSkipped =
      (isNaNTest || isNumberTest) && element == compare->operands[1] &&
      otherwise == accumulator && combined->kind == ScalarExpr::Kind::Apply &&
      llvm::is_contained(combined->operands, element);
  return isSkipped ? combined : nullptr;
}

/// True if starting a reduction with `init` changes nothing. The finite lowest
/// value starts a maximum in TOSA's lowering; a row of -inf, where that
/// differs, is dead either way.
static bool isNeutral(const ScalarExpr *init, Combiner combiner) {
  if (init->kind != ScalarExpr::Kind::Constant)
    return false;
  bool isAll = combiner.kind == ReductionKind::All;
  if (isAll || combiner.kind == ReductionKind::Any)
    return init->type.isInteger(1) &&
           cast<IntegerAttr>(init->constant).getValue().isOne() == isAll;
  auto attribute = dyn_cast<FloatAttr>(init->constant);
  if (!attribute)
    return false;
  APFloat value = attribute.getValue();
  switch (combiner.kind) {
  case ReductionKind::Sum:
    return value.isZero();
  case ReductionKind::Product:
    return value.isExactlyValue(1.0);
  case ReductionKind::Maximum:
  case ReductionKind::Minimum: {
    if (value.isNaN())
      return combiner.ignoresNaN;
    bool least = combiner.kind == ReductionKind::Maximum;
    return value.isNegative() == least &&
           (value.isInfinity() || value.isLargest());
  }
  case ReductionKind::All:
  case ReductionKind::Any:
    break;
  }
  llvm_unreachable("unknown kind of reduction");
}

const ScalarExpr *IndexNotation::closeReduction(const ScalarExpr *step,
                                                const ScalarExpr *accumulator,
                                                const ScalarExpr *init,
                                                ArrayRef<BoundAxis> axes) {
  const ScalarExpr *left = nullptr, *right = nullptr;
  const ScalarExpr *withoutNaN = skipNaNTest(step, accumulator);
  if (withoutNaN)
    step = withoutNaN;
  std::optional<Combiner> combiner = getCombiner(step);
  if (combiner) {
    left = step->operands[0];
    right = step->operands[1];
  } else if ((combiner = getSelectCombiner(step))) {
    left = step->operands[1];
    right = step->operands[2];
  } else {
    return nullptr;
  }
  if (right == accumulator)
    std::swap(left, right);
  if (left != accumulator || mentions(right, accumulator))
    return nullptr;
  // Of wider integers these are bits, not truth values.
  if (!isa<FloatType>(step->type) && !step->type.isInteger(1))
    return nullptr;
  combiner->ignoresNaN |= withoutNaN != nullptr;
  const ScalarExpr *reduce =
      getReduce(combiner->kind, combiner->ignoresNaN, right, axes);
  if (!init)
    return nullptr;
  if (isNeutral(init, *combiner))
    return reduce;
  if (!getCombiner(step) || withoutNaN)
    return nullptr;
  return getApply(*step->name, step->attributes, step->type, {init, reduce});
}
