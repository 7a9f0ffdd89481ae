//===- ThreadsStage.cpp - Results do not depend on threads ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelJobs.h"
#include "SharedLoop.h"

#include "lse/Runtime/lse_runtime.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

using namespace lse_testing;
using namespace lse_verify;
using llvm::ArrayRef;

namespace {

/// Rows in a batch, and elements in a row.
constexpr int64_t kBatches[] = {1, 2, 3, 7, 64, 1000, 2000};
constexpr int64_t kLengths[] = {1, 5, 100, 1000, 5000};
constexpr int kThreads[] = {1, 2, 3, 8};
constexpr int kCallers = 8;
/// That of programs, and one that makes many tasks.
constexpr int64_t kGrains[] = {32768, 512};
/// Larger batches are left out.
constexpr int64_t kMostElements = 5000000;
/// Batches of up to so many elements are split at every place.
constexpr int64_t kMostForAllPlaces = 100000;

/// The bits of normally distributed numbers, the same for every kernel of a
/// type.
ArrayRef<uint64_t> normalBits(ElementType type) {
  static std::mutex making;
  static std::map<ElementType, std::vector<uint64_t>> all;
  std::lock_guard<std::mutex> lock(making);
  std::vector<uint64_t> &bits = all[type];
  std::mt19937 generator(static_cast<unsigned>(type));
  std::normal_distribution<double> normal(0.0, 5.0);
  // A prime number of them, so that rows do not repeat.
  while (bits.size() < 65521)
    bits.push_back(roundedBits(normal(generator), type));
  return bits;
}

//===----------------------------------------------------------------------===//
// A batch of rows
//===----------------------------------------------------------------------===//

using Bytes = std::vector<uint8_t>;

/// The dense arguments of a kernel over loops of some extents.
class Batch {
public:
  Batch(const RowCase &rowCase, const KernelSpec &spec)
      : type(rowCase.input), width(widthOf(type)), extents(rowCase.extents),
        rowDim(rowCase.rowDims.front()) {
    dims.push_back(spec.inputs[0].dims);
    for (const OutputSpec &output : spec.outputs)
      dims.push_back(output.dims);
    input.resize(countElements(0) * width);
    ArrayRef<uint64_t> bits = normalBits(type);
    for (int64_t i = 0; i < countElements(0); ++i)
      setBits(i, bits[i % bits.size()]);
  }

  /// Makes some of the rows special, which ones depends on `shift`.
  void addSpecialRows(int64_t shift);

  /// Memory for all outputs, set to a pattern.
  void clear(std::vector<Bytes> &outputs) const {
    outputs.resize(dims.size() - 1);
    for (size_t i = 1; i < dims.size(); ++i)
      outputs[i - 1].assign(countElements(i) * width, 0x77);
  }

  /// Calls `kernel` for `count` iterations of the loop `dim`, from `first` on.
  int32_t run(const Kernel &kernel, std::vector<Bytes> &outputs, unsigned dim,
              int64_t first, int64_t count) const;

  /// Where results differ, or nothing.
  size_t findDifference(const Bytes &actual, const Bytes &expected) const;
  std::string compare(ArrayRef<Bytes> actual, ArrayRef<Bytes> expected) const;

private:
  int64_t countElements(size_t argument) const {
    int64_t count = 1;
    for (unsigned dim : dims[argument])
      count *= extents[dim];
    return count;
  }

  void setBits(int64_t element, uint64_t bits) {
    std::memcpy(&input[element * width], &bits, width);
  }

  const ElementType type;
  const unsigned width;
  const std::vector<int64_t> extents;
  const unsigned rowDim;
  /// The loops that each argument is indexed by, the input first.
  std::vector<std::vector<unsigned>> dims;
  Bytes input;
};

void Batch::addSpecialRows(int64_t shift) {
  using Limits = std::numeric_limits<double>;
  uint64_t nan = roundedBits(Limits::quiet_NaN(), type);
  uint64_t infinity = roundedBits(Limits::infinity(), type);
  uint64_t minusInfinity = roundedBits(-Limits::infinity(), type);
  int64_t stride = 1, length = extents[rowDim];
  for (size_t dim = rowDim + 1; dim < extents.size(); ++dim)
    stride *= extents[dim];
  for (int64_t row = 0; row < countElements(0) / std::max<int64_t>(length, 1);
       ++row) {
    int64_t first = row / stride * stride * length + row % stride;
    auto set = [&](int64_t position, uint64_t bits) {
      setBits(first + position * stride, bits);
    };
    switch ((row + shift) % 11) {
    case 0:
      set(length / 2, nan);
      break;
    case 1:
      for (int64_t i = 0; i < length; ++i)
        set(i, minusInfinity);
      break;
    case 2:
      for (int64_t i = 0; i < length; ++i)
        set(i, roundedBits(3, type));
      break;
    case 3:
      set(length - 1, infinity);
      break;
    case 4:
      for (int64_t i = 0; i < length; i += 2)
        set(i, minusInfinity);
      break;
    default:
      break;
    }
  }
}

int32_t Batch::run(const Kernel &kernel, std::vector<Bytes> &outputs,
                   unsigned dim, int64_t first, int64_t count) const {
  std::vector<std::unique_ptr<Buffer>> buffers;
  std::vector<Buffer *> arguments;
  for (size_t i = 0; i < dims.size(); ++i) {
    std::vector<int64_t> some = bufferIndex(extents, dims[i]);
    std::vector<int64_t> strides(some.size());
    int64_t stride = 1, offset = 0;
    for (size_t j = some.size(); j-- > 0;) {
      strides[j] = stride;
      if (dims[i][j] == dim) {
        offset = first * stride;
        some[j] = count;
      }
      stride *= extents[dims[i][j]];
    }
    // Kernels only read their input.
    auto *data = const_cast<uint8_t *>((i ? outputs[i - 1] : input).data());
    buffers.push_back(
        std::make_unique<Buffer>(data + offset * width, type, some, strides));
    arguments.push_back(buffers.back().get());
  }
  return kernel(arguments);
}

/// Where `actual` has other bits than `expected`, in elements: nowhere if that
/// is past the end. A NaN is a NaN: neither sign nor payload are promised.
size_t Batch::findDifference(const Bytes &actual, const Bytes &expected) const {
  auto bitsAt = [&](const Bytes &bytes, size_t element) {
    uint64_t bits = 0;
    std::memcpy(&bits, &bytes[element * width], width);
    return bits;
  };
  size_t element = 0, count = actual.size() / width;
  for (; element < count; ++element) {
    uint64_t a = bitsAt(actual, element), b = bitsAt(expected, element);
    if (a != b &&
        !(std::isnan(valueOfBits(a, type)) && std::isnan(valueOfBits(b, type))))
      break;
  }
  return element;
}

std::string Batch::compare(ArrayRef<Bytes> actual,
                           ArrayRef<Bytes> expected) const {
  for (size_t i = 0; i < actual.size(); ++i) {
    if (actual[i] == expected[i])
      continue;
    size_t element = findDifference(actual[i], expected[i]);
    if (element < actual[i].size() / width)
      return "output " + std::to_string(i) + " differs at element " +
             std::to_string(element);
  }
  return "";
}

//===----------------------------------------------------------------------===//
// Calls of a kernel
//===----------------------------------------------------------------------===//

class KernelThreads {
public:
  KernelThreads(const KernelFamily &family, ArrayRef<ResultKind> kinds)
      : family(family), kinds(kinds.vec()) {
    findings.counts = {0, 0, 0};
  }

  Findings check() {
    KernelSpec spec = family.makeSpec(makeCase(1, 1));
    for (int64_t grain : kGrains) {
      spec.schedule.parallelGrain = grain;
      kernels.push_back(makeKernel(spec, *family.machine, runTasksOnPool));
      ++findings.counts[0];
    }
    lanes = spec.schedule.vectorLanes;
    block = lanes * spec.schedule.unroll;
    batchDim = spec.extents.size() - (family.layout.isAlongRows() ? 2 : 1);

    // There is one pool, and one number of threads.
    static std::mutex usingPool;
    std::lock_guard<std::mutex> lock(usingPool);
    LoopCounts before = getLoopCounts();
    int64_t shift = 0;
    for (int64_t batch : kBatches)
      for (int64_t length : kLengths)
        if (batch * length <= kMostElements)
          checkBatch(batch, length, shift++);
    LoopCounts after = getLoopCounts();
    findings.counts[1] += after.shared - before.shared;
    for (uint64_t i = before.notShared; i < after.notShared; ++i)
      findings.addFailure(family.name() + ", " + nameOf(kinds) +
                          ": not all threads took part in a loop");
    return findings;
  }

private:
  /// Columns have a loop outside for some lengths.
  RowCase makeCase(int64_t batch, int64_t length) const {
    if (family.layout.isAlongRows())
      return family.makeCase({batch, length}, kinds);
    return family.makeCase({length < 1000 ? 2 : 1, length, batch}, kinds);
  }

  void checkBatch(int64_t batch, int64_t length, int64_t shift) {
    RowCase rowCase = makeCase(batch, length);
    Batch rows(rowCase, family.makeSpec(rowCase));
    rows.addSpecialRows(shift);
    name = family.name() + ", " + nameOf(kinds) + ", " + std::to_string(batch) +
           " rows of " + std::to_string(length);
    rows.clear(expected);
    lse_set_num_threads(1);
    if (int32_t status =
            rows.run(*kernels.front(), expected, batchDim, 0, batch))
      return findings.addFailure(name + ": status " + std::to_string(status));

    checkNumbersOfThreads(rows, batch);
    setThreadsWait(false);
    checkSplits(rows, batch, length);
    checkSingleRows(rows, batch);
    if (!family.layout.isAlongRows())
      checkPieces(rows, 0, rowCase.extents[0], 1, "each slice by itself");
    if (batch * length <= kMostForAllPlaces)
      checkCallers(rows, batch);
    setThreadsWait(true);
  }

  void checkNumbersOfThreads(const Batch &rows, int64_t batch) {
    for (const std::unique_ptr<Kernel> &kernel : kernels)
      for (int threads : kThreads) {
        lse_set_num_threads(threads);
        rows.clear(outputs);
        int32_t status = rows.run(*kernel, outputs, batchDim, 0, batch);
        count(rows, status,
              std::to_string(threads) + " threads, grain " +
                  std::to_string(kGrains[&kernel - &kernels.front()]));
      }
  }

  void checkSplits(const Batch &rows, int64_t batch, int64_t length) {
    for (int64_t place : placesToSplit(batch, length)) {
      lse_set_num_threads(kThreads[place % std::size(kThreads)]);
      const Kernel &kernel = *kernels[place % kernels.size()];
      rows.clear(outputs);
      int32_t status = rows.run(kernel, outputs, batchDim, 0, place);
      if (!status)
        status = rows.run(kernel, outputs, batchDim, place, batch - place);
      count(rows, status, "split at " + std::to_string(place));
    }
  }

  /// Each place, or some before, at and after which something changes.
  std::set<int64_t> placesToSplit(int64_t batch, int64_t length) const {
    std::set<int64_t> places;
    if (batch * length <= kMostForAllPlaces) {
      for (int64_t place = 1; place < batch; ++place)
        places.insert(place);
      return places;
    }
    for (int64_t middle : {int64_t(2), lanes, block, batch - lanes, batch - 2})
      for (int64_t place = middle - 1; place <= middle + 1; ++place)
        if (place > 0 && place < batch)
          places.insert(place);
    return places;
  }

  void checkSingleRows(const Batch &rows, int64_t batch) {
    checkPieces(rows, batchDim, batch, 1, "each row by itself");
  }

  void checkPieces(const Batch &rows, unsigned dim, int64_t extent,
                   int64_t piece, const std::string &how) {
    lse_set_num_threads(1);
    rows.clear(outputs);
    int32_t status = 0;
    for (int64_t i = 0; i < extent && !status; i += piece)
      status = rows.run(*kernels.front(), outputs, dim, i, piece);
    count(rows, status, how);
  }

  void checkCallers(const Batch &rows, int64_t batch) {
    lse_set_num_threads(3);
    rows.clear(outputs);
    std::vector<std::vector<Bytes>> all(kCallers, outputs);
    std::vector<int32_t> statuses(kCallers);
    std::vector<std::thread> callers;
    for (int i = 0; i < kCallers; ++i)
      callers.emplace_back([&, i] {
        statuses[i] = rows.run(*kernels[1], all[i], batchDim, 0, batch);
      });
    for (std::thread &caller : callers)
      caller.join();
    for (int i = 0; i < kCallers; ++i)
      count(rows, statuses[i], all[i],
            "one of " + std::to_string(kCallers) + " callers");
  }

  /// Notes what has come of one way of calling the kernel.
  void count(const Batch &rows, int32_t status, const std::string &how) {
    count(rows, status, outputs, how);
  }
  void count(const Batch &rows, int32_t status, ArrayRef<Bytes> actual,
             const std::string &how) {
    ++findings.counts[2];
    std::string error = status ? "status " + std::to_string(status)
                               : rows.compare(actual, expected);
    if (!error.empty())
      findings.addFailure(name + ", " + how + ": " + error);
  }

  const KernelFamily &family;
  const std::vector<ResultKind> kinds;
  int64_t lanes = 0, block = 0;
  /// The loop over the rows of a batch.
  unsigned batchDim = 0;
  /// One for each grain.
  std::vector<std::unique_ptr<Kernel>> kernels;
  Findings findings;
  /// Of the current batch: its name, its results on one thread, and those of
  /// the last call.
  std::string name;
  std::vector<Bytes> expected, outputs;
};

} // namespace

uint64_t lse_verify::verifyThreads(llvm::raw_ostream &os,
                                   const Settings &settings) {
  std::vector<Job> jobs;
  for (const KernelFamily &family : kernelFamilies(denseLayouts()))
    for (const std::vector<ResultKind> &kinds : family.resultSets())
      jobs.push_back({family, [family, kinds] {
                        return KernelThreads(family, kinds).check();
                      }});
  return runJobs(os, settings, jobs,
                 {"kernels", "loops by all threads", "cases"});
}
