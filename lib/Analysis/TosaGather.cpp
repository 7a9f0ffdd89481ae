//===- TosaGather.cpp - Which element a gather or scatter means -----------===//
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
// source would read another row. `tosa.scatter` writes at such a position.
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

Value lse::skipTosaReshapes(Value value) {
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
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t dim = int64_t(shape.size()) - 1; dim > 0; --dim)
    if (llvm::MulOverflow(strides[dim], shape[dim], strides[dim - 1]))
      return std::nullopt;
  for (auto [term, factor] : position.getTerms()) {
    // The same index in several dimensions is a diagonal.
    int64_t rest = factor;
    for (auto [dim, stride] : llvm::enumerate(strides)) {
      if (shape[dim] == 1 || rest < stride)
        continue;
      rest -= stride;
      if (indices[dim])
        return std::nullopt;
      indices[dim] = term;
      if (term->kind != ScalarExpr::Kind::Index)
        indices[dim] = notation.getApply(
            OperationName(arith::IndexCastOp::getOperationName(), context),
            DictionaryAttr::get(context), indexType, term);
      else if (extents[cast<AffineDimExpr>(term->indices.front())
                           .getPosition()] > shape[dim])
        return std::nullopt;
    }
    if (rest != 0)
      return std::nullopt;
  }
  for (auto [index, extent] : llvm::zip(indices, shape)) {
    if (extent == 1)
      index = notation.getIndex(getAffineConstantExpr(0, context), indexType);
    if (!index)
      return std::nullopt;
  }
  return position.getConstant() == 0 ? std::make_optional(indices)
                                     : std::nullopt;
}

/// The position, among all elements of a tensor of `shape`, of what is read or
/// written for the element d0, d1 of `indices`, and channel d2.
static std::optional<Position> findElement(IndexNotation &notation,
                                           ArrayRef<int64_t> shape,
                                           Value indices, bool hasChannels) {
  MLIRContext *context = notation.getContext();
  AffineExpr batch = shape[0] == 1 ? getAffineConstantExpr(0, context)
                                   : getAffineDimExpr(0, context);
  std::optional<Position> element = PositionFinder(notation).find(
      indices, {batch, getAffineDimExpr(1, context)});
  Position position;
  auto addLoop = [&](unsigned dim, int64_t stride) {
    if (shape[dim] == 1)
      return true;
    return position.add(
        Position(notation.getIndex(getAffineDimExpr(dim, context),
                                   IndexType::get(context))),
        stride);
  };
  if (!element || !position.add(*element, shape[2]) ||
      (hasChannels && !addLoop(2, 1)) || !addLoop(0, shape[1] * shape[2]))
    return std::nullopt;
  return position;
}

const ScalarExpr *IndexNotation::defineTosaGather(Operation *op) {
  auto gather = cast<tosa::GatherOp>(op);
  Value source = skipTosaReshapes(gather.getValues());
  auto type = cast<RankedTensorType>(source.getType());
  auto values = dyn_cast<RankedTensorType>(gather.getValues().getType());
  auto result = cast<RankedTensorType>(gather.getOutput().getType());
  if (!values || !values.hasStaticShape() || !type.hasStaticShape() ||
      !result.hasStaticShape())
    return nullptr;
  std::optional<Position> position = findElement(
      *this, values.getShape(), gather.getIndices(), /*hasChannels=*/true);
  if (!position)
    return nullptr;
  auto indices =
      findIndices(*this, type.getShape(), *position, result.getShape());
  return indices ? getGather(source, *indices) : nullptr;
}

const ScalarExpr *IndexNotation::defineTosaScatter(Operation *op,
                                                   Value result) {
  auto scatter = cast<tosa::ScatterOp>(op);
  auto values = dyn_cast<RankedTensorType>(scatter.getValuesIn().getType());
  auto input = dyn_cast<RankedTensorType>(scatter.getInput().getType());
  auto type = cast<RankedTensorType>(result.getType());
  DenseElementsAttr before;
  // Channels would be one more index; what is there before has to be the same
  // everywhere.
  if (!values || !input || !values.hasStaticShape() ||
      !input.hasStaticShape() || !type.hasStaticShape() ||
      values.getDimSize(2) != 1 ||
      !matchPattern(scatter.getValuesIn(), m_Constant(&before)) ||
      !before.isSplat())
    return nullptr;
  std::optional<Position> position = findElement(
      *this, values.getShape(), scatter.getIndices(), /*hasChannels=*/false);
  if (!position)
    return nullptr;
  auto indices =
      findIndices(*this, type.getShape(), *position, input.getShape());
  if (!indices)
    return nullptr;
  // An element is written where all of its indices are those of a position.
  // The loops over these have to be its own, so that each is written once.
  SmallVector<AffineExpr> written(input.getRank(),
                                  getAffineConstantExpr(0, context));
  DenseMap<AffineExpr, AffineExpr> own;
  for (auto [dim, index] : llvm::enumerate(*indices))
    if (auto loop = dyn_cast_or_null<AffineDimExpr>(
            index->kind == ScalarExpr::Kind::Index ? index->indices.front()
                                                   : AffineExpr())) {
      if (input.getDimSize(loop.getPosition()) != type.getDimSize(dim))
        return nullptr;
      own.try_emplace(loop, getAffineDimExpr(dim, context));
      written[loop.getPosition()] = own.lookup(loop);
    }
  for (auto [dim, extent] : llvm::enumerate(input.getShape()))
    if (extent != 1 && !own.contains(getAffineDimExpr(dim, context)))
      return nullptr;
  Type elementType = type.getElementType();
  const ScalarExpr *element = getAccess(scatter.getInput(), written);
  const ScalarExpr *otherwise =
      getConstant(cast<TypedAttr>(before.getSplatValue<Attribute>()));
  auto apply = [&](StringRef name, ArrayRef<NamedAttribute> attributes,
                   Type applied, ArrayRef<const ScalarExpr *> operands) {
    return getApply(OperationName(name, context),
                    DictionaryAttr::get(context, attributes), applied,
                    operands);
  };
  NamedAttribute isEqual(
      StringAttr::get(context, "predicate"),
      arith::CmpIPredicateAttr::get(context, arith::CmpIPredicate::eq));
  for (auto [dim, index] : llvm::enumerate(*indices)) {
    if (type.getDimSize(dim) == 1)
      continue;
    const ScalarExpr *place =
        getIndex(getAffineDimExpr(dim, context), IndexType::get(context));
    const ScalarExpr *wanted = substitute(index, own);
    if (wanted == place)
      continue;
    const ScalarExpr *condition =
        apply(arith::CmpIOp::getOperationName(), isEqual,
              IntegerType::get(context, 1), {place, wanted});
    element = apply(arith::SelectOp::getOperationName(), {}, elementType,
                    {condition, element, otherwise});
  }
  return element;
}
