//===- LoopParts.cpp - Loops over merged dimensions -----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopParts.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/AffineExprVisitor.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void LoopParts::restart() {
  loops.clear();
  parts.clear();
  hasNewCut = false;
}

unsigned LoopParts::addLoop(Extent extent) {
  unsigned number = loops.size();
  if (cuts.size() <= number)
    cuts.resize(number + 1);
  Loop loop{extent, {}};
  // From the innermost, then turned round.
  SmallVector<Part> inner;
  int64_t stride = 1;
  Extent rest = extent;
  for (const Cut &cut : cuts[number]) {
    Extent size;
    size.size = cut.stride / stride;
    inner.push_back({size, stride, number});
    stride = cut.stride;
    rest = cut.outer;
  }
  inner.push_back({rest, stride, number});
  for (const Part &part : llvm::reverse(inner)) {
    loop.parts.push_back(parts.size());
    parts.push_back(part);
  }
  loops.push_back(std::move(loop));
  return number;
}

void LoopParts::dropLoops(unsigned numLoops) {
  while (loops.size() > numLoops) {
    parts.pop_back_n(loops.back().parts.size());
    loops.pop_back();
  }
}

AffineExpr LoopParts::getIndex(unsigned number) const {
  SmallVector<Summand> summands;
  for (int64_t part : loops[number].parts)
    summands.push_back({parts[part].stride, part});
  return getSum(summands);
}

SmallVector<Extent> LoopParts::getExtents() const {
  return llvm::map_to_vector(parts,
                             [](const Part &part) { return part.extent; });
}

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

AffineExpr LoopParts::getSum(ArrayRef<Summand> summands) const {
  AffineExpr sum = getAffineConstantExpr(0, context);
  for (auto [factor, part] : summands)
    sum = sum + getAffineDimExpr(part, context) * factor;
  return sum;
}

/// The factors of d0, d1, ... in `index`; nothing if it has other dimensions
/// than `numDims`, or is no sum of multiples of them.
static std::optional<SmallVector<int64_t>> getFactors(AffineExpr index,
                                                      unsigned numDims) {
  WalkResult result = index.walk([&](AffineExpr part) {
    auto dim = dyn_cast<AffineDimExpr>(part);
    return dim && dim.getPosition() >= numDims ? WalkResult::interrupt()
                                               : WalkResult::advance();
  });
  if (result.wasInterrupted() || !index.isPureAffine())
    return std::nullopt;
  SimpleAffineExprFlattener flattener(numDims, /*numSymbols=*/0);
  if (failed(flattener.walkPostOrder(index)) || flattener.numLocals != 0)
    return std::nullopt;
  SmallVector<int64_t> factors =
      llvm::to_vector(flattener.operandExprStack.back());
  int64_t constant = factors.pop_back_val();
  if (constant != 0 || llvm::any_of(factors, [](int64_t f) { return f < 0; }))
    return std::nullopt;
  return factors;
}

std::optional<SmallVector<LoopParts::Summand>>
LoopParts::getSummands(AffineExpr index) const {
  std::optional<SmallVector<int64_t>> factors = getFactors(index, parts.size());
  if (!factors)
    return std::nullopt;
  SmallVector<Summand> summands;
  for (auto [part, factor] : llvm::enumerate(*factors))
    if (factor != 0)
      summands.push_back({factor, static_cast<int64_t>(part)});
  return summands;
}

SmallVector<int64_t> lse::getMergedLoops(AffineExpr index, unsigned numLoops) {
  std::optional<SmallVector<int64_t>> factors = getFactors(index, numLoops);
  assert(factors && "no index that is made of loops");
  SmallVector<int64_t> loops;
  for (int64_t loop = 0; loop < numLoops; ++loop)
    if ((*factors)[loop] != 0)
      loops.push_back(loop);
  llvm::sort(loops, [&](int64_t a, int64_t b) {
    return (*factors)[a] > (*factors)[b];
  });
  return loops;
}

std::optional<SmallVector<int64_t>>
LoopParts::getPartsOf(AffineExpr index) const {
  std::optional<SmallVector<Summand>> summands = getSummands(index);
  if (!summands)
    return std::nullopt;
  return llvm::map_to_vector(
      *summands, [](const Summand &summand) { return summand.part; });
}

bool LoopParts::isWhole(AffineExpr index, Extent extent) const {
  for (unsigned number = 0; number < loops.size(); ++number)
    if (loops[number].extent == extent && getIndex(number) == index)
      return true;
  std::optional<SmallVector<Summand>> summands = getSummands(index);
  if (!summands)
    return false;
  if (summands->size() == 1 && summands->front().factor == 1)
    return parts[summands->front().part].extent == extent;
  llvm::sort(*summands, [](const Summand &a, const Summand &b) {
    return a.factor < b.factor;
  });
  int64_t size = 1;
  for (auto [factor, part] : *summands) {
    if (factor != size || !parts[part].extent.isStatic())
      return false;
    size *= parts[part].extent.size;
  }
  return extent.isStatic() && extent.size == size;
}

void LoopParts::cut(int64_t number, int64_t size, Extent outer) {
  // One at a time: what comes after it is to be seen again.
  if (hasNewCut)
    return;
  const Part &part = parts[number];
  if (part.extent.isStatic()) {
    if (part.extent.size % size != 0)
      return;
    outer = Extent();
    outer.size = part.extent.size / size;
  } else if (!outer.isStatic() && !outer.source) {
    return;
  }
  SmallVector<Cut> &own = cuts[part.loop];
  Cut added{part.stride * size, outer};
  auto *place = llvm::find_if(
      own, [&](const Cut &cut) { return cut.stride > added.stride; });
  own.insert(place, added);
  hasNewCut = true;
}

std::optional<std::pair<AffineExpr, AffineExpr>>
LoopParts::divide(AffineExpr index, int64_t divisor, Extent quotient) {
  std::optional<SmallVector<Summand>> summands = getSummands(index);
  if (!summands || divisor <= 0)
    return std::nullopt;
  SmallVector<Summand> multiples, rest;
  int64_t largest = 0;
  for (auto [factor, part] : *summands) {
    const Extent &extent = parts[part].extent;
    if (factor % divisor == 0) {
      multiples.push_back({factor / divisor, part});
      continue;
    }
    if (!extent.isStatic() || factor * (extent.size - 1) >= divisor) {
      if (divisor % factor == 0)
        cut(part, divisor / factor, quotient);
      return std::nullopt;
    }
    largest += factor * (extent.size - 1);
    rest.push_back({factor, part});
  }
  if (largest >= divisor)
    return std::nullopt;
  return std::make_pair(getSum(multiples), getSum(rest));
}

//===----------------------------------------------------------------------===//
// Reshapes
//===----------------------------------------------------------------------===//

namespace {
/// Dimensions of two shapes that have the same elements in the same order.
struct DimGroup {
  SmallVector<int64_t> source, result;
};
} // namespace

static SmallVector<int64_t> getAllDims(Value value) {
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  return llvm::to_vector(llvm::seq<int64_t>(0, rank));
}

static SmallVector<DimGroup> getGroups(Operation *reshape) {
  SmallVector<DimGroup> groups;
  auto add = [&](ArrayRef<ReassociationIndices> reassociation, bool expands) {
    for (auto [one, many] : llvm::enumerate(reassociation)) {
      SmallVector<int64_t> single = {static_cast<int64_t>(one)};
      SmallVector<int64_t> several = llvm::to_vector(many);
      groups.push_back(expands ? DimGroup{single, several}
                               : DimGroup{several, single});
    }
  };
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(reshape))
    add(expand.getReassociationIndices(), /*expands=*/true);
  else if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(reshape))
    add(collapse.getReassociationIndices(), /*expands=*/false);
  else
    groups.push_back({getAllDims(reshape->getOperand(0)),
                      getAllDims(reshape->getResult(0))});
  return groups;
}

/// The position of `indices` among all elements of `dims` of `value`; null if
/// the extent of one but the outermost is not known.
static AffineExpr linearize(Value value, ArrayRef<int64_t> dims,
                            ArrayRef<AffineExpr> indices,
                            MLIRContext *context) {
  auto type = cast<RankedTensorType>(value.getType());
  AffineExpr position = getAffineConstantExpr(0, context);
  for (auto [number, dim] : llvm::enumerate(dims)) {
    if (number != 0 && type.isDynamicDim(dim))
      return {};
    if (number != 0)
      position = position * type.getDimSize(dim);
    position = position + indices[dim];
  }
  return position;
}

const ScalarExpr *lse::lookThroughReshape(IndexNotation &notation,
                                          LoopParts &parts,
                                          const ScalarExpr *access) {
  Operation *op = access->source.getDefiningOp();
  if (!isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
                       tosa::ReshapeOp>(op))
    return nullptr;
  Value source = op->getOperand(0);
  auto type = dyn_cast<RankedTensorType>(source.getType());
  if (!type || !isa<RankedTensorType>(access->source.getType()) ||
      llvm::is_contained(type.getShape(), 0))
    return nullptr;
  MLIRContext *context = notation.getContext();
  SmallVector<AffineExpr> indices(type.getRank());
  for (const DimGroup &group : getGroups(op)) {
    AffineExpr rest =
        linearize(access->source, group.result, access->indices, context);
    if (!rest)
      return nullptr;
    // From the innermost dimension outwards: each takes what remains.
    for (int64_t dim : llvm::reverse(group.source)) {
      if (dim == group.source.front()) {
        indices[dim] = rest;
        break;
      }
      if (type.isDynamicDim(dim))
        return nullptr;
      Extent quotient;
      if (dim == group.source[1])
        quotient = notation.getExtent(source, group.source.front());
      auto divided = parts.divide(rest, type.getDimSize(dim), quotient);
      if (!divided)
        return nullptr;
      std::tie(rest, indices[dim]) = *divided;
    }
  }
  return notation.getAccess(source, indices);
}
