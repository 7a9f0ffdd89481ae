//===- TosaGather.cpp - Which element a gather reads ----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `tosa.gather` indexes one dimension. Exporters read an element at several
// indices from a flattened tensor, at a position computed from these:
//
//   x[i, label[i]] = flat[5 * i + label[i]]    for x of shape 6x5
//
// The position is a sum of multiples of loops and of what is not known, and the
// multiples tell the dimensions. Each index is within its dimension, or the
// source would read another row.
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/IndexNotation.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// A sum of multiples of scalar integers, by the expressions they are.
class Position {
public:
  explicit Position(int64_t constant = 0) : constant(constant) {}
  explicit Position(const ScalarExpr *term) { terms[term] = 1; }

  bool isConstant() const { return terms.empty(); }
  int64_t getConstant() const { return constant; }
  const llvm::MapVector<const ScalarExpr *, int64_t> &getTerms() const {
    return terms;
  }
  /// False if a number is too large.
  bool add(const Position &other, int64_t factor) {
    int64_t product;
    bool overflows = llvm::MulOverflow(other.constant, factor, product) ||
                     llvm::AddOverflow(constant, product, constant);
    for (auto [term, count] : other.terms)
      overflows = overflows || llvm::MulOverflow(count, factor, product) ||
                  llvm::AddOverflow(terms[term], product, terms[term]);
    terms.remove_if([](const auto &entry) { return entry.second == 0; });
    return !overflows;
  }

private:
  int64_t constant = 0;
  llvm::MapVector<const ScalarExpr *, int64_t> terms;
};

/// Takes integer tensors apart into positions.
class PositionFinder {
public:
  explicit PositionFinder(IndexNotation &notation)
      : notation(notation), context(notation.getContext()) {}

  /// The integer that `value` has at `indices`; nothing if it takes too many
  /// steps, or too large numbers.
  std::optional<Position> find(Value value, ArrayRef<AffineExpr> indices);

private:
  std::optional<Position> findConstant(DenseIntElementsAttr elements,
                                       ArrayRef<AffineExpr> indices);
  std::optional<Position> findSum(Value a, Value b, int64_t factor,
                                  ArrayRef<AffineExpr> indices);
  std::optional<Position> findProduct(tosa::MulOp mul,
                                      ArrayRef<AffineExpr> indices);
  std::optional<Position> findReduction(tosa::ReduceSumOp sum,
                                        ArrayRef<AffineExpr> indices);
  std::optional<Position> findPiece(tosa::ConcatOp concat,
                                    ArrayRef<AffineExpr> indices);
  /// The operand of an elementwise operation, one element of which may be used
  /// for all.
  std::optional<Position> findOperand(Value operand,
                                      ArrayRef<AffineExpr> indices);

  /// Sums of more elements are not written out.
  static constexpr int64_t maxSummands = 16;
  static constexpr unsigned maxSteps = 128;

  IndexNotation &notation;
  MLIRContext *context;
  unsigned steps = 0;
};

} // namespace

std::optional<Position>
PositionFinder::findConstant(DenseIntElementsAttr elements,
                             ArrayRef<AffineExpr> indices) {
  ArrayRef<int64_t> shape = elements.getType().getShape();
  if (elements.empty())
    return std::nullopt;
  SmallVector<uint64_t> place(shape.size(), 0);
  std::optional<unsigned> moving;
  for (auto [dim, index] : llvm::enumerate(indices)) {
    auto number = dyn_cast<AffineConstantExpr>(index);
    if (number && number.getValue() >= 0 && number.getValue() < shape[dim])
      place[dim] = number.getValue();
    else if (number || moving || !isa<AffineDimExpr>(index))
      return std::nullopt;
    else
      moving = dim;
  }
  auto get = [&](int64_t at) {
    if (moving)
      place[*moving] = at;
    return elements.getValues<APInt>()[place].getSExtValue();
  };
  Position position(get(0));
  if (!moving || shape[*moving] == 1)
    return position;
  // Numbers at equal distances count a loop.
  int64_t distance = get(1) - get(0);
  for (int64_t at = 2; at < shape[*moving]; ++at)
    if (get(at) - get(at - 1) != distance)
      return std::nullopt;
  Position loop(notation.getIndex(indices[*moving], IndexType::get(context)));
  if (!position.add(loop, distance))
    return std::nullopt;
  return position;
}

std::optional<Position>
PositionFinder::findOperand(Value operand, ArrayRef<AffineExpr> indices) {
  auto type = dyn_cast<RankedTensorType>(operand.getType());
  if (!type || type.getRank() != int64_t(indices.size()) ||
      !type.hasStaticShape())
    return std::nullopt;
  SmallVector<AffineExpr> own(indices);
  for (auto [index, extent] : llvm::zip(own, type.getShape()))
    if (extent == 1)
      index = getAffineConstantExpr(0, context);
  return find(operand, own);
}

std::optional<Position> PositionFinder::findSum(Value a, Value b,
                                                int64_t factor,
                                                ArrayRef<AffineExpr> indices) {
  std::optional<Position> sum = findOperand(a, indices);
  std::optional<Position> other = findOperand(b, indices);
  if (!sum || !other || !sum->add(*other, factor))
    return std::nullopt;
  return sum;
}

std::optional<Position>
PositionFinder::findProduct(tosa::MulOp mul, ArrayRef<AffineExpr> indices) {
  std::optional<Position> a = findOperand(mul.getInput1(), indices);
  std::optional<Position> b = findOperand(mul.getInput2(), indices);
  if (!a || !b || !matchPattern(mul.getShift(), m_Zero()))
    return std::nullopt;
  if (a->isConstant())
    std::swap(a, b);
  Position product;
  if (!b->isConstant() || !product.add(*a, b->getConstant()))
    return std::nullopt;
  return product;
}

std::optional<Position>
PositionFinder::findReduction(tosa::ReduceSumOp sum,
                              ArrayRef<AffineExpr> indices) {
  auto type = cast<RankedTensorType>(sum.getInput().getType());
  int64_t extent = type.getDimSize(sum.getAxis());
  if (extent < 0 || extent > maxSummands)
    return std::nullopt;
  SmallVector<AffineExpr> own(indices);
  Position total;
  for (int64_t at = 0; at < extent; ++at) {
    own[sum.getAxis()] = getAffineConstantExpr(at, context);
    std::optional<Position> summand = find(sum.getInput(), own);
    if (!summand || !total.add(*summand, 1))
      return std::nullopt;
  }
  return total;
}

std::optional<Position>
PositionFinder::findPiece(tosa::ConcatOp concat, ArrayRef<AffineExpr> indices) {
  auto at = dyn_cast<AffineConstantExpr>(indices[concat.getAxis()]);
  if (!at)
    return std::nullopt;
  int64_t rest = at.getValue();
  for (Value piece : concat.getInput1()) {
    auto type = dyn_cast<RankedTensorType>(piece.getType());
    if (!type || type.isDynamicDim(concat.getAxis()))
      return std::nullopt;
    int64_t extent = type.getDimSize(concat.getAxis());
    if (rest < extent) {
      SmallVector<AffineExpr> own(indices);
      own[concat.getAxis()] = getAffineConstantExpr(rest, context);
      return find(piece, own);
    }
    rest -= extent;
  }
  return std::nullopt;
}

std::optional<Position> PositionFinder::find(Value value,
                                             ArrayRef<AffineExpr> indices) {
  using Result = std::optional<Position>;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (++steps > maxSteps || !type || !type.getElementType().isInteger())
    return std::nullopt;
  DenseIntElementsAttr elements;
  if (matchPattern(value, m_Constant(&elements)))
    return findConstant(elements, indices);
  Result known;
  if (Operation *op = value.getDefiningOp())
    known =
        llvm::TypeSwitch<Operation *, Result>(op)
            .Case([&](tosa::MulOp mul) { return findProduct(mul, indices); })
            .Case([&](tosa::AddOp add) {
              return findSum(add.getInput1(), add.getInput2(), 1, indices);
            })
            .Case([&](tosa::SubOp sub) {
              return findSum(sub.getInput1(), sub.getInput2(), -1, indices);
            })
            .Case([&](tosa::ReduceSumOp sum) {
              return findReduction(sum, indices);
            })
            .Case([&](tosa::ConcatOp concat) {
              return findPiece(concat, indices);
            })
            .Default(Result());
  if (known)
    return known;
  const ScalarExpr *access = notation.getAccess(value, indices);
  if (const ScalarExpr *origin = notation.getDefinition(access);
      origin && origin->kind == ScalarExpr::Kind::Access)
    return find(origin->source, origin->indices);
  return Position(access);
}

/// The tensor whose elements `value`, a chain of reshapes, has in their order.
static Value skipReshapes(Value value) {
  constexpr unsigned maxReshapes = 16;
  for (unsigned step = 0; step < maxReshapes; ++step) {
    auto reshape = value.getDefiningOp<tosa::ReshapeOp>();
    if (!reshape || !isa<RankedTensorType>(reshape.getInput1().getType()))
      break;
    value = reshape.getInput1();
  }
  return value;
}

/// The indices of the element of a tensor of `shape` at `position`; nothing if
/// a dimension is not one summand of it, or if a loop, of which `extents` has
/// the extent, is longer than its dimension.
static std::optional<SmallVector<const ScalarExpr *>>
findIndices(IndexNotation &notation, ArrayRef<int64_t> shape,
            const Position &position, ArrayRef<int64_t> extents) {
  MLIRContext *context = notation.getContext();
  Type indexType = IndexType::get(context);
  SmallVector<const ScalarExpr *> indices(shape.size());
  size_t numUsed = 0;
  int64_t stride = 1;
  for (int64_t dim = int64_t(shape.size()) - 1; dim >= 0; --dim) {
    if (shape[dim] == 1) {
      indices[dim] =
          notation.getIndex(getAffineConstantExpr(0, context), indexType);
      continue;
    }
    for (auto [term, factor] : position.getTerms()) {
      if (factor != stride)
        continue;
      if (indices[dim])
        return std::nullopt;
      indices[dim] = term;
      ++numUsed;
    }
    if (!indices[dim] || llvm::MulOverflow(stride, shape[dim], stride))
      return std::nullopt;
    const ScalarExpr *term = indices[dim];
    if (term->kind != ScalarExpr::Kind::Index)
      indices[dim] = notation.getApply(
          OperationName(arith::IndexCastOp::getOperationName(), context),
          DictionaryAttr::get(context), indexType, term);
    else if (extents[cast<AffineDimExpr>(term->indices.front()).getPosition()] >
             shape[dim])
      return std::nullopt;
  }
  if (numUsed != position.getTerms().size() || position.getConstant() != 0)
    return std::nullopt;
  return indices;
}

const ScalarExpr *IndexNotation::defineTosaGather(Operation *op) {
  auto gather = cast<tosa::GatherOp>(op);
  Value source = skipReshapes(gather.getValues());
  auto type = cast<RankedTensorType>(source.getType());
  auto values = dyn_cast<RankedTensorType>(gather.getValues().getType());
  auto result = cast<RankedTensorType>(gather.getOutput().getType());
  if (!values || !values.hasStaticShape() || !type.hasStaticShape() ||
      !result.hasStaticShape())
    return nullptr;
  AffineExpr batch = getAffineDimExpr(0, context);
  std::optional<Position> element = PositionFinder(*this).find(
      gather.getIndices(),
      {values.getDimSize(0) == 1 ? getAffineConstantExpr(0, context) : batch,
       getAffineDimExpr(1, context)});
  if (!element)
    return nullptr;
  // The position among all elements: those of the batch and the channel, too.
  Position position;
  auto addLoop = [&](unsigned dim, int64_t stride) {
    if (values.getDimSize(dim) == 1)
      return true;
    return position.add(Position(getIndex(getAffineDimExpr(dim, context),
                                          IndexType::get(context))),
                        stride);
  };
  int64_t channels = values.getDimSize(2);
  if (!position.add(*element, channels) || !addLoop(2, 1) ||
      !addLoop(0, values.getDimSize(1) * channels))
    return nullptr;
  auto indices =
      findIndices(*this, type.getShape(), position, result.getShape());
  return indices ? getGather(source, *indices) : nullptr;
}
