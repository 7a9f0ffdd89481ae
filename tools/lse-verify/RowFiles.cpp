//===- RowFiles.cpp - Rows and results for other programs -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowFiles.h"

#include "Distributions.h"
#include "Reference.h"
#include "RowKernels.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace lse_verify;
using llvm::ArrayRef;

namespace {

/// Blocks of each distribution.
constexpr unsigned kBlocks = 8;

llvm::ExitOnError exitOnError("lse-verify: error: ");

/// A file of a directory, open for writing.
class OutputFile {
public:
  OutputFile(const std::string &directory, const std::string &name) {
    llvm::SmallString<128> path(directory);
    llvm::sys::path::append(path, name);
    std::error_code code;
    os = std::make_unique<llvm::raw_fd_ostream>(path, code);
    if (code)
      exitOnError(llvm::createFileError(path, code));
  }

  llvm::raw_ostream &operator*() { return *os; }

  void write(ArrayRef<uint8_t> bytes) {
    os->write(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  }

  /// As the sum of two numbers of f64.
  void write(const ExtendedNumber &number) {
    double parts[2] = {static_cast<double>(number.high), 0};
    if (std::isfinite(parts[0]))
      parts[1] = static_cast<double>((number.high - parts[0]) + number.low);
    os->write(reinterpret_cast<const char *>(parts), sizeof(parts));
  }

private:
  std::unique_ptr<llvm::raw_fd_ostream> os;
};

void writeReferences(const std::string &directory, const std::string &prefix,
                     ArrayRef<Block> blocks) {
  auto open = [&](ResultKind kind) {
    return OutputFile(directory, prefix + "." + nameOf(kind) + ".reference");
  };
  OutputFile probabilities = open(ResultKind::Probabilities);
  OutputFile logProbabilities = open(ResultKind::LogProbabilities);
  OutputFile logSumExps = open(ResultKind::LogSumExp);
  ReferenceComputer references;
  for (const Block &block : blocks) {
    std::vector<double> logits = makeLogits(block);
    for (int64_t i = 0; i < block.rows; ++i) {
      const RowReference &row = references.compute(
          ArrayRef(logits).slice(i * block.length, block.length));
      for (unsigned logit : row.logitOf) {
        probabilities.write(row.probabilities[logit]);
        logProbabilities.write(row.logProbabilities[logit]);
      }
      logSumExps.write(row.logSumExp);
    }
  }
}

void writeLogits(const std::string &directory, const std::string &prefix,
                 ArrayRef<Block> blocks) {
  OutputFile file(directory, prefix + ".logits");
  for (const Block &block : blocks) {
    ElementArray logits(block.type);
    logits.store(makeLogits(block));
    file.write(logits.getBytes());
  }
}

void writeResults(const std::string &directory, const std::string &prefix,
                  ArrayRef<Block> blocks, const RowKernel &kernel) {
  OutputFile file(directory, prefix + "." + nameOf(kernel.kind) + "." +
                                 nameOf(kernel.numerics));
  for (const Block &block : blocks) {
    ElementArray logits(block.type), results(block.type);
    logits.store(makeLogits(block));
    kernel.run(block, logits, results);
    file.write(results.getBytes());
  }
}

} // namespace

void lse_verify::writeRowFiles(const std::string &directory) {
  if (std::error_code code = llvm::sys::fs::create_directories(directory))
    exitOnError(llvm::createFileError(directory, code));
  std::vector<RowKernel> kernels = makeRowKernels(ElementType::F32);
  unsigned widest = kernels.front().set;
  OutputFile index(directory, "index.json");
  llvm::json::OStream json(*index, /*IndentSize=*/2);
  json.arrayBegin();
  for (auto [i, distribution] : llvm::enumerate(distributions())) {
    std::vector<Block> blocks = makeMainBlocks(i, ElementType::F32, kBlocks);
    std::string prefix = std::to_string(i);
    writeLogits(directory, prefix, blocks);
    writeReferences(directory, prefix, blocks);
    for (const RowKernel &kernel : kernels)
      if (kernel.set == widest)
        writeResults(directory, prefix, blocks, kernel);
    json.object([&, &name = distribution.name] {
      json.attribute("name", name);
      json.attribute("rows", kBlocks * blocks.front().rows);
      json.attribute("length", blocks.front().length);
      json.attributeArray("classes", [&] {
        for (Numerics numerics : lse_testing::kNumericsClasses)
          json.value(nameOf(numerics));
      });
      json.attribute("files", prefix);
    });
  }
  json.arrayEnd();
}
