//===- RowOps.cpp - lse
//-----------------------------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations over rows by the formulas of their documentation, row by row, not
// by what they are decomposed into.
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "lse/Testing/Interpreter.h"
#include "mlir/IR/Matchers.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

namespace {

/// Logits of a row.
class Logits : public SmallVector<double> {
public:
  using SmallVector::SmallVector;

  /// One more, which adds nothing where there is none.
  double sink = -INFINITY;

  double getMaximum() const {
    double largest = sink;
    for (double z : *this)
      largest = std::isnan(z) || z > largest ? z : largest;
    return largest;
  }
  /// The sum of the exponentials of what is less than the maximum by.
  double getSum() const {
    double largest = getMaximum();
    double sum = sink == -INFINITY ? 0.0 : std::exp(sink - largest);
    for (double z : *this)
      sum += std::exp(z - largest);
    return sum;
  }
  double getLogSumExp() const {
    double largest = getMaximum();
    return std::isfinite(largest) ? largest + std::log(getSum()) : largest;
  }
  /// What all probabilities of a row are, or their logarithms as `isLog` says,
  /// whose maximum is infinite or NaN; nothing for other rows.
  std::optional<double> getSpecial(RowDeath rowDeath, bool isLog) const {
    double largest = getMaximum();
    if (std::isfinite(largest))
      return std::nullopt;
    if (largest == -INFINITY && rowDeath == RowDeath::Zero)
      return isLog ? -INFINITY : 0.0;
    return std::nan("");
  }
  double getProbability(size_t i, RowDeath rowDeath) const {
    if (auto special = getSpecial(rowDeath, /*isLog=*/false))
      return *special;
    return std::exp((*this)[i] - getMaximum()) / getSum();
  }
  double getLogProbability(size_t i, RowDeath rowDeath) const {
    if (auto special = getSpecial(rowDeath, /*isLog=*/true))
      return *special;
    return ((*this)[i] - getMaximum()) - std::log(getSum());
  }
};

/// The results for one row.
struct Row {
  RowDeath rowDeath;
  Logits first, second, third, fourth;

  int64_t getArgMax() const;
  double getCrossEntropy() const;
  double getDivergence() const;
  double getBinaryCrossEntropy() const;
  double getLoss(RowOpInterface op) const;
  /// The probabilities of an entmax.
  SmallVector<double> getSparse(double alpha) const;
  double getGradient(RowOpInterface op, size_t i) const;
};

} // namespace

int64_t Row::getArgMax() const {
  int64_t best = 0;
  for (size_t i = 1; i < first.size(); ++i)
    if (!std::isnan(first[best]) &&
        (std::isnan(first[i]) || first[i] > first[best]))
      best = i;
  return best;
}

double Row::getCrossEntropy() const {
  double loss = 0.0;
  for (size_t i = 0; i < first.size(); ++i)
    if (second[i] != 0.0)
      loss -= second[i] * first.getLogProbability(i, rowDeath);
  return loss;
}

double Row::getDivergence() const {
  double loss = 0.0;
  for (size_t i = 0; i < first.size(); ++i) {
    double p = second.getProbability(i, rowDeath);
    if (p != 0.0)
      loss += p * (second.getLogProbability(i, rowDeath) -
                   first.getLogProbability(i, rowDeath));
  }
  return loss;
}

double Row::getBinaryCrossEntropy() const {
  // -log(sigmoid(x)) is the log-sum-exp of 0 and -x.
  auto loss = [](double x) { return Logits({0.0, -x}).getLogSumExp(); };
  double sum = 0.0;
  for (size_t i = 0; i < first.size(); ++i) {
    if (second[i] != 0.0)
      sum += second[i] * loss(first[i]);
    if (third[i] != 0.0)
      sum += third[i] * loss(-first[i]);
  }
  return sum;
}

double Row::getLoss(RowOpInterface op) const {
  if (isa<KLDivergenceOp>(op))
    return getDivergence();
  return isa<BinaryCrossEntropyOp>(op) ? getBinaryCrossEntropy()
                                       : getCrossEntropy();
}

SmallVector<double> Row::getSparse(double alpha) const {
  if (auto special = first.getSpecial(rowDeath, /*isLog=*/false))
    return SmallVector<double>(first.size(), *special);
  double largest = first.getMaximum();
  auto probability = [&](double z, double threshold) {
    double above = (alpha - 1.0) * (z - largest) - threshold;
    return above > 0.0 ? std::pow(above, 1.0 / (alpha - 1.0)) : 0.0;
  };
  double lower = -1.0, upper = 0.0;
  for (double middle = -0.5; lower < middle && middle < upper;
       middle = (lower + upper) / 2.0) {
    double sum = 0.0;
    for (double z : first)
      sum += probability(z, middle);
    (sum >= 1.0 ? lower : upper) = middle;
  }
  return llvm::map_to_vector<6>(
      first, [&](double z) { return probability(z, lower); });
}

double Row::getGradient(RowOpInterface op, size_t i) const {
  auto probability = [&](size_t k) {
    return op.getFromLogits() || op.hasLogits()
               ? first.getProbability(k, rowDeath)
               : first[k];
  };
  if (isa<LogSumExpGradOp>(op)) {
    double gradient = probability(i) * second[i];
    if (op.getAddend())
      gradient += third[i];
    return op.getWeight() ? gradient * fourth[i] : gradient;
  }
  double sum = 0.0;
  for (size_t k = 0; k < first.size(); ++k)
    sum += isa<SoftmaxGradOp>(op) ? probability(k) * second[k] : second[k];
  if (isa<SoftmaxGradOp>(op))
    return probability(i) * (second[i] - sum);
  if (isa<LogSoftmaxGradOp>(op))
    return second[i] - probability(i) * sum;
  double gradient = (sum == 0.0 ? 0.0 : probability(i) * sum) - second[i];
  if (op.getWeight())
    gradient *= third[i];
  if (op.getZWeight() && fourth[i] != 0.0)
    gradient += probability(i) * fourth[i] * first.getLogSumExp();
  return gradient;
}

/// The extents of the iteration space of `op`, whose operands have `shapes`;
/// nothing if two disagree.
static std::optional<SmallVector<int64_t>>
getExtents(RowOpInterface op, ArrayRef<ArrayRef<int64_t>> shapes) {
  SmallVector<int64_t> extents(op.getNumLoops(), -1);
  for (auto [map, shape] : llvm::zip(op.getIndexingMapsArray(), shapes))
    for (auto [expr, extent] : llvm::zip(map.getResults(), shape))
      if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
        int64_t &known = extents[dim.getPosition()];
        if (known >= 0 && known != extent)
          return std::nullopt;
        known = extent;
      }
  return extents;
}

/// `extents` along `dims`, and 1 elsewhere.
static SmallVector<int64_t> select(ArrayRef<int64_t> extents,
                                   ArrayRef<int64_t> dims) {
  SmallVector<int64_t> selected(extents.size(), 1);
  for (int64_t dim : dims)
    selected[dim] = extents[dim];
  return selected;
}

static SmallVector<int64_t> add(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  SmallVector<int64_t> sum(a);
  for (auto [own, other] : llvm::zip(sum, b))
    own += other;
  return sum;
}

Scalar Interpreter::readInput(RowOpInterface op, unsigned input,
                              ArrayRef<int64_t> loops) {
  return get(op.getRowInputs()[input]).at(op.getInputMap(input).compose(loops));
}

/// Divides `logits`, those of a row, by `temperature`, which is at least 0.
/// Those whose quotients f64 does not have are relative to their maximum, as
/// are those at 0 and at infinity, where a log-sum-exp is another one.
static void temper(SmallVectorImpl<double> &logits, double temperature) {
  double largest = -INFINITY;
  for (double z : logits)
    largest = std::isnan(z) || z > largest ? z : largest;
  if (!std::isfinite(largest))
    return;
  bool isTooLarge = llvm::any_of(logits, [&](double z) {
    return std::isfinite(z) && std::isinf(z / temperature);
  });
  for (double &z : logits) {
    bool isMasked = z == -INFINITY;
    if (isMasked || (temperature == 0.0 && z < largest))
      z = -INFINITY;
    else if (temperature == 0.0 || temperature == INFINITY)
      z = 0.0;
    else
      z = (isTooLarge ? z - largest : z) / temperature;
  }
}

FailureOr<SmallVector<Scalar>>
Interpreter::evaluateTerms(RowOpInterface op, ArrayRef<int64_t> extents,
                           ArrayRef<int64_t> loops, bool isEmptyRow) {
  SmallVector<Scalar> arguments, terms;
  if (op.isAttention()) {
    double score = 0.0;
    (void)forEachIndex(
        select(extents, op.getScoreDims()), [&](ArrayRef<int64_t> d) {
          SmallVector<int64_t> at = add(loops, d);
          if (!isEmptyRow)
            score += readInput(op, 0, at).real * readInput(op, 1, at).real;
          return success();
        });
    arguments.push_back(Scalar::ofReal(score));
  }
  for (unsigned i = op.isAttention() ? 3 : 0; i < op.getRowInputs().size();
       ++i) {
    bool isMissing =
        isEmptyRow && llvm::any_of(op.getRowDims(), [&](int64_t d) {
          return op.getInputMap(i).isFunctionOfDim(d);
        });
    arguments.push_back(isMissing ? Scalar() : readInput(op, i, loops));
  }
  if (failed(evaluateBody(*op.getLogitBody(), arguments, loops, terms)))
    return failure();
  return terms;
}

LogicalResult Interpreter::evaluateRow(RowOpInterface op,
                                       ArrayRef<int64_t> extents,
                                       ArrayRef<int64_t> begin, RowTerms &row) {
  bool hasSink = op.getSink() != nullptr;
  auto visit = [&](ArrayRef<int64_t> inRow) {
    SmallVector<int64_t> loops = add(begin, inRow);
    FailureOr<SmallVector<Scalar>> terms =
        evaluateTerms(op, extents, loops, /*isEmptyRow=*/false);
    if (failed(terms))
      return failure();
    row.first.push_back((*terms)[0].real);
    if (hasSink)
      row.sink = terms->back().real;
    else if (terms->size() > 1)
      row.second.push_back((*terms)[1].real);
    if (terms->size() > 2)
      row.third.push_back((*terms)[2].real);
    if (terms->size() > 3)
      row.fourth.push_back((*terms)[3].real);
    row.places.push_back(loops);
    return success();
  };
  if (failed(forEachIndex(select(extents, op.getRowDims()), visit)))
    return failure();
  if (hasSink && row.places.empty()) {
    FailureOr<SmallVector<Scalar>> terms =
        evaluateTerms(op, extents, begin, /*isEmptyRow=*/true);
    if (failed(terms))
      return failure();
    row.sink = terms->back().real;
  }
  for (IsClassOp isClass : op.getLogitBody()->getOps<IsClassOp>()) {
    unsigned input = cast<BlockArgument>(isClass.getNumber()).getArgNumber();
    int64_t number = readInput(op, input, begin).integer;
    bool isInRange = number >= 0 && number < extents[isClass.getDim()];
    if (!isInRange && number != isClass.getIgnored())
      return trap();
  }
  for (TemperOp temperOp : op.getLogitBody()->getOps<TemperOp>()) {
    Value value = temperOp.getTemperature();
    APFloat constant(0.0);
    bool isConstant = matchPattern(value, m_ConstantFloat(&constant));
    auto argument = dyn_cast<BlockArgument>(value);
    double temperature =
        isConstant ? constant.convertToDouble()
                   : readInput(op, argument.getArgNumber(), begin).real;
    if (!(temperature >= 0.0))
      return trap();
    auto &logits = temperOp.getResult() ==
                           op.getLogitBody()->getTerminator()->getOperand(0)
                       ? row.first
                       : row.second;
    temper(logits, temperature);
  }
  return success();
}

void Interpreter::storeRow(RowOpInterface op, unsigned index,
                           const RowTerms &terms, ArrayRef<int64_t> begin,
                           Tensor &result) {
  Row row{op.getRowDeath(), Logits(terms.first.begin(), terms.first.end()),
          Logits(terms.second.begin(), terms.second.end()),
          Logits(terms.third.begin(), terms.third.end()),
          Logits(terms.fourth.begin(), terms.fourth.end())};
  if (terms.sink)
    row.first.sink = *terms.sink;
  AffineMap map = op.getDestinationMap(index);
  auto forEachElement = [&](function_ref<double(size_t)> value) {
    for (auto [i, place] : llvm::enumerate(terms.places))
      result.at(map.compose(place)) = Scalar::ofReal(value(i));
  };
  auto setRow = [&](Scalar value) { result.at(map.compose(begin)) = value; };
  switch (op.getResultKindsArray()[index]) {
  case ResultKind::Probabilities:
    if (isa<SparsemaxOp, EntmaxOp>(op)) {
      auto entmax = dyn_cast<EntmaxOp>(*op);
      SmallVector<double> sparse =
          row.getSparse(entmax ? entmax.getAlpha().convertToDouble() : 2.0);
      return forEachElement([&](size_t i) { return sparse[i]; });
    }
    return forEachElement(
        [&](size_t i) { return row.first.getProbability(i, row.rowDeath); });
  case ResultKind::LogProbabilities:
    return forEachElement(
        [&](size_t i) { return row.first.getLogProbability(i, row.rowDeath); });
  case ResultKind::Gradient:
    return forEachElement([&](size_t i) { return row.getGradient(op, i); });
  case ResultKind::LogSumExp:
    return setRow(Scalar::ofReal(row.first.getLogSumExp()));
  case ResultKind::ArgMax:
    return setRow(Scalar::ofInteger(row.getArgMax()));
  case ResultKind::Loss:
    return setRow(Scalar::ofReal(row.getLoss(op)));
  case ResultKind::Output: {
    double sum = 0.0;
    for (auto [i, place] : llvm::enumerate(terms.places))
      sum += row.first.getProbability(i, row.rowDeath) *
             readInput(op, 2, place).real;
    return setRow(Scalar::ofReal(sum));
  }
  }
}

LogicalResult Interpreter::evaluateRows(Operation *operation) {
  auto op = cast<RowOpInterface>(operation);
  SmallVector<ArrayRef<int64_t>> shapes;
  for (Value operand : op->getOperands())
    shapes.push_back(get(operand).shape);
  std::optional<SmallVector<int64_t>> extents = getExtents(op, shapes);
  if (!extents)
    return trap();
  SmallVector<int64_t> outer(*extents);
  for (int64_t dim : op.getRowDims())
    outer[dim] = 1;
  for (int64_t dim : op.getScoreDims())
    outer[dim] = 1;
  SmallVector<Tensor> results;
  for (Value out : op.getDestinations())
    results.push_back(get(out));
  LogicalResult status = forEachIndex(outer, [&](ArrayRef<int64_t> begin) {
    RowTerms row;
    if (failed(evaluateRow(op, *extents, begin, row)))
      return failure();
    for (auto [index, result] : llvm::enumerate(results))
      storeRow(op, index, row, begin, result);
    return success();
  });
  if (failed(status))
    return failure();
  for (auto [result, tensor] : llvm::zip(op->getResults(), results))
    set(result, std::move(tensor));
  return success();
}
