//===- RowKernel.cpp - Softmax and its relatives --------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Assembles a kernel: for each part of the rows the reductions, what follows
// from them (RowFormulas), and the elements of the results.
//
//===----------------------------------------------------------------------===//

#include "Algorithms/RowKernel.h"

#include "Algorithms/LossKernel.h"
#include "Algorithms/RowFormulas.h"
#include "Algorithms/RowKernelBuilder.h"
#include "LogitExpression.h"

#include <utility>

using namespace Halide;
using namespace lse_halide;

namespace {

std::unique_ptr<RowFormulas> makeFormulas(const KernelSpec &spec,
                                          const MachineTraits &traits) {
  return spec.numerics == Numerics::Accurate
             ? makeAccurateFormulas(spec, traits)
             : makeStandardFormulas(spec, traits);
}

/// Probabilities, log-probabilities and log-sum-exps.
class SoftmaxBuilder : public RowKernelBuilder {
public:
  SoftmaxBuilder(const KernelSpec &spec, const MachineTraits &traits,
                 RowKernel &kernel, KernelBuffers &buffers)
      : RowKernelBuilder(spec, kernel, buffers),
        formulas(makeFormulas(spec, traits)), kept(chooseKeptValues(spec)),
        probabilities(findOutput(spec, ResultKind::Probabilities)),
        logProbabilities(findOutput(spec, ResultKind::LogProbabilities)),
        logSumExp(findOutput(spec, ResultKind::LogSumExp)) {}

protected:
  void addRowTerms(RowPart &part, const std::vector<Var> &rows,
                   const Point &point) override;
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
  /// The logit in the pass that keeps it, and in later ones.
  Expr firstLogit(const Point &point);
  Expr logit(const Point &point);
  Expr probability(const RowIndex &row, const Point &point);
  Expr logProbability(const RowIndex &row, const Point &point);
  Expr rowLogSumExp(const RowIndex &row);

  std::unique_ptr<RowFormulas> formulas;
  KeptValues kept;
  std::optional<size_t> probabilities, logProbabilities, logSumExp;
  /// Of the current part, for each row.
  Func sink, maximum, reference, sums, relativeSums, logSum, factors, offsets;
};

} // namespace

Expr SoftmaxBuilder::firstLogit(const Point &point) {
  Expr value = buildLogit(
      spec, {[&](unsigned input) { return buffers.readInput(input, point); },
             [&](unsigned dim) { return point[dim]; }, Expr()});
  return kept.logits ? kernel.stores.keep(
                           value, buffers.outputElement(*kept.logits, point))
                     : value;
}

Expr SoftmaxBuilder::logit(const Point &point) {
  return kept.logits ? buffers.readOutput(*kept.logits, point)
                     : firstLogit(point);
}

/// The larger of two logits. In this order the select is one x86 maximum, and
/// it drops NaN in `logit`: those come back through the sum.
static Expr larger(const Expr &partial, const Expr &logit) {
  return select(logit > partial, logit, partial);
}

void SoftmaxBuilder::addRowTerms(RowPart &part, const std::vector<Var> &rows,
                                 const Point &point) {
  if (!hasSink(spec))
    return;
  Expr value = buildSink(
      spec, {[&](unsigned input) { return buffers.readInput(input, point); },
             [&](unsigned dim) { return point[dim]; }, Expr()});
  sink = addRowValue(part, "sink", rows, {value});
}

void SoftmaxBuilder::addReductions(RowPart &part, const Reduce &reduce,
                                   const std::vector<Var> &rows) {
  RowIndex allRows(rows.begin(), rows.end());
  // A segment has a dimension more; what follows all segments adds the sink.
  bool addsSink = sink.defined() && sink.dimensions() == int(rows.size());
  Combine keepLarger = [](const Values &partial, const Values &value) {
    return Values{larger(partial[0], value[0])};
  };
  part.maximum = reduce({partName("maximum"),
                         {formulas->leastLogit()},
                         [&](const Point &point, const RowIndex &) {
                           return Values{firstLogit(point)};
                         },
                         keepLarger,
                         keepLarger});
  maximum = part.maximum.result;
  if (addsSink)
    maximum = addRowValue(part, "maximum_with_sink", rows,
                          {larger(maximum(allRows), sink(allRows))});
  reference = addRowValue(part, "reference", rows,
                          formulas->reference(maximum(allRows)));
  Reduction summation = formulas->summation();
  summation.name = partName("sum");
  summation.element = [&](const Point &point, const RowIndex &row) {
    Expr element = logit(point);
    Expr value = formulas->exponential(element, valuesAt(reference, row));
    if (kept.exponentials)
      value = kernel.stores.keep(
          value, buffers.outputElement(*kept.exponentials, point));
    return formulas->summand(value, element, maximum(row));
  };
  part.sum = reduce(summation);
  sums = part.sum.result;
  if (addsSink) {
    Expr value = sink(allRows);
    Expr exponential =
        formulas->exponential(value, valuesAt(reference, allRows));
    sums =
        addRowValue(part, "sum_with_sink", rows,
                    summation.accumulate(valuesAt(sums, allRows),
                                         formulas->summand(exponential, value,
                                                           maximum(allRows))));
  }
  relativeSums =
      addRowValue(part, "relative_sums", rows,
                  formulas->relativeSums(valuesAt(reference, allRows),
                                         valuesAt(sums, allRows)));
  kernel.stores.addLanes(part.maximum.partial);
  kernel.stores.addLanes(part.sum.partial);
}

/// `values` as one and the rest.
static std::pair<Expr, Values> splitFirst(const Values &values) {
  return {values.front(), Values(values.begin() + 1, values.end())};
}

static Values prepend(const Expr &first, Values rest) {
  rest.insert(rest.begin(), first);
  return rest;
}

Values SoftmaxBuilder::reductionsOf(const RowIndex &row) const {
  return prepend(maximum(row), valuesAt(relativeSums, row));
}

Values SoftmaxBuilder::mergeReductions(const Values &first,
                                       const Values &second) const {
  auto [firstMaximum, firstSums] = splitFirst(first);
  auto [secondMaximum, secondSums] = splitFirst(second);
  Expr newMaximum = larger(firstMaximum, secondMaximum);
  return prepend(newMaximum,
                 formulas->mergeSums(newMaximum, firstMaximum, firstSums,
                                     secondMaximum, secondSums));
}

void SoftmaxBuilder::setReductions(RowPart &part, const std::vector<Var> &rows,
                                   const Values &values) {
  auto [newMaximum, newSums] = splitFirst(values);
  maximum = addRowValue(part, "maximum", rows, {newMaximum});
  relativeSums = addRowValue(part, "relative_sums", rows, newSums);
}

Expr SoftmaxBuilder::rowLogSumExp(const RowIndex &row) {
  return buffers.outputValue(
      *logSumExp, formulas->logSumExp(maximum(row), valuesAt(relativeSums, row),
                                      Expr(logSum(row))));
}

void SoftmaxBuilder::addRowValues(RowPart &part, const std::vector<Var> &rows,
                                  const Point &point) {
  RowIndex row(rows.begin(), rows.end());
  if (logProbabilities || logSumExp)
    logSum = addRowValue(part, "log_sum", rows,
                         {formulas->logSum(valuesAt(relativeSums, row))});
  // The log-sum-exp is stored beside a value that is needed for sure.
  std::vector<RowResult> beside;
  if (logSumExp && kernel.outputHasRow)
    beside = {
        {*logSumExp, [this](const RowIndex &at) { return rowLogSumExp(at); }}};
  auto addBeside = [&](const char *name, const Values &values) {
    return addRowValueBeside(part, name, rows, values,
                             std::exchange(beside, {}), point);
  };
  if (probabilities)
    factors = addBeside("factors", formulas->factors(maximum(row),
                                                     valuesAt(reference, row),
                                                     valuesAt(sums, row)));
  if (logProbabilities)
    offsets = addBeside(
        "offsets", formulas->offsets(maximum(row), valuesAt(relativeSums, row),
                                     Expr(logSum(row))));
}

Expr SoftmaxBuilder::probability(const RowIndex &row, const Point &point) {
  Expr exponential =
      kept.exponentials
          ? buffers.readOutput(*kept.exponentials, point)
          : formulas->exponential(logit(point), valuesAt(reference, row));
  return buffers.outputValue(
      *probabilities,
      formulas->probability(exponential, valuesAt(factors, row)));
}

Expr SoftmaxBuilder::logProbability(const RowIndex &row, const Point &point) {
  return buffers.outputValue(
      *logProbabilities,
      formulas->logProbability(logit(point), valuesAt(offsets, row)));
}

void SoftmaxBuilder::addResults(const RowIndex &row, const Point &point) {
  if (!kernel.outputHasRow) {
    buffers.lastOutput(point) = rowLogSumExp(row);
    return;
  }
  if (probabilities && logProbabilities) {
    bool isLast = *probabilities + 1 == spec.outputs.size();
    Expr p = probability(row, point), l = logProbability(row, point);
    buffers.lastOutput(point) = kernel.stores.alsoStore(
        isLast ? p : l, isLast ? l : p,
        buffers.outputElement(isLast ? *logProbabilities : *probabilities,
                              point));
    return;
  }
  buffers.lastOutput(point) =
      probabilities ? probability(row, point) : logProbability(row, point);
}

namespace lse_halide {

RowKernel buildRowKernel(const KernelSpec &spec, const MachineTraits &traits) {
  KernelBuffers buffers(spec, traits);
  RowKernel kernel = makeRowKernel(spec, buffers);
  if (spec.operation == Operation::Softmax)
    SoftmaxBuilder(spec, traits, kernel, buffers).addParts();
  else
    addLossParts(spec, traits, kernel, buffers);
  return kernel;
}

} // namespace lse_halide
