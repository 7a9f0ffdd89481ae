//===- Report.h - What was raised, and what was not -------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_REPORT_H
#define LSE_LIB_RAISE_REPORT_H

#include "Refusal.h"
#include "lse/Dialect/IR/LSEDialect.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace mlir::lse {

/// Collects what `lse-raise` decides, for people and programs to read later.
class Report {
public:
  /// Notes an operation that was raised, `logit` its logits as a formula.
  void addRaised(StringRef function, RowOpInterface op, std::string logit);
  /// Notes that the value at `loc` was refused.
  void addRefused(StringRef function, Location loc, const Refusal &refusal);

  /// Writes the report to `path`, "-" for standard output: as JSON if the name
  /// ends in `.json`, else as Markdown. Nothing is left behind on failure.
  llvm::Error write(StringRef path) const;

private:
  struct Raised {
    std::string function, location, operation;
    SmallVector<int64_t> dims;
    std::string logit;
    bool isStabilized, isGuarded;
  };
  struct Refused {
    std::string function, location;
    Refusal refusal;
  };

  void writeMarkdown(raw_ostream &os) const;
  void writeJSON(raw_ostream &os) const;

  SmallVector<Raised> raised;
  SmallVector<Refused> refused;
};

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_REPORT_H
