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

using namespace lse_testing;
using llvm::ArrayRef;

namespace {

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

/// One maximum, and all others equal, in every kind of result.
TEST(RowResults, AllButOneEqual) {
  for (bool alongRows : {true, false})
    for (ElementType type : {ElementType::F32, ElementType::BF16}) {
      RowCase rowCase =
          makeCase({3, 40003}, {1},
                   alongRows ? Strategy::CachedRow : Strategy::ColumnTile,
                   alongRows ? 1 : 0, type, {Z, L, P});
      KernelSpec spec = rowCase.makeSpec(host());
      std::unique_ptr<Kernel> kernel = makeKernel(spec, host());
      for (long double distance : {0.5L, 1.1L, 5.3L, 9.7L, 12.3L}) {
        Tensor input(type, rowCase.extents);
        input.forEach([&](ArrayRef<int64_t> index) {
          input.set(index, index[1] == 7 ? 0 : -distance);
        });
        std::vector<Tensor> outputs = rowCase.makeOutputs();
        ASSERT_EQ(run(*kernel, input, outputs), 0);
        ASSERT_NO_FATAL_FAILURE(expectResults(rowCase, spec, input, outputs))
            << static_cast<double>(distance);
      }
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
  for (Numerics numerics : kNumericsClasses)
    for (Strategy strategy : {Strategy::CachedRow, Strategy::ColumnTile})
      for (ElementType type : kTypes)
        for (const std::vector<ResultKind> &kinds : resultSets(type)) {
          RowCase rowCase =
              makeCase({5, 39}, {strategy == Strategy::CachedRow ? 1u : 0u},
                       strategy, 1, type, kinds);
          rowCase.numerics = numerics;
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
  for (Numerics numerics : kNumericsClasses)
    for (Strategy strategy : {Strategy::CachedRow, Strategy::ColumnTile})
      for (ElementType type : kTypes)
        for (const std::vector<ResultKind> &kinds : resultSets(type)) {
          bool alongRows = strategy == Strategy::CachedRow;
          RowCase rowCase =
              makeCase({4, 4}, {alongRows ? 1u : 0u}, strategy, 1, type, kinds);
          rowCase.numerics = numerics;
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
    checkTasks(rowCase, {1, 5000, 32768});
  }
}

/// Logits that are computed, with and without a place to keep them.
TEST(RowResults, LogitExpressions) {
  using lse_halide::LogitNode;
  for (Numerics numerics : kNumericsClasses)
    for (Strategy strategy : {Strategy::CachedRow, Strategy::ColumnTile})
      for (ElementType type : kTypes)
        for (const std::vector<ResultKind> &kinds : resultSets(type)) {
          RowCase rowCase =
              makeCase({5, 39}, {strategy == Strategy::CachedRow ? 1u : 0u},
                       strategy, 1, type, kinds);
          rowCase.numerics = numerics;
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
          ASSERT_NO_FATAL_FAILURE(
              expectResults(rowCase, spec, logits, outputs));
        }
}

} // namespace
