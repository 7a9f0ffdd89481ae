//===- GuardsStage.cpp - Kernels stay within their buffers ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelJobs.h"

#include "lse/KernelTesting/GuardedMemory.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <set>

using namespace lse_testing;
using namespace lse_verify;
using llvm::ArrayRef;

namespace {

/// Elements that a row that is read once is cut into (docs/Schedules.md).
constexpr int64_t kSegment = 2048;
/// What is left around buffers that touch no forbidden page, in bytes: a
/// multiple of every vector.
constexpr int64_t kMargin = 256;
constexpr int64_t kPage = 4096;

/// Those of programs, and two with strides that only the caller knows.
std::vector<Layout> guardedLayouts() {
  std::vector<Layout> layouts = denseLayouts().vec();
  layouts.push_back({"rows, any strides", Strategy::CachedRow, false});
  layouts.push_back({"columns, any strides", Strategy::ColumnTile, false});
  return layouts;
}

/// How elements lie apart.
struct Spacing {
  /// Between neighbours along vectors.
  int64_t inner;
  /// What every other stride is larger than it has to be.
  int64_t padding;

  std::vector<int64_t> strides(ArrayRef<int64_t> extents) const {
    std::vector<int64_t> result(extents.size(), inner);
    for (size_t i = extents.size(); i-- > 1;) {
      int64_t padded = std::abs(result[i]) * extents[i] + padding;
      result[i - 1] = inner < 0 ? -padded : padded;
    }
    return result;
  }
};

/// Where buffers lie between their forbidden pages.
struct Position {
  enum Kind { AtStart, AtEnd, Inside } kind;
  /// Inside: elements from an address that is aligned for vectors.
  int64_t offset = 0;

  std::string name() const {
    return kind == AtStart ? "at the start"
           : kind == AtEnd ? "at the end"
                           : "at offset " + std::to_string(offset);
  }
};

/// One way of calling a kernel. Argument 0 is the input.
struct Call {
  Spacing spacing;
  Position position;
  /// The argument that is the input's memory; 0 if none is.
  size_t inPlace;

  std::string name() const {
    return "strides of " + std::to_string(spacing.inner) + ", padding of " +
           std::to_string(spacing.padding) + ", " + position.name() +
           (inPlace ? ", output " + std::to_string(inPlace - 1) + " in place"
                    : "");
  }
};

/// Elements from the start of `memory`, of `size` elements, to a buffer that
/// spans `span` of them. Each argument has an offset of its own.
int64_t firstElement(const Call &call, size_t argument, int64_t size,
                     int64_t span, unsigned width, int64_t lanes) {
  switch (call.position.kind) {
  case Position::AtStart:
    return 0;
  case Position::AtEnd:
    return size - span;
  case Position::Inside:
    return kMargin / width +
           (call.position.offset + 3 * static_cast<int64_t>(argument)) % lanes;
  }
  llvm_unreachable("not a position");
}

/// The arguments of a kernel for loops of some extents: what they are before a
/// call and after it, in ordinary memory, and memory to repeat it in.
class GuardedArguments {
public:
  GuardedArguments(const RowCase &rowCase, ArrayRef<Spacing> spacings)
      : type(rowCase.input), width(widthOf(type)), input(rowCase.makeInput()),
        outputs(rowCase.makeOutputs()) {
    for (size_t i = 0; i <= outputs.size(); ++i) {
      int64_t most = 0;
      for (const Spacing &spacing : spacings) {
        const std::vector<int64_t> &extents = at(i).getExtents();
        most =
            std::max(most, Tensor::getSpan(extents, spacing.strides(extents)));
      }
      memories.push_back(std::make_unique<GuardedMemory>(
          most * width + 2 * kMargin, Placement::AtStart));
      images.emplace_back(memories.back()->bytes().size());
    }
  }

  /// Computes the outputs in ordinary memory; what went wrong, or nothing.
  std::string compute(const Kernel &kernel) {
    Tensor before = input;
    if (int32_t status = run(kernel, input, outputs))
      return "status " + std::to_string(status) + " in ordinary memory";
    return input.sameBytes(before) ? "" : "the input is stored to";
  }

  /// Repeats that as `call` says; what went wrong, or nothing.
  std::string repeat(const Kernel &kernel, const Call &call, int64_t lanes);

private:
  const Tensor &at(size_t argument) const {
    return argument ? outputs[argument - 1] : input;
  }
  std::string describeFault(const void *address) const;

  ElementType type;
  unsigned width;
  Tensor input;
  std::vector<Tensor> outputs;
  /// For each argument.
  std::vector<std::unique_ptr<GuardedMemory>> memories;
  std::vector<std::vector<uint8_t>> images;
};

std::string nameOfArgument(size_t argument) {
  return argument ? "output " + std::to_string(argument - 1) : "the input";
}

std::string GuardedArguments::repeat(const Kernel &kernel, const Call &call,
                                     int64_t lanes) {
  std::vector<Tensor> actual, expected;
  std::vector<size_t> indices;
  for (size_t i = 0; i < memories.size(); ++i) {
    indices.push_back(actual.size());
    if (i && i == call.inPlace) {
      indices.back() = 0;
      continue;
    }
    const std::vector<int64_t> &extents = at(i).getExtents();
    std::vector<int64_t> strides = call.spacing.strides(extents);
    auto size = static_cast<int64_t>(images[i].size() / width);
    int64_t first = firstElement(
        call, i, size, Tensor::getSpan(extents, strides), width, lanes);
    actual.emplace_back(type, extents, strides, memories[i]->bytes(), first);
    expected.emplace_back(type, extents, strides, images[i], first);
  }
  actual.front().copyElements(input);
  for (size_t i = 0; i < memories.size(); ++i)
    expected[indices[i]].copyElements(at(i));

  std::vector<std::unique_ptr<Buffer>> buffers;
  std::vector<Buffer *> arguments;
  for (size_t index : indices) {
    buffers.push_back(actual[index].buffer());
    arguments.push_back(buffers.back().get());
  }
  int32_t status = 0;
  if (std::optional<const void *> fault =
          findFault([&] { status = kernel(arguments); }))
    return describeFault(*fault);
  if (status)
    return "status " + std::to_string(status);
  for (size_t i = memories.size(); i-- > 0;)
    if (!actual[indices[i]].sameBytes(expected[indices[i]]))
      return nameOfArgument(i) + " or the memory around it is not as expected";
  return "";
}

std::string GuardedArguments::describeFault(const void *address) const {
  const auto *byte = static_cast<const uint8_t *>(address);
  for (size_t i = 0; i < memories.size(); ++i) {
    llvm::MutableArrayRef<uint8_t> bytes = memories[i]->bytes();
    ptrdiff_t before = bytes.begin() - byte, after = byte - bytes.end();
    if (before > 0 && before <= kPage)
      return std::to_string(before) + " bytes before " + nameOfArgument(i) +
             " are touched";
    if (after >= 0 && after < kPage)
      return "byte " + std::to_string(after) + " after " + nameOfArgument(i) +
             " is touched";
  }
  return "address 0x" + llvm::utohexstr(reinterpret_cast<uintptr_t>(address)) +
         " is touched";
}

/// A kernel, and all calls of it.
class KernelGuards {
public:
  KernelGuards(const KernelFamily &family, ArrayRef<ResultKind> kinds)
      : family(family), kinds(kinds.vec()) {
    KernelSpec spec = family.makeSpec(makeCase(shapesOf(1).back()));
    lanes = spec.schedule.vectorLanes;
    block = lanes * spec.schedule.unroll;
    findings.counts = {1, 0};
  }

  /// One kernel for all extents.
  Findings checkDynamic() {
    kernel = makeKernel(family.makeSpec(makeCase(shapesOf(1).back())),
                        *family.machine);
    for (int64_t size : sizes())
      for (const std::vector<int64_t> &shape : shapesOf(size))
        checkShape(makeCase(shape));
    return findings;
  }

  /// A kernel for one size; `number` tells which.
  Findings checkStatic(size_t number) {
    std::vector<int64_t> all = {
        1,     lanes - 1, lanes,     lanes + 1,     2 * lanes,    block - 1,
        block, block + 1, 2 * block, 2 * block + 1, 4 * lanes + 1};
    if (family.layout.strategy == Strategy::OnlineRow)
      all.insert(all.end(), {kSegment, kSegment + 1});
    RowCase rowCase = makeCase(shapesOf(all[number % all.size()]).back());
    rowCase.isStatic = true;
    kernel = makeKernel(family.makeSpec(rowCase), *family.machine);
    checkShape(rowCase);
    return findings;
  }

private:
  RowCase makeCase(const std::vector<int64_t> &shape) const {
    return family.makeCase(shape, kinds);
  }

  /// Sizes along vectors.
  std::set<int64_t> sizes() const {
    std::set<int64_t> result;
    for (int64_t size = 0; size <= 4 * lanes + 1; ++size)
      result.insert(size);
    for (int64_t size : {block, 2 * block})
      result.insert({size - 1, size, size + 1});
    if (family.layout.strategy == Strategy::OnlineRow)
      result.insert({kSegment - 1, kSegment, kSegment + 1, 2 * kSegment + 1});
    return result;
  }

  /// Loops with `size` elements along vectors.
  std::vector<std::vector<int64_t>> shapesOf(int64_t size) const {
    if (!family.layout.isAlongRows())
      return {
          {1, 0, size}, {0, 3, size}, {1, 1, size}, {1, 3, size}, {2, 5, size}};
    return {{0, size}, {1, size}, {2, size}, {3, size}};
  }

  /// How the buffers of a case may be spaced.
  std::vector<Spacing> spacingsOf(const RowCase &rowCase) const {
    if (!family.layout.unitStridesKnown)
      return {{1, 0}, {2, 1}, {-1, 3}};
    bool isSingle = llvm::all_of(ArrayRef(rowCase.extents).drop_back(),
                                 [](int64_t extent) { return extent <= 1; });
    if (isSingle)
      return {{1, 0}};
    return {{1, 0}, {1, 3}};
  }

  std::vector<Position> positionsOf(const RowCase &rowCase) const {
    std::vector<Position> result = {{Position::AtStart}, {Position::AtEnd}};
    // Whole segments take too long for more.
    int64_t most = rowCase.extents.back() >= kSegment - 1 ? 1 : lanes;
    for (int64_t offset = 0; offset < most; ++offset)
      result.push_back({Position::Inside, offset});
    return result;
  }

  void checkShape(const RowCase &rowCase) {
    std::vector<Spacing> spacings = spacingsOf(rowCase);
    GuardedArguments arguments(rowCase, spacings);
    if (std::string error = arguments.compute(*kernel); !error.empty())
      return findings.addFailure(describe(rowCase) + ": " + error);
    for (const Spacing &spacing : spacings)
      for (const Position &position : positionsOf(rowCase))
        for (size_t inPlace = 0; inPlace <= kinds.size(); ++inPlace) {
          if (inPlace && kinds[inPlace - 1] == Z)
            continue;
          Call call = {spacing, position, inPlace};
          ++findings.counts[1];
          std::string error = arguments.repeat(*kernel, call, lanes);
          if (!error.empty())
            findings.addFailure(describe(rowCase) + ", " + call.name() + ": " +
                                error);
        }
  }

  std::string describe(const RowCase &rowCase) const {
    std::string extents = llvm::join(
        llvm::map_range(rowCase.extents,
                        [](int64_t extent) { return std::to_string(extent); }),
        " x ");
    return family.name() + ", " + nameOf(kinds) +
           (rowCase.isStatic ? ", static " : ", dynamic ") + extents;
  }

  const KernelFamily &family;
  const std::vector<ResultKind> kinds;
  int64_t lanes, block;
  std::unique_ptr<Kernel> kernel;
  Findings findings;
};

} // namespace

uint64_t lse_verify::verifyGuards(llvm::raw_ostream &os,
                                  const Settings &settings) {
  /// Of each kernel, besides the one for all extents.
  constexpr size_t numStatic = 3;
  std::vector<Job> jobs;
  size_t number = 0;
  for (const KernelFamily &family : kernelFamilies(guardedLayouts()))
    for (const std::vector<ResultKind> &kinds : family.resultSets()) {
      jobs.push_back({family, [family, kinds] {
                        return KernelGuards(family, kinds).checkDynamic();
                      }});
      for (size_t i = 0; i < numStatic; ++i, ++number)
        jobs.push_back(
            {family, [family, kinds, number] {
               return KernelGuards(family, kinds).checkStatic(number);
             }});
    }
  return runJobs(os, settings, jobs, {"kernels", "cases"});
}
