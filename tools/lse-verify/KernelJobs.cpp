//===- KernelJobs.cpp - Kernels to verify, line by line -------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelJobs.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <atomic>
#include <mutex>
#include <thread>

using namespace lse_testing;
using namespace lse_verify;
using llvm::ArrayRef;

namespace {

constexpr Layout kDenseLayouts[] = {
    {"rows", Strategy::CachedRow, true},
    {"columns", Strategy::ColumnTile, true},
    {"rows, read once", Strategy::OnlineRow, true}};

const char *nameOfClass(Numerics numerics) {
  return numerics == Numerics::Standard ? "standard" : "accurate";
}

const char *nameOfType(ElementType type) {
  switch (type) {
  case ElementType::F32:
    return "f32";
  case ElementType::F64:
    return "f64";
  case ElementType::F16:
    return "f16";
  case ElementType::BF16:
    return "bf16";
  case ElementType::I1:
  case ElementType::I32:
  case ElementType::I64:
    break;
  }
  llvm_unreachable("not a type of kernels");
}

std::vector<std::string> cells(const KernelFamily &family) {
  return {family.machine->name, nameOfClass(family.numerics),
          family.layout.name, nameOfType(family.type)};
}

constexpr llvm::StringLiteral kTitles =
    "instructions | numerics | layout | type";

/// Hands out jobs, and prints a line when the last of its jobs and all lines
/// before it are done.
class JobTable {
public:
  JobTable(llvm::raw_ostream &os, std::vector<const Job *> jobs,
           size_t numColumns)
      : os(os), jobs(std::move(jobs)), findings(this->jobs.size()) {
    all.counts.resize(numColumns);
  }

  void work() {
    for (size_t i = next++; i < jobs.size(); i = next++) {
      Findings found = jobs[i]->run();
      std::lock_guard<std::mutex> lock(printing);
      findings[i] = std::move(found);
      printLines();
    }
  }

  uint64_t printFailures() {
    if (!all.failures.empty())
      os << "\n";
    for (const std::string &failure : all.failures)
      os << "- " << failure << "\n";
    return all.numFailures;
  }

private:
  void printLines() {
    while (numPrinted < jobs.size()) {
      size_t end = numPrinted;
      Findings sum;
      sum.counts.resize(all.counts.size());
      std::vector<std::string> line = cells(jobs[numPrinted]->family);
      for (; end < jobs.size() && cells(jobs[end]->family) == line; ++end) {
        if (!findings[end])
          return;
        sum.add(*findings[end]);
      }
      all.add(sum);
      os << "| " << llvm::join(line, " | ") << " |";
      for (uint64_t count : sum.counts)
        os << " " << count << " |";
      os << " " << sum.numFailures << " |\n";
      os.flush();
      numPrinted = end;
    }
  }

  llvm::raw_ostream &os;
  const std::vector<const Job *> jobs;
  std::atomic<size_t> next = 0;

  /// Guards what follows.
  std::mutex printing;
  std::vector<std::optional<Findings>> findings;
  size_t numPrinted = 0;
  Findings all;
};

} // namespace

ArrayRef<Layout> lse_verify::denseLayouts() { return kDenseLayouts; }

std::string KernelFamily::name() const {
  return llvm::join(cells(*this), ", ");
}

std::vector<std::vector<ResultKind>> KernelFamily::resultSets() const {
  if (layout.strategy == Strategy::OnlineRow)
    return {{Z}};
  if (!layout.unitStridesKnown)
    return {{Z, L, P}};
  return {{P}, {L}, {Z}, {Z, L, P}};
}

RowCase KernelFamily::makeCase(const std::vector<int64_t> &extents,
                               ArrayRef<ResultKind> kinds) const {
  auto last = static_cast<unsigned>(extents.size() - 1);
  unsigned rowDim = layout.isAlongRows() ? last : last - 1;
  RowCase rowCase = lse_testing::makeCase(extents, {rowDim}, layout.strategy,
                                          last, type, kinds);
  rowCase.numerics = numerics;
  rowCase.unitStridesKnown = layout.unitStridesKnown;
  return rowCase;
}

KernelSpec KernelFamily::makeSpec(const RowCase &rowCase) const {
  KernelSpec spec = rowCase.makeSpec(*machine);
  spec.schedule.unroll = layout.isAlongRows() ? 4 : 8;
  return spec;
}

std::vector<KernelFamily> lse_verify::kernelFamilies(ArrayRef<Layout> layouts) {
  std::vector<KernelFamily> families;
  for (const Machine &machine : machines())
    for (Numerics numerics : kNumericsClasses)
      for (const Layout &layout : layouts)
        for (ElementType type : kTypes)
          families.push_back({&machine, numerics, layout, type});
  return families;
}

std::string lse_verify::nameOf(ArrayRef<ResultKind> kinds) {
  return llvm::join(
      llvm::map_range(kinds,
                      [](ResultKind kind) -> std::string {
                        return kind == P ? "P" : kind == L ? "L" : "Z";
                      }),
      " ");
}

void Findings::addFailure(std::string description) {
  constexpr size_t most = 10;
  ++numFailures;
  if (failures.size() < most)
    failures.push_back(std::move(description));
}

void Findings::add(const Findings &other) {
  for (auto [sum, count] : llvm::zip_equal(counts, other.counts))
    sum += count;
  for (const std::string &failure : other.failures)
    addFailure(failure);
  numFailures += other.numFailures - other.failures.size();
}

uint64_t lse_verify::runJobs(llvm::raw_ostream &os, const Settings &settings,
                             ArrayRef<Job> jobs,
                             ArrayRef<llvm::StringRef> columns) {
  os << "| " << kTitles << " |";
  for (llvm::StringRef column : columns)
    os << " " << column << " |";
  os << " failures |\n|";
  for (size_t i = 0; i < kTitles.count('|') + columns.size() + 2; ++i)
    os << " --- |";
  os << "\n";
  std::vector<const Job *> taken;
  for (size_t i = 0; i < jobs.size(); i += settings.every)
    taken.push_back(&jobs[i]);
  JobTable table(os, std::move(taken), columns.size());
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < settings.threads; ++i)
    workers.emplace_back([&] { table.work(); });
  for (std::thread &worker : workers)
    worker.join();
  return table.printFailures();
}
