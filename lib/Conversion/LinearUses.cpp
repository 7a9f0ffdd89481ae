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

using namespace mlir;
using namespace mlir::lse;

namespace {

/// (probability * factor + addend) * weight, where what is null is left out.
struct LinearTerm {
  Value factor, addend, weight;
};

/// Reads the body of an elementwise operation as a linear term, in the order of
/// its roundings but for factors of factors and of weights.
class LinearReader {
public:
  /// Computes what `element`, the argument that `term` is for, has no part in
  /// with `builder`, where `mapping` has the other arguments.
  LinearReader(OpBuilder &builder, AffineMap loops, IRMapping &mapping,
               Value element, LinearTerm term)
      : builder(builder), loops(loops), mapping(mapping) {
    terms.try_emplace(element, term);
  }

  /// What `block` yields; nothing if that is not linear.
  std::optional<LinearTerm> read(Block &block);

private:
  /// The result of `op`, some of whose operands are terms.
  std::optional<LinearTerm> apply(Operation &op);
  std::optional<LinearTerm> multiply(LinearTerm term, Operation &op, Value by);
  LinearTerm negate(LinearTerm term, Location loc);
  Value one(Location loc, Type type) {
    return arith::ConstantOp::create(
        builder, loc, builder.getFloatAttr(cast<FloatType>(type), 1.0));
  }

  OpBuilder &builder;
  AffineMap loops;
  IRMapping &mapping;
  DenseMap<Value, LinearTerm> terms;
};

} // namespace

std::optional<LinearTerm> LinearReader::multiply(LinearTerm term, Operation &op,
                                                 Value by) {
  // What is added is not in a product with the factor.
  Value &part = term.addend || term.weight ? term.weight : term.factor;
  bool isQuotient = isa<arith::DivFOp>(op);
  if (!part && !isQuotient) {
    part = by;
    return term;
  }
  Value first = part ? part : one(op.getLoc(), by.getType());
  if (first.getType() != by.getType())
    return std::nullopt;
  if (isQuotient)
    part = arith::DivFOp::create(builder, op.getLoc(), first, by);
  else
    part = arith::MulFOp::create(builder, op.getLoc(), first, by);
  return term;
}

LinearTerm LinearReader::negate(LinearTerm term, Location loc) {
  Value &part = term.weight ? term.weight : term.factor;
  if (part)
    part = arith::NegFOp::create(builder, loc, part);
  if (!term.weight && term.addend)
    term.addend = arith::NegFOp::create(builder, loc, term.addend);
  return term;
}

std::optional<LinearTerm> LinearReader::apply(Operation &op) {
  SmallVector<Value> others;
  std::optional<LinearTerm> term;
  bool isFirst = false;
  for (OpOperand &operand : op.getOpOperands()) {
    auto it = terms.find(operand.get());
    if (it == terms.end()) {
      others.push_back(mapping.lookupOrDefault(operand.get()));
    } else if (term) {
      return std::nullopt;
    } else {
      term = it->second;
      isFirst = operand.getOperandNumber() == 0;
    }
  }
  // Kernels compute in the widest type that there is.
  if (isa<arith::ExtFOp>(op))
    return term;
  if (isa<arith::NegFOp>(op)) {
    if (!term->factor)
      term->factor = one(op.getLoc(), op.getResult(0).getType());
    return negate(*term, op.getLoc());
  }
  if (isa<arith::MulFOp>(op) || (isa<arith::DivFOp>(op) && isFirst))
    return multiply(*term, op, others[0]);
  // A sum of sums is rounded in another order.
  if (!isa<arith::AddFOp, arith::SubFOp>(op) || term->addend)
    return std::nullopt;
  bool isDifference = isa<arith::SubFOp>(op);
  if (isDifference && !isFirst) {
    if (!term->factor)
      term->factor = one(op.getLoc(), op.getResult(0).getType());
    term = negate(*term, op.getLoc());
  }
  term->addend = others[0];
  if (isDifference && isFirst)
    term->addend = arith::NegFOp::create(builder, op.getLoc(), others[0]);
  return term;
}

std::optional<LinearTerm> LinearReader::read(Block &block) {
  Value yielded = block.getTerminator()->getOperand(0);
  // A result is rounded to its type at last.
  auto narrowed = yielded.getDefiningOp<arith::TruncFOp>();
  if (narrowed && !narrowed.getRoundingmode())
    yielded = narrowed.getIn();
  for (Operation &inner : block.without_terminator()) {
    if (&inner == narrowed)
      continue;
    if (llvm::none_of(inner.getOperands(),
                      [&](Value value) { return terms.contains(value); })) {
      cloneScalar(builder, inner, loops, mapping);
      continue;
    }
    std::optional<LinearTerm> term = apply(inner);
    if (!term)
      return std::nullopt;
    terms.try_emplace(inner.getResult(0), *term);
  }
  auto it = terms.find(yielded);
  return it == terms.end() ? std::nullopt : std::optional(it->second);
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
  inOp.map(op.getLogitBody()->getArguments(), elements.take_front(numInputs));
  for (Operation &inner : op.getLogitBody()->without_terminator())
    builder.clone(inner, inOp);
  SmallVector<Value> terms = llvm::map_to_vector(
      op.getLogitBody()->getTerminator()->getOperands(),
      [&](Value term) { return inOp.lookupOrDefault(term); });
  terms.resize(4);
  mapSources(builder, sources, elements.drop_front(numInputs), inConsumer);
  LinearReader reader(builder, loops, inConsumer,
                      consumer.getMatchingBlockArgument(&*op->use_begin()),
                      {terms[1], terms[2], terms[3]});
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

/// True if `gradient`, of `op` and what is after it, may take their place.
static bool isUsable(RowOpInterface gradient, RowOpInterface op,
                     LinearForm form) {
  ValueRange terms = gradient.getLogitBody()->getTerminator()->getOperands();
  if (terms.empty() || findChangeInRow(gradient, terms[1]))
    return false;
  if (gradient.getAddend() && form == LinearForm::Product)
    return false;
  Value weight = gradient.getWeight();
  return !(weight && findChangeInRow(gradient, weight)) &&
         !(getKernelObstacle(gradient) && !getKernelObstacle(op));
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
  if (!isUsable(gradient, op, form)) {
    rewriter.eraseOp(gradient);
    return {};
  }
  rewriter.replaceOp(consumer, gradient->getResult(0));
  return gradient;
}
