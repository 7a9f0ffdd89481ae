//===- LossKernel.cpp - Losses and gradients over rows --------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Up to three passes over a row, or two over each segment of it and one over
// the row: maxima, sums, and the gradient's elements. What each of them has is
// a LossFormula.
//
//===----------------------------------------------------------------------===//

#include "Algorithms/LossKernel.h"

#include "Algorithms/HalfPrecision.h"
#include "Algorithms/LossFormula.h"
#include "Algorithms/RowKernelBuilder.h"
#include "LogitExpression.h"

#include <limits>

using namespace Halide;
using namespace lse_halide;
using Halide::Internal::make_const;

namespace {

class LossBuilder : public RowKernelBuilder {
public:
  LossBuilder(const KernelSpec &spec, const MachineTraits &traits,
              RowKernel &kernel, KernelBuffers &buffers)
      : RowKernelBuilder(spec, kernel, buffers),
        type(storageType(spec.compute)),
        formula(makeLossFormula(spec, traits)) {}

protected:
  void addReductions(RowPart &part, const Reduce &reduce,
                     const std::vector<Var> &rows) override;
  Values reductionsOf(const RowIndex &row) const override;
  Values mergeReductions(const Values &first,
                         const Values &second) const override;
  void setReductions(RowPart &part, const std::vector<Var> &rows,
                     const Values &values) override;
  void addRowValues(RowPart &part, const std::vector<Var> &rows,
                    const Point &point) override;
  void addResults(const RowIndex &row, const Point &point) override;

private:
  Values terms(const Point &point) const;
  Expr isEmptyRow() const;
  Expr lossOf(const RowIndex &row) const;
  /// The results with an element for each row, in order.
  std::vector<RowResult> rowResults() const;
  /// Sums, and flags, of two pieces of a row as those of both.
  Values add(const Values &partial, const Values &value) const;
  void addShifts(RowPart &part, const std::vector<Var> &rows);
  void addMaxima(RowPart &part, const Reduce &reduce,
                 const std::vector<Var> &rows);
  void addSums(RowPart &part, const Reduce &reduce,
               const std::vector<Var> &rows);
  /// The values of `func` in a row; none if it is undefined.
  static Values of(const Func &func, const RowIndex &row) {
    return func.defined() ? valuesAt(func, row) : Values();
  }

  Type type;
  LossFormula formula;
  /// Of the current part, for each row.
  Func maxima, shifts, sums, rowValues;
};

} // namespace

Values LossBuilder::terms(const Point &point) const {
  return buildTerms(
      spec, {[&](unsigned input) { return buffers.readInput(input, point); },
             [&](unsigned dim) { return point[dim]; }, Expr()});
}

Expr LossBuilder::isEmptyRow() const {
  Expr isEmpty = Internal::const_false();
  for (unsigned dim : spec.rowDims)
    isEmpty = isEmpty || kernel.space.extents[dim] == 0;
  return isEmpty;
}

/// The larger of two. In this order the select is one x86 maximum, and it drops
/// NaN in `value`.
static Expr larger(const Expr &partial, const Expr &value) {
  return select(value > partial, value, partial);
}

static Values keepLarger(const Values &partial, const Values &value) {
  Values result;
  for (size_t i = 0; i < partial.size(); ++i)
    result.push_back(larger(partial[i], value[i]));
  return result;
}

Values LossBuilder::add(const Values &partial, const Values &value) const {
  Values result;
  for (size_t i = 0; i < partial.size(); ++i)
    result.push_back(i < formula.numSums
                         ? partial[i] + cast(partial[i].type(), value[i])
                         : larger(partial[i], value[i]));
  return result;
}

void LossBuilder::addShifts(RowPart &part, const std::vector<Var> &rows) {
  shifts = addRowValue(
      part, "shifts", rows,
      formula.shifts(of(maxima, RowIndex(rows.begin(), rows.end()))));
}

void LossBuilder::addMaxima(RowPart &part, const Reduce &reduce,
                            const std::vector<Var> &rows) {
  Expr least = make_const(type, -std::numeric_limits<double>::infinity());
  part.maximum = reduce({partName("maxima"), Values(formula.numMaxima, least),
                         [&](const Point &point, const RowIndex &) {
                           return formula.maxima(terms(point));
                         },
                         keepLarger, keepLarger});
  kernel.stores.addLanes(part.maximum.partial);
  maxima = part.maximum.result;
  addShifts(part, rows);
}

void LossBuilder::addSums(RowPart &part, const Reduce &reduce,
                          const std::vector<Var> &rows) {
  // As the sums of a softmax: some in their own type, then on in f64.
  constexpr int run = 4;
  Values zeros(formula.numSums, make_const(Float(64), 0));
  zeros.insert(zeros.end(), formula.numFlags, make_const(type, 0));
  Combine combine = [this](const Values &partial, const Values &value) {
    return add(partial, value);
  };
  part.sum = reduce({partName("sums"), zeros,
                     [&](const Point &point, const RowIndex &row) {
                       return formula.summands(terms(point), of(shifts, row));
                     },
                     combine, combine, run, /*sharesPartials=*/true});
  kernel.stores.addLanes(part.sum.partial);
  sums = part.sum.result;
}

void LossBuilder::addReductions(RowPart &part, const Reduce &reduce,
                                const std::vector<Var> &rows) {
  maxima = shifts = sums = Func();
  if (formula.numMaxima)
    addMaxima(part, reduce, rows);
  if (formula.numSums)
    addSums(part, reduce, rows);
}

Values LossBuilder::reductionsOf(const RowIndex &row) const {
  Values values = of(maxima, row), ofSums = of(sums, row);
  values.insert(values.end(), ofSums.begin(), ofSums.end());
  return values;
}

Values LossBuilder::mergeReductions(const Values &first,
                                    const Values &second) const {
  auto maximaOf = [&](const Values &values) {
    return Values(values.begin(), values.begin() + formula.numMaxima);
  };
  Values merged = keepLarger(maximaOf(first), maximaOf(second));
  auto rescaled = [&](const Values &values) {
    Values ofSums(values.begin() + formula.numMaxima, values.end());
    return formula.rescale(ofSums, maximaOf(values), merged);
  };
  Values newSums = add(rescaled(first), rescaled(second));
  merged.insert(merged.end(), newSums.begin(), newSums.end());
  return merged;
}

void LossBuilder::setReductions(RowPart &part, const std::vector<Var> &rows,
                                const Values &values) {
  auto firstSum = values.begin() + formula.numMaxima;
  maxima = addRowValue(part, "maxima", rows, Values(values.begin(), firstSum));
  addShifts(part, rows);
  sums = addRowValue(part, "sums", rows, Values(firstSum, values.end()));
}

Expr LossBuilder::lossOf(const RowIndex &row) const {
  // Without an element there is nothing to add up.
  return select(isEmptyRow(), make_const(type, 0),
                formula.loss(of(maxima, row), of(sums, row)));
}

std::vector<LossBuilder::RowResult> LossBuilder::rowResults() const {
  std::vector<RowResult> results;
  for (size_t output = 0; output < spec.outputs.size(); ++output) {
    ResultKind kind = spec.outputs[output].kind;
    if (!isPerRow(kind))
      continue;
    results.push_back({output, [this, output, kind](const RowIndex &row) {
                         Expr value = kind == ResultKind::Loss
                                          ? lossOf(row)
                                          : formula.logSumExp(of(maxima, row),
                                                              of(sums, row));
                         return buffers.outputValue(output, value);
                       }});
  }
  return results;
}

void LossBuilder::addRowValues(RowPart &part, const std::vector<Var> &rows,
                               const Point &point) {
  rowValues = Func();
  RowIndex row(rows.begin(), rows.end());
  std::vector<RowResult> results = rowResults();
  Values values;
  if (formula.rowValues) {
    values = formula.rowValues(of(maxima, row), of(sums, row));
  } else if (results.size() > 1) {
    // The others are stored beside the last.
    values = {results.back().value(row)};
    results.pop_back();
  }
  if (!values.empty())
    rowValues =
        addRowValueBeside(part, "row_values", rows, values, results, point);
}

void LossBuilder::addResults(const RowIndex &row, const Point &point) {
  if (!formula.element) {
    buffers.lastOutput(point) = rowValues.defined()
                                    ? of(rowValues, row)[0]
                                    : rowResults().back().value(row);
    return;
  }
  Expr result =
      formula.element(terms(point), of(shifts, row), of(rowValues, row));
  buffers.lastOutput(point) =
      buffers.outputValue(spec.outputs.size() - 1, result);
}

void lse_halide::addLossParts(const KernelSpec &spec,
                              const MachineTraits &traits, RowKernel &kernel,
                              KernelBuffers &buffers) {
  LossBuilder(spec, traits, kernel, buffers).addParts();
}
