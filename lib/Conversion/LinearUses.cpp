//===- LinearUses.cpp - Sums and products with probabilities --------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinearUses.h"
#include "ElementwiseBody.h"
#include "KernelSpecBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// (probability * factor + addend) * weight, where what is null is left out.
struct LinearTerm {
  Value factor, addend, weight;
};

/// Reads the body of an elementwise operation as a linear term. It is rounded
/// as in the source, but for quotients by numbers and products of factors that
/// are known, or known not to be larger than another one.
class LinearReader {
public:
  /// The term of `element`, an argument of the body, is `term`. What it has no
  /// part in is computed with `builder`, where `mapping` has the other
  /// arguments.
  LinearReader(OpBuilder &builder, AffineMap loops, IRMapping &mapping,
               Value element, LinearTerm term)
      : builder(builder), loops(loops), mapping(mapping), element(element),
        term(term) {}

  /// What `block` yields; nothing if that is not linear.
  std::optional<LinearTerm> read(Block &block);

private:
  /// Notes what in `block` the element has a part in.
  void findDependents(Block &block);
  /// `value`, which it has none in, in the new region.
  Value emit(Value value);
  /// Makes the term that of the operation which `operand` belongs to, which is
  /// what the term was of; false if that is not linear.
  bool apply(OpOperand &operand);
  bool multiply(Location loc, Value by);
  void negate(Location loc, Type type);
  /// 1 over `value`, if that is a number and has a normal reciprocal; or null.
  Value getReciprocal(Value value);
  Value getNumber(Location loc, Type type, const APFloat &number) {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getFloatAttr(type, number));
  }

  OpBuilder &builder;
  AffineMap loops;
  IRMapping &mapping;
  Value element;
  LinearTerm term;
  llvm::DenseSet<Value> dependents;
};

} // namespace

void LinearReader::findDependents(Block &block) {
  dependents.insert(element);
  for (Operation &inner : block.without_terminator())
    if (llvm::any_of(inner.getOperands(),
                     [&](Value value) { return dependents.contains(value); }))
      dependents.insert_range(inner.getResults());
}

Value LinearReader::emit(Value value) {
  Operation *op = value.getDefiningOp();
  if (mapping.contains(value) || !op)
    return mapping.lookupOrDefault(value);
  for (Value operand : op->getOperands())
    emit(operand);
  cloneScalar(builder, *op, loops, mapping);
  return mapping.lookup(value);
}

Value LinearReader::getReciprocal(Value value) {
  APFloat number(0.0);
  if (!matchPattern(value, m_ConstantFloat(&number)) || !number.isNormal())
    return {};
  APFloat reciprocal(number.getSemantics(), 1);
  reciprocal.divide(number, APFloat::rmNearestTiesToEven);
  return reciprocal.isNormal()
             ? getNumber(value.getLoc(), value.getType(), reciprocal)
             : Value();
}

/// True if `number` is 1 at most.
static bool isSmall(APFloat number) {
  number.clearSign();
  return number <= APFloat(number.getSemantics(), 1);
}

bool LinearReader::multiply(Location loc, Value by) {
  // What is added is not in a product with the factor.
  bool isWeight = term.addend || term.weight;
  Value &part = isWeight ? term.weight : term.factor;
  if (!part) {
    part = by;
    return true;
  }
  if (part.getType() != by.getType())
    return false;
  // A product that is computed before the probability is in it, or the sum,
  // must not overflow or vanish where that would not.
  APFloat first(0.0), second(0.0);
  bool isFirst = matchPattern(part, m_ConstantFloat(&first));
  bool isSecond = matchPattern(by, m_ConstantFloat(&second));
  bool isKnown = isFirst && isSecond && (first * second).isNormal();
  bool isSmaller = !isWeight && ((isFirst && isSmall(first)) ||
                                 (isSecond && isSmall(second)));
  if (!isKnown && !isSmaller)
    return false;
  part = arith::MulFOp::create(builder, loc, part, by);
  return true;
}

void LinearReader::negate(Location loc, Type type) {
  if (term.weight) {
    term.weight = arith::NegFOp::create(builder, loc, term.weight);
    return;
  }
  if (!term.factor)
    term.factor = getNumber(
        loc, type, APFloat(cast<FloatType>(type).getFloatSemantics(), 1));
  term.factor = arith::NegFOp::create(builder, loc, term.factor);
  if (term.addend)
    term.addend = arith::NegFOp::create(builder, loc, term.addend);
}

bool LinearReader::apply(OpOperand &operand) {
  Operation *op = operand.getOwner();
  Location loc = op->getLoc();
  // Kernels compute in the widest type that there is.
  if (isa<arith::ExtFOp>(op))
    return true;
  if (isa<arith::NegFOp>(op)) {
    negate(loc, operand.get().getType());
    return true;
  }
  bool isFirst = operand.getOperandNumber() == 0;
  if (isa<arith::MulFOp>(op))
    return multiply(loc, emit(op->getOperand(isFirst)));
  if (isa<arith::DivFOp>(op) && isFirst) {
    Value reciprocal = getReciprocal(emit(op->getOperand(1)));
    return reciprocal && multiply(loc, reciprocal);
  }
  // A sum of sums is rounded in another order.
  if (!isa<arith::AddFOp, arith::SubFOp>(op) || term.addend)
    return false;
  bool isDifference = isa<arith::SubFOp>(op);
  if (isDifference && !isFirst)
    negate(loc, operand.get().getType());
  term.addend = emit(op->getOperand(isFirst));
  if (isDifference && isFirst)
    term.addend = arith::NegFOp::create(builder, loc, term.addend);
  return true;
}

std::optional<LinearTerm> LinearReader::read(Block &block) {
  findDependents(block);
  Value value = block.getTerminator()->getOperand(0);
  // A result is rounded to its type at last.
  auto narrowed = value.getDefiningOp<arith::TruncFOp>();
  if (narrowed && !narrowed.getRoundingmode())
    value = narrowed.getIn();
  SmallVector<OpOperand *> path;
  while (value != element) {
    if (!dependents.contains(value))
      return std::nullopt;
    OpOperand *next = nullptr;
    for (OpOperand &operand : value.getDefiningOp()->getOpOperands()) {
      if (!dependents.contains(operand.get()))
        continue;
      if (next)
        return std::nullopt;
      next = &operand;
    }
    path.push_back(next);
    value = next->get();
  }
  for (OpOperand *operand : llvm::reverse(path))
    if (!apply(*operand))
      return std::nullopt;
  return term;
}

/// The operation that `op` may be made one with: an elementwise one, which
/// alone uses its only result, reading it in a place of its own. Null if there
/// is none.
static linalg::LinalgOp getOnlyUse(RowOpInterface op) {
  if (!isa<SoftmaxOp, LogSumExpGradOp>(op) || op->getNumResults() != 1 ||
      op.getSink() || op.getSchedulesAttr() ||
      op.getNumerics() != Numerics::Standard || !op->hasOneUse())
    return {};
  OpOperand &use = *op->use_begin();
  auto consumer = dyn_cast<linalg::LinalgOp>(use.getOwner());
  if (!consumer || consumer->getBlock() != op->getBlock() ||
      !isElementwise(consumer) || !consumer.isDpsInput(&use) ||
      !consumer.getMatchingIndexingMap(&use).isPermutation())
    return {};
  return consumer;
}

/// What the region of a gradient yields for `op`, with `consumer` after it;
/// nothing if no gradient is that. `elements` are those of the inputs of `op`
/// and of `sources`.
static SmallVector<Value>
createLinearTerms(OpBuilder &builder, RowOpInterface op,
                  linalg::LinalgOp consumer, AffineMap loops,
                  ArrayRef<Source> sources, ValueRange elements) {
  size_t numInputs = op.getRowInputs().size();
  IRMapping inOp, inConsumer;
  SmallVector<Value> terms =
      cloneTerms(builder, op, elements.take_front(numInputs), inOp);
  LinearTerm start;
  if (isa<LogSumExpGradOp>(op))
    start = {terms[1], inOp.lookupOrNull(op.getAddend()),
             inOp.lookupOrNull(op.getWeight())};
  mapSources(builder, sources, elements.drop_front(numInputs), inConsumer);
  LinearReader reader(builder, loops, inConsumer,
                      consumer.getMatchingBlockArgument(&*op->use_begin()),
                      start);
  std::optional<LinearTerm> term = reader.read(*consumer.getBlock());
  if (!term || !(term->factor || term->addend))
    return {};
  if (!term->factor)
    term->factor = arith::ConstantOp::create(
        builder, op.getLoc(), builder.getFloatAttr(op.getLogitType(), 1.0));
  terms = {terms[0], term->factor};
  for (Value extra : {term->addend, term->weight})
    if (extra)
      terms.push_back(extra);
  return terms;
}

/// True if `gradient` may take the place of what it is made of.
static bool isUsable(RowOpInterface gradient, LinearForm form) {
  ValueRange terms = gradient.getLogitBody()->getTerminator()->getOperands();
  if (terms.empty() || findChangeInRow(gradient, terms[1]))
    return false;
  if (gradient.getAddend() && form == LinearForm::Product)
    return false;
  Value weight = gradient.getWeight();
  return !(weight && findChangeInRow(gradient, weight)) &&
         !getKernelObstacle(gradient);
}

RowOpInterface lse::fuseLinearUse(RewriterBase &rewriter, RowOpInterface op,
                                  LinearForm form) {
  linalg::LinalgOp consumer = getOnlyUse(op);
  if (!consumer)
    return {};
  AffineMap loops = getLoops(consumer.getMatchingIndexingMap(&*op->use_begin()),
                             op.getDestinationMap(0));
  SmallVector<Source> sources = getSources(consumer, loops);
  llvm::erase_if(sources, [&](const Source &source) {
    return source.value == op->getResult(0);
  });
  if (!llvm::all_of(sources, isReadable))
    return {};
  SmallVector<Value> inputs(op.getRowInputs());
  SmallVector<AffineMap> maps = llvm::to_vector(
      ArrayRef(op.getIndexingMapsArray()).take_front(inputs.size()));
  for (const Source &source : getDistinct(sources)) {
    inputs.push_back(source.value);
    maps.push_back(source.map);
  }
  maps.push_back(consumer.getIndexingMapsArray().back().compose(loops));
  rewriter.setInsertionPoint(consumer);
  RowOpInterface gradient = createRowOp(
      rewriter, consumer->getLoc(),
      OperationName(LogSumExpGradOp::getOperationName(), op.getContext()),
      inputs, consumer.getDpsInits().front(), maps, op.getRowDims(),
      ResultKind::Gradient, [&](OpBuilder &b, Location, ValueRange elements) {
        return createLinearTerms(b, op, consumer, loops, sources, elements);
      });
  gradient->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  gradient.setRowDeath(op.getRowDeath());
  gradient.setStabilized(op.getStabilized());
  if (!isUsable(gradient, form)) {
    rewriter.eraseOp(gradient);
    return {};
  }
  rewriter.replaceOp(consumer, gradient->getResult(0));
  return gradient;
}
