//===- RowResultsTest.cpp - All results, types, axes and layouts ----------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowTesting.h"

#include "lse/Runtime/Status.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

using namespace lse_test;
using llvm::ArrayRef;

namespace {

constexpr ElementType kTypes[] = {ElementType::F32, ElementType::F64,
                                  ElementType::F16, ElementType::BF16};
constexpr ResultKind P = ResultKind::Probabilities;
constexpr ResultKind L = ResultKind::LogProbabilities;
constexpr ResultKind Z = ResultKind::LogSumExp;

ElementType computeType(ElementType type) {
  return type == ElementType::F64 ? ElementType::F64 : ElementType::F32;
}

RowCase makeCase(std::vector<int64_t> extents, std::vector<unsigned> rowDims,
                 Strategy strategy, unsigned vectorDim, ElementType type,
                 ArrayRef<ResultKind> kinds) {
  RowCase result;
  result.extents = std::move(extents);
  result.rowDims = std::move(rowDims);
  result.strategy = strategy;
  result.vectorDim = vectorDim;
  result.input = type;
  result.compute = computeType(type);
  for (ResultKind kind : kinds)
    result.outputs.emplace_back(kind, type);
  return result;
}

/// Sets of results, each with the log-sum-exp first if it is there.
const std::vector<std::vector<ResultKind>> kResultSets = {
    {P}, {L}, {Z}, {P, L}, {L, P}, {Z, P}, {Z, L}, {Z, L, P}};

/// All of them for f32; for other types, what differs most.
std::vector<std::vector<ResultKind>> resultSets(ElementType type) {
  if (type == ElementType::F32)
    return kResultSets;
  return {{P}, {Z, L, P}};
}

/// One kernel for all row lengths.
void checkLengths(RowCase rowCase, const Machine &machine,
                  ArrayRef<int64_t> lengths) {
  std::unique_ptr<Kernel> kernel =
      makeKernel(rowCase.makeSpec(machine), machine);
  for (int64_t length : lengths) {
    rowCase.extents[rowCase.rowDims.back()] = length;
    Tensor input = rowCase.makeInput();
    std::vector<Tensor> outputs = rowCase.makeOutputs();
    ASSERT_EQ(run(*kernel, input, outputs), 0);
    for (const Tensor &output : outputs)
      EXPECT_TRUE(output.gapsAreUntouched());
    ASSERT_NO_FATAL_FAILURE(
        expectResults(rowCase, rowCase.makeSpec(machine), input, outputs))
        << length;
  }
}

const int64_t kLengths[] = {1, 2, 7, 16, 33, 64, 100, 257, 1025};

TEST(RowResults, EachSetOfResultsAlongRows) {
  for (const Machine &machine : machines())
    for (const std::vector<ResultKind> &kinds : kResultSets)
      ASSERT_NO_FATAL_FAILURE(
          checkLengths(makeCase({3, 1}, {1}, Strategy::CachedRow, 1,
                                ElementType::F32, kinds),
                       machine, kLengths));
}

TEST(RowResults, EachTypeAlongRows) {
  for (const Machine &machine : machines())
    for (ElementType type : kTypes)
      for (const std::vector<ResultKind> &kinds :
           {std::vector<ResultKind>{P}, {Z, L, P}})
        ASSERT_NO_FATAL_FAILURE(checkLengths(
            makeCase({3, 1}, {1}, Strategy::CachedRow, 1, type, kinds), machine,
            kLengths));
}

TEST(RowResults, LogSumExpInOnePass) {
  for (const Machine &machine : machines())
    for (ElementType type : kTypes) {
      RowCase rowCase =
          makeCase({3, 1}, {1}, Strategy::OnlineRow, 1, type, {Z});
      ASSERT_NO_FATAL_FAILURE(checkLengths(rowCase, machine, kLengths));
      rowCase.isStatic = true;
      for (int64_t length : {1, 40, 257}) {
        rowCase.extents = {3, length};
        ASSERT_NO_FATAL_FAILURE(checkCase(rowCase, machine));
      }
    }
}

/// Each result may have a type of its own.
TEST(RowResults, MixedTypes) {
  for (ElementType input : kTypes)
    for (ElementType compute : {ElementType::F32, ElementType::F64}) {
      RowCase rowCase =
          makeCase({2, 1}, {1}, Strategy::CachedRow, 1, input, {});
      if (rowCase.compute == ElementType::F64 && compute == ElementType::F32)
        continue;
      rowCase.compute = compute;
      rowCase.outputs = {
          {Z, ElementType::F64}, {L, ElementType::F16}, {P, ElementType::F32}};
      ASSERT_NO_FATAL_FAILURE(checkLengths(rowCase, host(), {1, 37, 200}));
      rowCase.outputs = {
          {Z, ElementType::F32}, {P, ElementType::F64}, {L, ElementType::BF16}};
      ASSERT_NO_FATAL_FAILURE(checkLengths(rowCase, host(), {1, 37, 200}));
    }
}

/// Rows that are not innermost: every number of columns around tiles.
TEST(RowResults, EachTypeAcrossRows) {
  for (const Machine &machine : machines())
    for (ElementType type : kTypes)
      for (const std::vector<ResultKind> &kinds :
           {std::vector<ResultKind>{P}, {Z, L, P}}) {
        RowCase rowCase =
            makeCase({2, 9, 1}, {1}, Strategy::ColumnTile, 2, type, kinds);
        std::unique_ptr<Kernel> kernel =
            makeKernel(rowCase.makeSpec(machine), machine);
        for (int64_t columns : {1, 3, 8, 16, 17, 40, 64, 65, 131, 200}) {
          rowCase.extents = {2, 9, columns};
          Tensor input = rowCase.makeInput();
          std::vector<Tensor> outputs = rowCase.makeOutputs();
          ASSERT_EQ(run(*kernel, input, outputs), 0);
          for (const Tensor &output : outputs)
            EXPECT_TRUE(output.gapsAreUntouched());
          ASSERT_NO_FATAL_FAILURE(
              expectResults(rowCase, rowCase.makeSpec(machine), input, outputs))
              << columns;
        }
      }
}

TEST(RowResults, EachSetOfResultsAcrossRows) {
  for (const std::vector<ResultKind> &kinds : kResultSets) {
    ASSERT_NO_FATAL_FAILURE(
        checkLengths(makeCase({1, 77}, {0}, Strategy::ColumnTile, 1,
                              ElementType::F32, kinds),
                     host(), {}));
    RowCase rowCase = makeCase({5, 77}, {0}, Strategy::ColumnTile, 1,
                               ElementType::F32, kinds);
    ASSERT_NO_FATAL_FAILURE(checkCase(rowCase, host()));
    rowCase.isStatic = true;
    ASSERT_NO_FATAL_FAILURE(checkCase(rowCase, host()));
  }
}

/// Every non-empty set of row dimensions, every dimension to run along.
TEST(RowResults, AnyAxes) {
  std::vector<int64_t> extents = {3, 5, 2, 19};
  for (unsigned set = 1; set < 16; ++set) {
    std::vector<unsigned> rowDims;
    for (unsigned dim = 0; dim < 4; ++dim)
      if (set >> dim & 1)
        rowDims.push_back(dim);
    for (unsigned vectorDim = 0; vectorDim < 4; ++vectorDim) {
      Strategy strategy =
          set >> vectorDim & 1 ? Strategy::CachedRow : Strategy::ColumnTile;
      RowCase rowCase = makeCase(extents, rowDims, strategy, vectorDim,
                                 ElementType::F32, {Z, P});
      rowCase.isStatic = vectorDim % 2;
      ASSERT_NO_FATAL_FAILURE(checkCase(rowCase, host()))
          << "rows " << set << ", vectors " << vectorDim;
    }
  }
}

TEST(RowResults, PermutedBuffers) {
  for (Strategy strategy : {Strategy::CachedRow, Strategy::ColumnTile})
    for (std::vector<unsigned> inputDims :
         {std::vector<unsigned>{1, 0, 2}, {2, 0, 1}, {2, 1, 0}})
      for (std::vector<unsigned> outputDims :
           {std::vector<unsigned>{0, 1, 2}, {1, 2, 0}}) {
        RowCase rowCase = makeCase({4, 7, 21}, {1}, strategy,
                                   strategy == Strategy::CachedRow ? 1 : 2,
                                   ElementType::F32, {Z, L, P});
        rowCase.inputDims = inputDims;
        rowCase.outputDims = outputDims;
        ASSERT_NO_FATAL_FAILURE(checkCase(rowCase, host()));
      }
}

/// Strides of the input: apart, negative, zero; and strides nothing is known
/// of.
TEST(RowResults, AnyStrides) {
  const std::vector<int64_t> allStrides[] = {
      {200, 3}, {-64, 1}, {64, -1}, {-150, -2}, {0, 1}, {1, 0}, {0, 0}, {1, 7}};
  for (ElementType type : {ElementType::F32, ElementType::F16})
    for (const std::vector<int64_t> &strides : allStrides)
      for (unsigned rowDim : {0u, 1u})
        for (unsigned vectorDim : {0u, 1u}) {
          RowCase rowCase = makeCase({6, 45}, {rowDim},
                                     rowDim == vectorDim ? Strategy::CachedRow
                                                         : Strategy::ColumnTile,
                                     vectorDim, type, {P});
          rowCase.inputStrides = strides;
          rowCase.unitStridesKnown = strides.back() == 1;
          ASSERT_NO_FATAL_FAILURE(checkCase(rowCase, host()));
        }
}

/// An output in the memory of the input.
TEST(RowResults, InPlace) {
  for (Strategy strategy : {Strategy::CachedRow, Strategy::ColumnTile})
    for (ElementType type : kTypes)
      for (const std::vector<ResultKind> &kinds : resultSets(type)) {
        RowCase rowCase =
            makeCase({5, 39}, {strategy == Strategy::CachedRow ? 1u : 0u},
                     strategy, 1, type, kinds);
        KernelSpec spec = rowCase.makeSpec(host());
        std::unique_ptr<Kernel> kernel = makeKernel(spec, host());
        Tensor input = rowCase.makeInput();
        std::vector<Tensor> expected = rowCase.makeOutputs();
        ASSERT_EQ(run(*kernel, input, expected), 0);
        for (size_t shared = 0; shared < spec.outputs.size(); ++shared) {
          if (spec.outputs[shared].kind == Z)
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
          ASSERT_EQ((*kernel)(arguments), 0);
          for (size_t i = 0; i < outputs.size(); ++i)
            EXPECT_TRUE(outputs[i].sameBytes(expected[i]))
                << "output " << i << " with " << shared << " in place";
        }
      }
}

/// Without elements in a row there is still a log-sum-exp.
TEST(RowResults, EmptyRows) {
  for (Strategy strategy : {Strategy::CachedRow, Strategy::ColumnTile})
    for (ElementType type : kTypes)
      for (const std::vector<ResultKind> &kinds : resultSets(type)) {
        bool alongRows = strategy == Strategy::CachedRow;
        RowCase rowCase =
            makeCase({4, 4}, {alongRows ? 1u : 0u}, strategy, 1, type, kinds);
        std::unique_ptr<Kernel> kernel =
            makeKernel(rowCase.makeSpec(host()), host());
        rowCase.extents[alongRows ? 1 : 0] = 0;
        Tensor input = rowCase.makeInput();
        std::vector<Tensor> outputs = rowCase.makeOutputs();
        ASSERT_EQ(run(*kernel, input, outputs), 0);
        for (size_t i = 0; i < outputs.size(); ++i) {
          EXPECT_TRUE(outputs[i].gapsAreUntouched());
          for (int64_t row = 0; row < 4 && kinds[i] == Z; ++row)
            EXPECT_EQ(outputs[i].get({row}), -INFINITY);
        }
        // No rows at all.
        rowCase.extents = {0, 4};
        if (!alongRows)
          rowCase.extents = {4, 0};
        input = rowCase.makeInput();
        outputs = rowCase.makeOutputs();
        ASSERT_EQ(run(*kernel, input, outputs), 0);
        for (Tensor &output : outputs)
          EXPECT_TRUE(output.gapsAreUntouched());
      }
}

/// A buffer without elements needs no memory; one with elements does.
TEST(RowResults, NullPointers) {
  RowCase rowCase =
      makeCase({4, 4}, {1}, Strategy::CachedRow, 1, ElementType::F32, {Z, P});
  std::unique_ptr<Kernel> kernel = makeKernel(rowCase.makeSpec(host()), host());
  float z[4] = {}, x[16] = {}, p[16] = {};
  auto call = [&](float *input, float *perRow, float *perElement,
                  int64_t length) {
    Buffer a(input, {4, length}), b(perRow, {4}), c(perElement, {4, length});
    return (*kernel)({&a, &b, &c});
  };
  int32_t null = static_cast<int32_t>(mlir::lse::Status::NullPointer);
  EXPECT_EQ(call(x, z, p, 4), 0);
  EXPECT_EQ(call(nullptr, z, p, 4), null);
  EXPECT_EQ(call(x, nullptr, p, 4), null);
  EXPECT_EQ(call(x, z, nullptr, 4), null);
  EXPECT_EQ(call(nullptr, z, nullptr, 0), 0);
  EXPECT_EQ(z[3], -INFINITY);
}

/// The same bits, however rows are shared out.
TEST(RowResults, TasksDoNotChangeResults) {
  for (Strategy strategy : {Strategy::CachedRow, Strategy::ColumnTile}) {
    bool alongRows = strategy == Strategy::CachedRow;
    RowCase rowCase = makeCase({3, 37, 531}, {alongRows ? 2u : 1u}, strategy, 2,
                               ElementType::F32, {Z, L, P});
    KernelSpec spec = rowCase.makeSpec(host());
    Tensor input = rowCase.makeInput();
    std::vector<Tensor> expected = rowCase.makeOutputs();
    spec.schedule.parallel = false;
    ASSERT_EQ(run(*makeKernel(spec, host()), input, expected), 0);
    spec.schedule.parallel = true;
    for (int64_t grain : {1, 5000, 32768}) {
      spec.schedule.parallelGrain = grain;
      std::vector<Tensor> outputs = rowCase.makeOutputs();
      ASSERT_EQ(run(*makeKernel(spec, host()), input, outputs), 0);
      for (size_t i = 0; i < outputs.size(); ++i)
        EXPECT_TRUE(outputs[i].sameBytes(expected[i])) << grain;
    }
  }
}

/// Logits that are computed, with and without a place to keep them.
TEST(RowResults, LogitExpressions) {
  using lse_halide::LogitNode;
  for (Strategy strategy : {Strategy::CachedRow, Strategy::ColumnTile})
    for (ElementType type : kTypes)
      for (const std::vector<ResultKind> &kinds : resultSets(type)) {
        RowCase rowCase =
            makeCase({5, 39}, {strategy == Strategy::CachedRow ? 1u : 0u},
                     strategy, 1, type, kinds);
        KernelSpec spec = rowCase.makeSpec(host());
        // Exact in every type.
        spec.logit.push_back({LogitNode::Kind::Constant, 0, -0.5});
        spec.logit.push_back({LogitNode::Kind::Mul, 0, 0.0, {0, 1}});
        Tensor input = rowCase.makeInput(), logits = input;
        logits.forEach([&](ArrayRef<int64_t> index) {
          logits.set(index, -0.5L * input.get(index));
        });
        std::vector<Tensor> outputs = rowCase.makeOutputs();
        ASSERT_EQ(run(*makeKernel(spec, host()), input, outputs), 0);
        ASSERT_NO_FATAL_FAILURE(expectResults(rowCase, spec, logits, outputs));
      }
}

//===----------------------------------------------------------------------===//
// Half precision
//===----------------------------------------------------------------------===//

/// Every number of a 16-bit type, read exactly: the log-sum-exp of a row of one
/// element is that element.
TEST(HalfPrecision, EveryNumberIsRead) {
  for (const Machine &machine : machines())
    for (ElementType type : {ElementType::F16, ElementType::BF16}) {
      RowCase rowCase =
          makeCase({65536, 1}, {1}, Strategy::CachedRow, 1, type, {Z});
      rowCase.outputs = {{Z, ElementType::F32}};
      for (bool acrossRows : {false, true}) {
        if (acrossRows) {
          rowCase.strategy = Strategy::ColumnTile;
          rowCase.vectorDim = 0;
        }
        Tensor input = rowCase.makeInput();
        for (int64_t i = 0; i < 65536; ++i)
          input.setBits({i, 0}, i);
        std::vector<Tensor> outputs = rowCase.makeOutputs();
        ASSERT_EQ(run(*makeKernel(rowCase.makeSpec(machine), machine), input,
                      outputs),
                  0);
        for (int64_t i = 0; i < 65536; ++i) {
          long double expected = valueOfBits(i, type);
          long double actual = outputs[0].get({i});
          ASSERT_TRUE(std::isnan(expected) ? std::isnan(actual)
                                           : actual == expected)
              << i;
        }
      }
    }
}

/// f32 numbers around every boundary of a 16-bit type are rounded to it.
TEST(HalfPrecision, NumbersAreRounded) {
  for (const Machine &machine : machines())
    for (ElementType type : {ElementType::F16, ElementType::BF16}) {
      std::vector<uint32_t> bits;
      for (uint32_t high = 0; high < 0x10000; ++high)
        for (uint32_t low : {0x0000u, 0x0fffu, 0x1000u, 0x1001u, 0x3000u,
                             0x7fffu, 0x8000u, 0x8001u, 0xf000u, 0xffffu})
          bits.push_back(high << 16 | low);
      int64_t count = static_cast<int64_t>(bits.size());
      RowCase rowCase = makeCase({count, 1}, {1}, Strategy::ColumnTile, 0,
                                 ElementType::F32, {});
      rowCase.outputs = {{Z, type}};
      Tensor input(ElementType::F32, {count, 1});
      for (int64_t i = 0; i < count; ++i)
        input.setBits({i, 0}, bits[i]);
      std::vector<Tensor> outputs = {Tensor(type, {count})};
      ASSERT_EQ(
          run(*makeKernel(rowCase.makeSpec(machine), machine), input, outputs),
          0);
      for (int64_t i = 0; i < count; ++i) {
        long double value = input.get({i, 0});
        if (std::isnan(value))
          ASSERT_TRUE(std::isnan(outputs[0].get({i}))) << bits[i];
        else if (value == 0)
          ASSERT_EQ(outputs[0].get({i}), 0) << bits[i];
        else
          ASSERT_EQ(outputs[0].getBits({i}), roundedBits(value, type))
              << bits[i];
      }
    }
}

//===----------------------------------------------------------------------===//
// Special rows
//===----------------------------------------------------------------------===//

/// Runs one row, of all kinds of results, along rows and as the middle one of
/// `count` adjacent ones.
class SpecialRows : public testing::TestWithParam<ElementType> {
protected:
  struct Results {
    long double z;
    std::vector<long double> l, p;
  };

  const Kernel &kernel(bool acrossRows, bool zero) {
    std::unique_ptr<Kernel> &known = kernels[acrossRows][zero];
    if (!known) {
      KernelSpec spec = rowCase(acrossRows, 1).makeSpec(host());
      if (zero)
        spec.rowDeath = lse_halide::RowDeath::Zero;
      known = makeKernel(spec, host());
    }
    return *known;
  }

  RowCase rowCase(bool acrossRows, int64_t length) {
    return acrossRows ? makeCase({length, 5}, {0}, Strategy::ColumnTile, 1,
                                 GetParam(), {Z, L, P})
                      : makeCase({5, length}, {1}, Strategy::CachedRow, 1,
                                 GetParam(), {Z, L, P});
  }

  /// Calls `check` with what `row` gives in each way.
  void forEachWay(const std::vector<long double> &row, bool zero,
                  llvm::function_ref<void(const Results &)> check) {
    for (bool acrossRows : {false, true}) {
      int64_t length = static_cast<int64_t>(row.size());
      RowCase one = rowCase(acrossRows, length);
      Tensor input = one.makeInput();
      auto at = [&](int64_t i) {
        return acrossRows ? std::vector<int64_t>{i, 2}
                          : std::vector<int64_t>{2, i};
      };
      for (int64_t i = 0; i < length; ++i)
        input.set(at(i), row[i]);
      std::vector<Tensor> outputs = one.makeOutputs();
      ASSERT_EQ(run(kernel(acrossRows, zero), input, outputs), 0);
      Results results{outputs[0].get({2}), {}, {}};
      for (int64_t i = 0; i < length; ++i) {
        results.l.push_back(outputs[1].get(at(i)));
        results.p.push_back(outputs[2].get(at(i)));
      }
      check(results);
      // The other rows are as always.
      for (int64_t other : {0, 1, 3, 4})
        ASSERT_TRUE(std::isfinite(outputs[0].get({other})));
    }
  }

  void expectAll(const std::vector<long double> &row, bool zero, long double z,
                 long double l, long double p) {
    auto matches = [](long double actual, long double expected) {
      return std::isnan(expected) ? std::isnan(actual) : actual == expected;
    };
    forEachWay(row, zero, [&](const Results &results) {
      EXPECT_TRUE(matches(results.z, z)) << results.z << " not " << z;
      for (size_t i = 0; i < row.size(); ++i) {
        ASSERT_TRUE(matches(results.l[i], l)) << i << ": " << results.l[i];
        ASSERT_TRUE(matches(results.p[i], p)) << i << ": " << results.p[i];
      }
    });
  }

  std::unique_ptr<Kernel> kernels[2][2];
};

constexpr long double kInfinity = std::numeric_limits<long double>::infinity();
constexpr long double kNaN = std::numeric_limits<long double>::quiet_NaN();

TEST_P(SpecialRows, E2_E3_Dead) {
  for (size_t length : {1, 2, 17, 67}) {
    std::vector<long double> row(length, -kInfinity);
    expectAll(row, /*zero=*/false, -kInfinity, kNaN, kNaN);
    expectAll(row, /*zero=*/true, -kInfinity, -kInfinity, 0);
  }
}

TEST_P(SpecialRows, E5_E6_PlusInfinity) {
  for (bool zero : {false, true})
    for (size_t length : {1, 2, 17, 67})
      for (long double other : {1.0L, -kInfinity, kInfinity}) {
        std::vector<long double> row(length, other);
        row[length / 2] = kInfinity;
        expectAll(row, zero, kInfinity, kNaN, kNaN);
      }
}

TEST_P(SpecialRows, E7_E8_NaNAnywhere) {
  for (bool zero : {false, true})
    for (size_t at = 0; at < 71; ++at)
      for (long double other : {1.0L, -kInfinity, kInfinity}) {
        std::vector<long double> row(71, other);
        row[at] = kNaN;
        expectAll(row, zero, kNaN, kNaN, kNaN);
      }
}

TEST_P(SpecialRows, E9_E10_E15_Extremes) {
  llvm::APFloat largest = llvm::APFloat::getLargest(semanticsOf(GetParam()));
  bool losesInfo;
  largest.convert(llvm::APFloat::IEEEdouble(),
                  llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  long double most = largest.convertToDouble();
  for (long double logit : {0.0L, 3.5L, -100.0L, most, -most})
    expectAll({logit}, false, logit, 0, 1);
  forEachWay({-kInfinity, 3, -kInfinity}, false, [](const Results &results) {
    EXPECT_EQ(results.z, 3);
    EXPECT_EQ(results.l, (std::vector<long double>{-kInfinity, 0, -kInfinity}));
    EXPECT_EQ(results.p, (std::vector<long double>{0, 1, 0}));
  });
  forEachWay({most, -most}, false, [&](const Results &results) {
    EXPECT_EQ(results.z, most);
    EXPECT_EQ(results.l, (std::vector<long double>{0, -kInfinity}));
    EXPECT_EQ(results.p, (std::vector<long double>{1, 0}));
  });
  // E4: finite numbers are no masks.
  forEachWay(
      std::vector<long double>(4, -most), false, [&](const Results &results) {
        EXPECT_EQ(results.z, -most);
        for (size_t i = 0; i < 4; ++i) {
          EXPECT_EQ(results.p[i], 0.25L);
          EXPECT_LE(ulpError(results.l[i], -std::log(4.0L), GetParam()), 1);
        }
      });
}

/// E16: log-probabilities do not depend on where the row lies.
TEST_P(SpecialRows, E16_ShiftInvariance) {
  for (long double v : {1.0L, 1e4L, -1e4L})
    forEachWay({v, v}, false, [&](const Results &results) {
      for (size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(results.p[i], 0.5L);
        EXPECT_LE(ulpError(results.l[i], -std::log(2.0L), GetParam()), 1);
      }
    });
}

INSTANTIATE_TEST_SUITE_P(Types, SpecialRows, testing::ValuesIn(kTypes));

/// The exponential of f64 from 0 down to where even subnormals end.
TEST(Float64, ExponentialFromZeroToSubnormals) {
  constexpr int64_t rows = 100000;
  for (const Machine &machine : machines()) {
    RowCase rowCase = makeCase({rows, 2}, {1}, Strategy::ColumnTile, 0,
                               ElementType::F64, {P});
    Tensor input(ElementType::F64, {rows, 2});
    for (int64_t row = 0; row < rows; ++row) {
      input.set({row, 0}, 0);
      input.set({row, 1}, -760.0L * row / rows);
    }
    std::vector<Tensor> outputs = {Tensor(ElementType::F64, {rows, 2})};
    ASSERT_EQ(
        run(*makeKernel(rowCase.makeSpec(machine), machine), input, outputs),
        0);
    for (int64_t row = 0; row < rows; ++row) {
      long double x = input.get({row, 1}), e = std::exp(x);
      // Two roundings of the exponential, the sum, the reciprocal, the product.
      ASSERT_LE(
          ulpError(outputs[0].get({row, 0}), 1 / (1 + e), ElementType::F64),
          2.5);
      ASSERT_LE(
          ulpError(outputs[0].get({row, 1}), e / (1 + e), ElementType::F64), 4)
          << static_cast<double>(x);
    }
  }
}

} // namespace
