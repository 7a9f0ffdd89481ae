//===- GradientMatch.cpp - Is this value a softmax's gradient? ------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientMatch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

class GradientMatcher {
public:
  GradientMatcher(LogDomain &domain, const KnownRows &known, Value root)
      : domain(domain), notation(domain.getNotation()), known(known),
        root(root) {
    int64_t rank = cast<RankedTensorType>(root.getType()).getRank();
    for (int64_t dim = 0; dim < rank; ++dim)
      loops.push_back(notation.getExtent(root, dim));
  }

  std::optional<RowMatch> match();

private:
  /// Collects the sums that `expr` is made of, and what may be probabilities:
  /// no tensor that is just there, because `x - w * sum(x)` has many uses.
  void collect(const ScalarExpr *expr);
  /// Tries `reduce` as the sum of a gradient.
  bool tryReduction(const ScalarExpr *reduce);
  /// The same with rows along `rowLoops`, where `summand` is its body in terms
  /// of the root's dimensions, and `sum` its term.
  bool trySoftmax(const ScalarExpr *summand, const Term &sum);
  bool tryLogSoftmax(const ScalarExpr *summand, const Term &sum);
  /// The same as `trySoftmax` where no value is the probabilities: `summand`
  /// has a factor of exponentials, which the source divides by their sum
  /// elsewhere. `inSum` gives root dimensions the sum's axes.
  bool tryExponentials(const ScalarExpr *summand, ArrayRef<BoundAxis> axes,
                       const DenseMap<AffineExpr, AffineExpr> &inSum);
  bool isElement(const ScalarExpr *expr) {
    const Atom *atom = domain.getTerm(expr).poly->getSingleAtom();
    return atom && atom->kind == Atom::Kind::Element;
  }
  /// True for an element of what is raised as probabilities.
  bool isProbability(const ScalarExpr *expr) {
    const RowMatch *rows = expr->kind == ScalarExpr::Kind::Access
                               ? known.getMatch(expr->source)
                               : nullptr;
    return rows && rows->kind == ResultKind::Probabilities;
  }
  /// True if `term`, made of the source's parts, is the root but for a factor,
  /// which `factor` becomes, where conditions do not hold and where something
  /// cancels, too.
  bool isRoot(const Term &term) {
    if (term.poly->monomials.size() != rootTerm.poly->monomials.size())
      return false;
    factor = rootTerm.poly->monomials.front().coefficient /
             term.poly->monomials.front().coefficient;
    return domain.scale(term, factor).poly == rootTerm.poly &&
           llvm::all_of(rootTerm.cancelled,
                        [&](const Atom *atom) {
                          return llvm::is_contained(term.cancelled, atom);
                        }) &&
           areSame(term.guards, rootTerm.guards);
  }
  static bool areSame(ArrayRef<Guard> a, ArrayRef<Guard> b) {
    auto isIn = [](ArrayRef<Guard> guards) {
      return [guards](const Guard &guard) {
        return llvm::is_contained(guards, guard);
      };
    };
    return llvm::all_of(a, isIn(b)) && llvm::all_of(b, isIn(a));
  }
  /// The factors of `expr`, a product, looked up in what they are made of.
  SmallVector<const ScalarExpr *> getFactors(const ScalarExpr *expr);
  const ScalarExpr *getProduct(ArrayRef<const ScalarExpr *> factors);
  const ScalarExpr *apply(StringRef name, const ScalarExpr *a,
                          const ScalarExpr *b);
  bool variesAlongRow(const ScalarExpr *expr) {
    const Poly *poly = domain.getTerm(expr).poly;
    return llvm::any_of(rowLoops, [&](int64_t loop) {
      return poly->variesOver(static_cast<unsigned>(loop));
    });
  }
  /// Has the gradient computed from logits if nothing else needs the
  /// probabilities.
  void takeLogits();
  /// `expr` in terms of what it is chosen from or a product of, as far as
  /// values are made of that. Notes in `selectsClass` if one of them is chosen
  /// by comparing what has one integer for each class with what has one for the
  /// row.
  const ScalarExpr *inlineTarget(const ScalarExpr *expr, bool &selectsClass,
                                 unsigned depth = 0);
  /// Names the gradient of a log-softmax after the loss whose it is, if that
  /// has class numbers, or the sign of one.
  void nameAfterLoss();
  /// Makes the factor of the root part of what the gradient is linear in.
  void applyFactor();
  const ScalarExpr *negated(const ScalarExpr *expr) {
    return notation.getApply(
        OperationName(arith::NegFOp::getOperationName(), notation.getContext()),
        DictionaryAttr::get(notation.getContext()), expr->type, expr);
  }
  void accept(StringRef name, const ScalarExpr *first,
              const ScalarExpr *second);

  static constexpr unsigned maxSteps = 48;
  static constexpr unsigned maxFactors = 4;

  LogDomain &domain;
  IndexNotation &notation;
  const KnownRows &known;
  Value root;
  Term rootTerm;
  SmallVector<Extent> loops;
  SmallVector<int64_t> rowLoops;
  llvm::SetVector<const ScalarExpr *> reductions, probabilities;
  /// The factor by which the root differs from a gradient.
  double factor = 1.0;
  RowMatch result;
};

} // namespace

void GradientMatcher::collect(const ScalarExpr *expr) {
  llvm::SetVector<const ScalarExpr *> reached;
  reached.insert(expr);
  for (size_t next = 0; next < reached.size() && next < maxSteps; ++next) {
    const ScalarExpr *part = reached[next];
    if (part->kind == ScalarExpr::Kind::Reduce) {
      // A sum of one element is that.
      if (llvm::all_of(part->axes, [](const BoundAxis &axis) {
            return axis.extent.size == 1;
          }))
        reached.insert_range(part->operands);
      else if (part->reduction == ReductionKind::Sum)
        reductions.insert(part);
      continue;
    }
    if (part->isApply("math.exp") || part->isApply("math.exp2") ||
        isProbability(part))
      probabilities.insert(part);
    // What is an element to the algebra is what a gradient is made of.
    if (part->kind == ScalarExpr::Kind::Access && !isElement(part))
      if (const ScalarExpr *definition = notation.getDefinition(part))
        reached.insert(definition);
    reached.insert_range(part->operands);
  }
}

SmallVector<const ScalarExpr *>
GradientMatcher::getFactors(const ScalarExpr *expr) {
  SmallVector<const ScalarExpr *> factors, worklist = {expr};
  for (unsigned step = 0; !worklist.empty() && step < maxSteps; ++step) {
    const ScalarExpr *part = worklist.pop_back_val();
    // A sum may be wider than what it is of.
    if (part->isApply("arith.extf"))
      part = part->operands.front();
    const ScalarExpr *product = part;
    if (part->kind == ScalarExpr::Kind::Access)
      product = isElement(part) ? nullptr : notation.getDefinition(part);
    if (product && product->isApply("arith.extf")) {
      worklist.push_back(product->operands.front());
      continue;
    }
    if (product && product->isApply("arith.mulf"))
      llvm::append_range(worklist, llvm::reverse(product->operands));
    else
      factors.push_back(part);
  }
  return factors;
}

const ScalarExpr *
GradientMatcher::getProduct(ArrayRef<const ScalarExpr *> factors) {
  const ScalarExpr *product = factors.front();
  for (const ScalarExpr *factor : factors.drop_front())
    product = apply(arith::MulFOp::getOperationName(), product, factor);
  return product;
}

const ScalarExpr *GradientMatcher::apply(StringRef name, const ScalarExpr *a,
                                         const ScalarExpr *b) {
  MLIRContext *context = notation.getContext();
  return notation.getApply(OperationName(name, context),
                           DictionaryAttr::get(context), a->type, {a, b});
}

void GradientMatcher::accept(StringRef name, const ScalarExpr *first,
                             const ScalarExpr *second) {
  result.root = root;
  result.kind = ResultKind::Gradient;
  result.name = OperationName(name, notation.getContext());
  result.loops = loops;
  result.rowLoops = rowLoops;
  result.logitExpression = first;
  result.logit = domain.getTerm(first).poly;
  result.target = second;
  // There is no exponential to be repaired.
  result.isShifted = true;
  result.isFromLogits = false;
}

bool GradientMatcher::trySoftmax(const ScalarExpr *summand, const Term &sum) {
  SmallVector<const ScalarExpr *> factors = getFactors(summand);
  if (factors.size() < 2 || factors.size() > maxFactors)
    return false;
  for (size_t index = 0; index < factors.size(); ++index) {
    SmallVector<const ScalarExpr *> others(factors);
    const ScalarExpr *probability = factors[index];
    others.erase(others.begin() + index);
    const ScalarExpr *gradient = getProduct(others);
    Term difference =
        domain.add(domain.getTerm(gradient), domain.scale(sum, -1.0));
    if (!isRoot(domain.multiply(domain.getTerm(probability), difference)))
      continue;
    accept(SoftmaxGradOp::getOperationName(), probability, gradient);
    // Weights that are the same for the whole row are no probabilities.
    if (result.variesAlongRow(result.logit) &&
        result.variesAlongRow(domain.getTerm(gradient).poly))
      return true;
  }
  return false;
}

bool GradientMatcher::tryLogSoftmax(const ScalarExpr *summand,
                                    const Term &sum) {
  for (const ScalarExpr *probability : probabilities) {
    Term product = domain.multiply(domain.getTerm(probability), sum);
    if (!isRoot(
            domain.add(domain.getTerm(summand), domain.scale(product, -1.0))))
      continue;
    accept(LogSoftmaxGradOp::getOperationName(), probability, summand);
    if (result.variesAlongRow(result.logit))
      return true;
  }
  return false;
}

bool GradientMatcher::tryExponentials(
    const ScalarExpr *summand, ArrayRef<BoundAxis> axes,
    const DenseMap<AffineExpr, AffineExpr> &inSum) {
  // What does not vary along the row normalises it.
  SmallVector<const ScalarExpr *> factors = getFactors(summand);
  llvm::erase_if(factors, [&](const ScalarExpr *factor) {
    return !variesAlongRow(factor);
  });
  if (factors.size() < 2 || factors.size() > maxFactors)
    return false;
  auto sumUp = [&](const ScalarExpr *expr) {
    return notation.getReduce(ReductionKind::Sum, /*ignoresNaN=*/false,
                              notation.substitute(expr, inSum), axes);
  };
  for (size_t index = 0; index < factors.size(); ++index) {
    SmallVector<const ScalarExpr *> others(factors);
    const ScalarExpr *exponential = factors[index];
    others.erase(others.begin() + index);
    const Poly *poly = domain.getTerm(exponential).poly;
    if (poly->monomials.size() != 1 ||
        poly->monomials.front().exponent->isZero())
      continue;
    const ScalarExpr *probability = apply(arith::DivFOp::getOperationName(),
                                          exponential, sumUp(exponential));
    const ScalarExpr *gradient = getProduct(others);
    Term sum = domain.getTerm(
        sumUp(apply(arith::MulFOp::getOperationName(), probability, gradient)));
    Term difference =
        domain.add(domain.getTerm(gradient), domain.scale(sum, -1.0));
    if (!isRoot(domain.multiply(domain.getTerm(probability), difference)))
      continue;
    std::optional<RowMatch> rows =
        matchProbabilities(domain, probability, loops);
    if (!rows || rows->sink || rows->rowLoops != rowLoops)
      continue;
    accept(SoftmaxGradOp::getOperationName(), rows->logitExpression, gradient);
    result.isFromLogits = true;
    result.isShifted = rows->isShifted;
    result.rowDeath = rows->rowDeath;
    return true;
  }
  return false;
}

bool GradientMatcher::tryReduction(const ScalarExpr *reduce) {
  Term sum = domain.getTerm(reduce);
  const ScalarExpr *body = reduce->operands.front();
  return forEachAxisAssignment(
      domain, loops, reduce->axes, sum.poly->positions,
      [&](const DenseMap<AffineExpr, AffineExpr> &map, ArrayRef<int64_t> dims) {
        rowLoops.assign(dims.begin(), dims.end());
        const ScalarExpr *summand = notation.substitute(body, map);
        if (trySoftmax(summand, sum) || tryLogSoftmax(summand, sum))
          return true;
        DenseMap<AffineExpr, AffineExpr> inSum;
        for (auto [axis, dim] : map)
          inSum[dim] = axis;
        return tryExponentials(summand, reduce->axes, inSum);
      });
}

/// True if `value` is needed for nothing but `root`.
static bool isOnlyFor(Value value, Value root) {
  constexpr size_t mostValues = 64;
  llvm::SetVector<Value> reached;
  reached.insert(value);
  for (size_t next = 0; next < reached.size(); ++next) {
    if (reached[next] == root)
      continue;
    for (Operation *user : reached[next].getUsers()) {
      if (user->getNumResults() == 0 || reached.size() > mostValues)
        return false;
      reached.insert_range(user->getResults());
    }
  }
  return true;
}

void GradientMatcher::takeLogits() {
  const ScalarExpr *probability = result.logitExpression;
  if (probability->kind != ScalarExpr::Kind::Access)
    return;
  const RowMatch *softmax = known.getMatch(probability->source);
  if (!softmax || softmax->kind != ResultKind::Probabilities ||
      !isOnlyFor(probability->source, root))
    return;
  // Rows have to be the same ones.
  SmallVector<int64_t> softmaxRows;
  for (int64_t dim : softmax->rowLoops)
    if (auto loop = dyn_cast<AffineDimExpr>(probability->indices[dim]))
      softmaxRows.push_back(loop.getPosition());
  llvm::sort(softmaxRows);
  if (softmaxRows != result.rowLoops)
    return;
  result.isFromLogits = true;
  result.isShifted = softmax->isShifted;
  result.rowDeath = softmax->rowDeath;
  result.logitExpression =
      notation.substitute(softmax->logitExpression, probability->indices);
  result.logit = domain.getTerm(result.logitExpression).poly;
}

const ScalarExpr *GradientMatcher::inlineTarget(const ScalarExpr *expr,
                                                bool &selectsClass,
                                                unsigned depth) {
  // Sums and what else is no choice or factor is not looked into.
  static constexpr StringRef through[] = {
      "arith.select", "arith.mulf",   "arith.negf",  "arith.extf",
      "arith.truncf", "arith.uitofp", "arith.sitofp"};
  if (expr->isApply(arith::CmpIOp::getOperationName()))
    selectsClass |=
        variesAlongRow(expr->operands[0]) != variesAlongRow(expr->operands[1]);
  if (depth > maxSteps)
    return expr;
  if (expr->kind == ScalarExpr::Kind::Access) {
    const ScalarExpr *definition = notation.getDefinition(expr);
    bool isSimple =
        definition && (definition->kind == ScalarExpr::Kind::Access ||
                       definition->kind == ScalarExpr::Kind::Constant ||
                       definition->kind == ScalarExpr::Kind::Apply);
    return isSimple ? inlineTarget(definition, selectsClass, depth + 1) : expr;
  }
  if (expr->kind != ScalarExpr::Kind::Apply ||
      !llvm::is_contained(through, expr->name->getStringRef()))
    return expr;
  SmallVector<const ScalarExpr *> operands;
  for (const ScalarExpr *operand : expr->operands)
    operands.push_back(inlineTarget(operand, selectsClass, depth + 1));
  return notation.getApply(*expr->name, expr->attributes, expr->type, operands);
}

void GradientMatcher::nameAfterLoss() {
  if (!result.isFromLogits ||
      result.name->getStringRef() != LogSoftmaxGradOp::getOperationName())
    return;
  bool selectsClass = false;
  const ScalarExpr *target = inlineTarget(result.target, selectsClass);
  if (!selectsClass && factor != -1.0)
    return;
  result.name = OperationName(CrossEntropyGradOp::getOperationName(),
                              notation.getContext());
  result.isFromLogits = false;
  result.target = target;
  // That of the loss is the other way round.
  factor = -factor;
}

void GradientMatcher::applyFactor() {
  if (factor == -1.0) {
    result.target = negated(result.target);
  } else if (std::abs(factor) <= 1.0 && factor != 1.0 &&
             result.target->type.getIntOrFloatBitWidth() >= 32) {
    const ScalarExpr *number = notation.getConstant(cast<TypedAttr>(
        Attribute(FloatAttr::get(result.target->type, factor))));
    result.target =
        apply(arith::MulFOp::getOperationName(), result.target, number);
  } else {
    // A product with a larger one may overflow before it is weighted, and one
    // of a narrow type is rounded.
    result.factor = factor;
  }
}

std::optional<RowMatch> GradientMatcher::match() {
  const Definition *definition = notation.getDefinition(root);
  if (!definition || definition->value->kind != ScalarExpr::Kind::Apply)
    return std::nullopt;
  rootTerm = domain.getTerm(root);
  // Either gradient is a difference with a sum in it.
  bool hasSum =
      llvm::any_of(rootTerm.poly->monomials, [](const Monomial &part) {
        return llvm::any_of(part.factors, [](auto &factor) {
          return factor.first->kind == Atom::Kind::Sum;
        });
      });
  if (!hasSum || rootTerm.poly->monomials.size() < 2)
    return std::nullopt;
  collect(definition->value);
  for (const ScalarExpr *reduce : reductions)
    if (tryReduction(reduce)) {
      if (!result.isFromLogits)
        takeLogits();
      nameAfterLoss();
      applyFactor();
      return result;
    }
  return std::nullopt;
}

std::optional<RowMatch> lse::matchGradient(LogDomain &domain,
                                           const KnownRows &known, Value root) {
  return GradientMatcher(domain, known, root).match();
}
