//===- SinkMatch.cpp - One more exponential in the sum
//------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SinkMatch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Operations that append and cut off
//===----------------------------------------------------------------------===//

/// What `op` keeps the beginning of, in each dimension; null if it is no such
/// slice, or if it drops a dimension.
static Value getSlicedFromBegin(Operation *op) {
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    bool keepsDims =
        slice.getSourceType().getRank() == slice.getResultType().getRank();
    bool isFromBegin = llvm::all_of(slice.getMixedOffsets(), isZeroInteger) &&
                       llvm::all_of(slice.getMixedStrides(), isOneInteger);
    return keepsDims && isFromBegin ? slice.getSource() : Value();
  }
  auto slice = dyn_cast<tosa::SliceOp>(op);
  SmallVector<int64_t> start;
  if (!slice ||
      !tosa::getConstShapeValues(slice.getStart().getDefiningOp(), start) ||
      llvm::any_of(start, [](int64_t offset) { return offset != 0; }))
    return {};
  return slice.getInput1();
}

/// The same where both were inserted into a tensor whose own elements are all
/// overwritten, in any order.
static std::pair<Value, Value> getInserted(Value value, unsigned dim) {
  Value most, last;
  for (unsigned step = 0; step < 2; ++step) {
    auto insert = value.getDefiningOp<tensor::InsertSliceOp>();
    if (!insert || !insert.getType().hasStaticShape() ||
        !insert.getSourceType().hasStaticShape() ||
        insert.getSourceType().getRank() != insert.getType().getRank() ||
        !llvm::all_of(insert.getMixedStrides(), isOneInteger))
      return {};
    ArrayRef<int64_t> whole = insert.getType().getShape();
    ArrayRef<int64_t> part = insert.getSourceType().getShape();
    ArrayRef<int64_t> offsets = insert.getStaticOffsets();
    for (unsigned other = 0; other < whole.size(); ++other)
      if (other != dim && (offsets[other] != 0 || part[other] != whole[other]))
        return {};
    if (offsets[dim] == 0 && part[dim] == whole[dim] - 1)
      most = insert.getSource();
    else if (offsets[dim] == whole[dim] - 1 && part[dim] == 1)
      last = insert.getSource();
    else
      return {};
    value = insert.getDest();
  }
  return most && last ? std::make_pair(most, last) : std::pair<Value, Value>();
}

/// The two tensors that `value` puts one after the other along dimension `dim`,
/// of which the second has one element there; null values if it does not.
static std::pair<Value, Value> getAppended(Value value, unsigned dim) {
  SmallVector<Value> pieces;
  if (auto concat = value.getDefiningOp<tensor::ConcatOp>();
      concat && concat.getDim() == dim)
    pieces = llvm::to_vector_of<Value>(concat.getInputs());
  if (auto concat = value.getDefiningOp<tosa::ConcatOp>();
      concat && concat.getAxis() == dim)
    pieces = llvm::to_vector_of<Value>(concat.getInput1());
  if (value.getDefiningOp<tensor::InsertSliceOp>())
    return getInserted(value, dim);
  if (pieces.size() != 2)
    return {};
  auto type = dyn_cast<RankedTensorType>(pieces.back().getType());
  if (!type || type.getDimSize(dim) != 1)
    return {};
  return {pieces.front(), pieces.back()};
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

/// The element that `atom` is, if an operand can be indexed like it: where an
/// index is a constant, there is no other element. Null otherwise.
static const ScalarExpr *getReadable(IndexNotation &notation,
                                     const Atom *atom) {
  for (auto [dim, index] : llvm::enumerate(atom->indices))
    if (isa<AffineConstantExpr>(index) &&
        notation.getExtent(atom->source, dim).size != 1)
      return nullptr;
  return notation.getAccess(atom->source, atom->indices);
}

namespace {

/// Reads what is computed from tensors with one more element along loop `loop`
/// either from all of them but that element, or at that element.
class AppendedReader {
public:
  AppendedReader(LogDomain &domain, unsigned loop, Extent extent)
      : domain(domain), notation(domain.getNotation()), loop(loop),
        index(getAffineDimExpr(loop, notation.getContext())), extent(extent) {}

  /// Null if something in `expr` varies along the loop and is not appended to.
  const ScalarExpr *read(const ScalarExpr *expr, bool isLast);

private:
  const ScalarExpr *readAccess(const ScalarExpr *access, bool isLast);

  /// Values are followed back so far.
  static constexpr unsigned maxSteps = 64;

  LogDomain &domain;
  IndexNotation &notation;
  unsigned loop;
  AffineExpr index;
  /// That of the loop without the last element.
  Extent extent;
  unsigned steps = 0;
};

} // namespace

const ScalarExpr *AppendedReader::readAccess(const ScalarExpr *access,
                                             bool isLast) {
  auto at = llvm::find_if(access->indices, [&](AffineExpr expr) {
    return expr.isFunctionOfDim(loop);
  });
  if (at == access->indices.end())
    return access;
  unsigned dim = at - access->indices.begin();
  auto [most, last] = getAppended(access->source, dim);
  if (!most || *at != index || notation.getExtent(most, dim) != extent) {
    const ScalarExpr *definition = notation.getDefinition(access);
    return definition ? read(definition, isLast) : nullptr;
  }
  SmallVector<AffineExpr, 4> indices = access->indices;
  if (!isLast)
    return notation.getAccess(most, indices);
  indices[dim] = getAffineConstantExpr(0, notation.getContext());
  const ScalarExpr *element = notation.getAccess(last, indices);
  // What is only repeated is read where it comes from.
  Term term = domain.getTerm(element);
  const Atom *atom = term.poly->getSingleAtom();
  bool isElement = atom && atom->kind == Atom::Kind::Element &&
                   term.guards.empty() && term.cancelled.empty();
  const ScalarExpr *origin = isElement ? getReadable(notation, atom) : nullptr;
  return origin && origin->type == element->type ? origin : element;
}

const ScalarExpr *AppendedReader::read(const ScalarExpr *expr, bool isLast) {
  if (++steps > maxSteps)
    return nullptr;
  switch (expr->kind) {
  case ScalarExpr::Kind::Constant:
    return expr;
  case ScalarExpr::Kind::Index:
    return expr->indices.front().isFunctionOfDim(loop) ? nullptr : expr;
  case ScalarExpr::Kind::Access:
    return readAccess(expr, isLast);
  case ScalarExpr::Kind::Apply: {
    SmallVector<const ScalarExpr *> operands;
    for (const ScalarExpr *operand : expr->operands) {
      operands.push_back(read(operand, isLast));
      if (!operands.back())
        return nullptr;
    }
    return notation.getApply(*expr->name, expr->attributes, expr->type,
                             operands);
  }
  default:
    return nullptr;
  }
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

std::optional<RowMatch>
lse::matchTrimmedRows(LogDomain &domain, const KnownRows &known, Value root) {
  Value source = getSlicedFromBegin(root.getDefiningOp());
  const RowMatch *rows = source ? known.getMatch(source) : nullptr;
  bool isOfElements = rows && (rows->kind == ResultKind::Probabilities ||
                               rows->kind == ResultKind::LogProbabilities);
  if (!isOfElements || rows->rowLoops.size() != 1 || rows->sink || rows->name)
    return std::nullopt;
  unsigned loop = rows->rowLoops.front();
  IndexNotation &notation = domain.getNotation();
  RowMatch match = *rows;
  match.root = root;
  for (unsigned dim = 0; dim < match.loops.size(); ++dim) {
    match.loops[dim] = notation.getExtent(root, dim);
    if (dim != loop && match.loops[dim] != rows->loops[dim])
      return std::nullopt;
  }
  auto read = [&](bool isLast) {
    return AppendedReader(domain, loop, match.loops[loop])
        .read(rows->logitExpression, isLast);
  };
  match.logitExpression = read(/*isLast=*/false);
  match.sink = read(/*isLast=*/true);
  if (!match.logitExpression || !match.sink ||
      match.logitExpression == rows->logitExpression ||
      match.variesAlongRow(domain.getTerm(match.sink).poly))
    return std::nullopt;
  match.logit = domain.getTerm(match.logitExpression).poly;
  return match;
}

//===----------------------------------------------------------------------===//
// Terms beside a sum
//===----------------------------------------------------------------------===//

std::optional<SumWithSink> lse::getSumWithSink(LogDomain &domain,
                                               const Atom *atom) {
  if (atom->kind != Atom::Kind::Group ||
      atom->operands.front()->monomials.size() != 2)
    return std::nullopt;
  SumWithSink result;
  const Monomial *other = nullptr;
  for (const Monomial &monomial : atom->operands.front()->monomials) {
    bool isSum = monomial.factors.size() == 1 && !result.sum &&
                 monomial.factors.front().second == 1 &&
                 monomial.coefficient == 1.0 &&
                 getExponentialBody(monomial.factors.front().first);
    if (isSum) {
      result.sum = monomial.factors.front().first;
      result.shift = monomial.exponent;
    } else {
      other = &monomial;
    }
  }
  if (!result.sum || !other->factors.empty() || other->coefficient <= 0.0)
    return std::nullopt;
  Term sink = domain.add(Term{other->exponent, {}, {}},
                         domain.scale(Term{result.shift, {}, {}}, -1.0));
  result.sink =
      domain.add(sink, domain.getConstant(std::log(other->coefficient))).poly;
  return result;
}

const ScalarExpr *lse::toSinkExpression(LogDomain &domain, const Poly *sink,
                                        Type logitType) {
  IndexNotation &notation = domain.getNotation();
  MLIRContext *context = notation.getContext();
  // What is narrower than f32 is no type to compute in.
  Type type = logitType.getIntOrFloatBitWidth() < 32 ? Float32Type::get(context)
                                                     : logitType;
  auto number = [&](double value) {
    return notation.getConstant(FloatAttr::get(type, value));
  };
  auto apply = [&](StringRef name, ArrayRef<const ScalarExpr *> operands) {
    return notation.getApply(OperationName(name, context),
                             DictionaryAttr::get(context), type, operands);
  };
  const ScalarExpr *element = nullptr;
  double offset = 0.0;
  for (const Monomial &monomial : sink->monomials) {
    const Atom *atom = monomial.getSingleFactor();
    if (atom && atom->kind == Atom::Kind::Element && !element) {
      element = getReadable(notation, atom);
      if (!element ||
          element->type.getIntOrFloatBitWidth() > type.getIntOrFloatBitWidth())
        return nullptr;
      if (element->type != type)
        element = apply(arith::ExtFOp::getOperationName(), element);
      if (monomial.coefficient != 1.0)
        element = apply(arith::MulFOp::getOperationName(),
                        {element, number(monomial.coefficient)});
    } else if (monomial.factors.empty() && monomial.exponent->isZero()) {
      offset = monomial.coefficient;
    } else {
      return nullptr;
    }
  }
  if (!element || offset == 0.0)
    return element ? element : number(offset);
  return apply(arith::AddFOp::getOperationName(), {element, number(offset)});
}
