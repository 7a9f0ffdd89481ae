//===- EdgesStage.cpp - Rows with exact answers, anywhere -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EdgeTable.h"
#include "ErrorBounds.h"
#include "KernelJobs.h"
#include "Reference.h"

#include "lse/KernelTesting/FloatingPointMode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <atomic>
#include <cmath>
#include <random>

using namespace lse_testing;
using namespace lse_verify;
using llvm::ArrayRef;
using Strategy = lse_halide::Strategy;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Of all kernels together.
struct Counts {
  struct Count {
    std::atomic<uint64_t> checks = 0, failures = 0;
  };
  /// Of each edge row.
  std::vector<Count> rows = std::vector<Count>(edgeRows().size());
  /// Of modes that a caller may set, each with all rows (E44).
  Count modes;
};

/// The logits of one row of a batch, and which edge row it is: none if it is an
/// ordinary neighbour.
struct BatchRow {
  const EdgeRow *edge;
  size_t position;
  std::vector<double> logits;
};

/// One kernel and all edge rows.
class KernelEdges {
public:
  KernelEdges(const KernelFamily &family, std::vector<ResultKind> kinds,
              bool deadRowsAreZero, Counts &counts)
      : family(family), kinds(std::move(kinds)),
        deadRowsAreZero(deadRowsAreZero), counts(counts) {
    KernelSpec spec = family.makeSpec(family.makeCase({1, 1}, this->kinds));
    lanes = spec.schedule.vectorLanes;
    block = lanes * spec.schedule.unroll;
    findings.counts = {0, 0};
  }

  /// A kernel for all extents, with rows of a few vectors, of whole blocks, of
  /// nothing but the special elements, and without any.
  Findings checkDynamic() {
    makeKernel(family.makeCase({1, 1}, kinds));
    checkLength(2 * lanes + 3);
    checkLength(2 * block + lanes + 3);
    if (family.layout.strategy == Strategy::OnlineRow)
      checkLength(kSegment + lanes + 3);
    checkAlone();
    checkEmpty();
    return findings;
  }

  /// One for exactly such rows.
  Findings checkStatic() {
    isStatic = true;
    int64_t length = 2 * lanes + 3;
    makeKernel(makeCase(length, 2 * positionsOf(length).size()));
    checkLength(length);
    return findings;
  }

private:
  /// Elements of a segment of `online_row`.
  static constexpr int64_t kSegment = 2048;

  void makeKernel(RowCase rowCase) {
    KernelSpec spec = family.makeSpec(rowCase);
    if (deadRowsAreZero)
      spec.rowDeath = lse_halide::RowDeath::Zero;
    kernel = lse_testing::makeKernel(spec, *family.machine);
    ++findings.counts[0];
  }

  RowCase makeCase(int64_t length, int64_t batch) const {
    bool alongRows = family.layout.isAlongRows();
    RowCase result =
        family.makeCase(alongRows ? std::vector<int64_t>{batch, length}
                                  : std::vector<int64_t>{length, batch},
                        kinds);
    result.isStatic = isStatic;
    return result;
  }

  /// Every place in the first two vectors, and the end.
  std::vector<int64_t> positionsOf(int64_t length) const {
    std::vector<int64_t> result;
    for (int64_t position = 0; position <= 2 * lanes; ++position)
      result.push_back(position);
    if (length > kSegment)
      result = {0, 1, lanes, kSegment - 2, kSegment - 1, kSegment};
    result.insert(result.end(), {length - 3, length - 2, length - 1});
    return result;
  }

  /// The special elements as numbers of the type; none if it lacks them.
  std::optional<std::vector<double>> specialsOf(const EdgeRow &edge) const {
    if (!edge.types.empty() && !llvm::is_contained(edge.types, family.type))
      return std::nullopt;
    std::vector<double> result;
    for (double value : edge.special) {
      std::optional<double> number = edgeValue(value, family.type);
      if (!number)
        return std::nullopt;
      result.push_back(*number);
    }
    return result;
  }

  double ordinary() {
    std::uniform_real_distribution<double> uniform(-4, 4);
    return *edgeValue(uniform(random), family.type);
  }

  void checkLength(int64_t length) {
    for (const EdgeRow &edge : edgeRows()) {
      std::optional<std::vector<double>> special = specialsOf(edge);
      if (!special)
        continue;
      std::vector<BatchRow> batch;
      auto size = static_cast<int64_t>(special->size());
      for (int64_t position : positionsOf(length)) {
        position = std::min(position, length - size);
        std::vector<double> row(length), neighbour(length);
        for (int64_t i = 0; i < length; ++i) {
          neighbour[i] = ordinary();
          row[i] = edge.filler == Filler::Ordinary        ? ordinary()
                   : edge.filler == Filler::MinusInfinity ? -kInfinity
                                                          : special->front();
        }
        llvm::copy(*special, row.begin() + position);
        batch.push_back({&edge, static_cast<size_t>(position), row});
        batch.push_back({nullptr, 0, neighbour});
      }
      checkBatch(batch);
    }
  }

  /// Rows of the special elements and no others.
  void checkAlone() {
    for (const EdgeRow &edge : edgeRows()) {
      std::optional<std::vector<double>> special = specialsOf(edge);
      // Elements that are special only among ordinary ones are no row.
      bool isFinite = edge.answer == Answer::Finite;
      if (special && !(isFinite && edge.filler == Filler::Ordinary))
        checkBatch({{&edge, 0, *special}, {&edge, 0, *special}});
    }
  }

  /// Rows without elements have a log-sum-exp; without rows nothing is stored.
  void checkEmpty() {
    for (auto [length, batch] : {std::pair(0, 5), {5, 0}, {0, 0}}) {
      RowCase rowCase = makeCase(length, batch);
      Tensor input = rowCase.makeInput();
      std::vector<Tensor> outputs = rowCase.makeOutputs();
      bool isRight = run(*kernel, input, outputs) == 0;
      for (auto [output, kind] : llvm::zip(outputs, kinds)) {
        isRight &= output.gapsAreUntouched();
        for (int64_t i = 0; i < batch && kind == Z; ++i)
          isRight &= output.get({i}) == -INFINITY;
        ++findings.counts[1];
      }
      if (!isRight)
        findings.addFailure(family.name() + ", " + nameOf(kinds) +
                            ": E12 or E13, rows without elements, or no rows");
    }
  }

  std::vector<int64_t> indexOf(ResultKind kind, int64_t row, int64_t i) const {
    if (kind == Z)
      return {row};
    return family.layout.isAlongRows() ? std::vector<int64_t>{row, i}
                                       : std::vector<int64_t>{i, row};
  }

  void checkBatch(ArrayRef<BatchRow> batch) {
    auto length = static_cast<int64_t>(batch.front().logits.size());
    RowCase rowCase = makeCase(length, static_cast<int64_t>(batch.size()));
    Tensor input = rowCase.makeInput();
    for (auto [number, row] : llvm::enumerate(batch))
      for (int64_t i = 0; i < length; ++i)
        input.set(indexOf(P, number, i), row.logits[i]);
    std::vector<Tensor> outputs = rowCase.makeOutputs();
    if (run(*kernel, input, outputs) != 0)
      return fail(batch.front(), "the status is not 0");
    for (auto [number, row] : llvm::enumerate(batch))
      checkRow(row, number, outputs);
    checkInPlace(batch.front(), rowCase, input, outputs);
    checkModes(batch.front(), rowCase, input, outputs);
  }

  /// E44: results are the same whatever mode the caller has set, and it stays.
  void checkModes(const BatchRow &row, const RowCase &rowCase, Tensor &input,
                  const std::vector<Tensor> &expected) {
    for (const FloatingPointMode &mode : otherFloatingPointModes()) {
      std::vector<Tensor> outputs = rowCase.makeOutputs();
      bool isSame;
      {
        FloatingPointModeScope scope(mode);
        isSame = run(*kernel, input, outputs) == 0;
        isSame &= FloatingPointMode::current() == mode;
      }
      for (auto [output, other] : llvm::zip(outputs, expected))
        isSame &= output.sameBytes(other);
      ++findings.counts[1];
      ++counts.modes.checks;
      if (!isSame) {
        ++counts.modes.failures;
        fail(row, std::string("E44: other results, or another mode, when ") +
                      mode.name);
      }
    }
  }

  /// Every output of the input's shape may be the input.
  void checkInPlace(const BatchRow &row, const RowCase &rowCase,
                    const Tensor &input, const std::vector<Tensor> &expected) {
    for (size_t shared = 0; shared < kinds.size(); ++shared) {
      if (kinds[shared] == Z)
        continue;
      std::vector<Tensor> outputs = rowCase.makeOutputs();
      outputs[shared] = input;
      std::vector<std::unique_ptr<Buffer>> buffers;
      buffers.push_back(outputs[shared].buffer());
      for (Tensor &output : outputs)
        buffers.push_back(output.buffer());
      std::vector<Buffer *> arguments;
      for (std::unique_ptr<Buffer> &buffer : buffers)
        arguments.push_back(buffer.get());
      bool isSame = (*kernel)(arguments) == 0;
      for (auto [output, other] : llvm::zip(outputs, expected))
        isSame &= output.sameBytes(other);
      if (!isSame)
        fail(row, "in place there are other results");
    }
  }

  void checkRow(const BatchRow &row, int64_t number,
                const std::vector<Tensor> &outputs) {
    Answer answer = row.edge ? row.edge->answer : Answer::Finite;
    if (answer == Answer::Finite) {
      reference = &computer.compute(row.logits);
      checkLiterals(row);
    }
    for (auto [output, kind] : llvm::zip(outputs, kinds)) {
      size_t count = kind == Z ? 1 : row.logits.size();
      for (size_t i = 0; i < count; ++i) {
        auto actual = static_cast<double>(output.get(indexOf(kind, number, i)));
        if (answer == Answer::Finite)
          checkFinite(row, kind, i, actual);
        else
          checkSpecial(row, kind, answer, actual);
        note(row);
      }
      if (answer == Answer::Finite && kind != Z)
        checkTies(row, kind, number, output);
    }
  }

  void checkSpecial(const BatchRow &row, ResultKind kind, Answer answer,
                    double actual) {
    double expected = std::nan("");
    if (kind == Z && answer != Answer::NaN)
      expected = answer == Answer::Dead ? -kInfinity : kInfinity;
    if (answer == Answer::Dead && deadRowsAreZero)
      expected = kind == P ? 0.0 : -kInfinity;
    bool isRight = std::isnan(expected)
                       ? std::isnan(actual)
                       : actual == expected &&
                             std::signbit(actual) == std::signbit(expected);
    if (!isRight)
      fail(row, llvm::formatv("{0} is {1} instead of {2}", nameOf(kind), actual,
                              expected));
  }

  void checkFinite(const BatchRow &row, ResultKind kind, size_t i,
                   double actual) {
    unsigned logit = reference->logitOf[i];
    double distance = kind == Z ? 0 : reference->distances[logit];
    ExtendedNumber value = kind == P   ? reference->probabilities[logit]
                           : kind == L ? reference->logProbabilities[logit]
                                       : reference->logSumExp;
    Format format(family.type);
    Expected expected(value, format);
    RowCase rowCase = family.makeCase({1, 1}, kinds);
    ErrorBound bound({family.numerics, kind, family.type, rowCase.compute,
                      static_cast<int64_t>(row.logits.size()),
                      family.layout.isAlongRows() ? unsigned(lanes) : 1u});
    bool isMasked = row.logits[i] == -kInfinity && kind != Z;
    bool isExact = isMasked || (row.edge && row.edge->isExact);
    double error = expected.errorOf(actual);
    bool isRight = error <= (isExact ? 0.5 : bound.at(expected, distance));
    // What is not to be: -0, a probability above 1, a log-probability above 0,
    // a log-sum-exp below the maximum.
    if (kind == P)
      isRight &= !std::signbit(actual) && actual <= 1;
    else if (kind == L)
      isRight &= actual <= 0;
    else
      isRight &= actual >= *llvm::max_element(row.logits);
    if (!isRight)
      fail(row, llvm::formatv("{0}[{1}] is {2:g} instead of {3:g}, {4} units",
                              nameOf(kind), i, actual,
                              static_cast<double>(value.high), error));
  }

  /// Equal logits have equal results.
  void checkTies(const BatchRow &row, ResultKind kind, int64_t number,
                 const Tensor &output) {
    std::vector<std::optional<uint64_t>> bits(reference->distances.size());
    for (size_t i = 0; i < row.logits.size(); ++i) {
      uint64_t actual = output.getBits(indexOf(kind, number, i));
      std::optional<uint64_t> &first = bits[reference->logitOf[i]];
      if (first && *first != actual)
        return fail(row, nameOf(kind) + " differs between equal logits");
      first = actual;
    }
  }

  /// The true values are those that the table says.
  void checkLiterals(const BatchRow &row) {
    if (!row.edge || family.type != ElementType::F32 ||
        row.edge->filler != Filler::MinusInfinity)
      return;
    auto agrees = [](long double value, double literal) {
      return std::fabs(value - literal) <= 2e-5L * std::fabs(literal) + 1e-49L;
    };
    bool isRight = true;
    for (const Literal &literal : row.edge->literals) {
      unsigned logit = reference->logitOf[row.position + literal.element];
      long double ofLogit = reference->logProbabilities[logit].high;
      // Log-probabilities that are 0 in f32 are less than that.
      isRight &=
          agrees(reference->probabilities[logit].high, literal.probability) &&
          (literal.logProbability == 0
               ? ofLogit > -1e-40L
               : agrees(ofLogit, literal.logProbability));
    }
    if (row.edge->logSumExp)
      isRight &= agrees(reference->logSumExp.high, *row.edge->logSumExp);
    if (!isRight)
      fail(row, "the reference is not what the table says");
  }

  Counts::Count *countsOf(const BatchRow &row) const {
    return row.edge ? &counts.rows[row.edge - edgeRows().data()] : nullptr;
  }

  void note(const BatchRow &row) {
    ++findings.counts[1];
    if (Counts::Count *ofRow = countsOf(row))
      ++ofRow->checks;
  }

  void fail(const BatchRow &row, const std::string &what) {
    if (Counts::Count *ofRow = countsOf(row))
      ++ofRow->failures;
    findings.addFailure(llvm::formatv(
        "{0}, {1}{2}{3}: {4} at {5} of {6}: {7}", family.name(), nameOf(kinds),
        isStatic ? ", static" : "", deadRowsAreZero ? ", row_death = zero" : "",
        row.edge ? row.edge->id + std::string(" ") + row.edge->text
                 : std::string("an ordinary row beside it"),
        row.position, row.logits.size(), what));
  }

  const KernelFamily &family;
  const std::vector<ResultKind> kinds;
  const bool deadRowsAreZero;
  Counts &counts;
  bool isStatic = false;
  int64_t lanes, block;
  std::unique_ptr<Kernel> kernel;
  std::mt19937 random{11};
  ReferenceComputer computer;
  const RowReference *reference = nullptr;
  Findings findings;
};

void printRow(llvm::raw_ostream &os, const char *id, const char *text,
              const Counts::Count &count) {
  os << "| " << id << " | " << text << " | " << count.checks.load() << " | "
     << count.failures.load() << " |\n";
}

void printRows(llvm::raw_ostream &os, const Counts &counts) {
  os << "\n| id | row | checks | failures |\n| --- | --- | --- | --- |\n";
  for (auto [edge, count] : llvm::zip(edgeRows(), counts.rows))
    printRow(os, edge.id, edge.text, count);
  printRow(os, "E44", "all of these under another mode of the caller",
           counts.modes);
}

} // namespace

uint64_t lse_verify::verifyEdges(llvm::raw_ostream &os,
                                 const Settings &settings) {
  Counts counts;
  std::vector<Job> jobs;
  for (const KernelFamily &family : kernelFamilies(denseLayouts()))
    for (const std::vector<ResultKind> &kinds : family.resultSets())
      for (bool deadRowsAreZero : {false, true}) {
        jobs.push_back({family, [&counts, family, kinds, deadRowsAreZero] {
                          return KernelEdges(family, kinds, deadRowsAreZero,
                                             counts)
                              .checkDynamic();
                        }});
        jobs.push_back({family, [&counts, family, kinds, deadRowsAreZero] {
                          return KernelEdges(family, kinds, deadRowsAreZero,
                                             counts)
                              .checkStatic();
                        }});
      }
  uint64_t failures = runJobs(os, settings, jobs, {"kernels", "checks"});
  printRows(os, counts);
  return failures;
}
